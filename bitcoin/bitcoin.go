// Package bitcoin turns blocks of Bitcoin and its kin into transfers: from raw
// bytes, from a node's files, and from a node's JSON.
//
// It keeps nothing: what an input spends is told by a [Resolver], or is an
// unknown leg. It decides nothing either: who owns a key, what a multisig
// script is for and which output is change are inferences, made elsewhere.
// Signatures and spending rules are the node's business and are not checked;
// that a block's bytes are those its header names, always is.
package bitcoin

import (
	"context"
	"fmt"
	"io"

	"clew"
)

// A Coin is what one output holds.
type Coin struct {
	Address clew.Address
	Amount  uint64 // smallest units
	Known   bool   // false: nothing is known of it
}

// A Resolver knows outputs of earlier blocks.
type Resolver interface {
	// Resolve sets coins[i] to what outputs[i] holds, and leaves the zero Coin
	// where it does not know. Both have the same length; neither may be kept.
	Resolve(ctx context.Context, outputs []clew.Output, coins []Coin) error
}

// A Block is one decoded block: its transfers, one for each transaction, a memo
// for each data output ([Memos]), and what its scripts say beside them.
//
// The legs of a transfer are in the order of the transaction's inputs and
// outputs, so that leg n of To is output n. A fee is one more leg after them,
// of nobody. An input whose previous output is not known is an unknown leg; a
// transaction with one has the fee that the source states, else the least that
// it can have paid, which is often none.
type Block struct {
	clew.Block
	Header  Header
	Scripts []Script // outputs without an address of their own, in the order of the chain
	Forms   []Form   // of the transactions, in the order of the chain
	Missed  Missing
}

// A Missing counts what was not to be known.
type Missing struct {
	Inputs uint64 // inputs whose previous outputs are not held
	Fees   uint64 // transactions whose fee is not known
}

// A Decoder decodes blocks of one chain. It keeps memory from one block to the
// next, and is not safe for concurrent use; the blocks it returns are the
// caller's.
type Decoder struct {
	// Witness asks that witnesses be checked against the block's commitment to
	// them. No transfer rests on them.
	Witness bool

	params   Params
	asset    clew.Asset
	contents contents
	work     assembly
	json     jsonBlock
}

// NewDecoder returns a decoder for a chain that both this package's table and
// package clew's know.
func NewDecoder(chain clew.Chain) (*Decoder, error) {
	params, ok := ParamsOf(chain)
	_, err := clew.MakeAddress(chain, clew.P2PKH, make([]byte, 20))
	if !ok || err != nil {
		return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "a chain of Bitcoin's kind that is known by name"}
	}
	return &Decoder{params: params, asset: clew.NativeAsset(chain), json: jsonBlock{chain: chain}}, nil
}

// Chain returns the chain whose blocks d decodes.
func (d *Decoder) Chain() clew.Chain { return d.params.Chain }

// Decode decodes a block's raw bytes, with or without witnesses. Raw bytes do
// not say at which height they stand: the caller does, and is refused where
// the block names another. A nil resolver knows nothing; outputs of the block
// itself are always known.
func (d *Decoder) Decode(ctx context.Context, raw []byte, height uint64, previous Resolver) (*Block, error) {
	if err := d.contents.parse(raw, &d.params, d.Witness); err != nil {
		return nil, fmt.Errorf("block %d: %w", height, err)
	}
	d.work.fees = d.work.fees[:0]
	return d.assemble(ctx, height, previous)
}

// DecodeJSON decodes what a node answers to getblock with verbosity 2 or 3,
// reading at most limit bytes of r. The transactions are put back into raw form
// and held against the names, the merkle root and the hash that the answer
// states, so only what no hash covers is the node's word: the height, fees, and
// the previous outputs that verbosity 3 gives.
func (d *Decoder) DecodeJSON(ctx context.Context, r io.Reader, limit int64, previous Resolver) (*Block, error) {
	s := newScanner(r, limit)
	d.json.read(s)
	if s.Err == nil {
		s.Finish()
	}
	if s.Err != nil {
		return nil, fmt.Errorf("block as JSON: %w", s.Err)
	}
	return d.fromJSON(ctx, previous)
}
