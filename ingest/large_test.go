package ingest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

// TestLongRows reads a file far longer than one row may be, in rows as long as
// real call data makes them.
func TestLongRows(t *testing.T) {
	const rows = 170
	var csv, lines strings.Builder
	csv.WriteString("note," + ownHeader)
	long := strings.Repeat("x", 100_000)
	for i := range rows {
		csv.WriteString(long + "," + ownRow(i, hexAddress("b0"), "5"))
		fmt.Fprintf(&lines, `{"number":%d,"hash":"%s","parent_hash":"","timestamp":5,"miner":"%s"}`+"\n", i, long, hexAddress("b0"))
	}
	if csv.Len() < rowBytesMax {
		t.Fatal("the file is too short")
	}
	for name, text := range map[string]string{"t.csv": csv.String(), "t.json": lines.String()} {
		_, report, err := importFiles(t, fstest.MapFS{name: {Data: []byte(text)}}, Options{})
		if err != nil || report.Sets[0].Rows != rows {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTooManyChains wants a file of endless chains to be refused, not to fill
// the memory.
func TestTooManyChains(t *testing.T) {
	for _, c := range []struct {
		chains int
		want   string
	}{{60, ""}, {80, `chain "eip155:1064": want fewer chains in t.csv`}} {
		text := "chain," + ownHeader
		for i := range c.chains {
			text += fmt.Sprintf("eip155:%d,", 1000+i) + ownRow(i, hexAddress("b0"), "5")
		}
		_, _, err := importFiles(t, fstest.MapFS{"t.csv": {Data: []byte(text)}}, Options{})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d chains: %v", c.chains, err)
		}
	}
}

// TestReportedDollars wants the books of money to stay exact.
func TestReportedDollars(t *testing.T) {
	text := "Timestamp,Block,Tx_hash,From,To,Value_in_USD\n2023-01-13 20:34:11,5," + hexID("01") + "," + hexAddress("a1") + "," + hexAddress("b0") + ",0.1\n"
	m := memories{}
	if _, err := Import(t.Context(), fstest.MapFS{"t.csv": {Data: []byte(text)}}, []string{"t.csv"}, m, Options{}); err != nil {
		t.Fatal(err)
	}
	all := m.transfers(t, clew.Ethereum)
	if len(all) != 1 || all[0].Amount().String() != "100000000000000000" || all[0].Asset != clew.Reported(clew.Ethereum, "usd") {
		t.Errorf("%+v", all)
	}
}

func TestPlainText(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{"null", ""}, {"", ""}, {`""`, ""}, {`"x"`, "x"}, {`"\u00e9"`, "é"}, {"5", "5"}, {"1e30", "1e30"}, {"true", "true"},
		{"[]", ""}, {`["a","b"]`, "a,b"}, {"[0, 1]", "0,1"}, {"123456789012345678901234567890", "123456789012345678901234567890"},
		{`[{"a":1}]`, `[{"a":1}]`}, {`{"a":1}`, `{"a":1}`},
	} {
		if got := plainText([]byte(c.json)); got != c.want {
			t.Errorf("%s: %q, want %q", c.json, got, c.want)
		}
	}
}

// TestNestedTraces wants paths given as lists of numbers to be understood.
func TestNestedTraces(t *testing.T) {
	row := func(path, from, to, err string) string {
		return fmt.Sprintf(`{"block_number":5,"transaction_hash":"%s","transaction_index":0,"from_address":"%s","to_address":"%s","value":7,"trace_type":"call","call_type":"call","trace_address":%s,"error":%s,"status":1}`+"\n",
			hexID("01"), hexAddress(from), hexAddress(to), path, err)
	}
	text := row("[]", "a1", "b0", "null") + row("[0]", "b0", "ca", `"Reverted"`) + row("[0,0]", "ca", "da", "null") + row("[1]", "b0", "da", "null")
	got, _, err := importFiles(t, fstest.MapFS{"traces.json": {Data: []byte(text)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, `
		5/0/native/0 unknown tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 7
		5/0/native/1 unknown tx:0x0101..0101 eip155:1/native 0xb000..00b0>0xDA00..00DA 7`)
}
