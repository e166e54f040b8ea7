package watchlist

import (
	"cmp"
	"fmt"
	"strings"

	"clew"
)

// A currency is a code that lists put before addresses.
type currency struct {
	chains []clew.Chain // on which such an address may be, by its form
	known  bool         // the code is of something that exists, though not of a chain known here
}

// currencies are the codes of OFAC's features named "Digital Currency Address",
// and those of packs.
// A token is on several chains: the form of the address says on which. Coins of
// chains that are not read here are listed, so that a new code is told apart
// from them.
var currencies = map[string]currency{
	"XBT":     {chains: []clew.Chain{clew.Bitcoin}},
	"BTC":     {chains: []clew.Chain{clew.Bitcoin}},
	"LTC":     {chains: []clew.Chain{clew.Litecoin}},
	"ETH":     {chains: []clew.Chain{clew.Ethereum}},
	"BSC":     {chains: []clew.Chain{clew.BNB}},
	"BNB":     {chains: []clew.Chain{clew.BNB}},
	"ARB":     {chains: []clew.Chain{clew.Arbitrum}},
	"POLYGON": {chains: []clew.Chain{clew.Polygon}},
	"TRX":     {chains: []clew.Chain{clew.Tron}},
	"SOL":     {chains: []clew.Chain{clew.Solana}},
	"USDT":    {chains: tokenChains},
	"USDC":    {chains: tokenChains},

	Unstated: {chains: tokenChains}, // on an EVM chain, of which Ethereum stands for all

	"BCH": {known: true}, "BSV": {known: true}, "BTG": {known: true}, "DASH": {known: true}, "ETC": {known: true},
	"ADA": {known: true}, "ALGO": {known: true}, "DGB": {known: true}, "DOGE": {known: true}, "IOST": {known: true}, "KMD": {known: true},
	"LSK": {known: true}, "SC": {known: true}, "STRAT": {known: true}, "XLM": {known: true},
	"XMR": {known: true}, "XRP": {known: true}, "XVG": {known: true}, "ZEC": {known: true},
}

// Unstated stands for the currency of an address that a list gives without one.
const Unstated = "unstated"

// tokenChains are where tokens of dollars are listed. On Bitcoin they are
// those of the Omni layer.
var tokenChains = []clew.Chain{clew.Ethereum, clew.Tron, clew.Bitcoin, clew.Solana}

// newIdentifier reads an address as a list gives it. It never fails: what is
// wrong stands in Fault.
func newIdentifier(code, text string) Identifier {
	x := Identifier{Currency: code, Text: text}
	c, ok := currencies[code]
	if !ok {
		c, ok = currencies[strings.ToUpper(code)]
	}
	switch {
	case !ok:
		x.Fault = fmt.Sprintf("currency %q is not known here", code)
		return x
	case c.known:
		x.Fault = "the chain of " + code + " is not read here"
		return x
	}
	var first error
	for _, chain := range c.chains {
		a, err := clew.ParseAddress(lowerHex(text), chain)
		if err == nil && a.Chain() == chain {
			x.Addresses = append(x.Addresses, a)
			break // the form belongs to this chain
		}
		first = cmp.Or(first, err)
	}
	if x.Addresses != nil {
		return x
	}
	if a, err := clew.ParseAddress(lowerHex(text), ""); err == nil {
		x.Addresses = []clew.Address{a} // still somebody's, who is listed
		x.Fault = fmt.Sprintf("published as %s, but it is an address of %s", code, a.Chain())
		return x
	}
	x.Fault = "not an address: " + reason(first)
	return x
}

// lowerHex drops the case of an EVM address: lists write it in any, so that it
// is no checksum.
func lowerHex(text string) string {
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		return strings.ToLower(text)
	}
	return text
}

func reason(err error) string {
	if err == nil {
		return "of another chain"
	}
	return err.Error()
}

// compareIDs puts numbers in their order, and other identifiers by text.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(digits(a), digits(b)), strings.Compare(a, b))
}

// digits returns how long a number is, so that texts compare as numbers do.
func digits(s string) int {
	if strings.Trim(s, "0123456789") != "" {
		return 1 << 10
	}
	return len(s)
}
