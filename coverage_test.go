package clew

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestAddWhole(t *testing.T) {
	for _, c := range []struct {
		name string
		have []Window
		add  Window
		want []Window
	}{
		{"the first", nil, Window{5, 9}, []Window{{5, 9}}},
		{"before", []Window{{5, 9}}, Window{1, 3}, []Window{{1, 3}, {5, 9}}},
		{"after", []Window{{5, 9}}, Window{11, 12}, []Window{{5, 9}, {11, 12}}},
		{"between", []Window{{1, 2}, {8, 9}}, Window{4, 5}, []Window{{1, 2}, {4, 5}, {8, 9}}},
		{"touching in front", []Window{{5, 9}}, Window{3, 5}, []Window{{3, 9}}},
		{"touching behind", []Window{{5, 9}}, Window{9, 12}, []Window{{5, 12}}},
		{"within", []Window{{5, 9}}, Window{6, 7}, []Window{{5, 9}}},
		{"around", []Window{{1, 2}, {5, 9}, {20, 30}}, Window{4, 15}, []Window{{1, 2}, {4, 15}, {20, 30}}},
		{"joining two", []Window{{1, 4}, {6, 9}}, Window{4, 6}, []Window{{1, 9}}},
		{"joining all", []Window{{1, 2}, {4, 5}, {8, 9}}, Window{0, 10}, []Window{{0, 10}}},
		{"empty", []Window{{1, 2}}, Window{7, 7}, []Window{{1, 2}}},
		{"turned round", []Window{{1, 2}}, Window{9, 7}, []Window{{1, 2}}},
	} {
		coverage := Coverage{Whole: c.have}
		before := append([]Window(nil), c.have...)
		coverage.AddWhole(c.add)
		if !reflect.DeepEqual(coverage.Whole, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, coverage.Whole, c.want)
		}
		if !reflect.DeepEqual(append([]Window(nil), c.have...), before) {
			t.Errorf("%s: the spans that others may hold were changed to %v", c.name, c.have)
		}
	}
}

// Spans say what a set of heights says, are in order, and do not touch.
func TestCoverageAgainstASet(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 0))
		var c Coverage
		var held [64]bool
		for range 12 {
			if r.IntN(5) == 0 {
				height := r.Uint64N(64)
				c.TruncateTo(height)
				clear(held[height:])
				continue
			}
			from := r.Uint64N(64)
			w := Window{from, from + r.Uint64N(64-from+1)}
			c.AddWhole(w)
			for h := w.From; h < w.To; h++ {
				held[h] = true
			}
		}
		for i, w := range c.Whole {
			if w.Empty() || i > 0 && c.Whole[i-1].To >= w.From {
				t.Fatalf("seed %d: spans %v", seed, c.Whole)
			}
		}
		for h := range uint64(64) {
			if c.HoldsWhole(Window{h, h + 1}) != held[h] {
				t.Fatalf("seed %d: block %d in %v is %t", seed, h, c.Whole, held[h])
			}
		}
	}
}

func TestHolds(t *testing.T) {
	a, b := evm(1), evm(2)
	c := Coverage{
		Whole: []Window{{0, 100}, {300, 400}},
		Held:  []Holding{{Address: a, Source: "export", Window: Window{50, 200}}, {Address: a, Source: "explorer", Window: Window{200, 250}}, {Address: b, Source: "export", Window: Window{100, 300}}},
	}
	for _, q := range []struct {
		address Address
		w       Window
		want    bool
	}{
		{a, Window{0, 100}, true}, {a, Window{99, 101}, true}, {a, Window{0, 250}, true}, {a, Window{0, 251}, false}, {a, Window{250, 300}, false},
		{b, Window{0, 400}, true}, {b, Window{0, 401}, false}, {evm(3), Window{0, 100}, true}, {evm(3), Window{0, 101}, false},
		{evm(3), Window{500, 500}, true},
	} {
		if got := c.Holds(q.address, q.w); got != q.want {
			t.Errorf("%s in %s: %t", q.address, q.w, got)
		}
	}
	if len(c.Whole) != 2 {
		t.Errorf("asking changed the spans to %v", c.Whole)
	}
}

func TestTruncateTo(t *testing.T) {
	c := Coverage{
		Whole: []Window{{0, 10}, {20, 30}, {40, 50}},
		Held:  []Holding{{Address: evm(1), Source: "export", Window: Window{5, 25}}, {Address: evm(2), Source: "export", Window: Window{25, 60}}},
		Gaps:  []Gap{{Kind: GapStatus, Window: Window{5, 50}}, {Kind: GapTraces, Window: Window{30, 40}}, {Kind: GapFees}},
	}
	c.TruncateTo(25)
	want := Coverage{
		Whole: []Window{{0, 10}, {20, 25}},
		Held:  []Holding{{Address: evm(1), Source: "export", Window: Window{5, 25}}},
		Gaps:  []Gap{{Kind: GapStatus, Window: Window{5, 25}}, {Kind: GapFees}},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v", c)
	}
	c.TruncateTo(0)
	if len(c.Whole) != 0 || len(c.Held) != 0 || len(c.Gaps) != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestGapString(t *testing.T) {
	g := Gap{Kind: GapOpening, Address: evm(1), Window: Window{5, 8}, Note: "implied"}
	if want := "opening balance of 0x0100000000000000000000000000000000000000, blocks 5-7: implied"; g.String() != want {
		t.Errorf("got %s", g)
	}
	if got := (Gap{Kind: GapFees}).String(); strings.ContainsAny(got, ",:") {
		t.Errorf("got %s", got)
	}
}
