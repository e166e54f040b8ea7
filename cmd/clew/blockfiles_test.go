package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// coinBlock makes up a block of Bitcoin's test network at a height below 128, whose
// coinbase names it and pays somebody, and returns it with its hash.
func coinBlock(parent [32]byte, height byte) (raw []byte, hash [32]byte) {
	twice := func(b []byte) [32]byte {
		first := sha256.Sum256(b)
		return sha256.Sum256(first[:])
	}
	coinbase := append(binary.LittleEndian.AppendUint32(nil, 1), 1)
	coinbase = binary.LittleEndian.AppendUint32(append(coinbase, make([]byte, 32)...), 0xffffffff)
	coinbase = append(coinbase, 2, 1, height)
	coinbase = append(binary.LittleEndian.AppendUint32(coinbase, 0xffffffff), 1)
	coinbase = binary.LittleEndian.AppendUint64(coinbase, 50*100_000_000)
	script := slices.Concat([]byte{0x76, 0xa9, 20}, bytes.Repeat([]byte{height}, 20), []byte{0x88, 0xac})
	coinbase = append(append(coinbase, byte(len(script))), script...)
	coinbase = binary.LittleEndian.AppendUint32(coinbase, 0)
	root := twice(coinbase)
	for nonce := uint32(0); ; nonce++ {
		head := slices.Concat(binary.LittleEndian.AppendUint32(nil, 1), parent[:], root[:])
		for _, n := range []uint32{1_700_000_000 + 600*uint32(height), 0x207fffff, nonce} {
			head = binary.LittleEndian.AppendUint32(head, n)
		}
		if hash := twice(head); hash[31] < 0x7f { // it meets its target
			return slices.Concat(head, []byte{1}, coinbase), hash
		}
	}
}

// TestFollowPrunedFolder types the command on the folder of a node that has thrown
// its first files away: it begins where the files do, says so where an earlier
// block is wanted, and holds no more than there is.
func TestFollowPrunedFolder(t *testing.T) {
	home := t.TempDir()
	folder := filepath.Join(home, "blocks")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	var file []byte
	parent := [32]byte{9} // of a block that is gone
	for height := byte(100); height < 110; height++ {
		raw, hash := coinBlock(parent, height)
		file = append(binary.LittleEndian.AppendUint32(append(file, 0xfa, 0xbf, 0xb5, 0xda), uint32(len(raw))), raw...)
		parent = hash
	}
	if err := os.WriteFile(filepath.Join(folder, "blk00042.dat"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--source", folder, "--chain", "bitcoin-regtest"}
	r := followIn(home, 0, append(args, "--from", "5", "--until", "now")...)
	if r.code != 1 || !strings.Contains(r.stderr, "the files begin with block 100") {
		t.Errorf("from a block that is gone: %+v", r)
	}
	r = followIn(home, 0, append(args, "--until", "now")...)
	if r.code != 0 || !strings.Contains(r.stdout, "10 blocks added now") || !strings.Contains(r.stdout, "held up to block 109") {
		t.Errorf("%+v", r)
	}
	if r := clewIn(t.Context(), home, "ledger", "stats"); r.code != 0 || !strings.Contains(r.stdout, "100-109") {
		t.Errorf("%+v", r)
	}
}
