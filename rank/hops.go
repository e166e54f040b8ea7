package rank

import (
	"cmp"
	"slices"

	"clew"
)

// Ways are what leads away from an address, in order: by asset, then by the chain.
type ways struct {
	out, in []hop
	deals   []deal // in order of the chain; none unless swaps are seen through
}

// A hop leads to another address.
type hop struct {
	peer  clew.Address
	asset int
	pos   clew.Pos
	size  float64
	deal  int // of which it is a part
}

func compareHops(g, h hop) int {
	return cmp.Or(cmp.Compare(g.asset, h.asset), g.pos.Cmp(h.pos), compareAddresses(g.peer, h.peer))
}

func sizes(hops []hop) (sum float64) {
	for i := range hops {
		sum += hops[i].size
	}
	return sum
}

// ofAsset returns those of one asset, of hops in order.
func ofAsset(hops []hop, asset int) []hop {
	least := func(h hop, asset int) int { return cmp.Compare(h.asset, asset) }
	from, _ := slices.BinarySearchFunc(hops, asset, least)
	to, _ := slices.BinarySearchFunc(hops, asset+1, least)
	return hops[from:to]
}

// waysOf returns the ways of an address, of moves in order.
func (r *TTR) waysOf(a clew.Address, moves []Move) ways {
	if r.variant == TTRRedirect {
		return r.netted(a, moves)
	}
	var w ways
	for i := range moves {
		m := &moves[i]
		h := hop{asset: r.asset(m.Asset), pos: m.Pos, size: 1}
		if r.variant != TTREqual {
			h.size = approximately(m.Amount)
		}
		switch {
		case m.From == a:
			h.peer = m.To
			w.out = append(w.out, h)
		case m.To == a && !m.From.IsZero():
			h.peer = m.From
			w.in = append(w.in, h)
		}
	}
	slices.SortStableFunc(w.out, compareHops)
	slices.SortStableFunc(w.in, compareHops)
	return w
}

// A passing hands the chips of one address on.
type passing struct {
	*TTR
	from clew.Address
	*ways
}

// pass hands each chip's part to the transfers of its asset that are later or,
// backward, earlier, by their sizes. What finds none stays.
func (p *passing) pass(chips []chip, part float64, backward bool) {
	for len(chips) > 0 {
		asset := chips[0].asset
		n := 0
		for n < len(chips) && chips[n].asset == asset {
			n++
		}
		hops := p.out
		if backward {
			hops = p.in
		}
		p.passAsset(chips[:n], ofAsset(hops, asset), part, backward)
		chips = chips[n:]
	}
}

// passAsset goes once over chips and hops, in time or against it: at each hop, due
// is what all chips before it give for each unit of its size.
func (p *passing) passAsset(chips []chip, hops []hop, part float64, backward bool) {
	if backward {
		chips, hops = slices.Clone(chips), slices.Clone(hops)
		slices.Reverse(chips)
		slices.Reverse(hops)
	}
	ahead := make([]float64, len(hops)+1) // sizes from a hop on
	for i := len(hops) - 1; i >= 0; i-- {
		ahead[i] = ahead[i+1] + hops[i].size
	}
	due, next := 0.0, 0
	for i := range hops {
		for next < len(chips) && p.reaches(chips[next], &hops[i], backward) {
			due += chips[next].value / ahead[i]
			next++
		}
		if due > 0 {
			p.hand(&hops[i], float64(part*float64(hops[i].size*due)), backward)
		}
	}
	for _, c := range chips[next:] {
		c.value = float64(part * c.value)
		p.give(p.from, c)
	}
}

// reaches reports whether a hop is after a chip or, backward, before it.
func (p *passing) reaches(c chip, h *hop, backward bool) bool {
	order := c.since.compare(moment{pos: h.pos})
	if backward {
		return order > 0
	}
	return order < 0
}
