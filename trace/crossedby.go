package trace

import (
	"slices"

	"clew"
)

// A transferAt is a transfer by its place on a chain.
type transferAt struct {
	chain clew.Chain
	pos   clew.Pos
}

// nameCrossed says, of each conversion that is not followed, by which one the same
// transfers are: so nobody adds up one payment twice. Outputs are not told apart by
// places, so of Bitcoin's kind nothing is said.
func nameCrossed(list []Crossing, backward bool) {
	followed := map[transferAt]string{}
	for i := range list {
		if list[i].Note != "" {
			continue
		}
		for _, at := range list[i].entered(backward) {
			followed[at] = list[i].Conversion.ID
		}
	}
	for i := range list {
		at := list[i].entered(backward)
		if j := slices.IndexFunc(at, func(a transferAt) bool { return followed[a] != "" }); list[i].Note != "" && j >= 0 {
			list[i].CrossedAs = followed[at[j]]
		}
	}
}

// entered returns the transfers by which a walk comes to a conversion.
func (c *Crossing) entered(backward bool) (list []transferAt) {
	chain, side := c.Conversion.InChain, c.Conversion.In
	if backward {
		chain, side = c.Conversion.OutChain, c.Conversion.Out
	}
	if chain.IsBitcoin() {
		return nil
	}
	for _, pos := range side {
		list = append(list, transferAt{chain, pos})
	}
	return list
}
