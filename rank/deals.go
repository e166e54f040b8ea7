package rank

import (
	"slices"

	"clew"
)

// mostRecipients is among how many what was swapped is divided at most; the
// nearest in time are taken.
const mostRecipients = 64

// A deal is what one transaction did to an address: net of what came and went
// between it and each other, by asset. One in which value left and exactly one
// asset came from one other address is taken for a swap.
type deal struct {
	out, in []hop
}

// A netting is a hop in the making.
type netting struct {
	peer    clew.Address
	asset   int
	out, in clew.Amount
	pos     clew.Pos // of the last move
}

// netted returns the ways of an address by its deals. Moves without a transaction
// are deals of their own.
func (r *TTR) netted(a clew.Address, moves []Move) ways {
	var w ways
	var open []netting
	for i := range moves {
		m := &moves[i]
		if i > 0 && (m.Tx != moves[i-1].Tx || m.Tx.IsZero()) {
			w.close(open)
			open = open[:0]
		}
		if m.From == a || m.To == a && !m.From.IsZero() {
			open = r.net(a, open, m)
		}
	}
	w.close(open)
	slices.SortStableFunc(w.out, compareHops)
	slices.SortStableFunc(w.in, compareHops)
	return w
}

// net adds a move to those of its transaction.
func (r *TTR) net(a clew.Address, open []netting, m *Move) []netting {
	peer := m.To
	if m.To == a {
		peer = m.From
	}
	asset := r.asset(m.Asset)
	n := slices.IndexFunc(open, func(o netting) bool { return o.peer == peer && o.asset == asset })
	if n < 0 {
		n, open = len(open), append(open, netting{peer: peer, asset: asset})
	}
	o := &open[n]
	o.pos = m.Pos
	if m.From == a {
		o.out = plus(o.out, m.Amount)
	} else {
		o.in = plus(o.in, m.Amount)
	}
	return open
}

// close makes a deal of what one transaction did.
func (w *ways) close(open []netting) {
	var d deal
	for i := range open {
		o := &open[i]
		h := hop{peer: o.peer, asset: o.asset, pos: o.pos, deal: len(w.deals)}
		switch o.out.Cmp(o.in) {
		case 1:
			h.size = approximately(o.out.Minus(o.in))
			d.out = append(d.out, h)
		case -1:
			h.size = approximately(o.in.Minus(o.out))
			d.in = append(d.in, h)
		}
	}
	if len(d.out)+len(d.in) == 0 {
		return
	}
	w.deals = append(w.deals, d)
	w.out, w.in = append(w.out, d.out...), append(w.in, d.in...)
}

// swappedFor returns what came for what a hop gave or, backward, what was given for
// what it brought; nil if it is part of no swap.
func (w *ways) swappedFor(h *hop, backward bool) *hop {
	if len(w.deals) == 0 {
		return nil
	}
	other := w.deals[h.deal].in
	if backward {
		other = w.deals[h.deal].out
	}
	if len(other) != 1 {
		return nil
	}
	return &other[0]
}

// hand gives to the far end of a hop. Past a swap, it goes to where what was bought
// went later, from swap to swap, to each recipient the same; what was not moved on
// stays with who bought it.
func (p *passing) hand(h *hop, value float64, backward bool) {
	bought := p.swappedFor(h, backward)
	if bought == nil {
		p.give(h.peer, chip{h.asset, moment{pos: h.pos}, value})
		return
	}
	recipients := p.recipients(h, backward)
	for _, to := range recipients {
		p.give(to.peer, chip{to.asset, moment{pos: to.pos}, value / float64(len(recipients))})
	}
	if len(recipients) == 0 {
		p.give(p.from, chip{bought.asset, moment{pos: bought.pos}, value})
	}
}

// recipients follows a swap to hops of deals that are none.
func (p *passing) recipients(h *hop, backward bool) (found []*hop) {
	type seat struct{ asset, deal int }
	met := map[seat]bool{}
	waiting := []*hop{h}
	for len(waiting) > 0 && len(found) < mostRecipients && len(met) < mostRecipients {
		h, waiting = waiting[0], waiting[1:]
		at := seat{h.asset, h.deal}
		if met[at] {
			continue
		}
		met[at] = true
		bought := p.swappedFor(h, backward)
		if bought == nil {
			found = append(found, p.same(h, backward)...)
			continue
		}
		waiting = append(waiting, p.beyond(bought, backward)...)
	}
	return found
}

// same returns the hops of a deal that are of a hop's asset and side.
func (p *passing) same(h *hop, backward bool) (list []*hop) {
	side := p.deals[h.deal].out
	if backward {
		side = p.deals[h.deal].in
	}
	for i := range side {
		if side[i].asset == h.asset {
			list = append(list, &side[i])
		}
	}
	return list
}

// beyond returns the first hops of a bought asset in later deals or, backward, the
// last in earlier ones.
func (p *passing) beyond(bought *hop, backward bool) (list []*hop) {
	hops := p.out
	if backward {
		hops = p.in
	}
	hops = ofAsset(hops, bought.asset)
	for i := range hops {
		h := &hops[i]
		if backward {
			h = &hops[len(hops)-1-i]
		}
		if later := h.deal > bought.deal; h.deal != bought.deal && later != backward && len(list) < mostRecipients {
			list = append(list, h)
		}
	}
	return list
}
