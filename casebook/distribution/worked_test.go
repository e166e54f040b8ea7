package distribution

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/price"
)

// worked is the example of docs/METHODS.md, read from there.
type worked struct {
	text string // from its heading on
}

func workedExample(t *testing.T) worked {
	t.Helper()
	text, err := os.ReadFile("../../docs/METHODS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n### One account by each policy\n")
	if !found {
		t.Fatal("docs/METHODS.md has no worked example")
	}
	after, _, _ = strings.Cut(after, "\n## ")
	return worked{after}
}

// table returns the rows of the table whose first column has a title.
func (w worked) table(title string) (rows [][]string) {
	_, after, _ := strings.Cut(w.text, "\n| "+title+" |")
	for _, line := range strings.Split(after, "\n")[2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		rows = append(rows, cells)
	}
	return rows
}

func number(t *testing.T, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The figures that the document gives for each policy are those that come out.
func TestTheWorkedExampleHolds(t *testing.T) {
	w := workedExample(t)
	q := Question{Values: map[int]price.Money{}}
	for _, row := range w.table("victim") {
		v := victim(int(number(t, row[0])), number(t, row[1]))
		q.Victims, q.Values[v.Number] = append(q.Victims, v), worth(t, row[2])
	}
	_, yaml, _ := strings.Cut(w.text, "```yaml\n")
	yaml, _, _ = strings.Cut(yaml, "```")
	file, err := ReadFile("METHODS.md", strings.NewReader(yaml))
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.Recovered[0].Recovery()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range w.table("units") {
		lot := Lot{Amount: clew.Units(number(t, row[0]))}
		for _, v := range strings.Split(row[1], ", ") {
			if v != "nobody" {
				lot.Marks = append(lot.Marks, Mark{int(number(t, v)), lot.Amount})
			}
		}
		r.Lots = append(r.Lots, lot)
	}
	q.Recovered = []Recovery{r}
	table, err := Compute(q)
	if err != nil {
		t.Fatal(err)
	}
	rows := w.table("policy")
	if len(rows) != len(table.Books) || len(rows) != len(descriptions) {
		t.Fatalf("%d policies are worked out, and there are %d", len(rows), len(descriptions))
	}
	for i, b := range table.Books {
		got := map[int]clew.Amount{}
		for _, s := range b.Shares {
			got[s.Victim] = s.Amount
		}
		if row := rows[i]; row[0] != string(b.Policy) || got[1].String() != row[1] || got[2].String() != row[2] || b.Surplus.String() != row[3] {
			t.Errorf("%s: %v and %s, the document says %q", b.Policy, got, b.Surplus, row)
		}
	}
}
