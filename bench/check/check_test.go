package check

import (
	"strings"
	"testing"

	"clew/bench/gen"
)

// rows are a few transfers of the generator.
func rows() []gen.Row {
	var rows []gen.Row
	g := gen.New(gen.Config{Seed: 1, N: 100})
	for row := (gen.Row{}); g.Next(&row); {
		rows = append(rows, row)
	}
	return rows
}

func sum(rows []gen.Row) (s Sum) {
	for i := range rows {
		s.Edge(&rows[i])
	}
	return s
}

func TestSumSeesEveryField(t *testing.T) {
	want := sum(rows())
	for name, change := range map[string]func(*gen.Row){
		"position": func(r *gen.Row) { r.Pos++ },
		"time":     func(r *gen.Row) { r.Time++ },
		"asset":    func(r *gen.Row) { r.Asset++ },
		"from":     func(r *gen.Row) { r.From[19] ^= 1 },
		"to":       func(r *gen.Row) { r.To[0] ^= 1 },
		"amount":   func(r *gen.Row) { r.Amount[0]++ },
		"limb 1":   func(r *gen.Row) { r.Amount[1]++ },
		"limb 2":   func(r *gen.Row) { r.Amount[2]++ },
		"limb 3":   func(r *gen.Row) { r.Amount[3]++ },
		"sides":    func(r *gen.Row) { r.From, r.To = r.To, r.From },
	} {
		changed := rows()
		change(&changed[40])
		if got := sum(changed); got.Set == want.Set || got.List == want.List {
			t.Errorf("a changed %s is not seen", name)
		}
	}
}

func TestSumSeesOrderInListAlone(t *testing.T) {
	swapped := rows()
	swapped[3], swapped[7] = swapped[7], swapped[3]
	want, got := sum(rows()), sum(swapped)
	if got.Set != want.Set || got.List == want.List {
		t.Errorf("%+v after a swap, before it %+v", got, want)
	}
}

func TestAgree(t *testing.T) {
	right, other := sum(rows()), sum(rows()[1:])
	swapped := right
	swapped.List++
	answer := func(engine string, ordered bool, s Sum) Answer {
		return Answer{Engine: engine, Question: "sweep", Ordered: ordered, Sum: s}
	}
	for _, c := range []struct {
		name    string
		answers []Answer
		ok      bool
	}{
		{"none", nil, true},
		{"the same", []Answer{answer("a", true, right), answer("b", true, right)}, true},
		{"rows missing", []Answer{answer("a", true, right), answer("b", true, other)}, false},
		{"another order", []Answer{answer("a", true, right), answer("b", true, swapped)}, false},
		{"another order where it is not asked for", []Answer{answer("a", true, right), answer("b", false, swapped)}, true},
		{"another question", []Answer{answer("a", true, right), {Engine: "b", Question: "batch", Sum: other}}, true},
	} {
		err := Agree(c.answers)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "a gave") || !strings.Contains(err.Error(), "b ")) {
			t.Errorf("%s: %q does not name both engines", c.name, err)
		}
	}
}
