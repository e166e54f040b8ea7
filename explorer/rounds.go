package explorer

import (
	"context"
	"errors"

	"clew"
)

// MaxRounds is how many rounds a walk may take at most.
const MaxRounds = 100

// A Walk is made over what is held, and returns the addresses whose history it
// lacks, the most wanted first.
type Walk func(ctx context.Context) (wanted []clew.Address, err error)

// Rounds walks, fetches what the walk wants, and walks again over what is held
// then, until nothing new is wanted, the budget is spent, or rounds have passed.
// The report says how it ended; what was committed stays.
//
// While the budget may not have room for all that is wanted, a round fetches the
// most wanted alone, as many as leave the rounds after it as much: what they lead
// to may be wanted more than the rest.
//
// When the context ends, so do the rounds; that is in the report, and no error.
func (f *Filler) Rounds(ctx context.Context, rounds int, walk Walk) error {
	rounds = min(rounds, MaxRounds)
	for n := 0; ; n++ {
		wanted, err := walk(ctx)
		if f.ended(ctx) || err != nil {
			return ignoreEnd(ctx, err)
		}
		missing, err := f.missing(ctx, wanted)
		switch {
		case f.ended(ctx) || err != nil:
			return ignoreEnd(ctx, err)
		case len(missing) == 0:
			f.report.Ended = EndedHeld
			return nil
		case f.Budget.Left() == 0 || n >= rounds:
			f.report.Ended = EndedRounds
			if f.Budget.Left() == 0 {
				f.report.Ended = EndedBudget
			}
			for _, h := range missing {
				f.report.Left = append(f.report.Left, Left{Address: h.address, Why: string(f.report.Ended)})
			}
			return nil
		}
		if _, err := f.Fill(ctx, f.affordable(missing, rounds-n)); f.ended(ctx) || err != nil {
			return ignoreEnd(ctx, err)
		}
	}
}

// fewCalls is how many calls a history takes at least, where there are lists of
// several kinds to be asked for.
const fewCalls = 3

// affordable returns those addresses, of the most wanted first, that a round
// fetches which has so many rounds left, itself among them.
func (f *Filler) affordable(missing []hole, rounds int) []clew.Address {
	n, left := len(missing), f.Budget.Left()
	if rounds > 1 && int64(n)*forEach > left {
		n = min(n, max(1, int(left/int64(fewCalls*rounds))))
	}
	first := make([]clew.Address, n)
	for i := range first {
		first[i] = missing[i].address
	}
	return first
}

// ended notes that the context has ended.
func (f *Filler) ended(ctx context.Context) bool {
	if ctx.Err() != nil {
		f.report.Ended = EndedInterrupted
	}
	return ctx.Err() != nil
}

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}
