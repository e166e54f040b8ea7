package trace

import (
	"sort"

	"clew"
	"clew/taint"
)

// readFrom makes an account follow the readings of its pot from a height on.
func (a *account) readFrom(s *said, height uint64) {
	if s != nil {
		a.said = s
		a.next = sort.Search(len(s.points), func(i int) bool { return s.points[i].Block.Height >= height })
	}
}

// settle brings an account to what the readings of blocks before a height say, as
// far as they lie within the limits.
func (a *accounts) settle(of *account, height uint64) error {
	if of == nil || of.said == nil || a.ended != "" {
		return nil
	}
	for of.next < len(of.said.points) {
		p := &of.said.points[of.next]
		if p.Block.Height >= height || a.beyond(p.Block.Time) {
			return nil
		}
		of.next++
		if p.Kind == "" || p.Kind == FeeKept {
			continue // it agrees, or was met with the transfers
		}
		p.Was = of.units.Marked()
		if err := a.setTo(of, p.Says); err != nil {
			return err
		}
		p.Is = of.units.Marked()
	}
	return nil
}

// setTo makes an account hold what a reading says.
func (a *accounts) setTo(of *account, says clew.Amount) error {
	have := of.units.Balance()
	kind := of.said.points[of.next-1].Kind
	switch {
	case kind == ThereBefore || have.IsZero():
		return of.units.Receive(taint.Tape{}.Append(taint.CleanRun(says.MinusOrZero(have))))
	case says.IsZero():
		gone, _ := of.units.Spend(have, nil)
		a.book(TokenFee, of.id.Address, row{pos: of.last, time: of.latest, asset: of.id.Asset}, gone)
	case says != have:
		of.units.Scale(says)
	}
	return nil
}

// receive puts into an account what a transfer brings, less the fee that its token
// kept of it, which is booked.
func (a *accounts) receive(to *account, r row, tape taint.Tape) error {
	if to.said == nil || to.said.fees[r.pos].amount.IsZero() {
		return to.units.Receive(tape)
	}
	fee := to.said.fees[r.pos]
	arrived, kept, err := taint.Withhold(a.in.Method, tape, fee.amount)
	if err != nil {
		return err
	}
	p := &to.said.points[fee.point]
	p.Was, p.Is = a.plus(p.Was, tape.Marked()), a.plus(p.Is, arrived.Marked())
	a.book(TokenFee, to.id.Address, r, kept)
	return to.units.Receive(arrived)
}
