package report

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/trace"
)

// crowdTrace is the small trace with many more origins, each of which has a
// little at the mixer.
func crowdTrace(t testing.TB, more int) *Trace {
	x := smallTrace(t, "x")
	r := x.Result
	r.Books = r.Books[:2]
	for n := range more {
		id, a := fmt.Sprintf("victim-%d", n), clew.Units(uint64(n+1))
		r.Origins = append(r.Origins, trace.Origin{ID: id, Name: "number " + id, Asset: ether, Amount: a, Basis: clew.Inferred})
		r.Books = append(r.Books, trace.Book{Origin: id, Asset: ether, Start: a, Sum: a, Lines: []trace.Line{{Kind: trace.AtMixer, Asset: ether, Amount: a, Basis: a, Places: 1}}})
		r.Places[0].Parts = append(r.Places[0].Parts, trace.Part{Origin: id, Amount: a, Basis: a})
		r.Uses[5].Parts = append(r.Uses[5].Parts, trace.Part{Origin: id, Amount: a, Basis: a})
	}
	r.Books = append(r.Books, smallTrace(t, "x").Result.Books[2])
	return x
}

func TestManyOriginsDoNotFloodTheText(t *testing.T) {
	x := crowdTrace(t, 3000)
	for _, style := range []Style{{}, {Wide: true}} {
		text := written(t, x, Text, style, "")
		most := 150
		if style.Wide {
			most = 3200 // one row each
		}
		if n := strings.Count(text, "\n"); n > most {
			t.Errorf("wide %v: %d lines", style.Wide, n)
		}
		if n := strings.Count(text, "does not close"); n != fewBooks {
			t.Errorf("wide %v: %d books are said to be open one by one", style.Wide, n)
		}
		for _, line := range strings.Split(text, "\n") {
			if len(line) > 1000 {
				t.Errorf("wide %v: a line of %d bytes", style.Wide, len(line))
			}
		}
	}
	has(t, written(t, x, Text, Style{}, ""), "3,002 origins", "the second", "2,994 more rows", "2,994 more books")
	page := written(t, x, HTML, Style{}, "")
	has(t, page, "2,997 other origins")
	if len(page) > 3_000_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
}

func TestManyOriginsAreWholeInCSV(t *testing.T) {
	x := crowdTrace(t, 3000)
	for table, want := range map[string]int{"origins": 3002, "lines": 3009, "parts": 3006, "transfers": len(x.Result.Uses), "books": 3} {
		rows, err := csv.NewReader(strings.NewReader(written(t, x, CSV, Style{}, table))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows)-1 != want || len(rows[0]) > 20 {
			t.Errorf("table %s: %d rows of %d columns, want %d rows", table, len(rows)-1, len(rows[0]), want)
		}
	}
	has(t, written(t, x, CSV, Style{}, "parts"), "mixer,"+address(4).String()+",ETH,victim-7,0.000000000000000008,0.000000000000000008")
}

// TestPartsAddUpInThePicture gathers small origins: together they are as wide
// as what they have.
func TestPartsAddUpInThePicture(t *testing.T) {
	x := crowdTrace(t, 3000)
	origins, parts := x.Result.Origins, []trace.Part{}
	for i := range origins {
		origins[i].Amount = clew.Units(uint64(1000 + 7*i))
		parts = append(parts, trace.Part{Origin: origins[i].ID, Basis: origins[i].Amount})
	}
	m := &flowMaker{t: x, flow: &Flow{}}
	m.origins()
	drawn := m.parts(parts)
	e := FlowEdge{Parts: drawn}
	if len(m.flow.Origins) != maxOrigins || len(drawn) != maxOrigins || m.flow.Origins[0].Name != "number victim-2999" {
		t.Fatalf("drawn are %v", m.flow.Origins)
	}
	if sum := e.weight(); sum > whole || sum < whole-int64(2*len(origins)) || drawn[maxOrigins-1] < whole*9/10 {
		t.Errorf("all together are %d billionths: %v", sum, drawn)
	}
}
