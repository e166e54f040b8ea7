package trace

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"clew"
	"clew/ledger"
)

// A PathQuery asks for ways from one address to another.
type PathQuery struct {
	Asset  clew.Asset // of which the paths are; none: of any one asset
	Since  clew.Pos   // the first transfer is at this position or after
	Limits Limits     // a zero field stands for its default; transfers, on Bitcoin steps, at or below Dust are left out
	Best   int        // paths of each kind, 1 to MaxPaths; 0: 3
	Namer  Namer      // paths do not lead through the stops that it names
}

// MaxPaths is how many paths of each kind may be asked for.
const MaxPaths = 20

// A PathResult has the best paths between two addresses. That a path exists
// says that value could have gone that way, not that it did: a trace with a
// named policy says how much.
type PathResult struct {
	From    clew.Address `json:"from"`
	To      clew.Address `json:"to"`
	Widest  []Path       `json:"widest"`   // by the smallest of their amounts, largest first
	Soonest []Path       `json:"earliest"` // by when they arrive
	AsOf    AsOf         `json:"asOf"`
	Gaps    []clew.Gap   `json:"gaps,omitempty"`
	Limits  []LimitHit   `json:"limitsHit,omitempty"`
	Partial bool         `json:"partial"` // interrupted before it was done
	Work    Work         `json:"work"`
}

// A Path is a way in time: each transfer comes after the one before it.
type Path struct {
	Transfers []clew.Transfer `json:"transfers"`
	Steps     []Step          `json:"steps,omitempty"` // on Bitcoin, how it goes through each of them
	Asset     clew.Asset      `json:"asset"`
	Width     clew.Amount     `json:"width"`   // of the weakest link
	Weakest   int             `json:"weakest"` // its index, the first of several
	Left      clew.Time       `json:"left,omitzero"`
	Arrived   clew.Time       `json:"arrived,omitzero"`
}

// A Step is how a path goes through a Bitcoin transaction: by an input that
// spends one output, to an output that the transaction pays. The chain does not
// say which input paid which output, only that no more than the smaller of the
// two can have gone that way.
type Step struct {
	From   clew.Address `json:"from"`   // where the output lay that is spent
	Input  uint32       `json:"input"`  // index among what the transaction spends
	Spends clew.Amount  `json:"spends"` // of that output
	To     clew.Address `json:"to"`
	Output uint32       `json:"output"` // index among what the transaction pays
	Pays   clew.Amount  `json:"pays"`
}

// Width returns the most that can have gone by a step.
func (s *Step) Width() clew.Amount { return s.Spends.Min(s.Pays) }

// Paths finds the best temporal paths from one address to another, looking at
// transfers in chain order from those that the first sent. It goes no further
// than the limits, and through no stop and no address of too high a degree.
//
// On a chain of accounts a path meets no address twice. On Bitcoin it goes from
// output to output: it begins with an input known to be of the first address,
// ends where it first comes to the other, and never comes back to the first;
// on its way it may come to an address again, for another output is another
// pot. An output that nothing held spends leads nowhere.
//
// Among paths of the same width those that arrive sooner come first, and then
// those of fewer transfers. A mistake in the question is a *clew.InputError;
// that there is no path is none, and leaves both lists empty.
func Paths(ctx context.Context, snapshot ledger.Snapshot, from, to clew.Address, q PathQuery) (*PathResult, error) {
	s, err := newSearch(snapshot, from, to, q)
	if err != nil {
		return nil, err
	}
	arrived, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	return s.result(context.WithoutCancel(ctx), arrived)
}

// A search looks for paths.
type search struct {
	*walk
	view     *view
	from, to clew.Address
	query    PathQuery
}

func newSearch(snapshot ledger.Snapshot, from, to clew.Address, q PathQuery) (*search, error) {
	chain := snapshot.Chain()
	switch {
	case from.IsZero() || from.Chain() != chain:
		return nil, &clew.InputError{Field: "from", Value: from.String(), Want: "an address on " + chain.Name()}
	case to.IsZero() || to.Chain() != chain:
		return nil, &clew.InputError{Field: "to", Value: to.String(), Want: "an address on " + chain.Name()}
	case from == to:
		return nil, &clew.InputError{Field: "to", Value: to.Text(), Want: "another address than the one to start from"}
	case q.Best < 0 || q.Best > MaxPaths:
		return nil, &clew.InputError{Field: "best", Value: strconv.Itoa(q.Best), Want: fmt.Sprintf("1 to %d", MaxPaths)}
	}
	if q.Best == 0 {
		q.Best = 3
	}
	var err error
	q.Limits.Peers = 1
	if q.Limits, err = q.Limits.withDefaults(); err != nil {
		return nil, err
	}
	in := &Input{Limits: q.Limits, Namer: q.Namer, Start: Start{Address: from}}
	w := &walk{in: in, verdicts: map[clew.Address]*verdict{}, hits: map[string]int{}}
	v := &view{chain: chain, reader: snapshot, snapshot: snapshot, work: &w.work}
	w.views = []*view{v}
	return &search{walk: w, view: v, from: from, to: to, query: q}, nil
}

// run returns the paths that arrive, best first.
func (s *search) run(ctx context.Context) (*labels, error) {
	if s.view.chain.IsBitcoin() {
		return newOutputSearch(s).run(ctx)
	}
	return newAccountSearch(s).run(ctx)
}

// over reports whether the search ends before one more transfer, and otherwise
// counts it.
func (s *search) over(ctx context.Context) bool {
	switch {
	case ctx.Err() != nil:
		s.end(interrupted)
	case s.work.Transfers >= s.query.Limits.Transfers:
		s.end("transfers")
	default:
		s.work.Transfers++
	}
	return s.ended != ""
}

// fits reports whether an amount is more than the least of a transfer.
func (s *search) fits(a clew.Amount) bool { return s.query.Limits.Dust.Less(a) }

// result reads the transfers of the paths that were found.
func (s *search) result(ctx context.Context, arrived *labels) (*PathResult, error) {
	r := &PathResult{From: s.from, To: s.to, Limits: s.limitsHit(), Partial: s.ended == interrupted, Gaps: s.gaps(),
		AsOf: AsOf{Chain: s.view.chain, Block: s.view.snapshot.AsOf(), Coverage: *s.view.snapshot.Coverage()}}
	var err error
	if r.Widest, err = s.paths(ctx, arrived.widest); err != nil {
		return nil, err
	}
	r.Soonest, err = s.paths(ctx, arrived.soonest)
	r.Work = s.work
	return r, err
}

// gaps returns what the ledger says is missing where the search looked.
func (s *search) gaps() []clew.Gap {
	var assets map[clew.Asset]bool
	if !s.query.Asset.IsZero() {
		assets = map[clew.Asset]bool{s.query.Asset: true}
	}
	return s.gapsIn(s.view, s.view.window(s.query.Since.Height), assets)
}

// paths returns the first of some labels as paths.
func (s *search) paths(ctx context.Context, found []ranked) ([]Path, error) {
	var paths []Path
	for _, end := range found[:min(len(found), s.query.Best)] {
		p, err := s.path(ctx, end.label)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, nil
}

// path reads the transfers of a path, from its end to its beginning.
func (s *search) path(ctx context.Context, l *label) (Path, error) {
	p := Path{Asset: l.row.asset, Width: l.width, Arrived: l.row.time}
	for at := l; at != nil; at = at.before {
		t, err := s.view.reader.Transfer(ctx, at.row.pos)
		if err != nil {
			return p, fmt.Errorf("trace: a transfer on a path: %w", err)
		}
		p.Transfers, p.Left = append(p.Transfers, t), t.Time
		if at.step != nil {
			p.Steps = append(p.Steps, *at.step)
		}
		if at.row.amount == l.width {
			p.Weakest = l.hops - len(p.Transfers)
		}
	}
	slices.Reverse(p.Transfers)
	slices.Reverse(p.Steps)
	return p, nil
}
