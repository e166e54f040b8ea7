package proof

import (
	"errors"
	"fmt"

	"clew/evm"
	"clew/internal/rlp"
)

// A receipt is what is hashed of one: the Yellow Paper, 4.4.1, and EIP-2718. Its
// transaction's name, the gas that this used, and what a contract that it made is
// called, are not.
type receipt struct {
	kind      byte
	status    evm.Status
	gasSoFar  uint64 // used by the block's transactions up to this one
	logs      []evm.Log
	contracts [][20]byte // of the logs
}

const (
	maxLogs   = 1 << 17
	bloomSize = 256
)

// readReceipt reads an encoded receipt. One of before EIP-658 holds a root of the
// state where later ones say whether the transaction succeeded.
func readReceipt(raw []byte) (*receipt, error) {
	kind, body, err := typed(raw)
	if err != nil {
		return nil, err
	}
	items, err := body.Items(4)
	if err == nil && len(items) != 4 {
		err = errors.New("it has not four fields")
	}
	if err != nil {
		return nil, err
	}
	r := &receipt{kind: kind}
	switch outcome := items[0]; {
	case !outcome.IsList && len(outcome.Content) == 0:
		r.status = evm.Failed
	case !outcome.IsList && len(outcome.Content) == 1 && outcome.Content[0] == 1:
		r.status = evm.Succeeded
	case kind != 0 || outcome.IsList || len(outcome.Content) != 32:
		return nil, errors.New("it states no outcome")
	}
	f := reader{}
	r.gasSoFar = f.count(items[1])
	f.fixed(items[2], bloomSize)
	if f.err != nil {
		return nil, f.err
	}
	return r, r.readLogs(items[3])
}

func (r *receipt) readLogs(list rlp.Item) error {
	logs, err := list.Items(maxLogs)
	for i := 0; i < len(logs) && err == nil; i++ {
		err = r.readLog(logs[i])
	}
	if err != nil {
		return fmt.Errorf("log %d: %w", len(r.logs), err)
	}
	return nil
}

func (r *receipt) readLog(item rlp.Item) error {
	fields, err := item.Items(3)
	if err == nil && len(fields) != 3 {
		err = errors.New("it has not three fields")
	}
	if err != nil {
		return err
	}
	var l evm.Log
	topics, err := fields[1].Items(len(l.Topics))
	if err != nil {
		return err
	}
	f := reader{}
	for i, topic := range topics {
		copy(l.Topics[i][:], f.fixed(topic, 32))
	}
	contract := [20]byte{}
	copy(contract[:], f.fixed(fields[0], 20))
	if f.err == nil && fields[2].IsList {
		f.err = errors.New("its data is a list")
	}
	l.Count, l.Data = uint8(len(topics)), fields[2].Content
	r.logs, r.contracts = append(r.logs, l), append(r.contracts, contract)
	return f.err
}

// typed takes the type off an encoded transaction or receipt (EIP-2718); those
// without one are of type 0.
func typed(raw []byte) (kind byte, body rlp.Item, err error) {
	if len(raw) > 0 && raw[0] < 0x80 {
		kind, raw = raw[0], raw[1:]
		if kind == 0 {
			return 0, body, errors.New("type 0 has no byte of its own")
		}
		if int(kind) >= len(txForms) {
			return 0, body, fmt.Errorf("%w: of type %#x", ErrForm, kind)
		}
	}
	body, err = rlp.Whole(raw)
	return kind, body, err
}
