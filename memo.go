package clew

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// A Carrier says where on its chain a memo stands. The list is closed and only
// grows.
type Carrier string

// The carriers.
const (
	// DataOutput is an output of a Bitcoin transaction that nobody can spend. The
	// bytes are its whole script. On is the first address that the transaction
	// pays, and By that of its first input; the transaction may have others.
	DataOutput Carrier = "data output"
	// RouterDeposit is what a router of THORChain's or Maya's logs of a payment
	// into it. On is the vault that it names, which need not be where value lies.
	RouterDeposit Carrier = "router's deposit"
	// TransactionData is the field of a Tron transaction that is there for it; on EVM
	// chains the input of a transaction that pays, where all of that is text.
	TransactionData Carrier = "transaction data"
)

// Carriers returns all carriers. Ledgers hold one as its place in this list, so
// it only grows, at the end, to 256 at most.
func Carriers() []Carrier { return []Carrier{DataOutput, RouterDeposit, TransactionData} }

// Bytes are bytes as they stand on a chain. They need not be text: whoever shows
// them as text must make that safe. JSON has them in hexadecimal digits.
type Bytes string

// MarshalText writes hexadecimal digits.
func (b Bytes) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, []byte(b)), nil }

// UnmarshalText reads what [Bytes.MarshalText] writes.
func (b *Bytes) UnmarshalText(text []byte) error {
	raw, err := hex.AppendDecode(nil, text)
	if err != nil {
		return &InputError{Field: "bytes", Value: string(text[:min(len(text), 40)]), Want: "pairs of hexadecimal digits"}
	}
	*b = Bytes(raw)
	return nil
}

// SetMemo gives a memo its bytes. Of more than MaxActDetail the first are kept,
// and Detail says how many there are.
func (a *Act) SetMemo(c Carrier, raw []byte) {
	a.Kind, a.Carrier = Memo, c
	if n := len(raw); n > MaxActDetail {
		raw = raw[:MaxActDetail]
		a.Detail = fmt.Sprintf("%d bytes, of which the first %d are kept", n, MaxActDetail)
	}
	a.Data = Bytes(raw)
}

// Cut reports whether a is a memo of which not all bytes are kept.
func (a *Act) Cut() bool { return a.Kind == Memo && a.Detail != "" }

// checkMemo reports why a cannot be a memo, or why it says what only one does.
func (a *Act) checkMemo() error {
	switch {
	case a.Kind != Memo && (a.Carrier != "" || a.Data != ""):
		return errors.New("it carries bytes, and is no memo")
	case a.Kind != Memo:
	case !slices.Contains(Carriers(), a.Carrier):
		return fmt.Errorf("carrier %.40q of a memo is not known", a.Carrier)
	case len(a.Data) > MaxActDetail:
		return fmt.Errorf("memo of %d bytes, of at most %d", len(a.Data), MaxActDetail)
	}
	return nil
}
