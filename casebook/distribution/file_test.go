package distribution

import (
	"strings"
	"testing"

	"clew"
)

const goodFile = `recovered:
  - asset: eip155:1/slip44:60
    amount: 900
    where: an exchange, by its letter
    source: exhibit 7
    worth: "2700.50"
    traced: {exhibit: 3, address: 'eip155:1:0x0000000000000000000000000000000000000005', origins: [{origin: a, victim: 1}]}
    pot:
      - {time: 2022-03-24T10:00:00Z, in: 1000, victim: 1}
      - {time: 2022-03-25T10:00:00Z, out: 100}
`

func TestReadFile(t *testing.T) {
	f, err := ReadFile("recovered.yaml", strings.NewReader(goodFile))
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Recovered[0].Recovery()
	if err != nil || r.Amount != clew.Units(900) || r.Worth.String() != "2700.50" || len(r.Pot) != 2 || !r.Pot[1].Out || r.Pot[0].Victim != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if got := f.Recovered[0].Traced; got.Exhibit != 3 || got.Origins[0].Victim != 1 {
		t.Errorf("%+v", got)
	}
	for name, change := range map[string][2]string{
		"a movement in and out at once": {"out: 100", "out: 100, in: 3"},
		"a victim of what goes out":     {"out: 100", "out: 100, victim: 1"},
		"a movement before the last":    {"2022-03-25", "2022-03-23"},
		"worth that is no number":       {`"2700.50"`, `"much"`},
		"an unknown key":                {"where:", "were:"},
		"a negative amount":             {"amount: 900", "amount: -900"},
	} {
		if _, err := ReadFile("r.yaml", strings.NewReader(strings.Replace(goodFile, change[0], change[1], 1))); err == nil || !strings.HasPrefix(err.Error(), "r.yaml:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add(goodFile)
	f.Add("recovered:\n  - {asset: x}\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ReadFile("r.yaml", strings.NewReader(text))
		if err != nil {
			return
		}
		var q Question
		for i := range file.Recovered {
			r, err := file.Recovered[i].Recovery()
			if err != nil {
				t.Fatal(err)
			}
			q.Recovered = append(q.Recovered, r)
		}
		if table, err := Compute(q); err == nil {
			for _, b := range table.Books {
				if b.Lacks == "" && b.Sum != b.Recovered {
					t.Fatal("a book does not close")
				}
			}
		}
	})
}
