package trace

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"clew"
	"clew/tag"
)

// A coinSearch lists every path over outputs by trying all.
type coinSearch struct {
	transfers []clew.Transfer
	from, to  clew.Address
	query     PathQuery
	shut      map[clew.Address]bool
	found     []pathKey
}

// A pathKey is what paths are ordered by.
type pathKey struct {
	width clew.Amount
	last  clew.Pos
	hops  int
}

// all begins with every input of the first address.
func (s *coinSearch) all() []pathKey {
	for i := range s.transfers {
		t := &s.transfers[i]
		for _, leg := range t.From {
			if leg.Address == s.from && !t.Pos.Before(s.query.Since) {
				s.through(t, leg.Amount, leg.Amount, 1)
			}
		}
	}
	return s.found
}

// through goes on from an input that spends an amount by every output.
func (s *coinSearch) through(t *clew.Transfer, spends, width clew.Amount, hops int) {
	limits := &s.query.Limits
	if hops > limits.Hops || limits.Until.Known() && t.Time > limits.Until {
		return
	}
	for i, leg := range t.To {
		step := spends.Min(leg.Amount)
		if leg.Address.IsZero() || leg.Address == s.from || !limits.Dust.Less(step) {
			continue
		}
		if leg.Address == s.to {
			s.found = append(s.found, pathKey{width.Min(step), t.Pos, hops})
		} else if !s.shut[leg.Address] {
			s.spent(clew.Output{Tx: t.Tx, Index: uint32(i)}, leg.Amount, width.Min(step), hops)
		}
	}
}

// spent goes on where an output is spent.
func (s *coinSearch) spent(o clew.Output, amount, width clew.Amount, hops int) {
	for i := range s.transfers {
		for _, leg := range s.transfers[i].From {
			if leg.Spends != nil && *leg.Spends == o {
				s.through(&s.transfers[i], amount, width, hops+1)
			}
		}
	}
}

// shutOf returns the addresses that a question does not lead through.
func (w *coinWorld) shutOf(degree int) map[clew.Address]bool {
	shut := map[clew.Address]bool{}
	in, out := map[clew.Address]int{}, map[clew.Address]int{}
	for i := range w.transfers {
		for _, leg := range w.transfers[i].From {
			out[leg.Address]++
			shut[leg.Address] = shut[leg.Address] || out[leg.Address] > degree
		}
		for _, leg := range w.transfers[i].To {
			in[leg.Address]++
			shut[leg.Address] = shut[leg.Address] || in[leg.Address] > degree
		}
	}
	for a := range w.stops {
		shut[a] = true
	}
	return shut
}

// obscure hides who some inputs are of and how much they bring, though what
// they spend is held, and adds outputs of nothing.
func (w *coinWorld) obscure(rng *rand.Rand) {
	for i := range w.transfers {
		t := &w.transfers[i]
		if at := rng.Intn(len(t.From)); t.From[at].Spends != nil && rng.Intn(3) == 0 {
			t.From[at] = clew.Leg{Unknown: true, Spends: t.From[at].Spends}
		}
		if n := len(t.To); rng.Intn(3) == 0 && t.To[n-1].Address.IsZero() {
			note := clew.Leg{Address: clew.ScriptAddress(clew.Bitcoin, []byte{0x6a, byte(i)})}
			t.To = slices.Insert(slices.Clone(t.To), n-1, note)
		}
	}
}

func (w *coinWorld) question(rng *rand.Rand) PathQuery {
	q := PathQuery{Namer: w.stops, Best: 1 + rng.Intn(MaxPaths), Limits: w.limits}
	if rng.Intn(2) == 0 {
		q.Best = 1
	}
	if rng.Intn(2) == 0 {
		w.stops[script(2+rng.Intn(7))] = tag.Mixer
	}
	if rng.Intn(3) == 0 {
		q.Limits.Hops = 1 + rng.Intn(5)
	}
	if rng.Intn(3) == 0 {
		q.Limits.Degree = 4 + rng.Intn(6)
	}
	if rng.Intn(3) == 0 {
		q.Limits.Dust = clew.Units(uint64(1 + rng.Intn(3)))
	}
	if rng.Intn(3) == 0 {
		q.Limits.Until = w.transfers[len(w.transfers)*3/4].Time
	}
	if rng.Intn(3) == 0 {
		q.Since = w.transfers[rng.Intn(len(w.transfers)/2)].Pos
	}
	return q
}

func keysOf(paths []Path) []pathKey {
	keys := make([]pathKey, len(paths))
	for i, p := range paths {
		keys[i] = pathKey{p.Width, p.Transfers[len(p.Transfers)-1].Pos, len(p.Transfers)}
	}
	return keys
}

func byWidth(a, b pathKey) int {
	return cmp.Or(b.width.Cmp(a.width), a.last.Cmp(b.last), cmp.Compare(a.hops, b.hops))
}

// TestOutputPathsAgainstAll compares all paths asked for with the best of every
// path that there is, and asks twice.
func TestOutputPathsAgainstAll(t *testing.T) {
	some := 0
	for seed := range int64(1000) {
		rng := rand.New(rand.NewSource(seed))
		w := randomCoins(rng, seed%3 == 1)
		if seed%3 == 2 {
			w.obscure(rng)
		}
		q := w.question(rng)
		search := coinSearch{transfers: w.transfers, from: script(0), to: script(1), query: q, shut: w.shutOf(q.Limits.Degree)}
		all := search.all()
		snapshot := ledgerOf(t, clew.Bitcoin, w.transfers)
		var r *PathResult
		var texts [2][]byte
		for i := range texts {
			var err error
			if r, err = Paths(context.Background(), snapshot, script(0), script(1), q); err != nil {
				t.Fatal(err)
			}
			if texts[i], err = json.Marshal(r); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(texts[0], texts[1]) {
			t.Fatalf("seed %d: two answers to one question:\n%s\n%s", seed, texts[0], texts[1])
		}
		slices.SortFunc(all, byWidth)
		if got, want := keysOf(r.Widest), all[:min(q.Best, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("seed %d: widest %v, want %v", seed, got, want)
		}
		slices.SortFunc(all, func(a, b pathKey) int { return cmp.Or(a.last.Cmp(b.last), byWidth(a, b)) })
		if got, want := keysOf(r.Soonest), all[:min(q.Best, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("seed %d: earliest %v, want %v", seed, got, want)
		}
		for _, p := range append(r.Widest, r.Soonest...) {
			checkOutputPath(t, &p, script(0), script(1))
		}
		checkDistinct(t, r.Widest)
		checkDistinct(t, r.Soonest)
		some += min(1, len(all))
	}
	if some < 300 {
		t.Errorf("only %d of the worlds have a path", some)
	}
}

// checkOutputPath checks a path against the facts that it gives.
func checkOutputPath(t *testing.T, p *Path, from, to clew.Address) {
	t.Helper()
	if len(p.Steps) != len(p.Transfers) || p.Steps[0].From != from || p.Steps[len(p.Steps)-1].To != to {
		t.Fatalf("not a path from %s to %s: %+v", from, to, p)
	}
	least, weakest := clew.MaxAmount, 0
	for i, s := range p.Steps {
		in, out := p.Transfers[i].From[s.Input], p.Transfers[i].To[s.Output]
		if out.Address != s.To || out.Amount != s.Pays || !in.Unknown && (in.Address != s.From || in.Amount != s.Spends) {
			t.Fatalf("step %+v of %+v", s, p.Transfers[i])
		}
		if i > 0 {
			before := p.Steps[i-1]
			if !p.Transfers[i-1].Pos.Before(p.Transfers[i].Pos) || *in.Spends != (clew.Output{Tx: p.Transfers[i-1].Tx, Index: before.Output}) ||
				s.From != before.To || s.Spends != before.Pays || s.From == from {
				t.Fatalf("step %+v does not follow %+v", s, before)
			}
		}
		if s.Width().Less(least) {
			least, weakest = s.Width(), i
		}
	}
	if p.Width != least || p.Weakest != weakest || p.Left != p.Transfers[0].Time || p.Arrived != p.Transfers[len(p.Transfers)-1].Time {
		t.Fatalf("width %s at link %d, want %s at %d: %+v", p.Width, p.Weakest, least, weakest, p)
	}
}

// checkDistinct checks that no path is listed twice.
func checkDistinct(t *testing.T, paths []Path) {
	t.Helper()
	for i := range paths {
		for k := range i {
			if reflect.DeepEqual(paths[i], paths[k]) {
				t.Fatalf("twice the same path: %+v", paths[i])
			}
		}
	}
}

// spend returns a transaction that spends outputs and pays amounts to the
// addresses that numbers stand for; number -1 stands for a fee.
func spend(height uint64, inputs []clew.Leg, pays ...int) clew.Transfer {
	pos := clew.Pos{Height: height}
	t := clew.Transfer{Pos: pos, Time: clew.Time(1_600_000_000 + 600*height), Tx: txOf(pos), Asset: bitcoin, From: inputs}
	for i := 0; i < len(pays); i += 2 {
		leg := clew.Leg{Amount: clew.Units(uint64(pays[i+1]))}
		if pays[i] >= 0 {
			leg.Address = script(pays[i])
		}
		t.To = append(t.To, leg)
	}
	return t
}

// out returns an input that spends an output of a transaction.
func out(t clew.Transfer, index int) clew.Leg {
	return clew.Leg{Address: t.To[index].Address, Amount: t.To[index].Amount, Spends: &clew.Output{Tx: t.Tx, Index: uint32(index)}}
}

func issued(n uint64) []clew.Leg { return []clew.Leg{{Amount: clew.Units(n)}} }

func wayOf(p Path) string {
	way := "0"
	for i, s := range p.Steps {
		way += fmt.Sprintf(" %d:%d>%d-> %d", p.Transfers[i].Pos.Height, s.Input, s.Output, s.To.Key()[19])
	}
	return way
}

// TestPathThroughChange follows change that goes back to the address that
// paid: it is another output, and the only way on.
func TestPathThroughChange(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 60, 0, 40)
	shop := spend(3, []clew.Leg{out(pay, 0)}, 7, 10, 2, 50)
	arrive := spend(4, []clew.Leg{out(shop, 1)}, 1, 45, -1, 5)
	later := spend(5, []clew.Leg{out(pay, 1)}, 8, 40)
	r, err := Paths(context.Background(), ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay, shop, arrive, later}), script(0), script(1), PathQuery{})
	if err != nil || len(r.Widest) != 1 || len(r.Soonest) != 1 {
		t.Fatalf("widest %v, earliest %v, error %v", r.Widest, r.Soonest, err)
	}
	if got, want := wayOf(r.Widest[0]), "0 2:0>0-> 2 3:0>1-> 2 4:0>0-> 1"; got != want || r.Widest[0].Width != clew.Units(45) || r.Widest[0].Weakest != 2 {
		t.Errorf("%s, %s wide at link %d; want %s, 45 wide at 2", got, r.Widest[0].Width, r.Widest[0].Weakest, want)
	}
}

// TestPathsOverOutputsWithinLimits takes one limit at a time.
func TestPathsOverOutputsWithinLimits(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 60, 3, 40)
	narrow := spend(3, []clew.Leg{out(pay, 1)}, 4, 40)
	direct := spend(4, []clew.Leg{out(narrow, 0)}, 1, 40)
	wide := spend(5, []clew.Leg{out(pay, 0)}, 1, 60)
	snapshot := ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay, narrow, direct, wide})
	for _, c := range []struct {
		name   string
		query  PathQuery
		widths []uint64
		hit    string
	}{
		{"none", PathQuery{}, []uint64{60, 40}, ""},
		{"hops", PathQuery{Limits: Limits{Hops: 2}}, []uint64{60}, "hops"},
		{"hops enough", PathQuery{Limits: Limits{Hops: 3}}, []uint64{60, 40}, ""},
		{"transfers", PathQuery{Limits: Limits{Transfers: 3}}, []uint64{40}, "transfers"},
		{"addresses", PathQuery{Limits: Limits{Addresses: 1}}, []uint64{60}, "addresses"},
		{"dust", PathQuery{Limits: Limits{Dust: clew.Units(40)}}, []uint64{60}, ""},
		{"until", PathQuery{Limits: Limits{Until: direct.Time}}, []uint64{40}, "until"},
		{"until before all", PathQuery{Limits: Limits{Until: mint.Time}}, nil, "until"},
		{"since", PathQuery{Since: pay.Pos}, []uint64{60, 40}, ""},
		{"since after", PathQuery{Since: narrow.Pos}, nil, ""},
		{"mixer", PathQuery{Namer: stops{script(2): tag.Mixer}}, []uint64{40}, ""},
		{"best", PathQuery{Best: 1}, []uint64{60}, ""},
		{"asset", PathQuery{Asset: bitcoin}, []uint64{60, 40}, ""},
	} {
		r, err := Paths(context.Background(), snapshot, script(0), script(1), c.query)
		if err != nil {
			t.Fatal(err)
		}
		var widths []uint64
		for _, p := range r.Widest {
			n, _ := p.Width.Uint64()
			widths = append(widths, n)
		}
		hit := ""
		for _, l := range r.Limits {
			hit += l.Limit
		}
		if !slices.Equal(widths, c.widths) || hit != c.hit {
			t.Errorf("%s: widths %v, limit %q; want %v, %q", c.name, widths, hit, c.widths, c.hit)
		}
	}
}

// TestPathsOverOutputsPassNoService leaves an address out for its degree, and
// says so.
func TestPathsOverOutputsPassNoService(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 100)
	arrive := spend(3, []clew.Leg{out(pay, 0)}, 1, 100)
	transfers := []clew.Transfer{mint, pay, arrive, spend(4, issued(9), 2, 3, 2, 3, 2, 3)}
	for degree, want := range map[int]int{3: 0, 4: 1} {
		r, err := Paths(context.Background(), ledgerOf(t, clew.Bitcoin, transfers), script(0), script(1), PathQuery{Limits: Limits{Degree: degree}})
		if err != nil || len(r.Widest) != want || len(r.Limits) != 1-want {
			t.Errorf("degree %d: widest %v, limits %v, error %v", degree, r.Widest, r.Limits, err)
		}
	}
}

// TestPathsEndWhereTheyFirstArrive ends at outputs of data, and comes neither
// back to where it began nor past its end.
func TestPathsEndWhereTheyFirstArrive(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 60, 0, 40)
	back := spend(3, []clew.Leg{out(pay, 0)}, 0, 60)
	burn := spend(4, []clew.Leg{out(back, 0)}, 1, 60)
	on := spend(5, []clew.Leg{out(burn, 0)}, 2, 60)
	again := spend(6, []clew.Leg{out(on, 0)}, 1, 60)
	data := clew.ScriptAddress(clew.Bitcoin, []byte{0x6a})
	burn.To[0].Address, again.To[0].Address, on.From[0].Address = data, data, data
	snapshot := ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay, back, burn, on, again})
	r, err := Paths(context.Background(), snapshot, script(0), data, PathQuery{})
	if err != nil || len(r.Widest) != 1 || len(r.Widest[0].Steps) != 1 || r.Widest[0].Transfers[0].Pos != burn.Pos {
		t.Errorf("widest %v, error %v", r.Widest, err)
	}
}

// TestPathsOverOutputsInterrupted says that nobody looked.
func TestPathsOverOutputsInterrupted(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	snapshot := ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, spend(2, []clew.Leg{out(mint, 0)}, 1, 100)})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Paths(ctx, snapshot, script(0), script(1), PathQuery{})
	if err != nil || !r.Partial || len(r.Widest) > 0 {
		t.Errorf("widest %v, partial %v, error %v", r.Widest, r.Partial, err)
	}
}

// TestPathsOverOutputsSpentBeforeMade does not go back in time, whatever a
// ledger says.
func TestPathsOverOutputsSpentBeforeMade(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(3, []clew.Leg{out(mint, 0)}, 2, 100)
	early := spend(2, []clew.Leg{out(pay, 0)}, 1, 100)
	r, err := Paths(context.Background(), ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, early, pay}), script(0), script(1), PathQuery{})
	if err != nil || len(r.Widest)+len(r.Soonest) > 0 {
		t.Errorf("widest %v, error %v", r.Widest, err)
	}
}

// TestPathsOverOutputsFromBusyAddress reads more inputs of the first address
// than a page has, two in each transaction, and takes each transaction once.
func TestPathsOverOutputsFromBusyAddress(t *testing.T) {
	var transfers []clew.Transfer
	const pays = 3 * firstPage
	for h := range pays {
		mint := spend(uint64(2*h+1), issued(2000), 0, 1000, 0, 1000)
		transfers = append(transfers, mint, spend(uint64(2*h+2), []clew.Leg{out(mint, 0), out(mint, 1)}, 1, 1+h, 2, 1999-h))
	}
	r, err := Paths(context.Background(), ledgerOf(t, clew.Bitcoin, transfers), script(0), script(1), PathQuery{Best: 2})
	if err != nil || r.Work.Transfers != pays || len(r.Widest) != 2 || r.Widest[0].Width != clew.Units(pays) || r.Widest[1].Width != clew.Units(pays) {
		t.Fatalf("widest %v, %d transfers, error %v", r.Widest, r.Work.Transfers, err)
	}
	if a, b := r.Widest[0].Steps[0].Input, r.Widest[1].Steps[0].Input; a != 0 || b != 1 {
		t.Errorf("by inputs %d and %d, want 0 and 1", a, b)
	}
}

// TestPathsOverOutputsLeaveOutWhatCannotBegin takes no transaction for inputs
// that are too late or too small.
func TestPathsOverOutputsLeaveOutWhatCannotBegin(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 1, 100)
	snapshot := ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay})
	for _, limits := range []Limits{{Until: mint.Time}, {Dust: clew.Units(100)}} {
		r, err := Paths(context.Background(), snapshot, script(0), script(1), PathQuery{Limits: limits})
		if err != nil || r.Work.Transfers != 0 || r.Work.Rows != 1 {
			t.Errorf("%+v: cost %+v, error %v", limits, r.Work, err)
		}
	}
}
