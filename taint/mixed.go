package taint

import "clew"

// A rankedPot lets marked units leave before clean ones ([TaintFirst]) or
// after them ([CleanFirst]).
type rankedPot struct {
	marked      claims
	markedTotal clew.Amount
	clean       clew.Amount
	cleanFirst  bool
}

func (p *rankedPot) Balance() clew.Amount { return p.clean.Plus(p.markedTotal) }
func (p *rankedPot) Marked() clew.Amount  { return p.markedTotal }

func (p *rankedPot) Contents(dst Tape) Tape {
	return p.marked.contents(dst.Append(CleanRun(p.clean)))
}

func (p *rankedPot) Receive(t Tape) error {
	balance, err := grown(p.Balance(), t)
	if err != nil {
		return err
	}
	if err := p.marked.add(t); err != nil {
		return err
	}
	p.markedTotal = p.markedTotal.Plus(t.Marked())
	p.clean = balance.Minus(p.markedTotal)
	return nil
}

func (p *rankedPot) Spend(amount clew.Amount, dst Tape) (Tape, clew.Amount) {
	n := amount.Min(p.Balance())
	marked := n.Min(p.markedTotal)
	if p.cleanFirst {
		marked = n.MinusOrZero(p.clean)
	}
	clean := n.Minus(marked)
	p.markedTotal, p.clean = p.markedTotal.Minus(marked), p.clean.Minus(clean)
	if p.cleanFirst {
		return p.marked.take(marked, dst.Append(CleanRun(clean))), amount.Minus(n)
	}
	return p.marked.take(marked, dst).Append(CleanRun(clean)), amount.Minus(n)
}

// A haircutPot is a perfect mixture ([Haircut]).
type haircutPot struct {
	marked      shares
	balance     clew.Amount
	markedTotal clew.Amount
}

func (p *haircutPot) Balance() clew.Amount { return p.balance }
func (p *haircutPot) Marked() clew.Amount  { return p.markedTotal }

func (p *haircutPot) Contents(dst Tape) Tape {
	return p.marked.contents(dst).Append(CleanRun(p.balance.Minus(p.markedTotal)))
}

func (p *haircutPot) Receive(t Tape) error {
	balance, err := grown(p.balance, t)
	if err != nil {
		return err
	}
	if err := p.marked.add(t); err != nil {
		return err
	}
	p.balance, p.markedTotal = balance, p.markedTotal.Plus(t.Marked())
	return nil
}

// Spend moves the pot's share of marked value, as [Mixed] says. Several sets of
// marks part it by [Spread].
func (p *haircutPot) Spend(amount clew.Amount, dst Tape) (Tape, clew.Amount) {
	n := amount.Min(p.balance)
	if n.IsZero() {
		return dst, amount
	}
	marked := Mixed(p.markedTotal, n, p.balance)
	p.balance, p.markedTotal = p.balance.Minus(n), p.markedTotal.Minus(marked)
	return p.marked.take(marked, dst).Append(CleanRun(n.Minus(marked))), amount.Minus(n)
}

// Mixed returns how many of a mixture's marked units leave with n of the units
// of its balance, of which there are as many. Rounding "haircut": rounded down,
// and the remainder stays in the pot, so that marked value moves late by less
// than one unit a transfer.
func Mixed(marked, n, balance clew.Amount) clew.Amount { return portion(marked, n, balance) }
