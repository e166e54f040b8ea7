package trace

import "clew"

// mostGlanced is of how many transfers a transaction may be that is glanced at.
const mostGlanced = 32

// An edge is a transfer by its ends, where whoever issues is nobody. A round that goes
// over a chain's wrapper is one of these alone too: what is wrapped comes from nobody,
// and what is unwrapped goes back there.
type edge struct{ from, to clew.Pot }

// mayGoRound reports whether anything may go round among the transfers of one
// transaction. Most have nothing of the kind, and are not laid out; what it lets pass is
// looked at again.
func mayGoRound(tx []clew.Transfer) bool {
	if len(tx) == 0 || len(tx) > mostGlanced {
		return len(tx) > 0
	}
	end := func(a clew.Address, asset clew.Asset) clew.Pot {
		if a.IsIssuer() {
			a = clew.Address{}
		}
		return clew.Pot{Address: a, Asset: asset}
	}
	var room [mostGlanced]edge
	left := room[:0]
	for i := range tx {
		if t := &tx[i]; len(t.From) == 1 && len(t.To) == 1 && t.From[0].Address != t.To[0].Address {
			left = append(left, edge{end(t.From[0].Address, t.Asset), end(t.To[0].Address, t.Asset)})
		}
	}
	return goesRound(left)
}

// goesRound reports whether edges are left where those are taken away that nothing
// leads to, or that lead nowhere, until there are none of these.
func goesRound(left []edge) bool {
	for trimmed := true; trimmed; {
		trimmed = false
		for i := 0; i < len(left); i++ {
			come, leave := false, false
			for k := range left {
				come, leave = come || left[k].to == left[i].from, leave || left[k].from == left[i].to
			}
			if !come || !leave {
				left[i] = left[len(left)-1]
				left, i, trimmed = left[:len(left)-1], i-1, true
			}
		}
	}
	return len(left) > 0
}
