package evm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
)

// transfersOf decodes b, one transfer a line as [made.plainTransfers] writes
// them.
func transfersOf(t testing.TB, d *Decoder, b *Block) (lines []string) {
	t.Helper()
	err := d.Decode(b, func(m *clew.Transfer) error {
		what := m.Asset.Namespace()
		if m.Item != nil {
			what += "#" + m.Item.String()
		}
		lines = append(lines, line(m.Pos.Index, m.Pos.Class, m.Pos.Ordinal, what, text(m.From[0].Address), text(m.To[0].Address), m.Amount()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestMade reads made-up blocks with traces in either form, and wants what a
// plain model says they move.
func TestMade(t *testing.T) {
	m := newMaker(1)
	var b Block
	found := 0
	for range 30 {
		made := m.next(m.IntN(40))
		want := made.plainTransfers()
		for _, flat := range []bool{false, true} {
			if err := made.read(clew.Ethereum, &b, flat); err != nil {
				t.Fatal(err)
			}
			if !b.Proved || b.Hash.String() != made.block.Hash || b.Parent.String() != made.block.ParentHash {
				t.Errorf("block %d: %s after %s, proved %v", b.Height, b.Hash, b.Parent, b.Proved)
			}
			d := NewDecoder(clew.Ethereum, true)
			if got := transfersOf(t, d, &b); !slices.Equal(got, want) {
				t.Fatalf("block %d, flat %v:\n%s\nwant\n%s", b.Height, flat, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if d.Missed != (Missing{}) {
				t.Errorf("missed %+v", d.Missed)
			}
		}
		found += len(want)
	}
	if found < 1000 {
		t.Errorf("only %d transfers", found)
	}
}

// TestContradictions changes one answer of several and wants an error that says
// whether to ask again.
func TestContradictions(t *testing.T) {
	other := "0x" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		name   string
		change func(*made)
		flat   bool
		is     error // nil: another error
		want   string
	}{
		{"receipts of another block", func(b *made) { b.receipts[3].BlockHash = other }, false, ErrContradiction, "a receipt is of block " + other},
		{"a log of another block", func(b *made) {
			b.receipts[3].Logs = []plainLog{{Address: other[:42], BlockHash: other, Topics: []string{}, Data: "0x", LogIndex: "0x1", TxHash: other, Index: "0x1"}}
		}, false, ErrContradiction, "a log is of block"},
		{"a removed log", func(b *made) {
			b.receipts[3].Logs = []plainLog{{Address: other[:42], BlockHash: b.block.Hash, Topics: []string{}, Data: "0x", LogIndex: "0x1", TxHash: other, Index: "0x1", Removed: true}}
		}, false, ErrContradiction, "removed"},
		{"another transaction's receipt", func(b *made) { b.receipts[3].TxHash = other }, false, ErrContradiction, "names transaction"},
		{"receipts out of order", func(b *made) { b.receipts[3], b.receipts[4] = b.receipts[4], b.receipts[3] }, false, ErrContradiction, "receipt 3"},
		{"fewer receipts", func(b *made) { b.receipts = b.receipts[:4] }, false, ErrNotWhole, "4 receipts of 6"},
		{"more receipts", func(b *made) { b.receipts = append(b.receipts, b.receipts[0]) }, false, ErrContradiction, "more than"},
		{"a trace of another block", func(b *made) { b.flat[1].BlockHash = other }, true, ErrContradiction, "a trace is of block"},
		{"a trace of another transaction", func(b *made) { b.flat[0].TxHash = &other }, true, ErrContradiction, "names transaction"},
		{"a trace beyond the last transaction", func(b *made) { n := 6; b.flat[0].Index = &n }, true, ErrContradiction, "transaction 6"},
		{"a frame of no transaction", func(b *made) { b.flat[0].Index = nil }, true, nil, "of no transaction"},
		{"a trace of an unknown transaction", func(b *made) { b.traces[2].TxHash = other }, false, ErrContradiction, "not in the block"},
		{"fewer traces without names", func(b *made) {
			for i := range b.traces {
				b.traces[i].TxHash = ""
			}
			b.traces = b.traces[:5]
		}, false, ErrContradiction, "traces of 5 transactions"},
		{"a header that is not the block's", func(b *made) { b.block.StateRoot = other }, false, nil, "hashes to"},
		{"a transaction out of place", func(b *made) { b.block.Txs[1].Index = "0x5" }, false, nil, "says that it is at 5"},
		{"no number", func(b *made) { b.block.Number = "0xffffffffffffffff" }, false, nil, "still being made"},
		{"a withdrawal too great", func(b *made) { b.block.Withdrawals[0].Amount = "0x" + strings.Repeat("f", 64) }, false, nil, "256 bits"},
		{"a value too great", func(b *made) { b.block.Txs[0].Value = "0x1" + strings.Repeat("f", 64) }, false, nil, "65 hexadecimal digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := newMaker(5).next(6)
			var b Block
			if err := made.read(clew.Ethereum, &b, c.flat); err != nil {
				t.Fatal(err)
			}
			c.change(made)
			err := made.read(clew.Ethereum, &b, c.flat)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || c.is == nil && errors.Is(err, ErrContradiction) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q, %v", err, c.want, c.is)
			}
		})
	}
}

// TestUnproved wants a hash that cannot be checked to be said so, and no error.
func TestUnproved(t *testing.T) {
	text := string(jsonOf(newMaker(5).next(1).block))
	for _, c := range []struct {
		name  string
		chain clew.Chain
		text  string
	}{
		{"a field that is not known", clew.Ethereum, strings.Replace(text, `"gasLimit":"0x1c9c380"`, `"gasLimit":"0x1c9c381","newRoot":"0x1"`, 1)},
		{"a field is missing", clew.Ethereum, strings.Replace(text, `"mixHash"`, `"size"`, 1)},
		{"a later field without one before it", clew.Ethereum, strings.Replace(text, `"withdrawalsRoot"`, `"blobGasUsed":"0x0","size"`, 1)},
		{"another chain", clew.Arbitrum, strings.Replace(text, `"gasLimit":"0x1c9c380"`, `"gasLimit":"0x1c9c381"`, 1)},
	} {
		var b Block
		if err := ReadBlock(c.chain, []byte(c.text), &b); err != nil || b.Proved || b.Hash.IsZero() {
			t.Errorf("%s: proved %v, %v", c.name, b.Proved, err)
		}
	}
}

// TestAnswersRefused wants a sentence for what is no answer at all.
func TestAnswersRefused(t *testing.T) {
	var b Block
	for text, want := range map[string]string{
		"null": "not found", " ": "not found", "{}": "no number or no hash", `{"transactions":["0x12"]}`: "whole ones are wanted", `{"number":`: "ends in its middle", "[]": `'[' where '{'`,
		string(jsonOf(newMaker(1).next(3).block)) + "x": "after the end",
	} {
		if err := ReadBlock(clew.Ethereum, []byte(text), &b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	if err := ReadBlock(clew.Ethereum, []byte("null"), &b); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
}

// TestDeepCalls wants as many calls in each other as the machine allows, and an
// error for more, however deep.
func TestDeepCalls(t *testing.T) {
	nested := func(depth int) []byte {
		const frame = `{"type":"CALL","from":"0x00000000000000000000000000000000000000a1","to":"0x00000000000000000000000000000000000000a2","value":"0x1","calls":[`
		return []byte(`[{"result":` + strings.Repeat(frame, depth-1) + strings.TrimSuffix(frame, `,"calls":[`) + "}" + strings.Repeat("]}", depth-1) + "}]")
	}
	b := Block{Txs: make([]Tx, 1)}
	if err := ReadCallTraces(clew.Ethereum, nested(1025), &b); err != nil || len(b.Frames) != 1025 || len(b.Frames[1024].Path) != 1024 {
		t.Fatalf("%d frames, %v", len(b.Frames), err)
	}
	if got := transfersOf(t, NewDecoder(clew.Ethereum, true), &b); len(got) != 1025 {
		t.Errorf("%d transfers", len(got))
	}
	for _, text := range [][]byte{nested(MaxDepth + 1), nested(1 << 17)} {
		if err := ReadCallTraces(clew.Ethereum, text, &b); err == nil || !strings.Contains(err.Error(), "in each other") {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
	path := strings.TrimSuffix(strings.Repeat("0,", MaxDepth+1), ",")
	err := ReadBlockTraces(clew.Ethereum, fmt.Appendf(nil, `[{"type":"call","action":{},"traceAddress":[%s],"transactionPosition":0}]`, path), &b)
	if err == nil || !strings.Contains(err.Error(), "in each other") {
		t.Error(err)
	}
}

// TestUntraced wants a transaction that the node could not trace to be counted,
// and to have moved its own value.
func TestUntraced(t *testing.T) {
	made := newMaker(5).next(2)
	made.block.Txs[0].Value, made.receipts[0].Status = "0x7", "0x1"
	var b Block
	if err := errors.Join(ReadBlock(clew.Base, jsonOf(made.block), &b), ReadReceipts(clew.Base, jsonOf(made.receipts), &b)); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`[{"txHash":%q,"error":"execution timeout"},%s]`, made.traces[0].TxHash, jsonOf(made.traces[1]))
	if err := ReadCallTraces(clew.Base, []byte(text), &b); err != nil {
		t.Fatal(err)
	}
	d := NewDecoder(clew.Base, true)
	if lines := transfersOf(t, d, &b); !strings.HasPrefix(lines[0], "0 native 0 slip44") || !strings.HasSuffix(lines[0], " 7") || d.Missed.Frames != 1 {
		t.Errorf("%s, missed %+v", lines[0], d.Missed)
	}
}

// TestArbitrumDeposit wants a deposit from the chain below to make what it pays,
// on Arbitrum alone.
func TestArbitrumDeposit(t *testing.T) {
	made := newMaker(5).next(1)
	made.block.Txs[0].Type, made.block.Txs[0].Value = "0x64", "0x7"
	for chain, want := range map[clew.Chain]clew.Amount{clew.Arbitrum: clew.Units(7), clew.Base: {}} {
		var b Block
		if err := ReadBlock(chain, jsonOf(made.block), &b); err != nil || b.Txs[0].Minted != want {
			t.Errorf("%s: %s, %v", chain, b.Txs[0].Minted, err)
		}
	}
}
