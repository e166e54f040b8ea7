package taint

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
)

func TestParsePolicy(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Policy
		near string
	}{
		{"fifo", FIFO, ""}, {"FIFO", FIFO, ""}, {"Taint-First", TaintFirst, ""}, {"tiho", TIHO, ""},
		{"hair-cut", "", "haircut"}, {"poisson", "", "poison"}, {"cleanfirst", "", "clean-first"}, {"", "", ""}, {"magic", "", ""},
		{strings.Repeat("x", 1<<20), "", ""},
	} {
		got, err := ParsePolicy(c.in)
		if got != c.want {
			t.Errorf("%.20q: got %q, want %q", c.in, got, c.want)
		}
		var bad *clew.InputError
		if c.want == "" && (!errors.As(err, &bad) || !strings.Contains(err.Error(), "taint-first") || c.near != "" && !strings.Contains(err.Error(), "did you mean "+c.near+"?")) {
			t.Errorf("%.20q: error %v", c.in, err)
		}
	}
}

func TestParseAllocation(t *testing.T) {
	for _, d := range Allocations() {
		if got, err := ParseAllocation(strings.ToUpper(string(d.Allocation))); got != d.Allocation || err != nil {
			t.Errorf("%s: got %s, %v", d.Allocation, got, err)
		}
	}
	if Allocations()[0].Allocation != ProRata {
		t.Error("the default is not first")
	}
	if _, err := ParseAllocation("prorata"); err == nil || !strings.Contains(err.Error(), "did you mean pro-rata?") {
		t.Errorf("error %v", err)
	}
}

// Help and METHODS.md print every field of every description, so none may be
// empty; and callers may not change the tables.
func TestDescriptions(t *testing.T) {
	if got := Policies(); !slices.Equal(got, []Policy{FIFO, LIFO, Haircut, TaintFirst, CleanFirst, Poison, TIHO}) {
		t.Errorf("policies are %v", got)
	}
	for _, p := range Policies() {
		requireText(t, p.Describe())
	}
	for _, d := range Allocations() {
		requireText(t, d)
	}
	for _, r := range Roundings() {
		requireText(t, r)
	}
	Allocations()[0].Says, Roundings()[0].Says = "", ""
	if Allocations()[0].Says == "" || Roundings()[0].Says == "" {
		t.Error("a caller changed a table")
	}
	if (Policy("magic").Describe() != Description{}) {
		t.Error("an unknown policy has a description")
	}
}

func requireText(t *testing.T, description any) {
	t.Helper()
	v := reflect.ValueOf(description)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String && f.Len() == 0 {
			t.Errorf("%+v: %s is empty", description, v.Type().Field(i).Name)
		}
	}
}

func TestNewPotRefuses(t *testing.T) {
	for _, m := range []Method{{TIHO, ""}, {"magic", ""}, {"", ""}, {TaintFirst, "magic"}} {
		var bad *clew.InputError
		if p, err := NewPot(m); p != nil || !errors.As(err, &bad) {
			t.Errorf("%v: %v, %v", m, p, err)
		}
	}
	for _, p := range AccountPolicies() {
		if _, err := NewPot(Method{Policy: p}); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

// Two claimants: the first paid in 100, of which 50 left; then the second paid
// in 50. Of the next 60, whose move?
func TestAllocation(t *testing.T) {
	for _, c := range []struct {
		allocation    Allocation
		first, second uint64
	}{{FirstIn, 50, 10}, {ProRata, 40, 20}, {Rolling, 30, 30}, {"", 40, 20}} {
		for _, p := range []Policy{TaintFirst, CleanFirst} {
			w := play(t, Method{p, c.allocation}, []step{stolen("a", 100, 0), pay("a", "before", 50), stolen("a", 50, 1), pay("a", "b", 60)})
			first, _ := w.contents("b").Of(0)
			second, _ := w.contents("b").Of(1)
			if first != units(c.first) || second != units(c.second) {
				t.Errorf("%s, %s: %s and %s, want %d and %d", p, c.allocation, first, second, c.first, c.second)
			}
		}
	}
}

// A claimant whose value has all left starts afresh: what it once paid in does
// not weigh on what it pays in later.
func TestExhaustedClaimStartsAfresh(t *testing.T) {
	w := play(t, Method{TaintFirst, ProRata}, []step{stolen("a", 100, 0), pay("a", "before", 100), stolen("a", 50, 0), stolen("a", 50, 1), pay("a", "b", 60)})
	if first, _ := w.contents("b").Of(0); first != units(30) {
		t.Errorf("%s moved, want 30", first)
	}
}

func TestMarks(t *testing.T) {
	m := MarksOf(0, 5, 63)
	if !slices.Equal(m.Origins(), []int{0, 5, 63}) || m.Len() != 3 || m.Has(4) || !m.Has(63) || m.rank(63) != 2 {
		t.Errorf("%v", m.Origins())
	}
	for _, origin := range []int{-1, MaxOrigins} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("origin %d: no panic", origin)
				}
			}()
			MarkOf(origin)
		}()
	}
}

// METHODS.md says of every policy, allocation and rounding what the tables here
// say, so that help, reports and the document cannot disagree.
func TestMethodsDocument(t *testing.T) {
	data, err := os.ReadFile("../docs/METHODS.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	var want []string
	for _, p := range Policies() {
		d := p.Describe()
		want = append(want, "### "+string(p), "- **Question.** "+d.Question, "- **Assumption.** "+d.Assumption, "- **Source.** "+d.Source,
			"- **Known failure.** "+d.Failure, "- **Fit for.** "+d.Fit,
			fmt.Sprintf("| `%s` | %s | %s | yes | %s |", p, yes(d.Conserves), yes(d.Accounts), yes(d.Backward)))
	}
	for _, d := range Allocations() {
		want = append(want, "**`"+string(d.Allocation)+"`**", ". "+d.Says, "Source: "+d.Source+".", "Known failure: "+d.Failure)
	}
	for _, r := range Roundings() {
		want = append(want, "| "+r.Name+" | "+r.Says+" |")
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("docs/METHODS.md lacks %q", w)
		}
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
