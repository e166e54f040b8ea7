package segment

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

func TestVerifyPassesWhatIsWritten(t *testing.T) {
	forShapes(t, func(t *testing.T, sh shape, list []clew.Transfer) {
		s := write(t, vfs.NewMem(), "a.seg", sh.chain, list, Options{})
		if err := s.Verify(bg); err != nil {
			t.Fatal(err)
		}
	})
}

// What a checksum cannot see, because it is right, Verify must: a changed bit
// of an index, or of a fact that is held twice.
func TestVerifyFindsWrongContentsUnderRightChecksums(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, sh := range append(victimShapes, shapes["odd times"], shapes["many assets"]) {
		list := sh.random(1)
		fs := vfs.NewMem()
		s := writeActs(t, fs, "v.seg", sh.chain, list, randomActs(sh.chain, 150, 1), Options{})
		whole := content(t, fs, "v.seg")
		for id, x := range s.header.sections {
			for range min(x.size, 8) {
				changed := slices.Clone(whole)
				at := x.at + r.Uint64N(x.size)
				changed[at] ^= 1 << r.IntN(8)
				if onlyFact(section(id), at-x.at) || fills(s, section(id), at-x.at) {
					continue
				}
				fs.Overwrite("w.seg", mendChecksums(changed))
				w, err := Open(fs, "w.seg")
				if err == nil {
					err = w.Verify(bg)
					w.Close()
				}
				if !errors.Is(err, ledger.ErrDamaged) {
					t.Errorf("%s, byte %d of %d: %v", sectionNames[id], at-x.at, x.size, err)
				}
			}
		}
	}
}

// onlyFact reports whether a byte is of a fact that is held there alone.
func onlyFact(id section, at uint64) bool {
	switch id {
	case secKeys, secAssetNames, secBlocks, secRunTx, secWideValues, secExtra, secExtraRows, secExtraEnds, secActs:
		return true
	}
	return false
}

// fills reports whether a byte is at the end of packed numbers or of bits,
// where some bits mean nothing.
func fills(s *Segment, id section, at uint64) bool {
	switch id {
	case secRunBlock, secRunIndex, secAsset, secOrdinal:
		return at == s.header.sections[id].size-1
	case secRunBits, secHeavyBits:
		return at >= s.header.sections[id].size-8
	}
	return false
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	s := write(t, vfs.NewMem(), "a.seg", clew.Ethereum, shapes["small"].random(1), Options{})
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if err := s.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
