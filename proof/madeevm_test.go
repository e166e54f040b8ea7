package proof

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"clew"
	"clew/evm"
	"clew/internal/rlp"
	"clew/proof/trie"
)

// devChain is what a development node of geth is, whose fees are Ethereum's.
const devChain clew.Chain = "eip155:1337"

// A madeBlock is a block that a test makes, as a node answers it in JSON: with
// every type of transaction, signed, and receipts that say what these did.
type madeBlock struct {
	txs, receipts []map[string]any
	raw           [][]byte // transactions by hand, as they should be hashed
	outcomes      [][]byte
	gas           uint64
	logs          int
	baseFee       uint64
	key           *secp256k1.PrivateKey
	sender        [20]byte
}

const madeHeight = 20_000_000

func newMadeBlock() *madeBlock {
	key := secp256k1.PrivKeyFromBytes(bytes.Repeat([]byte{7}, 32))
	sum := rlp.Keccak(key.PubKey().SerializeUncompressed()[1:])
	return &madeBlock{key: key, sender: [20]byte(sum[12:]), baseFee: 1_000_000_000}
}

func hexOf(b []byte) string       { return "0x" + hex.EncodeToString(b) }
func quantity(n uint64) string    { return fmt.Sprintf("0x%x", n) }
func filled(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

// byHand encodes bytes, numbers and lists of them.
func byHand(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return rlp.AppendString(nil, v)
	case uint64:
		return rlp.AppendString(nil, new(big.Int).SetUint64(v).Bytes())
	case *big.Int:
		return rlp.AppendString(nil, v.Bytes())
	case []any:
		var all []byte
		for _, one := range v {
			all = append(all, byHand(one)...)
		}
		return rlp.AppendList(nil, all)
	}
	panic("bytes, a number or a list")
}

func (m *madeBlock) sign(hash [32]byte) (r, s *big.Int, parity uint64) {
	compact := ecdsa.SignCompact(m.key, hash[:], false)
	return new(big.Int).SetBytes(compact[1:33]), new(big.Int).SetBytes(compact[33:]), uint64(compact[0] - 27)
}

// A madeTx is what a test wants of a transaction.
type madeTx struct {
	kind   int
	old    bool // signed for any chain
	to     []byte
	value  uint64
	fails  bool
	before bool // the receipt is of before receipts said whether it succeeded
	logs   []map[string]any
	gas    uint64 // used, of 100,000
}

const madeLimit = 100_000

// add signs a transaction and states its receipt.
func (m *madeBlock) add(x madeTx) {
	nonce := uint64(len(m.txs))
	tip, most := uint64(2_000_000_000), uint64(5_000_000_000)
	j := map[string]any{"type": quantity(uint64(x.kind)), "nonce": quantity(nonce), "gas": quantity(madeLimit), "value": quantity(x.value), "input": "0xab",
		"from": hexOf(m.sender[:]), "to": nil, "transactionIndex": quantity(nonce), "gasPrice": quantity(most)}
	if len(x.to) > 0 {
		j["to"] = hexOf(x.to)
	}
	call := []any{uint64(madeLimit), x.to, x.value, []byte{0xab}}
	access := []any{[]any{filled(9, 20), []any{filled(1, 32), filled(2, 32)}}}
	accessJSON := []any{map[string]any{"address": hexOf(filled(9, 20)), "storageKeys": []string{hexOf(filled(1, 32)), hexOf(filled(2, 32))}}}
	fields := []any{nonce, most}
	price := most
	if x.kind > 0 {
		j["chainId"], j["accessList"] = quantity(1337), accessJSON
		fields = []any{uint64(1337), nonce, most}
	}
	if x.kind > 1 {
		price = min(m.baseFee+tip, most)
		j["maxPriorityFeePerGas"], j["maxFeePerGas"], j["gasPrice"] = quantity(tip), quantity(most), quantity(price)
		fields = []any{uint64(1337), nonce, tip, most}
	}
	fields = append(fields, call...)
	if x.kind > 0 {
		fields = append(fields, access)
	}
	switch x.kind {
	case 3:
		j["maxFeePerBlobGas"], j["blobVersionedHashes"] = quantity(3), []string{hexOf(filled(1, 32))}
		fields = append(fields, uint64(3), []any{filled(1, 32)})
	case 4:
		j["authorizationList"] = []any{map[string]any{"chainId": "0x539", "address": hexOf(filled(6, 20)), "nonce": "0x0", "yParity": "0x1", "r": "0x11", "s": "0x12"}}
		fields = append(fields, []any{[]any{uint64(1337), filled(6, 20), uint64(0), uint64(1), uint64(0x11), uint64(0x12)}})
	}
	raw := m.signed(x, fields, j)
	id := rlp.Keccak(raw)
	j["hash"] = hexOf(id[:])
	m.txs, m.raw = append(m.txs, j), append(m.raw, raw)
	m.receipt(x, price, id)
}

// signed returns the transaction's bytes, and states its signature.
func (m *madeBlock) signed(x madeTx, fields []any, j map[string]any) []byte {
	signs := fields
	if x.kind == 0 && !x.old {
		signs = append(slices.Clone(fields), uint64(1337), uint64(0), uint64(0))
	}
	body := byHand(signs)
	if x.kind > 0 {
		body = append([]byte{byte(x.kind)}, body...)
	}
	r, s, parity := m.sign(rlp.Keccak(body))
	v := parity
	switch {
	case x.kind > 0:
		j["yParity"] = quantity(parity)
	case x.old:
		v += 27
	default:
		v += 35 + 2*1337
	}
	j["v"], j["r"], j["s"] = quantity(v), hexOf(r.Bytes()), hexOf(s.Bytes())
	raw := byHand(append(slices.Clone(fields), v, r, s))
	if x.kind > 0 {
		return append([]byte{byte(x.kind)}, raw...)
	}
	return raw
}

func (m *madeBlock) receipt(x madeTx, price uint64, id [32]byte) {
	m.gas += x.gas
	status := uint64(1)
	if x.fails {
		status = 0
	}
	j := map[string]any{"type": quantity(uint64(x.kind)), "transactionHash": hexOf(id[:]), "transactionIndex": quantity(uint64(len(m.receipts))),
		"cumulativeGasUsed": quantity(m.gas), "gasUsed": quantity(x.gas), "effectiveGasPrice": quantity(price), "logsBloom": hexOf(make([]byte, 256))}
	outcome := any(status)
	if x.before {
		outcome = filled(0x5a, 32)
		j["root"] = hexOf(filled(0x5a, 32))
	} else {
		j["status"] = quantity(status)
	}
	var logs []any
	listed := []map[string]any{}
	for _, l := range x.logs {
		var topics []any
		var texts []string
		for _, topic := range l["topics"].([][]byte) {
			topics, texts = append(topics, topic), append(texts, hexOf(topic))
		}
		logs = append(logs, []any{l["address"], topics, l["data"]})
		listed = append(listed, map[string]any{"address": hexOf(l["address"].([]byte)), "topics": texts, "data": hexOf(l["data"].([]byte)), "logIndex": quantity(uint64(m.logs))})
		m.logs++
	}
	j["logs"] = listed
	raw := byHand([]any{outcome, m.gas, make([]byte, 256), logs})
	if x.kind > 0 {
		raw = append([]byte{byte(x.kind)}, raw...)
	}
	m.receipts, m.outcomes = append(m.receipts, j), append(m.outcomes, raw)
}

// erc20 is a token's log of a movement.
func erc20(from, to byte, amount uint64) map[string]any {
	topic := rlp.Keccak([]byte("Transfer(address,address,uint256)"))
	word := func(b byte) []byte { return append(make([]byte, 12), filled(b, 20)...) }
	return map[string]any{"address": filled(0x70, 20), "topics": [][]byte{topic[:], word(from), word(to)}, "data": new(big.Int).SetUint64(amount).FillBytes(make([]byte, 32))}
}

// Parts answers as a node does.
func (m *madeBlock) Parts(_ context.Context, at uint64) (block, receipts []byte, err error) {
	if at != madeHeight {
		return nil, nil, clew.ErrNotFound
	}
	root := func(values [][]byte) string {
		var entries []trie.Entry
		for i, v := range values {
			entries = append(entries, trie.Entry{Key: byHand(uint64(i)), Value: v})
		}
		t, err := trie.Build(entries)
		if err != nil {
			panic(err)
		}
		sum := t.Root()
		return hexOf(sum[:])
	}
	header := map[string]any{"parentHash": hexOf(filled(1, 32)), "sha3Uncles": hexOf(filled(2, 32)), "miner": hexOf(filled(0x33, 20)), "stateRoot": hexOf(filled(4, 32)),
		"transactionsRoot": root(m.raw), "receiptsRoot": root(m.outcomes), "logsBloom": hexOf(make([]byte, 256)), "difficulty": "0x0", "number": quantity(madeHeight),
		"gasLimit": "0x1c9c380", "gasUsed": quantity(m.gas), "timestamp": "0x65000000", "extraData": "0x6d61646520696e20612074657374", "mixHash": hexOf(filled(5, 32)),
		"nonce": hexOf(make([]byte, 8)), "baseFeePerGas": quantity(m.baseFee)}
	hash, err := headerHash(header)
	if err != nil {
		return nil, nil, err
	}
	header["hash"], header["transactions"] = hash, m.txs
	if block, err = json.Marshal(header); err != nil {
		return nil, nil, err
	}
	receipts, err = json.Marshal(m.receipts)
	return block, receipts, err
}

func (m *madeBlock) HeightOf(_ context.Context, tx clew.TxID) (uint64, error) {
	for _, raw := range m.raw {
		if clew.TxID(rlp.Keccak(raw)) == tx {
			return madeHeight, nil
		}
	}
	return 0, clew.ErrNotFound
}

// headerHash hashes a header by hand, in the order of the Yellow Paper.
func headerHash(h map[string]any) (string, error) {
	var items []byte
	for _, name := range []string{"parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas"} {
		text := h[name].(string)[2:]
		if len(text)%2 == 1 {
			text = "0" + text
		}
		b, err := hex.DecodeString(text)
		if err != nil {
			return "", err
		}
		if slices.Contains([]string{"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"}, name) {
			b = new(big.Int).SetBytes(b).Bytes()
		}
		items = rlp.AppendString(items, b)
	}
	sum := rlp.Keccak(rlp.AppendList(nil, items))
	return hexOf(sum[:]), nil
}

// transfers are those of the block as the ledger gets them: from the JSON, by
// the chain's own reader, which knows nothing of proofs.
func (m *madeBlock) transfers(t testing.TB) []*clew.Transfer {
	t.Helper()
	block, receipts, err := m.Parts(context.Background(), madeHeight)
	if err != nil {
		t.Fatal(err)
	}
	return ledgerOf(t, devChain, block, receipts)
}

func ledgerOf(t testing.TB, chain clew.Chain, block, receipts []byte) (all []*clew.Transfer) {
	t.Helper()
	var b evm.Block
	if err := evm.ReadBlock(chain, block, &b); err != nil {
		t.Fatal(err)
	}
	if err := evm.ReadReceipts(chain, receipts, &b); err != nil {
		t.Fatal(err)
	}
	err := evm.NewDecoder(chain, false).Decode(&b, func(x *clew.Transfer) error {
		own := *x
		own.From, own.To = slices.Clone(x.From), slices.Clone(x.To)
		all = append(all, &own)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// everyType is a block with a transaction of every type and outcome, among so many
// that places take one byte and two.
func everyType() *madeBlock {
	m := newMadeBlock()
	friend := filled(0xf1, 20)
	m.add(madeTx{to: friend, value: 5_000, gas: 21_000})
	m.add(madeTx{old: true, value: 77, gas: 60_000}) // makes a contract
	m.add(madeTx{kind: 1, to: filled(0x70, 20), gas: 50_000, logs: []map[string]any{erc20(1, 2, 10), erc20(1, 2, 10), erc20(2, 3, 4)}})
	m.add(madeTx{kind: 2, to: friend, value: 900, gas: 30_000, logs: []map[string]any{erc20(3, 4, 8)}})
	m.add(madeTx{kind: 3, to: friend, value: 12, gas: 21_000})
	m.add(madeTx{kind: 4, to: friend, value: 13, gas: 40_000})
	m.add(madeTx{kind: 2, to: friend, value: 14, gas: madeLimit, fails: true})
	m.add(madeTx{to: friend, value: 15, gas: 21_000, before: true})
	m.add(madeTx{to: friend, value: 16, gas: madeLimit, before: true})
	for len(m.txs) < 140 {
		m.add(madeTx{kind: 2, to: friend, value: uint64(1000 + len(m.txs)), gas: 21_000, logs: []map[string]any{erc20(5, 6, uint64(len(m.txs)))}})
	}
	return m
}
