// Package evm turns what is recorded of an EVM chain's blocks (transactions,
// receipts, logs, call frames, rewards, withdrawals) into transfers, and asks
// nodes for it.
//
// A [Block] is filled by package ingest from files, and by the Read functions
// from what a node answers; a [Decoder] says what it moves. A [Node] does all of
// that over a [Caller]: this package opens no connection. What a source does not
// say stays unknown and is counted; it is never guessed.
package evm

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// A Status says whether a transaction had an effect.
type Status uint8

// The statuses.
const (
	StatusUnknown Status = iota // no receipt, or one from before receipts held it
	Succeeded
	Failed // moves nothing, but pays its fee
)

// A Tx is a transaction with what its receipt adds.
type Tx struct {
	ID       clew.TxID
	Index    uint32
	From, To clew.Address // To is nobody for a contract's creation
	Created  clew.Address // the contract created, where the source says it
	Nonce    uint64       // of From, which tells the contract created; see HasNonce
	HasNonce bool
	Value    clew.Amount
	Rounded  bool // the source rounded Value
	Status   Status
	Text     string // its input, where that is text and no call; see [PaymentText]

	// What it paid: HasGas says that used gas and its price are both known.
	HasGas   bool
	GasUsed  uint64
	GasPrice clew.Amount // paid per unit of gas
	BlobFee  clew.Amount // burnt for blobs
	LayerFee clew.Amount // paid for the chain below, as rollups charge
	OtherFee bool        // it pays a further fee, which the source does not state as an amount

	Minted clew.Amount // made for From by a deposit from the chain below, even if the transaction fails
}

// A FrameKind says what a call frame does with its value.
type FrameKind uint8

// The kinds of frame.
const (
	Idle      FrameKind = iota // static and delegate calls and their like: they move nothing
	Call                       // pays whom it calls
	Create                     // pays the contract it creates
	Destroy                    // pays what a destroyed contract held; burns it if that is also who is paid, and ends
	BlockGain                  // a reward, or the first balances: not of a transaction
)

// A Frame is one call of a transaction's execution.
type Frame struct {
	Tx      clew.TxID
	Index   uint32 // of the transaction
	Kind    FrameKind
	Path    []uint32 // place in the tree of calls; empty for the first
	Failed  bool     // reverted itself; whatever it called is then reverted too
	From    clew.Address
	To      clew.Address
	Value   clew.Amount
	Rounded bool
}

// A Credit is value that a block gives outside all transactions, such as a
// validator's withdrawal.
type Credit struct {
	To     clew.Address
	Amount clew.Amount
}

// A Token is one movement of a token as a source that has decoded logs itself
// gives it.
type Token struct {
	Tx       clew.TxID
	Index    uint32 // of the transaction
	Log      uint32 // index of the log in its block
	Asset    clew.Asset
	From, To clew.Address
	Amount   clew.Amount
	Item     *clew.Amount // of a non-fungible token
	Rounded  bool
}

// A Block is what is known of one height. Slices need no order.
type Block struct {
	Height  uint64
	Hash    clew.TxID // zero, and Parent: not known
	Parent  clew.TxID
	Proved  bool // the header hashes to Hash
	Mined   bool // by proof of work on Ethereum: a reward goes with it
	Time    clew.Time
	Miner   clew.Address // who is tipped; nobody: not known
	BaseFee clew.Amount  // burnt per unit of gas; 0 before there was one
	HasHead bool         // Miner and BaseFee are known

	Txs     []Tx
	Logs    []Log
	Tokens  []Token
	Frames  []Frame
	Credits []Credit

	proof proof    // how Proved came about
	data  []byte   // of logs
	paths []uint32 // of frames
}

// tx returns the transaction with an index, of those already in order; nil if
// it is not known.
func (b *Block) tx(index uint32) *Tx {
	i, found := slices.BinarySearchFunc(b.Txs, index, func(t Tx, index uint32) int { return cmp.Compare(t.Index, index) })
	if !found {
		return nil
	}
	return &b.Txs[i]
}

// sort puts transactions and frames in order, as nodes give them already.
func (b *Block) sort() {
	for i := 1; i < len(b.Txs); i++ {
		if b.Txs[i-1].Index > b.Txs[i].Index {
			slices.SortFunc(b.Txs, func(t, u Tx) int { return cmp.Compare(t.Index, u.Index) })
			break
		}
	}
	for i := 1; i < len(b.Frames); i++ {
		if compareFrames(&b.Frames[i-1], &b.Frames[i]) > 0 {
			slices.SortStableFunc(b.Frames, func(f, g Frame) int { return compareFrames(&f, &g) })
			break
		}
	}
}

// Reset empties b and keeps its memory.
func (b *Block) Reset() {
	*b = Block{
		Txs: b.Txs[:0], Logs: b.Logs[:0], Tokens: b.Tokens[:0], Frames: b.Frames[:0], Credits: b.Credits[:0],
		data: b.data[:0], paths: b.paths[:0],
	}
}

// A Missing counts what blocks did not say.
type Missing struct {
	Status uint64 // value moved by transactions that may have failed
	Frames uint64 // transactions whose call frames are not known, and frames that lack a party
	Fees   uint64 // fees that could not be stated
	Made   uint64 // value paid to created contracts whose addresses are not known
	Tokens uint64 // token movements in a form that is not understood
	Acts   uint64 // freezes and their like, memos and what bridges say, in a form that is not understood
	Time   uint64 // transfers without a time
}

// A Decoder turns blocks of one chain into transfers. It is not safe for
// concurrent use.
type Decoder struct {
	Chain  clew.Chain
	Traced bool // frames are given, so they and not transactions say what moved
	Missed Missing
	Unread map[clew.Asset]uint64 // of Missed.Tokens, how many are of which token; see [UnreadMax]

	native  clew.Asset
	wrapper clew.Address // see [Wrapper]
	mirror  clew.Address // see mirrors
	vaults  vaults
	tokens  tokenCache

	// Kept for their memory.
	out     collector
	later   []int // logs that make or destroy tokens
	acts    []clew.Act
	mortals []mortal
}

// NewDecoder returns a decoder for chain, which must be an EVM chain.
func NewDecoder(chain clew.Chain, traced bool) *Decoder {
	return &Decoder{
		Chain: chain, Traced: traced, Unread: map[clew.Asset]uint64{},
		native: clew.NativeAsset(chain), wrapper: Wrapper(chain), mirror: mirrorOf(chain), vaults: vaultsOf(chain), tokens: newTokenCache(chain),
	}
}

// Decode calls emit with the transfers of b in chain order. A transfer and its
// legs are valid during the call alone. Slices of b are put in order. It ends
// with emit's error, or with one that says which transfer cannot be.
func (d *Decoder) Decode(b *Block, emit func(*clew.Transfer) error) error {
	b.sort()
	out := &d.out
	out.block, out.slots, out.legs = b, out.slots[:0], out.legs[:0]
	d.acts = d.acts[:0]
	d.frames(b, out)
	d.transactions(b, out)
	d.logs(b, out)
	for i := range b.Tokens {
		t := &b.Tokens[i]
		out.add(t.Tx, t.Asset, clew.Pos{Index: t.Index, Class: clew.Log, Ordinal: t.Log}, t.From, t.To, t.Amount, t.Item, t.Rounded)
	}
	d.credits(b, out)
	return d.emit(b, out.slots, emit)
}

func (d *Decoder) emit(b *Block, slots []clew.Transfer, emit func(*clew.Transfer) error) error {
	byPos := func(t, u clew.Transfer) int { return t.Pos.Cmp(u.Pos) }
	if !slices.IsSortedFunc(slots, byPos) {
		slices.SortStableFunc(slots, byPos)
	}
	kept := slots[:0]
	for i := range slots {
		if n := len(kept); n > 0 && kept[n-1].Pos == slots[i].Pos {
			if !same(&kept[n-1], &slots[i]) {
				return fmt.Errorf("block %d: two transfers at %s", b.Height, slots[i].Pos)
			}
			continue // the source gives a row twice
		}
		if err := slots[i].Check(); err != nil {
			return err
		}
		kept = append(kept, slots[i])
	}
	for i := range kept {
		if !b.Time.Known() {
			d.Missed.Time++
		}
		if err := emit(&kept[i]); err != nil {
			return err
		}
	}
	return nil
}

func same(t, u *clew.Transfer) bool {
	items := t.Item == nil && u.Item == nil || t.Item != nil && u.Item != nil && *t.Item == *u.Item
	return items && t.Tx == u.Tx && t.Asset == u.Asset && t.From[0] == u.From[0] && t.To[0] == u.To[0]
}

// Token returns the asset that a contract of the given standard issues, as
// [clew.Token] does, but remembers it.
func (d *Decoder) Token(standard string, contract clew.Address) clew.Asset {
	return d.tokens.asset(standard, contract)
}

// A collector gathers a block's transfers.
type collector struct {
	block *Block
	slots []clew.Transfer
	legs  []clew.Leg // of slots; those of earlier slots stay where they are when it grows
}

func (c *collector) add(tx clew.TxID, asset clew.Asset, pos clew.Pos, from, to clew.Address, amount clew.Amount, item *clew.Amount, rounded bool) {
	pos.Height = c.block.Height
	n := len(c.legs)
	c.legs = append(c.legs, clew.Leg{Address: from, Amount: amount}, clew.Leg{Address: to, Amount: amount})
	c.slots = append(c.slots, clew.Transfer{
		Pos: pos, Time: c.block.Time, Tx: tx, Asset: asset, Item: item, Rounded: rounded,
		From: c.legs[n : n+1 : n+1], To: c.legs[n+1 : n+2 : n+2],
	})
}

// move adds a movement of the chain's own coin.
func (d *Decoder) move(out *collector, tx clew.TxID, pos clew.Pos, from, to clew.Address, amount clew.Amount, rounded bool) {
	out.add(tx, d.native, pos, from, to, amount, nil, rounded)
}
