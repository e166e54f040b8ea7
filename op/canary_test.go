package op

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/incident"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/report"
)

// Canaries are strings that stand in one place alone, so that an answer which
// holds one got it from there.
const (
	canaryLabel  = "canarylabel"
	canaryActor  = "canaryactor"
	canarySource = "canarysource"
	canaryWords  = "canarycontext"
	canaryPack   = "canarypack"
)

// privateClaims are those of a pack that is not to be shared.
var privateClaims = []string{canaryLabel, canaryActor, canarySource, canaryWords, canaryPack}

// privatePack says that some addresses are a service's, and is not to be shared.
func privatePack(addresses ...string) string {
	text := "title: " + canaryPack + " title\ncreator: " + canaryPack + " creator\ndescription: " + canaryPack + " description\nis_public: false\ntags:\n"
	for i, a := range addresses {
		concept := "exchange"
		if i > 0 {
			concept = "user"
		}
		text += fmt.Sprintf("- {address: '%s', currency: ETH, label: '%s %d', actor: %s%d, category: %s, source: 'https://%s.example/', context: '%s', lastmod: 2022-01-01}\n", a, canaryLabel, i, canaryActor, i, concept, canarySource, canaryWords)
	}
	return text
}

// recordedVictim returns an address from which value was taken, as the record of
// thefts says.
func recordedVictim(t testing.TB) clew.Address {
	t.Helper()
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		for _, set := range i.RoleSets {
			for _, a := range set.Addresses {
				if set.Role == incident.VictimContract && a.Chain() == clew.Ethereum {
					return a
				}
			}
		}
	}
	t.Fatal("the record has no victim's address")
	return clew.Address{}
}

// canaryEnv is over a ledger on which a recorded victim's 1000 go to V, V's 900 to
// T, and 500 of that to an exchange; of T a private pack says that it is one too.
func canaryEnv(t *testing.T) (env *Env, victim clew.Address) {
	t.Helper()
	victim = recordedVictim(t)
	transfers := told(t, clew.Ethereum, "1 "+victim.Text()+" V 1000", "2 V T 900", "3 T "+binanceAt+" 500", "4 V X 50")
	for i := range transfers {
		transfers[i].Tx = clew.TxID{0xee, 31: byte(i/2 + 1)}
	}
	store := memory.New(clew.Ethereum)
	load, err := store.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
	if err == nil {
		err = load.Add(transfers...)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 0, To: 100}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	env = caseEnv(t, fstest.MapFS{"private.yaml": {Data: []byte(privatePack(person(t, clew.Ethereum, "T").Text(), person(t, clew.Ethereum, "V").Text(), person(t, clew.Ethereum, "X").Text()))}})
	env.Ledgers = &memoryLedgers{map[clew.Chain]keeper{clew.Ethereum: {store}}}
	dirs := map[string]vfs.FS{}
	env.Cases.Open = func(name string, make bool) (vfs.FS, error) {
		if dirs[name] == nil && !make {
			return nil, clew.ErrNotFound
		}
		if dirs[name] == nil {
			dirs[name] = vfs.NewMem()
		}
		return dirs[name], nil
	}
	return env, victim
}

// everyForm writes a result in every form, and everything that its tables hold.
func everyForm(t *testing.T, r report.Result) string {
	t.Helper()
	var b strings.Builder
	for _, form := range []report.Form{report.JSON, report.HTML, report.Text, report.CSV} {
		if err := report.Write(&b, r, form, report.Style{Wide: true, Expand: true}, ""); err != nil && form != report.CSV {
			t.Fatal(err)
		}
	}
	doc := r.Doc()
	for _, s := range doc.Sections {
		for _, table := range s.Tables {
			if err := report.Write(&b, r, report.CSV, report.Style{}, table.Name); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

// graphed writes an answer as a graph, in both forms.
func graphed(t *testing.T, r report.Result, victims bool) string {
	t.Helper()
	g, err := report.GraphOf(r, victims)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := g.WriteGraphML(&b); err != nil {
		t.Fatal(err)
	}
	for _, rows := range [][][]string{g.NodeRows(), g.EdgeRows()} {
		if err := report.WriteRows(&b, rows); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestGraphsTellNothingPrivate wants no private claim in any graph, and a recorded
// victim's address, with the transactions that lead to it, only where that is asked
// for, whatever else the answer knows of it.
func TestGraphsTellNothingPrivate(t *testing.T) {
	env, victim := canaryEnv(t)
	v, thief := person(t, clew.Ethereum, "V").Text(), person(t, clew.Ethereum, "T").Text()
	const with = `, "tags": ["private.yaml"], "chain": "ethereum"}`
	for _, c := range []struct{ operation, input string }{
		{"trace", `{"start": "` + v + `"` + with}, {"trace", `{"start": "` + victim.Text() + `", "sent": true` + with},
		{"trace", `{"start": "` + thief + `", "direction": "backward"` + with},
		{"stoppable", `{"start": "` + victim.Text() + `", "sent": true` + with}, {"investigate", `{"address": "` + victim.Text() + `", "tags": ["private.yaml"]}`}, {"investigate", `{"address": "` + v + `", "tags": ["private.yaml"]}`},
		{"paths", `{"from": "` + victim.Text() + `", "to": "` + thief + `"` + with}, {"paths", `{"from": "` + v + `", "to": "` + thief + `"` + with},
		{"exposure", `{"address": "` + victim.Text() + `"` + with}, {"exposure", `{"address": "` + v + `"` + with}, {"exposure", `{"address": "` + binanceAt + `"` + with},
	} {
		r, err := runOn(t, env, c.operation, c.input)
		if err != nil {
			t.Fatalf("%s %s: %v", c.operation, c.input, err)
		}
		text := strings.ToLower(graphed(t, r, false))
		for _, private := range append(privateClaims, strings.TrimPrefix(victim.Text(), "0x"), strings.TrimPrefix(txOf(1), "0x")) {
			if strings.Contains(text, strings.ToLower(private)) {
				t.Errorf("%s %s: %s is there:\n%s", c.operation, c.input, private, text)
			}
		}
		if open := strings.ToLower(graphed(t, r, true)); strings.Contains(c.input, victim.Text()) && !strings.Contains(open, strings.ToLower(victim.Text())) {
			t.Errorf("%s %s: what was released is not there", c.operation, c.input)
		}
	}
}

// TestCaseReportsTellNoPrivateClaim wants no private claim in a case's report, for
// whomever and in whatever form, nor on its page.
func TestCaseReportsTellNoPrivateClaim(t *testing.T) {
	env, _ := canaryEnv(t)
	files := env.Files.(fstest.MapFS)
	v := person(t, clew.Ethereum, "V").Text()
	steps := [][2]string{{"case open", `{"case": "small", "title": "A theft", "question": "Where did it go?", "tlp": "red"}`}}
	for i, c := range []struct{ operation, input string }{
		{"trace", `{"start": "` + v + `", "policy": "fifo", "tags": ["private.yaml"], "chain": "ethereum"}`}, {"stoppable", `{"start": "` + v + `", "tags": ["private.yaml"], "chain": "ethereum"}`},
		{"investigate", `{"address": "` + v + `", "tags": ["private.yaml"]}`}, {"exposure", `{"address": "` + v + `", "tags": ["private.yaml"]}`},
	} {
		name := fmt.Sprintf("%d.clew", i)
		_, data := bundleOf(t, env, c.operation, c.input)
		files[name] = &fstest.MapFile{Data: data}
		steps = append(steps, [2]string{"case add", `{"case": "small", "file": "` + name + `", "says": "an answer"}`})
	}
	steps = append(steps, [2]string{"case find", `{"case": "small", "kind": "fact", "text": "V paid T.", "rests": ["2:` + txOf(2) + `"]}`})
	for _, step := range steps {
		if _, err := runOn(t, env, step[0], step[1]); err != nil {
			t.Fatalf("%s %s: %v", step[0], step[1], err)
		}
	}
	reports := 0
	for _, c := range [][2]string{
		{"case report", `{"case": "small", "for": "court"}`}, {"case report", `{"case": "small", "for": "police"}`}, {"case report", `{"case": "small", "for": "exchange", "service": "binance"}`},
		{"case report", `{"case": "small", "for": "police", "release": ["files", "notes", "victims"], "to": "the police"}`}, {"case show", `{"case": "small"}`}, {"case trail", `{"case": "small"}`},
	} {
		r, err := runOn(t, env, c[0], c[1])
		if err != nil {
			if strings.Contains(c[1], "exchange") {
				continue // by no claim that may be told did anything arrive there
			}
			t.Fatalf("%s %s: %v", c[0], c[1], err)
		}
		reports++
		text := strings.ToLower(everyForm(t, r))
		for _, private := range privateClaims {
			if at := strings.Index(text, private); at >= 0 {
				t.Errorf("%s %s: %s is there: …%s", c[0], c[1], private, text[max(0, at-200):min(len(text), at+100)])
			}
		}
		if c[0] == "case report" && !strings.Contains(text, "withheld") {
			t.Errorf("%s %s: nothing is said to be withheld", c[0], c[1])
		}
	}
	if reports < 5 {
		t.Errorf("%d answers", reports)
	}
}
