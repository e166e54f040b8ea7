package screen

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"clew/tag"
)

// terms are those that the tests' rules may name.
func terms(t testing.TB) Terms {
	t.Helper()
	actors, err := tag.BuiltinActors()
	if err != nil {
		t.Fatal(err)
	}
	return Terms{Concepts: tag.Concepts(), Actors: tag.NewActors(actors), Lists: []string{"ofac-sdn", "fbi-notices"}, Notices: []string{"fbi-notices"}}
}

// checked reads and checks rules.
func checked(t testing.TB, text string) []Issue {
	t.Helper()
	rs, issues := ReadRules("r.yaml", strings.NewReader(text))
	if len(issues) > 0 {
		return issues
	}
	return rs.Check("r.yaml", terms(t))
}

// ruled wraps rules, each one line, in a file whose first rule is on line 4.
func ruled(rules ...string) string {
	return "title: t\nversion: 1\nrules:\n  - {" + strings.Join(rules, "}\n  - {") + "}\n"
}

const mixers = "id: a, kind: counterparty, concepts: [mixing_service], reason: x"

func TestDefaultRules(t *testing.T) {
	rs, err := DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	if issues := rs.Check("default.yaml", terms(t)); len(issues) > 0 {
		t.Fatal(issues)
	}
	if none := rs.Untested(); len(none) > 0 {
		t.Errorf("no example fires %v", none)
	}
	if rs.Hops() != 2 || rs.NeedsPrices() || rs.Version == "" || len(rs.SHA256) != 64 {
		t.Errorf("got %d hops, prices %v, version %q, hash %q", rs.Hops(), rs.NeedsPrices(), rs.Version, rs.SHA256)
	}
}

// Shares of examples add up however they are written; and examples are not run
// with rules that are wrong.
func TestExamples(t *testing.T) {
	text := ruled(mixers+", share: 15%") + "examples:\n  - {name: n, verdict: review, incoming: [{concepts: [mixing_service], share: 1/10}, {concepts: [mixing_service], share: 5%}]}\n"
	if issues := checked(t, text); len(issues) > 0 {
		t.Error(issues)
	}
	text = ruled(mixers+", hops: 2") + "examples:\n  - {name: n, verdict: listed}\n"
	if issues := checked(t, text); len(issues) != 1 || issues[0].Line != 4 {
		t.Error(issues)
	}
}

// Every mistake is named with its file and line.
func TestRulesAreRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", ruled(mixers + ", shre: 5"), "r.yaml:4: shre: unknown key; did you mean share?"},
		{"no reason", ruled("id: a, kind: ownership, concepts: [scam]"), "r.yaml:4: reason: missing"},
		{"no version", "title: t\nrules:\n  - {" + mixers + "}\n", "r.yaml:1: version: missing"},
		{"no rules", "title: t\nversion: 1\nrules: []\n", "r.yaml: want 1 to 500 rules"},
		{"kind", ruled("id: a, kind: score, concepts: [scam], reason: x"), `r.yaml:4: rule "a": kind "score": want ownership`},
		{"id", ruled("id: A b, kind: ownership, concepts: [scam], reason: x"), `r.yaml:4: rule "A b": id: want small letters`},
		{"a rule cannot grant listed", ruled(mixers + ", outcome: listed"), `outcome "listed": want review; only an official listing`},
		{"severity", ruled(mixers + ", severity: 7"), `severity "7": want low`},
		{"side", ruled(mixers + ", side: up"), `side "up": want incoming`},
		{"share of nothing", ruled(mixers + ", share: 0%"), `share "0%": want a fraction`},
		{"share of more than all", ruled(mixers + ", share: 101%"), `share "101%": want a fraction`},
		{"share as a float", ruled(mixers + ", share: 0.1"), `share "0.1": want a fraction`},
		{"usd", ruled(mixers + ", usd: -5"), `usd "-5": want US dollars`},
		{"no usd", ruled(mixers + ", usd: 0"), `usd "0": want US dollars`},
		{"asset", ruled(mixers + ", asset: nonsense"), `asset "nonsense"`},
		{"amount", ruled(mixers + ", asset: \"eip155:1/slip44:60\", amount: 5 BTC"), "amount \"5 BTC\": want digits"},
		{"designation", ruled("id: a, kind: counterparty, lists: [any], designation: during, reason: x"), `designation "during": want before or after`},

		{"matches nothing", ruled("id: a, kind: counterparty, reason: x"), `rule "a": want concepts, actors or lists`},
		{"concept", ruled("id: a, kind: counterparty, concepts: [mixing_servise], reason: x"), `concept "mixing_servise" is not known, so that the rule can never fire; did you mean mixing_service?`},
		{"actor", ruled("id: a, kind: counterparty, actors: [hidden cobra], reason: x"), `actor "hidden cobra" is not known`},
		{"list", ruled("id: a, kind: counterparty, lists: [ofac], reason: x"), `list "ofac" is not known`},
		{"designation without lists", ruled(mixers + ", designation: after"), "only parties of official lists are designated"},
		{"amount without asset", ruled(mixers + ", amount: 5"), "want the asset"},
		{"ownership with a share", ruled("id: a, kind: ownership, concepts: [scam], share: 1%, reason: x"), "ownership is of the address itself"},
		{"ownership with a side", ruled("id: a, kind: ownership, concepts: [scam], side: incoming, reason: x"), "ownership is of the address itself"},
		{"counterparty with hops", ruled(mixers + ", hops: 2"), "a counterparty is met at one hop"},
		{"a bound on listed counterparties", ruled("id: a, kind: counterparty, lists: [any], share: 1%, reason: x"), "no least share or amount keeps back a counterparty on an official list"},
		{"indirect without hops", ruled("id: a, kind: indirect, concepts: [scam], reason: x"), "want the most hops"},
		{"indirect at one hop", ruled("id: a, kind: indirect, concepts: [scam], hops: 1, reason: x"), "it can never fire"},
		{"indirect at no hop", ruled("id: a, kind: indirect, concepts: [scam], hops: 0, reason: x"), "it can never fire"},
		{"too many hops", ruled("id: a, kind: indirect, concepts: [scam], hops: 6, reason: x"), "at most 5 are looked at"},

		{"designation by notices alone", ruled("id: a, kind: counterparty, lists: [fbi-notices], designation: after, reason: x"), "fbi-notices designates nobody, so that the rule can never fire"},
		{"items of no listed party", ruled(mixers + ", asset: \"eip155:1/erc721:0x00000000000000000000000000000000000000a1\""), "non-fungible items have no amounts"},
		{"items through others", ruled("id: a, kind: indirect, lists: [any], hops: 2, asset: \"eip155:1/erc721:0x00000000000000000000000000000000000000a1\", reason: x"), "non-fungible items have no amounts"},

		{"the same id", ruled(mixers, "id: a, kind: counterparty, concepts: [scam], reason: y"), `r.yaml:5: rule "a": the same id as on line 4`},
		{"the same twice", ruled(mixers, "id: b, kind: counterparty, concepts: [mixing_service], reason: y"), `r.yaml:5: rule "b": says the same as rule "a" on line 4`},
		{"contradiction", ruled(mixers+", severity: low", "id: b, kind: counterparty, concepts: [mixing_service], severity: high, reason: y"), `r.yaml:5: rule "b": contradicts rule "a" on line 4, which says low of the same`},
		{"shadowed by a smaller bound", ruled(mixers+", share: 1%", "id: b, kind: counterparty, concepts: [mixing_service], share: 10%, reason: y"), `r.yaml:5: rule "b": shadowed by rule "a" on line 4`},
		{"shadowed by the same bound", ruled("id: a, kind: counterparty, concepts: [mixing_service, scam], share: 10%, reason: x", "id: b, kind: counterparty, concepts: [mixing_service], share: 1/10, reason: y"), `r.yaml:5: rule "b": shadowed by rule "a" on line 4`},
		{"shadowed by a later rule", ruled(mixers+", side: incoming", "id: b, kind: counterparty, concepts: [mixing_service, scam], severity: low, reason: y"), `r.yaml:4: rule "a": shadowed by rule "b" on line 5`},
		{"shadowed by the actor above", ruled("id: a, kind: counterparty, actors: [lazarusgroup], reason: x", "id: b, kind: counterparty, actors: [dprk], reason: x"), `r.yaml:4: rule "a": shadowed by rule "b"`},
		{"shadowed by more hops", ruled("id: a, kind: indirect, concepts: [scam], hops: 2, reason: x", "id: b, kind: indirect, concepts: [scam], hops: 3, reason: x"), `r.yaml:4: rule "a": shadowed by rule "b"`},

		{"example", ruled(mixers) + "examples:\n  - {name: n, verdict: nothing found, incoming: [{concepts: [mixing_service]}]}\n", `r.yaml:6: example "n": review, want nothing found; fired: a`},
		{"example's rules", ruled(mixers) + "examples:\n  - {name: n, verdict: review, rules: [b], incoming: [{concepts: [mixing_service]}]}\n", `r.yaml:6: example "n": fired a, want b`},
		{"example's verdict", ruled(mixers) + "examples:\n  - {name: n, verdict: clean}\n", `verdict "clean": want listed`},
		{"example's shares", ruled(mixers) + "examples:\n  - {name: n, verdict: review, incoming: [{concepts: [scam], share: 1/3}, {concepts: [scam], share: 1/7}]}\n", "with one denominator"},
		{"example's dates", ruled(mixers) + "examples:\n  - {name: n, verdict: review, incoming: [{designated: 2020-01-01}]}\n", "want list beside them"},
		{"example's day", ruled(mixers) + "examples:\n  - {name: n, verdict: review, incoming: [{concepts: [scam], last: 2020-13-01}]}\n", "r.yaml:6: "},
		{"billion laughs", "title: &a x\nversion: *a\nrules: []\n", "anchors and aliases are not used here"},
		{"truncated", "title: t\nversion: 1\nrules:\n  - {id: a, kind", "r.yaml:"},
		{"too long", "title: " + strings.Repeat("x", RuleBytesMax), "longer than"},
	} {
		issues := checked(t, c.text)
		found := false
		for _, issue := range issues {
			found = found || strings.Contains(issue.String(), c.want)
		}
		if !found {
			t.Errorf("%s: got %v, want %q", c.name, issues, c.want)
		}
	}
}

// The rules that the guide shows hold.
func TestTheGuidesExample(t *testing.T) {
	guide, err := os.ReadFile("../docs/SCREENING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(guide), "```yaml\n")
	text, _, found := strings.Cut(after, "```\n")
	if issues := checked(t, text); !found || len(issues) > 0 {
		t.Errorf("%v", issues)
	}
}

// What differs in one point says something of its own.
func TestRulesThatDifferStand(t *testing.T) {
	for name, rules := range map[string][]string{
		"a larger share is graver": {mixers + ", share: 1%, severity: low", "id: b, kind: counterparty, concepts: [mixing_service], share: 10%, severity: high, reason: y"},
		"sides":                    {mixers + ", side: incoming", "id: b, kind: counterparty, concepts: [mixing_service], side: outgoing, reason: y"},
		"assets":                   {mixers + ", asset: \"eip155:1/slip44:60\"", "id: b, kind: counterparty, concepts: [mixing_service], asset: \"bip122:000000000019d6689c085ae165831e93/slip44:0\", reason: y"},
		"before and after":         {"id: a, kind: counterparty, lists: [any], designation: before, reason: x", "id: b, kind: counterparty, lists: [any], designation: after, reason: x"},
		"other bounds":             {mixers + ", share: 1%", "id: b, kind: counterparty, concepts: [mixing_service], usd: 1000, reason: y"},
		"narrower match, smaller":  {mixers + ", share: 10%", "id: b, kind: counterparty, concepts: [mixing_service], actors: [dprk], reason: y"},
	} {
		if issues := checked(t, ruled(rules...)); len(issues) > 0 {
			t.Errorf("%s: %v", name, issues)
		}
	}
}

func TestFractions(t *testing.T) {
	for text, want := range map[string]Fraction{"1/10": {1, 10}, "10%": {10, 100}, "0.5 %": {5, 1000}, "100%": {100, 100}, "1/1": {1, 1}} {
		var f Fraction
		if err := f.UnmarshalText([]byte(text)); err != nil || f != want {
			t.Errorf("%s: %v, %v", text, f, err)
		}
	}
	for _, text := range []string{"", "%", "/", "1/0", "2/1", "-1/2", "1", "1e2%", "1.5.5%", "1/1000000000000000000000"} {
		if err := new(Fraction).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	if (Fraction{1, 3}).Cmp(Fraction{333, 1000}) != 1 || (Fraction{1, 10}).Cmp(Fraction{10, 100}) != 0 {
		t.Error("fractions compare wrongly")
	}
}

// FuzzReadRules reads anything: it ends, names what is wrong, and what it reads
// can be checked.
func FuzzReadRules(f *testing.F) {
	f.Add(string(DefaultText()))
	f.Add(ruled(mixers+", share: 1/3, hops: 2, usd: 5", "id: b, kind: indirect, lists: [any], designation: before, hops: 2, asset: \"eip155:1/slip44:60\", amount: 1 ETH, reason: x"))
	f.Add("title: t\nversion: 1\nrules: [{id: a, kind: ownership, actors: [dprk], reason: x}]\nexamples: [{name: n, verdict: listed, address: {list: x, designated: 2020-01-01}, outgoing: [{hops: 3, share: 1/7, amount: 3}]}]\n")
	known := terms(f)
	f.Fuzz(func(t *testing.T, text string) {
		rs, issues := ReadRules("r.yaml", strings.NewReader(text))
		if (rs == nil) != (len(issues) > 0) {
			t.Fatalf("rules %v with issues %v", rs, issues)
		}
		if rs != nil {
			issues = rs.Check("r.yaml", known)
		}
		for _, issue := range issues {
			if issue.Text == "" || issue.Line < 0 || len(fmt.Sprint(issue)) > 4000 {
				t.Fatalf("%+v", issue)
			}
		}
	})
}
