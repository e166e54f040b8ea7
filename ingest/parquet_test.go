package ingest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"clew"
)

// parquetFile returns a file with the given rows.
func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func raw(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hexAddress and hexID are easy to read back: a letter at both ends.
func hexAddress(letter string) string { return "0x" + letter + strings.Repeat("0", 36) + letter }
func hexID(pair string) string        { return "0x" + strings.Repeat(pair, 32) }

func ptr[T any](v T) *T { return &v }

type etlTx struct {
	Hash   string   `parquet:"hash"`
	Block  int64    `parquet:"block_number"`
	Index  int32    `parquet:"transaction_index"`
	From   string   `parquet:"from_address"`
	To     *string  `parquet:"to_address,optional"`
	Value  [16]byte `parquet:"value,decimal(9:38)"`
	Gas    int64    `parquet:"gas"`
	Price  int64    `parquet:"gas_price"`
	Time   int64    `parquet:"block_timestamp,timestamp(microsecond)"`
	Status *int64   `parquet:"receipt_status,optional"`
	Used   *int64   `parquet:"receipt_gas_used,optional"`
}

type etlLog struct {
	Index   int64    `parquet:"log_index"`
	Tx      string   `parquet:"transaction_hash"`
	TxIndex int64    `parquet:"transaction_index"`
	Address string   `parquet:"address"`
	Data    string   `parquet:"data"`
	Topics  []string `parquet:"topics,list"`
	Block   int64    `parquet:"block_number"`
}

// decimal returns n with nine digits after the point, as a column of the type
// DECIMAL(38, 9) holds it.
func decimal(n int64) [16]byte {
	var b [16]byte
	new(big.Int).Mul(big.NewInt(n), big.NewInt(1_000_000_000)).FillBytes(b[:])
	return b
}

func importFiles(t *testing.T, files fstest.MapFS, opt Options) (string, Report, error) {
	t.Helper()
	m := memories{}
	report, err := Import(t.Context(), files, []string{"."}, m, opt)
	var lines []string
	for _, chain := range clew.Chains() {
		for _, transfer := range m.transfers(t, chain) {
			lines = append(lines, render(&transfer))
		}
	}
	return strings.Join(lines, "\n"), report, err
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimSpace(want), "\t", ""); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestEthereumETLParquet(t *testing.T) {
	al, bo := hexAddress("a1"), hexAddress("b0")
	topic := func(a string) string { return "0x" + strings.Repeat("0", 24) + a[2:] }
	at := time.Unix(1683000000, 0).UnixMicro()
	files := fstest.MapFS{
		"transactions.parquet": parquetOf(t, []etlTx{
			{Hash: hexID("01"), Block: 100, From: al, To: &bo, Value: decimal(1000), Time: at, Status: ptr(int64(1))},
			{Hash: hexID("02"), Block: 100, Index: 1, From: al, To: &bo, Value: decimal(500), Time: at, Status: ptr(int64(0))},
			{Hash: hexID("03"), Block: 101, From: al, Value: decimal(70), Time: at + 12e6},
		}, parquet.MaxRowsPerRowGroup(2)),
		"logs.parquet": parquetOf(t, []etlLog{
			{Index: 0, Tx: hexID("01"), Address: hexAddress("70"), Data: "0x" + strings.Repeat("0", 62) + "fa", Block: 100,
				Topics: []string{"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", topic(al), topic(bo)}},
			{Index: 1, Tx: hexID("01"), Address: hexAddress("70"), Data: "0x", Block: 100, Topics: []string{hexID("aa")}},
			{Index: 2, Tx: hexID("01"), Address: hexAddress("70"), Data: "0x", Block: 100},
			{Index: 0, Tx: hexID("03"), Address: hexAddress("f7"), Data: "0x", Block: 101,
				Topics: []string{"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", topic(al), topic(bo), "0x" + strings.Repeat("0", 62) + "2a"}},
		}),
	}
	got, report, err := importFiles(t, files, Options{Whole: clew.Window{From: 100, To: 102}})
	if err != nil {
		t.Fatal(err)
	}
	if s := report.Sets[0]; s.Format != etlFormat || len(report.Sets) != 1 || s.Rows != 7 || s.Coverage[0].Whole[0].String() != "100-101" {
		t.Errorf("%+v", report)
	}
	if gaps := fmt.Sprint(report.Sets[0].Coverage[0].Gaps); !strings.Contains(gaps, "contracts at their creation") {
		t.Error(gaps)
	}
	same(t, got, `
		100/0/native/0 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 1000
		100/0/log/0 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/erc20:0x7000..0070 0xA100..00A1>0xb000..00b0 250
		101/0/log/0 2023-05-02T04:00:12Z tx:0x0303..0303 eip155:1/erc721:0xF700..00F7 0xA100..00A1>0xb000..00b0 1 item 42`)
}

type cryoTx struct {
	Block   *uint32 `parquet:"block_number,optional"`
	Index   *uint64 `parquet:"transaction_index,optional"`
	Hash    []byte  `parquet:"transaction_hash"`
	From    []byte  `parquet:"from_address"`
	To      []byte  `parquet:"to_address,optional"`
	Binary  []byte  `parquet:"value_binary,optional"`
	Text    string  `parquet:"value_string,optional"`
	Float   float64 `parquet:"value_f64"`
	Limit   uint64  `parquet:"gas_limit"`
	Used    *uint64 `parquet:"gas_used,optional"`
	Price   *uint64 `parquet:"gas_price,optional"`
	Success bool    `parquet:"success"`
	Chain   uint64  `parquet:"chain_id"`
}

type cryoFloatTx struct {
	Block uint32  `parquet:"block_number"`
	Index uint64  `parquet:"transaction_index"`
	Hash  []byte  `parquet:"transaction_hash"`
	From  []byte  `parquet:"from_address"`
	To    []byte  `parquet:"to_address"`
	Float float64 `parquet:"value_f64"`
	Limit uint64  `parquet:"gas_limit"`
}

type cryoBlock struct {
	Hash   []byte `parquet:"block_hash"`
	Author []byte `parquet:"author"`
	Block  uint32 `parquet:"block_number"`
	Time   uint32 `parquet:"timestamp"`
	Base   uint64 `parquet:"base_fee_per_gas"`
}

type cryoLog struct {
	Block   uint32 `parquet:"block_number"`
	TxIndex uint32 `parquet:"transaction_index"`
	Index   uint32 `parquet:"log_index"`
	Tx      []byte `parquet:"transaction_hash"`
	Address []byte `parquet:"address"`
	Topic0  []byte `parquet:"topic0,optional"`
	Topic1  []byte `parquet:"topic1,optional"`
	Topic2  []byte `parquet:"topic2,optional"`
	Topic3  []byte `parquet:"topic3,optional"`
	Data    []byte `parquet:"data"`
}

type cryoTrace struct {
	From   []byte  `parquet:"action_from,optional"`
	To     []byte  `parquet:"action_to,optional"`
	Value  string  `parquet:"action_value"`
	Call   *string `parquet:"action_call_type,optional"`
	Type   string  `parquet:"action_type"`
	Result []byte  `parquet:"result_address,optional"`
	Path   string  `parquet:"trace_address"`
	Index  *uint32 `parquet:"transaction_index,optional"`
	Tx     []byte  `parquet:"transaction_hash,optional"`
	Block  uint32  `parquet:"block_number"`
	Error  *string `parquet:"error,optional"`
}

type cryoToken struct {
	Block  uint32  `parquet:"block_number"`
	Index  uint32  `parquet:"transaction_index"`
	Log    uint32  `parquet:"log_index"`
	Tx     []byte  `parquet:"transaction_hash"`
	Token  []byte  `parquet:"erc20"`
	From   []byte  `parquet:"from_address"`
	To     []byte  `parquet:"to_address"`
	Value  []byte  `parquet:"value_binary"`
	Text   string  `parquet:"value_string"`
	Double float64 `parquet:"value_f64"`
}

type cryoItem struct {
	Block uint32 `parquet:"block_number"`
	Index uint32 `parquet:"transaction_index"`
	Log   uint32 `parquet:"log_index"`
	Tx    []byte `parquet:"transaction_hash"`
	Token []byte `parquet:"erc20"`
	From  []byte `parquet:"from_address"`
	To    []byte `parquet:"to_address"`
	Item  string `parquet:"token_id_string"`
}

type cryoMove struct {
	Block    uint32  `parquet:"block_number"`
	Index    *uint32 `parquet:"transaction_index,optional"`
	Transfer uint32  `parquet:"transfer_index"`
	Tx       []byte  `parquet:"transaction_hash,optional"`
	From     []byte  `parquet:"from_address"`
	To       []byte  `parquet:"to_address"`
	Value    string  `parquet:"value_string"`
}

func TestCryo(t *testing.T) {
	al, bo, ca, mi := raw(t, hexAddress("a1")), raw(t, hexAddress("b0")), raw(t, hexAddress("ca")), raw(t, hexAddress("31"))
	one, two := raw(t, hexID("01")), raw(t, hexID("02"))
	topic := func(b []byte) []byte { return append(make([]byte, 12), b...) }
	transfer := raw(t, "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
	thousand := append(make([]byte, 30), 3, 0xe8)
	name := func(kind string) string { return fmt.Sprintf("ethereum__%s__00000100_to_00000100.parquet", kind) }
	blocks := parquetOf(t, []cryoBlock{{Hash: one, Author: mi, Block: 100, Time: 1683000000, Base: 10}})
	txs := parquetOf(t, []cryoTx{
		{Block: ptr(uint32(100)), Index: ptr(uint64(0)), Hash: one, From: al, To: bo, Binary: thousand, Text: "1000", Used: ptr(uint64(5)), Price: ptr(uint64(12)), Success: true, Chain: 1},
		{Block: ptr(uint32(100)), Index: ptr(uint64(1)), Hash: two, From: al, To: bo, Binary: thousand, Text: "1000", Used: ptr(uint64(5)), Price: ptr(uint64(10)), Chain: 1},
	})
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"transactions with blocks", fstest.MapFS{name("blocks"): blocks, name("transactions"): txs}, `
			100/0/native/0 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 1000
			100/0/fee/0 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/native 0xA100..00A1>nobody 50
			100/0/fee/1 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/native 0xA100..00A1>0x3100..0031 10
			100/1/fee/0 2023-05-02T04:00:00Z tx:0x0202..0202 eip155:1/native 0xA100..00A1>nobody 50`},
		{"amounts in floating point only", fstest.MapFS{name("transactions"): parquetOf(t, []cryoFloatTx{{Block: 100, Hash: one, From: al, To: bo, Float: 4.9e21}})}, `
			100/0/native/0 unknown tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 4900000000000000000000 rounded`},
		{"logs", fstest.MapFS{name("logs"): parquetOf(t, []cryoLog{
			{Block: 100, TxIndex: 4, Index: 9, Tx: one, Address: ca, Topic0: transfer, Topic1: topic(al), Topic2: topic(bo), Data: thousand},
			{Block: 100, TxIndex: 4, Index: 10, Tx: one, Address: ca, Data: thousand},
		})}, `100/4/log/9 unknown tx:0x0101..0101 eip155:1/erc20:0xCa00..00ca 0xA100..00A1>0xb000..00b0 1000`},
		{"decoded tokens", fstest.MapFS{
			name("erc20_transfers"):  parquetOf(t, []cryoToken{{Block: 100, Index: 4, Log: 9, Tx: one, Token: ca, From: al, To: bo, Value: thousand, Text: "1000"}}),
			name("erc721_transfers"): parquetOf(t, []cryoItem{{Block: 100, Index: 4, Log: 11, Tx: one, Token: mi, From: al, To: bo, Item: "77"}}),
		}, `
			100/4/log/9 unknown tx:0x0101..0101 eip155:1/erc20:0xCa00..00ca 0xA100..00A1>0xb000..00b0 1000
			100/4/log/11 unknown tx:0x0101..0101 eip155:1/erc721:0x3100..0031 0xA100..00A1>0xb000..00b0 1 item 77`},
		{"traces", fstest.MapFS{name("traces"): parquetOf(t, []cryoTrace{
			{From: al, To: bo, Value: "9", Call: ptr("call"), Type: "call", Index: ptr(uint32(0)), Tx: one, Block: 100},
			{From: bo, To: ca, Value: "8", Call: ptr("call"), Type: "call", Path: "0", Index: ptr(uint32(0)), Tx: one, Block: 100, Error: ptr("Reverted")},
			{From: ca, To: al, Value: "7", Call: ptr("call"), Type: "call", Path: "0_0", Index: ptr(uint32(0)), Tx: one, Block: 100},
			{From: bo, To: ca, Value: "6", Call: ptr("delegate_call"), Type: "call", Path: "1", Index: ptr(uint32(0)), Tx: one, Block: 100},
			{From: bo, Value: "5", Type: "create", Result: mi, Path: "2", Index: ptr(uint32(0)), Tx: one, Block: 100},
			{From: mi, Value: "4", Type: "reward", Block: 100},
		})}, `
			100/0/native/0 unknown tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 9
			100/0/native/1 unknown tx:0x0101..0101 eip155:1/native 0xb000..00b0>0x3100..0031 5
			100/4294967295/block/0 unknown tx:0x0000..0000 eip155:1/native nobody>0x3100..0031 4`},
		{"native transfers", fstest.MapFS{name("transactions"): txs, name("native_transfers"): parquetOf(t, []cryoMove{
			{Block: 100, Index: ptr(uint32(0)), Transfer: 0, Tx: one, From: al, To: bo, Value: "1000"},
			{Block: 100, Index: ptr(uint32(0)), Transfer: 1, Tx: one, From: bo, To: make([]byte, 32), Value: "3"},
			{Block: 100, Index: ptr(uint32(0)), Transfer: 2, Tx: one, From: bo, To: ca, Value: "2"},
			{Block: 100, Index: ptr(uint32(1)), Transfer: 3, Tx: two, From: al, To: bo, Value: "1000"},
			{Block: 100, Transfer: 4, From: make([]byte, 20), To: mi, Value: "4"},
		})}, `
			100/0/native/2147483648 unknown tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 1000
			100/0/native/2147483649 unknown tx:0x0101..0101 eip155:1/native 0xb000..00b0>0xCa00..00ca 2
			100/4294967295/block/2147483648 unknown tx:0x0000..0000 eip155:1/native nobody>0x3100..0031 4`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report, err := importFiles(t, c.files, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Sets) != 1 || report.Sets[0].Format != cryoFormat {
				t.Errorf("%+v", report.Sets)
			}
			same(t, got, c.want)
		})
	}
}

type oldTx struct {
	Hash  string           `parquet:"hash"`
	Block int64            `parquet:"block_number"`
	Index int64            `parquet:"transaction_index"`
	From  string           `parquet:"from_address"`
	To    string           `parquet:"to_address"`
	Value float64          `parquet:"value"`
	Price int64            `parquet:"gas_price"`
	Time  deprecated.Int96 `parquet:"block_timestamp"`
}

// TestOldParquet reads what older writers make: times in 96 bits, and amounts
// in floating point, which are marked even where they happen to be exact.
func TestOldParquet(t *testing.T) {
	at := time.Unix(1683000000, 0).UTC()
	day := uint32(at.Unix()/86400 + 2440588)
	nanos := uint64(at.Unix()%86400) * 1e9
	file := parquetOf(t, []oldTx{{
		Hash: hexID("01"), Block: 100, From: hexAddress("a1"), To: hexAddress("b0"), Value: 1e18,
		Time: deprecated.Int96{uint32(nanos), uint32(nanos >> 32), day},
	}})
	got, _, err := importFiles(t, fstest.MapFS{"t.parquet": file}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, `100/0/native/0 2023-05-02T04:00:00Z tx:0x0101..0101 eip155:1/native 0xA100..00A1>0xb000..00b0 1000000000000000000 rounded`)
}

// TestDamagedParquet cuts a file short and turns bytes over: an error that
// names the file, nothing kept, and no panic.
func TestDamagedParquet(t *testing.T) {
	whole := parquetOf(t, []cryoMove{{Block: 100, Index: ptr(uint32(0)), Tx: make([]byte, 32), From: make([]byte, 20), To: make([]byte, 20), Value: "1"}}).Data
	for size := 0; size < len(whole); size += 5 {
		_, _, err := importFiles(t, fstest.MapFS{"a.parquet": {Data: whole[:size]}}, Options{})
		if err == nil || !strings.Contains(err.Error(), "a.parquet") {
			t.Fatalf("cut at %d: %v", size, err)
		}
	}
	for at := 0; at < len(whole); at += 3 {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 0x55
		importFiles(t, fstest.MapFS{"a.parquet": {Data: flipped}}, Options{})
	}
}
