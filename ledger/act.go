package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
)

// An ActQuery asks for acts, in chain order or against it with Newest. An act
// concerns an address that is its On, its With or its By: who is frozen, who
// may sign, and who did it. One that names an address twice comes once. An
// asset's pauses are among those of its contract.
type ActQuery struct {
	Address clew.Address   // nobody: all acts
	Tx      clew.TxID      // zero: of every transaction
	Kinds   []clew.ActKind // none: of every kind
	From    clew.Pos       // acts before it are left out
	Until   clew.Pos       // acts at it and after are left out; zero: no end
	Newest  bool           // newest first
	Limit   int            // 1 to MaxActs
}

// MaxActs is the most acts that one query may ask for.
const MaxActs = 1 << 16

// Check reports why q cannot be answered, as a *clew.InputError.
func (q *ActQuery) Check() error {
	if q.Limit < 1 || q.Limit > MaxActs {
		return &clew.InputError{Field: "limit", Value: fmt.Sprint(q.Limit), Want: fmt.Sprintf("1 to %d", MaxActs)}
	}
	for _, kind := range q.Kinds {
		if !slices.Contains(clew.ActKinds(), kind) {
			return &clew.InputError{Field: "kind of act", Value: string(kind), Want: fmt.Sprint(clew.ActKinds())}
		}
	}
	return nil
}

// Has reports whether q asks for a.
func (q *ActQuery) Has(a *clew.Act) bool {
	return !a.Pos.Before(q.From) && (q.Until == clew.Pos{} || a.Pos.Before(q.Until)) &&
		(q.Address.IsZero() || a.Concerns(q.Address)) &&
		(q.Tx.IsZero() || a.Tx == q.Tx) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, a.Kind))
}

// After returns the query for what follows a page that ended with last.
func (q ActQuery) After(last *clew.Act) ActQuery {
	if q.Newest {
		q.Until = last.Pos
	} else {
		q.From = Next(last.Pos)
	}
	return q
}

// An ActWalk reads all acts that a query asks for, one by one.
type ActWalk struct {
	reader Reader
	q      ActQuery
	page   []clew.Act
	at     int
	ended  bool
}

// actPage is how many acts a walk reads at once.
const actPage = 1024

// WalkActs returns a walk of what q asks for, whatever its limit.
func WalkActs(r Reader, q ActQuery) *ActWalk {
	q.Limit = actPage
	return &ActWalk{reader: r, q: q}
}

// Next returns the next act, or nil at the end. It is valid until the next call.
func (w *ActWalk) Next(ctx context.Context) (*clew.Act, error) {
	if w.at == len(w.page) {
		if w.ended {
			return nil, nil
		}
		page, more, err := w.reader.Acts(ctx, w.q, w.page[:0])
		if err != nil {
			return nil, err
		}
		w.page, w.at, w.ended = page, 0, !more
		if len(page) == 0 {
			return nil, nil
		}
		w.q = w.q.After(&page[len(page)-1])
	}
	w.at++
	return &w.page[w.at-1], nil
}

// CheckAct reports why a load cannot take a into a ledger of chain.
func CheckAct(chain clew.Chain, a *clew.Act) error {
	if a.On.Chain() != chain {
		return fmt.Errorf("act at %s is on %q, not on %s", a.Pos, a.On.Chain(), chain)
	}
	if err := a.Check(); err != nil {
		return err
	}
	return checkPos(a.Pos)
}

// CompareActs orders acts by position and, where that is the same, by what they
// say, so that the order in which a source gives them does not matter.
func CompareActs(a, b *clew.Act) int {
	if c := a.Pos.Cmp(b.Pos); c != 0 {
		return c
	}
	return cmp.Or(
		slices.Compare(a.Tx[:], b.Tx[:]),
		cmp.Compare(a.Kind, b.Kind),
		compareAddresses(a.By, b.By),
		compareAddresses(a.On, b.On),
		compareAddresses(a.With, b.With),
		strings.Compare(a.Asset.String(), b.Asset.String()),
		a.Amount.Cmp(b.Amount),
		cmp.Compare(a.Detail, b.Detail),
		cmp.Compare(a.Carrier, b.Carrier),
		cmp.Compare(a.Data, b.Data),
		cmp.Compare(a.Time, b.Time),
	)
}

// LikeActs reports whether a and b are the same in all but position and time:
// the identity of acts whose ordinals are made up. Where the transaction is not
// known, the height and the time must agree too.
func LikeActs(a, b *clew.Act) bool {
	x, y := *a, *b
	x.Pos, y.Pos, x.Time, y.Time = clew.Pos{}, clew.Pos{}, 0, 0
	return x == y && (!a.Tx.IsZero() || a.Pos.Height == b.Pos.Height && a.Time == b.Time)
}

// Acts appends to page the acts that q asks for.
func (j *joined) Acts(ctx context.Context, q ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	if err := errors.Join(q.Check(), ctx.Err()); err != nil {
		return page, false, err
	}
	groups, _ := within(j.acts, q.From, q.Until, q.Newest)
	start, limit := len(page), q.Limit
	for i := range groups {
		left := limit - (len(page) - start)
		q.Limit = max(left, 1) // of one more it is enough to know that it is there
		next, more, err := groups[i].acts(ctx, q, page)
		if err != nil {
			return page[:start], false, err
		}
		if left == 0 && len(next) > len(page) {
			return page, true, nil
		}
		if page = next; more {
			return page, true, nil
		}
	}
	return page, false, nil
}

// acts appends to page the group's acts that q asks for.
func (g *group) acts(ctx context.Context, q ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	if len(g.parts) == 1 {
		return g.parts[0].Acts(ctx, q, page)
	}
	start, more := len(page), false
	for _, part := range g.parts {
		var rest bool
		var err error
		if page, rest, err = part.Acts(ctx, q, page); err != nil {
			return page[:start], false, err
		}
		more = more || rest
	}
	acts := page[start:]
	slices.SortFunc(acts, func(a, b clew.Act) int {
		if q.Newest {
			return b.Pos.Cmp(a.Pos)
		}
		return a.Pos.Cmp(b.Pos)
	})
	n := min(q.Limit, len(acts))
	return page[:start+n], more || n < len(acts), nil
}
