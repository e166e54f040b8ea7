package launder

// A table finds places by hashes: cells of the upper half of a hash and a place,
// counted from 1, next to where the hash leads. What is at a place, the caller
// compares.
type table struct {
	cells []uint64
	shift uint // from a hash to its cell
	n     int
}

const upper = 1<<64 - 1<<32

func newTable() table { return table{cells: make([]uint64, 1<<10), shift: 64 - 10} }

// home returns the cell a hash leads to.
func (t *table) home(hash uint64) int { return int(hash & upper >> t.shift) }

// put adds a place that is not in it.
func (t *table) put(hash uint64, at uint32) {
	if t.n++; t.n*3 > len(t.cells)*2 {
		old := t.cells
		t.cells = make([]uint64, 2*len(old))
		t.shift--
		for _, c := range old {
			if c != 0 {
				t.set(c)
			}
		}
	}
	t.set(hash&upper | uint64(at+1))
}

func (t *table) set(cell uint64) {
	i := t.home(cell)
	for t.cells[i] != 0 {
		i = (i + 1) & (len(t.cells) - 1)
	}
	t.cells[i] = cell
}

// remove takes out a place that is in it, and moves up what had to make way for it.
func (t *table) remove(hash uint64, at uint32) {
	mask := len(t.cells) - 1
	i := t.home(hash)
	for t.cells[i] != hash&upper|uint64(at+1) {
		i = (i + 1) & mask
	}
	t.n--
	for j := (i + 1) & mask; t.cells[j] != 0; j = (j + 1) & mask {
		if (j-t.home(t.cells[j]))&mask >= (j-i)&mask {
			t.cells[i] = t.cells[j]
			i = j
		}
	}
	t.cells[i] = 0
}
