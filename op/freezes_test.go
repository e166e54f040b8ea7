package op

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/report"
)

// askedFreezes are what a file says of freezes that were asked for; SOURCE stands for
// what names who says so.
const askedFreezes = `freezes:
  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a05, asset: USDT, state: freeze requested, at: 2026-01-04T10:00:00Z, of: Example Issuer (synthetic), by: victim's counsel, SOURCE, note: hush-hush}
  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze requested, at: 2026-01-04, of: Example Venue (synthetic), by: victim's counsel, SOURCE}
  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze refused, at: 2026-01-05, of: Example Venue (synthetic), by: Example Venue (synthetic), SOURCE}
`

func askedEnv(t *testing.T) *Env {
	t.Helper()
	plain, err := os.ReadFile("../incident/testdata/incident-synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asked := strings.Replace(string(plain), "sources:\n", strings.ReplaceAll(askedFreezes, "SOURCE", "source: made-up")+"sources:\n", 1)
	alone := "schema: 1\nassets:\n  - {id: ETH, asset: \"eip155:1/slip44:60\", symbol: ETH, decimals: 18}\n" +
		"  - {id: USDT, asset: \"eip155:1/erc20:0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a01\", symbol: USDT, decimals: 6}\n" +
		strings.ReplaceAll(askedFreezes, "SOURCE", "exhibit: 12, document: letter of 2026-01-04")
	return testEnv(fstest.MapFS{"theft.yaml": {Data: plain}, "asked.yaml": {Data: []byte(asked)}, "alone.yaml": {Data: []byte(alone)}})
}

// everything writes an answer in every form, less the names of files in it.
func everything(t *testing.T, r report.Result) string {
	t.Helper()
	var out strings.Builder
	for _, form := range []report.Form{report.JSON, report.HTML, report.Text} {
		if err := report.Write(&out, r, form, report.Style{Wide: true}, ""); err != nil {
			t.Fatal(err)
		}
	}
	text := out.String()
	for _, drop := range []string{" --records alone.yaml", "asked.yaml", "theft.yaml"} {
		text = strings.ReplaceAll(text, drop, "")
	}
	return text
}

// TestPendingFreezesNeedASealedCase: in a case that is not sealed, an answer is the
// same bytes whether or not its files say that a freeze was asked for.
func TestPendingFreezesNeedASealedCase(t *testing.T) {
	for _, command := range []string{"trace", "stoppable"} {
		for _, c := range []struct{ without, with string }{
			{`{"start": "incident:theft.yaml"}`, `{"start": "incident:asked.yaml"}`},
			{`{"start": "incident:theft.yaml"}`, `{"start": "incident:theft.yaml", "records": ["alone.yaml"]}`},
		} {
			if command == "stoppable" && strings.Contains(c.with, "records") {
				continue // it takes none
			}
			open, sealed := askedEnv(t), askedEnv(t)
			sealed.Sealed = true
			want := inEveryForm(t, open, command, c.without)
			if got := inEveryForm(t, open, command, c.with); got != want {
				t.Errorf("%s %s: an open case tells of freezes that were asked for:\n%s\nwant\n%s", command, c.with, got, want)
			}
			for _, hint := range []string{"pending", "freeze requested", "Example Issuer", "hush-hush", "counsel"} {
				if strings.Contains(want, hint) && hint != "pending" {
					t.Errorf("%s: an open case says %q", command, hint)
				}
			}
			got := inEveryForm(t, sealed, command, c.with)
			for _, say := range []string{"freezesPending", "Example Issuer", "hush-hush", "this case is sealed"} {
				if !strings.Contains(got, say) {
					t.Errorf("%s %s: a sealed case does not say %q", command, c.with, say)
				}
			}
			if strings.Contains(got, "Example Venue") {
				t.Errorf("%s %s: what was refused is told as pending", command, c.with)
			}
			if plain := inEveryForm(t, sealed, command, c.without); strings.Contains(plain, "freezesPending") {
				t.Errorf("%s: a sealed case has pending freezes that nobody asked for", command)
			}
		}
	}
}

func inEveryForm(t *testing.T, env *Env, command, input string) string {
	t.Helper()
	if command == "stoppable" {
		input = strings.Replace(input, "}", `, "now": "2026-01-06T00:00:00Z"}`, 1)
	}
	r, err := runOn(t, env, command, input)
	if err != nil {
		t.Fatal(fmt.Errorf("%s %s: %w", command, input, err))
	}
	return everything(t, r)
}

// TestFreezesCarriedOutAreStated: what was carried out is told in every case, also of a
// whole chain, whose freezes no ledger holds; what was asked for before is not.
func TestFreezesCarriedOutAreStated(t *testing.T) {
	env := askedEnv(t)
	files := env.Files.(fstest.MapFS)
	more := "  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze executed, at: 2026-01-06T08:00:00Z, of: validators of the chain, by: a statement of theirs, exhibit: 13, document: statement}\n" +
		"  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze lifted, at: 2026-02-01, of: validators of the chain, by: a statement of theirs, exhibit: 14, document: second statement}\n"
	files["alone.yaml"].Data = append(files["alone.yaml"].Data, more...)
	for _, sealed := range []bool{false, true} {
		env.Sealed = sealed
		got := inEveryForm(t, env, "trace", `{"start": "incident:theft.yaml", "records": ["alone.yaml"]}`)
		for _, say := range []string{"freezesClaimed", "validators of the chain", "2026-01-06 08:00:00", "2026-02-01", "exhibit 14: second statement"} {
			if !strings.Contains(got, say) {
				t.Errorf("sealed %v: does not say %q", sealed, say)
			}
		}
		if strings.Contains(got, "hush-hush") != sealed {
			t.Errorf("sealed %v: what is asked for and open is told wrongly", sealed)
		}
	}
}

// TestExhibitsOfFreezesAreLeftOut: an exhibit that states freezes alone can be left out
// like any other, and one that nothing states cannot.
func TestExhibitsOfFreezesAreLeftOut(t *testing.T) {
	env := askedEnv(t)
	files := env.Files.(fstest.MapFS)
	more := "  - {address: 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a02, asset: ETH, state: freeze executed, at: 2026-01-06T08:00:00Z, of: validators of the chain, by: a statement of theirs, exhibit: 13, document: statement}\n"
	files["alone.yaml"].Data = append(files["alone.yaml"].Data, more...)
	if got := inEveryForm(t, env, "trace", `{"start": "incident:theft.yaml", "records": ["alone.yaml"], "exclude": ["13"]}`); strings.Contains(got, "validators of the chain") || strings.Contains(got, "freezesClaimed") {
		t.Error("what was left out is told")
	}
	if got := inEveryForm(t, env, "trace", `{"start": "incident:theft.yaml", "records": ["alone.yaml"], "exclude": ["12"]}`); !strings.Contains(got, "validators of the chain") {
		t.Error("what was not left out is missing")
	}
	if _, err := runOn(t, env, "trace", `{"start": "incident:theft.yaml", "records": ["alone.yaml"], "exclude": ["14"]}`); err == nil || !strings.Contains(err.Error(), `exclude "14": want one of 12, 13`) {
		t.Errorf("an exhibit of nothing: %v", err)
	}
}

// TestFreezesInFilesAreChecked wants a sentence for each thing that is wrong.
func TestFreezesInFilesAreChecked(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"freeze requested", "freeze hoped for", "not a word of the format"},
		{"asset: USDT,", "asset: DOGE,", "known are ETH, USDT"},
		{"exhibit: 12", "source: made-up, exhibit: 12", "names exhibit and document"},
		{"document: letter of 2026-01-04", `document: ""`, "1 to 1000 characters"},
		{"at: 2026-01-05", "at: yesterday", "2022-03-23"},
	} {
		env := askedEnv(t)
		files := env.Files.(fstest.MapFS)
		text := string(files["alone.yaml"].Data)
		if !strings.Contains(text, c.old) {
			t.Fatalf("no %q", c.old)
		}
		files["alone.yaml"].Data = []byte(strings.Replace(text, c.old, c.new, 1))
		if _, err := runOn(t, env, "trace", `{"start": "incident:theft.yaml", "records": ["alone.yaml"]}`); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}

// frozenEnv has a ledger in which 1,000 dollars are stolen at noon; 400 of them go on,
// and the thief's address is frozen at 14:00:05 and its rest destroyed the day after.
func frozenEnv(t *testing.T) *Env {
	t.Helper()
	at := func(s string) clew.Time { return at(t, s) }
	token, err := clew.ParseAsset(erc20(1), clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	who := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{0xaa, 19: n}) }
	move := func(height uint64, when string, from, to clew.Address, amount uint64) clew.Transfer {
		a := clew.Units(amount)
		return clew.Transfer{Pos: clew.Pos{Height: height, Class: clew.Log}, Time: at(when), Tx: clew.TxID{1, byte(height)}, Asset: token,
			From: []clew.Leg{{Address: from, Amount: a}}, To: []clew.Leg{{Address: to, Amount: a}}}
	}
	act := func(height uint64, when string, kind clew.ActKind, on clew.Address) clew.Act {
		return clew.Act{Pos: clew.Pos{Height: height, Class: clew.Log, Ordinal: 1}, Time: at(when), Tx: clew.TxID{2, byte(height)}, Kind: kind, By: token.Contract(), On: on, Asset: token, Detail: "event of a test"}
	}
	ledgers := &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {memory.New(clew.Ethereum)}}}
	load, err := ledgers.held[clew.Ethereum].Load(t.Context(), ledger.Source{Name: "synthetic", Exact: true})
	if err == nil {
		err = load.Add(move(1, "2026-01-01T00:00:00Z", who(9), who(1), 1000), move(2, "2026-01-05T12:00:00Z", who(1), who(2), 1000), move(3, "2026-01-05T13:00:00Z", who(2), who(3), 400),
			move(6, "2026-01-06T12:00:00Z", who(2), clew.Address{}, 600))
	}
	if err == nil {
		err = load.AddActs(act(4, "2026-01-05T14:00:05Z", clew.Freeze, who(2)), act(6, "2026-01-06T12:00:00Z", clew.Wipe, who(2)), act(7, "2026-01-07T12:00:00Z", clew.Unfreeze, who(2)))
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{To: 8}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	env := testEnv(fstest.MapFS{})
	env.Ledgers = ledgers
	return env
}

// TestFreezesAreShown looks at every answer that tells of them.
func TestFreezesAreShown(t *testing.T) {
	thief, victim := "0xaa00000000000000000000000000000000000002", "0xaa00000000000000000000000000000000000001"
	for _, c := range []struct {
		command, input string
		say            []string
	}{
		{"show", `{"what": "` + thief + `", "limit": 10}`, []string{"When it was frozen", `"left": "400"`, `"held": "600"`, `"destroyed": "600"`, "2026-01-05 14:00:05", "2026-01-07 12:00:00"}},
		{"trace", `{"start": "` + victim + `", "sent": true}`, []string{"how long after the theft", `"after": 7205`, "2 h 5 s", `"gone": "400"`, `"marked": "600"`, "2026-01-06 12:00:00"}},
		{"stoppable", `{"start": "` + victim + `", "sent": true, "now": "2026-01-08T00:00:00Z"}`, []string{"how long after the theft", `"after": 7205`}},
		{"investigate", `{"address": "` + victim + `", "as": "victim", "now": "2026-01-08T00:00:00Z"}`, []string{"how long after the theft", `"after": 7205`}},
	} {
		r, err := runOn(t, frozenEnv(t), c.command, c.input)
		if err != nil {
			t.Fatal(c.command, err)
		}
		text := everything(t, r)
		for _, say := range c.say {
			if !strings.Contains(text, say) {
				t.Errorf("%s does not say %q", c.command, say)
			}
		}
	}
	r, err := runOn(t, frozenEnv(t), "show", `{"what": "`+victim+`", "limit": 10}`)
	if err != nil {
		t.Fatal(err)
	}
	if text := everything(t, r); strings.Contains(text, "When it was frozen") {
		t.Error("an address that was never frozen is shown as such")
	}
}
