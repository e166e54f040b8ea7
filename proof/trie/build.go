package trie

import (
	"bytes"
	"errors"
	"slices"

	"clew/internal/rlp"
)

// An Entry is what stands under one key.
type Entry struct {
	Key   []byte
	Value []byte // not empty
}

// A Trie is built whole, of at most 65,536 entries, to be proved from. It is
// safe for concurrent use.
type Trie struct {
	root *node
}

const maxEntries = 1 << 16

// A node is one of a trie with its encoding.
type node struct {
	raw      []byte
	piece    []byte // of path; nil of a branch
	children []*node
}

// Build returns the trie of entries, whose keys differ and of which none begins
// another.
func Build(entries []Entry) (*Trie, error) {
	if len(entries) == 0 || len(entries) > maxEntries {
		return nil, errors.New("a trie of no entries, or of more than 65,536")
	}
	sorted := make([]step, len(entries))
	for i, e := range entries {
		if len(e.Key) == 0 || len(e.Key) > maxKey || len(e.Value) == 0 {
			return nil, errors.New("an entry without a value, or with a key of no or more than 32 bytes")
		}
		sorted[i] = step{halves(e.Key), e.Value}
	}
	slices.SortFunc(sorted, func(a, b step) int { return bytes.Compare(a.path, b.path) })
	for i := 1; i < len(sorted); i++ {
		if bytes.HasPrefix(sorted[i].path, sorted[i-1].path) {
			return nil, errors.New("a key that is or begins another")
		}
	}
	return &Trie{root: built(sorted)}, nil
}

// A step is an entry with the path that is left to it.
type step struct {
	path  []byte
	value []byte
}

// built returns the node over entries in order.
func built(entries []step) *node {
	first := entries[0].path
	if len(entries) == 1 {
		raw := rlp.AppendString(rlp.AppendString(nil, packed(first, ends)), entries[0].value)
		return &node{raw: rlp.AppendList(nil, raw), piece: first}
	}
	if shared := common(first, entries[len(entries)-1].path); shared > 0 {
		for i := range entries {
			entries[i].path = entries[i].path[shared:]
		}
		child := built(entries)
		raw := child.appendTo(rlp.AppendString(nil, packed(first[:shared], 0)))
		return &node{raw: rlp.AppendList(nil, raw), piece: first[:shared], children: []*node{child}}
	}
	branch := &node{children: make([]*node, branchItems-1)}
	var raw []byte
	for half := range branch.children {
		n := 0
		for n < len(entries) && int(entries[n].path[0]) == half {
			entries[n].path = entries[n].path[1:]
			n++
		}
		if n == 0 {
			raw = rlp.AppendString(raw, nil)
			continue
		}
		branch.children[half] = built(entries[:n])
		raw = branch.children[half].appendTo(raw)
		entries = entries[n:]
	}
	branch.raw = rlp.AppendList(nil, rlp.AppendString(raw, nil))
	return branch
}

// appendTo appends how a parent names the node: by its hash, or by itself.
func (n *node) appendTo(b []byte) []byte {
	if len(n.raw) < hashSize {
		return append(b, n.raw...)
	}
	sum := rlp.Keccak(n.raw)
	return rlp.AppendString(b, sum[:])
}

// common returns how many halves two paths begin with alike.
func common(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// packed returns a piece of path as nodes hold it.
func packed(piece []byte, mark byte) []byte {
	b := []byte{mark << 4}
	if len(piece)%2 == 1 {
		b[0] |= odd<<4 | piece[0]
		piece = piece[1:]
	}
	for ; len(piece) > 0; piece = piece[2:] {
		b = append(b, piece[0]<<4|piece[1])
	}
	return b
}

// Root returns the hash that names the trie.
func (t *Trie) Root() [32]byte { return rlp.Keccak(t.root.raw) }

// Prove returns the nodes from the root to what stands under key, as [Value]
// takes them; none if nothing does. The caller must not change them.
func (t *Trie) Prove(key []byte) [][]byte {
	var nodes [][]byte
	path := halves(key)
	for n := t.root; n != nil; {
		if n == t.root || len(n.raw) >= hashSize {
			nodes = append(nodes, n.raw)
		}
		switch {
		case n.children == nil && bytes.Equal(path, n.piece):
			return nodes
		case n.children == nil || !bytes.HasPrefix(path, n.piece):
			return nil
		case n.piece != nil:
			path, n = path[len(n.piece):], n.children[0]
		case len(path) == 0:
			return nil
		default:
			path, n = path[1:], n.children[path[0]]
		}
	}
	return nil
}
