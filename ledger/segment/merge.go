package segment

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// Merge makes one segment of several of the same chain. A transfer or an act
// that several hold at the same position is kept once, as the first of them has
// it.
// It takes bounded memory, and is durable like [Write]; the segments given
// stay as they are. It gives the bytes that writing all at once would give.
func Merge(ctx context.Context, fs vfs.FS, name string, segments []*Segment, options Options) (Info, error) {
	if len(segments) == 0 {
		return Info{}, &clew.InputError{Field: "segments", Want: "one at least"}
	}
	chain := segments[0].Chain()
	for _, s := range segments {
		if s.Chain() != chain {
			return Info{}, &clew.InputError{Field: "segment " + s.name, Value: string(s.Chain()), Want: string(chain)}
		}
	}
	info, err := merge(ctx, fs, name, chain, segments, nil, options.Below)
	if err != nil {
		return Info{}, fmt.Errorf("segment %s: %w", name, err)
	}
	return info, nil
}

// A merger makes one segment of several. First it finds which transfers stay
// and what the numbers of each part become; then it writes the columns and the
// pots side by side.
type merger struct {
	parts  []*Segment // that have transfers
	acts   ActSource
	below  uint64
	spools *spools
	chain  clew.Chain
	n      numbers
	maps   []partMap // by part
	simple bool      // parts follow one another, and every transfer stays
	blocks []blockEntry
	assets []string
	keys   keyWriter
	nobody uint32 // what stands for nobody as a peer
}

// A partMap says what becomes of the numbers of one part.
type partMap struct {
	rows                      uint64 // how many are looked at: those below the height
	addresses, assets, blocks []uint32
	wideBase                  uint32   // added to the numbers of wide amounts, if all stay
	wide                      []uint32 // otherwise
	dropped                   []clew.Pos
}

// gone marks what has no number in the whole.
const gone = 1<<32 - 1

// merge takes other acts than those of the parts, if any are given.
func merge(ctx context.Context, fs vfs.FS, name string, chain clew.Chain, parts []*Segment, acts ActSource, below uint64) (info Info, err error) {
	m := &merger{spools: newSpools(fs, name, &chunkPool{}), chain: chain, acts: acts, below: below}
	for _, s := range parts {
		if s.n.rows > 0 {
			m.parts = append(m.parts, s)
		}
	}
	err = guardParts(func() error {
		if acts == nil {
			m.acts = mergeActs(parts, below)
		}
		info, err = m.run(ctx)
		return err
	})
	return info, err
}

// guardParts turns damage in any part into an error.
func guardParts(run func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *damageError:
			err = p.err
		case runtime.Error:
			err = fmt.Errorf("a part to be merged: %w: contents contradict each other: %w", ledger.ErrDamaged, p)
		default:
			panic(p)
		}
	}()
	if err = vfs.Guard(run); errors.Is(err, vfs.ErrFault) && !errors.Is(err, ledger.ErrDamaged) {
		err = fmt.Errorf("a part to be merged: %w: %w", ledger.ErrDamaged, err)
	}
	return err
}

func (m *merger) run(ctx context.Context) (Info, error) {
	for _, s := range m.parts {
		s.mapping.Advise(0, len(s.data), vfs.Sequential)
		defer s.mapping.Advise(0, len(s.data), vfs.Random)
	}
	if err := m.plan(ctx); err != nil {
		return Info{}, err
	}
	m.keys.to = m.spools.new()
	defer m.keys.to.drop()
	m.mapBlocks()
	m.mapAssets()
	if err := m.mapAddresses(ctx); err != nil {
		return Info{}, err
	}
	fungible := make([]bool, len(m.assets))
	for i, name := range m.assets {
		a, err := clew.ParseAsset(name, "")
		if err != nil {
			return Info{}, err
		}
		fungible[i] = a.IsFungible()
	}
	e := newEncoder(m.spools, m.chain, m.n, m.blocks, fungible)
	defer e.drop()
	e.keys, e.sections[secKeys] = m.keys, m.keys.to
	if m.simple {
		if err := e.expect(m.counts()); err != nil {
			return Info{}, err
		}
	}
	for _, name := range m.assets {
		e.addAsset(name)
	}
	if err := m.write(ctx, e); err != nil {
		return Info{}, err
	}
	if err := e.writeActs(ctx, m.acts); err != nil {
		return Info{}, err
	}
	return e.finish()
}

// counts returns how many transfers, runs and rows there will be, if all stay.
func (m *merger) counts() (rows, runs uint64, records [2]uint64) {
	for i, s := range m.parts {
		rows, runs = rows+s.n.rows, runs+s.n.runs
		for side := range records {
			records[side] += s.n.records[side]
		}
		if i > 0 && m.continues(i) {
			runs--
		}
	}
	return rows, runs, records
}

// continues reports whether a part begins with the run that the one before
// ends with.
func (m *merger) continues(i int) bool {
	before, s := m.parts[i-1], m.parts[i]
	last := before.n.runs - 1
	end, begin := before.packed(secRunBlock, &before.rows.runBlock, last), s.packed(secRunBlock, &s.rows.runBlock, 0)
	return m.maps[i-1].blocks[end] == m.maps[i].blocks[begin] &&
		before.packed(secRunIndex, &before.rows.runIndex, last) == s.packed(secRunIndex, &s.rows.runIndex, 0) &&
		before.rows.tx(last) == s.rows.tx(0)
}

// write writes columns and pots at the same time.
func (m *merger) write(ctx context.Context, e *encoder) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wait sync.WaitGroup
	var rowsErr error
	wait.Go(func() {
		if rowsErr = guardParts(func() error { return m.writeRows(ctx, e.rows) }); rowsErr != nil {
			cancel()
		}
	})
	m.nobody = uint32(m.n.addresses())
	err := guardParts(func() error { return m.writePots(ctx, e.pots) })
	if err != nil {
		cancel()
	}
	wait.Wait()
	if rowsErr != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return rowsErr
	}
	return err
}

// plan finds which transfers stay.
func (m *merger) plan(ctx context.Context) error {
	m.maps = make([]partMap, len(m.parts))
	m.sortParts()
	for i, s := range m.parts {
		p := &m.maps[i]
		p.rows = s.n.rows
		if m.below > 0 {
			p.rows = s.rows.search(clew.Pos{Height: m.below})
		}
		m.simple = m.simple && p.rows == s.n.rows
	}
	if !m.simple {
		return m.planRows(ctx)
	}
	for i, s := range m.parts {
		p := &m.maps[i]
		p.addresses, p.assets, p.blocks = make([]uint32, s.names.count), make([]uint32, s.n.assets), make([]uint32, s.n.blocks)
		p.wideBase = uint32(m.n.wide)
		m.n.wide += s.n.wide
		n := &m.n
		n.maxIndex, n.maxOrdinal = max(n.maxIndex, s.n.maxIndex), max(n.maxOrdinal, s.n.maxOrdinal)
		n.maxClass, n.maxLeg = max(n.maxClass, s.n.maxClass), max(n.maxLeg, s.n.maxLeg)
		n.several, n.high = max(n.several, s.n.several), max(n.high, s.n.high)
	}
	m.n.wide = 0 // counted again when written
	return nil
}

// sortParts puts the parts in order if they follow one another.
func (m *merger) sortParts() {
	sorted := slices.Clone(m.parts)
	slices.SortStableFunc(sorted, func(a, b *Segment) int { return posOf(a.n.first).Cmp(posOf(b.n.first)) })
	for i := range sorted {
		if i > 0 && !posOf(sorted[i-1].n.last).Before(posOf(sorted[i].n.first)) {
			return
		}
	}
	m.parts, m.simple = sorted, true
}

// planRows goes through all positions, where some transfers go.
func (m *merger) planRows(ctx context.Context) error {
	for i, s := range m.parts {
		p := &m.maps[i]
		p.addresses, p.assets, p.blocks = goneList(uint64(s.names.count)), goneList(s.n.assets), goneList(s.n.blocks)
		p.wide = goneList(s.n.wide)
	}
	wides := uint32(0)
	return m.eachRow(ctx, func(c *rowCursor, drop bool) {
		p := &m.maps[c.part]
		if drop {
			p.dropped = append(p.dropped, c.pos)
			return
		}
		m.keep(c, p)
		for ; c.wide < c.s.n.wide && uint64(c.s.u32(secWideRows, c.wide)) <= c.row; c.wide++ {
			if uint64(c.s.u32(secWideRows, c.wide)) == c.row {
				p.wide[c.wide] = wides
				wides++
			}
		}
	})
}

func goneList(n uint64) []uint32 {
	list := make([]uint32, n)
	for i := range list {
		list[i] = gone
	}
	return list
}

// keep marks what a transfer that stays uses.
func (m *merger) keep(c *rowCursor, p *partMap) {
	n, r := &m.n, &c.r
	use := func(address uint32) {
		if address != nobody {
			p.addresses[address] = 0
		}
	}
	use(r.from)
	use(r.to)
	p.assets[r.asset], p.blocks[r.block] = 0, 0
	n.maxIndex, n.maxOrdinal = max(n.maxIndex, uint64(r.index)), max(n.maxOrdinal, uint64(r.ordinal))
	n.maxClass = max(n.maxClass, uint64(r.class))
	if r.hi != 0 {
		n.high = 1
	}
	x := c.extra()
	if x == nil || x.from == nil {
		return
	}
	for _, legs := range [][]leg{x.from, x.to} {
		if len(legs) > 1 {
			n.several = 1
		}
		for i, l := range legs {
			use(l.address)
			if l.address == nobody {
				continue
			}
			n.maxLeg = max(n.maxLeg, uint64(i))
			if l.amount.Limbs()[1] != 0 || amountWords(l.amount) > 2 {
				n.high = 1
			}
		}
	}
}

// mapBlocks joins the blocks of all parts.
func (m *merger) mapBlocks() {
	type entry struct {
		blockEntry
		part, number int
	}
	var all []entry
	for i, s := range m.parts {
		for number, used := range m.maps[i].blocks {
			if used == gone {
				continue
			}
			height, time := s.block(uint64(number))
			all = append(all, entry{blockEntry{height: height, time: time}, i, number})
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return compareBlocks(a.blockEntry, b.blockEntry) })
	for i, x := range all {
		if i == 0 || x.blockEntry != all[i-1].blockEntry {
			m.blocks = append(m.blocks, x.blockEntry)
		}
		m.maps[x.part].blocks[x.number] = uint32(len(m.blocks) - 1)
	}
	m.n.blocks = uint64(len(m.blocks))
}

// mapAssets joins the assets of all parts.
func (m *merger) mapAssets() {
	numbers := map[string]uint32{}
	for i, s := range m.parts {
		for number, used := range m.maps[i].assets {
			if name := string(s.assets.name(uint32(number))); used != gone && numbers[name] == 0 {
				numbers[name] = 1
				m.assets = append(m.assets, name)
			}
		}
	}
	slices.SortFunc(m.assets, strings.Compare)
	for i, name := range m.assets {
		numbers[name] = uint32(i)
	}
	for i, s := range m.parts {
		for number, used := range m.maps[i].assets {
			if used != gone {
				m.maps[i].assets[number] = numbers[string(s.assets.name(uint32(number)))]
			}
		}
	}
	m.n.assets = uint64(len(m.assets))
}
