package launder

// The identifiers of the rules of pace and of single transfers, and their version.
const (
	PassRule          = "pass-through"
	StructuringRule   = "structuring"
	ConsolidationRule = "consolidation"
	ChainHopRule      = "chain-hop"
	FlightRule        = "freeze-flight"
	PoisonRule        = "address-poisoning"
	SplitRule         = "drainer-split"
	FloodRule         = "flood-the-zone"
	NestedRule        = "nested-service"
	LayersRule        = "dex-layering"
	LiquidityRule     = "liquidity-hiding"

	paceVersion = "1"
)

// paceRules returns the rules of pace and of single transfers. They read account
// chains alone.
func paceRules() []Rule {
	return []Rule{passRule, structuringRule, consolidationRule, chainHopRule, flightRule, poisonRule, splitRule, floodRule, nestedRule, layersRule, liquidityRule}
}
