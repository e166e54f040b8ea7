//go:build unix

package live

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/btcec/v2/ecdsa"
	"golang.org/x/crypto/sha3"
)

func keccak(parts ...[]byte) []byte {
	h := sha3.NewLegacyKeccak256()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// A place is the address of an account.
type place [20]byte

func (p place) String() string { return "0x" + hex.EncodeToString(p[:]) }

// An account signs transactions.
type account struct {
	place
	key   *btcec.PrivateKey
	nonce uint64
}

// accountOf makes the account of a key that anybody can guess.
func accountOf(word string) *account {
	seed := sha256.Sum256([]byte(word))
	key, public := btcec.PrivKeyFromBytes(seed[:])
	return &account{key: key, place: place(keccak(public.SerializeUncompressed()[1:])[12:])}
}

// creates returns the contract that the account's next transaction makes.
func (a *account) creates() place {
	return place(keccak(rlp([]any{a.place[:], a.nonce}))[12:])
}

// rlp writes bytes, numbers and lists of them as Ethereum does.
func rlp(v any) []byte {
	switch v := v.(type) {
	case []byte:
		if len(v) == 1 && v[0] < 0x80 {
			return v
		}
		return append(rlpHead(0x80, len(v)), v...)
	case uint64:
		return rlp(new(big.Int).SetUint64(v).Bytes())
	case *big.Int:
		return rlp(v.Bytes())
	case []any:
		var body []byte
		for _, one := range v {
			body = append(body, rlp(one)...)
		}
		return append(rlpHead(0xc0, len(body)), body...)
	}
	panic("rlp: bytes, a number or a list")
}

func rlpHead(base byte, n int) []byte {
	if n < 56 {
		return []byte{base + byte(n)}
	}
	size := big.NewInt(int64(n)).Bytes()
	return append([]byte{base + 55 + byte(len(size))}, size...)
}

// Kinds of transaction.
const (
	legacy    = 0
	dynamic   = 2 // EIP-1559
	withBlobs = 3 // EIP-4844
	delegates = 4 // EIP-7702
)

// An order is a transaction to be signed.
type order struct {
	kind     int
	to       *place // nil: makes a contract
	value    *big.Int
	data     []byte
	gas      uint64
	tip      uint64    // to the miner, per unit of gas
	price    uint64    // at most, per unit of gas
	by       []account // who delegate, with the nonces that they will have
	delegate place     // to whom
}

const devNumber = uint64(1337)

// signed returns the bytes to send and the transaction's hash, and counts the
// account's nonce.
func (a *account) signed(o *order) (raw, id []byte) {
	to := []byte{}
	if o.to != nil {
		to = o.to[:]
	}
	if o.value == nil {
		o.value = new(big.Int)
	}
	nonce := a.nonce
	a.nonce++
	if o.kind == legacy {
		fields := []any{nonce, o.price, o.gas, to, o.value, o.data}
		r, s, y := a.sign(keccak(rlp(append(fields, devNumber, uint64(0), uint64(0)))))
		raw = rlp(append(fields[:6:6], 35+2*devNumber+y, r, s))
		return raw, keccak(raw)
	}
	fields := []any{devNumber, nonce, o.tip, o.price, o.gas, to, o.value, o.data, []any{}}
	switch o.kind {
	case withBlobs:
		fields = append(fields, uint64(1_000_000_000), []any{emptyBlobHash()})
	case delegates:
		fields = append(fields, o.delegations())
	}
	kind := []byte{byte(o.kind)}
	r, s, y := a.sign(keccak(kind, rlp(fields)))
	body := append(fields, y, r, s)
	id = keccak(kind, rlp(body))
	if o.kind == withBlobs {
		return append(kind, rlp(sidecar(body))...), id
	}
	return append(kind, rlp(body)...), id
}

func (a *account) sign(hash []byte) (r, s *big.Int, y uint64) {
	compact := ecdsa.SignCompact(a.key, hash, false)
	return new(big.Int).SetBytes(compact[1:33]), new(big.Int).SetBytes(compact[33:]), uint64(compact[0] - 27)
}

// delegations lets accounts run another's code as their own.
func (o *order) delegations() []any {
	var all []any
	for _, a := range o.by {
		fields := []any{devNumber, o.delegate[:], a.nonce}
		r, s, y := a.sign(keccak([]byte{5}, rlp(fields)))
		all = append(all, append(fields, y, r, s))
	}
	return all
}

// A blob of zeros needs no arithmetic: its commitment and its proofs are the
// point at infinity.
func infinity() []byte { return append([]byte{0xc0}, make([]byte, 47)...) }

func emptyBlobHash() []byte {
	sum := sha256.Sum256(infinity())
	sum[0] = 1
	return sum[:]
}

// sidecar puts the blob and its proofs beside a transaction (EIP-7594).
func sidecar(body []any) []any {
	var proofs []any
	for range 128 {
		proofs = append(proofs, infinity())
	}
	return []any{body, []byte{1}, []any{make([]byte, 131072)}, []any{infinity()}, proofs}
}

// abi encodes a call: numbers and addresses, and bytes and lists of numbers,
// which follow in the order of their arguments.
func abi(t *testing.T, signature string, args ...any) []byte {
	t.Helper()
	head, tail := keccak([]byte(signature))[:4], []byte(nil)
	word := func(b []byte, v any) []byte {
		switch v := v.(type) {
		case int:
			return append(b, big.NewInt(int64(v)).FillBytes(make([]byte, 32))...)
		case *big.Int:
			return append(b, v.FillBytes(make([]byte, 32))...)
		case place:
			return append(append(b, make([]byte, 12)...), v[:]...)
		}
		t.Fatalf("%s: an argument of type %T", signature, v)
		return nil
	}
	for _, arg := range args {
		switch v := arg.(type) {
		case []byte:
			head = word(head, 32*len(args)+len(tail))
			tail = append(word(tail, len(v)), v...)
			tail = append(tail, make([]byte, (32-len(v)%32)%32)...)
		case []int:
			head = word(head, 32*len(args)+len(tail))
			tail = word(tail, len(v))
			for _, n := range v {
				tail = word(tail, n)
			}
		default:
			head = word(head, v)
		}
	}
	return append(head, tail...)
}
