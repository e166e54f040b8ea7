package launder

import (
	"fmt"
	"slices"

	"clew"
	"clew/bitcoin"
)

// A Recogniser finds what one rule says in a ledger that it is given transfer by
// transfer, in the order of the chain. It tells of each finding once, when the
// finding cannot grow any more. Its memory is bounded; what it had to forget
// before its time is counted.
type Recogniser interface {
	// Add takes the next transfer. The Moved and what it points at are valid
	// during the call alone, but for the legs of its transfer.
	Add(m *Moved)

	// End tells of what is still open. Nothing is added after it.
	End()

	// Dropped returns how many entries were forgotten before their time: what
	// they would have become is not known.
	Dropped() uint64
}

// An ActReader is a [Recogniser] that is told of acts too, such as freezes: each
// before the transfers of later positions.
type ActReader interface {
	AddAct(a *clew.Act)
}

// A Party is the number by which recognisers know an address: the same address has
// the same number for as long as the stream remembers it. Numbers are never used
// twice. Zero is nobody.
type Party uint64

// An AssetNo is the number of an asset, likewise; it is never forgotten.
type AssetNo uint32

// A Pot is the number of what a party holds of an asset, likewise.
type Pot uint64

// Moved is a transfer as recognisers see it.
type Moved struct {
	*clew.Transfer
	Form     *bitcoin.Form // how a Bitcoin transaction is made; nil: not known
	AssetNo  AssetNo
	Payments []Payment // none: it moves nothing from one party to another that counts

	serial uint64 // which of the stream's transfers it is, from 1
}

// A Payment is what one party paid another in a transfer. On account chains a
// transfer is one payment at most. A transaction of Bitcoin's kind is one for each
// output and each address that pays it: what the output gets, or what the address
// put in, whichever is less. With more than mostPayers addresses, only the first
// pays. What comes back to an address that pays is no payment.
//
// Fees, items, sums that stand for many transfers, amounts of nothing, what
// somebody pays to himself, and what issues or destroys a token are none.
type Payment struct {
	From, To  Party
	FromPot   Pot // what From has of the asset
	ToPot     Pot
	Lead      Party       // who pays on all inputs' behalf: the first of them; on account chains, From
	Amount    clew.Amount // at most what moved from one to the other
	In, Out   int         // which legs of the transfer
	KnownFrom bool        // From is known, see [Setup.Known]
	KnownTo   bool        // To is
}

// Leads reports whether p is its output's one payment that counts where payers of
// one transaction are taken for one.
func (p *Payment) Leads() bool { return p.From == p.Lead }

// Setup is what recognisers are given.
type Setup struct {
	Known func(clew.Address) bool // services and mixes, whose shapes mean nothing; nil: none is known
	Found func(*Finding)          // is told of each finding

	// Service names whose an address is, also one at which a service takes one
	// customer's deposits: the same name for all of one service; empty: not known.
	// Nil: none is.
	Service func(clew.Address) string

	// Freezable reports whether a token's issuer can freeze it. Nil: of none is it
	// known.
	Freezable func(clew.Asset) bool

	// Worth reports whether a finding of such strength is made whole. One that is not
	// may be told without its steps. Nil: each is.
	Worth func(strength int) bool

	Most int // addresses that are remembered at a time; 0: MostParties
}

// MostParties is how many addresses a stream remembers unless told otherwise.
const MostParties = 1 << 21

// mostPayers is how many addresses of a transaction's inputs pay its outputs one by
// one.
const mostPayers = 8

// A Stream runs recognisers over one ledger in one pass. It is not safe for use
// by several goroutines at once.
type Stream struct {
	setup   Setup
	parties *parties
	window  *window // of the shapes; nil: none of them is asked for
	list    []running
	assets  map[clew.Asset]AssetNo
	named   []clew.Asset     // by number
	met     [1 << 8]metAsset // of late
	rules   []string         // that keep notes, see once
	strange uint64           // transfers of assets beyond mostAssets, or of chains beyond mostChains
	service map[string]int32 // numbers of services
	moved   Moved
	legs    []Payment
	payers  []payer
	ahead   ahead
	txs     *txReader // nil: no recogniser reads whole transactions
}

// mostAssets is how many assets get a number. What moves of others is counted,
// and not read.
const mostAssets = 1 << 18

// A payer is an address with all that it put into a transaction.
type payer struct {
	address clew.Address
	leg     int // the first of its inputs
	amount  clew.Amount
}

// running is a rule at work.
type running struct {
	name string
	by   Recogniser
	acts ActReader // nil: it reads none
}

// NewStream makes the recognisers of rules by their usual bounds.
func NewStream(s Setup, rules []Rule) (*Stream, error) {
	if s.Most == 0 {
		s.Most = MostParties
	}
	if s.Most < 2 {
		return nil, &clew.InputError{Field: "addresses that are remembered", Value: fmt.Sprint(s.Most), Want: "at least 2"}
	}
	st := &Stream{setup: s, parties: newParties(s), assets: map[clew.Asset]AssetNo{}, service: map[string]int32{}, named: make([]clew.Asset, 1)}
	for i := range rules {
		by, err := rules[i].make(st)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", rules[i].ID, err)
		}
		st.Watch(rules[i].ID, by)
	}
	return st, nil
}

// Watch runs one more recogniser, such as one with other bounds than the usual.
func (st *Stream) Watch(name string, by Recogniser) {
	acts, _ := by.(ActReader)
	st.list = append(st.list, running{name, by, acts})
}

// Address returns the address of a number that a recogniser was given, for as
// long as it is remembered; nobody after that.
func (st *Stream) Address(p Party) clew.Address { return st.parties.address(p) }

// pot returns the number of what a party has of an asset.
func (st *Stream) pot(p Party, asset AssetNo) Pot { return st.parties.pot(p, asset) }

// once refuses a rule that a stream has already: what it knows of an address is kept
// in one place.
func (st *Stream) once(rule string) error {
	if slices.Contains(st.rules, rule) {
		return &clew.InputError{Field: "rule", Value: rule, Want: "each rule once in a stream"}
	}
	st.rules = append(st.rules, rule)
	return nil
}

// remember says that a recogniser needs addresses for so long after they were met.
func (st *Stream) remember(span clew.Time) { st.parties.span = max(st.parties.span, span) }

// windowOf returns the window that shapes share. They are asked for with the same
// bounds.
func (st *Stream) windowOf(q ShapeQuestion) (*window, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if st.window == nil {
		st.window = newWindow(st, q)
		st.remember(2 * q.Within)
	}
	if st.window.q != q {
		return nil, &clew.InputError{Field: "bounds of shapes", Value: "others than before", Want: "the same for all shapes of one stream"}
	}
	return st.window, nil
}

// found tells of a finding, with how often its rule errs.
func (st *Stream) found(f *Finding) {
	f.Measured = measuredRules[f.Rule]
	st.setup.Found(f)
}

// worth reports whether a finding of such strength is made whole.
func (st *Stream) worth(strength int) bool {
	return st.setup.Worth == nil || st.setup.Worth(strength)
}

// Add takes the next transfer in the order of the chain; form is nil where it is
// not known. Transfers of one transaction belong together in one stream.
//
// The stream may read it only when it was given more, or ends: what the transfer
// points at must stay as it is.
func (st *Stream) Add(t *clew.Transfer, form *bitcoin.Form) {
	if form != nil || t.Asset.Chain().IsBitcoin() {
		st.flush()
		st.take(t, form)
		return
	}
	st.ahead.list[st.ahead.n] = *t
	if st.ahead.n++; st.ahead.n == mostAhead {
		st.flush()
	}
}

// take gives a transfer to all recognisers.
func (st *Stream) take(t *clew.Transfer, form *bitcoin.Form) {
	m := st.read(t, form)
	for i := range st.list {
		st.list[i].by.Add(m)
	}
}

// read reads a transfer as recognisers see it. What it returns is valid until the
// next.
func (st *Stream) read(t *clew.Transfer, form *bitcoin.Form) *Moved {
	st.moved.Transfer, st.moved.Form, st.moved.AssetNo = t, form, st.asset(t.Asset)
	st.moved.serial++
	st.parties.now = max(st.parties.now, t.Time)
	st.moved.Payments = st.payments(t)
	return &st.moved
}

// AddAct takes the next act, before the transfers of later positions.
func (st *Stream) AddAct(a *clew.Act) {
	st.flush()
	for i := range st.list {
		if r := st.list[i].acts; r != nil {
			r.AddAct(a)
		}
	}
}

// End tells of what is still open. Nothing is added after it.
func (st *Stream) End() {
	st.flush()
	for i := range st.list {
		st.list[i].by.End()
	}
}

// A Forgotten says how much a stream had to forget before its time.
type Forgotten struct {
	Rule    string `json:"rule"` // "": addresses, assets and payments, by the stream itself
	Entries uint64 `json:"entries"`
}

// Forgotten returns what was forgotten, where anything was: findings that needed
// it are lost.
func (st *Stream) Forgotten() (list []Forgotten) {
	n := st.parties.dropped + st.strange
	if st.window != nil {
		n += st.window.dropped
	}
	if n > 0 {
		list = append(list, Forgotten{"", n})
	}
	for i := range st.list {
		if n := st.list[i].by.Dropped(); n > 0 {
			list = append(list, Forgotten{st.list[i].name, n})
		}
	}
	return list
}

// asset returns the number of an asset; 0 if there are too many.
func (st *Stream) asset(a clew.Asset) AssetNo {
	met := &st.met[metPlace(a)]
	if met.no != 0 && met.asset == a {
		return met.no
	}
	n, ok := st.assets[a]
	if !ok {
		if len(st.assets) == mostAssets || st.parties.chainOf(a.Chain()) == 0 {
			st.strange++
			return 0
		}
		n = AssetNo(len(st.assets) + 1)
		st.assets[a], st.named = n, append(st.named, a)
	}
	*met = metAsset{a, n}
	return n
}

// A metAsset is an asset whose number was looked up.
type metAsset struct {
	asset clew.Asset
	no    AssetNo
}

// metPlace returns where an asset is looked for first: by the end of its name, which
// is mostly a contract's address.
func metPlace(a clew.Asset) (place uint8) {
	name := a.String()
	for _, c := range []byte(name[max(0, len(name)-4):]) {
		place = place*31 + c
	}
	return place
}

// payments reads a transfer as payments.
func (st *Stream) payments(t *clew.Transfer) []Payment {
	st.legs = st.legs[:0]
	if st.moved.AssetNo == 0 || t.Pos.Class >= clew.Fee || t.Aggregate != nil || !t.Asset.IsFungible() {
		return nil
	}
	if !t.Asset.Chain().IsBitcoin() {
		st.pay(t, 0, 0, &payer{address: t.From[0].Address, amount: t.To[0].Amount})
		return st.legs
	}
	st.inputs(t)
	for out := range t.To {
		for i := range st.payers {
			st.pay(t, st.payers[i].leg, out, &st.payers[i])
		}
	}
	return st.legs
}

// inputs lists who pays a transaction: at most mostPayers one by one.
func (st *Stream) inputs(t *clew.Transfer) {
	st.payers = st.payers[:0]
	for i := range t.From {
		a := t.From[i].Address
		if a.IsZero() {
			continue
		}
		at := slices.IndexFunc(st.payers, func(p payer) bool { return p.address == a })
		if at < 0 {
			if at = len(st.payers); at == mostPayers {
				st.payers = st.payers[:1]
				st.payers[0].amount = t.Amount()
				return
			}
			st.payers = append(st.payers, payer{address: a, leg: i})
		}
		st.payers[at].amount, _ = st.payers[at].amount.Add(t.From[i].Amount)
	}
}

// pay adds what one address pays to an output, where that is a payment.
func (st *Stream) pay(t *clew.Transfer, in, out int, p *payer) {
	to := t.To[out].Address
	amount := t.To[out].Amount.Min(p.amount)
	if p.address.IsZero() || to.IsZero() || p.address.IsIssuer() || to.IsIssuer() || amount.IsZero() || returns(t, to) {
		return
	}
	m := Payment{Amount: amount, In: in, Out: out}
	m.From, m.KnownFrom = st.parties.number(p.address)
	m.To, m.KnownTo = st.parties.number(to)
	m.FromPot, m.ToPot = st.parties.pot(m.From, st.moved.AssetNo), st.parties.pot(m.To, st.moved.AssetNo)
	m.Lead = m.From
	if len(st.payers) > 0 && p != &st.payers[0] {
		m.Lead, _ = st.parties.number(st.payers[0].address)
	}
	st.legs = append(st.legs, m)
}

// returns reports whether an address also pays for a transfer: what it gets is
// its own.
func returns(t *clew.Transfer, a clew.Address) bool {
	for i := range t.From {
		if t.From[i].Address == a {
			return true
		}
	}
	return false
}
