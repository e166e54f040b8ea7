package evm

import (
	"errors"
	"fmt"

	"clew"
)

// ReadBlockTraces reads the result of trace_block into b: a flat list of frames,
// each with its place, and the rewards of a block from before the merge. If b's
// block has been read, the traces must be of it; else b takes its hash from
// them.
func ReadBlockTraces(chain clew.Chain, result []byte, b *Block) error {
	b.Frames, b.paths = b.Frames[:0], b.paths[:0]
	return read("traces", chain, result, b, func(a *answer) {
		var path []uint32
		a.Array(func() { path = a.trace(path[:0]) })
	})
}

// trace takes one frame, with memory for its place.
func (a *answer) trace(path []uint32) []uint32 {
	f := Frame{}
	var kind, call [16]byte
	placed := false
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		switch string(name) {
		case "type":
			copy(kind[:], a.Text())
		case "action":
			a.action(&f, &call)
		case "result":
			a.created(&f)
		case "error":
			f.Failed = !a.Null() && len(a.Text()) > 0
		case "traceAddress":
			path = a.place(path)
		case "blockHash":
			a.ofBlock("trace")
		case "transactionHash":
			f.Tx = a.id()
		case "transactionPosition":
			if placed = !a.Null(); placed {
				f.Index = a.index()
			}
		default:
			a.Skip()
		}
	}
	f.Kind = traceKind(trimmed(&kind), trimmed(&call))
	f.Path = path
	if placed || f.Kind == BlockGain || a.Err != nil {
		a.keep(f)
	} else {
		a.Fail(errors.New("a frame of no transaction"))
	}
	return path
}

// keep keeps a frame if it matters, with a copy of its place.
func (a *answer) keep(f Frame) {
	b := a.block
	gain := f.Kind == BlockGain
	if !gain {
		a.ofTx("trace", f.Index, f.Tx)
	}
	switch {
	case a.Err != nil || !gain && !f.matters():
	case len(b.Frames) == MaxFrames || len(b.paths)+len(f.Path) > maxPaths:
		a.Fail(fmt.Errorf("more than %d frames", MaxFrames))
	default:
		f.Path = b.path(f.Path)
		b.Frames = append(b.Frames, f)
	}
}

func trimmed(b *[16]byte) string {
	n := 0
	for n < len(b) && b[n] != 0 {
		n++
	}
	return string(b[:n])
}

// action takes what a frame did. Calls, creations, destructions and rewards name
// the parties each in their own way.
func (a *answer) action(f *Frame, call *[16]byte) {
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		switch string(name) {
		case "from", "address":
			f.From = a.address()
		case "to", "refundAddress", "author":
			f.To = a.address()
		case "value", "balance":
			f.Value = a.amount()
		case "callType":
			if !a.Null() {
				copy(call[:], a.Text())
			}
		default:
			a.Skip()
		}
	}
}

// created takes the contract that a frame made.
func (a *answer) created(f *Frame) {
	if a.Null() {
		return
	}
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		if string(name) == "address" {
			f.To = a.address()
		} else {
			a.Skip()
		}
	}
}

// place takes a frame's place in the tree of calls.
func (a *answer) place(path []uint32) []uint32 {
	a.Expect('[')
	for first := true; a.Item(']', first); first = false {
		if len(path) == MaxDepth {
			a.Fail(fmt.Errorf("more than %d calls in each other", MaxDepth))
			return path
		}
		path = append(path, a.index())
	}
	return path
}

// traceKind returns the kind of frame that OpenEthereum's words mean.
func traceKind(kind, call string) FrameKind {
	switch {
	case kind == "call" && (call == "call" || call == ""):
		return Call
	case kind == "create":
		return Create
	case kind == "suicide" || kind == "selfdestruct":
		return Destroy
	case kind == "reward":
		return BlockGain
	}
	return Idle
}
