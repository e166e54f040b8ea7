package trie

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew/internal/rlp"
)

// listed returns entries under the places of a list, as blocks have them.
func listed(n int, value func(i int) []byte) []Entry {
	entries := make([]Entry, n)
	for i := range entries {
		entries[i] = Entry{rlp.AppendCount(nil, uint64(i)), value(i)}
	}
	return entries
}

func built1(t testing.TB, entries []Entry) *Trie {
	t.Helper()
	trie, err := Build(entries)
	if err != nil {
		t.Fatal(err)
	}
	return trie
}

// TestRoot: a root that go-ethereum's own tests state for one entry (trie_test.go,
// TestInsert).
func TestRoot(t *testing.T) {
	trie := built1(t, []Entry{{[]byte("A"), []byte(strings.Repeat("a", 50))}})
	const want = "d23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab"
	if root := trie.Root(); hex.EncodeToString(root[:]) != want {
		t.Errorf("%x", root)
	}
}

// TestEveryEntry: of lists of every length, with values shorter and longer than
// a hash, every entry is proved, and under no key but its own.
func TestEveryEntry(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 16, 17, 127, 128, 129, 300} {
		entries := listed(n, func(i int) []byte { return bytes.Repeat([]byte{byte(i) | 1}, 1+random.IntN(80)) })
		trie := built1(t, entries)
		for i, e := range entries {
			nodes := trie.Prove(e.Key)
			value, err := Value(trie.Root(), e.Key, nodes)
			if err != nil || !bytes.Equal(value, e.Value) {
				t.Fatalf("entry %d of %d: %x, %v", i, n, value, err)
			}
			other := entries[(i+1)%n]
			if got, err := Value(trie.Root(), other.Key, nodes); err == nil && !bytes.Equal(got, other.Value) { // short ones stand in one node
				t.Fatalf("entry %d of %d: its nodes prove %x under the key of another", i, n, got)
			}
		}
		if nodes := trie.Prove(rlp.AppendCount(nil, uint64(n))); nodes != nil {
			t.Fatalf("a proof of entry %d of %d", n, n)
		}
	}
}

// TestChanged: whatever byte of a proof changes, whatever node is left out, added or
// moved, it proves nothing.
func TestChanged(t *testing.T) {
	entries := listed(200, func(i int) []byte { return bytes.Repeat([]byte{byte(i) | 1}, 1+i%90) })
	trie := built1(t, entries)
	root := trie.Root()
	for _, e := range entries[90:140] {
		nodes := trie.Prove(e.Key)
		try := func(what string, root [32]byte, key []byte, nodes [][]byte) {
			t.Helper()
			value, err := Value(root, key, nodes)
			known := slices.ContainsFunc(entries, func(e Entry) bool { return bytes.Equal(e.Key, key) && bytes.Equal(e.Value, value) })
			if err == nil && !(known && what == "another key") { // short ones stand in one node
				t.Fatalf("key %x, %s: proves %x", e.Key, what, value)
			}
		}
		for i := range nodes {
			for at := range nodes[i] {
				changed := slices.Clone(nodes)
				changed[i] = slices.Clone(nodes[i])
				changed[i][at] ^= 1 << (at % 8)
				try(fmt.Sprintf("byte %d of node %d changed", at, i), root, e.Key, changed)
			}
			try("a node left out", root, e.Key, slices.Delete(slices.Clone(nodes), i, i+1))
			try("a node twice", root, e.Key, slices.Insert(slices.Clone(nodes), i, nodes[i]))
		}
		for at := range root {
			other := root
			other[at] ^= 0x10
			try("another root", other, e.Key, nodes)
		}
		for at := range e.Key {
			key := slices.Clone(e.Key)
			key[at] ^= 1
			try("another key", root, key, nodes)
		}
		try("a shorter key", root, e.Key[:len(e.Key)-1], nodes)
		try("a longer key", root, append(slices.Clone(e.Key), 0), nodes)
	}
}

// TestForged: nodes that hash as they should and are none of a trie.
func TestForged(t *testing.T) {
	leaf := func(path, value []byte) []byte {
		return rlp.AppendList(nil, rlp.AppendString(rlp.AppendString(nil, path), value))
	}
	raw := func(items ...[]byte) []byte { return rlp.AppendList(nil, slices.Concat(items...)) }
	text := func(b ...byte) []byte { return rlp.AppendString(nil, b) }
	key := []byte{0x12}
	long := bytes.Repeat([]byte{7}, 40)
	inner := leaf([]byte{0x20, 0x12}, long)
	sum := rlp.Keccak(inner)
	for name, c := range map[string]struct {
		nodes [][]byte
		want  error
	}{
		"whole":                          {[][]byte{inner}, nil},
		"a leaf that says it leads on":   {[][]byte{raw(text(0x00, 0x12), text(long...))}, ErrForm},
		"an unused mark":                 {[][]byte{leaf([]byte{0x40, 0x12}, long)}, ErrForm},
		"an even path with an odd half":  {[][]byte{leaf([]byte{0x21, 0x12}, long)}, ErrForm},
		"no path":                        {[][]byte{leaf(nil, long)}, ErrForm},
		"a list for a path":              {[][]byte{raw(raw(), text(long...))}, ErrForm},
		"a list for a value":             {[][]byte{raw(text(0x20, 0x12), raw(text(1), text(2)))}, ErrForm},
		"no value":                       {[][]byte{leaf([]byte{0x20, 0x12}, nil)}, ErrPath},
		"three items":                    {[][]byte{raw(text(1), text(2), text(3))}, ErrForm},
		"a string":                       {[][]byte{text(long...)}, ErrForm},
		"bytes behind":                   {[][]byte{append(slices.Clone(inner), 0)}, ErrForm},
		"an extension of nothing":        {[][]byte{raw(text(0x00), text(sum[:]...)), inner}, ErrForm},
		"a whole node instead of a hash": {[][]byte{raw(text(0x11), inner)}, ErrForm},
		"a hash that is too short":       {[][]byte{raw(text(0x11), text(sum[:31]...)), inner}, ErrForm},
		"ends at a hash":                 {[][]byte{raw(text(0x11), text(sum[:]...))}, ErrEnds},
		"nothing":                        {nil, ErrEnds},
		"too many":                       {slices.Repeat([][]byte{inner}, MaxNodes+1), ErrForm},
		"spare":                          {[][]byte{inner, inner}, ErrSpare},
	} {
		root := [32]byte{}
		if len(c.nodes) > 0 {
			root = rlp.Keccak(c.nodes[0])
		}
		if _, err := Value(root, key, c.nodes); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// An inner node is no value: its hash stands where only a path leads.
	entries := listed(40, func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, 50) })
	trie := built1(t, entries)
	nodes := trie.Prove(entries[20].Key)
	for cut := range len(nodes) {
		if value, err := Value(trie.Root(), entries[20].Key, nodes[:cut]); err == nil {
			t.Errorf("%d of %d nodes prove %x", cut, len(nodes), value)
		}
	}
}

// TestBuildRefuses: what no trie of a block can hold.
func TestBuildRefuses(t *testing.T) {
	one := Entry{[]byte{1}, []byte{1}}
	for name, entries := range map[string][]Entry{
		"nothing":              nil,
		"twice":                {one, one},
		"a key begins another": {one, {[]byte{1, 2}, []byte{1}}},
		"no value":             {{[]byte{1}, nil}},
		"no key":               {{nil, []byte{1}}},
		"a long key":           {{make([]byte, 33), []byte{1}}},
		"too many":             listed(maxEntries+1, func(int) []byte { return []byte{1} }),
	} {
		if _, err := Build(entries); err == nil {
			t.Errorf("%s: built", name)
		}
	}
}

// FuzzValue: no nodes make it fail otherwise than by an error, and what they prove
// under a root is what the trie of that root holds.
func FuzzValue(f *testing.F) {
	entries := listed(20, func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, 1+3*i) })
	trie := built1(f, entries)
	for _, e := range entries {
		f.Add(e.Key, bytes.Join(trie.Prove(e.Key), []byte("|")))
	}
	f.Fuzz(func(t *testing.T, key, joined []byte) {
		nodes := bytes.Split(joined, []byte("|"))
		value, err := Value(trie.Root(), key, nodes)
		if err != nil {
			root := rlp.Keccak(nodes[0]) // a trie of the fuzzer's own
			_, _ = Value(root, key, nodes)
			return
		}
		held := slices.ContainsFunc(entries, func(e Entry) bool { return bytes.Equal(e.Key, key) && bytes.Equal(e.Value, value) })
		if !held {
			t.Errorf("%x is proved under %x", value, key)
		}
	})
}
