package proof

import (
	"fmt"
	"slices"

	"clew"
)

// An Agreement is what another node says of what is held.
type Agreement string

// The agreements.
const (
	Agrees  Agreement = "agrees"      // its chain has the same block, and the transaction moves the same in it
	Differs Agreement = "differs"     // its chain has another block, or the transaction moves something else
	Silent  Agreement = "cannot tell" // it does not have the block, or gives no proof of it
)

// An Opinion is what another node says of one transaction.
type Opinion struct {
	Chain     clew.Chain `json:"chain"`
	Height    uint64     `json:"height"`
	Tx        clew.TxID  `json:"tx"`
	Agreement Agreement  `json:"agreement"`
	Why       string     `json:"why,omitempty"`
	Block     clew.TxID  `json:"block,omitzero"` // its own at the height; zero: not known
}

// Ask compares what another node gave for a transaction with the proof that is
// held, nil where none is, and with the transfers that are said to be of it, of
// which there is at least one. own says that their heights are their source's, and
// not the chain's: that a node's block of such a height does not hold the
// transaction says nothing.
func Ask(held *Proof, made Made, transfers []*clew.Transfer, own bool) Opinion {
	first := transfers[0]
	o := Opinion{Chain: first.Asset.Chain(), Height: first.Pos.Height, Tx: made.Tx, Agreement: Silent, Why: made.Why, Block: made.Block}
	switch {
	case made.Not && held == nil && own:
		o.Why, o.Block = "the node does not know the transaction by its name, and its height is not the chain's", clew.TxID{}
	case made.Not:
		o.Agreement = Differs
	}
	if held != nil && !made.Block.IsZero() {
		if s, err := held.Show(); err == nil && s.Block.Hash != made.Block {
			o.Agreement, o.Why = Differs, fmt.Sprintf("its block is %s, and the proof that is held is of %s", made.Block, s.Block.Hash)
			return o
		}
	}
	if made.Proof == nil {
		return o
	}
	o.Agreement, o.Why = Agrees, ""
	results := Check(made.Proof, "", transfers)
	if !slices.ContainsFunc(results, func(r Result) bool { return r.Standing != NotKnown && r.Standing != Unproved }) {
		o.Agreement, o.Why = Silent, results[0].Why
	}
	for _, r := range results {
		if r.At != nil && r.At.Height != r.Transfer.Height && o.Why == "" {
			o.Why = fmt.Sprintf("it has the transaction in block %d", r.At.Height)
		}
		if r.Standing == Refuted {
			o.Agreement, o.Why = Differs, fmt.Sprintf("transfer at %s: %s", r.Transfer, r.Why)
		}
	}
	return o
}
