package bridge

import "clew"

// symbiosisForms are the events of Symbiosis' portals, which take and give tokens,
// and of its syntheses, which make and burn what stands for them. The end where
// value comes out names a hash of what the other end logs and of the contract
// that is to give it, so it is known for contracts that are listed.
//
// Sources: github.com/symbiosis-finance/js-sdk, src/crosschain/abis (portal.json,
// synthesis.json), the hash in src/crosschain/chainUtils/evm.ts, the contracts in
// src/crosschain/config/mainnet.ts.
var symbiosisForms = []form{
	{protocol: "symbiosis", kind: clew.BridgeSent, read: func(e *event) { symbiosisSent(e, symbiosisSyntheses) },
		text: "SynthesizeRequest(bytes32 id, address indexed from, uint256 indexed chainID, address indexed revertableAddress, address to, uint256 amount, address token)"},
	{protocol: "symbiosis", kind: clew.BridgeReceived, read: symbiosisReceived,
		text: "SynthesizeCompleted(bytes32 indexed id, address indexed to, bytes32 indexed crossChainID, uint256 amount, uint256 bridgingFee, address token)"},
	{protocol: "symbiosis", kind: clew.BridgeSent, read: func(e *event) { symbiosisSent(e, symbiosisPortals) },
		text: "BurnRequest(bytes32 id, address indexed from, uint256 indexed chainID, address indexed revertableAddress, address to, uint256 amount, address token)"},
	{protocol: "symbiosis", kind: clew.BridgeReceived, read: symbiosisReceived,
		text: "BurnCompleted(bytes32 indexed id, bytes32 indexed crossChainID, address indexed to, uint256 amount, uint256 bridgingFee, address token)"},
}

// symbiosisChain is Symbiosis' own chain, over which most of what crosses goes.
const symbiosisChain clew.Chain = "eip155:13863860"

// The contracts by which value comes out, by chain.
var (
	symbiosisSyntheses = map[clew.Chain]string{
		symbiosisChain: "0x45cfd6fb7999328f189aad2739fba4be6c45e5bf",
		clew.Ethereum:  "0xd7c3df25683871d18bc838e4f619126442dd38b3",
		clew.BNB:       "0x6b1bbd301782ff636601fc594cd7bfe74871bfaa",
		clew.Arbitrum:  "0x326adbe46d7e6c1b3927e9309b96df478bda6d16",
		clew.Base:      "0x9f6424fe88fbe7785fa34f0e369f192bf38e7a6e",
	}
	symbiosisPortals = map[clew.Chain]string{
		clew.Ethereum:  "0xb8f275fbf7a959f4bce59999a2ef122a099e81a8",
		clew.BNB:       "0x5aa5f7f84ed0e5db0a4a85c3947ea16b53352fd4",
		clew.Avalanche: "0xe75c7e85fe6add07077467064ad15847e6ba9877",
		clew.Arbitrum:  "0x01a3c8e513b758ebb011f7afaf6c37616c9c24d9",
		clew.Optimism:  "0x292fc50e4eb66c3f6514b9e402dbc25961824d62",
		clew.Base:      "0xee981b2459331ad268cc63ce6167b446af4161f8",
		clew.Tron:      "0xd83b5752b42856a08087748de6095af0be52d299",
		clew.Polygon:   "0xb8f275fbf7a959f4bce59999a2ef122a099e81a8",
	}
)

func symbiosisSent(e *event, receivers map[clew.Chain]string) {
	to := byNumber(e.amount("chainID"))
	receiver, known := receivers[to]
	key, err := clew.ParseAddress(receiver, clew.Ethereum)
	if !known || err != nil {
		e.idWord(e.word("id")) // which nothing at the other end names
	} else {
		id, revertable, chain := e.word("id"), e.word("revertableAddress"), e.word("chainID")
		e.idWord(keccak(id[:], key.Key(), revertable[12:], chain[:]))
	}
	e.gives(e.address("from"), e.address("token"), e.amount("amount"))
	e.goes(to, party(e.word("to"), to))
}

func symbiosisReceived(e *event) {
	e.idWord(e.word("id"))
	e.gives(e.address("to"), e.address("token"), e.amount("amount").MinusOrZero(e.amount("bridgingFee")))
}
