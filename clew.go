// Package clew names the facts read from ledgers: chains, addresses, assets,
// amounts, and the transfers that move them.
//
// It holds no opinions and does no I/O. Who controls an address is a claim
// (package tag) or an inference (package cluster); where stolen value went is
// an inference too (packages taint and trace). None of them appears here, so
// that a value of this package can always be shown as a fact of a ledger.
//
// Values are safe for concurrent use as long as nobody changes them.
package clew

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/btcsuite/btcd/btcutil/base58"
)

// A TxID names a transaction on its chain, in the byte order in which the
// chain's users print it. The zero TxID means that the name is not known.
//
// Solana's users name a transaction by its first signature, which is longer; its
// TxID is the signature's hash, see [SignatureTxID].
type TxID [32]byte

// IsZero reports whether the transaction's name is not known.
func (id TxID) IsZero() bool { return id == TxID{} }

// String returns 64 hexadecimal digits with the prefix 0x.
func (id TxID) String() string { return "0x" + hex.EncodeToString(id[:]) }

// MarshalText writes the empty string for a name that is not known.
func (id TxID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what [TxID.MarshalText] writes.
func (id *TxID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = TxID{}
		return nil
	}
	parsed, err := ParseTxID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// SignatureTxID returns the name of the transaction on Solana that carries a
// first signature: its SHA-256. Half the signature would not do, for whoever
// signs chooses each half freely, and can give two transactions the same one.
func SignatureTxID(signature [64]byte) TxID { return sha256.Sum256(signature[:]) }

// ParseTxID reads 64 hexadecimal digits, with or without 0x, or a signature of
// Solana in base58.
func ParseTxID(s string) (TxID, error) {
	var id TxID
	if len(s) > 80 && len(s) <= 88 { // shorter only where it begins with zeros
		if signature := base58.Decode(s); len(signature) == 64 {
			return SignatureTxID([64]byte(signature)), nil
		}
	}
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	if n, err := hex.Decode(id[:], []byte(boundedText(digits, 65))); err != nil || n != len(id) || len(digits) != 64 {
		return TxID{}, &InputError{Field: "transaction", Value: s, Want: "64 hexadecimal digits, or a signature of Solana"}
	}
	return id, nil
}

// A Time is a block's time in whole seconds since 1970-01-01 UTC. Zero means
// that the time is not known: no ledger is that old.
type Time int64

// Known reports whether the time is known.
func (t Time) Known() bool { return t != 0 }

// UTC returns the time as a [time.Time]; the zero one if it is not known.
func (t Time) UTC() time.Time {
	if !t.Known() {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

// String returns the time as RFC 3339 in UTC, or "unknown".
func (t Time) String() string {
	if !t.Known() {
		return "unknown"
	}
	return t.UTC().Format(time.RFC3339)
}

// MarshalText writes RFC 3339 in UTC; nothing if the time is not known.
func (t Time) MarshalText() ([]byte, error) {
	if !t.Known() {
		return nil, nil
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what [Time.MarshalText] writes.
func (t *Time) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = 0
		return nil
	}
	parsed, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return &InputError{Field: "time", Value: string(text), Want: "RFC 3339, such as 2022-03-23T13:29:09Z"}
	}
	*t = Time(parsed.Unix())
	return nil
}

// TimeOf returns t in whole seconds, rounded down.
func TimeOf(t time.Time) Time { return Time(t.Unix()) }

// A Pos is a place in a chain's order: height, then the transaction's index in
// its block, then class, then ordinal. Order on a chain is by Pos and never by
// time, for the times of blocks may repeat or run backwards.
type Pos struct {
	Height  uint64 `json:"height"`
	Index   uint32 `json:"index"`   // of the transaction in its block
	Class   Class  `json:"class"`   // what in the transaction
	Ordinal uint32 `json:"ordinal"` // within the class, from 0
}

// A Class says what of a transaction a position points at. Within one
// transaction, native value moves first, then logs, then the fee: fees leave
// after the value they carry.
type Class uint8

// The classes, in order.
const (
	Native     Class = iota // the ordinal counts successful value-moving frames, depth first
	Log                     // the ordinal is the log's index in its block
	Fee                     // 0 burnt, 1 tipped, 2 for the chain below, 3 not told apart
	BlockLevel              // rewards and validators' withdrawals, after all transactions
)

var classNames = [...]string{"native", "log", "fee", "block"}

// String returns the class's name in JSON and text.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// MarshalText writes the class's name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a class's name.
func (c *Class) UnmarshalText(text []byte) error {
	for i, name := range classNames {
		if name == string(text) {
			*c = Class(i)
			return nil
		}
	}
	return &InputError{Field: "class", Value: string(text), Want: strings.Join(classNames[:], ", ")}
}

// Cmp returns -1, 0 or 1 as p comes before, is, or comes after q.
func (p Pos) Cmp(q Pos) int {
	switch {
	case p.Height != q.Height:
		return sign(p.Height < q.Height)
	case p.Index != q.Index:
		return sign(p.Index < q.Index)
	case p.Class != q.Class:
		return sign(p.Class < q.Class)
	case p.Ordinal != q.Ordinal:
		return sign(p.Ordinal < q.Ordinal)
	}
	return 0
}

// Before reports whether p comes before q.
func (p Pos) Before(q Pos) bool { return p.Cmp(q) < 0 }

// String returns height/index/class/ordinal, such as 14442835/7/native/0.
func (p Pos) String() string {
	return fmt.Sprintf("%d/%d/%s/%d", p.Height, p.Index, p.Class, p.Ordinal)
}

// ParsePos reads what [Pos.String] writes. A position that no transfer can have,
// such as one of an unknown class, is an *InputError.
func ParsePos(s string) (Pos, error) {
	bad := &InputError{Field: "position", Value: s, Want: "height/index/class/ordinal, such as 14442835/7/native/0; classes are " + strings.Join(classNames[:], ", ")}
	parts := strings.Split(boundedText(s, 80), "/")
	if len(s) > 80 || len(parts) != 4 {
		return Pos{}, bad
	}
	var p Pos
	index, indexFits := parseCount(parts[1], 32)
	ordinal, ordinalFits := parseCount(parts[3], 32)
	var heightFits bool
	p.Height, heightFits = parseCount(parts[0], 64)
	if !heightFits || !indexFits || !ordinalFits || p.Class.UnmarshalText([]byte(parts[2])) != nil {
		return Pos{}, bad
	}
	p.Index, p.Ordinal = uint32(index), uint32(ordinal)
	return p, nil
}

// parseCount reads a number of so many bits as it is printed: digits alone,
// and no zero before others.
func parseCount(s string, bits int) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, bits)
	return n, err == nil && strconv.FormatUint(n, 10) == s
}

// LastPos comes after every position of a chain.
var LastPos = Pos{Height: 1<<64 - 1, Index: 1<<32 - 1, Class: 1<<8 - 1, Ordinal: 1<<32 - 1}

func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}

// A Window is a half-open span of blocks: From is in it, To is not.
type Window struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// Empty reports whether no block is in w.
func (w Window) Empty() bool { return w.From >= w.To }

// Has reports whether the block at height is in w.
func (w Window) Has(height uint64) bool { return w.From <= height && height < w.To }

// Covers reports whether every block of v is in w.
func (w Window) Covers(v Window) bool { return v.Empty() || w.From <= v.From && v.To <= w.To }

// String returns "from-last", both included, or "none".
func (w Window) String() string {
	if w.Empty() {
		return "none"
	}
	return fmt.Sprintf("%d-%d", w.From, w.To-1)
}

// A BlockRef names a block without its contents.
type BlockRef struct {
	Height uint64 `json:"height"`
	Hash   TxID   `json:"hash,omitzero"` // zero: not known, as for files that hold none
	Time   Time   `json:"time,omitzero"`
}

// A Block is what one height of a chain adds to the ledger. Transfers are in
// the order of their positions, and so are acts; each position is at the block's
// height. Transfers and acts are counted apart: one of each may be at the same
// position.
type Block struct {
	Ref       BlockRef
	Parent    TxID // zero: not known
	Transfers []Transfer
	Acts      []Act
}

// Check reports why b cannot be a block of chain.
func (b *Block) Check(chain Chain) error {
	for i := range b.Transfers {
		t := &b.Transfers[i]
		if t.Pos.Height != b.Ref.Height {
			return fmt.Errorf("block %d: transfer at %s is of another height", b.Ref.Height, t.Pos)
		}
		if i > 0 && !b.Transfers[i-1].Pos.Before(t.Pos) {
			return fmt.Errorf("block %d: transfer at %s follows one at %s", b.Ref.Height, t.Pos, b.Transfers[i-1].Pos)
		}
		if t.Asset.Chain() != chain {
			return fmt.Errorf("block %d: transfer at %s moves %s, which is not on %s", b.Ref.Height, t.Pos, t.Asset, chain)
		}
		if err := t.Check(); err != nil {
			return fmt.Errorf("block %d: %w", b.Ref.Height, err)
		}
	}
	return b.checkActs(chain)
}

func (b *Block) checkActs(chain Chain) error {
	for i := range b.Acts {
		a := &b.Acts[i]
		if a.Pos.Height != b.Ref.Height {
			return fmt.Errorf("block %d: act at %s is of another height", b.Ref.Height, a.Pos)
		}
		if i > 0 && !b.Acts[i-1].Pos.Before(a.Pos) {
			return fmt.Errorf("block %d: act at %s follows one at %s", b.Ref.Height, a.Pos, b.Acts[i-1].Pos)
		}
		if a.On.Chain() != chain {
			return fmt.Errorf("block %d: act at %s is on %q, not on %s", b.Ref.Height, a.Pos, a.On.Chain(), chain)
		}
		if err := a.Check(); err != nil {
			return fmt.Errorf("block %d: %w", b.Ref.Height, err)
		}
	}
	return nil
}
