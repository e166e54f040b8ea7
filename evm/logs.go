package evm

import (
	"clew"
	"clew/bridge"
	"clew/issuer"
	"clew/venue"
)

// A Topic is a log's topic: the hash of an event's signature, or a value.
type Topic [32]byte

// Signatures of the events that move tokens: Keccak-256 of the text beside.
var (
	transferTopic = Topic(word("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")) // Transfer(address,address,uint256)
	singleTopic   = Topic(word("c3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62")) // TransferSingle(address,address,address,uint256,uint256)
	batchTopic    = Topic(word("4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb")) // TransferBatch(address,address,address,uint256[],uint256[])
)

// word reads 64 hexadecimal digits.
func word(digits string) [32]byte {
	id, err := clew.ParseTxID(digits)
	if err != nil {
		panic("evm: " + err.Error()) // a constant above is wrong
	}
	return id
}

// A Log is an event that a contract recorded. Logs of failed transactions do
// not exist.
type Log struct {
	Tx       clew.TxID
	Index    uint32 // of the transaction
	Log      uint32 // index of the log in its block
	Contract clew.Address
	Topics   [4]Topic
	Count    uint8 // how many topics there are
	Data     []byte
}

// MovesTokens reports whether a log with this first topic may move tokens;
// others need not be kept for [Decoder.Decode].
func MovesTokens(first Topic) bool {
	return transfers(first) || changesSupply(first)
}

func transfers(first Topic) bool {
	return first == transferTopic || first == singleTopic || first == batchTopic
}

// Wanted reports whether a log with this first topic says anything that
// [Decoder.Decode] reads.
func Wanted(first Topic) bool {
	return MovesTokens(first) || issuer.Reads(first) || first == memoTopic || bridge.Reads(first) || venue.Reads(first)
}

// BatchMax is how many items of one batch are understood, and batchStep how
// far apart their ordinals are: the first item has the log's own, item i
// stands i steps on, after the transaction's other logs.
const (
	BatchMax  = 1 << 10
	batchStep = 1 << 20
)

// logs decodes ERC-20 and ERC-721 (three and four topics of one signature),
// ERC-1155, wrapped coins, what issuers do, what
// bridges say and as which venues log.
func (d *Decoder) logs(b *Block, out *collector) {
	d.later = d.later[:0]
	b.orderLogs()
	for i := range b.Logs {
		l := &b.Logs[i]
		if l.Count == 0 || l.Contract == d.mirror {
			continue
		}
		if transfers(l.Topics[0]) { // most are: they are looked up in no table
			if !d.log(l, out) {
				d.Missed.Tokens++
				d.notRead(l)
			}
		} else if issuer.Reads(l.Topics[0]) {
			understood := d.act(b, l)
			if issuer.Destroys(l.Topics[0]) { // a movement too, which no other log records
				d.later = append(d.later, i)
			} else if !understood {
				d.Missed.Acts++
			}
		} else if l.Topics[0] == memoTopic {
			if !d.memo(b, l) {
				d.Missed.Acts++
			}
		} else if bridge.Reads(l.Topics[0]) {
			if bridge.Acts(l.Topics[0]) && !d.bridge(b, i) {
				d.Missed.Acts++
			}
		} else if venue.Reads(l.Topics[0]) {
			d.venue(b, l)
		} else if changesSupply(l.Topics[0]) {
			d.later = append(d.later, i)
		}
	}
	d.orderActs()
	d.supply(b, out)
}

// UnreadMax is how many tokens [Decoder.Unread] names at most.
const UnreadMax = 256

// notRead counts a movement of a token whose form is not understood.
func (d *Decoder) notRead(l *Log) {
	standard := "erc20"
	switch {
	case l.Topics[0] == singleTopic || l.Topics[0] == batchTopic:
		standard = "erc1155"
	case l.Topics[0] == transferTopic && l.Count == 4:
		standard = "erc721"
	}
	asset := d.tokens.asset(standard, l.Contract)
	if _, named := d.Unread[asset]; named || len(d.Unread) < UnreadMax {
		d.Unread[asset]++
	}
}

// log reports false for a movement in a form that is not understood.
func (d *Decoder) log(l *Log, out *collector) bool {
	switch {
	case l.Topics[0] == transferTopic:
		return d.transfer(l, out)
	case l.Topics[0] == singleTopic:
		return d.single(l, out)
	case l.Topics[0] == batchTopic:
		return d.batch(l, out)
	}
	return true
}

func (l *Log) pos() clew.Pos { return clew.Pos{Index: l.Index, Class: clew.Log, Ordinal: l.Log} }

func (d *Decoder) transfer(l *Log, out *collector) bool {
	from, okFrom := d.holder(l.Topics[1])
	to, okTo := d.holder(l.Topics[2])
	switch {
	case !okFrom || !okTo:
		return false
	case l.Count == 3 && len(l.Data) >= 32:
		amount, _ := clew.AmountBytes(l.Data[:32])
		out.add(l.Tx, d.tokens.asset("erc20", l.Contract), l.pos(), from, to, amount, nil, false)
		return true
	case l.Count == 4:
		item, _ := clew.AmountBytes(l.Topics[3][:])
		out.add(l.Tx, d.tokens.asset("erc721", l.Contract), l.pos(), from, to, clew.Units(1), &item, false)
		return true
	}
	return false
}

func (d *Decoder) single(l *Log, out *collector) bool {
	from, okFrom := d.holder(l.Topics[2])
	to, okTo := d.holder(l.Topics[3])
	if l.Count != 4 || !okFrom || !okTo || len(l.Data) < 64 {
		return false
	}
	item, _ := clew.AmountBytes(l.Data[:32])
	amount, _ := clew.AmountBytes(l.Data[32:64])
	out.add(l.Tx, d.tokens.asset("erc1155", l.Contract), l.pos(), from, to, amount, &item, false)
	return true
}

func (d *Decoder) batch(l *Log, out *collector) bool {
	from, okFrom := d.holder(l.Topics[2])
	to, okTo := d.holder(l.Topics[3])
	items, okItems := words(l.Data, 0)
	amounts, okAmounts := words(l.Data, 1)
	if l.Count != 4 || !okFrom || !okTo || !okItems || !okAmounts || len(items) != len(amounts) || len(items)/32 > BatchMax || l.Log >= batchStep {
		return false
	}
	asset := d.tokens.asset("erc1155", l.Contract)
	for i := 0; i < len(items); i += 32 {
		item, _ := clew.AmountBytes(items[i : i+32])
		amount, _ := clew.AmountBytes(amounts[i : i+32])
		pos := l.pos()
		pos.Ordinal += uint32(i/32) * batchStep
		out.add(l.Tx, asset, pos, from, to, amount, &item, false)
	}
	return true
}

// words returns the bytes of the i-th of several arrays of 32-byte words, as
// the ABI lays them out: an offset in the head, and there a length.
func words(data []byte, i int) ([]byte, bool) {
	offset, ok := abiInt(data, i*32)
	if !ok {
		return nil, false
	}
	count, ok := abiInt(data, offset)
	start := offset + 32
	if !ok || count > (len(data)-start)/32 {
		return nil, false
	}
	return data[start : start+count*32], true
}

// abiInt reads the word at offset as a number no greater than the data is long.
func abiInt(data []byte, offset int) (int, bool) {
	if offset < 0 || offset > len(data)-32 {
		return 0, false
	}
	amount, _ := clew.AmountBytes(data[offset : offset+32])
	n, ok := amount.Uint64()
	if !ok || n > uint64(len(data)) {
		return 0, false
	}
	return int(n), true
}

// holder reads a topic as an address; false if more than 20 bytes are set.
func (d *Decoder) holder(t Topic) (clew.Address, bool) {
	if [12]byte(t[:12]) != [12]byte{} {
		return clew.Address{}, false
	}
	return clew.EVMAddress(d.Chain, [20]byte(t[12:])), true
}

// A tokenCache remembers assets by contract: an asset's name holds a checksum
// that is dear to compute.
type tokenCache struct {
	chain  clew.Chain
	assets map[tokenKey]clew.Asset
}

type tokenKey struct {
	standard string
	contract clew.Address
}

const tokenCacheMax = 1 << 17

func newTokenCache(chain clew.Chain) tokenCache {
	return tokenCache{chain: chain, assets: map[tokenKey]clew.Asset{}}
}

func (c *tokenCache) asset(standard string, contract clew.Address) clew.Asset {
	key := tokenKey{standard, contract}
	asset, ok := c.assets[key]
	if !ok {
		if len(c.assets) >= tokenCacheMax {
			clear(c.assets)
		}
		asset = clew.Token(standard, contract)
		c.assets[key] = asset
	}
	return asset
}
