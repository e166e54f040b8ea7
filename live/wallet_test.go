//go:build unix

package live

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"
)

// simnet is the chain that btcd --simnet makes.
var simnet = &chaincfg.SimNetParams

// A lock is one way to lock an output, and to spend it again. A nil spend is of
// one that cannot be, or is not.
type lock struct {
	kind  string
	lock  []byte
	spend func(*wire.MsgTx, int, *coin, *txscript.TxSigHashes) error
}

// A coin is an output of the chain, with how it is spent.
type coin struct {
	wire.OutPoint
	value int64
	lock  *lock
}

// A wallet knows locks of every kind, of a few keys.
type wallet struct {
	random *rand.Rand
	locks  []*lock
	mine   string // address that miners pay to
}

func newWallet(t *testing.T, name string, random *rand.Rand) *wallet {
	t.Helper()
	w := &wallet{random: random}
	for _, word := range []string{"a", "b", "c"} {
		var keys []*btcec.PrivateKey
		for _, n := range []string{"1", "2", "3"} {
			seed := sha256.Sum256([]byte(name + word + n))
			key, _ := btcec.PrivKeyFromBytes(seed[:])
			keys = append(keys, key)
		}
		w.locks = append(w.locks, singles(t, keys[0])...)
		w.locks = append(w.locks, shared(t, keys)...)
	}
	first, err := address.NewAddressPubKeyHash(w.locks[0].lock[3:23], simnet)
	if err != nil {
		t.Fatal(err)
	}
	w.mine = first.EncodeAddress()
	return w
}

func need[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// singles are the locks of one key, pay-to-key-hash first.
func singles(t *testing.T, key *btcec.PrivateKey) []*lock {
	t.Helper()
	public := key.PubKey().SerializeCompressed()
	hash := address.Hash160(public)
	script := need[[]byte](t)
	keyHash := script(txscript.NewScriptBuilder().AddOp(txscript.OP_DUP).AddOp(txscript.OP_HASH160).AddData(hash).AddOp(txscript.OP_EQUALVERIFY).AddOp(txscript.OP_CHECKSIG).Script())
	witness := script(txscript.NewScriptBuilder().AddOp(txscript.OP_0).AddData(hash).Script())
	bare := script(txscript.NewScriptBuilder().AddData(public).AddOp(txscript.OP_CHECKSIG).Script())
	taproot := script(txscript.PayToTaprootScript(txscript.ComputeTaprootKeyNoScript(key.PubKey())))
	nested := script(txscript.NewScriptBuilder().AddOp(txscript.OP_HASH160).AddData(address.Hash160(witness)).AddOp(txscript.OP_EQUAL).Script())
	byHash := func(tx *wire.MsgTx, i int, c *coin, h *txscript.TxSigHashes) (err error) {
		tx.TxIn[i].Witness, err = txscript.WitnessSignature(tx, h, i, c.value, witness, txscript.SigHashAll, key, true)
		return err
	}
	return []*lock{
		{"key hash", keyHash, func(tx *wire.MsgTx, i int, _ *coin, _ *txscript.TxSigHashes) (err error) {
			tx.TxIn[i].SignatureScript, err = txscript.SignatureScript(tx, i, keyHash, txscript.SigHashAll, key, true)
			return err
		}},
		{"witness key hash", witness, byHash},
		{"key", bare, func(tx *wire.MsgTx, i int, _ *coin, _ *txscript.TxSigHashes) error {
			sig, err := txscript.RawTxInSignature(tx, i, bare, txscript.SigHashAll, key)
			if err == nil {
				tx.TxIn[i].SignatureScript, err = txscript.NewScriptBuilder().AddData(sig).Script()
			}
			return err
		}},
		{"taproot", taproot, func(tx *wire.MsgTx, i int, c *coin, h *txscript.TxSigHashes) (err error) {
			tx.TxIn[i].Witness, err = txscript.TaprootWitnessSignature(tx, h, i, c.value, taproot, txscript.SigHashDefault, key)
			return err
		}},
		{"witness in a script hash", nested, func(tx *wire.MsgTx, i int, c *coin, h *txscript.TxSigHashes) error {
			script, err := txscript.NewScriptBuilder().AddData(witness).Script()
			tx.TxIn[i].SignatureScript = script
			if err == nil {
				err = byHash(tx, i, c, h)
			}
			return err
		}},
	}
}

// shared are locks that two of three keys open, bare and by hash; one that
// anybody opens; and those that nobody does.
func shared(t *testing.T, keys []*btcec.PrivateKey) []*lock {
	t.Helper()
	script := need[[]byte](t)
	builder := txscript.NewScriptBuilder().AddOp(txscript.OP_2)
	for _, key := range keys {
		builder.AddData(key.PubKey().SerializeCompressed())
	}
	several := script(builder.AddOp(txscript.OP_3).AddOp(txscript.OP_CHECKMULTISIG).Script())
	byHash := script(txscript.NewScriptBuilder().AddOp(txscript.OP_HASH160).AddData(address.Hash160(several)).AddOp(txscript.OP_EQUAL).Script())
	sum := sha256.Sum256(several)
	byWitness := script(txscript.NewScriptBuilder().AddOp(txscript.OP_0).AddData(sum[:]).Script())
	signed := func(tx *wire.MsgTx, i int, last []byte) error {
		b := txscript.NewScriptBuilder().AddOp(txscript.OP_0)
		for _, key := range keys[:2] {
			sig, err := txscript.RawTxInSignature(tx, i, several, txscript.SigHashAll, key)
			if err != nil {
				return err
			}
			b.AddData(sig)
		}
		if last != nil {
			b.AddData(last)
		}
		script, err := b.Script()
		tx.TxIn[i].SignatureScript = script
		return err
	}
	data := script(txscript.NullDataScript([]byte("words in a chain, " + keys[0].PubKey().X().Text(36))))
	return []*lock{
		{"two of three", several, func(tx *wire.MsgTx, i int, _ *coin, _ *txscript.TxSigHashes) error { return signed(tx, i, nil) }},
		{"two of three by hash", byHash, func(tx *wire.MsgTx, i int, _ *coin, _ *txscript.TxSigHashes) error { return signed(tx, i, several) }},
		{"two of three by witness", byWitness, func(tx *wire.MsgTx, i int, c *coin, h *txscript.TxSigHashes) error {
			w := wire.TxWitness{nil}
			for _, key := range keys[:2] {
				sig, err := txscript.RawTxInWitnessSignature(tx, h, i, c.value, several, txscript.SigHashAll, key)
				if err != nil {
					return err
				}
				w = append(w, sig)
			}
			tx.TxIn[i].Witness = append(w, several)
			return nil
		}},
		{"anybody", []byte{txscript.OP_TRUE}, func(*wire.MsgTx, int, *coin, *txscript.TxSigHashes) error { return nil }},
		{"data", data, nil},
		{"a later witness", script(txscript.NewScriptBuilder().AddOp(txscript.OP_2).AddData(sum[:]).Script()), nil},
	}
}

// lockOf returns the wallet's lock with a script; nil if it has none.
func (w *wallet) lockOf(script []byte) *lock {
	i := slices.IndexFunc(w.locks, func(l *lock) bool { return string(l.lock) == string(script) })
	if i < 0 {
		return nil
	}
	return w.locks[i]
}

// pay makes a transaction that spends some of the coins, and returns it with the
// coins that are left, the new ones among them.
func (w *wallet) pay(t *testing.T, coins []*coin) (*wire.MsgTx, []*coin) {
	t.Helper()
	w.random.Shuffle(len(coins), func(i, j int) { coins[i], coins[j] = coins[j], coins[i] })
	n := min(len(coins), 1+w.random.IntN(4))
	spent, left := coins[:n], slices.Clone(coins[n:])
	tx := wire.NewMsgTx(2)
	prior := map[wire.OutPoint]*wire.TxOut{}
	var sum int64
	for _, c := range spent {
		tx.AddTxIn(wire.NewTxIn(&c.OutPoint, nil, nil))
		prior[c.OutPoint] = wire.NewTxOut(c.value, c.lock.lock)
		sum += c.value
	}
	sum -= 5000 + w.random.Int64N(5000) // the fee
	if sum < 1 {
		t.Fatalf("the coins hold %d too little", -sum)
	}
	for range w.random.IntN(4) {
		l := w.locks[w.random.IntN(len(w.locks))]
		value := w.random.Int64N(sum/2 + 1)
		if l.spend == nil {
			value = w.random.Int64N(1000) // it is lost
		}
		tx.AddTxOut(wire.NewTxOut(value, l.lock))
		sum -= value
	}
	tx.AddTxOut(wire.NewTxOut(sum, w.locks[w.random.IntN(5)].lock))
	fetcher := txscript.NewMultiPrevOutFetcher(prior)
	hashes := txscript.NewTxSigHashes(tx, fetcher)
	for i, c := range spent {
		if err := c.lock.spend(tx, i, c, hashes); err != nil {
			t.Fatal(c.lock.kind, err)
		}
	}
	id := tx.TxHash()
	for i, out := range tx.TxOut {
		if l := w.lockOf(out.PkScript); l.spend != nil && out.Value > 20_000 {
			left = append(left, &coin{*wire.NewOutPoint(&id, uint32(i)), out.Value, l})
		}
	}
	return tx, left
}

func textOfTx(t *testing.T, tx *wire.MsgTx) string {
	t.Helper()
	var b strings.Builder
	if err := tx.Serialize(hex.NewEncoder(&b)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
