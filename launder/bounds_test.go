package launder

import (
	"testing"

	"clew"
)

// kept returns how many payments a recogniser of pace says that it keeps; less than
// nothing if it counts none.
func kept(by Recogniser) (n int, room *int) {
	switch r := by.(type) {
	case *Consolidation:
		return r.due.kept, &r.due.room
	case *Flood:
		return r.due.kept, &r.due.room
	case *Structuring:
		return r.due.kept, &r.due.room
	case *Poison:
		return r.due.kept, &r.due.room
	case *Split:
		return r.due.kept, &r.due.room
	case *NestedServices:
		return r.due.kept, &r.due.room
	case *Flight:
		return r.due.kept, &r.due.room
	}
	return -1, nil
}

// TestKeptPaymentsAreBounded: however many transfers one transaction has, or come
// while the time stands still or falls, rules of pace keep no more payments than they
// have room for, and nothing at the end.
func TestKeptPaymentsAreBounded(t *testing.T) {
	const room, n = 100, 6000
	services := func(a clew.Address) string {
		if key, _ := a.RawKey(); key[0]%5 == 0 {
			return "service"
		}
		return ""
	}
	for _, c := range []struct {
		name  string
		tx    func(i int) byte
		clock func(i int) clew.Time
	}{
		{"one transaction", func(int) byte { return 1 }, func(int) clew.Time { return 1000 }},
		{"time falls", func(i int) byte { return byte(i / 2) }, func(i int) clew.Time { return clew.Time(1_000_000 - i) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			st, err := NewStream(Setup{Found: func(*Finding) {}, Service: services, Freezable: func(clew.Asset) bool { return true }}, Rules())
			if err != nil {
				t.Fatal(err)
			}
			for i := range st.list {
				if _, most := kept(st.list[i].by); most != nil {
					*most = room
				}
			}
			most := map[string]int{}
			for i := range n {
				// Many are paid by few, half of what they get goes on at once, and a part of it
				// in two.
				p := plainPayment{from: i % 40, to: 1000 + i, amount: 90, time: c.clock(i)}
				switch i % 8 {
				case 3, 4:
					p.from, p.to = 1000+i-1, i%7+100
				case 5:
					p.from, p.to, p.amount = i%40, 200+i%11, 10
				}
				tr := shapeTransfer(i, p)
				tr.Tx, tr.Time = clew.TxID{c.tx(i)}, c.clock(i)
				tr.From[0].Address, tr.To[0].Address = benchAddress(p.from), benchAddress(p.to)
				st.Add(tr, nil)
				if i%64 == 63 {
					for k := range st.list {
						held, of := kept(st.list[k].by)
						if most[st.list[k].name] = max(most[st.list[k].name], held); of != nil && held > room+256 {
							t.Fatalf("after %d transfers %s keeps %d payments", i+1, st.list[k].name, held)
						}
					}
				}
			}
			st.End()
			for k := range st.list {
				if held, of := kept(st.list[k].by); of != nil && held != 0 && st.list[k].name != FlightRule {
					t.Errorf("%s keeps %d payments at the end", st.list[k].name, held)
				}
			}
			for _, rule := range []string{ConsolidationRule, FloodRule, StructuringRule, NestedRule} {
				if most[rule] < room/2 {
					t.Errorf("%s kept %d payments at most: the test does not reach its bound", rule, most[rule])
				}
			}
		})
	}
}

// TestPeelsForgottenWithTheirPots: pots that a stream forgets while a peel chain may
// still go on from them are open no more.
func TestPeelsForgottenWithTheirPots(t *testing.T) {
	st, err := NewStream(Setup{Found: func(*Finding) {}, Most: 50}, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := DefaultPeel()
	q.Open = 200
	p, err := NewAccountPeels(st, q, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	st.Watch(PeelRule, p)
	for i := range 5000 {
		tr := shapeTransfer(i, plainPayment{from: 2 * i, to: 2*i + 1, amount: 5, time: 1000})
		tr.From[0].Address, tr.To[0].Address = benchAddress(2*i), benchAddress(2*i+1)
		st.Add(tr, nil)
	}
	st.End()
	if p.open != 0 || p.steps != 0 || p.pots.held() != 0 {
		t.Errorf("at the end %d are open, %d steps, %d held", p.open, p.steps, p.pots.held())
	}
}
