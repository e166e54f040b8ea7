package segment

import (
	"errors"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// large has enough transfers that sections get blocks of their own, and enough
// addresses that a merge goes through them in ranges.
var large = shape{chain: clew.Ethereum, transfers: 90_000, addresses: 14_000, assets: 40, heights: 900, hub: 0.2}

func TestLargeSegmentsWrittenInPartsAreTheSameBytes(t *testing.T) {
	for seed := range uint64(4) {
		list := large.random(seed)
		list = list[:len(list)-int(seed)*77] // so that ranges end at other places in their blocks
		fs := vfs.NewMem()
		whole := write(t, fs, "whole.seg", large.chain, list, Options{})
		if n := whole.Info().Addresses; n < potRanges*checkEvery {
			t.Fatalf("%d addresses are too few for ranges", n)
		}
		if x := whole.header.sections[secSides+sideRecords]; x.at%blockSize != 0 || x.size < bigSection {
			t.Fatalf("rows lie at %d and take %d bytes", x.at, x.size)
		}
		parts := write(t, fs, "parts.seg", large.chain, list, Options{PartRows: 23_456})
		sameBytes(t, fs, parts, whole)
		noTemporaries(t, fs)
		if err := parts.Verify(bg); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLargeWritesThatFailLeaveNothing(t *testing.T) {
	failEverywhere(t, large.random(9), Options{PartRows: 40_000}, 11, 50)
}

// Where the parts of a merge are not what their numbers say, it ends by naming
// that, and nothing is left.
func TestMergingPartsThatContradictThemselves(t *testing.T) {
	list := large.random(5)
	for name, spoil := range map[string]func(s *Segment){
		"a run too many": func(s *Segment) { s.n.runs++ },
		"a row too many": func(s *Segment) { s.n.records[1]++ },
		"a row too few":  func(s *Segment) { s.n.records[0]-- },
	} {
		fs := vfs.NewMem()
		parts := []*Segment{
			write(t, fs, "a.seg", large.chain, list[:len(list)/2], Options{}),
			write(t, fs, "b.seg", large.chain, list[len(list)/2:], Options{}),
		}
		spoil(parts[0])
		if _, err := Merge(bg, fs, "c.seg", parts, Options{}); !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		noTemporaries(t, fs)
	}
}
