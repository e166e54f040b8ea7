package explorer

import (
	"clew"
	"clew/solana"
)

// place takes the transactions of a window: at their places, or at made-up ones.
func (k *solanaWork) place(all []*listed, placed bool, held clew.Window) {
	var slot uint64
	var index uint32
	for _, l := range all {
		if index++; l.Slot != slot {
			slot, index = l.Slot, 0
		}
		if placed {
			index = *l.Index
		}
		if l.tx != nil && held.Has(l.Slot) {
			k.add(l.tx, index)
		}
	}
}

// add takes of a transaction what the address, or one of its token accounts by
// itself, sent or received.
func (k *solanaWork) add(tx *solana.Transaction, index uint32) {
	took := false
	for _, t := range tx.Transfers {
		if k.mine[t.From[0].Address] || k.mine[t.To[0].Address] {
			t.Pos.Index = index
			k.h.Transfers, took = append(k.h.Transfers, t), true
		}
	}
	for _, act := range tx.Acts {
		if act.Pos.Index = index; k.wants(&act) {
			k.h.Acts, took = append(k.h.Acts, act), true
		}
	}
	if took {
		k.missed.Add(tx.Missed)
	}
}

// wants reports whether an act concerns the address. That a token account is
// closed does where it ends something, of which what is held already may say more.
func (k *solanaWork) wants(act *clew.Act) bool {
	if !act.Concerns(k.address) {
		return false
	}
	if act.Kind == clew.AccountClosed {
		return k.touched[act.Detail] || k.window.From > 0
	}
	k.touched[act.Detail] = true
	return true
}
