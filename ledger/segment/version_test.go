package segment

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"clew"
	"clew/ledger/vfs"
)

var update = flag.Bool("update", false, "write the segment of this version to testdata")

// versionShape is what the kept segments of all versions hold.
var versionShape = shape{chain: clew.Ethereum, transfers: 150, addresses: 6, assets: 4, hub: 0.4, uncommon: true, oddTimes: true}

// Segments of every version stay readable. Those of the version that is
// written stay the same to the byte: if this fails without a new version,
// segments that users have would no longer merge to what they were.
func TestKeptSegmentsOpen(t *testing.T) {
	list, acts := versionShape.random(42), randomActs(clew.Ethereum, 3*actGroup/2, 42)
	fs := vfs.NewMem()
	writeActs(t, fs, "v1.seg", clew.Ethereum, list, acts, Options{})
	path := filepath.Join("testdata", "v1.seg")
	if *update {
		if err := os.WriteFile(path, content(t, fs, "v1.seg"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, content(t, fs, "v1.seg")) {
		t.Error("version 1 is no longer written as it was")
	}
	fs.Overwrite("kept.seg", kept)
	s, err := Open(fs, "kept.seg")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(bg); err != nil {
		t.Fatal(err)
	}
	compare(t, s, list, rand.New(rand.NewPCG(8, 8)))
	compareActs(t, s, acts, rand.New(rand.NewPCG(8, 9)))
}
