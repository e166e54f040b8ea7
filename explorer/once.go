package explorer

import (
	"slices"

	"clew"
)

// once joins lists of transfers that may give the same: of like ones as many are
// kept as the list that has most of them gives. The result is in the order of
// positions, and otherwise in that of the lists.
func once(lists ...[]clew.Transfer) []clew.Transfer {
	have := map[string]int{}
	var out []clew.Transfer
	for _, list := range lists {
		given := map[string]int{}
		for i := range list {
			key := likeKey(&list[i])
			if given[key]++; given[key] > have[key] {
				have[key]++
				out = append(out, list[i])
			}
		}
	}
	slices.SortStableFunc(out, func(t, u clew.Transfer) int { return t.Pos.Cmp(u.Pos) })
	return out
}

// likeKey is the same for transfers that [ledger.Like] takes for one another, if
// their transaction is known.
func likeKey(t *clew.Transfer) string {
	b := append([]byte(nil), t.Tx[:]...)
	b = append(b, t.Asset.String()...)
	for _, legs := range [][]clew.Leg{t.From, t.To} {
		for i := range legs {
			b = append(b, '|')
			b = append(b, legs[i].Address.String()...)
			b = append(b, '=')
			b = append(b, legs[i].Amount.String()...)
		}
		b = append(b, '>')
	}
	if t.Item != nil {
		b = append(b, t.Item.String()...)
	}
	return string(b)
}

// onceActs does so for acts, whose places services make up too.
func onceActs(lists ...[]clew.Act) []clew.Act {
	have := map[clew.Act]int{}
	var out []clew.Act
	for _, list := range lists {
		given := map[clew.Act]int{}
		for _, a := range list {
			key := a
			if !a.Tx.IsZero() { // as [ledger.LikeActs] has it
				key.Pos, key.Time = clew.Pos{}, 0
			}
			if given[key]++; given[key] > have[key] {
				have[key]++
				out = append(out, a)
			}
		}
	}
	return out
}
