package segment

import (
	"context"
	"encoding/binary"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// chunkRows is how many transfers a sweep shows at once: columns of that
// length stay in the processor's second cache.
const chunkRows = 4096

// Sweep calls visit with every transfer at or after from, in chain order.
func (s *Segment) Sweep(ctx context.Context, from clew.Pos, visit func(*ledger.Chunk) error) error {
	return s.sweep(ctx, visit, func(show func(row, n uint64) error) error {
		for row := s.rows.search(from); row < s.n.rows; row += chunkRows {
			if err := show(row, min(chunkRows, s.n.rows-row)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SweepBack calls visit with every transfer before until, the latest first.
func (s *Segment) SweepBack(ctx context.Context, until clew.Pos, visit func(*ledger.Chunk) error) error {
	return s.sweep(ctx, visit, func(show func(row, n uint64) error) error {
		for end := s.rows.search(until); end > 0; {
			n := min(chunkRows, end)
			end -= n
			if err := show(end, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweep calls visit with the chunks that a walk over the rows shows.
func (s *Segment) sweep(ctx context.Context, visit func(*ledger.Chunk) error, walk func(show func(row, n uint64) error) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.adviseSweep(1)
	defer s.adviseSweep(-1)
	return s.guard(func() error {
		c := &columns{chunk: ledger.Chunk{Names: &s.names, Assets: s.assets.all()}}
		return walk(func(row, n uint64) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.fill(s, row, n)
			return calling(func() error { return visit(&c.chunk) })
		})
	})
}

// columns are a chunk with room for what it shows.
type columns struct {
	chunk ledger.Chunk
	ids   [3][chunkRows]uint32
	lo    [chunkRows]uint64
}

// fill makes the chunk show n transfers from row on.
func (c *columns) fill(s *Segment, row, n uint64) {
	chunk := &c.chunk
	chunk.From, chunk.To, chunk.Asset, chunk.Lo = c.ids[0][:n], c.ids[1][:n], c.ids[2][:n], c.lo[:n]
	s.column32(secFrom, row, chunk.From)
	s.column32(secTo, row, chunk.To)
	s.columnAssets(row, chunk.Asset)
	s.need(secLo, 8*row, 8*n)
	b := s.parts[secLo][8*row:]
	for i := range chunk.Lo {
		chunk.Lo[i] = le.Uint64(b[8*i:])
	}
	chunk.Rest = &rest{s, row}
}

func (s *Segment) column32(id section, row uint64, to []uint32) {
	s.need(id, 4*row, 4*uint64(len(to)))
	b := s.parts[id][4*row : 4*(row+uint64(len(to)))]
	for i := range to {
		to[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
}

func (s *Segment) columnAssets(row uint64, to []uint32) {
	p := s.rows.asset
	first := row * uint64(p.width) >> 3
	end := (row + uint64(len(to))) * uint64(p.width) >> 3
	s.need(secAsset, first, end-first+1)
	for i := range to {
		to[i] = uint32(p.get(row + uint64(i)))
	}
}

// adviseSweep counts sweeps, and tells the kernel when the first begins and
// the last ends: columns are read on while a sweep is under way, and one page
// at a time otherwise.
func (s *Segment) adviseSweep(change int) {
	s.sweeps.Lock()
	defer s.sweeps.Unlock()
	before := s.sweeping
	s.sweeping += change
	how := vfs.Sequential
	if s.sweeping == 0 {
		how = vfs.Random
	} else if before > 0 {
		return
	}
	for _, id := range []section{secFrom, secTo, secAsset, secLo} {
		x := s.header.sections[id]
		s.mapping.Advise(int(x.at), int(x.size), how)
	}
}

// rest implements ledger.Rest for a chunk.
type rest struct {
	s     *Segment
	first uint64
}

func (r *rest) Pos(i int) clew.Pos {
	defer r.s.blame()
	pos, _ := r.s.rows.pos(r.first + uint64(i))
	return pos
}

func (r *rest) Time(i int) clew.Time {
	defer r.s.blame()
	_, time := r.s.rows.pos(r.first + uint64(i))
	return time
}

func (r *rest) Amount(i int) clew.Amount {
	defer r.s.blame()
	return r.s.rows.amount(r.first + uint64(i))
}

func (r *rest) Transfer(i int) (t clew.Transfer, err error) {
	err = r.s.guard(func() error {
		t = r.s.rows.transfer(r.first + uint64(i))
		return nil
	})
	return t, err
}
