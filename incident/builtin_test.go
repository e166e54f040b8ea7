package incident

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/price"
)

func ronin(t testing.TB) *Incident {
	t.Helper()
	i, err := Builtin("ronin-2022")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func text(t testing.TB, id string) string {
	t.Helper()
	data, err := builtin.ReadFile("builtin/" + id + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func units(t testing.TB, s string, decimals int) clew.Amount {
	t.Helper()
	a, err := clew.ParseUnits(s, decimals)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestBuiltinIncidentsLintClean(t *testing.T) {
	for _, id := range BuiltinIDs() {
		for _, issue := range Lint(id, strings.NewReader(text(t, id))) {
			t.Error(issue)
		}
		i, err := Builtin(id)
		if err != nil {
			t.Fatal(err)
		}
		if i.ID != id {
			t.Errorf("%s.yaml holds %s", id, i.ID)
		}
	}
	if _, err := Builtin("ronin-2023"); err == nil || !strings.Contains(err.Error(), "did you mean ronin-2022?") {
		t.Errorf("unknown incident: %v", err)
	}
}

// TestBuiltinChecksums wants every address of 40 digits to be written with its
// checksum: one wrong digit would be another address.
func TestBuiltinChecksums(t *testing.T) {
	pattern := regexp.MustCompile(`\b0x[0-9a-fA-F]{40}\b`)
	seen := 0
	for _, i := range record(t) {
		text, err := os.ReadFile(i.File)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range pattern.FindAllString(string(text), -1) {
			seen++
			if a, err := clew.ParseAddress(s, clew.Ethereum); err != nil || a.Text() != s {
				t.Errorf("%s: %s: %v, want %s", i.ID, s, err, a.Text())
			}
		}
	}
	if seen < 300 {
		t.Errorf("%d addresses", seen)
	}
}

// factsRows reads a file of the published facts.
func factsRows(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(sample.Facts(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// line writes a transfer as the facts state it, for comparison.
func line(when, from, to, amount, mark string) string {
	return strings.Join([]string{when, strings.ToLower(from), strings.ToLower(to), amount, mark}, " ")
}

// TestRoninTransfersEqualTheFacts compares every transfer with the published
// rows, as multisets.
func TestRoninTransfersEqualTheFacts(t *testing.T) {
	var want, got []string
	for _, row := range factsRows(t, "ronin-2022-transfers.csv") {
		mark := ""
		switch {
		case strings.Contains(row["basis"], "rounded"):
			mark = "rounded"
		case strings.HasPrefix(row["basis"], "inferred"):
			mark = "inferred"
		case strings.HasPrefix(row["basis"], "theft"):
			mark = strings.TrimPrefix(row["basis"], "theft tx ")
		}
		want = append(want, line(row["time_utc"], row["from"], row["to"], units(t, row["eth"], 18).String(), mark))
	}
	for _, row := range ronin(t).Rows() {
		tr := row.Transfer
		if !tr.Asset.IsNative() || tr.Aggregate != nil || row.Basis == clew.Claimed {
			continue
		}
		mark := ""
		switch {
		case tr.Rounded:
			mark = "rounded"
		case row.Basis == clew.Inferred:
			mark = "inferred"
		case !tr.Tx.IsZero():
			mark = tr.Tx.String()
		}
		got = append(got, line(tr.Time.String(), tr.From[0].Address.Text(), tr.To[0].Address.Text(), tr.Amount().String(), mark))
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) != 76 || !slices.Equal(want, got) {
		t.Errorf("%d transfers, want the %d of the facts\ngot  %v\nwant %v", len(got), len(want), got, want)
	}
}

func TestRoninDepositsEqualTheFacts(t *testing.T) {
	var want, got []string
	var deposits uint64
	for _, row := range factsRows(t, "ronin-2022-mixer-deposits.csv") {
		want = append(want, line(row["first_utc"]+" "+row["last_utc"], row["depositor"], row["pool"], row["deposits_of_100_eth"], ""))
	}
	var sum clew.Amount
	depositors := map[clew.Address]bool{}
	for _, row := range ronin(t).Rows() {
		agg := row.Transfer.Aggregate
		if agg == nil {
			continue
		}
		if row.Basis != clew.Claimed || row.By == "" || row.Transfer.Time != agg.Last || agg.Unit != units(t, "100", 18) {
			t.Errorf("deposit %+v", row)
		}
		deposits += agg.Count
		sum = sum.Plus(row.Transfer.Amount())
		from := row.Transfer.From[0].Address
		depositors[from] = true
		got = append(got, line(agg.First.String()+" "+agg.Last.String(), from.Text(), row.Transfer.To[0].Address.Text(), strconv.FormatUint(agg.Count, 10), ""))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if deposits != 1751 || sum != units(t, "175100", 18) || len(depositors) != 48 {
		t.Errorf("%d deposits of %s by %d addresses", deposits, sum.Format(18), len(depositors))
	}
}

func TestRoninRolesEqualTheFacts(t *testing.T) {
	names := map[string]RoleName{
		"victim": VictimContract, "exploiter": FirstRecipient, "swap": SwapAddress, "intermediary_tc": Intermediary, "dormant": Dormant,
		"intermediary_cex": ExchangeSide, "cex_deposit": ExchangeDeposit, "tc_depositor": MixerDepositor, "ren_bridge": AfterMixer,
	}
	i := ronin(t)
	rows := factsRows(t, "ronin-2022-roles.csv")
	for _, row := range rows {
		a, err := clew.ParseAddress(row["address"], clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		role, ok := i.Role(a)
		if !ok || role.Name != names[row["role"]] || role.By == "" || role.Source.ID == "" {
			t.Errorf("%s: got %+v, want %s", a.Text(), role, row["role"])
		}
	}
	if got := i.Roles(); len(rows) != 82 || len(got) != 82 {
		t.Errorf("%d roles, want the %d of the facts", len(got), len(rows))
	}
}

// TestRoninBalances holds the transfers against balances that newspapers
// printed at the time: 148,000 ETH on 2022-04-14, 144,837.79 the day after.
func TestRoninBalances(t *testing.T) {
	i := ronin(t)
	thief, _ := clew.ParseAddress("0x098B716B8Aaf21512996dC57EB0615e2383E2f96", clew.Ethereum)
	for _, c := range []struct{ day, want string }{{"2022-04-15T00:00:00Z", "147753.0194"}, {"2022-04-16T00:00:00Z", "144837.7794"}} {
		var until clew.Time
		if err := until.UnmarshalText([]byte(c.day)); err != nil {
			t.Fatal(err)
		}
		var in, out clew.Amount
		for _, b := range i.Blocks(clew.Ethereum) {
			for _, tr := range b.Transfers {
				if !tr.Asset.IsNative() || tr.Time > until {
					continue
				}
				if tr.From[0].Address == thief {
					out = out.Plus(tr.Amount())
				}
				if tr.To[0].Address == thief {
					in = in.Plus(tr.Amount())
				}
			}
		}
		if got := in.Minus(out).Format(18); !strings.HasPrefix(got, c.want) {
			t.Errorf("before %s: %s ETH, want %s", c.day, got, c.want)
		}
	}
}

func TestRoninConversionAddsUp(t *testing.T) {
	i := ronin(t)
	assumed := i.Assumptions()
	if len(assumed.Transfers) != 4 || len(assumed.Conversions) != 1 {
		t.Fatalf("%d supposed transfers, %d conversions", len(assumed.Transfers), len(assumed.Conversions))
	}
	amounts := map[clew.Pos]clew.Amount{}
	for _, s := range assumed.Transfers {
		if s.By == "" || s.Basis == clew.Fact {
			t.Errorf("supposed without a method or a name: %+v", s)
		}
		amounts[s.Transfer.Pos] = s.Transfer.Amount()
	}
	c := assumed.Conversions[0]
	var out clew.Amount
	for _, pos := range c.Out {
		out = out.Plus(amounts[pos])
	}
	if amounts[c.In[0]] != units(t, "25500000", 6) || out != units(t, "8562.6801891307459", 18) || c.Basis != clew.Claimed || c.By == "" {
		t.Errorf("%s in, %s out, %+v", amounts[c.In[0]], out, c)
	}
	returned := units(t, "8564.6801891307459", 18)
	if returned.Minus(out) != units(t, "2", 18) {
		t.Errorf("returned less proceeds: %s", returned.Minus(out).Format(18))
	}
}

// TestRoninStatesNothingUnchecked wants what the facts do not confirm to be
// marked so.
func TestRoninStatesNothingUnchecked(t *testing.T) {
	unchecked := 0
	for _, d := range ronin(t).Designations {
		if !d.Checked() {
			unchecked += len(d.Addresses)
		} else if d.Day > "2022-04-14" {
			t.Errorf("%s of %s is taken as checked", d.Act, d.Day)
		}
	}
	if unchecked != 7 {
		t.Errorf("%d addresses with an unchecked date, want 7", unchecked)
	}
}

func TestRoninValues(t *testing.T) {
	i := ronin(t)
	table, dates := i.PriceTable(), i.ValueDates(0)
	for _, c := range []struct {
		basis price.Basis
		want  string
	}{{price.AtTheft, "551693752.00"}, {price.AtDisclosure, "616085464.00"}} {
		at, err := dates.Moment(c.basis, 0)
		if err != nil {
			t.Fatal(err)
		}
		var sum price.Money
		for _, l := range i.Losses {
			a, _ := i.Asset(l.Asset)
			value, gap := table.Value(a.Asset, units(t, string(l.Amount), a.Decimals), a.Decimals, at)
			if gap != nil {
				t.Fatal(gap)
			}
			sum = sum.Plus(value)
		}
		if sum.String() != c.want {
			t.Errorf("%s: %s, want %s", c.basis, sum, c.want)
		}
	}
	at, _ := dates.Moment(price.Now, 0)
	if _, gap := table.Value(clew.NativeAsset(clew.Ethereum), clew.Units(1), 18, at); gap == nil || gap.Kind != clew.GapPrice {
		t.Errorf("a price for a day that is not known: gap %v", gap)
	}
}
