package evm

import (
	"maps"
	"slices"

	"clew"
)

// A Support says what is known of one chain beyond what all EVM chains share.
type Support struct {
	Chain   clew.Chain
	Genesis clew.TxID // hash of the first block; zero: not known here

	// Depth is how many blocks below the head a block counts as final where the
	// node does not know the tag "finalized". It is this product's choice.
	Depth uint64

	Wrapper clew.Address // issues a token for the chain's own coin
	Mirror  clew.Address // logs the chain's own coin as if it were a token, and is not read
	Notes   []Note       // one on each of [Topics], in their order
}

// A Note is what is known of a chain on one topic, and by which source. One
// without a source says that nobody has checked it, or that nodes differ.
type Note struct {
	Topic, Says, Source string
}

// Topics returns what is said of every chain.
func Topics() []string {
	return []string{"finality", "traces", "fees", "deposits", "system transactions", hashTopic}
}

// hashTopic is on which headers are held against the names of their blocks.
const hashTopic = "block hashes"

// What notes without a source say.
const (
	NotChecked    = "not checked" // nobody has looked
	dependsOnNode = "depends on the node"
)

// SupportOf returns what is known of chain, little for one without a name.
func SupportOf(chain clew.Chain) Support {
	facts := supported[chain]
	s := Support{Chain: chain, Depth: max(facts.depth, anyDepth), Wrapper: Wrapper(chain), Mirror: mirrorOf(chain)}
	if facts.genesis != "" {
		s.Genesis = word(facts.genesis)
	}
	for i, topic := range Topics() {
		s.Notes = append(s.Notes, Note{Topic: topic, Says: NotChecked})
		if topic == "traces" {
			s.Notes[i].Says = dependsOnNode
		}
		if topic == hashTopic {
			f := formOf(chain)
			s.Notes[i].Says, s.Notes[i].Source = f.says, f.source
		}
		if i < len(facts.notes) && facts.notes[i][0] != "" {
			s.Notes[i].Says, s.Notes[i].Source = facts.notes[i][0], facts.notes[i][1]
		}
	}
	return s
}

// Settled returns how many blocks below a chain's head blocks are final by its own
// rules, as far as these are known, or nearly always: two epochs of Ethereum where
// nothing is.
func Settled(chain clew.Chain) uint64 {
	switch chain {
	case clew.Polygon:
		return 512
	case clew.Optimism, clew.Base:
		return 1024 // of two seconds each, while the chain below makes theirs final
	case clew.Arbitrum:
		return 4096 // of a quarter of a second
	}
	return 64
}

// Supported returns the chains of which something is known.
func Supported() []clew.Chain { return slices.Sorted(maps.Keys(supported)) }

// anyDepth is for chains of which nothing better is known.
const anyDepth = 1000

// mirrors are contracts that log as a token's Transfer what moves of the chain's
// own coin, so that it would count twice. Polygon's is MRC20.sol of its
// contracts, by its own words a wrapper over native transfers.
var mirrors = map[clew.Chain]string{clew.Polygon: "0x0000000000000000000000000000000000001010"}

// mirrorOf returns the chain's mirror; nobody if it has none.
func mirrorOf(chain clew.Chain) clew.Address {
	if text, ok := mirrors[chain]; ok {
		return constant(chain, text)
	}
	return clew.Address{}
}

type chainSupport struct {
	genesis string // by the command "cast chain" of foundry-rs/foundry, which tells chains apart by it
	depth   uint64 // 0: anyDepth
	notes   [5][2]string
}

// Sources that several notes share.
const (
	opFees     = "the base fee and the fee for the chain below go to their vaults and the tip to the sequencer's; an operator's fee, where there is one, is not stated. Before Bedrock, block 105235063 of Optimism, no fee is stated"
	opFeesFrom = "specs.optimism.io/protocol/exec-engine.html, Fee Vaults; docs.base.org/base-chain/specs/upgrades/isthmus/predeploys"
	opDeposits = "a transaction of type 0x7e may make coins for its sender, as its field mint says"
	opDepFrom  = "docs.base.org/base-chain/specs/protocol/bridging/deposits"
	opFinal    = "the tag finalized: derived from finalized blocks of the chain below"
	opFinFrom  = "docs.celo.org/specs/finality, Finality and Reorgs in Optimism"
)

var supported = map[clew.Chain]chainSupport{
	clew.Ethereum: {"d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3", 0, [5][2]string{
		{"the tag finalized, two to three epochs behind the head", "docs.chainstack.com/docs/ethereum-fast-confirmation"},
		{},
		{"the base fee and fees for blobs are burnt, the tip is the miner's", "EIP-1559, EIP-4844"},
		{"validators' withdrawals, in Gwei", "EIP-4895"},
	}},
	clew.BNB: {"0d21840abff46b96c84b2ac9e10e4f5cdaeb5693cb665db62a2f3b02d2d57b5b", 0, [5][2]string{
		{"the tag finalized: block n is final by block n+2", "docs.bnbchain.org/bnb-smart-chain/developers/json_rpc/bsc-api-list"},
	}},
	clew.Polygon: {"a9c28ce2141b56c474f1dc504bee9b01eb1bd7d1a507580d5519d4437a97de1b", 0, [5][2]string{
		{"the tag finalized, by milestones; before them some 512 blocks, to the last checkpoint", "github.com/maticnetwork/Polygon-Improvement-Proposals, PIP-11"},
	}},
	clew.Optimism: {"7ca38a1916c42007829c55e69d3e9a73265554b586a499015373241b8a3fa48b", 0, [5][2]string{
		{opFinal, opFinFrom}, {}, {opFees, opFeesFrom}, {opDeposits, opDepFrom},
	}},
	clew.Base: {"f712aa9241cc24369b143cf6dce85f0902a9731e70d66818a3a5845b296c73dd", 0, [5][2]string{
		{opFinal, opFinFrom}, {}, {opFees, opFeesFrom}, {opDeposits, opDepFrom},
	}},
	clew.Arbitrum: {"7ee576b35482195fc49205cec9af72ce14f003b9ae69f6ba0faef4514be8b442", 10_000, [5][2]string{
		{"the tag finalized: posted to the chain below in a block that is final there", "github.com/OffchainLabs/nitro, release v2.0.10"},
		{"debug_traceBlockByNumber since the upgrade to Nitro, near block 22207818; before, arbtrace methods, which are not asked", "quicknode.com/docs/arbitrum/debug_traceCall"},
		{"paid to nobody here; tracers list who collects them in afterEVMTransfers, which is not read", "quicknode.com/docs/arbitrum/debug_traceCall"},
		{"a transaction of type 100 makes its value for its sender; what retryable tickets (types 104 and 105) make and move beside their calls is not read", "docs.arbitrum.io/arbitrum-essentials/arbitrum-vs-ethereum/rpc-methods; github.com/OffchainLabs/nitro, arbos/tx_processor.go"},
	}},
	clew.Avalanche: {"31ced5b9beb7f8782b014660da0cb18cc409f121f408186886e1ca3e8eeca96b", 0, [5][2]string{
		{"the tag finalized, some two seconds", "wormhole.com/docs/build/reference/consistency-levels"},
	}},
	clew.Ronin: {},
}
