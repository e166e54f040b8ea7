package launder

import (
	"slices"

	"clew"
)

// A coin is an input or an output of a transaction of Bitcoin's kind.
type coin struct {
	index   int // in the transfer
	amount  uint64
	address clew.Address
}

// A shape is what recognisers of joins look at.
type shape struct {
	transfer *clew.Transfer
	ins      []coin
	outs     []coin // with an amount; fee and data left out
	data     int    // outputs of nothing to a script of no standard kind
	fee      uint64
	counts   map[uint64]int // outputs by amount
	most     uint64         // the amount of most outputs; of several such, the largest
	n        int            // how many have it
	payers   int            // different scripts among the inputs
	distinct bool           // no two outputs go to one script
	keyed    bool           // inputs and outputs are all to witness keys, version 0
	modern   bool           // inputs are all of witness keys, version 0 or 1
}

// mostCoins bounds the inputs and outputs of a transaction that is looked at: more
// than a block can hold.
const mostCoins = 30_000

// mostSats is more than there will ever be.
const mostSats = 21_000_000 * 100_000_000

// shapeOf returns a transaction's shape; false if it issues coins, is of another
// kind of chain, or an input is not known.
func shapeOf(t *clew.Transfer) (*shape, bool) {
	if !t.Asset.Chain().IsBitcoin() || len(t.From) > mostCoins || len(t.To) > mostCoins {
		return nil, false
	}
	s := &shape{transfer: t, counts: make(map[uint64]int, len(t.To)), distinct: true, keyed: true, modern: true}
	payers := make(map[clew.Address]bool, len(t.From))
	for i := range t.From {
		c, ok := coinOf(i, &t.From[i])
		if !ok || c.address.IsZero() {
			return nil, false
		}
		form := c.address.Form()
		s.keyed = s.keyed && form == clew.P2WPKH
		s.modern = s.modern && (form == clew.P2WPKH || form == clew.P2TR)
		payers[c.address] = true
		s.ins = append(s.ins, c)
	}
	s.payers = len(payers)
	return s, s.addOutputs(t) && len(s.outs) > 0
}

func (s *shape) addOutputs(t *clew.Transfer) bool {
	paid := make(map[clew.Address]bool, len(t.To))
	for i := range t.To {
		c, ok := coinOf(i, &t.To[i])
		switch {
		case !ok:
			return false
		case c.address.IsZero():
			s.fee += c.amount
			continue
		case c.amount == 0 && c.address.Form() == clew.ScriptForm:
			s.data++
			continue
		}
		s.distinct = s.distinct && !paid[c.address]
		s.keyed = s.keyed && c.address.Form() == clew.P2WPKH
		paid[c.address] = true
		s.outs = append(s.outs, c)
		s.counts[c.amount]++
	}
	for amount, n := range s.counts {
		if n > s.n || n == s.n && amount > s.most {
			s.most, s.n = amount, n
		}
	}
	return true
}

func coinOf(i int, l *clew.Leg) (coin, bool) {
	n, ok := l.Amount.Uint64()
	return coin{i, n, l.Address}, ok && n <= mostSats
}

// mixed returns the outputs whose amount others have too, and the rest.
func (s *shape) mixed() (mixed []Mixed, rest []coin) {
	scripts := map[uint64]map[clew.Address]bool{}
	for _, c := range s.outs {
		if s.counts[c.amount] < 2 {
			continue
		}
		if scripts[c.amount] == nil {
			scripts[c.amount] = map[clew.Address]bool{}
		}
		scripts[c.amount][c.address] = true
	}
	for _, c := range s.outs {
		if n := len(scripts[c.amount]); n > 1 {
			mixed = append(mixed, Mixed{c.index, n})
		} else {
			rest = append(rest, c)
		}
	}
	return mixed, rest
}

// mixedOf returns the outputs of one amount, and the rest.
func (s *shape) mixedOf(amount uint64) (mixed []Mixed, rest []coin) {
	for _, c := range s.outs {
		if c.amount == amount {
			mixed = append(mixed, Mixed{c.index, s.counts[amount]})
		} else {
			rest = append(rest, c)
		}
	}
	return mixed, rest
}

// repeated returns how many different amounts several outputs have, and how many
// outputs have one of them.
func (s *shape) repeated() (amounts, outputs int) {
	for _, n := range s.counts {
		if n > 1 {
			amounts, outputs = amounts+1, outputs+n
		}
	}
	return amounts, outputs
}

// busy reports whether one script has more than two inputs and a tenth of all.
func (s *shape) busy() bool {
	of, most := map[clew.Address]int{}, 0
	for _, c := range s.ins {
		of[c.address]++
		most = max(most, of[c.address])
	}
	return most > max(2, len(s.ins)/10)
}

func indices(coins []coin) []int {
	list := make([]int, len(coins))
	for i := range coins {
		list[i] = coins[i].index
	}
	return list
}

// unmatched returns change of which nobody says who paid it.
func unmatched(coins []coin) []Matched {
	list := make([]Matched, len(coins))
	for i := range coins {
		list[i].Output = coins[i].index
	}
	return list
}

// falling returns whether amounts do not rise.
func falling(coins []coin) bool {
	return slices.IsSortedFunc(coins, func(a, b coin) int {
		switch {
		case a.amount > b.amount:
			return -1
		case a.amount < b.amount:
			return 1
		}
		return 0
	})
}
