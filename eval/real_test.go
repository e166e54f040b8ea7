package eval

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/bitcoin"
	"clew/cluster/account"
	"clew/ingest"
	"clew/internal/sample"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
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

// TestRealGolden holds what is measured on real ledgers, against the field's own
// tags, against what was measured when somebody last looked.
func TestRealGolden(t *testing.T) {
	index := realTags(t)
	actor := func(a clew.Address) string {
		for _, tg := range index.At(a) {
			if tg.Actor != "" {
				return tg.Actor
			}
		}
		return ""
	}
	r := firstBlocks(t)
	r.Actor = actor
	table := &Table{}
	rows, more, err := Measure(t.Context(), r)
	if err != nil || more {
		t.Fatalf("more %v, %v", more, err)
	}
	table.Real = rows
	for _, c := range []struct{ folder, file, name string }{
		{"ronin-2022", "LazarusTabularTxs1322519.csv", "Ethereum, around the Ronin thief"},
		{"harvest-2020", "all-tx.csv", "Ethereum, around the Harvest thief"},
	} {
		s := imported(t, c.folder, c.file)
		r := &Reality{Data: c.name, Ledger: s, Actor: actor, Most: 1 << 20, Done: func(uint64) {}}
		rows, more, err := MeasureAccounts(t.Context(), r, account.Question{Reader: s, Namer: index, Bounds: account.BoundsOf(clew.Ethereum)})
		if err != nil || more {
			t.Fatalf("%s: more %v, %v", c.name, more, err)
		}
		table.Real = append(table.Real, rows...)
	}
	golden(t, "testdata/real.csv", table)
}

// memories are where files are imported to.
type memories map[clew.Chain]*memory.Ledger

func (m memories) Load(ctx context.Context, chain clew.Chain, source ledger.Source) (ledger.Load, error) {
	if m[chain] == nil {
		m[chain] = memory.New(chain)
	}
	return m[chain].Load(ctx, source)
}

func (m memories) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

// imported reads a file of transfers on Ethereum.
func imported(t *testing.T, folder, file string) ledger.Snapshot {
	t.Helper()
	m := memories{}
	if _, err := ingest.Import(t.Context(), os.DirFS(sample.Dir(t, folder)), []string{file}, m, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := m[clew.Ethereum].Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// realTags reads the field's own tags of Bitcoin and Ethereum.
func realTags(t *testing.T) *tag.Index {
	t.Helper()
	var b tag.Builder
	files := []string{filepath.Join(sample.Dir(t, "etherscan-labels"), "ethereum-accounts.json")}
	err := filepath.WalkDir(filepath.Join(sample.Dir(t, "tagpacks"), "packs"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".yaml") {
			files = append(files, name)
		}
		return err
	})
	if err != nil || len(files) != 87 {
		t.Fatalf("%d files of tags, %v", len(files), err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tag.ReadPack(t.Context(), filepath.Base(name), f, func(tg tag.Tag) error {
			if c := tg.Subject.Chain(); c == clew.Bitcoin || c == clew.Ethereum {
				b.Add(tg)
			}
			return nil
		})
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.Index()
}

// spend makes a transaction of Bitcoin: each input spends an output, written as
// transaction, index, who and how much.
func spend(height uint64, id byte, from []coin, to ...coin) clew.Block {
	t := clew.Transfer{Pos: clew.Pos{Height: height}, Time: clew.Time(height), Tx: clew.TxID{id}, Asset: clew.NativeAsset(clew.Bitcoin)}
	for _, c := range from {
		t.From = append(t.From, clew.Leg{Address: person(c.who), Amount: clew.Units(c.amount), Spends: &clew.Output{Tx: clew.TxID{c.tx}, Index: c.index}})
	}
	if from == nil {
		t.From = []clew.Leg{{Amount: clew.Units(to[0].amount)}}
	}
	for _, c := range to {
		t.To = append(t.To, clew.Leg{Address: person(c.who), Amount: clew.Units(c.amount)})
	}
	return clew.Block{Ref: clew.BlockRef{Height: height, Hash: clew.TxID{0xff, id}, Time: clew.Time(height)}, Parent: clew.TxID{0xff, id - 1}, Transfers: []clew.Transfer{t}}
}

type coin struct {
	tx     byte
	index  uint32
	who    byte
	amount uint64
}

// TestMeasureByHand: a pays from two addresses, gets change back to one of them
// that later spends with another, and one payment whose change is refuted.
func TestMeasureByHand(t *testing.T) {
	m := memory.New(clew.Bitcoin)
	err := m.Append(t.Context(),
		spend(0, 1, nil, coin{who: 'a', amount: 1_000_000}),
		spend(1, 2, nil, coin{who: 'b', amount: 1_100_000}),
		// pays 1,500,000 to shop s; change of 600,000, less than each input, to c
		spend(2, 3, []coin{{1, 0, 'a', 1_000_000}, {2, 0, 'b', 1_100_000}}, coin{who: 's', amount: 1_500_000}, coin{who: 'c', amount: 600_000}),
		spend(3, 4, nil, coin{who: 'd', amount: 100_000}),
		// c and d are spent together: nothing yet of a
		spend(4, 5, []coin{{3, 1, 'c', 600_000}, {4, 0, 'd', 100_000}}, coin{who: 'e', amount: 700_000}),
		spend(5, 6, nil, coin{who: 'a', amount: 50_000}),
		// e and a are, so that c is a's by way of d only if e were theirs: it is not shown
		spend(6, 7, []coin{{5, 0, 'e', 700_000}, {6, 0, 'a', 50_000}}, coin{who: 'f', amount: 750_000}),
		spend(7, 8, nil, coin{who: 'c', amount: 40_000}),
		spend(8, 9, nil, coin{who: 'a', amount: 30_000}),
		// c and a at last
		spend(9, 10, []coin{{8, 0, 'c', 40_000}, {9, 0, 'a', 30_000}}, coin{who: 'g', amount: 70_000}),
	)
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	claims := map[clew.Address]string{person('a'): "alpha", person('b'): "beta", person('c'): "alpha", person('d'): "alpha"}
	r := &Reality{Data: "by hand", Ledger: s, Actor: func(a clew.Address) string { return claims[a] }, Most: 100, Done: func(uint64) {}}
	rows, more, err := Measure(t.Context(), r)
	if err != nil || more {
		t.Fatal(more, err)
	}
	by := map[string]Real{}
	for _, row := range rows {
		by[row.Heuristic] = row
	}
	// a-b two actors; c-d one; e-a none; c-a one. All are one cluster, of two actors.
	if got, want := by["common-input"], (Real{Data: "by hand", Heuristic: "common-input", Cases: 4, Named: 4, SameActor: 2, TwoActors: 1, Several: 1, Conflicts: 1}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// c is named, and borne out; its cluster has two actors, so its own tag counts.
	if got, want := by["change-optimal"], (Real{Data: "by hand", Heuristic: "change-optimal", Cases: 1, Named: 1, SameActor: 1, Borne: 1}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	r.Most = 5
	rows, more, err = Measure(t.Context(), r)
	if err != nil || !more || rows[0].Cases != 2 {
		t.Errorf("of five transactions: %+v, more %v, %v", rows[0], more, err)
	}
}

// TestRealSaysWhatItDoesNotKnow wants no 0 where there was nothing to be seen.
func TestRealSaysWhatItDoesNotKnow(t *testing.T) {
	var b bytes.Buffer
	if err := WriteGolden(&b, &Table{Real: []Real{{Data: "d", Heuristic: "common-input", Cases: 3, Named: 2}, {Data: "d", Heuristic: "change-reuse", Cases: 3, Named: 2, SameActor: 1, Refuted: 2, Several: 3, Conflicts: 1}}}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if lines[1] != "d,common-input,all,3,,2,,,,,no tagged pair,,,no such cluster,,,,," || lines[2] != "d,change-reuse,all,3,,2,,,,,1,1,0,,,,2,0,2" {
		t.Errorf("%s", b.String())
	}
}
