package account

import (
	"context"

	"clew"
	"clew/ledger"
)

// A pot is what lies at a deposit address of one asset, as its rows add up.
type pot struct {
	held  clew.Amount
	batch []ledger.Row // paid in since the last payment out, but what could be gas
}

// sweeps matches what was paid in with the payment out that passed it on whole:
// what is paid in between two payments out must be of one address, and all but
// what may stay behind must leave, in time. A single payment that is passed on
// alone is the case that Tutela has.
func (f *Finder) sweeps(d *Deposit, out, in []ledger.Row) []Sweep {
	pots := map[clew.Asset]*pot{}
	var found []Sweep
	for len(out)+len(in) > 0 {
		leaves := len(in) == 0 || len(out) > 0 && !in[0].Pos.Before(out[0].Pos) // what leaves at a place leaves first
		var r ledger.Row
		if leaves {
			r, out = out[0], out[1:]
		} else {
			r, in = in[0], in[1:]
		}
		if r.Peer == d.Address || !r.Asset.IsFungible() || r.Amount.IsZero() {
			continue
		}
		p := pots[r.Asset]
		if p == nil {
			p = new(pot)
			pots[r.Asset] = p
		}
		switch {
		case !leaves:
			p.take(r, f.mayStay(r.Asset))
		case r.Pos.Class == clew.Fee:
			p.held, p.batch = p.held.MinusOrZero(r.Amount), nil // what came in served as gas
		default:
			if s, ok := p.leave(r, f.mayStay(r.Asset), &f.Bounds); ok {
				found = append(found, s)
			}
		}
	}
	return found
}

// mayStay returns how much of an asset may stay behind.
func (f *Finder) mayStay(a clew.Asset) clew.Amount {
	if a.IsNative() {
		return f.Bounds.Left
	}
	return clew.Amount{}
}

// take books a payment in. What is no more than may stay behind could be gas, and
// is nobody's payment. A sum that does not fit shows nothing from there on.
func (p *pot) take(r ledger.Row, slack clew.Amount) {
	held, fits := p.held.Add(r.Amount)
	if !fits {
		*p = pot{}
		return
	}
	p.held = held
	if slack.Less(r.Amount) {
		p.batch = append(p.batch, r)
	}
}

// leave books a payment out, and returns what it passed on, if it passed on all
// of one address's.
func (p *pot) leave(r ledger.Row, slack clew.Amount, b *Bounds) (Sweep, bool) {
	batch, held := p.batch, p.held
	*p = pot{held: held.MinusOrZero(r.Amount)}
	if len(batch) == 0 || held.Less(r.Amount) || slack.Less(p.held) {
		return Sweep{}, false
	}
	s := Sweep{From: batch[0].Peer, To: r.Peer, Asset: r.Asset, Out: r.Pos, Forwarded: r.Amount, Left: p.held, Blocks: r.Pos.Height - batch[0].Pos.Height}
	for i := range batch {
		if batch[i].Peer != s.From || s.From.IsZero() {
			return Sweep{}, false
		}
		s.In, s.Received = append(s.In, batch[i].Pos), s.Received.Plus(batch[i].Amount)
	}
	before := held.Minus(s.Received) // that lay there already, or could be gas
	if slack.Less(before) || b.Blocks < s.Blocks {
		return Sweep{}, false
	}
	s.Confidence = b.Confidence(s.Left, s.Blocks)
	return s, true
}

// signed reports whether it is seen that the payer paid in and that the deposit
// address, its service or its code passed on.
func (f *Finder) signed(ctx context.Context, d *Deposit, s *Sweep) (bool, error) {
	for _, at := range s.In {
		if ok, err := f.paidBy(ctx, s.From, s.Asset, at); err != nil || !ok {
			return false, err
		}
	}
	if own, err := paidFee(ctx, f.Reader, d.Address, s.Out); err != nil || own {
		return own, err
	}
	if !f.vetted(s.Asset) {
		return false, nil
	}
	last := s.In[len(s.In)-1]
	if last.Height == s.Out.Height && last.Index == s.Out.Index && !d.signs { // code passes on what it is paid at once
		d.Code = true
		return true, nil
	}
	payer, err := f.payer(ctx, s.Out)
	if err != nil {
		return false, err
	}
	who, _ := f.service(payer)
	switch {
	case payer.IsZero():
		return d.Address.Chain().IsTron(), nil // where resources are there, nothing is paid
	case who == d.who:
		d.Gas = &GasPaid{From: payer, Pos: s.Out, How: SentByService}
		d.Code = !d.signs
		return true, nil
	case d.signs || who != "" || !d.operator.IsZero() && d.operator != payer:
		return false, nil
	}
	d.Code, d.operator = true, payer
	return true, nil
}

// name gives a sweep the names of its transactions.
func (f *Finder) name(ctx context.Context, s *Sweep) error {
	in, err := f.Reader.Transfer(ctx, s.In[0])
	if err != nil {
		return err
	}
	out, err := f.Reader.Transfer(ctx, s.Out)
	s.TxIn, s.TxOut, s.Time = in.Tx, out.Tx, in.Time
	return err
}

// paidBy reports whether an address is seen to have made a payment: it signed the
// transaction or, on Tron, where nobody paid a fee, it is an account that signs,
// and the asset is vetted.
func (f *Finder) paidBy(ctx context.Context, a clew.Address, asset clew.Asset, at clew.Pos) (bool, error) {
	if own, err := paidFee(ctx, f.Reader, a, at); err != nil || own {
		return own, err
	}
	if !a.Chain().IsTron() || !f.vetted(asset) {
		return false, nil
	}
	payer, err := f.payer(ctx, at)
	if err != nil || !payer.IsZero() {
		return false, err
	}
	s, err := FirstSignature(ctx, f.Reader, a)
	return s != nil, err
}

// payer returns who paid the fee of the transaction at a place; nobody if that is
// not held.
func (f *Finder) payer(ctx context.Context, at clew.Pos) (clew.Address, error) {
	t, err := f.Reader.Transfer(ctx, at)
	if err != nil {
		return clew.Address{}, err
	}
	return FeePayer(ctx, f.Reader, t.Tx)
}
