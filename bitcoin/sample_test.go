package bitcoin

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

// etlTx is a transaction as Bitcoin ETL exports it.
type etlTx struct {
	Hash      string
	Number    uint64 `json:"block_number"`
	BlockHash string `json:"block_hash"`
	Time      int64  `json:"block_timestamp"`
	Coinbase  bool   `json:"is_coinbase"`
	Index     uint32
	Inputs    []struct {
		Tx    string `json:"spent_transaction_hash"`
		Index uint32 `json:"spent_output_index"`
	}
	Outputs []struct {
		Script    string `json:"script_hex"`
		Type      string
		Addresses []string
		Value     uint64
	}
}

// TestRecordedAnswers decodes answers that a node once gave, and compares them
// with what Bitcoin ETL made of the same.
func TestRecordedAnswers(t *testing.T) {
	dir := filepath.Join(sample.Dir(t, "bitcoin_etl_fixtures"), "tests", "resources", "test_export_blocks_job", "bitcoin")
	d := decoder(t, clew.Bitcoin)
	seen := 0
	for _, folder := range []string{"block_0", "block_1", "block_with_transactions", "block_without_transactions"} {
		want := etlRows(t, filepath.Join(dir, folder, "expected_transactions.json"))
		answers, err := filepath.Glob(filepath.Join(dir, folder, "rpc_response_getblock_*.json"))
		if err != nil || len(answers) == 0 {
			t.Fatal(folder, answers, err)
		}
		for _, name := range answers {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			b, err := d.DecodeJSON(context.Background(), f, MaxBlockJSON, nil)
			f.Close()
			if err != nil {
				t.Fatal(name, err)
			}
			for i := range b.Transfers {
				row, ok := want[b.Transfers[i].Tx]
				if !ok {
					t.Errorf("%s: not exported", b.Transfers[i].Tx)
					continue
				}
				delete(want, b.Transfers[i].Tx)
				sameAsExported(t, b, &b.Transfers[i], &row)
				seen++
			}
		}
		if len(want) > 0 {
			t.Errorf("%s: %d exported transactions were not decoded", folder, len(want))
		}
	}
	if seen != 7 {
		t.Errorf("%d transactions", seen)
	}
}

func etlRows(t *testing.T, name string) map[clew.TxID]etlTx {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := map[clew.TxID]etlTx{}
	for dec := json.NewDecoder(f); dec.More(); {
		var row etlTx
		if err := dec.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows[hashOf(row.Hash)] = row
	}
	return rows
}

func sameAsExported(t *testing.T, b *Block, tr *clew.Transfer, row *etlTx) {
	t.Helper()
	if tr.Pos != (clew.Pos{Height: row.Number, Index: row.Index}) || int64(tr.Time) != row.Time || b.Ref.Hash != hashOf(row.BlockHash) {
		t.Errorf("%s: at %s, %s, in %s", tr.Tx, tr.Pos, tr.Time, b.Ref.Hash)
	}
	inputs := len(row.Inputs)
	if row.Coinbase {
		inputs = 1
	}
	if len(tr.From) != inputs || len(tr.To) != len(row.Outputs) && len(tr.To) != len(row.Outputs)+1 {
		t.Fatalf("%s: %d inputs, %d outputs", tr.Tx, len(tr.From), len(tr.To))
	}
	for i, in := range row.Inputs {
		if *tr.From[i].Spends != (clew.Output{Tx: hashOf(in.Tx), Index: in.Index}) || !tr.From[i].Unknown {
			t.Errorf("%s: input %d spends %v", tr.Tx, i, tr.From[i].Spends)
		}
	}
	for i, out := range row.Outputs {
		script, err := hex.DecodeString(out.Script)
		if err != nil {
			t.Fatal(err)
		}
		a, kind := AddressOf(clew.Bitcoin, script)
		if tr.To[i].Address != a || tr.To[i].Amount != clew.Units(out.Value) {
			t.Errorf("%s: output %d: %s of %s", tr.Tx, i, tr.To[i].Amount, tr.To[i].Address)
		}
		// A bare key has no address here; the node of that time gave its hash's.
		if kind != PayToKey && (len(out.Addresses) != 1 || out.Addresses[0] != a.Text()) {
			t.Errorf("%s: output %d at %s, exported as %v", tr.Tx, i, a.Text(), out.Addresses)
		}
	}
}

// TestRecordedScripts compares the kinds of 86,000 real scripts with what
// another decoder called them, and reads their addresses back.
func TestRecordedScripts(t *testing.T) {
	dir := sample.Dir(t, "coinjoin")
	kinds := map[string][]Kind{"TxNullData": {Data}, "TxPubkeyhash": {PayToKeyHash}, "TxScripthash": {PayToScript},
		"TxWitnessV0Keyhash": {PayToWitness}, "TxWitnessV0Scripthash": {PayToWScript}, "Unknown": {PayToTaproot, UnknownWitness}}
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	scripts := 0
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			columns := strings.Split(lines.Text(), ":::")
			if len(columns) != 6 {
				t.Fatalf("%s: %d columns", name, len(columns))
			}
			in, out := recordedSide(t, columns[4], kinds, &scripts), recordedSide(t, columns[5], kinds, &scripts)
			if in < out {
				t.Errorf("%s: %d in, %d out", columns[0], in, out)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if scripts != 86859 {
		t.Errorf("%d scripts", scripts)
	}
}

// recordedSide checks one side's scripts and returns its sum.
func recordedSide(t *testing.T, column string, kinds map[string][]Kind, scripts *int) (sum uint64) {
	t.Helper()
	for leg := range strings.SplitSeq(column, "}{") {
		parts := strings.Split(leg, "+")
		if len(parts) != 3 {
			t.Fatalf("%q", leg)
		}
		amount := parts[0][strings.LastIndexByte(parts[0], '-')+1:]
		value, err := strconv.ParseUint(amount, 10, 63)
		if err != nil {
			t.Fatal(err)
		}
		sum += value
		script, err := hex.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		a, kind := AddressOf(clew.Bitcoin, script)
		if want := kinds[parts[2]]; len(want) == 0 || kind != want[0] && kind != want[len(want)-1] {
			t.Errorf("%s: %s, recorded as %s", parts[1], kind, parts[2])
		}
		if back, err := clew.ParseAddress(a.Text(), clew.Bitcoin); err != nil || back != a {
			t.Errorf("%s: %s reads back as %v, %v", parts[1], a.Text(), back, err)
		}
		*scripts++
	}
	return sum
}
