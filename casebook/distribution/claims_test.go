package distribution

import (
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/casebook"
	"clew/price"
)

// claimOf returns a row of a loss by a transaction; 0: none is named.
func claimOf(number int, name string, lost uint64, tx byte) casebook.Victim {
	v := victim(number, lost)
	v.Name = name
	if tx != 0 {
		id := clew.TxID{31: tx}
		v.Tx = &id
	}
	return v
}

func seen(moved uint64) Seen { return Seen{Exhibit: 9, Moved: clew.Units(moved)} }

// No loss is counted twice, whoever claims it how often; what only looks alike is two
// losses, with a doubt.
func TestALossCountsOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		victims []casebook.Victim
		seen    map[int]Seen
		want    []uint64 // of 60 recovered, pro rata, by claim; then the surplus
		rows    []int    // that are contested
		doubt   string
	}{
		{"the same victim twice", []casebook.Victim{claimOf(1, "Jane Doe", 30, 0), claimOf(2, "jane  doe", 30, 0), claimOf(3, "B", 30, 0)}, nil, []uint64{30, 30, 0}, nil, "entered more than once"},
		{"the same victim by another form of the same transaction", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "A", 30, 0), claimOf(3, "B", 60, 8)}, nil, []uint64{20, 40, 0}, nil, "entered more than once"},
		{"two losses of one victim in two transactions", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "A", 30, 8)}, nil, []uint64{30, 30, 0}, nil, ""},
		{"a row without a transaction is one of two, not what joins them", []casebook.Victim{claimOf(1, "A", 30, 0), claimOf(2, "A", 30, 7), claimOf(3, "A", 30, 8)}, nil, []uint64{30, 30, 0}, nil, "entered more than once"},
		{"two victims of one transaction that no exhibit holds", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 30, 7), claimOf(3, "C", 60, 8)}, nil, []uint64{20, 40, 0}, []int{1, 2}, "held for all of them"},
		{"two victims of one transaction that moved one loss", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 20, 7), claimOf(3, "C", 60, 8)}, map[int]Seen{1: seen(30), 2: seen(30), 3: seen(60)}, []uint64{20, 40, 0}, []int{1, 2}, "held for all of them"},
		{"two victims of one transaction that moved both losses", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 30, 7)}, map[int]Seen{1: seen(60), 2: seen(60)}, []uint64{30, 30, 0}, nil, ""},
		{"two losses of one transaction that no exhibit holds", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 20, 7), claimOf(3, "C", 10, 8)}, nil, []uint64{30, 20, 10, 0}, nil, ""},
		{"more of one transaction than it moved, each by less", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 20, 7), claimOf(3, "C", 80, 8)}, map[int]Seen{1: seen(40), 2: seen(40), 3: seen(80)}, []uint64{20, 40, 0}, []int{1, 2}, "more of one transaction than it moved"},
		{"each of two more than the transaction moved", []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "B", 30, 7), claimOf(3, "C", 75, 8)}, map[int]Seen{1: seen(25), 2: seen(25), 3: seen(75)}, []uint64{15, 45, 0}, []int{1, 2}, "more than the 25 smallest units"},
		{"one asset and amount by two names", []casebook.Victim{claimOf(1, "A", 30, 0), claimOf(2, "B", 30, 0)}, nil, []uint64{30, 30, 0}, nil, "cannot be told"},
		{"more than the transaction moved", []casebook.Victim{claimOf(1, "A", 30, 7)}, map[int]Seen{1: seen(10)}, []uint64{30, 30}, nil, "more than the 10 smallest units"},
		{"a transaction that moved none of it", []casebook.Victim{claimOf(1, "A", 30, 7)}, map[int]Seen{1: seen(0)}, []uint64{30, 30}, nil, "moved nothing of the asset"},
	} {
		table, err := Compute(Question{Victims: c.victims, Seen: c.seen, Policies: []Policy{ProRata}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(60)}}})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		b := table.Books[0]
		if got := shares(b); !slices.Equal(got, c.want) || b.Sum != b.Recovered {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		var contested []int
		for _, s := range b.Shares {
			if s.Contested {
				contested = append(append(contested, s.Victim), s.Also...)
			}
		}
		if !slices.Equal(contested, c.rows) || (len(c.rows) > 0) == b.Contested.IsZero() {
			t.Errorf("%s: contested %v, %s", c.name, contested, b.Contested)
		}
		if said := func(d Doubt) bool { return strings.Contains(d.Says, c.doubt) }; c.doubt != "" && !slices.ContainsFunc(table.Doubts, said) {
			t.Errorf("%s: doubts %+v", c.name, table.Doubts)
		}
	}
}

// A claim of several rows is checked if each is, and worth the least that one of them
// says.
func TestRowsOfAClaim(t *testing.T) {
	checked := func(v casebook.Victim, is bool) casebook.Victim {
		v.Checked = is
		return v
	}
	for _, c := range []struct {
		first, second bool
		values        map[int]price.Money
		checked       bool
		value         string
	}{
		{true, true, map[int]price.Money{1: worth(t, "90"), 2: worth(t, "50")}, true, "50"},
		{false, true, map[int]price.Money{1: worth(t, "50"), 2: worth(t, "90")}, false, "50"},
		{true, false, map[int]price.Money{2: worth(t, "90")}, false, "90"},
	} {
		rows := []casebook.Victim{checked(claimOf(1, "A", 30, 7), c.first), checked(claimOf(2, "A", 30, 7), c.second)}
		table, err := Compute(Question{Victims: rows, Values: c.values, Policies: []Policy{ProRata}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(20)}}})
		if err != nil {
			t.Fatal(err)
		}
		v, b := table.Victims[0], table.Books[0]
		if v.Checked != c.checked || b.Shares[0].Checked != c.checked || b.Unchecked.IsZero() != c.checked || v.Value == nil || v.Value.Cmp(worth(t, c.value)) != 0 {
			t.Errorf("%v and %v: %+v, %+v", c.first, c.second, v, b)
		}
	}
}

// Several accounts together give nobody more than the loss.
func TestALossIsMetOnce(t *testing.T) {
	account := func(n uint64) Recovery {
		return Recovery{Asset: coin, Amount: clew.Units(n), Source: "account", Pot: []Entry{in(1, n)}}
	}
	for _, p := range []Policy{FirstIn, Rolling, Lowest} {
		b := computed(t, p, []casebook.Victim{victim(1, 10)}, account(8), account(7))
		if got := shares(b); !slices.Equal(got, []uint64{10, 5}) || !b.Shares[0].Capped {
			t.Errorf("%s: %v, %+v", p, got, b.Shares)
		}
	}
}

// A loss and its transaction may be two days apart and no more, whichever comes first.
func TestDatesOfLosses(t *testing.T) {
	const at = clew.Time(1_700_000_000)
	for _, c := range []struct {
		loss  clew.Time
		doubt bool
	}{{at - lateMax - 1, true}, {at - lateMax, false}, {at + lateMax, false}, {at + lateMax + 1, true}, {0, false}} {
		v := claimOf(1, "A", 30, 7)
		v.Time = c.loss
		table, err := Compute(Question{Victims: []casebook.Victim{v}, Seen: map[int]Seen{1: {Exhibit: 9, Moved: clew.Units(30), Time: at}}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(5)}}})
		if said := func(d Doubt) bool { return strings.Contains(d.Says, "it is dated") }; err != nil || slices.ContainsFunc(table.Doubts, said) != c.doubt {
			t.Errorf("%d seconds off: %+v, %v", c.loss-at, table.Doubts, err)
		}
	}
}

// A pot or a trace may name any row of a claim.
func TestEveryRowOfAClaimIsKnown(t *testing.T) {
	rows := []casebook.Victim{claimOf(1, "A", 30, 7), claimOf(2, "A", 30, 7), claimOf(3, "B", 30, 8)}
	r := Recovery{Asset: coin, Amount: clew.Units(30), Pot: []Entry{in(1, 10), in(2, 20), in(3, 30), out(30)}, Lots: []Lot{{clew.Units(30), []Mark{{1, clew.Units(20)}, {2, clew.Units(20)}, {3, clew.Units(10)}}}}}
	for p, want := range map[Policy][]uint64{FirstIn: {0, 30, 0}, Rolling: {15, 15, 0}, ByMarks: {20, 10, 0}} {
		if got := shares(computed(t, p, rows, r)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
}

// Units that were recovered once are shared once.
func TestARecoveryCountsOnce(t *testing.T) {
	at := clew.Address{}
	if err := at.UnmarshalText([]byte("eip155:1:0x28C6c06298d514Db089934071355E5743bf21d60")); err != nil {
		t.Fatal(err)
	}
	told := func(n uint64, source string, r Recovery) Recovery {
		r.Asset, r.Amount, r.Where, r.Source = coin, clew.Units(n), "the exchange", source
		return r
	}
	for name, c := range map[string]struct {
		list []Recovery
		want string
	}{
		"told twice":         {[]Recovery{told(5, "a letter", Recovery{}), told(5, "A  Letter", Recovery{})}, "told twice"},
		"one place twice":    {[]Recovery{told(5, "a letter", Recovery{Place: at}), told(6, "another", Recovery{Place: at})}, "each place of a trace once"},
		"one account twice":  {[]Recovery{told(5, "a letter", Recovery{Pot: []Entry{in(1, 9)}}), told(6, "another", Recovery{Pot: []Entry{in(1, 9)}})}, "each account once"},
		"two letters, apart": {[]Recovery{told(5, "a letter", Recovery{}), told(5, "another", Recovery{})}, ""},
	} {
		_, err := Compute(Question{Victims: []casebook.Victim{victim(1, 9)}, Recovered: c.list})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What no victim gets says truly why, where nobody claims at all.
func TestNobodyClaims(t *testing.T) {
	elsewhere := victim(1, 9)
	elsewhere.Asset = other
	for name, victims := range map[string][]casebook.Victim{"no victim": nil, "another asset": {elsewhere}} {
		b := computed(t, ProRata, victims, Recovery{Asset: coin, Amount: clew.Units(5)})
		if b.Why != "nobody who claims has a part in it" || b.Surplus != clew.Units(5) || len(b.Shares) != 0 {
			t.Errorf("%s: %+v", name, b)
		}
	}
	q := Question{Victims: []casebook.Victim{elsewhere}, Values: map[int]price.Money{1: worth(t, "9")}, Policies: []Policy{ByValue}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(5)}}}
	if table, err := Compute(q); err != nil || !slices.Equal(table.Books[0].Unheld, []int{1}) {
		t.Errorf("a loss in another asset bounds nothing: %+v, %v", table, err)
	}
}

// Accounts that hold more of a victim's than is claimed, and movements told twice, are
// said.
func TestDoubtsOfAccounts(t *testing.T) {
	id := clew.TxID{31: 4}
	twice := Entry{Victim: 1, Amount: clew.Units(9), Tx: &id}
	table, err := Compute(Question{Victims: []casebook.Victim{victim(1, 10)}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(5), Pot: []Entry{twice, twice}}}})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range table.Doubts {
		all = append(all, d.Says)
	}
	for _, want := range []string{"18 smallest units are said to have come", "1 are told twice"} {
		if !strings.Contains(strings.Join(all, "\n"), want) {
			t.Errorf("%q is not among %q", want, all)
		}
	}
}
