package taint

import "clew"

// scaledMarks returns how many units are marked of a balance that becomes total,
// of which so many were before. Rounding "scaling": their share, rounded down, but
// at least one, so that no basis is lost.
func scaledMarks(marked, balance, total clew.Amount) clew.Amount {
	if marked.IsZero() {
		return marked
	}
	return portion(total, marked, balance).Max(clew.Units(1))
}

// Scale lays the units out anew in their order, as [Convert] does.
func (p *orderedPot) Scale(total clew.Amount) {
	p.units.scale(total)
	p.balance, p.marked = total, p.units.live().Marked()
}

// scale lays what is in the queue, which is not empty, out anew.
func (q *queue) scale(total clew.Amount) {
	scaled, err := Convert(q.live(), total)
	if err != nil {
		panic("taint: nothing is scaled, or to nothing")
	}
	q.runs, q.head = scaled, 0
}

// Scale scales what is marked, set by set.
func (p *rankedPot) Scale(total clew.Amount) {
	marked := scaledMarks(p.markedTotal, p.Balance(), total)
	if !marked.IsZero() {
		p.marked.scale(marked)
	}
	p.markedTotal, p.clean = marked, total.Minus(marked)
}

// Scale scales what is marked, set by set.
func (p *haircutPot) Scale(total clew.Amount) {
	marked := scaledMarks(p.markedTotal, p.balance, total)
	if !marked.IsZero() {
		p.marked.scale(marked)
	}
	p.markedTotal, p.balance = marked, total
}

// Scale changes how many units there are: each has every mark.
func (p *poisonPot) Scale(total clew.Amount) { p.balance = total }

// scale lays the sets out anew in their order. What each paid in is scaled alike.
func (s *shares) scale(total clew.Amount) {
	was := s.bySet
	scaled, err := Convert(s.contents(nil), total)
	if err == nil {
		scaled, err = setsOf(scaled)
	}
	if err != nil {
		panic("taint: nothing is scaled, or to nothing") // units that fit lie in fewer sets alone
	}
	before := s.contents(nil).Total()
	s.bySet = make([]share, len(scaled))
	for i, r := range scaled {
		s.bySet[i] = share{left: r, paid: r.Amount}
		for len(was) > 0 && was[0].left.Marks.Compare(r.Marks) < 0 {
			was = was[1:]
		}
		if len(was) > 0 && was[0].left.Marks == r.Marks {
			paid, fits := was[0].paid.MulDiv(total, before)
			if !fits {
				paid = clew.MaxAmount // a weight alone
			}
			s.bySet[i].paid = paid.Max(r.Amount)
		}
	}
}

// Withhold parts what a transfer carries into what arrives and the fee that its
// token keeps of it without a transfer; it carries that much. The value goes first
// and the fee last, in the order in which the units left by the policy; under
// [Haircut] and [Poison], which know no order, the fee is a payment out of what is
// carried.
func Withhold(m Method, t Tape, fee clew.Amount) (arrived, kept Tape, err error) {
	if m.Policy != Haircut && m.Policy != Poison {
		arrived, kept = t.Cut(t.Total().MinusOrZero(fee))
		return arrived, kept, nil
	}
	pot, err := NewPot(m)
	if err == nil {
		err = pot.Receive(t)
	}
	if err != nil {
		return nil, nil, err
	}
	kept, _ = pot.Spend(fee, nil)
	return pot.Contents(nil), kept, nil
}
