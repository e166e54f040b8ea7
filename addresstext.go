package clew

import (
	"encoding/hex"

	"github.com/btcsuite/btcd/btcutil/base58"
	"github.com/btcsuite/btcd/btcutil/bech32"
	"golang.org/x/crypto/sha3"
)

// parseSegwit decodes a segregated-witness address as BIP 173 and BIP 350 say:
// bech32 for version 0, bech32m for the others. Versions without a meaning yet
// are refused, for their outputs are kept as scripts.
func parseSegwit(text, hrp string) (Form, []byte, bool) {
	gotHRP, data, checksum, err := bech32.DecodeGeneric(text)
	if err != nil || gotHRP != hrp || len(data) == 0 {
		return NoForm, nil, false
	}
	program, err := bech32.ConvertBits(data[1:], 5, 8, false)
	if err != nil {
		return NoForm, nil, false
	}
	switch version, size := data[0], len(program); {
	case version == 0 && checksum == bech32.Version0 && size == 20:
		return P2WPKH, program, true
	case version == 0 && checksum == bech32.Version0 && size == 32:
		return P2WSH, program, true
	case version == 1 && checksum == bech32.VersionM && size == 32:
		return P2TR, program, true
	case version == 1 && checksum == bech32.VersionM && size == 2:
		return P2A, program, true
	}
	return NoForm, nil, false
}

// eip55 returns 0x and the hexadecimal digits of key with the checksum of
// EIP-55 in the case of its letters.
func eip55(key []byte) string {
	text := []byte(hex.EncodeToString(key))
	h := sha3.NewLegacyKeccak256()
	h.Write(text)
	sum := h.Sum(nil)
	for i, c := range text {
		nibble := sum[i/2] >> (4 * (1 - i%2)) & 0xf
		if c >= 'a' && nibble >= 8 {
			text[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(text)
}

func checked58(version byte, key []byte) string { return base58.CheckEncode(key, version) }

// segwit returns the BIP 173 (version 0) or BIP 350 (later) text of a witness
// program.
func segwit(hrp string, version byte, program []byte) string {
	data, err := bech32.ConvertBits(program, 8, 5, true)
	if err != nil {
		panic("clew: witness program: " + err.Error()) // a key has whole bytes
	}
	encode := bech32.EncodeM
	if version == 0 {
		encode = bech32.Encode
	}
	text, err := encode(hrp, append([]byte{version}, data...))
	if err != nil {
		panic("clew: witness program: " + err.Error()) // 5-bit groups are always encodable
	}
	return text
}
