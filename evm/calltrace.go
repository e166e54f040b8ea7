package evm

import (
	"errors"
	"fmt"

	"clew"
)

// ReadCallTraces reads the result of debug_traceBlockByHash or -ByNumber with
// the tracer callTracer into b, whose block has been read. Nodes name each
// transaction beside its frames; older ones only list the frames, and then there
// must be as many as transactions. A transaction that the node could not trace
// has no frames, which the decoder counts.
//
// Frames that move nothing are not kept, but for the first of each transaction,
// those that failed, and those that make or destroy a contract.
func ReadCallTraces(chain clew.Chain, result []byte, b *Block) error {
	b.Frames, b.paths = b.Frames[:0], b.paths[:0]
	return read("traces", chain, result, b, func(a *answer) {
		t := callTracer{answer: a, at: map[clew.TxID]uint32{}}
		for i := range b.Txs {
			t.at[b.Txs[i].ID] = uint32(i)
		}
		n, named := 0, true
		a.Array(func() {
			named = t.transaction(n) && named
			n++
		})
		if a.Err == nil && !named && n != len(b.Txs) {
			a.Fail(fmt.Errorf("%w: traces of %d transactions, and the block has %d", ErrContradiction, n, len(b.Txs)))
		}
	})
}

// A callTracer reads frames that stand in each other.
type callTracer struct {
	*answer
	at   map[clew.TxID]uint32 // where each transaction is
	open []openCall
}

// An openCall is a frame of which fields may follow.
type openCall struct {
	frame int    // in the block's frames
	calls uint32 // met in it
	begun bool   // a field was taken
}

// transaction takes the n-th transaction's frames, and reports whether the node
// names it.
func (t *callTracer) transaction(n int) (named bool) {
	b := t.block
	start, id := len(b.Frames), clew.TxID{}
	t.Expect('{')
	for name, more := t.Field(true); more; name, more = t.Field(false) {
		switch {
		case string(name) == "txHash":
			id = t.id()
		case string(name) == "result" && !t.Null():
			t.calls(start)
		default:
			t.Skip() // an error instead of a result, too
		}
	}
	index := uint32(n)
	if named = !id.IsZero(); named {
		at, found := t.at[id]
		if t.Err == nil && !found {
			t.Fail(fmt.Errorf("%w: a trace is of transaction %s, which is not in the block", ErrContradiction, id))
		}
		index = at
	} else if n < len(b.Txs) {
		id = b.Txs[n].ID
	}
	kept := b.Frames[:start]
	for _, f := range b.Frames[start:] {
		if f.Tx, f.Index = id, index; f.matters() {
			kept = append(kept, f)
		}
	}
	b.Frames = kept
	return named
}

// matters reports whether a frame changes what its transaction moved.
func (f *Frame) matters() bool {
	return len(f.Path) == 0 || f.Failed || f.Kind == Create || f.Kind == Destroy || f.Kind == Call && !f.Value.IsZero()
}

// calls takes a frame with all those in it, one after another: as deep as they
// are, it goes no deeper itself.
func (t *callTracer) calls(start int) {
	t.open = t.open[:0]
	if len(t.block.Frames) != start {
		t.Fail(errors.New("two results for one transaction"))
	}
	t.Expect('{')
	t.push(nil)
	for t.Err == nil {
		top := &t.open[len(t.open)-1]
		name, more := t.Field(!top.begun)
		top.begun = true
		switch {
		case t.Err != nil:
		case !more:
			if t.open = t.open[:len(t.open)-1]; len(t.open) == 0 {
				return
			}
			t.next()
		case string(name) == "calls":
			if !t.Null() {
				t.Expect('[')
				t.next()
			}
		default:
			t.field(&t.block.Frames[top.frame], name)
		}
	}
}

// next begins the next call in the innermost frame, if there is one.
func (t *callTracer) next() {
	parent := &t.open[len(t.open)-1]
	if !t.Item(']', parent.calls == 0) {
		return
	}
	t.Expect('{')
	parent.calls++
	t.push(t.block.Frames[parent.frame].Path, parent.calls-1)
}

// push opens a frame: at a place in another's, the first in none.
func (t *callTracer) push(parent []uint32, place ...uint32) {
	b := t.block
	if len(t.open) == MaxDepth || len(b.Frames) == MaxFrames || len(b.paths)+len(parent) >= maxPaths {
		t.Fail(fmt.Errorf("more than %d calls in each other, or %d in all", MaxDepth, MaxFrames))
		return
	}
	t.open = append(t.open, openCall{frame: len(b.Frames)})
	b.Frames = append(b.Frames, Frame{Path: b.path(parent, place...)})
}

// path keeps a frame's place.
func (b *Block) path(parent []uint32, place ...uint32) []uint32 {
	at := len(b.paths)
	b.paths = append(append(b.paths, parent...), place...)
	return b.paths[at:len(b.paths):len(b.paths)]
}

// field takes a field of a frame. Tracers from before 2021 say nothing of a
// destroyed contract but that it was.
func (t *callTracer) field(f *Frame, name []byte) {
	switch string(name) {
	case "type":
		f.Kind = kindOf(t.Text())
	case "from":
		f.From = t.address()
	case "to":
		f.To = t.address()
	case "value":
		f.Value = t.amount()
	case "error":
		f.Failed = !t.Null() && len(t.Text()) > 0
	default:
		t.Skip()
	}
}

// kindOf returns the kind of frame that an instruction makes. CALLCODE runs
// another's code on one's own account, so its value stays where it is; and
// DELEGATECALL shows the value of the frame around it.
func kindOf(instruction []byte) FrameKind {
	switch string(instruction) {
	case "CALL":
		return Call
	case "CREATE", "CREATE2":
		return Create
	case "SELFDESTRUCT":
		return Destroy
	}
	return Idle
}
