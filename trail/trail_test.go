package trail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew/ledger/vfs"
)

// A said record is one of these tests.
type said struct {
	Number   int    `json:"number"`
	Text     string `json:"text"`
	Previous string `json:"previous"`
}

// written adds a record to a trail.
func written(tr *Trail, text string) error {
	return tr.Writing(func(v *View) error {
		last, err := v.Last()
		if err != nil {
			return err
		}
		line, _, err := Encode(said{last.Number + 1, text, last.Hash})
		if err != nil {
			return err
		}
		return tr.Add(v, line)
	})
}

func filled(t testing.TB, dir vfs.FS, n int) *Trail {
	t.Helper()
	tr := Open(dir, "trail.jsonl", "the trail")
	for i := range n {
		if err := written(tr, fmt.Sprint("<text> ", i)); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	tr := filled(t, vfs.NewMem(), 3)
	var got []string
	p, err := tr.Verify(t.Context(), "", func(_ *Proof, n int, l *Line) {
		var r said
		if err := json.Unmarshal(l.Record, &r); err != nil || r.Number != n || l.Number != n || l.Previous != r.Previous {
			t.Errorf("%d: %+v, %v", n, l, err)
		}
		got = append(got, r.Text)
	})
	if want := "[<text> 0 <text> 1 <text> 2]"; err != nil || fmt.Sprint(got) != want || len(p.Faults) > 0 || p.Records != 3 || !p.Found {
		t.Errorf("got %v, %+v, %v; want %s", got, p, err, want)
	}
	if _, err := Check(canceled(t), []byte("x\n"), "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func canceled(t *testing.T) context.Context {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	return ctx
}

// A line is read only as it was written: other spellings of the same JSON are
// changes too.
func TestOtherSpellingsAreChanges(t *testing.T) {
	line, hash, err := Encode(said{1, "x", ""})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := ReadLine(line); err != nil || l.Hash != hash || l.Number != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	left, err := Line{Hash: hash, Record: json.RawMessage("{}"), Number: 1}.Left()
	if err != nil {
		t.Fatal(err)
	}
	if l, err := ReadLine(left); err != nil || l.Record != nil || l.Number != 1 {
		t.Errorf("what is left: %+v, %v", l, err)
	}
	for name, text := range map[string]string{
		"a space":         strings.Replace(string(line), ",", ", ", 1),
		"a capital":       strings.Replace(string(line), `"hash"`, `"Hash"`, 1),
		"another member":  strings.Replace(string(line), "}\n", `,"x":1}`+"\n", 1),
		"another hash":    strings.Replace(string(line), hash[:4], "0000", 1),
		"no number":       `{"hash":"` + hash + `"}`,
		"a short hash":    `{"hash":"00","number":1}`,
		"no object":       `[]`,
		"nothing":         ``,
		"more than fits":  `{"hash":"` + strings.Repeat("0", LineMax) + `"}`,
		"no record in it": `{"hash":"` + Hash([]byte("7")) + `","record":7}`,
	} {
		if l, err := ReadLine([]byte(text)); err == nil {
			t.Errorf("%s: taken as %+v", name, l)
		}
	}
	if _, _, err := Encode(said{1, strings.Repeat("x", LineMax), ""}); !errors.Is(err, ErrTooLong) {
		t.Errorf("a long record: %v", err)
	}
}

// What was cut short is told and dropped, and nothing is added behind a line
// that was changed.
func TestTornAndChangedEnds(t *testing.T) {
	dir := vfs.NewMem()
	tr := filled(t, dir, 2)
	whole, err := dir.ReadFile("trail.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	dir.Overwrite("trail.jsonl", append(bytes.Clone(whole), "{\"hash"...))
	if p, err := tr.Verify(t.Context(), "", func(*Proof, int, *Line) {}); err != nil || p.Torn != 6 || p.Records != 2 || len(p.Faults) > 0 {
		t.Errorf("torn: %+v, %v", p, err)
	}
	if err := written(tr, "third"); err != nil {
		t.Fatal(err)
	}
	if p, err := tr.Verify(t.Context(), "", func(*Proof, int, *Line) {}); err != nil || p.Torn != 0 || p.Records != 3 || len(p.Faults) > 0 {
		t.Errorf("after it: %+v, %v", p, err)
	}
	dir.Overwrite("trail.jsonl", append(bytes.Clone(whole), "{}\n"...))
	if err := written(tr, "third"); err == nil || !strings.Contains(err.Error(), "nothing is added behind it") {
		t.Errorf("behind a changed line: %v", err)
	}
}

// Lines that are taken out, put in or moved are found, and so is an end that was
// cut off or written anew, by a hash that was noted elsewhere.
func TestChainsThatAreBroken(t *testing.T) {
	line := func(number int, text, previous string) (string, string) {
		b, hash, err := Encode(said{number, text, previous})
		if err != nil {
			t.Fatal(err)
		}
		return string(b), hash
	}
	one, first := line(1, "a", "")
	two, second := line(2, "b", first)
	three, third := line(3, "c", second)
	other, _ := line(2, "x", second) // of its place, and behind nothing that is there
	begun, _ := line(1, "a", second) // the first, and behind another
	again, _ := line(3, "c", first)  // behind the first, by another number
	anew, _ := line(2, "B", first)   // the second, written anew
	const follow, head = "does not follow the record before it", "no record has the hash"
	for name, c := range map[string]struct {
		whole, head string
		want        []string // faults, in order; none: it is as it was written
	}{
		"as it was written":       {one + two + three, second, nil},
		"the second taken out":    {one + three, "", []string{"line 2: it is number 3, want 2", follow}},
		"the first taken out":     {two + three, "", []string{"line 1: it is number 2, want 1", "line 1: it " + follow, "line 2: it is number 3, want 2"}},
		"the first of another":    {begun, "", []string{"line 1: it " + follow}},
		"one put in the place":    {one + other + three, "", []string{"line 2: it " + follow, "line 3: it " + follow}},
		"one of another number":   {one + again, "", []string{"line 2: it is number 3, want 2"}},
		"two changed about":       {one + three + two, "", []string{"line 2: it is number 3", follow, "line 3: it is number 2", follow}},
		"the end cut off":         {one + two, third, []string{head}},
		"the end written anew":    {one + anew, second, []string{head}},
		"behind one that is gone": {one + "{}\n" + three, "", []string{"line 2: it was changed"}},
	} {
		p, err := Check(t.Context(), []byte(c.whole), c.head, func(*Proof, int, *Line) {})
		if err != nil || len(p.Faults) != len(c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(p.Faults[i], want) {
				t.Errorf("%s: %q, want %q", name, p.Faults[i], want)
			}
		}
	}
}

// However many faults there are, a bounded number is named.
func TestFaultsAreBounded(t *testing.T) {
	p, err := Check(t.Context(), bytes.Repeat([]byte("x\n"), 2*faultsMax), "", nil)
	if err != nil || len(p.Faults) != faultsMax || p.More != faultsMax {
		t.Errorf("%d named, %d more, %v", len(p.Faults), p.More, err)
	}
}

// FuzzReadLine reads any line: what is taken is written as it was read.
func FuzzReadLine(f *testing.F) {
	line, hash, err := Encode(said{1, "x\u2028<", ""})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add([]byte(`{"hash":"` + hash + `","number":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ReadLine(text)
		if err != nil {
			return
		}
		again, err := l.Left()
		if l.Record != nil {
			if Hash(l.Record) != l.Hash {
				t.Fatalf("%q is taken with another hash", text)
			}
			again, err = json.Marshal(Line{Hash: l.Hash, Record: l.Record})
		}
		if err != nil || !bytes.Equal(bytes.TrimSuffix(again, []byte("\n")), bytes.TrimSuffix(text, []byte("\n"))) {
			t.Fatalf("%q becomes %q, %v", text, again, err)
		}
	})
}
