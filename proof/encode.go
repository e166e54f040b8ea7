package proof

import (
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/internal/jsonscan"
	"clew/internal/rlp"
)

// What nodes answer in JSON, put back into the bytes that are hashed.

// encodedTxs returns the transactions of a block as they are hashed. Each is held
// against the name that the node gives it.
func encodedTxs(block []byte) (ids []clew.TxID, raw [][]byte, err error) {
	s := jsonscan.Bytes(block)
	s.Object(func(name []byte) {
		if string(name) != "transactions" {
			s.Skip()
			return
		}
		s.Array(func() {
			e := encoder{s: s, items: map[string][]byte{}}
			e.object(e.txField)
			one := e.tx()
			if id := clew.TxID(rlp.Keccak(one)); s.Err == nil && id != e.id {
				s.Fail(fmt.Errorf("%w: transaction %s, as its fields are understood here, hashes to %s", ErrForm, e.id, id))
			}
			ids, raw = append(ids, e.id), append(raw, one)
		})
	})
	return ids, raw, s.Err
}

// ErrForm says that a block, a transaction or a receipt is of a form that is not
// known here, so that nothing is proved of it.
var ErrForm = errors.New("of a form that is not known here")

// encodedReceipts returns the receipts of a block as they are hashed, and how many
// logs each has.
func encodedReceipts(receipts []byte) (raw [][]byte, logs []int, err error) {
	s := jsonscan.Bytes(receipts)
	s.Array(func() {
		e := encoder{s: s, items: map[string][]byte{}}
		e.object(e.receiptField)
		raw, logs = append(raw, e.receipt()), append(logs, e.logs)
	})
	if s.Err == nil {
		s.Finish()
	}
	return raw, logs, s.Err
}

// An encoder gathers the fields of one transaction or receipt, encoded.
type encoder struct {
	s     *jsonscan.Scanner
	kind  uint64
	id    clew.TxID
	items map[string][]byte
	logs  int
}

// object takes an object field by field.
func (e *encoder) object(field func(name string)) {
	e.s.Object(func(name []byte) { field(string(name)) })
}

// item keeps a field that is one value.
func (e *encoder) number(name string) { e.items[name] = rlp.AppendLimbs(nil, e.s.Quantity()) }

func (e *encoder) data(name string) { e.items[name] = rlp.AppendString(nil, e.s.Data(nil)) }

// txField takes a field of a transaction. Null is the same as none.
func (e *encoder) txField(name string) {
	switch {
	case e.s.Next() == 'n':
		e.s.Skip()
	case name == "type":
		e.kind = e.s.Count()
	case name == "hash":
		e.s.Fixed(e.id[:])
	case name == toField || name == inputField:
		e.data(name)
	case name == accessField:
		e.items[name] = e.list(e.access)
	case name == blobsField:
		e.items[name] = e.list(e.string)
	case name == delegateField:
		e.items[name] = e.list(e.delegation)
	case name == "v" || slices.Contains(numbers, name):
		e.number(name)
	default:
		e.s.Skip()
	}
}

// numbers are the fields of transactions that are numbers.
var numbers = []string{chainField, nonceField, priceField, tipField, capField, gasField, valueField, blobCapField, parityField, rField, sField}

// list takes an array, and returns the list of what item appends.
func (e *encoder) list(item func(b []byte) []byte) []byte {
	var all []byte
	e.s.Array(func() { all = item(all) })
	return rlp.AppendList(nil, all)
}

func (e *encoder) string(b []byte) []byte { return rlp.AppendString(b, e.s.Data(nil)) }

// access takes an entry of an access list (EIP-2930).
func (e *encoder) access(b []byte) []byte {
	var address, keys []byte
	e.object(func(name string) {
		switch name {
		case "address":
			address = e.string(nil)
		case "storageKeys":
			keys = e.list(e.string)
		default:
			e.s.Skip()
		}
	})
	return rlp.AppendList(b, append(address, keys...))
}

// delegationFields are those of an entry of an authorization list (EIP-7702).
var delegationFields = []string{chainField, "address", nonceField, parityField, rField, sField}

func (e *encoder) delegation(b []byte) []byte {
	items := map[string][]byte{}
	e.object(func(name string) {
		switch {
		case name == "address":
			items[name] = e.string(nil)
		case name == "v" || slices.Contains(delegationFields, name):
			items[name] = rlp.AppendLimbs(nil, e.s.Quantity())
		default:
			e.s.Skip()
		}
	})
	return rlp.AppendList(b, e.inOrder(items, delegationFields))
}

// tx returns the encoded transaction.
func (e *encoder) tx() []byte {
	if e.kind >= uint64(len(txForms)) {
		e.s.Fail(fmt.Errorf("%w: transaction %s is of type %#x", ErrForm, e.id, e.kind))
		return nil
	}
	if e.items[toField] == nil {
		e.items[toField] = rlp.AppendString(nil, nil)
	}
	if e.kind == 0 {
		delete(e.items, parityField) // some nodes give it beside v, which is what is hashed
	}
	return e.typed(rlp.AppendList(nil, e.inOrder(e.items, txForms[e.kind])))
}

// inOrder returns fields after each other. What is not there is an error; for the
// signature's parity v may stand.
func (e *encoder) inOrder(items map[string][]byte, names []string) []byte {
	var all []byte
	for _, name := range names {
		item := items[name]
		if item == nil && name == parityField {
			item = items["v"]
		}
		if item == nil {
			e.s.Fail(fmt.Errorf("%w: the node does not state %s", ErrForm, name))
		}
		all = append(all, item...)
	}
	return all
}

// typed puts the type before an encoding (EIP-2718).
func (e *encoder) typed(body []byte) []byte {
	if e.kind == 0 {
		return body
	}
	return append([]byte{byte(e.kind)}, body...)
}

// Fields of receipts.
const (
	statusField = "status"
	rootField   = "root"
	soFarField  = "cumulativeGasUsed"
	bloomField  = "logsBloom"
	logsField   = "logs"
)

// receiptField takes a field of a receipt.
func (e *encoder) receiptField(name string) {
	switch {
	case e.s.Next() == 'n':
		e.s.Skip()
	case name == "type":
		e.kind = e.s.Count()
	case name == statusField || name == soFarField:
		e.number(name)
	case name == rootField || name == bloomField:
		e.data(name)
	case name == logsField:
		e.items[name] = e.list(e.log)
	default:
		e.s.Skip()
	}
}

func (e *encoder) log(b []byte) []byte {
	e.logs++
	var fields [3][]byte
	e.object(func(name string) {
		switch name {
		case "address":
			fields[0] = e.string(nil)
		case "topics":
			fields[1] = e.list(e.string)
		case "data":
			fields[2] = e.string(nil)
		default:
			e.s.Skip()
		}
	})
	return rlp.AppendList(b, slices.Concat(fields[:]...))
}

// receipt returns the encoded receipt. Those of before EIP-658 have a root, and
// some nodes work out a status for them, which is not hashed.
func (e *encoder) receipt() []byte {
	outcome := statusField
	if root := e.items[rootField]; len(root) == 33 && e.kind == 0 {
		outcome = rootField
	}
	if e.kind >= uint64(len(txForms)) {
		e.s.Fail(fmt.Errorf("%w: a receipt of type %#x", ErrForm, e.kind))
	}
	return e.typed(rlp.AppendList(nil, e.inOrder(e.items, []string{outcome, soFarField, bloomField, logsField})))
}
