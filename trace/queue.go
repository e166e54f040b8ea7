package trace

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
)

// Rows of a pot are read a page at a time: few at first, for most pots have
// few.
const (
	firstPage = 64
	lastPage  = 4096
)

// A queue engine replays the pots that hold marked value, transfer by transfer
// in the order of the chain or, backward, against it. It serves every policy, for it keeps each pot as
// the policy sees it, and reads nothing of other pots.
type queue struct {
	*accounts
	agenda *agenda[*cursor]
}

// A cursor stands in the rows of an account on one side, or at a transfer that
// must be taken whatever the accounts hold.
type cursor struct {
	account *account // nil: at a special transfer
	special *special
	view    *view
	query   ledger.Query
	rows    []ledger.Row
	at      int
	more    bool
}

// newQueue makes the engine, with what is due whatever accounts hold.
func newQueue(w *walk) *queue {
	q := &queue{accounts: newAccounts(w), agenda: newAgenda[*cursor](len(w.views), w.backward)}
	for _, v := range w.views {
		if v.chain.IsBitcoin() {
			continue
		}
		for _, sp := range w.begins(v) {
			q.await(v, sp.row)
		}
	}
	return q
}

func (q *queue) head(view int) (moment, clew.Time, bool) { return q.agenda.head(view) }

func (q *queue) await(v *view, r row) {
	q.agenda.push(v.index, due[*cursor]{v.moment(r.pos, r.asset), r.time, q.at(v, r)})
}

// at returns a cursor that stands at a transfer of which the case says something.
func (q *queue) at(v *view, r row) *cursor { return &cursor{special: v.special[r.pos], view: v} }

// step takes what is due next, unless its transaction turns out to be one that
// conversions give another order.
func (q *queue) step(ctx context.Context, view int) error {
	q.reversed = q.backward
	next, _ := q.agenda.pop(view)
	again, err := lookInto(ctx, q.walk, q.agenda, view, next, q.standsAt, func(r row) *cursor { return q.at(q.views[view], r) })
	if err != nil || again {
		return err
	}
	// Interrupted while it moves cursors, a step leaves its accounts as they are,
	// and what they hold is booked there.
	if err := q.advance(ctx, next); err != nil && !q.cut(ctx, err) {
		return err
	}
	return nil
}

// advance takes the transfer that a cursor stands at, and moves the cursor on.
func (q *queue) advance(ctx context.Context, next due[*cursor]) error {
	c := next.item
	if c.account != nil && (c.account.closed || q.ended != "") {
		return nil
	}
	r := c.row()
	if !q.taken(c.view.index, next.at) {
		opened, err := q.take(ctx, c.view, r)
		if err != nil {
			return err
		}
		if opened != nil {
			if err := q.watch(ctx, opened, r.pos); err != nil {
				return err
			}
		}
	}
	if c.account == nil {
		return nil
	}
	c.at++
	return q.schedule(ctx, c)
}

// standsAt returns the transfer that a cursor stands at, and whether an account
// pays it.
func (q *queue) standsAt(c *cursor) (row, bool) {
	r := c.row()
	return r, q.open[r.nearPot()] != nil
}

// row returns the transfer that a cursor stands at.
func (c *cursor) row() row {
	if c.account == nil {
		return c.special.row
	}
	return c.view.row(c.account.id.Address, c.query.Side, &c.rows[c.at])
}

// watch puts cursors into both sides of an account, after a transfer.
func (q *queue) watch(ctx context.Context, opened *account, after clew.Pos) error {
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		c := &cursor{account: opened, view: opened.view, more: true,
			query: ledger.Query{Address: opened.id.Address, Side: side, Asset: opened.id.Asset, Limit: firstPage}}
		if q.backward {
			c.query.Until, c.query.Newest = after, true
		} else {
			c.query.From = ledger.Next(after)
		}
		if err := q.schedule(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// schedule puts a cursor on the agenda at its next row within the limits.
func (q *queue) schedule(ctx context.Context, c *cursor) error {
	for {
		if c.at == len(c.rows) {
			if !c.more {
				return nil
			}
			if err := q.load(ctx, c); err != nil {
				return err
			}
			continue
		}
		r := &c.rows[c.at]
		if q.beyond(r.Time) {
			return nil
		}
		if r.Peer != c.account.id.Address && !r.Amount.IsZero() {
			q.agenda.push(c.view.index, due[*cursor]{c.view.moment(r.Pos, r.Asset), r.Time, c})
			return nil
		}
		c.at++
	}
}

// load reads the next page of a cursor's rows.
func (q *queue) load(ctx context.Context, c *cursor) error {
	if err := c.load(ctx, &q.work); err != nil {
		return err
	}
	if q.work.Rows > q.wide && q.in.Engine == "" && q.apart() {
		return errTooWide
	}
	return nil
}

// load reads the next page of rows, and counts them.
func (c *cursor) load(ctx context.Context, work *Work) error {
	rows, more, err := c.view.reader.Rows(ctx, c.query, c.rows[:0])
	if err != nil {
		return err
	}
	work.Rows += len(rows)
	c.rows, c.more, c.at = rows, more && len(rows) > 0, 0
	if len(rows) > 0 {
		c.query = c.query.After(rows[len(rows)-1])
	}
	c.query.Limit = min(2*c.query.Limit, lastPage)
	return nil
}

// sortedOpen returns the open accounts in an order that depends on nothing
// else.
func (a *accounts) sortedOpen() []*account {
	sorted := make([]*account, 0, len(a.open))
	for _, p := range a.open {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(p, q *account) int {
		if c := compareAddresses(p.id.Address, q.id.Address); c != 0 {
			return c
		}
		return compareAssets(p.id.Asset, q.id.Asset)
	})
	return sorted
}
