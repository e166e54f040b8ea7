package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"clew"
)

// Bounds on the records of one trace.
const (
	maxExhibits = 1 << 12 // each has a mark of its own
	maxEntries  = 100_000 // of all records together
)

// An outputDealing says that value goes by an output of a Bitcoin transaction
// into an account at a service or a conversion, or comes out of one.
type outputDealing struct {
	row    row
	into   dealing
	outOf  dealing
	enters *crossing
	leaves *crossing

	refused *crossing // it looks as if value went into it, but that is not followed

	nth  int // its index among the rows of the conversion that it enters
	from int // and of the one that it leaves
}

// openRecords finds the transfers of the case's records. One that the ledger
// contradicts is an input error; one that is not held is kept and says so.
func (w *walk) openRecords(ctx context.Context) error {
	ids, entries := map[string]bool{}, 0
	for i := range w.in.Assumptions.Records {
		r := &w.in.Assumptions.Records[i]
		if _, err := r.Check(); err != nil {
			return err
		}
		if ids[r.ID] {
			return r.wrong("", "an id of its own")
		}
		ids[r.ID] = true
		if entries += len(r.Entries); entries > maxEntries {
			return r.wrong("", fmt.Sprintf("records of at most %d entries together", maxEntries))
		}
		rests, err := w.exhibit(r.Exhibit)
		if err != nil {
			return err
		}
		c := newCustody(r, rests, w.backward)
		w.custodies = append(w.custodies, c)
		if err := w.openRecord(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// exhibit returns the mark of an exhibit, given at its first use.
func (w *walk) exhibit(number string) (int, error) {
	at := slices.Index(w.exhibits, number)
	if at < 0 {
		if len(w.exhibits) == maxExhibits {
			return 0, &clew.InputError{Field: "records", Value: strconv.Itoa(maxExhibits + 1), Want: fmt.Sprintf("records of at most %d exhibits in one trace; leave some out", maxExhibits)}
		}
		at, w.exhibits = len(w.exhibits), append(w.exhibits, number)
	}
	return exhibitMark(at), nil
}

// openRecord ties the entries of one record to their transfers.
func (w *walk) openRecord(ctx context.Context, c *custody) error {
	for i := range c.steps {
		s := &c.steps[i]
		if !s.onLedger() {
			continue
		}
		if err := w.findEntry(ctx, c, s); err != nil {
			return err
		}
		if s.lacks != "" {
			continue
		}
		if err := c.checkClock(s); err != nil {
			return err
		}
		if err := w.tieEntry(c, i); err != nil {
			return err
		}
	}
	if err := c.checkOrder(); err != nil {
		return err
	}
	return c.turn(w)
}

// findEntry finds the transfer that an entry is.
func (w *walk) findEntry(ctx context.Context, c *custody, s *movement) error {
	v, err := w.viewOf(s.Asset.Chain())
	if err != nil {
		s.lacks = "no ledger of " + s.Asset.Chain().Name() + " is at hand"
		return nil
	}
	s.view = v
	var found []clew.Transfer
	if s.Pos != nil {
		var t clew.Transfer
		if t, err = v.reader.Transfer(ctx, *s.Pos); err == nil {
			found = []clew.Transfer{t}
		}
	} else {
		found, err = v.reader.Transaction(ctx, s.Tx)
	}
	if errors.Is(err, clew.ErrNotFound) {
		s.lacks = "the ledger at hand does not hold " + s.name() + ": it is misnamed, or lies outside the history held"
		return nil
	}
	if err != nil {
		return err
	}
	w.work.Rows += len(found)
	return c.match(s, found)
}

// name says by what an entry names its transfer.
func (e *AccountEntry) name() string {
	if e.Pos != nil {
		return "a transfer at " + e.Pos.String()
	}
	return "transaction " + e.Tx.String()
}

// match picks, among the transfers that an entry names, one that pays what it
// says to whom it says and is no other entry's.
func (c *custody) match(s *movement, found []clew.Transfer) error {
	var paid []string
	taken := false
	for i := range found {
		t := &found[i]
		if t.Asset != s.Asset || !s.Tx.IsZero() && !t.Tx.IsZero() && t.Tx != s.Tx {
			continue
		}
		for leg := range t.To {
			switch {
			case t.To[leg].Address != s.Address:
			case t.To[leg].Amount != s.Amount:
				paid = append(paid, t.To[leg].Amount.String())
			case s.view.dealt(t, leg, s.Kind == c.in):
				taken = true
			default:
				s.row, s.leg = s.view.rowOf(t), leg
				if s.view.chain.IsBitcoin() {
					s.row.near, s.row.far, s.row.amount = t.From[0].Address, s.Address, s.Amount
					if c.backward {
						s.row.near, s.row.far = s.row.far, s.row.near
					}
				}
				return nil
			}
		}
	}
	switch {
	case taken:
		return c.record.wrong(s.name(), "a transfer for each entry; this one is an entry already")
	case len(paid) > 0:
		return c.record.wrong(s.Amount.String(), fmt.Sprintf("the amount of the ledger: by %s, %s was paid %s smallest units of %s", s.name(), s.Address.Text(), paid[0], s.Asset))
	}
	return c.record.wrong(s.name(), fmt.Sprintf("a transfer of %s to %s; the ledger has it, and none such is in it", s.Asset, s.Address.Text()))
}

// dealt reports whether a transfer already leads into an account or, if not in,
// out of one.
func (v *view) dealt(t *clew.Transfer, leg int, in bool) bool {
	into, outOf := dealing{}, dealing{}
	if v.chain.IsBitcoin() {
		if d := v.dealings[t.Pos][leg]; d != nil {
			into, outOf = d.into, d.outOf
		}
	} else if sp := v.special[t.Pos]; sp != nil {
		into, outOf = sp.into, sp.outOf
	}
	if in {
		return into.custody != nil
	}
	return outOf.custody != nil
}

// tieEntry makes the transfer of an entry lead into its account, or out of it.
func (w *walk) tieEntry(c *custody, i int) error {
	s, d := &c.steps[i], dealing{c, i}
	if c.backward {
		d.step = len(c.steps) - 1 - i // they are turned when all are tied
	}
	if s.view.chain.IsBitcoin() {
		s.view.deal(s, d)
		return nil
	}
	if s.row.near == s.row.far {
		return c.record.wrong(s.name(), "a transfer between two addresses")
	}
	sp := s.view.mark(s.row)
	if s.Kind == c.in {
		if sp.enters != nil {
			return c.record.wrong(s.name(), "transfers of its own; this one goes into conversion "+sp.enters.conversion.ID)
		}
		sp.into = d
		return nil
	}
	if sp.leaves != nil {
		return c.record.wrong(s.name(), "transfers of its own; this one comes out of conversion "+sp.leaves.conversion.ID)
	}
	sp.outOf = d
	return nil
}

// deal ties an output of a Bitcoin transaction to an account.
func (v *view) deal(s *movement, d dealing) {
	r := s.row
	r.leg = s.leg
	if o := v.dealing(r); s.Kind == d.in {
		o.into = d
	} else {
		o.outOf = d
	}
}

// dealing returns what is said of an output, to be added to.
func (v *view) dealing(r row) *outputDealing {
	if v.dealings == nil {
		v.dealings = map[clew.Pos]map[int]*outputDealing{}
	}
	if v.dealings[r.pos] == nil {
		v.dealings[r.pos] = map[int]*outputDealing{}
	}
	o := v.dealings[r.pos][r.leg]
	if o == nil {
		o = &outputDealing{row: r}
		v.dealings[r.pos][r.leg] = o
	}
	return o
}

// checkClock holds an entry's time against that of its block: nothing is
// credited before it was sent, nor sent before it was debited.
func (c *custody) checkClock(s *movement) error {
	block := s.row.time
	switch {
	case !block.Known():
	case s.Kind == Deposited && s.Time+s.slack() < block:
		return c.record.wrong("deposit credited at "+s.Time.String(), "a time after that of its transfer, "+block.String())
	case s.Kind == Withdrawn && block+s.slack() < s.Time:
		return c.record.wrong("withdrawal debited at "+s.Time.String(), "a time before that of its transfer, "+block.String())
	}
	return nil
}

// checkOrder holds the order of the entries against that of a chain: what was
// credited before a withdrawal was sent before it.
func (c *custody) checkOrder() error {
	last := map[*view]*movement{}
	for i := range c.steps {
		s := &c.steps[i]
		if !s.onLedger() || s.lacks != "" {
			continue
		}
		before := last[s.view]
		if s.Kind == Withdrawn && before != nil && !before.row.pos.Before(s.row.pos) {
			return c.record.wrong("withdrawal at "+s.row.pos.String(), "a withdrawal after the deposits credited before it; the deposit at "+before.row.pos.String()+" comes later on the chain")
		}
		if s.Kind == Deposited && (before == nil || before.row.pos.Before(s.row.pos)) {
			last[s.view] = s
		}
	}
	return nil
}

// recordsJoinChains reports whether value can go over a record from one chain
// to another.
func (w *walk) recordsJoinChains() bool {
	for _, c := range w.custodies {
		var first *view
		for i := range c.steps {
			s := &c.steps[i]
			if !s.onLedger() || s.lacks != "" || s.view == nil {
				continue
			}
			if first != nil && s.view != first {
				return true
			}
			first = s.view
		}
	}
	return false
}

// waitsForAccount reports whether a transfer at a moment that an account gives
// something to has to wait for what an entry before it, on the walk's way, may
// still bring over from another chain.
func (w *walk) waitsForAccount(index int, at moment) bool {
	v := w.views[index]
	if sp := v.special[at.pos()]; sp != nil && w.outOfWaits(v, sp.outOf) {
		return true
	}
	for _, d := range v.dealings[at.pos()] {
		if w.outOfWaits(v, d.outOf) {
			return true
		}
	}
	return false
}

// outOfWaits does so of one entry of an account.
func (w *walk) outOfWaits(v *view, out dealing) bool {
	c := out.custody
	if c == nil {
		return false
	}
	for k := c.next; k < out.step; k++ {
		d := &c.steps[k]
		if d.Kind != c.in || d.lacks != "" || d.view == v {
			continue
		}
		head, ok := w.headOf(d.view.index)
		if order := head.compare(d.view.moment(d.row.pos, d.row.asset)); ok && (order <= 0 && !w.backward || order >= 0 && w.backward) {
			return true
		}
	}
	return false
}
