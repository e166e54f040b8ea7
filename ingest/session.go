package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync/atomic"

	"clew"
	"clew/ledger"
)

// A session reads one set of files. One goroutine reads and decodes; the
// caller's own feeds the loads and waits for it.
type session struct {
	fsys fs.FS
	sink Sink
	opt  *Options
	set  *Set
	step Step

	read atomic.Int64
	rows atomic.Uint64

	// Of the reading goroutine, until it has ended.
	ctx    context.Context
	bad    tolerance
	flows  map[lane]*flow
	first  *flow // the first met
	last   *flow
	feed   feed
	timed  bool                   // rows state no heights: their times stand for them
	stands map[clew.Chain]footing // of this set
	notes  []string               // what is odd about its files

	// Of the caller's goroutine, and while none decodes.
	orders   map[string]rowOrder    // of the rows of files that are not oldest first
	footings map[clew.Chain]footing // of what is held
	loads    map[lane]ledger.Load
}

// A lane is a load of a set: of one chain, and with positions that are either
// the chain's own or made up.
type lane struct {
	chain clew.Chain
	exact bool
}

// A flow is what a set holds of one lane.
type flow struct {
	lane      lane
	adds      clew.Coverage
	footing   footing
	span      clew.Window // of the heights met
	transfers uint64
	rounded   uint64
	filling   *chunk
}

// run reads the set, unless it was read before, and commits it.
func (s *session) run(ctx context.Context) (SetReport, error) {
	report := SetReport{Name: s.set.Name, Format: s.set.Format, Files: s.set.files()}
	digesting, cancel := context.WithCancel(ctx)
	digest := digestBeside(digesting, s.fsys, report.Files)
	defer digest()
	defer cancel()
	held, err := s.isHeld(ctx, digest)
	if err != nil || held && !s.opt.Again {
		report.Held = held
		return report, err
	}
	if s.step.Total, err = s.total(); err != nil {
		return report, err
	}
	defer s.abort()
	err = s.transferSorting(ctx)
	report.Rows, report.Skipped, report.Bad = s.rows.Load(), s.bad.count, s.bad.rows
	if err != nil {
		return report, err
	}
	sum, err := digest()
	if err != nil {
		return report, err
	}
	return report, s.commit(ctx, sum, &report)
}

func (s *session) total() (int64, error) {
	var total int64
	for _, name := range s.set.files() {
		info, err := fs.Stat(s.fsys, name)
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

// transferSorting begins again when the rows of a file turn out to be in
// another order than thought.
func (s *session) transferSorting(ctx context.Context) error {
	s.orders = map[string]rowOrder{}
	for {
		s.flows, s.loads, s.first, s.last = map[lane]*flow{}, map[lane]ledger.Load{}, nil, nil
		s.bad, s.step.Transfers = tolerance{allowed: s.opt.SkipBad}, 0
		s.stands, s.notes = map[clew.Chain]footing{}, nil
		s.rows.Store(0)
		s.read.Store(0)
		err := s.transfer(ctx)
		var other errOrder
		if !errors.As(err, &other) || other.order <= s.orders[other.file] {
			return err
		}
		s.orders[other.file] = other.order
		s.abort()
	}
}

// transfer decodes in one goroutine and feeds the loads from this one.
func (s *session) transfer(ctx context.Context) error {
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ctx, s.feed = reading, newFeed()
	ended := make(chan error, 1)
	go func() {
		defer close(s.feed.full)
		ended <- s.decode()
	}()
	var feedErr error
	for c := range s.feed.full {
		if c == nil {
			s.tell(false)
			continue
		}
		if feedErr == nil {
			if feedErr = s.give(ctx, c); feedErr != nil {
				cancel()
			}
		}
		s.feed.empty <- c
	}
	readErr := <-ended
	switch {
	case feedErr != nil:
		return feedErr
	case errors.As(readErr, &errOrder{}):
		return readErr // bad rows are counted when it is read again
	case s.bad.exceeded():
		return s.bad.err()
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return readErr
}

// decode reads all rows of the set; it runs in the reading goroutine.
func (s *session) decode() error {
	if err := s.set.format.read(s); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, f := range s.ordered() {
		if c := f.filling; c != nil && len(c.transfers)+len(c.acts) > 0 {
			if err := s.feed.send(s.ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// give adds a chunk to the load of its chain.
func (s *session) give(ctx context.Context, c *chunk) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(c.transfers)+len(c.acts) > 0 {
		load, err := s.load(ctx, c.lane)
		if err != nil {
			return err
		}
		if err := errors.Join(load.Add(c.transfers...), load.AddActs(c.acts...)); err != nil {
			return fmt.Errorf("%s: %w", s.set.Name, err)
		}
		s.step.Transfers += uint64(len(c.transfers))
	}
	s.tell(false)
	return nil
}

func (s *session) tell(done bool) {
	if s.opt.Progress != nil {
		s.step.Read, s.step.Rows, s.step.Done = min(s.read.Load(), s.step.Total), s.rows.Load(), done
		s.opt.Progress(s.step)
	}
}

func (s *session) load(ctx context.Context, l lane) (ledger.Load, error) {
	if load, ok := s.loads[l]; ok {
		return load, nil
	}
	load, err := s.sink.Load(ctx, l.chain, ledger.Source{Name: s.set.Format + " " + s.set.brief(), Exact: l.exact})
	if err != nil {
		return nil, err
	}
	s.loads[l] = load
	return load, nil
}

// ordered returns the flows in order, the first met last: its commit carries
// the record that the whole set was read.
func (s *session) ordered() []*flow {
	flows := slices.SortedFunc(maps.Values(s.flows), func(f, g *flow) int {
		if f.lane.chain != g.lane.chain {
			return cmp.Compare(f.lane.chain, g.lane.chain)
		}
		if f.lane.exact {
			return -1
		}
		return 1
	})
	if s.first != nil {
		flows = append(slices.DeleteFunc(flows, func(f *flow) bool { return f == s.first }), s.first)
	}
	return flows
}

// commit makes all loads of the set permanent.
func (s *session) commit(ctx context.Context, sum digest, report *SetReport) error {
	for _, f := range s.ordered() {
		load, err := s.load(ctx, f.lane)
		if err != nil {
			return err
		}
		s.addGaps(f)
		if f == s.first {
			f.adds.Held = append(f.adds.Held, clew.Holding{Source: s.record(sum, f.span), Window: f.span})
		}
		done, err := load.Commit(ctx, f.adds)
		if err != nil {
			return err
		}
		report.Added += done.Added
		report.Duplicate += done.Duplicate
		report.Acts += done.ActsAdded
		report.Transfers += f.transfers
		report.Coverage = append(report.Coverage, f.adds)
	}
	s.tell(true)
	return nil
}

// addGaps states what is known of rows left out, of rounding, and of what was
// made up.
func (s *session) addGaps(f *flow) {
	gap := func(kind clew.GapKind, count uint64, note string) {
		f.adds.Gaps = append(f.adds.Gaps, clew.Gap{Kind: kind, Chain: f.lane.chain, Window: f.span, Count: count, Note: note})
	}
	if f.footing == onTimes {
		gap(clew.GapHeight, f.transfers, s.set.brief()+": heights are times in seconds")
	}
	if !f.lane.exact && f.transfers > 0 {
		gap(clew.GapOrder, f.transfers, s.set.brief()+": places within a block are made up")
	}
	if f.rounded > 0 {
		gap(clew.GapRounded, f.rounded, s.set.brief())
	}
	if f != s.first {
		return
	}
	if s.bad.count > 0 {
		gap(clew.GapSkipped, uint64(s.bad.count), s.set.brief())
	}
	for _, note := range s.notes {
		gap(clew.GapPartial, 0, note)
	}
}

func (s *session) abort() {
	for _, load := range s.loads {
		load.Abort()
	}
}

// record is how a set that was read is known again: in the coverage, as a
// holding of no single address. The window is said in it too, so that a
// rollback, which cuts the holding's window, makes the set unread.
func (s *session) record(sum digest, span clew.Window) string {
	return fmt.Sprintf("%s sha256:%s, blocks %s", s.set.Format, sum, span)
}

// isHeld reports whether the set was read before. It waits for the digest only
// where anything was.
func (s *session) isHeld(ctx context.Context, digest func() (digest, error)) (bool, error) {
	all, err := s.sink.Coverage(ctx)
	if err != nil {
		return false, err
	}
	for _, coverage := range all {
		for _, h := range coverage.Held {
			if !h.Address.IsZero() {
				continue
			}
			sum, err := digest()
			if err != nil || h.Source == s.record(sum, h.Window) {
				return err == nil, err
			}
		}
	}
	return false, nil
}
