package bridge

import (
	"encoding/hex"
	"strconv"
	"strings"

	"clew"
)

// byNumber returns the chain with a number that EVM chains go by, 0: not said.
func byNumber(n clew.Amount) clew.Chain {
	number, fits := n.Uint64()
	switch {
	case !fits || number == 0 || number > 1<<62:
		return ""
	case number == tronNumber:
		return clew.Tron
	}
	return clew.Chain("eip155:" + strconv.FormatUint(number, 10))
}

const tronNumber = 728126428

// numberOf returns the number of an EVM chain, or of Tron, as text.
func numberOf(chain clew.Chain) string {
	_, number, _ := strings.Cut(string(chain), ":")
	return number
}

// A numbering is how a protocol numbers chains.
type numbering map[uint64]clew.Chain

// of returns the number of a chain; false if it has none.
func (n numbering) of(chain clew.Chain) (uint64, bool) {
	for number, c := range n {
		if c == chain {
			return number, true
		}
	}
	return 0, false
}

// party writes who is named by a word at the other end, as that chain writes
// addresses; where the chain is not known, or the word is no address of it, in
// hexadecimal digits.
func party(w [32]byte, chain clew.Chain) string {
	if chain.IsSolana() {
		if a, err := clew.MakeAddress(chain, clew.SolanaForm, w[:]); err == nil {
			return a.Text()
		}
	}
	if [12]byte(w[:12]) != [12]byte{} {
		return hexOf(w[:])
	}
	return partyKey([20]byte(w[12:]), chain)
}

func partyKey(key [20]byte, chain clew.Chain) string {
	if chain.IsEVM() || chain.IsTron() {
		return onChain(chain, key).Text()
	}
	return hexOf(key[:])
}

// partyBytes writes who is named by bytes of any length.
func partyBytes(b []byte, chain clew.Chain) string {
	switch {
	case len(b) == 20:
		return partyKey([20]byte(b), chain)
	case len(b) == 32:
		return party([32]byte(b), chain)
	}
	return hexOf(b[:min(len(b), 64)])
}

// safeText keeps a text that is one word of plain letters; else its bytes, in
// digits.
func safeText(b []byte) string {
	b = b[:min(len(b), 128)]
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return hexOf(b)
		}
	}
	return string(b)
}

// mustDigits reads hexadecimal digits of ours.
func mustDigits(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic("bridge: " + err.Error())
	}
	return b
}
