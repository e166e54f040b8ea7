package trace

import (
	"fmt"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// TestMarksOfOriginsAndExhibits gives every origin and exhibit its mark, with as
// many exhibits as there can be: no two share one, and each leads back.
func TestMarksOfOriginsAndExhibits(t *testing.T) {
	for _, exhibits := range []int{0, 1, 32, 61, 62, 63, 64, 500, maxExhibits} {
		w := &walk{exhibits: make([]string, exhibits)}
		seen := map[int]bool{anyOrigin: true, assumedOrigin: true}
		for i := range exhibits {
			mark := exhibitMark(i)
			if _, ok := w.originOf(mark); ok || mark < 0 || seen[mark] {
				t.Fatalf("%d exhibits: mark %d of the %dth is another's", exhibits, mark, i)
			}
			seen[mark] = true
		}
		if most := w.mostOrigins(); most > MaxOrigins || most < MaxOrigins-exhibits {
			t.Errorf("%d exhibits leave room for %d origins", exhibits, most)
		}
		for i := range w.mostOrigins() {
			mark := w.markOf(i)
			if back, ok := w.originOf(mark); !ok || back != i || seen[mark] || mark >= taint.MaxOrigins {
				t.Fatalf("%d exhibits: mark %d of origin %d leads to %d", exhibits, mark, i, back)
			}
			seen[mark] = true
		}
	}
}

// TestManyExhibitsClose follows value over more exhibits than have low marks: it
// rests on each.
func TestManyExhibitsClose(t *testing.T) {
	list := []clew.Transfer{move(1, clew.Address{}, theService, ether, 1000)}
	var records []Record
	add := func(from, to clew.Address) clew.Transfer {
		list = append(list, move(uint64(len(list)+1), from, to, ether, 10))
		return list[len(list)-1]
	}
	first := add(who(1), theService)
	const many = 300
	for i, paid := 0, first; i < many; i++ {
		sent := add(theService, who(100+i))
		records = append(records, Record{ID: fmt.Sprint("r", i), Exhibit: fmt.Sprint(i), By: "a service", Entries: []AccountEntry{
			{Kind: Deposited, Time: paid.Time, Balance: "ETH", Asset: ether, Amount: clew.Units(10), Tx: paid.Tx, Address: theService},
			{Kind: Withdrawn, Time: sent.Time, Balance: "ETH", Asset: ether, Amount: clew.Units(10), Tx: sent.Tx, Address: who(100 + i)}}})
		paid = add(who(100+i), theService)
	}
	in := Input{Spread: No, Start: Start{Transfer: &first.Pos}, Limits: Limits{Hops: 1000}, Namer: stops{theService: tag.Service}}
	in.Ledgers, in.Assumptions.Records = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, list)}, records
	if r := mustRun(t, in); len(r.Places) != 1 || len(r.Places[0].Rests) != many || r.Places[0].Rests[250] != (Rest{"250", clew.Units(10)}) || len(r.Places[0].Parts) != 1 {
		t.Fatalf("%+v", r.Places)
	}
}
