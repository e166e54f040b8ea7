package tron

import (
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/internal/jsonscan"
)

// A scanner reads JSON and, beyond what is common, what Tron's nodes write.
type scanner struct{ *jsonscan.Scanner }

func newScanner(r io.Reader, limit int64) *scanner { return &scanner{jsonscan.New(r, limit)} }

// end wants nothing more, and returns the first failure.
func (s *scanner) end() error {
	if s.Err == nil {
		s.Finish()
	}
	return s.Err
}

// amount takes a number of 64 bits.
func (s *scanner) amount() int64 { return s.Integer(-1<<63, 1<<63-1) }

// A key is what tells an address from others: 20 bytes, without the 0x41 before.
type key [20]byte

// key takes an address in hexadecimal digits, with 41 before it or, as logs have
// it, without; false for an empty text, which is nobody.
func (s *scanner) key() (k key, ok bool) {
	var space [24]byte
	text := s.Text()
	if len(text) == 0 || s.Err != nil {
		return key{}, false
	}
	b, ok := space[:0], len(text) <= 2*len(space)
	if ok {
		b, ok = jsonscan.AppendHex(b, text)
	}
	if ok && len(b) == len(k)+1 && b[0] == 0x41 {
		b = b[1:]
	}
	if !ok || len(b) != len(k) {
		s.Fail(fmt.Errorf("%.60q: not an address in hexadecimal digits", text))
		return key{}, false
	}
	return key(b), true
}

// A jsonBlock is a block as it was read.
type jsonBlock struct {
	id     clew.TxID
	header header
	txs    []jsonTx
	raw    []byte // of all transactions
	said   string // what the node says instead of a block
	other  string // the name of a field that blocks do not have
}

// A jsonTx is one of its transactions.
type jsonTx struct {
	id     clew.TxID
	start  int // of its bytes in raw
	end    int
	failed bool // it says so itself
	stated bool // it says how the call of a contract ended
	kept   bool // its bytes were given
}

// read takes the object that getblockbynum answers.
func (b *jsonBlock) read(s *scanner) { b.fields(s, func() { b.transaction(s) }) }

// readHeader takes it without its transactions.
func (b *jsonBlock) readHeader(s *scanner) { b.fields(s, s.Skip) }

func (b *jsonBlock) fields(s *scanner, transaction func()) {
	*b = jsonBlock{header: b.header, txs: b.txs[:0], raw: b.raw[:0]}
	b.header.parent = b.header.parent[:0]
	s.Object(func(name []byte) {
		switch string(name) {
		case "blockID":
			b.id = s.Hash()
		case "block_header":
			b.header.read(s)
		case "transactions":
			b.txs, b.raw = b.txs[:0], b.raw[:0]
			s.Array(transaction)
		case "Error":
			b.said = s.words()
		default:
			b.other = string(name)
			s.Skip()
		}
	})
	if s.Err != nil && len(b.txs) > 0 {
		s.Err = fmt.Errorf("after %d transactions: %w", len(b.txs), s.Err)
	}
}

// words takes a node's complaint.
func (s *scanner) words() string {
	text := s.Text()
	return string(text[:min(len(text), 400)])
}

// maxRaw bounds the bytes of a block's transactions; the chain allows 2 MB.
const maxRaw = 8 << 20

func (b *jsonBlock) transaction(s *scanner) {
	t := jsonTx{start: len(b.raw)}
	s.Object(func(name []byte) {
		switch string(name) {
		case "txID":
			t.id = s.Hash()
		case "raw_data_hex":
			b.raw, t.kept = s.Hex(b.raw[:t.start]), true
		case "ret":
			s.Array(func() { t.result(s) })
		default:
			s.Skip()
		}
	})
	t.end = len(b.raw)
	b.txs = append(b.txs, t)
	switch {
	case s.Err != nil:
	case !t.kept:
		s.Fail(fmt.Errorf("transaction %s without raw_data_hex, which its name is the hash of", plain(t.id)))
	case t.end > maxRaw || len(b.txs) > maxRaw/64:
		s.Fail(errors.New("more transactions than a block holds"))
	}
}

// result takes how the transaction ended by the block's own word.
func (t *jsonTx) result(s *scanner) {
	s.Object(func(name []byte) {
		switch string(name) {
		case "ret":
			t.failed = t.failed || string(s.Text()) == "FAILED"
		case "contractRet":
			succeeded, stated := outcome(s.Text())
			t.stated = stated
			t.failed = t.failed || stated && !succeeded
		default:
			s.Skip()
		}
	})
}

// outcome reads how the call of a contract ended. "DEFAULT" says nothing.
func outcome(text []byte) (succeeded, stated bool) {
	return string(text) == "SUCCESS", len(text) > 0 && string(text) != "DEFAULT"
}
