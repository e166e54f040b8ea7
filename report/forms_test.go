package report

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"clew"
	"clew/trace"
)

func TestCSVCannotRun(t *testing.T) {
	labels := append(slices.Clone(hostileTexts), "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1")
	for _, label := range labels {
		x := smallTrace(t, label)
		for _, table := range tables(x.Doc()) {
			rows, err := csv.NewReader(strings.NewReader(written(t, x, CSV, Style{}, table))).ReadAll()
			if err != nil {
				t.Fatalf("table %s: %v", table, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("table %s: the cell %q may run", table, cell)
					}
				}
			}
		}
	}
}

func TestCSVIsForMachines(t *testing.T) {
	got := written(t, smallTrace(t, "x"), CSV, Style{}, "transfers")
	has(t, got, "hop,", address(1).String(), "2022-03-23T01:48:20Z", ",100,100,ETH,1,100,0,fact,")
	if strings.Contains(got, "…") {
		t.Error("a cell is shortened")
	}
	if books := written(t, smallTrace(t, "x"), CSV, Style{}, "books"); strings.Contains(books, "sum") {
		t.Errorf("a sum is among the rows:\n%s", books)
	}
}

func TestUnknownTable(t *testing.T) {
	err := Write(nil, smallTrace(t, "x"), CSV, Style{}, "transfer")
	var input *clew.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "did you mean transfers?") {
		t.Errorf("error %v does not name the nearest table", err)
	}
}

func TestJSONIsStableAndHarmless(t *testing.T) {
	for _, label := range hostileTexts {
		x := smallTrace(t, label)
		got := written(t, x, JSON, Style{}, "")
		if again := written(t, smallTrace(t, label), JSON, Style{}, ""); again != got {
			t.Fatal("two writings of one result differ")
		}
		if at := strings.IndexFunc(got, func(c rune) bool { return c != '\n' && c != ' ' && !unicode.IsPrint(c) }); at >= 0 {
			t.Fatalf("the JSON has %q", got[at:at+4])
		}
		var back struct {
			Title  string
			Result trace.Result
		}
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Fatal(err)
		}
		if back.Title != label {
			t.Errorf("the title came back as %q, want %q", back.Title, label)
		}
		if want := x.Result.Books[2].Start; back.Result.Books[2].Start != want {
			t.Errorf("an amount came back as %s, want %s", back.Result.Books[2].Start, want)
		}
	}
}

func TestJSONAmountsAreStrings(t *testing.T) {
	var back map[string]any
	if err := json.Unmarshal([]byte(written(t, smallTrace(t, "x"), JSON, Style{}, "")), &back); err != nil {
		t.Fatal(err)
	}
	book := back["result"].(map[string]any)["books"].([]any)[0].(map[string]any)
	if got := book["start"]; got != "100000000000000000000" {
		t.Errorf("an amount is %v (%T)", got, got)
	}
}

func TestTextObeysNoLabel(t *testing.T) {
	for _, label := range hostileTexts {
		for _, wide := range []bool{false, true} {
			got := written(t, smallTrace(t, label), Text, Style{Wide: wide}, "")
			for _, c := range got {
				if c != '\n' && c != ' ' && c != '\u00a0' && !unicode.IsPrint(c) {
					t.Fatalf("label %q: the text has %U", label, c)
				}
			}
		}
	}
}

func TestColourOnlyWhereWanted(t *testing.T) {
	if strings.Contains(written(t, smallTrace(t, "x"), Text, Style{}, ""), "\x1b") {
		t.Error("colours without being asked")
	}
	colored := written(t, smallTrace(t, "x"), Text, Style{Color: true}, "")
	if !strings.Contains(colored, bold) {
		t.Error("no colours though asked")
	}
	if stripped := stripColor(colored); stripped != written(t, smallTrace(t, "x"), Text, Style{}, "") {
		t.Errorf("colours change the text:\n%s", stripped)
	}
}

// stripColor takes the colours out, and the room that painted cells keep at
// the end of a line.
func stripColor(s string) string {
	for _, c := range []string{plain, bold, faint, yellow, purple, red} {
		s = strings.ReplaceAll(s, c, "")
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestNarrowScreen(t *testing.T) {
	for _, screen := range []int{60, 80, 120} {
		for _, line := range strings.Split(written(t, smallTrace(t, "x"), Text, Style{Screen: screen}, ""), "\n") {
			if n := len([]rune(line)); n > max(screen, 80) {
				t.Errorf("on a screen of %d a line has %d columns: %s", screen, n, line)
			}
		}
	}
}

func TestText(t *testing.T) {
	got := written(t, smallTrace(t, "x"), Text, Style{}, "")
	has(t, got,
		"120 ETH in all: 90 ETH (75.00 %) with the role “x”, paid into a mixer; 25 ETH (20.83 %) arrived at a service; 5 ETH (4.17 %) unspent. The book closes to the last unit.",
		"sum, as started",
		"Inferred: 20 ETH (16.67 % of all) over 1 transfer, by a method.",
		"Claim: 20 ETH (16.67 % of all), all of the origin b, over 1 transfer to “first recipient”, as a method says.",
		"US dollars at theft: 3,000 for 1 ETH, the close of 2022-03-23. Prices: x.",
		"Fact: 5 transfers that a ledger records",
	)
	has(t, written(t, smallTrace(t, "x"), Text, Style{Wide: true}, ""), "Origin b rests on a claim")
}

func TestPartialAnswerSaysSo(t *testing.T) {
	x := smallTrace(t, "x")
	x.Result.Partial = true
	x.Result.Limits = []trace.LimitHit{{Limit: "hops", Value: "3", Times: 2}, {Limit: "interrupted", Times: 1}}
	x.Result.Books[2].Closed = false
	if x.Outcome() != Incomplete {
		t.Errorf("outcome %s", x.Outcome())
	}
	has(t, written(t, x, Text, Style{}, ""), "This answer is partial", "Cut short by a limit: hops (3), 2 times", "Cut short by a limit: interrupted, 1 time", "does not close")
	has(t, written(t, x, HTML, Style{}, ""), "This answer is partial")
}

func TestNothingIsNoClearance(t *testing.T) {
	x := smallTrace(t, "x")
	x.Result.Places, x.Result.Books, x.Result.Uses = nil, nil, nil
	if x.Outcome() != Nothing {
		t.Errorf("outcome %s", x.Outcome())
	}
	has(t, written(t, x, Text, Style{}, ""), "That is no clearance.")
	checkPage(t, written(t, x, HTML, Style{}, ""))
}

func TestBar(t *testing.T) {
	if got := Bar("thinking", 0, 0, "", 0); got != "thinking" {
		t.Errorf("of nothing that is counted: %q", got)
	}
	for _, c := range []struct {
		name        string
		done, total int64
		width       int
		want        string
	}{
		{"plain", 5, 10, 0, "f  50 % of 10 bytes"},
		{"unknown total", 1234567, 0, 0, "f  1,234,567 bytes"},
		{"nothing known", 0, 0, 0, "f  0 bytes"},
		{"beyond the end", 50, 10, 0, "f  100 % of 10 bytes"},
		{"bar", 5, 10, 44, "f  ███████████░░░░░░░░░░░░   50 %  5 bytes"},
		{"narrow", 5, 10, 12, "f   50 %"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Bar("f", c.done, c.total, "bytes", c.width); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
