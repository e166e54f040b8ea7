package rank

import "clew"

// Bounds of a [TaintFirst].
const (
	MostReserve = 999       // of a thousand
	MostLeast   = 1_000_000 // of a million
)

// A TaintFirst names next where most marked value lies, if what leaves an address
// is marked value first: of what a transfer moves, as much is marked as there is,
// but for a reserve that every address keeps back from each.
//
// All is exact: marked value is conserved, and no float decides an order. With a
// reserve, value thins out along long chains and at last falls below the least,
// so that hubs do not carry it everywhere. Each call of Next after a push replays
// what was told, one step for each move.
//
// Its failure is that of its policy: it takes the thief's money to leave a pot
// before anybody else's, so that past a busy pot it follows whoever withdraws
// next. Source: MFTracer (SIGMETRICS 2026), its flow simulation with a reserve
// ratio.
type TaintFirst struct {
	reserve uint64 // of a thousand
	least   uint64 // of a million
	totals  map[clew.Asset]clew.Amount
	steps   []step // known, with the start, in order
	pots    []pot
	at      map[potID]int
	pushed  map[clew.Address]bool
	stale   bool // pots are not those of the steps
}

// A potID is what an address has of an asset.
type potID struct {
	address clew.Address
	asset   clew.Asset
}

// A pot is marked value at an address.
type pot struct {
	id       potID
	holds    clew.Amount
	received clew.Amount // in all
}

// A step is a move between pots.
type step struct {
	Move
	from, to int
}

// NewTaintFirst returns a ranker for what starts. Of what a pot holds, reserve of
// a thousand, 0 to [MostReserve], stay whenever something leaves; what would carry
// less than least of a million, 0 to [MostLeast], of all that starts of the asset
// carries nothing. Beyond these bounds it panics.
func NewTaintFirst(start []Move, reserve, least uint64) *TaintFirst {
	if reserve > MostReserve || least > MostLeast {
		panic("rank: reserve or least out of bounds")
	}
	r := &TaintFirst{reserve: reserve, least: least, totals: totalsOf(start), at: map[potID]int{}, pushed: map[clew.Address]bool{}, stale: true}
	for _, m := range arrivals(start) {
		r.steps = append(r.steps, step{m, -1, r.pot(potID{m.To, m.Asset})})
	}
	return r
}

// pot returns the number of a pot.
func (r *TaintFirst) pot(id potID) int {
	n, met := r.at[id]
	if !met {
		n = len(r.pots)
		r.at[id], r.pots = n, append(r.pots, pot{id: id})
	}
	return n
}

// Push takes an address's transfers of assets that started.
func (r *TaintFirst) Push(a clew.Address, moves []Move) {
	r.pushed[a], r.stale = true, true
	var steps []step
	for _, m := range sorted(moves) {
		if _, marked := r.totals[m.Asset]; marked && !m.From.IsZero() {
			steps = append(steps, step{m, r.pot(potID{m.From, m.Asset}), r.pot(potID{m.To, m.Asset})})
		}
	}
	r.steps = merged(r.steps, steps)
}

// merged returns what is in either of two lists in order.
func merged(a, b []step) []step {
	all := make([]step, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compareMoves(a[0].Move, b[0].Move); {
		case c < 0:
			all, a = append(all, a[0]), a[1:]
		case c > 0:
			all, b = append(all, b[0]), b[1:]
		default:
			a = a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// replay finds out what every pot holds after all that is known.
func (r *TaintFirst) replay() {
	if !r.stale {
		return
	}
	r.stale = false
	for i := range r.pots {
		r.pots[i].holds, r.pots[i].received = clew.Amount{}, clew.Amount{}
	}
	for i := range r.steps {
		s := &r.steps[i]
		moved := s.Amount
		if s.from >= 0 {
			moved = r.leaves(&r.pots[s.from], s)
			r.pots[s.from].holds = r.pots[s.from].holds.Minus(moved)
		}
		to := &r.pots[s.to]
		to.holds, to.received = plus(to.holds, moved), plus(to.received, moved)
	}
}

// leaves returns how much marked value a step takes from a pot.
func (r *TaintFirst) leaves(from *pot, s *step) clew.Amount {
	if from.holds.IsZero() {
		return clew.Amount{}
	}
	free, _ := from.holds.MulDiv(clew.Units(1000-r.reserve), clew.Units(1000))
	moved := free.Min(s.Amount)
	if r.least > 0 {
		least, _ := r.totals[s.Asset].MulDiv(clew.Units(r.least), clew.Units(MostLeast))
		if moved.Less(least) {
			return clew.Amount{}
		}
	}
	return moved
}

// Next returns the address, of those not pushed, where the largest share of an
// asset that started lies.
func (r *TaintFirst) Next() (clew.Address, bool) {
	r.replay()
	var best clew.Address
	var most clew.Amount
	for i := range r.pots {
		p := &r.pots[i]
		if p.holds.IsZero() || r.pushed[p.id.address] {
			continue
		}
		share := r.share(p.id.asset, p.holds)
		if c := share.Cmp(most); best.IsZero() || c > 0 || c == 0 && compareAddresses(p.id.address, best) < 0 {
			best, most = p.id.address, share
		}
	}
	return best, !best.IsZero()
}

// share returns how much of what started of an asset an amount is, in units so
// small that rounding tells nothing apart that differs by a part in 2^62.
func (r *TaintFirst) share(asset clew.Asset, a clew.Amount) clew.Amount {
	share, _ := a.MulDiv(whole, r.totals[asset])
	return share
}

// Holds returns how much marked value lies at an address of an asset.
func (r *TaintFirst) Holds(a clew.Address, asset clew.Asset) clew.Amount {
	r.replay()
	if n, met := r.at[potID{a, asset}]; met {
		return r.pots[n].holds
	}
	return clew.Amount{}
}

// Scores returns the largest share of an asset that ever came to each address,
// from 0 to more than 1 where it came round.
func (r *TaintFirst) Scores() []Score {
	r.replay()
	most := map[clew.Address]clew.Amount{}
	for i := range r.pots {
		if p := &r.pots[i]; !p.received.IsZero() {
			most[p.id.address] = most[p.id.address].Max(r.share(p.id.asset, p.received))
		}
	}
	var scores []Score
	for a, share := range most {
		if !share.IsZero() {
			scores = append(scores, Score{a, ratio(share, whole)})
		}
	}
	return sortScores(scores)
}
