package distribution

import (
	"math/big"
	"strings"

	"clew"
)

// A making is a book that is being made: what each victim gets, by the order of
// the claims.
type making struct {
	*sharing
	*Book
	asset clew.Asset
	total *big.Int   // recovered
	gets  []*big.Int // by claim
	full  []bool     // the loss is met, and more was due
	in    []bool     // takes part
}

// book shares one asset by one policy.
func (s *sharing) book(asset clew.Asset, p Policy) (*Book, error) {
	if _, known := describe(p); !known {
		return nil, unknownPolicy(string(p))
	}
	m := &making{sharing: s, Book: &Book{Asset: asset, Policy: p}, asset: asset, total: new(big.Int)}
	m.gets, m.full, m.in = zeros(len(s.claims)), make([]bool, len(s.claims)), make([]bool, len(s.claims))
	for _, r := range s.of(asset) {
		m.total.Add(m.total, r.Amount.Big())
	}
	if m.total.BitLen() > 256 {
		return nil, &clew.InputError{Field: "amount", Value: m.total.String(), Want: "recoveries of one asset that add up to at most 256 bits"}
	}
	m.Recovered = amountOf(m.total)
	if err := m.share(p); err != nil {
		return nil, err
	}
	m.close()
	return m.Book, nil
}

// of returns what was recovered of an asset.
func (s *sharing) of(asset clew.Asset) []*Recovery {
	var list []*Recovery
	for i := range s.Recovered {
		if s.Recovered[i].Asset == asset {
			list = append(list, &s.Recovered[i])
		}
	}
	return list
}

// share works out what each victim gets.
func (m *making) share(p Policy) error {
	switch p {
	case ProRata:
		m.Rounding = largest
		m.proRata()
	case ByValue:
		m.Rounding = valueRound
		m.byValue()
	case ByMarks:
		m.Rounding = lotsRounds
		return m.byMarks()
	case FirstIn:
		m.Rounding = unrounded
		return m.pots(newQueue)
	case Rolling:
		m.Rounding = eachStep
		return m.pots(newRolling)
	case Lowest:
		m.Rounding = eachStep
		return m.pots(newLowest)
	}
	return nil
}

// proRata shares among those who lost the same asset.
func (m *making) proRata() {
	weights := zeros(len(m.claims))
	for i, c := range m.claims {
		if m.in[i] = c.Asset == m.asset; m.in[i] {
			weights[i] = c.Amount.Big()
		}
	}
	d := divide(m.total, weights, weights)
	m.gets, m.full = d.parts, d.full
	m.Why, m.OutsideBy = "every loss in the asset is met", "they lost another asset"
}

// byValue shares among all whose losses have a value. Nobody gets more of an asset
// than was lost of it; and where it is stated what all that was recovered is worth,
// no victim gets more than the loss was worth, over all assets: of each asset the
// share is at most that of its value in all.
func (m *making) byValue() {
	var rats []*big.Rat
	sum := new(big.Rat)
	for i, v := range m.values {
		if m.in[i] = v != nil; m.in[i] {
			sum.Add(sum, v)
		} else {
			v = new(big.Rat)
		}
		rats = append(rats, v)
	}
	if sum.Sign() == 0 {
		m.Lacks = "no loss has a value"
		return
	}
	weights := whole(rats)
	caps := m.capsByValue(rats)
	for i, c := range m.claims {
		if loss := c.Amount.Big(); c.Asset == m.asset && (caps[i] == nil || loss.Cmp(caps[i]) < 0) {
			caps[i] = loss
		}
	}
	d := divide(m.total, weights, caps)
	m.gets, m.full = d.parts, d.full
	m.Why, m.OutsideBy = "every loss that has a value is met", "their loss has no value stated, which is not 0"
}

// capsByValue returns the most that each may get by value; none where it is not
// stated what was recovered is worth.
func (m *making) capsByValue(values []*big.Rat) []*big.Int {
	caps, worth := make([]*big.Int, len(values)), new(big.Rat)
	for i := range m.sharing.Recovered {
		w := m.sharing.Recovered[i].Worth
		if w == nil {
			m.Rounding += " Not all that was recovered has a value stated, so shares are held against losses in the same asset alone."
			return caps
		}
		worth.Add(worth, rational(w))
	}
	if worth.Sign() == 0 {
		return caps
	}
	for i, v := range values {
		part := new(big.Rat).Quo(v, worth)
		part.Mul(part, new(big.Rat).SetInt(m.total))
		caps[i] = new(big.Int).Quo(part.Num(), part.Denom())
	}
	return caps
}

// limit returns how much more a victim may get: what is left of a loss in the same
// asset; nil for one in another asset, which the amounts cannot be held against.
func (m *making) limit(i int) *big.Int {
	if m.claims[i].Asset != m.asset {
		return nil
	}
	return new(big.Int).Sub(m.claims[i].Amount.Big(), m.gets[i])
}

// give adds to what a victim gets, up to the loss, and returns how much it was.
func (m *making) give(i int, amount *big.Int) *big.Int {
	if most := m.limit(i); most != nil && most.Cmp(amount) < 0 {
		amount, m.full[i] = most, true
	}
	m.gets[i].Add(m.gets[i], amount)
	return amount
}

// close writes the shares and closes the book.
func (m *making) close() {
	if m.Lacks != "" {
		m.Shares, m.Why, m.Outside, m.OutsideBy, m.Rounding = nil, "", nil, "", ""
		return
	}
	sum, unchecked, contested := new(big.Int), new(big.Int), new(big.Int)
	for i, c := range m.claims {
		if !m.in[i] {
			m.Outside = append(m.Outside, c.Victim)
			continue
		}
		sum.Add(sum, m.gets[i])
		if !c.Checked {
			unchecked.Add(unchecked, m.gets[i])
		}
		if c.Contested {
			contested.Add(contested, m.gets[i])
		}
		if c.Asset != m.asset && m.gets[i].Sign() > 0 {
			m.Unheld = append(m.Unheld, c.Victim)
		}
		m.Shares = append(m.Shares, Share{Victim: c.Victim, Also: c.Also, Amount: amountOf(m.gets[i]), Capped: m.full[i], Checked: c.Checked, Contested: c.Contested})
	}
	m.Surplus = amountOf(new(big.Int).Sub(m.total, sum))
	m.Unchecked, m.Contested = amountOf(unchecked), amountOf(contested)
	if len(m.Shares) == 0 {
		m.Why = "nobody who claims has a part in it"
	}
	if m.Surplus.IsZero() {
		m.Why = ""
	}
	if len(m.Outside) == 0 {
		m.OutsideBy = ""
	}
	m.Sum = amountOf(sum.Add(sum, m.Surplus.Big()))
	if m.Sum != m.Recovered {
		panic("distribution: a book does not add up") // every unit went to a share or to the surplus
	}
}

// zeros returns n numbers.
func zeros(n int) []*big.Int {
	list := make([]*big.Int, n)
	for i := range list {
		list[i] = new(big.Int)
	}
	return list
}

// whole returns whole numbers in the proportions of some fractions.
func whole(list []*big.Rat) []*big.Int {
	common := big.NewInt(1)
	for _, r := range list {
		gcd := new(big.Int).GCD(nil, nil, common, r.Denom())
		common.Mul(common, new(big.Int).Quo(r.Denom(), gcd))
	}
	out := make([]*big.Int, len(list))
	for i, r := range list {
		out[i] = new(big.Int).Mul(r.Num(), new(big.Int).Quo(common, r.Denom()))
	}
	return out
}

func unknownPolicy(name string) error {
	var names []string
	for _, d := range descriptions {
		names = append(names, string(d.Policy))
	}
	want := "one of " + strings.Join(names, ", ")
	if near := clew.Nearest(name, names); near != "" {
		want += "; did you mean " + near + "?"
	}
	return &clew.InputError{Field: "policy", Value: name, Want: want}
}
