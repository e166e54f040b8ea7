package ledger_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/memory"
)

// A partedStore answers from parts of a memory ledger, joined.
type partedStore struct {
	*memory.Ledger
	part func(i int, p clew.Pos) int
}

type partedSnapshot struct {
	ledger.Reader
	whole ledger.Snapshot
}

func (s partedSnapshot) Chain() clew.Chain        { return s.whole.Chain() }
func (s partedSnapshot) AsOf() clew.BlockRef      { return s.whole.AsOf() }
func (s partedSnapshot) Recent() []clew.BlockRef  { return s.whole.Recent() }
func (s partedSnapshot) Coverage() *clew.Coverage { return s.whole.Coverage() }
func (s partedSnapshot) Close() error             { return s.whole.Close() }

func (s partedStore) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	whole, err := s.Ledger.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	parted := map[int][]clew.Transfer{}
	for i, t := range whole.(interface{ Transfers() []clew.Transfer }).Transfers() {
		part := s.part(i, t.Pos)
		parted[part] = append(parted[part], t)
	}
	acts, err := partedActs(ctx, whole, s.part)
	if err != nil {
		return nil, err
	}
	parts := []ledger.Reader{memory.NewSet(nil)}
	for i := range 8 {
		parts = append(parts, memory.NewSet(parted[i], acts[i]...))
	}
	return partedSnapshot{ledger.Join(parts...), whole}, nil
}

// partedActs deals acts out as transfers are, but to other parts.
func partedActs(ctx context.Context, whole ledger.Reader, part func(i int, p clew.Pos) int) (map[int][]clew.Act, error) {
	parted := map[int][]clew.Act{}
	walk := ledger.WalkActs(whole, ledger.ActQuery{})
	for i := 0; ; i++ {
		a, err := walk.Next(ctx)
		if a == nil || err != nil {
			return parted, err
		}
		at := (part(i, a.Pos) + 1) % 8
		parted[at] = append(parted[at], *a)
	}
}

func TestJoinedPartsAnswerAsOne(t *testing.T) {
	// A number of its own for every place in the order, so that readers beside
	// each other share nothing.
	scattered := func(i, n int) int { return rand.New(rand.NewPCG(1, uint64(i))).IntN(n) }
	for name, part := range map[string]func(int, clew.Pos) int{
		"apart": func(_ int, p clew.Pos) int { return int(min(p.Height/13, 70) % 8) },
		"mixed": func(i int, _ clew.Pos) int { return scattered(i, 4) },
		"first apart, then mixed": func(i int, p clew.Pos) int {
			if p.Height < 20 {
				return int(p.Height / 14)
			}
			return 3 + scattered(i, 2)*int(p.Height%5)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ledgertest.Run(t, func(_ *testing.T, chain clew.Chain) ledger.Store {
				return partedStore{memory.New(chain), part}
			})
		})
	}
}

// TestTilesOfOverlappingPartsCostWhatTheyShow pages through a long pot whose
// rows lie in two parts that overlap, once by one and once in stretches that
// begin anywhere: the answers are those of one part, and what is read of the
// parts does not grow with what comes before.
func TestTilesOfOverlappingPartsCostWhatTheyShow(t *testing.T) {
	const n = 20_000
	whole, parts := longPot(n)
	pot := clew.Pot{Address: whole[0].From[0].Address, Asset: whole[0].Asset}
	one := memory.NewSet(whole)
	a, b := &counted{Reader: memory.NewSet(parts[0])}, &counted{Reader: memory.NewSet(parts[1])}
	joined := ledger.Join(a, b)
	ctx := context.Background()
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		lo, limit := random.Uint64N(5*n), 1+random.IntN(300)
		hi := lo + random.Uint64N(2000)
		a.rows, b.rows = 0, 0
		got, more, err := joined.Tile(ctx, pot, ledger.Out, clew.Units(lo), clew.Units(hi), limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, wantMore, err := one.Tile(ctx, pot, ledger.Out, clew.Units(lo), clew.Units(hi), limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) || more != wantMore {
			t.Fatalf("units %d to %d, at most %d: %d rows, more %v; want %d, %v", lo, hi, limit, len(got), more, len(want), wantMore)
		}
		if read := a.rows + b.rows; read > 4*(limit+1024) {
			t.Fatalf("units %d to %d, at most %d: %d rows read", lo, hi, limit, read)
		}
	}
}

// TestTilesByAnchors asks for tiles until the joined view remembers where units
// lie: the answers stay those of one part, and cost less.
func TestTilesByAnchors(t *testing.T) {
	const n = 20_000
	whole, parts := longPot(n)
	pot := clew.Pot{Address: whole[0].From[0].Address, Asset: whole[0].Asset}
	one := memory.NewSet(whole)
	a, b := &counted{Reader: memory.NewSet(parts[0])}, &counted{Reader: memory.NewSet(parts[1])}
	joined := ledger.Join(a, b)
	ctx := context.Background()
	random := rand.New(rand.NewPCG(7, 8))
	var first, last int // times that a part was asked
	for i := range 1200 {
		lo, limit := random.Uint64N(5*n), 1+random.IntN(4)
		hi := lo + random.Uint64N(20)
		a.asked, b.asked = 0, 0
		got, more, err := joined.Tile(ctx, pot, ledger.Out, clew.Units(lo), clew.Units(hi), limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, wantMore, err := one.Tile(ctx, pot, ledger.Out, clew.Units(lo), clew.Units(hi), limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) || more != wantMore {
			t.Fatalf("units %d to %d, at most %d: %d rows, more %v; want %d, %v", lo, hi, limit, len(got), more, len(want), wantMore)
		}
		if i < 100 {
			first += a.asked + b.asked
		}
		if i >= 1100 {
			last += a.asked + b.asked
		}
	}
	if 5*last > first {
		t.Errorf("the last hundred tiles ask the parts %d times, the first hundred %d times", last, first)
	}
}

// longPot returns what one address sent, whole and dealt out to two parts that
// overlap. Many transfers share a block, and some a transaction.
func longPot(n int) (whole []clew.Transfer, parts [2][]clew.Transfer) {
	random := rand.New(rand.NewPCG(3, 4))
	owner, asset := clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.NativeAsset(clew.Ethereum)
	var pos clew.Pos
	for range n {
		switch random.IntN(4) {
		case 0:
			pos = clew.Pos{Height: pos.Height + 1 + random.Uint64N(3)}
		case 1:
			pos.Ordinal++
		default:
			pos.Index, pos.Ordinal = pos.Index+1+uint32(random.IntN(3)), 0
		}
		amount := clew.Units(random.Uint64N(10))
		to := clew.EVMAddress(clew.Ethereum, [20]byte{2, byte(random.IntN(5))})
		if random.IntN(20) == 0 {
			to = owner
		}
		t := clew.Transfer{Pos: pos, Asset: asset, From: []clew.Leg{{Address: owner, Amount: amount}}, To: []clew.Leg{{Address: to, Amount: amount}}}
		whole = append(whole, t)
		part := random.IntN(2)
		parts[part] = append(parts[part], t)
	}
	return whole, parts
}

// A counted reader counts the rows that it gives.
type counted struct {
	ledger.Reader
	rows  int
	asked int
}

func (c *counted) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	rows, more, err := c.Reader.Rows(ctx, q, page)
	c.rows += len(rows) - len(page)
	c.asked++
	return rows, more, err
}

// BenchmarkBusyPotInParts asks for every stretch of a busy pot whose history
// lies in two parts that overlap, as first in, first out does.
func BenchmarkBusyPotInParts(b *testing.B) {
	const n = 60_000
	whole, parts := longPot(n)
	pot := clew.Pot{Address: whole[0].From[0].Address, Asset: whole[0].Asset}
	var page []ledger.Row
	for b.Loop() {
		joined := ledger.Join(memory.NewSet(parts[0]), memory.NewSet(parts[1]))
		for i := range uint64(n) {
			var err error
			if page, _, err = joined.Tile(context.Background(), pot, ledger.Out, clew.Units(4*i), clew.Units(4*i+4), 256, page[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/stretch")
}
