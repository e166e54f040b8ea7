// Package tron turns what a full node of Tron answers of a block (the block,
// and the results of its transactions) into transfers and acts, and asks such a
// node.
//
// What is proven and what is the node's word: the block's hash is computed from
// its header, and each transaction is decoded from the bytes that its name is
// the hash of. That the list of transactions is the block's, and all results
// (success, fees, logs, internal transfers), are the node's word: the root that
// the header names covers parts of transactions that the JSON leaves out.
//
// What rests where: staking moves nothing here. An address's TRX is what it can
// spend, what it has frozen and what is being unfrozen, together, and its
// TRC-10 tokens include supply that is still frozen. Delegated resources and
// changed permissions are acts. Rewards come from nobody when they are claimed,
// not when they accrue. The chain's own exchanges are no accounts: what goes
// into one goes to nobody, and what comes out comes from nobody.
//
// What is not seen: stake that a contract leaves to its heir when it destroys
// itself, and rewards that it gets at that moment and leaves too; tokens that an
// old token sale hands out; the chain's own order book; shielded transfers. All
// but the first are counted. Deposits and withdrawals of wrapped coins are
// conversions, which are not read here. The node's JSON-RPC gives less: see
// [Gateway].
//
// The formats are those of java-tron: the protocol's Tron.proto and its
// contracts, and the actuators that carry them out.
package tron

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"clew"
)

// A Keeping says what a node keeps of transactions that it has carried out. It
// is a setting of the node that its answers do not show, so the caller states it.
type Keeping uint8

// What nodes keep, each including the one before.
const (
	KeepsBlocks   Keeping = iota // blocks alone
	KeepsResults                 // fees, logs and success, as nodes do by default
	KeepsInternal                // and transfers by contracts: vm.saveInternalTx
	KeepsStaking                 // and what contracts stake, delegate and claim: vm.saveFeaturedInternalTx
)

// A Pair is the two things that one of the chain's own exchanges trades: "_" is
// TRX, others are TRC-10 tokens by number.
type Pair struct{ First, Second string }

// A Block is one decoded block. Transfers, and by themselves acts, are in the
// order of the chain.
//
// Within a transaction, what it moves itself comes first, then what contracts
// moved, in the order in which the node lists it, which is depth first; then
// logs, whose ordinals count all logs of the block, for Tron numbers none; then
// the fee. Ordinal 0 of a fee is burnt, and 1 goes to the pool that pays
// witnesses. Both go to nobody. Before the chain's parameter
// AllowBlackHoleOptimization, what is burnt was booked on an account that
// java-tron's configuration names Blackhole (on mainnet
// TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy); that is not shown.
type Block struct {
	clew.Block
	Missed Missing
}

// A Decoder decodes blocks of one chain. It keeps memory from one block to the
// next, and is not safe for concurrent use; the blocks it returns are the
// caller's.
type Decoder struct {
	Keeps Keeping        // by the node whose answers are decoded
	Pairs map[int64]Pair // the chain's own exchanges by number, as far as they are known

	chain  clew.Chain
	assets assets
	block  jsonBlock
	infos  jsonInfos
	work   work
}

// NewDecoder returns a decoder for a chain of Tron's kind, of which any works by
// its number: tron:N, where N is the last four bytes of its first block's hash.
func NewDecoder(chain clew.Chain, keeps Keeping) (*Decoder, error) {
	if _, err := numberOf(chain); err != nil {
		return nil, err
	}
	return &Decoder{Keeps: keeps, chain: chain, assets: newAssets(chain)}, nil
}

// numberOf returns the number that a chain goes by.
func numberOf(chain clew.Chain) (uint32, error) {
	_, reference, _ := strings.Cut(string(chain), ":")
	n, err := strconv.ParseUint(reference, 10, 32)
	if err != nil || n == 0 || !chain.IsTron() || strconv.FormatUint(n, 10) != reference {
		return 0, &clew.InputError{Field: "chain", Value: string(chain), Want: "a chain of Tron's kind, such as " + string(clew.Tron)}
	}
	return uint32(n), nil
}

// Chain returns the chain whose blocks d decodes.
func (d *Decoder) Chain() clew.Chain { return d.chain }

// Bounds of what is read. A block has at most 2 MB of its own, which JSON makes
// some eight times as long; results have no such bound.
const (
	MaxBlockJSON = 64 << 20
	MaxInfosJSON = 256 << 20
)

// Decode decodes what a node answers to wallet/getblockbynum and to
// wallet/gettransactioninfobyblocknum, with addresses in hexadecimal digits. Nil
// infos are results that are not held, which is counted. Results that do not
// belong to the block are [ErrDisagree].
func (d *Decoder) Decode(block, infos io.Reader) (*Block, error) {
	s := newScanner(block, MaxBlockJSON)
	d.block.read(s)
	if err := s.end(); err != nil {
		return nil, fmt.Errorf("block as JSON: %w", err)
	}
	d.infos.reset()
	if infos != nil {
		s = newScanner(infos, MaxInfosJSON)
		d.infos.read(s, d.chain)
		if err := s.end(); err != nil {
			return nil, fmt.Errorf("results of a block's transactions as JSON: %w", err)
		}
	}
	return d.assemble(infos != nil)
}

// A Missing counts what was not to be known.
type Missing struct {
	Results  uint64 // transactions whose results are not held: their logs, among others
	Status   uint64 // calls of contracts that moved value and may have failed
	Internal uint64 // calls of contracts whose internal transfers are not held
	Staking  uint64 // calls of contracts that may have claimed rewards or delegated
	Fees     uint64 // fees that are not known
	Rewards  uint64 // claims of rewards whose amount is not known
	Tokens   uint64 // movements of tokens in a form that is not understood, or of which only one side is said
	Shielded uint64 // shielded transfers
	Orders   uint64 // orders of the chain's own order book, given or withdrawn
	Unknown  uint64 // transactions of a kind that is not known
}

// Add adds n to m.
func (m *Missing) Add(n Missing) {
	m.Results += n.Results
	m.Status += n.Status
	m.Internal += n.Internal
	m.Staking += n.Staking
	m.Fees += n.Fees
	m.Rewards += n.Rewards
	m.Tokens += n.Tokens
	m.Shielded += n.Shielded
	m.Orders += n.Orders
	m.Unknown += n.Unknown
}

// Gaps states what is missing in blocks of a chain; nothing for what is not.
func (m Missing) Gaps(chain clew.Chain, blocks clew.Window) []clew.Gap {
	var gaps []clew.Gap
	for _, g := range []struct {
		count uint64
		kind  clew.GapKind
		note  string
	}{
		{m.Results, clew.GapTokens, "the node's results of transactions, which hold the logs, were not read"},
		{m.Status, clew.GapStatus, "calls of contracts whose success is not stated"},
		{m.Internal, clew.GapTraces, "the node does not keep internal transfers (vm.saveInternalTx)"},
		{m.Staking, clew.GapTraces, "the node does not keep what contracts stake and claim (vm.saveFeaturedInternalTx)"},
		{m.Fees, clew.GapFees, ""},
		{m.Rewards, clew.GapPartial, "claimed rewards of unknown amount"},
		{m.Tokens, clew.GapTokens, "in a form that is not understood, or one side of a trade"},
		{m.Shielded, clew.GapPartial, "shielded transfers"},
		{m.Orders, clew.GapPartial, "the chain's own order book"},
		{m.Unknown, clew.GapPartial, "transactions of a kind that is not known"},
	} {
		if g.count > 0 {
			gaps = append(gaps, clew.Gap{Kind: g.kind, Chain: chain, Window: blocks, Count: g.count, Note: g.note})
		}
	}
	return gaps
}
