package trace

import (
	"context"
	"math"
	"slices"

	"clew"
	"clew/ledger"
)

// widestActs is over how many heights acts are looked for at once, at most.
const widestActs = 64

// actPlaces are the transactions of a view that have acts by which bridges are found,
// of a stretch of the chain that was looked at. A walk that takes one transaction after
// another looks at wider and wider stretches, so that it need not ask for each; one that
// leaps asks for the transaction alone.
type actPlaces struct {
	from, until envelope // until itself is not in it
	places      []envelope
	heights     uint64 // wide; 0: one transaction
	page        []clew.Act
}

// after returns the place of the transaction that could come next.
func (e envelope) after() envelope {
	if e.index == math.MaxUint32 {
		return envelope{e.height + 1, 0}
	}
	return envelope{e.height, e.index + 1}
}

// hasActs reports whether a transaction has acts by which bridges are found. What is
// looked at beside it is not counted, for it depends on the way of the walk.
func (v *view) hasActs(ctx context.Context, place envelope) (bool, error) {
	a := &v.acts
	if place.compare(a.from) < 0 || place.compare(a.until) >= 0 {
		if err := a.look(ctx, v, place); err != nil {
			*a = actPlaces{}
			return false, err
		}
	}
	_, found := slices.BinarySearchFunc(a.places, place, envelope.compare)
	return found, nil
}

// look looks at the stretch that begins, on the way of the walk, with a transaction.
func (a *actPlaces) look(ctx context.Context, v *view, place envelope) error {
	near := place.height >= a.until.height && place.height-a.until.height <= 1
	if v.backward {
		near = place.height <= a.from.height && a.from.height-place.height <= 1
	}
	switch {
	case !near || a.until == envelope{}:
		a.heights = 0
	case a.heights == 0:
		a.heights = 1
	default:
		a.heights = min(2*a.heights, widestActs)
	}
	a.from, a.until = place, place.after()
	switch {
	case a.heights > 0 && v.backward:
		a.from = envelope{place.height - min(a.heights-1, place.height), 0}
	case a.heights > 0:
		a.until = envelope{place.height + a.heights, 0}
	}
	q := ledger.ActQuery{Kinds: bridgeKinds[:], Limit: mostActs, Newest: v.backward,
		From: clew.Pos{Height: a.from.height, Index: a.from.index}, Until: clew.Pos{Height: a.until.height, Index: a.until.index}}
	page, more, err := v.snapshot.Acts(ctx, q, a.page[:0])
	if err != nil {
		return err
	}
	a.keep(page, more, v.backward)
	return nil
}

// keep keeps the places of a page of acts. If there are more, the stretch ends where the
// page does.
func (a *actPlaces) keep(page []clew.Act, more, backward bool) {
	a.page, a.places = page, a.places[:0]
	for i := range page {
		if at := envelopeOf(page[i].Pos); len(a.places) == 0 || a.places[len(a.places)-1] != at {
			a.places = append(a.places, at)
		}
	}
	if backward {
		slices.Reverse(a.places)
	}
	switch {
	case !more:
	case backward:
		a.from = a.places[0]
	default:
		a.until = a.places[len(a.places)-1].after()
	}
}
