package op

import (
	"context"
	"errors"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/tag"
)

// Bounds of what is inferred for whois, which is to answer at once.
const (
	whoisAddresses    = 500
	whoisTransactions = 5000
	whoisLarge        = 1000 // addresses from which on a cluster is large
	maxInherited      = 50   // claims about other members of a cluster
)

// inferredOf fills in what is inferred of an address from the ledger of its
// chain: claims about others of its cluster, and whether it is a deposit address.
// Nothing, where no ledger is held.
func inferredOf(ctx context.Context, env *Env, index *tag.Index, page *report.WhoisPage) error {
	s, err := snapshotOf(ctx, env, page.Address.Chain())
	if errors.Is(err, clew.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.Close()
	day := string(page.Day)
	guard := cluster.Guard{Actor: func(a clew.Address) string { return actorOf(index, a, day) }, Large: whoisLarge}
	var clusters *cluster.Clusters
	switch chain := page.Address.Chain(); {
	case chain.IsEVM() || chain.IsTron():
		clusters, err = customerOf(ctx, s, index.Within(day, day), guard, page)
	case chain.IsBitcoin():
		clusters, err = grownAround(ctx, s, guard, page)
	}
	if err != nil || clusters == nil {
		return err
	}
	inherit(clusters, index, page)
	return nil
}

// customerOf returns the cluster of an address of an account chain, and notes
// whether it is inferred to be a deposit address.
func customerOf(ctx context.Context, s ledger.Snapshot, index *tag.Index, guard cluster.Guard, page *report.WhoisPage) (*cluster.Clusters, error) {
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	f := account.NewFinder(account.Question{Reader: s, Namer: index, Bounds: account.BoundsOf(s.Chain()), Vetted: vetted(guide)})
	c, err := f.Customer(ctx, page.Address)
	if err != nil {
		return nil, err
	}
	if c.Deposit != nil && c.Deposit.Refused == account.NotRefused {
		page.Inferred.Deposit = c.Deposit
	}
	page.Inferred.More = c.More
	return c.Clusters(guard), nil
}

// grownAround returns the cluster of an address of Bitcoin or its kin.
func grownAround(ctx context.Context, s ledger.Snapshot, guard cluster.Guard, page *report.WhoisPage) (*cluster.Clusters, error) {
	limits := cluster.Limits{Addresses: whoisAddresses, Transactions: whoisTransactions, Degree: whoisAddresses}
	g, err := cluster.Grow(ctx, s, nil, []clew.Address{page.Address}, limits, func(int, int) {})
	if err != nil {
		return nil, err
	}
	g.Guard(guard)
	page.Inferred.More = !g.Reading.Whole()
	return g.Clusters, nil
}

// inherit notes the best claims about others of a cluster.
func inherit(c *cluster.Clusters, index *tag.Index, page *report.WhoisPage) {
	for _, m := range c.Members(page.Address) {
		if m == page.Address {
			continue
		}
		page.Inferred.Members++
		best := index.Resolve(m, string(page.Day)).Best
		if len(best) == 0 {
			continue
		}
		signs := signsBetween(c, page.Address, m)
		for _, t := range best {
			if len(page.Inferred.Inherited) == maxInherited {
				page.Inferred.More = true
				return
			}
			page.Inferred.Inherited = append(page.Inferred.Inherited, report.Inherited{From: m, Signs: signs, Tag: t})
		}
	}
}

// signsBetween returns the signs of the links that lead from one address to
// another, each once.
func signsBetween(c *cluster.Clusters, a, b clew.Address) (signs []cluster.Sign) {
	met := map[cluster.Sign]bool{}
	for _, l := range c.Explain(a, b) {
		for _, s := range l.Signs {
			if !met[s] {
				met[s] = true
				signs = append(signs, s)
			}
		}
	}
	return signs
}
