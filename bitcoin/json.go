package bitcoin

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"clew"
)

// A jsonBlock is a block as a node's JSON gives it, put back into raw form on
// the way. The fields come in any order.
type jsonBlock struct {
	chain  clew.Chain
	hash   clew.TxID
	height int64 // -1: not stated
	header Header
	raw    []byte // the whole, once it is read
	body   []byte // the transactions

	ids   []clew.TxID // as stated
	fees  []statedFee
	coins []Coin // what inputs spend, as stated
	spent []byte // the script of one of them

	tx jsonTx
}

// A jsonTx is the transaction that is being read.
type jsonTx struct {
	version, lock uint32
	ins, outs     []byte
	inCount       int
	outCount      int
	script        []byte // of the input or output being read
	id            clew.TxID
	fee           statedFee
}

// read takes the object that getblock answers.
func (j *jsonBlock) read(s *scanner) {
	*j = jsonBlock{chain: j.chain, height: -1, raw: j.raw[:0], body: j.body[:0], ids: j.ids[:0], fees: j.fees[:0], coins: j.coins[:0], spent: j.spent, tx: j.tx}
	s.Object(func(name []byte) {
		switch string(name) {
		case "hash":
			j.hash = s.Hash()
		case "height":
			j.height = s.Integer(0, 1<<40)
		case "tx", "rawtx":
			s.Array(func() { j.transaction(s) })
		default:
			if !j.header.field(s, name) {
				s.Skip()
			}
		}
	})
	if s.Err != nil && len(j.ids) > 0 {
		s.Err = fmt.Errorf("after %d transactions: %w", len(j.ids), s.Err)
	}
}

// field takes a field of a header's JSON, and reports whether it was one.
func (h *Header) field(s *scanner, name []byte) bool {
	switch string(name) {
	case "version":
		h.Version = int32(s.Uint32())
	case "previousblockhash":
		h.Parent = s.Hash()
	case "merkleroot":
		h.Merkle = s.Hash()
	case "time":
		h.Time = s.Uint32()
	case "nonce":
		h.Nonce = s.Uint32()
	case "bits":
		h.Bits = s.bits()
	default:
		return false
	}
	return true
}

// bits takes a target's short form.
func (s *scanner) bits() uint32 {
	text := s.Text()
	if s.Err != nil {
		return 0
	}
	n, err := strconv.ParseUint(string(text), 16, 32)
	if err != nil {
		s.Fail(fmt.Errorf("bits %.40q: not a number in hexadecimal digits", text))
	}
	return uint32(n)
}

// transaction takes one transaction.
func (j *jsonBlock) transaction(s *scanner) {
	if s.Next() == '"' {
		s.Fail(errors.New("names stand for the transactions: getblock was asked with verbosity 1, and 2 or 3 is needed"))
		return
	}
	t := &j.tx
	*t = jsonTx{ins: t.ins[:0], outs: t.outs[:0], script: t.script[:0]}
	s.Object(func(name []byte) {
		switch string(name) {
		case "txid":
			t.id = s.Hash()
		case "version":
			t.version = s.Uint32()
		case "locktime":
			t.lock = s.Uint32()
		case "vin":
			s.Array(func() { j.input(s) })
		case "vout":
			s.Array(func() {
				t.output(s)
				j.bound(s)
			})
		case "fee":
			t.fee = statedFee{s.value(), true}
		default:
			s.Skip()
		}
	})
	j.body = binary.LittleEndian.AppendUint32(j.body, t.version)
	j.body = append(appendSize(j.body, t.inCount), t.ins...)
	j.body = append(appendSize(j.body, t.outCount), t.outs...)
	j.body = binary.LittleEndian.AppendUint32(j.body, t.lock)
	j.ids, j.fees = append(j.ids, t.id), append(j.fees, t.fee)
	t.ins, t.outs = t.ins[:0], t.outs[:0]
	j.bound(s)
}

// input takes one input, and what it spends if that is stated.
func (j *jsonBlock) input(s *scanner) {
	t := &j.tx
	var spends clew.Output
	var sequence uint32
	var coin Coin
	t.script = t.script[:0]
	s.Object(func(name []byte) {
		switch string(name) {
		case "txid":
			spends.Tx = s.Hash()
		case "vout":
			spends.Index = uint32(s.Integer(0, 1<<32-1))
		case "coinbase":
			t.script, spends.Index = s.Hex(t.script[:0]), nullIndex
		case "scriptSig":
			t.script = s.script(t.script[:0])
		case "sequence":
			sequence = s.Uint32()
		case "prevout", "prevOut":
			coin = j.prevout(s)
		default:
			s.Skip()
		}
	})
	id := reversed(spends.Tx[:])
	t.ins = binary.LittleEndian.AppendUint32(append(t.ins, id[:]...), spends.Index)
	t.ins = append(appendSize(t.ins, len(t.script)), t.script...)
	t.ins = binary.LittleEndian.AppendUint32(t.ins, sequence)
	t.inCount++
	j.coins = append(j.coins, coin)
	j.bound(s)
}

// bound ends what would not fit a block, so that no answer asks for more memory.
func (j *jsonBlock) bound(s *scanner) {
	if len(j.body)+len(j.tx.ins)+len(j.tx.outs) > MaxBlock {
		s.Fail(fmt.Errorf("more than the %d bytes that a block has", MaxBlock))
	}
}

// prevout takes what an output that is spent held. What is not stated whole is
// not known.
func (j *jsonBlock) prevout(s *scanner) Coin {
	var coin Coin
	valued, locked := false, false
	s.Object(func(name []byte) {
		switch string(name) {
		case "value":
			coin.Amount, valued = s.value(), true
		case "scriptPubKey":
			j.spent = s.script(j.spent[:0])
			coin.Address, _ = AddressOf(j.chain, j.spent)
			locked = true
		default:
			s.Skip()
		}
	})
	if coin.Known = valued && locked; !coin.Known {
		return Coin{}
	}
	return coin
}

// output takes one output.
func (t *jsonTx) output(s *scanner) {
	var value uint64
	place := int64(t.outCount)
	t.script = t.script[:0]
	s.Object(func(name []byte) {
		switch string(name) {
		case "value":
			value = s.value()
		case "n":
			place = s.Integer(0, 1<<32-1)
		case "scriptPubKey":
			t.script = s.script(t.script[:0])
		default:
			s.Skip()
		}
	})
	if place != int64(t.outCount) {
		s.Fail(fmt.Errorf("output %d stands in place %d", place, t.outCount))
	}
	t.outs = binary.LittleEndian.AppendUint64(t.outs, value)
	t.outs = append(appendSize(t.outs, len(t.script)), t.script...)
	t.outCount++
}

// script takes a script's object and appends its bytes to b.
func (s *scanner) script(b []byte) []byte {
	s.Object(func(name []byte) {
		if string(name) == "hex" {
			b = s.Hex(b)
			return
		}
		s.Skip()
	})
	return b
}

// appendSize writes a number in the chain's variable form.
func appendSize(b []byte, n int) []byte {
	switch {
	case n < 0xfd:
		return append(b, byte(n))
	case n < 1<<16:
		return binary.LittleEndian.AppendUint16(append(b, 0xfd), uint16(n))
	}
	return binary.LittleEndian.AppendUint32(append(b, 0xfe), uint32(n))
}

// fromJSON decodes the block that was read as JSON by way of its raw form.
func (d *Decoder) fromJSON(ctx context.Context, previous Resolver) (*Block, error) {
	j, c := &d.json, &d.contents
	if j.height < 0 {
		return nil, errors.New("block as JSON: no height")
	}
	height := uint64(j.height)
	j.raw = append(appendSize(j.header.append(j.raw), len(j.ids)), j.body...)
	if hash := j.header.hash(); hash != j.hash {
		return nil, fmt.Errorf("block %d: its header hashes to %s and not to %s", height, hash, j.hash)
	}
	err := c.parse(j.raw, &d.params, false)
	for i := range min(len(j.ids), len(c.txs)) {
		if c.txs[i].id != j.ids[i] { // says more than that the merkle root differs
			return nil, fmt.Errorf("block %d: the parts of transaction %s hash to %s", height, j.ids[i], c.txs[i].id)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", height, err)
	}
	for i := range c.ins {
		c.ins[i].coin = j.coins[i]
	}
	d.work.fees = append(d.work.fees[:0], j.fees...)
	return d.assemble(ctx, height, previous)
}
