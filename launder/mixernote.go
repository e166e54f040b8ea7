package launder

import (
	"slices"

	"clew"
	"clew/ledger"
)

// A MixerNote is one deposit into a pool, or one withdrawal from it, as transfers
// of a ledger show it. Which deposit a withdrawal spends, none shows.
type MixerNote struct {
	Pool    clew.Address `json:"pool"`
	Out     bool         `json:"out"` // taken out; else put in
	Pos     clew.Pos     `json:"pos"`
	Time    clew.Time    `json:"time,omitzero"`
	Tx      clew.TxID    `json:"tx,omitzero"`
	Who     clew.Address `json:"who,omitzero"`     // who put it in, also through a router; or to whom it came out
	Signer  clew.Address `json:"signer,omitzero"`  // who paid the transaction's fee; nobody: not held
	Relayer clew.Address `json:"relayer,omitzero"` // who got the other part of what came out; nobody: nobody did
	Fee     clew.Amount  `json:"fee,omitzero"`     // that part
	Paid    clew.Amount  `json:"paid,omitzero"`    // fee of the transaction; zero: not held
	Tip     clew.Amount  `json:"tip,omitzero"`     // of it, what the block's maker got; zero: not told apart
}

// mostBehind is how many payments before it, in its transaction, a payment into a
// pool is followed back: contracts pass deposits on.
const mostBehind = 4

// MixerNotes reads the notes of one pool in one transaction. What moves in or out
// in another amount than a note's is odd, and no note: a part of one, interest, or
// a gift.
//
// A withdrawal is one transfer of a note, or two next to each other that are one
// together: to whom it comes out, and then to a relayer, in the order in which the
// contract pays. Where a source made up the order, the larger part is taken to be
// the recipient's. In a pool of a token whose contract keeps a part of what moves
// nothing is a note.
func MixerNotes(p *MixerPool, tx []clew.Transfer) (notes []MixerNote, odd int) {
	var ins, outs []*clew.Transfer
	for i := range tx {
		t := &tx[i]
		if !counts(t) || t.Asset != p.Asset {
			continue
		}
		switch p.At {
		case t.To[0].Address:
			ins = append(ins, t)
		case t.From[0].Address:
			outs = append(outs, t)
		}
	}
	order := func(a, b *clew.Transfer) int { return a.Pos.Cmp(b.Pos) }
	slices.SortFunc(ins, order)
	slices.SortFunc(outs, order)
	for _, t := range ins {
		if t.Amount() != p.Note {
			odd++
			continue
		}
		n := MixerNote{Pool: p.At, Pos: t.Pos, Time: t.Time, Tx: t.Tx, Who: behind(t, tx)}
		notes = append(notes, n)
	}
	for len(outs) > 0 {
		n, used := takenOut(p, outs)
		if used == 0 {
			odd, outs = odd+1, outs[1:]
			continue
		}
		notes, outs = append(notes, n), outs[used:]
	}
	for i := range notes {
		notes[i].charge(tx)
	}
	slices.SortFunc(notes, func(a, b MixerNote) int { return a.Pos.Cmp(b.Pos) })
	return notes, odd
}

// takenOut reads the withdrawal that begins with the first of some transfers out
// of a pool, and says how many it is; 0: none begins there.
func takenOut(p *MixerPool, outs []*clew.Transfer) (MixerNote, int) {
	first := outs[0]
	n := MixerNote{Pool: p.At, Out: true, Pos: first.Pos, Time: first.Time, Tx: first.Tx, Who: first.To[0].Address}
	if first.Amount() == p.Note {
		return n, 1
	}
	if len(outs) == 1 {
		return MixerNote{}, 0
	}
	second := outs[1]
	if sum, fits := first.Amount().Add(second.Amount()); !fits || sum != p.Note {
		return MixerNote{}, 0
	}
	n.Relayer, n.Fee = second.To[0].Address, second.Amount()
	if first.Pos.Ordinal >= ledger.MadeUp && first.Amount().Less(second.Amount()) {
		n.Who, n.Relayer, n.Fee = second.To[0].Address, first.To[0].Address, first.Amount()
	}
	return n, 2
}

// behind returns who paid what a transfer carries, by way of those that were paid
// at least as much just before in its transaction.
func behind(t *clew.Transfer, tx []clew.Transfer) clew.Address {
	who, at := t.From[0].Address, t.Pos
	for range mostBehind {
		var before *clew.Transfer
		for i := range tx {
			u := &tx[i]
			if counts(u) && u.Asset == t.Asset && u.To[0].Address == who && u.Pos.Before(at) && !u.Amount().Less(t.Amount()) && (before == nil || before.Pos.Before(u.Pos)) {
				before = u
			}
		}
		if before == nil || before.From[0].Address.IsZero() {
			break
		}
		who, at = before.From[0].Address, before.Pos
	}
	return who
}

// charge notes who paid the transaction's fee, and how much.
func (n *MixerNote) charge(tx []clew.Transfer) {
	for i := range tx {
		t := &tx[i]
		if t.Pos.Class != clew.Fee || len(t.From) != 1 || t.From[0].Address.IsZero() {
			continue
		}
		n.Signer = t.From[0].Address
		n.Paid, _ = n.Paid.Add(t.Amount())
		if t.Pos.Ordinal == 1 {
			n.Tip = t.Amount()
		}
	}
}
