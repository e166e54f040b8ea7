package evm

import (
	"cmp"
	"slices"

	"clew"
)

// An execution is a transaction on its way through its frames.
type execution struct {
	id       clew.TxID
	index    uint32
	tx       *Tx      // nil: not known
	ordinal  uint32   // of the next value moved
	reverted bool     // the calls below failed are
	failed   []uint32 // path of a frame
	mortals  []mortal
}

// frames moves what successful call frames moved, counting them depth first.
func (d *Decoder) frames(b *Block, out *collector) {
	gains, run := uint32(0), execution{mortals: d.mortals[:0]}
	for i := range b.Frames {
		f := &b.Frames[i]
		if f.Kind == BlockGain {
			if !f.Value.IsZero() {
				d.move(out, f.Tx, clew.Pos{Index: blockIndex, Class: clew.BlockLevel, Ordinal: gains}, f.From, f.To, f.Value, f.Rounded)
			}
			gains++
			continue
		}
		if i == 0 || b.Frames[i-1].Kind == BlockGain || b.Frames[i-1].Index != f.Index {
			d.bury(&run, out)
			tx := b.tx(f.Index)
			run = execution{index: f.Index, tx: tx, ordinal: tx.first(), reverted: tx != nil && tx.Status == Failed, mortals: run.mortals[:0]}
		} else if slices.Equal(f.Path, b.Frames[i-1].Path) {
			continue // the source gives a row twice
		}
		if run.reverted && hasPrefix(f.Path, run.failed) {
			continue
		}
		if run.reverted = f.Failed; run.reverted {
			run.failed = f.Path
			continue
		}
		if f.Tx.IsZero() && run.tx != nil {
			f.Tx = run.tx.ID
		}
		run.id = f.Tx
		d.frame(b, f, &run, out)
	}
	d.bury(&run, out)
	d.mortals = run.mortals
}

// frame moves what one successful frame moved, and counts it whether that is
// said or not.
func (d *Decoder) frame(b *Block, f *Frame, run *execution, out *collector) {
	to := f.To
	switch {
	case f.Kind == Idle:
		return
	case f.Kind == Create:
		run.make(f.To)
	case f.Kind == Destroy && f.To.IsZero():
		d.Missed.Frames++ // some tracers' exports lose what a contract held and who got it
	case f.Kind == Destroy:
		if run.destroy(f.From, d.ends(b)) && f.To == f.From {
			to = clew.Address{}
		}
	}
	if f.Value.IsZero() {
		return
	}
	ordinal := run.ordinal
	run.ordinal++
	switch {
	case !f.To.IsZero():
		run.pay(f.From, to, f.Value, f.Rounded)
		d.move(out, f.Tx, clew.Pos{Index: f.Index, Class: clew.Native, Ordinal: ordinal}, f.From, to, f.Value, f.Rounded)
	case f.Kind != Destroy:
		d.Missed.Made++
	}
}

// blockIndex puts what belongs to no transaction after all of them.
const blockIndex = 1<<32 - 1

// compareFrames orders rewards first and then transactions, each depth first.
func compareFrames(f, g *Frame) int {
	if fGain, gGain := f.Kind == BlockGain, g.Kind == BlockGain; fGain || gGain {
		switch {
		case !gGain:
			return -1
		case !fGain:
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(f.Index, g.Index), slices.Compare(f.Path, g.Path))
}

func hasPrefix(path, prefix []uint32) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

// transactions moves value where no frames say what moved, and pays the fees.
func (d *Decoder) transactions(b *Block, out *collector) {
	next := 0
	for i := range b.Txs {
		t := &b.Txs[i]
		for next < len(b.Frames) && (b.Frames[next].Kind == BlockGain || b.Frames[next].Index < t.Index) {
			next++
		}
		framed := next < len(b.Frames) && b.Frames[next].Index == t.Index
		if t.first() > 0 {
			d.move(out, t.ID, clew.Pos{Index: t.Index, Class: clew.Native}, clew.Address{}, t.From, t.Minted, false)
		}
		if !framed {
			d.value(t, out)
		}
		d.fees(b, t, out)
		d.text(b, t)
	}
}

// first returns the ordinal of the first value that t moves: what is made for
// its sender comes before.
func (t *Tx) first() uint32 {
	if t == nil || t.Minted.IsZero() {
		return 0
	}
	return 1
}

// value moves a transaction's own value: its first frame, and the only one
// that is known.
func (d *Decoder) value(t *Tx, out *collector) {
	if t.Status == Failed {
		return
	}
	if d.Traced {
		d.Missed.Frames++
	}
	if t.Value.IsZero() {
		return
	}
	to := t.recipient()
	if to.IsZero() {
		d.Missed.Made++
		return
	}
	if t.Status == StatusUnknown {
		d.Missed.Status++
	}
	d.move(out, t.ID, clew.Pos{Index: t.Index, Class: clew.Native, Ordinal: t.first()}, t.From, to, t.Value, t.Rounded)
}

// recipient returns whom the transaction's value goes to; nobody if that is a
// contract it creates and nothing says which.
func (t *Tx) recipient() clew.Address {
	switch {
	case !t.To.IsZero():
		return t.To
	case !t.Created.IsZero() || !t.HasNonce:
		return t.Created
	}
	return CreatedBy(t.From, t.Nonce)
}

// credits pays what the block gives outside transactions, after its rewards.
func (d *Decoder) credits(b *Block, out *collector) {
	var gains uint32
	for i := range b.Frames {
		if b.Frames[i].Kind == BlockGain {
			gains++
		}
	}
	for i := range b.Credits {
		c := &b.Credits[i]
		if c.Amount.IsZero() {
			continue
		}
		pos := clew.Pos{Index: blockIndex, Class: clew.BlockLevel, Ordinal: gains + uint32(i)}
		d.move(out, clew.TxID{}, pos, clew.Address{}, c.To, c.Amount, false)
	}
}
