package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

const ownHeader = "height,asset,from,to,amount\n"

func ownRow(height int, to, amount string) string {
	return fmt.Sprintf("%d,native,%s,%s,%s\n", height, hexAddress("a1"), to, amount)
}

// TestBadInput wants one clear sentence for each mistake, with the file and
// line where there are rows, and a ledger that stays as it was.
func TestBadInput(t *testing.T) {
	bo := hexAddress("b0")
	good := ownRow(100, bo, "5")
	for _, c := range []struct {
		name, file string
		data       string
		opt        Options
		want       string // in the error
	}{
		{"no such file", "other.csv", "", Options{}, `file "t.csv": want a file or a folder that exists`},
		{"an empty file", "t.csv", "", Options{}, `file "t.csv": want rows; the file is empty`},
		{"a file of empty lines", "t.csv", "\n\n  \n", Options{}, `want rows; the file is empty`},
		{"a foreign CSV", "t.csv", "name,age\nx,3\n", Options{}, `t.csv: columns "name,age": want those of a format that is known (clew-jsonl, clew-parquet, etherscan, cryo, ethereum-etl, clew-csv, harvest, launder-flows, ether-edges, ether-table) or, for any other CSV, a map of its columns by --map`},
		{"a foreign text", "t.csv", "Dear Sir,\nplease", Options{}, `t.csv: columns "Dear Sir,": want those of`},
		{"a picture", "t.csv", "\x89PNG\r\n\x1a\n\x00\x00", Options{}, `file "t.csv": want CSV, JSON lines or Parquet; this is none of them`},
		{"UTF-16", "t.csv", "\xff\xfeh\x00", Options{}, `want text in UTF-8; this is in UTF-16`},
		{"one JSON array", "t.csv", `[{"pos":{}}]`, Options{}, `want JSON lines, one object a line`},
		{"Parquet in gzip", "t.csv", zipped("PAR1...."), Options{}, `file "t.csv": want a file that is not packed, or is by gzip alone and then no Parquet; this holds Parquet in gzip`},
		{"gzip in gzip", "t.csv", zipped(zipped(ownHeader + good)), Options{}, `this holds gzip in gzip`},
		{"a zip archive", "t.csv", "PK\x03\x04\x14\x00", Options{}, `this holds a zip archive`},
		{"broken gzip", "t.csv", "\x1f\x8b\x08\x00\x00", Options{}, `file "t.csv": want a whole gzip file; this one is cut short or damaged (unexpected EOF)`},
		{"cut gzip", "t.csv", zipped(ownHeader + strings.Repeat(good, 2000))[:60], Options{}, `file "t.csv": want a whole gzip file; this one is cut short or damaged (unexpected EOF)`},
		{"a Parquet file cut short", "t.csv", "PAR1abc", Options{}, `file "t.csv": want a whole Parquet file`},
		{"a Parquet footer longer than the file", "t.csv", "PAR1........\xff\xff\xff\x0fPAR1", Options{}, `want a whole Parquet file; this one is cut short`},
		{"a gzip file with a byte changed", "t.csv", flipped(zipped(ownHeader+strings.Repeat(good, 20)), -6), Options{}, `want a whole gzip file; this one is cut short or damaged (gzip: invalid checksum)`},
		{"JSON over several lines", "t.csv", "{\n  \"pos\": {}\n}\n", Options{}, `file "t.csv": want one JSON object a line; line 1 is none (unexpected end of JSON input)`},
		{"a map's chain and another", "t.csv", "time_utc,from,to,eth\n1683000000," + bo + "," + bo + ",1\n", Options{Chain: clew.Ronin}, `chain "ronin": want ethereum, which the rows of t.csv are of; leave --chain out for files that say their chain`},
		{"a row's chain and another", "t.csv", "chain," + ownHeader + "ethereum," + good, Options{Chain: clew.Ronin}, `chain "ronin": want ethereum, which the rows of t.csv are of`},
		{"an explorer's coin of another chain", "t.csv", "Transaction Hash,Blockno,UnixTimestamp,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status\n" + hexID("01") + ",5,1683000000," + hexAddress("a1") + "," + bo + ",,0,1,\n", Options{Chain: clew.BNB, Address: address(t, clew.BNB, "b0")}, `t.csv: chain "bnb": want the chain whose coin is ETH`},
		{"blocks held whole backwards", "t.csv", ownHeader + good, Options{Whole: clew.Window{From: 9, To: 5}}, `whole "9-5": want the first and the last block that the files hold whole: --whole A-B`},
		{"blocks held whole where there are none", "t.csv", "time,asset,from,to,amount\n1683000000,native," + bo + "," + bo + ",1\n", Options{Whole: clew.Window{From: 5, To: 9}}, `whole "5-8": want files with heights, for --whole A-B counts blocks; the rows of t.csv state none`},
		{"blocks held whole of two chains", "t.csv", "chain," + ownHeader + "ethereum," + good + "bnb," + good, Options{Whole: clew.Window{From: 5, To: 9}}, `want files of one chain, for --whole A-B counts its blocks`},
		{"too many decimals", "t.csv", ownHeader + good, Options{Decimals: map[clew.Asset]int{clew.NativeAsset(clew.Ethereum): 78}}, `decimals "eip155:1/slip44:60=78": want a fungible token and 0 to 77: --decimals ASSET=N`},
		{"an unknown format", "t.csv", ownHeader + good, Options{Format: "ethereum-elt"}, `format "ethereum-elt": want a format; did you mean ethereum-etl?`},
		{"a format that does not fit", "t.csv", ownHeader + good, Options{Format: "cryo"}, `t.csv: columns "height,asset,from,to,amount": want`},
		{"columns without a map", "t.csv", ownHeader + good, Options{Format: "columns"}, `map: want a file that says which column is what`},
		{"not an address", "t.csv", ownHeader + good + ownRow(101, "0xnope", "5"), Options{}, `t.csv:3: to "0xnope": want 0x and 40 hexadecimal digits`},
		{"a wrong checksum", "t.csv", ownHeader + ownRow(101, "0x098B716B8Aaf21512996dC57EB0615e2383E2F96", "5"), Options{}, `t.csv:2: to "0x098B716B8Aaf21512996dC57EB0615e2383E2F96": want a right checksum`},
		{"a negative amount", "t.csv", ownHeader + ownRow(101, bo, "-5"), Options{}, `t.csv:2: amount "-5": want a number that is not negative`},
		{"an amount that does not fit", "t.csv", ownHeader + ownRow(101, bo, "1e78"), Options{}, `t.csv:2: amount "1e78": want at most 2^256-1 smallest units`},
		{"half a smallest unit", "t.csv", ownHeader + ownRow(101, bo, "1.5"), Options{}, `t.csv:2: amount "1.5": want a whole number of smallest units`},
		{"no amount", "t.csv", ownHeader + ownRow(101, bo, ""), Options{}, `t.csv:2: amount: want an amount`},
		{"an unknown chain", "t.csv", "chain," + ownHeader + "etherium," + good, Options{}, `t.csv:2: chain "etherium": want a chain; did you mean ethereum?`},
		{"an unknown asset", "t.csv", "height,asset,from,to,amount\n5,gold," + bo + "," + bo + ",1\n", Options{}, `t.csv:2: asset "gold": want a CAIP-19 name`},
		{"a height that is none", "t.csv", ownHeader + "x,native," + bo + "," + bo + ",1\n", Options{}, `t.csv:2: height "x": want a whole number`},
		{"no height", "t.csv", ownHeader + ",native," + bo + "," + bo + ",1\n", Options{}, `t.csv:2: height: want a block's number`},
		{"a time that is none", "t.csv", "time,asset,from,to,amount\nyesterday,native," + bo + "," + bo + ",1\n", Options{}, `t.csv:2: time "yesterday": want a time`},
		{"milliseconds for seconds", "t.csv", "time,asset,from,to,amount\n1683000000000,native," + bo + "," + bo + ",1\n", Options{}, `want a time from 1970 to 2242`},
		{"fields missing", "t.csv", ownHeader + "100,native\n", Options{}, `t.csv:2: 2 fields; want 5, as in the header`},
		{"fields too many", "t.csv", ownHeader + "100,native," + bo + "," + bo + ",1,9\n", Options{}, `t.csv:2: 6 fields; want 5, as in the header`},
		{"a quote in a field", "t.csv", ownHeader + "1\"0,native,a,b,1\n" + good, Options{}, `t.csv:2: bare " in non-quoted-field`},
		{"a quote never closed", "t.csv", ownHeader + "\"100,native,a,b,1\n" + good, Options{}, `t.csv:2: extraneous or missing " in quoted-field`},
		{"a row without end", "t.csv", ownHeader + `"` + strings.Repeat("x", rowBytesMax+1<<17), Options{}, `file "t.csv": want rows of at most 16 MB; is a quote never closed?`},
		{"a line of JSON without end", "t.csv", strings.Repeat("{", rowBytesMax+1<<17), Options{Format: "clew-jsonl"}, `file "t.csv": want rows of at most 16 MB; is a quote never closed?`},
		{"an aggregate that does not add up", "t.csv", "height,asset,from,to,amount,count,unit,first,last\n1,native," + bo + "," + bo + ",10,3,3,2023-05-01T04:00:00Z,2023-05-01T04:00:00Z\n", Options{}, `t.csv:2: transfer at 1/0/native/2: aggregate of 3 times 3 is not 10`},
		{"JSON with an unknown key", "t.csv", `{"pos":{"height":1},"asset":"eip155:1/slip44:60","from":[],"to":[],"amuont":"3"}`, Options{}, `t.csv:1: json: unknown field "amuont"`},
		{"JSON that does not balance", "t.csv", `{"pos":{"height":1,"index":0,"class":"native","ordinal":0},"asset":"eip155:1/slip44:60","from":[{"amount":"3"}],"to":[{"amount":"4"}]}`, Options{}, `t.csv:1: transfer at 1/0/native/0: 3 in but 4 out`},
		{"JSON with a negative amount", "t.csv", `{"pos":{"height":1,"index":0,"class":"native","ordinal":0},"asset":"eip155:1/slip44:60","from":[{"amount":"-3"}],"to":[{"amount":"-3"}]}`, Options{}, `t.csv:1: amount "-3": want decimal digits`},
		{"JSON that is none", "t.csv", "{\"pos\":1,\"asset\":1,\"from\":1,\"to\":1}\n{nonsense\n", Options{}, `t.csv:2: invalid character`},
		{"blocks of no EVM chain", "t.csv", "number,hash,parent_hash,timestamp\n1,2,3,4\n", Options{Chain: clew.Bitcoin}, `chain "bitcoin": want an EVM chain`},
		{"a log with five topics", "t.csv", "log_index,transaction_hash,transaction_index,block_number,address,data,topics\n0," + hexID("01") + ",0,1," + bo + ",0x,\"" + strings.Repeat(hexID("02")+",", 4) + hexID("02") + "\"\n", Options{}, `t.csv:2: topics`},
		{"data that is not hexadecimal", "t.csv", "log_index,transaction_hash,transaction_index,block_number,address,data,topics\n0," + hexID("01") + ",0,1," + bo + ",0xzz,0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef\n", Options{}, `t.csv:2: data "0xzz": want 0x and an even number of hexadecimal digits`},
		{"an unknown kind of trace", "t.csv", "block_number,transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address\n1," + hexID("01") + ",0," + bo + "," + bo + ",1,jump,,\n", Options{}, `t.csv:2: trace_type "jump": want call, create`},
		{"a transaction's name cut short", "t.csv", "tx," + ownHeader + "0x12," + good, Options{}, `t.csv:2: tx "0x12": want 64 hexadecimal digits`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.file != "t.csv" {
				c.data = ""
			}
			m := memories{}
			_, err := Import(t.Context(), fstest.MapFS{c.file: {Data: []byte(c.data)}}, []string{"t.csv"}, m, c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %s", err, c.want)
			}
			var input *clew.InputError
			var bad *BadRows
			if !errors.As(err, &input) && !errors.As(err, &bad) {
				t.Errorf("%v is not told as bad input", err)
			}
			for chain := range m {
				if n := len(m.transfers(t, chain)); n != 0 {
					t.Errorf("%d transfers were kept", n)
				}
			}
		})
	}
}

// TestNames wants names that lead to nothing to be refused, and the empty one
// not to mean the folder that the program was started in.
func TestNames(t *testing.T) {
	files := fstest.MapFS{"good.csv": {Data: []byte(ownHeader + ownRow(1, hexAddress("b0"), "5"))}, "none": {Mode: fs.ModeDir}, "pipe": {Mode: fs.ModeNamedPipe}}
	for name, want := range map[string]string{
		"":     "file: want the name of a file or a folder; this name is empty",
		"none": `files "none": want files with transfers; there are none here`,
		"pipe": `file "pipe": want a regular file or a folder; this is neither`,
	} {
		_, err := Import(t.Context(), files, []string{name}, memories{}, Options{})
		var input *clew.InputError
		if !errors.As(err, &input) || err.Error() != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}

// TestIgnored wants files that are left alone to be told briefly why.
func TestIgnored(t *testing.T) {
	files := fstest.MapFS{
		"good.csv": {Data: []byte(ownHeader + ownRow(1, hexAddress("b0"), "5"))}, "empty.csv": {},
		"people.csv": {Data: []byte("name,age\nx,3\n")}, "tokens.csv": {Data: []byte("address,symbol,name,decimals\n")},
	}
	report, err := Import(t.Context(), files, []string{"."}, memories{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range report.Ignored {
		got = append(got, i.File+": "+i.Why)
	}
	want := []string{"empty.csv: want rows; the file is empty", `people.csv: columns "name,age" are those of no format that is known`, "tokens.csv: holds no transfers"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestContradictions wants files of one set that contradict each other to be
// refused whole.
func TestContradictions(t *testing.T) {
	header := "hash,block_number,transaction_index,from_address,to_address,value,gas_price\n"
	tx := func(id, value string) string {
		return hexID(id) + ",5,0," + hexAddress("a1") + "," + hexAddress("b0") + "," + value + ",1\n"
	}
	token := func(id string) string {
		return hexAddress("70") + "," + hexAddress("a1") + "," + hexAddress("b0") + ",9," + hexID(id) + ",0,5\n"
	}
	tokens := "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a row twice is one", map[string]string{"transactions.csv": header + tx("01", "7") + tx("01", "7")}, ""},
		{"two transactions at one place", map[string]string{"transactions.csv": header + tx("01", "7") + tx("02", "7")}, "transactions.csv: block 5: two transfers at 5/0/native/0"},
		{"a token transfer of a known transaction", map[string]string{"transactions.csv": header + tx("01", "7"), "token_transfers.csv": tokens + token("01")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range c.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			got, _, err := importFiles(t, files, Options{})
			if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || got != "") {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
}

// flipped changes a byte, counted from the end.
func flipped(data string, at int) string {
	changed := []byte(data)
	changed[len(changed)+at] ^= 1
	return string(changed)
}

func address(t *testing.T, chain clew.Chain, digits string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(hexAddress(digits), chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

// TestForms wants the same transfers whatever form the same rows come in.
func TestForms(t *testing.T) {
	plain := ownHeader + ownRow(100, hexAddress("b0"), "5") + ownRow(101, hexAddress("ca"), "6")
	want, _, err := importFiles(t, fstest.MapFS{"t.csv": {Data: []byte(plain)}}, Options{})
	if err != nil || strings.Count(want, "\n") != 1 {
		t.Fatal(want, err)
	}
	for name, data := range map[string]string{
		"byte order mark":  "\ufeff" + plain,
		"CRLF":             strings.ReplaceAll(plain, "\n", "\r\n"),
		"gzip":             zipped(plain),
		"gzip with a mark": zipped("\ufeff" + plain),
		"quoted fields":    strings.ReplaceAll(plain, ",native,", `,"native",`),
		"spaces":           strings.ReplaceAll(plain, ",", " , "),
		"capitals":         strings.Replace(plain, "height,asset", "Height,ASSET", 1),
	} {
		got, _, err := importFiles(t, fstest.MapFS{"t.csv": {Data: []byte(data)}}, Options{})
		if err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, want)
		}
	}
}

// TestManyBadRows wants the first twenty and no more, and tolerance to be
// exact.
func TestManyBadRows(t *testing.T) {
	bad := func(n int) string { return strings.Repeat(ownRow(100, "0xnope", "5"), n) }
	good := ownRow(100, hexAddress("b0"), "5")
	for _, c := range []struct {
		name       string
		data       string
		skip, list int
		more, kept bool
	}{
		{"one, none allowed", good + bad(1), 0, 1, false, false},
		{"some, none allowed", bad(5) + good, 0, 5, false, false},
		{"far too many", bad(50) + good, 0, 20, true, false},
		{"as many as allowed", bad(3) + good, 3, 0, false, true},
		{"one more than allowed", bad(4) + good, 3, 4, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report, err := importFiles(t, fstest.MapFS{"t.csv": {Data: []byte(ownHeader + c.data)}}, Options{SkipBad: c.skip})
			var rows *BadRows
			switch {
			case c.kept && (err != nil || strings.Count(got, "\n") != 0 || got == "" || report.Sets[0].Skipped != c.skip):
				t.Errorf("%v %q %+v", err, got, report)
			case !c.kept && (!errors.As(err, &rows) || len(rows.Rows) != c.list || rows.More != c.more || got != ""):
				t.Errorf("%v %q", err, got)
			}
		})
	}
}

// TestOneAddressTwoChains wants the same text to be an address of each row's
// own chain.
func TestOneAddressTwoChains(t *testing.T) {
	row := "%s,5,native,0x098B716B8Aaf21512996dC57EB0615e2383E2f96,0x098B716B8Aaf21512996dC57EB0615e2383E2f96,7\n"
	got, _, err := importFiles(t, fstest.MapFS{"t.csv": {Data: []byte("chain," + ownHeader + fmt.Sprintf(row+row, "eth", "bnb"))}}, Options{})
	if err != nil || strings.Count(got, "\n") != 1 {
		t.Errorf("%v\n%s", err, got)
	}
}

// TestLongMistake wants a message to stay short, whatever the row holds.
func TestLongMistake(t *testing.T) {
	line := `{"pos":{"height":1},"asset":"eip155:1/slip44:60","from":[],"to":[],"` + strings.Repeat("k", 1<<20) + `":1}`
	_, _, err := importFiles(t, fstest.MapFS{"t.json": {Data: []byte(line)}}, Options{})
	if err == nil || len(err.Error()) > 1000 {
		t.Errorf("a message of %d bytes", len(fmt.Sprint(err)))
	}
}

// TestCancelled wants an import that is stopped to leave nothing behind.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	data := ownHeader + strings.Repeat(ownRow(100, hexAddress("b0"), "5"), 60_000)
	m := memories{}
	_, err := Import(ctx, fstest.MapFS{"t.csv": {Data: []byte(data)}}, []string{"t.csv"}, m, Options{Progress: func(s Step) {
		if s.Rows > 10_000 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || len(m.transfers(t, clew.Ethereum)) != 0 {
		t.Error(err)
	}
}

// TestBlockFilesAreNamed says of a Bitcoin node's files how they are read.
func TestBlockFilesAreNamed(t *testing.T) {
	files := fstest.MapFS{"node/blk00000.dat": {Data: []byte("\xf9\xbe\xb4\xd9")}, "node/xor.dat": {Data: make([]byte, 8)}}
	for _, name := range []string{"node", "node/blk00000.dat"} {
		if _, err := Import(t.Context(), files, []string{name}, memories{}, Options{}); err == nil || !strings.Contains(err.Error(), "block files are read by clew follow --chain bitcoin") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
