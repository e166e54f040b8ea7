package clew

import (
	"slices"
	"strings"
)

// A Chain is one ledger, by its CAIP-2 name such as "eip155:1". The zero Chain
// is none.
type Chain string

// Chains that the product knows by name. Any other EVM chain works by its
// number, as eip155:N.
const (
	Ethereum       Chain = "eip155:1"
	Optimism       Chain = "eip155:10"
	BNB            Chain = "eip155:56"
	Polygon        Chain = "eip155:137"
	Ronin          Chain = "eip155:2020"
	Base           Chain = "eip155:8453"
	Arbitrum       Chain = "eip155:42161"
	Avalanche      Chain = "eip155:43114"
	Bitcoin        Chain = "bip122:000000000019d6689c085ae165831e93"
	BitcoinTestnet Chain = "bip122:000000000933ea01ad0ee984209779ba"
	BitcoinRegtest Chain = "bip122:0f9188f13cb7b2c71f2a335e3a4fc328"
	Litecoin       Chain = "bip122:12a765e31ffd4059bada1e25190f6e98"
	Tron           Chain = "tron:728126428"
	Solana         Chain = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	SolanaDevnet   Chain = "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"
	SolanaTestnet  Chain = "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z"
)

// Families of ledgers, by CAIP-2 namespace.
const (
	evmNamespace     = "eip155"
	bitcoinNamespace = "bip122"
	tronNamespace    = "tron"
	solanaNamespace  = "solana"
)

// chainFacts is what the product must know of a chain to print its values.
type chainFacts struct {
	chain    Chain
	name     string   // what help and output call it
	aliases  []string // further names that are understood
	coin     string   // symbol of the native asset
	coinType uint32   // SLIP-44, which names the native asset in CAIP-19
	decimals int      // of the native asset
	base58   [2]byte  // version bytes of pay-to-key-hash and pay-to-script-hash
	hrp      string   // human-readable part of segregated-witness addresses
}

var knownChains = []chainFacts{
	{Ethereum, "ethereum", []string{"eth", "mainnet"}, "ETH", 60, 18, [2]byte{}, ""},
	{Optimism, "optimism", []string{"op"}, "ETH", 60, 18, [2]byte{}, ""},
	{BNB, "bnb", []string{"bsc", "binance"}, "BNB", 714, 18, [2]byte{}, ""},
	{Polygon, "polygon", []string{"matic"}, "POL", 966, 18, [2]byte{}, ""},
	{Ronin, "ronin", nil, "RON", 60, 18, [2]byte{}, ""},
	{Base, "base", nil, "ETH", 60, 18, [2]byte{}, ""},
	{Arbitrum, "arbitrum", []string{"arb"}, "ETH", 60, 18, [2]byte{}, ""},
	{Avalanche, "avalanche", []string{"avax"}, "AVAX", 9005, 18, [2]byte{}, ""},
	{Bitcoin, "bitcoin", []string{"btc"}, "BTC", 0, 8, [2]byte{0x00, 0x05}, "bc"},
	{BitcoinTestnet, "bitcoin-testnet", nil, "tBTC", 1, 8, [2]byte{0x6f, 0xc4}, "tb"},
	{BitcoinRegtest, "bitcoin-regtest", nil, "rBTC", 1, 8, [2]byte{0x6f, 0xc4}, "bcrt"},
	{"bip122:00000000da84f2bafbbc53dee25a72ae", "bitcoin-testnet4", nil, "tBTC", 1, 8, [2]byte{0x6f, 0xc4}, "tb"},
	{"bip122:00000008819873e925422c1ff0f99f7c", "bitcoin-signet", nil, "sBTC", 1, 8, [2]byte{0x6f, 0xc4}, "tb"},
	{"bip122:683e86bd5c6d110d91b94b97137ba6bf", "bitcoin-simnet", nil, "simBTC", 1, 8, [2]byte{0x3f, 0x7b}, "sb"},
	{Litecoin, "litecoin", []string{"ltc"}, "LTC", 2, 8, [2]byte{0x30, 0x32}, "ltc"},
	{Tron, "tron", []string{"trx", "tron:0x2b6653dc"}, "TRX", 195, 6, [2]byte{}, ""},
	{Solana, "solana", []string{"sol"}, "SOL", 501, 9, [2]byte{}, ""},
	{SolanaDevnet, "solana-devnet", nil, "dSOL", 501, 9, [2]byte{}, ""},
	{SolanaTestnet, "solana-testnet", nil, "tSOL", 501, 9, [2]byte{}, ""},
}

// facts returns what is known of c. An EVM chain that is not in the table gets
// Ethereum's coin type, which is that of its keys, and no symbol of its own.
func (c Chain) facts() (chainFacts, bool) {
	for _, f := range knownChains {
		if f.chain == c {
			return f, true
		}
	}
	switch {
	case c.IsEVM():
		return chainFacts{chain: c, name: string(c), coin: "native coin", coinType: 60, decimals: 18}, true
	case c.IsTron():
		return chainFacts{chain: c, name: string(c), coin: "TRX", coinType: 195, decimals: 6}, true
	}
	return chainFacts{}, false
}

// Namespace returns the family of ledgers, such as "eip155".
func (c Chain) Namespace() string {
	namespace, _, _ := strings.Cut(string(c), ":")
	return namespace
}

// IsEVM reports whether c is Ethereum or one of its kin.
func (c Chain) IsEVM() bool { return strings.HasPrefix(string(c), evmNamespace+":") }

// IsBitcoin reports whether c is Bitcoin or one of its kin, where value rests
// in outputs rather than at addresses.
func (c Chain) IsBitcoin() bool { return strings.HasPrefix(string(c), bitcoinNamespace+":") }

// IsTron reports whether c is Tron.
func (c Chain) IsTron() bool { return strings.HasPrefix(string(c), tronNamespace+":") }

// IsSolana reports whether c is a cluster of Solana.
func (c Chain) IsSolana() bool { return strings.HasPrefix(string(c), solanaNamespace+":") }

// Name returns what people call the chain, or its CAIP-2 name.
func (c Chain) Name() string {
	if f, ok := c.facts(); ok {
		return f.name
	}
	return string(c)
}

// Chains returns the chains known by name.
func Chains() []Chain {
	chains := make([]Chain, len(knownChains))
	for i, f := range knownChains {
		chains[i] = f.chain
	}
	return chains
}

// ParseChain reads a CAIP-2 name or what people call the chain: "eip155:1",
// "ethereum", "eth".
func ParseChain(s string) (Chain, error) {
	lower := ""
	if len(s) <= 64 {
		lower = strings.ToLower(strings.TrimSpace(s))
	}
	var names []string
	for _, f := range knownChains {
		if lower == f.name || lower == strings.ToLower(string(f.chain)) || slices.Contains(f.aliases, lower) {
			return f.chain, nil
		}
		names = append(names, f.name)
	}
	namespace, reference, _ := strings.Cut(lower, ":")
	if (namespace == evmNamespace || namespace == tronNamespace) && isDecimal(reference) {
		return Chain(lower), nil
	}
	want := "a chain by name (" + strings.Join(names, ", ") + ") or by CAIP-2, such as eip155:1"
	if near := Nearest(lower, names); near != "" {
		want = "a chain; did you mean " + near + "?"
	}
	return "", &InputError{Field: "chain", Value: s, Want: want}
}

// isDecimal reports whether s is a positive decimal number without leading
// zeros and fits a chain number.
func isDecimal(s string) bool {
	return s != "" && len(s) <= 19 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}
