package explorer_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/solana"
)

const (
	solGenesis = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
	solSystem  = "11111111111111111111111111111111"
	solRent    = 10
	solFee     = 5
)

// A solWorld is a small made-up cluster: wallets, each with at most one token
// account at a time, of one token.
type solWorld struct {
	chain   clew.Chain
	wallets []clew.Address
	token   clew.Asset
	mint    clew.Address
	sol     map[clew.Address]uint64
	amount  map[clew.Address]uint64       // in token accounts
	owner   map[clew.Address]clew.Address // of token accounts that are open
	account map[clew.Address]clew.Address // of wallets: their open token account
	opened  int
	txs     []solTx
	truth   []clew.Transfer
	head    uint64
	first   uint64
	silent  bool // it does not say places in blocks
}

// A solTx is one transaction, its answer and whom it names.
type solTx struct {
	signature string
	slot      uint64
	answer    object
	names     []clew.Address
}

func solAddress(name string) clew.Address {
	sum := sha256.Sum256([]byte(name))
	a, err := clew.MakeAddress(clew.Solana, clew.SolanaForm, sum[:])
	if err != nil {
		panic(err)
	}
	return a
}

func solKey(text string) clew.Address {
	a, err := clew.ParseAddress(text, clew.Solana)
	if err != nil {
		panic(err)
	}
	return a
}

// newSolWorld makes a random cluster.
func newSolWorld(seed uint64, transactions int) *solWorld {
	r := rand.New(rand.NewPCG(seed, 9))
	w := &solWorld{chain: clew.Solana, mint: solAddress("mint"), head: 5000, sol: map[clew.Address]uint64{}, amount: map[clew.Address]uint64{},
		owner: map[clew.Address]clew.Address{}, account: map[clew.Address]clew.Address{}}
	w.token = clew.Token("token", w.mint)
	for n := range 6 {
		a := solAddress(fmt.Sprint(seed, "wallet", n))
		w.wallets = append(w.wallets, a)
		w.sol[a] = 10_000
	}
	slot := uint64(100)
	for range transactions {
		slot += r.Uint64N(3)
		w.random(r, slot)
	}
	return w
}

// An order is what a transaction is to do, as instructions and as transfers.
type order struct {
	payer        clew.Address
	names        []clew.Address
	instructions []object
	moves        []clew.Transfer
	do           []func()
}

func (o *order) number(a clew.Address) int {
	if i := slices.Index(o.names, a); i >= 0 {
		return i
	}
	o.names = append(o.names, a)
	return len(o.names) - 1
}

func (o *order) instruction(program string, data []byte, accounts ...clew.Address) {
	numbers := []int{}
	for _, a := range accounts {
		numbers = append(numbers, o.number(a))
	}
	o.instructions = append(o.instructions, object{"programIdIndex": o.number(solKey(program)), "accounts": numbers, "data": base58.Encode(data)})
}

func (o *order) moved(asset clew.Asset, from, to clew.Address, n uint64) {
	if from != to && n > 0 {
		o.moves = append(o.moves, clew.Transfer{Asset: asset, From: []clew.Leg{{Address: from, Amount: clew.Units(n)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(n)}}})
	}
}

func u64(parts ...[]byte) func(n uint64) []byte {
	return func(n uint64) []byte { return binary.LittleEndian.AppendUint64(slices.Concat(parts...), n) }
}

// random does one thing in a slot.
func (w *solWorld) random(r *rand.Rand, slot uint64) {
	pick := func() clew.Address { return w.wallets[r.IntN(len(w.wallets))] }
	a, b := pick(), pick()
	o := &order{payer: a, names: []clew.Address{a}}
	native := clew.NativeAsset(w.chain)
	mine, has := w.account[a]
	theirs, have := w.account[b]
	switch kind := r.IntN(8); {
	case !have && kind < 4:
		w.open(o, b)
	case has && have && a != b && kind < 6:
		n := r.Uint64N(w.amount[mine] + 1)
		o.instruction(solana.TokenProgram, u64([]byte{3})(n), mine, theirs, a)
		o.moved(w.token, a, b, n)
		o.do = append(o.do, func() { w.amount[mine] -= n; w.amount[theirs] += n })
	case have && kind == 6:
		o.instruction(solana.TokenProgram, u64([]byte{7})(50), w.mint, theirs, a)
		o.moved(w.token, clew.Address{}, b, 50)
		o.do = append(o.do, func() { w.amount[theirs] += 50 })
	case has && have && a != b && kind == 7:
		w.leave(o, a, b)
	default:
		n := r.Uint64N(w.sol[a]/4 + 1)
		o.instruction(solSystem, u64([]byte{2, 0, 0, 0})(n), a, b)
		o.moved(native, a, b, n)
		o.do = append(o.do, func() { w.sol[a] -= n; w.sol[b] += n })
	}
	w.carryOut(o, slot, r.IntN(10) == 0)
}

// open makes a token account for a wallet.
func (w *solWorld) open(o *order, owner clew.Address) {
	w.opened++
	account := solAddress(fmt.Sprint("token account", w.opened, owner))
	key, _ := owner.RawKey()
	o.number(owner) // the program that makes such accounts names it
	o.instruction(solSystem, slices.Concat([]byte{0, 0, 0, 0}, u64()(solRent), make([]byte, 40)), o.payer, account)
	o.instruction(solana.TokenProgram, append([]byte{18}, key[:]...), account, w.mint)
	o.moved(clew.NativeAsset(w.chain), o.payer, owner, solRent)
	o.do = append(o.do, func() {
		w.sol[o.payer] -= solRent
		w.sol[account], w.owner[account], w.account[owner] = solRent, owner, account
	})
}

// leave pays all tokens of one wallet to another, and closes its token account.
func (w *solWorld) leave(o *order, a, b clew.Address) {
	mine, theirs := w.account[a], w.account[b]
	n := w.amount[mine]
	o.instruction(solana.TokenProgram, u64([]byte{3})(n), mine, theirs, a)
	o.instruction(solana.TokenProgram, []byte{9}, mine, a, a)
	o.moved(w.token, a, b, n)
	o.do = append(o.do, func() {
		w.amount[theirs] += n
		w.sol[a] += w.sol[mine]
		w.sol[mine], w.amount[mine] = 0, 0
		delete(w.owner, mine)
		delete(w.account, a)
	})
}

// balances says what the accounts of a transaction hold.
func (w *solWorld) balances(names []clew.Address) ([]uint64, []object) {
	lamports, tokens := []uint64{}, []object{}
	for i, a := range names {
		lamports = append(lamports, w.sol[a])
		if owner, is := w.owner[a]; is {
			tokens = append(tokens, object{"accountIndex": i, "mint": w.mint.Text(), "owner": owner.Text(), "uiTokenAmount": object{"amount": fmt.Sprint(w.amount[a])}})
		}
	}
	return lamports, tokens
}

// carryOut does what an order says, unless it fails.
func (w *solWorld) carryOut(o *order, slot uint64, fails bool) {
	if w.sol[o.payer] < solFee+solRent {
		return
	}
	pre, preTokens := w.balances(o.names)
	w.sol[o.payer] -= solFee
	var failed any
	if fails {
		failed, o.moves = object{"InstructionError": []any{0, "Custom"}}, nil
	} else {
		for _, do := range o.do {
			do()
		}
	}
	post, postTokens := w.balances(o.names)
	sum := sha256.Sum256(fmt.Append(nil, "signature", len(w.txs), o.payer))
	signature := base58.Encode(append(sum[:], sum[:]...))
	var keys []string
	for _, a := range o.names {
		keys = append(keys, a.Text())
	}
	w.txs = append(w.txs, solTx{signature, slot, object{"slot": slot, "blockTime": 1_600_000_000 + slot,
		"transaction": object{"signatures": []string{signature}, "message": object{"accountKeys": keys, "instructions": o.instructions}},
		"meta":        object{"err": failed, "fee": solFee, "innerInstructions": []object{}, "preBalances": pre, "postBalances": post, "preTokenBalances": preTokens, "postTokenBalances": postTokens}},
		o.names})
	id, _ := clew.ParseTxID(signature)
	place := func(t clew.Transfer, class clew.Class, ordinal int) {
		t.Pos = clew.Pos{Height: slot, Index: uint32(len(w.txs)), Class: class, Ordinal: uint32(ordinal)}
		t.Tx, t.Time = id, clew.Time(1_600_000_000+slot)
		w.truth = append(w.truth, t)
	}
	for i, t := range o.moves {
		place(t, clew.Native, i)
	}
	fee := clew.Leg{Address: o.payer, Amount: clew.Units(solFee)}
	place(clew.Transfer{Asset: clew.NativeAsset(w.chain), From: []clew.Leg{fee}, To: []clew.Leg{{Amount: fee.Amount}}}, clew.Fee, solana.FeeOrdinal)
}

// whole returns a ledger that holds all of it.
func (w *solWorld) whole(t *testing.T) ledger.Store {
	t.Helper()
	l := memory.New(w.chain)
	load, err := l.Load(t.Context(), ledger.Source{Name: "all", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(w.truth...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: w.chain, Whole: []clew.Window{{From: 0, To: w.head + 1}}}); err != nil {
		t.Fatal(err)
	}
	return l
}

// A solCall is one call of JSON-RPC.
type solCall struct {
	ID     int64             `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

// server answers as a node does. Change, if any, says otherwise of a result.
func (w *solWorld) server(t *testing.T, change func(c solCall, result any) any) *server {
	return serve(t, func(r *http.Request) any {
		var raw json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
			return "no"
		}
		answer := func(c solCall) object {
			result := w.answer(c)
			if change != nil {
				result = change(c, result)
			}
			if failed, is := result.(solError); is {
				return object{"jsonrpc": "2.0", "id": c.ID, "error": object{"code": failed.code, "message": failed.message}}
			}
			return object{"jsonrpc": "2.0", "id": c.ID, "result": result}
		}
		if raw[0] != '[' {
			var c solCall
			_ = json.Unmarshal(raw, &c)
			return answer(c)
		}
		var calls []solCall
		_ = json.Unmarshal(raw, &calls)
		var all []object
		for _, c := range calls {
			all = append(all, answer(c))
		}
		return all
	})
}

type solError struct {
	code    int
	message string
}

// answer answers one call.
func (w *solWorld) answer(c solCall) any {
	text := func() string {
		var s string
		if len(c.Params) > 0 {
			_ = json.Unmarshal(c.Params[0], &s)
		}
		return s
	}
	switch c.Method {
	case "getGenesisHash":
		return solGenesis
	case "getFirstAvailableBlock":
		return w.first
	case "getSlot":
		return w.head
	case "getBlockTime":
		return 1_600_000_000 + w.head
	case "getAccountInfo":
		return w.accountInfo(solKey(text()))
	case "getTokenAccountsByOwner":
		return w.owned(solKey(text()), string(c.Params[1]))
	case "getSignaturesForAddress":
		var config struct {
			Before string
			Limit  int
		}
		_ = json.Unmarshal(c.Params[1], &config)
		return w.signatures(solKey(text()), config.Before, config.Limit)
	case "getTransaction":
		for i := range w.txs {
			if w.txs[i].signature == text() {
				return w.txs[i].answer
			}
		}
		return nil
	}
	return solError{-32601, "Method not found"}
}

func (w *solWorld) accountInfo(a clew.Address) any {
	owner, is := w.owner[a]
	if !is {
		return object{"context": object{"slot": w.head}, "value": object{"owner": solSystem, "lamports": w.sol[a], "data": []string{"", "base64"}}}
	}
	data := make([]byte, 165)
	copy(data[32:], owner.Key())
	return object{"value": object{"owner": solana.TokenProgram, "data": []string{base64.StdEncoding.EncodeToString(data), "base64"}}}
}

func (w *solWorld) owned(owner clew.Address, program string) any {
	list := []object{}
	if account, has := w.account[owner]; has && program == fmt.Sprintf(`{"programId":%q}`, solana.TokenProgram) {
		list = append(list, object{"pubkey": account.Text()})
	}
	return object{"value": list}
}

func (w *solWorld) signatures(a clew.Address, before string, limit int) any {
	list := []object{}
	open := before == ""
	for i := len(w.txs) - 1; i >= 0 && len(list) < limit; i-- {
		x := &w.txs[i]
		if open && slices.Contains(x.names, a) {
			row := object{"signature": x.signature, "slot": x.slot, "err": nil, "blockTime": nil}
			if !w.silent {
				row["transactionIndex"] = i + 1
			}
			list = append(list, row)
		}
		open = open || x.signature == before
	}
	return list
}
