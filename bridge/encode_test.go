package bridge

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"

	"clew"
)

// An argument of an event, for an encoder that knows nothing of declarations: its
// type as the signature has it, and its value: a number, 32 bytes, bytes, a text,
// or a list of arguments for what stands in brackets.
type argument struct {
	kind  string
	topic bool
	value any
}

func arg(kind string, value any) argument   { return argument{kind, false, value} }
func topic(kind string, value any) argument { return argument{kind, true, value} }

// word32 writes a value of one word.
func word32(v any) []byte {
	w := make([]byte, 32)
	switch v := v.(type) {
	case int:
		binary.BigEndian.PutUint64(w[24:], uint64(v))
	case uint64:
		binary.BigEndian.PutUint64(w[24:], v)
	case *big.Int:
		v.FillBytes(w)
	case [32]byte:
		copy(w, v[:])
	case clew.Address:
		key := v.Key()
		copy(w[32-len(key):], key)
	case bool:
		if v {
			w[31] = 1
		}
	default:
		panic(fmt.Sprintf("%T", v))
	}
	return w
}

func isDynamic(a argument) bool {
	if parts, ok := a.value.([]argument); ok {
		for _, p := range parts {
			if isDynamic(p) {
				return true
			}
		}
		return false
	}
	return a.kind == "bytes" || a.kind == "string"
}

// encoded lays out arguments as the ABI has them: heads, then tails.
func encoded(list []argument) []byte {
	size := 0
	var heads [][]byte
	var tails []byte
	for _, a := range list {
		if parts, ok := a.value.([]argument); ok && !isDynamic(a) {
			heads = append(heads, encoded(parts))
		} else if isDynamic(a) {
			heads = append(heads, nil)
		} else {
			heads = append(heads, word32(a.value))
		}
		if h := heads[len(heads)-1]; h == nil {
			size += 32
		} else {
			size += len(h)
		}
	}
	var out []byte
	for i, a := range list {
		if heads[i] != nil {
			out = append(out, heads[i]...)
			continue
		}
		out = append(out, word32(size+len(tails))...)
		if parts, ok := a.value.([]argument); ok {
			tails = append(tails, encoded(parts)...)
			continue
		}
		raw, ok := a.value.([]byte)
		if !ok {
			raw = []byte(a.value.(string))
		}
		tails = append(tails, word32(len(raw))...)
		tails = append(tails, raw...)
		tails = append(tails, make([]byte, (32-len(raw)%32)%32)...)
	}
	return append(out, tails...)
}

func kindOf(a argument) string {
	if parts, ok := a.value.([]argument); ok {
		kinds := make([]string, len(parts))
		for i, p := range parts {
			kinds[i] = kindOf(p)
		}
		return "(" + strings.Join(kinds, ",") + ")"
	}
	return a.kind
}

func hash(b []byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

// logOf is an event of a contract.
func logOf(contract clew.Address, name string, list ...argument) *Log {
	kinds := make([]string, len(list))
	var data []argument
	l := &Log{Contract: contract, Count: 1}
	for i, a := range list {
		kinds[i] = kindOf(a)
		if !a.topic {
			data = append(data, a)
			continue
		}
		if isDynamic(a) {
			raw, _ := a.value.([]byte)
			l.Topics[l.Count] = hash(raw)
		} else {
			l.Topics[l.Count] = [32]byte(word32(a.value))
		}
		l.Count++
	}
	l.Topics[0] = hash([]byte(name + "(" + strings.Join(kinds, ",") + ")"))
	l.Data = encoded(data)
	return l
}

// txOf is a transaction with some events, and the place of the one that is read.
func txOf(chain clew.Chain, at int, logs ...*Log) *Tx {
	return &Tx{ID: clew.TxID{0xaa, 31: 1}, From: person(chain, 'S'), Log: func(after int) *Log {
		if at+after < 0 || at+after >= len(logs) {
			return nil
		}
		return logs[at+after]
	}}
}

func person(chain clew.Chain, letter byte) clew.Address {
	return onChain(chain, [20]byte{0: 1, 19: letter})
}

// told writes an act and its message in a line.
func told(a *clew.Act) string {
	m, ok := a.Message()
	if !ok {
		return "no message"
	}
	name := func(a clew.Address) string {
		key := a.Key()
		if len(key) == 0 {
			return "nobody"
		}
		return string(rune(key[len(key)-1]))
	}
	asset := a.Asset.Namespace()
	if c := a.Asset.Contract(); !c.IsZero() {
		asset += ":" + name(c)
	}
	return fmt.Sprintf("%s %s %s on %s: %s of %s; %s to %s, %s gets %s of %s", a.Kind, m.Protocol, m.ID, name(a.On), a.Amount, asset, m.From, m.To, m.Recipient, m.Amount, m.Asset)
}

func readOne(t *testing.T, tx *Tx, l *Log) string {
	t.Helper()
	a, found, understood := Read(tx, l)
	switch {
	case !understood:
		return "not understood"
	case !found:
		return "nothing"
	}
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	return told(&a)
}
