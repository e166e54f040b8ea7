package disk

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// Version is the format of manifests and logs that this package writes.
const Version = 1

const (
	manifestName = "MANIFEST"
	temporary    = ".tmp" // ends the name of a file that is being written
	manifestMark = "clew-ledger"
	maxRefs      = 256 // blocks in segments whose names are kept, for reorganisations below finality
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A manifest says which files make up the ledger. It is replaced as a whole.
type manifest struct {
	Chain    clew.Chain    `json:"chain"`
	Next     uint64        `json:"next"` // number of the next file
	Log      string        `json:"log"`
	LogBytes int64         `json:"logBytes"` // acknowledged when the manifest was written; there may be more
	Segments []segmentRef  `json:"segments,omitempty"`
	Coverage clew.Coverage `json:"coverage"` // of all but the blocks in the log

	// First is the height of the first block appended, and Refs are the last of
	// those appended that are not in the log any more, without holes.
	First *uint64         `json:"first,omitempty"`
	Refs  []clew.BlockRef `json:"refs,omitempty"`
}

// A segmentRef names a segment of the ledger.
type segmentRef struct {
	Name      string `json:"name"`
	Transfers uint64 `json:"transfers"`
	Acts      uint64 `json:"acts,omitempty"`
	MadeUp    bool   `json:"madeUp,omitempty"` // may hold positions with ordinals made up
}

// encode returns the bytes of the file: a line with the version, length and
// checksum, and the rest as JSON.
func (m *manifest) encode() ([]byte, error) {
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	body = append(body, '\n')
	return append(manifestHead(body), body...), nil
}

func manifestHead(body []byte) []byte {
	return fmt.Appendf(nil, "%s %d %d %08x\n", manifestMark, Version, len(body), crc32.Checksum(body, castagnoli))
}

// decodeManifest reads what encode writes. Its errors wrap [ledger.ErrDamaged]
// unless the file is of another version.
func decodeManifest(content []byte) (*manifest, error) {
	line, body, found := strings.Cut(string(content), "\n")
	var version, length int
	var sum uint32
	n, err := fmt.Sscanf(line, manifestMark+" %d %d %x", &version, &length, &sum)
	if err == nil && n == 3 && version != Version {
		return nil, &clew.InputError{Field: "ledger version", Value: fmt.Sprint(version), Want: fmt.Sprintf("version %d, which this program reads", Version)}
	}
	if err != nil || !found || line != fmt.Sprintf("%s %d %d %08x", manifestMark, version, length, sum) {
		return nil, fmt.Errorf("%s: not the manifest of a ledger: %w at byte 0", manifestName, ledger.ErrDamaged)
	}
	if len(body) != length || crc32.Checksum([]byte(body), castagnoli) != sum {
		return nil, fmt.Errorf("%s: checksum differs: %w after byte %d", manifestName, ledger.ErrDamaged, len(line))
	}
	m := &manifest{}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(m); err != nil {
		return nil, fmt.Errorf("%s: %v: %w", manifestName, err, ledger.ErrDamaged)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s: %v: %w", manifestName, err, ledger.ErrDamaged)
	}
	return m, nil
}

func (m *manifest) check() error {
	if !isFileName(m.Log, logPrefix) {
		return errors.New("no log")
	}
	for _, s := range m.Segments {
		if !isFileName(s.Name, segmentPrefix) {
			return fmt.Errorf("segment %q", s.Name)
		}
	}
	for i, ref := range m.Refs {
		if m.First == nil || ref.Height < *m.First || ref.Height == math.MaxUint64 || i > 0 && ref.Height != m.Refs[i-1].Height+1 {
			return fmt.Errorf("block %d out of order", ref.Height)
		}
	}
	return nil
}

// clone returns a copy that shares nothing that changes.
func (m *manifest) clone() *manifest {
	c := *m
	c.Segments, c.Refs = slices.Clone(m.Segments), slices.Clone(m.Refs)
	c.Coverage = *ledger.CloneCoverage(&m.Coverage)
	return &c
}

// Files are named by what they are and a number that is never used again.
const (
	segmentPrefix = "segment-"
	logPrefix     = "log-"
)

func fileName(prefix string, number uint64) string { return fmt.Sprintf("%s%08d", prefix, number) }

func isFileName(name, prefix string) bool {
	number, ok := strings.CutPrefix(name, prefix)
	return ok && len(number) >= 8 && len(number) <= 20 && strings.Trim(number, "0123456789") == ""
}

// isOurs reports whether a file is one that this package makes and may remove.
func isOurs(name string) bool {
	if name == manifestName+temporary || isFileName(name, logPrefix) {
		return true
	}
	base, _, _ := strings.Cut(name, ".") // segments and runs in the making have names that go on
	return isFileName(base, segmentPrefix)
}

// readManifest returns the manifest, or nil if there is none.
func readManifest(d vfs.FS) (*manifest, error) {
	content, err := d.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeManifest(content)
}

// writeManifest replaces the manifest. If it fails, replaced says whether the
// new one may be found all the same.
func writeManifest(d vfs.FS, m *manifest) (replaced bool, err error) {
	content, err := m.encode()
	if err != nil {
		return false, err
	}
	if err := writeFile(d, manifestName+temporary, content); err != nil {
		return false, err
	}
	if err := d.Rename(manifestName+temporary, manifestName); err != nil {
		return false, err
	}
	return true, d.Sync()
}

// writeFile writes a file whole and syncs it, but not its name.
func writeFile(d vfs.FS, name string, content []byte) error {
	f, err := d.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
