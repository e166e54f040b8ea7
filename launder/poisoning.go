package launder

import (
	"fmt"
	"math/bits"

	"clew"
)

// A PoisonQuestion bounds what is taken for address poisoning.
type PoisonQuestion struct {
	Prefix, Suffix int       // digits at the beginning and at the end that are alike
	Within         clew.Time // seconds after a victim dealt with the one that is imitated
	Dust           int       // bits by which dust is shorter than what went between victim and imitated
}

// DefaultPoison returns the usual bounds.
func DefaultPoison() PoisonQuestion {
	return PoisonQuestion{Prefix: 3, Suffix: 3, Within: 30 * 86_400, Dust: 7}
}

// The roles in address poisoning.
const (
	Lured    RoleName = "lured"      // whose list of past payments is poisoned
	Imitates RoleName = "imitates"   // looks like one that the lured one dealt with
	Imitated RoleName = "imitated"   // is that one
	PaidOff  RoleName = "is paid by" // the imitator, by mistake it seems
)

var poisonRule = Rule{
	ID: PoisonRule, Name: "Address poisoning and dust", Version: paceVersion,
	Assumption: "Who hopes that a victim copies a wrong address puts one into the list of its payments: by a transfer of nothing, of dust (less than a sixty-fourth of what went before), or of another token, between the victim and an address whose first and last three digits are those of one that it dealt with in the last thirty days.",
	Failure:    "Addresses made to look alike by one owner look so. By chance two addresses of EVM chains agree so once in 16 million pairs. Only the last eight that an address dealt with are remembered. What a token's name imitates is not read.",
	Source:     "T. Tsuchiya and others, Blockchain Address Poisoning, USENIX Security 2025, for the three ways; the digits are ours",
	RedFlags:   []string{},
	make:       func(st *Stream) (Recogniser, error) { return NewPoison(st, DefaultPoison()) },
}

// Poison finds look-alikes that put themselves between an address and those that it
// deals with.
type Poison struct {
	st    *Stream
	q     PoisonQuestion
	looks byParty[look] // of chains whose addresses' text is dear to write
	open  map[[2]Party]*lure
	due   dues[*lure]
}

// A look is how an address begins and ends.
type look struct{ prefix, suffix uint32 }

// A dealing is one that an address dealt with.
type dealing struct {
	with  Party
	look  look
	time  clew.Time
	asset AssetNo
	bits  int16 // of the amount
}

// mostDealings is how many others are remembered of an address.
const mostDealings = 8

// A lure is what one imitator did to one victim.
type lure struct {
	who, by, of Party
	chain       clew.Chain
	asset       clew.Asset
	steps       []Step
	count       uint64
	from, to    clew.Time
	paid        bool
	several     bool
	cut         bool
}

// mostLures is how many transfers of one imitator to one victim are kept.
const mostLures = 32

// NewPoison makes a recogniser for a stream.
func NewPoison(st *Stream, q PoisonQuestion) (*Poison, error) {
	err := checkBounds(
		bound{"prefix", q.Prefix, q.Prefix > 0 && q.Prefix <= 4, "1 to 4 digits"},
		bound{"suffix", q.Suffix, q.Suffix > 0 && q.Suffix <= 4, "1 to 4 digits"},
		bound{"prefix and suffix", q.Prefix + q.Suffix, q.Prefix+q.Suffix >= 6, "6 digits together at least: fewer agree by chance"},
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"dust", q.Dust, q.Dust > 0 && q.Dust < 256, "1 to 255 bits"})
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &Poison{st: st, q: q, open: map[[2]Party]*lure{}, due: dues[*lure]{most: openPaces, room: keptPaces}}, st.once(PoisonRule)
}

// Dropped returns how many imitators were given up before their time.
func (r *Poison) Dropped() uint64 { return r.due.dropped }

// Add takes the next transfer.
func (r *Poison) Add(m *Moved) {
	r.expire(m.Time)
	p := m.single()
	if p == nil {
		if p = r.nothing(m); p == nil {
			return
		}
	}
	if p.KnownFrom && p.KnownTo {
		return
	}
	from, to := r.st.parties.at(p.From), r.st.parties.at(p.To)
	out, toAgain := r.imitated(r.st.parties.dealings.list(from.dealt), p.To, p.KnownTo, m.Time)
	in, fromAgain := r.imitated(r.st.parties.dealings.list(to.dealt), p.From, p.KnownFrom, m.Time)
	switch {
	case out != nil:
		r.lure(p.From, p.To, out, m, p, r.real(out, m, p))
	case in != nil:
		if !r.real(in, m, p) { // who is paid a real sum by a look-alike was not lured
			r.lure(p.To, p.From, in, m, p, false)
		}
	case !p.Amount.IsZero():
		d := dealing{time: m.Time, asset: m.AssetNo, bits: int16(bitsOf(p.Amount))}
		if !p.KnownFrom { // a service deals with more than can be remembered
			r.meet(from, toAgain, p.To, d)
		}
		if !p.KnownTo {
			r.meet(to, fromAgain, p.From, d)
		}
	}
}

// expire tells of imitators whose time is over, and of the oldest where too much is kept.
func (r *Poison) expire(now clew.Time) {
	for l := range r.due.over(now) {
		r.close(l)
	}
	for l := range r.due.full() {
		r.close(l)
	}
}

// nothing reads a transfer of nothing as a payment; nil if it is none.
func (r *Poison) nothing(m *Moved) *Payment {
	t := m.Transfer
	if m.AssetNo == 0 || t.Asset.Chain().IsBitcoin() || t.Pos.Class >= clew.Fee || !t.Asset.IsFungible() || !t.To[0].Amount.IsZero() {
		return nil
	}
	from, to := t.From[0].Address, t.To[0].Address
	if from.IsZero() || to.IsZero() || from.IsIssuer() || to.IsIssuer() || from == to {
		return nil
	}
	var p Payment
	p.From, p.KnownFrom = r.st.parties.number(from)
	p.To, p.KnownTo = r.st.parties.number(to)
	return &p
}

// imitated returns, of those that an address dealt with, the one that another looks
// like; nil if there is none, the other is a service, or one of them: that is again.
func (r *Poison) imitated(list []dealing, other Party, known bool, now clew.Time) (found, again *dealing) {
	if len(list) == 0 {
		return nil, nil
	}
	var own look
	if !known {
		own = r.lookOf(other)
	}
	for i := len(list) - 1; i >= 0; i-- {
		d := &list[i]
		if d.with == other {
			return nil, d
		}
		if !known && found == nil && d.look == own && d.time+r.q.Within >= now {
			found = d
		}
	}
	return found, nil
}

// real reports whether a payment is more than what lures: of the asset that went
// between victim and imitated, and more than dust.
func (r *Poison) real(d *dealing, m *Moved, p *Payment) bool {
	return !p.Amount.IsZero() && d.asset == m.AssetNo && int(d.bits)-bitsOf(p.Amount) < r.q.Dust
}

// bitsOf returns how long an amount is.
func bitsOf(a clew.Amount) int {
	limbs := a.Limbs()
	for i := len(limbs) - 1; i >= 0; i-- {
		if limbs[i] != 0 {
			return 64*i + bits.Len64(limbs[i])
		}
	}
	return 0
}

// lookOf returns how an address begins and ends, in the digits that people see.
func (r *Poison) lookOf(p Party) look {
	who := r.st.parties.at(p)
	if who.form == clew.EVMForm {
		key, size := &who.key, clew.EVMForm.Size()
		first := uint32(key[0])<<8 | uint32(key[1])
		last := uint32(key[size-2])<<8 | uint32(key[size-1])
		return look{first >> (16 - 4*r.q.Prefix), last & (1<<(4*r.q.Suffix) - 1)}
	}
	if l, ok := r.looks.get(p); ok {
		return l
	}
	a := who.address(r.st.parties)
	text := a.Text()
	if a.Chain().IsTron() {
		text = text[1:] // all begin with T
	}
	var l look
	if len(text) > r.q.Prefix+r.q.Suffix {
		for i := range r.q.Prefix {
			l.prefix = l.prefix<<8 | uint32(text[i])
		}
		for i := range r.q.Suffix {
			l.suffix = l.suffix<<8 | uint32(text[len(text)-1-i])
		}
	}
	r.looks.put(p, l)
	return l
}

// meet notes with whom an address dealt: again, or for the first time of late.
func (r *Poison) meet(who *partySlot, again *dealing, other Party, d dealing) {
	d.with = other
	if again != nil {
		d.look = again.look
		*again = d
		return
	}
	d.look = r.lookOf(other)
	who.dealt = r.st.parties.dealings.add(who.dealt, d)
}

// lure notes what an imitator did, or got.
func (r *Poison) lure(who, by Party, of *dealing, m *Moved, p *Payment, paid bool) {
	key := [2]Party{who, by}
	l := r.open[key]
	if l == nil {
		l = &lure{who: who, by: by, of: of.with, chain: m.Asset.Chain(), asset: m.Asset, from: m.Time}
		r.open[key] = l
		if early, gone := r.due.push(m.Time+r.q.Within, l); gone {
			r.close(early)
		}
	}
	l.to, l.count, l.paid, l.several = m.Time, l.count+1, l.paid || paid, l.several || l.asset != m.Asset
	if len(l.steps) == mostLures {
		l.steps, l.cut = append(l.steps[:1], l.steps[2:]...), true
	} else {
		r.due.keep(1)
	}
	x := paidOf(m, p)
	name := Imitates
	if paid {
		name = PaidOff
	}
	l.steps = append(l.steps, Step{Time: m.Time, Roles: []Role{r.st.role(Lured, who, &x), r.st.role(name, by, &x)}})
}

// close tells of an imitator. One that was paid and sent nothing before is told of
// too: it is in the list by other means, or by chance.
func (r *Poison) close(l *lure) {
	delete(r.open, [2]Party{l.who, l.by})
	r.due.keep(-len(l.steps))
	f := &Finding{Chain: l.chain, Asset: l.asset, From: l.from, To: l.to, Steps: l.steps, Transfers: l.count, Cut: l.cut,
		Params: []Param{{"alike", fmt.Sprintf("the first %d digits and the last %d", r.q.Prefix, r.q.Suffix)}, {"within", span(r.q.Within)}}}
	if l.several {
		f.Asset = clew.Asset{}
	}
	f.Steps[0].Roles = append(f.Steps[0].Roles, Role{Name: Imitated, Address: r.st.Address(l.of)})
	n := 2
	switch {
	case l.paid && l.count > 1:
		n = 4
	case l.paid:
		f.Against = append(f.Against, "nothing of it that lures is held: it may be alike by chance, or of the same owner")
	}
	r.st.tell(PoisonRule, f, n, 1)
}

// End tells of what is still open.
func (r *Poison) End() {
	for {
		l, ok := r.due.last()
		if !ok {
			return
		}
		r.close(l)
	}
}
