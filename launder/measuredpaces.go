package launder

// measuredPaces says how often recognisers of pace were right. Package eval measures it;
// its test holds this against its golden file, and writes it anew.
var measuredPaces = map[string]string{
	"address-poisoning": "synthetic (seed 1): 7 of 7 planted are found; of 7 findings 0 are of nobody guilty; of 100,000 addresses of people 0 are named wrongly; on real chains not measured",
	"chain-hop":         "synthetic (seed 1): 7 of 7 planted are found; of 7 findings 0 are of nobody guilty; of 100,000 addresses of people 0 are named wrongly; on real chains not measured",
	"consolidation":     "synthetic (seed 1): 7 of 7 planted are found; of 7 findings 0 are of nobody guilty; of 100,000 addresses of people 0 are named wrongly; on real chains not measured",
	"dex-layering":      "synthetic (seed 1): 6 of 6 planted are found; of 12 findings 6 are of nobody guilty; of 100,000 addresses of people 362 are named wrongly; on real chains not measured",
	"drainer-split":     "synthetic (seed 1): 7 of 7 planted are found; of 13 findings 6 are of nobody guilty; of 100,000 addresses of people 3625 are named wrongly; on real chains not measured",
	"flood-the-zone":    "synthetic (seed 1): 6 of 6 planted are found; of 6 findings 0 are of nobody guilty; of 100,000 addresses of people 0 are named wrongly; on real chains not measured",
	"freeze-flight":     "synthetic (seed 1): 7 of 7 planted are found; of 20 findings 13 are of nobody guilty; of 100,000 addresses of people 785 are named wrongly; on real chains not measured",
	"liquidity-hiding":  "synthetic (seed 1): 6 of 6 planted are found; of 12 findings 6 are of nobody guilty; of 100,000 addresses of people 725 are named wrongly; on real chains not measured",
	"nested-service":    "synthetic (seed 1): 6 of 6 planted are found; of 12 findings 6 are of nobody guilty; of 100,000 addresses of people 11057 are named wrongly; on real chains not measured",
	"pass-through":      "synthetic (seed 1): 6 of 6 planted are found; of 14 findings 1 are of nobody guilty; of 100,000 addresses of people 60 are named wrongly; on real chains not measured",
	"structuring":       "synthetic (seed 1): 7 of 7 planted are found; of 7 findings 0 are of nobody guilty; of 100,000 addresses of people 0 are named wrongly; on real chains not measured",
}
