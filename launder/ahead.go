package launder

import (
	"hash/maphash"

	"clew"
)

// mostAhead is how many transfers a stream looks ahead.
const mostAhead = 64

// nearParties is how many addresses are so few that what is remembered of them is
// near the processor anyhow.
const nearParties = 1 << 14

// An ahead is the transfers of account chains that a stream was given and did not
// read yet. Before they are read, what is remembered of their parties is touched,
// step by step for all of them: a processor waits for many places of memory at a time
// as long as for one. Nothing is changed by it, so what is found is the same.
type ahead struct {
	list  [mostAhead]clew.Transfer
	n     int
	ends  [2 * mostAhead]aheadEnd
	found uint64 // of what was touched, so that it is

	passes   *slab[pass]      // of the rules that have such
	gathered *slab[collected] // likewise
}

// An aheadEnd is one side of a transfer. Places are 0 where they are not known.
type aheadEnd struct {
	hash   uint64
	party  uint32 // its place
	pot    uint32
	vertex *vertex
}

// flush reads the transfers that were given.
func (st *Stream) flush() {
	if st.ahead.n > 1 && st.parties.slots.n > nearParties {
		st.touch()
	}
	for i := range st.ahead.n {
		st.take(&st.ahead.list[i], nil)
	}
	st.ahead.n = 0
}

// touch touches what is remembered of the parties of transfers ahead.
func (st *Stream) touch() {
	a, p := &st.ahead, st.parties
	ends := a.ends[:2*a.n]
	for i := range ends {
		legs := a.list[i/2].From
		if i%2 == 1 {
			legs = a.list[i/2].To
		}
		key, _ := legs[0].Address.RawKey()
		ends[i] = aheadEnd{hash: maphash.Bytes(p.seed, key[:])}
		a.found += p.table.cells[p.table.home(ends[i].hash)]
	}
	for i := range ends {
		if ends[i].party = p.table.first(ends[i].hash); ends[i].party > 0 {
			s := p.slots.at(ends[i].party)
			a.found += uint64(s.use.turn) + uint64(s.dealt)
		}
	}
	for i := range ends {
		st.touchPot(&ends[i], a.list[i/2].Asset)
	}
	for i := range ends {
		if ends[i].pot = p.potAt.first(ends[i].hash); ends[i].pot > 0 {
			a.found += uint64(p.pots.at(ends[i].pot).vertex)
		}
	}
	for i := range ends {
		a.found += st.touchNotes(&ends[i])
	}
	for i := range ends {
		if v := ends[i].vertex; v != nil {
			a.found += st.window.touch(&v.outs, true) + st.window.touch(&v.ins, false)
		}
	}
}

// touchPot touches where a pot is looked for.
func (st *Stream) touchPot(end *aheadEnd, asset clew.Asset) {
	met := &st.met[metPlace(asset)]
	end.hash = 0
	if p := st.parties; end.party > 0 && met.asset == asset {
		end.hash = p.potHash(Party(p.slots.at(end.party).use.turn)<<32|Party(end.party), met.no)
		st.ahead.found += p.potAt.cells[p.potAt.home(end.hash)]
	}
}

// touchNotes touches what rules know of a party and its pot.
func (st *Stream) touchNotes(end *aheadEnd) (found uint64) {
	if end.party > 0 {
		if list := st.parties.dealings.list(st.parties.slots.at(end.party).dealt); len(list) > 0 {
			found = uint64(list[0].with) + uint64(list[len(list)-1].with)
		}
	}
	if end.pot == 0 {
		return found
	}
	held := st.parties.pots.at(end.pot)
	if held.vertex > 0 {
		end.vertex = st.window.at(held.vertex - 1)
		found += uint64(end.vertex.outs.others) + uint64(end.vertex.mark)
	}
	if held.pass > 0 {
		found += uint64(st.ahead.passes.at(held.pass).first.from)
	}
	if held.collected > 0 {
		found += uint64(st.ahead.gathered.at(held.collected).n)
	}
	return found
}

// touch touches the newest payment of a side, and its fan.
func (w *window) touch(s *sideOf, out bool) (found uint64) {
	if s.bits > 0 && s.n > 0 {
		found = w.rooms.at(s.room, s.bits)[s.n-1].seq
	}
	if s.fan > 0 {
		o := w.fansOf(out).all.at(s.fan)
		found += o.count + o.lastSeq
	}
	return found
}

// first returns the first place that a hash may be of; 0 if there is none next to
// where it leads.
func (t *table) first(hash uint64) uint32 {
	for i, n := t.home(hash), 0; n < 4 && t.cells[i] != 0; i, n = (i+1)&(len(t.cells)-1), n+1 {
		if t.cells[i]&upper == hash&upper {
			return uint32(t.cells[i]) - 1
		}
	}
	return 0
}
