package cluster

import (
	"strings"
	"testing"

	"clew"
)

const goodReviews = `reviews:
  - transaction: "0100000000000000000000000000000000000000000000000000000000000000"
    decision: reject
    heuristic: common-input
    by: somebody
    date: 2026-11-28
    why: a batch of withdrawals
  - transaction: "0x0200000000000000000000000000000000000000000000000000000000000000"
    decision: accept
    by: somebody
    date: 2026-11-28
    why: both are one service's
`

func TestReadReviews(t *testing.T) {
	r, issues := ReadReviews("reviews.yaml", strings.NewReader(goodReviews))
	if len(issues) > 0 || len(r.List) != 2 {
		t.Fatalf("%v, %+v", issues, r)
	}
	for _, c := range []struct {
		tx    clew.TxID
		signs []Sign
		want  Decision
	}{
		{clew.TxID{1}, []Sign{CoSpend}, Reject},
		{clew.TxID{1}, []Sign{ChangeScriptType, ChangeOptimal}, ""},
		{clew.TxID{2}, []Sign{ChangeScriptType, ChangeOptimal}, Accept},
		{clew.TxID{3}, []Sign{CoSpend}, ""},
	} {
		if got := r.decides(c.tx, c.signs); got != c.want {
			t.Errorf("%x by %v: %q, want %q", c.tx[0], c.signs, got, c.want)
		}
	}
	if got := (*Reviews)(nil).decides(clew.TxID{1}, nil); got != "" {
		t.Errorf("no reviews decide %q", got)
	}
}

// TestReviewsWithIssues changes a good file in one place, and wants a line.
func TestReviewsWithIssues(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"nothing":                {goodReviews, "", "empty"},
		"no list":                {goodReviews, "{}", "reviews"},
		"no transaction":         {`"0100000000000000000000000000000000000000000000000000000000000000"`, `"0000000000000000000000000000000000000000000000000000000000000000"`, "f.yaml:2: transaction: want one"},
		"no reason":              {"    why: a batch of withdrawals\n", "", "f.yaml:2: why"},
		"an empty reason":        {"a batch of withdrawals", `""`, "f.yaml:2: by, why: want"},
		"another decision":       {"decision: reject", "decision: maybe", "f.yaml:3: decision"},
		"no such heuristic":      {"heuristic: common-input", "heuristic: common-inputs", "f.yaml:2: heuristic: want"},
		"no such day":            {"2026-11-28\n    why: a", "2026-02-30\n    why: a", "f.yaml:2: date: want"},
		"an unknown key":         {"    by: somebody\n    date: 2026-11-28\n    why: a", "    who: x\n    by: somebody\n    date: 2026-11-28\n    why: a", "f.yaml:5:"},
		"decided twice":          {`"0x02`, `"0x01`, "f.yaml:8: transaction: decided already"},
		"an alias":               {"by: somebody", "by: &a somebody", "f.yaml:5:"},
		"a transaction too long": {`"0x02`, `"0x0202`, "f.yaml:8:"},
	} {
		t.Run(name, func(t *testing.T) {
			r, issues := ReadReviews("f.yaml", strings.NewReader(strings.Replace(goodReviews, c.old, c.new, 1)))
			if len(issues) == 0 || r != nil || !strings.Contains(issues[0].String(), c.want) {
				t.Errorf("%v, want %q", issues, c.want)
			}
		})
	}
}

// FuzzReviews wants no panic, and what is read to be whole.
func FuzzReviews(f *testing.F) {
	f.Add(goodReviews)
	f.Add("reviews: [{transaction: 01, decision: reject}]")
	f.Fuzz(func(t *testing.T, text string) {
		r, issues := ReadReviews("f.yaml", strings.NewReader(text))
		if (r == nil) != (len(issues) > 0) {
			t.Fatalf("%+v with issues %v", r, issues)
		}
		if r == nil {
			return
		}
		for _, one := range r.List {
			if one.Tx.IsZero() || one.By == "" || one.Why == "" || one.Decision != Accept && one.Decision != Reject || one.Line == 0 {
				t.Fatalf("%+v", one)
			}
			if got := r.decides(one.Tx, []Sign{one.Sign}); one.Sign != "" && got != one.Decision {
				t.Fatalf("%+v decides %q", one, got)
			}
		}
	})
}
