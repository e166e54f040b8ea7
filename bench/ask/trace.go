package ask

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"clew"
	"clew/bench/gen"
	"clew/ledger"
	"clew/taint"
	"clew/trace"
)

const (
	traceSeeds  = 200    // traces timed
	traceTries  = 50_000 // transfers tried for them
	traceLeast  = 20     // transfers that a timed trace uses at least
	traceDegree = 1000   // rows of an address at which a trace stops
	sweepSeeds  = 5      // sweeps timed
	dustShare   = 10_000 // where small parts are dropped: those below one in so many of the origin
)

// Trace times complete traces of single transfers: interval FIFO, and the
// sweeps by FIFO and haircut. There are no tags, so that nothing stops a trace
// but degree and limits, and no other policies beside.
func Trace(ctx context.Context, snapshot ledger.Snapshot, file string, c gen.Config) (*Reply, error) {
	reply := newReply()
	candidates, err := sample(ctx, file, c)
	if err != nil {
		return nil, err
	}
	var seeds []clew.Pos
	tried := 0
	for ; tried < len(candidates) && len(seeds) < traceSeeds; tried++ {
		result, err := fifo.follow(ctx, snapshot, candidates[tried])
		if err != nil {
			return nil, err
		}
		if result.Work.Transfers >= traceLeast {
			seeds = append(seeds, candidates[tried])
		}
	}
	reply.Figures["FIFO trace: transfers tried as seeds"] = float64(tried)
	reply.Figures["FIFO trace: traces of at least 20 transfers"] = float64(len(seeds))
	if len(seeds) == 0 {
		return reply, errors.New("no trace uses as many transfers as wanted")
	}
	if err := timeTraces(ctx, snapshot, seeds, reply); err != nil {
		return nil, err
	}
	err = errors.Join(
		timeSweeps(ctx, snapshot, seeds, question{policy: taint.FIFO, engine: trace.Sweep}, "FIFO sweep", reply),
		timeSweeps(ctx, snapshot, seeds, question{policy: taint.Haircut, engine: trace.Sweep, dust: true}, "haircut sweep, parts below 1/10,000 dropped", reply),
		timeSweeps(ctx, snapshot, seeds, question{policy: taint.Haircut, engine: trace.Sweep}, "haircut sweep, nothing dropped", reply))
	return reply, err
}

// sample returns the places of random transfers between two addresses, in random
// order.
func sample(ctx context.Context, file string, c gen.Config) ([]clew.Pos, error) {
	stride := max(1, c.N/traceTries)
	var places []clew.Pos
	var i uint64
	err := gen.Read(ctx, file, func(rows []gen.Row) error {
		for j := range rows {
			if r := &rows[j]; i%stride == 0 && r.From != (gen.Address{}) && r.From != r.To {
				places = append(places, gen.UnpackPos(rows[j].Pos))
			}
			i++
		}
		return nil
	})
	random := rand.New(rand.NewPCG(c.Seed, 3))
	random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	return places, err
}

// A question is how a trace is to be run.
type question struct {
	policy taint.Policy
	engine trace.Engine
	dust   bool // drop small parts, without which a haircut spreads to everybody
}

// fifo is the interactive one.
var fifo = question{policy: taint.FIFO, engine: trace.Interval}

// follow runs one trace.
func (q question) follow(ctx context.Context, snapshot ledger.Snapshot, pos clew.Pos) (*trace.Result, error) {
	limits := trace.DefaultLimits()
	limits.Degree, limits.Peers = traceDegree, 1 // the degree alone decides
	if q.dust {
		origin, err := snapshot.Transfer(ctx, pos)
		if err != nil {
			return nil, err
		}
		limits.Dust, _ = origin.Amount().MulDiv(clew.Units(1), clew.Units(dustShare))
	}
	return trace.Run(ctx, trace.Input{
		Ledgers: []ledger.Snapshot{snapshot},
		Start:   trace.Start{Transfer: &pos},
		Method:  taint.Method{Policy: q.policy},
		Engine:  q.engine,
		Limits:  limits,
		Spread:  trace.No,
	})
}

// timeTraces times traces that were all run once before.
func timeTraces(ctx context.Context, snapshot ledger.Snapshot, seeds []clew.Pos, reply *Reply) error {
	var times []time.Duration
	var used []int
	var hit float64
	for _, pos := range seeds {
		start := time.Now()
		result, err := fifo.follow(ctx, snapshot, pos)
		if err != nil {
			return err
		}
		times, used = append(times, time.Since(start)), append(used, result.Work.Transfers)
		if len(result.Limits) > 0 {
			hit++
		}
	}
	slices.Sort(used)
	reply.Figures["FIFO trace: p50 ms"] = millis(quantile(times, 0.5))
	reply.Figures["FIFO trace: p95 ms"] = millis(quantile(times, 0.95))
	reply.Figures["FIFO trace: max ms"] = millis(quantile(times, 1))
	reply.Figures["FIFO trace: transfers used, p50"] = float64(used[len(used)/2])
	reply.Figures["FIFO trace: transfers used, max"] = float64(used[len(used)-1])
	reply.Figures["FIFO trace: traces stopped somewhere by degree or a limit"] = hit
	return nil
}

// timeSweeps times sweeps from the seeds that come first in the chain, which
// have nearly all of it to look at: each once, when much of what it looks up
// was not looked at in this process, and once again, warm.
func timeSweeps(ctx context.Context, snapshot ledger.Snapshot, seeds []clew.Pos, q question, name string, reply *Reply) error {
	seeds = slices.SortedFunc(slices.Values(seeds), clew.Pos.Cmp)[:min(len(seeds), sweepSeeds)]
	if _, err := q.follow(ctx, snapshot, seeds[0]); err != nil { // so that the columns are warm
		return err
	}
	var first, warm []time.Duration
	for _, seed := range seeds {
		for _, times := range []*[]time.Duration{&first, &warm} {
			start := time.Now()
			result, err := q.follow(ctx, snapshot, seed)
			if err != nil {
				return err
			}
			*times = append(*times, time.Since(start))
			reply.Figures[name+": M transfers swept"] = float64(result.Work.Swept) / 1e6
			reply.Figures[name+": transfers used"] += float64(result.Work.Transfers) / float64(2*len(seeds))
		}
	}
	reply.Figures[name+": first time, p50 ms"] = millis(quantile(first, 0.5))
	reply.Figures[name+": p50 ms"] = millis(quantile(warm, 0.5))
	reply.Figures[name+": max ms"] = millis(quantile(warm, 1))
	return nil
}
