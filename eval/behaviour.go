package eval

import (
	"clew"
	"clew/internal/simchain"
)

// A behaviour is what a case is an instance of.
type behaviour struct {
	name    string
	planted bool // against the heuristic that is looked at
}

const (
	ordinary = "ordinary"
	others   = "planted against other heuristics"
)

// behaviours tell by transaction, or by address, what was planted.
type behaviours struct {
	joins  map[clew.TxID]simchain.Join
	byTx   map[clew.TxID][]*simchain.Plant
	byHold map[clew.Address][]*simchain.Plant
}

func behavioursOf(w *simchain.World) *behaviours {
	b := &behaviours{w.Joins, map[clew.TxID][]*simchain.Plant{}, map[clew.Address][]*simchain.Plant{}}
	for i := range w.Plants {
		p := &w.Plants[i]
		if !p.Tx.IsZero() {
			b.byTx[p.Tx] = append(b.byTx[p.Tx], p)
		}
		for _, a := range p.Addresses {
			b.byHold[a] = append(b.byHold[a], p)
		}
	}
	return b
}

// of says what a transaction shows, as far as one heuristic is concerned.
func (b *behaviours) of(heuristic string, tx clew.TxID) behaviour {
	plants := b.byTx[tx]
	for _, p := range plants {
		if p.Breaks == heuristic {
			return behaviour{p.Behaviour, true}
		}
	}
	if len(plants) > 0 {
		return behaviour{others, false}
	}
	if join := b.joins[tx]; join != "" {
		return behaviour{string(join), false}
	}
	return behaviour{ordinary, false}
}

// any says what a transaction shows by its own name, whatever it breaks.
func (b *behaviours) any(tx clew.TxID) behaviour {
	if plants := b.byTx[tx]; len(plants) > 0 {
		return behaviour{plants[0].Behaviour, true}
	}
	return b.of("", tx)
}

// at says what was planted at an address.
func (b *behaviours) at(heuristic string, a clew.Address) behaviour {
	for _, p := range b.byHold[a] {
		if p.Breaks == heuristic {
			return behaviour{p.Behaviour, true}
		}
	}
	return behaviour{ordinary, false}
}
