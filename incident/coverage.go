package incident

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// Coverage says what of a chain the file holds: a selection in synthetic
// order, never the whole of any block.
func (i *Incident) Coverage(chain clew.Chain) clew.Coverage {
	c := clew.Coverage{Chain: chain}
	var last, rounded, untimed uint64
	for _, p := range i.places {
		if p.transfer.Asset.Chain() != chain {
			continue
		}
		last = p.transfer.Pos.Height
		if !p.supposed && p.transfer.Rounded {
			rounded++
		}
		if !p.supposed && (p.row.About || !p.transfer.Time.Known()) {
			untimed++
		}
	}
	if last == 0 {
		return c
	}
	add := func(kind clew.GapKind, count uint64, note string) {
		c.Gaps = append(c.Gaps, clew.Gap{Kind: kind, Chain: chain, Window: clew.Window{From: 1, To: last + 1}, Count: count, Note: note})
	}
	add(clew.GapHeight, last, "in the order of the stated times, from "+i.ID)
	for _, held := range i.Held {
		if clew.Chain(held.Chain) == chain {
			add(clew.GapPartial, 0, held.Covers)
		}
	}
	if rounded > 0 {
		add(clew.GapRounded, rounded, fmt.Sprintf("%d of the transfers", rounded))
	}
	if untimed > 0 {
		add(clew.GapTime, untimed, fmt.Sprintf("%d of the transfers, or known about only", untimed))
	}
	c.Gaps = append(c.Gaps, i.deficits(chain)...)
	return c
}

// deficits returns, for each address with a role other than the victim's, by
// how much more left it than is recorded or supposed to have come in, at the
// worst moment. Others are not looked at: where their value came from is
// outside the file.
func (i *Incident) deficits(chain clew.Chain) []clew.Gap {
	roles := i.Roles()
	type balance struct{ in, out, deficit clew.Amount }
	balances := map[clew.Pot]*balance{}
	of := func(a clew.Address, asset clew.Asset) *balance {
		pot := clew.Pot{Address: a, Asset: asset}
		if balances[pot] == nil {
			balances[pot] = &balance{}
		}
		return balances[pot]
	}
	for _, p := range i.places {
		t := &p.transfer
		if t.Asset.Chain() != chain || t.From[0].Address == t.To[0].Address {
			continue
		}
		from, to := of(t.From[0].Address, t.Asset), of(t.To[0].Address, t.Asset)
		from.out, _ = from.out.Add(t.Amount())
		from.deficit = from.deficit.Max(from.out.MinusOrZero(from.in))
		to.in, _ = to.in.Add(t.Amount())
	}
	var gaps []clew.Gap
	for pot, b := range balances {
		role, ok := roles[pot.Address]
		if !ok || role.Name == string(VictimContract) || b.deficit.IsZero() {
			continue
		}
		gaps = append(gaps, clew.Gap{Kind: clew.GapOpening, Chain: chain, Address: pot.Address, Asset: pot.Asset, Amount: b.deficit,
			Note: "more left than is recorded or supposed to have come in"})
	}
	slices.SortFunc(gaps, func(g, h clew.Gap) int {
		return cmp.Or(cmp.Compare(g.Address.String(), h.Address.String()), cmp.Compare(g.Asset.String(), h.Asset.String()))
	})
	return gaps
}
