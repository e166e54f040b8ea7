package tron

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"clew"
)

// The oracle reads the JSON of contracts, not their bytes, with encoding/json,
// and says what they do in the plainest way.

type oracleBlock struct {
	BlockID string
	Header  struct {
		Raw struct{ Number, Timestamp int64 } `json:"raw_data"`
	} `json:"block_header"`
	Transactions []struct {
		Ret  []struct{ Ret, ContractRet string }
		ID   string `json:"txID"`
		Made string `json:"contract_address"`
		Raw  struct {
			Data     string
			Contract []struct {
				Type      string
				Parameter struct{ Value oracleValue }
			}
		} `json:"raw_data"`
	}
}

type oracleValue struct {
	Owner       string          `json:"owner_address"`
	To          string          `json:"to_address"`
	Contract    string          `json:"contract_address"`
	Receiver    string          `json:"receiver_address"`
	From        string          `json:"transparent_from_address"`
	Asset       string          `json:"asset_name"`
	First       string          `json:"first_token_id"`
	Second      string          `json:"second_token_id"`
	Token       json.RawMessage `json:"token_id"`
	Amount      int64
	CallValue   int64 `json:"call_value"`
	TokenValue  int64 `json:"call_token_value"`
	Balance     int64
	Frozen      int64  `json:"frozen_balance"`
	Unfrozen    int64  `json:"unfreeze_balance"`
	Account     string `json:"account_address"`
	Supply      int64  `json:"total_supply"`
	Exchange    int64  `json:"exchange_id"`
	Quant       int64
	FirstCount  int64 `json:"first_token_balance"`
	SecondCount int64 `json:"second_token_balance"`
	Resource    string
	Lock        bool
	LockPeriod  int64 `json:"lock_period"`
	New         struct {
		CallValue int64 `json:"call_value"`
	} `json:"new_contract"`
	OwnerPermission   *oraclePermission  `json:"owner"`
	WitnessPermission *oraclePermission  `json:"witness"`
	Actives           []oraclePermission `json:"actives"`
}

type oraclePermission struct {
	Type       string
	ID         int64
	Name       string `json:"permission_name"`
	Threshold  int64
	Operations string
	Keys       []struct {
		Address string
		Weight  int64
	}
}

// An oracle builds lines of facts.
type oracle struct {
	keeps  Keeping
	lines  []string
	missed Missing
	height int64
	index  int
	moved  int
	acts   int
	logs   int
	tx     string
	data   string // of the transaction
}

func base58Of(hexText string) string {
	if hexText == "" {
		return "nobody"
	}
	a, err := clew.ParseAddress(hexText, clew.Tron)
	if err != nil {
		panic(err)
	}
	return a.Text()
}

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (o *oracle) line(class string, ordinal int, asset, from, to, amount string) {
	o.lines = append(o.lines, fmt.Sprintf("%d/%d/%s/%d %s %s %s>%s %s", o.height, o.index, class, ordinal, o.tx[:8], asset, base58Of(from), base58Of(to), amount))
}

func (o *oracle) move(asset, from, to string, amount int64) {
	switch {
	case amount == 0:
	case asset == "":
		o.missed.Tokens++
	default:
		o.line("native", o.moved, asset, from, to, fmt.Sprint(amount))
		o.moved++
	}
}

func (o *oracle) act(place string, kind clew.ActKind, by, on, with, asset, amount, detail string) {
	if place == "" {
		place = fmt.Sprintf("native/%d", o.acts)
		o.acts++
	}
	o.lines = append(o.lines, strings.Join([]string{"act", fmt.Sprintf("%d/%d/%s", o.height, o.index, place), o.tx[:8], string(kind), base58Of(by), base58Of(on), base58Of(with), asset, amount, detail}, " "))
}

const oracleTRX = "tron:728126428/slip44:195"

// tokenOf returns a TRC-10 token's asset by what contracts call it, "" for names.
func tokenOf(name string) string {
	if name == "_" {
		return oracleTRX
	}
	n, ok := new(big.Int).SetString(name, 10)
	if !ok || n.Cmp(big.NewInt(1_000_000)) <= 0 {
		return ""
	}
	return "tron:728126428/trc10:" + name
}

func (o *oracle) read(block, infos string, known map[int64]Pair) {
	var b oracleBlock
	must(json.Unmarshal([]byte(block), &b))
	o.height = b.Header.Raw.Number
	results := map[string]infoJSON{}
	if infos != "" {
		var list []infoJSON
		must(json.Unmarshal([]byte(infos), &list))
		for _, r := range list {
			results[r.ID] = r
		}
	}
	for i, t := range b.Transactions {
		o.index, o.tx, o.moved, o.acts = i, t.ID, 0, 0
		r, held := results[t.ID]
		v := t.Raw.Contract[0].Parameter.Value
		if t.Made != "" {
			v.Contract = t.Made
		}
		o.data = unhex(t.Raw.Data)
		o.transaction(t.Raw.Contract[0].Type, v, t.Ret[0].ContractRet, r, held, known)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (o *oracle) transaction(kind string, v oracleValue, ret string, r infoJSON, held bool, known map[int64]Pair) {
	if !held {
		o.missed.Results++
	}
	call := kind == "TriggerSmartContract" || kind == "CreateSmartContract"
	failed := ret != "" && ret != "SUCCESS" || r.Result == "FAILED" || r.Receipt.Result != "" && r.Receipt.Result != "SUCCESS"
	if !failed {
		o.contract(kind, v, r, held, known)
	}
	if call && !failed {
		if !held || o.keeps < KeepsInternal {
			o.missed.Internal++
		} else if o.keeps == KeepsInternal {
			o.missed.Staking++
		}
		if !held && ret == "" && o.moved > 0 {
			o.missed.Status++
		}
		for _, c := range r.Calls {
			o.call(c)
		}
	}
	if !failed && o.data != "" {
		o.memo(kind, v)
	}
	for _, l := range r.Log {
		if !failed {
			o.log(l, r.Log)
		}
		o.logs++
	}
	payer := v.Owner
	if kind == "ShieldedTransferContract" {
		payer = v.From
	}
	if !held {
		o.missed.Fees++
		return
	}
	if burnt := r.Fee - r.Packing; burnt > 0 {
		o.line("fee", 0, oracleTRX, payer, "", fmt.Sprint(burnt))
	}
	if r.Packing > 0 {
		o.line("fee", 1, oracleTRX, payer, "", fmt.Sprint(r.Packing))
	}
}

// memo writes what the data of a transaction says, cut to what is kept.
func (o *oracle) memo(kind string, v oracleValue) {
	on, asset, amount, cut := v.Owner, "", int64(0), ""
	switch kind {
	case "TransferContract":
		on, asset, amount = v.To, oracleTRX, v.Amount
	case "TransferAssetContract":
		if on, asset, amount = v.To, tokenOf(unhex(v.Asset)), v.Amount; asset == oracleTRX {
			asset = ""
		}
	case "TriggerSmartContract":
		on, asset, amount = v.Contract, oracleTRX, v.CallValue
	case "ShieldedTransferContract":
		if v.Owner, on = v.From, v.From; on == "" {
			return
		}
	}
	if asset == "" {
		amount = 0
	}
	data := o.data
	if n := len(data); n > 1024 {
		data, cut = data[:1024], fmt.Sprintf("%d bytes, of which the first 1024 are kept", n)
	}
	o.act("", clew.Memo, v.Owner, on, "", asset, fmt.Sprint(amount), cut+data)
}

func (o *oracle) contract(kind string, v oracleValue, r infoJSON, held bool, known map[int64]Pair) {
	resource := map[string]string{"": "bandwidth", "ENERGY": "energy", "TRON_POWER": "voting power"}[v.Resource]
	var token string
	if strings.HasPrefix(kind, "Exchange") && len(v.Token) > 0 {
		must(json.Unmarshal(v.Token, &token))
		token = unhex(token)
	}
	switch strings.TrimSuffix(kind, "Contract") {
	case "Transfer":
		o.move(oracleTRX, v.Owner, v.To, v.Amount)
	case "TransferAsset":
		o.move(tokenOf(unhex(v.Asset)), v.Owner, v.To, v.Amount)
	case "TriggerSmart", "CreateSmart":
		o.move(oracleTRX, v.Owner, v.Contract, v.CallValue+v.New.CallValue)
		o.move(tokenOf(string(v.Token)), v.Owner, v.Contract, v.TokenValue)
	case "FreezeBalance":
		if v.Receiver != "" {
			o.act("", clew.Delegate, v.Owner, v.Owner, v.Receiver, oracleTRX, fmt.Sprint(v.Frozen), resource)
		}
	case "UnfreezeBalance":
		if v.Receiver != "" {
			o.act("", clew.Undelegate, v.Owner, v.Owner, v.Receiver, oracleTRX, fmt.Sprint(r.Unfroze), resource)
		}
	case "DelegateResource":
		if v.Lock {
			resource += ", locked"
			if v.LockPeriod > 0 {
				resource += fmt.Sprintf(" for %d blocks", v.LockPeriod)
			}
		}
		o.act("", clew.Delegate, v.Owner, v.Owner, v.Receiver, oracleTRX, fmt.Sprint(v.Balance), resource)
	case "UnDelegateResource":
		o.act("", clew.Undelegate, v.Owner, v.Owner, v.Receiver, oracleTRX, fmt.Sprint(v.Balance), resource)
	case "FreezeBalanceV2":
		o.act("", clew.Stake, v.Owner, v.Owner, "", oracleTRX, fmt.Sprint(v.Frozen), resource)
	case "UnfreezeBalanceV2":
		o.act("", clew.Unstake, v.Owner, v.Owner, "", oracleTRX, fmt.Sprint(v.Unfrozen), resource)
	case "CancelAllUnfreezeV2":
		o.act("", clew.Restake, v.Owner, v.Owner, "", "", "0", "")
	case "AccountCreate":
		o.act("", clew.Activation, v.Owner, v.Account, "", "", "0", "")
	case "WithdrawBalance":
		if !held {
			o.missed.Rewards++
		}
		o.move(oracleTRX, "", v.Owner, r.Withdrew)
	case "AssetIssue":
		if r.Asset == "" {
			o.missed.Tokens++
			return
		}
		o.move(tokenOf(r.Asset), "", v.Owner, v.Supply)
	case "ParticipateAssetIssue":
		o.move(oracleTRX, v.Owner, v.To, v.Amount)
		o.missed.Tokens++
	case "ExchangeCreate":
		o.move(tokenOf(unhex(v.First)), v.Owner, "", v.FirstCount)
		o.move(tokenOf(unhex(v.Second)), v.Owner, "", v.SecondCount)
	case "ExchangeInject", "ExchangeWithdraw", "ExchangeTransaction":
		o.exchange(kind, token, v, r, held, known)
	case "AccountPermissionUpdate":
		o.permission(v.Owner, *v.OwnerPermission)
		if v.WitnessPermission != nil {
			o.permission(v.Owner, *v.WitnessPermission)
		}
		for _, p := range v.Actives {
			o.permission(v.Owner, p)
		}
	case "ShieldedTransfer":
		o.missed.Shielded++
	case "MarketSellAsset", "MarketCancelOrder":
		o.missed.Orders++
	case "ContractToCome":
		o.missed.Unknown++
	}
}

func (o *oracle) exchange(kind, token string, v oracleValue, r infoJSON, held bool, known map[int64]Pair) {
	in, out := v.Owner, ""
	if kind == "ExchangeWithdrawContract" {
		in, out = "", v.Owner
	}
	o.move(tokenOf(token), in, out, v.Quant)
	pair, ok := known[v.Exchange]
	other := pair.First
	if token == pair.First {
		other = pair.Second
	} else if token != pair.Second {
		ok = false
	}
	if !held || !ok {
		o.missed.Tokens++
		return
	}
	switch kind {
	case "ExchangeInjectContract":
		o.move(tokenOf(other), v.Owner, "", r.Injected)
	case "ExchangeWithdrawContract":
		o.move(tokenOf(other), "", v.Owner, r.Returned)
	default:
		o.move(tokenOf(other), "", v.Owner, r.Received)
	}
}

func (o *oracle) permission(owner string, p oraclePermission) {
	name := map[string]string{"": "owner", "Witness": "witness 1", "Active": fmt.Sprintf("active %d", p.ID)}[p.Type]
	detail := fmt.Sprintf("%s, named %q, threshold %d", name, p.Name, p.Threshold)
	if p.Operations != "" {
		detail += ", for the kinds of transaction in " + p.Operations
	}
	var signers []string
	with := ""
	for _, k := range p.Keys {
		signers = append(signers, fmt.Sprintf("%s weight %d", base58Of(k.Address), k.Weight))
		if with == "" && k.Address != owner {
			with = k.Address
		}
	}
	o.act("", clew.Permission, owner, owner, with, "", "0", detail+": "+strings.Join(signers, ", "))
}

func (o *oracle) call(c callJSON) {
	note := unhex(c.Note)
	if c.Rejected {
		return
	}
	from, to := c.From, c.To
	switch {
	case note == "call", note == "create":
	case note == "suicide" && from == to:
		to = ""
	case note == "suicide":
	case note == "withdrawReward":
		from, to = "", c.From
	case strings.HasPrefix(note, "delegateResourceOf"), strings.HasPrefix(note, "freezeFor"), strings.HasPrefix(note, "unDelegateResourceOf"), strings.HasPrefix(note, "unfreezeFor"):
		kind := clew.Delegate
		if strings.HasPrefix(note, "un") {
			kind = clew.Undelegate
		}
		if from != to && to != "" {
			o.act("", kind, from, from, to, oracleTRX, fmt.Sprint(c.Values[0].Value), "by a contract")
		}
		return
	default:
		return
	}
	for _, v := range c.Values {
		asset := oracleTRX
		if v.Token != "" {
			asset = tokenOf(v.Token)
		}
		o.move(asset, from, to, v.Value)
	}
}

func oracleHolder(topic string) (string, bool) {
	ok := strings.HasPrefix(topic, strings.Repeat("0", 24)) || strings.HasPrefix(topic, strings.Repeat("0", 22)+"41")
	return "41" + topic[24:], ok
}

func decimal(hexText string) string {
	n, _ := new(big.Int).SetString(hexText, 16)
	return n.String()
}

func (o *oracle) log(l logJSON, all []logJSON) {
	asset := "tron:728126428/trc20:" + base58Of("41"+l.Address)
	switch {
	case l.Topics[0] == hexOf(transferTopic[:]):
		from, ok1 := oracleHolder(l.Topics[1])
		to, ok2 := oracleHolder(l.Topics[2])
		switch {
		case !ok1 || !ok2 || len(l.Topics) == 3 && len(l.Data) < 64:
			o.missed.Tokens++
		case len(l.Topics) == 4:
			o.line("log", o.logs, strings.Replace(asset, "trc20", "trc721", 1), from, to, "1#"+decimal(l.Topics[3]))
		default:
			o.line("log", o.logs, asset, from, to, decimal(l.Data[:64]))
		}
	case l.Topics[0] == hexOf(frozenTopic[:]), l.Topics[0] == hexOf(unfrozenTopic[:]):
		kind, event := clew.Freeze, "AddedBlackList(address)"
		if l.Topics[0] == hexOf(unfrozenTopic[:]) {
			kind, event = clew.Unfreeze, "RemovedBlackList(address)"
		}
		on, _ := oracleHolder(l.Topics[1])
		o.act(fmt.Sprintf("log/%d", o.logs), kind, "41"+l.Address, on, "", asset, "0", event)
	case l.Topics[0] == hexOf(destroyedTopic[:]):
		text := strings.Join(l.Topics[1:], "") + l.Data
		if len(text) < 128 {
			o.missed.Tokens++
			return
		}
		on, _ := oracleHolder(text[:64])
		o.act(fmt.Sprintf("log/%d", o.logs), clew.Wipe, "41"+l.Address, on, "", asset, decimal(text[64:128]), "DestroyedBlackFunds(address,uint256)")
		o.line("log", o.logs, asset, on, "41"+strings.Repeat("0", 40), decimal(text[64:128]))
	}
}

// linesOf writes a decoded block as the oracle does.
func linesOf(b *Block) []string {
	var lines []string
	for _, t := range b.Transfers {
		amount := t.Amount().String()
		if t.Item != nil {
			amount += "#" + t.Item.String()
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s>%s %s", t.Pos, plain(t.Tx)[:8], t.Asset, t.From[0].Address.Text(), t.To[0].Address.Text(), amount))
	}
	for _, a := range b.Acts {
		lines = append(lines, fmt.Sprintf("act %s %s %s %s %s %s %s %s %s", a.Pos, plain(a.Tx)[:8], a.Kind, a.By.Text(), a.On.Text(), a.With.Text(), a.Asset, a.Amount, a.Detail+string(a.Data)))
	}
	return lines
}

func decoder(tb testing.TB, keeps Keeping) *Decoder {
	tb.Helper()
	d, err := NewDecoder(clew.Tron, keeps)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// decoded decodes a block's JSON; infos "" are not held.
func decoded(d *Decoder, block, infos string) (*Block, error) {
	if infos == "" {
		return d.Decode(strings.NewReader(block), nil)
	}
	return d.Decode(strings.NewReader(block), strings.NewReader(infos))
}

func sameLines(tb testing.TB, what string, got, want []string) {
	tb.Helper()
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			tb.Fatalf("%s: got\n%s\nwant\n%s", what, g, w)
		}
	}
}

// TestOracle compares thousands of made-up blocks with the oracle, whatever the
// node keeps.
func TestOracle(t *testing.T) {
	blocks := 6000
	if testing.Short() {
		blocks = 1000
	}
	m := newMaker(1)
	decoders := map[Keeping]*Decoder{}
	for _, k := range []Keeping{KeepsBlocks, KeepsResults, KeepsInternal, KeepsStaking} {
		decoders[k] = decoder(t, k)
		decoders[k].Pairs = knownPairs
	}
	var seen Missing
	facts := map[string]int{}
	for n := range blocks {
		made := m.block()
		block, infos, keeps := made.json(), made.infos(), Keeping(m.random.IntN(4))
		if keeps == KeepsBlocks {
			infos = ""
		}
		o := oracle{keeps: keeps}
		o.read(block, infos, knownPairs)
		b, err := decoded(decoders[keeps], block, infos)
		if err != nil {
			t.Fatalf("block %d of seed 1: %v\n%s\n%s", n, err, block, infos)
		}
		sameLines(t, fmt.Sprintf("block %d of seed 1, keeping %d", n, keeps), linesOf(b), o.lines)
		if b.Missed != o.missed {
			t.Fatalf("block %d of seed 1: missed %+v, want %+v\n%s\n%s", n, b.Missed, o.missed, block, infos)
		}
		if b.Ref.Hash != made.id() || hexOf(b.Parent[:]) != hexOf(made.parent) || int64(b.Ref.Time) != made.time/1000 {
			t.Fatalf("block %d of seed 1: %+v", n, b.Ref)
		}
		seen.Add(b.Missed)
		for i := range b.Acts {
			facts[string(b.Acts[i].Kind)]++
		}
		for i := range b.Transfers {
			facts[b.Transfers[i].Asset.Namespace()]++
			facts[b.Transfers[i].Pos.Class.String()]++
		}
	}
	for _, want := range []string{"slip44", "trc10", "trc20", "trc721", "native", "log", "fee", "freeze", "unfreeze", "resource delegation", "resource recall", "permission update", "memo"} {
		if facts[want] < blocks/50 {
			t.Errorf("only %d of %s: the blocks try too little", facts[want], want)
		}
	}
	if len(seen.Gaps(clew.Tron, clew.Window{To: 9})) != 10 {
		t.Errorf("not all that can be missing was: %+v", seen)
	}
}
