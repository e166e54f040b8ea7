package disk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// Append adds blocks at the head. They are one record of the log, so that all
// of them survive a crash or none.
func (s *Store) Append(ctx context.Context, blocks ...clew.Block) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.begin(ctx); err != nil || len(blocks) == 0 {
		return err
	}
	if err := ledger.CheckBlocks(s.chain, tipOf(s.manifest, s.blocks), blocks); err != nil {
		return err
	}
	fresh, err := s.withoutHeld(ctx, blocks)
	if err != nil {
		return err
	}
	body, err := blocksBody(fresh)
	if err != nil {
		return err
	}
	// What is kept is read back from the record: it shares nothing with the
	// caller, and is what a restart would find.
	var own []clew.Block
	keep := func(read []clew.Block) error { own = read; return nil }
	if err := apply(body, s.chain, keep, nil); err != nil {
		return fmt.Errorf("block %d: an asset or address cannot be written: %w", blocks[0].Ref.Height, err)
	}
	if err := s.writeLog(body); err != nil {
		return err
	}
	s.mu.Lock()
	s.blocks = append(s.blocks, own...)
	s.mu.Unlock()
	// The blocks are kept whether or not old ones can be sealed now. If they
	// cannot, it is tried again later, and Stats says why.
	s.seal = s.sealIfDue(ctx)
	return nil
}

func (s *Store) writeLog(body []byte) error {
	err := s.log.append(body)
	if s.log.broken != nil {
		s.broken = s.log.broken
	}
	return err
}

// withoutHeld returns blocks without the transfers and acts that loads brought
// before.
func (s *Store) withoutHeld(ctx context.Context, blocks []clew.Block) ([]clew.Block, error) {
	held := s.heldFrom(clew.Window{From: blocks[0].Ref.Height, To: blocks[len(blocks)-1].Ref.Height + 1})
	if len(held.parts) == 0 && len(held.madeUp) == 0 {
		return blocks, nil
	}
	filter := newFilter(ctx, held, clew.Pos{Height: blocks[0].Ref.Height})
	defer filter.close()
	acts := newActFilter(ctx, held, clew.Pos{Height: blocks[0].Ref.Height})
	fresh := slices.Clone(blocks)
	for i := range fresh {
		if err := acts.drop(&fresh[i]); err != nil {
			return nil, err
		}
		var kept []clew.Transfer
		for _, t := range fresh[i].Transfers {
			known, err := filter.holds(&t)
			if err != nil {
				return nil, err
			}
			if !known {
				kept = append(kept, t)
			}
		}
		fresh[i].Transfers = kept
	}
	return fresh, nil
}

// Rollback drops every block at height and above. Above what is sealed it is
// one record of the log; below, the segments that reach higher are rewritten.
func (s *Store) Rollback(ctx context.Context, height uint64) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.begin(ctx); err != nil {
		return err
	}
	kept := cutBlocks(s.blocks, height)
	if s.reaches(height) {
		return s.rollbackSegments(ctx, height, kept)
	}
	if len(kept) == len(s.blocks) {
		return nil
	}
	if err := s.writeLog(rollbackBody(height)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks, s.head = kept, nil
	return nil
}

// cutBlocks returns the blocks below height.
func cutBlocks(blocks []clew.Block, height uint64) []clew.Block {
	n, _ := slices.BinarySearchFunc(blocks, height, func(b clew.Block, h uint64) int { return cmp.Compare(b.Ref.Height, h) })
	return blocks[:n]
}

// reaches reports whether anything outside the log is at height or above.
func (s *Store) reaches(height uint64) bool {
	c := &s.manifest.Coverage
	for _, one := range s.segments {
		if one.reach().To > height {
			return true
		}
	}
	held := slices.ContainsFunc(c.Held, func(h clew.Holding) bool { return h.Window.To > height })
	whole := slices.ContainsFunc(c.Whole, func(w clew.Window) bool { return w.To > height })
	n := len(s.manifest.Refs)
	return held || whole || n > 0 && s.manifest.Refs[n-1].Height >= height
}

func (s *Store) rollbackSegments(ctx context.Context, height uint64, kept []clew.Block) error {
	c := s.newChange()
	c.blocks, c.newLog = kept, true
	c.manifest.Coverage.TruncateTo(height)
	c.manifest.cutRefs(height)
	for _, one := range s.segments {
		switch span := one.reach(); {
		case span.To <= height:
			continue
		case span.From < height:
			if err := c.merge(ctx, []*live{one}, segment.Options{Below: height}); err != nil {
				return c.abandon(err)
			}
		}
		c.remove(one)
	}
	return c.commit()
}

// cutRefs forgets blocks at height and above. Below what is remembered, only
// the height of the last block is known.
func (m *manifest) cutRefs(height uint64) {
	if m.First == nil {
		return
	}
	if height <= *m.First {
		m.First, m.Refs = nil, nil
		return
	}
	n := len(m.Refs)
	for n > 0 && m.Refs[n-1].Height >= height {
		n--
	}
	if n == 0 && len(m.Refs) > 0 {
		m.Refs = []clew.BlockRef{{Height: height - 1}}
		return
	}
	m.Refs = m.Refs[:n]
}

// addRefs remembers blocks that leave the log.
func (m *manifest) addRefs(blocks []clew.Block) {
	if m.First == nil {
		first := blocks[0].Ref.Height
		m.First = &first
	}
	for i := range blocks {
		m.Refs = append(m.Refs, blocks[i].Ref)
	}
	m.Refs = slices.Clone(m.Refs[max(0, len(m.Refs)-maxRefs):])
}

// sealIfDue moves the blocks below finality to a segment when enough have
// gathered, and keeps the number of segments small.
func (s *Store) sealIfDue(ctx context.Context) error {
	n := len(s.blocks) - s.options.Finality
	if n <= 0 {
		return nil
	}
	facts := 0
	for i := range s.blocks[:n] {
		facts += len(s.blocks[i].Transfers) + len(s.blocks[i].Acts)
	}
	if facts < s.options.SealTransfers && n < 16*s.options.Finality {
		return nil
	}
	if err := s.sealBlocks(ctx, n); err != nil {
		return err
	}
	return s.mergeTiers(ctx)
}

// sealBlocks moves the first n blocks of the log to a segment.
func (s *Store) sealBlocks(ctx context.Context, n int) error {
	c := s.newChange()
	c.blocks, c.newLog = slices.Clone(s.blocks[n:]), true
	sealed := s.blocks[:n]
	transfers, acts := factsOf(sealed)
	if len(transfers)+len(acts) > 0 {
		if err := c.write(ctx, segment.FromSlice(transfers), segment.ActsFromSlice(acts), false); err != nil {
			return c.abandon(err)
		}
	}
	c.manifest.Coverage.AddWhole(clew.Window{From: sealed[0].Ref.Height, To: sealed[n-1].Ref.Height + 1})
	c.manifest.addRefs(sealed)
	return c.commit()
}

// A change prepares files for the next manifest. It ends with commit or
// abandon. The caller holds writing.
type change struct {
	store    *Store
	manifest *manifest
	segments []*live // of the next manifest
	made     []string
	opened   []*live
	removed  []*live
	blocks   []clew.Block
	newLog   bool
}

func (s *Store) newChange() *change {
	return &change{store: s, manifest: s.manifest.clone(), segments: slices.Clone(s.segments), blocks: s.blocks}
}

func (c *change) nextName(prefix string) string {
	name := fileName(prefix, c.manifest.Next)
	c.manifest.Next++
	c.made = append(c.made, name)
	return name
}

// write makes a segment of what sources yield, and none of nothing.
func (c *change) write(ctx context.Context, source segment.Source, acts segment.ActSource, madeUp bool) error {
	name := c.nextName(segmentPrefix)
	info, err := segment.Write(ctx, c.store.fs, name, c.store.chain, source, acts, c.store.options.Segment)
	if err != nil {
		return err
	}
	return c.open(name, info, madeUp)
}

// merge makes one segment of several, which stay.
func (c *change) merge(ctx context.Context, parts []*live, options segment.Options) error {
	madeUp := false
	var merged []*segment.Segment
	for _, part := range parts {
		madeUp = madeUp || part.ref.MadeUp
		merged = append(merged, part.Segment)
	}
	name := c.nextName(segmentPrefix)
	options.PartRows = c.store.options.Segment.PartRows
	info, err := segment.Merge(ctx, c.store.fs, name, merged, options)
	if err != nil {
		return err
	}
	return c.open(name, info, madeUp)
}

// open takes a segment file into the next manifest.
func (c *change) open(name string, info segment.Info, madeUp bool) error {
	if info.Transfers+info.Acts == 0 {
		_ = c.store.fs.Remove(name) // what stays is removed when the ledger is next opened
		return nil
	}
	one, err := openSegment(c.store.fs, c.store.chain, segmentRef{name, info.Transfers, info.Acts, madeUp})
	if err != nil {
		return err
	}
	c.segments, c.opened = append(c.segments, one), append(c.opened, one)
	return nil
}

func (c *change) remove(one *live) {
	c.segments = slices.DeleteFunc(c.segments, func(l *live) bool { return l == one })
	c.removed = append(c.removed, one)
}

// abandon removes what was made, and returns err.
func (c *change) abandon(err error) error {
	for _, one := range c.opened {
		_ = one.Close() // it was only read
	}
	for _, name := range c.made {
		_ = c.store.fs.Remove(name) // what stays is removed when the ledger is next opened
	}
	return err
}

// commit replaces the manifest and then the store's own view.
func (c *change) commit() error {
	s := c.store
	c.manifest.Segments = nil
	for _, one := range c.segments {
		c.manifest.Segments = append(c.manifest.Segments, one.ref)
	}
	log := s.log
	if c.newLog {
		c.manifest.Log = c.nextName(logPrefix)
		var err error
		if log, err = createLog(s.fs, c.manifest.Log, s.chain, c.blocks); err != nil {
			return c.abandon(err)
		}
	}
	c.manifest.LogBytes = log.size
	if err := s.replaceManifest(c.manifest); err != nil {
		if c.newLog {
			err = errors.Join(err, log.file.Close())
		}
		if s.broken != nil {
			c.made = nil // either manifest may be found, so all files stay
		}
		return c.abandon(err)
	}
	old := s.log
	s.mu.Lock()
	s.manifest, s.segments, s.log = c.manifest, c.segments, log
	if c.newLog {
		s.blocks, s.head = c.blocks, nil
	}
	for _, one := range c.removed {
		one.dead = true
		one.drop(s.fs)
	}
	s.mu.Unlock()
	if c.newLog {
		_ = old.file.Close()      // nothing in it is needed
		_ = s.fs.Remove(old.name) // what stays is removed when the ledger is next opened
	}
	return nil
}

// replaceManifest makes m the manifest. If that fails half way, it makes the
// old one the manifest again; if that fails too, the store is broken.
func (s *Store) replaceManifest(m *manifest) error {
	// The names of new files must survive before a manifest that names them.
	if err := s.fs.Sync(); err != nil {
		return err
	}
	replaced, err := writeManifest(s.fs, m)
	if err == nil {
		return nil
	}
	if !replaced {
		_ = s.fs.Remove(manifestName + temporary) // what stays is replaced by the next one
		return err
	}
	if _, again := writeManifest(s.fs, s.manifest); again != nil {
		s.broken = fmt.Errorf("%s: %w, after %v; open the ledger again", manifestName, again, err)
	}
	return err
}
