package eval

import "slices"

// How the addresses of a theft dealt before it, where they are given a history.
const (
	mostBefore  = 4            // payments received, as many made, 1 to so many of each
	before      = 24 * 60 * 60 // seconds: all of it is so long before the thief's first use of the address
	historySeed = 0x686973746f7279
)

// withHistory gives every address of the flows but services business of its own from
// before the thief used it, so that none that can have one is new then: ordinary
// people pay it what they pay others in those days, and it pays that on to whom others pay.
// An address that is used in the first day of the ledger stays new. The background and
// the flows in it stay as they are; nothing of the history is the thief's.
func (f *field) withHistory() {
	d := draws{f.seed<<32 ^ historySeed}
	used := make([]uint32, len(f.thief)) // one more than the first second; 0: never
	for _, row := range f.stolen {
		for _, n := range []uint32{f.from[row], f.to[row]} {
			if used[n] == 0 {
				used[n] = f.second[row] + 1
			}
		}
	}
	var rows []passage
	for n := range used {
		if !f.ends[uint32(n)] && used[n] > before+1 {
			rows = append(rows, f.historyOf(&d, uint32(n), used[n]-1-before)...)
		}
	}
	slices.SortStableFunc(rows, func(p, q passage) int { return int(p.second - q.second) })
	f.insert(rows)
}

// historyOf is what an address does before a second of the ledger.
func (f *field) historyOf(d *draws, who, until uint32) (rows []passage) {
	last, _ := slices.BinarySearch(f.second, until)
	for range min(1+d.below(mostBefore), uint64(last)) {
		at, on := d.below(uint64(last)), d.below(uint64(last))
		if at > on {
			at, on = on, at
		}
		cents := f.cents[at]
		rows = append(rows, passage{int64(f.second[at]), f.from[at], who, cents, false}, passage{int64(f.second[on]), who, f.to[on], cents, false})
	}
	return slices.DeleteFunc(rows, func(p passage) bool { return p.from == p.to })
}

// insert puts rows, which are in order of time, among those there are, after those
// of the same second.
func (f *field) insert(rows []passage) {
	from, to, cents, second := f.from, f.to, f.cents, f.second
	size := len(from) + len(rows)
	f.from, f.to, f.cents, f.second = make([]uint32, 0, size), make([]uint32, 0, size), make([]uint64, 0, size), make([]uint32, 0, size)
	moved := map[int32]int32{}
	for _, row := range f.stolen {
		moved[row] = 0
	}
	for row := range from {
		for len(rows) > 0 && rows[0].second < int64(second[row]) {
			f.add(&rows[0])
			rows = rows[1:]
		}
		if _, stolen := moved[int32(row)]; stolen {
			moved[int32(row)] = int32(len(f.from))
		}
		f.from, f.to, f.cents, f.second = append(f.from, from[row]), append(f.to, to[row]), append(f.cents, cents[row]), append(f.second, second[row])
	}
	for i := range rows {
		f.add(&rows[i])
	}
	for _, list := range [][]int32{f.stolen, f.reachable} {
		for i := range list {
			list[i] = moved[list[i]]
		}
	}
	f.out, f.in = indexOf(f.from, f.everything), indexOf(f.to, f.everything)
	f.start()
}

func (f *field) add(p *passage) {
	f.from, f.to, f.cents, f.second = append(f.from, p.from), append(f.to, p.to), append(f.cents, p.cents), append(f.second, uint32(p.second))
}
