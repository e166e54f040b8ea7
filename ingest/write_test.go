package ingest

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
)

// randomTransfers returns transfers of all sorts with places of their own.
func randomTransfers(seed uint64, n int, manyLegs bool) []clew.Transfer {
	r := rand.New(rand.NewPCG(seed, 1))
	chains := []clew.Chain{clew.Ethereum, clew.Ronin, clew.Tron, clew.Bitcoin}
	var all []clew.Transfer
	for i := range n {
		chain := chains[r.IntN(len(chains))]
		amount := clew.Units(r.Uint64())
		if r.IntN(3) == 0 {
			amount = clew.AmountOf([4]uint64{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()})
		}
		t := clew.Transfer{
			Pos:   clew.Pos{Height: uint64(i / 3), Index: r.Uint32(), Class: clew.Class(r.IntN(4)), Ordinal: uint32(i)},
			Asset: clew.NativeAsset(chain),
			From:  []clew.Leg{{Address: randomAddress(r, chain), Amount: amount}},
			To:    []clew.Leg{{Address: randomAddress(r, chain), Amount: amount}},
		}
		decorate(r, &t, chain, manyLegs)
		all = append(all, t)
	}
	return all
}

func decorate(r *rand.Rand, t *clew.Transfer, chain clew.Chain, manyLegs bool) {
	if r.IntN(5) > 0 {
		t.Time = clew.Time(1 + r.IntN(1<<31))
	}
	if r.IntN(5) > 0 {
		binary.LittleEndian.PutUint64(t.Tx[:], r.Uint64()|1)
	}
	if r.IntN(6) == 0 {
		t.Pos.Ordinal |= ledger.MadeUp
	}
	if r.IntN(8) == 0 {
		t.To[0].Address = clew.Address{}
	}
	t.Rounded = r.IntN(7) == 0
	switch {
	case !chain.IsBitcoin() && r.IntN(3) == 0:
		standard := map[bool]string{true: "trc20", false: "erc20"}[chain.IsTron()]
		t.Asset = clew.Token(standard, randomAddress(r, chain))
	case chain.IsEVM() && r.IntN(5) == 0:
		item := clew.Units(r.Uint64())
		t.Asset, t.Item = clew.Token("erc721", randomAddress(r, chain)), &item
	case r.IntN(9) == 0:
		t.From[0].Amount, t.To[0].Amount = clew.Units(300), clew.Units(300)
		t.Aggregate = &clew.Aggregate{Count: 3, Unit: clew.Units(100), First: 5, Last: 900}
	case chain.IsBitcoin() && manyLegs:
		t.From = []clew.Leg{{Unknown: true}, {Address: randomAddress(r, chain), Amount: clew.Units(5), Spends: &clew.Output{Tx: clew.TxID{1}, Index: 7}}}
		t.To = []clew.Leg{{Address: randomAddress(r, chain), Amount: clew.Units(4)}, {Amount: clew.Units(6)}}
	}
}

func randomAddress(r *rand.Rand, chain clew.Chain) clew.Address {
	form, size := clew.EVMForm, 20
	switch {
	case chain.IsTron():
		form = clew.TronForm
	case chain.IsBitcoin():
		form, size = clew.P2WSH, 32
	}
	key := make([]byte, size)
	binary.LittleEndian.PutUint64(key, r.Uint64())
	a, err := clew.MakeAddress(chain, form, key)
	if err != nil {
		panic(err) // the test's own table is wrong
	}
	return a
}

func written(t testing.TB, format string, transfers []clew.Transfer) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, format)
	if err != nil {
		t.Fatal(err)
	}
	for i := range transfers {
		if err := w.Write(&transfers[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRoundTrip writes random transfers in each of the project's own formats
// and reads them back, recognised by their columns.
func TestRoundTrip(t *testing.T) {
	for _, format := range []string{clewCSVFormat, clewLinesFormat, clewFlatFormat} {
		t.Run(format, func(t *testing.T) {
			for seed := range uint64(6) {
				all := randomTransfers(seed, 300, format == clewLinesFormat)
				for i := range all {
					if err := all[i].Check(); err != nil {
						t.Fatal(err)
					}
				}
				data := written(t, format, all)
				m := memories{}
				report, err := Import(t.Context(), fstest.MapFS{"f": {Data: data}}, []string{"f"}, m, Options{})
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if report.Sets[0].Format != format {
					t.Errorf("recognised as %s", report.Sets[0].Format)
				}
				var want []string
				for i := range all {
					want = append(want, render(&all[i]))
				}
				got := held(t, m)
				slices.Sort(want)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d: %d transfers read, %d written\n%s\n%s", seed, len(got), len(want), got[0], want[0])
				}
			}
		})
	}
}

func TestWriterRefusesManyLegs(t *testing.T) {
	two := clew.Transfer{From: make([]clew.Leg, 2), To: make([]clew.Leg, 1)}
	for _, format := range []string{clewCSVFormat, clewFlatFormat} {
		w, err := NewWriter(&bytes.Buffer{}, format)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(&two); err == nil {
			t.Errorf("%s took a transfer with two senders", format)
		}
	}
	if _, err := NewWriter(&bytes.Buffer{}, "xml"); err == nil {
		t.Error("a writer of xml")
	}
}
