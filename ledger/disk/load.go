package disk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// Load begins a bulk load. Transfers that come in chain order go straight into
// one segment; others are sorted in runs, which are merged on Commit.
func (s *Store) Load(ctx context.Context, source ledger.Source) (ledger.Load, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	s.lastLoad++
	l := &load{
		store: s, source: source, name: fmt.Sprintf("%s.load%d", fileName(segmentPrefix, 0), s.lastLoad),
		assetIDs: map[clew.Asset]uint64{},
		free:     make(chan *run, 1),
	}
	most := s.options.Runs
	if !source.Exact {
		most = 0 // most such loads are small
	}
	l.run = &run{chain: s.chain, most: most, ordered: true}
	l.free <- &run{chain: s.chain, most: most, ordered: true}
	return l, nil
}

// A load gathers a run while the one before is written.
type load struct {
	store  *Store
	source ledger.Source
	name   string // begins those of its files

	mu       sync.Mutex
	run      *run
	free     chan *run
	assets   []clew.Asset
	assetIDs map[clew.Asset]uint64
	numbers  []uint32   // of the assets of what is being added
	last     clew.Asset // that was numbered last
	lastID   uint32
	given    uint64
	stream   *stream // being written; nil: none
	streams  []*stream
	spills   []string // files of an inexact load
	acts     givenActs
	failed   error // why the load can only be aborted
	done     bool
}

var errLoadEnded = errors.New("the load has ended")

// Add takes transfers in any order, all or none.
func (l *load) Add(transfers ...clew.Transfer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done || l.failed != nil {
		return cmpErr(l.failed, errLoadEnded)
	}
	l.numbers = l.numbers[:0]
	for i := range transfers {
		if err := ledger.CheckTransfer(l.store.chain, &transfers[i]); err != nil {
			return err
		}
		id, err := l.number(transfers[i].Asset)
		if err != nil {
			return err
		}
		l.numbers = append(l.numbers, id)
	}
	for i := range transfers {
		l.run.add(&transfers[i], l.numbers[i], l.assetIDs)
		l.given++
		switch {
		case l.source.Exact && l.isFull():
			l.failed = l.flush()
		case !l.source.Exact && len(l.run.facts) >= l.store.options.Runs:
			l.failed = l.spill()
		}
		if l.failed != nil {
			return l.failed
		}
	}
	return nil
}

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// orderedRun is how many transfers are enough for a run that goes on in order:
// what stays in the processor's cache is written sooner than what does not.
const orderedRun = 1 << 13

// isFull reports whether the run should be written. One that is out of order,
// or does not follow the one before, gathers as many as may be held: it costs a
// segment of its own.
func (l *load) isFull() bool {
	n := len(l.run.facts)
	if n >= l.store.options.Runs {
		return true
	}
	return n >= orderedRun && l.run.ordered && (l.stream == nil || l.run.facts[0].key.cmp(l.stream.last) > 0)
}

// number returns the number of an asset, which it gets if it can be written.
func (l *load) number(a clew.Asset) (uint32, error) {
	if a == l.last && len(l.assets) > 0 {
		return l.lastID, nil
	}
	id, ok := l.assetIDs[a]
	if !ok {
		if again, err := clew.ParseAsset(a.String(), ""); err != nil || again != a {
			return 0, &clew.InputError{Field: "asset", Value: a.String(), Want: "a CAIP-19 name"}
		}
		id = uint64(len(l.assets))
		l.assetIDs[a] = id
		l.assets = append(l.assets, a)
	}
	l.last, l.lastID = a, uint32(id)
	return l.lastID, nil
}

// flush hands the run to a stream: the one before, if it goes on in order.
func (l *load) flush() error {
	r := l.run
	r.assets = slices.Clip(l.assets)
	r.sort()
	r.dropRepeats()
	if l.stream != nil && r.at(0).key.cmp(l.stream.last) <= 0 {
		if err := l.endStream(); err != nil {
			return err
		}
	}
	if l.stream == nil {
		l.stream = l.newStream()
		l.streams = append(l.streams, l.stream)
	}
	l.stream.last = r.at(r.len() - 1).key
	select {
	case l.stream.runs <- r:
	case <-l.stream.ended:
		return cmpErr(l.stream.err, errors.New("segment writer ended early"))
	}
	select {
	case l.run = <-l.free:
	case <-l.stream.ended:
		return cmpErr(l.stream.err, errors.New("segment writer ended early"))
	}
	l.run.reset()
	return nil
}

// endStream waits until the present stream is a segment.
func (l *load) endStream() error {
	s := l.stream
	if s == nil {
		return nil
	}
	l.stream = nil
	close(s.runs)
	<-s.ended
	s.cancel()
	return s.err
}

// A stream writes runs that follow each other into one segment.
type stream struct {
	name   string
	runs   chan *run
	free   chan *run
	cancel context.CancelFunc
	last   posKey
	ended  chan struct{} // closed when info and err are set
	info   segment.Info
	err    error

	ctx context.Context
	run *run
	at  int
}

func (l *load) newStream() *stream {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stream{
		name: fmt.Sprintf("%s-%d%s", l.name, len(l.streams), temporary),
		runs: make(chan *run), free: l.free, cancel: cancel, ctx: ctx, ended: make(chan struct{}),
	}
	go func() {
		defer close(s.ended)
		s.info, s.err = segment.Write(ctx, l.store.fs, s.name, l.store.chain, s, nil, l.store.options.Segment)
	}()
	return s
}

// Next reads the next transfer of the runs into t.
func (s *stream) Next(t *segment.Flat) (bool, error) {
	for s.run == nil || s.at == s.run.len() {
		if s.run != nil {
			s.free <- s.run
		}
		s.at = 0
		var more bool
		select {
		case s.run, more = <-s.runs:
		case <-s.ctx.Done():
			return false, s.ctx.Err()
		}
		if !more {
			return false, nil
		}
	}
	s.at++
	return true, s.run.read(s.run.at(s.at-1), t)
}

// Abort drops the load.
func (l *load) Abort() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
	return nil
}

// end stops what is being written and removes it.
func (l *load) end() {
	if l.done {
		return
	}
	l.done = true
	for _, s := range l.streams {
		s.cancel()
		<-s.ended
		_ = l.store.fs.Remove(s.name) // what stays is removed when the ledger is next opened
	}
	for _, name := range slices.Concat(l.spills, l.acts.spills) {
		_ = l.store.fs.Remove(name) // as above
	}
	l.run, l.stream, l.streams, l.assets, l.assetIDs, l.acts = nil, nil, nil, nil, nil, givenActs{}
}
