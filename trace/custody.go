package trace

import (
	"slices"

	"clew"
	"clew/taint"
)

// A custody is an account at a service on the way, as a record tells of it:
// each of its balances is a pot by the policy. Deposits wait until an entry
// after them is needed; then all entries up to it are booked, in their order.
type custody struct {
	record *Record
	rests  int // mark of the record's exhibit
	steps  []movement
	pots   map[string]taint.Pot
	names  []string // of pots, in the order in which they were opened
	asset  map[string]clew.Asset
	next   int  // first entry that is not booked yet
	met    bool // marked value came to it
	hop    int  // of the transfer that first brought some
	came   row  // the deposit that last brought some
	note   string
}

// A movement is one change of an account with what a walk makes of it.
type movement struct {
	*AccountEntry
	view   *view      // nil: its ledger is not at hand, or it has none
	row    row        // its transfer, where lacks is empty
	leg    int        // of its transfer on Bitcoin
	lacks  string     // why its transfer cannot be followed
	tape   taint.Tape // what a deposit brought; what a withdrawal is to carry
	marked clew.Amount
	got    clew.Amount // marked, that a trade brought
}

// A dealing says that a transfer is an entry of an account.
type dealing struct {
	*custody
	step int
}

// take keeps what a deposit brings until it is needed. What comes too late to
// have paid for anything stays at the service.
func (d dealing) take(w *walk, r row, tape taint.Tape, hop int) {
	s := &d.steps[d.step]
	s.marked = w.plus(s.marked, tape.Marked())
	if !d.met {
		d.met, d.hop = true, hop
	}
	d.came = r
	if d.next > d.step {
		d.note = "a deposit was reached after what followed it had been walked, so what it brought is booked at the service"
		w.bookAt(AtService, r.far, r, over(tape, d.rests), d)
		return
	}
	s.tape = slices.Clone(tape)
}

// withdraw returns what an account gives to a withdrawal. What the service's
// own address would have sent with it stays there: by the record it was the
// account's.
func (w *walk) withdraw(r row, d dealing, tape taint.Tape, hop int) (taint.Tape, int, error) {
	if err := d.settle(w, d.step); err != nil {
		return nil, 0, err
	}
	out := d.steps[d.step].tape
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

// change books one entry.
func (c *custody) change(w *walk, i int) error {
	s := &c.steps[i]
	switch s.Kind {
	case HeldBefore:
		return c.receive(w, s.Balance, s.Asset, taint.Tape{taint.CleanRun(s.Amount)})
	case Deposited:
		tape := s.tape
		if s.tape = nil; tape == nil {
			tape = taint.Tape{taint.CleanRun(s.Amount)}
		}
		return c.receive(w, s.Balance, s.Asset, tape)
	}
	pot, err := c.pot(w, s.Balance, s.Asset)
	if err != nil {
		return err
	}
	left, _ := pot.Spend(s.Amount, nil)
	left = over(left, c.rests)
	s.marked = left.Marked()
	if s.Kind == Traded {
		got, err := taint.Convert(left, s.GotAmount)
		if err != nil {
			return err
		}
		s.got = got.Marked()
		return c.receive(w, s.GotBalance, s.Got, got)
	}
	c.leave(w, i, left)
	return nil
}

// leave books what leaves the account, or keeps it for the transfer of a
// ledger that carries it on.
func (c *custody) leave(w *walk, i int, tape taint.Tape) {
	s, d := &c.steps[i], dealing{c, i}
	r := row{pos: c.came.pos, time: s.Time, asset: s.Asset, amount: s.Amount}
	switch s.Kind {
	case Withdrawn:
		if s.lacks == "" {
			s.tape = tape
			return
		}
		if marked := tape.Marked(); !marked.IsZero() {
			w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapHistory, Chain: s.Asset.Chain(), Address: s.Address, Asset: s.Asset, Amount: marked,
				Note: "exhibit " + c.record.Exhibit + " says that it was withdrawn to there; " + s.lacks})
		}
		w.bookAt(NotHeld, s.Address, r, tape, d)
	case PaidOut:
		w.bookAt(PaidOffLedger, clew.Address{}, r, tape, d)
	case Charged:
		w.bookAt(PaidAsFee, clew.Address{}, r, tape, d)
	default:
		w.bookAt(AtService, c.came.far, r, tape, d)
	}
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

// finish books what is left in the account, and what its withdrawals were to
// carry if they were not reached.
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
		if s.Kind == Withdrawn && s.tape.IsMarked() {
			w.bookAt(w.kindOfUnsent(s.row.time), s.row.near, s.row, s.tape, dealing{c, i})
		}
	}
	c.tellLacking(w)
	late := map[string]bool{}
	for _, s := range c.steps[c.next:] {
		late[s.Balance] = late[s.Balance] || s.Kind != Deposited
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
	return nil
}

// tellLacking lists the deposits whose transfers are not held: whether they
// brought marked value is not known, and they count as clean.
func (c *custody) tellLacking(w *walk) {
	for i := range c.steps {
		if s := &c.steps[i]; s.Kind == Deposited && s.lacks != "" {
			w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapHistory, Chain: s.Asset.Chain(), Address: s.Address, Asset: s.Asset, Amount: s.Amount,
				Note: "exhibit " + c.record.Exhibit + " says that it was deposited there; " + s.lacks + "; taken to be clean"})
		}
	}
}

// kindOfUnsent says why a withdrawal was not reached.
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
