//go:build unix

package live

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"

	"clew"
)

const simnetChain clew.Chain = "bip122:683e86bd5c6d110d91b94b97137ba6bf"

// TestBitcoin makes a chain of two nodes that part and meet again, so that one
// gives up its blocks, follows that one all the while, and holds what the ledger
// says is unspent against both.
func TestBitcoin(t *testing.T) {
	random := rand.New(rand.NewPCG(seedOf(t), 2))
	w := newWallet(t, "trader", random)
	a, b := newBTCD(t, w.mine, "--txindex"), newBTCD(t, newWallet(t, "miner", random).mine)
	a.join(t, b)
	program := build(t)
	clew := startFollowing(t, program, "--source", "@"+a.described(t), "--chain", "bitcoin-simnet")
	a.mine(t, 320) // until witnesses and taproot hold, and coins may be spent
	clew.killed(t)
	a.trade(t, w, 12)
	a.agree(t, b)
	stale := map[string]*wire.MsgTx{}
	for _, fork := range []struct{ a, b int }{{4, 6}, {3, 2}, {12, 15}, {1, 2}} {
		a.part(t, b)
		b.trade(t, w, fork.b)
		a.trade(t, w, fork.a)
		clew.reaches(t, uint64(len(a.chain(t))-1)) // what is given up was held
		note(t, stale, a.chain(t))
		if fork.a > 10 {
			clew.kill()
		}
		a.join(t, b)
		if fork.a > 10 {
			clew.killed(t)
		}
		a.trade(t, w, 1)
		a.agree(t, b)
	}
	chain := a.chain(t)
	head := uint64(len(chain) - 1)
	clew.reaches(t, head)
	clew.tookBack(t)
	clew.ends(t)

	followed := ofFolder(t, clew.ledger, simnetChain)
	t.Logf("%d blocks, %d transactions", head+1, len(followed.transfers))
	t.Run("killed, and reorganised", func(t *testing.T) { same(t, followed, inProcess(t, simnetChain, a.endpoint(), head)) })
	t.Run("the other node", func(t *testing.T) { same(t, followed, inProcess(t, simnetChain, b.endpoint(), head)) })
	t.Run("transactions", func(t *testing.T) { sameTransactions(t, followed, chain) })
	t.Run("unspent", func(t *testing.T) { a.sameUnspent(t, followed, chain, stale) })
	t.Run("proofs", func(t *testing.T) { provesCoins(t, a, b, followed) })
	t.Run("a bundle with proofs", func(t *testing.T) {
		provesBundle(t, program, clew.ledger, "@"+a.described(t), "@"+b.described(t), followed.transfers[1].To[0].Address.String(), "--hops", "4")
	})
	t.Run("gaps", func(t *testing.T) {
		if gaps := followed.coverage.Gaps; len(gaps) > 0 {
			t.Errorf("gaps: %v", gaps)
		}
	})
}

// note remembers the transactions of a chain that may be given up.
func note(t *testing.T, all map[string]*wire.MsgTx, chain []*wire.MsgBlock) {
	t.Helper()
	for _, b := range chain {
		for _, tx := range b.Transactions {
			all[tx.TxHash().String()] = tx
		}
	}
}

// sameTransactions holds every transaction's place, inputs, outputs and fee
// against its bytes.
func sameTransactions(t *testing.T, h *held, chain []*wire.MsgBlock) {
	worth := map[string]*wire.TxOut{}
	next, kinds := 0, map[txscript.ScriptClass]int{}
	for height, b := range chain {
		for i, tx := range b.Transactions {
			if next == len(h.transfers) {
				t.Fatal("the ledger ends early")
			}
			m := &h.transfers[next]
			next++
			id := tx.TxHash().String()
			if want := (clew.Pos{Height: uint64(height), Index: uint32(i)}); m.Pos != want || plainID(m.Tx) != id || int64(m.Time) != b.Header.Timestamp.Unix() {
				t.Fatalf("%s at %s, %s; want %s at %s", m.Tx, m.Pos, m.Time, id, want)
			}
			var in, out int64
			for k, input := range tx.TxIn {
				if i == 0 {
					break
				}
				from, leg := worth[input.PreviousOutPoint.String()], m.From[k]
				in += from.Value
				if leg.Unknown || leg.Spends == nil || plainID(leg.Spends.Tx) != input.PreviousOutPoint.Hash.String() || leg.Spends.Index != input.PreviousOutPoint.Index {
					t.Errorf("%s: input %d is %+v", id, k, leg)
				}
				sameLeg(t, fmt.Sprint(id, " input ", k), leg, from)
			}
			for k, output := range tx.TxOut {
				out += output.Value
				worth[fmt.Sprintf("%s:%d", id, k)] = output
				sameLeg(t, fmt.Sprint(id, " output ", k), m.To[k], output)
				kinds[txscript.GetScriptClass(output.PkScript)]++
			}
			if i == 0 {
				in = out // it makes what it pays
			}
			fee, legs := clew.Amount{}, len(tx.TxOut)
			if in > out {
				fee, legs = clew.Units(uint64(in-out)), legs+1
			}
			if len(m.From) != len(tx.TxIn) || len(m.To) != legs || in > out && (m.To[legs-1].Amount != fee || !m.To[legs-1].Address.IsZero()) {
				t.Errorf("%s: %d and %d legs, and a fee of %s", id, len(m.From), len(m.To), fee)
			}
			if err := m.Check(); err != nil {
				t.Error(err)
			}
		}
	}
	if next != len(h.transfers) {
		t.Errorf("%d transactions, and %d transfers", next, len(h.transfers))
	}
	for _, kind := range []txscript.ScriptClass{txscript.PubKeyHashTy, txscript.WitnessV0PubKeyHashTy, txscript.ScriptHashTy, txscript.PubKeyTy, txscript.MultiSigTy,
		txscript.NullDataTy, txscript.WitnessV0ScriptHashTy, txscript.WitnessV1TaprootTy, txscript.NonStandardTy} {
		if kinds[kind] == 0 {
			t.Errorf("no output of kind %s was made", kind)
		}
	}
	t.Logf("outputs: %v", kinds)
}

// plainID returns a hash as Bitcoin's nodes write it.
func plainID(id clew.TxID) string { return strings.TrimPrefix(id.String(), "0x") }

// sameLeg holds a leg against an output: its value, and its address as btcd's
// library writes it.
func sameLeg(t *testing.T, what string, leg clew.Leg, out *wire.TxOut) {
	t.Helper()
	if leg.Amount != clew.Units(uint64(out.Value)) || leg.Address.IsZero() {
		t.Errorf("%s: %s at %s, want %d", what, leg.Amount, leg.Address, out.Value)
	}
	class, addresses, _, err := txscript.ExtractPkScriptAddrs(out.PkScript, simnet)
	if err != nil {
		t.Fatal(err)
	}
	switch class {
	case txscript.PubKeyTy, txscript.MultiSigTy, txscript.NonStandardTy, txscript.NullDataTy, txscript.WitnessUnknownTy:
		if want := clew.ScriptAddress(simnetChain, out.PkScript); leg.Address != want && class != txscript.WitnessUnknownTy && class != txscript.NonStandardTy {
			t.Errorf("%s: at %s, want %s", what, leg.Address, want)
		}
	default:
		if len(addresses) != 1 || leg.Address.Text() != addresses[0].EncodeAddress() {
			t.Errorf("%s, %s: at %s, want %v", what, class, leg.Address.Text(), addresses)
		}
	}
}

// sameUnspent asks the node of every output there ever was, those of blocks that
// were given up too, whether it is unspent, and holds the ledger against that.
// Of the first block's coins and of those that nobody can spend nodes keep no
// account; with them all that was ever issued is there.
func (n *btcd) sameUnspent(t *testing.T, h *held, chain []*wire.MsgBlock, stale map[string]*wire.MsgTx) {
	held, unkept := map[string]int64{}, map[string]bool{}
	all := map[string]*wire.MsgTx{}
	note(t, all, chain)
	given := 0
	for id, tx := range stale {
		if all[id] == nil {
			all[id] = tx
			given++
		}
	}
	for i := range h.transfers {
		m := &h.transfers[i]
		for k := range all[plainID(m.Tx)].TxOut {
			units, _ := m.To[k].Amount.Uint64()
			held[fmt.Sprintf("%s:%d", plainID(m.Tx), k)] = int64(units)
		}
		for _, leg := range m.From {
			if leg.Spends == nil {
				continue
			}
			spent := fmt.Sprintf("%s:%d", plainID(leg.Spends.Tx), leg.Spends.Index)
			if _, ok := held[spent]; !ok {
				t.Errorf("%s is spent twice, or before it is there", spent)
			}
			delete(held, spent)
		}
	}
	total := int64(0)
	for _, value := range held {
		total += value
	}
	if issued := int64(len(chain)) * 50e8; total != issued {
		t.Errorf("%d units are unspent, and %d were issued", total, issued)
	}
	unkept[chain[0].Transactions[0].TxHash().String()+":0"] = true
	var calls []query
	for id, tx := range all {
		for k, out := range tx.TxOut {
			unkept[fmt.Sprintf("%s:%d", id, k)] = unkept[fmt.Sprintf("%s:%d", id, k)] || lost(out.PkScript)
			calls = append(calls, query{method: "gettxout", params: []any{id, k, false}})
		}
	}
	n.askAll(t, calls)
	unspent := 0
	for i := range calls {
		name := fmt.Sprintf("%v:%v", calls[i].params[0], calls[i].params[1])
		value, have := held[name]
		if string(calls[i].result) == "null" {
			if have && !unkept[name] {
				t.Errorf("%s is unspent by the ledger, and not by the node", name)
			}
			continue
		}
		unspent++
		if said := unitsOf(t, calls[i].result); !have || said != value {
			t.Errorf("%s holds %d by the node, and %d by the ledger", name, said, value)
		}
	}
	if given == 0 || unspent == 0 {
		t.Errorf("%d transactions were given up, %d outputs are unspent", given, unspent)
	}
	t.Logf("%d outputs, %d of them unspent; %d transactions were given up", len(calls), unspent, given)
}

// unitsOf reads the value of gettxout without rounding.
func unitsOf(t *testing.T, text json.RawMessage) int64 {
	t.Helper()
	var out struct{ Value json.Number }
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	r, ok := new(big.Rat).SetString(out.Value.String())
	if !ok {
		t.Fatalf("%s is no number", out.Value)
	}
	r.Mul(r, big.NewRat(1e8, 1))
	if !r.IsInt() {
		t.Fatalf("%s is no number of units", out.Value)
	}
	return r.Num().Int64()
}
