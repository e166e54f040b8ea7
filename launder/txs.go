package launder

import "clew"

// A txReader gathers the transfers of one transaction of an account chain, and hands
// them on when the next begins. Several recognisers read from the same one.
type txReader struct {
	under  []clew.Transfer // of the transaction under way
	done   []clew.Transfer // of the one before; valid until the next is done
	number uint64          // of the one that is done
	last   clew.Pos
	any    bool
	over   bool // the one under way has more than is gathered
	cut    uint64
}

// mostInTx bounds the transfers of a transaction that is looked through whole: one
// with more is left out, and counted.
const mostInTx = 256

// transactions returns the stream's reader of transactions.
func (st *Stream) transactions() *txReader {
	if st.txs == nil {
		st.txs = &txReader{}
	}
	return st.txs
}

// take takes a transfer, once for all who read.
func (r *txReader) take(m *Moved) {
	if r.any && r.last == m.Pos || m.Asset.Chain().IsBitcoin() {
		return
	}
	if r.any && (m.Tx.IsZero() || len(r.under) == 0 || r.under[0].Tx != m.Tx || r.under[0].Pos.Height != m.Pos.Height) {
		r.turn()
	}
	r.any, r.last = true, m.Pos
	if len(r.under) == mostInTx {
		r.over = true
		return
	}
	r.under = append(r.under, *m.Transfer)
}

// turn ends the transaction under way.
func (r *txReader) turn() {
	if r.over {
		r.under, r.over = r.under[:0], false
		r.cut++
	}
	r.under, r.done = r.done[:0], r.under
	r.number++
}

// finish ends the last one.
func (r *txReader) finish() {
	if len(r.under) > 0 {
		r.turn()
	}
}

// A txCursor is how far one recogniser has read.
type txCursor struct {
	reader *txReader
	number uint64
}

// next returns a transaction that is done and was not read; nil: none is.
func (c *txCursor) next(m *Moved) []clew.Transfer {
	c.reader.take(m)
	if c.number == c.reader.number {
		return nil
	}
	c.number = c.reader.number
	return c.reader.done
}

// rest returns the last one, if it was not read.
func (c *txCursor) rest() []clew.Transfer {
	c.reader.finish()
	if c.number == c.reader.number {
		return nil
	}
	c.number = c.reader.number
	return c.reader.done
}

// A converted is a swap of one asset for another by one address, in one transaction.
type converted struct {
	payer   clew.Address
	to      clew.Address // who got most of it first
	paid    clew.Asset
	got     clew.Asset
	out, in clew.Amount
	first   *clew.Transfer // by which the payer paid
	last    *clew.Transfer // by which it came
	time    clew.Time
}

// swapIn returns the swap of a transaction; false if there is none, or which it is
// cannot be told. Who pays the fee of the transaction is taken for the payer, and
// where no fee is held, who pays first.
func swapIn(tx []clew.Transfer) (c converted, ok bool) {
	if len(tx) < 2 || !severalAssets(tx) {
		return c, false
	}
	payer := tx[0].From[0].Address
	for i := range tx {
		if tx[i].Pos.Class == clew.Fee {
			payer = tx[i].From[0].Address
		}
	}
	s := FindSwap(tx, payer)
	if s == nil || s.Refused != NoRefusal || len(s.Recipients) == 0 {
		return c, false
	}
	c = converted{payer: payer, to: s.Recipients[0], paid: s.Paid, got: s.Got, out: s.PaidNet, in: s.GotAll, time: tx[0].Time}
	for i := range tx {
		t := &tx[i]
		if t.Asset == c.paid && t.From[0].Address == payer && c.first == nil {
			c.first = t
		}
		if t.Asset == c.got && t.To[0].Address == c.to {
			c.last = t
		}
	}
	return c, c.first != nil && c.last != nil
}

// severalAssets reports whether more than one asset moves in a transaction, apart
// from its fees.
func severalAssets(tx []clew.Transfer) bool {
	var first clew.Asset
	for i := range tx {
		if tx[i].Pos.Class >= clew.Fee {
			continue
		}
		if first.IsZero() {
			first = tx[i].Asset
		} else if tx[i].Asset != first {
			return true
		}
	}
	return false
}

// legRole says what a leg of a transfer on an account chain did.
func legRole(name RoleName, a clew.Address, t *clew.Transfer) Role {
	return Role{name, a, t.To[0].Amount, t.Pos, t.Tx, 0}
}
