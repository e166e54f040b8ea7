package ask

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"time"

	"clew"
	"clew/bench/check"
	"clew/bench/engine"
	"clew/bench/gen"
)

// hops is how far a walk goes.
const hops = 5

// Walk finds all addresses that value from the origin can have reached in five
// hops, each later than the one before, of any asset, and where in the chain it
// can first have been there. Engines walk level by level with a batch for each,
// or in a language of their own.
func Walk(ctx context.Context, s engine.Store, set *Set) (*Reply, error) {
	reply := newReply()
	runtime.GC()
	start := time.Now()
	arrival, err := walk(ctx, s, set.Origin)
	if err != nil {
		return nil, err
	}
	reply.Figures["five-hop walk ms"] = millis(time.Since(start))
	reply.Figures["addresses reached"] = float64(len(arrival))
	var sum check.Sum
	for a, pos := range arrival {
		sum.Number(check.AddressHash(a) ^ pos)
	}
	reply.answer("five-hop walk", false, sum)
	return reply, nil
}

// walk returns the earliest arrival at each address.
func walk(ctx context.Context, s engine.Store, o Origin) (arrival map[gen.Address]uint64, err error) {
	arrival = map[gen.Address]uint64{o.To: o.Pos}
	if w, ok := s.(engine.Walker); ok {
		return arrival, w.Walk(ctx, o.To, o.Pos, hops, func(a gen.Address, at uint64) { arrival[a] = at })
	}
	level := map[gen.Address]uint64{o.To: o.Pos}
	for range hops {
		next := map[gen.Address]uint64{}
		var from gen.Address
		since := level[from]
		err = s.Batch(ctx, slices.Collect(maps.Keys(level)), func(r *gen.Row) {
			if r.From != from { // rows of one address mostly come together
				from, since = r.From, level[r.From]
			}
			if r.Pos <= since {
				return
			}
			if at, reached := arrival[r.To]; !reached || r.Pos < at {
				arrival[r.To], next[r.To] = r.Pos, r.Pos
			}
		})
		if err != nil {
			return nil, err
		}
		level = next
	}
	return arrival, nil
}

// Haircut follows the origin's value through every later transfer of the native
// coin, in proportion, exactly: balances of all addresses and the marked part
// of each. Every engine sweeps once and runs the same code.
func Haircut(ctx context.Context, s engine.Store, set *Set) (*Reply, error) {
	reply := newReply()
	runtime.GC()
	start := time.Now()
	h := &haircut{numbers: map[gen.Address]uint32{}, origin: set.Origin}
	var err error
	if n, ok := s.(engine.Numbered); ok {
		err = n.SweepNumbers(ctx, h.number, h.move)
	} else {
		err = s.Sweep(ctx, func(r *gen.Row) {
			if r.Asset == 0 {
				h.move(h.number(r.From), h.number(r.To), clew.AmountOf(r.Amount))
			}
		})
	}
	if err != nil {
		return nil, err
	}
	reply.Figures["haircut ms"] = millis(time.Since(start))
	var sum check.Sum
	for a, i := range h.numbers {
		if pot := h.pots[i]; !pot.marked.IsZero() {
			limbs := pot.marked.Limbs()
			sum.Number(check.AddressHash(a) ^ limbs[0] ^ limbs[1]<<1)
		}
	}
	reply.Figures["addresses marked"] = float64(sum.Rows)
	reply.answer("haircut", false, sum)
	return reply, nil
}

// A haircut is the state of the pass.
type haircut struct {
	numbers map[gen.Address]uint32
	pots    []markedPot
	origin  Origin
	begun   bool
}

// A markedPot is what an address has of the native coin.
type markedPot struct{ balance, marked clew.Amount }

// number returns the number of an address: its place among the pots.
func (h *haircut) number(a gen.Address) uint32 {
	n, ok := h.numbers[a]
	if !ok {
		n = uint32(len(h.pots))
		h.numbers[a] = n
		h.pots = append(h.pots, markedPot{})
	}
	return n
}

// move books one transfer of the native coin. What nobody issued is clean; the
// remainder of a division stays with the sender.
func (h *haircut) move(from, to uint32, amount clew.Amount) {
	f := &h.pots[from]
	var x clew.Amount
	if !f.marked.IsZero() {
		x, _ = f.marked.MulDiv(amount, f.balance)
		f.marked = f.marked.Minus(x)
	}
	f.balance = f.balance.MinusOrZero(amount)
	t := &h.pots[to]
	t.balance = t.balance.Plus(amount)
	t.marked = t.marked.Plus(x)
	if !h.begun && h.isOrigin(to, amount) {
		h.begun, t.marked = true, amount
	}
}

// isOrigin recognises the origin by recipient and amount, which no other
// transfer has both of.
func (h *haircut) isOrigin(to uint32, amount clew.Amount) bool {
	n, known := h.numbers[h.origin.To]
	return known && n == to && amount.Limbs() == h.origin.Amount
}
