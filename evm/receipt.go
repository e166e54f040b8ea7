package evm

import (
	"fmt"

	"clew"
)

// ReadReceipts reads the result of eth_getBlockReceipts into b, whose block has
// been read. It wants the receipts of exactly the block's transactions, in their
// order: [ErrContradiction] if they are of others, [ErrNotWhole] if they are
// fewer.
func ReadReceipts(chain clew.Chain, result []byte, b *Block) error {
	b.Logs, b.data = b.Logs[:0], b.data[:0]
	return read("receipts", chain, result, b, func(a *answer) {
		n := uint32(0)
		a.Array(func() {
			a.receipt(n)
			n++
		})
		if a.Err == nil && int(n) < len(b.Txs) {
			a.Fail(fmt.Errorf("%w: %d receipts of %d transactions", ErrNotWhole, n, len(b.Txs)))
		}
	})
}

// ReadReceipt reads the result of eth_getTransactionReceipt of the transaction
// at index, after those of all before it, into b, whose block has been read.
func ReadReceipt(chain clew.Chain, result []byte, index uint32, b *Block) error {
	if index == 0 {
		b.Logs, b.data = b.Logs[:0], b.data[:0]
	}
	return read("receipt", chain, result, b, func(a *answer) { a.receipt(index) })
}

// ReadLogs reads the result of eth_getLogs of one block into b, for nodes that
// give no receipts.
func ReadLogs(chain clew.Chain, result []byte, b *Block) error {
	b.Logs, b.data = b.Logs[:0], b.data[:0]
	return read("logs", chain, result, b, func(a *answer) {
		a.Array(func() {
			if l, kept := a.log(); kept {
				a.ofTx("log", l.Index, l.Tx)
				b.Logs = append(b.Logs, l)
			}
		})
	})
}

// receipt takes the receipt of the transaction at index.
func (a *answer) receipt(index uint32) {
	b := a.block
	if int(index) >= len(b.Txs) {
		a.Fail(fmt.Errorf("%w: more than the receipts of %d transactions", ErrContradiction, len(b.Txs)))
		return
	}
	t := &b.Txs[index]
	firstLog := len(b.Logs)
	at, id := index, clew.TxID{}
	t.OtherFee = false
	var blob blobs
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		switch string(name) {
		case "transactionIndex":
			at = a.index()
		case "transactionHash":
			id = a.id()
		case "blockHash":
			a.ofBlock("receipt")
		case "logs":
			b.Logs = b.Logs[:firstLog]
			a.logs()
		default:
			a.receiptField(t, &blob, name)
		}
	}
	if a.Err == nil && at != index {
		a.Fail(fmt.Errorf("%w: receipt %d is of transaction %d", ErrContradiction, index, at))
	}
	a.ofTx("receipt", index, id)
	for i := firstLog; i < len(b.Logs); i++ {
		b.Logs[i].Tx, b.Logs[i].Index = t.ID, index
	}
	var fits bool
	if t.BlobFee, fits = blob.price.MulDiv(blob.gas, clew.Units(1)); !fits {
		a.Fail(fmt.Errorf("receipt %d: a fee for blobs of more than 256 bits", index))
	}
}

// blobs is what a transaction pays for its blobs (EIP-4844).
type blobs struct{ gas, price clew.Amount }

// receiptField takes what a receipt says of its transaction alone. Receipts of
// old nodes leave the price to the transaction; those of old blocks have no
// status.
func (a *answer) receiptField(t *Tx, blob *blobs, name []byte) {
	switch string(name) {
	case "status":
		t.Status = StatusUnknown
		if !a.Null() {
			t.Status = Failed
			if a.Count() == 1 {
				t.Status = Succeeded
			}
		}
	case "gasUsed":
		t.GasUsed, t.HasGas = a.Count(), true
	case "effectiveGasPrice":
		if !a.Null() {
			t.GasPrice = a.amount()
		}
	case "contractAddress":
		t.Created = a.address()
	case "blobGasUsed":
		blob.gas = a.amount()
	case "blobGasPrice":
		blob.price = a.amount()
	case "l1Fee":
		t.LayerFee = a.amount()
	case "operatorFeeScalar", "operatorFeeConstant":
		t.OtherFee = !a.amount().IsZero() || t.OtherFee
	default:
		a.Skip()
	}
}

// logs takes a receipt's logs, and keeps those that are wanted.
func (a *answer) logs() {
	a.Expect('[')
	for first := true; a.Item(']', first); first = false {
		if l, kept := a.log(); kept {
			a.block.Logs = append(a.block.Logs, l)
		}
	}
}

// log takes a log, and reports whether it is wanted. Data of those that are not
// is not kept.
func (a *answer) log() (l Log, wanted bool) {
	b := a.block
	start := len(b.data)
	seen := false // the topics
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		switch string(name) {
		case "topics":
			a.topics(&l)
			seen, wanted = true, l.Count > 0 && Wanted(l.Topics[0])
		case "data":
			if seen && !wanted {
				a.Skip()
			} else {
				b.data = a.Data(b.data)
				l.Data = b.data[start:len(b.data):len(b.data)]
			}
		default:
			a.logField(&l, name)
		}
	}
	if !wanted {
		b.data = b.data[:start]
	} else if a.Err == nil && l.Contract.IsZero() {
		a.Fail(fmt.Errorf("log %d has no address", l.Log))
	}
	return l, wanted
}

// logField takes where a log stands and who logs it.
func (a *answer) logField(l *Log, name []byte) {
	switch string(name) {
	case "address":
		l.Contract = a.address()
	case "logIndex":
		l.Log = a.index()
	case "transactionHash":
		l.Tx = a.id()
	case "transactionIndex":
		l.Index = a.index()
	case "blockHash":
		a.ofBlock("log")
	case "removed":
		if a.Next() == 't' {
			a.Fail(fmt.Errorf("%w: a log was removed", ErrContradiction))
		}
		a.Skip()
	default:
		a.Skip()
	}
}

// topics takes a log's topics, of which there are at most four.
func (a *answer) topics(l *Log) {
	a.Expect('[')
	l.Count = 0
	for first := true; a.Item(']', first); first = false {
		if l.Count == 4 {
			a.Fail(fmt.Errorf("a log of more than four topics"))
			return
		}
		a.Fixed(l.Topics[l.Count][:])
		l.Count++
	}
}
