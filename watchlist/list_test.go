package watchlist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

var bg = context.Background()

func builtinIndex(t *testing.T) *Index {
	t.Helper()
	lists, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return NewIndex(lists...)
}

func address(t *testing.T, text string, chain clew.Chain) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(text, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestBuiltinAnswersByDate asks the list that the product carries about days
// before, between and after what it dates.
func TestBuiltinAnswersByDate(t *testing.T) {
	x := builtinIndex(t)
	const thief, pool = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "0xA160cdAB225685dA1d56aa342Ad8841c3b53f291"
	for _, c := range []struct {
		address string
		day     Date
		want    Standing
	}{
		{thief, "2019-09-12", Not},
		{thief, "2019-09-13", Unpublished},
		{thief, "2022-03-23", Unpublished},
		{thief, "2022-04-13", Unpublished},
		{thief, "2022-04-14", Listed},
		{thief, "2026-11-28", Listed},
		{pool, "2022-08-07", Not},
		{pool, "2022-08-08", Listed},
		{pool, "2022-11-07", Listed},
		{pool, "2022-11-08", Listed},
		{pool, "2025-03-20", Listed},
		{pool, "2025-03-21", Withdrawn},
		{pool, "2026-11-28", Withdrawn},
	} {
		listings := x.At(address(t, c.address, clew.Ethereum), nil)
		if len(listings) != 1 || listings[0].Carried {
			t.Fatalf("%s: %+v, want one listing", c.address, listings)
		}
		if got := listings[0].On(c.day); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.address, c.day, got, c.want)
		}
	}
}

// What authorities published without designating anybody stands in lists of its
// own, from the day on that is known.
func TestBuiltinNoticesAndOrders(t *testing.T) {
	lists, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		publisher               string
		nature                  Nature
		parties, texts, invalid int
	}{
		{"FBI", Notice, 4, 92, 0},
		{"NBCTF", Seizure, 28, 500, 27},
		{"OFAC", "", 2, 8, 0},
	} {
		at := slices.IndexFunc(lists, func(l *List) bool { return l.Publisher == want.publisher })
		if at < 0 {
			t.Fatalf("no list of %s", want.publisher)
		}
		parties, texts, invalid := lists[at].Counts()
		if lists[at].Nature != want.nature || parties != want.parties || texts != want.texts || len(invalid) != want.invalid {
			t.Errorf("%s: %q, %d parties, %d texts, %d invalid; want %+v", want.publisher, lists[at].Nature, parties, texts, len(invalid), want)
		}
	}
	x := NewIndex(lists...)
	for _, c := range []struct {
		text  string
		chain clew.Chain
		day   Date
		want  Standing
	}{
		{"0x51E9d833Ecae4E8D9D8Be17300AEE6D3398C135D", clew.Ethereum, "2025-02-25", Unpublished},
		{"0x51E9d833Ecae4E8D9D8Be17300AEE6D3398C135D", clew.Ethereum, "2025-02-26", Listed},
		{"3LU8wRu4ZnXP4UM8Yo6kkTiGHM9BubgyiG", clew.Bitcoin, "2023-08-22", Listed},
		{"TWB9xgNG9nmJuwW4etsQEb9RRnrnVnoNnJ", clew.Tron, "2026-06-30", Undated}, // an order of before may have named it
		{"TWB9xgNG9nmJuwW4etsQEb9RRnrnVnoNnJ", clew.Tron, "2026-07-01", Listed},
	} {
		listings := x.At(address(t, c.text, c.chain), nil)
		if len(listings) != 1 || listings[0].On(c.day) != c.want {
			t.Errorf("%s on %s: %+v, want %s", c.text, c.day, listings, c.want)
		}
	}
}

// A pack that designates says when; each address of a pack says when it was
// published, or by when.
func TestPackSaysWhen(t *testing.T) {
	const head = "schema: 1\npublisher: P\nlist: L\ndate: 2026-01-01\nsources: [{id: s, title: T, publisher: P}]\n"
	for _, c := range []struct{ nature, events, published, want string }{
		{"", "", "published: 2025-01-01", "no events"},
		{"nature: public notice\n", "", "published: 2025-01-01", ""},
		{"nature: rumour\n", "", "published: 2025-01-01", "nature"},
		{"", "events: [{act: designated, date: 2024-01-01, source: s}]", "published-by: 2025-01-01", ""},
		{"nature: seizure order\n", "", "currency: ETH", "twice"},
		{"nature: seizure order\n", "", "published: 2025-01-01, published-by: 2025-01-01", "either"},
		{"nature: seizure order\n", "", "verified: false", "either"},
	} {
		text := head + c.nature + "parties:\n  - id: p\n    name: N\n    kind: entity\n    " + c.events +
			"\n    identifiers: [{currency: ETH, addresses: ['0x51E9d833Ecae4E8D9D8Be17300AEE6D3398C135D'], source: s, " + c.published + "}]\n"
		l, issues := ReadPack("p.yaml", strings.NewReader(text))
		if (l != nil) != (c.want == "") || c.want != "" && !strings.Contains(fmt.Sprint(issues), c.want) {
			t.Errorf("%q %q %q: %v, want %q", c.nature, c.events, c.published, issues, c.want)
		}
	}
}

// TestOtherChainsAreCarried: the same key on another chain is told apart from
// what is on the list, and a chain whose addresses are others has none.
func TestOtherChainsAreCarried(t *testing.T) {
	x := builtinIndex(t)
	const thief = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
	if got := x.At(address(t, thief, clew.BNB), nil); len(got) != 1 || !got[0].Carried {
		t.Errorf("on BNB: %+v, want it carried", got)
	}
	if got := x.At(address(t, "0x098b716b8aaf21512996dc57eb0615e2383e2f97", clew.Ethereum), nil); got != nil {
		t.Errorf("another address: %+v", got)
	}
}

// TestRealCSV reads OFAC's list of 2021: every address in the remarks comes out,
// those that the remarks cut in two among them.
func TestRealCSV(t *testing.T) {
	dir := filepath.Join(sample.Dir(t, "ofac"), "sdn-csv")
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	l, err := ReadCSV(bg, CSV{SDN: open("sdn.csv"), Alt: open("alt.csv"), Comments: open("sdn_comments.csv")})
	if err != nil {
		t.Fatal(err)
	}
	count, faults, cut := 0, map[string]int{}, false
	for _, p := range l.Parties {
		for _, x := range p.Identifiers {
			count++
			if x.Fault != "" {
				faults[x.Currency]++
				t.Logf("%s %s of %s: %s", x.Currency, x.Text, p.Name, x.Fault)
			}
			cut = cut || x.Currency == "ETH" && x.Text == "0x8576acc5c05d6ce88f4e49bf65bdf0c62f91353c"
		}
	}
	raw := 0
	var whole strings.Builder
	for _, name := range []string{"sdn.csv", "sdn_comments.csv"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		whole.Write(data)
	}
	raw = strings.Count(whole.String(), "Digital Currency Address - ")
	if len(l.Parties) != 8976 || count < raw || !cut {
		t.Errorf("%d parties, %d addresses (%d stand whole in the files), the one that is cut: %v", len(l.Parties), count, raw, cut)
	}
	for currency := range faults {
		// One address of ether lacks a digit, on the list itself.
		if c := currencies[currency]; !c.known && (currency != "ETH" || faults[currency] != 1) {
			t.Errorf("%s: %d that are no addresses", currency, faults[currency])
		}
	}
}

// TestRealUN reads the UN's list whole.
func TestRealUN(t *testing.T) {
	f, err := os.Open(filepath.Join(sample.Dir(t, "ofac"), "sdn-csv", "UN_consolidated.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := ReadUN(bg, "UN_consolidated.xml", f)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Parties) != 1003 || l.Edition.Date != "2026-02-27" {
		t.Errorf("%d parties of %s, want 1003 of 2026-02-27", len(l.Parties), l.Edition.Date)
	}
	for _, p := range l.Parties {
		if len(p.Events) != 1 || p.Events[0].Date == "" || len(p.Programmes) != 1 {
			t.Errorf("%s %s: %+v under %v", p.ID, p.Name, p.Events, p.Programmes)
		}
	}
}

// TestRealIdentifiers reads addresses that OFAC's lists held: each is an
// address of its chain, but for the chains that are not read here.
func TestRealIdentifiers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sample.Dir(t, "ofac"), "by-asset", "sanctioned_addresses_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	read, invalid := 0, 0
	for _, file := range files {
		code := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "sanctioned_addresses_"), ".json")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range strings.Split(string(data), `"`) {
			if i%2 == 0 {
				continue
			}
			switch x := newIdentifier(code, text); {
			case len(x.Addresses) == 1:
				read++
				if x.Fault != "" {
					t.Logf("%s %s: %s", code, text, x.Fault)
				}
			case currencies[code].known:
			default:
				invalid++
				t.Logf("%s %s: %s", code, text, x.Fault)
			}
		}
	}
	if read < 600 || invalid > 0 {
		t.Errorf("%d addresses read, %d invalid", read, invalid)
	}
}

func TestIdentifiersAreKept(t *testing.T) {
	for _, c := range []struct {
		code, text string
		chain      clew.Chain // none: not an address
		fault      string
	}{
		{"XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", clew.Bitcoin, ""},
		{"XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9g", "", "not an address"},
		{"ETH", "0x098B716b8Aaf21512996dc57eb0615e2383e2f96", clew.Ethereum, ""}, // a wrong checksum is none
		{"USDT", "0x098b716b8aaf21512996dc57eb0615e2383e2f96", clew.Ethereum, ""},
		{"USDT", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", clew.Tron, ""},
		{"XBT", "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq", clew.Tron, "published as XBT, but it is an address of"}, // so it stands on the list
		{"XMR", "anything", "", "is not read here"},
		{"NEW", "anything", "", "not known here"},
	} {
		x := newIdentifier(c.code, c.text)
		switch {
		case x.Currency != c.code || x.Text != c.text:
			t.Errorf("%s %s: kept as %s %s", c.code, c.text, x.Currency, x.Text)
		case c.chain == "" && (x.Addresses != nil || !strings.Contains(x.Fault, c.fault)):
			t.Errorf("%s %s: %v, %q, want %q", c.code, c.text, x.Addresses, x.Fault, c.fault)
		case c.chain != "" && (len(x.Addresses) != 1 || x.Addresses[0].Chain() != c.chain || !strings.HasPrefix(x.Fault, c.fault) || c.fault == "" && x.Fault != ""):
			t.Errorf("%s %s: %v, %q, want one of %s", c.code, c.text, x.Addresses, x.Fault, c.chain)
		}
	}
}

func TestErrorsAreInput(t *testing.T) {
	for name, text := range map[string]string{
		"fields": "1,a,b\n", "quotes": "1,\"a,b\n", "number": `x,"A",-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-` + "\n",
	} {
		_, err := ReadCSV(bg, CSV{SDN: strings.NewReader(text)})
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "sdn.csv, line 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
