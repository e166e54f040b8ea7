package evm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clew"
)

// tree returns JSON as encoding/json reads it; false for what is no JSON, or
// holds a field twice, of which readers may differ.
func tree(text []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, ok := branch(d)
	return v, ok && json.Valid(text)
}

func branch(d *json.Decoder) (any, bool) {
	token, err := d.Token()
	switch {
	case err != nil:
		return nil, false
	case token == json.Delim('['):
		list := []any{}
		for d.More() {
			item, ok := branch(d)
			if !ok {
				return nil, false
			}
			list = append(list, item)
		}
		_, err := d.Token()
		return list, err == nil
	case token == json.Delim('{'):
		object := map[string]any{}
		for d.More() {
			name, err := d.Token()
			value, ok := branch(d)
			key, isText := name.(string)
			if _, twice := object[key]; err != nil || !ok || !isText || twice {
				return nil, false
			}
			object[key] = value
		}
		_, err := d.Token()
		return object, err == nil
	}
	return token, true
}

// low returns a text in lower case; "<nil>" for what is none.
func low(v any) string {
	if s, ok := v.(string); ok {
		return strings.ToLower(s)
	}
	return "<nil>"
}

// number returns a quantity or a plain number; 0 for null.
func number(v any) *big.Int {
	n := new(big.Int)
	switch v := v.(type) {
	case string:
		n.SetString(strings.TrimPrefix(strings.ToLower(v), "0x"), 16)
	case json.Number:
		n.SetString(v.String(), 10)
	}
	return n
}

// long is hexadecimal text that says nothing to a reader, and makes seeds slow.
var long = regexp.MustCompile(`"logsBloom":"0x[0-9a-f]*"|"0x[0-9a-f]{68,}"`)

// slim returns JSON without long text.
func slim(v any) []byte {
	return long.ReplaceAllFunc(jsonOf(v), func(found []byte) []byte {
		if found[1] == 'l' {
			return []byte(`"bloom":0`)
		}
		return []byte(`"0x"`)
	})
}

// FuzzReadBlock wants no panic of any text, and of JSON what encoding/json finds
// in it.
func FuzzReadBlock(f *testing.F) {
	f.Add(slim(newMaker(1).next(2).block))
	f.Add([]byte(`{"number":"0x1","hash":"0x` + strings.Repeat("1", 64) + `","timestamp":"0x5","transactions":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var b Block
		if ReadBlock(clew.Base, text, &b) != nil {
			return
		}
		v, ok := tree(text)
		if !ok {
			return
		}
		object := v.(map[string]any)
		var want, got []string
		want = append(want, line(low(object["hash"]), number(object["number"]), number(object["timestamp"]), number(object["baseFeePerGas"])))
		got = append(got, line(b.Hash, b.Height, int64(b.Time), b.BaseFee))
		txs, _ := object["transactions"].([]any)
		for _, x := range txs {
			x := x.(map[string]any)
			want = append(want, line(low(x["hash"]), low(x["from"]), low(x["to"]), number(x["value"]), number(x["transactionIndex"]), number(x["nonce"]), number(x["mint"])))
		}
		for i := range b.Txs {
			x := &b.Txs[i]
			got = append(got, line(x.ID, text2(x.From), text2(x.To), x.Value, x.Index, x.Nonce, x.Minted))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nwant %s", got, want)
		}
		if err := NewDecoder(clew.Base, false).Decode(&b, func(m *clew.Transfer) error { return m.Check() }); err != nil {
			t.Fatal(err)
		}
	})
}

// text2 is [text] by another name, for where that is a variable.
func text2(a clew.Address) string { return text(a) }

// FuzzReadReceipts wants no panic, and of JSON the receipts that encoding/json
// finds.
func FuzzReadReceipts(f *testing.F) {
	made := newMaker(1).next(2)
	block := jsonOf(made.block)
	f.Add(slim(made.receipts))
	f.Add([]byte(strings.Replace(string(slim(made.receipts)), `"status"`, `"blobGasUsed":"0x20000","blobGasPrice":"0x7","l1Fee":"0x9","operatorFeeScalar":null,"root"`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var b Block
		if err := ReadBlock(clew.Ethereum, block, &b); err != nil {
			t.Fatal(err)
		}
		if ReadReceipts(clew.Ethereum, text, &b) != nil {
			return
		}
		v, ok := tree(text)
		if !ok {
			return
		}
		list := v.([]any)
		if len(list) != len(b.Txs) {
			t.Fatalf("%d receipts of %d transactions", len(list), len(b.Txs))
		}
		for i, r := range list {
			r, x := r.(map[string]any), &b.Txs[i]
			status := StatusUnknown
			if r["status"] != nil {
				if status = Failed; number(r["status"]).Cmp(big.NewInt(1)) == 0 {
					status = Succeeded
				}
			}
			blob := new(big.Int).Mul(number(r["blobGasUsed"]), number(r["blobGasPrice"]))
			got := line(x.Status, x.GasUsed, text2(x.Created), x.LayerFee, x.BlobFee)
			if want := line(status, number(r["gasUsed"]), low(r["contractAddress"]), number(r["l1Fee"]), blob); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		}
		err := NewDecoder(clew.Ethereum, false).Decode(&b, func(m *clew.Transfer) error { return m.Check() })
		if err != nil && !strings.Contains(err.Error(), "two transfers at") {
			t.Fatal(err)
		}
	})
}

// frameLine says what a frame is, one a line.
func frameLine(f *Frame) string {
	return line(f.Index, f.Path, f.Kind, f.Failed, text(f.From), text(f.To), f.Value)
}

func plainKept(index int, path []int, kind FrameKind, failed bool, from, to string, value *big.Int) (string, bool) {
	kept := len(path) == 0 || failed || kind == Create || kind == Destroy || kind == Call && value.Sign() > 0
	return line(index, path, kind, failed, from, to, value), kept
}

// FuzzReadCallTraces wants no panic, and of JSON the frames that a plain walk
// finds.
func FuzzReadCallTraces(f *testing.F) {
	f.Add(slim(newMaker(27).next(1).traces))
	f.Add([]byte(`[{"result":{"type":"CALL","from":"0x` + strings.Repeat("1", 40) + `","calls":[{"calls":[],"type":"SELFDESTRUCT"}],"error":"x"}},{"error":"timeout"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b := Block{Txs: make([]Tx, 2)}
		b.Txs[0].ID, b.Txs[1].ID = clew.TxID{1}, clew.TxID{2}
		if ReadCallTraces(clew.Ethereum, text, &b) != nil {
			return
		}
		v, ok := tree(text)
		if !ok || bytes.Contains(text, []byte("txHash")) {
			return
		}
		var want, got []string
		var walk func(c map[string]any, index int, path []int)
		walk = func(c map[string]any, index int, path []int) {
			kind := map[string]FrameKind{"CALL": Call, "CREATE": Create, "CREATE2": Create, "SELFDESTRUCT": Destroy}[fmt.Sprint(c["type"])]
			failed, _ := c["error"].(string)
			if text, kept := plainKept(index, path, kind, failed != "", low(c["from"]), low(c["to"]), number(c["value"])); kept {
				want = append(want, text)
			}
			calls, _ := c["calls"].([]any)
			for i, call := range calls {
				walk(call.(map[string]any), index, append(slices.Clone(path), i))
			}
		}
		for i, x := range v.([]any) {
			if result, ok := x.(map[string]any)["result"].(map[string]any); ok {
				walk(result, i, nil)
			}
		}
		for i := range b.Frames {
			got = append(got, frameLine(&b.Frames[i]))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// FuzzReadBlockTraces wants no panic, and of JSON the frames that encoding/json
// finds.
func FuzzReadBlockTraces(f *testing.F) {
	f.Add(slim(newMaker(27).next(1).flat))
	f.Add([]byte(`[{"action":{"author":"0x` + strings.Repeat("1", 40) + `","value":"0x5"},"result":null,"traceAddress":[],"transactionPosition":null,"type":"reward"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var b Block
		if ReadBlockTraces(clew.Ethereum, text, &b) != nil {
			return
		}
		v, ok := tree(text)
		if !ok {
			return
		}
		var want, got []string
		for _, x := range v.([]any) {
			x := x.(map[string]any)
			if text, kept := plainTraceLine(x); kept {
				want = append(want, text)
			}
		}
		for i := range b.Frames {
			got = append(got, frameLine(&b.Frames[i]))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// plainTraceLine says what one frame of trace_block is, and whether it matters.
// Of parties that an action names in several ways it knows none; then it is the
// reader's word.
func plainTraceLine(x map[string]any) (string, bool) {
	action, _ := x["action"].(map[string]any)
	result, _ := x["result"].(map[string]any)
	pick := func(names ...string) any {
		for _, name := range names {
			if action[name] != nil {
				return action[name]
			}
		}
		return nil
	}
	kind := map[string]FrameKind{"create": Create, "suicide": Destroy, "selfdestruct": Destroy, "reward": BlockGain}[low(x["type"])]
	if call := action["callType"]; x["type"] == "call" && (call == nil || call == "call" || call == "") {
		kind = Call
	}
	to := pick("to", "refundAddress", "author")
	if result["address"] != nil {
		to = result["address"]
	}
	var path []int
	places, _ := x["traceAddress"].([]any)
	for _, place := range places {
		path = append(path, int(number(place).Int64()))
	}
	failed, _ := x["error"].(string)
	text, kept := plainKept(int(number(x["transactionPosition"]).Int64()), path, kind, failed != "", low(pick("from", "address")), low(to), number(pick("value", "balance")))
	return text, kept || kind == BlockGain
}
