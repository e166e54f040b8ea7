// Package ask puts the benchmark's questions to a store: look-ups, batches,
// sweeps, walks. The questions are the same for every engine.
//
// Each question is asked twice over: once to sum up the rows, so that engines
// can be compared, and then against the clock, when rows are brought and left.
package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"

	"clew/bench/check"
	"clew/bench/gen"
)

// hubs returns how many of the largest addresses no question is asked of: a walk
// stops there, so a frontier has none of them.
func hubs(c gen.Config) uint64 { return min(1000, c.Holders()/20) }

// Sizes of the sets of questions.
const (
	Lookups   = 3000
	Cold      = 20
	ColdBatch = 1000
	mostAsked = 100_000
)

// BatchSizes are how many addresses batches have.
var BatchSizes = []int{100, 10_000, 100_000}

// A Set is what is asked of one file of transfers.
type Set struct {
	Addresses []gen.Address `json:"addresses"` // recipients of transfers drawn at random, in the order drawn, each once
	Origin    Origin        `json:"origin"`
}

// An Origin is the native transfer whose value walks and haircuts begin with.
type Origin struct {
	Pos    uint64      `json:"pos"`
	To     gen.Address `json:"to"`
	Amount [4]uint64   `json:"amount"`
}

// Choose reads the file and chooses what to ask of it: the same for the same
// file and configuration.
func Choose(ctx context.Context, file string, c gen.Config) (*Set, error) {
	skip := map[gen.Address]bool{{}: true, c.HeavyAddress(): true}
	for r := range hubs(c) {
		skip[c.Rank(r)] = true
	}
	stride := max(1, c.N/(4*mostAsked))
	s := &Set{}
	var drawn []gen.Address
	var i uint64
	err := gen.Read(ctx, file, func(rows []gen.Row) error {
		for j := range rows {
			r := &rows[j]
			if i >= c.N/10 && s.Origin.Pos == 0 && r.Asset == 0 && !skip[r.To] {
				s.Origin = Origin{Pos: r.Pos, To: r.To, Amount: r.Amount}
			}
			if i%stride == 0 && !skip[r.To] {
				drawn = append(drawn, r.To)
			}
			i++
		}
		return nil
	})
	random := rand.New(rand.NewPCG(c.Seed, 1))
	random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	for _, a := range drawn {
		if len(s.Addresses) < mostAsked && !skip[a] {
			skip[a] = true
			s.Addresses = append(s.Addresses, a)
		}
	}
	return s, err
}

// Lookups returns the addresses that are looked up one by one.
func (s *Set) Lookups() []gen.Address { return s.Addresses[:min(len(s.Addresses), Lookups)] }

// Batch returns the first n addresses; nil if there are fewer.
func (s *Set) Batch(n int) []gen.Address {
	if n > len(s.Addresses) {
		return nil
	}
	return s.Addresses[:n]
}

// Generator answers questions from the transfers as they are made, before any
// file or engine: the sweep, and batches and look-ups without their order.
func Generator(ctx context.Context, s *Set, c gen.Config) (*Reply, error) {
	reply := newReply()
	place := map[gen.Address]int{}
	for i, a := range s.Addresses {
		place[a] = i
	}
	var sweep, lookups check.Sum
	batches := make([]check.Sum, len(BatchSizes))
	var row gen.Row
	for g := gen.New(c); g.Next(&row); {
		sweep.Move(&row)
		if sweep.Rows%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		i, asked := place[row.From]
		if !asked {
			continue
		}
		for b, n := range BatchSizes {
			if i < n {
				batches[b].Edge(&row)
			}
		}
		if i < Lookups {
			lookups.Edge(&row)
		}
	}
	reply.answer("sweep", true, sweep)
	reply.answer("look-ups", false, lookups)
	for b, n := range BatchSizes {
		if s.Batch(n) != nil {
			reply.answer(fmt.Sprintf("batch of %d", n), false, batches[b])
		}
	}
	return reply, nil
}

// Save writes the set to a file.
func (s *Set) Save(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// Load reads what [Set.Save] wrote.
func Load(path string) (*Set, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	return s, json.Unmarshal(text, s)
}
