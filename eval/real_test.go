package eval

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
	"clew/ledger/memory"
)

// firstBlocks reads the first 14,132 blocks of Bitcoin.
func firstBlocks(t *testing.T) *Reality {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.BTCD(t), "blk_0_to_14131.dat"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	files, err := bitcoin.OpenFiles(t.Context(), fstest.MapFS{"blk00000.dat": {Data: raw}}, clew.Bitcoin, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	chain, err := files.Chain(t.Context(), clew.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := bitcoin.NewDecoder(clew.Bitcoin)
	if err != nil {
		t.Fatal(err)
	}
	known, m, unspent, block := forms{}, memory.New(clew.Bitcoin), bitcoin.Unspent{}, []byte(nil)
	for height := range chain.Window().To {
		if block, err = chain.Read(height, block[:0]); err != nil {
			t.Fatal(err)
		}
		b, err := d.Decode(t.Context(), block, height, unspent)
		if err == nil {
			err = m.Append(t.Context(), b.Block)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Transfers {
			known[b.Transfers[i].Tx] = b.Forms[i]
		}
		unspent.Apply(b)
	}
	s, err := m.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return &Reality{Data: "Bitcoin, blocks 0 to 14,131", Ledger: s, Forms: known, Most: 1 << 20, Done: func(uint64) {}}
}

func TestY(t *testing.T) {
	r := firstBlocks(t)
	r.Actor = func(clew.Address) string { return "" }
	rows, more, err := Measure(t.Context(), r)
	t.Log(more, err)
	WriteGolden(os.Stdout, &Table{Real: rows})
}
