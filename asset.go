package clew

import (
	"fmt"
	"strings"
)

// An Asset is one kind of thing that moves on one chain: the native coin or a
// token, by its CAIP-19 name such as "eip155:1/slip44:60" (ether) or
// "eip155:1/erc20:0xA0b8…eB48"; or money that is on no chain, see [Currency].
// The zero Asset is none.
//
// A token is its contract on its chain: a symbol is the contract's own claim
// and proves nothing. The number of a non-fungible token is not part of the
// asset; see [Transfer.Item].
type Asset struct {
	name string // canonical CAIP-19, without an item
}

// Asset namespaces of CAIP-19 that are understood, and one of our own:
// "reported" holds values that a source stated in money instead of in units of
// an asset, such as eip155:1/reported:usd.
const (
	slip44   = "slip44"
	reported = "reported"
)

// tokenStandards are the namespaces whose reference is a contract.
var tokenStandards = []string{"erc20", "erc721", "erc1155", "trc20", "trc721", "token"}

// NativeAsset returns the chain's own coin; the zero Asset for a chain of an
// unknown family.
func NativeAsset(chain Chain) Asset {
	facts, ok := chain.facts()
	if !ok {
		return Asset{}
	}
	return Asset{fmt.Sprintf("%s/%s:%d", chain, slip44, facts.coinType)}
}

// Token returns the asset that a contract of the given standard ("erc20",
// "erc721", "erc1155", "trc20", "trc721", "token") issues. On Solana that is a
// mint: every token there, fungible or not, is named by its own.
func Token(standard string, contract Address) Asset {
	return Asset{string(contract.Chain()) + "/" + standard + ":" + contract.Text()}
}

// Reported returns the pseudo-asset for values that a source states in money,
// such as Reported(Ethereum, "usd").
func Reported(chain Chain, currency string) Asset {
	return Asset{string(chain) + "/" + reported + ":" + strings.ToLower(currency)}
}

// currency is the prefix of money that is on no ledger.
const currency = "iso4217:"

// Currency returns the asset that is a state's money, by its three letters in
// ISO 4217, such as Currency("EUR"). It is on no chain: only what services and
// banks say of it is known.
func Currency(code string) (Asset, error) {
	if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return Asset{}, &InputError{Field: "currency", Value: code, Want: "three capital letters of ISO 4217, such as EUR"}
	}
	return Asset{currency + code}, nil
}

// IsCurrency reports whether a is money that is on no ledger.
func (a Asset) IsCurrency() bool { return strings.HasPrefix(a.name, currency) }

// CurrencyDecimals is how many decimal places of money are kept: no currency
// of ISO 4217 has more.
const CurrencyDecimals = 4

// ParseAsset reads a CAIP-19 name without an item number, iso4217: and three
// letters for money, or, with a chain given, "native" or the address of an
// ERC-20 or TRC-20 contract or of a mint.
func ParseAsset(s string, chain Chain) (Asset, error) {
	bad := &InputError{Field: "asset", Value: s, Want: "a CAIP-19 name, such as eip155:1/slip44:60 or eip155:1/erc20:0x…, or native"}
	if len(s) > 200 {
		return Asset{}, bad
	}
	text := strings.TrimSpace(s)
	if code, ok := strings.CutPrefix(text, currency); ok {
		return Currency(code)
	}
	chainText, rest, ok := strings.Cut(text, "/")
	if !ok {
		return parseShortAsset(text, chain, bad)
	}
	named, err := ParseChain(chainText)
	if err != nil {
		return Asset{}, bad
	}
	namespace, reference, _ := strings.Cut(rest, ":")
	for _, standard := range tokenStandards {
		if namespace == standard {
			contract, err := ParseAddress(reference, named)
			if err != nil || contract.Chain() != named || !hasStandard(named, standard) {
				return Asset{}, bad
			}
			return Token(standard, contract), nil
		}
	}
	switch {
	case namespace == slip44 && Asset{string(named) + "/" + rest} == NativeAsset(named):
		return NativeAsset(named), nil
	case namespace == reported && reference != "" && strings.Trim(strings.ToLower(reference), "abcdefghijklmnopqrstuvwxyz") == "":
		return Reported(named, reference), nil
	case namespace == "trc10" && named.IsTron() && isDecimal(reference):
		return Asset{string(named) + "/trc10:" + reference}, nil
	}
	return Asset{}, bad
}

// hasStandard reports whether tokens of a standard are on a chain.
func hasStandard(chain Chain, standard string) bool {
	switch standard {
	case "trc20", "trc721":
		return chain.IsTron()
	case "token":
		return chain.IsSolana()
	}
	return chain.IsEVM()
}

func parseShortAsset(text string, chain Chain, bad *InputError) (Asset, error) {
	if chain == "" {
		return Asset{}, bad
	}
	if strings.EqualFold(text, "native") {
		return NativeAsset(chain), nil
	}
	contract, err := ParseAddress(text, chain)
	if err != nil || contract.Chain() != chain || chain.IsBitcoin() {
		return Asset{}, bad
	}
	switch {
	case chain.IsTron():
		return Token("trc20", contract), nil
	case chain.IsSolana():
		return Token("token", contract), nil
	}
	return Token("erc20", contract), nil
}

// IsZero reports whether a is no asset.
func (a Asset) IsZero() bool { return a.name == "" }

// Chain returns the chain a moves on; none for money.
func (a Asset) Chain() Chain {
	return Chain(a.name[:max(0, strings.IndexByte(a.name, '/'))])
}

// Namespace returns CAIP-19's namespace, such as "slip44" or "erc20".
func (a Asset) Namespace() string {
	_, rest, _ := strings.Cut(a.name, "/")
	namespace, _, _ := strings.Cut(rest, ":")
	return namespace
}

// Reference returns what follows the namespace: a coin type, or a contract in
// its chain's text form.
func (a Asset) Reference() string {
	_, rest, _ := strings.Cut(a.name, "/")
	_, reference, _ := strings.Cut(rest, ":")
	return reference
}

// IsNative reports whether a is its chain's own coin.
func (a Asset) IsNative() bool { return a.Namespace() == slip44 }

// IsFungible reports whether any unit of a is as good as another. The units of
// a non-fungible token are items, and never enter sums.
func (a Asset) IsFungible() bool {
	n := a.Namespace()
	return n != "erc721" && n != "erc1155" && n != "trc721"
}

// Contract returns the token's contract; nobody for a native coin.
func (a Asset) Contract() Address {
	for _, standard := range tokenStandards {
		if a.Namespace() == standard {
			contract, _ := ParseAddress(a.Reference(), a.Chain())
			return contract
		}
	}
	return Address{}
}

// Known returns the symbol and decimals that the chain itself fixes: those of
// native coins, and our own of money. A token's are claims of its
// contract and are not known here.
func (a Asset) Known() (symbol string, decimals int, ok bool) {
	if a.IsCurrency() {
		return strings.TrimPrefix(a.name, currency), CurrencyDecimals, true
	}
	switch a.Namespace() {
	case slip44:
		facts, _ := a.Chain().facts()
		return facts.coin, facts.decimals, true
	case reported:
		return strings.ToUpper(a.Reference()) + " (reported)", ReportedDecimals, true
	}
	return "", 0, false
}

// ReportedDecimals is how many decimal places of a reported money value are
// kept: enough for prices of tokens, and exact for what sources print.
const ReportedDecimals = 18

// String returns the CAIP-19 name.
func (a Asset) String() string { return a.name }

// MarshalText writes the CAIP-19 name.
func (a Asset) MarshalText() ([]byte, error) { return []byte(a.name), nil }

// UnmarshalText reads what [Asset.MarshalText] writes.
func (a *Asset) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Asset{}
		return nil
	}
	parsed, err := ParseAsset(string(text), "")
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
