package casebook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

// digits are bytes that count up, in the place of random ones.
type digits struct{ n byte }

func (d *digits) Read(p []byte) (int, error) {
	for i := range p {
		d.n++
		p[i] = d.n
	}
	return len(p), nil
}

// tx returns a transaction's name.
func tx(n byte) clew.TxID { return clew.TxID{31: n} }

// sheets are the bundles of these tests: "bundle" and what they hold, as JSON.
func sheets(_ context.Context, data []byte) (*Contents, error) {
	text, is := bytes.CutPrefix(data, []byte("bundle "))
	if !is {
		return nil, nil
	}
	if bytes.Equal(text, []byte("red")) {
		return &Contents{Root: "root", Marking: incident.MarkRed}, nil
	}
	var txs []clew.TxID
	if err := json.Unmarshal(text, &txs); err != nil {
		return nil, fmt.Errorf("no sheet: %w", err)
	}
	c := &Contents{Root: "root", Operation: "trace", AsOf: "block 9", Transactions: map[clew.TxID]bool{}, Answer: json.RawMessage(`{"places":[{"a/b":1}]}`)}
	for _, id := range txs {
		c.Transactions[id] = true
	}
	return c, nil
}

func sheet(txs ...clew.TxID) string {
	text, err := json.Marshal(txs)
	if err != nil {
		panic(err)
	}
	return "bundle " + string(text)
}

func opening(name string) Entry {
	return Entry{At: 100, By: "AB", Act: ActOpen, Opening: &Opening{Name: name, Title: "Bridge", Question: "Where did it go?", Marking: incident.MarkAmber}}
}

func exhibit(says string) Entry {
	return Entry{At: 110, By: "AB", Act: ActExhibit, Exhibit: &Exhibit{Attached: Attached{Name: "a.zip"}, Says: says}}
}

func finding(text string, kind Kind, rests ...Rest) Entry {
	return Entry{At: 120, By: "AB", Act: ActFinding, Finding: &Finding{Text: text, Kind: kind, Method: "by eye", Rests: rests}}
}

func note(text string) Entry {
	return Entry{At: 130, By: "CD", Act: ActNote, Note: &Note{Text: text}}
}

func book(dir vfs.FS) *Book { return Open(dir, sheets, &digits{}) }

// filled returns a case of five entries: opening, a bundle with two
// transactions, a letter, a finding, and a reading of it.
func filled(t testing.TB, dir vfs.FS) *Book {
	t.Helper()
	b := book(dir)
	must(t, b, opening("bridge-2022"))
	attach(t, b, exhibit("the trace"), sheet(tx(1), tx(2)))
	attach(t, b, exhibit("a letter"), "Dear all")
	must(t, b, finding("It went to a mixer.", Fact, Rest{Exhibit: 2, Transactions: []clew.TxID{tx(1)}}))
	must(t, b, Entry{At: 121, By: "AB", Act: ActReading, Reading: &Reading{Finding: 4, Text: "It may be a service.", Rests: []Rest{{Exhibit: 3}}}})
	return b
}

func must(t testing.TB, b *Book, e Entry) *Case {
	t.Helper()
	out, err := b.Append(t.Context(), e)
	if err != nil {
		t.Fatalf("%s: %v", e.Act, err)
	}
	return out.Case
}

func attach(t testing.TB, b *Book, e Entry, text string) {
	t.Helper()
	if _, err := b.Attach(t.Context(), e, strings.NewReader(text)); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func sound(t testing.TB, b *Book, entries int) *Proof {
	t.Helper()
	p, err := b.Verify(t.Context(), "")
	if err != nil || len(p.Faults) > 0 || p.Records != entries {
		t.Fatalf("want %d entries without a fault: %+v, %v", entries, p, err)
	}
	return p
}

func onDisk(t testing.TB) vfs.FS {
	t.Helper()
	d, err := vfs.MakeOS(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What is read is what was added up, whatever keeps it, and the same as the
// writer was told.
func TestACaseIsWhatItsTrailAddsUpTo(t *testing.T) {
	for name, dir := range map[string]vfs.FS{"memory": vfs.NewMem(), "disk": onDisk(t)} {
		t.Run(name, func(t *testing.T) {
			b := filled(t, dir)
			told := must(t, b, Entry{At: 140, By: "CD", Act: ActWithdraw, Of: 4, Why: "a wrong address"})
			got, err := book(dir).Case(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if a, b := asJSON(t, told), asJSON(t, got); a != b {
				t.Errorf("told %s\nread %s", a, b)
			}
			f := got.Findings[0]
			if f.Number != 4 || f.By != "AB" || f.At != 120 || f.Withdrawn != 6 || f.Why != "a wrong address" || got.Entries != 6 || len(got.Head) != 64 {
				t.Errorf("%+v", got)
			}
			if x := got.Exhibits[0]; x.Root != "root" || x.Operation != "trace" || x.AsOf != "block 9" || x.Size == 0 {
				t.Errorf("%+v", x)
			}
			p := sound(t, b, 6)
			if p.Files != 2 || p.Bundles != 1 || p.Rests != 1 || p.Head != got.Head || p.Strays != 0 {
				t.Errorf("%+v", p)
			}
		})
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEntriesAreRefused(t *testing.T) {
	b := filled(t, vfs.NewMem())
	reading := func(r Reading) Entry { return Entry{At: 1, By: "x", Act: ActReading, Reading: &r} }
	for _, c := range []struct {
		name string
		e    Entry
		want string
	}{
		{"nobody", Entry{At: 1, Act: ActNote, Note: &Note{Text: "x"}}, "by: want"},
		{"opened twice", opening("bridge-2022"), `case "bridge-2022": want a name that no case has`},
		{"no kind", finding("x", "rumour", Rest{Exhibit: 3}), "kind"},
		{"a fact of nothing", finding("x", Fact), "rests: want at least one exhibit"},
		{"a fact without a transfer", finding("x", Fact, Rest{Exhibit: 2}), "rests: want at least one transaction"},
		{"an inference without a method", Entry{At: 1, By: "x", Act: ActFinding, Finding: &Finding{Text: "x", Kind: Inference, Rests: []Rest{{Exhibit: 2}}}}, "method: want"},
		{"an exhibit that is not there", finding("x", Claim, Rest{Exhibit: 9}), `rests "9": want`},
		{"an exhibit that is a finding", finding("x", Claim, Rest{Exhibit: 4}), `rests "4": want`},
		{"a transaction that is not in it", finding("x", Fact, Rest{Exhibit: 2, Transactions: []clew.TxID{tx(7)}}), "want a transaction that exhibit 2 holds"},
		{"a transaction without a name", finding("x", Fact, Rest{Exhibit: 2, Transactions: []clew.TxID{{}}}), "names are known"},
		{"a transaction of a letter", finding("x", Fact, Rest{Exhibit: 3, Transactions: []clew.TxID{tx(1)}}), `rests "3": want an exhibit that is an evidence bundle`},
		{"a part that is none", finding("x", Claim, Rest{Exhibit: 2, Part: "places"}), "JSON pointer"},
		{"a part that is not in it", finding("x", Claim, Rest{Exhibit: 2, Part: "/places/1"}), "want a part that the answer"},
		{"a reading of an exhibit", reading(Reading{Finding: 2, Text: "x"}), `finding "2": want`},
		{"contrary evidence that is none", reading(Reading{Finding: 4, Text: "x", Contrary: true}), "rests: want the exhibit"},
		{"the same finding", finding("It went to a mixer.", Fact, Rest{Exhibit: 2, Transactions: []clew.TxID{tx(1)}}), "the same stands in this case as entry 4"},
		{"nothing withdrawn", Entry{At: 1, By: "x", Act: ActWithdraw, Of: 1, Why: "x"}, `number "1": want an entry that can be withdrawn`},
		{"withdrawn without a reason", Entry{At: 1, By: "x", Act: ActWithdraw, Of: 4}, "why: want"},
		{"reopened", Entry{At: 1, By: "x", Act: ActReopen}, "this one is open"},
		{"no UTF-8", note("\xff"), "in UTF-8"},
		{"a long text", note(strings.Repeat("x", textMax+1)), "of at most 20000 bytes"},
		{"nothing lost", Entry{At: 1, By: "x", Act: ActVictim, Victim: &Victim{Name: "x", Source: "x"}}, "amount: want"},
	} {
		var wrong *clew.InputError
		if _, err := b.Append(t.Context(), c.e); !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	for text, want := range map[string]string{"Dear all": "the same stands in this case as entry 3", "bundle x": "want an evidence bundle that holds", "bundle red": "it is marked red, and the case only amber"} {
		if _, err := b.Attach(t.Context(), exhibit("again"), strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
	if p := sound(t, b, 5); p.Strays != 0 || p.Files != 2 {
		t.Errorf("what was refused left something: %+v", p)
	}
}

func TestPartsOfAnAnswerAreFound(t *testing.T) {
	b := filled(t, vfs.NewMem())
	must(t, b, finding("one", Claim, Rest{Exhibit: 2, Part: "/places/0/a~1b"}))
	for pointer, want := range map[string]bool{"/a": true, "/a/01": false, "/a/1": true, "/a/-1": false, "/a/2": false, "/": true, "/b": false, "/~0": true, "/a/0/x": false} {
		if got := hasPart(json.RawMessage(`{"a":[1,2],"":0,"~":{}}`), pointer); got != want {
			t.Errorf("%s: %t", pointer, got)
		}
	}
}

func TestCasesAreBounded(t *testing.T) {
	if _, _, err := added(t.Context(), make([]byte, TrailMax+1), ""); err == nil || !strings.Contains(err.Error(), "more than 256 MiB") {
		t.Errorf("a long trail: %v", err)
	}
	s := newState()
	s.c.Entries = EntriesMax
	e := note("x")
	e.Number = EntriesMax + 1
	if err := s.add(&e); err == nil || !strings.Contains(err.Error(), "a case of at most 20000 entries") {
		t.Errorf("many entries: %v", err)
	}
	b := filled(t, vfs.NewMem())
	long := &bounded{t.Context(), strings.NewReader("12345"), 4}
	if _, err := b.Attach(t.Context(), exhibit("x"), long); err == nil || !strings.Contains(err.Error(), "a file of at most 512 MiB") {
		t.Errorf("a long file: %v", err)
	}
	sound(t, b, 5)
}

// Rows that rest on what was withdrawn are refused; those that did before stay.
func TestWithdrawnRowsBearNothingNew(t *testing.T) {
	b := filled(t, vfs.NewMem())
	must(t, b, Entry{At: 1, By: "x", Act: ActWithdraw, Of: 2, Why: "forged"})
	for _, e := range []Entry{
		finding("y", Claim, Rest{Exhibit: 2}),
		{At: 1, By: "x", Act: ActWithdraw, Of: 2, Why: "again"},
	} {
		if _, err := b.Append(t.Context(), e); err == nil || !strings.Contains(err.Error(), "entry 6 withdrew it") {
			t.Errorf("%s: %v", e.Act, err)
		}
	}
	attach(t, b, exhibit("the same file, put right"), sheet(tx(1), tx(2)))
	sound(t, b, 7)
}

func TestClosedCasesTakeNothing(t *testing.T) {
	b := filled(t, vfs.NewMem())
	if c := must(t, b, Entry{At: 150, By: "x", Act: ActClose}); c.Closed != 150 {
		t.Errorf("%+v", c)
	}
	if _, err := b.Append(t.Context(), note("x")); err == nil || !strings.Contains(err.Error(), "this one is closed") {
		t.Error(err)
	}
	if _, err := b.Attach(t.Context(), exhibit("x"), strings.NewReader("x")); err == nil || !strings.Contains(err.Error(), "this one is closed") {
		t.Error(err)
	}
	must(t, b, Entry{At: 151, By: "x", Act: ActPass, Passed: &Passed{What: "export"}})
	must(t, b, Entry{At: 160, By: "x", Act: ActReopen})
	must(t, b, note("x"))
	sound(t, b, 9)
}

// A clock that was set back is told, not hidden.
func TestTimeThatGoesBackIsTold(t *testing.T) {
	b := filled(t, vfs.NewMem())
	e := note("x")
	e.At = 50
	if c := must(t, b, e); len(c.Backward) != 1 || c.Backward[0] != 6 {
		t.Errorf("%v", c.Backward)
	}
	if p := sound(t, b, 6); len(p.Backward) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestVictimsLossesAreLookedUp(t *testing.T) {
	b := filled(t, vfs.NewMem())
	for n, want := range map[byte]bool{1: true, 7: false} {
		id := tx(n)
		c := must(t, b, Entry{At: 1, By: "x", Act: ActVictim, Victim: &Victim{Name: fmt.Sprint(n), Asset: clew.NativeAsset("eip155:1"), Amount: clew.Units(5), Tx: &id, Source: "x", Checked: !want}})
		if got := c.Victims[len(c.Victims)-1]; got.Checked != want {
			t.Errorf("%+v", got)
		}
	}
}

func TestNoCaseIsNotFound(t *testing.T) {
	b := book(vfs.NewMem())
	if _, err := b.Case(t.Context()); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
	if _, err := b.Append(t.Context(), note("x")); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
	if _, err := b.Attach(t.Context(), exhibit("x"), strings.NewReader("x")); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
}

func TestASecondWriterIsRefused(t *testing.T) {
	dir := onDisk(t)
	b := filled(t, dir)
	held, err := dir.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Append(t.Context(), note("x")); !errors.Is(err, vfs.ErrLocked) || !strings.Contains(err.Error(), "somebody else is adding to the case") {
		t.Errorf("got %v", err)
	}
	if _, err := b.Case(t.Context()); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	must(t, b, note("x"))
}

// A file that ends with an error, or is stopped, leaves nothing.
func TestAFileThatCannotBeReadLeavesNothing(t *testing.T) {
	b := filled(t, vfs.NewMem())
	broken := errors.New("broken")
	if _, err := b.Attach(t.Context(), exhibit("x"), io.MultiReader(strings.NewReader("half"), failing{broken})); !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := b.Attach(ctx, exhibit("x"), strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if p := sound(t, b, 5); p.Strays != 0 {
		t.Errorf("%+v", p)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
