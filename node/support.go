package node

import (
	"clew"
	"clew/evm"
)

// A Note is what is known of reading a chain on one topic, and by which source.
// One without a source is of this product's own making, or was not checked.
type Note struct {
	Topic  string `json:"topic"`
	Says   string `json:"says"`
	Source string `json:"source,omitempty"`
}

// What some notes say: which topic is what is not read, and that nobody has looked
// into one.
const (
	NotRead    = "not read"
	NotChecked = evm.NotChecked
)

// Chains returns the chains that are read and known by name: Solana's of single
// addresses on demand, all others by following them too. Any other EVM chain
// can be followed by its number.
func Chains() []clew.Chain {
	var chains []clew.Chain
	for _, c := range clew.Chains() {
		if c.IsEVM() || c.IsBitcoin() || c.IsTron() || c.IsSolana() {
			chains = append(chains, c)
		}
	}
	return chains
}

// Support says what is read of a chain and what is not.
func Support(chain clew.Chain) []Note {
	switch {
	case chain.IsBitcoin():
		return bitcoinNotes
	case chain.IsTron():
		return tronNotes
	case chain.IsSolana():
		return solanaNotes
	case !chain.IsEVM():
		return nil
	}
	notes := []Note{
		{"asked by", "JSON-RPC over HTTP, WebSocket or a local socket: blocks, receipts or else logs, and debug_traceBlockByNumber or else trace_block", ""},
		{"read", "transfers of the coin from traces, else from transactions; ERC-20, ERC-721 and ERC-1155; wrapped coins; fees; freezes and pauses by issuers, and memos, of payments into routers of THORChain and Maya or written as the input of a payment, as acts", ""},
		{NotRead, "tokens whose balances change without an event; what the first block gives out; of histories from explorers of Etherscan's kind, memos outside of the address's own transactions, rewards of blocks, withdrawals of validators", ""},
	}
	for _, n := range evm.SupportOf(chain).Notes {
		notes = append(notes, Note{n.Topic, n.Says, n.Source})
	}
	return append(notes, demandNotes(chain)...)
}

// Unsettled returns how many blocks below a chain's last one a ledger should keep
// so that taking them back costs little: some more than what is not yet final by
// the chain's rules, or by custom. Deeper ones can be taken back too.
func Unsettled(chain clew.Chain) int {
	switch {
	case chain.IsBitcoin():
		return 24
	case chain.IsTron():
		return 32 // a block is solid after some 19
	}
	return max(128, int(evm.Settled(chain))) // at least four epochs of Ethereum's
}

var bitcoinNotes = []Note{
	{"on demand by esplora", "an explorer of its kind, memos too; blockstream.info, which is asked where none is named, is of bitcoin alone", ""},
	{"asked by", "JSON-RPC over HTTP: getblock with what inputs were worth (Bitcoin Core since version 23), else raw blocks, of which the ledger completes the inputs; or the folder of block files (blk*.dat, rev*.dat, xor.dat) that a node keeps, from the first block that it has not pruned", ""},
	{"read", "every transaction as one transfer with all its inputs and outputs, the fee, and what coinbases make; every script with an address in its own form, others by the script's hash; what data outputs (OP_RETURN) say, as memos, to 1,024 bytes each", ""},
	{NotRead, "layers above: Lightning, tokens written into scripts. Files do not say which of their blocks the node found invalid: the chain with the most work is read. Inputs whose outputs neither node nor ledger holds are unknown legs", ""},
	{"finality", "none by rule: six confirmations are told as final, a convention; reorganisations are taken back as deep as the ledger remembers", ""},
}

var tronNotes = []Note{
	{"on demand by trongrid", "TronGrid's API, by default api.trongrid.io: what an address sent and received, and of what it did without moving value permissions, stake, lent resources, opened accounts, approvals and memos; not what issuers did to it", ""},
	{"asked by", "a full node's HTTP API: blocks, and the results of their transactions. Or its JSON-RPC, by a URL that ends in /jsonrpc, which gives the logs alone: TRC-20, TRC-721 and freezes by issuers; the rest, memos too, is a gap", "developers.tron.network/reference-link/json-rpc-api-overview"},
	{"read", "TRX, TRC-10, TRC-20 and TRC-721; fees; rewards when they are claimed; freezes by issuers, stake, delegated resources, opened accounts, changed permissions and memos (the data of a transaction) as acts", ""},
	{NotRead, "shielded transfers and the chain's own order book, which are counted; stake that a contract leaves when it destroys itself", ""},
	{"traces", "internal transactions, if the node keeps them (vm.saveInternalTx) and --internal says so", ""},
	{"finality", "the node's last solid block, on which two thirds of the witnesses have built; reorganisations are taken back as deep as the ledger remembers", ""},
}

var solanaNotes = []Note{
	{"followed", "no: single addresses on demand only, so nothing is held of others", ""},
	{"asked by", "JSON-RPC over HTTP: getSignaturesForAddress and getTransaction, for the address and the token accounts that it owns now", "https://solana.com/docs/rpc/http/getsignaturesforaddress"},
	{"read", "transfers of SOL and of tokens of both token programs, at the owner of the token accounts; minted, burnt and wrapped value; fees; each transaction agrees with the balances that it records; delegates, owners and closers of token accounts, and wallets given to a program, as acts", ""},
	{NotRead, "who moved what where programs move value without an instruction that says so: such value is paired by asset and counted; token accounts that others than the owner closed; authorities of mints and of stake accounts; texts for the memo program; rewards of stake and of validators", ""},
	{"transactions", "named by the SHA-256 of their first signature, which is too long for a ledger's column; answers name them by the signature itself, if an answer that is kept has it", ""},
	{"order", "by slot and, since Agave 4.0, place in the block; from older nodes as they list an address's signatures", "https://github.com/anza-xyz/agave/pull/9683"},
	{"finality", "finalized slots alone", ""},
}
