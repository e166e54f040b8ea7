package ingest

import (
	"fmt"

	"clew"
)

// A rowOrder says what the rows of a file, one after another, tell of the
// order of transfers within a block. Where places are made up, transfers of one
// block are put in the order of the rows if these are in the chain's order or
// against it, told by their heights; else in that of [ledger.Compare]: by
// transaction, asset and parties, whatever the order of the rows.
type rowOrder uint8

const (
	oldestFirst rowOrder = iota // heights never fall
	newestFirst                 // heights never rise
	unordered                   // they do both
)

// errOrder says that a file must be read again: its rows are in another order
// than they were read for.
type errOrder struct {
	file  string
	line  int64
	order rowOrder
}

func (e errOrder) Error() string {
	return fmt.Sprintf("%s:%d: a block out of order", e.file, e.line)
}

// A placer makes up ordinals for the rows of one file.
type placer struct {
	file  string
	order rowOrder
	last  map[clew.Chain]uint64
	risen bool
}

func (s *session) placer(file string) placer {
	return placer{file: file, order: s.orders[file], last: map[clew.Chain]uint64{}}
}

// ordinal returns one of the given number of bits for a row, or an errOrder.
// Rows of no order have the same: the ledger parts them by what they say.
func (p *placer) ordinal(chain clew.Chain, height uint64, line int64, bits uint) (uint32, error) {
	last, met := p.last[chain]
	if !met || height != last {
		p.last[chain] = height
	}
	switch {
	case !met || height == last || p.order == unordered:
	case p.order == newestFirst && height > last, p.order == oldestFirst && height < last && p.risen:
		return 0, errOrder{p.file, line, unordered}
	case p.order == oldestFirst && height < last:
		return 0, errOrder{p.file, line, newestFirst}
	default:
		p.risen = true
	}
	most := uint32(1)<<bits - 1
	switch p.order {
	case oldestFirst:
		return uint32(line) & most, nil
	case newestFirst:
		return most - uint32(line)&most, nil
	}
	return 0, nil
}
