package segment

import (
	"encoding/binary"

	"clew"
)

// A chainRow is one transfer as the columns in chain order hold it, without
// its transaction.
type chainRow struct {
	lo                                     uint64 // the amount's low 64 bits
	block, index, ordinal, from, to, asset uint32
	tx                                     uint32 // number of the transaction, where there is a list of them
	hi                                     uint16 // the next 16 bits, or wideHi
	class                                  uint8
}

// A rowWriter writes the columns in chain order and the indexes over them.
// Transfers of one transaction and time that follow one another are a run.
type rowWriter struct {
	e                         *encoder
	last                      chainRow
	lastTx                    clew.TxID
	bits                      rankWriter
	runBlock, runIndex        bitWriter
	asset, ordinal            bitWriter
	runBlockWidth, indexWidth uint
	assetWidth, ordinalWidth  uint
	classShift                uint
	txs, spends               *sorter
}

func newRowWriter(e *encoder) *rowWriter {
	s := &e.sections
	return &rowWriter{
		e:             e,
		bits:          rankWriter{words: s[secRunBits], ranks: s[secRunRanks]},
		runBlock:      bitWriter{to: s[secRunBlock]},
		runIndex:      bitWriter{to: s[secRunIndex]},
		asset:         bitWriter{to: s[secAsset]},
		ordinal:       bitWriter{to: s[secOrdinal]},
		runBlockWidth: e.n.runBlockWidth(),
		indexWidth:    e.n.indexWidth(),
		assetWidth:    e.n.assetWidth(),
		classShift:    e.n.ordinalWidth(),
		ordinalWidth:  e.n.ordinalWidth() + e.n.classWidth(),
		txs:           &sorter{spools: e.spools},
		spends:        &sorter{spools: e.spools},
	}
}

// add adds the next transfer.
func (w *rowWriter) add(r *chainRow, tx *clew.TxID) {
	n, s := &w.e.n, &w.e.sections
	begins := n.rows == 0 || r.block != w.last.block || r.index != w.last.index || *tx != w.lastTx
	w.bits.put(begins)
	if begins {
		w.beginRun(r.block, r.index, tx, n.rows)
	}
	s[secFrom].u32(r.from)
	s[secTo].u32(r.to)
	s[secLo].u64(r.lo)
	if n.high != 0 {
		s[secHi].u16(r.hi)
	}
	w.asset.put(uint64(r.asset), w.assetWidth)
	w.ordinal.put(uint64(r.class)<<w.classShift|uint64(r.ordinal), w.ordinalWidth)
	height := w.e.blocks[r.block].height
	pos := [4]uint64{height, uint64(r.index), uint64(r.class), uint64(r.ordinal)}
	if n.rows == 0 {
		n.first = pos
	}
	n.last = pos
	n.rows++
	w.last = *r
}

// beginRun adds a run that begins at a row.
func (w *rowWriter) beginRun(block, index uint32, tx *clew.TxID, row uint64) {
	n, blocks := &w.e.n, w.e.blocks
	if height := blocks[block].height; n.runs == 0 || height != blocks[w.last.block].height {
		first := block
		for first > 0 && blocks[first-1].height == height {
			first--
		}
		for ; int(first) < len(blocks) && blocks[first].height == height; first++ {
			blocks[first].first = uint32(row)
		}
	}
	w.runBlock.put(uint64(block), w.runBlockWidth)
	w.runIndex.put(uint64(index), w.indexWidth)
	w.e.sections[secRunTx].write(tx[:])
	w.lastTx = *tx
	if !tx.IsZero() && !w.e.spools.scratch {
		w.txs.add(binary.BigEndian.Uint64(tx[:]), n.runs)
	}
	n.runs++
}

// wide adds an amount of a transfer, or of one of its legs, that needs more than
// 80 bits. That of the transfer comes first.
func (w *rowWriter) wide(row uint64, amount clew.Amount) {
	w.e.sections[secWideRows].u32(uint32(row))
	for _, limb := range amount.Limbs() {
		w.e.sections[secWideValues].u64(limb)
	}
	w.e.n.wide++
}

// extra adds what else there is to say of a transfer.
func (w *rowWriter) extra(row uint64, x *extra) {
	s := &w.e.sections
	s[secExtraRows].u32(uint32(row))
	s[secExtra].write(x.append(nil))
	s[secExtraEnds].u64(s[secExtra].size)
	w.e.n.extras++
	for i := range x.from {
		if output := x.from[i].spends; output != nil && !w.e.spools.scratch {
			w.spends.add(outputHash(*output), row<<32|uint64(i))
		}
	}
}

// outputHash spreads outputs evenly: a transaction's name is a hash already.
func outputHash(o clew.Output) uint64 {
	return binary.BigEndian.Uint64(o.Tx[:]) ^ uint64(o.Index)*0x9e3779b97f4a7c15
}

func (w *rowWriter) finish() error {
	for _, b := range []*bitWriter{&w.runBlock, &w.runIndex, &w.asset, &w.ordinal} {
		b.finish()
	}
	w.bits.finish()
	s := &w.e.sections
	counts := make([]uint32, 1<<dirBits(w.txs.count))
	shift := 64 - dirBits(w.txs.count)
	err := w.txs.each(func(p pair) {
		s[secTxOrder].u32(uint32(p.value))
		counts[p.key>>shift]++
	})
	if err != nil {
		return err
	}
	if w.txs.count > 0 {
		writeDir(s[secTxDir], counts)
	}
	w.e.n.spends = w.spends.count
	return w.spends.each(func(p pair) {
		s[secSpends].u64(p.key)
		s[secSpends].u64(p.value)
	})
}

func (w *rowWriter) drop() {
	w.txs.drop()
	w.spends.drop()
}
