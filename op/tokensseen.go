package op

import (
	"context"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
	"clew/report"
)

// tokensSeen are the tokens of which transfers were loaded, of chains of which a
// node is at hand.
type tokensSeen map[clew.Chain]map[clew.Address]bool

func newTokensSeen(nodes atHand) tokensSeen {
	seen := tokensSeen{}
	for chain := range nodes {
		seen[chain] = map[clew.Address]bool{}
	}
	return seen
}

// ask asks tokens what they call themselves, once what they move is held. That a
// node does not answer is told, and is no error.
func (s tokensSeen) ask(ctx context.Context, env *Env, nodes atHand) ([]report.TokensAsked, error) {
	var out []report.TokensAsked
	for _, chain := range slices.Sorted(maps.Keys(s)) {
		if len(s[chain]) == 0 {
			continue
		}
		if _, err := nodes[chain].Head(ctx); err != nil {
			out = append(out, report.TokensAsked{Chain: chain, Nodes: nodes[chain].Names(), Left: len(s[chain]), Why: inShort(err)})
			continue
		}
		env.tell(Progress{Doing: "asking tokens of " + chain.Name()})
		asked, err := env.learnTokens(ctx, chain, nodes[chain], slices.Collect(maps.Keys(s[chain])))
		if out = append(out, asked); err != nil {
			return out, err
		}
	}
	return out, nil
}

// A tokenLoad notes the tokens of what is loaded, up to [maxAsked].
type tokenLoad struct {
	ledger.Load
	seen map[clew.Address]bool
}

// Add loads transfers.
func (l *tokenLoad) Add(transfers ...clew.Transfer) error {
	for i := range transfers {
		if contract := transfers[i].Asset.Contract(); !contract.IsZero() && len(l.seen) < maxAsked {
			l.seen[contract] = true
		}
	}
	return l.Load.Add(transfers...)
}
