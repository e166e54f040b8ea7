package account

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/tag"
)

// A Finder looks for deposit addresses and for who pays into them. It remembers
// what it found, and may be used by one goroutine at a time.
type Finder struct {
	Question
	deposits map[clew.Address]*Deposit
	payers   map[payerAt]Refusal
	pooling  map[clew.Address]Refusal
}

// A Question says where a Finder looks, and by which bounds.
type Question struct {
	Reader ledger.Snapshot
	Namer  Namer
	Bounds Bounds

	// Vetted reports whether a token's transfers can be believed though nobody is
	// seen to have signed for them: anybody can make a token that logs transfers
	// between strangers. Nil: none but the chain's coin can.
	Vetted func(clew.Asset) bool
}

// NewFinder returns a finder.
func NewFinder(q Question) *Finder {
	return &Finder{Question: q, deposits: map[clew.Address]*Deposit{}, payers: map[payerAt]Refusal{}, pooling: map[clew.Address]Refusal{}}
}

// A Refusal says why an address is not inferred to be a deposit address, or a
// payer not to be the customer.
type Refusal string

// The refusals of deposit addresses.
const (
	NotRefused      Refusal = ""
	NotAccount      Refusal = "it is no address of an account chain that anybody can use"
	IsTagged        Refusal = "a claim says already what it is"
	TooBusy         Refusal = "it has more transfers than are read of one customer's address"
	PaysNobody      Refusal = "it pays nobody, as far as is held"
	PaysOthers      Refusal = "it pays others than a service"
	SeveralServices Refusal = "it pays several services"
	PaysDeposit     Refusal = "what it pays is called a deposit address itself"
	NoPool          Refusal = "what it pays has no more payers and payees, as far as is held, than a customer's address: it may be a deposit address itself"
	ManySenders     Refusal = "more pay into it than one customer: a payment processor's address, maybe"
	NoMatch         Refusal = "nothing that one address paid in is seen to be passed on whole, in time and signed for"
)

// A Deposit is an address that is inferred to be one that a service gave to a
// customer, or was looked at for that. The service holds its key: that it is the
// customer's says who may pay in and is credited.
type Deposit struct {
	Address    clew.Address `json:"address"`
	Refused    Refusal      `json:"refused,omitempty"`
	Service    clew.Address `json:"service,omitzero"` // what it pays; nobody: no service
	Said       *tag.Tag     `json:"said,omitempty"`   // that says so
	Confidence *big.Rat     `json:"confidence,omitempty"`
	Sweeps     []Sweep      `json:"sweeps,omitempty"`
	Gas        *GasPaid     `json:"gas,omitempty"`  // a second sign
	Code       bool         `json:"code,omitempty"` // it never signs: others, or code, send on what it has
	Whole      bool         `json:"whole"`          // its history is held from the beginning
	who        string       // the service, as service gives it
	signs      bool         // it pays fees
	payers     int          // who pay into it, services apart
	operator   clew.Address // who sends on what it has, if it has code
}

// A Sweep is what one address paid in, and the transfer that passed it on whole.
type Sweep struct {
	From       clew.Address `json:"from"`
	To         clew.Address `json:"to"`
	Asset      clew.Asset   `json:"asset"`
	In         []clew.Pos   `json:"in"`
	Out        clew.Pos     `json:"out"`
	TxIn       clew.TxID    `json:"txIn,omitzero"` // of the first payment in
	TxOut      clew.TxID    `json:"txOut,omitzero"`
	Time       clew.Time    `json:"time,omitzero"` // of the first payment in
	Received   clew.Amount  `json:"received"`      // what was paid in
	Forwarded  clew.Amount  `json:"forwarded"`     // what was passed on
	Left       clew.Amount  `json:"left"`          // what stayed behind, the fee's part too
	Blocks     uint64       `json:"blocks"`        // from the first payment in until it left
	Confidence *big.Rat     `json:"confidence"`
}

// Deposit says whether an address is inferred to be a deposit address.
func (f *Finder) Deposit(ctx context.Context, a clew.Address) (*Deposit, error) {
	if d := f.deposits[a]; d != nil {
		return d, nil
	}
	d := &Deposit{Address: a, Whole: f.Reader.Coverage().Holds(a, clew.Window{To: f.Reader.AsOf().Height + 1})}
	err := f.judge(ctx, d)
	if err != nil {
		return nil, err
	}
	f.deposits[a] = d
	return d, nil
}

func (f *Finder) judge(ctx context.Context, d *Deposit) error {
	if d.Refused = f.unfit(d.Address); d.Refused != NotRefused {
		return nil
	}
	out, in, err := f.history(ctx, d)
	if err != nil || d.Refused != NotRefused {
		return err
	}
	if err := f.payees(ctx, d, out); err != nil || d.Refused != NotRefused {
		return err
	}
	if d.payers, err = f.sides(ctx, d.Address, ledger.In, in); err != nil {
		return err
	}
	if d.payers > f.Bounds.Senders {
		d.Refused = ManySenders
		return nil
	}
	for _, s := range f.sweeps(d, out, in) {
		seen, err := f.signed(ctx, d, &s)
		if err != nil {
			return err
		}
		if !seen {
			continue
		}
		if err := f.name(ctx, &s); err != nil {
			return err
		}
		d.Sweeps = append(d.Sweeps, s)
	}
	if len(d.Sweeps) == 0 {
		d.Refused = NoMatch
		return nil
	}
	var all []*big.Rat
	for i := range d.Sweeps {
		all = append(all, d.Sweeps[i].Confidence)
	}
	d.Confidence = mean(all)
	return f.gas(ctx, d, in)
}

// unfit says what is known against an address before its history is read.
func (f *Finder) unfit(a clew.Address) Refusal {
	switch {
	case a.Form() != clew.EVMForm && a.Form() != clew.TronForm || a.IsIssuer():
		return NotAccount
	case slices.ContainsFunc(f.Namer.At(a), func(t tag.Tag) bool { return t.Status != tag.Withdrawn }):
		return IsTagged
	}
	return NotRefused
}

// history reads both sides of an address in chain order.
func (f *Finder) history(ctx context.Context, d *Deposit) (out, in []ledger.Row, err error) {
	sides := [2][]ledger.Row{}
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		rows, more, err := f.Reader.Rows(ctx, ledger.Query{Address: d.Address, Side: side, Limit: f.Bounds.Rows}, nil)
		switch {
		case err != nil:
			return nil, nil, err
		case more:
			d.Refused = TooBusy
		case side == ledger.Out && len(rows) == 0:
			d.Refused = PaysNobody
		}
		if d.Refused != NotRefused {
			return nil, nil, nil
		}
		sides[side] = rows
	}
	d.signs = slices.ContainsFunc(sides[ledger.Out], func(r ledger.Row) bool { return r.Pos.Class == clew.Fee })
	return sides[ledger.Out], sides[ledger.In], nil
}

// payees holds an address to paying one service, and where that pools what comes
// in.
func (f *Finder) payees(ctx context.Context, d *Deposit, out []ledger.Row) (err error) {
	others := false
	for i := range out {
		r := &out[i]
		if counts, err := f.counts(ctx, d.Address, r, d.Address); err != nil || !counts {
			if err != nil {
				return err
			}
			continue
		}
		who, said := f.service(r.Peer)
		switch {
		case who == "":
			others = true
		case d.who == "":
			d.Service, d.Said, d.who = r.Peer, said, who
		case d.who != who:
			d.Refused = SeveralServices
			return nil
		}
	}
	switch {
	case others:
		d.Refused = PaysOthers
	case d.who == "":
		d.Refused = PaysNobody
	default:
		for _, r := range out {
			if who, _ := f.service(r.Peer); who != d.who {
				continue
			}
			if d.Refused, err = f.pools(ctx, r.Peer); err != nil || d.Refused != NotRefused {
				return err
			}
		}
	}
	return nil
}

// counts reports whether a row is a payment that its payer made: no fee, not
// nothing, not to itself, and of a token that is vetted or in a transaction that
// the payer signed.
func (f *Finder) counts(ctx context.Context, of clew.Address, r *ledger.Row, payer clew.Address) (bool, error) {
	if r.Pos.Class == clew.Fee || r.Amount.IsZero() || r.Peer == of {
		return false, nil
	}
	if f.vetted(r.Asset) || payer.IsZero() {
		return !payer.IsZero(), nil
	}
	return paidFee(ctx, f.Reader, payer, r.Pos)
}

func (f *Finder) vetted(a clew.Asset) bool { return a.IsNative() || f.Vetted != nil && f.Vetted(a) }

// service returns who a service is, by the actor of the claim or else by its
// address; nothing for what no claim calls one.
func (f *Finder) service(a clew.Address) (who string, said *tag.Tag) {
	if a.IsZero() {
		return "", nil
	}
	stop, said := f.Namer.Stop(a)
	switch {
	case stop != tag.Service:
		return "", nil
	case said != nil && said.Actor != "":
		return strings.ToLower(said.Actor), said
	}
	return a.String(), said
}

// pools says whether a service's address is seen to pool what comes in: no claim
// calls it a deposit address, and it has more payers or payees than a customer's
// address has. The claim that it is a service's does not tell: it is made of
// deposit addresses too, and who pays those is anybody.
func (f *Finder) pools(ctx context.Context, a clew.Address) (why Refusal, err error) {
	if why, known := f.pooling[a]; known {
		return why, nil
	}
	defer func() {
		if err == nil {
			f.pooling[a] = why
		}
	}()
	for _, t := range f.Namer.At(a) {
		label := strings.ToLower(t.Label)
		if t.Status != tag.Withdrawn && strings.Contains(label, "deposit") && !strings.Contains(label, "funder") {
			return PaysDeposit, nil
		}
	}
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		rows, _, err := f.Reader.Rows(ctx, ledger.Query{Address: a, Side: side, Limit: f.Bounds.Rows}, nil)
		if err != nil {
			return "", err
		}
		if n, err := f.sides(ctx, a, side, rows); err != nil || n > f.Bounds.Senders {
			return NotRefused, err
		}
	}
	return NoPool, nil
}

// sides returns how many other sides rows of an address have, or one more than a
// customer's address may have payers. Services do not count, nor what could be
// gas, nor tokens that nobody vetted and no payer signed for.
func (f *Finder) sides(ctx context.Context, a clew.Address, side ledger.Side, rows []ledger.Row) (int, error) {
	met := map[clew.Address]bool{}
	for i := range rows {
		r := &rows[i]
		if met[r.Peer] || r.Asset.IsNative() && !f.Bounds.Left.Less(r.Amount) {
			continue
		}
		payer := a
		if side == ledger.In {
			payer = r.Peer
		}
		counts, err := f.counts(ctx, a, r, payer)
		if err != nil {
			return 0, err
		}
		if who, _ := f.service(r.Peer); !counts || who != "" || r.Peer.IsZero() {
			continue
		}
		if met[r.Peer] = true; len(met) > f.Bounds.Senders {
			break
		}
	}
	return len(met), nil
}

// peersOf returns the other sides of rows, each once; not those of fees.
func peersOf(rows []ledger.Row) []clew.Address {
	met := map[clew.Address]bool{}
	var list []clew.Address
	for i := range rows {
		if p := rows[i].Peer; !p.IsZero() && !met[p] && rows[i].Pos.Class != clew.Fee {
			met[p] = true
			list = append(list, p)
		}
	}
	return list
}
