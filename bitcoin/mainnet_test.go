package bitcoin

import (
	"bytes"
	"compress/bzip2"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"clew"
	"clew/internal/sample"
)

// firstBlocks returns the block file of heights 0 to 14131.
func firstBlocks(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.BTCD(t), "blk_0_to_14131.dat"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	return raw
}

func unzipped(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join(sample.BTCD(t), name))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(bzip2.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func openFiles(t testing.TB, files map[string][]byte) *Files {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	f, err := OpenFiles(context.Background(), fsys, clew.Bitcoin, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func decoder(t testing.TB, chain clew.Chain) *Decoder {
	t.Helper()
	d, err := NewDecoder(chain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMainnetBlocks decodes the first 14,132 blocks whole: every input is known
// from earlier outputs, every transaction balances, every merkle root is right,
// and no block issues more than it may.
func TestMainnetBlocks(t *testing.T) {
	f := openFiles(t, map[string][]byte{"blk00000.dat": firstBlocks(t)})
	if len(f.Damage) > 0 || f.Tail != nil {
		t.Fatalf("damage %v, tail %v", f.Damage, f.Tail)
	}
	chain, err := f.Chain(context.Background(), clew.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	if w := chain.Window(); w.From != 0 || w.To != 14132 || chain.Stale != 0 || chain.Unlinked != 0 {
		t.Fatalf("chain %s, %d stale, %d unlinked", w, chain.Stale, chain.Unlinked)
	}
	d, unspent := decoder(t, clew.Bitcoin), Unspent{}
	d.Witness = true
	var raw []byte
	var issued, fees uint64
	transfers, memos := 0, 0
	for height := range chain.Window().To {
		if raw, err = chain.Read(height, raw[:0]); err != nil {
			t.Fatal(err)
		}
		b, err := d.Decode(context.Background(), raw, height, unspent)
		if err != nil {
			t.Fatal(err)
		}
		if b.Missed != (Missing{}) {
			t.Fatalf("block %d: missed %+v", height, b.Missed)
		}
		fee := balanced(t, b)
		reward, _ := b.Transfers[0].Amount().Uint64()
		if reward > 50*coin+fee {
			t.Fatalf("block %d issues %d with fees of %d", height, reward, fee)
		}
		issued, fees, transfers, memos = issued+reward, fees+fee, transfers+len(b.Transfers), memos+len(b.Acts)
		unspent.Apply(b)
	}
	var left uint64
	for _, c := range unspent {
		left += c.Amount
	}
	// The first block's coins can never be spent; fees went into rewards.
	if left+fees+50*coin != issued {
		t.Errorf("%d left and %d of fees of %d issued", left, fees, issued)
	}
	t.Logf("%d transfers, %d unspent outputs of %d units, fees of %d", transfers, len(unspent), left, fees)
	if transfers != 14247 || memos != 0 {
		t.Errorf("%d transfers, %d memos", transfers, memos)
	}
}

// balanced adds a block's sides up in plain numbers and returns its fees.
func balanced(t *testing.T, b *Block) (fees uint64) {
	t.Helper()
	if err := b.Check(clew.Bitcoin); err != nil {
		t.Fatal(err)
	}
	for i := range b.Transfers {
		tr := &b.Transfers[i]
		var in, out, fee uint64
		for _, leg := range tr.From {
			n, _ := leg.Amount.Uint64()
			in += n
		}
		for k, leg := range tr.To {
			n, _ := leg.Amount.Uint64()
			out += n
			if leg.Address.IsZero() {
				if fee = n; k != len(tr.To)-1 {
					t.Fatalf("%s: the fee is not the last leg", tr.Pos)
				}
			}
		}
		if in != out {
			t.Fatalf("%s: %d in, %d out", tr.Pos, in, out)
		}
		fees += fee
	}
	return fees
}

// TestFamousTransactions reads facts that everybody knows back from the chain.
func TestFamousTransactions(t *testing.T) {
	f := openFiles(t, map[string][]byte{"blk00000.dat": firstBlocks(t)})
	chain, err := f.Chain(context.Background(), clew.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	d := decoder(t, clew.Bitcoin)
	raw, err := chain.Read(170, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Decode(context.Background(), raw, 170, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The first payment: 10 of the 50 coins of block 9, and change to the payer.
	pay := b.Transfers[1]
	spent := hashOf("0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9")
	if pay.Tx != hashOf("f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16") || *pay.From[0].Spends != (clew.Output{Tx: spent}) {
		t.Errorf("%s spends %v", pay.Tx, pay.From[0].Spends)
	}
	if len(pay.To) != 2 || pay.To[0].Amount != clew.Units(10*coin) || pay.To[1].Amount != clew.Units(40*coin) || !pay.From[0].Unknown {
		t.Errorf("legs %+v, %+v", pay.From, pay.To)
	}
	if b.Missed != (Missing{Inputs: 1, Fees: 1}) || len(b.Scripts) != 3 || b.Scripts[1].Kind != PayToKey {
		t.Errorf("missed %+v, scripts %+v", b.Missed, b.Scripts)
	}
	if first, _ := chain.Read(0, nil); !bytes.Contains(first, []byte("Chancellor on brink of second bailout")) {
		t.Error("the first block lacks its headline")
	}
}

// block277647 is the record of a block of 2014 with 213 transactions.
func block277647(t testing.TB) []byte {
	t.Helper()
	return unzipped(t, "277647.dat.bz2")
}
