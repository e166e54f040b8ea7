package trace

import (
	"slices"

	"clew"
	"clew/taint"
)

// A custody is an account at a service on the way, as a record tells of it:
// each of its balances is a pot by the policy. Deposits wait until an entry
// after them is needed; then all entries up to it are booked, in their order.
//
// Backward the account runs the other way, from its last entry to its first:
// what was left in it at the end was there before, withdrawals bring value into
// it, and deposits carry it on. So are the units in its balances.
type custody struct {
	record   *Record
	backward bool
	in, out  EntryKind // of the transfers that bring value on the walk's way, and that carry it on
	rests    int       // mark of the record's exhibit
	steps    []movement
	pots     map[string]taint.Pot
	names    []string // of pots, in the order in which they were opened
	asset    map[string]clew.Asset
	next     int  // first of steps that is not booked yet
	met      bool // marked value came to it
	hop      int  // of the transfer that first brought some
	came     row  // the one that last brought some
	note     string
}

// A movement is one change of an account with what a walk makes of it.
type movement struct {
	*AccountEntry
	view   *view      // nil: its ledger is not at hand, or it has none
	row    row        // its transfer, where lacks is empty
	leg    int        // of its transfer on Bitcoin
	lacks  string     // why its transfer cannot be followed
	tape   taint.Tape // what its transfer brought, or is to carry on
	marked clew.Amount
	got    clew.Amount // marked, on the other side of a trade
}

// newCustody returns the account of a record, its steps in the record's order.
func newCustody(r *Record, rests int, backward bool) *custody {
	c := &custody{record: r, backward: backward, in: Deposited, out: Withdrawn, rests: rests,
		pots: map[string]taint.Pot{}, asset: map[string]clew.Asset{}}
	if backward {
		c.in, c.out = c.out, c.in
	}
	for k := range r.Entries {
		c.steps = append(c.steps, movement{AccountEntry: &r.Entries[k]})
	}
	return c
}

// turn puts the steps in the order of the walk. Backward, what the account had
// left at the end is there first, and clean.
func (c *custody) turn(w *walk) error {
	if !c.backward {
		return nil
	}
	left := map[string]clew.Amount{}
	for i := range c.steps {
		if err := c.record.change(left, c.steps[i].AccountEntry); err != nil {
			return err
		}
	}
	slices.Reverse(c.steps)
	for i := range c.steps {
		e := c.steps[i].AccountEntry
		for _, of := range []struct {
			balance string
			asset   clew.Asset
		}{{e.GotBalance, e.Got}, {e.Balance, e.Asset}} {
			if of.balance == "" || c.pots[of.balance] != nil {
				continue
			}
			if err := c.receive(w, of.balance, of.asset, taint.Tape{}.Append(taint.CleanRun(left[of.balance]))); err != nil {
				return err
			}
		}
	}
	return nil
}

// entryOf returns which of the record's entries a step is.
func (c *custody) entryOf(step int) int {
	if c.backward {
		return len(c.steps) - 1 - step
	}
	return step
}

// A dealing says that a transfer is an entry of an account.
type dealing struct {
	*custody
	step int
}

// onWay turns a tape from the order of the engine to that of the account, or
// back: backward an account has its units from the last to the first. It
// returns a copy.
func (w *walk) onWay(tape taint.Tape) taint.Tape {
	tape = slices.Clone(tape)
	if w.backward && !w.reversed {
		slices.Reverse(tape)
	}
	return tape
}

// take keeps what a transfer brings until it is needed. What comes too late to
// have paid for anything stays at the service.
func (d dealing) take(w *walk, r row, tape taint.Tape, hop int) {
	s := &d.steps[d.step]
	s.marked = w.plus(s.marked, tape.Marked())
	if !d.met {
		d.met, d.hop = true, hop
	}
	d.came = r
	if d.next > d.step {
		d.note = "a " + string(d.in) + " was reached after what followed it had been walked, so what it brought is booked at the service"
		w.bookAt(AtService, r.far, r, over(tape, d.rests), d)
		return
	}
	s.tape = w.onWay(tape)
}

// withdraw returns what an account gives to a transfer. What the service's
// own address would have sent with it stays there: by the record it was the
// account's.
func (w *walk) withdraw(r row, d dealing, tape taint.Tape, hop int) (taint.Tape, int, error) {
	if err := d.settle(w, d.step); err != nil {
		return nil, 0, err
	}
	out := w.onWay(d.steps[d.step].tape)
	d.steps[d.step].tape = nil
	if !out.IsMarked() {
		return tape, hop, nil
	}
	if tape.IsMarked() {
		w.book(AtService, r.near, r, tape)
	}
	return out, d.hop + 1, nil
}

// settle books the entries up to one, which is among them.
func (c *custody) settle(w *walk, upTo int) error {
	for ; c.next <= upTo; c.next++ {
		if err := c.change(w, c.next); err != nil {
			return err
		}
	}
	return nil
}

// gives reports whether, on the walk's way, an entry of a kind takes something
// out of a balance, and not only puts something in.
func (c *custody) gives(kind EntryKind) bool {
	return kind == Traded || (kind == Deposited || kind == HeldBefore) == c.backward
}

// change books one entry.
func (c *custody) change(w *walk, i int) error {
	s := &c.steps[i]
	if s.Kind == Traded {
		return c.trade(w, s)
	}
	if !c.gives(s.Kind) {
		tape := s.tape
		if s.tape = nil; tape == nil {
			tape = taint.Tape{taint.CleanRun(s.Amount)}
		}
		return c.receive(w, s.Balance, s.Asset, tape)
	}
	tape, err := c.spend(w, s.Balance, s.Asset, s.Amount)
	if err != nil {
		return err
	}
	s.marked = tape.Marked()
	c.leave(w, i, tape)
	return nil
}

// trade moves value from one balance to another. Its units are set against each
// other in the order in which they were traded.
func (c *custody) trade(w *walk, s *movement) error {
	if !c.backward {
		paid, err := c.spend(w, s.Balance, s.Asset, s.Amount)
		if err != nil {
			return err
		}
		got, err := taint.Convert(paid, s.GotAmount)
		if err != nil {
			return err
		}
		s.marked, s.got = paid.Marked(), got.Marked()
		return c.receive(w, s.GotBalance, s.Got, got)
	}
	got, err := c.spend(w, s.GotBalance, s.Got, s.GotAmount)
	if err != nil {
		return err
	}
	slices.Reverse(got)
	paid, err := taint.Convert(got, s.Amount)
	if err != nil {
		return err
	}
	slices.Reverse(paid)
	s.marked, s.got = paid.Marked(), got.Marked()
	return c.receive(w, s.Balance, s.Asset, paid)
}

// spend takes units out of a balance. What is marked among them rests on the
// record's exhibit from then on.
func (c *custody) spend(w *walk, name string, asset clew.Asset, amount clew.Amount) (taint.Tape, error) {
	pot, err := c.pot(w, name, asset)
	if err != nil {
		return nil, err
	}
	tape, _ := pot.Spend(amount, nil)
	return over(tape, c.rests), nil
}

// leave books what leaves the account, or keeps it for the transfer of a
// ledger that carries it on.
func (c *custody) leave(w *walk, i int, tape taint.Tape) {
	s, d := &c.steps[i], dealing{c, i}
	r := row{pos: c.came.pos, time: s.Time, asset: s.Asset, amount: s.Amount}
	switch s.Kind {
	case c.out:
		if s.lacks == "" {
			s.tape = tape
			return
		}
		if marked := tape.Marked(); !marked.IsZero() {
			w.gaps = append(w.gaps, c.lacking(s, marked, ""))
		}
		w.bookAt(NotHeld, s.Address, r, tape, d)
	case HeldBefore:
		r.time = c.came.time
		w.bookAt(AtOpening, c.came.far, r, tape, d)
	case PaidOut:
		w.bookAt(PaidOffLedger, clew.Address{}, r, tape, d)
	case Charged:
		w.bookAt(PaidAsFee, clew.Address{}, r, tape, d)
	default:
		w.bookAt(AtService, c.came.far, r, tape, d)
	}
}

// lacking says that the transfer of a step is not held.
func (c *custody) lacking(s *movement, amount clew.Amount, taken string) clew.Gap {
	way := "deposited there"
	if s.Kind == Withdrawn {
		way = "withdrawn to there"
	}
	return clew.Gap{Kind: clew.GapHistory, Chain: s.Asset.Chain(), Address: s.Address, Asset: s.Asset, Amount: amount,
		Note: "exhibit " + c.record.Exhibit + " says that it was " + way + "; " + s.lacks + taken}
}

// pot returns a balance of the account.
func (c *custody) pot(w *walk, name string, asset clew.Asset) (taint.Pot, error) {
	if p := c.pots[name]; p != nil {
		return p, nil
	}
	p, err := taint.NewPot(w.in.Method)
	if err != nil {
		return nil, err
	}
	c.pots[name], c.asset[name], c.names = p, asset, append(c.names, name)
	return p, nil
}

func (c *custody) receive(w *walk, name string, asset clew.Asset, tape taint.Tape) error {
	p, err := c.pot(w, name, asset)
	if err != nil {
		return err
	}
	return p.Receive(tape)
}

// finish books what is left in the account, and what transfers were to carry on
// if they were not reached.
func (c *custody) finish(w *walk) error {
	if !c.met {
		return nil
	}
	last := len(c.steps) - 1
	for i := c.next; i <= last; i++ {
		if w.beyond(c.steps[i].Time) {
			last = i - 1
		}
	}
	if err := c.settle(w, last); err != nil {
		return err
	}
	for i := range c.steps {
		s := &c.steps[i]
		switch {
		case !s.tape.IsMarked():
		case s.Kind == c.out:
			w.bookAt(w.kindOfUnsent(s.row.time), s.row.near, s.row, s.tape, dealing{c, i})
		default: // an origin that begins beyond the time limit
			if err := c.receive(w, s.Balance, s.Asset, s.tape); err != nil {
				return err
			}
		}
	}
	c.tellLacking(w)
	c.bookLeft(w)
	return nil
}

// bookLeft books what is left in the balances.
func (c *custody) bookLeft(w *walk) {
	late := map[string]bool{}
	for _, s := range c.steps[c.next:] {
		from := s.Balance
		if s.Kind == Traded && c.backward {
			from = s.GotBalance
		}
		late[from] = late[from] || c.gives(s.Kind)
	}
	for _, name := range c.names {
		kind := AtService
		if late[name] {
			kind = AtTimeLimit
			w.hits["until"]++
		}
		r := row{pos: c.came.pos, time: c.came.time, asset: c.asset[name]}
		w.bookAt(kind, c.came.far, r, over(c.pots[name].Contents(nil), c.rests), dealing{c, len(c.steps)})
	}
}

// tellLacking lists the transfers into the account that are not held: whether
// they brought marked value is not known, and they count as clean.
func (c *custody) tellLacking(w *walk) {
	for i := range c.steps {
		if s := &c.steps[i]; s.Kind == c.in && s.lacks != "" {
			w.gaps = append(w.gaps, c.lacking(s, s.Amount, "; taken to be clean"))
		}
	}
}

// kindOfUnsent says why a transfer out of an account was not reached.
func (w *walk) kindOfUnsent(t clew.Time) PlaceKind {
	if w.ended == "" && w.beyond(t) {
		w.hits["until"]++
		return AtTimeLimit
	}
	return AtSizeLimit
}

// bookAt books what lies at a place by an account's record.
func (w *walk) bookAt(kind PlaceKind, a clew.Address, r row, tape taint.Tape, d dealing) {
	w.bookIn(placeKey{kind: kind, address: a, asset: r.asset, account: d}, r, tape)
}
