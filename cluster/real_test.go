package cluster

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
	"clew/ledger"
	"clew/ledger/memory"
)

// formsByTx knows forms by transaction.
type formsByTx map[clew.TxID]bitcoin.Form

func (f formsByTx) FormOf(tx clew.TxID) (bitcoin.Form, bool) {
	form, known := f[tx]
	return form, known
}

// firstBlocks returns the first 14,132 blocks of Bitcoin, decoded.
func firstBlocks(t testing.TB) func(func(*bitcoin.Block) bool) {
	raw, err := os.ReadFile(filepath.Join(sample.BTCD(t), "blk_0_to_14131.dat"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	files, err := bitcoin.OpenFiles(context.Background(), fstest.MapFS{"blk00000.dat": {Data: raw}}, clew.Bitcoin, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	chain, err := files.Chain(context.Background(), clew.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := bitcoin.NewDecoder(clew.Bitcoin)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(*bitcoin.Block) bool) {
		unspent, block := bitcoin.Unspent{}, []byte(nil)
		for height := range chain.Window().To {
			if block, err = chain.Read(height, block[:0]); err != nil {
				t.Fatal(err)
			}
			b, err := d.Decode(context.Background(), block, height, unspent)
			if err != nil {
				t.Fatal(err)
			}
			if !yield(b) {
				return
			}
			unspent.Apply(b)
		}
	}
}

// ledgerOf keeps blocks in memory, and knows how their transactions are made.
func ledgerOf(t testing.TB, blocks func(func(*bitcoin.Block) bool)) (ledger.Snapshot, formsByTx) {
	t.Helper()
	store, forms := memory.New(clew.Bitcoin), formsByTx{}
	for b := range blocks {
		if err := store.Append(t.Context(), b.Block); err != nil {
			t.Fatal(err)
		}
		for i := range b.Transfers {
			forms[b.Transfers[i].Tx] = b.Forms[i]
		}
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, forms
}

// transfersOf calls visit with every transfer of a ledger.
func transfersOf(t testing.TB, s ledger.Snapshot, visit func(*clew.Transfer)) {
	t.Helper()
	err := s.Sweep(t.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			tr, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			visit(&tr)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestChangeOnRealBlocks clusters the first 14,132 blocks of Bitcoin by common
// inputs and change. What is grown around any address is what the whole chain
// gives.
func TestChangeOnRealBlocks(t *testing.T) {
	s, forms := ledgerOf(t, firstBlocks(t))
	whole, named, merged := New(), map[Sign]int{}, 0
	transactions := 0
	transfersOf(t, s, func(tr *clew.Transfer) {
		p, err := Look(t.Context(), s, forms, tr)
		if err != nil {
			t.Fatal(err)
		}
		whole.AddTransaction(tr)
		whole.AddChange(p)
		change := ChangeOf(p)
		if change.Candidates.Len() > 1 {
			transactions++
		}
		for _, n := range change.Named {
			for _, sign := range n.Signs {
				named[sign]++
			}
			if n.Merges() {
				merged++
			}
		}
	})
	addresses, clusters := whole.Len()
	t.Logf("%d transactions with two candidates or more; named by: %v; %d merged; %d addresses in %d clusters, %d links, %d leads",
		transactions, named, merged, addresses, clusters, len(whole.links), len(whole.leads))
	limits := Limits{Addresses: 100_000, Transactions: 100_000, Degree: 100_000}
	for i := range whole.names.keys {
		a := whole.names.at(uint32(i))
		g, err := Grow(t.Context(), s, forms, []clew.Address{a}, limits, nil)
		if err != nil || !g.Whole() {
			t.Fatal(err, g.Reading)
		}
		if !slices.Equal(g.Members(a), whole.Members(a)) {
			t.Fatalf("%s: grown %d members, whole %d", a, len(g.Members(a)), len(whole.Members(a)))
		}
	}
}
