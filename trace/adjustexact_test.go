package trace

import (
	"math/big"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// An exactPot is a mixture: of what it holds, how much is marked and what that
// stands for, in rational numbers.
type exactPot struct {
	held          uint64
	marked, basis *big.Rat
	kept          *big.Rat // basis of what the token kept there
}

func newExactPot() *exactPot { return &exactPot{0, new(big.Rat), new(big.Rat), new(big.Rat)} }

// shareOf multiplies by n/of.
func shareOf(r *big.Rat, n, of uint64) *big.Rat {
	return new(big.Rat).Mul(r, new(big.Rat).SetFrac(new(big.Int).SetUint64(n), new(big.Int).SetUint64(of)))
}

// pay moves n units between pots, of which the token keeps a fee. Nobody pays what
// is marked if it is the origin, and clean otherwise.
func (to *exactPot) pay(from *exactPot, n, fee uint64, origin bool) {
	marked, basis := new(big.Rat), new(big.Rat)
	switch {
	case origin:
		marked.SetInt64(int64(n))
		basis.Set(marked)
	case from != nil:
		marked, basis = shareOf(from.marked, n, from.held), shareOf(from.basis, n, from.held)
		from.marked.Sub(from.marked, marked)
		from.basis.Sub(from.basis, basis)
		from.held -= n
	}
	to.held += n - fee
	to.marked.Add(to.marked, shareOf(marked, n-fee, n))
	to.basis.Add(to.basis, shareOf(basis, n-fee, n))
	to.kept.Add(to.kept, shareOf(basis, fee, n))
}

// scale sets what a pot holds.
func (p *exactPot) scale(says uint64) {
	switch {
	case says == 0:
		p.kept.Add(p.kept, p.basis)
		p.marked, p.basis = new(big.Rat), new(big.Rat)
	case p.held > 0:
		p.marked = shareOf(p.marked, says, p.held)
	}
	p.held = says
}

// TestHaircutIsExact holds the haircut over random histories of a token that scales
// balances, keeps fees and empties pots against a model in exact rational numbers:
// amounts and bases agree but for roundings.
func TestHaircutIsExact(t *testing.T) {
	const unit, roundings = 1_000_000_000_000, 100_000_000
	for seed := range worlds(150) {
		rng := rand.New(rand.NewSource(seed))
		pots := []*exactPot{newExactPot(), newExactPot(), newExactPot(), newExactPot()}
		in := Input{Engine: []Engine{Queue, Sweep}[seed%2], Method: taint.Method{Policy: taint.Haircut}, Spread: No}
		var transfers []clew.Transfer
		for height := uint64(2); height < 60; height += 2 {
			k := rng.Intn(4)
			n, payer, from := unit*uint64(1+rng.Intn(9)), clew.Address{}, (*exactPot)(nil)
			if j := rng.Intn(4); j != k && pots[j].held > unit {
				payer, from = who(j), pots[j]
				n = 1 + uint64(rng.Int63n(int64(from.held)))
			}
			transfers = append(transfers, move(height, payer, who(k), coin(1), n))
			before := pots[k].held
			switch rng.Intn(3) {
			case 0:
				fee := uint64(rng.Int63n(int64(n)/10 + 1))
				in.Readings = append(in.Readings, told(who(k), height-1, before), told(who(k), height, before+n-fee))
				pots[k].pay(from, n, fee, height == 2)
			case 1:
				pots[k].pay(from, n, 0, height == 2)
				says := pots[k].held / 4 * uint64(rng.Intn(9))
				in.Readings = append(in.Readings, told(who(k), height+1, says))
				pots[k].scale(says)
			default:
				pots[k].pay(from, n, 0, height == 2)
			}
		}
		in.Readings = lastOfEach(in.Readings)
		last := move(100, clew.Address{}, who(9), coin(1), 1)
		in.Ledgers, in.Start = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, append(transfers, last))}, Start{Transfer: &transfers[0].Pos}
		r := mustRun(t, in)
		for k, p := range pots {
			amount, basis, kept := inPot(r, who(k))
			for what, off := range map[string]*big.Rat{"marked": amount.Sub(amount, p.marked), "basis": basis.Sub(basis, p.basis), "kept": kept.Sub(kept, p.kept)} {
				if off.Abs(off).Cmp(new(big.Rat).SetInt64(roundings)) > 0 {
					t.Fatalf("seed %d: %s of %d is off by %s; exactly %s marked, %s basis, %s kept", seed, what, k, off.FloatString(0), p.marked.FloatString(0), p.basis.FloatString(0), p.kept.FloatString(0))
				}
			}
		}
	}
}

// lastOfEach leaves one reading of each pot and block.
func lastOfEach(list []Reading) []Reading {
	seen := map[[2]any]bool{}
	var out []Reading
	for _, r := range list {
		if key := [2]any{r.Pot, r.Block.Height}; !seen[key] {
			seen[key] = true
			out = append(out, r)
		}
	}
	return out
}

// inPot returns what rests at an address, what that stands for, and what was kept.
func inPot(r *Result, a clew.Address) (amount, basis, kept *big.Rat) {
	amount, basis, kept = new(big.Rat), new(big.Rat), new(big.Rat)
	for _, p := range r.Places {
		switch {
		case p.Address != a:
		case p.Kind == TokenFee:
			kept.SetInt(p.Parts[0].Basis.Big())
		default:
			amount.SetInt(p.Amount.Big())
			basis.SetInt(p.Parts[0].Basis.Big())
		}
	}
	return amount, basis, kept
}
