package launder

import "clew"

// A FlightQuestion bounds what is taken for a flight before a freeze.
type FlightQuestion struct {
	Within clew.Time // seconds from what came in to the swap
	Part   uint64    // of 1,000: the least of what came in that is swapped
}

// DefaultFlight returns the usual bounds.
func DefaultFlight() FlightQuestion { return FlightQuestion{Within: 3600, Part: 900} }

// The roles in a flight.
const (
	Swaps RoleName = "swaps" // pays one asset for another
	Takes RoleName = "takes" // gets the other
)

var flightRule = Rule{
	ID: FlightRule, Name: "Flight from a token that can be frozen", Version: paceVersion,
	Assumption: "A thief leaves a token whose issuer can freeze it: an address swaps nine tenths or more of what came to it within the last hour for a coin, or a token, that nobody is known to be able to freeze.",
	Failure:    "Everybody who is paid in dollars and wants the chain's coin does so, and so do traders. Which tokens can be frozen comes from the caller's list: of others nothing is found, and a token that is not on it is taken for one that cannot be frozen. A swap of several assets at once is not seen.",
	Source:     "the rule of flight before a freeze in docs/METHODS.md: the reports of large thefts tell of it; the bounds are ours",
	RedFlags:   []string{fatfTurned},
	make:       func(st *Stream) (Recogniser, error) { return NewFlight(st, DefaultFlight()) },
}

// Flight finds swaps of tokens that can be frozen into assets that cannot, soon after
// they came.
type Flight struct {
	st   *Stream
	q    FlightQuestion
	txs  txCursor
	held byPot[arrived]
	due  dues[*arrived]

	freezable []int8 // by the number of an asset; 0: not asked yet, 1: it can be frozen, -1: it cannot
}

// An arrived is what came to a pot of a token that can be frozen within the time.
type arrived struct {
	at   Pot
	list []paid
}

// mostArrived is how many payments to one pot are kept.
const mostArrived = 32

// NewFlight makes a recogniser for a stream.
func NewFlight(st *Stream, q FlightQuestion) (*Flight, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		overHalf(q.Part))
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &Flight{st: st, q: q, txs: txCursor{reader: st.transactions()}, due: dues[*arrived]{most: openPaces, room: keptPaces}}, nil
}

// Dropped returns how many pots were given up before their time, and transactions
// that were too large.
func (r *Flight) Dropped() uint64 { return r.due.dropped + r.txs.reader.cut }

// Add takes the next transfer.
func (r *Flight) Add(m *Moved) {
	if r.st.setup.Freezable == nil {
		return
	}
	r.look(r.txs.next(m))
	for a := range r.due.over(m.Time) {
		r.forget(a, m.Time)
	}
	for a := range r.due.full() {
		r.giveUp(a)
	}
	p := m.single()
	if p == nil || p.KnownTo || !r.canFreeze(m.AssetNo, m.Asset) {
		return
	}
	at := p.ToPot
	a := r.held.get(at)
	if a == nil {
		a = &arrived{at: at}
		r.held.put(at, a)
		r.wait(m.Time, a)
	}
	if len(a.list) == mostArrived {
		a.list = a.list[1:]
	} else {
		r.due.keep(1)
	}
	a.list = append(a.list, paidOf(m, p))
}

// canFreeze reports whether an asset's issuer can freeze it.
func (r *Flight) canFreeze(no AssetNo, asset clew.Asset) bool {
	for int(no) >= len(r.freezable) {
		r.freezable = append(r.freezable, 0)
	}
	if r.freezable[no] == 0 {
		r.freezable[no] = -1
		if r.st.setup.Freezable(asset) {
			r.freezable[no] = 1
		}
	}
	return r.freezable[no] > 0
}

// wait looks at what came again when its time is over.
func (r *Flight) wait(since clew.Time, a *arrived) {
	if early, gone := r.due.push(since+r.q.Within, a); gone {
		r.giveUp(early)
	}
}

// giveUp forgets what came to a pot.
func (r *Flight) giveUp(a *arrived) {
	r.held.drop(a.at, a)
	r.due.keep(-len(a.list))
}

// forget drops what came too long ago.
func (r *Flight) forget(a *arrived, now clew.Time) {
	for len(a.list) > 0 && a.list[0].time+r.q.Within < now {
		a.list = a.list[1:]
		r.due.keep(-1)
	}
	if len(a.list) > 0 && r.held.get(a.at) == a {
		r.wait(a.list[0].time, a)
	} else {
		r.giveUp(a)
	}
}

// look looks whether a transaction swaps what came just before.
func (r *Flight) look(tx []clew.Transfer) {
	if tx == nil {
		return
	}
	c, ok := r.txs.reader.swapDone()
	if !ok || !r.st.setup.Freezable(c.paid) || r.st.setup.Freezable(c.got) {
		return
	}
	who, known := r.st.parties.number(c.payer)
	a := r.held.get(r.st.pot(who, r.st.asset(c.paid)))
	if a == nil || known {
		return
	}
	var in clew.Amount
	f := &Finding{Chain: c.paid.Chain(), To: c.time, Params: []Param{{"within", span(r.q.Within)}, {"swapped", "at least " + share(r.q.Part)}}}
	for i := range a.list {
		p := &a.list[i]
		if p.time+r.q.Within < c.time || !p.pos.Before(c.first.Pos) {
			continue
		}
		if f.Steps == nil {
			f.From = p.time
		}
		in, _ = in.Add(p.amount)
		f.Steps = append(f.Steps, r.st.step(Pays, Gets, p))
	}
	if in.IsZero() || !atLeast(c.out, in, r.q.Part) {
		return
	}
	f.Steps = append(f.Steps, Step{Time: c.time, Roles: []Role{legRole(Swaps, c.payer, c.first), legRole(Takes, c.to, c.last)}})
	n := 3
	if r.st.parties.since(who)+r.q.Within < a.list[0].time {
		f.Against = append(f.Against, "the address was in use before: thieves use new ones")
	}
	if !atLeast(in, c.out, 500) {
		f.Against = append(f.Against, "it swaps more than twice what came: it held the token before")
	}
	r.held.drop(a.at, a)
	r.st.tell(FlightRule, f, n, 2)
}

// End looks at the last transaction.
func (r *Flight) End() {
	if r.st.setup.Freezable != nil {
		r.look(r.txs.rest())
	}
}
