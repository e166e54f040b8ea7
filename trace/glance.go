package trace

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// look stops at the transfers of a chunk, from at to end, whose sender or
// recipient has marked value. The case says nothing of them. It returns -1, or
// where a transaction begins by which swaps are made: that is the next point.
func (s *sweep) look(ctx context.Context, c *ledger.Chunk, at, end int) (int, error) {
	if s.backward {
		return s.lookBack(ctx, c, at, end)
	}
	for at < end {
		at += s.nextHit(c.From[at:end], c.To[at:end])
		if at == end {
			return -1, nil
		}
		if point, err := s.lookAt(ctx, c, at, end); point >= 0 || err != nil {
			return point, err
		}
		if err := s.hit(ctx, c, at); err != nil {
			return -1, err
		}
		if s.ended != "" {
			return -1, errSwept
		}
		at++
	}
	return -1, nil
}

// lookBack is look from the end.
func (s *sweep) lookBack(ctx context.Context, c *ledger.Chunk, at, end int) (int, error) {
	for at < end {
		hit := at + s.lastHit(c.From[at:end], c.To[at:end])
		if hit < at {
			return -1, nil
		}
		if point, err := s.lookAt(ctx, c, hit, at); point >= 0 || err != nil {
			return point, err
		}
		if err := s.hit(ctx, c, hit); err != nil {
			return -1, err
		}
		if s.ended != "" {
			return -1, errSwept
		}
		end = hit
	}
	return -1, nil
}

// lastHit is nextHit from the end: it returns -1 if there is none.
func (s *sweep) lastHit(from, to []uint32) int {
	bits := s.bits
	to = to[:len(from)]
	for i := len(from) - 1; i >= 0; i-- {
		f, t := from[i], to[i]
		if w := int(f >> 6); w < len(bits) && bits[w]>>(f&63)&1 != 0 {
			return i
		}
		if w := int(t >> 6); w < len(bits) && bits[w]>>(t&63)&1 != 0 {
			return i
		}
	}
	return -1
}

// nextHit returns the index of the first transfer with a number that is in
// bits, or how many there are. It is the loop that everything waits for.
func (s *sweep) nextHit(from, to []uint32) int {
	bits := s.bits
	to = to[:len(from)]
	for i, f := range from {
		if w := int(f >> 6); w < len(bits) && bits[w]>>(f&63)&1 != 0 {
			return i
		}
		t := to[i]
		if w := int(t >> 6); w < len(bits) && bits[w]>>(t&63)&1 != 0 {
			return i
		}
	}
	return len(from)
}

// hit books the transfer at i. What it moves is all that is read of one that
// moves nothing marked.
func (s *sweep) hit(ctx context.Context, c *ledger.Chunk, i int) error {
	if c.From[i] == c.To[i] {
		return nil // it moves nothing
	}
	from, to := s.accountAt(c.From[i], c.Asset[i]), s.accountAt(c.To[i], c.Asset[i])
	if s.backward {
		from, to = to, from
	}
	if from == nil && to == nil || s.in.Limits.Until.Known() && s.beyond(c.Rest.Time(i)) {
		return nil
	}
	amount := c.Rest.Amount(i)
	if len(s.view.netted) > 0 {
		if amount = s.view.netted.of(c.Rest.Pos(i), amount); amount.IsZero() {
			return nil
		}
	}
	read := from != nil && from.said != nil || to != nil && to.said != nil
	if read {
		height := c.Rest.Pos(i).Height
		if err := cmp.Or(s.settle(from, height), s.settle(to, height)); err != nil {
			return err
		}
	}
	tape := s.spend(from, amount)
	if tape.IsMarked() {
		return s.takeAt(ctx, c, i, tape, from, to)
	}
	if to != nil {
		var r row // of which only its place matters, for nothing marked comes
		if read {
			r.pos = c.Rest.Pos(i)
		}
		if err := s.receive(to, r, tape); err != nil {
			return err
		}
	}
	s.close(from)
	return nil
}

// takeAt books the transfer at i, which carries what is marked.
func (s *sweep) takeAt(ctx context.Context, c *ledger.Chunk, i int, tape taint.Tape, from, to *account) error {
	fact, err := c.Rest.Transfer(i)
	if err != nil {
		return err
	}
	if len(s.facts) == cap(s.facts) {
		s.facts = make([]clew.Transfer, 0, usesRoom)
	}
	s.facts = append(s.facts, fact)
	r := s.view.rowOf(&fact)
	r.amount = s.view.netted.of(r.pos, r.amount)
	r.fact = &s.facts[len(s.facts)-1]
	opened, err := s.bring(ctx, s.view, r, tape, from, to)
	if err == nil && opened != nil {
		far := c.To[i]
		if s.backward {
			far = c.From[i]
		}
		s.mindAt(far, c.Asset[i], opened)
	}
	return err
}

// accountAt returns the account of a pot by its numbers, if it is open, and
// forgets those of its address that are closed.
func (s *sweep) accountAt(address, asset uint32) *account {
	if w := int(address >> 6); w >= len(s.bits) || s.bits[w]>>(address&63)&1 == 0 {
		return nil
	}
	var found *account
	closed := false
	for _, m := range s.minded[address] {
		switch {
		case m.closed:
			closed = true
		case m.asset == asset:
			found = m.account
		}
	}
	if closed {
		s.forget(address)
	}
	return found
}

// forget leaves out the closed accounts of an address.
func (s *sweep) forget(address uint32) {
	left := slices.DeleteFunc(s.minded[address], func(m minded) bool { return m.closed })
	if len(left) > 0 {
		s.minded[address] = left
		return
	}
	delete(s.minded, address)
	s.bits[address>>6] &^= 1 << (address & 63)
}

// mind makes the sweep stop at an account's address.
func (s *sweep) mind(a *account) {
	if s.names == nil {
		return
	}
	address, known := s.names.ID(a.id.Address)
	asset, used := s.assets[a.id.Asset]
	if known && used { // if not, it is met again with other names, if at all
		s.mindAt(address, asset, a)
	}
}

// mindAt is mind for an account whose numbers are known. Units of assets that
// are not fungible are not what value is made of.
func (s *sweep) mindAt(address, asset uint32, a *account) {
	if !a.id.Asset.IsFungible() {
		return
	}
	s.minded[address] = append(s.minded[address], minded{asset, a})
	s.bits[address>>6] |= 1 << (address & 63)
}

// rename makes what goes by numbers anew, for those of another chunk.
func (s *sweep) rename(c *ledger.Chunk) {
	s.names, s.assets = c.Names, map[clew.Asset]uint32{}
	for i, asset := range c.Assets {
		s.assets[asset] = uint32(i)
	}
	s.minded = map[uint32][]minded{}
	need := (c.Names.Len() + 63) / 64
	if cap(s.bits) < need {
		s.bits = make([]uint64, need)
	}
	s.bits = s.bits[:need]
	clear(s.bits)
	for _, a := range s.open {
		if a.view == s.view {
			s.mind(a)
		}
	}
}
