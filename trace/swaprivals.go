package trace

import (
	"clew"
	"clew/launder"
)

// outranked reports whether somebody else on the same swap, to whom marked value
// came before, makes it rather than the holder: both sides of a swap are alike.
// The one that pays the transaction's fee goes first, and then who paid first.
func (w *walk) outranked(v *view, s *launder.Swap, c *crossing, holder clew.Address, tx []clew.Transfer) bool {
	seen := map[clew.Address]bool{holder: true}
	for i := range tx {
		if len(tx[i].From) != 1 || len(tx[i].To) != 1 {
			continue
		}
		r := v.rowOf(&tx[i])
		if seen[r.near] || w.pots[r.nearPot()] == nil {
			continue
		}
		seen[r.near] = true
		other := w.find(tx, r.near, r.asset)
		if other == nil || other.Payer == s.Payer {
			continue
		}
		d := w.crossingOf(v, other, tx)
		if len(d.near) > 0 && !w.declared(v, d) && !w.endsAtOther(d) && w.sees(other, d, tx) && c.clashes(d) && goesFirst(other, s, tx) {
			return true
		}
	}
	return false
}

func goesFirst(a, b *launder.Swap, tx []clew.Transfer) bool {
	for i := range tx {
		if tx[i].Pos.Class == clew.Fee && len(tx[i].From) == 1 {
			switch tx[i].From[0].Address {
			case a.Payer:
				return true
			case b.Payer:
				return false
			}
		}
	}
	return a.In[0].Before(b.In[0])
}
