package launder

// A payerCount counts how many of a group parties have paid. It is a table of its own,
// small and near, for nearly all of those who are met have paid one alone.
type payerCount struct {
	cells   []payerCell // a power of two
	round   uint32      // of cells that count
	met     []uint32    // places of cells, in the order in which they were met
	tallies []int32     // how many of those met have paid so many
}

// A payerCell is a vertex with what is counted of it.
type payerCell struct {
	at    uint32
	round uint32
	tally int32
	last  int32 // the last of the group that it paid
}

// inGroup is the tally of the group itself.
const inGroup = -1 << 20

// begin begins to count the payers of a group, of whom there are so many at most.
func (c *payerCount) begin(group []uint32, most int) {
	size := 64
	for size < 2*(most+len(group)) {
		size *= 2
	}
	if c.round++; size > len(c.cells) || c.round == 0 {
		c.cells, c.round = make([]payerCell, max(size, len(c.cells))), 1
	}
	c.met, c.tallies = c.met[:0], append(c.tallies[:0], make([]int32, len(group)+1)...)
	for _, at := range group {
		c.cells[c.find(at)] = payerCell{at, c.round, inGroup, -1}
	}
}

// find returns the place of a vertex's cell, or where it would be.
func (c *payerCount) find(at uint32) int {
	mask := len(c.cells) - 1
	i := int(uint64(at)*0x9e3779b97f4a7c15>>40) & mask
	for c.cells[i].round == c.round && c.cells[i].at != at {
		i = (i + 1) & mask
	}
	return i
}

// meet counts who made payments to one of the group: of those who paid none of the
// ones before, only while that can be enough.
func (c *payerCount) meet(i int, payments []entry, others bool) {
	for _, in := range payments {
		place := c.find(in.peer)
		cell := &c.cells[place]
		if cell.round != c.round {
			if !others {
				continue
			}
			*cell = payerCell{in.peer, c.round, 0, -1}
			c.met = append(c.met, uint32(place))
		}
		if cell.tally < 0 || cell.last == int32(i) {
			continue
		}
		cell.last = int32(i)
		c.tallies[cell.tally]--
		cell.tally++
		c.tallies[cell.tally]++
	}
}

// able returns how many have paid so many of the group at least.
func (c *payerCount) able(least int) (n int) {
	for _, k := range c.tallies[least:] {
		n += int(k)
	}
	return n
}

// payersOf lists who paid as many of a group as the density asks, and is not in it;
// fewer than a layer has, where there are too few of them.
func (w *window) payersOf(group, list []uint32) []uint32 {
	late, most := w.missable(len(group)), 0
	for _, at := range group[:late+1] {
		most += min(w.at(at).ins.len(), w.q.Look)
	}
	w.payers.begin(group, most)
	for i, at := range group {
		w.payers.meet(i, w.newest(&w.at(at).ins, w.q.Look), i <= late)
		if i >= late && w.payers.able(i+1-late) < w.q.Layer {
			return list // of the rest too few are left
		}
	}
	for _, place := range w.payers.met {
		cell := &w.payers.cells[place]
		if uint64(cell.tally)*1000 >= w.q.Density*uint64(len(group)) && !w.at(cell.at).known {
			list = append(list, cell.at)
		}
	}
	return list
}

// missable returns how many of a group a party of the layer before need not have
// paid.
func (w *window) missable(n int) int {
	return n - int((uint64(n)*w.q.Density+999)/1000)
}
