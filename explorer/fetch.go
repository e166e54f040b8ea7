package explorer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"clew"
	"clew/remote"
)

// Calls of which several addresses at once can be sure: beyond, which of them
// the budget has room for would be left to chance.
const (
	atOnce  = 4
	forEach = 12
)

// fetch fetches histories, each in its place.
func (f *Filler) fetch(ctx context.Context, missing []hole) []*History {
	histories := make([]*History, len(missing))
	whys := make([]string, len(missing))
	for next := 0; next < len(missing); {
		n := 1
		if f.Budget.Left() >= atOnce*forEach {
			n = min(atOnce, len(missing)-next)
		}
		var batch sync.WaitGroup
		for i := next; i < next+n; i++ {
			batch.Go(func() { histories[i], whys[i] = f.one(ctx, missing[i]) })
		}
		batch.Wait()
		next += n
		if f.Tell != nil {
			f.Tell(Step{Round: f.report.Rounds, Fetched: next, Wanted: len(missing), Left: f.Budget.Left()})
		}
	}
	for i, why := range whys {
		if why != "" {
			f.report.Left = append(f.report.Left, Left{Address: missing[i].address, Why: why})
		}
	}
	return histories
}

// one fetches one history from the first service that gives it, with the answers
// of those that failed before. It says why something is missing.
func (f *Filler) one(ctx context.Context, h hole) (*History, string) {
	w := clew.Window{From: h.window.From, To: f.until}
	var whys []string
	failed := &History{} // what came before each fault is kept as evidence, and held as nothing
	for _, s := range f.Services {
		if ctx.Err() != nil {
			return failed, string(EndedInterrupted)
		}
		if f.Budget.Left() == 0 {
			return failed, string(EndedBudget)
		}
		history, err := f.history(ctx, s, h.address, w)
		failed.Answers = append(failed.Answers, history.Answers...)
		if err == nil || errors.Is(err, remote.ErrBudget) && ctx.Err() == nil {
			history.Answers = failed.Answers
			if err != nil {
				return history, history.cutShort(h.address, f.until)
			}
			return history, ""
		}
		if ctx.Err() != nil {
			return failed, string(EndedInterrupted)
		}
		whys = append(whys, err.Error())
	}
	return failed, strings.Join(whys, "; ")
}

// history asks a service for a history, if it has read the chain that far.
func (f *Filler) history(ctx context.Context, s Service, a clew.Address, w clew.Window) (*History, error) {
	if err := f.reaches(ctx, s); err != nil {
		return &History{}, err
	}
	history, err := s.History(ctx, a, w)
	if history == nil {
		history = &History{}
	}
	return history, err
}

// reaches asks a service once whether it has read the chain up to where histories
// end: what one that lags does not list would count as held. One that gave a
// history up to there before has.
func (f *Filler) reaches(ctx context.Context, s Service) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err, known := f.level[s.Name()]; known {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if head.Height+1 < f.until {
		err = fmt.Errorf("%s: it has read the chain up to block %d, and histories end with block %d", s.Name(), head.Height, f.until-1)
	}
	f.level[s.Name()] = err
	return err
}

// noteCut is the note of the gap after what is held of a history that the budget
// cut, up to where it was asked for.
const noteCut = "the budget of calls was spent before it was read"

// cutShort says how much is held of what the budget cut, and what is not.
func (h *History) cutShort(a clew.Address, until uint64) string {
	if len(h.Coverage.Held) == 0 {
		return string(EndedBudget)
	}
	end := h.Coverage.Held[0].Window.To
	if rest := (clew.Window{From: end, To: until}); !rest.Empty() {
		h.lacks(clew.Gap{Kind: clew.GapHistory, Address: a, Window: rest, Note: noteCut})
	}
	return string(EndedBudget) + "; held before block " + strconv.FormatUint(end, 10)
}
