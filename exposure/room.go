package exposure

import (
	"sync"

	"clew/ledger"
)

// A room is what answering a question needs of memory and nothing outside it
// keeps. Rooms are used again, for making one costs as much as a light answer.
type room struct {
	own     []ledger.Row
	pages   [2][]ledger.Row // by side
	parties parties
	entries []entry    // of the holder that is asked
	asked   []entry    // of the hop that is asked
	turns   []turn     // of its holders
	flows   [2]walking // by ledger side
}

// A walking is what one flow needs.
type walking struct {
	steps   []step
	pending map[place]int32 // to holders
	holders []holder
	entries []entry
	met     map[metKey]*row
}

// roomMost is how many parties a room may have had for it to be kept.
const roomMost = 1 << 16

var rooms = sync.Pool{New: func() any {
	r := &room{parties: parties{index: map[partyKey]int32{}}}
	for i := range r.flows {
		r.flows[i].pending, r.flows[i].met = map[place]int32{}, map[metKey]*row{}
	}
	return r
}}

// leave empties a room, and gives it back unless it grew large.
func (r *room) leave() {
	if len(r.parties.list) > roomMost {
		return
	}
	clear(r.parties.index)
	clear(r.parties.list)
	r.parties.list = r.parties.list[:0]
	for i := range r.flows {
		w := &r.flows[i]
		clear(w.steps) // they point to books
		clear(w.holders)
		clear(w.pending)
		clear(w.met)
		w.steps, w.holders, w.entries = w.steps[:0], w.holders[:0], w.entries[:0]
	}
	rooms.Put(r)
}
