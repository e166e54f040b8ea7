package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/casebook"
	"clew/casebook/distribution"
	"clew/incident"
	"clew/lead"
	"clew/price"
	"clew/proof"
	"clew/tag"
)

// made returns where a row comes from.
func made(number int) casebook.Made {
	return casebook.Made{Number: number, At: clew.Time(1648000000 + 60*number), By: "A. Analyst"}
}

// usd returns an amount of US dollars.
func usd(t testing.TB, text string) *price.Money {
	t.Helper()
	d, err := price.ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	m := d.Times(clew.Units(1), 0)
	return &m
}

// caseOf is a case over [smallTrace] with a row of every sort. label stands in every
// text that people entered.
func caseOf(t testing.TB, label string) *casebook.Case {
	taken := made(9)
	taken.Withdrawn, taken.Why = 10, label
	tx := clew.TxID{31: 1}
	rests := []casebook.Rest{{Exhibit: 2, Transactions: []clew.TxID{tx, {31: 2}}}, {Exhibit: 2, Part: "/result/books/0"}}
	return &casebook.Case{
		Name: "small", Title: label, Question: label, For: label, Marking: incident.MarkAmber, Opened: 1648000000, Head: strings.Repeat("ab", 32), Entries: 14,
		Exhibits: []casebook.Exhibit{
			{Attached: casebook.Attached{Made: made(2), Name: label, SHA256: strings.Repeat("cd", 32), Size: 1234}, Says: label, Root: strings.Repeat("ef", 32), Operation: "trace", AsOf: "ethereum, block 9"},
			{Attached: casebook.Attached{Made: made(3), Name: "letter.pdf", SHA256: strings.Repeat("12", 32), Size: 99}, Says: label},
		},
		Findings: []casebook.Finding{
			{Made: made(4), Text: "100 ether left the victim. " + label, Kind: casebook.Fact, Rests: rests},
			{Made: made(5), Text: label, Kind: casebook.Inference, Method: label, Limits: label, Rests: []casebook.Rest{{Exhibit: 2}}},
			{Made: taken, Text: label, Kind: casebook.Claim},
		},
		Readings:   []casebook.Reading{{Made: made(6), Finding: 5, Contrary: true, Text: label, Rests: []casebook.Rest{{Exhibit: 3}}}},
		Indicators: []casebook.Indicator{{Made: made(7), Type: "domain-name", Value: label, Text: label, Source: label}},
		Victims: []casebook.Victim{
			{Made: made(8), Name: label, Asset: ether, Amount: wei(t, "100"), Tx: &tx, Value: usd(t, "300000"), Source: label, Checked: true},
			{Made: made(11), Name: label, Asset: ether, Amount: wei(t, "20"), Value: usd(t, "70000"), Source: label},
		},
		Notes: []casebook.Note{{Made: made(12), Text: label}},
	}
}

// caseReport lays that case out.
func caseReport(t testing.TB, who Audience, label string) *CaseReport {
	t.Helper()
	guide, err := lead.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	answer := smallTrace(t, label)
	for i := range answer.Result.Places {
		if p := &answer.Result.Places[i]; p.Tag != nil {
			p.Tag.Actor, p.Tag.Concepts, p.Tag.Evidence = "binance", []tag.Concept{"exchange"}, label
		}
	}
	stopped, err := lead.Stop(lead.Question{Trace: answer.Result, Guide: guide, Now: 1648001000})
	if err != nil {
		t.Fatal(err)
	}
	r := &CaseReport{For: who, Case: caseOf(t, label), Units: Units{}, Schedule: guide.Schedule([]lead.Stopped{{Exhibit: 2, Trace: answer.Result, Result: stopped}}),
		Hosts: guide.QuestionsFor(lead.ByHost), Command: "clew case report small",
		Exhibits: []CaseExhibit{{Number: 2, Product: "clew 0.1", Made: "2022-04-01T00:00:00Z", Operation: "trace", Input: json.RawMessage(`{"start":"x"}`), Trace: answer,
			Proofs: []ProofCount{{proof.OnChain, 4}, {proof.Reexecuted, 1}}}}}
	first := &answer.Result.Uses[0].Transfer
	r.Exhibits[0].Shown = []proof.Result{{Transfer: first.Pos, Tx: first.Tx, Standing: proof.Standing("shown of this one")}}
	if who == ForExchange {
		r.Service, r.Schedule = "Binance", slices.DeleteFunc(r.Schedule, func(q lead.Inquiry) bool { return q.Who.ID != "binance" })
		return r
	}
	r.Released = []string{"victims", "notes"}
	entries := []distribution.Entry{{Amount: wei(t, "100"), Victim: 8}, {Out: true, Amount: wei(t, "60.5")}, {Amount: wei(t, "20"), Victim: 11}}
	r.Table, err = distribution.Compute(distribution.Question{Victims: r.Case.Victims, ValuedBy: "as each victim claims", Values: map[int]price.Money{8: *r.Case.Victims[0].Value, 11: *r.Case.Victims[1].Value},
		Recovered: []distribution.Recovery{{Asset: ether, Amount: wei(t, "40.000000000000000001"), Where: label, Source: label, Pot: entries, TracedBy: label}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCaseReportForCourt wants every part that a court's report must have.
func TestCaseReportForCourt(t *testing.T) {
	r := caseReport(t, ForCourt, "a label")
	page := written(t, r, HTML, Style{}, "")
	checkPage(t, page)
	tx := clew.TxID{31: 1}
	for _, want := range []string{
		"TLP:AMBER", "to be filled in by the expert", "Qualifications and experience", "Statement of truth", strings.Repeat("ab", 32), strings.Repeat("cd", 32), strings.Repeat("ef", 32),
		tx.String(), "contrary evidence", "law-enforcement", "Clayton", "Barlow Clowes", "first-in-first-out", "PD 35, para 3.2(6)", "26(a)(2)(B)", "4 transfers on chain; 1 transfer re-execution",
		"clew verify", "Exhibit 2: method and parameters", "Limits and gaps", "sum, which is what was recovered", "33.333333333333333334", "What was withdrawn", "an exhibit holds its transaction", "not checked", "shown of this one", "11: a label (doubted)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if r.Outcome() != Found {
		t.Errorf("%s", r.Outcome())
	}
	text := pdfText(t, written(t, r, PDF, Style{}, ""))
	for _, want := range []string{"TLP:AMBER", "Theexpert'sopinion:tobefilledinbytheexpert", strings.Repeat("ab", 32), "page1of"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the pages", want)
		}
	}
	if pages := strings.Count(text, "\n"); strings.Count(text, "TLP:AMBER") < pages || strings.Contains(text, fmt.Sprintf("page1of%d", pages)) == false {
		t.Errorf("of %d pages not each bears the marking, or they are not counted", pages)
	}
	if strings.Contains(text, "…") || strings.Contains(text, "\x85") {
		t.Error("something is cut in the pages")
	}
}

// TestCaseReportSaysNoMoreThanItHolds reads the text as the other side's lawyer does.
func TestCaseReportSaysNoMoreThanItHolds(t *testing.T) {
	r := caseReport(t, ForCourt, "a label")
	r.Table.Recovered[0].Pot = nil
	r.Case.Backward = []int{7}
	text := strings.Join(strings.Fields(written(t, r, Text, Style{Wide: true}, "")), " ")
	has(t, text, "2 findings stand, as people entered them:", "They rest on 1 of 2 exhibits.",
		"that the words of a finding say what these show was not",
		"as the source of the exhibit's ledger states it",
		"another policy can mark more of it, less or none", "as of the last block of the exhibit",
		"only to whoever noted that hash before", "is derived by the policy and is no fact of a ledger",
		"nothing in this report checks it", "claims of which no exhibit holds the transaction",
		"Entry 7 bears a time before that of the entry before it",
		"the times are those of a machine's clock", "40.000000000000000001 ETH a label a label not stated not stated")
	for _, not := range []string{"They rest on 2 exhibits", "is what the ledger records", "shows the trail", "somebody checked", "nobody checked", "the own"} {
		if strings.Contains(text, not) {
			t.Errorf("the report says %q", not)
		}
	}
	r.Exhibits[0].Trace.Result.Gaps = []clew.Gap{{Kind: clew.GapRounded, Note: "2 of the transfers"}}
	has(t, strings.Join(strings.Fields(written(t, r, Text, Style{Wide: true}, "")), " "), "has 1 gap, listed under limits: what lies in it is not in the answer, or not exactly")
	as := &r.Exhibits[0].Trace.Result.AsOf[0]
	r.Case.Exhibits[0].AsOf = "ethereum, block 1648000123"
	as.Block, as.Coverage.Gaps = clew.BlockRef{Height: 1648000123, Time: 1648000123}, []clew.Gap{{Kind: clew.GapHeight}}
	if text := written(t, r, Text, Style{Wide: true}, ""); strings.Contains(text, "block 1648000123") || !strings.Contains(text, "2022-03-23T01:48:43Z") {
		t.Errorf("a height that is made up is told as a block:\n%s", text)
	}
	r.Exhibits[0].Untold = 2
	has(t, written(t, r, Text, Style{Wide: true}, ""), "2 gaps at single addresses are in the exhibit and are not listed here")
}

// TestCaseReportIsTheSame wants the same bytes of the same case, in every form.
func TestCaseReportIsTheSame(t *testing.T) {
	for _, form := range []Form{Text, JSON, HTML, PDF} {
		one, two := written(t, caseReport(t, ForCourt, "x"), form, Style{Wide: true}, ""), written(t, caseReport(t, ForCourt, "x"), form, Style{Wide: true}, "")
		if one != two {
			t.Errorf("%s: two reports of one case differ", form)
		}
	}
}

// TestCaseReportForExchange wants a service to be told what it is asked, and nothing of
// victims, of other services, or of what the case found.
func TestCaseReportForExchange(t *testing.T) {
	r := caseReport(t, ForExchange, "a label")
	r.Case.Victims, r.Case.Notes = nil, nil
	r.Case.Findings[0].Text = "what was found"
	r.Case.Readings[0].Text = "another reading of it"
	text := written(t, r, Text, Style{Wide: true}, "") + written(t, r, HTML, Style{}, "")
	has(t, text, "Binance", "To preserve", "By 1 transaction, 25 ETH marked as of the loss by the policy fifo arrived at 1 place said to be of Binance.")
	for _, not := range []string{"what was found", "another reading of it", "letter.pdf", "filled in by the expert", "Tornado", "A. Analyst"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is told to an exchange", not)
		}
	}
}

func TestCaseReportForPolice(t *testing.T) {
	r := caseReport(t, ForPolice, "a label")
	page := written(t, r, HTML, Style{}, "")
	checkPage(t, page)
	has(t, page, "registrar", "Nobody is known who could be asked", "Findings, with what each rests on")
	if strings.Contains(page, "to be filled in by the expert") {
		t.Error("the police get an expert's forms")
	}
}

// TestCaseReportFlaws wants what does not rest on what it names to be said.
func TestCaseReportFlaws(t *testing.T) {
	r := caseReport(t, ForCourt, "x")
	r.Case.Exhibits[0].Withdrawn, r.Case.Exhibits[0].Why = 13, "a mistake"
	r.Case.Readings[0].Rests = []casebook.Rest{{Exhibit: 77}}
	r.Exhibits[0].Missing = []clew.TxID{{31: 9}}
	r.Exhibits[0].Proofs = []ProofCount{{proof.Refuted, 1}}
	text := written(t, r, Text, Style{Wide: true}, "")
	has(t, text, "Finding 4 rests on exhibit 2, which was withdrawn.", "Reading 6 rests on exhibit 77, which is not in this case.", "is named of exhibit 2, which does not hold it", "1 transfer is refuted by a proof that is held", "a mistake")
	if r.Outcome() != Incomplete {
		t.Errorf("%s", r.Outcome())
	}
}

// TestPrivateClaimsAreWithheld: a tag of a pack that is not to be shared names nobody.
func TestPrivateClaimsAreWithheld(t *testing.T) {
	r := caseReport(t, ForPolice, "x")
	for i := range r.Schedule {
		for k := range r.Schedule[i].Claims {
			r.Schedule[i].Claims[k].Private, r.Schedule[i].Claims[k].Label, r.Schedule[i].Claims[k].Source = true, "secret label", "secret source"
		}
	}
	text := written(t, r, HTML, Style{}, "")
	has(t, text, "withheld")
	if strings.Contains(text, "secret") {
		t.Error("a private claim is told")
	}
}

// TestCaseReportEscapes puts hostile text wherever people enter some.
func TestCaseReportEscapes(t *testing.T) {
	for _, who := range []Audience{ForCourt, ForPolice, ForExchange} {
		for _, label := range append([]string{") Tj ET /JS (app.alert(1)) BT (", "'; rm -rf ~; '", "-rf", strings.Repeat("W", 3000)}, hostileTexts...) {
			r := caseReport(t, who, label)
			page := written(t, r, HTML, Style{}, "")
			checkPage(t, page)
			checkPlain(t, "the text", written(t, r, Text, Style{Wide: true}, ""))
			file := written(t, r, PDF, Style{}, "")
			pdfText(t, file)
			if strings.Contains(file, "/JavaScript") || strings.Contains(file, "/OpenAction /") {
				t.Errorf("%q made the PDF act", label)
			}
			if strings.Contains(page, "verify -rf") || strings.Contains(page, "verify &#39;; rm") {
				t.Errorf("%q stands in a command", label)
			}
		}
	}
}

// TestAnswersAreRead wants a trace back from its JSON to the byte, as exhibits keep it.
func TestAnswersAreRead(t *testing.T) {
	for _, r := range []Result{smallTrace(t, "x"), &Stoppable{Trace: smallTrace(t, "x"), Result: &lead.Stoppable{}}} {
		text := written(t, r, JSON, Style{}, "")
		back := reflect.New(reflect.TypeOf(r).Elem()).Interface().(Result)
		if err := json.Unmarshal([]byte(text), back); err != nil {
			t.Fatal(err)
		}
		if again := written(t, back, JSON, Style{}, ""); again != text {
			t.Errorf("%T is not what was written", r)
		}
	}
}

// TestCaseReportInABrowser opens the page as a person does, and wants no message of the
// browser's console.
func TestCaseReportInABrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("a browser is not here")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "page.html")
	if err := os.WriteFile(name, []byte(written(t, caseReport(t, ForCourt, "a label"), HTML, Style{}, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"), "--enable-logging=stderr", "--v=0", "--dump-dom", "file://"+name)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, 10*time.Second
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if strings.Contains(errs.String(), "CONSOLE") || strings.Count(out.String(), `class="blank"`) < 10 {
		t.Errorf("the browser says, or the forms are not there:\n%s", errs.String())
	}
}
