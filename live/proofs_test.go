//go:build unix

package live

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/big"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethdb/memorydb"
	gethrlp "github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"

	"clew"
	"clew/node"
	"clew/proof"
	mine "clew/proof/trie"
	"clew/remote"
)

// A judged is a transaction with its proof and what that shows of its transfers.
type judged struct {
	proof     *proof.Proof
	transfers []*clew.Transfer
	results   []proof.Result
}

// proofsOf lets a node prove all that a ledger holds.
func proofsOf(t *testing.T, chain clew.Chain, e remote.Endpoint, own *held) map[clew.TxID]*judged {
	t.Helper()
	ctx := within(t, testTime)
	prover, err := node.OpenProver(chain, e, remote.Options{Clock: clock{}})
	if err != nil {
		t.Fatal(err)
	}
	defer prover.Close()
	if err := prover.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	all := map[clew.TxID]*judged{}
	var transfers []*clew.Transfer
	for i := range own.transfers {
		x := &own.transfers[i]
		transfers = append(transfers, x)
		if all[x.Tx] == nil {
			all[x.Tx] = &judged{}
		}
		all[x.Tx].transfers = append(all[x.Tx].transfers, x)
	}
	for _, b := range proof.Blocks(transfers) {
		made, err := prover.Prove(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made {
			if m.Proof == nil {
				t.Errorf("transaction %s: %s", m.Tx, m.Why)
			}
			if o := proof.Ask(m.Proof, m, all[m.Tx].transfers, false); o.Agreement != proof.Agrees {
				t.Errorf("the node that made a proof %s: %s", o.Agreement, o.Why)
			}
			all[m.Tx].proof = m.Proof
		}
	}
	for id, j := range all {
		j.results = proof.Check(j.proof, "", j.transfers)
		for _, r := range j.results {
			if r.Standing == proof.Refuted || r.Standing == proof.Unproved && !id.IsZero() {
				t.Errorf("%s of %s: %s, %s", r.Transfer, id, r.Standing, r.Why)
			}
		}
	}
	return all
}

// proves holds the proofs of a node's blocks, and what they show, against
// go-ethereum's own headers, transactions, receipts and tries.
func (w *world) proves(t *testing.T, own *held) {
	counts, kinds := map[string]map[proof.Standing]int{}, map[uint8]int{}
	for _, j := range proofsOf(t, devChain, remote.Endpoint{URL: w.http()}, own) {
		var tx *types.Transaction
		var receipt *types.Receipt
		if j.proof != nil {
			tx, receipt = byGeth(t, j.proof)
			kinds[tx.Type()]++
		}
		paid := 0
		for i, r := range j.results {
			class := r.Transfer.Class.String()
			if counts[class] == nil {
				counts[class] = map[proof.Standing]int{}
			}
			counts[class][r.Standing]++
			if j.proof == nil {
				continue
			}
			want := proof.OnChain
			switch x := j.transfers[i]; {
			case x.Pos.Class == clew.Native && r.Standing == proof.OnChain:
				paid++
				if x.To[0].Amount.Big().Cmp(tx.Value()) != 0 || receipt.Status != 1 {
					t.Errorf("%s: on chain, and the transaction is of %s, status %d", r.Transfer, tx.Value(), receipt.Status)
				}
			case x.Pos.Class == clew.Native || x.Pos.Class == clew.Fee && tx.Type() == types.BlobTxType && x.Pos.Ordinal == 0:
				want = proof.Reexecuted
			}
			if r.Standing != want && !believed(r) {
				t.Errorf("%s of a transaction of type %d: %s, %s", r.Transfer, tx.Type(), r.Standing, r.Why)
			}
		}
		if tx != nil && (paid == 1) != (receipt.Status == 1 && tx.Value().Sign() > 0) {
			t.Errorf("transaction %s pays %s, status %d: %d on chain", tx.Hash(), tx.Value(), receipt.Status, paid)
		}
	}
	t.Logf("%v, types %v", counts, kinds)
	for _, class := range []string{"native", "log", "fee"} {
		if counts[class][proof.OnChain] == 0 {
			t.Errorf("nothing of class %s is on chain", class)
		}
	}
	if counts["native"][proof.Reexecuted] == 0 || kinds[legacy] == 0 || kinds[dynamic] == 0 || kinds[withBlobs] == 0 || kinds[delegates] == 0 {
		t.Error("some kind of transfer or transaction was not tried")
	}
}

// believed reports whether a transfer is of a log that is believed by what the
// transaction moved besides, as those of wrappers are that are not known by name.
func believed(r proof.Result) bool {
	return r.Transfer.Class == clew.Log && r.Standing == proof.Reexecuted
}

// byGeth reads a proof with go-ethereum's own code.
func byGeth(t *testing.T, p *proof.Proof) (*types.Transaction, *types.Receipt) {
	t.Helper()
	var h types.Header
	if err := gethrlp.DecodeBytes(p.Header, &h); err != nil || h.Hash() != common.Hash(p.Block) || h.Number.Uint64() != p.Height {
		t.Fatalf("header of block %d: %v, %s", p.Height, err, h.Hash())
	}
	key, err := gethrlp.EncodeToBytes(uint64(p.Index))
	if err != nil {
		t.Fatal(err)
	}
	tx, receipt := new(types.Transaction), new(types.Receipt)
	if err := tx.UnmarshalBinary(under(t, h.TxHash, key, p.EVM.Tx)); err != nil || tx.Hash() != common.Hash(p.Tx) {
		t.Fatalf("transaction %s: %v, %s", p.Tx, err, tx.Hash())
	}
	if err := receipt.UnmarshalBinary(under(t, h.ReceiptHash, key, p.EVM.Receipt)); err != nil {
		t.Fatalf("receipt of %s: %v", p.Tx, err)
	}
	return tx, receipt
}

// under lets go-ethereum say what nodes prove.
func under(t *testing.T, root common.Hash, key []byte, nodes []proof.Bytes) []byte {
	t.Helper()
	db := memorydb.New()
	for _, n := range nodes {
		if err := db.Put(keccak(n), n); err != nil {
			t.Fatal(err)
		}
	}
	value, err := trie.VerifyProof(root, key, db)
	if err != nil || len(value) == 0 {
		t.Fatalf("go-ethereum: %v", err)
	}
	return value
}

// TestTries holds tries of lists, whose values are shorter and longer than a hash,
// against go-ethereum's: the same roots, and proofs that both take.
func TestTries(t *testing.T) {
	random := rand.New(rand.NewPCG(seedOf(t), 3))
	for n := 1; n < 400; n = n*5/4 + 1 {
		entries := make([]mine.Entry, n)
		stack := trie.NewStackTrie(nil)
		order := random.Perm(n)
		for i := range entries {
			key, err := gethrlp.EncodeToBytes(uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			value := bytes.Repeat([]byte{byte(1 + random.IntN(255))}, 1+random.IntN(90))
			entries[order[i]] = mine.Entry{Key: key, Value: value}
		}
		built, err := mine.Build(entries)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(entries, func(a, b mine.Entry) int { return bytes.Compare(a.Key, b.Key) })
		for _, e := range entries { // it wants the order of the keys
			if err := stack.Update(e.Key, e.Value); err != nil {
				t.Fatal(err)
			}
		}
		if root := stack.Hash(); root != common.Hash(built.Root()) {
			t.Fatalf("%d entries: root %x, by go-ethereum %s", n, built.Root(), root)
		}
		for _, e := range entries {
			nodes := built.Prove(e.Key)
			plain := make([]proof.Bytes, len(nodes))
			for i := range nodes {
				plain[i] = nodes[i]
			}
			if got := under(t, built.Root(), e.Key, plain); !bytes.Equal(got, e.Value) {
				t.Fatalf("%d entries, key %x: %x", n, e.Key, got)
			}
		}
	}
}

// provesCoins holds the proofs of a node of Bitcoin's kind against btcd's blocks: one
// with an index of transactions proves all, another what transactions pay.
func provesCoins(t *testing.T, indexed, bare *btcd, own *held) {
	for _, n := range []*btcd{indexed, bare} {
		counts := map[proof.Standing]int{}
		chain := n.chain(t)
		for id, j := range proofsOf(t, simnetChain, n.endpoint(), own) {
			r := j.results[0]
			counts[r.Standing]++
			if h := chain[r.Transfer.Height].BlockHash().String(); r.Block == nil || plainID(r.Block.Hash) != h {
				t.Errorf("%s: block %v, and the chain has %s", id, r.Block, h)
			}
			if bits := binary.LittleEndian.Uint32(j.proof.Header[72:]); bits != chain[r.Transfer.Height].Header.Bits || r.Block.Work.Big().Cmp(big.NewInt(2*int64(1+r.Block.Later))) != 0 {
				t.Errorf("%s: bits %x, %d later headers, work %s", id, bits, r.Block.Later, r.Block.Work)
			}
			if want := min(6, len(chain)-1-int(r.Transfer.Height)); r.Block.Later != want {
				t.Errorf("%s: %d later headers, of a chain with %d", id, r.Block.Later, want)
			}
			for i, raw := range j.proof.Bitcoin.Later {
				var b bytes.Buffer
				if err := chain[int(r.Transfer.Height)+1+i].Header.Serialize(&b); err != nil || !bytes.Equal(b.Bytes(), raw) {
					t.Errorf("%s: later header %d is not btcd's: %v", id, i, err)
				}
			}
		}
		t.Logf("%v", counts)
		if counts[proof.OnChain] == 0 || (counts[proof.Reexecuted] == 0) != (n == indexed) {
			t.Errorf("%v", counts)
		}
	}
}

// provesBundle lets the program bundle a trace, add proofs of one node and ask
// another: the answer follows, nothing is refuted, and the second node agrees.
func provesBundle(t *testing.T, program, folder, first, second string, trace ...string) {
	t.Helper()
	dir := t.TempDir()
	file, proved := filepath.Join(dir, "case.clew"), filepath.Join(dir, "case.proved.clew")
	run := func(args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(within(t, testTime), program, append(args, "--ledger", folder)...)
		text, err := cmd.Output()
		exit := (*exec.ExitError)(nil)
		if errors.As(err, &exit) && (args[0] != "trace" || exit.ExitCode() != 4) { // a trace may be cut short by its limits
			t.Fatalf("%v: %v: %s", args, err, exit.Stderr)
		}
		return text
	}
	run(append(append([]string{"trace"}, trace...), "--spread", "no", "--bundle", file, "--json")...)
	run("bundle", "prove", file, "--node", first)
	var v struct {
		Standing string
		OnChain  []struct {
			Standing  string
			Transfers int
		}
		Transfers []proof.Result
		Second    []struct {
			Agrees              int
			Differs, CannotTell []proof.Opinion
		}
	}
	if err := json.Unmarshal(run("verify", proved, "--node", second, "--json"), &v); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d transfers, %v", len(v.Transfers), v.OnChain)
	if v.Standing != "consistent" || len(v.OnChain) == 0 || v.OnChain[0].Standing != string(proof.OnChain) || v.OnChain[0].Transfers < 10 {
		t.Errorf("%s, %v", v.Standing, v.OnChain)
	}
	if s := v.Second; len(s) != 1 || s[0].Agrees == 0 || len(s[0].Differs)+len(s[0].CannotTell) > 0 {
		t.Errorf("the second node: %+v", s)
	}
}
