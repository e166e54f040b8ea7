package bitcoin

import (
	"context"

	"clew"
)

// Unspent holds what outputs are worth until they are spent, in memory: for
// test networks, for pieces of a chain, and to compare with a node's own set.
// It is not safe for concurrent use.
type Unspent map[clew.Output]Coin

// Resolve says what the outputs hold that are in the set.
func (u Unspent) Resolve(_ context.Context, outputs []clew.Output, coins []Coin) error {
	for i, output := range outputs {
		coins[i] = u[output]
	}
	return nil
}

// Apply takes away what b spends and adds what it makes. Data outputs are left
// out, for nobody can spend them, and so is all that the chain's first block
// makes. A later output of the same name takes the place of an earlier one, as
// twice in Bitcoin's first year.
func (u Unspent) Apply(b *Block) {
	scripts := b.Scripts
	for i := range b.Transfers {
		t := &b.Transfers[i]
		for k := range t.From {
			if spent := t.From[k].Spends; spent != nil {
				delete(u, *spent)
			}
		}
		for n := range t.To {
			leg := &t.To[n]
			output := clew.Output{Tx: t.Tx, Index: uint32(n)}
			data := false
			if len(scripts) > 0 && scripts[0].Tx == t.Tx && scripts[0].Index == output.Index {
				data, scripts = scripts[0].Unspendable(), scripts[1:]
			}
			if amount, _ := leg.Amount.Uint64(); !data && !leg.Address.IsZero() && b.Ref.Height > 0 {
				u[output] = Coin{Address: leg.Address, Amount: amount, Known: true}
			}
		}
	}
}
