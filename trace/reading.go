package trace

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// A Reading is what a token's contract says that an address holds after a block: a
// claim of the contract, as a node gave it. Where it is not what the transfers come
// to, the balance changed without one, and the walk follows that: see [Adjustment].
type Reading struct {
	clew.Pot
	Block  clew.BlockRef `json:"block"` // after it
	Says   clew.Amount   `json:"says"`
	Source string        `json:"source"` // who was asked, such as a node's host
}

// Bounds on readings: how many a walk takes, how much one can say, and how many
// transfers a pot can have on each side for its history to be held against them.
const (
	MaxReadings    = 1 << 14
	maxReadingBits = 240
	maxReadRows    = 1 << 17
)

// MaxReading is the most that a reading can say. No book of it leaves 256 bits.
func MaxReading() clew.Amount {
	most := clew.MaxAmount
	for range 256 - maxReadingBits {
		most, _ = most.MulDiv(clew.Units(1), clew.Units(2))
	}
	return most
}

// An Adjustment is a reading that is not what the transfers, and the readings
// before, come to, and what was done about it: an inference from the reading. It
// is held to have happened at the end of the reading's block, or for a fee with
// the transfers that the block brought.
type Adjustment struct {
	Reading
	Kind AdjustmentKind `json:"kind"`
	Held clew.Amount    `json:"held"` // what the pot had by transfers and the readings before
	Was  clew.Amount    `json:"was"`  // of it marked; for a fee, of what was brought
	Is   clew.Amount    `json:"is"`   // marked afterwards
}

// An AdjustmentKind says what was done about a reading.
type AdjustmentKind string

// The kinds of adjustment.
const (
	ScaledUp    AdjustmentKind = "scaled up"    // the token raised the balance: all that was there is more
	ScaledDown  AdjustmentKind = "scaled down"  // the token lowered it: all that was there is less, and stands for as much
	FeeKept     AdjustmentKind = "token fee"    // the token kept a part of what the block brought
	Emptied     AdjustmentKind = "emptied"      // nothing is left: what was marked is booked as token fee
	Made        AdjustmentKind = "made"         // there was nothing to scale: what appeared is clean
	ThereBefore AdjustmentKind = "there before" // the history before is not held: what was there more is clean
)

// check reports a reading that cannot be one.
func (r *Reading) check(last uint64) error {
	wrong := func(value, want string) error {
		return &clew.InputError{Field: "reading", Value: value, Want: want}
	}
	switch {
	case r.Address.IsZero() || r.Asset.Contract().IsZero() || !r.Asset.IsFungible() || r.Address.Chain() != r.Asset.Chain():
		return wrong(r.Asset.String(), "a fungible token and an address on its chain")
	case r.Source == "":
		return wrong(r.Address.Text(), "a source: who was asked")
	case r.Block.Height > last:
		return wrong(fmt.Sprint(r.Block.Height), fmt.Sprintf("a block up to %d, the last that is held", last))
	case MaxReading().Less(r.Says):
		return wrong(r.Says.String(), fmt.Sprintf("a balance of at most %d bits", maxReadingBits))
	}
	return nil
}

// readings returns those of the question by pot, in order of their blocks. Walks
// backward use none.
func (w *walk) readings() (map[clew.Pot][]Reading, error) {
	byPot := map[clew.Pot][]Reading{}
	if n := len(w.in.Readings); n > MaxReadings {
		return nil, &clew.InputError{Field: "readings", Value: fmt.Sprint(n), Want: fmt.Sprintf("at most %d", MaxReadings)}
	}
	for i := range w.in.Readings {
		r := &w.in.Readings[i]
		v, err := w.viewOf(r.Asset.Chain())
		if err != nil {
			return nil, err
		}
		if err := r.check(v.snapshot.AsOf().Height); err != nil {
			return nil, err
		}
		byPot[r.Pot] = append(byPot[r.Pot], *r)
	}
	for id, list := range byPot {
		slices.SortFunc(list, func(a, b Reading) int { return cmp.Compare(a.Block.Height, b.Block.Height) })
		for i := 1; i < len(list); i++ {
			if list[i].Block.Height == list[i-1].Block.Height {
				return nil, &clew.InputError{Field: "reading", Value: id.Address.Text(), Want: fmt.Sprintf("one for each block; there are two of %d", list[i].Block.Height)}
			}
		}
	}
	if w.backward {
		return nil, nil
	}
	return byPot, nil
}

// adjustments returns what was done about the readings of the pots that value was
// followed through.
func (w *walk) adjustments() []Adjustment {
	var list []Adjustment
	for id, s := range w.said {
		if p := w.pots[id]; p == nil || p.stop != "" {
			continue
		}
		for i := range s.points {
			if a := s.points[i]; a.Kind != "" && !w.beyond(a.Block.Time) {
				list = append(list, a)
			}
		}
	}
	slices.SortFunc(list, func(a, b Adjustment) int {
		return cmp.Or(compareAssets(a.Asset, b.Asset), cmp.Compare(a.Block.Height, b.Block.Height), compareAddresses(a.Address, b.Address))
	})
	return list
}
