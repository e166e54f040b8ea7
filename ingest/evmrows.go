package ingest

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"clew"
	"clew/evm"
)

// What is read of each row of the files of Ethereum ETL and cryo. The columns
// beside each list are those that stand for it, the best first.

type blockRow struct {
	height  uint64
	time    clew.Time
	miner   clew.Address
	baseFee clew.Amount
	count   uint64 // of transactions
	counted bool
	credits []evm.Credit
}

var blockColumns = [][]string{
	{"number", "block_number"}, {"timestamp"}, {"miner", "author"}, {"base_fee_per_gas"}, {"transaction_count"}, {"withdrawals"},
}

func decodeBlock(r *row, chain clew.Chain, b *blockRow) {
	*b = blockRow{height: r.height(0), time: r.time(1, ""), miner: r.address(2, chain), count: r.number(4), counted: r.has(4)}
	b.baseFee, _ = r.amount(3)
	if r.has(5) {
		b.credits = r.withdrawals(5, chain)
	}
}

// weiPerGwei is what a withdrawal's amount counts.
const weiPerGwei = 1_000_000_000

// withdrawals reads a list of JSON objects, with or without brackets around it.
func (r *row) withdrawals(c int, chain clew.Chain) []evm.Credit {
	text := r.text(c)
	if !strings.HasPrefix(text, "[") {
		text = "[" + text + "]"
	}
	var list []struct {
		Address string      `json:"address"`
		Amount  json.Number `json:"amount"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		r.fail(c, "a list of withdrawals in JSON")
		return nil
	}
	credits := make([]evm.Credit, 0, len(list))
	for _, w := range list {
		to, err := clew.ParseAddress(w.Address, chain)
		gwei, amountErr := strconv.ParseUint(w.Amount.String(), 10, 64)
		if err != nil || amountErr != nil {
			r.fail(c, "an address and an amount in each withdrawal")
			return nil
		}
		amount, _ := clew.Units(gwei).MulDiv(clew.Units(weiPerGwei), clew.Units(1))
		credits = append(credits, evm.Credit{To: to, Amount: amount})
	}
	return credits
}

// height reads a block's number, which must be there.
func (r *row) height(c int) uint64 {
	if !r.has(c) {
		r.fail(c, "a block's number")
	}
	n := r.number(c)
	if n >= math.MaxInt64 {
		r.fail(c, "a block's number below 2^63")
		return 0
	}
	return n
}

// wanted reads an address that must be there.
func (r *row) wanted(c int, chain clew.Chain) clew.Address {
	if !r.has(c) {
		r.fail(c, "an address")
	}
	return r.address(c, chain)
}

type txRow struct {
	height  uint64
	time    clew.Time
	indexed bool // the row says its transaction's index
	tx      evm.Tx
}

var txColumns = [][]string{
	{"block_number"}, {"hash", "transaction_hash"}, {"transaction_index"}, {"from_address"}, {"to_address"},
	{"value_string", "value_binary", "value", "value_f64"}, {"block_timestamp", "timestamp"},
	{"receipt_status", "success"}, {"receipt_gas_used", "gas_used"}, {"receipt_effective_gas_price", "gas_price"},
	{"receipt_contract_address"}, {"receipt_l1_fee"}, {"receipt_blob_gas_used"}, {"receipt_blob_gas_price"}, {"nonce"},
}

func decodeTx(r *row, chain clew.Chain, t *txRow) {
	*t = txRow{height: r.height(0), time: r.time(6, ""), indexed: r.has(2)}
	t.tx = evm.Tx{ID: r.id(1), Index: r.small(2), From: r.wanted(3, chain), To: r.address(4, chain), Created: r.address(10, chain)}
	t.tx.Value, t.tx.Rounded = r.amount(5)
	t.tx.Status = r.status(7)
	t.tx.GasUsed, t.tx.HasGas = r.number(8), r.has(8) && r.has(9)
	t.tx.GasPrice, _ = r.amount(9)
	t.tx.LayerFee, _ = r.amount(11)
	t.tx.BlobFee = r.product(12, 13)
	t.tx.Nonce, t.tx.HasNonce = r.number(14), r.has(14)
}

func (r *row) status(c int) evm.Status {
	value, known := r.flag(c)
	switch {
	case !known:
		return evm.StatusUnknown
	case value:
		return evm.Succeeded
	}
	return evm.Failed
}

func (r *row) product(a, b int) clew.Amount {
	price, _ := r.amount(b)
	product, fits := price.MulDiv(clew.Units(r.number(a)), clew.Units(1))
	if !fits {
		r.fail(b, "a price that gas can be paid with")
	}
	return product
}

type receiptRow struct {
	height  uint64
	id      clew.TxID
	indexed bool   // the row says its transaction's index
	tx      evm.Tx // what a receipt adds
}

var receiptColumns = [][]string{
	{"block_number"}, {"transaction_hash"}, {"status"}, {"gas_used"}, {"effective_gas_price"},
	{"contract_address"}, {"l1_fee"}, {"blob_gas_used"}, {"blob_gas_price"}, {"transaction_index"},
}

func decodeReceipt(r *row, chain clew.Chain, t *receiptRow) {
	*t = receiptRow{height: r.height(0), id: r.id(1), indexed: r.has(9)}
	t.tx = evm.Tx{Index: r.small(9), Status: r.status(2), GasUsed: r.number(3), HasGas: r.has(3), Created: r.address(5, chain)}
	t.tx.GasPrice, _ = r.amount(4)
	t.tx.LayerFee, _ = r.amount(6)
	t.tx.BlobFee = r.product(7, 8)
}

type logRow struct {
	height  uint64
	time    clew.Time
	indexed bool // the row says its transaction's index
	log     evm.Log
}

var logColumns = [][]string{
	{"block_number"}, {"transaction_hash"}, {"transaction_index"}, {"log_index"}, {"address", "contract_address"}, {"data"},
	{"topics"}, {"topic0"}, {"topic1"}, {"topic2"}, {"topic3"}, {"block_timestamp"},
}

// decodeLog reads a log; those that say nothing that is read have a count of 0.
func decodeLog(r *row, chain clew.Chain, l *logRow) {
	*l = logRow{height: r.height(0), time: r.time(11, ""), indexed: r.has(2)}
	l.log.Count = r.topics(&l.log.Topics)
	if l.log.Count == 0 || !evm.Wanted(l.log.Topics[0]) {
		l.log.Count = 0
		return
	}
	l.log.Tx, l.log.Index, l.log.Log = r.id(1), r.small(2), r.small(3)
	l.log.Contract = r.wanted(4, chain)
	l.log.Data = r.data(5, nil)
}

// topics reads a list in one column, or a column for each.
func (r *row) topics(into *[4]evm.Topic) uint8 {
	if !r.has(6) {
		n := uint8(0)
		for c := 7; c <= 10 && r.has(c); c++ {
			into[n] = evm.Topic(r.id(c))
			n++
		}
		return n
	}
	n := uint8(0)
	for text := range strings.SplitSeq(strings.Trim(r.text(6), "[]"), ",") {
		id, err := clew.ParseTxID(strings.Trim(text, `" `))
		if err != nil || n == 4 {
			r.fail(6, "at most four topics of 64 hexadecimal digits each")
			return 0
		}
		into[n] = evm.Topic(id)
		n++
	}
	return n
}

type tokenRow struct {
	height  uint64
	time    clew.Time
	indexed bool // the row says its transaction's index
	single  bool // of a non-fungible token
	token   evm.Token
	issuer  clew.Address
}

var tokenColumns = [][]string{
	{"block_number"}, {"transaction_hash"}, {"transaction_index"}, {"log_index"}, {"token_address", "erc20", "erc721"},
	{"from_address"}, {"to_address"}, {"value_string", "value_binary", "value", "value_f64"},
	{"token_id_string", "token_id_binary", "token_id"}, {"block_timestamp"},
}

func decodeToken(r *row, chain clew.Chain, t *tokenRow) {
	*t = tokenRow{height: r.height(0), time: r.time(9, ""), indexed: r.has(2), issuer: r.wanted(4, chain)}
	t.token = evm.Token{Tx: r.id(1), Index: r.small(2), Log: r.small(3), From: r.wanted(5, chain), To: r.wanted(6, chain)}
	if !r.has(8) {
		t.token.Amount, t.token.Rounded = r.amount(7)
		return
	}
	item, _ := r.amount(8)
	t.single, t.token.Amount, t.token.Item = true, clew.Units(1), &item
}

type frameRow struct {
	height  uint64
	time    clew.Time
	indexed bool // the row says its transaction's index, or is of none
	frame   evm.Frame
}

var frameColumns = [][]string{
	{"block_number"}, {"transaction_hash"}, {"transaction_index", "transaction_position"}, {"from_address", "action_from"},
	{"to_address", "action_to"}, {"value", "action_value"}, {"trace_type", "action_type"}, {"call_type", "action_call_type"},
	{"trace_address"}, {"error"}, {"status"}, {"result_address"}, {"block_timestamp"},
}

func decodeFrame(r *row, chain clew.Chain, f *frameRow) {
	*f = frameRow{height: r.height(0), time: r.time(12, ""), indexed: true}
	f.frame = evm.Frame{Tx: r.id(1), Index: r.small(2), From: r.address(3, chain), To: r.address(4, chain), Path: r.path(8)}
	f.frame.Kind = r.frameKind(6, 7)
	f.frame.Value, f.frame.Rounded = r.amount(5)
	value, known := r.flag(10)
	f.frame.Failed = r.has(9) || known && !value
	switch {
	case f.frame.Kind == evm.Create && f.frame.To.IsZero():
		f.frame.To = r.address(11, chain)
	case r.text(6) == "reward":
		if f.frame.To.IsZero() {
			f.frame.To = f.frame.From
		}
		f.frame.From = clew.Address{}
	case f.frame.Kind != evm.BlockGain && !r.has(2):
		if f.indexed = false; f.frame.Tx.IsZero() {
			r.keep(2, errNoTransaction)
		}
	}
}

var errNoTransaction = errors.New("want the transaction's hash or its index; the row has neither")

func (r *row) frameKind(typ, call int) evm.FrameKind {
	switch strings.ToLower(r.text(typ)) {
	case "call":
		if kind := strings.ToLower(r.text(call)); kind == "" || kind == "call" {
			return evm.Call
		}
	case "create", "create2":
		return evm.Create
	case "suicide", "selfdestruct":
		return evm.Destroy
	case "reward", "genesis", "daofork":
		return evm.BlockGain
	case "delegatecall", "staticcall", "callcode":
	default:
		r.fail(typ, "call, create, suicide, reward, genesis or daofork")
	}
	return evm.Idle
}

// path reads a place in the tree of calls: numbers parted by commas or
// underscores.
func (r *row) path(c int) []uint32 {
	text := strings.Trim(r.text(c), "[]")
	if text == "" {
		return nil
	}
	var path []uint32
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == '_' || c == ' ' }) {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			r.fail(c, "numbers parted by commas")
			return nil
		}
		path = append(path, uint32(n))
	}
	return path
}

var moveColumns = [][]string{
	{"block_number"}, {"transaction_hash"}, {"transaction_index"}, {"from_address"}, {"to_address"},
	{"value_string", "value_binary", "value", "value_f64"}, {"transfer_index"}, {"block_timestamp"},
}

// decodeMove reads cryo's native transfers: call frames of which only what
// they would move is given.
func decodeMove(r *row, chain clew.Chain, f *frameRow) {
	*f = frameRow{height: r.height(0), time: r.time(7, ""), indexed: true}
	f.frame = evm.Frame{Tx: r.id(1), Index: r.small(2), Kind: evm.Call, From: r.wanted(3, chain), Path: []uint32{r.small(6)}}
	f.frame.Value, f.frame.Rounded = r.amount(5)
	if r.has(4) && r.b.cols[4].kind == rawBytes && len(r.b.cols[4].bytes(r.i)) == 32 {
		f.frame.Failed = true // how cryo writes the recipient of a creation that failed
		return
	}
	f.frame.To = r.wanted(4, chain)
	if !r.has(2) {
		f.frame.Kind, f.frame.From = evm.BlockGain, clew.Address{}
	}
}
