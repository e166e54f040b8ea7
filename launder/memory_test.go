package launder

import (
	"testing"

	"clew"
)

// TestEverNewAddressesAreBounded: of addresses that are each met once, and of what
// rules note of them, no more is held than was asked for.
func TestEverNewAddressesAreBounded(t *testing.T) {
	const most, open, n = 500, 200, 20_000
	st, err := NewStream(Setup{Found: func(*Finding) {}, Most: most, Service: func(clew.Address) string { return "" }}, Rules())
	if err != nil {
		t.Fatal(err)
	}
	var passes *PassThrough
	var gathered *Consolidation
	for i := range st.list {
		switch r := st.list[i].by.(type) {
		case *PassThrough:
			passes, r.due.most = r, open
		case *Consolidation:
			gathered, r.due.most = r, open
		}
	}
	for i := range n {
		p := plainPayment{from: 2 * i, to: 2*i + 1, amount: 5, time: 1000}
		if i%3 > 0 { // on from the one before
			p.from = 2*i - 1
		}
		tr := shapeTransfer(i, p)
		tr.From[0].Address, tr.To[0].Address = benchAddress(p.from), benchAddress(p.to)
		st.Add(tr, nil)
		held := []int{int(st.parties.slots.n) - 1, st.parties.table.n, int(st.parties.pots.n) - 1, st.parties.potAt.n}
		for _, k := range held {
			if k > most {
				t.Fatalf("after %d transfers %v addresses and pots are held", i+1, held)
			}
		}
		if a, b := len(passes.due.list)-passes.due.head, len(gathered.due.list)-gathered.due.head; a > open || b > open {
			t.Fatalf("after %d transfers %d pass-throughs and %d consolidations are open", i+1, a, b)
		}
	}
	st.End()
	if passes.Dropped() == 0 || gathered.Dropped() == 0 || st.parties.dropped < n {
		t.Errorf("forgotten %+v", st.Forgotten())
	}
}
