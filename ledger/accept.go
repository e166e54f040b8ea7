package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"clew"
)

// A Tip is the end of what a ledger holds whole, where the next block goes.
type Tip struct {
	Next  uint64    // height wanted
	Any   bool      // any height will do: nothing is held whole
	Block clew.TxID // hash of the block before Next; zero: not known
}

// CheckBlocks reports why blocks cannot follow tip on chain. A block that does
// not fit in the row of blocks is a *clew.InputError.
func CheckBlocks(chain clew.Chain, tip Tip, blocks []clew.Block) error {
	for i := range blocks {
		b := &blocks[i]
		if err := tip.check(b); err != nil {
			return err
		}
		if err := b.Check(chain); err != nil {
			return err
		}
		for j := range b.Transfers {
			if err := checkPos(b.Transfers[j].Pos); err != nil {
				return err
			}
		}
		for j := range b.Acts {
			if err := checkPos(b.Acts[j].Pos); err != nil {
				return err
			}
		}
		tip = Tip{Next: b.Ref.Height + 1, Block: b.Ref.Hash}
	}
	return nil
}

func (t Tip) check(b *clew.Block) error {
	height := fmt.Sprint(b.Ref.Height)
	switch {
	case b.Ref.Height == math.MaxUint64:
		return &clew.InputError{Field: "block", Value: height, Want: "a height below 2^64-1"}
	case !t.Any && b.Ref.Height != t.Next:
		return &clew.InputError{Field: "block", Value: height, Want: fmt.Sprintf("height %d, which comes next", t.Next)}
	case !t.Any && !b.Parent.IsZero() && !t.Block.IsZero() && b.Parent != t.Block:
		return &clew.InputError{Field: "parent of block " + height, Value: b.Parent.String(), Want: t.Block.String() + ", the last block held"}
	}
	return nil
}

// CheckTransfer reports why a load cannot take t into a ledger of chain.
func CheckTransfer(chain clew.Chain, t *clew.Transfer) error {
	if !t.Asset.IsZero() && t.Asset.Chain() != chain {
		return fmt.Errorf("transfer at %s moves %s, which is not on %s", t.Pos, t.Asset, chain)
	}
	if err := t.Check(); err != nil {
		return err
	}
	return checkPos(t.Pos)
}

func checkPos(p clew.Pos) error {
	if p.Height == math.MaxUint64 || p.Ordinal >= MadeUp/2 || p.Class > clew.BlockLevel {
		return &clew.InputError{Field: "position", Value: p.String(), Want: "a height below 2^64-1, a known class and an ordinal below 2^30"}
	}
	return nil
}

// Compare orders transfers by position and, where that is the same, by what
// they say, so that the order in which a source gives them does not matter.
func Compare(t, u *clew.Transfer) int {
	if c := t.Pos.Cmp(u.Pos); c != 0 {
		return c
	}
	return cmp.Or(
		bytes.Compare(t.Tx[:], u.Tx[:]),
		strings.Compare(t.Asset.String(), u.Asset.String()),
		slices.CompareFunc(t.From, u.From, compareLegs),
		slices.CompareFunc(t.To, u.To, compareLegs),
		compareItems(t.Item, u.Item),
		cmp.Compare(t.Time, u.Time),
	)
}

func compareLegs(a, b clew.Leg) int {
	return cmp.Or(compareAddresses(a.Address, b.Address), a.Amount.Cmp(b.Amount))
}

func compareAddresses(a, b clew.Address) int {
	x, _ := a.RawKey()
	y, _ := b.RawKey()
	return cmp.Or(cmp.Compare(a.Form(), b.Form()), bytes.Compare(x[:], y[:]))
}

func compareItems(a, b *clew.Amount) int {
	switch {
	case a != nil && b != nil:
		return a.Cmp(*b)
	case a != nil:
		return 1
	case b != nil:
		return -1
	}
	return 0
}
