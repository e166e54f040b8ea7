package op

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/report"
)

// syntheticCase has the ledgers that the synthetic file of records tells of:
// a theft of 20 bitcoins, 12.5 of which go to an exchange, and its withdrawal
// of dollars on Ethereum. The ledger of Tron is not at hand.
func syntheticCase(t *testing.T) *Env {
	t.Helper()
	records, err := os.ReadFile("../incident/testdata/records-synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	empty := strings.Replace(string(records), "records:\n", "records: []\nx:\n", 1)
	empty, _, _ = strings.Cut(empty, "x:\n")
	env := testEnv(fstest.MapFS{"answers.yaml": {Data: records}, "none.yaml": {Data: []byte(empty)}, "tags.yaml": {Data: []byte(syntheticTags)}})
	ledgers := &memoryLedgers{held: map[clew.Chain]keeper{}}
	for chain, transfers := range map[clew.Chain][]clew.Transfer{clew.Bitcoin: syntheticCoins(t), clew.Ethereum: syntheticDollars(t)} {
		ledgers.held[chain] = keeper{memory.New(chain)}
		load, err := ledgers.held[chain].Load(context.Background(), ledger.Source{Name: "synthetic", Exact: true})
		if err == nil {
			err = load.Add(transfers...)
		}
		if err == nil {
			_, err = load.Commit(context.Background(), clew.Coverage{Chain: chain, Whole: []clew.Window{{From: 1, To: 10}}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	env.Ledgers = ledgers
	return env
}

const syntheticTags = `title: synthetic
creator: a test
tags:
  - {address: bc1qtfd95kj6tfd95kj6tfd95kj6tfd95kszatydpq, currency: BTC, network: BTC, label: Example Exchange (synthetic), source: "https://example.org", category: exchange}
`

func at(t *testing.T, s string) clew.Time {
	t.Helper()
	var x clew.Time
	if err := x.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return x
}

func named(t *testing.T, s string, chain clew.Chain) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(s, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func repeated(digit byte) (id clew.TxID) {
	for i := range id {
		id[i] = digit
	}
	return id
}

func syntheticCoins(t *testing.T) []clew.Transfer {
	coins := func(n uint64) clew.Amount { return clew.Units(n * 10_000_000) }
	thief := named(t, "bc1qtfd95kj6tfd95kj6tfd95kj6tfd95kspnc3m0l", clew.Bitcoin)
	deposit := named(t, "bc1qtfd95kj6tfd95kj6tfd95kj6tfd95kszatydpq", clew.Bitcoin)
	asset := clew.NativeAsset(clew.Bitcoin)
	stolen := clew.Transfer{Pos: clew.Pos{Height: 1}, Time: at(t, "2026-01-04T00:00:00Z"), Tx: repeated(9), Asset: asset,
		From: []clew.Leg{{Amount: coins(200)}}, To: []clew.Leg{{Address: thief, Amount: coins(200)}}}
	paid := clew.Transfer{Pos: clew.Pos{Height: 2}, Time: at(t, "2026-01-05T10:00:00Z"), Tx: repeated(1), Asset: asset,
		From: []clew.Leg{{Address: thief, Amount: coins(200), Spends: &clew.Output{Tx: stolen.Tx}}},
		To:   []clew.Leg{{Address: deposit, Amount: coins(125)}, {Address: thief, Amount: coins(75)}}}
	return []clew.Transfer{stolen, paid}
}

func syntheticDollars(t *testing.T) []clew.Transfer {
	hot, z := named(t, "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a03", clew.Ethereum), named(t, "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02", clew.Ethereum)
	asset := clew.Token("erc20", named(t, "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a01", clew.Ethereum))
	a := clew.Units(200_000_000_000)
	return []clew.Transfer{{Pos: clew.Pos{Height: 5, Class: clew.Log}, Time: at(t, "2026-01-05T12:03:00Z"), Tx: repeated(2), Asset: asset,
		From: []clew.Leg{{Address: hot, Amount: a}}, To: []clew.Leg{{Address: z, Amount: a}}}}
}

const stolenTx = `"start": "0x0909090909090909090909090909090909090909090909090909090909090909", "chain": "bitcoin", "tags": ["tags.yaml"]`

func traced(t *testing.T, env *Env, in string) *report.Trace {
	t.Helper()
	r, err := runOn(t, env, "trace", "{"+in+"}")
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.Trace)
}

func written(t *testing.T, r report.Result, form report.Form, table string) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, r, form, report.Style{Wide: true}, table); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTraceGoesOnThroughRecords follows bitcoins through an exchange's answer to
// dollars on another chain, to money at a bank, and to what is not at hand.
func TestTraceGoesOnThroughRecords(t *testing.T) {
	env := syntheticCase(t)
	r := traced(t, env, stolenTx+`, "records": ["answers.yaml"]`)
	var got []string
	for _, p := range r.Result.Places {
		got = append(got, string(p.Kind)+" "+r.Units.Amount(p.Asset, p.Amount)+" for "+p.Parts[0].Basis.Format(8))
	}
	want := []string{
		"service 256,975 USDT for 5.1395", "unspent 175,000 USDT for 3.5", "history not held 100,000 USDT for 2", "service 10,000 USDT for 0.2",
		"unspent 7.5 BTC for 7.5", "paid out off ledger 30,000 EUR for 0.66", "service 1 BTC for 1", "fees 25 USDT for 0.0005",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, form := range []report.Form{report.Text, report.JSON, report.CSV, report.HTML} {
		table := ""
		if form == report.CSV {
			table = "exhibits"
		}
		text := written(t, r, form, table)
		for _, said := range []string{"12", "Example Exchange (synthetic)", "2026-02-20", "acct-7731", "bank-ref-55"} {
			if !strings.Contains(text, said) {
				t.Errorf("%s does not say %s", form, said)
			}
		}
	}
	for line := range strings.Lines(written(t, r, report.CSV, "places")) {
		if strings.Contains(line, "175000") && !strings.Contains(line, ",claim,") {
			t.Errorf("what came over an exhibit is no claim: %s", line)
		}
	}
	for table, said := range map[string]string{"places": "claim,,,12", "books": "claim,,12", "transfers": ",12\n"} {
		if text := written(t, r, report.CSV, table); !strings.Contains(text, said) {
			t.Errorf("the table %s does not say what rests on an exhibit:\n%s", table, text)
		}
	}
}

// TestRecordsLeftOut wants the answer without an exhibit to be, byte for byte,
// that of a file which does not hold it.
func TestRecordsLeftOut(t *testing.T) {
	env, other := syntheticCase(t), syntheticCase(t)
	files := other.Files.(fstest.MapFS)
	files["answers.yaml"] = files["none.yaml"]
	for _, c := range []struct{ name, with, without string }{
		{"one exhibit", `, "records": ["answers.yaml"], "exclude": ["12"]`, `, "records": ["answers.yaml"]`},
		{"all records", `, "records": ["answers.yaml"], "withoutRecords": true`, ``},
	} {
		got, want := traced(t, env, stolenTx+c.with), traced(t, other, stolenTx+c.without)
		got.Command, want.Command = "", ""
		if a, b := written(t, got, report.JSON, ""), written(t, want, report.JSON, ""); a != b {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, a, b)
		}
		if strings.Contains(written(t, got, report.Text, ""), "exhibit") {
			t.Errorf("%s: an exhibit is named", c.name)
		}
	}
}

func TestRecordsAskedWrong(t *testing.T) {
	env := syntheticCase(t)
	answers, err := fs.ReadFile(env.Files, "answers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := func(old, replacement string) *fstest.MapFile {
		if !strings.Contains(string(answers), old) {
			t.Fatalf("no %q", old)
		}
		return &fstest.MapFile{Data: []byte(strings.Replace(string(answers), old, replacement, 1))}
	}
	env.Files.(fstest.MapFS)["amount.yaml"] = changed("amount: 12.5\n", "amount: 12.51\n")
	env.Files.(fstest.MapFS)["bad.yaml"] = changed("exhibit: 12", "exibit: 12")
	for _, c := range []struct{ name, in, want string }{
		{"no file", `"records": ["x.yaml"]`, `records "x.yaml": want a file that can be read`},
		{"a bad file", `"records": ["bad.yaml"]`, `a file of records without issues; bad.yaml:13`},
		{"an amount that is not the ledger's", `"records": ["amount.yaml"]`, "record answer-7731 of exhibit 12"},
		{"one file twice", `"records": ["answers.yaml", "answers.yaml"]`, "an id of its own"},
		{"no such exhibit", `"records": ["answers.yaml"], "exclude": ["21"]`, `exclude "21": want one of 12`},
		{"nothing to exclude from", `"exclude": ["12"]`, "records to leave out"},
		{"nothing to leave out", `"withoutRecords": true`, "records to leave out"},
	} {
		_, err := runOn(t, env, "trace", "{"+stolenTx+", "+c.in+"}")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
