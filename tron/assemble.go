package tron

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"clew"
)

// work is the memory that putting one block together needs, and where it is.
type work struct {
	out    *Block
	legs   []clew.Leg
	places map[clew.TxID]int // of results, where they are in another order

	tx    clew.TxID
	index uint32
	moved uint32 // native ordinals given out in this transaction
	acts  uint32 // and those of acts
	logs  uint32 // logs of the block so far
	owner clew.Address
	value []byte // the contract's parameters as protobuf
	param params
	inner params // of a message within
	err   error  // the first failure in this transaction
}

// assemble makes transfers of what was read. Held says that results were.
func (d *Decoder) assemble(held bool) (*Block, error) {
	j, w := &d.block, &d.work
	if j.said != "" {
		return nil, &NodeError{Message: j.said}
	}
	ref, parent, err := j.header.ref(j.id)
	if err != nil {
		return nil, err
	}
	b := &Block{Block: clew.Block{Ref: ref, Parent: parent}}
	guess := 2*len(j.txs) + len(d.infos.logs) + d.infos.paid
	b.Transfers = make([]clew.Transfer, 0, guess)
	w.out, w.legs, w.logs = b, make([]clew.Leg, 0, 2*guess), 0
	if held = held && (ref.Height > 0 || len(d.infos.infos) > 0); held { // the first block has no results
		err = d.match()
	}
	for i := 0; i < len(j.txs) && err == nil; i++ {
		var r *jsonInfo
		if held {
			r = d.result(i)
		}
		if err = d.transaction(i, r); err != nil {
			err = fmt.Errorf("transaction %s: %w", plain(j.txs[i].id), err)
		}
	}
	if err == nil {
		err = b.Check(d.chain)
	}
	w.out, w.legs = nil, nil
	if err != nil {
		return nil, fmt.Errorf("block %d, %s: %w", ref.Height, plain(ref.Hash), err)
	}
	return b, nil
}

// match holds the results against the transactions: each has one, and no other
// has any.
func (d *Decoder) match() error {
	txs, infos, w := d.block.txs, d.infos.infos, &d.work
	clear(w.places)
	switch {
	case d.infos.said != "":
		return &NodeError{Message: d.infos.said}
	case len(infos) == 0 && len(txs) > 0:
		return ErrNoResults
	case len(infos) != len(txs):
		return fmt.Errorf("%w: %d results of %d transactions", ErrDisagree, len(infos), len(txs))
	}
	ordered := true
	for i := range infos {
		if infos[i].height != d.block.header.number {
			return fmt.Errorf("%w: the result of %s is of block %d", ErrDisagree, plain(infos[i].id), infos[i].height)
		}
		ordered = ordered && infos[i].id == txs[i].id
	}
	if ordered {
		return nil
	}
	if w.places == nil {
		w.places = make(map[clew.TxID]int)
	}
	for i := range infos {
		w.places[infos[i].id] = i
	}
	for i := range txs {
		at, ok := w.places[txs[i].id]
		switch {
		case !ok:
			return fmt.Errorf("%w: no result of %s", ErrDisagree, plain(txs[i].id))
		case infos[at].taken:
			return fmt.Errorf("%w: %s comes twice", ErrDisagree, plain(txs[i].id))
		}
		infos[at].taken = true
	}
	return nil
}

// result returns what transaction i resulted in.
func (d *Decoder) result(i int) *jsonInfo {
	if len(d.work.places) > 0 {
		i = d.work.places[d.block.txs[i].id]
	}
	return &d.infos.infos[i]
}

// transaction emits what one transaction did. Its result is nil if it is not
// held.
func (d *Decoder) transaction(i int, r *jsonInfo) error {
	t, w := &d.block.txs[i], &d.work
	w.tx, w.index, w.moved, w.acts, w.err = t.id, uint32(i), 0, 0, nil
	raw := d.block.raw[t.start:t.end]
	if sum := sha256.Sum256(raw); sum != t.id {
		return fmt.Errorf("its bytes hash to %s", plain(sum))
	}
	kind, memo, err := contractKind(0), []byte(nil), error(nil)
	if kind, w.value, memo, err = contractOf(raw); err == nil {
		err = w.param.parse(w.value)
	}
	if err != nil {
		return err
	}
	w.owner, _ = d.address(w.param.bytes[ownerField(kind)])
	if r == nil && w.out.Ref.Height > 0 {
		w.out.Missed.Results++
	}
	ended, err := statusOf(kind, t, r)
	if err != nil {
		return err
	}
	if ended != failed {
		d.contract(kind, r)
		if kind.calls() {
			d.calls(r, ended)
		}
		d.memo(kind, memo)
	}
	d.logs(r, ended)
	d.fee(r)
	return w.err
}

// contractOf returns the one contract of a transaction, its kind and its
// parameters as protobuf, and the data that goes with it.
func contractOf(raw []byte) (kind contractKind, value, data []byte, err error) {
	found := 0
	tx := message{rest: raw}
	for tx.next() {
		switch tx.field {
		case 10:
			data = tx.bytes
			continue
		case 11:
		default:
			continue
		}
		found++
		contract := message{rest: tx.bytes}
		for contract.next() {
			switch contract.field {
			case 1:
				kind = contractKind(contract.num)
			case 2:
				var parameter params
				err = parameter.parse(contract.bytes)
				value = parameter.bytes[2]
			}
		}
		err = errors.Join(err, contract.err)
	}
	if err = errors.Join(err, tx.err); err == nil && found != 1 {
		err = fmt.Errorf("%d contracts, where a transaction has one", found)
	}
	return kind, value, data, err
}

// A status says how a transaction ended.
type status uint8

const (
	unknown status = iota
	succeeded
	failed // moves nothing, but pays its fee
)

// statusOf tells how a transaction ended. Only calls of contracts can fail and
// yet be in a block; older blocks say it in their results alone.
func statusOf(kind contractKind, t *jsonTx, r *jsonInfo) (status, error) {
	if kind.calls() && t.stated && r != nil && r.stated && t.failed == r.success {
		return unknown, fmt.Errorf("%w: by one the call succeeded, by the other it failed", ErrDisagree)
	}
	switch {
	case t.failed, r != nil && (r.failed || r.stated && !r.success):
		return failed, nil
	case kind.calls() && !t.stated && r == nil:
		return unknown, nil
	}
	return succeeded, nil
}

// fee emits what the transaction paid beside what it moved.
func (d *Decoder) fee(r *jsonInfo) {
	w := &d.work
	switch {
	case w.out.Ref.Height == 0: // the chain's first transactions pay none
	case r == nil, r.fee > 0 && w.owner.IsZero():
		w.out.Missed.Fees++
	case r.packing > r.fee:
		w.fail(fmt.Errorf("%d sun of its fee of %d go to the pool", r.packing, r.fee))
	default:
		for i, part := range [...]int64{r.fee - r.packing, r.packing} {
			if part > 0 {
				w.add(d.assets.native, clew.Fee, uint32(i), w.owner, clew.Address{}, clew.Units(uint64(part)), nil)
			}
		}
	}
}

func (w *work) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// add adds a transfer of the transaction.
func (w *work) add(asset clew.Asset, class clew.Class, ordinal uint32, from, to clew.Address, amount clew.Amount, item *clew.Amount) {
	n := len(w.legs)
	w.legs = append(w.legs, clew.Leg{Address: from, Amount: amount}, clew.Leg{Address: to, Amount: amount})
	w.out.Transfers = append(w.out.Transfers, clew.Transfer{
		Pos:  clew.Pos{Height: w.out.Ref.Height, Index: w.index, Class: class, Ordinal: ordinal},
		Time: w.out.Ref.Time, Tx: w.tx, Asset: asset, Item: item,
		From: w.legs[n : n+1 : n+1], To: w.legs[n+1 : n+2 : n+2],
	})
}

// move adds a movement that is no log's and no fee. Nothing is no movement.
func (w *work) move(asset clew.Asset, from, to clew.Address, amount int64) {
	switch {
	case amount > 0:
		w.add(asset, clew.Native, w.moved, from, to, clew.Units(uint64(amount)), nil)
		w.moved++
	case amount < 0 && w.out.Ref.Height > 0: // the first block gives one account less than nothing
		w.fail(fmt.Errorf("it moves %d", amount))
	}
}

// act adds an act of the transaction, at the place given by class and ordinal.
func (w *work) act(a clew.Act, class clew.Class, ordinal uint32) {
	a.Pos = clew.Pos{Height: w.out.Ref.Height, Index: w.index, Class: class, Ordinal: ordinal}
	a.Time, a.Tx = w.out.Ref.Time, w.tx
	if err := a.Check(); err != nil {
		w.fail(err)
		return
	}
	w.out.Acts = append(w.out.Acts, a)
}

// ownAct adds an act that is no log's.
func (w *work) ownAct(a clew.Act) {
	w.act(a, clew.Native, w.acts)
	w.acts++
}
