package segment

import (
	"errors"
	"testing"

	"clew"
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
	list := large.random(9)
	full := errors.New("no space left")
	for step := 1; ; step += 11 {
		mem := vfs.NewMem()
		mem.FailAt(step, full)
		_, err := Write(bg, mem, "a.seg", large.chain, FromSlice(list), Options{PartRows: 40_000})
		if err == nil {
			if step < 50 {
				t.Fatalf("only %d steps", step)
			}
			return
		}
		if !errors.Is(err, full) {
			t.Fatal(err)
		}
		names, _ := mem.List()
		for _, name := range names {
			if !IsTemporary(name) && name != "a.seg" {
				t.Fatalf("%s stayed", name)
			}
		}
		if n := mem.Mapped(); n > 0 {
			t.Fatalf("step %d: %d mappings stayed", step, n)
		}
	}
}
