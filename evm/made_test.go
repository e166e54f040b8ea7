package evm

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"

	"clew"
	"clew/internal/rlp"
)

// The plain forms of what a node answers: what encoding/json reads of the same
// fields, and what made-up answers are written from.
type (
	plainBlock struct {
		Number          string       `json:"number"`
		Hash            string       `json:"hash"`
		ParentHash      string       `json:"parentHash"`
		Sha3Uncles      string       `json:"sha3Uncles"`
		Miner           string       `json:"miner"`
		StateRoot       string       `json:"stateRoot"`
		TxRoot          string       `json:"transactionsRoot"`
		ReceiptsRoot    string       `json:"receiptsRoot"`
		LogsBloom       string       `json:"logsBloom"`
		Difficulty      string       `json:"difficulty"`
		GasLimit        string       `json:"gasLimit"`
		GasUsed         string       `json:"gasUsed"`
		Timestamp       string       `json:"timestamp"`
		ExtraData       string       `json:"extraData"`
		MixHash         string       `json:"mixHash"`
		Nonce           string       `json:"nonce"`
		BaseFee         string       `json:"baseFeePerGas"`
		WithdrawalsRoot string       `json:"withdrawalsRoot"`
		Txs             []plainTx    `json:"transactions"`
		Withdrawals     []plainDrawn `json:"withdrawals"`
	}
	plainDrawn struct {
		Index   string `json:"index"`
		Address string `json:"address"`
		Amount  string `json:"amount"`
	}
	plainTx struct {
		BlockHash   string  `json:"blockHash"`
		BlockNumber string  `json:"blockNumber"`
		From        string  `json:"from"`
		Gas         string  `json:"gas"`
		GasPrice    string  `json:"gasPrice"`
		Hash        string  `json:"hash"`
		Input       string  `json:"input"`
		Nonce       string  `json:"nonce"`
		To          *string `json:"to"`
		Index       string  `json:"transactionIndex"`
		Value       string  `json:"value"`
		Type        string  `json:"type"`
		R           string  `json:"r"`
		S           string  `json:"s"`
	}
	plainReceipt struct {
		BlockHash string     `json:"blockHash"`
		Contract  *string    `json:"contractAddress"`
		Price     string     `json:"effectiveGasPrice"`
		GasUsed   string     `json:"gasUsed"`
		From      string     `json:"from"`
		To        *string    `json:"to"`
		Logs      []plainLog `json:"logs"`
		LogsBloom string     `json:"logsBloom"`
		Status    string     `json:"status"`
		TxHash    string     `json:"transactionHash"`
		Index     string     `json:"transactionIndex"`
	}
	plainLog struct {
		Address   string   `json:"address"`
		Topics    []string `json:"topics"`
		Data      string   `json:"data"`
		Number    string   `json:"blockNumber"`
		TxHash    string   `json:"transactionHash"`
		Index     string   `json:"transactionIndex"`
		BlockHash string   `json:"blockHash"`
		LogIndex  string   `json:"logIndex"`
		Removed   bool     `json:"removed"`
	}
	plainTrace struct {
		TxHash string    `json:"txHash,omitempty"`
		Result plainCall `json:"result"`
	}
	plainCall struct {
		From    string      `json:"from"`
		Gas     string      `json:"gas"`
		GasUsed string      `json:"gasUsed"`
		To      string      `json:"to,omitempty"`
		Input   string      `json:"input"`
		Output  string      `json:"output,omitempty"`
		Error   string      `json:"error,omitempty"`
		Calls   []plainCall `json:"calls,omitempty"`
		Value   string      `json:"value,omitempty"`
		Type    string      `json:"type"`
	}
	plainFlat struct {
		Action    map[string]string `json:"action"`
		BlockHash string            `json:"blockHash"`
		Number    uint64            `json:"blockNumber"`
		Error     string            `json:"error,omitempty"`
		Result    map[string]string `json:"result"`
		Place     []int             `json:"traceAddress"`
		TxHash    *string           `json:"transactionHash"`
		Index     *int              `json:"transactionPosition"`
		Type      string            `json:"type"`
	}
)

// made is a whole made-up block as a node would answer for it.
type made struct {
	block    plainBlock
	receipts []plainReceipt
	traces   []plainTrace
	flat     []plainFlat
}

// A maker makes blocks up, the same for the same seed.
type maker struct {
	*rand.Rand
	parent string
	height uint64
	logs   int // so far in the block
}

func newMaker(seed uint64) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 7)), parent: "0x" + strings.Repeat("0", 64), height: 20_000_000}
}

func (m *maker) hex(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return "0x" + hex.EncodeToString(b)
}

func quantity[T int | uint64](n T) string { return fmt.Sprintf("0x%x", n) }

// party returns one of a few addresses, so that they meet.
func (m *maker) party() string { return fmt.Sprintf("0x%040x", 0xa0000+m.IntN(40)) }

func (m *maker) value() string {
	if m.IntN(3) > 0 {
		return "0x0"
	}
	return quantity(m.Uint64() >> 8)
}

// next makes the next block, with so many transactions.
func (m *maker) next(txs int) *made {
	b := &made{receipts: []plainReceipt{}, traces: []plainTrace{}, flat: []plainFlat{}}
	m.logs = 0
	b.block = plainBlock{
		Number: quantity(m.height), ParentHash: m.parent, Sha3Uncles: m.hex(32), Miner: m.party(), StateRoot: m.hex(32), TxRoot: m.hex(32),
		ReceiptsRoot: m.hex(32), LogsBloom: m.hex(256), Difficulty: "0x0", GasLimit: "0x1c9c380", GasUsed: "0xe4e1c0", Timestamp: quantity(1_700_000_000 + 12*m.height),
		ExtraData: m.hex(m.IntN(30)), MixHash: m.hex(32), Nonce: "0x0000000000000000", BaseFee: quantity(m.Uint64N(1 << 36)), WithdrawalsRoot: m.hex(32),
		Txs: []plainTx{}, Withdrawals: []plainDrawn{{"0x1", m.party(), quantity(m.Uint64N(1 << 30))}, {"0x2", m.party(), quantity(m.Uint64N(1 << 30))}},
	}
	b.block.Hash = b.block.plainHash()
	for i := range txs {
		m.tx(b, i)
	}
	m.parent = b.block.Hash
	m.height++
	return b
}

// plainHash hashes a header by the book, apart from the code under test.
func (b *plainBlock) plainHash() string {
	var body []byte
	for _, field := range []struct {
		text   string
		number bool
	}{
		{b.ParentHash, false}, {b.Sha3Uncles, false}, {b.Miner, false}, {b.StateRoot, false}, {b.TxRoot, false}, {b.ReceiptsRoot, false}, {b.LogsBloom, false},
		{b.Difficulty, true}, {b.Number, true}, {b.GasLimit, true}, {b.GasUsed, true}, {b.Timestamp, true}, {b.ExtraData, false}, {b.MixHash, false}, {b.Nonce, false},
		{b.BaseFee, true}, {b.WithdrawalsRoot, false},
	} {
		raw, _ := hex.DecodeString(field.text[2:])
		if field.number {
			n, _ := new(big.Int).SetString(field.text[2:], 16)
			raw = n.Bytes()
		}
		body = append(body, plainItem(raw)...)
	}
	sum := rlp.Keccak(append([]byte{0xf9, byte(len(body) >> 8), byte(len(body))}, body...))
	return "0x" + hex.EncodeToString(sum[:])
}

func plainItem(raw []byte) []byte {
	switch n := len(raw); {
	case n == 1 && raw[0] < 128:
		return raw
	case n < 56:
		return append([]byte{byte(128 + n)}, raw...)
	case n < 256:
		return append([]byte{184, byte(n)}, raw...)
	default:
		return append([]byte{185, byte(n >> 8), byte(n)}, raw...)
	}
}

func (m *maker) tx(b *made, i int) {
	from, to, value := m.party(), m.party(), m.value()
	t := plainTx{BlockHash: b.block.Hash, BlockNumber: b.block.Number, From: from, Gas: "0x5208", Hash: m.hex(32), Input: m.hex(4 + 32*m.IntN(12)), Nonce: quantity(m.IntN(900)),
		To: &to, Index: quantity(i), Value: value, Type: "0x2", R: m.hex(32), S: m.hex(32)}
	base, _ := new(big.Int).SetString(b.block.BaseFee[2:], 16)
	t.GasPrice = fmt.Sprintf("0x%x", base.Add(base, big.NewInt(int64(m.IntN(1<<30)))))
	failed := m.IntN(20) == 0
	r := plainReceipt{BlockHash: t.BlockHash, Price: t.GasPrice, GasUsed: quantity(21000 + m.IntN(1<<20)), From: from, To: &to, Logs: []plainLog{}, LogsBloom: m.hex(256),
		Status: "0x1", TxHash: t.Hash, Index: t.Index}
	call := plainCall{From: from, Gas: "0x5208", GasUsed: "0x5208", To: to, Input: t.Input, Value: value, Type: "CALL"}
	if failed {
		r.Status, call.Error = "0x0", "execution reverted"
	}
	for range m.IntN(4) {
		call.Calls = append(call.Calls, m.call(to, 0))
	}
	for n := m.IntN(5); n > 0 && !failed; n-- {
		r.Logs = append(r.Logs, m.log(b, &t))
	}
	b.block.Txs = append(b.block.Txs, t)
	b.receipts = append(b.receipts, r)
	b.traces = append(b.traces, plainTrace{t.Hash, call})
	m.flatten(b, &call, i, []int{})
}

func (m *maker) call(from string, depth int) plainCall {
	c := plainCall{From: from, Gas: "0x10000", GasUsed: "0x6000", To: m.party(), Input: m.hex(4 + 32*m.IntN(10)), Output: m.hex(32 * m.IntN(5)), Value: m.value(), Type: "CALL"}
	switch m.IntN(12) {
	case 0:
		c.Type = "CREATE2"
	case 1:
		c.Type, c.Input, c.Output = "SELFDESTRUCT", "0x", ""
		return c
	case 2, 3:
		c.Type = "DELEGATECALL"
	case 4, 5:
		c.Type, c.Value = "STATICCALL", ""
	case 6:
		c.Error = "out of gas"
	}
	for n := m.IntN(4); n > 0 && depth < 6; n-- {
		c.Calls = append(c.Calls, m.call(c.To, depth+1))
	}
	return c
}

func (m *maker) log(b *made, t *plainTx) plainLog {
	l := plainLog{Address: m.party(), Number: t.BlockNumber, TxHash: t.Hash, Index: t.Index, BlockHash: t.BlockHash, LogIndex: quantity(m.logs), Data: m.hex(32)}
	m.logs++
	holder := func() string { return "0x" + strings.Repeat("0", 24) + m.party()[2:] }
	switch m.IntN(5) {
	case 0, 1, 2:
		l.Topics = []string{clew.TxID(transferTopic).String(), holder(), holder()}
	case 3:
		l.Topics, l.Data = []string{clew.TxID(transferTopic).String(), holder(), holder(), m.hex(32)}, "0x"
	default:
		l.Topics, l.Data = []string{m.hex(32)}, m.hex(32*m.IntN(8))
	}
	return l
}

// flatten says in trace_block's words what a call says.
func (m *maker) flatten(b *made, c *plainCall, index int, place []int) {
	f := plainFlat{BlockHash: b.block.Hash, Number: m.height, Error: c.Error, Place: place, TxHash: &b.block.Txs[index].Hash, Index: &index}
	switch c.Type {
	case "CREATE2":
		f.Type, f.Action, f.Result = "create", map[string]string{"from": c.From, "value": c.Value, "init": c.Input}, map[string]string{"address": c.To, "code": c.Output}
	case "SELFDESTRUCT":
		f.Type = []string{"suicide", "selfdestruct"}[len(place)%2] // OpenEthereum's word and that of others
		f.Action = map[string]string{"address": c.From, "refundAddress": c.To, "balance": c.Value}
	default:
		value := c.Value
		if value == "" {
			value = "0x0"
		}
		f.Type, f.Action = "call", map[string]string{"from": c.From, "to": c.To, "value": value, "callType": strings.ToLower(c.Type), "input": c.Input}
		f.Result = map[string]string{"gasUsed": c.GasUsed, "output": c.Output}
	}
	b.flat = append(b.flat, f)
	for i := range c.Calls {
		m.flatten(b, &c.Calls[i], index, append(append([]int{}, place...), i))
	}
}

func jsonOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// read reads all answers for b.
func (b *made) read(chain clew.Chain, into *Block, flat bool) error {
	err := ReadBlock(chain, jsonOf(b.block), into)
	if err == nil {
		err = ReadReceipts(chain, jsonOf(b.receipts), into)
	}
	switch {
	case err != nil:
		return err
	case flat:
		return ReadBlockTraces(chain, jsonOf(b.flat), into)
	}
	return ReadCallTraces(chain, jsonOf(b.traces), into)
}

func bigOf(text string) *big.Int {
	n, _ := new(big.Int).SetString(strings.TrimPrefix(text, "0x"), 16)
	if n == nil {
		n = new(big.Int)
	}
	return n
}

// plainTransfers says what b moves, one a line, without the code under test.
func (b *made) plainTransfers() (lines []string) {
	add := func(index, class any, ordinal any, what, from, to string, amount *big.Int) {
		lines = append(lines, line(index, class, ordinal, what, from, to, amount))
	}
	base := bigOf(b.block.BaseFee)
	for i := range b.block.Txs {
		r := &b.receipts[i]
		ordinal, made, after := 0, []string{}, map[string]*big.Int{}
		b.traces[i].Result.walk(func(c *plainCall) {
			value, to := bigOf(c.Value), c.To
			if c.Type == "CREATE2" && !slices.Contains(made, c.To) {
				made = append(made, c.To)
			}
			if c.Type == "SELFDESTRUCT" && slices.Contains(made, c.From) {
				if after[c.From] = new(big.Int); c.To == c.From {
					to = "<nil>"
				}
			}
			if value.Sign() == 0 {
				return
			}
			add(i, "native", ordinal, "slip44", c.From, to, value)
			ordinal++
			if left := after[to]; left != nil {
				left.Add(left, value)
			}
			if left := after[c.From]; left != nil && left.Sub(left, value).Sign() < 0 {
				left.SetInt64(0) // what is made up need not add up
			}
		})
		for _, contract := range made {
			if left := after[contract]; left != nil && left.Sign() > 0 {
				add(i, "native", ordinal, "slip44", contract, "<nil>", left)
				ordinal++
			}
		}
		for _, l := range r.Logs {
			if l.Topics[0] != clew.TxID(transferTopic).String() {
				continue
			}
			what, amount := "erc20", bigOf(l.Data)
			if len(l.Topics) == 4 {
				what, amount = "erc721#"+bigOf(l.Topics[3]).String(), big.NewInt(1)
			}
			add(i, "log", bigOf(l.LogIndex), what, "0x"+l.Topics[1][26:], "0x"+l.Topics[2][26:], amount)
		}
		gas := bigOf(r.GasUsed)
		tip := new(big.Int).Sub(bigOf(r.Price), base)
		if base.Sign() > 0 {
			add(i, "fee", 0, "slip44", r.From, "<nil>", new(big.Int).Mul(gas, base))
		}
		if tip.Sign() > 0 {
			add(i, "fee", 1, "slip44", r.From, b.block.Miner, tip.Mul(tip, gas))
		}
	}
	for i, w := range b.block.Withdrawals {
		if amount := bigOf(w.Amount); amount.Sign() > 0 {
			add(uint32(blockIndex), "block", i, "slip44", "<nil>", w.Address, amount.Mul(amount, big.NewInt(1e9)))
		}
	}
	return lines
}

// walk visits calls that were not reverted and move value, depth first.
func (c *plainCall) walk(visit func(*plainCall)) {
	if c.Error != "" {
		return
	}
	if c.Type == "CALL" || c.Type == "CREATE2" || c.Type == "SELFDESTRUCT" {
		visit(c)
	}
	for i := range c.Calls {
		c.Calls[i].walk(visit)
	}
}
