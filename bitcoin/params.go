package bitcoin

import "clew"

// Params are what tells one chain of Bitcoin's kind from another.
type Params struct {
	Chain    clew.Chain
	NodeName string    // what Bitcoin Core calls it: "main", "test", "regtest" …
	Magic    [4]byte   // that begins each block in a node's files
	Genesis  clew.TxID // hash of the first block
	Halving  uint64    // the reward halves after so many blocks
	MaxMoney uint64    // no amount may exceed it
	powLimit uint32    // the easiest target, in the header's short form
	hashWork bool      // a block's hash is its proof of work
	named    uint64    // from this height on every coinbase names its height (BIP 34); 0: not relied upon
}

const coin = 100_000_000 // smallest units in a coin

// knownParams is the table of chains. An address of a chain also needs a line
// in package clew's own table: see [NewDecoder].
var knownParams = []Params{
	{clew.Bitcoin, "main", [4]byte{0xf9, 0xbe, 0xb4, 0xd9},
		hashOf("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"), 210_000, 21_000_000 * coin, 0x1d00ffff, true, 227_931},
	{clew.BitcoinTestnet, "test", [4]byte{0x0b, 0x11, 0x09, 0x07},
		hashOf("000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"), 210_000, 21_000_000 * coin, 0x1d00ffff, true, 21_111},
	{"bip122:00000000da84f2bafbbc53dee25a72ae", "testnet4", [4]byte{0x1c, 0x16, 0x3f, 0x28},
		hashOf("00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"), 210_000, 21_000_000 * coin, 0x1d00ffff, true, 1},
	{"bip122:00000008819873e925422c1ff0f99f7c", "signet", [4]byte{0x0a, 0x03, 0xcf, 0x40},
		hashOf("00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"), 210_000, 21_000_000 * coin, 0x1e0377ae, true, 1},
	{clew.BitcoinRegtest, "regtest", [4]byte{0xfa, 0xbf, 0xb5, 0xda},
		hashOf("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"), 150, 21_000_000 * coin, 0x207fffff, true, 0},
	{"bip122:683e86bd5c6d110d91b94b97137ba6bf", "simnet", [4]byte{0x16, 0x1c, 0x14, 0x12},
		hashOf("683e86bd5c6d110d91b94b97137ba6bfe02dbbdb8e3dff722a669b5d69d77af6"), 210_000, 21_000_000 * coin, 0x207fffff, true, 0},
	{clew.Litecoin, "litecoin", [4]byte{0xfb, 0xc0, 0xb6, 0xdb},
		hashOf("12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"), 840_000, 84_000_000 * coin, 0x1e0fffff, false, 0},
}

// ParamsOf returns what is known of a chain, and whether anything is.
func ParamsOf(chain clew.Chain) (Params, bool) {
	for _, p := range knownParams {
		if p.Chain == chain {
			return p, true
		}
	}
	return Params{}, false
}

// Subsidy returns what the block at height may issue.
func (p *Params) Subsidy(height uint64) uint64 {
	if halvings := height / p.Halving; halvings < 64 {
		return 50 * coin >> halvings
	}
	return 0
}

// hashOf reads a hash that stands in this package.
func hashOf(text string) clew.TxID {
	id, err := clew.ParseTxID(text)
	if err != nil {
		panic("bitcoin: " + err.Error())
	}
	return id
}
