package segment

import (
	"math/bits"
	"sort"

	"clew"
)

// rowColumns read transfers in chain order.
type rowColumns struct {
	s                                  *Segment
	runBlock, runIndex, asset, ordinal packed
	ordinalWidth                       uint
}

func newRowColumns(s *Segment) rowColumns {
	n := s.n
	return rowColumns{
		s:            s,
		runBlock:     newPacked(s.parts[secRunBlock], n.runBlockWidth()),
		runIndex:     newPacked(s.parts[secRunIndex], n.indexWidth()),
		asset:        newPacked(s.parts[secAsset], n.assetWidth()),
		ordinal:      newPacked(s.parts[secOrdinal], n.classWidth()+n.ordinalWidth()),
		ordinalWidth: n.ordinalWidth(),
	}
}

// block returns the height and time of a block.
func (s *Segment) block(i uint64) (height uint64, time clew.Time) {
	at := i * s.blocks.size
	s.need(secBlocks, at, s.blocks.size)
	return s.blocks.get(s.parts[secBlocks][at:])
}

// run returns the run of a row.
func (c *rowColumns) run(row uint64) uint64 {
	before, begins := c.s.rank(secRunBits, secRunRanks, row)
	if begins {
		return uint64(before)
	}
	return uint64(before) - 1
}

// firstRow returns the first row of a run.
func (c *rowColumns) firstRow(run uint64) uint64 {
	s := c.s
	words := int(len(s.parts[secRunRanks])-slack) / 4
	w := uint64(sort.Search(words, func(i int) bool { return uint64(s.u32(secRunRanks, uint64(i))) > run })) - 1
	word := s.u64(secRunBits, w)
	for skip := run - uint64(s.u32(secRunRanks, w)); skip > 0 && word != 0; skip-- {
		word &= word - 1
	}
	return w<<6 + uint64(bits.TrailingZeros64(word))
}

// pos returns the position and time of a row.
func (c *rowColumns) pos(row uint64) (clew.Pos, clew.Time) {
	run := c.run(row)
	height, time := c.s.block(c.s.packed(secRunBlock, &c.runBlock, run))
	ordinal := c.s.packed(secOrdinal, &c.ordinal, row)
	return clew.Pos{
		Height: height, Index: uint32(c.s.packed(secRunIndex, &c.runIndex, run)),
		Class: clew.Class(ordinal >> c.ordinalWidth), Ordinal: uint32(ordinal & (1<<c.ordinalWidth - 1)),
	}, time
}

// search returns the first row at or after pos.
func (c *rowColumns) search(pos clew.Pos) uint64 {
	b := c.s.bound(pos)
	first, end := c.firstOf(int(b.first)), c.firstOf(int(b.end))
	return first + uint64(sort.Search(int(end-first), func(i int) bool {
		p, _ := c.pos(first + uint64(i))
		return !p.Before(pos)
	}))
}

// firstOf returns the first row of a block's height.
func (c *rowColumns) firstOf(block int) uint64 {
	if block == int(c.s.n.blocks) {
		return c.s.n.rows
	}
	return uint64(c.s.u32(secBlockFirsts, uint64(block)))
}

// tx returns the transaction of a run.
func (c *rowColumns) tx(run uint64) clew.TxID {
	c.s.need(secRunTx, 32*run, 32)
	return clew.TxID(c.s.parts[secRunTx][32*run : 32*run+32])
}

// amount returns the exact amount of a row.
func (c *rowColumns) amount(row uint64) clew.Amount {
	lo := c.s.u64(secLo, row)
	if c.s.n.high == 0 {
		return clew.Units(lo)
	}
	c.s.need(secHi, 2*row, 2)
	hi := le.Uint16(c.s.parts[secHi][2*row:])
	if hi != wideHi {
		return clew.AmountOf([4]uint64{lo, uint64(hi)})
	}
	return c.s.wide(uint64(sort.Search(int(c.s.n.wide), func(i int) bool { return uint64(c.s.u32(secWideRows, uint64(i))) >= row })))
}

// inWide returns the number of a wide amount, of which there are fewer than
// 2^32, once it is known to be one.
func (s *Segment) inWide(i uint64) uint32 {
	if i >= s.n.wide {
		panic(&damageError{s.damage("%s: number %d of %d", sectionNames[secWideValues], i, s.n.wide)})
	}
	return uint32(i)
}

// wide returns a wide amount.
func (s *Segment) wide(i uint64) clew.Amount {
	i = uint64(s.inWide(i))
	s.need(secWideValues, wideBytes*i, wideBytes)
	return amountOf(s.parts[secWideValues][wideBytes*i:])
}

// extra returns what else is known of a row; nil if nothing is.
func (c *rowColumns) extra(row uint64) *extra {
	s := c.s
	count := int(s.n.extras)
	at := sort.Search(count, func(i int) bool { return uint64(s.u32(secExtraRows, uint64(i))) >= row })
	if at == count || uint64(s.u32(secExtraRows, uint64(at))) != row {
		return nil
	}
	return s.extraAt(uint64(at))
}

func (s *Segment) extraAt(at uint64) *extra {
	from, to := uint64(0), s.u64(secExtraEnds, at)
	if at > 0 {
		from = s.u64(secExtraEnds, at-1)
	}
	s.need(secExtra, from, to-from)
	x, err := parseExtra(s.parts[secExtra][from:to])
	if err != nil {
		panic(&damageError{s.damage("%w", err)})
	}
	return &x
}

// transfer returns a whole transfer.
func (c *rowColumns) transfer(row uint64) clew.Transfer {
	s := c.s
	pos, time := c.pos(row)
	t := clew.Transfer{Pos: pos, Time: time, Tx: c.tx(c.run(row)), Asset: s.assets.asset(uint32(s.packed(secAsset, &c.asset, row)))}
	x := c.extra(row)
	if x == nil || x.from == nil {
		amount := c.amount(row)
		legs := &[2]clew.Leg{{Address: s.address(s.u32(secFrom, row)), Amount: amount}, {Address: s.address(s.u32(secTo, row)), Amount: amount}}
		t.From, t.To = legs[:1:1], legs[1:]
	}
	if x != nil {
		if x.from != nil {
			t.From, t.To = s.legs(x.from), s.legs(x.to)
		}
		t.Item, t.Aggregate, t.Rounded = x.item, x.aggregate, x.rounded
	}
	if err := t.Check(); err != nil {
		panic(&damageError{s.damage("%w", err)})
	}
	return t
}

// address returns the address of a number in columns and legs.
func (s *Segment) address(id uint32) clew.Address {
	if id == nobody {
		return clew.Address{}
	}
	return s.names.address(id)
}

func (s *Segment) legs(legs []leg) []clew.Leg {
	list := make([]clew.Leg, len(legs))
	for i, l := range legs {
		list[i] = clew.Leg{Address: s.address(l.address), Amount: l.amount, Spends: l.spends, Unknown: l.unknown}
	}
	return list
}
