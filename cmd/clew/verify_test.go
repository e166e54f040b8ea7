package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/casebook/bundle"
)

// bundled writes a bundle of an answer over what is in home, and returns its name.
func bundled(t *testing.T, home string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "answer.clew")
	if r := clewIn(t.Context(), home, append(args, "--bundle", file)...); r.code != 0 || !strings.HasSuffix(r.stdout+r.stderr, "\n") {
		t.Fatalf("%v: exit %d, %s", args, r.code, r.stderr)
	}
	return file
}

// changed makes a bundle anew in which one file was changed, as somebody does who
// knows the format.
func changed(t *testing.T, file, name, old, new string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	files := bundle.Contents{}
	for n, text := range b.Files {
		files[n] = text
	}
	if files[name] = bytes.Replace(files[name], []byte(old), []byte(new), 1); bytes.Equal(files[name], b.Files[name]) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if data, err = bundle.Write(files); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "changed.clew")
	if err := os.WriteFile(out, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestVerify changes what a bundle says, each time as whoever knows the format
// would, and wants it noticed.
func TestVerify(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	keepRonin(t, home)
	const thief = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
	held := bundled(t, home, "trace", thief, "--asset", "native", "--hops", "3")
	stated := bundled(t, home, "trace", "incident:ronin-2022")
	listed := bundled(t, home, "screen", thief)
	claimed := bundled(t, home, "tags", "0xa160cdab225685da1d56aa342ad8841c3b53f291")
	folder := bundle.FolderOf("eip155:1")
	for _, c := range []struct {
		name, file string
		code       int
		want       string
	}{
		{"as it was", held, 0, "Consistent: every file has the hash"},
		{"nothing on chain", held, 0, "On chain: shown for 0 of"},
		{"an amount in the answer", changed(t, stated, bundle.AnswerName, `"amount":"`, `"amount":"1`), 2, "From what it holds this program derives another answer, with 1 difference"},
		{"a transfer", changed(t, held, folder+"transfers.jsonl", `"rounded":true`, `"rounded":false`), 2, "Not consistent"},
		{"a transfer that does not balance", changed(t, held, folder+"transfers.jsonl", `"amount":"`, `"amount":"9`), 2, "Damaged: bundle: " + folder + "transfers.jsonl"},
		{"an answer of the ledger taken out", changed(t, held, folder+"asked.jsonl", `{"ask":"rows",`, `{"ask":"tile",`), 4, "the bundle holds no answer of the ledger of ethereum to: rows of 0x"},
		{"a listing", changed(t, listed, "lists.json", `"name": "Lazarus Group"`, `"name": "SOMEBODY"`), 2, "Not consistent"},
		{"an address that was not asked about", changed(t, listed, bundle.QuestionName, thief, "0x00000000000000000000000000000000000000a1"), 4, "no answer of the official lists to: eip155:1:0x"},
		{"claims that were not asked about", changed(t, claimed, "tags.json", `"asked":`, `"other":`), 4, "no answer of the claims to: eip155:1:0x"},
		{"a claim", changed(t, claimed, "tags.json", `"label": "`, `"label": "x`), 2, "Not consistent"},
		{"another operation", changed(t, stated, bundle.QuestionName, `"operation": "trace"`, `"operation": "follow"`), 2, "is no question that a bundle answers"},
		{"no operation", changed(t, stated, bundle.QuestionName, `"operation": "trace"`, `"operation": "steal"`), 2, "an operation that this program does not have"},
		{"asking explorers", changed(t, stated, bundle.QuestionName, `"explorer": null`, `"explorer": ["etherscan=@/etc/passwd"]`), 2, "fetches nothing"},
		{"the incident's file", changed(t, stated, "incidents/ronin-2022.yaml", "schema: 1", "schema: 9"), 4, "Not derived"},
		{"another version", changed(t, stated, bundle.QuestionName, `"product": "clew`, `"product": "clew v0.0.1`), 0, "It was made by clew v0.0.1"},
		{"no bundle", "testdata/case.csv", 2, "Damaged: bundle: it is no whole ZIP archive"},
		{"no file", "testdata/nosuch", 2, "a file that can be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := clewIn(t.Context(), t.TempDir(), "verify", c.file)
			said := strings.Join(strings.Fields(r.stdout+r.stderr), " ")
			if r.code != c.code || !strings.Contains(strings.ToLower(said), strings.ToLower(c.want)) {
				t.Errorf("exit %d, want %d and %q: %s", r.code, c.code, c.want, said)
			}
		})
	}
}

// TestBundlesAreRefused: what cannot be bundled is said before it runs, and no file
// is left.
func TestBundlesAreRefused(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	file := filepath.Join(home, "answer.clew")
	for _, c := range []struct{ line, want string }{
		{"chains", "not that of clew chains"},
		{"trace incident:ronin-2022 --explorer etherscan=@key", "fetches nothing"},
		{"trace incident:nosuch", "one of ronin-2022"},
		{"trace 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "a ledger of ethereum"},
		{"help trace", "a command that answers with data"},
	} {
		r := clewIn(t.Context(), home, append(strings.Fields(c.line), "--bundle", file)...)
		if r.code == 0 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%s: exit %d: %s%s", c.line, r.code, r.stdout, r.stderr)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: a bundle was written", c.line)
		}
	}
}

// TestSealedBundles: what is of a sealed case alone is in no other bundle, and a
// bundle with it bears its marking.
func TestSealedBundles(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	keepTwoOwners(t, home)
	who, records := "bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrr6y69s9", "../../incident/testdata/records-synthetic.yaml"
	file := bundled(t, home, "trace", who, "--records", records, "--sealed")
	if r := clewIn(t.Context(), home, "verify", file); r.code != 0 || !strings.Contains(r.stdout, "TLP:RED") {
		t.Errorf("records: exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	text, err := os.ReadFile(records)
	if err != nil {
		t.Fatal(err)
	}
	asking := filepath.Join(home, "asking.yaml")
	text = append(text, []byte("freezes:\n  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze refused, at: 2026-01-05, of: A venue, by: A venue, exhibit: 12, document: letter, note: hush-hush}\n")...)
	if err := os.WriteFile(asking, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r := clewIn(t.Context(), home, "trace", who, "--records", asking, "--bundle", filepath.Join(home, "open.clew"))
	if r.code != 2 || !strings.Contains(r.stderr, "a sealed case (--sealed)") {
		t.Errorf("freezes in no sealed case: exit %d: %s", r.code, r.stderr)
	}
	bundled(t, home, "trace", who, "--records", asking, "--sealed")
}

// TestBundlesTellWhatTheyHoldWhole: who makes a bundle of a file of their own is told
// that all of it is in there, in one line beside the answer.
func TestBundlesTellWhatTheyHoldWhole(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	text, err := os.ReadFile("../../incident/builtin/ronin-2022.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own, file := filepath.Join(home, "my\x1b[31mtheft.yaml"), filepath.Join(home, "answer.clew")
	if err := os.WriteFile(own, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args         []string
		whole, tells bool
	}{
		{[]string{"trace", "incident:" + own}, true, true}, {[]string{"incidents", "show", own, "--json"}, true, true}, {[]string{"attribute", "profile", own, "--csv"}, true, true},
		{[]string{"trace", "incident:" + own, "-q"}, true, false}, {[]string{"trace", "incident:ronin-2022"}, false, false},
		{[]string{"tags", "0xa160cdab225685da1d56aa342ad8841c3b53f291", "--tags", "testdata/mine.yaml"}, false, false}, // of a pack the claims that were asked for
	} {
		r := clewIn(t.Context(), home, append(c.args, "--bundle", file)...)
		said := strings.Contains(r.stderr, "theft.yaml") && strings.Contains(r.stderr, "notes")
		if r.code != 0 || said != c.tells || strings.Count(r.stderr, "clew: note: ") > 1 || strings.Contains(r.stderr, "\x1b") {
			t.Errorf("%q: exit %d: %q", c.args, r.code, r.stderr)
		}
		b, err := os.ReadFile(file)
		if err != nil || bytes.Contains(b, []byte(`theft.yaml"`)) != c.whole {
			t.Errorf("%q: the bundle holds the file: want %v, %v", c.args, c.whole, err)
		}
	}
}
