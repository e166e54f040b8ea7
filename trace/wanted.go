package trace

import (
	"slices"

	"clew"
)

// Wanted returns the addresses of a chain whose whole history the result rests
// on, the most important first: those where marked value ended because history
// is not held, largest first, and those that it came to and passed. Of the latter
// something is held, or it could not have passed, but perhaps not all: other
// transfers may have taken the marked units. So are those whom messages of bridges
// name that were not crossed. Whoever can fetch histories fetches
// those of them that are not held, and traces again.
//
// On Bitcoin a transaction says by itself what it spends, so passing needs no
// more.
func (r *Result) Wanted(chain clew.Chain) []clew.Address {
	var wanted []clew.Address
	seen := map[clew.Address]bool{{}: true}
	want := func(a clew.Address) {
		if a.Chain() == chain && !seen[a] && !isBridges(a) {
			seen[a] = true
			wanted = append(wanted, a)
		}
	}
	for i := range r.Places {
		if p := &r.Places[i]; p.Kind == NotHeld {
			want(p.Address)
		}
	}
	for i := range r.Conversions {
		if c := &r.Conversions[i]; c.Note != "" && c.Bridge != nil && c.Bridge.believed() {
			want(c.Bridge.Toward)
		}
	}
	if chain.IsBitcoin() {
		return wanted
	}
	for _, a := range r.passed() {
		want(a)
	}
	return wanted
}

// believed reports whether it is worth a look where a message leads: anybody can log
// another contract's, but what a memo asks for is for whoever carries it out.
func (b *BridgeLink) believed() bool { return b.Listed || b.Protocol == thorchain }

// thorchain is the protocol whose messages are memos.
const thorchain = "thorchain"

// passed returns the addresses that marked value came to, but for those where
// the walk ended, by the most that one transfer brought.
func (r *Result) passed() []clew.Address {
	ended := map[clew.Address]bool{}
	for i := range r.Places {
		if p := &r.Places[i]; p.Kind != NotHeld && p.Kind != AtRest {
			ended[p.Address] = true
		}
	}
	converted := r.converted()
	most := map[clew.Address]clew.Amount{}
	var order []clew.Address
	for i := range r.Uses {
		u := &r.Uses[i]
		far := u.Transfer.To
		if r.Method.Direction == Backward {
			far = u.Transfer.From
		}
		if len(far) != 1 || ended[far[0].Address] || converted[placed{u.Transfer.Asset.Chain(), u.Transfer.Pos}] {
			continue
		}
		a := far[0].Address
		if _, known := most[a]; !known {
			order = append(order, a)
		}
		if have, known := most[a]; !known || have.Less(u.Amount) {
			most[a] = u.Amount
		}
	}
	slices.SortStableFunc(order, func(a, b clew.Address) int { return most[b].Cmp(most[a]) })
	return order
}

// A placed is a transfer by its chain and place.
type placed struct {
	chain clew.Chain
	pos   clew.Pos
}

// Crosses returns what tells whether value went by a transfer into a conversion
// that was followed.
func (r *Result) Crosses() func(*clew.Transfer) bool {
	into := r.converted()
	return func(t *clew.Transfer) bool { return into[placed{t.Asset.Chain(), t.Pos}] }
}

// converted returns the transfers by which value went into conversions that were
// followed: the histories of pools and routers are not needed.
func (r *Result) converted() map[placed]bool {
	into := map[placed]bool{}
	for i := range r.Conversions {
		c := &r.Conversions[i]
		if c.Note != "" {
			continue
		}
		chain, at := c.Conversion.InChain, c.Conversion.In
		if r.Method.Direction == Backward {
			chain, at = c.Conversion.OutChain, c.Conversion.Out
		}
		for _, pos := range at {
			into[placed{chain, pos}] = true
		}
	}
	return into
}
