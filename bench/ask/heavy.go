package ask

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"clew"
	"clew/bench/gen"
	"clew/bench/machine"
	"clew/ledger"
)

// An Open opens a ledger; the second result closes what the snapshot's Close
// does not.
type Open func() (ledger.Snapshot, func() error, error)

const (
	pageRows   = 100
	warmPages  = 1000
	coldPages  = 15
	lightLeast = 150  // transfers of a light address: a page is full and more
	lightMost  = 2000 // of them at most
	mostPlaces = 1024 // light addresses, and places in the heavy one's history, asked in turn
)

// A pager is one way to ask for a page.
type pager struct {
	name  string
	asset int // of gen.Assets; -1 for any
}

// Heavy asks an address with very many transfers for pages of 100, from
// anywhere in its history, and light addresses for the same.
func Heavy(ctx context.Context, open Open, dir string, c gen.Config) (*Reply, error) {
	reply := newReply()
	snapshot, closeStore, err := open()
	if err != nil {
		return nil, err
	}
	h := &heavy{config: c, random: rand.New(rand.NewPCG(c.Seed, 2)), assets: gen.Assets()}
	err = h.choose(ctx, snapshot)
	if err == nil {
		reply.Figures["transfers of the heavy address"] = float64(h.count)
		reply.Figures["light addresses"] = float64(len(h.light))
		reply.Figures["transfers of a light address"] = float64(h.lightRows) / float64(len(h.light))
		err = h.warm(ctx, snapshot, reply)
	}
	if err = errors.Join(err, snapshot.Close(), closeStore()); err != nil {
		return nil, err
	}
	return reply, h.cold(ctx, open, dir, reply)
}

// A heavy holds what is asked.
type heavy struct {
	config    gen.Config
	random    *rand.Rand
	assets    []clew.Asset
	count     uint64 // transfers of the heavy address
	light     []clew.Address
	lightRows uint64
	heights   []uint64 // in the heavy one's history: as many, so that caches serve both alike
}

// pagers are any asset, the one most moved and one seldom moved.
func (h *heavy) pagers() []pager {
	return []pager{{"any asset", -1}, {"native", 0}, {"rare token", h.rare()}}
}

// rare returns a token of which the heavy address has a few pages.
func (h *heavy) rare() int { return gen.Tokens / 2 }

// choose finds light addresses.
func (h *heavy) choose(ctx context.Context, r ledger.Reader) (err error) {
	if h.count, err = r.Count(ctx, h.config.HeavyAddress().Clew(), ledger.Out); err != nil {
		return err
	}
	for rank := uint64(1); rank < h.config.Holders() && len(h.light) < mostPlaces; rank++ {
		a := h.config.Rank(rank).Clew()
		n, err := r.Count(ctx, a, ledger.Out)
		if err != nil {
			return err
		}
		if lightLeast <= n && n <= lightMost {
			h.light, h.lightRows = append(h.light, a), h.lightRows+n
		}
	}
	if len(h.light) == 0 {
		return fmt.Errorf("no address has %d to %d transfers", lightLeast, lightMost)
	}
	// The middle four fifths, so that pages are full whichever way they run.
	span := r.Span()
	for range h.light {
		h.heights = append(h.heights, span.From+(span.To-span.From)/10+h.random.Uint64N(max(1, (span.To-span.From)*8/10)))
	}
	return nil
}

// query returns a question for a page. The heavy address is asked from some
// height, a light one from either end.
func (h *heavy) query(p pager, light bool) ledger.Query {
	q := ledger.Query{Address: h.config.HeavyAddress().Clew(), Side: ledger.Out, Limit: pageRows, Newest: h.random.IntN(2) == 0}
	if p.asset >= 0 {
		q.Asset = h.assets[p.asset]
	}
	if light {
		q.Address = h.light[h.random.IntN(len(h.light))]
		return q
	}
	if height := h.heights[h.random.IntN(len(h.heights))]; q.Newest {
		q.Until = clew.Pos{Height: height}
	} else {
		q.From = clew.Pos{Height: height}
	}
	return q
}

// warm times pages, after as many that are not timed.
func (h *heavy) warm(ctx context.Context, r ledger.Reader, reply *Reply) error {
	var page []ledger.Row
	for _, p := range h.pagers() {
		for _, light := range []bool{false, true} {
			var times []time.Duration
			rows := 0
			for i := range 2 * warmPages {
				q := h.query(p, light)
				start := time.Now()
				got, _, err := r.Rows(ctx, q, page[:0])
				if err != nil {
					return err
				}
				page = got
				if i >= warmPages {
					times, rows = append(times, time.Since(start)), rows+len(got)
				}
			}
			name := fmt.Sprintf("page of 100, %s, %s, warm", weight(light), p.name)
			reply.Figures[name+" p50 us"] = micros(quantile(times, 0.5))
			reply.Figures[name+" p99 us"] = micros(quantile(times, 0.99))
			reply.Figures[name+" rows"] = float64(rows) / warmPages
		}
	}
	return nil
}

func weight(light bool) string {
	if light {
		return "light"
	}
	return "heavy"
}

// cold times the first page after opening, with nothing in the page cache.
func (h *heavy) cold(ctx context.Context, open Open, dir string, reply *Reply) error {
	for _, p := range h.pagers() {
		for _, light := range []bool{false, true} {
			var times []time.Duration
			for range coldPages {
				took, err := coldPage(ctx, open, dir, h.query(p, light))
				if err != nil {
					return err
				}
				times = append(times, took)
			}
			reply.Figures[fmt.Sprintf("page of 100, %s, %s, cold p50 ms", weight(light), p.name)] = millis(quantile(times, 0.5))
		}
	}
	return nil
}

func coldPage(ctx context.Context, open Open, dir string, q ledger.Query) (time.Duration, error) {
	if err := machine.DropCache(dir); err != nil {
		return 0, err
	}
	snapshot, closeStore, err := open()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	_, _, err = snapshot.Rows(ctx, q, nil)
	took := time.Since(start)
	return took, errors.Join(err, snapshot.Close(), closeStore())
}
