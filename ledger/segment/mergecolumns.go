package segment

import (
	"context"
	"math/bits"

	"clew"
)

// A columnJoin writes the columns of parts that follow one another, of which
// every transfer stays: column by column, and bytes that need no new numbers as
// they are.
type columnJoin struct {
	m      *merger
	w      *rowWriter
	s      *Segment // the part in hand
	p      *partMap
	base   uint64 // transfers of the parts before
	buffer [8 * checkEvery]byte
}

// joinRows does what [merger.writeRows] does for such parts.
func (m *merger) joinRows(ctx context.Context, w *rowWriter) error {
	j := &columnJoin{m: m, w: w}
	n := &w.e.n
	for i, s := range m.parts {
		j.s, j.p, j.base = s, &m.maps[i], n.rows
		if err := j.runs(ctx, i > 0 && m.continues(i)); err != nil {
			return err
		}
		j.uncommon()
		for from := uint64(0); from < s.n.rows; from += checkEvery {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			j.rows(from, min(from+checkEvery, s.n.rows))
		}
		if i == 0 {
			n.first = s.n.first
		}
		n.last = s.n.last
		n.rows += s.n.rows
	}
	return w.finish()
}

// runs writes the runs of the part. If it is continued, the first is the last
// of the part before.
func (j *columnJoin) runs(ctx context.Context, continued bool) error {
	s, run := j.s, uint64(0)
	for row := uint64(0); row < s.n.rows; row += 64 {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		count := min(64, s.n.rows-row)
		begins := s.u64(secRunBits, row/64) & (1<<count - 1)
		if row == 0 && continued {
			begins, run = begins&^1, 1
		}
		j.w.bits.putWord(begins, uint(count))
		for ; begins != 0; begins &= begins - 1 {
			block := j.p.blocks[s.packed(secRunBlock, &s.rows.runBlock, run)]
			index := uint32(s.packed(secRunIndex, &s.rows.runIndex, run))
			s.need(secRunTx, 32*run, 32)
			tx := (*clew.TxID)(s.parts[secRunTx][32*run:])
			j.w.beginRun(block, index, tx, j.base+row+uint64(bits.TrailingZeros64(begins)))
			j.w.last.block = block
			run++
		}
	}
	return nil
}

// uncommon writes wide amounts and what else the columns cannot hold.
func (j *columnJoin) uncommon() {
	s := j.s
	for i := range s.n.wide {
		j.w.wide(j.base+uint64(s.u32(secWideRows, i)), s.wide(i))
	}
	for i := range s.n.extras {
		x := s.extraAt(i)
		j.m.renumberLegs(j.p, x.from)
		j.m.renumberLegs(j.p, x.to)
		j.w.extra(j.base+uint64(s.u32(secExtraRows, i)), x)
	}
}

// rows writes the columns that have an entry for each transfer.
func (j *columnJoin) rows(from, to uint64) {
	s, w := j.s, j.w
	j.addresses(secFrom, from, to)
	j.addresses(secTo, from, to)
	w.e.sections[secLo].write(j.bytes(secLo, 8, from, to))
	if w.e.n.high != 0 && s.n.high != 0 {
		w.e.sections[secHi].write(j.bytes(secHi, 2, from, to))
	} else if w.e.n.high != 0 {
		clear(j.buffer[:2*(to-from)])
		w.e.sections[secHi].write(j.buffer[:2*(to-from)])
	}
	assets, ordinals := &s.rows.asset, &s.rows.ordinal
	s.needPacked(secAsset, assets, from, to)
	s.needPacked(secOrdinal, ordinals, from, to)
	ordinalBits := uint64(1)<<s.rows.ordinalWidth - 1
	for row := from; row < to; row++ {
		w.asset.put(uint64(j.p.assets[assets.get(row)]), w.assetWidth)
		o := ordinals.get(row)
		w.ordinal.put(o>>s.rows.ordinalWidth<<w.classShift|o&ordinalBits, w.ordinalWidth)
	}
}

// bytes returns the entries of some transfers in a column of whole bytes.
func (j *columnJoin) bytes(id section, size, from, to uint64) []byte {
	j.s.need(id, size*from, size*(to-from))
	return j.s.parts[id][size*from : size*to]
}

// addresses writes a column of addresses.
func (j *columnJoin) addresses(id section, from, to uint64) {
	old, numbers := j.bytes(id, 4, from, to), j.p.addresses
	for at := 0; at < len(old); at += 4 {
		number := le.Uint32(old[at:])
		if number != nobody {
			number = numbers[number]
		}
		le.PutUint32(j.buffer[at:], number)
	}
	j.w.e.sections[id].write(j.buffer[:len(old)])
}
