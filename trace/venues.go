package trace

import (
	"context"

	"clew"
	"clew/launder"
)

// maxVenues is how many venues are named of one swap.
const maxVenues = 16

// venuesOf names the venues of a swap that the walk found: who logged like one in its
// transaction, in the order of the chain. It is asked when the walk is over, and no
// step of it depends on it.
func (w *walk) venuesOf(ctx context.Context, c *crossing) ([]launder.Venue, error) {
	if c.conversion.By != launder.NetBalanceChange || len(c.near) == 0 {
		return nil, nil
	}
	v, place := c.nearView, envelopeOf(c.near[0].pos)
	if !v.snapshot.ActSpan().Has(place.height) {
		return nil, nil
	}
	acts, _, err := v.snapshot.Acts(ctx, place.acts(maxVenues, clew.Venue), nil)
	var venues []launder.Venue
	for i := range acts {
		venues = append(venues, launder.Venue{Contract: acts[i].On, LogsAs: acts[i].Detail})
	}
	return venues, err
}
