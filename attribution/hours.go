package attribution

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
)

// Pause is how long nothing must be signed for a session to be over.
const Pause = clew.Time(6 * 3600)

// leastSessions is how many make a test. leastCrowd, leastSigners and leastDays are
// how many sessions of others, of how many of them and begun on how many days, make
// a day to compare with: an hour in which very many signed is no day.
const (
	leastSessions = 5
	leastCrowd    = 500
	leastSigners  = 50
	leastDays     = 7
)

// How it is known who signed.
const (
	byFees   = "who paid the fee"
	byMoves  = "who sent the coin: fees are not held, so that a contract's transfers can be among them"
	byValue  = "who sent the value: neither fees nor the coin are held, so that others may have signed"
	byCoins  = "whose coins were spent: times are those of blocks"
	onDay    = clew.Time(24 * 3600)
	weekdays = 7
)

// hours reads when the theft's own addresses signed, from the theft on.
func (b *maker) hours(ctx context.Context) error {
	own := map[clew.Address]bool{}
	for _, a := range b.own() {
		own[a] = true
	}
	at, signers, err := b.allSigned(ctx)
	if err != nil {
		return err
	}
	if len(at) == 0 {
		b.out.lack(ItemHours, "no transaction that the theft's own addresses signed is held with its time")
		return nil
	}
	b.out.Signed = minutesOf(at)
	signed := slices.Sorted(maps.Values(at))
	minutes, h := sessionsOf(signed)
	h.Signers = signers
	b.out.Hours = h
	if len(minutes) < leastSessions {
		b.out.lack(ItemHours, "fewer than 5 sessions: too few for a test against chance")
		return nil
	}
	h.Uniform = chanceOf(minutes, minutes, "a day of even hours", 0)
	others, err := b.crowd(ctx, own, signed[0])
	if err != nil {
		return err
	}
	byHour, n := others.day()
	if n == 0 {
		b.out.lack(ItemHours, "too few others signed on too few days in the ledgers walked: the test against their hours was not made")
		return nil
	}
	h.Others = chanceOf(minutes, evened(minutes, byHour), "the hours of others' sessions in the same ledgers from then on", n)
	return nil
}

// minutesOf returns the minutes of what was signed, the first [MaxSigned].
func minutesOf(at map[place]clew.Time) (minutes []clew.Time) {
	for where, t := range at {
		if !where.chain.IsBitcoin() {
			minutes = append(minutes, t-t%60)
		}
	}
	slices.Sort(minutes)
	minutes = slices.Compact(minutes)
	return minutes[:min(len(minutes), MaxSigned)]
}

// allSigned returns when the theft's own addresses signed, and how that is known:
// in the least certain of the ways by which it is.
func (b *maker) allSigned(ctx context.Context) (at map[place]clew.Time, signers string, err error) {
	at, signers = map[place]clew.Time{}, byFees
	for _, a := range b.own() {
		s := b.ledgerOf(a)
		if s == nil {
			continue
		}
		n := len(at)
		how, err := b.signed(ctx, s, a, at)
		if err != nil {
			return nil, "", err
		}
		if len(at) > n && how != byFees {
			signers = how
		}
	}
	return at, signers, nil
}

// signed notes when an address signed, a time for each transaction, from the theft
// on, and returns how that is known. A CoinJoin is when others chose to.
func (b *maker) signed(ctx context.Context, s ledger.Snapshot, a clew.Address, at map[place]clew.Time) (string, error) {
	rows, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: ledger.Out, Limit: mostRows}, nil)
	if err != nil {
		return "", err
	}
	ways := []signing{
		{byFees, func(r *ledger.Row) bool { return r.Pos.Class == clew.Fee }},
		{byMoves, func(r *ledger.Row) bool { return r.Pos.Class == clew.Native }},
		{byValue, func(r *ledger.Row) bool { return true }},
	}
	if a.Chain().IsBitcoin() {
		ways = []signing{{byCoins, func(r *ledger.Row) bool { _, join := b.joined[place{a.Chain(), r.Pos}]; return !join }}}
	}
	for _, by := range ways {
		found := false
		for i := range rows {
			r := &rows[i]
			if by.is(r) && r.Time.Known() && r.Time >= b.out.Begun && !b.late(r.Time) {
				at[place{a.Chain(), clew.Pos{Height: r.Pos.Height, Index: r.Pos.Index}}] = r.Time
				found = true
			}
		}
		if found {
			return by.how, nil
		}
	}
	return "", nil
}

// A signing is a way to tell that an address signed.
type signing struct {
	how string
	is  func(*ledger.Row) bool
}

// Zones says which offsets from UTC would put a mean minute into the middle of a
// working day, half past one, give or take three hours: several always do.
func Zones(mean int) (least, most int) {
	const middle, spread = 13*60 + 30, 3 * 60
	offset := (middle - mean + minutesOfDay) % minutesOfDay
	if offset > 14*60 {
		offset -= minutesOfDay
	}
	return (offset - spread) / 60, (offset + spread) / 60
}

// byOrder compares events in time.
func byOrder(a, b event) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(slices.Index(StepKinds(), a.kind), slices.Index(StepKinds(), b.kind)))
}
