package incident

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"clew"
	"clew/taint"
	"clew/trace"
)

func synthetic(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/records-synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRecordsAreRead holds a file of records against what it says, in order of
// time.
func TestRecordsAreRead(t *testing.T) {
	f, err := ReadRecords("records.yaml", strings.NewReader(synthetic(t)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	r := f.Accounts()[0]
	for _, e := range r.Entries {
		line := fmt.Sprintf("%s %s %s %s", e.Time, e.Kind, e.Amount, e.Balance)
		if e.Kind == trace.Traded {
			line += fmt.Sprintf(" for %s %s", e.GotAmount, e.GotBalance)
		}
		if e.To != "" {
			line += " to " + e.To
		}
		got = append(got, line)
	}
	want := []string{
		"unknown held before 50000000 BTC",
		"2026-01-05T10:12:00Z deposit 1250000000 BTC",
		"2026-01-05T11:00:00Z trade 1200000000 BTC for 600000000000 USDT",
		"2026-01-05T12:00:00Z withdrawal 200000000000 USDT",
		"2026-01-05T12:00:00Z fee 25000000 USDT",
		"2026-01-06T11:59:59Z trade 33000000000 USDT for 300000000 EUR",
		"2026-01-06T23:59:58Z payout 300000000 EUR to bank-ref-55",
		"2026-01-07T09:00:00Z withdrawal 100000000000 USDT",
		"2026-01-08T00:00:00Z internal transfer 10000000000 USDT to acct-7800",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Exhibit != "12" || r.By != "Example Exchange (synthetic)" || r.Received != "2026-02-20" || r.Account != "acct-7731" {
		t.Errorf("%+v", r)
	}
	if w := r.Entries[7]; w.Asset.Chain() != clew.Tron || w.Address.Chain() != clew.Tron || w.Tx.IsZero() || r.Entries[5].About != true {
		t.Errorf("%+v", w)
	}
}

// TestRecordsWrong changes one thing in the file, and wants to be told its line.
func TestRecordsWrong(t *testing.T) {
	whole := synthetic(t)
	for _, c := range []struct{ name, old, replacement, want string }{
		{"unknown key", "    exhibit: 12\n", "    exibit: 12\n", "did you mean exhibit?"},
		{"no exhibit", "    exhibit: 12\n", "    exhibit: \"\"\n", "12: exhibit: want 1 to 1000"},
		{"another schema", "schema: 1\n", "schema: 2\n", "1: schema 2"},
		{"a person's name", "account: acct-7731", "account: Jane Doe", "opaque reference"},
		{"a name without a digit", "to: bank-ref-55", "to: jane.doe", "opaque reference"},
		{"withdrawal before the deposit", "at: 2026-01-05T12:00:00Z\n        amount: 200000", "at: 2026-01-04T12:00:00Z\n        amount: 200000",
			"35: withdrawal of 200000 USDT at 2026-01-04T12:00:00Z: the account has 0 by then"},
		{"more than there is", "amount: 12, asset: BTC}", "amount: 13.00000001, asset: BTC}", "trade of 13.00000001 BTC at 2026-01-05T11:00:00Z: the account has 13 by then"},
		{"more than was traded", "amount: 10000, asset", "amount: 266975.000001, asset", "the account has 266975 by then"},
		{"an amount too fine", "amount: 12.5\n", "amount: 12.500000001\n", "22: amount"},
		{"an amount that overflows", "amount: 12.5\n", "amount: " + strings.Repeat("9", 90) + "\n", "22: amount"},
		{"amounts that overflow together", "{amount: 0.5, asset: BTC}", "{amount: \"" + clew.MaxAmount.Format(8) + "\", asset: BTC}", "at most 2^256-1"},
		{"nothing", "amount: 12.5\n", "amount: 0\n", "amount: missing, or nothing"},
		{"less than nothing", "amount: 12.5\n", "amount: -1\n", "22: amount"},
		{"an asset of no name", "asset: USDT-tron\n", "asset: USDT-trom\n", "did you mean USDT-tron?"},
		{"an address of another chain", "address: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02", "on the chain of its asset"},
		{"no address", "        address: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\n", "", "want the address that was paid"},
		{"no transaction", "        tx: 0x0303030303030303030303030303030303030303030303030303030303030303\n", "", "one of tx and position"},
		{"not a transaction", "tx: 0x0303", "tx: 0x03", "64 hexadecimal digits"},
		{"not a currency", "\"30000.00\", currency: EUR", "\"30000.00\", currency: euro", "three capital letters"},
		{"asset and currency", "amount: 30000, currency: EUR", "amount: 30000, asset: BTC, currency: EUR", "one of asset and currency"},
		{"money on a ledger", "asset: USDT-tron\n", "currency: EUR\n", "money is on no ledger"},
		{"a balance of two decimals", "symbol: USDT, decimals: 6, balance: USDT}\n\n", "symbol: USDT, decimals: 18, balance: USDT}\n\n", "state the trade between them"},
		{"a currency that is a balance", "balance: USDT}\n\n", "balance: EUR}\n\n", "kept in a balance of that name"},
		{"a transfer's id", "        address: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\n", "        transfer: t1\n", "only an incident's file"},
		{"a time of no day", "credited: 2026-01-05T10:12:00Z", "credited: 2026-13-05", "a time such as"},
		{"a day before all", "credited: 2026-01-05T10:12:00Z", "credited: 1969-01-05", "a time such as"},
		{"no deposits", "    deposits:\n", "    deposits: []\n    trades:\n", "given twice"},
		{"decimals of a coin", "symbol: BTC, decimals: 8}", "symbol: BTC, decimals: 9}", "its chain fixes 8"},
		{"an asset twice", "{id: ETH, ", "{id: BTC, ", "an id of its own"},
	} {
		if strings.Count(whole, c.old) != 1 {
			t.Errorf("%s: %q occurs %d times", c.name, c.old, strings.Count(whole, c.old))
			continue
		}
		text := strings.Replace(whole, c.old, c.replacement, 1)
		issues := LintRecords("r.yaml", strings.NewReader(text))
		var all []string
		for _, i := range issues {
			all = append(all, i.String())
		}
		if !strings.Contains(strings.Join(all, "\n"), c.want) || len(issues) > 0 && issues[0].Line == 0 {
			t.Errorf("%s: %q, want %q", c.name, all, c.want)
		}
		if _, err := ReadRecords("r.yaml", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "r.yaml:") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// FuzzReadRecords wants whatever is read to be what a trace takes.
func FuzzReadRecords(f *testing.F) {
	f.Add(synthetic(f))
	f.Add("schema: 1\nassets: []\nrecords: []\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ReadRecords("r.yaml", strings.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range file.Accounts() {
			if _, err := r.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}

func syntheticIncident(t *testing.T, old, replacement string) (*Incident, error) {
	t.Helper()
	data, err := os.ReadFile("testdata/incident-synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if old != "" && strings.Count(string(data), old) != 1 {
		t.Fatalf("%q occurs %d times", old, strings.Count(string(data), old))
	}
	return Read("synthetic.yaml", strings.NewReader(strings.Replace(string(data), old, replacement, 1)))
}

// TestIncidentWithRecords follows a theft through the records of its file.
func TestIncidentWithRecords(t *testing.T) {
	i, err := syntheticIncident(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range walkFrom(t, i, taint.FIFO, i.Origins(AsStolen)).Places {
		got[fmt.Sprintf("%s %s", p.Kind, p.Asset.Namespace())] += p.Amount.String() + " for " + p.Parts[0].Basis.Format(18)
		if (p.Account != nil || p.Asset.Namespace() == "erc20") != (len(p.Rests) == 1 && p.Rests[0].Exhibit == "7") {
			t.Errorf("%s of %s rests on %v", p.Amount, p.Asset, p.Rests)
		}
	}
	want := map[string]string{"history not held slip44": "40000000000000000000 for 40", "service slip44": "10000000000000000000 for 10",
		"history not held erc20": "120000000000 for 48", "service erc20": "5000000000 for 2"}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestIncidentWithRecordsWrong(t *testing.T) {
	for _, c := range []struct{ name, old, replacement, want string }{
		{"no such transfer", "transfer: paid-in}", "transfer: paid-inn}", "no transfer of that id"},
		{"a transfer and more", "transfer: paid-in}", "transfer: paid-in, amount: 60, asset: ETH}", "want nothing beside it"},
		{"more than came in", "gave: {amount: 50,", "gave: {amount: 61,", "the account has 60 by then"},
		{"a record twice", "records:\n", "records:\n  - {id: answer, exhibit: 7, by: x, document: y, received: 2026-01-21, account: acct-1, deposits: [{credited: 2026-01-02, transfer: paid-in}]}\n", "its id is taken"},
	} {
		if _, err := syntheticIncident(t, c.old, c.replacement); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
