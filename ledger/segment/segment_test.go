package segment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
)

var bg = context.Background()

// write writes transfers and opens the segment.
func write(t testing.TB, fs vfs.FS, name string, chain clew.Chain, list []clew.Transfer, o Options) *Segment {
	t.Helper()
	if _, err := Write(bg, fs, name, chain, FromSlice(list), nil, o); err != nil {
		t.Fatalf("write: %v", err)
	}
	s, err := Open(fs, name)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// some returns n, or a tenth of it where the race detector makes everything slow:
// races are found by some of each as well as by all.
func some(n int) int {
	if testing.Short() {
		return (n + 9) / 10
	}
	return n
}

// forShapes runs a test over all shapes with a few seeds.
func forShapes(t *testing.T, test func(t *testing.T, sh shape, list []clew.Transfer)) {
	for name, sh := range shapes {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(some(3)) {
				test(t, sh, sh.random(seed))
			}
		})
	}
}

func TestAnswersAreThoseOfThePlainSet(t *testing.T) {
	forShapes(t, func(t *testing.T, sh shape, list []clew.Transfer) {
		s := write(t, vfs.NewMem(), "a.seg", sh.chain, list, Options{})
		compare(t, s, list, rand.New(rand.NewPCG(5, 5)))
	})
}

// compare asks s and the plain set of list the same.
func compare(t *testing.T, s *Segment, list []clew.Transfer, r *rand.Rand) {
	t.Helper()
	set := memory.NewSet(list)
	if s.Span() != set.Span() {
		t.Fatalf("span %s, want %s", s.Span(), set.Span())
	}
	addresses, assets, places := subjects(list)
	o := &oracle{t: t, s: s, set: set, r: r, places: places}
	for _, a := range addresses {
		for side := ledger.Out; side <= ledger.In; side++ {
			o.count(a, side)
			for range 6 {
				o.rows(ledger.Query{Address: a, Side: side}, assets)
			}
		}
		for range 4 {
			pot := clew.Pot{Address: a, Asset: assets[r.IntN(len(assets))]}
			if r.IntN(2) == 0 && len(assets) > 1 {
				pot.Asset = assets[1]
			}
			o.flow(pot)
			o.tile(pot)
		}
	}
	o.batch(addresses, assets)
	o.transfers(list)
	o.spenders(list)
	o.sweep(list)
}

// subjects returns what can be asked of list, and a little more. The first
// asset is none.
func subjects(list []clew.Transfer) ([]clew.Address, []clew.Asset, []clew.Pos) {
	addresses := map[clew.Address]bool{clew.EVMAddress(clew.Ethereum, [20]byte{1}): true, clew.EVMAddress(clew.Base, [20]byte{1}): true, {}: true}
	assets := []clew.Asset{{}, clew.NativeAsset(clew.Ethereum), clew.Reported(clew.Ethereum, "usd")}
	seen := map[clew.Asset]bool{}
	places := []clew.Pos{{}, clew.LastPos}
	for i := range list {
		for _, leg := range slices.Concat(list[i].From, list[i].To) {
			addresses[leg.Address] = true
		}
		if a := list[i].Asset; !seen[a] && len(assets) < 40 {
			seen[a] = true
			assets = append(assets, a)
		}
		places = append(places, list[i].Pos, ledger.Next(list[i].Pos))
	}
	sorted := make([]clew.Address, 0, len(addresses))
	for a := range addresses {
		sorted = append(sorted, a)
	}
	slices.SortFunc(sorted, func(a, b clew.Address) int { return cmpString(a.String(), b.String()) })
	return sorted, assets, places
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

type oracle struct {
	t      *testing.T
	s      *Segment
	set    *memory.Set
	r      *rand.Rand
	places []clew.Pos
}

func (o *oracle) place() clew.Pos { return o.places[o.r.IntN(len(o.places))] }

func (o *oracle) count(a clew.Address, side ledger.Side) {
	o.t.Helper()
	got, err := o.s.Count(bg, a, side)
	want, _ := o.set.Count(bg, a, side)
	if err != nil || got != want {
		o.t.Fatalf("count of %s %s: %d, %v, want %d", a, side, got, err, want)
	}
}

func (o *oracle) rows(q ledger.Query, assets []clew.Asset) {
	o.t.Helper()
	q.Asset = assets[o.r.IntN(len(assets))]
	if o.r.IntN(2) == 0 {
		q.From = o.place()
	}
	if o.r.IntN(2) == 0 {
		q.Until = o.place()
	}
	q.Newest = o.r.IntN(2) == 0
	q.Limit = []int{1, 3, 40, 5000}[o.r.IntN(4)]
	q.Sums = !q.Asset.IsZero() && o.r.IntN(2) == 0
	had := []ledger.Row{{Leg: 77}}
	got, more, err := o.s.Rows(bg, q, had)
	want, wantMore, wantErr := o.set.Rows(bg, q, had)
	if errors.Is(wantErr, ledger.ErrOverflow) {
		o.overflows(q, got, err)
		return
	}
	if err != nil || wantErr != nil || more != wantMore || !reflect.DeepEqual(got, want) {
		o.t.Fatalf("rows of %+v:\n%v %v %v\nwant\n%v %v %v", q, got, more, err, want, wantMore, wantErr)
	}
}

// overflows checks an answer where the sums of the whole pot do not fit: it
// either says so or is right.
func (o *oracle) overflows(q ledger.Query, got []ledger.Row, err error) {
	o.t.Helper()
	if errors.Is(err, ledger.ErrOverflow) {
		return
	}
	if err != nil {
		o.t.Fatalf("rows of %+v: %v", q, err)
	}
	for _, row := range got[1:] {
		var sum clew.Amount
		fits := true
		all, _, _ := o.set.Rows(bg, ledger.Query{Address: q.Address, Side: q.Side, Asset: q.Asset, Until: row.Pos, Limit: ledger.MaxPage}, nil)
		for _, earlier := range all {
			if earlier.Counts(q.Address) && fits {
				sum, fits = sum.Add(earlier.Amount)
			}
		}
		if !fits || row.Before != sum && row.Leg == 0 {
			o.t.Fatalf("row of %+v: before %s, want %s, %v", q, row.Before, sum, fits)
		}
	}
}

func (o *oracle) flow(p clew.Pot) {
	o.t.Helper()
	before := o.place()
	if o.r.IntN(3) == 0 {
		before = clew.LastPos
	}
	got, err := o.s.Flow(bg, p, before)
	want, wantErr := o.set.Flow(bg, p, before)
	if errors.Is(wantErr, ledger.ErrOverflow) {
		return // a right part of an answer, or the same error
	}
	if err != nil || wantErr != nil || got != want {
		o.t.Fatalf("flow of %v before %s: %v %v, want %v %v", p, before, got, err, want, wantErr)
	}
}

func (o *oracle) tile(p clew.Pot) {
	o.t.Helper()
	side := ledger.Side(o.r.IntN(2))
	flow, err := o.set.Flow(bg, p, clew.LastPos)
	if p.Asset.IsZero() || err != nil {
		return
	}
	total := flow.Out
	if side == ledger.In {
		total = flow.In
	}
	lo, _ := total.MulDiv(clew.Units(uint64(o.r.IntN(1000))), clew.Units(1000))
	hi, _ := total.MulDiv(clew.Units(uint64(o.r.IntN(1100))), clew.Units(1000))
	limit := 1 + o.r.IntN(30)
	got, more, err := o.s.Tile(bg, p, side, lo, hi, limit, nil)
	want, wantMore, wantErr := o.set.Tile(bg, p, side, lo, hi, limit, nil)
	if err != nil || wantErr != nil || more != wantMore || !reflect.DeepEqual(got, want) {
		o.t.Fatalf("tile of %v %s from %s to %s, %d:\n%v %v %v\nwant\n%v %v %v", p, side, lo, hi, limit, got, more, err, want, wantMore, wantErr)
	}
}

func (o *oracle) batch(addresses []clew.Address, assets []clew.Asset) {
	o.t.Helper()
	for range 4 {
		q := ledger.Query{Side: ledger.Side(o.r.IntN(2)), Limit: 1 + o.r.IntN(50), From: o.place(), Asset: assets[o.r.IntN(len(assets))]}
		collect := func(reader interface {
			Batch(context.Context, []clew.Address, ledger.Query, func(int, []ledger.Row) error) error
		}) map[int]string {
			all := map[int]string{}
			err := reader.Batch(bg, addresses, q, func(i int, rows []ledger.Row) error {
				if all[i] != "" || len(rows) == 0 {
					o.t.Fatalf("batch: address %d visited twice, or without rows", i)
				}
				all[i] = fmt.Sprint(rows)
				return nil
			})
			if err != nil {
				o.t.Fatal(err)
			}
			return all
		}
		if got, want := collect(o.s), collect(o.set); !reflect.DeepEqual(got, want) {
			o.t.Fatalf("batch of %+v:\n%v\nwant\n%v", q, got, want)
		}
	}
}

func (o *oracle) transfers(list []clew.Transfer) {
	o.t.Helper()
	for range min(len(list), 60) {
		want := list[o.r.IntN(len(list))]
		if got, err := o.s.Transfer(bg, want.Pos); err != nil || !reflect.DeepEqual(got, want) {
			o.t.Fatalf("transfer at %s: %v\n%v\nwant\n%v", want.Pos, err, got, want)
		}
		got, err := o.s.Transaction(bg, want.Tx)
		all, wantErr := o.set.Transaction(bg, want.Tx)
		if !reflect.DeepEqual(got, all) || errors.Is(err, clew.ErrNotFound) != errors.Is(wantErr, clew.ErrNotFound) {
			o.t.Fatalf("transaction %s: %v %v\nwant\n%v %v", want.Tx, got, err, all, wantErr)
		}
	}
	if _, err := o.s.Transfer(bg, clew.LastPos); !errors.Is(err, clew.ErrNotFound) {
		o.t.Fatalf("transfer at the last position: %v", err)
	}
	if _, err := o.s.Transaction(bg, clew.TxID{9}); !errors.Is(err, clew.ErrNotFound) {
		o.t.Fatalf("unknown transaction: %v", err)
	}
}

func (o *oracle) spenders(list []clew.Transfer) {
	o.t.Helper()
	for i := range list {
		if len(list[i].To) < 2 && i%50 > 0 {
			continue
		}
		for output := range uint32(3) {
			pos, input, err := o.s.Spender(bg, list[i].Pos, output)
			wantPos, wantInput, wantErr := o.set.Spender(bg, list[i].Pos, output)
			if pos != wantPos || input != wantInput || errors.Is(err, clew.ErrNotFound) != errors.Is(wantErr, clew.ErrNotFound) {
				o.t.Fatalf("spender of %s %d: %s %d %v, want %s %d %v", list[i].Pos, output, pos, input, err, wantPos, wantInput, wantErr)
			}
		}
	}
}

func (o *oracle) sweep(list []clew.Transfer) {
	o.t.Helper()
	from := o.place()
	var got, want []string
	collect := func(to *[]string) func(c *ledger.Chunk) error {
		return func(c *ledger.Chunk) error {
			for i := range c.Len() {
				t, err := c.Rest.Transfer(i)
				if err != nil {
					return err
				}
				name := func(id uint32) string {
					if id == ledger.NoID {
						return "-"
					}
					a := c.Names.Address(id)
					if back, ok := c.Names.ID(a); !ok || back != id || int(id) >= c.Names.Len() {
						o.t.Fatalf("number of %s is %d, not %d", a, back, id)
					}
					return a.String()
				}
				*to = append(*to, fmt.Sprint(name(c.From[i]), name(c.To[i]), c.Assets[c.Asset[i]], c.Lo[i], c.Rest.Pos(i), c.Rest.Time(i), c.Rest.Amount(i), string(must(json.Marshal(t)))))
			}
			return nil
		}
	}
	if err := o.s.Sweep(bg, from, collect(&got)); err != nil {
		o.t.Fatal(err)
	}
	if err := o.set.Sweep(bg, from, collect(&want)); err != nil {
		o.t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		o.t.Fatalf("sweep from %s differs: %d and %d rows", from, len(got), len(want))
	}
}
