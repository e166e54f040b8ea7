package evm

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

// recorded returns a file of what a node of the main network once answered, or
// of what another tool made of it.
func recorded(t testing.TB, name ...string) []byte {
	t.Helper()
	path := filepath.Join(append([]string{sample.Dir(t, "ethereum_etl_fixtures"), "tests", "resources"}, name...)...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// resultOf returns the result in a whole answer.
func resultOf(t testing.TB, answer []byte) []byte {
	t.Helper()
	var a struct{ Result json.RawMessage }
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	return a.Result
}

// rowsOf reads a file of one JSON object a line.
func rowsOf(t testing.TB, text []byte) (rows []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(text) {
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		var row map[string]any
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func text(a clew.Address) string {
	if a.IsZero() {
		return "<nil>"
	}
	return strings.ToLower(a.Text())
}

// TestRecordedBlocks reads blocks 1755634 and 1755635 of the main network as a
// node answered them, and wants what another tool exported of them. Their
// headers hash to their names.
func TestRecordedBlocks(t *testing.T) {
	const dir = "blocks_1755634_1755635"
	exported := map[string][]string{}
	for _, row := range rowsOf(t, recorded(t, "test_stream", dir, "expected_transactions.json")) {
		height := fmt.Sprint(row["block_number"])
		exported[height] = append(exported[height], line(row["hash"], row["transaction_index"], row["from_address"], row["to_address"], row["value"],
			row["nonce"], row["receipt_gas_used"], row["receipt_effective_gas_price"], row["receipt_contract_address"]))
	}
	moved := map[string][]string{}
	for _, row := range rowsOf(t, recorded(t, "test_stream", dir, "expected_token_transfers.json")) {
		height := fmt.Sprint(row["block_number"])
		moved[height] = append(moved[height], tokenRow(row))
	}
	heads := map[string]string{}
	for _, row := range rowsOf(t, recorded(t, "test_stream", dir, "expected_blocks.json")) {
		heads[fmt.Sprint(row["number"])] = line(row["hash"], row["parent_hash"], row["timestamp"], row["miner"])
	}
	for _, name := range []string{"0x1ac9f2", "0x1ac9f3"} {
		var b Block
		if err := ReadBlock(clew.Ethereum, resultOf(t, recorded(t, "test_stream", dir, "web3_response.eth_getBlockByNumber_"+name+"_true.json")), &b); err != nil {
			t.Fatal(err)
		}
		if !b.Proved {
			t.Errorf("block %d does not hash to its name", b.Height)
		}
		height := fmt.Sprint(b.Height)
		if got := line(b.Hash, b.Parent, int64(b.Time), text(b.Miner)); got != heads[height] {
			t.Errorf("head %s, want %s", got, heads[height])
		}
		var rows []string
		for i := range b.Txs {
			receipt := recorded(t, "test_stream", dir, "web3_response.eth_getTransactionReceipt_"+b.Txs[i].ID.String()+".json")
			if err := ReadReceipt(clew.Ethereum, resultOf(t, receipt), uint32(i), &b); err != nil {
				t.Fatal(err)
			}
			x := &b.Txs[i]
			rows = append(rows, line(x.ID, x.Index, text(x.From), text(x.To), x.Value, x.Nonce, x.GasUsed, x.GasPrice, text(x.Created)))
		}
		if !slices.Equal(rows, exported[height]) {
			t.Errorf("transactions of %s:\n%s\nwant\n%s", height, rows, exported[height])
		}
		if got := tokensOf(t, NewDecoder(clew.Ethereum, false), &b); !slices.Equal(got, moved[height]) {
			t.Errorf("tokens of %s:\n%s\nwant\n%s", height, got, moved[height])
		}
	}
}

// line joins values by spaces.
func line(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }

func tokenRow(row map[string]any) string {
	return line(row["transaction_hash"], row["log_index"], row["token_address"], row["from_address"], row["to_address"], row["value"])
}

// tokensOf decodes b and returns its token transfers in the words of
// [tokenRow]. What is minted and burnt by wrapping is left out, and so are
// tokens of ERC-1155, which the other tool does not read.
func tokensOf(t testing.TB, d *Decoder, b *Block) (rows []string) {
	t.Helper()
	err := d.Decode(b, func(m *clew.Transfer) error {
		if m.Pos.Class != clew.Log || m.From[0].Address.IsZero() || m.To[0].Address.IsZero() || m.Asset.Namespace() == "erc1155" {
			return nil
		}
		value := m.Amount()
		if m.Item != nil {
			value = *m.Item // as the other tool prints it
		}
		rows = append(rows, line(m.Tx, m.Pos.Ordinal, text(m.Asset.Contract()), text(m.From[0].Address), text(m.To[0].Address), value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestRecordedTokens feeds the 681 logs of blocks 17173049 and 17173050 and
// wants exactly the 291 token transfers that another tool finds in them.
func TestRecordedTokens(t *testing.T) {
	const dir = "blocks_17173049_17173050"
	var want, got []string
	for _, row := range rowsOf(t, recorded(t, "test_stream", dir, "expected_token_transfers.json")) {
		want = append(want, tokenRow(row))
	}
	logs := rowsOf(t, recorded(t, "test_stream", dir, "expected_logs.json"))
	blocks := map[uint64]*Block{}
	for _, row := range logs {
		height, _ := row["block_number"].(json.Number).Int64()
		b := blocks[uint64(height)]
		if b == nil {
			b = &Block{Height: uint64(height), Time: 1}
			blocks[uint64(height)] = b
		}
		b.Logs = append(b.Logs, logOfRow(t, row))
	}
	for _, height := range []uint64{17173049, 17173050} {
		got = append(got, tokensOf(t, NewDecoder(clew.Ethereum, false), blocks[height])...)
	}
	wraps := 0
	for _, row := range logs {
		topic := fmt.Sprint(row["topics"])
		if row["address"] == text(Wrapper(clew.Ethereum)) && (strings.Contains(topic, depositTopic.text()) || strings.Contains(topic, withdrawTopic.text())) {
			wraps++
		}
	}
	if found := wrapped(t, blocks[17173049]) + wrapped(t, blocks[17173050]); found != wraps || wraps == 0 {
		t.Errorf("%d coins wrapped or unwrapped, want %d", found, wraps)
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("token transfer %d: %s, want %s", i, got[i], want[i])
		}
	}
	if len(logs) != 681 || len(want) != 291 || !slices.Equal(got, want) {
		t.Errorf("%d logs, %d token transfers, want %d", len(logs), len(got), len(want))
	}
}

func (t Topic) text() string { return clew.TxID(t).String() }

// wrapped counts what b mints and burns by wrapping.
func wrapped(t *testing.T, b *Block) (n int) {
	t.Helper()
	err := NewDecoder(clew.Ethereum, false).Decode(b, func(m *clew.Transfer) error {
		if m.From[0].Address.IsZero() != m.To[0].Address.IsZero() && !m.Asset.IsNative() {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func logOfRow(t testing.TB, row map[string]any) (l Log) {
	t.Helper()
	answer := map[string]any{"address": row["address"], "data": row["data"], "topics": row["topics"], "transactionHash": row["transaction_hash"],
		"logIndex": row["log_index"], "transactionIndex": row["transaction_index"]}
	text, err := json.Marshal([]any{answer})
	if err != nil {
		t.Fatal(err)
	}
	var b Block
	if err := ReadLogs(clew.Ethereum, text, &b); err != nil {
		t.Fatal(err)
	}
	if len(b.Logs) == 1 {
		return b.Logs[0]
	}
	return Log{}
}

// traceRows returns another tool's export of frames by place: parties, value,
// and whether it failed.
func traceRows(t testing.TB, text []byte) map[string]string {
	t.Helper()
	rows := map[string]string{}
	add := func(get func(string) string) {
		kind := get("trace_type")
		if call := get("call_type"); kind == "call" && call != "call" && call != "" {
			kind = call
		}
		failed := get("error") != ""
		if kind == "reward" {
			failed = false
		}
		place := get("transaction_index") + "/" + strings.NewReplacer("[", "", "]", "", ", ", ",").Replace(get("trace_address"))
		for i := 0; kind == "reward" && (i == 0 || rows[place] != ""); i++ {
			place = fmt.Sprint("reward ", i)
		}
		rows[place] = fmt.Sprint(kind, " ", get("from_address"), ">", get("to_address"), " ", get("value"), " ", failed)
	}
	if text[0] == '{' {
		for _, row := range rowsOf(t, text) {
			add(func(name string) string {
				if row[name] == nil {
					return ""
				}
				if list, ok := row[name].([]any); ok {
					var parts []string
					for _, part := range list {
						parts = append(parts, fmt.Sprint(part))
					}
					return strings.Join(parts, ",")
				}
				return fmt.Sprint(row[name])
			})
		}
		return rows
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		add(func(name string) string { return line[slices.Index(lines[0], name)] })
	}
	return rows
}

var traceWords = map[FrameKind]string{Call: "call", Create: "create", Destroy: "suicide", BlockGain: "reward"}

// sameFrames holds the frames of b against an export. Frames that move nothing
// may be absent.
func sameFrames(t *testing.T, b *Block, exported map[string]string) {
	t.Helper()
	empty := func(a clew.Address) string { return strings.ReplaceAll(text(a), "<nil>", "") }
	rewards := 0
	for i := range b.Frames {
		f := &b.Frames[i]
		var path []string
		for _, n := range f.Path {
			path = append(path, fmt.Sprint(n))
		}
		place := fmt.Sprint(f.Index, "/", strings.Join(path, ","))
		if f.Kind == BlockGain {
			place = fmt.Sprint("reward ", rewards)
			rewards++
		}
		value := f.Value.String()
		if f.Kind == Destroy && f.To.IsZero() {
			value = ""
		}
		got := fmt.Sprint(traceWords[f.Kind], " ", empty(f.From), ">", empty(f.To), " ", value, " ", f.Failed)
		want := exported[place]
		if f.Kind == Idle {
			got, want = strings.TrimSpace(got), strings.TrimSpace(want[strings.Index(want, " "):])
		}
		if got != want {
			t.Errorf("frame at %s: %s, want %s", place, got, want)
		}
		delete(exported, place)
	}
	for place, row := range exported {
		if !strings.Contains(row, " 0 ") && !strings.HasPrefix(row, "callcode ") && !strings.HasPrefix(row, "delegatecall ") && !strings.HasPrefix(row, "staticcall ") {
			t.Errorf("frame at %s is absent: %s", place, row)
		}
	}
}

// TestRecordedTraces reads traces in both forms as nodes answered them.
func TestRecordedTraces(t *testing.T) {
	for _, c := range []struct{ dir, answer, exported string }{
		{"test_stream/blocks_508110_508110", "web3_response.trace_block_0x7c0ce.json", "expected_traces.json"},
		{"test_stream/blocks_2112234_2112234", "web3_response.trace_block_0x203aea.json", "expected_traces.json"},
		{"test_export_traces_job/block_with_suicide", "web3_response.trace_block_0xf7105.json", "expected_traces.csv"},
		{"test_export_traces_job/block_with_create", "web3_response.trace_block_0xf44f2.json", "expected_traces.csv"},
		{"test_export_traces_job/block_with_error", "web3_response.trace_block_0xf45bf.json", "expected_traces.csv"},
		{"test_export_traces_job/block_with_subtraces", "web3_response.trace_block_0xf4240.json", "expected_traces.csv"},
		{"test_extract_geth_traces_job/block_with_suicide", "web3_response.debug_traceBlockByNumber_0xf7105_tracer_calltracer.json", "expected_traces.csv"},
		{"test_extract_geth_traces_job/block_with_create", "web3_response.debug_traceBlockByNumber_0xf44f2_tracer_calltracer.json", "expected_traces.csv"},
		{"test_extract_geth_traces_job/block_with_error", "web3_response.debug_traceBlockByNumber_0xf45bf_tracer_calltracer.json", "expected_traces.csv"},
		{"test_extract_geth_traces_job/block_with_subtraces", "web3_response.debug_traceBlockByNumber_0xf4240_tracer_calltracer.json", "expected_traces.csv"},
	} {
		t.Run(c.dir, func(t *testing.T) {
			result := resultOf(t, recorded(t, c.dir, c.answer))
			var b Block
			var err error
			if strings.Contains(c.answer, "debug_") {
				var txs []any
				if err := json.Unmarshal(result, &txs); err != nil {
					t.Fatal(err)
				}
				b.Txs = make([]Tx, len(txs))
				err = ReadCallTraces(clew.Ethereum, result, &b)
			} else {
				err = ReadBlockTraces(clew.Ethereum, result, &b)
			}
			if err != nil || len(b.Frames) == 0 {
				t.Fatalf("%d frames, %v", len(b.Frames), err)
			}
			sameFrames(t, &b, traceRows(t, recorded(t, c.dir, c.exported)))
		})
	}
}

// TestRecordedReceipts reads the receipts of block 483920 one by one, with their
// logs, and wants what another tool exported of them.
func TestRecordedReceipts(t *testing.T) {
	const dir = "test_export_receipts_job/receipts_with_logs"
	rows := rowsOf(t, recorded(t, dir, "expected_receipts.json"))
	b := Block{HasHead: true, Height: 483920, Txs: make([]Tx, len(rows))}
	receipts := make([]string, len(rows))
	for _, row := range rows {
		index, _ := row["transaction_index"].(json.Number).Int64()
		id, err := clew.ParseTxID(fmt.Sprint(row["transaction_hash"]))
		if err != nil {
			t.Fatal(err)
		}
		b.Txs[index] = Tx{ID: id, Index: uint32(index)}
		receipts[index] = line(row["gas_used"], row["effective_gas_price"], row["contract_address"], StatusUnknown)
	}
	for i := range b.Txs {
		receipt := recorded(t, dir, "web3_response.eth_getTransactionReceipt_"+b.Txs[i].ID.String()+".json")
		if err := ReadReceipt(clew.Ethereum, resultOf(t, receipt), uint32(i), &b); err != nil {
			t.Fatal(err)
		}
		x := &b.Txs[i]
		if got := line(x.GasUsed, x.GasPrice, text(x.Created), x.Status); got != receipts[i] {
			t.Errorf("receipt %d: %s, want %s", i, got, receipts[i])
		}
	}
	var logs, want []string
	for i := range b.Logs {
		l := &b.Logs[i]
		var topics []string
		for _, topic := range l.Topics[:l.Count] {
			topics = append(topics, topic.text())
		}
		logs = append(logs, line(l.Log, l.Tx, l.Index, text(l.Contract), fmt.Sprintf("0x%x", l.Data), topics))
	}
	for _, row := range rowsOf(t, recorded(t, dir, "expected_logs.json")) {
		want = append(want, line(row["log_index"], row["transaction_hash"], row["transaction_index"], row["address"], row["data"], row["topics"]))
	}
	if !slices.Equal(logs, want) || len(logs) == 0 {
		t.Errorf("logs %s\nwant %s", logs, want)
	}
	if b.Hash.String() != fmt.Sprint(rows[0]["block_hash"]) {
		t.Errorf("block %s", b.Hash)
	}
}
