package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"clew"
)

// A source gives the rows of one file block by block.
type source interface {
	next() (height uint64, ok bool)
	gather(height uint64) error // adds all rows at that height, which is next's
	close()
}

// bufferedMax is how many rows of a file that is not in the order of its blocks
// are sorted in memory.
const bufferedMax = 1 << 21

// blockRowsMax is how many rows of one file may be of one block, which is what
// is held in memory. Real blocks stay far below it.
const blockRowsMax = 1 << 21

// A stream is a source of rows of one sort.
type stream[T any] struct {
	e      *evmReader
	part   *part
	table  table
	decode func(r *row, chain clew.Chain, into *T)
	height func(*T) uint64
	add    func(*T)

	b     batch
	at    int
	head  T
	have  bool
	last  uint64
	begun bool
	held  []T // all rows in order, for a file that is not; the head is before them
}

// begin opens a file and makes it one of e's sources.
func begin[T any](e *evmReader, p *part, columns [][]string, decode func(*row, clew.Chain, *T), height func(*T) uint64, add func(*T)) error {
	t, err := e.s.table(p, columns)
	if err != nil {
		return err
	}
	st := &stream[T]{e: e, part: p, table: t, decode: decode, height: height, add: add}
	e.sources = append(e.sources, st)
	if e.s.orders[p.name] == unordered {
		return st.sort()
	}
	return st.advance()
}

func (st *stream[T]) close() { st.table.close() }

func (st *stream[T]) next() (uint64, bool) { return st.last, st.have }

func (st *stream[T]) gather(height uint64) error {
	for rows := 0; st.have && st.last == height; rows++ {
		if rows >= blockRowsMax {
			return wrongFile(st.part.name, fmt.Sprintf("at most %d rows of one block; block %d has more", blockRowsMax, height))
		}
		st.add(&st.head)
		if err := st.advance(); err != nil {
			return err
		}
	}
	return nil
}

// advance moves to the next good row.
func (st *stream[T]) advance() error {
	if st.held != nil {
		if st.have = len(st.held) > 0; st.have {
			st.head, st.held = st.held[0], st.held[1:]
			st.last = st.height(&st.head)
		}
		return nil
	}
	err := st.row(&st.head)
	if errors.Is(err, io.EOF) {
		st.have = false
		return nil
	}
	if err != nil {
		return err
	}
	h := st.height(&st.head)
	if st.begun && h < st.last {
		return errOrder{st.part.name, st.b.lines[st.at-1], unordered}
	}
	st.last, st.have, st.begun = h, true, true
	return nil
}

// row reads the next good row; io.EOF after the last.
func (st *stream[T]) row(into *T) error {
	for {
		for st.at == st.b.rows {
			if err := st.table.read(&st.b); err != nil {
				return err
			}
			if err := st.e.s.tick(&st.b); err != nil {
				return err
			}
			st.at = 0
		}
		r := row{b: &st.b, i: st.at}
		st.at++
		st.decode(&r, st.e.chain, into)
		if r.err == nil {
			return nil
		}
		if err := st.e.s.bad.bad(st.part.name, st.b.lines[r.i], r.err); err != nil {
			return err
		}
	}
}

// sort reads all rows and puts them in the order of their blocks. Where the
// newest is first, so it is within blocks too.
func (st *stream[T]) sort() error {
	st.held = []T{}
	for {
		var t T
		err := st.row(&t)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(st.held) >= bufferedMax {
			return wrongFile(st.part.name, fmt.Sprintf("rows in the order of their blocks, or at most %d rows", bufferedMax))
		}
		st.held = append(st.held, t)
	}
	older := func(i, j int) bool { return st.height(&st.held[i]) < st.height(&st.held[j]) }
	newestFirst := true
	for i := 1; i < len(st.held) && newestFirst; i++ {
		newestFirst = !older(i-1, i)
	}
	if newestFirst {
		slices.Reverse(st.held)
	}
	sort.SliceStable(st.held, older)
	return st.advance()
}

func (g *gathering) reset(height uint64) {
	g.Block.Reset()
	*g = gathering{Block: g.Block, receipts: g.receipts[:0], tokens: g.tokens[:0], bareTxs: g.bareTxs[:0], bareFrames: g.bareFrames[:0], bareLogs: g.bareLogs[:0]}
	g.Height = height
}

// timed takes over a time that a row of any file gives.
func (g *gathering) timed(t clew.Time) {
	if t.Known() {
		g.Time = t
	}
}

func (g *gathering) addBlock(b *blockRow) {
	g.timed(b.time)
	g.head, g.count, g.counted = true, b.count, b.counted
	g.HasHead, g.Miner, g.BaseFee = true, b.miner, b.baseFee
	g.Credits = append(g.Credits[:0], b.credits...)
}

func (g *gathering) addTx(t *txRow) {
	g.timed(t.time)
	if !t.indexed {
		g.bareTxs = append(g.bareTxs, len(g.Txs))
	}
	g.Txs = append(g.Txs, t.tx)
}

func (g *gathering) addReceipt(t *receiptRow) { g.receipts = append(g.receipts, *t) }

func (g *gathering) addLog(l *logRow) {
	g.timed(l.time)
	if l.log.Count > 0 {
		if !l.indexed {
			g.bareLogs = append(g.bareLogs, len(g.Logs))
		}
		g.Logs = append(g.Logs, l.log)
	}
}

func (g *gathering) addToken(t *tokenRow) {
	g.timed(t.time)
	g.tokens = append(g.tokens, *t)
}

func (g *gathering) addFrame(f *frameRow) {
	g.timed(f.time)
	if !f.indexed {
		g.bareFrames = append(g.bareFrames, len(g.Frames))
	}
	g.Frames = append(g.Frames, f.frame)
}
