package evm

import (
	"clew"
	"clew/internal/rlp"
)

// CreatedBy returns the address of the contract that a transaction of sender
// with the given nonce creates: the last 20 bytes of the Keccak-256 of both,
// in recursive length prefix encoding (Yellow Paper, section 7).
func CreatedBy(sender clew.Address, nonce uint64) clew.Address {
	key, size := sender.RawKey()
	sum := rlp.Keccak(rlp.AppendList(nil, rlp.AppendCount(rlp.AppendString(nil, key[:size]), nonce)))
	return clew.EVMAddress(sender.Chain(), [20]byte(sum[12:]))
}
