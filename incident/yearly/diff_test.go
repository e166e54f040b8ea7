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
		`{"schema":1,"question":{"year":"2022"},"edition":{"digest":"x"},"all":{"usd":"1e9"}}`} {
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
