package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

const placedHeader = "height,tx,asset,from,to,amount\n"

func placedRow(height, tx, amount int) string {
	return fmt.Sprintf("%d,%s,native,%s,%s,%d\n", height, hexID(fmt.Sprintf("%02x", tx)), hexAddress("a1"), hexAddress("b0"), amount)
}

// amountsOf imports a file and returns the amounts in chain order.
func amountsOf(t *testing.T, rows []string) string {
	t.Helper()
	m := memories{}
	report, err := Import(t.Context(), fstest.MapFS{"f": {Data: []byte(placedHeader + strings.Join(rows, ""))}}, []string{"f"}, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := report.Sets[0]; s.Rows != uint64(len(rows)) || s.Added != s.Rows {
		t.Errorf("%d rows, %d added, of %d", s.Rows, s.Added, len(rows))
	}
	var amounts []string
	all := m.transfers(t, clew.Ethereum)
	for i := range all {
		amounts = append(amounts, all[i].Amount().String())
	}
	return strings.Join(amounts, " ")
}

// TestOrderWithinBlocks wants rows to keep their order where it is the
// chain's, also when the newest is first, and else an order that comes from
// what they say alone.
func TestOrderWithinBlocks(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []string
		want string
	}{
		{"oldest first", []string{placedRow(5, 9, 10), placedRow(5, 8, 5), placedRow(6, 7, 4), placedRow(6, 6, 3)}, "10 5 4 3"},
		{"newest first", []string{placedRow(6, 6, 3), placedRow(6, 7, 4), placedRow(5, 8, 5), placedRow(5, 9, 10)}, "10 5 4 3"},
		{"in no order, by transaction", []string{placedRow(5, 9, 10), placedRow(6, 7, 4), placedRow(5, 8, 5), placedRow(6, 6, 3)}, "5 10 3 4"},
		{"in no order after falling", []string{placedRow(6, 7, 4), placedRow(5, 9, 10), placedRow(5, 8, 5), placedRow(6, 6, 3)}, "5 10 3 4"},
		{"one transaction, by amount", []string{placedRow(5, 9, 10), placedRow(6, 7, 4), placedRow(5, 9, 9), placedRow(6, 7, 3)}, "9 10 3 4"},
	} {
		if got := amountsOf(t, c.rows); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestRowsInNoOrder shuffles the rows of a file, which must change nothing.
func TestRowsInNoOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var rows []string
	for i := range 60 {
		rows = append(rows, placedRow(100+i/6, r.IntN(40), i+1))
	}
	want := ""
	for range 20 {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		got := amountsOf(t, rows)
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("%s\nthen %s", want, got)
		}
	}
}

// TestExportsInAnyNames wants an address's exports to be put in the same order
// whatever their files are called.
func TestExportsInAnyNames(t *testing.T) {
	own, other := hexAddress("a1"), hexAddress("b0")
	normal := "Transaction Hash,Blockno,UnixTimestamp,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status\n" +
		hexID("02") + ",5,1683000000," + own + "," + other + ",,0,1,\n"
	internal := "Transaction Hash,Blockno,UnixTimestamp,ParentTxFrom,From,TxTo,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status\n" +
		hexID("01") + ",5,1683000000," + other + "," + other + "," + own + ",,2,0,0\n"
	var results []string
	for _, names := range [][2]string{{"a.csv", "b.csv"}, {"b.csv", "a.csv"}} {
		m := memories{}
		files := fstest.MapFS{names[0]: {Data: []byte(normal)}, names[1]: {Data: []byte(internal)}}
		if _, err := Import(t.Context(), files, []string{"."}, m, Options{Address: address(t, clew.Ethereum, "a1")}); err != nil {
			t.Fatal(err)
		}
		results = append(results, strings.Join(held(t, m), "\n"))
	}
	if results[0] != results[1] || strings.Count(results[0], "\n") != 1 || strings.Index(results[0], "0x0202") > strings.Index(results[0], "0x0101") {
		t.Errorf("%s\nand\n%s", results[0], results[1])
	}
}

// TestMadeUpOrderIsAGap wants every load whose places are made up to say so,
// and no other.
func TestMadeUpOrderIsAGap(t *testing.T) {
	own := "height,index,class,ordinal,asset,from,to,amount\n5,0,native,0,native," + hexAddress("a1") + "," + hexAddress("b0") + ",10\n"
	for _, c := range []struct {
		name, data string
		want       []string
	}{
		{"places given", own, nil},
		{"no ordinals", strings.Replace(strings.Replace(own, ",ordinal", "", 1), "native,0,native", "native,native", 1), []string{"order within blocks not known, blocks 5-5: f: places within a block are made up"}},
		{"no indexes", placedHeader + placedRow(5, 1, 10) + placedRow(7, 2, 5), []string{"order within blocks not known, blocks 5-7: f: places within a block are made up"}},
	} {
		m := memories{}
		if _, err := Import(t.Context(), fstest.MapFS{"f": {Data: []byte(c.data)}}, []string{"f"}, m, Options{}); err != nil {
			t.Fatal(err)
		}
		coverage, err := m.Coverage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range coverage[0].Gaps {
			if g.Kind == clew.GapOrder {
				got = append(got, g.String())
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
