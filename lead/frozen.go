package lead

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/trace"
)

// A MetFreeze is a freeze that a trace met: an address that marked value came to, and
// how long after the theft its issuer acted.
type MetFreeze struct {
	Interval

	// Marked is how much marked value was there when it was frozen, and Gone how
	// much had left before, by the trace's policy; nil: not known, for it is not known
	// when it began, or the sums do not fit.
	Marked *clew.Amount `json:"marked,omitempty"`
	Gone   *clew.Amount `json:"gone,omitempty"`

	// After is the seconds from the first transfer of the trace's origins to the
	// freeze; nil: a time is not known. It is negative for an address that was
	// frozen before.
	After *int64 `json:"after,omitempty"`

	// SinceKnown is the seconds from the first second of the day on which the theft was
	// discovered, where an incident says that; nil: it is not said.
	SinceKnown *int64 `json:"sinceDiscovery,omitempty"`
}

// A FrozenQuery asks which freezes a trace met.
type FrozenQuery struct {
	Trace      *trace.Result
	Ledgers    []ledger.Snapshot
	Discovered clew.Time // first second of the day on which the theft was discovered; unknown: not said
}

// A FreezesMet is the answer.
type FreezesMet struct {
	List   []MetFreeze `json:"list,omitempty"`       // the first frozen first
	Theft  clew.Time   `json:"theft,omitzero"`       // of the first of the origins' transfers
	Unread int         `json:"potsUnread,omitempty"` // addresses, asset by asset, that were not looked up, for there are too many, or too many acts of one
}

// maxFrozenPots bounds the addresses, asset by asset, that are looked up.
const maxFrozenPots = 1 << 14

// MeetFreezes looks up the freezes of every address that, by a trace, marked value
// of a token came to. A trace that goes backward meets none.
func MeetFreezes(ctx context.Context, q FrozenQuery) (*FreezesMet, error) {
	out := &FreezesMet{}
	if q.Trace.Method.Direction == trace.Backward {
		return out, nil
	}
	out.Theft = theftOf(q.Trace)
	moves := movesOf(q.Trace)
	pots := potsOf(q.Trace)
	if n := len(pots) - maxFrozenPots; n > 0 {
		out.Unread, pots = n, pots[:maxFrozenPots]
	}
	for _, pot := range pots {
		for _, s := range q.Ledgers {
			if s.Chain() != pot.Address.Chain() || s.ActSpan().Empty() {
				continue
			}
			list, more, err := Freezes(ctx, s, pot.Address, pot.Asset)
			if err != nil {
				return nil, err
			}
			if more {
				out.Unread++
			}
			for i := range list {
				out.List = append(out.List, out.meet(&list[i], moves[pot], q.Discovered))
			}
		}
	}
	slices.SortStableFunc(out.List, func(a, b MetFreeze) int {
		return cmp.Or(cmp.Compare(a.Begun().Time, b.Begun().Time), a.Begun().Pos.Cmp(b.Begun().Pos), strings.Compare(a.Address.String(), b.Address.String()))
	})
	return out, nil
}

// theftOf returns when the first of the origins' transfers was; unknown if one's
// time is not held.
func theftOf(r *trace.Result) clew.Time {
	var first clew.Time
	for i := range r.Uses {
		u := &r.Uses[i]
		switch {
		case u.Hop != 0:
		case !u.Transfer.Time.Known():
			return 0
		case !first.Known() || u.Transfer.Time < first:
			first = u.Transfer.Time
		}
	}
	return first
}

// A markedMove is marked value that came to a pot, or left it.
type markedMove struct {
	pos    clew.Pos
	in     bool
	amount clew.Amount
}

// movesOf lists the marked moves of every pot of account chains, in chain order.
func movesOf(r *trace.Result) map[clew.Pot][]markedMove {
	moves := map[clew.Pot][]markedMove{}
	for i := range r.Uses {
		u := &r.Uses[i]
		if t := &u.Transfer; len(t.From) == 1 && len(t.To) == 1 {
			from, to := clew.Pot{Address: t.From[0].Address, Asset: t.Asset}, clew.Pot{Address: t.To[0].Address, Asset: t.Asset}
			moves[from] = append(moves[from], markedMove{t.Pos, false, u.Amount})
			moves[to] = append(moves[to], markedMove{t.Pos, true, u.Amount})
		}
	}
	return moves
}

// potsOf lists the pots of tokens that marked value came to, each once, in the order
// in which it came.
func potsOf(r *trace.Result) []clew.Pot {
	var pots []clew.Pot
	seen := map[clew.Pot]bool{}
	add := func(a clew.Address, asset clew.Asset) {
		pot := clew.Pot{Address: a, Asset: asset}
		if a.IsZero() || asset.Contract().IsZero() || a.Chain() != asset.Chain() || seen[pot] {
			return
		}
		seen[pot] = true
		pots = append(pots, pot)
	}
	for i := range r.Uses {
		for _, l := range r.Uses[i].Transfer.To {
			add(l.Address, r.Uses[i].Transfer.Asset)
		}
	}
	for i := range r.Places {
		add(r.Places[i].Address, r.Places[i].Asset)
	}
	return pots
}

// meet says what of the trace a freeze met.
func (m *FreezesMet) meet(i *Interval, moves []markedMove, discovered clew.Time) MetFreeze {
	f := MetFreeze{Interval: *i}
	if i.Shown != nil {
		return f
	}
	var in, gone clew.Amount
	for _, x := range moves {
		if !x.pos.Before(i.From.Pos) {
			continue
		}
		sum := &gone
		if x.in {
			sum = &in
		}
		var fits bool
		if *sum, fits = sum.Add(x.amount); !fits {
			f.TooBig = true
		}
	}
	if marked := in.MinusOrZero(gone); !f.TooBig {
		f.Marked, f.Gone = &marked, &gone
	}
	f.After, f.SinceKnown = seconds(m.Theft, i.From.Time), seconds(discovered, i.From.Time)
	return f
}

// seconds returns those from one time to another; nil if one is not known.
func seconds(from, to clew.Time) *int64 {
	if !from.Known() || !to.Known() {
		return nil
	}
	d := int64(to) - int64(from)
	return &d
}
