package segment

import (
	"context"
	"fmt"
	"math"
	"strings"

	"clew"
	"clew/ledger/vfs"
)

// A Flat is a transfer from one address to another with nothing uncommon about
// it, laid out so that millions can be read into the same one. For all others
// Whole is set, and nothing else is looked at.
type Flat struct {
	Pos      clew.Pos
	Time     clew.Time
	Tx       clew.TxID
	Asset    clew.Asset
	From, To clew.Address // nobody: issued, or destroyed
	Amount   clew.Amount
	Whole    *clew.Transfer // must pass Check, and not change until the next is read
}

// A Source yields transfers in chain order.
type Source interface {
	// Next reads the next transfer into t and reports whether there was one.
	Next(t *Flat) (bool, error)
}

// FromSlice returns a source that yields transfers, which must not change.
func FromSlice(transfers []clew.Transfer) Source { return &sliceSource{transfers} }

type sliceSource struct{ rest []clew.Transfer }

func (s *sliceSource) Next(t *Flat) (bool, error) {
	if len(s.rest) == 0 {
		return false, nil
	}
	*t = Flat{Whole: &s.rest[0]}
	s.rest = s.rest[1:]
	return true, nil
}

// Options are for writing and merging. The zero value is right for most.
type Options struct {
	// PartRows is how many transfers are held in memory at once, twice over; 0
	// means a million.
	PartRows int

	// Below keeps only heights below it; 0 keeps all.
	Below uint64
}

const defaultPartRows = 1 << 20

// IsTemporary reports whether a file of that name was left by a write that did
// not end, and can be removed when no write is under way.
func IsTemporary(name string) bool { return strings.HasSuffix(name, ".tmp") }

// Write makes a segment of the sources' transfers and acts, which must be on
// chain and in chain order; nil acts are none. Acts are read last. It takes
// bounded memory, and temporary files beside name when there are many. When it
// returns nil the segment survives a crash; when it returns an error there is
// none.
func Write(ctx context.Context, fs vfs.FS, name string, chain clew.Chain, source Source, acts ActSource, options Options) (Info, error) {
	if _, err := clew.ParseChain(string(chain)); err != nil || len(chain) > maxChain {
		return Info{}, &clew.InputError{Field: "chain", Value: string(chain), Want: "a CAIP-2 name"}
	}
	if options.PartRows <= 0 {
		options.PartRows = defaultPartRows
	}
	options.PartRows = min(options.PartRows, 1<<26)
	w := &writer{fs: fs, name: name, chain: chain, acts: acts, options: options}
	info, err := w.run(ctx, source)
	if err != nil {
		return Info{}, fmt.Errorf("segment %s: %w", name, err)
	}
	return info, nil
}

// A writer makes parts, each a segment under a temporary name, and merges them.
type writer struct {
	fs      vfs.FS
	name    string
	chain   clew.Chain
	acts    ActSource // that no part has
	options Options
	parts   []string
	pool    chunkPool
	writing *part      // the part that was last begun to be written
	busy    chan error // tells its end; nil if there is none
	last    clew.Pos
	any     bool
}

func (w *writer) run(ctx context.Context, source Source) (Info, error) {
	p := newPart(w.chain, w.options.PartRows)
	var t Flat
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return Info{}, w.abandon(ctx.Err())
		}
		more, err := source.Next(&t)
		if err != nil {
			return Info{}, w.abandon(err)
		}
		if !more {
			break
		}
		if err := w.add(p, &t); err != nil {
			return Info{}, w.abandon(err)
		}
		if p.size() >= w.options.PartRows {
			if p, err = w.start(ctx, p); err != nil {
				return Info{}, w.abandon(err)
			}
		}
	}
	if w.busy == nil {
		return p.encode(ctx, newSpools(w.fs, w.name, &w.pool), w.acts)
	}
	if len(p.rows) > 0 {
		if _, err := w.start(ctx, p); err != nil {
			return Info{}, w.abandon(err)
		}
	}
	return w.merge(ctx)
}

func (w *writer) add(p *part, t *Flat) error {
	pos := t.Pos
	if t.Whole != nil {
		pos = t.Whole.Pos
	}
	if w.any && !w.last.Before(pos) {
		return fmt.Errorf("transfer at %s follows one at %s", pos, w.last)
	}
	if pos.Height == math.MaxUint64 {
		return &clew.InputError{Field: "height", Value: pos.String(), Want: "less than 2^64-1"}
	}
	w.any, w.last = true, pos
	if t.Whole == nil {
		if err := w.checkFlat(p, t); err != nil {
			return err
		}
		p.add(t)
		return nil
	}
	if t.Whole.Asset.Chain() != w.chain {
		return fmt.Errorf("transfer at %s moves %s, which is not on %s", pos, t.Whole.Asset, w.chain)
	}
	if err := t.Whole.Check(); err != nil {
		return err
	}
	p.addWhole(t.Whole)
	return nil
}

// checkFlat does what Check does for whole transfers.
func (w *writer) checkFlat(p *part, t *Flat) error {
	for _, a := range []*clew.Address{&t.From, &t.To} {
		if !a.IsZero() && a.Chain() != w.chain {
			return fmt.Errorf("transfer at %s: leg of %s on %s", t.Pos, a, w.chain)
		}
	}
	if t.Asset != p.lastAsset && t.Asset.Chain() != w.chain || t.Asset.IsZero() {
		return fmt.Errorf("transfer at %s moves %q, which is not on %s", t.Pos, t.Asset, w.chain)
	}
	return nil
}

// start begins to write a full part, after the one before is done, and returns
// an empty one.
func (w *writer) start(ctx context.Context, p *part) (*part, error) {
	if err := w.wait(); err != nil {
		return nil, err
	}
	empty := w.writing
	if w.writing = p; empty == nil {
		empty = newPart(w.chain, w.options.PartRows)
	} else {
		empty.reset()
	}
	name := fmt.Sprintf("%s.part%d.tmp", w.name, len(w.parts))
	w.parts = append(w.parts, name)
	w.busy = make(chan error, 1)
	go func(done chan<- error) {
		s := newSpools(w.fs, name, &w.pool)
		s.scratch = true
		_, err := p.encode(ctx, s, nil)
		done <- err
	}(w.busy)
	return empty, nil
}

func (w *writer) wait() error {
	if w.busy == nil {
		return nil
	}
	err := <-w.busy
	w.busy <- nil // so that waiting again does no harm
	return err
}

// abandon waits for the part under way, removes all parts, and returns err.
func (w *writer) abandon(err error) error {
	_ = w.wait() // err came first
	for _, name := range w.parts {
		_ = w.fs.Remove(name) // what stays is known as temporary by its name
	}
	return err
}

func (w *writer) merge(ctx context.Context) (Info, error) {
	if err := w.wait(); err != nil {
		return Info{}, w.abandon(err)
	}
	w.writing = nil
	var parts []*Segment
	defer func() {
		for _, s := range parts {
			s.Close()
		}
		_ = w.abandon(nil)
	}()
	for _, name := range w.parts {
		s, err := Open(w.fs, name)
		if err != nil {
			return Info{}, err
		}
		parts = append(parts, s)
	}
	return merge(ctx, w.fs, w.name, w.chain, parts, w.acts, 0)
}
