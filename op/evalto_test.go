package op

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clew"
)

// TestGoldenFilesThatCannotBe: a golden file without a folder is refused before
// anything is measured for it, and of one that could not be written no answer says
// that it holds anything.
func TestGoldenFilesThatCannotBe(t *testing.T) {
	said := 0
	env := testEnv(fstest.MapFS{"file": {}})
	env.Progress = func(Progress) { said++ }
	var bad *clew.InputError
	for _, o := range All() {
		if !strings.HasPrefix(o.Name, "eval ") {
			continue
		}
		for _, to := range []string{"nowhere/x.csv", "file/x.csv"} {
			if _, err := runOn(t, env, o.Name, `{"to": "`+to+`"}`); !errors.As(err, &bad) || bad.Field != "to" || bad.Value != to || said != 0 {
				t.Fatalf("%s --to %s: %v, after being told %d times", o.Name, to, err, said)
			}
		}
	}
	env.Replace = func(string, []byte) error { return &fs.PathError{Op: "writing", Path: "x.csv", Err: fs.ErrPermission} }
	r, err := runOn(t, env, "eval peelchain", `{"to": "x.csv", "transfers": 2000}`)
	if !errors.As(err, &bad) || bad.Value != "x.csv" || r == nil {
		t.Fatalf("%v, %v", r, err)
	}
	if text := everything(t, r); strings.Contains(text, "x.csv") {
		t.Error("the answer tells of a file that was not written")
	}
}

// TestFlowsThatStartNowhere wants a sentence from every command that is given a
// theft whose sources send nothing in it.
func TestFlowsThatStartNowhere(t *testing.T) {
	theft := "chain,tx,time,from,to,asset,amount\n" +
		"ethereum,0x" + strings.Repeat("11", 32) + "," + time.Unix(1_600_000_000, 0).UTC().Format(time.RFC3339) + ",0x" + strings.Repeat("aa", 20) + ",0x" + strings.Repeat("bb", 20) + ",native,5\n"
	for _, c := range []struct{ command, input string }{{"eval rank", `"transfers": 2000`}, {"eval flow", `"transfers": 10000`}, {"eval all", `"section": ["flow"]`}} {
		env := testEnv(fstest.MapFS{"theft.csv": {Data: []byte(theft)}, "sources.txt": {Data: []byte("0x" + strings.Repeat("cc", 20) + "\n")}})
		var bad *clew.InputError
		if _, err := runOn(t, env, c.command, `{"flows": ["theft.csv"], "sources": "sources.txt", `+c.input+`}`); !errors.As(err, &bad) || bad.Field != "sources" {
			t.Errorf("%s: %v", c.command, err)
		}
	}
	if _, err := runOn(t, testEnv(fstest.MapFS{}), "eval all", `{"section": ["flow"], "transfers": -5}`); err == nil {
		t.Error("fewer transfers than none are taken")
	}
}

// TestDefaultsMeasureWhatIsReported: a command without flags measures what
// docs/ACCURACY.md has of it, figure by figure.
func TestDefaultsMeasureWhatIsReported(t *testing.T) {
	for command, file := range map[string]string{"eval coinjoin": "coinjoin.csv", "eval peelchain": "peels.csv", "eval swap": "swaps.csv", "eval theft": "thefts.csv", "eval typology": "typologies.csv"} {
		want, err := os.ReadFile("../eval/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		env := testEnv(fstest.MapFS{})
		env.Replace = func(_ string, data []byte) error { got = data; return nil }
		if _, err := runOn(t, env, command, `{"to": "x.csv"}`); err != nil {
			t.Fatal(command, err)
		}
		if string(got) != string(want) {
			t.Errorf("%s: not as in %s", command, file)
		}
	}
}
