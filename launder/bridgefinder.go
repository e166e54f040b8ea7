package launder

import (
	"context"

	"clew"
	"clew/ledger"
)

// A BridgeReader is what a finder of bridges needs of what is held of one chain:
// a [ledger.Snapshot] is one.
type BridgeReader interface {
	Chain() clew.Chain
	Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) (acts []clew.Act, more bool, err error)
	Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error)
}

// A BridgeFinder finds both ends of crossings by the identifiers that bridges
// log at both. It reads the acts of each chain once, when it first needs them.
// It is not safe for concurrent use.
type BridgeFinder struct {
	readers map[clew.Chain]BridgeReader
}

// NewBridgeFinder returns a finder over what is held of several chains, each
// given once.
func NewBridgeFinder(readers ...BridgeReader) *BridgeFinder {
	f := &BridgeFinder{readers: map[clew.Chain]BridgeReader{}}
	for _, r := range readers {
		f.readers[r.Chain()] = r
	}
	return f
}

// Forward returns what became of what an address paid into bridges by a
// transaction of which transfers are given: one link for each message, which may
// be refused; nothing if the transaction sends no message of a bridge, or the
// address paid nothing in it.
func (f *BridgeFinder) Forward(ctx context.Context, tx []clew.Transfer, payer clew.Address) ([]*Link, error) {
	return nil, nil
}

// Backward returns where what an address got out of bridges by a transaction
// came from, in the same way.
func (f *BridgeFinder) Backward(ctx context.Context, tx []clew.Transfer, recipient clew.Address) ([]*Link, error) {
	return nil, nil
}
