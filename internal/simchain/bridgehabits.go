package simchain

import "clew"

// A kind is an asset of these worlds.
type kind struct {
	name     string
	chain    clew.Chain
	token    byte // of which its contract's key is made; 0: the chain's coin
	decimals int
	step     uint64 // smallest units in which it moves
	digits   int    // decimal places of a step
	dollars  uint64 // that a whole unit is worth at first, in millionths
	pegged   bool
}

// kinds are all assets. Those of one name's end are the same thing on several
// chains, with other decimals on some.
var kinds = []kind{
	{"ether", EVMChain, 0, 18, 1_000_000_000, 9, 2_000_000_000, false},
	{"usdc", EVMChain, 0xc1, 6, 1, 6, 1_000_000, true},
	{"usdt", EVMChain, 0xd1, 6, 1, 6, 1_000_000, true},
	{"dai", EVMChain, 0xda, 18, 1_000_000_000, 9, 1_000_000, true},
	{"far ether", TwinChain, 0, 18, 1_000_000_000, 9, 2_000_000_000, false},
	{"far usdc", TwinChain, 0xc2, 6, 1, 6, 1_000_000, true},
	{"far usdt", TwinChain, 0xd2, 18, 1_000_000_000_000, 6, 1_000_000, true},
	{"far dai", TwinChain, 0xdb, 18, 1_000_000_000, 9, 1_000_000, true},
	{"tron usdt", TronChain, 0xd3, 6, 1, 6, 1_000_000, true},
	{"trx", TronChain, 0, 6, 1, 6, 80_000, false},
	{"bitcoin", UTXOChain, 0, 8, 1, 8, 30_000_000_000, false},
}

func kindOf(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	panic("simchain: no asset is called " + name)
}

func assetOf(k kind) clew.Asset {
	if k.token == 0 {
		return clew.NativeAsset(k.chain)
	}
	key := make([]byte, 20)
	key[0], key[19] = k.token, k.token
	standard, form := "erc20", clew.EVMForm
	if k.chain.IsTron() {
		standard, form = "trc20", clew.TronForm
	}
	contract, err := clew.MakeAddress(k.chain, form, key)
	if err != nil {
		panic("simchain: " + err.Error())
	}
	return clew.Token(standard, contract)
}

// A habit is how a span does it. Shares are of a hundred, parts of a million.
type habit struct {
	name, words string
	protocol    string // whose identifiers it logs, and in whose way
	instant     bool
	pairs       [][2]string // what of one asset comes out as
	part        uint64      // kept, of a million
	spread      uint64      // up to so much more of a million, drawn for each
	flat        uint64      // kept beside, in millionths of a dollar
	gas         uint64      // up to so much more, drawn for each
	least, most uint64      // seconds until it comes out
	batch       uint64      // seconds between releases, which then come in one transaction; 0: each alone
	shows       uint64      // deposits that say for whom
	same        uint64      // recipients who are the payer, where keys are the same
	refunds     uint64
	streams     uint64 // deposits that come out in parts
	every       uint64 // seconds between deposits, on average
}

var evmPairs = [][2]string{{"usdc", "far usdc"}, {"usdt", "far usdt"}, {"ether", "far ether"}, {"dai", "far dai"},
	{"far usdc", "usdc"}, {"far usdt", "usdt"}, {"far ether", "ether"}, {"far dai", "dai"}}

// habits are those of the world's bridges and exchangers.
var habits = []habit{
	{name: "pool bridge", protocol: "celer", words: "a part is kept, recipient shown", pairs: evmPairs, part: 400, least: 40, most: 600, shows: 100, same: 95, every: 240},
	{name: "relayers", protocol: "across", words: "a part and the relayer's gas, recipient not shown", pairs: evmPairs, part: 100, flat: 400_000, gas: 3_000_000, least: 5, most: 180, same: 95, every: 240},
	{name: "batches", protocol: "synapse", words: "a part is kept, released by the hour, recipient not shown", pairs: evmPairs, part: 500, least: 60, most: 300, batch: 3_600, same: 95, every: 300},
	{name: "rollup bridge", protocol: "optimism", words: "nothing is kept, hours pass, recipient shown", pairs: evmPairs[2:4], least: 3_600, most: 86_400, shows: 100, same: 95, every: 400},
	{name: "vault network", protocol: "thorchain", words: "coins at their price, a part and the outbound fee, some in parts or given back, recipient mostly shown",
		pairs: [][2]string{{"ether", "bitcoin"}, {"usdc", "bitcoin"}, {"bitcoin", "ether"}, {"bitcoin", "usdc"}},
		part:  2_500, spread: 2_000, flat: 1_500_000, gas: 1_000_000, least: 60, most: 3_000, shows: 85, refunds: 4, streams: 12, every: 300},
	{name: "flat bridge", protocol: "multichain", words: "a dollar is kept, recipient elsewhere and not shown", pairs: [][2]string{{"usdt", "tron usdt"}, {"tron usdt", "usdt"}}, flat: 1_000_000, least: 60, most: 900, every: 400},
	{name: "tron bridge", protocol: "symbiosis", words: "a part is kept, recipient elsewhere and shown", pairs: [][2]string{{"usdt", "tron usdt"}, {"tron usdt", "usdt"}}, part: 1_000, least: 60, most: 900, shows: 100, every: 400},
	{name: "exchanger, narrow", words: "at its price, half to one of a hundred is kept", instant: true, pairs: instantPairs, part: 5_000, spread: 5_000, least: 150, most: 1_800, every: 420},
	{name: "exchanger, wide", words: "at its price, one to two of a hundred and a fee are kept", instant: true, pairs: instantPairs, part: 10_000, spread: 10_000, flat: 500_000, gas: 2_000_000, least: 150, most: 2_700, every: 600},
}

var instantPairs = [][2]string{{"ether", "bitcoin"}, {"bitcoin", "ether"}, {"usdt", "bitcoin"}, {"bitcoin", "tron usdt"}, {"ether", "tron usdt"}, {"tron usdt", "ether"}, {"usdt", "trx"}}
