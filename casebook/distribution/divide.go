package distribution

import (
	"math/big"
	"slices"

	"clew"
)

// divided is a total that was shared among parts with weights.
type divided struct {
	parts []*big.Int
	full  []bool   // which met their caps, and would have got more
	rest  *big.Int // what no part could take
}

// divide shares total in proportion to weights, none negative. No part gets more
// than its cap, where caps has one; what a cap leaves goes to the others, in
// proportion too. Parts are rounded down, and the units that are left go one each to
// the largest remainders, of equal ones to the first.
func divide(total *big.Int, weights, caps []*big.Int) divided {
	d := divided{make([]*big.Int, len(weights)), make([]bool, len(weights)), new(big.Int).Set(total)}
	var open []int
	for i, w := range weights {
		d.parts[i] = new(big.Int)
		if w.Sign() > 0 {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		sum := sumOf(weights, open)
		over := slices.DeleteFunc(slices.Clone(open), func(i int) bool { return !exceeds(d.rest, weights[i], sum, capOf(caps, i)) })
		if len(over) == 0 {
			break
		}
		for _, i := range over {
			d.parts[i].Set(caps[i])
			d.full[i] = true
			d.rest.Sub(d.rest, caps[i])
		}
		open = slices.DeleteFunc(open, func(i int) bool { return d.full[i] })
	}
	d.last(weights, open)
	return d
}

// last shares the rest among parts whose caps it does not exceed.
func (d *divided) last(weights []*big.Int, open []int) {
	if len(open) == 0 {
		return
	}
	sum, total := sumOf(weights, open), new(big.Int).Set(d.rest)
	remainders := map[int]*big.Int{}
	for _, i := range open {
		product := new(big.Int).Mul(total, weights[i])
		remainders[i] = new(big.Int)
		d.parts[i].QuoRem(product, sum, remainders[i])
		d.rest.Sub(d.rest, d.parts[i])
	}
	slices.SortStableFunc(open, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range open {
		if d.rest.Sign() == 0 {
			return
		}
		d.parts[i].Add(d.parts[i], one)
		d.rest.Sub(d.rest, one)
	}
}

var one = big.NewInt(1)

// exceeds reports whether total·weight/sum is more than a cap; nil: there is none.
func exceeds(total, weight, sum, limit *big.Int) bool {
	return limit != nil && new(big.Int).Mul(total, weight).Cmp(new(big.Int).Mul(limit, sum)) > 0
}

func capOf(caps []*big.Int, i int) *big.Int {
	if caps == nil {
		return nil
	}
	return caps[i]
}

func sumOf(list []*big.Int, at []int) *big.Int {
	sum := new(big.Int)
	for _, i := range at {
		sum.Add(sum, list[i])
	}
	return sum
}

// amountOf returns a number that is known to be an amount, such as a part of one.
func amountOf(n *big.Int) clew.Amount {
	a, ok := clew.AmountBytes(n.Bytes())
	if !ok || n.Sign() < 0 {
		panic("distribution: " + n.String() + " is no amount") // a part of an amount is one
	}
	return a
}
