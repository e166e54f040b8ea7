package segment

import (
	"context"

	"clew"
)

// A rowCursor reads the transfers of a part in chain order.
type rowCursor struct {
	s         *Segment
	part      int
	row, end  uint64
	run       uint64
	r         chainRow // with the part's own numbers
	tx        clew.TxID
	pos       clew.Pos
	extraAt   uint64 // the first extra at row or after
	extraRow  uint64 // its row
	wide      uint64 // the first wide amount that was not looked at
	height    uint64
	lastBlock uint32
}

func newRowCursor(s *Segment, part int, end uint64) *rowCursor {
	c := &rowCursor{s: s, part: part, end: end, lastBlock: gone}
	c.nextExtra()
	if c.more() {
		c.loadRun()
		c.load()
	}
	return c
}

func (c *rowCursor) more() bool { return c.row < c.end }

func (c *rowCursor) nextExtra() {
	c.extraRow = 1 << 63
	if c.extraAt < c.s.n.extras {
		c.extraRow = uint64(c.s.u32(secExtraRows, c.extraAt))
	}
}

func (c *rowCursor) next() {
	for c.extraRow <= c.row {
		c.extraAt++
		c.nextExtra()
	}
	if c.row++; !c.more() {
		return
	}
	if c.s.u64(secRunBits, c.row>>6)>>(c.row&63)&1 != 0 {
		c.run++
		c.loadRun()
	}
	c.load()
}

func (c *rowCursor) loadRun() {
	s := c.s
	c.r.block = uint32(s.packed(secRunBlock, &s.rows.runBlock, c.run))
	c.r.index = uint32(s.packed(secRunIndex, &s.rows.runIndex, c.run))
	c.tx = s.rows.tx(c.run)
	if c.r.block != c.lastBlock {
		c.height, _ = s.block(uint64(c.r.block))
		c.lastBlock = c.r.block
	}
}

func (c *rowCursor) load() {
	s, row := c.s, c.row
	r := &c.r
	r.from, r.to, r.lo = s.u32(secFrom, row), s.u32(secTo, row), s.u64(secLo, row)
	if s.n.high != 0 {
		s.need(secHi, 2*row, 2)
		r.hi = le.Uint16(s.parts[secHi][2*row:])
	}
	r.asset = uint32(s.packed(secAsset, &s.rows.asset, row))
	ordinal := s.packed(secOrdinal, &s.rows.ordinal, row)
	r.class, r.ordinal = uint8(ordinal>>s.rows.ordinalWidth), uint32(ordinal&(1<<s.rows.ordinalWidth-1))
	c.pos = clew.Pos{Height: c.height, Index: r.index, Class: clew.Class(r.class), Ordinal: r.ordinal}
}

// extra returns what else is known of the transfer under the cursor.
func (c *rowCursor) extra() *extra {
	if c.extraRow != c.row {
		return nil
	}
	return c.s.extraAt(c.extraAt)
}

// eachRow calls visit with every transfer of all parts in chain order, and
// says of each that comes again that it is to be dropped.
func (m *merger) eachRow(ctx context.Context, visit func(c *rowCursor, drop bool)) error {
	cursors := make([]*rowCursor, len(m.parts))
	for i, s := range m.parts {
		cursors[i] = newRowCursor(s, i, m.maps[i].rows)
	}
	step := 0
	t := newTournament(len(cursors), func(i int) bool { return cursors[i].more() },
		func(i, j int) bool { return cursors[i].pos.Before(cursors[j].pos) })
	var last clew.Pos
	for any := false; t.len() > 0; any = true {
		c := cursors[t.first()]
		visit(c, any && c.pos == last)
		last = c.pos
		c.next()
		t.fix()
		if step++; step%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// writeRows writes the columns in chain order.
func (m *merger) writeRows(ctx context.Context, w *rowWriter) error {
	if m.simple {
		return m.joinRows(ctx, w)
	}
	b := &rowBatch{m: m, w: w}
	err := m.eachRow(ctx, func(c *rowCursor, drop bool) {
		p := &m.maps[c.part]
		row := w.e.n.rows + uint64(b.n)
		for ; c.wide < c.s.n.wide && uint64(c.s.u32(secWideRows, c.wide)) <= c.row; c.wide++ {
			if !drop && uint64(c.s.u32(secWideRows, c.wide)) == c.row {
				w.wide(row, c.s.wide(c.wide))
			}
		}
		if drop {
			return
		}
		if x := c.extra(); x != nil {
			m.renumberLegs(p, x.from)
			m.renumberLegs(p, x.to)
			w.extra(row, x)
		}
		b.add(c)
	})
	if err != nil {
		return err
	}
	b.flush()
	return w.finish()
}

// A rowBatch gathers transfers, so that the new numbers of their addresses are
// looked up many at a time.
type rowBatch struct {
	m    *merger
	w    *rowWriter
	n    int
	part [rowBatchSize]int32
	rows [rowBatchSize]chainRow
	txs  [rowBatchSize]clew.TxID
}

const rowBatchSize = 256

func (b *rowBatch) add(c *rowCursor) {
	b.part[b.n], b.rows[b.n], b.txs[b.n] = int32(c.part), c.r, c.tx
	if b.n++; b.n == rowBatchSize {
		b.flush()
	}
}

// flush writes what was gathered.
func (b *rowBatch) flush() {
	rows := b.rows[:b.n]
	for i := range rows {
		numbers, r := b.m.maps[b.part[i]].addresses, &rows[i]
		if r.from != nobody {
			r.from = numbers[r.from]
		}
		if r.to != nobody {
			r.to = numbers[r.to]
		}
	}
	for i := range rows {
		p, r := &b.m.maps[b.part[i]], &rows[i]
		r.block, r.asset = p.blocks[r.block], p.assets[r.asset]
		b.w.add(r, &b.txs[i])
	}
	b.n = 0
}

func (m *merger) renumberLegs(p *partMap, legs []leg) {
	for i := range legs {
		if legs[i].address != nobody {
			legs[i].address = p.addresses[legs[i].address]
		}
	}
}
