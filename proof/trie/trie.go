// Package trie proves what stands under a key of Ethereum's Merkle Patricia
// tries, by the hashes of its root: the Yellow Paper, appendix D.
//
// It keeps no trie. One is built from all that stands in it, such as the
// receipts of a block, and a proof is the nodes on the way from the root to
// one of them. That nothing stands under a key is not proved here.
package trie

import (
	"bytes"
	"errors"
	"fmt"

	"clew/internal/rlp"
)

// Bounds of proofs. A key has at most 32 bytes, each of which is at most two
// steps, and a step between two branches.
const (
	MaxNodes = 2*2*32 + 1
	maxKey   = 32
)

// Why a proof shows nothing.
var (
	ErrHash  = errors.New("a node does not hash to what names it")
	ErrPath  = errors.New("the nodes lead to another key")
	ErrForm  = errors.New("a node is none of a trie")
	ErrSpare = errors.New("there are more nodes than the proof takes")
	ErrEnds  = errors.New("the proof ends before its value")
)

// hashSize is the length of a hash; a node that is shorter stands in its parent
// itself.
const hashSize = 32

// branchItems is how many items a branch has: one for each half of a byte, and
// the value of the key that ends there.
const branchItems = 17

// Value returns what stands under key in the trie with a root, by the nodes
// from the root to it. Those that stand in their parents are not given apart.
func Value(root [32]byte, key []byte, nodes [][]byte) ([]byte, error) {
	if len(key) == 0 || len(key) > maxKey || len(nodes) > MaxNodes {
		return nil, fmt.Errorf("%w: a key of %d bytes and %d nodes", ErrForm, len(key), len(nodes))
	}
	w := walk{nodes: nodes, path: halves(key)}
	err := w.byHash(root[:])
	for err == nil && !w.done {
		err = w.step()
	}
	switch {
	case err != nil:
		return nil, err
	case len(w.nodes) > 0:
		return nil, ErrSpare
	}
	return w.value, nil
}

// A walk goes down a trie.
type walk struct {
	nodes [][]byte // that were not taken yet
	path  []byte   // halves of bytes that were not walked yet
	node  []rlp.Item
	value []byte
	done  bool
}

// byHash takes the next node, which must have the hash.
func (w *walk) byHash(hash []byte) error {
	if len(w.nodes) == 0 {
		return ErrEnds
	}
	raw := w.nodes[0]
	w.nodes = w.nodes[1:]
	if sum := rlp.Keccak(raw); !bytes.Equal(sum[:], hash) {
		return ErrHash
	}
	item, err := rlp.Whole(raw)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	return w.enter(item)
}

// enter reads a node.
func (w *walk) enter(item rlp.Item) (err error) {
	if w.node, err = item.Items(branchItems); err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	if n := len(w.node); n != 2 && n != branchItems {
		return fmt.Errorf("%w: it has %d items", ErrForm, n)
	}
	return nil
}

// step goes from a node to the next one, or to the value.
func (w *walk) step() error {
	if len(w.node) == 2 {
		return w.along()
	}
	if len(w.path) == 0 {
		return w.found(w.node[branchItems-1])
	}
	next := w.node[w.path[0]]
	w.path = w.path[1:]
	return w.follow(next)
}

// along goes along the piece of path that a leaf or an extension holds.
func (w *walk) along() error {
	piece, leaf, err := unpacked(w.node[0])
	switch {
	case err != nil:
		return err
	case !bytes.HasPrefix(w.path, piece) || leaf && len(piece) != len(w.path):
		return ErrPath
	}
	w.path = w.path[len(piece):]
	if leaf {
		return w.found(w.node[1])
	}
	if len(piece) == 0 {
		return fmt.Errorf("%w: it leads nowhere", ErrForm)
	}
	return w.follow(w.node[1])
}

// follow goes to the node that a reference names or is.
func (w *walk) follow(to rlp.Item) error {
	switch {
	case to.IsList && len(to.Raw) < hashSize:
		return w.enter(to)
	case !to.IsList && len(to.Content) == hashSize:
		return w.byHash(to.Content)
	case !to.IsList && len(to.Content) == 0:
		return ErrPath
	}
	return fmt.Errorf("%w: it names another by neither hash nor contents", ErrForm)
}

// found takes the value.
func (w *walk) found(value rlp.Item) error {
	switch {
	case value.IsList:
		return fmt.Errorf("%w: a list where a value should be", ErrForm)
	case len(value.Content) == 0:
		return ErrPath // nothing stands there
	}
	w.value, w.done = value.Content, true
	return nil
}

// halves returns the halves of bytes, the high one of each first.
func halves(key []byte) []byte {
	path := make([]byte, 0, 2*len(key))
	for _, b := range key {
		path = append(path, b>>4, b&15)
	}
	return path
}

// Marks in the first half of a packed path: its length is odd, and it ends at a
// value.
const (
	odd  = 1
	ends = 2
)

// unpacked returns the piece of path that a node holds, and whether it is a
// leaf's.
func unpacked(item rlp.Item) (piece []byte, leaf bool, err error) {
	bad := fmt.Errorf("%w: its path is not in its one form", ErrForm)
	if item.IsList || len(item.Content) == 0 {
		return nil, false, bad
	}
	path := halves(item.Content)
	mark := path[0]
	switch {
	case mark > odd|ends || mark&odd == 0 && path[1] != 0:
		return nil, false, bad
	case mark&odd != 0:
		return path[1:], mark&ends != 0, nil
	}
	return path[2:], mark&ends != 0, nil
}
