package bitcoin

import "encoding/binary"

// A Form is how a transaction is made, which tells software apart. No transfer
// holds it.
type Form struct {
	Version  int32
	Lock     Lock
	Sequence Sequence
}

// A Lock says until when a transaction could not enter a block.
type Lock uint8

// The kinds of locktimes.
const (
	NoLock     Lock = iota
	HeightLock      // until a block, as software does that guards against reorganisations for fees
	TimeLock        // until a time
)

// A Sequence says what the sequence numbers of a transaction's inputs allow.
type Sequence uint8

// The kinds of sequence numbers.
const (
	FinalSequence   Sequence = iota // all are the highest
	LockSequence                    // one is just below, which lets the locktime count
	ReplaceSequence                 // one is lower, which lets it be replaced (BIP 125)
)

// firstTime is the least locktime that is a time.
const firstTime = 500_000_000

// formOf returns the form of the transaction that ends with lock and whose
// inputs have a lowest sequence number.
func formOf(version []byte, lowest uint32, lock []byte) Form {
	f := Form{Version: int32(binary.LittleEndian.Uint32(version))}
	switch n := binary.LittleEndian.Uint32(lock); {
	case n >= firstTime:
		f.Lock = TimeLock
	case n > 0:
		f.Lock = HeightLock
	}
	switch {
	case lowest < 1<<32-2:
		f.Sequence = ReplaceSequence
	case lowest < 1<<32-1:
		f.Sequence = LockSequence
	}
	return f
}
