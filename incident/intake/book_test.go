package intake

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

// now is when all is done in the tests.
const now = clew.Time(1_796_000_000) // 2026-11-30

const today = "2026-11-30"

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func bookIn(dir vfs.FS) *Book { return Open(dir, zeros{}) }

// theft returns a report of a theft that is not on record.
func theft(id string) []byte {
	form := incident.Form(today)
	return []byte(strings.NewReplacer("id: victim-year", "id: "+id, "VICTIM", "Synthetic Exchange "+id, "COIN", "BTC", incident.FormAuthor, "a customer").Replace(form))
}

// about returns a report about the entry of the record that has fewest lines.
func aboutEntry(t *testing.T, act incident.TrailEntry, changes ...string) []byte {
	t.Helper()
	data, err := incident.FileOfRecord("bter-2015")
	if err != nil {
		t.Fatal(err)
	}
	return amended(t, data, act, changes...)
}

func amended(t *testing.T, data []byte, act incident.TrailEntry, changes ...string) []byte {
	t.Helper()
	act.Day, act.By = today, "a customer of the exchange"
	out, err := incident.Amended("f.yaml", data, act)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(changes...).Replace(string(out)))
}

func corrected() incident.TrailEntry {
	return incident.TrailEntry{Act: incident.ActCorrected, Of: "values", Text: "misread", Was: "1750000", Is: "1750001"}
}

func taking(data []byte) Taking {
	return Taking{At: now, By: "AB", Given: "report.yaml", Data: data, Reporter: Reporter{Name: "Rita Reporter", Contact: "rita@example.org"}}
}

func take(t *testing.T, b *Book, data []byte) Report {
	t.Helper()
	r, err := b.Take(t.Context(), taking(data))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func review(t *testing.T, b *Book, report int, act Act) Report {
	t.Helper()
	r, err := b.Review(t.Context(), Reviewing{At: now, By: "CD", Report: report, Act: act, Reason: "held against its sources"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sound(t *testing.T, b *Book, records int) *Proof {
	t.Helper()
	p, err := b.Verify(t.Context(), "")
	if err != nil || len(p.Faults) > 0 || p.Records != records {
		t.Fatalf("%+v, %v; want %d sound entries", p, err, records)
	}
	return p
}

// withTrail returns a report of a theft to whose trail an act was added.
func withTrail(status, act string) []byte {
	return []byte(strings.Replace(strings.Replace(string(theft("a-2026")), "status: proposed", "status: "+status, 1), "victims:", "  - "+act+"\nvictims:", 1))
}

// TestProposalsAreCorrected takes in a theft whose reporter corrected the file before
// it was handed in: it is a new theft all the same.
func TestProposalsAreCorrected(t *testing.T) {
	for _, of := range []string{"", ", of: values"} {
		b := bookIn(vfs.NewMem())
		r := take(t, b, withTrail("proposed", "{day: "+today+", act: corrected, by: a customer, was: \"2\", is: \"1\""+of+"}"))
		if r.Kind != NewTheft || r.Says != "was 2; is 1" || len(r.Authors) != 1 {
			t.Errorf("%q: %+v", of, r)
		}
		review(t, b, 1, ActAccept)
		if own, err := b.Own(t.Context()); err != nil || len(own) != 1 || own[0].Status != incident.StatusReviewed {
			t.Errorf("%q: %+v, %v", of, own, err)
		}
	}
}

// TestReportsAreQueued takes in three reports, two of one thing, and decides them.
func TestReportsAreQueued(t *testing.T) {
	b := bookIn(vfs.NewMem())
	take(t, b, theft("a-2026"))
	take(t, b, aboutEntry(t, corrected(), "usd: 1750000", "usd: 1750001"))
	third := take(t, b, theft("a-2026")[:len(theft("a-2026"))-1])
	if third.Kind != NewTheft || fmt.Sprint(third.Same) != "[1]" {
		t.Errorf("%+v", third)
	}
	i, err := b.Intake(t.Context())
	if err != nil || len(i.Queue()) != 3 || fmt.Sprint(i.Reports[0].Same) != "[3]" || i.Reports[1].Same != nil {
		t.Fatalf("%+v, %v", i, err)
	}
	if r := i.Reports[1]; r.Kind != Correction || r.Incident != "bter-2015" || fmt.Sprint(r.Of) != "[values]" || r.Says != "misread" {
		t.Errorf("%+v", r)
	}
	review(t, b, 3, ActAsk)
	if r := review(t, b, 2, ActAccept); r.State != Accepted || r.Entered != "5-bter-2015.yaml" {
		t.Errorf("%+v", r)
	}
	if r := review(t, b, 1, ActReject); r.State != Rejected || r.Review.Reason == "" {
		t.Errorf("%+v", r)
	}
	own, err := b.Own(t.Context())
	if err != nil || len(own) != 1 {
		t.Fatalf("%v, %v", own, err)
	}
	e := own[0]
	last := e.Trail[len(e.Trail)-1]
	if v, _ := e.Figure(); v.USD != "1750001" || e.Status != incident.StatusReviewed || last.Act != incident.ActReviewed || last.By != "CD" || last.Text != "held against its sources" {
		t.Errorf("%+v, %+v", v, last)
	}
	if i, _ := b.Intake(t.Context()); len(i.Queue()) != 1 || i.Queue()[0].State != Asked {
		t.Errorf("%+v", i)
	}
	if p := sound(t, b, 6); p.Own != 1 || p.Files != 7 || p.Strays != 0 {
		t.Errorf("%+v", p)
	}
}

// TestAcceptedKinds accepts one report of each kind, one after the other, and wants
// the status that follows.
func TestAcceptedKinds(t *testing.T) {
	b := bookIn(vfs.NewMem())
	data := theft("a-2026")
	for at, c := range []struct {
		act  incident.TrailEntry
		kind Kind
		want incident.Status
	}{
		{incident.TrailEntry{}, NewTheft, incident.StatusReviewed},
		{incident.TrailEntry{Act: incident.ActDisputed, Text: "no such theft"}, Dispute, incident.StatusDisputed},
		{incident.TrailEntry{Act: incident.ActUpheld, Text: "there was"}, Upholding, incident.StatusReviewed},
		{corrected(), Correction, incident.StatusReviewed},
		{incident.TrailEntry{Act: incident.ActWithdrawn, Text: "the source took it back"}, Withdrawal, incident.StatusWithdrawn},
		{incident.TrailEntry{Act: incident.ActRestored, Text: "an error"}, Restoration, incident.StatusReviewed},
	} {
		if at > 0 {
			entry, err := b.File(t.Context(), "a-2026")
			if err != nil {
				t.Fatal(err)
			}
			data = amended(t, entry, c.act)
		}
		r := take(t, b, data)
		if r.Kind != c.kind {
			t.Errorf("%s: %q", c.kind, r.Kind)
		}
		review(t, b, r.Number, ActAccept)
		own, err := b.Own(t.Context())
		if err != nil || len(own) != 1 || own[0].Status != c.want {
			t.Fatalf("%s: %+v, %v", c.kind, own, err)
		}
	}
	sound(t, b, 12)
}

// TestTakeRefuses wants each report that says more than its acts to be refused, and
// nothing to be kept.
func TestTakeRefuses(t *testing.T) {
	dispute := incident.TrailEntry{Act: incident.ActDisputed, Text: "less"}
	record, err := incident.FileOfRecord("bter-2015")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"issues", bytes.Replace(theft("a-2026"), []byte("usd: 1,"), []byte("usd: much,"), 1), "report.yaml:27: usd"},
		{"no trail", []byte(strings.Replace(strings.Replace(string(theft("a-2026")), "status: proposed\n", "", 1), "trail:\n  - {day: "+today+", act: proposed, by: \"a customer\"}\n", "", 1)), "a file with a status and a trail"},
		{"reviewed by itself", []byte(strings.Replace(strings.Replace(string(theft("a-2026")), "status: proposed", "status: reviewed", 1), "victims:", "  - {day: "+today+", act: reviewed, by: me}\nvictims:", 1)), `act "reviewed": want an act that a report may add`},
		{"entered", []byte(strings.Replace(strings.Replace(string(theft("a-2026")), "status: proposed", "status: reviewed", 1), "act: proposed", "act: entered", 1)), "a theft that is on record, or a trail that begins with the act proposed"},
		{"a form that is not filled in", []byte(incident.Form(today)), "who reports, in place of the form's own words"},
		{"withdrawn before it came in", withTrail("withdrawn", "{day: "+today+", act: withdrawn, by: a customer, text: an error}"), "status \"withdrawn\": want proposed"},
		{"an id that is taken", theft("bybit-2025"), "an id of its own"},
		{"nothing added", record, "this file adds none"},
		{"a trail that was changed", bytes.Replace(aboutEntry(t, dispute), []byte("act: entered, by: the record's maintainers"), []byte("act: entered, by: others"), 1), "the entry's trail as it stands on record"},
		{"a figure that no act owns up to", aboutEntry(t, dispute, "usd: 1750000", "usd: 1"), "values \"bter-2015\": want as it stands on record"},
		{"another figure than was said", aboutEntry(t, corrected(), "amount: 7170", "amount: 7171"), "losses \"bter-2015\": want as it stands on record"},
		{"a source that was changed", aboutEntry(t, corrected(), "publisher: Distributed Networks Institute", "publisher: Others"), "sources \"bter-2015\""},
		{"a day to come", bytes.ReplaceAll(theft("a-2026"), []byte("{day: "+today+", act"), []byte("{day: 2027-01-01, act")), "a day that is not to come"},
		{"a freeze that was asked for", append(theft("a-2026"), "assets:\n  - {id: USDT, asset: \"eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec7\", symbol: USDT, decimals: 6, source: statement}\nfreezes:\n  - {address: 0x0000000000000000000000000000000000000001, asset: USDT, state: freeze requested, at: "+today+", of: an issuer, by: counsel, source: statement}\n"...), "those are of a case, and sealed"},
		{"too long", bytes.Repeat([]byte("#"), FileMax+1), "at most 1 MiB"},
	} {
		dir := vfs.NewMem()
		_, err := bookIn(dir).Take(t.Context(), taking(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if names, _ := dir.List(); len(names) > 0 {
			t.Errorf("%s: kept %v", c.name, names)
		}
	}
}

// TestReviewersAreOthers wants nobody to review what is one's own, and each report to
// be decided once.
func TestReviewersAreOthers(t *testing.T) {
	b := bookIn(vfs.NewMem())
	take(t, b, theft("a-2026"))
	nobody := taking(theft("b-2026"))
	nobody.Reporter = Reporter{}
	if _, err := b.Take(t.Context(), nobody); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		report       int
		by, why, has string
	}{
		{1, "rita  REPORTER", "x", "somebody else"}, {1, "rita@example.org", "x", "somebody else"}, {2, "ab", "x", "somebody else"},
		{1, "A Customer", "x", "somebody else"},
		{1, " ", "x", "by: want who reviews it"}, {1, "CD", " ", "reason: want why"}, {3, "CD", "x", "report \"3\": want the number of a report"},
	} {
		_, err := b.Review(t.Context(), Reviewing{At: now, By: c.by, Report: c.report, Act: ActAccept, Reason: c.why})
		if err == nil || !strings.Contains(err.Error(), c.has) {
			t.Errorf("%d by %q: %v, want %q", c.report, c.by, err, c.has)
		}
	}
	if r, err := b.Review(t.Context(), Reviewing{At: now, By: "AB", Report: 1, Act: ActReject, Reason: "x"}); err != nil || r.State != Rejected {
		t.Errorf("who took it in may review what somebody else reported: %v", err)
	}
	if _, err := b.Review(t.Context(), Reviewing{At: now, By: "CD", Report: 1, Act: ActAccept, Reason: "x"}); err == nil || !strings.Contains(err.Error(), "was rejected by AB") {
		t.Errorf("%v", err)
	}
	sound(t, b, 3)
}

// TestAnswers puts an answer in the place of the report that it answers.
func TestAnswers(t *testing.T) {
	b := bookIn(vfs.NewMem())
	take(t, b, theft("a-2026"))
	review(t, b, 1, ActAsk)
	again := taking(bytes.Replace(theft("a-2026"), []byte("usd: 1,"), []byte("usd: 2,"), 1))
	again.Answers = 1
	r, err := b.Take(t.Context(), again)
	if err != nil || r.AnswersTo != 1 || r.Same != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	i, err := b.Intake(t.Context())
	if err != nil || len(i.Queue()) != 1 || i.Queue()[0].Number != 3 || i.Reports[0].State != Answered {
		t.Errorf("%+v, %v", i, err)
	}
	if _, err := b.Take(t.Context(), taking(theft("a-2026"))); err == nil || !strings.Contains(err.Error(), "the same file is report 1, which is answered") {
		t.Errorf("%v", err)
	}
}

// TestStaleReports accepts two corrections of one entry: the second does not begin
// from what stands there by then.
func TestStaleReports(t *testing.T) {
	b := bookIn(vfs.NewMem())
	take(t, b, aboutEntry(t, corrected(), "usd: 1750000", "usd: 1750001"))
	take(t, b, aboutEntry(t, corrected(), "usd: 1750000", "usd: 1750002"))
	review(t, b, 1, ActAccept)
	_, err := b.Review(t.Context(), Reviewing{At: now, By: "CD", Report: 2, Act: ActAccept, Reason: "x"})
	if err == nil || !strings.Contains(err.Error(), "no longer as it was when report 2 came in") {
		t.Errorf("%v", err)
	}
	if p := sound(t, b, 3); p.Strays != 0 {
		t.Errorf("%+v", p)
	}
}

// TestLikeThoseOnRecord flags a new theft that names what an entry names.
func TestLikeThoseOnRecord(t *testing.T) {
	b := bookIn(vfs.NewMem())
	data := bytes.Replace(theft("elsewhere-2025"), []byte("name: Synthetic Exchange elsewhere-2025"), []byte("name: by-bit"), 1)
	data = bytes.Replace(data, []byte("occurred: {day: "+today), []byte("occurred: {day: 2025-02-21"), 1)
	if r := take(t, b, data); fmt.Sprint(r.OnRecord) != "[bybit-2025]" {
		t.Errorf("%+v", r)
	}
}

// TestChangesAreFound changes a byte of every file in turn.
func TestChangesAreFound(t *testing.T) {
	dir := vfs.NewMem()
	b := bookIn(dir)
	take(t, b, theft("a-2026"))
	review(t, b, 1, ActAccept)
	names, err := dir.List()
	if err != nil || len(names) != 4 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		data, err := dir.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		changed := bytes.Clone(data)
		changed[len(changed)/2] ^= 1
		put(t, dir, name, changed)
		if p, err := b.Verify(t.Context(), ""); err != nil || len(p.Faults) == 0 {
			t.Errorf("%s: a change is not found: %+v, %v", name, p, err)
		}
		put(t, dir, name, data)
	}
	i, err := b.Intake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := dir.ReadFile(trailName)
	put(t, dir, trailName, whole[:bytes.IndexByte(whole, '\n')+1])
	if p, err := b.Verify(t.Context(), i.Head); err != nil || len(p.Faults) == 0 || p.Strays != 1 {
		t.Errorf("a trail that was cut off: %+v, %v", p, err)
	}
	put(t, dir, trailName, whole)
	if err := dir.Remove(ReporterFile(1)); err != nil {
		t.Fatal(err)
	}
	if p := sound(t, b, 2); p.Gone != 1 {
		t.Errorf("%+v", p)
	}
}

func put(t *testing.T, dir vfs.FS, name string, data []byte) {
	t.Helper()
	f, err := dir.Create(name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestOneWriter wants the second of two writers to be told, and to keep nothing.
func TestOneWriter(t *testing.T) {
	dir := vfs.NewMem()
	held, err := dir.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bookIn(dir).Take(t.Context(), taking(theft("a-2026"))); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("%v", err)
	}
	held.Close()
	if names, _ := dir.List(); len(names) != 0 {
		t.Errorf("kept %v", names)
	}
}

// TestReporterIsNowhereElse wants who reported in one file alone.
func TestReporterIsNowhereElse(t *testing.T) {
	dir := vfs.NewMem()
	b := bookIn(dir)
	take(t, b, theft("a-2026"))
	review(t, b, 1, ActAccept)
	names, _ := dir.List()
	for _, name := range names {
		data, err := dir.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if has := bytes.Contains(data, []byte("Rita")) || bytes.Contains(data, []byte("rita@")); has != (name == ReporterFile(1)) {
			t.Errorf("%s: names who reported: %v", name, has)
		}
	}
}
