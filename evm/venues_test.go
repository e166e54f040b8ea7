package evm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"clew"
	"clew/bridge"
	"clew/issuer"
	"clew/venue"
)

// TestVenues: of a transaction a contract is named once for each protocol that it
// logs as, at its first event, and for events of another shape not at all. They
// are no movements, and nothing is missed.
func TestVenues(t *testing.T) {
	swap := Topic(word("d78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822"))
	mint := Topic(word("4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"))
	log := func(index, n uint32, contract byte, first Topic, count uint8, size int) Log {
		return Log{Tx: clew.TxID{byte(index)}, Index: index, Log: n, Contract: clew.EVMAddress(clew.Ethereum, [20]byte{contract}), Topics: [4]Topic{first}, Count: count, Data: make([]byte, size)}
	}
	b := &Block{Height: 7, Time: 9, Logs: []Log{
		log(1, 0, 'a', swap, 3, 128), log(1, 1, 'a', swap, 3, 128), log(1, 2, 'a', mint, 2, 64), log(1, 3, 'b', swap, 3, 128),
		log(1, 4, 'c', mint, 1, 96), log(1, 5, 'c', swap, 3, 127), log(2, 6, 'a', swap, 3, 128), log(2, 7, 'd', swap, 2, 128)}}
	d := NewDecoder(clew.Ethereum, false)
	if err := d.Decode(b, func(m *clew.Transfer) error { return fmt.Errorf("%+v", m) }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range d.Acts() {
		key := a.On.Key()
		got = append(got, fmt.Sprintf("%s %s %c %s", a.Pos, a.Kind, key[0], a.Detail))
		if err := a.Check(); err != nil || a.Time != 9 || a.Tx != (clew.TxID{byte(a.Pos.Index)}) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	want := []string{"7/1/log/0 venue's event a Uniswap v2", "7/1/log/3 venue's event b Uniswap v2", "7/1/log/4 venue's event c Compound", "7/2/log/6 venue's event a Uniswap v2"}
	if !slices.Equal(got, want) || d.Missed.Acts+d.Missed.Tokens != 0 {
		t.Errorf("%q, want %q; missed %+v", got, want, d.Missed)
	}
}

// realLogs are the 681 logs of blocks 17173049 and 17173050, as answers to
// eth_getLogs.
func realLogs(t testing.TB) (answers [][]byte) {
	t.Helper()
	byBlock := map[string][]any{}
	for _, row := range rowsOf(t, recorded(t, "test_stream", "blocks_17173049_17173050", "expected_logs.json")) {
		quantity := func(name string) string {
			n, _ := row[name].(json.Number).Int64()
			return fmt.Sprintf("0x%x", n)
		}
		height := fmt.Sprint(row["block_number"])
		byBlock[height] = append(byBlock[height], map[string]any{"address": row["address"], "data": row["data"], "topics": row["topics"], "transactionHash": row["transaction_hash"],
			"logIndex": quantity("log_index"), "transactionIndex": quantity("transaction_index"), "blockNumber": quantity("block_number"), "blockHash": row["block_hash"], "removed": false})
	}
	for _, height := range slices.Sorted(maps.Keys(byBlock)) {
		text, err := json.Marshal(byBlock[height])
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, bytes.Clone(text))
	}
	return answers
}

// TestVenuesOfRealBlocks: what venues log in two real blocks, and that none of it
// is read otherwise too.
func TestVenuesOfRealBlocks(t *testing.T) {
	named, logs, d := map[string]int{}, 0, NewDecoder(clew.Ethereum, false)
	for _, answer := range realLogs(t) {
		var b Block
		if err := ReadLogs(clew.Ethereum, answer, &b); err != nil {
			t.Fatal(err)
		}
		for i := range b.Logs {
			if l := &b.Logs[i]; venue.Protocol(l.Topics[0], int(l.Count), len(l.Data)) != "" {
				logs++
				if first := l.Topics[0]; MovesTokens(first) || issuer.Reads(first) || bridge.Reads(first) || first == memoTopic {
					t.Errorf("%x is read otherwise too", first)
				}
			}
		}
		if err := d.Decode(&b, func(*clew.Transfer) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for _, a := range d.Acts() {
			if a.Kind == clew.Venue {
				named[a.Detail]++
			}
		}
	}
	const want = "81 map[1inch:1 1inch or KyberSwap:1 Uniswap v2:64 Uniswap v3:10]"
	if got := fmt.Sprint(logs, named); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// BenchmarkRealLogs reads the logs of two real blocks, from an answer of a node to
// transfers and acts.
func BenchmarkRealLogs(b *testing.B) {
	answers, size := realLogs(b), 0
	for _, a := range answers {
		size += len(a)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	d := NewDecoder(clew.Ethereum, false)
	var into Block
	for b.Loop() {
		for _, a := range answers {
			into = Block{Logs: into.Logs[:0], data: into.data[:0]}
			if err := ReadLogs(clew.Ethereum, a, &into); err != nil {
				b.Fatal(err)
			}
			if err := d.Decode(&into, func(*clew.Transfer) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	}
}
