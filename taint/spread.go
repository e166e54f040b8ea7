package taint

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/holiman/uint256"

	"clew"
)

// Spread divides total over weights in proportion, in whole units. Rounding
// "spread": the parts sum to total, and no part exceeds its weight if total
// does not exceed their sum; units lost to rounding go to the parts with the
// largest remainders, ties to the lower index, so the result depends on nothing
// but the arguments.
//
// It panics if the weights sum to more than 2^256-1, or to zero while total is
// not: the parts of a transfer never do.
func Spread(total clew.Amount, weights []clew.Amount) []clew.Amount {
	parts := make([]clew.Amount, len(weights))
	sum, fits := clew.Sum(weights...)
	switch {
	case !fits:
		panic("taint: weights exceed 256 bits")
	case total.IsZero():
		return parts
	case sum.IsZero():
		panic("taint: value with nowhere to go")
	}
	remainders := make([]uint256.Int, len(weights))
	wide, wideSum := uint256.Int(total.Limbs()), uint256.Int(sum.Limbs())
	left := total
	for i, w := range weights {
		parts[i] = portion(total, w, sum)
		left = left.Minus(parts[i])
		remainders[i] = remainder(&wide, w, parts[i], &wideSum)
	}
	n, _ := left.Uint64() // fewer than there are weights
	for _, i := range largest(remainders, int(n)) {
		parts[i] = parts[i].Plus(clew.Units(1))
	}
	return parts
}

// remainder returns total·weight - part·sum. It is less than sum, so both
// products may be cut to 256 bits.
func remainder(total *uint256.Int, weight, part clew.Amount, sum *uint256.Int) uint256.Int {
	product, whole := uint256.Int(weight.Limbs()), uint256.Int(part.Limbs())
	product.Mul(&product, total)
	whole.Mul(&whole, sum)
	product.Sub(&product, &whole)
	return product
}

// largest returns the indexes of the n largest remainders, ties to the lower
// index, in no order. It parts the indexes around one of them, over and over on
// the side that the n-th is on, and sorts what is left if that goes badly.
func largest(remainders []uint256.Int, n int) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	compare := func(a, b int) int { return cmp.Or(remainders[b].Cmp(&remainders[a]), cmp.Compare(a, b)) }
	low, high := 0, len(order) // the n-th lies between
	for range 2 * bits.Len(uint(len(order))) {
		if n <= low || n >= high {
			return order[:n]
		}
		middle, last := low+(high-low)/2, high-1
		order[middle], order[last] = order[last], order[middle]
		border := low
		for i := low; i < last; i++ {
			if compare(order[i], order[last]) < 0 {
				order[i], order[border] = order[border], order[i]
				border++
			}
		}
		order[border], order[last] = order[last], order[border]
		if n <= border {
			high = border
		} else {
			low = border + 1
		}
	}
	slices.SortFunc(order[low:high], compare)
	return order[:n]
}

// portion returns total·weight/sum rounded down; weight is at most sum, which
// is not zero.
func portion(total, weight, sum clew.Amount) clew.Amount {
	switch {
	case total == sum:
		return weight // the basis of a run that crossed no conversion
	case total.IsZero() || weight.IsZero():
		return clew.Amount{}
	}
	p, ok := total.MulDiv(weight, sum)
	if !ok {
		panic("taint: a portion exceeds the total")
	}
	return p
}

// spreadCapped divides total over weights in proportion, but gives none more
// than its cap: what one cannot take, the others share by their weights. The
// caps sum to total or more. Within each round it rounds as [Spread] does.
func spreadCapped(total clew.Amount, weights, caps []clew.Amount) []clew.Amount {
	parts := make([]clew.Amount, len(weights))
	open := make([]int, 0, len(weights))
	for i := range weights {
		if !caps[i].IsZero() {
			open = append(open, i)
		}
	}
	for !total.IsZero() {
		proposed := Spread(total, pick(weights, caps, open))
		var still []int
		for k, i := range open {
			if proposed[k].Cmp(caps[i]) >= 0 {
				parts[i], total = caps[i], total.Minus(caps[i])
			} else {
				still = append(still, i)
			}
		}
		if len(still) == len(open) {
			for k, i := range open {
				parts[i] = proposed[k]
			}
			return parts
		}
		open = still
	}
	return parts
}

// pick returns the weights of those still open: their caps if all their
// weights are zero, and smaller ones in proportion if they sum to more than
// 256 bits.
func pick(weights, caps []clew.Amount, open []int) []clew.Amount {
	picked := make([]clew.Amount, len(open))
	for k, i := range open {
		picked[k] = weights[i]
	}
	sum, fits := clew.Sum(picked...)
	for k, i := range open {
		switch {
		case !fits:
			picked[k] = portion(picked[k], clew.Units(1), clew.Units(uint64(len(open))))
		case sum.IsZero():
			picked[k] = caps[i]
		}
	}
	return picked
}
