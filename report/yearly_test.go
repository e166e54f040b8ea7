package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/incident"
	"clew/incident/yearly"
	"clew/price"
)

// yearlyOf is the account of 2022 for the DPRK, or for all.
func yearlyOf(t *testing.T, a yearly.Actor, followed ...yearly.Followed) *Yearly {
	t.Helper()
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	account, err := yearly.Compute(all, yearly.Question{Year: "2022", Basis: price.AtTheft, Actor: a, Standing: incident.Alleged}, yearly.Given{Followed: followed})
	if err != nil {
		t.Fatal(err)
	}
	return &Yearly{Account: account}
}

var ronin = yearly.Followed{ID: "ronin-2022", Policy: "fifo", Symbol: "ETH", Decimals: 0, Sum: clew.Units(100),
	Places: []yearly.Lies{{Kind: "mixer", Amount: clew.Units(96)}, {Kind: "service", Role: "exchange deposit", Amount: clew.Units(4)}}}

func TestYearlyPage(t *testing.T) {
	y := yearlyOf(t, yearly.Actor{State: "KP"}, ronin)
	page := written(t, y, HTML, Style{}, "")
	checkPage(t, page)
	has(t, page, `id="bars-title"`, `id="curve-title"`, `id="treemap-title"`, `id="went-title"`, "mixer: 96 ETH</text>", ">2014</text>", "935,000,000 remain unexplained", `<pattern id="p5"`)
	if strings.Count(page, `id="p0"`) != 1 {
		t.Error("patterns are not there once")
	}
	if again := written(t, yearlyOf(t, yearly.Actor{State: "KP"}, ronin), HTML, Style{}, ""); again != page {
		t.Error("two pages of one account differ")
	}
}

// TestYearlyEscapes puts hostile text wherever an account takes text from files.
func TestYearlyEscapes(t *testing.T) {
	for _, label := range hostileTexts {
		y := yearlyOf(t, yearly.Actor{}, ronin)
		for i := range y.Thefts {
			x := &y.Thefts[i]
			x.ID, x.Title, x.Victims, x.By, x.Method, x.Chains = label, label, []string{label}, label, incident.MethodKind(label), []string{label}
		}
		for i := range y.Methods {
			y.Methods[i].Name = label
		}
		for i := range y.Published {
			y.Published[i].Publisher, y.Published[i].Counts = label, label
		}
		y.Followed[0].ID, y.Followed[0].Symbol = label, label
		page := written(t, y, HTML, Style{}, "")
		checkPage(t, page)
		rows, err := csv.NewReader(strings.NewReader(written(t, y, CSV, Style{}, "thefts"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					t.Errorf("a cell that a spreadsheet would run: %q", cell)
				}
			}
		}
	}
}

// TestYearlyIsItsJSON wants the account back from its JSON.
func TestYearlyIsItsJSON(t *testing.T) {
	y := yearlyOf(t, yearly.Actor{State: "KP"}, ronin)
	text := written(t, y, JSON, Style{}, "")
	var back Yearly
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatal(err)
	}
	if back.Chosen.Known() != y.Chosen.Known() || len(back.Thefts) != len(y.Thefts) || back.Edition != y.Edition {
		t.Errorf("%+v", back.Chosen)
	}
}

// TestYearlyTellsChanges wants what an earlier edition had told beside what is.
func TestYearlyTellsChanges(t *testing.T) {
	y, earlier := yearlyOf(t, yearly.Actor{State: "KP"}), yearlyOf(t, yearly.Actor{State: "KP"})
	less := *earlier.Thefts[0].USD - 100
	earlier.Thefts[0].USD, earlier.Thefts[1].ID = &less, hostileTexts[0]
	var err error
	if y.Changes, err = y.Diff(earlier.Account); err != nil {
		t.Fatal(err)
	}
	page := written(t, y, HTML, Style{}, "")
	checkPage(t, page)
	has(t, page, "623999999.00", "624000000.00", "The sum has not changed")
	has(t, written(t, y, Text, Style{}, ""), "What changed since the earlier edition", "harmony-2022")
}

// TestYearlyOfNothing wants an account without thefts to be laid out too.
func TestYearlyOfNothing(t *testing.T) {
	y := &Yearly{Account: &yearly.Account{Question: yearly.Question{Year: "2013", Basis: price.AtTheft}}}
	if y.Outcome() != Nothing {
		t.Error("something was found in nothing")
	}
	checkPage(t, written(t, y, HTML, Style{}, ""))
}

// TestYearlyInABrowser opens the page as a person does, and wants no message of the
// browser's console.
func TestYearlyInABrowser(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && browser == "" {
			browser = found
		}
	}
	if browser == "" {
		t.Skip("a browser is not here")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "page.html")
	page := written(t, yearlyOf(t, yearly.Actor{State: "KP"}, ronin), HTML, Style{}, "")
	if err := os.WriteFile(name, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--enable-logging=stderr", "--v=0", "--dump-dom", "file://"+name)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, 10*time.Second
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if strings.Contains(errs.String(), "CONSOLE") {
		t.Errorf("the browser says:\n%s", errs.String())
	}
	if n := strings.Count(out.String(), "<desc id="); n != 4 {
		t.Errorf("%d charts, want 4", n)
	}
}
