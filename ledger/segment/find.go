package segment

import (
	"context"
	"encoding/binary"
	"fmt"
	"sort"

	"clew"
)

// Transfer returns the transfer at pos.
func (s *Segment) Transfer(ctx context.Context, pos clew.Pos) (t clew.Transfer, err error) {
	if err := ctx.Err(); err != nil {
		return t, err
	}
	err = s.guard(func() error {
		row := s.rows.search(pos)
		if row < s.n.rows {
			if at, _ := s.rows.pos(row); at == pos {
				t = s.rows.transfer(row)
				return nil
			}
		}
		return fmt.Errorf("transfer at %s: %w", pos, clew.ErrNotFound)
	})
	return t, err
}

// Transaction returns the transfers of a transaction in chain order.
func (s *Segment) Transaction(ctx context.Context, id clew.TxID) (transfers []clew.Transfer, err error) {
	err = s.guard(func() error {
		for _, run := range s.runsOf(id) {
			row := s.rows.firstRow(run)
			for begins := false; !begins; row++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				transfers = append(transfers, s.rows.transfer(row))
				if row+1 == s.n.rows {
					break
				}
				_, begins = s.rank(secRunBits, secRunRanks, row+1)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(transfers) == 0 {
		return nil, fmt.Errorf("transaction %s: %w", id, clew.ErrNotFound)
	}
	return transfers, nil
}

// runsOf returns the runs of a transaction, of which there is mostly one.
func (s *Segment) runsOf(id clew.TxID) []uint64 {
	count := uint64(len(s.parts[secTxOrder])-slack) / 4
	if count == 0 || id.IsZero() {
		return nil
	}
	key := binary.BigEndian.Uint64(id[:])
	at := key >> (64 - dirBits(count))
	lo, hi := uint64(s.u32(secTxDir, at)), uint64(s.u32(secTxDir, at+1))
	keyOf := func(i uint64) uint64 {
		tx := s.rows.tx(uint64(s.u32(secTxOrder, i)))
		return binary.BigEndian.Uint64(tx[:])
	}
	var runs []uint64
	for i := lo + uint64(sort.Search(int(hi-lo), func(i int) bool { return keyOf(lo+uint64(i)) >= key })); i < hi && keyOf(i) == key; i++ {
		if run := uint64(s.u32(secTxOrder, i)); s.rows.tx(run) == id {
			runs = append(runs, run)
		}
	}
	return runs
}

// Spender returns which input spends an output of the transfer at creator,
// which must be in the segment; see [Segment.SpenderOf].
func (s *Segment) Spender(ctx context.Context, creator clew.Pos, output uint32) (clew.Pos, uint32, error) {
	t, err := s.Transfer(ctx, creator)
	if err != nil {
		return clew.Pos{}, 0, err
	}
	return s.SpenderOf(ctx, clew.Output{Tx: t.Tx, Index: output})
}

// SpenderOf returns the position of the transfer that spends an output, and
// the index of the input that does so; it wraps clew.ErrNotFound if none in
// the segment does. The output's creator need not be in the segment.
func (s *Segment) SpenderOf(ctx context.Context, output clew.Output) (pos clew.Pos, input uint32, err error) {
	if err := ctx.Err(); err != nil {
		return pos, 0, err
	}
	err = s.guard(func() error {
		hash, count := outputHash(output), int(s.n.spends)
		at := sort.Search(count, func(i int) bool { return s.u64(secSpends, 2*uint64(i)) >= hash })
		for ; at < count && s.u64(secSpends, 2*uint64(at)) == hash; at++ {
			value := s.u64(secSpends, 2*uint64(at)+1)
			x := s.rows.extra(value >> 32)
			if input = uint32(value); x != nil && uint64(input) < uint64(len(x.from)) && x.from[input].spends != nil && *x.from[input].spends == output {
				pos, _ = s.rows.pos(value >> 32)
				return nil
			}
		}
		return fmt.Errorf("spender of output %d of %s: %w", output.Index, output.Tx, clew.ErrNotFound)
	})
	if err != nil {
		return clew.Pos{}, 0, err
	}
	return pos, input, nil
}
