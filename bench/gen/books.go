package gen

import "math/bits"

// A spread says how large an asset's amounts are.
type spread struct {
	small, large uint64 // amounts have from small to large bits, each as likely
	shift        uint   // multiple of 64: amounts are multiples of 2^shift
}

// The spreads. The native coin has 18 decimals, and nearly all its amounts take
// more than 64 bits; so does about a quarter of the tokens' amounts.
var (
	nativeKind   = spread{64, 80, 0}
	decimals6    = spread{14, 46, 0}
	decimals8    = spread{20, 52, 0}
	decimals18   = spread{58, 82, 0}
	absurdSupply = spread{52, 76, 64} // some tokens are issued in numbers beyond 128 bits
)

// tokenKind says which spread a token has.
func tokenKind(k uint64) spread {
	switch {
	case k == 10:
		return absurdSupply
	case k%2 == 1:
		return decimals18
	case k%4 == 0:
		return decimals6
	}
	return decimals8
}

// A pot is what one holder has of one asset, in units of the asset's shift.
type pot struct{ lo, hi uint64 }

func (p pot) isZero() bool { return p.lo|p.hi == 0 }

func (p pot) less(q pot) bool { return p.hi < q.hi || p.hi == q.hi && p.lo < q.lo }

func (p pot) plus(q pot) pot {
	lo, carry := bits.Add64(p.lo, q.lo, 0)
	hi, _ := bits.Add64(p.hi, q.hi, carry)
	return pot{lo, hi}
}

func (p pot) minus(q pot) pot {
	lo, borrow := bits.Sub64(p.lo, q.lo, 0)
	hi, _ := bits.Sub64(p.hi, q.hi, borrow)
	return pot{lo, hi}
}

// times returns p·2^n, for small n.
func (p pot) times(n uint) pot { return pot{p.lo << n, p.hi<<n | p.lo>>(64-n)} }

// An asset keeps the books of one asset: who holds how much, and who was paid
// lately. Holders of a token are spread evenly over all ranks, in order.
type asset struct {
	spread spread
	pots   []pot
	stride uint64   // ranks for each holder
	recent []uint32 // holders paid lately, a ring; they send next
	paid   uint64   // payments so far
	fixed  bool     // the first holder is the first rank
}

// Sizes of the ring of holders paid lately.
const (
	leastRecent = 16
	mostRecent  = 1 << 17
)

// newAsset returns empty books of an asset that moves about moves times.
func newAsset(s spread, moves, ranks uint64, c Config) *asset {
	holders := max(8, min(ranks, moves*17/40))
	ring := uint64(1) << bits.Len64(moves/4)
	return &asset{
		spread: s,
		pots:   make([]pot, holders),
		stride: ranks / holders,
		recent: make([]uint32, max(leastRecent, min(ring, mostRecent))),
		fixed:  c.Heavy > 0,
	}
}

// One transfer in issueIn issues value although there is some to spend, and
// what is issued is 2^issueBits times what is usually paid.
const (
	issueIn   = 64
	issueBits = 6
)

// move fills in who pays whom how much, and books it.
func (g *Generator) move(row *Row) {
	a := g.native
	if row.Asset > 0 {
		a = g.tokens[row.Asset-1]
	}
	from, source := g.sender(a)
	to, amount := g.receiver(a, from), g.amount(a.spread)
	row.From = Address{}
	switch source {
	case spends:
		amount = a.spend(from, amount)
		row.From = g.name(a, from)
	case issued:
		amount = amount.times(issueBits)
	case endowed:
		to, amount = 0, endowment
	}
	row.To = g.name(a, to)
	a.pots[to] = a.pots[to].plus(amount)
	a.recent[a.paid%uint64(len(a.recent))] = uint32(to)
	a.paid++
	row.Amount = [4]uint64{}
	row.Amount[a.spread.shift/64], row.Amount[a.spread.shift/64+1] = amount.lo, amount.hi
}

// spend takes amount from a holder, or all it has: sweeping a pot is common on
// real chains too.
func (a *asset) spend(holder uint64, amount pot) pot {
	if a.pots[holder].less(amount) {
		amount = a.pots[holder]
	}
	a.pots[holder] = a.pots[holder].minus(amount)
	return amount
}

// receiver draws a holder: the r-th with a chance in proportion to r^-0.75, for
// the fourth power of an even chance has that density. It seldom is the sender.
func (g *Generator) receiver(a *asset, from uint64) (to uint64) {
	for range 4 {
		u := g.random()
		u, _ = bits.Mul64(u, u)
		u, _ = bits.Mul64(u, u)
		if to, _ = bits.Mul64(u, uint64(len(a.pots))); to != from {
			break
		}
	}
	return to
}

// A way is where the value of a transfer comes from.
type way int

const (
	spends  way = iota // from a holder
	issued             // from nobody
	endowed            // from nobody, to the heavy address, enough for ever
)

// endowment is more than the heavy address can spend.
var endowment = pot{0, 1 << 46}

// sender draws a holder who was paid lately and still has something; the heavy
// address in its turn.
func (g *Generator) sender(a *asset) (holder uint64, source way) {
	if g.heavy > 0 && g.below(g.config.N-g.made+1) < g.heavy {
		if a.pots[0].less(pot{0, 1 << 40}) {
			return 0, endowed
		}
		g.heavy--
		return 0, spends
	}
	filled := min(a.paid, uint64(len(a.recent)))
	if filled == 0 || g.below(issueIn) == 0 {
		return 0, issued
	}
	for range 8 {
		if holder = uint64(a.recent[g.below(filled)]); !a.pots[holder].isZero() {
			return holder, spends
		}
	}
	return 0, issued
}

// amount draws an amount: its number of bits evenly, then its bits.
func (g *Generator) amount(s spread) pot {
	n := s.small + g.below(s.large-s.small+1)
	p := pot{g.random(), 0}
	if n > 64 {
		p.hi = g.random()>>(128-n) | 1<<(n-65)
		return p
	}
	p.lo = p.lo>>(64-n) | 1<<(n-1)
	return p
}

// name returns the address of a holder.
func (g *Generator) name(a *asset, holder uint64) Address {
	rank := holder * a.stride
	if a.stride > 1 && !(a.fixed && holder == 0) {
		rank += mix(holder) % a.stride
	}
	return g.config.Rank(rank)
}
