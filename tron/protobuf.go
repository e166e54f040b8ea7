package tron

import (
	"encoding/binary"
	"errors"
)

// Kinds of fields in protobuf's wire format.
const (
	wireNumber = 0
	wireEight  = 1
	wireBytes  = 2
	wireFour   = 5
)

var errProtobuf = errors.New("not protobuf")

// A message steps through the fields of a message in protobuf's wire format.
type message struct {
	rest  []byte
	field uint64
	num   int64  // of a number's field
	bytes []byte // of a field of bytes, within the message
	err   error
}

// next takes one field, and reports whether there was one.
func (m *message) next() bool {
	if len(m.rest) == 0 || m.err != nil {
		return false
	}
	key := m.varint()
	m.field, m.num, m.bytes = key>>3, 0, nil
	switch key & 7 {
	case wireNumber:
		m.num = int64(m.varint())
	case wireEight:
		m.take(8)
	case wireFour:
		m.take(4)
	case wireBytes:
		m.bytes = m.take(m.varint())
	default:
		m.err = errProtobuf
	}
	if m.field == 0 {
		m.err = errProtobuf
	}
	return m.err == nil
}

func (m *message) varint() uint64 {
	n, size := binary.Uvarint(m.rest)
	if size <= 0 {
		m.rest, m.err = nil, errProtobuf
		return 0
	}
	m.rest = m.rest[size:]
	return n
}

func (m *message) take(n uint64) []byte {
	if n > uint64(len(m.rest)) {
		m.rest, m.err = nil, errProtobuf
		return nil
	}
	b := m.rest[:n:n]
	m.rest = m.rest[n:]
	return b
}

// fieldsMax bounds the numbers of the fields that are kept of a contract's
// parameters; all that are used are below it.
const fieldsMax = 16

// params are the fields of one message by their numbers. Of a repeated field
// the last is kept, as protobuf has it for fields that do not repeat.
type params struct {
	num   [fieldsMax]int64
	bytes [fieldsMax][]byte
}

// parse fills p from a message.
func (p *params) parse(b []byte) error {
	*p = params{}
	m := message{rest: b}
	for m.next() {
		if m.field < fieldsMax {
			p.num[m.field], p.bytes[m.field] = m.num, m.bytes
		}
	}
	return m.err
}

// appendNumber writes a number's field, which zero has none of.
func appendNumber(b []byte, field int, n int64) []byte {
	if n == 0 {
		return b
	}
	b = append(b, byte(field<<3|wireNumber))
	return binary.AppendUvarint(b, uint64(n))
}

// appendBytes writes a field of bytes, which none has none of.
func appendBytes(b []byte, field int, text []byte) []byte {
	if len(text) == 0 {
		return b
	}
	b = append(b, byte(field<<3|wireBytes))
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}
