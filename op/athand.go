package op

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"clew"
	"clew/explorer"
	"clew/report"
)

// AtHand is the part of an input that names nodes which may be asked about tokens.
type AtHand struct {
	Node []string `json:"node" sep:"none" help:"ask this node what tokens call themselves, what contracts logged in single transactions where explorers are asked, and, for a trace, what addresses hold of them where that is not what their transfers come to, so that marks follow it: CHAIN=WHERE, where WHERE is a URL, @FILE or env:NAME; keys belong in files or the environment. Several of one chain take over from one another" placeholder:"CHAIN=WHERE"`
}

// tokensLearnt is what a node learns of a trace.
const tokensLearnt = "which tokens the trace went through, which addresses had them when, and which transactions are looked into"

// Nodes that are at hand, by chain.
type atHand map[clew.Chain]Node

// open readies the nodes that are named. Nothing is asked of them yet.
func (in *AtHand) open(ctx context.Context, env *Env) (atHand, error) {
	names := map[clew.Chain][]string{}
	for _, s := range in.Node {
		name, where, _ := strings.Cut(s, "=")
		chain, err := chainOf(name)
		if chain == "" || where == "" || err != nil {
			return nil, &clew.InputError{Field: "node", Value: name, Want: "a chain and where its node is, such as ethereum=http://127.0.0.1:8545 or ethereum=@FILE"}
		}
		names[chain] = append(names[chain], where)
	}
	nodes := atHand{}
	for _, chain := range slices.Sorted(maps.Keys(names)) {
		node, err := env.Nodes.Open(ctx, chain, names[chain], NodeKeeps{})
		if err != nil {
			return nil, errors.Join(renamed(err, "node"), nodes.close())
		}
		nodes[chain] = node
	}
	return nodes, nil
}

// logs returns what lets the nodes of a chain say what contracts logged there.
func (n atHand) logs(chain clew.Chain, now clew.Time) []*explorer.NodeLogs {
	giver, ok := n[chain].(explorer.ReceiptGiver)
	if !ok {
		return nil
	}
	return []*explorer.NodeLogs{{Chain: chain, Host: strings.Join(n[chain].Names(), ", "), Node: giver, Now: now}}
}

func (n atHand) close() error {
	var errs []error
	for _, node := range n {
		errs = append(errs, node.Close())
	}
	return errors.Join(errs...)
}

// asks says which node would learn what.
func (n atHand) asks(learns string) []report.Ask {
	var asks []report.Ask
	for _, chain := range slices.Sorted(maps.Keys(n)) {
		for _, host := range n[chain].Names() {
			asks = append(asks, report.Ask{Host: host, Learns: learns + " on " + chain.Name()})
		}
	}
	return asks
}

// shown returns the names without those in which there may be a key: it is part
// of the path of some services' URLs.
func (in *AtHand) shown() AtHand {
	var out AtHand
	for _, s := range in.Node {
		_, where, _ := strings.Cut(s, "=")
		u, err := url.Parse(where)
		bare := err == nil && u.User == nil && u.RawQuery == "" && strings.Trim(u.Path, "/") == ""
		if bare || strings.HasPrefix(where, "@") || strings.HasPrefix(where, "env:") {
			out.Node = append(out.Node, s)
		}
	}
	return out
}

// shortestKey is how long a part of a URL's path must be to be taken for a key.
const shortestKey = 16

// shown returns the part without the services in whose URLs there may be a key.
func (d Demand) shown() Demand {
	d.Explorer = slices.DeleteFunc(slices.Clone(d.Explorer), func(s string) bool {
		_, where, _ := strings.Cut(s, "=")
		if strings.HasPrefix(where, "@") || strings.HasPrefix(where, "env:") {
			return false
		}
		u, err := url.Parse(where)
		return err != nil || slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool { return len(part) >= shortestKey })
	})
	return d
}
