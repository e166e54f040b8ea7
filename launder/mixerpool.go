package launder

import (
	"slices"

	"clew"
)

// A MixerPool is a contract that takes one amount of one asset from anybody, and
// gives as much to whoever shows that he knows the secret of a deposit, without
// saying of which.
type MixerPool struct {
	Name   string       `json:"name"`
	At     clew.Address `json:"at"`
	Asset  clew.Asset   `json:"asset"`
	Note   clew.Amount  `json:"note"` // what goes in at once, in smallest units
	Source string       `json:"source"`
}

// tornadoPools is where the pools below are stated.
const tornadoPools = "tornadocash/tornado-classic-ui, networkConfig.js, commit 20bee47ca1f59c93459b3ba4b495e6af951a686d"

// An ask of the table below: a chain, its asset and decimals, and pools by what
// they take in whole units.
type poolSet struct {
	chain    clew.Chain
	token    string // its contract; "": the chain's own coin
	symbol   string
	decimals int
	pools    [][2]string
}

var poolSets = []poolSet{
	{clew.Ethereum, "", "ETH", 18, [][2]string{{"0.1", "0x12D66f87A04A9E220743712cE6d9bB1B5616B8Fc"}, {"1", "0x47CE0C6eD5B0Ce3d3A51fdb1C52DC66a7c3c2936"},
		{"10", "0x910Cbd523D972eb0a6f4cAe4618aD62622b39DbF"}, {"100", "0xA160cdAB225685dA1d56aa342Ad8841c3b53f291"}}},
	{clew.Ethereum, "0x6B175474E89094C44Da98b954EedeAC495271d0F", "DAI", 18, [][2]string{{"100", "0xD4B88Df4D29F5CedD6857912842cff3b20C8Cfa3"}, {"1000", "0xFD8610d20aA15b7B2E3Be39B396a1bC3516c7144"},
		{"10000", "0x07687e702b410Fa43f4cB4Af7FA097918ffD2730"}, {"100000", "0x23773E65ed146A459791799d01336DB287f25334"}}},
	{clew.Ethereum, "0x5d3a536E4D6DbD6114cc1Ead35777bAB948E3643", "cDAI", 8, [][2]string{{"5000", "0x22aaA7720ddd5388A3c0A3333430953C68f1849b"}, {"50000", "0x03893a7c7463AE47D46bc7f091665f1893656003"},
		{"500000", "0x2717c5e28cf931547B621a5dddb772Ab6A35B701"}, {"5000000", "0xD21be7248e0197Ee08E0c20D4a96DEBdaC3D20Af"}}},
	{clew.Ethereum, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "USDC", 6, [][2]string{{"100", "0xd96f2B1c14Db8458374d9Aca76E26c3D18364307"}, {"1000", "0x4736dCf1b7A3d580672CcE6E7c65cd5cc9cFBa9D"}}},
	{clew.Ethereum, "0xdAC17F958D2ee523a2206206994597C13D831ec7", "USDT", 6, [][2]string{{"100", "0x169AD27A470D064DEDE56a2D3ff727986b15D52B"}, {"1000", "0x0836222F2B2B24A3F36f98668Ed8F0B38D1a872f"}}},
	{clew.Ethereum, "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599", "WBTC", 8, [][2]string{{"0.1", "0x178169B423a011fff22B9e3F3abeA13414dDD0F1"}, {"1", "0x610B717796ad172B316836AC95a2ffad065CeaB4"},
		{"10", "0xbB93e510BbCD0B7beb5A853875f9eC60275CF498"}}},
	{clew.BNB, "", "BNB", 18, [][2]string{{"0.1", "0x84443CFd09A48AF6eF360C6976C5392aC5023a1F"}, {"1", "0xd47438C816c9E7f2E2888E060936a499Af9582b3"},
		{"10", "0x330bdFADE01eE9bF63C209Ee33102DD334618e0a"}, {"100", "0x1E34A77868E19A6647b1f2F47B51ed72dEDE95DD"}}},
	{clew.Optimism, "", "ETH", 18, [][2]string{{"0.1", "0x84443CFd09A48AF6eF360C6976C5392aC5023a1F"}, {"1", "0xd47438C816c9E7f2E2888E060936a499Af9582b3"},
		{"10", "0x330bdFADE01eE9bF63C209Ee33102DD334618e0a"}, {"100", "0x1E34A77868E19A6647b1f2F47B51ed72dEDE95DD"}}},
	{clew.Arbitrum, "", "ETH", 18, [][2]string{{"0.1", "0x84443CFd09A48AF6eF360C6976C5392aC5023a1F"}, {"1", "0xd47438C816c9E7f2E2888E060936a499Af9582b3"},
		{"10", "0x330bdFADE01eE9bF63C209Ee33102DD334618e0a"}, {"100", "0x1E34A77868E19A6647b1f2F47B51ed72dEDE95DD"}}},
	{clew.Polygon, "", "POL", 18, [][2]string{{"100", "0x1E34A77868E19A6647b1f2F47B51ed72dEDE95DD"}, {"1000", "0xdf231d99Ff8b6c6CBF4E9B9a945CBAcEF9339178"},
		{"10000", "0xaf4c0B70B2Ea9FB7487C7CbB37aDa259579fe040"}, {"100000", "0xa5C2254e4253490C54cef0a4347fddb8f75A4998"}}},
	{clew.Avalanche, "", "AVAX", 18, [][2]string{{"10", "0x330bdFADE01eE9bF63C209Ee33102DD334618e0a"}, {"100", "0x1E34A77868E19A6647b1f2F47B51ed72dEDE95DD"},
		{"500", "0xaf8d1839c3c67cf571aa74B5c12398d4901147B3"}}},
}

// knownPools are those of all sets, in their order.
var knownPools = makePools()

func makePools() []MixerPool {
	var list []MixerPool
	for _, s := range poolSets {
		asset := clew.NativeAsset(s.chain)
		if s.token != "" {
			contract, err := clew.ParseAddress(s.token, s.chain)
			if err != nil {
				panic("launder: " + err.Error()) // the table is ours
			}
			asset = clew.Token("erc20", contract)
		}
		for _, p := range s.pools {
			at, err := clew.ParseAddress(p[1], s.chain)
			if err != nil {
				panic("launder: " + err.Error())
			}
			note, err := clew.ParseUnits(p[0], s.decimals)
			if err != nil {
				panic("launder: " + err.Error())
			}
			list = append(list, MixerPool{"Tornado Cash, " + p[0] + " " + s.symbol, at, asset, note, tornadoPools})
		}
	}
	return list
}

// MixerPools returns the pools that are known: those of Tornado Cash. A pool that
// is not among them is not read, whatever tags say of it; pools that take any
// amount, such as later ones, cannot be read in notes.
func MixerPools() []MixerPool { return slices.Clone(knownPools) }

// MixerPoolAt returns the pool at an address; false if none is known there.
func MixerPoolAt(a clew.Address) (MixerPool, bool) {
	i := slices.IndexFunc(knownPools, func(p MixerPool) bool { return p.At == a })
	if i < 0 {
		return MixerPool{}, false
	}
	return knownPools[i], true
}
