package engine

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/bench/gen"
	"clew/ledger"
)

// Own is Clew's ledger on disk, filled through package ingest.
type Own struct{}

// Name returns "own".
func (Own) Name() string { return "own" }

// Open opens the ledger and takes a snapshot.
func (Own) Open(ctx context.Context, dir string) (Store, error) {
	snapshot, closeStore, err := OpenOwn(ctx, dir)
	if err != nil {
		return nil, err
	}
	return newOwnStore(snapshot, closeStore), nil
}

// ownStore answers from a snapshot.
type ownStore struct {
	snapshot   ledger.Snapshot
	closeStore func() error
	assets     map[clew.Asset]uint32
	page       []ledger.Row
	names      []clew.Address // of a batch
	touched    uint64         // keeps what is brought and left from being optimised away
}

func newOwnStore(snapshot ledger.Snapshot, closeStore func() error) *ownStore {
	s := &ownStore{snapshot: snapshot, closeStore: closeStore, assets: map[clew.Asset]uint32{}}
	for i, a := range gen.Assets() {
		s.assets[a] = uint32(i)
	}
	return s
}

func (s *ownStore) Lookup(ctx context.Context, a gen.Address, visit Visit) error {
	q := ledger.Query{Address: a.Clew(), Side: ledger.Out, Limit: ledger.MaxPage}
	for {
		rows, more, err := s.snapshot.Rows(ctx, q, s.page[:0])
		if err != nil {
			return err
		}
		s.page = rows
		s.hand(a, rows, visit)
		if !more {
			return nil
		}
		q.From = after(rows[len(rows)-1].Pos)
	}
}

// after returns the position that follows p, on chains without several legs.
func after(p clew.Pos) clew.Pos {
	p.Ordinal++
	return p
}

// hand gives rows of an address to visit, in the form that all engines share;
// without visit the rows stay as they are.
func (s *ownStore) hand(a gen.Address, rows []ledger.Row, visit Visit) {
	if visit == nil {
		for i := range rows {
			s.touched += rows[i].Amount.Limbs()[0]
		}
		return
	}
	var row gen.Row
	for i := range rows {
		r := &rows[i]
		row = gen.Row{
			Pos: gen.PackPos(r.Pos), Time: uint32(r.Time), Asset: s.assets[r.Asset],
			From: a, To: gen.AddressOf(r.Peer), Amount: r.Amount.Limbs(),
		}
		visit(&row)
	}
}

// Batch asks for all rows. An address with more than a page is asked for the
// rest by itself.
func (s *ownStore) Batch(ctx context.Context, addresses []gen.Address, visit Visit) error {
	s.names = s.names[:0]
	for _, a := range addresses {
		s.names = append(s.names, a.Clew())
	}
	var long []int
	err := s.snapshot.Batch(ctx, s.names, ledger.Query{Side: ledger.Out, Limit: ledger.MaxPage}, func(i int, rows []ledger.Row) error {
		if len(rows) >= ledger.MaxPage {
			long = append(long, i)
			return nil
		}
		s.hand(addresses[i], rows, visit)
		return nil
	})
	for _, i := range long {
		err = errors.Join(err, s.Lookup(ctx, addresses[i], visit))
	}
	return err
}

// Sweep reads the columns. Without visit it leaves addresses as the numbers
// that they are in a chunk, which is what walks over everything use.
func (s *ownStore) Sweep(ctx context.Context, visit Visit) error {
	if visit == nil {
		return s.snapshot.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
			for i := range c.From {
				s.touched += uint64(c.From[i]^c.To[i]^c.Asset[i]) + c.Rest.Amount(i).Limbs()[1] + c.Lo[i]
			}
			return nil
		})
	}
	var row gen.Row
	return s.snapshot.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
		assets := make([]uint32, len(c.Assets))
		for i, a := range c.Assets {
			assets[i] = s.assets[a]
		}
		for i := range c.From {
			row.From, row.To = nameOf(c.Names, c.From[i]), nameOf(c.Names, c.To[i])
			row.Asset, row.Amount = assets[c.Asset[i]], c.Rest.Amount(i).Limbs()
			visit(&row)
		}
		return nil
	})
}

func nameOf(names ledger.Names, id uint32) gen.Address {
	if id == ledger.NoID {
		return gen.Address{}
	}
	return gen.AddressOf(names.Address(id))
}

// SweepNumbers asks for a number once for each address of a run of chunks.
func (s *ownStore) SweepNumbers(ctx context.Context, number func(gen.Address) uint32, visit func(from, to uint32, amount clew.Amount)) error {
	const unasked = 1<<32 - 1
	var names ledger.Names
	var numbers []uint32
	nobody := number(gen.Address{})
	ask := func(id uint32) uint32 {
		if id == ledger.NoID {
			return nobody
		}
		if numbers[id] == unasked {
			numbers[id] = number(nameOf(names, id))
		}
		return numbers[id]
	}
	return s.snapshot.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
		if c.Names != names {
			names, numbers = c.Names, make([]uint32, c.Names.Len())
			for i := range numbers {
				numbers[i] = unasked
			}
		}
		native := slices.Index(c.Assets, clew.NativeAsset(gen.Chain))
		for i := range c.From {
			if int(c.Asset[i]) == native {
				visit(ask(c.From[i]), ask(c.To[i]), c.Rest.Amount(i))
			}
		}
		return nil
	})
}

func (s *ownStore) Close() error { return errors.Join(s.snapshot.Close(), s.closeStore()) }
