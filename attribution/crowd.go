package attribution

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/ledger"
)

// errEnough ends a sweep at the most transfers.
var errEnough = errors.New("enough was read")

// A crowd is when others signed, by who they are, in order.
type crowd map[clew.Address][]clew.Time

// crowd reads when others signed, from a time on.
func (b *maker) crowd(ctx context.Context, own map[clew.Address]bool, since clew.Time) (crowd, error) {
	others := crowd{}
	for _, s := range b.Ledgers {
		read := 0
		err := s.Sweep(ctx, b.firstAt(s.Chain()), func(c *ledger.Chunk) error {
			for i := range c.Len() {
				if read++; read > mostSwept {
					return errEnough
				}
				t, err := c.Rest.Transfer(i)
				if err != nil {
					return err
				}
				known := func(l clew.Leg) bool { return own[l.Address] || b.victim[l.Address] || b.ends[l.Address] != "" }
				if from := signerOf(&t); t.Time >= since && !b.late(t.Time) && !from.IsZero() && !slices.ContainsFunc(t.From, known) {
					others[from] = append(others[from], t.Time)
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
	}
	return others, nil
}

// signerOf returns who signed for a transfer, as far as it shows: nobody where it does
// not.
func signerOf(t *clew.Transfer) clew.Address {
	if t.Pos.Class == clew.Log || t.Pos.Class == clew.BlockLevel || len(t.From) != 1 && !t.Asset.Chain().IsBitcoin() || len(t.From) == 0 {
		return clew.Address{}
	}
	return t.From[0].Address
}

// day counts the sessions of others by hour, as the theft's own are counted: hours
// alone would lie wider than sessions do, and make those look gathered. Where they
// are too few, or of too few days, there is none.
func (c crowd) day() (byHour []int, sessions int) {
	byHour = make([]int, 24)
	begun := map[clew.Time]bool{}
	for _, signed := range c {
		slices.Sort(signed)
		_, h := sessionsOf(signed)
		for i, n := range h.ByHour {
			byHour[i] += n
		}
		sessions += h.Sessions
		for _, t := range signed {
			begun[t/onDay] = true
		}
	}
	if sessions < leastCrowd || len(c) < leastSigners || len(begun) < leastDays {
		return nil, 0
	}
	for i := range byHour {
		byHour[i]++ // an hour that nobody was seen in is no hour that there is not
	}
	return byHour, sessions
}

// firstAt returns the position of the first of the theft's transfers on a chain.
func (b *maker) firstAt(chain clew.Chain) clew.Pos {
	var first clew.Pos
	found := false
	for i := range b.Trace.Uses {
		u := &b.Trace.Uses[i]
		if u.Transfer.Asset.Chain() == chain && (!found || u.Transfer.Pos.Before(first)) {
			first, found = u.Transfer.Pos, true
		}
	}
	return first
}
