package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
)

// TestSamples imports the real data sets and holds them against counts and
// sums taken from the files by other means.
func TestSamples(t *testing.T) {
	ether := clew.NativeAsset(clew.Ethereum)
	dollars := clew.Reported(clew.Ethereum, "usd")
	for _, c := range []struct {
		name, folder string
		files        []string
		rows         uint64
		held         int
		rounded      int
		asset        clew.Asset
		sum          string // of asset, over all transfers
	}{
		{"harvest", "harvest-2020", []string{"all-tx.csv"}, 2629, 1660, 750, ether, "125966354470168408117423"},
		{"launder-flows", "launder-flows", []string{"HB/HB.csv"}, 3887, 3887, 0, dollars, "704384877830000000000000000"},
		{"launder-flows", "launder-flows", []string{"Atomic/Atomic.csv"}, 1080, 1080, 0, dollars, "50700956960000000000000000"},
		{"ether-edges", "ronin-2022", []string{"edges_eth.csv"}, 75, 75, 0, ether, "509025550519130745900000"},
		{"ether-table", "ronin-2022", []string{"LazarusTabularTxs1322519.csv"}, 436, 311, 84, ether, "335425720385774384372600"},
	} {
		t.Run(c.folder+"/"+c.files[0], func(t *testing.T) {
			m := memories{}
			report, err := Import(t.Context(), sampleFS(t, c.folder), c.files, m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := report.Sets[0]; s.Format != c.name || s.Rows != c.rows || s.Transfers != uint64(c.held) {
				t.Errorf("%s, %d rows, %d transfers; want %s, %d, %d", s.Format, s.Rows, s.Transfers, c.name, c.rows, c.held)
			}
			var sum clew.Amount
			all := m.transfers(t, clew.Ethereum)
			rounded := 0
			for i := range all {
				if all[i].Asset == c.asset {
					sum = sum.Plus(all[i].Amount())
				}
				if all[i].Rounded {
					rounded++
				}
			}
			if len(all) != c.held || rounded != c.rounded || sum.String() != c.sum {
				t.Errorf("%d transfers, %d rounded, %s of %s; want %d, %d, %s", len(all), rounded, sum, c.asset, c.held, c.rounded, c.sum)
			}
		})
	}
}

const fixtures = "tests/resources/"

// importFixtures imports files of Ethereum ETL's recorded blocks.
func importFixtures(t *testing.T, files ...string) ([]clew.Transfer, Report) {
	t.Helper()
	fsys := sampleFS(t, "ethereum_etl_fixtures")
	for i := range files {
		files[i] = fixtures + files[i]
	}
	m := memories{}
	report, err := Import(t.Context(), fsys, files, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m.transfers(t, clew.Ethereum), report
}

// TestMainnetBlocks holds blocks 17173049-50 against figures computed from the
// recorded rows by a separate script.
func TestMainnetBlocks(t *testing.T) {
	all, report := importFixtures(t, "test_stream/blocks_17173049_17173050")
	if len(report.Sets) != 1 || len(report.Sets[0].Files) != 4 {
		t.Fatalf("sets %+v", report.Sets)
	}
	var value, burnt, tipped, withdrawn clew.Amount
	var values, wraps, tokens, items, multi, withdrawals int
	inFlow, outFlow := map[clew.Address]clew.Amount{}, map[clew.Address]clew.Amount{}
	for i := range all {
		tr := &all[i]
		amount := tr.Amount()
		if tr.Asset.IsNative() {
			outFlow[tr.From[0].Address] = outFlow[tr.From[0].Address].Plus(amount)
			inFlow[tr.To[0].Address] = inFlow[tr.To[0].Address].Plus(amount)
		}
		switch {
		case tr.Pos.Class == clew.Native:
			value, values = value.Plus(amount), values+1
		case tr.Pos.Class == clew.Fee && tr.To[0].Address.IsZero():
			burnt = burnt.Plus(amount)
		case tr.Pos.Class == clew.Fee:
			tipped = tipped.Plus(amount)
		case tr.Pos.Class == clew.BlockLevel:
			withdrawn, withdrawals = withdrawn.Plus(amount), withdrawals+1
		case tr.From[0].Address.IsZero() || tr.To[0].Address.IsZero():
			wraps++
		case tr.Asset.Namespace() == "erc20":
			tokens++
		case tr.Asset.Namespace() == "erc721":
			items++
		default:
			multi++
		}
		if tr.Time < 1683029999 || tr.Time > 1683030011 {
			t.Fatalf("time %s", tr.Time)
		}
	}
	got := fmt.Sprint(values, value, burnt, burnt.Plus(tipped), wraps, tokens, items, multi, withdrawals)
	want := "127 82246255043361813012 1986913255733050158 2362878739684767282 61 282 9 1 32"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// Native value is conserved: what goes out of all comes in to all, nobody
	// (burnt, and withdrawals' origin) included.
	var in, out clew.Amount
	for _, a := range inFlow {
		in = in.Plus(a)
	}
	for _, a := range outFlow {
		out = out.Plus(a)
	}
	if in != out || in != value.Plus(burnt).Plus(tipped).Plus(withdrawn) {
		t.Errorf("in %s, out %s", in, out)
	}
	if whole := report.Sets[0].Coverage[0].Whole; len(whole) != 1 || whole[0] != (clew.Window{From: 17173049, To: 17173051}) {
		t.Errorf("whole %v", whole)
	}
}

// TestFailedTransactions wants the eight of 298 transactions that list a value
// but failed to have moved nothing, and to have paid.
func TestFailedTransactions(t *testing.T) {
	all, _ := importFixtures(t, "test_stream/blocks_17173049_17173050")
	failed := []string{"0x7831885ee4", "0xfd8d618485", "0xe708a50dc3", "0x1011210830", "0x1484d86d5a", "0xdce4fb3134", "0x05a68fe327", "0x0cc383bbc6"}
	paid := map[string]int{}
	for i := range all {
		short := all[i].Tx.String()[:12]
		if !slices.Contains(failed, short) {
			continue
		}
		if all[i].Pos.Class != clew.Fee {
			t.Errorf("%s moved %s", short, all[i].Amount())
		}
		paid[short]++
	}
	if len(paid) != len(failed) {
		t.Errorf("%d of %d paid fees", len(paid), len(failed))
	}
}

// TestTokensOfLogs wants the decoded logs and the tool's own token transfers
// to be the same 291, item for item. Wrapped coins are in the logs alone.
func TestTokensOfLogs(t *testing.T) {
	key := func(tr *clew.Transfer) string {
		amount := tr.Amount()
		if tr.Item != nil && tr.Asset.Namespace() == "erc721" {
			amount = *tr.Item // the tool writes the item's number as the value
		}
		return fmt.Sprint(tr.Pos.Height, tr.Tx, tr.Asset.Contract(), tr.From[0].Address, tr.To[0].Address, amount)
	}
	var logs, tokens []string
	fromLogs, _ := importFixtures(t, "test_stream/blocks_17173049_17173050/expected_logs.json")
	for i := range fromLogs {
		wraps := fromLogs[i].From[0].Address.IsZero() || fromLogs[i].To[0].Address.IsZero()
		if fromLogs[i].Asset.Namespace() != "erc1155" && !wraps {
			logs = append(logs, key(&fromLogs[i]))
		}
	}
	fromTokens, _ := importFixtures(t, "test_stream/blocks_17173049_17173050/expected_token_transfers.json")
	for i := range fromTokens {
		tokens = append(tokens, key(&fromTokens[i]))
	}
	slices.Sort(logs)
	slices.Sort(tokens)
	if len(logs) != 291 || !slices.Equal(logs, tokens) {
		t.Errorf("%d of logs, %d of token transfers", len(logs), len(tokens))
	}
}

// TestRecordedTraces holds the small recorded blocks against their transfers,
// from Parity's traces and from Geth's.
func TestRecordedTraces(t *testing.T) {
	for _, c := range []struct{ name, parity, geth string }{
		{"block_with_create", `
			1000690/0/native/0 0xaf21..4942>0x5b3c..1cad 64655529900000002048
			1000690/4294967295/block/0 nobody>0xf8b4..1069 5000000000000000000`, `
			1000690/0/native/0 0xaf21..4942>0x5b3c..1cad 64655529900000002048`},
		{"block_with_error", `
			1000895/1/native/0 0x9288..4a00>0xe05f..5d72 1100000000000000000
			1000895/4294967295/block/0 nobody>0x63a9..f526 5000000000000000000`, `
			1000895/1/native/0 0x9288..4a00>0xe05f..5d72 1100000000000000000`},
		{"block_with_subtraces", `
			1000000/0/native/0 0x39fa..66d3>0xc083..fd47 100000000000000000000
			1000000/1/native/0 0x32be..2d88>0xdf19..6133 437194980000000000
			1000000/4294967295/block/0 nobody>0x2a65..8226 5000000000000000000`, `
			1000000/0/native/0 0x39fa..66d3>0xc083..fd47 100000000000000000000
			1000000/1/native/0 0x32be..2d88>0xdf19..6133 437194980000000000`},
		{"block_with_suicide", `
			1011973/0/native/0 0x474f..fe9b>0x8397..df4b 50000000000000000
			1011973/4294967295/block/0 nobody>0x738d..9c5c 5000000000000000000`, ``},
	} {
		for _, source := range []struct{ folder, want string }{{"test_export_traces_job/", c.parity}, {"test_extract_geth_traces_job/", c.geth}} {
			t.Run(source.folder+c.name, func(t *testing.T) {
				all, _ := importFixtures(t, source.folder+c.name+"/expected_traces.csv")
				var lines []string
				for i := range all {
					tr := &all[i]
					lines = append(lines, fmt.Sprintf("%s %s>%s %s", tr.Pos, brief(tr.From[0].Address), brief(tr.To[0].Address), tr.Amount()))
				}
				want := strings.ReplaceAll(strings.TrimSpace(source.want), "\t", "")
				if got := strings.Join(lines, "\n"); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
			})
		}
	}
}

// TestCreationsOfFixtures holds the derived address of a created contract
// against the one that the recorded receipt gives.
func TestCreationsOfFixtures(t *testing.T) {
	data, err := fs.ReadFile(sampleFS(t, "ethereum_etl_fixtures"), fixtures+"test_stream/blocks_17173049_17173050/expected_transactions.json")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for line := range bytes.Lines(data) {
		var tx struct {
			From    string  `json:"from_address"`
			Nonce   uint64  `json:"nonce"`
			Created *string `json:"receipt_contract_address"`
		}
		if err := json.Unmarshal(line, &tx); err != nil {
			t.Fatal(err)
		}
		if tx.Created == nil {
			continue
		}
		found++
		from, err := clew.ParseAddress(tx.From, clew.Ethereum)
		if got := evm.CreatedBy(from, tx.Nonce); err != nil || !strings.EqualFold(got.Text(), *tx.Created) {
			t.Errorf("%s, want %s: %v", got, *tx.Created, err)
		}
	}
	if found == 0 {
		t.Error("no creation among the transactions")
	}
}

func brief(a clew.Address) string {
	if a.IsZero() {
		return "nobody"
	}
	text := strings.ToLower(a.Text())
	return text[:6] + ".." + text[len(text)-4:]
}

// TestWholeFixtures imports the whole folder twice: what is no data is left
// alone, and the second time nothing is read.
func TestWholeFixtures(t *testing.T) {
	fsys := sampleFS(t, "ethereum_etl_fixtures")
	m := memories{}
	first, err := Import(t.Context(), fsys, []string{"."}, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := m.transfers(t, clew.Ethereum)
	again, err := Import(t.Context(), fsys, []string{"."}, m, Options{Again: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range again.Sets {
		if s.Added != 0 {
			t.Errorf("%s added %d when read again", s.Name, s.Added)
		}
	}
	if after := m.transfers(t, clew.Ethereum); len(after) != len(before) {
		t.Errorf("%d transfers, then %d", len(before), len(after))
	}
	if len(first.Sets) < 15 || os.Getenv("CI") == "" && testing.Verbose() {
		t.Logf("%d sets, %d files ignored, %d transfers", len(first.Sets), len(first.Ignored), len(before))
	}
}
