// Package proof says whether a transfer is on a chain, as far as the chain lets
// that be shown without trust in whoever shows it: by a block's header and a
// branch of hashes from it to the transaction or its receipt.
//
// A proof shows that a block with that header holds the transaction. That the
// block is part of the chain that everybody follows is shown only as far as
// its header's work or other people's nodes show it; [Result] says how far.
package proof

import "clew"

// A Standing says how much is shown of a transfer.
type Standing string

// The standings, from the most that can be shown.
const (
	OnChain    Standing = "on chain"     // header and inclusion proof hold, and what moved is read from the proved bytes
	Reexecuted Standing = "re-execution" // the transaction is proved; what moved within it rests on a node's re-execution
	Unproved   Standing = "unproved"     // no proof is held; it is consistent with the rest of its bundle alone
	Refuted    Standing = "refuted"      // a proof is held, and says otherwise
)

// A Result is what was found of one transfer.
type Result struct {
	Transfer clew.Pos  `json:"transfer"`
	Tx       clew.TxID `json:"tx"`
	Standing Standing  `json:"standing"`
	Why      string    `json:"why,omitempty"` // what was compared, or what differs
}
