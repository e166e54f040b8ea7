package op

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clew"
	"clew/report"
)

// listsEnv keeps lists in memory.
func listsEnv(files fstest.MapFS) (*Env, fstest.MapFS) {
	env, kept := testEnv(files), fstest.MapFS{}
	env.Clock = resting{}
	env.Lists = Lists{Files: kept, Age: 30, Keep: func(name string, content []byte, replace bool) error {
		if kept[name] != nil && !replace {
			return errors.New("there already")
		}
		kept[name] = &fstest.MapFile{Data: content}
		return nil
	}}
	return env, kept
}

// resting is a clock that stands still, and wakes nobody.
type resting struct{}

func (resting) Now() time.Time                                   { return time.Unix(1_650_000_000, 0) }
func (resting) Sleep(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }

// sdn is OFAC's CSV of so many parties, each with an address.
func sdn(parties int) *fstest.MapFile {
	var b strings.Builder
	for i := 1; i <= parties; i++ {
		fmt.Fprintf(&b, "%d,\"PARTY %d\",-0-,\"DPRK3\",-0-,-0-,-0-,-0-,-0-,-0-,-0-,\"Digital Currency Address - ETH 0x%040x.\"\n", i, i, i)
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

// testEnv asks at 2022-04-15.
func TestListsAreKeptComparedAndRefused(t *testing.T) {
	files := fstest.MapFS{"a.csv": sdn(40), "b.csv": sdn(41), "few.csv": sdn(20), "c.csv": {Data: []byte("1,\"\"\n")}, "bad.xml": {Data: []byte("<sdnList><sdnEntry>")}}
	env, kept := listsEnv(files)
	for _, c := range []struct{ name, in, want string }{
		{"no day", `{"sources": ["a.csv,c.csv"]}`, "want the day of the list"},
		{"the first", `{"sources": ["a.csv,c.csv"], "dated": "2022-04-01"}`, ""},
		{"the same", `{"sources": ["a.csv,c.csv"], "dated": "2022-04-01"}`, ""},
		{"cut off", `{"sources": ["bad.xml"]}`, "bad.xml, line 1"},
		{"shrunken", `{"sources": ["few.csv,c.csv"], "dated": "2022-04-10"}`, "held to be broken"},
		{"older", `{"sources": ["b.csv,c.csv"], "dated": "2022-03-01"}`, "no older than the last one"},
		{"the next", `{"sources": ["b.csv,c.csv"], "dated": "2022-04-10"}`, ""},
		{"no such file", `{"sources": ["none.xml"]}`, "a file that can be read"},
		{"nothing configured", `{}`, "CLEW_LIST_SOURCES"},
	} {
		if _, err := runOn(t, env, "lists update", c.in); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if len(kept) != 2 {
		t.Fatalf("%d editions are kept, want 2", len(kept))
	}
	r, err := runOn(t, env, "lists diff", `{"list": "ofac-sdn"}`)
	if err != nil || len(r.(*report.ListsDiff).Lists[0].Changes) != 2 {
		t.Errorf("diff %+v, %v; want a party and its address", r, err)
	}
	r, err = runOn(t, env, "screen", `{"addresses": ["0x0000000000000000000000000000000000000029", "0x0000000000000000000000000000000000000001"], "on": "2022-04-05"}`)
	if err != nil {
		t.Fatal(err)
	}
	if s := r.(*report.Screening); s.Listed != 1 || s.Review != 1 || s.Gap != "" {
		t.Errorf("screened %+v", s)
	}
	r, err = runOn(t, env, "lists update", `{"sources": ["few.csv,c.csv"], "dated": "2022-04-12", "acceptShrunken": "half were delisted"}`)
	if err != nil || r.(*report.ListsUpdate).Lists[0].Parties != 20 {
		t.Errorf("a shrunken list with a reason: %v", err)
	}
}

// A fetched edition that is had again says that the list is known as of then.
func TestFetchedListsAreCheckedAgain(t *testing.T) {
	env, kept := listsEnv(nil)
	env.Published = func(_ context.Context, name string, _ int64) (Fetched, error) {
		data := sdn(3).Data
		if strings.HasSuffix(name, "comments") {
			data = []byte("1,\"\"\n")
		}
		return Fetched{Host: "lists.example", At: env.Now, Body: data}, nil
	}
	env.HostOf = func(string) (string, error) { return "lists.example", nil }
	env.Lists.Sources = []string{"http://lists.example/sdn?key=secret,@comments"}
	dry, err := runOn(t, env, "lists update", `{"dry": true}`)
	if err != nil || len(dry.(*report.Dry).Asks) != 2 || len(kept) != 0 {
		t.Fatalf("dry: %+v, %v, %d kept", dry, err, len(kept))
	}
	for range 2 {
		r, err := runOn(t, env, "lists update", `{}`)
		if err != nil {
			t.Fatal(err)
		}
		if source := r.(*report.ListsUpdate).Lists[0].Source; strings.Contains(source, "secret") {
			t.Errorf("a key is shown: %s", source)
		}
		env.Now += 40 * 24 * 3600
	}
	env.Now -= 40 * 24 * 3600
	r, err := runOn(t, env, "screen", `{"addresses": ["0x00000000000000000000000000000000000000ff"]}`)
	if err != nil || r.(*report.Screening).Nothing != 1 || len(kept) != 1 {
		t.Errorf("%+v, %v, %d kept; want nothing found, on a list that was had again today", r, err, len(kept))
	}
}

// No line of a file is passed over in silence.
func TestScreenFile(t *testing.T) {
	env, _ := listsEnv(fstest.MapFS{"a.txt": {Data: []byte("\ufeff0x098b716b8aaf21512996dc57eb0615e2383e2f96\r\n\nbad\n" + strings.Repeat("x", 100_000) + "\n 0x00000000000000000000000000000000000000ff")}})
	r, err := runOn(t, env, "screen", `{"file": "a.txt"}`)
	if err != nil {
		t.Fatal(err)
	}
	s := r.(*report.Screening)
	if s.Lines != 4 || s.Listed != 1 || s.Wrong != 2 || s.Unknown != 1 || s.Blank != 1 || s.Outcome() != report.Incomplete || len(s.Screened) != 3 || s.Screened[1].Line != 3 || s.Screened[2].Line != 4 {
		t.Errorf("screened %+v", s)
	}
	n := 0
	env.Screened = func(one *report.Screened) error { n++; return nil }
	env.Stdin = bufio.NewReader(strings.NewReader("bad\n0x098b716b8aaf21512996dc57eb0615e2383e2f96\n"))
	if r, err = runOn(t, env, "screen", `{"file": "-"}`); err != nil || n != 2 || len(r.(*report.Screening).Screened) != 0 {
		t.Errorf("%d lines passed on, %v", n, err)
	}
	for _, in := range []string{`{}`, `{"addresses": ["bad"]}`, `{"addresses": ["0x098b716b8aaf21512996dc57eb0615e2383e2f96"], "on": "2022-04-16"}`, `{"addresses": ["x"], "file": "a.txt"}`} {
		var input *clew.InputError
		if _, err := runOn(t, env, "screen", in); !errors.As(err, &input) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// What kept editions come to is had again from a state only if they are the very
// same bytes, read by the same program, and the state is whole.
func TestStateOfListsIsOnlyAShortcut(t *testing.T) {
	files := fstest.MapFS{"a.csv": sdn(40), "b.csv": sdn(41), "c.csv": {Data: []byte("1,\"\"\n")}}
	env, kept := listsEnv(files)
	env.Lists.Program = "one build"
	for _, in := range []string{`{"sources": ["a.csv,c.csv"], "dated": "2022-04-01"}`, `{"sources": ["b.csv,c.csv"], "dated": "2022-04-10"}`} {
		if _, err := runOn(t, env, "lists update", in); err != nil {
			t.Fatal(err)
		}
	}
	held := func() *keptList {
		t.Helper()
		lists, err := keptLists(t.Context(), env)
		if err != nil || lists["ofac-sdn"] == nil {
			t.Fatalf("%v, %v", lists, err)
		}
		return lists["ofac-sdn"]
	}
	plain := held()
	state := kept["ofac-sdn/state"]
	if state == nil {
		t.Fatal("no state is kept")
	}
	if again := held(); !reflect.DeepEqual(plain, again) {
		t.Errorf("from the state: %+v, want %+v", again, plain)
	}

	other := *plain.List
	other.Parties = slices.Clone(other.Parties)
	other.Parties[0].Name = "MARKED"
	h := plain.History
	h.List = &other
	var body bytes.Buffer
	if err := h.WriteState(&body); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body.Bytes())
	marked := append(append(bytes.Clone(state.Data[:sha256.Size]), sum[:]...), body.Bytes()...)
	edition := kept["ofac-sdn/000001.zip"]
	for _, c := range []struct {
		name    string
		program string
		state   []byte
		edition *fstest.MapFile
		used    bool
	}{
		{"whole", "one build", marked, edition, true},
		{"another program", "another build", marked, edition, false},
		{"damaged", "one build", append(bytes.Clone(marked[:len(marked)-1]), marked[len(marked)-1]^1), edition, false},
		{"cut off", "one build", marked[:70], edition, false},
		{"empty", "one build", nil, edition, false},
		{"no program", "", marked, edition, false},
	} {
		kept["ofac-sdn/state"], kept["ofac-sdn/000001.zip"], env.Lists.Program = &fstest.MapFile{Data: c.state}, c.edition, c.program
		if used := held().List.Parties[0].Name == "MARKED"; used != c.used {
			t.Errorf("%s: used %t, want %t", c.name, used, c.used)
		}
	}
	env.Lists.Program = "one build"
	kept["ofac-sdn/state"] = &fstest.MapFile{Data: marked}
	delete(kept, "ofac-sdn/000002.zip")
	if held().List.Parties[0].Name == "MARKED" {
		t.Error("a state of other editions is used")
	}
}
