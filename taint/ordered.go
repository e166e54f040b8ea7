package taint

import "clew"

// An orderedPot keeps every unit in order of arrival: a queue for [FIFO], a
// stack for [LIFO].
type orderedPot struct {
	units           queue
	newest          bool // the newest unit leaves first
	balance, marked clew.Amount
}

func (p *orderedPot) Balance() clew.Amount   { return p.balance }
func (p *orderedPot) Marked() clew.Amount    { return p.marked }
func (p *orderedPot) Contents(dst Tape) Tape { return dst.Append(p.units.live()...) }

func (p *orderedPot) Receive(t Tape) error {
	balance, err := grown(p.balance, t)
	if err != nil {
		return err
	}
	for _, r := range t {
		if !r.Amount.IsZero() {
			p.units.push(r)
		}
	}
	p.balance, p.marked = balance, p.marked.Plus(t.Marked())
	return nil
}

func (p *orderedPot) Spend(amount clew.Amount, dst Tape) (Tape, clew.Amount) {
	n := amount.Min(p.balance)
	p.balance = p.balance.Minus(n)
	before := p.marked
	take := p.units.takeFront
	if p.newest {
		take = p.units.takeBack
	}
	dst, moved := take(n, dst)
	p.marked = before.Minus(moved)
	return dst, amount.Minus(n)
}

// grown returns a balance with a tape's units added.
func grown(balance clew.Amount, t Tape) (clew.Amount, error) {
	for i := range t {
		var fits bool
		if balance, fits = balance.Add(t[i].Amount); !fits {
			return clew.Amount{}, overflow(t[i])
		}
	}
	return balance, nil
}

// A poisonPot remembers every mark that ever came in, and lays all of them on
// everything that leaves.
type poisonPot struct {
	balance clew.Amount
	ever    Marks
}

func (p *poisonPot) Balance() clew.Amount { return p.balance }

func (p *poisonPot) Marked() clew.Amount {
	if p.ever.IsZero() {
		return clew.Amount{}
	}
	return p.balance
}

func (p *poisonPot) Contents(dst Tape) Tape {
	return dst.Append(Run{Amount: p.balance, Marks: p.ever})
}

func (p *poisonPot) Receive(t Tape) error {
	balance, err := grown(p.balance, t)
	if err != nil {
		return err
	}
	p.balance, p.ever = balance, p.ever.Union(t.Marks())
	return nil
}

func (p *poisonPot) Spend(amount clew.Amount, dst Tape) (Tape, clew.Amount) {
	n := amount.Min(p.balance)
	p.balance = p.balance.Minus(n)
	return dst.Append(Run{Amount: n, Marks: p.ever}), amount.Minus(n)
}
