package ingest

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

const (
	bareTxs    = "hash,block_number,from_address,to_address,value,gas_price\n"
	indexedTxs = "hash,block_number,from_address,to_address,value,gas_price,transaction_index\n"
	bareTokens = "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n"
	bareFrames = "block_number,transaction_hash,from_address,to_address,value,trace_type,call_type,trace_address,status\n"
	receiptsOf = "transaction_hash,transaction_index,block_number,cumulative_gas_used,gas_used,status\n"
	logsOf     = "log_index,transaction_hash,transaction_index,block_number,address,data,topics\n"
	bareLogs   = "log_index,transaction_hash,block_number,address,data,topics\n"
)

func bareTx(id string, height, value int) string {
	return fmt.Sprintf("%s,%d,%s,%s,%d,1\n", hexID(id), height, hexAddress("a1"), hexAddress("b0"), value)
}

func indexedTx(id string, height, value, index int) string {
	return strings.TrimSuffix(bareTx(id, height, value), "\n") + fmt.Sprintf(",%d\n", index)
}

func bareToken(id string, height, value, log int) string {
	return fmt.Sprintf("%s,%s,%s,%d,%s,%d,%d\n", hexAddress("70"), hexAddress("a1"), hexAddress("b0"), value, hexID(id), log, height)
}

func bareFrame(id string, height, value int, path string) string {
	return fmt.Sprintf("%d,%s,%s,%s,%d,call,call,\"%s\",1\n", height, hexID(id), hexAddress("a1"), hexAddress("b0"), value, path)
}

func receiptAt(id string, height, index int) string {
	return fmt.Sprintf("%s,%d,%d,1,1,1\n", hexID(id), index, height)
}

// logAt is a log; with an index below 0 one that does not say it.
func logAt(id string, height, value, log, index int) string {
	word := func(a string) string { return "0x" + strings.Repeat("0", 24) + a[2:] }
	topics := "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef," + word(hexAddress("a1")) + "," + word(hexAddress("b0"))
	at := ""
	if index >= 0 {
		at = fmt.Sprintf("%d,", index)
	}
	return fmt.Sprintf("%d,%s,%s%d,%s,0x%064x,\"%s\"\n", log, hexID(id), at, height, hexAddress("70"), value, topics)
}

// placesOf writes where transfers are and how much they move; a star stands
// for an ordinal that was made up.
func placesOf(t *testing.T, m memories) string {
	t.Helper()
	var places []string
	all := m.transfers(t, clew.Ethereum)
	for i := range all {
		p, star := all[i].Pos, ""
		if p.Ordinal >= 1<<31 {
			p.Ordinal, star = p.Ordinal-1<<31, "*"
		}
		places = append(places, fmt.Sprintf("%s%s=%s", p, star, all[i].Amount()))
	}
	return strings.Join(places, " ")
}

// TestPlacesOfTransactions wants transactions whose rows do not say their
// index to be where another file says, and else in the order of their rows.
func TestPlacesOfTransactions(t *testing.T) {
	for _, c := range []struct {
		name, want string
		files      map[string]string
	}{
		{"the order of rows", "5/0/native/0*=7 5/1/native/0*=8 5/2/native/0*=9 6/0/native/0*=1", map[string]string{
			"transactions.csv": bareTxs + bareTx("03", 5, 7) + bareTx("01", 5, 8) + bareTx("02", 5, 9) + bareTx("04", 6, 1),
		}},
		{"newest first", "5/0/native/0*=7 5/1/native/0*=8 6/0/native/0*=1", map[string]string{
			"transactions.csv": bareTxs + bareTx("04", 6, 1) + bareTx("01", 5, 8) + bareTx("03", 5, 7),
		}},
		{"a row twice is one", "5/0/native/0*=7 5/1/native/0*=8", map[string]string{
			"transactions.csv": bareTxs + bareTx("01", 5, 7) + bareTx("01", 5, 7) + bareTx("02", 5, 8),
		}},
		{"receipts say", "5/2/native/0=8 5/4/native/0=7", map[string]string{
			"transactions.csv": bareTxs + bareTx("03", 5, 7) + bareTx("01", 5, 8),
			"receipts.csv":     receiptsOf + receiptAt("03", 5, 4) + receiptAt("01", 5, 2),
		}},
		{"logs say of some", "5/0/native/0*=7 5/3/native/0*=8 5/3/log/6*=1 5/4/native/0*=9 6/0/native/0=4 6/0/log/0=2", map[string]string{
			"transactions.csv": bareTxs + bareTx("01", 5, 7) + bareTx("02", 5, 8) + bareTx("03", 5, 9) + bareTx("04", 6, 4),
			"logs.csv":         logsOf + logAt("02", 5, 1, 6, 3) + logAt("04", 6, 2, 0, 0),
		}},
		{"a place that is taken", "5/0/native/0*=8 5/1/native/0*=9 5/2/native/0*=7", map[string]string{
			"transactions.csv": indexedTxs + strings.TrimSuffix(bareTx("02", 5, 7), "\n") + ",\n" + indexedTx("03", 5, 8, 0) + indexedTx("01", 5, 9, 1),
		}},
		{"logs that do not say", "5/3/native/0=7 5/3/log/0=1 5/4/native/0=8 5/4/log/1=2", map[string]string{
			"transactions.csv": indexedTxs + indexedTx("01", 5, 7, 3) + indexedTx("02", 5, 8, 4),
			"logs.csv":         bareLogs + logAt("01", 5, 1, 0, -1) + logAt("02", 5, 2, 1, -1),
		}},
		{"logs alone", "5/1/log/3=4 5/2/log/7=5", map[string]string{"logs.csv": logsOf + logAt("02", 5, 5, 7, 2) + logAt("01", 5, 4, 3, 1)}},
		{"logs alone that do not say", "5/0/log/3*=4 5/0/log/7*=5", map[string]string{"logs.csv": bareLogs + logAt("02", 5, 5, 7, -1) + logAt("01", 5, 4, 3, -1)}},
		{"token transfers alone", "5/0/log/3*=4 5/0/log/7*=5", map[string]string{"token_transfers.csv": bareTokens + bareToken("02", 5, 5, 7) + bareToken("01", 5, 4, 3)}},
		{"a token transfer of no transaction", "5/1/native/0*=7 5/1/log/3*=4 5/1/log/5*=6 6/0/native/0=8 6/0/log/0=9", map[string]string{
			"transactions.csv":    indexedTxs + indexedTx("01", 5, 7, 1) + indexedTx("02", 6, 8, 0),
			"token_transfers.csv": bareTokens + bareToken("01", 5, 4, 3) + bareToken("09", 5, 6, 5) + bareToken("02", 6, 9, 0),
		}},
		{"call traces that do not say", "5/0/native/0*=7 5/0/native/1*=2 5/1/native/0*=8", map[string]string{
			"traces.csv": bareFrames + bareFrame("02", 5, 7, "") + bareFrame("02", 5, 2, "0") + bareFrame("01", 5, 8, ""),
		}},
		{"call traces of known transactions", "5/2/native/0=7 5/2/native/1=2", map[string]string{
			"traces.csv":       bareFrames + bareFrame("02", 5, 7, "") + bareFrame("02", 5, 2, "0"),
			"transactions.csv": indexedTxs + indexedTx("02", 5, 7, 2),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range c.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			m := memories{}
			for again := range 2 {
				report, err := Import(t.Context(), files, []string{"."}, m, Options{Again: true})
				if err != nil {
					t.Fatal(err)
				}
				if added := report.Sets[0].Added; (added == 0) != (again == 1) {
					t.Errorf("%d added at time %d", added, again+1)
				}
				if got := placesOf(t, m); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
				orderIsAGap(t, &report.Sets[0], strings.Contains(c.want, "*"))
			}
		})
	}
}

// orderIsAGap wants places to be called made up where some are, and nowhere
// else.
func orderIsAGap(t *testing.T, s *SetReport, want bool) {
	t.Helper()
	found := false
	for _, c := range s.Coverage {
		for _, g := range c.Gaps {
			if g.Kind == clew.GapOrder {
				if found = true; g.Window != (clew.Window{From: 5, To: 6}) && g.Window != (clew.Window{From: 5, To: 7}) {
					t.Errorf("order within blocks %s", g.Window)
				}
			}
		}
	}
	if found != want {
		t.Errorf("a gap in the order: %v, want %v", found, want)
	}
}

// TestSureAfterUnsure wants what came without places to be known again when it
// comes with them.
func TestSureAfterUnsure(t *testing.T) {
	m := memories{}
	for i, text := range []string{bareTxs + bareTx("03", 5, 7) + bareTx("01", 5, 8), indexedTxs + indexedTx("03", 5, 7, 4) + indexedTx("01", 5, 8, 2)} {
		report, err := Import(t.Context(), fstest.MapFS{"transactions.csv": {Data: []byte(text)}}, []string{"."}, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s := report.Sets[0]; s.Added != uint64(2-2*i) || s.Duplicate != uint64(2*i) {
			t.Errorf("%d added, %d held before", s.Added, s.Duplicate)
		}
	}
}

// TestStrayTokens wants token transfers of transactions that are not there to
// be said.
func TestStrayTokens(t *testing.T) {
	_, report, err := importFiles(t, fstest.MapFS{
		"transactions.csv":    {Data: []byte(indexedTxs + indexedTx("01", 5, 7, 0))},
		"token_transfers.csv": {Data: []byte(bareTokens + bareToken("01", 5, 4, 3) + bareToken("09", 5, 6, 5))},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var count uint64
	for _, c := range report.Sets[0].Coverage {
		for _, g := range c.Gaps {
			if g.Kind == clew.GapPartial && strings.Contains(g.Note, "not among the transactions") {
				count += g.Count
			}
		}
	}
	if count != 1 {
		t.Errorf("%d token transfers without their transaction", count)
	}
}

// TestFramesOfNothing wants a frame that says neither to be a bad row.
func TestFramesOfNothing(t *testing.T) {
	frame := strings.Replace(bareFrame("01", 5, 7, ""), hexID("01"), "", 1)
	_, _, err := importFiles(t, fstest.MapFS{"traces.csv": {Data: []byte(bareFrames + frame)}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "traces.csv:2: want the transaction's hash or its index") {
		t.Error(err)
	}
}

// TestNativeTransfersAlone wants only what cryo's native transfers say to have
// places that are made up.
func TestNativeTransfersAlone(t *testing.T) {
	al, bo := hexAddress("a1"), hexAddress("b0")
	files := fstest.MapFS{
		"native_transfers.csv": {Data: []byte("block_number,transaction_index,transfer_index,transaction_hash,from_address,to_address,value_string\n" +
			"5,3,9," + hexID("01") + "," + al + "," + bo + ",7\n")},
		"logs.csv": {Data: []byte("block_number,transaction_index,log_index,transaction_hash,contract_address,topic0,topic1,topic2,data\n" +
			"5,3,2," + hexID("01") + "," + hexAddress("70") + ",0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef,0x" +
			strings.Repeat("0", 24) + al[2:] + ",0x" + strings.Repeat("0", 24) + bo[2:] + ",0x" + fmt.Sprintf("%064x", 5) + "\n")},
	}
	m := memories{}
	if _, err := Import(t.Context(), files, []string{"."}, m, Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := placesOf(t, m), "5/3/native/0*=7 5/3/log/2=5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestPlacesOfRealTransactions wants recorded blocks to come out in their
// order when indexes are taken out of their files.
func TestPlacesOfRealTransactions(t *testing.T) {
	folder := sampleFS(t, "ethereum_etl_fixtures")
	index := regexp.MustCompile(`"transaction_index": \d+, `)
	files := func(without ...string) fstest.MapFS {
		given := fstest.MapFS{}
		for _, kind := range []string{"blocks", "transactions", "logs"} {
			data, err := fs.ReadFile(folder, fixtures+"test_stream/blocks_17173049_17173050/expected_"+kind+".json")
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(without, kind) {
				data = index.ReplaceAll(data, nil)
			}
			given[kind+".json"] = &fstest.MapFile{Data: data}
		}
		return given
	}
	places := func(given fstest.MapFS) (string, int) {
		m := memories{}
		if _, err := Import(t.Context(), given, []string{"."}, m, Options{}); err != nil {
			t.Fatal(err)
		}
		all := strings.Fields(placesOf(t, m))
		return strings.ReplaceAll(strings.Join(all, "\n"), "*", ""), strings.Count(strings.Join(all, ""), "*")
	}
	want, _ := places(files())
	for _, c := range []struct {
		without []string
		madeUp  bool
	}{{nil, false}, {[]string{"logs"}, false}, {[]string{"transactions"}, true}, {[]string{"transactions", "logs"}, true}} {
		got, madeUp := places(files(c.without...))
		if got != want || (madeUp > 0) != c.madeUp || strings.Count(want, "\n") < 500 {
			t.Errorf("without indexes of %v: %d made up; as with them: %v", c.without, madeUp, got == want)
		}
	}
}
