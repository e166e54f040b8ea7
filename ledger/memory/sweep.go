package memory

import (
	"context"

	"clew"
	"clew/ledger"
)

// chunkLength is how many transfers a sweep shows at once.
const chunkLength = 4096

// Sweep calls visit with every transfer at or after from.
func (s *Set) Sweep(ctx context.Context, from clew.Pos, visit func(*ledger.Chunk) error) error {
	for i := s.search(from); i < len(s.transfers); i += chunkLength {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(s.chunk(i, min(i+chunkLength, len(s.transfers)))); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// SweepBack calls visit with every transfer before until, the latest first.
func (s *Set) SweepBack(ctx context.Context, until clew.Pos, visit func(*ledger.Chunk) error) error {
	for end := s.search(until); end > 0; end -= min(end, chunkLength) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(s.chunk(max(0, end-chunkLength), end)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *Set) chunk(i, end int) *ledger.Chunk {
	return &ledger.Chunk{
		Names: names{s}, Assets: s.assets, Rest: rest{s.transfers[i:end]},
		From: s.from[i:end], To: s.to[i:end], Asset: s.asset[i:end], Lo: s.lo[i:end],
	}
}

type names struct{ set *Set }

func (n names) Len() int                       { return len(n.set.addresses) }
func (n names) Address(id uint32) clew.Address { return n.set.addresses[id] }

func (n names) ID(a clew.Address) (uint32, bool) {
	id, ok := n.set.ids[a]
	return id, ok
}

type rest struct{ transfers []clew.Transfer }

func (r rest) Pos(i int) clew.Pos                    { return r.transfers[i].Pos }
func (r rest) Time(i int) clew.Time                  { return r.transfers[i].Time }
func (r rest) Amount(i int) clew.Amount              { return r.transfers[i].Amount() }
func (r rest) Transfer(i int) (clew.Transfer, error) { return r.transfers[i], nil }
