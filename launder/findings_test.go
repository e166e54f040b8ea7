package launder

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
)

var update = flag.Bool("update", false, "write golden files anew")

const findingsFile = "testdata/findings.golden"

// TestFindingsAreAsEver holds every finding of seeded streams, with all that it says and
// in the order in which it is told, against hashes of what rules told before anything
// of how they work was made faster. Some streams have more addresses, payments and
// findings than are kept.
func TestFindingsAreAsEver(t *testing.T) {
	var got []string
	for _, c := range goldenStreams(t) {
		hash, of := sha256.New(), map[string]int{}
		rules := Rules()
		if c.shapes != nil {
			rules = paceRules()
		}
		s := paceSetup(func(f *Finding) {
			text, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			f.Measured = "" // it is not this that is held
			hash.Write(bytes.Replace(text, []byte(measuredRules[f.Rule]), nil, 1))
			of[f.Rule]++
		})
		s.Most = c.most
		st, err := NewStream(s, rules)
		if err != nil {
			t.Fatal(err)
		}
		if c.shapes != nil {
			watchShapes(t, st, *c.shapes)
		}
		c.feed(st)
		st.End()
		fmt.Fprint(hash, st.Forgotten())
		line := fmt.Sprintf("%s: %x", c.name, hash.Sum(nil)[:12])
		for _, rule := range Rules() {
			line += fmt.Sprintf(" %s %d", rule.ID, of[rule.ID])
		}
		got = append(got, line)
	}
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(findingsFile, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(findingsFile)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(want)), "\n") {
		if i >= len(got) || got[i] != line {
			t.Errorf("want %s\n got %s", line, slices.Concat(got, []string{""})[min(i, len(got))])
		}
	}
}

// A goldenStream is one ledger with bounds.
type goldenStream struct {
	name   string
	most   int
	shapes *ShapeQuestion // nil: the usual ones
	feed   func(*Stream)
}

func goldenStreams(t *testing.T) []goldenStream {
	tight := DefaultShape()
	tight.Hub, tight.Look, tight.Entries, tight.Open, tight.Keep = 64, 16, 4096, 64, 16
	heavy := func(n int, slower clew.Time) func(*Stream) {
		list := newHeavyStream(n)
		return func(st *Stream) {
			list.each(func(tr *clew.Transfer) {
				tr.Time = 1_600_000_000 + (tr.Time-1_600_000_000)*slower
				st.Add(tr, nil)
			})
		}
	}
	list := []goldenStream{
		{"heavy", 0, nil, heavy(60_000, 1)},
		{"heavy, slow", 0, nil, heavy(60_000, 100)},
		{"heavy, few addresses", 3000, nil, heavy(60_000, 20)},
		{"heavy, tight", 20_000, &tight, heavy(60_000, 10)},
		{"heavy, tight, slow", 0, &tight, heavy(60_000, 200)},
	}
	small := smallShapes()
	small.Hub, small.Look, small.Entries, small.Open, small.Keep = 16, 8, 300, 6, 6
	drawn := func(payments []plainPayment) func(*Stream) {
		return func(st *Stream) {
			for i, p := range payments {
				st.Add(shapeTransfer(i, p), nil)
			}
		}
	}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 31))
		list = append(list,
			goldenStream{fmt.Sprintf("drawn %d, passed on", seed), 40, &small, drawn(randomLedger(r, 20, 6000))},
			goldenStream{fmt.Sprintf("drawn %d, few", seed), 0, &small, drawn(randomLedger(r, 7, 3000))},
			goldenStream{fmt.Sprintf("drawn %d, layers", seed), 0, &small, drawn(layeredLedger(r, 6000))},
			goldenStream{fmt.Sprintf("drawn %d, turns", seed), 0, &small, drawn(turningLedger(r, 15, 6000))},
			goldenStream{fmt.Sprintf("mixed %d", seed), 0, nil, func(st *Stream) { mixedWorld(seed, 8000).feedOnly(st) }},
			goldenStream{fmt.Sprintf("mixed %d, tight", seed), 300, &tight, func(st *Stream) { mixedWorld(seed, 8000).feedOnly(st) }},
			goldenStream{fmt.Sprintf("coins %d", seed), 0, &tight, func(st *Stream) { coinWorld(st, seed, 6000) }})
	}
	return list
}

func (w *paceWorld) feedOnly(st *Stream) {
	for _, row := range w.rows {
		switch x := row.(type) {
		case *clew.Transfer:
			st.Add(x, nil)
		case *clew.Act:
			st.AddAct(x)
		}
	}
}

// mixedWorld makes transactions of all kinds that rules of pace look at, among people,
// services, pools and look-alikes, with bursts of payments and pauses.
func mixedWorld(seed uint64, n int) *paceWorld {
	r := rand.New(rand.NewPCG(seed, 23))
	w, at := new(paceWorld), clew.Time(1_600_000_000)
	person := func() uint64 { return 300 + r.Uint64N(10+uint64(len(w.rows))/8)*(1+r.Uint64N(7)) }
	for i := range n {
		at += clew.Time(r.Int64N(90) * r.Int64N(1+int64(i/500%4)*8))
		who, other, asset := paceAddress(person()), paceAddress(person()), paceToken(1+r.Uint64N(6))
		amount := 100 + r.Uint64N(1000)
		if i%20 == 0 { // a peel chain of a few steps
			k, left := uint64(1_000_000+i/160*8+i/20%8), uint64(1_000_000-100_000*(i/20%8))
			w.next().move(at, paceAddress(k), who, paceCoin, 50_000)
			w.next().move(at, paceAddress(k), paceAddress(k+1), paceCoin, left-60_000)
		}
		switch w.next(); r.IntN(16) {
		case 0:
			w.move(at, paceAddress(300+r.Uint64N(6)), paceAddress(100+r.Uint64N(40)), paceToken(1+r.Uint64N(2)), 900+r.Uint64N(99))
		case 1:
			w.move(at, paceAddress(100+r.Uint64N(40)), who, asset, amount)
		case 2:
			for k := range 1 + 4*r.Uint64N(2) { // a row of swaps
				w.next().move(at, who, paceAddress(90), paceToken(1+k), amount-k).move(at, paceAddress(90), who, paceToken(2+k), amount-k)
			}
		case 3:
			w.move(at, who, paceAddress(60+r.Uint64N(3)), asset, 200*amount).move(at, who, other, asset, 800*amount)
		case 4:
			w.move(at, who, paceAddress(91), paceToken(2), amount).move(at, who, paceAddress(91), paceToken(3), amount).move(at, clew.EVMAddress(clew.Ethereum, [20]byte{}), who, paceToken(9), amount)
			w.next().move(at, who, other, paceToken(9), amount)
			w.next().move(at, other, paceAddress(91), paceToken(9), amount).move(at, paceAddress(91), other, paceToken(2), amount)
		case 5:
			w.move(at, who, likeAddress(other, byte(1+r.IntN(3))), asset, r.Uint64N(2))
		case 6:
			w.move(at, likeAddress(other, byte(1+r.IntN(3))), who, asset, r.Uint64N(2))
		case 7:
			w.bridge(at, []clew.ActKind{clew.BridgeReceived, clew.BridgeSent}[r.IntN(2)], person(), "across")
		case 8, 9:
			w.move(at, paceAddress(40+r.Uint64N(8)), who, asset, amount)
		case 10:
			w.move(at, who, paceAddress(50+r.Uint64N(3)), paceToken(1), amount)
			if r.IntN(3) == 0 {
				w.next().move(at, paceAddress(50+r.Uint64N(3)), paceAddress(130), paceToken(1), 4*amount)
			}
		default:
			w.onward(r, at, who, other, amount)
		}
	}
	return w
}

// onward pays on most of what somebody got a little before.
func (w *paceWorld) onward(r *rand.Rand, at clew.Time, who, other clew.Address, amount uint64) {
	for range 4 {
		if len(w.rows) == 0 {
			break
		}
		back := min(len(w.rows), 40)
		if b, ok := w.rows[len(w.rows)-1-r.IntN(back)].(*clew.Transfer); ok {
			got, _ := b.Amount().Uint64()
			w.move(at, b.To[0].Address, other, b.Asset, 1+got*(900+r.Uint64N(101))/1000)
			return
		}
	}
	w.move(at, who, other, paceCoin, amount)
}

// coinWorld feeds transactions of Bitcoin's kind with several inputs and outputs.
func coinWorld(st *Stream, seed uint64, n int) {
	r := rand.New(rand.NewPCG(seed, 29))
	address := func() clew.Address {
		k := r.IntN(40)
		if r.IntN(3) > 0 {
			k = r.IntN(40 + n/4)
		}
		a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 17), byte(k>>16), byte(k>>8), byte(k)))
		if err != nil {
			panic(err)
		}
		return a
	}
	for i := range n {
		t := clew.Transfer{Pos: clew.Pos{Height: uint64(i / 50), Index: uint32(i % 50)}, Time: clew.Time(1_600_000_000 + i/50*600), Tx: clew.TxID{byte(i), byte(i >> 8), 3}, Asset: clew.NativeAsset(clew.Bitcoin)}
		for range 1 + r.IntN(3)*r.IntN(6) {
			t.From = append(t.From, clew.Leg{Address: address(), Amount: clew.Units(1 + r.Uint64N(1000)), Spends: &clew.Output{}})
		}
		for range 1 + r.IntN(3)*r.IntN(6) {
			t.To = append(t.To, clew.Leg{Address: address(), Amount: clew.Units(1 + r.Uint64N(1000))})
		}
		st.Add(&t, nil)
	}
}
