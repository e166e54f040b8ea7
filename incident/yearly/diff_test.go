package yearly

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/price"
)

// again returns an account as an earlier edition of it would be read.
func again(t testing.TB, a *Account) *Account {
	t.Helper()
	back, err := ReadAccount("earlier.json", strings.NewReader(text(t, a)))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// TestDiff changes an earlier edition and wants each change told, and no other.
func TestDiff(t *testing.T) {
	a := account(t, record(t), asked("2022", price.AtTheft, dprk, incident.Alleged))
	earlier := again(t, a)
	c, err := a.Diff(earlier)
	if err != nil || !c.Same() {
		t.Fatalf("an account differs from itself: %+v, %v", c, err)
	}
	less := *earlier.Thefts[0].USD - 100
	earlier.Thefts[0].USD, earlier.Thefts[0].Method = &less, incident.Insider
	gone := earlier.Thefts[1].ID
	earlier.Thefts[1].ID = "elsewhere-2022"
	earlier.Published[0].USD++
	sum := earlier.Chosen.Known() - 100
	earlier.Chosen.USD = &sum
	c, err = a.Diff(earlier)
	if err != nil || c.Same() {
		t.Fatalf("%+v, %v", c, err)
	}
	if !slices.Equal(c.Entered, []string{gone}) || !slices.Equal(c.Left, []string{"elsewhere-2022"}) || c.Chosen.Was != "763999999.00" {
		t.Errorf("%+v", c)
	}
	var told []string
	for _, x := range c.Rows {
		told = append(told, x.ID+" "+x.What)
	}
	if want := []string{"chainalysis-2022 published figure", "ronin-2022 US dollars", "ronin-2022 method"}; !slices.Equal(told, want) {
		t.Errorf("%v, want %v", told, want)
	}
}

// TestDiffCloses wants what entered, left and was revised to come to the difference
// of the sums, by any basis and with any closes.
func TestDiffCloses(t *testing.T) {
	for _, b := range price.Bases() {
		q := asked("2022", b, Actor{}, "")
		with, without := computed(t, q, given(t)), computed(t, q, Given{})
		without.Thefts[0].ID = "elsewhere-2022"
		for _, two := range [][2]*Account{{with, without}, {without, with}, {with, with}} {
			c, err := two[1].Diff(again(t, two[0]))
			if err != nil {
				t.Fatal(err)
			}
			if x := c.Books; x.Was+x.Entered-x.Left+x.Revised != x.Is || x.Was != two[0].Chosen.Known() || x.Is != two[1].Chosen.Known() {
				t.Errorf("%s: %+v", b, x)
			}
			told := slices.ContainsFunc(c.Rows, func(r Change) bool { return r.What == "closes" })
			if told != (two[0] != two[1]) {
				t.Errorf("%s: that other closes were given is told: %v", b, told)
			}
		}
	}
}

// TestDiffOfAnEarlierFormat wants an edition without what was added to the format
// since to be read, and nothing to be told as changed that it did not have.
func TestDiffOfAnEarlierFormat(t *testing.T) {
	a := account(t, record(t), asked("2022", price.AtTheft, dprk, incident.Alleged))
	earlier := again(t, a)
	for i := range earlier.Thefts {
		earlier.Thefts[i].Valued = ""
	}
	earlier.Valuations, earlier.Missing, earlier.Closes = nil, nil, nil
	if c, err := a.Diff(again(t, earlier)); err != nil || !c.Same() {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestDiffOfAnotherQuestion(t *testing.T) {
	all := record(t)
	a := account(t, all, asked("2022", price.AtTheft, dprk, incident.Alleged))
	var input *clew.InputError
	if _, err := a.Diff(again(t, account(t, all, asked("2023", price.AtTheft, dprk, incident.Alleged)))); !errors.As(err, &input) {
		t.Errorf("%v", err)
	}
}

func TestReadAccountRefuses(t *testing.T) {
	for _, s := range []string{"", "null", "{}", "[]", `{"schema":2,"question":{"year":"2022"},"edition":{"digest":"x"}}`, `{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"thefts":[{"id":"a"},{"id":"a"}]}`,
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"all":{"usd":"1e9"}}`,
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"chosen":{"thefts":1,"usd":"2.00"},"thefts":[{"id":"a","usd":"1.00"}]}`,
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"chosen":{"thefts":2,"usd":"1.00"},"thefts":[{"id":"a","usd":"1.00"}]}`,
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"chosen":{"thefts":2,"usd":"0.00"},"thefts":[{"id":"a","usd":"1.00"},{"id":"b","usd":"-1.00"}]}`,
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"chosen":{"thefts":2},"thefts":[{"id":"a","usd":"9999999999999.00"},{"id":"b","usd":"9999999999999.00"}]}`} {
		var input *clew.InputError
		if _, err := ReadAccount("x.json", strings.NewReader(s)); !errors.As(err, &input) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzReadAccount(f *testing.F) {
	a := account(f, record(f), asked("2015", price.AtTheft, Actor{}, ""))
	f.Add(text(f, a))
	f.Add(`{"schema":1,"question":{"year":"2015","basis":"at theft"},"edition":{"digest":"x"},"thefts":[{"id":"a"}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		earlier, err := ReadAccount("x.json", strings.NewReader(s))
		if err != nil {
			return
		}
		if c, err := a.Diff(earlier); err == nil && c == nil {
			t.Error("no changes and no error")
		}
	})
}
