package op

import (
	"context"

	"clew"
	"clew/node"
	"clew/report"
)

// ChainsInput asks what is read of chains.
type ChainsInput struct {
	Chain string `json:"chain" arg:"" optional:"" help:"only this chain; all that are known by name if left out"`
}

func chainsOp() Op {
	return define(Op{
		Name:   "chains",
		Doc:    "Say what is read of each chain and what is not.",
		Detail: "Any EVM chain can be followed by its number, as eip155:N, even if it is not in the table.",
		Examples: []Example{
			{"chains", "every chain that is known by name"},
			{"chains arbitrum", "one chain, with the sources"},
		},
	}, runChains)
}

func runChains(_ context.Context, _ *Env, in ChainsInput) (report.Result, error) {
	chains := node.Chains()
	if in.Chain != "" {
		chain, err := chainOf(in.Chain)
		if err != nil {
			return nil, err
		}
		chains = []clew.Chain{chain}
	}
	out := &report.Chains{}
	for _, c := range chains {
		one := report.ChainSupport{Chain: c, Name: c.Name()}
		for _, n := range node.Support(c) {
			one.Notes = append(one.Notes, report.ChainNote(n))
		}
		out.Chains = append(out.Chains, one)
	}
	return out, nil
}

// notRead quotes what the table of chains says that is not read, or that nobody
// has looked into.
func notRead(chain clew.Chain) []report.ChainLimit {
	var limits []report.ChainLimit
	unchecked := ""
	for _, n := range node.Support(chain) {
		switch {
		case n.Topic == node.NotRead:
			limits = append(limits, report.ChainLimit{Chain: chain, Says: n.Says})
		case n.Says == node.NotChecked:
			unchecked += ", " + n.Topic
		}
	}
	if unchecked != "" {
		limits = append(limits, report.ChainLimit{Chain: chain, Says: "not looked into: " + unchecked[2:]})
	}
	return limits
}
