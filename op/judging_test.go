package op

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/decision"
	"clew/ledger/vfs"
	"clew/report"
	"clew/screen"
)

const (
	dealt = "0x00000000000000000000000000000000000000a1" // was paid by the address of a private pack
	donor = "0x00000000000000000000000000000000000000b2"
)

// dealtEnv holds a ledger from its first block on, in which donor paid dealt,
// a whole list, and two packs that say the same of donor, of which one is
// private.
func dealtEnv(t *testing.T) *Env {
	t.Helper()
	pack := "title: %s\ncreator: c\nis_public: %t\nsource: s\nconfidence: service_data\nlastmod: 2022-01-01\ncurrency: ETH\ntags:\n  - {address: '" + donor + "', label: secret word, concepts: [ransomware]}\n"
	row := "eip155:1,%d,0,%s,0,2022-03-0%dT00:00:00Z,0x%064x,eip155:1/slip44:60,%s,%s,%d\n"
	files := fstest.MapFS{
		"private.yaml": {Data: []byte(fmt.Sprintf(pack, "private", false))},
		"public.yaml":  {Data: []byte(fmt.Sprintf(pack, "public", true))},
		"named.yaml":   {Data: []byte(strings.Replace(fmt.Sprintf(pack, "named", true), "concepts: [ransomware]", "actor: somegang", 1))},
		"gang.yaml":    {Data: []byte("title: gang\nis_public: false\nsource: s\nactors:\n  - {id: somegang, label: secret word, parent: dprk}\n")},
		"line.json":    {Data: []byte(`{"line":1,"given":"x","verdict":"review","rules":[{"rule":"a"}]}`)},
		"broken.yaml":  {Data: []byte("title: t\ntags:\n  - {label: x}\n")},
		"a.csv":        sdn(40), "c.csv": {Data: []byte("1,\"\"\n")},
		"lines.txt": {Data: []byte(strings.Repeat(dealt+"\n"+donor+"\n", 3))},
		"t.csv": {Data: []byte("chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n" +
			fmt.Sprintf(row, 0, "block", 1, 1, "", donor, 1000) + fmt.Sprintf(row, 1, "native", 2, 2, donor, dealt, 10))},
	}
	env, _ := listsEnv(files)
	for name, in := range map[string]string{"import": `{"files": ["t.csv"]}`, "lists update": `{"sources": ["a.csv,c.csv"], "dated": "2022-04-01"}`} {
		if _, err := runOn(t, env, name, in); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return env
}

func screened(t *testing.T, env *Env, in string) *report.Screening {
	t.Helper()
	r, err := runOn(t, env, "screen", in)
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	return r.(*report.Screening)
}

// An answer for others neither shows a private pack nor rests on it.
func TestPrivatePacksStayOutOfSharedAnswers(t *testing.T) {
	env := dealtEnv(t)
	for _, c := range []struct {
		pack   string
		shared bool
		fires  bool
	}{{"private.yaml", false, true}, {"private.yaml", true, false}, {"public.yaml", true, true}} {
		s := screened(t, env, fmt.Sprintf(`{"addresses": [%q, %q], "tags": [%q], "shared": %t}`, dealt, donor, c.pack, c.shared))
		var all bytes.Buffer
		for _, form := range []report.Form{report.Text, report.JSON, report.CSV, report.HTML} {
			if err := report.Write(&all, s, form, report.Style{Wide: true}, ""); err != nil {
				t.Fatal(err)
			}
		}
		shows := strings.Contains(all.String(), "secret word") || strings.Contains(all.String(), "met-crime")
		if fired := len(s.Screened[0].Fired) > 0 && len(s.Screened[1].Fired) > 0; fired != c.fires || shows != c.fires {
			t.Errorf("%s, shared %t: fired %t, shown %t; want %t", c.pack, c.shared, fired, shows, c.fires)
		}
	}
	if _, err := runOn(t, env, "screen", fmt.Sprintf(`{"addresses": [%q], "tags": ["broken.yaml"], "shared": true}`, dealt)); err == nil || !strings.Contains(err.Error(), "broken.yaml:3") {
		t.Errorf("a pack with an issue: %v", err)
	}
}

// However many others it dealt with, a finding names the transactions that it
// rests on.
func TestFindingsNameTheirTransactions(t *testing.T) {
	env := dealtEnv(t)
	pack := "title: t\nsource: s\nconfidence: service_data\nlastmod: 2022-01-01\ncurrency: ETH\nconcepts: [exchange]\nlabel: x\ntags:\n"
	rows := "chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n"
	row := func(n int, from string, amount int) {
		rows += fmt.Sprintf("eip155:1,10,%d,native,0,2022-03-03T00:00:00Z,0x%064x,eip155:1/slip44:60,%s,%s,%d\n", n, 100+n, from, dealt, amount)
	}
	for n := range 150 {
		from := fmt.Sprintf("0x%040x", 0xe0000+n)
		pack += "  - {address: '" + from + "'}\n"
		row(n, from, 1000)
	}
	row(200, "0x098b716b8aaf21512996dc57eb0615e2383e2f96", 1)
	files := env.Files.(fstest.MapFS)
	files["many.csv"], files["exchanges.yaml"] = &fstest.MapFile{Data: []byte(rows)}, &fstest.MapFile{Data: []byte(pack)}
	if _, err := runOn(t, env, "import", `{"files": ["many.csv"]}`); err != nil {
		t.Fatal(err)
	}
	fired := screened(t, env, fmt.Sprintf(`{"addresses": [%q], "tags": ["exchanges.yaml"]}`, dealt)).Screened[0].Fired
	if len(fired) == 0 {
		t.Fatal("nothing fired")
	}
	for _, f := range fired {
		for _, r := range f.Rows {
			for _, met := range r.Transfers {
				if met.Tx.IsZero() {
					t.Errorf("%s: no transaction at %v", f.Rule, met.Pos)
				}
			}
		}
	}
}

// A batch of payments by a token that is known is no spam: whom its payer met
// is found behind it.
func TestBatchesOfKnownTokensAreLookedBehind(t *testing.T) {
	env := dealtEnv(t)
	usdt, between := "eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec7", "0x00000000000000000000000000000000000000c3"
	rows := "chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n"
	row := func(n int, from, to string, ordinal int) {
		rows += fmt.Sprintf("eip155:1,%d,0,log,%d,2022-05-03T00:00:00Z,0x%064x,%s,%s,%s,1000000\n", 10+n, ordinal, 10+n, usdt, from, to)
	}
	for n := range 12 {
		row(n, "0x098b716b8aaf21512996dc57eb0615e2383e2f96", between, 0)
	}
	for n := range 12 {
		row(12, between, fmt.Sprintf("0x%040x", 0xc00+n), n)
	}
	env.Files.(fstest.MapFS)["batch.csv"] = &fstest.MapFile{Data: []byte(rows)}
	if _, err := runOn(t, env, "import", `{"files": ["batch.csv"], "whole": "0-22"}`); err != nil {
		t.Fatal(err)
	}
	fired := screened(t, env, `{"addresses": ["0x0000000000000000000000000000000000000c01"], "exposure": true}`).Screened[0].Fired
	if len(fired) == 0 || fired[0].Rule != "near-listed" {
		t.Errorf("fired %+v", fired)
	}
}

// What a private pack says of actors does not make a rule fire for others.
func TestPrivateActorsStayOutOfSharedAnswers(t *testing.T) {
	env := dealtEnv(t)
	for _, shared := range []bool{false, true} {
		s := screened(t, env, fmt.Sprintf(`{"addresses": [%q], "tags": ["named.yaml", "gang.yaml"], "shared": %t}`, dealt, shared))
		if fired := len(s.Screened[0].Fired) > 0; fired == shared {
			t.Errorf("shared %t: fired %t", shared, fired)
		}
	}
}

// What may say that it is private is not written out.
func TestExportLeavesOutWhatMayBePrivate(t *testing.T) {
	tags := "tags:\n- {address: '" + donor + "', label: secret word, source: s, currency: ETH}\n"
	for name, text := range map[string]string{
		"says so":            "title: t\nis_public: false\n" + tags,
		"says it wrongly":    "title: t\nispublic: false\n" + tags,
		"broken header":      "title: t\nis_public: 'false\n" + tags,
		"says it at the end": "title: t\n" + tags + "is_public: false\n",
		"actors":             "title: t\nis_public: false\nactors:\n- {id: a, label: secret word, source: s}\n",
		"actors, wrongly":    "title: t\nis_pulbic: false\nactors:\n- {id: a, label: secret word, source: s}\n",
	} {
		for _, operation := range []string{"tags export", "tags import"} {
			env := testEnv(fstest.MapFS{"p.yaml": {Data: []byte(text)}})
			var written []byte
			env.Replace = func(_ string, data []byte) error { written = data; return nil }
			if _, err := runOn(t, env, operation, `{"files": ["p.yaml"], "to": "out.yaml"}`); err != nil {
				t.Fatalf("%s, %s: %v", operation, name, err)
			}
			secret, private := bytes.Contains(written, []byte("secret word")), bytes.Contains(written, []byte("is_public: false"))
			if written == nil || secret && !private {
				t.Errorf("%s, %s: wrote %s", operation, name, written)
			}
		}
	}
}

// Wherever a file is interrupted, going on where the answer says gives every
// line once.
func TestLinesAreNeverDoubled(t *testing.T) {
	env := dealtEnv(t)
	for stop := 1; stop <= 6; stop++ {
		var lines []int
		ctx, cancel := context.WithCancel(t.Context())
		env.Screened = func(one *report.Screened) error {
			if lines = append(lines, one.Line); len(lines) == stop {
				cancel()
			}
			return nil
		}
		o, err := Named("screen")
		if err != nil {
			t.Fatal(err)
		}
		r, err := o.RunJSON(ctx, env, []byte(`{"file": "lines.txt", "exposure": true}`))
		if err != nil {
			t.Fatal(err)
		}
		s := r.(*report.Screening)
		if !s.Interrupted || s.Next != stop+1 || s.Outcome() != report.Incomplete {
			t.Fatalf("stopped after %d: %+v", stop, s)
		}
		screened(t, env, fmt.Sprintf(`{"file": "lines.txt", "exposure": true, "fromLine": %d}`, s.Next))
		if fmt.Sprint(lines) != "[1 2 3 4 5 6]" {
			t.Errorf("stopped after %d: %v", stop, lines)
		}
	}
}

// cancelling ends the asking as soon as a ledger is opened.
type cancelling struct {
	Ledgers
	cancel func()
}

func (c cancelling) Open(ctx context.Context, chain clew.Chain, access Access) (Keeper, error) {
	c.cancel()
	return c.Ledgers.Open(context.WithoutCancel(ctx), chain, access)
}

// Of an address that was under way when the asking ended, nothing is said.
func TestHalfAnswersAreNotGiven(t *testing.T) {
	env := dealtEnv(t)
	ctx, cancel := context.WithCancel(t.Context())
	env.Ledgers = cancelling{env.Ledgers, cancel}
	env.Screened = func(one *report.Screened) error {
		t.Errorf("line %d is answered: %s", one.Line, one.Verdict)
		return nil
	}
	o, err := Named("screen")
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.RunJSON(ctx, env, []byte(`{"file": "lines.txt", "exposure": true, "fromLine": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	if s := r.(*report.Screening); !s.Interrupted || s.Next != 2 || s.Lines != 0 {
		t.Errorf("%+v", s)
	}
}

// What was not looked into is unknown, and never nothing found.
func TestWhatIsNotHeldIsUnknown(t *testing.T) {
	env := dealtEnv(t)
	other := "bip122:000000000019d6689c085ae165831e93:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
	s := screened(t, env, fmt.Sprintf(`{"addresses": [%q, %q], "exposure": true}`, dealt, other))
	for i, want := range []string{"selection", "no ledger of bitcoin"} {
		if one := s.Screened[i]; one.Verdict != screen.Unknown || !strings.Contains(strings.Join(one.Gaps, "; "), want) {
			t.Errorf("%s: %s, %q", one.Given, one.Verdict, one.Gaps)
		}
	}
	if s := screened(t, env, fmt.Sprintf(`{"addresses": [%q]}`, dealt)); s.Nothing != 1 || s.Rules != nil {
		t.Errorf("lists alone: %+v", s)
	}
}

// Of an earlier day, dealings after it are left out.
func TestDealingsUpToTheDay(t *testing.T) {
	env := dealtEnv(t)
	for day, want := range map[string]int{"2022-03-01": 0, "2022-03-02": 1} {
		s := screened(t, env, fmt.Sprintf(`{"addresses": [%q], "tags": ["private.yaml"], "on": %q}`, dealt, day))
		if got := len(s.Screened[0].Fired); got != want {
			t.Errorf("%s: %d findings, want %d", day, got, want)
		}
	}
}

// A rule on the DPRK meets a claim of a part of it, through the actor tree.
func TestRulesReadTheActorTree(t *testing.T) {
	env := dealtEnv(t)
	env.Files.(fstest.MapFS)["dprk.yaml"] = &fstest.MapFile{Data: []byte("title: t\ncreator: c\nsource: s\nconfidence: service_data\nlastmod: 2022-01-01\ncurrency: ETH\ntags:\n  - {address: '" + donor + "', label: l, actor: andariel}\n")}
	s := screened(t, env, fmt.Sprintf(`{"addresses": [%q], "tags": ["dprk.yaml"]}`, dealt))
	if one := s.Screened[0]; one.Verdict != screen.Review || len(one.Fired) != 1 || one.Fired[0].Rule != "met-dprk" || len(one.Fired[0].Rows) != 1 || len(one.Fired[0].Rows[0].Transfers) != 1 || one.AsOf == nil {
		t.Errorf("%+v", one)
	}
}

// decided answers, and returns the text that a person would decide on.
func decided(t *testing.T, env *Env, lines bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if !lines {
		s := screened(t, env, fmt.Sprintf(`{"addresses": [%q, %q], "tags": ["private.yaml"]}`, dealt, donor))
		if err := report.Write(&b, s, report.JSON, report.Style{}, ""); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	w := report.NewScreenWriter(&b, report.JSON)
	env.Screened = w.Write
	s := screened(t, env, `{"file": "lines.txt", "tags": ["private.yaml"]}`)
	env.Screened = nil
	if err := w.End(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A decision is kept on the answer that it rests on, whether that is one
// document or a line of many, with what reports of it need.
func TestDecisionsRestOnAnswers(t *testing.T) {
	env := dealtEnv(t)
	dir := vfs.NewMem()
	env.Decisions = Decisions{Years: 10, Name: "d", Log: func(bool) (*decision.Log, error) { return decision.Open(dir), nil }}
	for i, lines := range []bool{false, true} {
		env.Files.(fstest.MapFS)["answer.json"] = &fstest.MapFile{Data: decided(t, env, lines)}
		in := fmt.Sprintf(`{"answer": "answer.json", "address": %q, "action": "report", "by": "MLRO", "reason": "r", "worth": "12.50", "basis": "that day's close"}`, dealt)
		r, err := runOn(t, env, "decisions record", in)
		if err != nil {
			t.Fatalf("lines %t: %v", lines, err)
		}
		rec := r.(*report.DecisionKept).Record
		if rec.Number != i+1 || rec.Subject != "eip155:1:0x00000000000000000000000000000000000000A1" || rec.Answer.Verdict != "review" || len(rec.Answer.Findings) != 1 || rec.Answer.AsOf != "block 1" || len(rec.Answer.Lists) == 0 || rec.Answer.Rules == "" {
			t.Errorf("lines %t: %+v, %+v", lines, rec, rec.Answer)
		}
		f := rec.Answer.Findings[0]
		if len(f.Met) != 1 || len(f.Met[0].Claims) != 1 || len(f.Transfers) != 1 || !strings.HasSuffix(strings.ToLower(f.Transfers[0].From), donor[2:]) || !strings.HasSuffix(strings.ToLower(f.Transfers[0].To), dealt[2:]) {
			t.Errorf("lines %t: %+v", lines, f)
		}
		values := map[string]string{}
		for _, field := range rec.Fields(decision.SAR) {
			values[field.Name] = field.Value
		}
		if values["TotalSuspiciousAmountText"] != "12.50" || !strings.HasPrefix(values["SuspiciousActivityFromDateText"], "2022-03-02") || !strings.Contains(values["Transaction details: hash, originator, recipient"], " from eip155:1:") {
			t.Errorf("lines %t: %v", lines, values)
		}
	}
	r, err := runOn(t, env, "decisions verify", `{}`)
	if err != nil || r.(*report.DecisionsProof).Records != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	for in, want := range map[string]string{
		`{"answer": "answer.json", "action": "hold", "by": "x", "reason": "r"}`:                            "which of the addresses",
		`{"answer": "line.json", "action": "hold", "by": "x", "reason": "r"}`:                              "with the sum at their end",
		`{"answer": "t.csv", "action": "hold", "by": "x", "reason": "r"}`:                                  "answer of clew screen --json",
		`{"answer": "none.json", "action": "hold", "by": "x", "reason": "r"}`:                              "a file that can be read",
		`{"answer": "answer.json", "address": "0x01", "action": "hold", "by": "x", "reason": "r"}`:         "",
		`{"action": "hold", "by": "x", "reason": "r"}`:                                                     "",
		`{"answer": "answer.json", "by": "x", "reason": "r"}`:                                              "action: want one of proceed",
		`{"answer": "answer.json", "address": "` + donor + `", "action": "hold", "by": "", "reason": "r"}`: "by: want",
		`{"answer": "-", "action": "hold", "by": "x", "reason": "r"}`:                                      "nothing is piped in",
	} {
		if _, err := runOn(t, env, "decisions record", in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

// FuzzAnswerOf reads anything as an answer: it ends, and what it takes is
// recognised by its hash.
func FuzzAnswerOf(f *testing.F) {
	f.Add([]byte(`{"day":"2022-04-15","screened":[{"given":"x","verdict":"review","rules":[{"rule":"a","version":"1","rows":[{"address":"y","transfers":[{"tx":"t"}]}]}]}]}`), "x")
	f.Add([]byte("{\"given\":\"x\",\"verdict\":\"listed\"}\n{\"sum\":{\"day\":\"d\"}}\n"), "x")
	f.Fuzz(func(t *testing.T, text []byte, address string) {
		a, subject, canonical, err := answerOf(text, address)
		if err != nil {
			return
		}
		if a.SHA256 != decision.Hash(canonical) || a.Verdict == "" || !json.Valid(canonical) {
			t.Fatalf("%+v of %q, %q", a, subject, canonical)
		}
	})
}
