package eval

import (
	"clew"
	"clew/cluster"
	"clew/internal/simchain"
)

// pairsOf counts the pairs of clusters.
func pairsOf(world, by string, c *cluster.Clusters, truth *simchain.Truth) Pairs {
	p := Pairs{World: world, Clusters: by}
	held := map[int]uint64{} // addresses of the world, by actor
	for _, place := range truth.Addresses {
		held[place.Actor]++
	}
	for _, n := range held {
		p.True += pairs(n)
	}
	for members := range c.All() {
		if len(members) < 2 {
			continue
		}
		of := map[int]uint64{}
		for _, a := range members {
			of[truth.Addresses[a].Actor]++
		}
		p.Number++
		p.Addresses += uint64(len(members))
		p.Largest = max(p.Largest, uint64(len(members)))
		p.Mixed += count(len(of) > 1)
		p.Together += pairs(uint64(len(members)))
		for _, n := range of {
			p.Right += pairs(n)
		}
	}
	return p
}

func pairs(n uint64) uint64 { return n * (n - 1) / 2 }

// customerPairs counts pairs as those of one customer: that a deposit address is
// the service's and takes what the customer pays is right.
func customerPairs(truth *simchain.Truth) *simchain.Truth {
	t := &simchain.Truth{Actors: truth.Actors, Addresses: map[clew.Address]simchain.Place{}}
	for a, place := range truth.Addresses {
		if place.Customer != 0 {
			place.Actor = place.Customer
		}
		t.Addresses[a] = place
	}
	return t
}
