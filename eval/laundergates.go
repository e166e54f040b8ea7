package eval

import (
	"context"

	"clew"
	"clew/launder"
	"clew/tag"
)

// knownGates finds bridges by identifiers on chains that no table of real contracts
// knows: the world's own gates are taken for the protocol's, as those of the table are
// on real chains.
type knownGates struct {
	*launder.BridgeFinder
	tags publicTags
}

// Forward returns what became of what an address paid into bridges.
func (k knownGates) Forward(ctx context.Context, tx []clew.Transfer, payer clew.Address) ([]*launder.Link, error) {
	links, err := k.BridgeFinder.Forward(ctx, tx, payer)
	for _, l := range links {
		for i := range tx {
			if l.Certainty == launder.Likely && len(l.In) > 0 && tx[i].Pos == l.In[0] && k.tags[tx[i].To[0].Address] == tag.Bridge {
				l.Certainty = launder.Certain
			}
		}
	}
	return links, err
}
