package launder

import (
	"slices"

	"clew"
)

// straight returns the transfers by which the payer itself gave a known contract what
// a message says, to the last unit; none if that cannot be told. What the transaction
// pays to others is then no part of the crossing, whomever the message names for who
// gave it: a wallet may pay several at once, and one that passes value on may split it.
func (n *entering) straight(s *end) []clew.Pos {
	if s.act.Amount.IsZero() || s.act.With.IsZero() || !s.known() || s.whole {
		return nil
	}
	same := func(o *end) bool {
		return o.act.With == s.act.With && o.act.Asset == s.act.Asset && o.act.Amount == s.act.Amount
	}
	nth := 0 // of the messages that say the same
	for i := range n.sends {
		if n.sends[i].key() == s.key() {
			break
		}
		if same(&n.sends[i]) {
			nth++
		}
	}
	rows := n.books.positions(func(t *clew.Transfer) bool {
		return t.From[0].Address == n.payer && t.To[0].Address == s.act.With && t.Amount() == s.act.Amount && n.comparable(s, t.Asset)
	})
	if nth >= len(rows) || len(rows) != n.alike(same) {
		return nil
	}
	return rows[nth : nth+1]
}

// alike counts the messages of a kind.
func (n *entering) alike(kind func(*end) bool) (count int) {
	for i := range n.sends {
		if kind(&n.sends[i]) {
			count++
		}
	}
	return count
}

// assetAtPos returns the asset of one of the transfers that count.
func (n *entering) assetAtPos(at clew.Pos) clew.Asset {
	i := slices.IndexFunc(n.books.rows, func(t clew.Transfer) bool { return t.Pos == at })
	return n.books.rows[i].Asset
}
