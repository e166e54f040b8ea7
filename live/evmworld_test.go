//go:build unix

package live

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

// A world is a chain on which people pay each other in every way there is.
type world struct {
	*geth
	random *rand.Rand
	owner  *account   // of nearly all coins
	people []*account // who pay
	blobs  *account   // who sends blobs: an account that does may have nothing else under way
	miner  place
	sites  map[string]place // contracts by name
	eggs   int              // contracts made under a salt
	queue  []sent
	sent   []sent
}

// A sent is a transaction on its way.
type sent struct {
	what  string
	raw   []byte
	id    string
	fails bool
}

func newWorld(t *testing.T, seed uint64) *world {
	owner := accountOf("owner")
	w := &world{geth: newGeth(t, owner.String()), random: rand.New(rand.NewPCG(seed, 1)), owner: owner, blobs: accountOf("blobs"), sites: map[string]place{}, miner: accountOf("miner").place}
	for _, name := range []string{"alice", "bob", "carol", "dave"} {
		w.people = append(w.people, accountOf(name))
	}
	return w
}

func coins(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e15)) }

// send queues a transaction that must succeed, or fail where fails says so.
func (w *world) send(by *account, what string, fails bool, o *order) {
	if o.gas == 0 {
		o.gas = 1_000_000
	}
	if o.price == 0 {
		o.price = 20_000_000_000
	}
	if o.tip == 0 {
		o.tip = 1 // the least that geth takes
	}
	if o.tip == 1 && w.random.IntN(4) > 0 {
		o.tip += w.random.Uint64N(2_000_000_000)
	}
	if o.kind == legacy && w.random.IntN(4) > 0 {
		o.kind = dynamic
	}
	raw, id := by.signed(o)
	w.queue = append(w.queue, sent{what, raw, "0x" + hex.EncodeToString(id), fails})
}

// call queues a call of a contract.
func (w *world) call(t *testing.T, by *account, site string, value *big.Int, signature string, args ...any) {
	t.Helper()
	to, ok := w.sites[site]
	if !ok {
		t.Fatalf("no contract %s", site)
	}
	w.send(by, site+"."+signature, false, &order{to: &to, value: value, data: abi(t, signature, args...)})
}

// deploy queues a contract's creation.
func (w *world) deploy(t *testing.T, by *account, name, code string, value *big.Int, args ...byte) {
	t.Helper()
	w.sites[name] = by.creates()
	w.send(by, "make "+name, false, &order{value: value, data: append(bytecode(t, code), args...), gas: 4_000_000})
}

// flush sends what is queued at once, so that blocks hold several.
func (w *world) flush(t *testing.T) {
	t.Helper()
	var calls []query
	for _, s := range w.queue {
		calls = append(calls, query{method: "eth_sendRawTransaction", params: []any{"0x" + hex.EncodeToString(s.raw)}})
	}
	if len(calls) > 0 {
		w.askAll(t, calls)
	}
	w.sent, w.queue = append(w.sent, w.queue...), nil
}

// settle waits until all that was sent is in blocks, and did what it was to do.
func (w *world) settle(t *testing.T) {
	t.Helper()
	w.flush(t)
	for _, s := range w.sent {
		var receipt struct{ Status string }
		await(t, s.what, func() error {
			if err := w.try(&receipt, "eth_getTransactionReceipt", s.id); err != nil {
				return err
			}
			if receipt.Status == "" {
				return fmt.Errorf("transaction %s is in no block", s.id)
			}
			return nil
		}, w.process)
		if failed := receipt.Status != "0x1"; failed != s.fails {
			t.Fatalf("%s, %s: failed is %v", s.what, s.id, failed)
		}
	}
	w.sent = nil
}

// recount asks which nonces accounts have, after blocks were taken back.
func (w *world) recount(t *testing.T) {
	t.Helper()
	for _, a := range append(w.people, w.owner, w.blobs) {
		var text string
		w.ask(t, &text, "eth_getTransactionCount", a.String(), "latest")
		a.nonce = numberOf(t, text).Uint64()
	}
}

// begin gives people coins, and makes the contracts.
func (w *world) begin(t *testing.T) {
	t.Helper()
	for _, a := range append(w.people, w.blobs) {
		w.send(w.owner, "a gift", false, &order{to: &a.place, value: coins(1_000_000)})
	}
	w.settle(t)
	w.ask(t, nil, "dev_setFeeRecipient", w.miner.String())
	for _, name := range []string{"Token", "FeeToken", "LyingToken", "OldToken", "Items"} {
		w.deploy(t, w.owner, name, name, nil)
	}
	w.deploy(t, w.owner, "Wrapper", "Wrapper", nil)
	w.deploy(t, w.people[0], "Mover", "Mover", coins(500))
	w.deploy(t, w.people[1], "Mover2", "Mover", nil)
	w.deploy(t, w.people[2], "Bomb", "Bomb", coins(70))
	w.deploy(t, w.people[2], "Bomb2", "Bomb", coins(80))
	w.deploy(t, w.people[3], "Mayfly", "Mayfly", coins(9), append(make([]byte, 12), w.people[0].place[:]...)...)
	w.settle(t)
	for _, token := range []string{"Token", "FeeToken", "LyingToken", "OldToken"} {
		for _, a := range w.people {
			w.call(t, w.owner, token, nil, "transfer(address,uint256)", a.place, 1_000_000_007)
		}
	}
	w.settle(t)
}

// anybody returns one of the people, or an address that was never seen.
func (w *world) anybody() place {
	if w.random.IntN(3) > 0 {
		return w.people[w.random.IntN(len(w.people))].place
	}
	return accountOf(fmt.Sprint("stranger ", w.random.IntN(40))).place
}

func (w *world) payer() *account { return w.people[w.random.IntN(len(w.people))] }

func (w *world) some() *big.Int { return big.NewInt(w.random.Int64N(1e15)) }

// traffic queues payments of one kind after another, in any order.
func (w *world) traffic(t *testing.T) {
	t.Helper()
	kinds := []func(*testing.T){w.plain, w.tokens, w.oldToken, w.wrapping, w.calls, w.destroying, w.items, w.newKinds, w.withdrawal}
	for _, i := range w.random.Perm(len(kinds)) {
		kinds[i](t)
		if w.random.IntN(3) == 0 {
			w.flush(t)
		}
	}
	w.flush(t)
}

// plain pays by transactions alone.
func (w *world) plain(*testing.T) {
	for range 3 {
		to := w.anybody()
		w.send(w.payer(), "a payment", false, &order{to: &to, value: w.some(), gas: 21_000})
	}
	by := w.payer()
	w.send(by, "a payment to oneself", false, &order{to: &by.place, value: w.some(), gas: 21_000})
	w.send(by, "a payment of nothing", false, &order{to: &w.miner, gas: 21_000})
	w.send(by, "a payment to the miner", false, &order{to: &w.miner, value: w.some(), gas: 21_000})
	token := w.sites["Token"]
	w.send(by, "a payment to who takes none", true, &order{to: &token, value: w.some(), gas: 50_000})
	w.send(by, "a contract that cannot be made", true, &order{value: w.some(), data: []byte{0xfe}, gas: 60_000})
}

// tokens moves tokens that follow the standard, those that take fees among them.
func (w *world) tokens(t *testing.T) {
	for _, token := range []string{"Token", "FeeToken", "LyingToken"} {
		by, other := w.payer(), w.payer()
		w.call(t, by, token, nil, "transfer(address,uint256)", w.anybody(), 1+w.random.IntN(5000))
		w.call(t, by, token, nil, "transfer(address,uint256)", by.place, 1+w.random.IntN(5000))
		w.call(t, by, token, nil, "transfer(address,uint256)", w.anybody(), 0)
		if by != other {
			w.call(t, by, token, nil, "approve(address,uint256)", other.place, 100_000)
			w.flush(t) // before the other's
			w.settle(t)
			w.call(t, other, token, nil, "transferFrom(address,address,uint256)", by.place, w.anybody(), 99)
		}
		w.call(t, by, token, nil, "mint(address,uint256)", w.anybody(), 12345)
		w.call(t, by, token, nil, "burn(uint256)", 77)
	}
	to := w.sites["Token"]
	w.send(w.payer(), "more than one has", true, &order{to: &to, data: abi(t, "transfer(address,uint256)", w.miner, new(big.Int).Lsh(big.NewInt(1), 200))})
}

// oldToken freezes somebody and destroys what he holds.
func (w *world) oldToken(t *testing.T) {
	by := w.payer()
	w.call(t, by, "OldToken", nil, "transfer(address,uint256)", w.anybody(), w.random.IntN(5000))
	thief := accountOf(fmt.Sprint("thief ", w.random.IntN(5)))
	w.call(t, by, "OldToken", nil, "transfer(address,uint256)", thief.place, 1000+w.random.IntN(5000))
	w.call(t, by, "OldToken", nil, "freeze(address)", thief.place)
	w.call(t, by, "OldToken", nil, "destroy(address)", thief.place)
	w.call(t, by, "OldToken", nil, "unfreeze(address)", thief.place)
}

// wrapping wraps coins and takes them out again, directly and by way of another
// contract.
func (w *world) wrapping(t *testing.T) {
	by, wrapper := w.payer(), w.sites["Wrapper"]
	w.call(t, by, "Wrapper", big.NewInt(5000), "deposit()")
	w.send(by, "a payment to the wrapper", false, &order{to: &wrapper, value: big.NewInt(3000), gas: 100_000})
	w.call(t, by, "Wrapper", nil, "transfer(address,uint256)", w.anybody(), 1000)
	w.call(t, by, "Wrapper", nil, "withdraw(uint256)", 1500)
	mover := w.payer()
	w.call(t, mover, "Mover", big.NewInt(9000), "call(address,uint256,bytes)", wrapper, 8000, abi(t, "deposit()"))
	w.call(t, mover, "Mover", nil, "call(address,uint256,bytes)", wrapper, 0, abi(t, "withdraw(uint256)", 500))
	w.call(t, mover, "Mover", nil, "call(address,uint256,bytes)", wrapper, 0, abi(t, "transfer(address,uint256)", w.anybody(), 20))
}

// calls moves coins by calls within a transaction.
func (w *world) calls(t *testing.T) {
	by := w.payer()
	w.call(t, by, "Mover", w.some(), "forward(address)", w.anybody())
	w.call(t, by, "Mover", w.some(), "tryForward(address,address)", w.anybody(), w.anybody())
	w.call(t, by, "Mover", w.some(), "deep(address,uint256)", w.anybody(), 1+w.random.IntN(20))
	w.call(t, by, "Mover", w.some(), "run(address,bytes)", w.sites["Mover2"], abi(t, "forward(address)", w.anybody()))
	w.call(t, by, "Mover", w.some(), "codecall(address)", w.sites["Mover2"])
	w.eggs++
	w.call(t, by, "Mover", w.some(), "make(bytes32)", w.eggs)
	w.call(t, by, "Mover", nil, "makeTooDear()")
	to := w.sites["Mover"]
	w.send(by, "a call that fails after paying", true, &order{to: &to, value: w.some(), data: abi(t, "forwardThenFail(address)", w.anybody())})
	w.send(by, "a call that runs out of gas", true, &order{to: &to, value: w.some(), data: abi(t, "deep(address,uint256)", w.anybody(), 500), gas: 200_000})
}

// destroying makes contracts that destroy themselves, at once and later, in
// others' favour and in their own.
func (w *world) destroying(t *testing.T) {
	by, nobody := w.payer(), place{}
	value := new(big.Int).Add(big.NewInt(10_000), w.some())
	w.call(t, by, "Mover", value, "flash(address,uint256)", w.anybody(), 0)
	w.call(t, by, "Mover", value, "flash(address,uint256)", w.anybody(), 77)
	w.call(t, by, "Mover", value, "flash(address,uint256)", nobody, 0) // for its own
	w.call(t, by, "Mover", value, "flash(address,uint256)", nobody, 33)
	w.call(t, by, "Mover", value, "flashTwice(address,uint256)", w.anybody(), 44)
	w.call(t, by, "Mover", value, "hatch(address)", w.anybody())
	w.call(t, by, "Mover", big.NewInt(0), "hatch(address)", w.anybody())
	w.eggs++
	for _, bomb := range []string{"Bomb", "Bomb2"} {
		at := w.sites[bomb]
		w.call(t, by, bomb, nil, "explode(address)", at) // made long ago: it keeps what it has
		if w.random.IntN(2) == 0 {
			w.call(t, by, bomb, nil, "explode(address)", w.anybody())
		}
		w.send(by, "a payment to a bomb", false, &order{to: &at, value: w.some(), gas: 50_000})
	}
}

// items moves what is no coin.
func (w *world) items(t *testing.T) {
	by := w.payer()
	w.call(t, by, "Items", nil, "give(address,uint256)", w.anybody(), w.random.IntN(10))
	for item := range 3 {
		w.call(t, by, "Items", nil, "issue(address,uint256,uint256)", by.place, item, 100)
	}
	w.call(t, by, "Items", nil, "send(address,uint256[],uint256[])", w.anybody(), []int{0, 1, 2, 1}, []int{10, 20, 0, 5})
}

// newKinds sends transactions of the kinds that came last: one with a blob, and
// one that makes an account run a contract's code.
func (w *world) newKinds(t *testing.T) {
	by, to := w.payer(), w.anybody()
	w.send(w.blobs, "a blob", false, &order{kind: withBlobs, to: &to, value: w.some(), tip: 1_000_000_000})
	w.settle(t)
	lent := *accountOf("delegator")
	var text string
	w.ask(t, &text, "eth_getTransactionCount", lent.String(), "latest")
	lent.nonce = numberOf(t, text).Uint64()
	w.send(by, "a delegation", false, &order{kind: delegates, to: &lent.place, value: coins(1), by: []account{lent}, delegate: w.sites["Mover"]})
	w.settle(t)
	w.sites["delegator"] = lent.place
	w.call(t, by, "delegator", w.some(), "forward(address)", w.anybody())
}

// withdrawal gives somebody coins that no transaction moves.
func (w *world) withdrawal(t *testing.T) {
	w.ask(t, nil, "dev_addWithdrawal", map[string]any{"index": hexHeight(w.random.Uint64N(1 << 30)), "validatorIndex": "0x1",
		"address": w.anybody().String(), "amount": hexHeight(1 + w.random.Uint64N(1000))})
}
