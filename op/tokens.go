package op

import (
	"context"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/evm"
	"clew/report"
)

// Tokens keeps what the contracts of tokens say of themselves: claims, from
// which amounts are written, and nothing else is ever concluded.
type Tokens interface {
	// Said returns what is kept of some tokens of a chain, in no order.
	Said(chain clew.Chain, contracts []clew.Address) ([]TokenSaid, error)

	// Keep keeps more.
	Keep(chain clew.Chain, said []TokenSaid) error
}

// A TokenSaid is what a contract said, to whom and when.
type TokenSaid struct {
	evm.TokenClaim
	Node string // the host of the node that was asked
	At   clew.Time
}

// A teller is a node that can ask contracts what they say of themselves.
type teller interface {
	Tokens(ctx context.Context, contracts ...clew.Address) ([]evm.TokenClaim, error)
}

// A tokenReader asks the contract of each token once, when it is first seen in
// blocks, before these are kept: a run that is killed between the two asks again.
// What a contract does not say does not hold following up.
type tokenReader struct {
	Keeper
	env   *Env
	chain clew.Chain
	node  Node
	ask   teller
	asked map[clew.Address]bool
}

// readingTokens lets a keeper ask, if the node can be asked.
func readingTokens(env *Env, chain clew.Chain, node Node, keeper Keeper) Keeper {
	ask, ok := node.(teller)
	if !ok || env.Tokens == nil {
		return keeper
	}
	return &tokenReader{keeper, env, chain, node, ask, map[clew.Address]bool{}}
}

// maxAsked is of how many tokens it is remembered that they were asked, beside
// what is kept.
const maxAsked = 1 << 20

// Append asks the tokens of blocks that are not known yet, and appends the
// blocks.
func (r *tokenReader) Append(ctx context.Context, blocks ...clew.Block) error {
	unknown, err := r.unknown(blocks)
	if err != nil {
		return err
	}
	if _, err := r.env.askTokens(ctx, r.chain, r.node, r.ask, unknown); err != nil { // a node in trouble tells of it by its blocks
		return err
	}
	return r.Keeper.Append(ctx, blocks...)
}

// askTokens asks contracts, and keeps what they say. It returns why a node did not
// answer for some, the last time that one did not.
func (e *Env) askTokens(ctx context.Context, chain clew.Chain, node Node, ask teller, contracts []clew.Address) (why, err error) {
	for part := range slices.Chunk(contracts, evm.MaxTokens) {
		claims, err := ask.Tokens(ctx, part...)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			why = err
			continue
		}
		said := make([]TokenSaid, len(claims))
		for i, c := range claims {
			said[i] = TokenSaid{c, strings.Join(node.Names(), ", "), clew.TimeOf(e.Clock.Now())}
		}
		if err := e.Tokens.Keep(chain, said); err != nil {
			return why, err
		}
	}
	return why, nil
}

// maxLearnt is how many tokens a command asks that follows no chain.
const maxLearnt = 10_000

// learnTokens asks contracts of which nothing is kept yet what they say of
// themselves, up to [maxLearnt]. That a node does not answer, or cannot be asked of
// tokens, is no error.
func (e *Env) learnTokens(ctx context.Context, chain clew.Chain, node Node, contracts []clew.Address) (report.TokensAsked, error) {
	out := report.TokensAsked{Chain: chain, Nodes: node.Names()}
	ask, ok := node.(teller)
	if !ok || e.Tokens == nil {
		return out, nil
	}
	kept, err := e.Tokens.Said(chain, contracts)
	if err != nil {
		return out, err
	}
	known := map[clew.Address]bool{}
	for _, s := range kept {
		known[s.Contract] = true
	}
	contracts = slices.DeleteFunc(slices.Clone(contracts), func(a clew.Address) bool { return known[a] })
	slices.SortFunc(contracts, func(a, b clew.Address) int { return strings.Compare(a.Text(), b.Text()) })
	out.Left = max(0, len(contracts)-maxLearnt)
	contracts = contracts[:len(contracts)-out.Left]
	out.Asked = len(contracts)
	why, err := e.askTokens(ctx, chain, node, ask, contracts)
	if why != nil {
		out.Why = why.Error()
	}
	if err != nil && ctx.Err() != nil {
		out.Why, err = "interrupted", nil
	}
	return out, err
}

// unknown returns the tokens of blocks that were not asked yet.
func (r *tokenReader) unknown(blocks []clew.Block) ([]clew.Address, error) {
	fresh := map[clew.Address]bool{}
	for i := range blocks {
		for k := range blocks[i].Transfers {
			contract := blocks[i].Transfers[k].Asset.Contract()
			if !contract.IsZero() && !r.asked[contract] {
				fresh[contract] = true
			}
		}
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	if len(r.asked) > maxAsked {
		clear(r.asked)
	}
	maps.Copy(r.asked, fresh)
	list := slices.SortedFunc(maps.Keys(fresh), func(a, b clew.Address) int { return strings.Compare(a.Text(), b.Text()) })
	kept, err := r.env.Tokens.Said(r.chain, list)
	for _, s := range kept {
		delete(fresh, s.Contract)
	}
	return slices.DeleteFunc(list, func(a clew.Address) bool { return !fresh[a] }), err
}

// claimed adds to units what contracts say of assets of which nothing better is
// known.
func (e *Env) claimed(units report.Units, assets map[clew.Asset]bool) error {
	if e.Tokens == nil {
		return nil
	}
	contracts := map[clew.Chain][]clew.Address{}
	of := map[clew.Address][]clew.Asset{}
	for asset := range assets {
		contract := asset.Contract()
		if contract.IsZero() || units.Knows(asset) {
			continue
		}
		if of[contract] = append(of[contract], asset); len(of[contract]) == 1 {
			contracts[asset.Chain()] = append(contracts[asset.Chain()], contract)
		}
	}
	for chain, list := range contracts {
		said, err := e.Tokens.Said(chain, list)
		if err != nil {
			return err
		}
		for _, s := range said {
			for _, asset := range of[s.Contract] {
				units.ContractSays(asset, s.Symbol, s.Decimals, s.HasDecimals, "the contract itself, asked at "+s.Node+" on "+s.At.String())
			}
		}
	}
	return nil
}
