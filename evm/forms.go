package evm

import "clew"

// A form is what a chain's headers are made of, and which of them were seen to
// hash to the name of their block. Where none was seen, a hash that does not fit
// may be a field that is not understood here, and no reason to refuse a block.
type form struct {
	later []int  // places of the fields after the nonce, in the order in which they are hashed
	seen  []int  // how many of these the headers had that fit
	since uint64 // the first block that this is of

	// blankMiner: the header names no miner, and some nodes show in its place who
	// signed it.
	blankMiner bool

	says, source string // of the chain's blocks, and where the fields are from
}

// Orders of later fields: those of EIP-1559, EIP-4895, EIP-4844, EIP-4788 and
// EIP-7685, which most chains take over, and those of chains with their own.
var (
	ethereumFields  = []int{baseFeeField, withdrawalField, blobUsedField, blobExcessField, beaconField, requestsField}
	avalancheFields = []int{extDataField, baseFeeField, extGasField, gasCostField, blobUsedField, blobExcessField, beaconField, millisField, delayField}
	roninFields     = []int{baseFeeField, blobUsedField, blobExcessField}
)

// formOf returns the form of a chain's headers.
func formOf(chain clew.Chain) form {
	if f, ok := forms[chain]; ok {
		return f
	}
	return form{later: ethereumFields, says: NotChecked}
}

// What several forms say.
const (
	hashed    = "each header hashes to its block's name, or the block is refused; one with fields that are not known here is a gap"
	hashedIf  = "; others are hashed too, and one that does not fit is a gap"
	notHeld   = "headers are hashed, and one that does not fit is a gap, for none was seen here that does"
	ownHeader = ", core/types/block.go"
)

// The headers that were seen to fit are in testdata/headers.json, with where each
// is from; those of Ethereum are recorded or a node's own.
var forms = map[clew.Chain]form{
	clew.Ethereum: {later: ethereumFields, seen: []int{0, 1, 2, 5, 6}, says: hashed, source: "Yellow Paper, 4.3; EIP-1559, EIP-4895, EIP-4844, EIP-4788, EIP-7685"},
	clew.BNB: {later: ethereumFields, seen: []int{0},
		says: "headers without a base fee hash to their blocks' names, or the block is refused" + hashedIf, source: "github.com/bnb-chain/bsc" + ownHeader},
	clew.Polygon: {later: ethereumFields, seen: []int{0, 1}, blankMiner: true,
		says: "headers up to the base fee hash to their blocks' names, or the block is refused" + hashedIf, source: "github.com/maticnetwork/bor" + ownHeader},
	clew.Optimism: {later: ethereumFields, seen: []int{0, 6},
		says:   "headers without later fields (before Bedrock) and with all of Ethereum's hash to their blocks' names, or the block is refused" + hashedIf,
		source: "docs.base.org/base-chain/specs/upgrades/isthmus/exec-engine"},
	clew.Base: {later: ethereumFields, says: notHeld, source: "docs.base.org/base-chain/specs/upgrades/isthmus/exec-engine"},
	clew.Arbitrum: {later: ethereumFields, seen: []int{1}, since: nitro,
		says: "headers since Nitro hash to their blocks' names, or the block is refused" + hashedIf, source: "github.com/GetBlock-io/getblock-docs, api-reference/arbitrum-arb: blocks 86011219 and 408874813"},
	clew.Avalanche: {later: avalancheFields, seen: []int{4, 9},
		says:   "headers up to the block's gas cost, and with all fields of Granite, hash to their blocks' names, or the block is refused" + hashedIf,
		source: "github.com/ava-labs/coreth, plugin/evm/customtypes/header_ext.go"},
	clew.Ronin: {later: roninFields, says: notHeld, source: "github.com/axieinfinity/ronin" + ownHeader},
}

// nitro is a block of Arbitrum from which on its blocks are Nitro's.
const nitro = 22_207_818
