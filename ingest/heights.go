package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"clew"
)

// A footing says what the heights of a chain's transfers are. A ledger of a
// chain has one: times among blocks would put transfers in an order that never
// was, and one transfer from two sources would be held twice.
type footing uint8

const (
	onNothing footing = iota // nothing is held, or it is not known yet
	onBlocks                 // the chain's own heights
	onTimes                  // made up: stated times in seconds
)

// timesMin is the least height that may be a time in seconds: of 2004, before
// any chain, and far above the heights of all.
const timesMin = 1 << 30

// footingOf returns what a chain's ledger, or what a set adds to it, stands on.
func footingOf(c *clew.Coverage) footing {
	if slices.ContainsFunc(c.Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHeight }) {
		return onTimes
	}
	tied := slices.ContainsFunc(c.Gaps, func(g clew.Gap) bool { return !g.Window.Empty() })
	if len(c.Whole) > 0 || len(c.Held) > 0 || tied {
		return onBlocks
	}
	return onNothing
}

// footings returns what the ledgers of a sink stand on.
func footings(ctx context.Context, sink Sink) (map[clew.Chain]footing, error) {
	held, err := sink.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	on := map[clew.Chain]footing{}
	for _, c := range held {
		on[c.Chain] = footingOf(c)
	}
	return on, nil
}

// checkFootings reports which set cannot go into a ledger that holds blocks,
// or times, or with an earlier set. Sets whose rows say their chain are left
// to [session.stand].
func checkFootings(sets []Set, held map[clew.Chain]footing, opt *Options) error {
	held = maps.Clone(held)
	first := map[clew.Chain]string{} // the set that decided
	for i := range sets {
		s := &sets[i]
		if s.format.stands == nil {
			continue
		}
		chain, on := s.format.stands(s, opt)
		if on == onNothing {
			continue
		}
		if err := opt.checkChain(s.Name, chain); err != nil {
			return err
		}
		if err := checkWhole(s.Name, on, opt); err != nil {
			return err
		}
		switch held[chain] {
		case onNothing:
			held[chain], first[chain] = on, s.Name
		case on:
		default:
			return otherFooting(s.Name, chain, on, first[chain])
		}
	}
	return nil
}

// otherFooting is the error of rows that do not fit a ledger, or an earlier
// set, that stands on the other thing.
func otherFooting(set string, chain clew.Chain, on footing, earlier string) error {
	rows, have := "state heights", "is in the order of stated times, without heights"
	if on == onTimes {
		rows, have = "state no heights", "has blocks"
	}
	ledger := fmt.Sprintf("this ledger of %s %s", chain.Name(), have)
	if earlier != "" {
		ledger = fmt.Sprintf("%s, for the same ledger of %s, does", earlier, chain.Name())
		if on == onBlocks {
			ledger += " not"
		}
	}
	return &clew.InputError{Field: set, Want: fmt.Sprintf("a ledger of its own, with --ledger DIR: its rows %s, and %s", rows, ledger)}
}

// checkWhole reports that blocks cannot be held whole where there are none.
func checkWhole(set string, on footing, opt *Options) error {
	if on == onTimes && !opt.Whole.Empty() {
		return &clew.InputError{Field: "whole", Value: opt.Whole.String(), Want: fmt.Sprintf("files with heights, for --whole A-B counts blocks; the rows of %s state none", set)}
	}
	return nil
}

// checkChain reports that a set is of another chain than the one told.
func (o *Options) checkChain(set string, chain clew.Chain) error {
	if o.told && chain != o.Chain {
		return &clew.InputError{Field: "chain", Value: o.Chain.Name(), Want: fmt.Sprintf("%s, which the rows of %s are of; leave --chain out for files that say their chain", chain.Name(), set)}
	}
	return nil
}

// footing returns what a fact of the set stands on. Clew's own files do not say,
// but a height that is the time in seconds was made up.
func (s *session) footing(height uint64, time clew.Time) footing {
	if s.timed || height >= timesMin && height == uint64(time) {
		return onTimes
	}
	return onBlocks
}

// stand notes what a flow stands on, and reports why it cannot.
func (s *session) stand(f *flow, on footing) error {
	chain := f.lane.chain
	if held := s.footings[chain]; held != onNothing && held != on {
		return otherFooting(s.set.Name, chain, on, "")
	}
	if own := s.stands[chain]; own != onNothing && own != on {
		return &clew.InputError{Field: s.set.Name, Want: "rows of " + chain.Name() + " that all state heights, or none: some of these are times in seconds"}
	}
	if err := checkWhole(s.set.Name, on, s.opt); err != nil {
		return err
	}
	s.stands[chain], f.footing = on, on
	if len(s.stands) > 1 && !s.opt.Whole.Empty() {
		return &clew.InputError{Field: "whole", Value: s.opt.Whole.String(), Want: "files of one chain, for --whole A-B counts its blocks"}
	}
	return nil
}
