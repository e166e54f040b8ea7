// Package rank says which address to look at next, where each look costs a call
// or an analyst's minute.
//
// A [Ranker] is told the transfers of one address after the other, and names the
// next. What it says is an order and no evidence: weights are shares by a rule of
// thumb, some of them in floating point, and none of them is how much of what was
// stolen lies anywhere. That is for packages taint and trace. It reads no ledger:
// whoever asks it fetches.
package rank

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"clew"
)

// A Ranker orders addresses. The same transfers give the same order: equal ones are
// in that of their bytes, but for rankers by distance, which name first whom they
// met first.
type Ranker interface {
	// Push tells the transfers of an address, all that are known, in any order.
	// It is called once for each address; that others tell the same transfers too
	// counts nothing twice.
	Push(a clew.Address, moves []Move)

	// Next returns the address to be looked at next, which was not pushed yet. It
	// reports whether there is one.
	Next() (clew.Address, bool)

	// Scores returns every address that weighs something, the weightiest first.
	Scores() []Score
}

// A Score is how much an address weighs. Weights of two rankers do not compare.
type Score struct {
	Address clew.Address
	Weight  float64 // more than 0
}

// A Move is value that went from one address to another: a transfer, or of one
// with many legs the part between two of them; see [Moves]. A ranking starts from
// moves too, whoever they are from: what was stolen arrives.
type Move struct {
	Pos      clew.Pos
	Tx       clew.TxID
	Asset    clew.Asset
	From, To clew.Address
	Amount   clew.Amount
	Time     clew.Time // of the block; only a [Company] asks for it
}

// Moves returns what a transfer moves between an address and others. It leaves
// out what comes from nobody, goes to nobody or comes back. Of many inputs each
// pays every output in proportion, rounded down: the chain does not say which
// input paid which.
func Moves(a clew.Address, t *clew.Transfer) []Move {
	if t.Item != nil {
		return nil // not a quantity
	}
	from, to := byAddress(t.From), byAddress(t.To)
	all := totalOf(t.To)
	var moves []Move
	for i := range from {
		for j := range to {
			f, g := &from[i], &to[j]
			if f.Address == g.Address || f.Address != a && g.Address != a {
				continue
			}
			if part, fits := f.Amount.MulDiv(g.Amount, all); fits && !part.IsZero() {
				moves = append(moves, Move{t.Pos, t.Tx, t.Asset, f.Address, g.Address, part, t.Time})
			}
		}
	}
	return moves
}

// byAddress adds up known legs of one address, in the order in which they come.
func byAddress(legs []clew.Leg) []clew.Leg {
	at := map[clew.Address]int{}
	var sums []clew.Leg
	for i := range legs {
		l := &legs[i]
		if l.Unknown || l.Address.IsZero() || l.Amount.IsZero() {
			continue
		}
		n, met := at[l.Address]
		if !met {
			n, at[l.Address] = len(sums), len(sums)
			sums = append(sums, clew.Leg{Address: l.Address})
		}
		sums[n].Amount = plus(sums[n].Amount, l.Amount)
	}
	return sums
}

func totalOf(legs []clew.Leg) (sum clew.Amount) {
	for i := range legs {
		sum = plus(sum, legs[i].Amount)
	}
	return sum
}

// plus adds, up to the most that there is: no ledger has more of an asset, but
// tokens may claim anything.
func plus(a, b clew.Amount) clew.Amount {
	if sum, fits := a.Add(b); fits {
		return sum
	}
	return clew.MaxAmount
}

// compareMoves orders moves by the chain, and those of one transfer by their
// addresses. Equal ones are the same.
func compareMoves(m, n Move) int {
	return cmp.Or(m.Pos.Cmp(n.Pos), compareAddresses(m.From, n.From), compareAddresses(m.To, n.To))
}

func compareAddresses(a, b clew.Address) int {
	ka, na := a.RawKey()
	kb, nb := b.RawKey()
	return cmp.Or(strings.Compare(string(a.Chain()), string(b.Chain())), cmp.Compare(a.Form(), b.Form()), slices.Compare(ka[:na], kb[:nb]))
}

// sorted returns moves in order, each once, without those of nothing and those
// that go nowhere.
func sorted(moves []Move) []Move {
	kept := slices.DeleteFunc(slices.Clone(moves), func(m Move) bool { return m.Amount.IsZero() || m.From == m.To || m.To.IsZero() })
	slices.SortFunc(kept, compareMoves)
	return slices.CompactFunc(kept, func(m, n Move) bool { return compareMoves(m, n) == 0 })
}

// sortScores puts the weightiest first.
func sortScores(scores []Score) []Score {
	slices.SortFunc(scores, func(s, t Score) int {
		return cmp.Or(cmp.Compare(t.Weight, s.Weight), compareAddresses(s.Address, t.Address))
	})
	return scores
}

// arrivals returns what starts in order, added up where one transfer brings an
// address several parts.
func arrivals(start []Move) []Move {
	var sums []Move
	for _, m := range start {
		if m.Amount.IsZero() || m.To.IsZero() {
			continue
		}
		m.From = clew.Address{}
		n := slices.IndexFunc(sums, func(s Move) bool { return s.Pos == m.Pos && s.To == m.To && s.Asset == m.Asset })
		if n < 0 {
			sums = append(sums, m)
		} else {
			sums[n].Amount = plus(sums[n].Amount, m.Amount)
		}
	}
	slices.SortFunc(sums, compareMoves)
	return sums
}

// A portion is how much of all that starts an address starts with, in one asset.
type portion struct {
	address clew.Address
	asset   clew.Asset
	share   float64
}

// portions returns where a ranking starts: each asset counts the same, and within
// it each amount for what it is. They sum to 1, and are in the order of the chain.
func portions(start []Move) []portion {
	totals := totalsOf(start)
	var list []portion
	for _, m := range arrivals(start) {
		list = append(list, portion{m.To, m.Asset, ratio(m.Amount, totals[m.Asset]) / float64(len(totals))})
	}
	return list
}

// totalsOf adds up what starts of each asset.
func totalsOf(start []Move) map[clew.Asset]clew.Amount {
	totals := map[clew.Asset]clew.Amount{}
	for _, m := range arrivals(start) {
		totals[m.Asset] = plus(totals[m.Asset], m.Amount)
	}
	return totals
}

// whole is what a share is counted in.
var whole = clew.AmountOf([4]uint64{1 << 62})

// ratio returns part of total; of more than four times total, four.
func ratio(part, total clew.Amount) float64 {
	units, fits := part.MulDiv(whole, total)
	n, small := units.Uint64()
	if !fits || !small {
		n = math.MaxUint64
	}
	return float64(n) / (1 << 62)
}

// approximately returns an amount as a float.
func approximately(a clew.Amount) (f float64) {
	limbs := a.Limbs()
	for i := len(limbs) - 1; i >= 0; i-- {
		f = float64(f*(1<<64)) + float64(limbs[i])
	}
	return f
}
