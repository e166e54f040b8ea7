package segment

import (
	"slices"

	"clew/ledger"
)

const (
	sheafRows = 512  // of a sheaf that is full, about
	aloneRows = 4096 // an address with more rows is shown alone
)

// A sheaf is the rows of several addresses, which are filled together: most
// addresses have few, and the memory is best asked for many at a time.
type sheaf struct {
	spans   []sheafSpan
	records []uint32
	rows    []ledger.Row
}

// A sheafSpan is the rows of one address.
type sheafSpan struct {
	key   uint64 // its number and index
	end   int    // of its rows in the sheaf
	alone bool   // it has none in the sheaf, and is to be read by itself
}

// takeSheaf returns an empty sheaf, used before if there is one.
func (s *Segment) takeSheaf() *sheaf {
	if f, ok := s.sheaves.Get().(*sheaf); ok {
		f.clear()
		return f
	}
	return new(sheaf)
}

func (f *sheaf) clear() { f.spans, f.records = f.spans[:0], f.records[:0] }

// add finds the records of v that q asks for.
func (f *sheaf) add(v *view, q *ledger.Query, key uint64) {
	from, n, _ := v.pick(q)
	if n == 0 {
		return
	}
	had := len(f.records)
	if n > aloneRows || q.Sums {
		f.spans = append(f.spans, sheafSpan{key, had, true})
		return
	}
	f.records = slices.Grow(f.records, int(n))[:had+int(n)]
	v.records(from, f.records[had:])
	if q.Newest {
		slices.Reverse(f.records[had:])
	}
	f.spans = append(f.spans, sheafSpan{key, len(f.records), false})
}

// fill writes the rows of all records.
func (f *sheaf) fill(d *side) {
	f.rows = slices.Grow(f.rows[:0], len(f.records))[:len(f.records)]
	d.s.fillRecords(d, f.records, f.rows)
}
