package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rsc.io/pdf"

	"clew/config"
)

// A canary is a string that stands in one place alone, so that whatever holds it
// got it from there.
type canary string

const (
	victimAt    canary = "0x00000000000000000000000000000000000ca001" // in a theft's file, of which value was taken
	ownNote     canary = "canarynote"                                 // the keys note of that file
	ownPerson   canary = "canaryperson"                               // whom an authority names there
	privateSays canary = "canaryclaim"                                // label, actor, source and context of a pack that is not to be shared
	privatePack canary = "canarypack"                                 // what that pack is called
	caseVictim  canary = "canaryvictim"                               // who lost, in a case
	caseNote    canary = "canarythought"                              // a note in a case
	caseFile    canary = "canaryletter"                               // what a private file of a case holds
	reporter    canary = "canaryreporter"                             // who reported a theft
	environKey  canary = "canaryenvironkey"                           // an explorer's key in the environment
	fileKey     canary = "canaryfilekey"                              // a server's key in a file
)

// keys are told by nothing, to nobody; nor is who reported something.
var keys = []canary{environKey, fileKey, reporter}

// canaries are all of them.
var canaries = append([]canary{victimAt, ownNote, ownPerson, privateSays, privatePack, caseVictim, caseNote, caseFile}, keys...)

// canaryWorld is a home with a canary in every place.
type canaryWorld struct {
	t    *testing.T
	home string
}

func newCanaryWorld(t *testing.T) *canaryWorld {
	t.Helper()
	w := &canaryWorld{t, t.TempDir()}
	for _, dir := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(w.home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const thief, service = "0x00000000000000000000000000000000000ca002", "0x00000000000000000000000000000000000ca003"
	var rows strings.Builder
	rows.WriteString("chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n")
	for i, pair := range [][2]string{{string(victimAt), thief}, {thief, service}, {service, "0x28C6c06298d514Db089934071355E5743bf21d60"}} {
		fmt.Fprintf(&rows, "eip155:1,%d,0,native,0,2020-01-01T1%d:00:00Z,0x%064x,eip155:1/slip44:60,%s,%s,%d\n", 100+i, 2+i, 0xee01+i, pair[0], pair[1], 10-i)
	}
	w.file("ledger.csv", rows.String())
	w.file("theft.yaml", theftWith(""))
	for _, name := range []string{"report", "again", "third"} {
		w.file(name+".yaml", proposal(name))
	}
	w.file("private.yaml", fmt.Sprintf("title: %s\ncreator: %s\nis_public: false\ntags:\n- {address: '%s', currency: ETH, label: %s, actor: %[4]s, category: exchange, source: 'https://%[4]s.example/', context: %[4]s, lastmod: 2022-01-01}\n- {address: '%s', currency: ETH, label: %[4]s, category: user, source: %[4]s, lastmod: 2022-01-01}\n",
		privatePack, privatePack, service, privateSays, thief))
	w.file("blocked.txt", "evil.example # said to drain\n")
	w.file("letter.txt", string(caseFile))
	w.file("partner.json", bundleOf("a partner", tlpClear))
	w.file("partner.txt", "http://127.0.0.1:1/\nUser: partner\nPassword: "+string(fileKey)+"\n")
	for _, args := range []string{
		"import IN/ledger.csv", "trace incident:IN/theft.yaml --tags IN/private.yaml --bundle IN/trace.clew", "case open first --title A --question Where? --tlp red",
		"screen SERVICE --tags IN/private.yaml --json --out IN/answer.json", "case add first IN/trace.clew --says traced", "case incident first IN/theft.yaml", "case add first IN/letter.txt --says letter --private",
		"case victim first " + string(caseVictim) + " --asset eip155:1/slip44:60 --amount 1ETH --source form", "case find first --kind claim --text again --rests 2", "case note first " + string(caseNote), "case export first --to IN/first.case",
		"incidents take IN/report.yaml --reporter " + string(reporter) + " --contact " + string(reporter), "incidents review 1 --accept --reason sound --by EF",
		"incidents take IN/again.yaml --reporter " + string(reporter) + " --contact " + string(reporter),
	} {
		if r := w.run(args); r.code == 1 || r.code == 2 {
			t.Fatalf("%s: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	w.clear()
	return w
}

// theftWith is a theft's own file, with a line of its own below its first.
func theftWith(line string) string {
	return fmt.Sprintf(`schema: 1
%sid: canary-2020
title: A made-up theft
victims:
  - {name: A bridge, kind: bridge, source: s}
dates:
  occurred: {day: 2020-01-01, note: %[2]s, source: s}
losses:
  - {asset: ETH, amount: 0.00000000000000001, note: %[2]s, source: s}
chains:
  - {chain: ethereum, covers: a few transfers, source: s}
assets:
  - {id: ETH, asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, source: s}
roles:
  - {role: victim contract, did: was the victim's, by: somebody, note: %[2]s, source: s, addresses: [%[3]s]}
  - {role: first recipient, did: received it, by: somebody, note: %[2]s, source: s, addresses: [0x00000000000000000000000000000000000ca002]}
transfers:
  - asset: ETH
    basis: fact
    source: s
    rows:
      - {id: one, time: 2020-01-01T12:00:00Z, from: %[3]s, to: 0x00000000000000000000000000000000000ca002, amount: 0.00000000000000001, tx: 0x%064[4]x}
origins:
  - {id: first, name: what was taken, transfers: [one], source: s}
persons:
  - {name: %[5]s, act: charged, authority: A court, day: 2024-05-01, quote: is charged, source: s}
sources:
  - {id: s, title: A source, publisher: A court, kind: authority, note: on paper}
`, line, ownNote, victimAt, 0xee01, ownPerson)
}

// proposal is a report of such a theft, to be reviewed.
func proposal(name string) string {
	text := theftWith("status: proposed\ntrail:\n  - {day: 2020-05-02, act: proposed, by: a customer, text: a report}\n")
	return strings.NewReplacer("id: canary-2020", "id: canary-"+name+"-2020", "day: 2024-05-01", "day: 2020-05-01").Replace(text)
}

func (w *canaryWorld) file(name, text string) { write(w.t, filepath.Join(w.home, "in", name), text) }

// run runs a command in the world.
func (w *canaryWorld) run(args string) reply {
	w.t.Helper()
	var out, errs bytes.Buffer
	in := func(name string) string { return filepath.Join(w.home, name) }
	variables := map[string]string{"CLEW_LEDGER": in("ledger"), "XDG_CACHE_HOME": in("cache"), "CLEW_LISTS": in("lists"), "CLEW_DECISIONS": in("decisions"), "CLEW_CASES": in("cases"), "CLEW_INCIDENTS": in("incidents"), "CLEW_TAXII": in("taxii"), "CLEW_BY": "AB",
		"CLEW_EXPLORERS": "etherscan=env:CANARY_KEY", "CANARY_KEY": string(environKey)}
	args = strings.NewReplacer("IN/", in("in")+"/", "OUT/", in("out")+"/", "VICTIM", string(victimAt), "THIEF", "0x00000000000000000000000000000000000ca002", "SERVICE", "0x00000000000000000000000000000000000ca003").Replace(args)
	code := run(w.t.Context(), &system{
		Args: strings.Fields(args), Stdout: &out, Stderr: &errs, Now: at.UTC, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, Random: &letters{},
		Environment: config.Environment{OS: "linux", Getenv: func(name string) string { return variables[name] }},
	})
	return reply{code, out.String(), errs.String()}
}

// clear empties the folder of what was written.
func (w *canaryWorld) clear() {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, "out", "*"))
	for _, name := range files {
		if gone := os.Remove(name); gone != nil {
			err = gone
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// written returns what was written to files of such a name since they were
// cleared, as text.
func (w *canaryWorld) written(form string) string {
	w.t.Helper()
	var b strings.Builder
	files, err := filepath.Glob(filepath.Join(w.home, "out", form))
	for _, name := range files {
		data, failed := os.ReadFile(name)
		if failed != nil {
			err = failed
		}
		b.WriteString(textOf(w.t, data))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// textOf returns what a file says: of pages to print the text, of archives what is
// in them.
func textOf(t *testing.T, data []byte) string {
	t.Helper()
	switch {
	case bytes.HasPrefix(data, []byte("%PDF")):
		r, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for n := 1; n <= r.NumPage(); n++ {
			for _, x := range r.Page(n).Content().Text {
				b.WriteString(x.S)
			}
		}
		return strings.ReplaceAll(b.String(), " ", "")
	case bytes.HasPrefix(data, []byte("PK")):
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			inner, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(textOf(t, inner))
		}
		return b.String()
	}
	return string(data)
}

// wants reports every canary in text that may not be there.
func wants(t *testing.T, what, text string, tells []canary) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, c := range canaries {
		if at := strings.Index(lower, string(c)); at >= 0 && !slices.Contains(tells, c) {
			t.Errorf("%s tells %s: …%q…", what, c, text[max(0, at-150):min(len(text), at+80)])
		}
	}
}
