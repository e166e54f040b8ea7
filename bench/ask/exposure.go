package ask

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"clew"
	"clew/bench/gen"
	"clew/bench/machine"
	"clew/exposure"
	"clew/ledger"
	"clew/tag"
	"clew/trace"
	"clew/watchlist"
)

const (
	exposureDraws = 2000    // addresses asked about
	exposurePlain = 200     // of them, answered by the plain version too
	namedRanks    = 10_000  // heaviest addresses that are named, in one of the two runs
	namedOthers   = 500_000 // addresses that are named and in no transfer: as many as public packs name
	exposureTimes = 3       // times that each address is asked about again
)

// A named knows what tags and lists say, as the product's own does.
type named struct {
	tags  *tag.Index
	lists *watchlist.Index
}

// Know returns what is claimed or listed.
func (n *named) Know(a clew.Address, day watchlist.Date) *exposure.Attribution {
	var room [4]watchlist.Listing
	var out exposure.Attribution
	for _, l := range n.lists.At(a, room[:0]) {
		out.Listings = append(out.Listings, exposure.Listed{Listing: l, Standing: l.On(day)})
	}
	if out.Claims = n.tags.At(a); out.Claims == nil && out.Listings == nil {
		return nil
	}
	out.Service = len(out.Claims) > 0
	return &out
}

// knower names many addresses that nobody deals with, and as many of those with
// most transfers as are asked for: those are who somebody names on real chains.
func knower(c gen.Config, ranks uint64) (*named, error) {
	lists, err := watchlist.Builtin()
	if err != nil {
		return nil, err
	}
	var b tag.Builder
	add := func(a clew.Address, n uint64) {
		b.Add(tag.Tag{Subject: a, Label: "service", Actor: fmt.Sprint("service-", n%100), Concepts: []tag.Concept{"exchange"}, Source: "made up"})
	}
	for r := range ranks {
		add(c.Rank(r).Clew(), r)
	}
	random := rand.New(rand.NewPCG(c.Seed, 5))
	for n := range uint64(namedOthers) {
		var key [20]byte
		binary.LittleEndian.PutUint64(key[:], random.Uint64())
		binary.LittleEndian.PutUint64(key[12:], random.Uint64())
		add(clew.EVMAddress(gen.Chain, key), n)
	}
	return &named{b.Index(), watchlist.NewIndex(lists...)}, nil
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
	for _, ranks := range []uint64{0, namedRanks} {
		name := fmt.Sprintf("%d hubs named", ranks)
		known, err := knower(c, ranks)
		if err != nil {
			return nil, err
		}
		if err := timeExposure(ctx, snapshot, drawn, known, name, reply); err != nil {
			return nil, err
		}
		if err := compareExposure(ctx, snapshot, drawn, known, name, reply); err != nil {
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

// timeExposure asks about every address once, when much of what it reads was
// not read in this process, and then several times again: the least of those is
// its time, for what disturbs a machine only adds. Processor time, of all
// threads together, is said beside it, for on a busy machine the clock measures
// the others.
func timeExposure(ctx context.Context, snapshot ledger.Snapshot, drawn []clew.Address, known exposure.Knower, name string, reply *Reply) error {
	first, warm, used := make([]time.Duration, len(drawn)), make([]time.Duration, len(drawn)), make([]time.Duration, len(drawn))
	var rows []int
	hit := map[string]float64{}
	for round := range 1 + exposureTimes {
		for i, a := range drawn {
			start, had := time.Now(), machine.ProcessorTime()
			answer, err := exposure.Of(ctx, exposure.Query{Ledger: snapshot, Subject: a, Day: "2022-06-01", Knower: known})
			took, busy := time.Since(start), machine.ProcessorTime()-had
			switch {
			case err != nil:
				return err
			case round == 0:
				first[i], rows = took, append(rows, answer.Work.Rows)
				for _, l := range answer.Limits {
					hit[l.Limit]++
				}
			case round == 1:
				warm[i], used[i] = took, busy
			default:
				warm[i], used[i] = min(warm[i], took), min(used[i], busy)
			}
		}
	}
	slices.Sort(rows)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1}} {
		reply.Figures[fmt.Sprintf("exposure, %s: %s ms", name, q.name)] = millis(quantile(warm, q.at))
		reply.Figures[fmt.Sprintf("exposure, %s: processor time, %s ms", name, q.name)] = millis(quantile(used, q.at))
		reply.Figures[fmt.Sprintf("exposure, %s: first time, %s ms", name, q.name)] = millis(quantile(first, q.at))
	}
	reply.Figures[fmt.Sprintf("exposure, %s: rows read, p50", name)] = float64(rows[len(rows)/2])
	reply.Figures[fmt.Sprintf("exposure, %s: rows read, max", name)] = float64(rows[len(rows)-1])
	for limit, n := range hit {
		reply.Figures[fmt.Sprintf("exposure, %s: answers that hit the limit %s, %%", name, limit)] = 100 * n / float64(len(drawn))
	}
	return nil
}

// compareExposure holds answers that no limit but the degree cut against the
// plain version: they must agree to the unit.
func compareExposure(ctx context.Context, snapshot ledger.Snapshot, drawn []clew.Address, known exposure.Knower, name string, reply *Reply) error {
	compared := 0
	for _, a := range drawn {
		if compared == exposurePlain {
			break
		}
		answer, err := exposure.Of(ctx, exposure.Query{Ledger: snapshot, Subject: a, Day: "2022-06-01", Knower: known})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(answer.Limits, func(l trace.LimitHit) bool { return l.Limit != "degree" }) {
			continue
		}
		if err := differs(ctx, snapshot, answer, known); err != nil {
			return err
		}
		compared++
	}
	reply.Figures[fmt.Sprintf("exposure, %s: answers equal to the plain version", name)] = float64(compared)
	return nil
}
