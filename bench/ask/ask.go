package ask

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"clew/bench/check"
	"clew/bench/engine"
	"clew/bench/gen"
	"clew/bench/machine"
)

// A Reply is what asking gave: figures by name, and the sums of the rows.
type Reply struct {
	Figures map[string]float64
	Answers []check.Answer
}

func newReply() *Reply { return &Reply{Figures: map[string]float64{}} }

// answer keeps a sum for comparison with those of other engines.
func (r *Reply) answer(question string, ordered bool, sum check.Sum) {
	r.Answers = append(r.Answers, check.Answer{Question: question, Ordered: ordered, Sum: sum})
}

// WarmLookups looks addresses up one by one, after all of them were looked up
// once.
func WarmLookups(ctx context.Context, s engine.Store, set *Set) (*Reply, error) {
	reply := newReply()
	addresses := set.Lookups()
	var sum check.Sum
	for _, a := range addresses {
		if err := s.Lookup(ctx, a, sum.Edge); err != nil {
			return nil, err
		}
	}
	reply.answer("look-ups", true, sum)
	times := make([]time.Duration, len(addresses))
	runtime.GC()
	for i, a := range addresses {
		start := time.Now()
		if err := s.Lookup(ctx, a, nil); err != nil {
			return nil, err
		}
		times[i] = time.Since(start)
	}
	reply.Figures["look-up warm p50 us"] = micros(quantile(times, 0.50))
	reply.Figures["look-up warm p99 us"] = micros(quantile(times, 0.99))
	reply.Figures["rows of a look-up"] = float64(sum.Rows) / float64(len(addresses))
	return reply, nil
}

// ColdLookups opens the store anew for each look-up, with none of its files in
// the page cache. The time is of opening and the look-up together.
func ColdLookups(ctx context.Context, e engine.Engine, dir string, set *Set) (*Reply, error) {
	reply := newReply()
	addresses := set.Lookups()
	addresses = addresses[:min(len(addresses), Cold)]
	times := make([]time.Duration, len(addresses))
	var sum check.Sum
	for i := range addresses {
		var err error
		if times[i], err = cold(ctx, e, dir, addresses[i:i+1], sum.Edge); err != nil {
			return nil, err
		}
	}
	reply.answer("cold look-ups", true, sum)
	reply.Figures["open and look-up cold p50 ms"] = millis(quantile(times, 0.5))
	if batch := set.Batch(ColdBatch); batch != nil {
		var sum check.Sum
		took, err := cold(ctx, e, dir, batch, sum.Edge)
		if err != nil {
			return nil, err
		}
		reply.answer("cold batch", false, sum)
		reply.Figures[fmt.Sprintf("open and batch of %d cold ms", ColdBatch)] = millis(took)
	}
	return reply, nil
}

// cold drops the store's files from the page cache, opens it and asks for
// addresses.
func cold(ctx context.Context, e engine.Engine, dir string, addresses []gen.Address, visit engine.Visit) (took time.Duration, err error) {
	if err := machine.DropCache(dir); err != nil {
		return 0, err
	}
	start := time.Now()
	s, err := e.Open(ctx, dir)
	if err != nil {
		return 0, err
	}
	if len(addresses) == 1 {
		err = s.Lookup(ctx, addresses[0], visit)
	} else {
		err = s.Batch(ctx, addresses, visit)
	}
	took = time.Since(start)
	if closeErr := s.Close(); err == nil {
		err = closeErr
	}
	return took, err
}

// Batches asks for batches of each size, twice: to sum up, and for time.
func Batches(ctx context.Context, s engine.Store, set *Set) (*Reply, error) {
	reply := newReply()
	for _, n := range BatchSizes {
		addresses := set.Batch(n)
		if addresses == nil {
			continue // fewer addresses in the file than that
		}
		var sum check.Sum
		if err := s.Batch(ctx, addresses, sum.Edge); err != nil {
			return nil, err
		}
		reply.answer(fmt.Sprintf("batch of %d", n), false, sum)
		took, err := timed(func() error { return s.Batch(ctx, addresses, nil) })
		if err != nil {
			return nil, err
		}
		reply.Figures[fmt.Sprintf("batch of %d ms", n)] = millis(took)
		reply.Figures[fmt.Sprintf("rows of a batch of %d", n)] = float64(sum.Rows)
	}
	return reply, nil
}

// Sweep reads everything in chain order, twice: to sum up, and for time.
func Sweep(ctx context.Context, s engine.Store, _ *Set) (*Reply, error) {
	reply := newReply()
	var sum check.Sum
	start := time.Now()
	if err := s.Sweep(ctx, sum.Move); err != nil {
		return nil, err
	}
	reply.Figures["sweep with every address resolved and summed M/s"] = rate(sum.Rows, time.Since(start))
	reply.answer("sweep", true, sum)
	took, err := timed(func() error { return s.Sweep(ctx, nil) })
	if err != nil {
		return nil, err
	}
	reply.Figures["sweep M/s"] = rate(sum.Rows, took)
	return reply, nil
}

// Short work is timed until timedFor has passed, at most timedMost times.
const (
	timedFor  = 200 * time.Millisecond
	timedMost = 9
)

// timed returns the median time of work, after the garbage of what went before
// is collected.
func timed(work func() error) (time.Duration, error) {
	runtime.GC()
	var times []time.Duration
	for begun := time.Now(); len(times) == 0 || len(times) < timedMost && time.Since(begun) < timedFor; {
		start := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		times = append(times, time.Since(start))
	}
	return quantile(times, 0.5), nil
}

// quantile returns the time that a share q of times do not exceed.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// rate returns millions a second.
func rate(n uint64, d time.Duration) float64 { return float64(n) / d.Seconds() / 1e6 }
