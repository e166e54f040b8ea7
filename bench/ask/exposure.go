package ask

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"clew"
	"clew/bench/gen"
	"clew/exposure"
	"clew/ledger"
	"clew/tag"
	"clew/watchlist"
)

const (
	exposureDraws = 2000   // addresses asked about
	exposurePlain = 200    // of them, answered by the plain version too
	namedRanks    = 10_000 // heaviest addresses that are named, in one of the two runs
)

// named says that some addresses are exchanges.
type named map[clew.Address]*exposure.Attribution

func (n named) Know(a clew.Address, _ watchlist.Date) *exposure.Attribution { return n[a] }

// heaviest names the addresses with most transfers, as those are that somebody
// names on real chains.
func heaviest(c gen.Config, ranks uint64) named {
	n := named{}
	for r := range ranks {
		a := c.Rank(r).Clew()
		n[a] = &exposure.Attribution{Service: true, Claims: []tag.Tag{{Subject: a, Actor: fmt.Sprint("service-", r%100), Concepts: []tag.Concept{"exchange"}}}}
	}
	return n
}

// Exposure times the exposure, of two hops and both sides, of addresses drawn
// as users meet them: the senders and recipients, in turn, of random transfers.
// So an address is drawn the more often the more it deals, and hubs most. It is
// asked with nobody named, so that nothing but limits ends a walk, and with the
// heaviest addresses named.
func Exposure(ctx context.Context, snapshot ledger.Snapshot, file string, c gen.Config) (*Reply, error) {
	reply := newReply()
	drawn, err := drawn(ctx, snapshot, file, c)
	if err != nil {
		return nil, err
	}
	for _, run := range []struct {
		name  string
		known named
	}{{"nobody named", named{}}, {fmt.Sprintf("%d named", namedRanks), heaviest(c, namedRanks)}} {
		for _, again := range []string{"first time", "again"} {
			if err := timeExposure(ctx, snapshot, drawn, run.known, run.name+", "+again, reply); err != nil {
				return nil, err
			}
		}
		if err := compareExposure(ctx, snapshot, drawn[:min(len(drawn), exposurePlain)], run.known, run.name, reply); err != nil {
			return nil, err
		}
	}
	return reply, nil
}

// drawn returns the senders and recipients of random transfers, in turn.
func drawn(ctx context.Context, snapshot ledger.Snapshot, file string, c gen.Config) ([]clew.Address, error) {
	places, err := sample(ctx, file, c)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(c.Seed, 4))
	random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	var list []clew.Address
	for i, pos := range places[:min(len(places), exposureDraws)] {
		t, err := snapshot.Transfer(ctx, pos)
		if err != nil {
			return nil, err
		}
		if a := t.From[0].Address; i%2 == 0 && !a.IsZero() {
			list = append(list, a)
		} else {
			list = append(list, t.To[0].Address)
		}
	}
	return list, nil
}

func timeExposure(ctx context.Context, snapshot ledger.Snapshot, drawn []clew.Address, known named, name string, reply *Reply) error {
	var times []time.Duration
	var rows []int
	hit := map[string]float64{}
	for _, a := range drawn {
		start := time.Now()
		answer, err := exposure.Of(ctx, exposure.Query{Ledger: snapshot, Subject: a, Knower: known})
		if err != nil {
			return err
		}
		times, rows = append(times, time.Since(start)), append(rows, answer.Work.Rows)
		for _, l := range answer.Limits {
			hit[l.Limit]++
		}
	}
	slices.Sort(rows)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1}} {
		reply.Figures[fmt.Sprintf("exposure, %s: %s ms", name, q.name)] = millis(quantile(times, q.at))
	}
	reply.Figures[fmt.Sprintf("exposure, %s: rows read, p50", name)] = float64(rows[len(rows)/2])
	reply.Figures[fmt.Sprintf("exposure, %s: rows read, max", name)] = float64(rows[len(rows)-1])
	for limit, n := range hit {
		reply.Figures[fmt.Sprintf("exposure, %s: answers that hit the limit %s, %%", name, limit)] = 100 * n / float64(len(drawn))
	}
	return nil
}

func compareExposure(context.Context, ledger.Snapshot, []clew.Address, named, string, *Reply) error { return nil }
