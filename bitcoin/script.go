package bitcoin

import (
	"bytes"
	"fmt"

	"clew"
)

// A Kind says which rule an output script follows.
type Kind uint8

// The kinds. [Kind.HasAddress] says which have an address that people write.
const (
	NonStandard    Kind = iota // none of the below
	PayToKeyHash               // P2PKH
	PayToScript                // P2SH
	PayToWitness               // P2WPKH
	PayToWScript               // P2WSH
	PayToTaproot               // P2TR
	PayToAnchor                // P2A
	PayToKey                   // P2PK: a bare key
	PayToKeys                  // bare multisig
	Data                       // OP_RETURN: nobody can spend it
	UnknownWitness             // a witness version or length that has no rule yet
)

var kindNames = [...]string{"non-standard", "P2PKH", "P2SH", "P2WPKH", "P2WSH", "P2TR", "P2A", "P2PK", "multisig", "data", "unknown witness"}

// String returns the usual short name, such as "P2PKH".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// HasAddress reports whether scripts of the kind have an address that people
// write; the address of others is their hash.
func (k Kind) HasAddress() bool { return k >= PayToKeyHash && k <= PayToAnchor }

// The operations that scripts are told by.
const (
	op0           = 0x00
	opPush1       = 0x4c
	opPush2       = 0x4d
	opPush4       = 0x4e
	op1           = 0x51
	op16          = 0x60
	opReturn      = 0x6a
	opDup         = 0x76
	opEqual       = 0x87
	opEqualVerify = 0x88
	opHash160     = 0xa9
	opCheckSig    = 0xac
	opCheckMulti  = 0xae
)

// anchor is the witness program of pay to anchor.
var anchor = []byte{0x4e, 0x73}

// KindOf returns which rule a script follows.
func KindOf(script []byte) Kind {
	n := len(script)
	switch {
	case n == 25 && script[0] == opDup && script[1] == opHash160 && script[2] == 20 && script[23] == opEqualVerify && script[24] == opCheckSig:
		return PayToKeyHash
	case n == 23 && script[0] == opHash160 && script[1] == 20 && script[22] == opEqual:
		return PayToScript
	case n >= 4 && n <= 42 && int(script[1]) == n-2 && (script[0] == op0 || script[0] >= op1 && script[0] <= op16):
		return witnessKind(script)
	case n > 0 && script[0] == opReturn:
		return Data
	case n > 1 && script[n-1] == opCheckSig && int(script[0]) == n-2 && isKey(script[1:n-1]):
		return PayToKey
	}
	if _, keys := multisig(script); keys != nil {
		return PayToKeys
	}
	return NonStandard
}

// witnessKind returns the kind of a script that is a version and a program.
func witnessKind(script []byte) Kind {
	switch program := script[2:]; {
	case script[0] == op0 && len(program) == 20:
		return PayToWitness
	case script[0] == op0 && len(program) == 32:
		return PayToWScript
	case script[0] == op1 && len(program) == 32:
		return PayToTaproot
	case script[0] == op1 && bytes.Equal(program, anchor):
		return PayToAnchor
	}
	return UnknownWitness
}

// isKey reports whether b has the form of a public key.
func isKey(b []byte) bool {
	switch len(b) {
	case 33:
		return b[0] == 2 || b[0] == 3
	case 65:
		return b[0] == 4 || b[0] == 6 || b[0] == 7
	}
	return false
}

// multisig returns how many of which keys a bare multisig script wants; no keys
// if it is none.
func multisig(script []byte) (required int, keys [][]byte) {
	n := len(script)
	if n < 3+34 || script[n-1] != opCheckMulti || script[0] < op1 || script[0] > op16 || script[n-2] < op1 || script[n-2] > op16 {
		return 0, nil
	}
	required, count := int(script[0]-op1)+1, int(script[n-2]-op1)+1
	rest := script[1 : n-2]
	found := 0
	for len(rest) > 0 {
		size := int(rest[0])
		if size+1 > len(rest) || !isKey(rest[1:1+size]) {
			return 0, nil
		}
		rest = rest[1+size:]
		found++
	}
	if found != count || required > count {
		return 0, nil
	}
	keys = make([][]byte, 0, count)
	for rest = script[1 : n-2]; len(rest) > 0; rest = rest[1+int(rest[0]):] {
		keys = append(keys, rest[1:1+int(rest[0])])
	}
	return required, keys
}

// AddressOf returns where value locked by a script rests: the address that
// people write where the script has one, else the script's hash.
func AddressOf(chain clew.Chain, script []byte) (clew.Address, Kind) {
	kind := KindOf(script)
	var form clew.Form
	var key []byte
	switch kind {
	case PayToKeyHash:
		form, key = clew.P2PKH, script[3:23]
	case PayToScript:
		form, key = clew.P2SH, script[2:22]
	case PayToWitness:
		form, key = clew.P2WPKH, script[2:]
	case PayToWScript:
		form, key = clew.P2WSH, script[2:]
	case PayToTaproot:
		form, key = clew.P2TR, script[2:]
	case PayToAnchor:
		form, key = clew.P2A, script[2:]
	case UnknownWitness:
		if script[0] == op1 && len(script) == 4 { // its text reads back as that form
			form, key = clew.P2A, script[2:]
		}
	}
	if form == clew.NoForm {
		return clew.ScriptAddress(chain, script), kind
	}
	address, err := clew.MakeAddress(chain, form, key)
	if err != nil {
		return clew.ScriptAddress(chain, script), kind // a chain without addresses; decoders refuse it
	}
	return address, kind
}

// A Script is an output's script that has no address of its own, kept beside
// the transfers for what it says: keys, or data.
type Script struct {
	Tx    clew.TxID
	Pos   clew.Pos // of the transfer
	Index uint32   // of the output
	Kind  Kind
	Bytes []byte
}

// Unspendable reports whether nobody can ever spend the output, so that a node
// leaves it out of its unspent set: it is data, or longer than scripts may be.
func (s *Script) Unspendable() bool { return s.Kind == Data || len(s.Bytes) > 10_000 }

// Keys returns the public keys that a bare key or bare multisig script names,
// and how many of them must sign. They share memory with the script.
func (s *Script) Keys() (required int, keys [][]byte) {
	switch s.Kind {
	case PayToKey:
		return 1, [][]byte{s.Bytes[1 : len(s.Bytes)-1]}
	case PayToKeys:
		return multisig(s.Bytes)
	}
	return 0, nil
}

// Pushes returns the pieces of data that a data output carries, and whether the
// script is nothing but such pieces. If not, those before the first other
// operation are returned. A small number's operation is a piece of one byte.
func (s *Script) Pushes() (pieces [][]byte, whole bool) {
	if s.Kind != Data {
		return nil, false
	}
	rest := s.Bytes[1:]
	for len(rest) > 0 {
		if op := rest[0]; op >= op1 && op <= op16 {
			pieces, rest = append(pieces, []byte{op - op1 + 1}), rest[1:]
			continue
		}
		head, size, ok := pushSize(rest)
		if !ok || size > len(rest)-head {
			return pieces, false
		}
		pieces = append(pieces, rest[head:head+size])
		rest = rest[head+size:]
	}
	return pieces, true
}

// pushSize returns the length of a push operation's head and of its data.
func pushSize(b []byte) (head, size int, ok bool) {
	width := 0
	switch op := b[0]; {
	case op < opPush1:
		return 1, int(op), true
	case op == opPush1:
		width = 1
	case op == opPush2:
		width = 2
	case op == opPush4:
		width = 4
	default:
		return 0, 0, false
	}
	if len(b) < 1+width {
		return 0, 0, false
	}
	for i := width; i > 0; i-- {
		size = size<<8 | int(b[i])
	}
	return 1 + width, size, true
}
