package tron

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/crypto/sha3"

	"clew"
)

// What follows makes up blocks in the shapes that java-tron's Tron.proto and
// HTTP API document. None of them is real: see vectors_test.go for those.

// A pmsg is a message whose fields are written both as java-tron's JSON and as
// protobuf. Values are int64, []byte, string, bool, an enum, a pmsg, or []pmsg.
type pmsg []pfield

type pfield struct {
	name   string
	number int
	value  any
}

type enum struct {
	number int64
	name   string
}

// wire writes m as protobuf, leaving out what is zero.
func (m pmsg) wire() []byte {
	var out []byte
	number := func(f int, n int64) {
		if n != 0 {
			out = binary.AppendUvarint(binary.AppendUvarint(out, uint64(f)<<3), uint64(n))
		}
	}
	text := func(f int, b []byte) {
		out = append(binary.AppendUvarint(binary.AppendUvarint(out, uint64(f)<<3|2), uint64(len(b))), b...)
	}
	for _, f := range m {
		switch v := f.value.(type) {
		case int64:
			number(f.number, v)
		case enum:
			number(f.number, v.number)
		case bool:
			if v {
				number(f.number, 1)
			}
		case []byte:
			if len(v) > 0 {
				text(f.number, v)
			}
		case string:
			if v != "" {
				text(f.number, []byte(v))
			}
		case pmsg:
			text(f.number, v.wire())
		case []pmsg:
			for _, each := range v {
				text(f.number, each.wire())
			}
		default:
			panic(fmt.Sprintf("%T", v))
		}
	}
	return out
}

// json writes m as java-tron does, leaving out what is zero.
func (m pmsg) json() string {
	var parts []string
	put := func(name, value string) { parts = append(parts, fmt.Sprintf("%q:%s", name, value)) }
	for _, f := range m {
		switch v := f.value.(type) {
		case int64:
			if v != 0 {
				put(f.name, fmt.Sprint(v))
			}
		case enum:
			if v.number != 0 {
				put(f.name, fmt.Sprintf("%q", v.name))
			}
		case bool:
			if v {
				put(f.name, "true")
			}
		case []byte:
			if len(v) > 0 {
				put(f.name, fmt.Sprintf(`"%x"`, v))
			}
		case string:
			if v != "" {
				text, _ := json.Marshal(v)
				put(f.name, string(text))
			}
		case pmsg:
			put(f.name, v.json())
		case []pmsg:
			var all []string
			for _, each := range v {
				all = append(all, each.json())
			}
			if len(all) > 0 {
				put(f.name, "["+strings.Join(all, ",")+"]")
			}
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// A madeTx is one transaction and its result.
type madeTx struct {
	kind   enum
	value  pmsg
	ret    string // contractRet; "" for none
	info   infoJSON
	memo   []byte
	number int64
	id     string
}

// The JSON of results, in java-tron's names.
type infoJSON struct {
	ID       string     `json:"id"`
	Fee      int64      `json:"fee,omitempty"`
	Height   int64      `json:"blockNumber,omitempty"`
	Time     int64      `json:"blockTimeStamp,omitempty"`
	Returns  []string   `json:"contractResult"`
	Contract string     `json:"contract_address,omitempty"`
	Receipt  receipt    `json:"receipt"`
	Log      []logJSON  `json:"log,omitempty"`
	Result   string     `json:"result,omitempty"`
	Message  string     `json:"resMessage,omitempty"`
	Asset    string     `json:"assetIssueID,omitempty"`
	Withdrew int64      `json:"withdraw_amount,omitempty"`
	Unfroze  int64      `json:"unfreeze_amount,omitempty"`
	Calls    []callJSON `json:"internal_transactions,omitempty"`
	Received int64      `json:"exchange_received_amount,omitempty"`
	Injected int64      `json:"exchange_inject_another_amount,omitempty"`
	Returned int64      `json:"exchange_withdraw_another_amount,omitempty"`
	Packing  int64      `json:"packingFee,omitempty"`
}

type receipt struct {
	Energy int64  `json:"energy_usage_total,omitempty"`
	Net    int64  `json:"net_usage,omitempty"`
	Result string `json:"result,omitempty"`
}

type logJSON struct {
	Address string   `json:"address"`
	Topics  []string `json:"topics"`
	Data    string   `json:"data,omitempty"`
}

type callJSON struct {
	Hash     string    `json:"hash"`
	From     string    `json:"caller_address"`
	To       string    `json:"transferTo_address,omitempty"`
	Values   []sumJSON `json:"callValueInfo"`
	Note     string    `json:"note"`
	Rejected bool      `json:"rejected,omitempty"`
}

type sumJSON struct {
	Value int64  `json:"callValue,omitempty"`
	Token string `json:"tokenId,omitempty"`
}

// raw returns the transaction's parts, and their JSON without the contract.
func (t *madeTx) raw() (m pmsg) {
	contract := pmsg{{"type", 1, t.kind}, {"parameter", 2, pmsg{{"type_url", 1, "type.googleapis.com/protocol." + t.kind.name}, {"value", 2, t.value.wire()}}}}
	return pmsg{
		{"ref_block_bytes", 1, []byte{0x5f, 0xf0}}, {"ref_block_num", 3, t.number}, {"ref_block_hash", 4, []byte("refblock")}, {"expiration", 8, int64(1_700_000_060_000)},
		{"data", 10, t.memo}, {"contract", 11, contract}, {"timestamp", 14, int64(1_700_000_000_000)}, {"fee_limit", 18, int64(100_000_000)},
	}
}

// seal names the transaction.
func (t *madeTx) seal(height, time int64) {
	sum := sha256.Sum256(t.raw().wire())
	t.id = hex.EncodeToString(sum[:])
	t.info.ID, t.info.Height, t.info.Time = t.id, height, time
	if t.info.Returns == nil {
		t.info.Returns = []string{""}
	}
	if t.kind.number == 30 && t.info.Contract == "" {
		h := sha3.NewLegacyKeccak256()
		h.Write(sum[:])
		h.Write(t.value[0].value.([]byte))
		t.info.Contract = fmt.Sprintf("41%x", h.Sum(nil)[12:])
	}
}

func (t *madeTx) json() string {
	ret := "{}"
	if word, old := strings.CutPrefix(t.ret, "ret:"); old {
		ret = fmt.Sprintf(`{"ret":%q}`, word)
	} else if t.ret != "" {
		ret = fmt.Sprintf(`{"contractRet":%q}`, t.ret)
	}
	contract := fmt.Sprintf(`{"parameter":{"value":%s,"type_url":"type.googleapis.com/protocol.%s"},"type":%q}`, t.value.json(), t.kind.name, t.kind.name)
	raw := t.raw()
	rest := strings.Trim(slices.DeleteFunc(raw, func(f pfield) bool { return f.name == "contract" }).json(), "{}")
	made := ""
	if t.kind.number == 30 {
		made = fmt.Sprintf(`"contract_address":"%s",`, t.info.Contract)
	}
	return fmt.Sprintf(`{"ret":[%s],"signature":["%0130x"],%s"txID":"%s","raw_data":{"contract":[%s],%s},"raw_data_hex":"%x"}`,
		ret, 7, made, t.id, contract, rest, t.raw().wire())
}

// A madeBlock is one block and its results.
type madeBlock struct {
	height, time int64
	parent       []byte
	witness      []byte
	txs          []*madeTx
	order        []int // of results; nil: as the transactions
	more         pmsg  // of the header
}

func (b *madeBlock) header() pmsg {
	return append(pmsg{
		{"number", 7, b.height}, {"txTrieRoot", 2, []byte("the root of no tree of any kind.")}, {"witness_address", 9, b.witness},
		{"parentHash", 3, b.parent}, {"version", 10, int64(30)}, {"timestamp", 1, b.time},
	}, b.more...)
}

func (b *madeBlock) id() (id clew.TxID) {
	h := b.header()
	slices.SortFunc(h, func(f, g pfield) int { return f.number - g.number })
	id = sha256.Sum256(h.wire())
	binary.BigEndian.PutUint64(id[:], uint64(b.height))
	return id
}

func (b *madeBlock) json() string {
	var txs []string
	for _, t := range b.txs {
		txs = append(txs, t.json())
	}
	list := ""
	if len(txs) > 0 {
		list = `,"transactions":[` + strings.Join(txs, ",") + "]"
	}
	return fmt.Sprintf(`{"blockID":"%s","block_header":{"raw_data":%s,"witness_signature":"%0130x"}%s}`+"\n", plain(b.id()), b.header().json(), 9, list)
}

func (b *madeBlock) infos() string {
	infos := make([]infoJSON, 0, len(b.txs))
	for i := range b.txs {
		at := i
		if b.order != nil {
			at = b.order[i]
		}
		infos = append(infos, b.txs[at].info)
	}
	text, err := json.Marshal(infos)
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}

// seal names all transactions.
func (b *madeBlock) seal() *madeBlock {
	if b.parent == nil {
		b.parent = append([]byte{}, make([]byte, 32)...)
		b.parent[31] = 1
	}
	if b.time == 0 {
		b.time = 1_700_000_001_000
	}
	if b.witness == nil {
		b.witness = who(999)
	}
	for i, t := range b.txs {
		if t.number == 0 {
			t.number = int64(i + 1) // or equal ones would have one name
		}
		t.seal(b.height, b.time)
	}
	return b
}

// who returns the n-th address with its 0x41.
func who(n int) []byte {
	b := make([]byte, 21)
	b[0] = 0x41
	binary.BigEndian.PutUint64(b[13:], uint64(n))
	b[1] = 0xaa
	return b
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// A maker makes up blocks from a seed.
type maker struct {
	random *rand.Rand
	height int64
}

func newMaker(seed uint64) *maker {
	return &maker{random: rand.New(rand.NewPCG(seed, 5)), height: 60_000_000}
}

func (m *maker) who() []byte    { return who(m.random.IntN(40)) }
func (m *maker) amount() int64  { return m.random.Int64N(1 << uint(1+m.random.IntN(62))) }
func (m *maker) one(n int) bool { return m.random.IntN(n) == 0 }
func (m *maker) token() string  { return fmt.Sprint(1_000_001 + m.random.IntN(30)) }
func (m *maker) hash() string   { return hexOf(m.bytes(32)) }
func (m *maker) text(n int) []byte {
	return []byte("text of no meaning, and longer than most are meant to be")[:n]
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.random.Uint32())
	}
	return b
}

// tokenName returns a TRC-10 token as contracts name it: mostly by number.
func (m *maker) tokenName() []byte {
	switch m.random.IntN(8) {
	case 0:
		return []byte("_")
	case 1:
		return []byte("SEED")
	}
	return []byte(m.token())
}

func (m *maker) block() *madeBlock {
	b := &madeBlock{height: m.height, time: 1_600_000_000_000 + m.height*3000, parent: m.bytes(32), witness: who(1)}
	m.height++
	for range m.random.IntN(12) {
		b.txs = append(b.txs, m.tx())
	}
	b.seal()
	if m.one(4) {
		b.order = m.random.Perm(len(b.txs))
	}
	return b
}

func (m *maker) tx() *madeTx {
	t := &madeTx{ret: "SUCCESS"}
	if m.one(3) {
		t.memo = m.bytes(1 + m.random.IntN(40))
		if m.one(20) {
			t.memo = m.bytes(clew.MaxActDetail + m.random.IntN(4) - 1)
		}
	}
	makers := []func(*madeTx){m.transfer, m.asset, m.trigger, m.trigger, m.trigger, m.create, m.stake, m.stakeOld, m.delegate, m.exchange, m.permissions, m.reward, m.issue, m.others}
	makers[m.random.IntN(len(makers))](t)
	if m.one(3) {
		t.info.Fee = m.amount() >> 20
		if m.one(4) {
			t.info.Packing = m.random.Int64N(t.info.Fee + 1)
		}
	}
	t.info.Receipt.Net = 268
	return t
}

func (m *maker) transfer(t *madeTx) {
	t.kind = enum{1, "TransferContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"to_address", 2, m.who()}, {"amount", 3, m.amount()}}
	if m.one(10) {
		t.ret = ""
	}
}

func (m *maker) asset(t *madeTx) {
	t.kind = enum{2, "TransferAssetContract"}
	t.value = pmsg{{"asset_name", 1, m.tokenName()}, {"owner_address", 2, m.who()}, {"to_address", 3, m.who()}, {"amount", 4, m.amount()}}
}

// called makes up how a contract's call ended, and what it did.
func (m *maker) called(t *madeTx) {
	t.info.Receipt.Result, t.info.Receipt.Energy = "SUCCESS", 30_000
	for range m.random.IntN(5) {
		t.info.Log = append(t.info.Log, m.log())
	}
	for range m.random.IntN(4) {
		t.info.Calls = append(t.info.Calls, m.call())
	}
	switch m.random.IntN(8) {
	case 0:
		t.ret = []string{"REVERT", "OUT_OF_ENERGY", "OUT_OF_TIME"}[m.random.IntN(3)]
		t.info.Receipt.Result, t.info.Result = t.ret, "FAILED"
		t.info.Log = nil
	case 1:
		t.ret, t.info.Receipt.Result = "", "" // as in the chain's first months
		if m.one(2) {
			t.info.Result, t.info.Log = "FAILED", nil
		}
	}
}

func (m *maker) trigger(t *madeTx) {
	t.kind = enum{31, "TriggerSmartContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"contract_address", 2, m.who()}, {"call_value", 3, int64(0)}, {"data", 4, m.bytes(68)}, {"call_token_value", 5, int64(0)}, {"token_id", 6, int64(0)}}
	if m.one(3) {
		t.value[2].value = m.amount()
	}
	if m.one(5) {
		t.value[4].value, t.value[5].value = m.amount(), int64(1_000_001+m.random.IntN(9))
	}
	m.called(t)
}

func (m *maker) create(t *madeTx) {
	t.kind = enum{30, "CreateSmartContract"}
	owner := m.who()
	t.value = pmsg{{"owner_address", 1, owner}, {"new_contract", 2, pmsg{{"origin_address", 1, owner}, {"bytecode", 4, m.bytes(40)}, {"call_value", 5, m.amount() * int64(m.random.IntN(2))}, {"name", 7, "A \"name\"\n"}}}, {"call_token_value", 3, int64(0)}, {"token_id", 4, int64(0)}}
	if m.one(3) {
		t.value[2].value, t.value[3].value = m.amount(), int64(1_000_001+m.random.IntN(9))
	}
	m.called(t)
}

func (m *maker) resource() enum {
	return []enum{{0, "BANDWIDTH"}, {1, "ENERGY"}, {2, "TRON_POWER"}}[m.random.IntN(3)]
}

func (m *maker) stake(t *madeTx) {
	switch m.random.IntN(5) {
	case 0:
		t.kind = enum{54, "FreezeBalanceV2Contract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"frozen_balance", 2, m.amount()}, {"resource", 3, m.resource()}}
	case 1:
		t.kind = enum{55, "UnfreezeBalanceV2Contract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"unfreeze_balance", 2, m.amount()}, {"resource", 3, m.resource()}}
	case 2:
		t.kind, t.value = enum{0, "AccountCreateContract"}, pmsg{{"owner_address", 1, m.who()}, {"account_address", 2, m.who()}}
	case 3:
		t.kind, t.value = enum{56, "WithdrawExpireUnfreezeContract"}, pmsg{{"owner_address", 1, m.who()}}
	default:
		t.kind, t.value = enum{59, "CancelAllUnfreezeV2Contract"}, pmsg{{"owner_address", 1, m.who()}}
	}
}

func (m *maker) stakeOld(t *madeTx) {
	receiver := []byte(nil)
	if m.one(2) {
		receiver = m.who()
	}
	t.kind = enum{11, "FreezeBalanceContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"frozen_balance", 2, m.amount()}, {"frozen_duration", 3, int64(3)}, {"resource", 10, m.resource()}, {"receiver_address", 15, receiver}}
	if m.one(2) {
		t.kind = enum{12, "UnfreezeBalanceContract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"resource", 10, m.resource()}, {"receiver_address", 15, receiver}}
		t.info.Unfroze = m.amount()
	}
}

func (m *maker) delegate(t *madeTx) {
	t.kind = enum{57, "DelegateResourceContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"resource", 2, m.resource()}, {"balance", 3, m.amount()}, {"receiver_address", 4, m.who()}}
	if m.one(2) {
		t.kind = enum{58, "UnDelegateResourceContract"}
	} else if m.one(2) {
		t.value = append(t.value, pfield{"lock", 5, true}, pfield{"lock_period", 6, int64(100 * m.random.IntN(2))})
	}
}

func (m *maker) exchange(t *madeTx) {
	id := int64(1 + m.random.IntN(6))
	t.value = pmsg{{"owner_address", 1, m.who()}, {"exchange_id", 2, id}, {"token_id", 3, m.tokenName()}, {"quant", 4, m.amount()}}
	if pair, ok := knownPairs[id]; ok && !m.one(4) {
		t.value[2].value = []byte(pair.First)
		if m.one(2) {
			t.value[2].value = []byte(pair.Second)
		}
	}
	switch m.random.IntN(4) {
	case 0:
		t.kind = enum{41, "ExchangeCreateContract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"first_token_id", 2, m.tokenName()}, {"first_token_balance", 3, m.amount()}, {"second_token_id", 4, m.tokenName()}, {"second_token_balance", 5, m.amount()}}
	case 1:
		t.kind, t.info.Injected = enum{42, "ExchangeInjectContract"}, m.amount()
	case 2:
		t.kind, t.info.Returned = enum{43, "ExchangeWithdrawContract"}, m.amount()
	default:
		t.kind, t.info.Received = enum{44, "ExchangeTransactionContract"}, m.amount()
		t.value = append(t.value, pfield{"expected", 5, int64(1)})
	}
}

// knownPairs are the exchanges that tests know.
var knownPairs = map[int64]Pair{1: {"_", "1000002"}, 2: {"1000003", "_"}, 3: {"1000004", "1000005"}, 4: {"SEED", "1000006"}}

func (m *maker) permission(number int64, kind string, id int64) pmsg {
	var keys []pmsg
	for i := range 1 + m.random.IntN(5) {
		keys = append(keys, pmsg{{"address", 1, who(i * 7)}, {"weight", 2, int64(1 + m.random.IntN(3))}})
	}
	p := pmsg{{"type", 1, enum{number, kind}}, {"id", 2, id}, {"permission_name", 3, strings.ToLower(kind)}, {"threshold", 4, int64(1 + m.random.IntN(3))}}
	if number == 2 {
		p = append(p, pfield{"operations", 6, m.bytes(32)})
	}
	return append(p, pfield{"keys", 7, keys})
}

func (m *maker) permissions(t *madeTx) {
	t.kind = enum{46, "AccountPermissionUpdateContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"owner", 2, m.permission(0, "Owner", 0)}}
	if m.one(3) {
		t.value = append(t.value, pfield{"witness", 3, m.permission(1, "Witness", 1)})
	}
	var actives []pmsg
	for i := range 1 + m.random.IntN(3) {
		actives = append(actives, m.permission(2, "Active", int64(2+i)))
	}
	t.value = append(t.value, pfield{"actives", 4, actives})
}

func (m *maker) reward(t *madeTx) {
	t.kind, t.value = enum{13, "WithdrawBalanceContract"}, pmsg{{"owner_address", 1, m.who()}}
	t.info.Withdrew = m.amount()
}

func (m *maker) issue(t *madeTx) {
	t.kind = enum{6, "AssetIssueContract"}
	t.value = pmsg{{"owner_address", 1, m.who()}, {"name", 2, m.text(5)}, {"abbr", 3, m.text(2)}, {"total_supply", 4, m.amount()},
		{"frozen_supply", 5, []pmsg{{{"frozen_amount", 1, int64(5)}, {"frozen_days", 2, int64(9)}}}}, {"trx_num", 6, int64(1)}, {"num", 8, int64(7)}, {"url", 21, m.text(20)}}
	t.info.Asset = m.token()
	if m.one(4) {
		t.info.Asset = ""
	}
}

func (m *maker) others(t *madeTx) {
	switch m.random.IntN(7) {
	case 0:
		t.kind = enum{9, "ParticipateAssetIssueContract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"to_address", 2, m.who()}, {"asset_name", 3, m.tokenName()}, {"amount", 4, m.amount()}}
	case 1:
		t.kind = enum{51, "ShieldedTransferContract"}
		t.value = pmsg{{"transparent_from_address", 1, m.who()}, {"from_amount", 2, m.amount()}, {"binding_signature", 5, m.bytes(64)}}
	case 2:
		t.kind = enum{52, "MarketSellAssetContract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"sell_token_id", 2, m.tokenName()}, {"sell_token_quantity", 3, m.amount()}, {"buy_token_id", 4, m.tokenName()}, {"buy_token_quantity", 5, m.amount()}}
	case 3:
		t.kind, t.value = enum{53, "MarketCancelOrderContract"}, pmsg{{"owner_address", 1, m.who()}, {"order_id", 2, m.bytes(32)}}
	case 4:
		t.kind, t.value = enum{77, "ContractToCome"}, pmsg{{"owner_address", 1, m.who()}, {"something", 2, m.amount()}}
	case 5:
		t.kind = enum{4, "VoteWitnessContract"}
		t.value = pmsg{{"owner_address", 1, m.who()}, {"votes", 2, []pmsg{{{"vote_address", 1, m.who()}, {"vote_count", 2, int64(4)}}}}}
	default:
		t.kind, t.value = enum{10, "AccountUpdateContract"}, pmsg{{"account_name", 1, m.text(9)}, {"owner_address", 2, m.who()}}
	}
}

func (m *maker) call() callJSON {
	notes := []string{"call", "call", "call", "create", "suicide", "withdrawReward", "voteWitness", "freezeForEnergy", "unfreezeForBandwidth",
		"freezeBalanceV2ForEnergy", "unfreezeBalanceV2ForEnergy", "withdrawExpireUnfreezeWhileSuiciding", "delegateResourceOfEnergy", "unDelegateResourceOfBandwidth", "cancelAllUnfreezeV2", "note of a kind that is longer than all of those that are in use at all"}
	c := callJSON{Hash: m.hash(), From: hexOf(m.who()), To: hexOf(m.who()), Note: hexOf([]byte(notes[m.random.IntN(len(notes))])), Rejected: m.one(6), Values: []sumJSON{{}}}
	if m.one(2) {
		c.Values[0].Value = m.amount()
	}
	if m.one(5) {
		c.To = c.From
	}
	if m.one(20) {
		c.To = ""
	}
	for m.one(4) {
		c.Values = append(c.Values, sumJSON{m.amount(), m.token()})
	}
	if m.one(30) {
		c.Values = append(c.Values, sumJSON{m.amount(), "SEED"})
	}
	return c
}

func topicOf(a []byte) string { return strings.Repeat("0", 24) + hexOf(a[1:]) }

func (m *maker) log() logJSON {
	l := logJSON{Address: hexOf(m.who()[1:]), Data: hexOf(m.bytes(32)), Topics: []string{hexOf(transferTopic[:]), topicOf(m.who()), topicOf(m.who())}}
	switch m.random.IntN(9) {
	case 0:
		l.Topics, l.Data = append(l.Topics, m.hash()), ""
	case 1:
		l.Topics[1] = strings.Repeat("0", 64)
	case 2:
		l.Topics[2] = l.Topics[2][:22] + "41" + l.Topics[2][24:]
	case 3:
		l.Topics[2] = "01" + l.Topics[2][2:]
	case 4:
		l.Topics = []string{hexOf(frozenTopic[:]), topicOf(m.who())}
		if m.one(2) {
			l.Topics[0] = hexOf(unfrozenTopic[:])
		}
	case 5:
		l.Topics = []string{hexOf(destroyedTopic[:]), topicOf(m.who())}
		if m.one(2) {
			l.Topics, l.Data = l.Topics[:1], l.Topics[1]+hexOf(m.bytes(32))
		}
	case 6:
		l.Topics, l.Data = []string{m.hash()}, ""
	case 7:
		l.Data = hexOf(m.bytes(m.random.IntN(31)))
	}
	return l
}
