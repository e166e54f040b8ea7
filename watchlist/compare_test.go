package watchlist

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
)

// edition makes a list of parties, each with the addresses that its letters
// name.
func edition(day Date, parties map[string]string) *List {
	l := &List{Publisher: "P", Name: "L", Edition: Edition{Date: day}}
	for id, letters := range parties {
		p := Party{ID: id, Name: "party " + id}
		for _, letter := range letters {
			p.Identifiers = append(p.Identifiers, newIdentifier("ETH", fmt.Sprintf("0x%040x", letter)))
		}
		l.Parties = append(l.Parties, p)
	}
	l.sort()
	return l
}

func TestCompareNamesEveryDifference(t *testing.T) {
	before := edition("2024-01-01", map[string]string{"1": "ab", "2": "c", "10": ""})
	now := edition("2024-02-01", map[string]string{"1": "ad", "3": "e", "10": ""})
	now.Parties[2].Name = "renamed"
	var got []string
	for _, c := range Compare(before, now) {
		line := string(c.Kind) + " " + c.Party
		if c.Identifier != nil {
			line += " " + strings.TrimLeft(c.Identifier.Text, "0x")
		}
		got = append(got, line)
	}
	want := []string{
		"identifier removed 1 62", "identifier added 1 64", "party removed 2", "identifier removed 2 63",
		"party added 3", "identifier added 3 65", "party changed 10",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if changes := Compare(now, now); changes != nil {
		t.Errorf("with itself: %v", changes)
	}
}

func TestShrunkenListsAreRefused(t *testing.T) {
	many := map[string]string{}
	for i := range 100 {
		many[fmt.Sprint(i)] = "a"
	}
	before := edition("2024-01-01", many)
	for _, c := range []struct {
		lost int
		ok   bool
	}{{0, true}, {5, true}, {6, false}, {100, false}} {
		fewer := map[string]string{}
		for i := range 100 - c.lost {
			fewer[fmt.Sprint(i)] = "a"
		}
		now := edition("2024-02-01", fewer)
		if err := Shrunken(before, now); (err == nil) != c.ok {
			t.Errorf("%d of 100 parties lost: %v", c.lost, err)
		}
		if Carry(before, now); Shrunken(before, now) != nil != !c.ok {
			t.Errorf("%d of 100 parties lost: what is kept of the edition before counts", c.lost)
		}
	}
	bare := map[string]string{}
	for i := range 100 {
		bare[fmt.Sprint(i)] = ""
	}
	if Shrunken(before, edition("2024-02-01", bare)) == nil {
		t.Error("a list that lost its addresses alone was taken")
	}
}

// TestCarriedDatesHold follows random editions: for every address and day, what
// the last edition with its carried dates says agrees with what the editions
// held, wherever it claims to know.
func TestCarriedDatesHold(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		days := []Date{"2024-01-10", "2024-01-20", "2024-01-30", "2024-02-10", "2024-02-20"}
		held := map[Date]map[string]string{}
		var last *List
		for _, day := range days {
			held[day] = map[string]string{}
			for _, id := range []string{"1", "2", "3"} {
				letters := ""
				for _, letter := range "abc" {
					if r.IntN(2) == 0 {
						letters += string(letter)
					}
				}
				if r.IntN(4) > 0 {
					held[day][id] = letters
				}
			}
			now := edition(day, held[day])
			if last != nil {
				Carry(last, now)
			}
			last = now
		}
		checkCarried(t, seed, last, days, held)
	}
}

func checkCarried(t *testing.T, seed uint64, last *List, days []Date, held map[Date]map[string]string) {
	t.Helper()
	for i := range last.Parties {
		p := &last.Parties[i]
		for _, letter := range "abc" {
			x := newIdentifier("ETH", fmt.Sprintf("0x%040x", letter))
			on := func(day Date) bool { return strings.ContainsRune(held[day][p.ID], letter) }
			first := slices.IndexFunc(days, on)
			for k, day := range days {
				said := standings(last, p, x.Text, day)
				if (first < 0) != (len(said) == 0) {
					t.Fatalf("seed %d: %c of %s: %v, held first at %d", seed, letter, p.ID, said, first)
				}
				if on(day) != slices.Contains(said, Listed) && first >= 0 {
					t.Errorf("seed %d: %c of %s on %s: %v, held: %v", seed, letter, p.ID, day, said, on(day))
				}
				if k+1 < first && slices.ContainsFunc(said, func(s Standing) bool { return s != Unpublished }) {
					t.Errorf("seed %d: %c of %s on %s: %v, held first on %s", seed, letter, p.ID, day, said, days[first])
				}
			}
		}
	}
	for day := range held {
		for id, letters := range held[day] {
			at := slices.IndexFunc(last.Parties, func(p Party) bool { return p.ID == id })
			if at < 0 || len(last.Parties[at].Identifiers) < len(letters) {
				t.Errorf("seed %d: party %s of %s is not kept whole", seed, id, day)
			}
		}
	}
}

// standings returns how each of a party's identifiers with a text stood on a day.
func standings(l *List, p *Party, text string, day Date) (said []Standing) {
	for i := range p.Identifiers {
		if p.Identifiers[i].Text == text {
			one := Listing{List: l, Party: p, Identifier: &p.Identifiers[i]}
			said = append(said, one.On(day))
		}
	}
	return said
}

func BenchmarkAt(b *testing.B) {
	lists, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	big := &List{Publisher: "P", Name: "L"}
	for i := range 10_000 {
		big.Parties = append(big.Parties, Party{ID: fmt.Sprint(i), Name: "party", Identifiers: []Identifier{newIdentifier("ETH", fmt.Sprintf("0x%040x", i*7919+1))}})
	}
	x := NewIndex(append(lists, big)...)
	var asked []clew.Address
	for i := range 4096 {
		var key [20]byte
		key[0], key[7], key[19] = byte(i), byte(i>>3), byte(i>>5)
		asked = append(asked, clew.EVMAddress(clew.Ethereum, key))
	}
	var listings []Listing
	i := 0
	for b.Loop() {
		listings = x.At(asked[i&4095], listings[:0])
		i++
	}
}
