package node

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"clew"
	"clew/follow"
)

// agreeEvery is how many blocks lie between two looks at whether the nodes
// agree, and agreeDepth how deep they are held against each other: near the
// head they may rightly differ.
const (
	agreeEvery = 64
	agreeDepth = 128
)

// An accord holds several nodes against each other.
type accord struct {
	names []string
	hash  func(ctx context.Context, node int, height uint64) (clew.TxID, error)

	mu     sync.Mutex // guards what follows
	next   uint64     // head at which they are looked at again
	height uint64     // of the last block that was looked at
	agreed clew.TxID  // its name; zero: none was
	with   []bool     // nodes that said so
}

// check compares the nodes' blocks some way below the head. A node that does
// not answer is passed over: that it lies cannot be told yet, see vouch.
func (a *accord) check(ctx context.Context, head uint64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.names) < 2 || head < a.next {
		return nil
	}
	height := head - min(head, agreeDepth)
	var said []string
	var first clew.TxID
	differ, with := false, make([]bool, len(a.names))
	for i, name := range a.names {
		hash, err := a.hash(ctx, i, height)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			continue
		}
		if first.IsZero() {
			first = hash
		}
		with[i] = true
		differ = differ || hash != first
		said = append(said, fmt.Sprintf("%s says %s", name, hash))
	}
	if differ {
		return disagreement(height, said)
	}
	if a.next = head + agreeEvery; !first.IsZero() {
		a.height, a.agreed, a.with = height, first, with
	}
	return nil
}

func disagreement(height uint64, said []string) error {
	return fmt.Errorf("%w: the nodes do not agree on block %d: %s", follow.ErrFinal, height, strings.Join(said, ", "))
}

// vouch compares a node that was passed over with what the others said, before it
// takes over from them. One that does not have that block yet is not asked.
func (a *accord) vouch(ctx context.Context, node int) error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.agreed.IsZero() || a.with[node] {
		return nil
	}
	hash, err := a.hash(ctx, node, a.height)
	switch {
	case errors.Is(err, clew.ErrNotFound):
		return fmt.Errorf("%s: it has no block %d yet, by which it could be held against the others", a.names[node], a.height)
	case err != nil:
		return err
	case hash != a.agreed:
		return disagreement(a.height, []string{"it was " + a.agreed.String(), fmt.Sprintf("%s says %s", a.names[node], hash)})
	}
	a.with[node] = true
	return nil
}
