package ledger_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/memory"
)

// A partedStore answers from parts of a memory ledger, joined.
type partedStore struct {
	*memory.Ledger
	part func(i int, t *clew.Transfer) int
}

type partedSnapshot struct {
	ledger.Reader
	whole ledger.Snapshot
}

func (s partedSnapshot) Chain() clew.Chain        { return s.whole.Chain() }
func (s partedSnapshot) AsOf() clew.BlockRef      { return s.whole.AsOf() }
func (s partedSnapshot) Coverage() *clew.Coverage { return s.whole.Coverage() }
func (s partedSnapshot) Close() error             { return s.whole.Close() }

func (s partedStore) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	whole, err := s.Ledger.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	parted := map[int][]clew.Transfer{}
	for i, t := range whole.(interface{ Transfers() []clew.Transfer }).Transfers() {
		part := s.part(i, &t)
		parted[part] = append(parted[part], t)
	}
	parts := []ledger.Reader{memory.NewSet(nil)}
	for i := range 8 {
		parts = append(parts, memory.NewSet(parted[i]))
	}
	return partedSnapshot{ledger.Join(parts...), whole}, nil
}

func TestJoinedPartsAnswerAsOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, part := range map[string]func(int, *clew.Transfer) int{
		"apart": func(_ int, t *clew.Transfer) int { return int(min(t.Pos.Height/13, 70) % 8) },
		"mixed": func(_ int, t *clew.Transfer) int { return random.IntN(4) },
		"first apart, then mixed": func(_ int, t *clew.Transfer) int {
			if t.Pos.Height < 20 {
				return int(t.Pos.Height / 14)
			}
			return 3 + random.IntN(2)*int(t.Pos.Height%5)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ledgertest.Run(t, func(_ *testing.T, chain clew.Chain) ledger.Store {
				return partedStore{memory.New(chain), part}
			})
		})
	}
}
