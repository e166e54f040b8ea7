package attribution

import (
	"cmp"
	"context"
	"errors"
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
	onDay    = clew.Time(24 * 3600)
	weekdays = 7
)

// hours reads when the theft's own addresses signed, from the theft on.
func (b *maker) hours(ctx context.Context) error {
	own := map[clew.Address]bool{}
	var signed []clew.Time
	signers := byFees
	for _, a := range b.own() {
		own[a] = true
		s := b.ledgerOf(a)
		if s == nil {
			continue
		}
		times, how, err := b.signed(ctx, s, a)
		if err != nil {
			return err
		}
		if signed = append(signed, times...); len(times) > 0 && how != byFees {
			signers = how
		}
	}
	if len(signed) == 0 {
		b.out.lack(ItemHours, "no transaction that the theft's own addresses signed is held with its time")
		return nil
	}
	slices.Sort(signed)
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

// signed returns when an address signed, a time for each transaction, from the
// theft on, and how that is known.
func (b *maker) signed(ctx context.Context, s ledger.Snapshot, a clew.Address) ([]clew.Time, string, error) {
	rows, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: ledger.Out, Limit: mostRows}, nil)
	if err != nil {
		return nil, "", err
	}
	for _, by := range []struct {
		how string
		is  func(*ledger.Row) bool
	}{
		{byFees, func(r *ledger.Row) bool { return r.Pos.Class == clew.Fee }},
		{byMoves, func(r *ledger.Row) bool { return r.Pos.Class == clew.Native }},
		{byValue, func(r *ledger.Row) bool { return true }},
	} {
		var times []clew.Time
		var last clew.Pos // of the transaction that was taken last
		for i := range rows {
			r := &rows[i]
			again := len(times) > 0 && r.Pos.Height == last.Height && r.Pos.Index == last.Index
			if by.is(r) && !again && r.Time.Known() && r.Time >= b.out.Begun {
				times, last = append(times, r.Time), r.Pos
			}
		}
		if len(times) > 0 {
			return times, by.how, nil
		}
	}
	return nil, "", nil
}

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
				if from := signerOf(&t); t.Time >= since && !from.IsZero() && !own[from] && !b.victim[from] && b.ends[from] == "" {
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
	if t.Pos.Class == clew.Log || t.Pos.Class == clew.BlockLevel || len(t.From) != 1 {
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
