package op

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/casebook"
	"clew/lead"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/report"
	"clew/trace"
)

// Where the value of a case's trace arrives, by tags that the program carries.
const (
	binanceAt = "0x28C6c06298d514Db089934071355E5743bf21d60"
	mixerAt   = "0xA160cdAB225685dA1d56aa342Ad8841c3b53f291"
)

// ones is a source of salt that is the same every time.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 1
	}
	return len(p), nil
}

// caseEnv is where a case is kept in memory, over a ledger on which V's 900 go to T, of
// which 500 reach an exchange and 300 a mixer.
func caseEnv(t *testing.T, files fstest.MapFS) *Env {
	t.Helper()
	transfers := told(t, clew.Ethereum, "1 V T 900", "2 T "+binanceAt+" 500", "3 T "+mixerAt+" 300", "4 X Y 7")
	for i := range transfers {
		transfers[i].Tx = clew.TxID{0xee, 31: byte(i/2 + 1)} // with its fee
	}
	store := memory.New(clew.Ethereum)
	load, err := store.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
	if err == nil {
		err = load.Add(transfers...)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 0, To: 100}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	env := testEnv(files)
	env.Ledgers = &memoryLedgers{map[clew.Chain]keeper{clew.Ethereum: {store}}}
	dirs := map[string]vfs.FS{}
	env.Cases = Cases{By: "AB", Random: ones{}, Names: func() ([]string, error) { return []string{"small"}, nil }, Open: func(name string, make bool) (vfs.FS, error) {
		if dirs[name] == nil && !make {
			return nil, clew.ErrNotFound
		}
		if dirs[name] == nil {
			dirs[name] = vfs.NewMem()
		}
		return dirs[name], nil
	}}
	return env
}

// txOf is a transaction of that ledger, by its number from 1.
func txOf(n byte) string { return clew.TxID{0xee, 31: n}.String() }

// openedCase opens a case with a trace as exhibit 2, a finding of each sort, contrary
// evidence, two victims and a note.
func openedCase(t *testing.T, env *Env) {
	t.Helper()
	files := env.Files.(fstest.MapFS)
	_, data := bundleOf(t, env, "trace", fmt.Sprintf(`{"start": %q, "chain": "ethereum", "policy": "fifo"}`, person(t, clew.Ethereum, "T").Text()))
	files["trace.clew"] = &fstest.MapFile{Data: data}
	for _, step := range [][2]string{
		{"case open", `{"case": "small", "title": "A theft", "question": "Where did it go?", "for": "the victim", "tlp": "amber"}`},
		{"case add", `{"case": "small", "file": "trace.clew", "says": "the trace"}`},
		{"case find", `{"case": "small", "kind": "fact", "text": "V paid T.", "rests": ["2:` + txOf(1) + `"]}`},
		{"case find", `{"case": "small", "kind": "inference", "text": "T cashed out.", "method": "trace", "limits": "fifo", "rests": ["2"]}`},
		{"case reading", `{"case": "small", "finding": "4", "contrary": true, "text": "T may be an exchange too.", "rests": ["2"]}`},
		{"case victim", `{"case": "small", "who": "Vera Victim", "asset": "eip155:1/slip44:60", "amount": "600", "worth": "60", "tx": "` + txOf(1) + `", "source": "form"}`},
		{"case victim", `{"case": "small", "who": "Viktor Victim", "asset": "eip155:1/slip44:60", "amount": "300", "source": "form"}`},
		{"case note", `{"case": "small", "text": "a private thought"}`},
	} {
		if _, err := runOn(t, env, step[0], step[1]); err != nil {
			t.Fatalf("%s %s: %v", step[0], step[1], err)
		}
	}
}

// reported lays the case out, and returns it with its JSON and its page.
func reported(t *testing.T, env *Env, input string) (*report.CaseReport, string) {
	t.Helper()
	r, err := runOn(t, env, "case report", input)
	if err != nil {
		t.Fatalf("%s: %v", input, err)
	}
	var b strings.Builder
	for _, form := range []report.Form{report.JSON, report.HTML, report.Text} {
		if err := report.Write(&b, r, form, report.Style{Wide: true}, ""); err != nil {
			t.Fatal(err)
		}
	}
	return r.(*report.CaseReport), b.String()
}

// TestCaseReportTellsExhibits wants what the exhibits say, and nothing that is private.
func TestCaseReportTellsExhibits(t *testing.T) {
	env := caseEnv(t, fstest.MapFS{})
	openedCase(t, env)
	r, text := reported(t, env, `{"case": "small"}`)
	for _, want := range []string{"V paid T.", txOf(1), binanceAt, "Binance", "T may be an exchange too.", "clew verify trace.clew", "unproved", "nobody is known who could be asked"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, not := range []string{"Victim", "a private thought", "form"} {
		if strings.Contains(strings.ReplaceAll(text, "forms", ""), not) && not != "form" {
			t.Errorf("%q is told", not)
		}
	}
	x := &r.Exhibits[0]
	if len(r.Exhibits) != 1 || x.Trace == nil || len(x.Trace.Result.Uses) != 1 || len(x.Missing) != 0 || len(x.Trace.Result.Spread) == 0 {
		t.Errorf("%+v", r.Exhibits)
	}
	if len(r.Schedule) != 2 || r.Schedule[0].Who.ID != "binance" || r.Schedule[0].Items[0].Amount != clew.Units(500) || r.Schedule[0].Items[0].Exhibit != 2 {
		t.Errorf("%+v", r.Schedule)
	}
	if _, again := reported(t, env, `{"case": "small"}`); again != text {
		t.Error("the same case is laid out otherwise")
	}
	_, c, err := env.theCase(t.Context(), "small")
	if err != nil || len(c.Passed) != 2 || c.Passed[0].By != "AB" || c.Passed[0].What != "report for court" || c.Passed[0].Marking != "amber" || c.Passed[0].Head != c.Passed[1].Head {
		t.Errorf("each report is noted: %+v, %v", c.Passed, err)
	}
	if forms := c.Passed[0].Forms; len(forms) != 1 || forms[0].Form != "json" || !slices.Equal(forms, c.Passed[1].Forms) {
		t.Errorf("with its hash: %+v", c.Passed)
	}
	env.Cases.By = ""
	if _, err := runOn(t, env, "case report", `{"case": "small"}`); err == nil || !strings.Contains(err.Error(), "who makes the report") {
		t.Errorf("by nobody: %v", err)
	}
}

// TestCaseReportShowsPartsAndWhatTheyLeaveOpen wants what a finding rests on to be seen
// on the page, and what it does not say beside it.
func TestCaseReportShowsPartsAndWhatTheyLeaveOpen(t *testing.T) {
	env := caseEnv(t, fstest.MapFS{})
	openedCase(t, env)
	if _, err := runOn(t, env, "case find", `{"case": "small", "kind": "inference", "text": "It lies there.", "method": "trace", "rests": ["2:/result/places/0"]}`); err != nil {
		t.Fatal(err)
	}
	for _, whom := range []string{"court", "police"} {
		r, text := reported(t, env, `{"case": "small", "for": "`+whom+`"}`)
		if part := r.Exhibits[0].Parts["/result/places/0"]; !strings.Contains(string(part), `"address":"eip155:1:0x`) {
			t.Errorf("%s: %s", whom, part)
		}
		for _, want := range []string{"/result/places/0", "It records neither who controlled them", "What would make it wrong was not stated", "It names no transaction", "holds no proof that 1 transaction that is named is on the chain", "by the policy fifo, which is a convention"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not told", whom, want)
			}
		}
	}
	if r, text := reported(t, env, `{"case": "small", "for": "exchange", "service": "binance"}`); r.Exhibits[0].Parts != nil || strings.Contains(text, "/result/places") {
		t.Error("an exchange is told what findings rest on")
	}
}

// TestExhibitsCountWhatIsNotTold wants a service to be told that there are gaps at
// others' addresses, and not at which.
func TestExhibitsCountWhatIsNotTold(t *testing.T) {
	of := person(t, clew.Ethereum, "T")
	gaps := []clew.Gap{{Kind: clew.GapRounded}, {Kind: clew.GapRounded, Address: of}, {Kind: clew.GapRounded, Address: of}}
	x := exhibitFor(report.CaseExhibit{Trace: &report.Trace{Result: &trace.Result{Gaps: gaps}}}, nil)
	if x.Untold != 2 || len(x.Trace.Result.Gaps) != 1 {
		t.Errorf("%d are not told, and told are %v", x.Untold, x.Trace.Result.Gaps)
	}
}

// TestCaseReportForOneService wants an exchange to be told of its own alone, in the JSON
// too.
func TestCaseReportForOneService(t *testing.T) {
	env := caseEnv(t, fstest.MapFS{})
	openedCase(t, env)
	r, text := reported(t, env, `{"case": "small", "for": "exchange", "service": "BINANCE"}`)
	for _, not := range []string{mixerAt, strings.ToLower(mixerAt), "Tornado", "Victim", "V paid T.", "T may be", "a private thought", "the victim", txOf(1), txOf(3), `"start"`} {
		if strings.Contains(text, not) {
			t.Errorf("%q is told to an exchange", not)
		}
	}
	if !strings.Contains(text, txOf(2)) || len(r.Schedule) != 1 || r.Outcome() != report.Found {
		t.Errorf("its own deposit is not told: %+v", r.Schedule)
	}
	_, err := runOn(t, env, "case report", `{"case": "small", "for": "exchange", "service": "binanse"}`)
	if err == nil || !strings.Contains(err.Error(), "did you mean") {
		t.Errorf("%v", err)
	}
}

const recoveredYAML = `recovered:
  - asset: eip155:1/slip44:60
    amount: 500
    where: the exchange
    source: its letter
    traced: {exhibit: 2, address: 'eip155:1:0x28C6c06298d514Db089934071355E5743bf21d60', origins: [{origin: ORIGIN, victim: 6}]}
    pot: [{in: 600, victim: 6}, {in: 300, victim: 7}, {out: 300}]
`

// TestCaseReportShares wants the table among the victims, which is released to somebody
// whom the trail then names.
func TestCaseReportShares(t *testing.T) {
	files := fstest.MapFS{}
	env := caseEnv(t, files)
	openedCase(t, env)
	r, _ := reported(t, env, `{"case": "small"}`)
	files["r.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(recoveredYAML, "ORIGIN", r.Exhibits[0].Trace.Result.Origins[0].ID, 1))}
	input := `{"case": "small", "recovered": "r.yaml", "release": ["victims"], "to": "the court"}`
	r, text := reported(t, env, input)
	want := map[string][]string{"pro-rata": {"333", "167"}, "pro-rata-by-value": {"500"}, "first-in-first-out": {"300", "200"}, "rolling-charge": {"333", "167"}, "lowest-intermediate-balance": {"333", "167"}, "by-trace": {"500"}}
	for _, b := range r.Table.Books {
		var got []string
		for _, s := range b.Shares {
			got = append(got, s.Amount.String())
		}
		if !slices.Equal(got, want[string(b.Policy)]) {
			t.Errorf("%s: %v, want %v", b.Policy, got, want[string(b.Policy)])
		}
	}
	if !strings.Contains(text, "Vera Victim") || strings.Contains(text, "a private thought") {
		t.Error("what was released is not told, or more is")
	}
	_, c, err := env.theCase(t.Context(), "small")
	if err != nil || len(c.Passed) != 2 || c.Passed[1].To != "the court" || c.Passed[1].What != "report for court" || !slices.Equal(c.Passed[1].Released, []string{"victims"}) {
		t.Errorf("%+v, %v", c.Passed, err)
	}
}

// TestCaseReportRefuses wants one clear sentence, and nothing noted.
func TestCaseReportRefuses(t *testing.T) {
	files := fstest.MapFS{
		"r.yaml":     &fstest.MapFile{Data: []byte(strings.Replace(recoveredYAML, "ORIGIN", "nothing", 1))},
		"other.yaml": &fstest.MapFile{Data: []byte(strings.Replace(recoveredYAML, "exhibit: 2", "exhibit: 9", 1))},
		"bad.yaml":   &fstest.MapFile{Data: []byte("recovered: 3\n")},
	}
	env := caseEnv(t, files)
	openedCase(t, env)
	for name, input := range map[string]string{
		"an exchange without a name":     `{"case": "small", "for": "exchange"}`,
		"a service of a court":           `{"case": "small", "service": "binance"}`,
		"victims for an exchange":        `{"case": "small", "for": "exchange", "service": "binance", "release": ["victims"]}`,
		"a table without the victims":    `{"case": "small", "recovered": "r.yaml"}`,
		"a release to nobody":            `{"case": "small", "release": ["notes"]}`,
		"a marking above the case's":     `{"case": "small", "tlp": "clear"}`,
		"an origin that the trace lacks": `{"case": "small", "recovered": "r.yaml", "release": ["victims"], "to": "x"}`,
		"an exhibit that is not there":   `{"case": "small", "recovered": "other.yaml", "release": ["victims"], "to": "x"}`,
		"a file of another form":         `{"case": "small", "recovered": "bad.yaml", "release": ["victims"], "to": "x"}`,
	} {
		if _, err := runOn(t, env, "case report", input); !errors.As(err, new(*clew.InputError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := runOn(t, env, "case report", `{"case": "gone"}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, c, err := env.theCase(t.Context(), "small"); err != nil || len(c.Passed) != 0 {
		t.Errorf("%+v, %v", c.Passed, err)
	}
}

// TestPrivateFilesAreNotTold: a private exhibit is named with its hash, and what it says
// is told where files are released.
func TestPrivateFilesAreNotTold(t *testing.T) {
	env := caseEnv(t, fstest.MapFS{})
	openedCase(t, env)
	_, data := bundleOf(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "chain": "ethereum", "now": "2022-01-01T00:00:00Z"}`, person(t, clew.Ethereum, "T").Text()))
	env.Files.(fstest.MapFS)["private.clew"] = &fstest.MapFile{Data: data}
	if _, err := runOn(t, env, "case add", `{"case": "small", "file": "private.clew", "says": "a secret trace", "private": true}`); err != nil {
		t.Fatal(err)
	}
	r, _ := reported(t, env, `{"case": "small"}`)
	if x := r.Exhibits[len(r.Exhibits)-1]; x.Trace != nil || !strings.Contains(x.Why, "private") {
		t.Errorf("%+v", x)
	}
	r, _ = reported(t, env, `{"case": "small", "release": ["files"], "to": "the court"}`)
	if x := r.Exhibits[len(r.Exhibits)-1]; x.Trace == nil || x.Operation != "stoppable" {
		t.Errorf("%+v", x)
	}
}

// laidFrom lays out an answer as a bundle may hold it, in every form.
func laidFrom(t *testing.T, operation string, answer []byte) {
	t.Helper()
	guide, err := lead.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := &report.CaseReport{For: report.ForCourt, Case: &casebook.Case{}, Units: report.Units{}}
	x := &exhibiting{guide: guide, report: r}
	said := report.CaseExhibit{Number: 1, Operation: operation}
	for _, s := range x.answers(&said, answer) {
		x.take(&said, s, "2022-01-01T00:00:00Z")
	}
	x.name(&said, nil)
	r.Exhibits, r.Schedule = append(r.Exhibits, said), guide.Schedule(x.stopped)
	for _, form := range []report.Form{report.JSON, report.HTML, report.Text} {
		if err := report.Write(io.Discard, r, form, report.Style{Wide: true}, ""); err != nil {
			t.Fatal(err)
		}
	}
	if r.Schedule != nil {
		r.For = report.ForExchange
		forService(r, r.Schedule[0].Who.Name)
	}
}

// TestHostileAnswers changes members of sound answers at random: an answer that nobody
// derived anew can be anything, and no report may break on it.
func TestHostileAnswers(t *testing.T) {
	env := caseEnv(t, fstest.MapFS{})
	start := person(t, clew.Ethereum, "T").Text()
	for operation, input := range map[string]string{"trace": `{"start": %q, "chain": "ethereum"}`, "stoppable": `{"start": %q, "chain": "ethereum"}`, "investigate": `{"address": %q, "chain": "ethereum"}`} {
		b, _ := bundleOf(t, env, operation, fmt.Sprintf(input, start))
		laidFrom(t, operation, b.Answer())
		for seed := range uint64(100) {
			r := rand.New(rand.NewPCG(seed, 6))
			var v any
			if err := json.Unmarshal(b.Answer(), &v); err != nil {
				t.Fatal(err)
			}
			for range 1 + r.IntN(3) {
				v = changed(r, v)
			}
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(fmt.Sprint(operation, " ", seed), func(t *testing.T) { laidFrom(t, operation, text) })
		}
	}
}

// changed replaces one member of a JSON value, somewhere below it.
func changed(r *rand.Rand, v any) any {
	switch x := v.(type) {
	case map[string]any:
		if keys := slices.Sorted(maps.Keys(x)); len(keys) > 0 && r.IntN(8) > 0 {
			key := keys[r.IntN(len(keys))]
			x[key] = changed(r, x[key])
			return x
		}
	case []any:
		if len(x) > 0 && r.IntN(8) > 0 {
			x[r.IntN(len(x))] = changed(r, x[r.IntN(len(x))])
			return x
		}
	}
	return []any{nil, []any{}, map[string]any{}, "", "x", "115792089237316195423570985008687907853269984665640564039457584007913129639935", "eip155:1:0x0000000000000000000000000000000000000000", 0, 7, true, []any{nil}}[r.IntN(11)]
}

// FuzzAnswers reads any text as an answer.
func FuzzAnswers(f *testing.F) {
	f.Add("trace", []byte(`{"result": {"places": [{"amount": "5", "kind": "service"}], "books": [{"lines": null}], "method": {"policy": "x"}}}`))
	f.Add("stoppable", []byte(`{"trace": {"result": {}}, "stoppable": {"chances": [{"means": "x"}]}}`))
	f.Add("investigate", []byte(`{"chains": [null, {"result": {"trace": {"result": {"uses": [{}]}}}}]}`))
	f.Fuzz(func(t *testing.T, operation string, answer []byte) { laidFrom(t, operation, answer) })
}

// TestCaseReportSharesALossOnce wants two victims of one transaction that claim more
// than it moved to be one claim, and doubts to be told.
func TestCaseReportSharesALossOnce(t *testing.T) {
	files := fstest.MapFS{"r.yaml": {Data: []byte("recovered:\n  - {asset: 'eip155:1/slip44:60', amount: 500, where: the exchange, source: its letter}\n")}}
	env := caseEnv(t, files)
	openedCase(t, env) // victim 6 lost 600 of the 900 that transaction 1 moved; victim 7 lost 300, and names none
	if _, err := runOn(t, env, "case victim", `{"case": "small", "who": "Xaver", "asset": "eip155:1/slip44:60", "amount": "700", "tx": "`+txOf(1)+`", "time": "2019-01-01", "source": "form"}`); err != nil {
		t.Fatal(err)
	}
	r, text := reported(t, env, `{"case": "small", "recovered": "r.yaml", "release": ["victims"], "to": "the court"}`)
	if c := r.Table.Victims; len(c) != 2 || c[0].Victim != 6 || !slices.Equal(c[0].Also, []int{9}) || !c[0].Contested || c[0].Amount != clew.Units(900) {
		t.Errorf("%+v", c)
	}
	if b := r.Table.Books[0]; b.Shares[0].Amount != clew.Units(375) || b.Contested != clew.Units(375) || b.Shares[1].Amount != clew.Units(125) {
		t.Errorf("%+v", b)
	}
	for _, want := range []string{"6: Vera Victim; 9: Xaver (contested)", "until it is decided whose it is", "No transaction is named", "It is dated 2019-01-01"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told", want)
		}
	}
}
