package evm

import (
	"golang.org/x/crypto/sha3"

	"clew"
)

// CreatedBy returns the address of the contract that a transaction of sender
// with the given nonce creates: the last 20 bytes of the Keccak-256 of both,
// in recursive length prefix encoding (Yellow Paper, section 7).
func CreatedBy(sender clew.Address, nonce uint64) clew.Address {
	key, size := sender.RawKey()
	var number []byte
	for shift := 56; shift >= 0; shift -= 8 {
		if b := byte(nonce >> shift); b != 0 || len(number) > 0 {
			number = append(number, b)
		}
	}
	if len(number) != 1 || number[0] >= 0x80 {
		number = append([]byte{0x80 + byte(len(number))}, number...)
	}
	list := append([]byte{0x80 + byte(size)}, key[:size]...)
	list = append(list, number...)
	h := sha3.NewLegacyKeccak256()
	h.Write(append([]byte{0xc0 + byte(len(list))}, list...))
	return clew.EVMAddress(sender.Chain(), [20]byte(h.Sum(nil)[12:]))
}
