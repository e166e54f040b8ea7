package ingest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

// export returns the rows of a file of transactions, each from its letter's
// address to another's.
func export(coin string, rows ...string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"DateTime\",\"From\",\"To\",\"ContractAddress\",\"Value_IN(%s)\",\"Value_OUT(%s)\",\"Status\",\"ErrCode\"\n", coin, coin)
	for i, row := range rows {
		from, to, _ := strings.Cut(row, ">")
		fmt.Fprintf(&text, "\"%s\",\"%d\",\"1683000000\",\"x\",\"%s\",\"%s\",\"\",\"0\",\"1\",\"\",\"\"\n", hexID(fmt.Sprintf("%02x", i%256)), 100+i, hexAddress(from), hexAddress(to))
	}
	return text.String()
}

func TestWhoseExport(t *testing.T) {
	al, _ := clew.ParseAddress(hexAddress("a1"), clew.Ethereum)
	for _, c := range []struct {
		name  string
		files map[string]string
		opt   Options
		want  string // in the error; "" for none
		sets  int
	}{
		{"the one on every row", map[string]string{"e.csv": export("ETH", "a1>b0", "ca>a1")}, Options{}, "", 1},
		{"two on every row", map[string]string{"e.csv": export("ETH", "a1>b0", "b0>a1")}, Options{}, "e.csv: address: want the address that these transactions are of (--address): 2 are on every row", 0},
		{"two, and one told", map[string]string{"e.csv": export("ETH", "a1>b0", "b0>a1")}, Options{Address: al}, "", 1},
		{"none on every row", map[string]string{"e.csv": export("ETH", "a1>b0", "ca>da")}, Options{}, "0 are on every row", 0},
		{"a row of others", map[string]string{"e.csv": export("ETH", "a1>b0", "ca>da")}, Options{Address: al}, "e.csv:3: neither from nor to 0xA1000000000000000000000000000000000000A1, whose export this is", 0},
		{"two, and another file tells", map[string]string{"e.csv": export("ETH", "a1>b0", "b0>a1"), "f.csv": export("ETH", "a1>ca", "a1>da")}, Options{}, "", 2},
		{"another chain's coin", map[string]string{"e.csv": export("BNB", "a1>b0", "a1>ca")}, Options{}, `e.csv: chain "ethereum": want the chain whose coin is BNB`, 0},
		{"its own coin", map[string]string{"e.csv": export("BNB", "a1>b0", "a1>ca")}, Options{Chain: clew.BNB}, "", 1},
		{"a coin that was renamed", map[string]string{"e.csv": export("MATIC", "a1>b0", "a1>ca")}, Options{Chain: clew.Polygon}, "", 1},
		{"no EVM chain", map[string]string{"e.csv": export("ETH", "a1>b0", "a1>ca")}, Options{Chain: clew.Tron}, "want", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range c.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			_, report, err := importFiles(t, files, c.opt)
			if c.want == "" && (err != nil || len(report.Sets) != c.sets) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, %d sets; want %s", err, len(report.Sets), c.want)
			}
		})
	}
}

// TestFullPage wants an export of exactly as many rows as one can hold to say
// that there may be more.
func TestFullPage(t *testing.T) {
	for _, rows := range []int{4999, 5000, 5001, 10000} {
		page := export("ETH", strings.Fields(strings.Repeat("a1>b0 ca>a1 ", rows/2)+strings.Repeat("a1>da ", rows%2))...)
		_, report, err := importFiles(t, fstest.MapFS{"e.csv": {Data: []byte(page)}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		full := false
		for _, g := range report.Sets[0].Coverage[0].Gaps {
			full = full || g.Kind == clew.GapPartial && strings.Contains(g.Note, fmt.Sprintf("end at %d rows", rows))
		}
		if want := rows == 5000 || rows == 10000; full != want {
			t.Errorf("%d rows: stated as full: %v", rows, full)
		}
	}
}

// TestExportWindow wants the declared window to be held, or else the rows'.
func TestExportWindow(t *testing.T) {
	for _, c := range []struct {
		whole clew.Window
		want  string
	}{{clew.Window{}, "100-101"}, {clew.Window{From: 50, To: 500}, "50-499"}} {
		_, report, err := importFiles(t, fstest.MapFS{"e.csv": {Data: []byte(export("ETH", "a1>b0", "ca>a1"))}}, Options{Whole: c.whole})
		if err != nil {
			t.Fatal(err)
		}
		if h := report.Sets[0].Coverage[0].Held[0]; h.Window.String() != c.want || h.Source != "etherscan export" || h.Address.Text() != "0xA1000000000000000000000000000000000000A1" {
			t.Errorf("%+v", h)
		}
	}
}
