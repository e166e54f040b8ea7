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

	swap   converted // of the one that is done
	swaps  bool      // it is one
	looked uint64    // the number of the one that was looked at for that
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

// swapDone returns the swap of the transaction that is done; false if there is none,
// or which it is cannot be told. Who pays the fee of the transaction is taken for the
// payer, and where no fee is held, who pays first.
func (r *txReader) swapDone() (c *converted, ok bool) {
	if r.looked != r.number {
		r.looked = r.number
		r.swap, r.swaps = swapIn(r.done)
	}
	return &r.swap, r.swaps
}

func swapIn(tx []clew.Transfer) (c converted, ok bool) {
	if len(tx) < 2 || !severalAssets(tx) {
		return c, false
	}
	c.payer, c.time = tx[0].From[0].Address, tx[0].Time
	for i := range tx {
		if tx[i].Pos.Class == clew.Fee {
			c.payer = tx[i].From[0].Address
		}
	}
	c.to = c.payer
	if !c.net(tx) {
		return c, false
	}
	for i := range tx {
		t := &tx[i]
		if t.Asset == c.paid && t.From[0].Address == c.payer && c.first == nil {
			c.first = t
		}
		if t.Asset == c.got && t.To[0].Address == c.to {
			c.last = t
		}
	}
	return c, c.first != nil && c.last != nil
}

// An assetSide is what the payer of a transaction paid and got of one asset.
type assetSide struct {
	asset clew.Asset
	side
}

// net fills what the payer has less of and more of after a transaction, if that is one
// asset each. Where it has more of nothing, somebody else may have got it: see
// [FindSwap].
func (c *converted) net(tx []clew.Transfer) bool {
	var room [4]assetSide
	sides := room[:0]
	for i := range tx {
		var ok bool
		if sides, ok = c.book(sides, &tx[i]); !ok {
			return false
		}
	}
	less, more := 0, 0
	for i := range sides {
		s := &sides[i]
		if lost := s.lost(); !lost.IsZero() {
			c.paid, c.out = s.asset, lost
			less++
		} else if gained := s.gained(); !gained.IsZero() {
			c.got, c.in = s.asset, gained
			more++
		}
	}
	if less == 1 && more == 0 {
		return c.forAnother(tx)
	}
	return less == 1 && more == 1
}

// book books a transfer with its asset; false if there are too many assets, or too much.
func (c *converted) book(sides []assetSide, t *clew.Transfer) ([]assetSide, bool) {
	out, in := t.From[0].Address == c.payer, t.To[0].Address == c.payer
	if out == in || !counts(t) {
		return sides, true
	}
	at := 0
	for at < len(sides) && sides[at].asset != t.Asset {
		at++
	}
	if at == cap(sides) {
		return sides, false
	}
	if at == len(sides) {
		sides = append(sides, assetSide{asset: t.Asset})
	}
	sum := &sides[at].out
	if in {
		sum = &sides[at].in
	}
	var fits bool
	*sum, fits = sum.Add(t.To[0].Amount)
	return sides, fits
}

// forAnother fills what another got for what the payer paid.
func (c *converted) forAnother(tx []clew.Transfer) bool {
	if !exchanges(tx, c.payer) {
		return false
	}
	s := FindSwap(tx, c.payer)
	if s == nil || s.Refused != NoRefusal || len(s.Recipients) == 0 {
		return false
	}
	c.to, c.paid, c.got, c.out, c.in = s.Recipients[0], s.Paid, s.Got, s.PaidNet, s.GotAll
	return true
}

// exchanges reports whether anybody but the payer gets and gives in a transaction, or
// something is issued or destroyed in it: without that nobody swaps for another.
func exchanges(tx []clew.Transfer, payer clew.Address) bool {
	for i := range tx {
		if !counts(&tx[i]) {
			continue
		}
		from, to := &tx[i].From[0].Address, &tx[i].To[0].Address
		if nobody(*from) || nobody(*to) {
			return true
		}
		if *from == payer {
			continue
		}
		for k := range tx {
			if counts(&tx[k]) && tx[k].To[0].Address == *from {
				return true
			}
		}
	}
	return false
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
