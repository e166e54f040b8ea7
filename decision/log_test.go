package decision

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger/vfs"
)

const day = 24 * 60 * 60

// answer is what the tests decide on.
func answer(n int) (*Answer, []byte) {
	text := []byte(fmt.Sprintf(`{"address":"eip155:1:0x%040x","verdict":"review"}`, n))
	return &Answer{SHA256: Hash(text), Verdict: "review", Day: "2026-11-28", Findings: []Finding{{Rule: "mixer 1", Why: "x"}}}, text
}

func made(n int) (Record, []byte) {
	a, text := answer(n)
	return Record{At: clew.Time(1_700_000_000 + n*day), By: "MLRO", Action: Hold, Subject: fmt.Sprintf("eip155:1:0x%040x", n), Reason: "to be looked at", Answer: a}, text
}

// filled returns a log with n decisions.
func filled(t testing.TB, dir vfs.FS, n int) *Log {
	t.Helper()
	l := Open(dir)
	for i := range n {
		r, text := made(i + 1)
		if got, err := l.Append(t.Context(), r, text); err != nil || got.Record.Number != i+1 {
			t.Fatalf("number %d: %+v, %v", i+1, got, err)
		}
	}
	return l
}

func sound(t testing.TB, l *Log, records int) *Proof {
	t.Helper()
	p, err := l.Verify(t.Context(), "")
	if err != nil || len(p.Faults) > 0 || p.Records != records {
		t.Fatalf("want %d records without a fault: %+v, %v", records, p, err)
	}
	return p
}

func TestDecisionsAreKeptInOrder(t *testing.T) {
	for name, dir := range map[string]vfs.FS{"memory": vfs.NewMem(), "disk": onDisk(t)} {
		t.Run(name, func(t *testing.T) {
			l := filled(t, dir, 3)
			sound(t, l, 3)
			var got []string
			err := l.All(t.Context(), func(k Kept) error {
				text, err := l.AnswerOf(k.Record)
				got = append(got, fmt.Sprintf("%d %s %s %d", k.Number, k.By, k.Subject[len(k.Subject)-1:], len(text)))
				return err
			})
			if want := "[1 MLRO 1 84 2 MLRO 2 84 3 MLRO 3 84]"; err != nil || fmt.Sprint(got) != want {
				t.Errorf("got %v, %v; want %s", got, err, want)
			}
		})
	}
}

func onDisk(t testing.TB) vfs.FS {
	t.Helper()
	d, err := vfs.MakeOS(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDecisionsAreRefused(t *testing.T) {
	l := filled(t, vfs.NewMem(), 2)
	for _, c := range []struct {
		name   string
		change func(*Record)
		want   string
	}{
		{"nobody decides", func(r *Record) { r.By = " " }, "by: want"},
		{"no reason", func(r *Record) { r.Reason = "" }, "reason: want"},
		{"a reason that is no text", func(r *Record) { r.Reason = "\xff" }, "in UTF-8"},
		{"no subject", func(r *Record) { r.Subject = "" }, "subject: want"},
		{"no answer", func(r *Record) { r.Answer = nil }, "answer: want the answer"},
		{"another answer", func(r *Record) { r.Answer, _ = answer(8) }, "answer: want the answer whose hash"},
		{"the same again", func(r *Record) { *r, _ = made(2); r.At += 5 }, "the same is kept as number 2"},
		{"a release of nothing", func(r *Record) { r.Action = Release }, "of: want the number"},
		{"a release of no block", func(r *Record) { r.Action, r.Of = Release, 1 }, `of "1": want the number of a decision to block`},
		{"of one that is not there", func(r *Record) { r.Of = 9 }, `of "9": want the number of an earlier decision`},
		{"of another address", func(r *Record) { r.Of = 2 }, `of "2": want the number of a decision about the same address`},
		{"an amount of nothing", func(r *Record) { r.Property = &Property{Amount: "5"} }, "asset: want"},
		{"an amount that is none", func(r *Record) { r.Property = &Property{Amount: "5.5", Asset: "x"} }, "amount"},
		{"a day that is none", func(r *Record) { r.Property = &Property{Effective: "today"} }, "effective"},
	} {
		r, text := made(3)
		c.change(&r)
		if strings.Contains(c.name, "the same") {
			_, text = answer(2)
		}
		var wrong *clew.InputError
		if _, err := l.Append(t.Context(), r, text); !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	sound(t, l, 2)
}

func TestASecondWriterIsRefused(t *testing.T) {
	dir := onDisk(t)
	held, err := dir.Lock()
	if err != nil {
		t.Fatal(err)
	}
	r, text := made(1)
	if _, err := Open(dir).Append(t.Context(), r, text); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("got %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	filled(t, dir, 1)
}

// A failure at any step leaves every decision that was acknowledged, once, and
// nothing by halves; what follows is added behind it.
func TestFailuresLeaveNothingByHalves(t *testing.T) {
	for step := 1; ; step++ {
		dir := vfs.NewMem()
		l := filled(t, dir, 2)
		dir.FailAt(step, errors.New("no space"))
		r, text := made(3)
		_, err := l.Append(t.Context(), r, text)
		kept := 2
		if err == nil {
			kept = 3
		}
		sound(t, l, kept)
		if err == nil {
			return // the failure came after the last step
		}
		if _, err := l.Append(t.Context(), r, text); err != nil {
			t.Fatalf("step %d: again: %v", step, err)
		}
		sound(t, l, 3)
	}
}

// A crash at any step loses no decision that was acknowledged, and what is left
// is whole: at most the one that was not acknowledged is there too. The first
// decision of all survives as the others do.
func TestCrashesLoseNothing(t *testing.T) {
	for _, before := range []int{0, 2} {
		for step := 1; ; step++ {
			dir := vfs.NewMem()
			l := filled(t, dir, before)
			dir.StopAt(step)
			r, text := made(3)
			_, err := l.Append(t.Context(), r, text)
			for variant := range 40 {
				crashed(t, dir, variant, before, err == nil, r, text)
			}
			if err == nil {
				break
			}
		}
	}
}

// crashed looks at what a crash left of so many decisions and one more.
func crashed(t *testing.T, dir *vfs.Mem, variant, before int, acknowledged bool, r Record, text []byte) {
	t.Helper()
	after := Open(dir.Crash(variant))
	p, err := after.Verify(t.Context(), "")
	if err != nil || len(p.Faults) > 0 || p.Records < before || p.Records > before+1 || acknowledged && p.Records == before {
		t.Fatalf("variant %d of %d, acknowledged %t: %+v, %v", variant, before, acknowledged, p, err)
	}
	if _, err = after.Append(t.Context(), r, text); (err == nil) != (p.Records == before) {
		t.Fatalf("variant %d: %d records, then %v", variant, p.Records, err)
	}
	sound(t, after, before+1)
}

// Whatever is changed in the file is found; of what is cut off at the end, only
// with a hash that was noted elsewhere.
func TestTamperingIsFound(t *testing.T) {
	dir := vfs.NewMem()
	l := filled(t, dir, 4)
	head := sound(t, l, 4).Head
	text, err := dir.ReadFile(fileName)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))[:4]
	with := func(order ...int) (out []byte) {
		for _, i := range order {
			out = append(out, lines[i]...)
		}
		return out
	}
	stub := []byte(`{"hash":"` + string(lines[1][9:73]) + `","number":2,"previous":"` + string(lines[0][9:73]) + "\"}\n")
	for _, c := range []struct {
		name string
		text []byte
		want string
	}{
		{"a word", bytes.Replace(text, []byte("looked"), []byte("hooked"), 1), "it was changed"},
		{"one taken out", with(0, 2, 3), "line 2: it is number 3, want 2"},
		{"two changed about", with(0, 2, 1, 3), "line 2: it is number 3"},
		{"one doubled", with(0, 1, 1, 2, 3), "line 3: it is number 2"},
		{"the first taken out", with(1, 2, 3), "line 1: it does not follow"},
		{"one taken out as if its time were over", append(append(append([]byte{}, lines[0]...), stub...), with(2, 3)...), "none says that its time was over"},
		{"the last cut off", with(0, 1, 2), "no record has the hash " + head},
	} {
		dir.Overwrite(fileName, c.text)
		p, err := l.Verify(t.Context(), head)
		if err != nil || !strings.Contains(strings.Join(p.Faults, "\n"), c.want) {
			t.Errorf("%s: got %+v, %v; want %q", c.name, p, err, c.want)
		}
	}
	dir.Overwrite(fileName, text)
	if p, err := l.Verify(t.Context(), head); err != nil || len(p.Faults) > 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	a, _ := answer(1)
	dir.Overwrite(fmt.Sprintf(answerName, a.SHA256), []byte("{}"))
	if p, _ := l.Verify(t.Context(), ""); !strings.Contains(strings.Join(p.Faults, ""), "line 1: the answer of decision 1 was changed") {
		t.Errorf("a changed answer: %+v", p)
	}
	if err := dir.Remove(fmt.Sprintf(answerName, a.SHA256)); err != nil {
		t.Fatal(err)
	}
	if p, _ := l.Verify(t.Context(), ""); !strings.Contains(strings.Join(p.Faults, ""), "not found") {
		t.Errorf("a missing answer: %+v", p)
	}
}

// What was blocked is kept until its release is old enough, with what belongs to
// it; of the others number and hash are left.
func TestExpiry(t *testing.T) {
	const years = 10
	dir := vfs.NewMem()
	l := Open(dir)
	add := func(n, at int, action Action, of int) {
		t.Helper()
		r, text := made(n)
		r.At, r.Action, r.Of = clew.Time(at*365*day), action, of
		if of > 0 {
			r.Subject = ""
		}
		if _, err := l.Append(t.Context(), r, text); err != nil {
			t.Fatal(err)
		}
	}
	add(1, 1, Hold, 0)     // 1
	add(2, 1, Block, 0)    // 2: never released
	add(3, 2, Block, 0)    // 3: released as 5
	add(4, 3, Escalate, 3) // 4: part of it
	add(5, 20, Release, 3) // 5
	add(1, 21, Report, 1)  // 6: on the same answer, of 1
	for _, c := range []struct {
		at   int
		want []int
	}{{10, nil}, {12, nil}, {29, nil}, {31, []int{3, 4, 5}}, {32, []int{1, 3, 4, 5, 6}}} {
		got, err := l.Due(t.Context(), clew.Time(c.at*365*day), years)
		if slices.Sort(got); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("after %d years: %v, %v; want %v", c.at, got, err, c.want)
		}
	}
	out, err := l.Expire(t.Context(), "MLRO", clew.Time(31*365*day), years)
	if err != nil || out.Record.Number != 7 || !slices.Equal(out.Record.Expired, []int{3, 4, 5}) {
		t.Fatalf("%+v, %v", out, err)
	}
	if p := sound(t, l, 7); p.Expired != 3 {
		t.Errorf("%+v", p)
	}
	text, _ := dir.ReadFile(fileName)
	if bytes.Contains(text, []byte("00003")) || !bytes.Contains(text, []byte("00002")) {
		t.Errorf("what is left:\n%s", text)
	}
	names, _ := dir.List()
	if got := len(slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, "answer-") })); got != 2 {
		t.Errorf("%d answers are left, want those of 1 and 2", got)
	}
	if _, err := l.Expire(t.Context(), "MLRO", clew.Time(31*365*day), years); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
	filledAfter, text2 := made(9)
	if _, err := l.Append(t.Context(), filledAfter, text2); err != nil {
		t.Fatal(err)
	}
	sound(t, l, 8)
}

// A crash while records are taken out leaves all of them, or none.
func TestExpiryCrashes(t *testing.T) {
	for step := 1; ; step++ {
		dir := vfs.NewMem()
		l := filled(t, dir, 3)
		dir.StopAt(step)
		_, err := l.Expire(t.Context(), "MLRO", 1_700_000_000+40*365*day, 10)
		if err == nil {
			return
		}
		for variant := range 40 {
			p, err := Open(dir.Crash(variant)).Verify(t.Context(), "")
			if err != nil || len(p.Faults) > 0 || p.Records == 3 && p.Expired != 0 || p.Records == 4 && p.Expired != 3 {
				t.Fatalf("step %d, variant %d: %+v, %v", step, variant, p, err)
			}
		}
	}
}

func TestCanonical(t *testing.T) {
	for text, want := range map[string]string{
		`{ "b": [1, 2.50, -0], "a": {"d": null, "c": "<é\u00e9\u2028>"} }`: `{"a":{"c":"<éé` + `\u2028` + `>","d":null},"b":[1,2.50,-0]}`,
		"[]": "[]", `"x"`: `"x"`, "123456789012345678901234567890": "123456789012345678901234567890",
	} {
		got, err := Canonical([]byte(text))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "{", `{"a":1,"a":2}`, "1 2", strings.Repeat("[", depthMax+2) + strings.Repeat("]", depthMax+2), `{"a"}`, "nul"} {
		if _, err := Canonical([]byte(text)); err == nil {
			t.Errorf("%.20s is taken", text)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"b":[1,2.5e3],"a":"\ud800<"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := Canonical(text)
		if err != nil {
			return
		}
		if twice, err := Canonical(once); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q becomes %q, then %q, %v", text, once, twice, err)
		}
	})
}

// FuzzLog reads any file: it ends, and what it calls sound is a chain.
func FuzzLog(f *testing.F) {
	dir := vfs.NewMem()
	filled(f, dir, 2)
	text, _ := dir.ReadFile(fileName)
	f.Add(text)
	f.Add([]byte("{\"hash\":\"\"}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := vfs.NewMem()
		dir.Overwrite(fileName, text)
		l := Open(dir)
		if p, err := l.Verify(t.Context(), ""); err != nil || p.Records < p.Expired {
			t.Fatalf("%+v, %v", p, err)
		}
		l.All(t.Context(), func(Kept) error { return nil })
		l.Due(t.Context(), 1<<40, 10)
	})
}
