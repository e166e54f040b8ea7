package bitcoin

import (
	"bytes"

	"clew"
)

// commitment begins the coinbase's output by which a block commits to its
// witnesses (BIP 141). It says nothing of a payment.
var commitment = []byte{opReturn, 0x24, 0xaa, 0x21, 0xa9, 0xed}

// Memos returns an act for each data output of a transaction, in the order of
// its outputs, whose scripts are given. Where nothing is known of the first
// input, nobody is said to have sent it.
//
// To whom a data output is addressed, no rule of the chain says. By the usage of
// bridges it is the first output that can be spent, so that one is named with
// what it holds; if there is none, the data output itself is.
func Memos(t *clew.Transfer, scripts [][]byte) []clew.Act {
	var acts []clew.Act
	issues := t.From[0].Spends == nil
	for i, script := range scripts {
		if KindOf(script) != Data || issues && bytes.HasPrefix(script, commitment) {
			continue
		}
		a := clew.Act{Pos: t.Pos, Time: t.Time, Tx: t.Tx, By: t.From[0].Address, On: t.To[i].Address, Asset: t.Asset, Amount: t.To[i].Amount}
		a.Pos.Ordinal = uint32(i)
		for k, other := range scripts {
			if KindOf(other) != Data {
				a.On, a.Amount = t.To[k].Address, t.To[k].Amount
				break
			}
		}
		a.SetMemo(clew.DataOutput, script)
		acts = append(acts, a)
	}
	return acts
}

// memos makes the acts of a block whose transfers are made.
func (d *Decoder) memos(b *Block) {
	c := &d.contents
	last := -1
	for i := range b.Scripts {
		s := &b.Scripts[i]
		index := int(s.Pos.Index)
		if s.Kind != Data || index == last {
			continue
		}
		last = index
		start := 0
		if index > 0 {
			start = c.txs[index-1].outs
		}
		d.work.scripts = d.work.scripts[:0]
		for _, out := range c.outs[start:c.txs[index].outs] {
			d.work.scripts = append(d.work.scripts, out.script)
		}
		b.Acts = append(b.Acts, Memos(&b.Transfers[index], d.work.scripts)...)
	}
}

// Payload returns the bytes that a data output's script carries, if it is one
// piece of data and nothing else; else false.
func Payload(script []byte) ([]byte, bool) {
	s := Script{Kind: KindOf(script), Bytes: script}
	pieces, whole := s.Pushes()
	if !whole || len(pieces) != 1 {
		return nil, false
	}
	return pieces[0], true
}
