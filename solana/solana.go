// Package solana turns what a node of Solana answers of a transaction into
// transfers.
//
// Where value rests: tokens and SOL in a token account are booked at the owner
// of the token account, which itself holds nothing. So wrapping SOL, which is
// to put it into a token account, moves nothing, and wrapped SOL is SOL; the
// rent that an owner leaves in its token accounts is still its own. Every other
// account holds its own SOL.
//
// What is recorded and what follows: instructions of the system program and of
// both token programs say who moved what to whom, in order. Other programs may
// move SOL without saying so; but each transaction records what all its
// accounts held before and after. What instructions do not explain of that is
// a transfer of its own, so the books of every address agree with the record to
// the unit. If one address lost or one gained, who paid whom follows; if several
// did both, they are paired in the order of the transaction's accounts, and
// that is counted ([Missing].Paired). Such transfers are placed last, or as early as
// what was spent of them.
//
// What it is not: it knows one transaction at a time, and nothing that its
// answer does not say, so one answer always gives the same transfers. SOL sent
// to a token account by a transaction that does not name a token program is
// therefore booked at the token account itself: nothing there says what it is.
// Rewards of stake and of validators are in no transaction. The place of a
// transaction in its block is in no answer either.
//
// The formats are those of Solana's documentation, of its system program, and of
// the programs SPL Token and Token-2022; see docs/SOLANA.md.
package solana

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
)

// A Transaction is what one transaction moved.
type Transaction struct {
	Signature string // its first, by which Solana's users name it
	Tx        clew.TxID
	Slot      uint64
	Time      clew.Time // of the block; zero: the node does not say
	Failed    bool      // it moved its fee alone

	// Transfers are in the order of the chain, at the index 0 of the slot: the
	// answer does not tell the place in the block. What instructions moved is of
	// class native, SOL and tokens alike.
	Transfers []clew.Transfer

	// Acts say who may move tokens of whom from now on, each naming the token
	// account by [AccountDetail], and which SOL is staked, of a stake account. They
	// are in order, and placed as transfers are.
	Acts []clew.Act

	// Owned lists the token accounts that it names, by whom they are owned after
	// it; or were before, if it closed them.
	Owned []Owned

	Missed Missing
}

// An Owned is a token account, and at whom what it holds is booked.
type Owned struct{ Account, Owner clew.Address }

// FeeOrdinal is that of fees. The share that is burnt (half of the base fee)
// and the share that the slot's validator gets are not told apart: the answer
// names neither.
const FeeOrdinal = 3

// MaxAnswer bounds the answer to one transaction, in bytes. A transaction has at
// most 1232 of its own; what programs call and log comes on top.
const MaxAnswer = 16 << 20

// Decode decodes what a node answers to getTransaction, with the encoding "json"
// and any maxSupportedTransactionVersion. A node that does not hold the
// transaction answers null, which is [clew.ErrNotFound].
func Decode(chain clew.Chain, answer []byte) (*Transaction, error) {
	if _, err := clew.MakeAddress(chain, clew.SolanaForm, make([]byte, 32)); err != nil {
		return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "a cluster of Solana, such as " + string(clew.Solana)}
	}
	j, err := readAnswer(answer)
	if err != nil {
		return nil, err
	}
	t := &Transaction{Signature: j.Transaction.Signatures[0], Slot: j.Slot, Failed: j.Meta.failed()}
	if t.Tx, err = parseSignature(t.Signature); err != nil {
		return nil, err
	}
	if j.BlockTime != nil {
		t.Time = clew.Time(*j.BlockTime)
	}
	if err := t.book(chain, j); err != nil {
		return nil, fmt.Errorf("transaction %s: %w", t.Signature, err)
	}
	return t, nil
}

// parseSignature returns the name of the transaction that carries a signature.
func parseSignature(text string) (clew.TxID, error) {
	if len(text) <= 88 {
		if b := base58.Decode(text); len(b) == 64 {
			return clew.SignatureTxID([64]byte(b)), nil
		}
	}
	return clew.TxID{}, fmt.Errorf("signature %.100q: not 64 bytes in base58", text)
}

// book fills in the transfers.
func (t *Transaction) book(chain clew.Chain, j *jsonAnswer) error {
	b := &books{chain: chain, assets: []clew.Asset{clew.NativeAsset(chain)}, lost: sides{}, gained: sides{}, missed: &t.Missed}
	if err := b.open(j); err != nil {
		return err
	}
	steps, err := b.steps(j)
	if err != nil {
		return err
	}
	b.run(steps)
	b.settle()
	for _, m := range b.ordered() {
		t.add(b, m, clew.Native, uint32(len(t.Transfers)))
	}
	if fee := (move{amount: clew.Units(j.Meta.Fee), from: b.accounts[0].key}); !fee.amount.IsZero() {
		t.add(b, fee, clew.Fee, FeeOrdinal)
	}
	for i, act := range b.acts {
		act.Pos, act.Time, act.Tx = clew.Pos{Height: t.Slot, Class: clew.Native, Ordinal: uint32(i)}, t.Time, t.Tx
		t.Acts = append(t.Acts, act)
	}
	t.Owned = b.owned()
	return nil
}

// add appends a move as a transfer.
func (t *Transaction) add(b *books, m move, class clew.Class, ordinal uint32) {
	t.Transfers = append(t.Transfers, clew.Transfer{Pos: clew.Pos{Height: t.Slot, Class: class, Ordinal: ordinal}, Time: t.Time, Tx: t.Tx, Asset: b.assets[m.asset],
		From: []clew.Leg{{Address: m.from, Amount: m.amount}}, To: []clew.Leg{{Address: m.to, Amount: m.amount}}})
}

// Signatures yields the signatures that an answer, or any other text of JSON,
// holds as words of their own, each with the name of its transaction.
func Signatures(text []byte) iter.Seq2[clew.TxID, string] {
	return func(yield func(clew.TxID, string) bool) {
		for len(text) > 0 {
			n := bytes.IndexByte(text, '"')
			if n < 0 {
				n = len(text)
			}
			if word := string(text[:n]); n >= 80 && n <= 88 {
				if id, err := parseSignature(word); err == nil && !yield(id, word) {
					return
				}
			}
			text = text[min(n+1, len(text)):]
		}
	}
}
