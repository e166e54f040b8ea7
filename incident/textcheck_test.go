package incident

import (
	"fmt"
	"strings"
	"testing"
)

// TestLintOfTexts feeds the linter what people write by mistake and others on
// purpose, and wants one sentence for each, with the line and what was wanted.
func TestLintOfTexts(t *testing.T) {
	const (
		claim = "  - {actor: lazarusgroup, state: KP, label: Lazarus Group, by: FBI, day: 2022-04-14, standing: confirmed by an authority, means: off-chain, source: s}\n"
		froze = "  - {state: frozen, day: 2022-03-05, usd: 100000, by: An exchange, source: s}\n"
		lost  = "  - {coin: XEM, amount: 500000.5, about: true, source: s}\n"
		named = "  - {name: N. N., act: charged, authority: a court, day: 2023-01-01, quote: as charged, source: a}\n"
	)
	for _, c := range []struct{ name, old, new, want string }{
		{"a character that turns text", "title: An example", `title: "An \u202e example"`, "e.yaml:3: title: the character U+202E, which a reader does not see; want text without"},
		{"the same, raw", "title: An example", "title: An \u202e example", ":3: title: the character U+202E"},
		{"a terminal's command", "title: An example", `title: "An \u001b[31m example"`, ":3: title: the character U+001B"},
		{"nothing", "title: An example", `title: "An \0 example"`, ":3: title: the character U+0000"},
		{"no width", "name: A bridge", `name: "A\u200b bridge"`, ":8: name: the character U+200B"},
		{"hidden in a key", "country: SG", `"coun\u202etry": SG`, ":8: key: the character U+202E"},
		{"a long text", "title: An example", "title: " + strings.Repeat("a", 10_001), ":3: title: a text of 10001 bytes; want at most 10000"},
		{"a tag of YAML", "title: An example", "title: !!binary aGVsbG8=", ":3: title: tags of YAML"},
		{"a script as an address", "kind: press, note: on paper", `kind: press, url: "javascript:alert(1)"`, `:30: url "javascript:alert(1)": want an address on the web`},
		{"a file as an address", "kind: press, note: on paper", "kind: press, url: file:///etc/passwd", ":30: url"},
		{"a password in an address", "kind: press, note: on paper", "kind: press, url: https://a:b@example.org/", ":30: url"},
		{"no address", "kind: press, note: on paper", "kind: press, url: not an address", ":30: url"},
		{"an empty title", "title: An example", `title: ""`, ":1: title: empty; want what it is"},
		{"a blank title", "title: An example", `title: "  "`, ":1: title: empty"},
		{"a title left open", "title: An example", "title:", ":1: title: empty"},
		{"nobody speaks", "by: FBI", `by: ""`, ":26: by: empty"},
		{"null speaks", "by: FBI", "by: ~", ":26: by: empty"},
		{"no victims", "victims:\n  - {name: A bridge, kind: bridge, country: SG, source: s, sizes: [{of: customers, figure: 200000, about: true, source: s}]}\n", "victims: []\n", ":1: victims: empty"},
		{"no days", "dates:\n  occurred: {day: 2022-03-01, time: 2022-03-01T13:29:09Z, source: s}\n  disclosed: {day: 2022-03-02, source: s}\n", "dates: {occurred: }\n", ":1: dates: empty"},
		{"a day that there is not", "day: 2022-03-05", "day: 2022-02-30", `:20: day: day "2022-02-30": want a day that there is, as YYYY-MM-DD`},
		{"a day to come", "day: 2022-03-05", "day: 2099-03-05", ":20: day 2099-03-05: after the last act of the trail, on 2026-11-28"},
		{"less than nothing", "amount: 500000.5", "amount: -5", `:15: amount "-5": want a decimal number above 0`},
		{"commas", "usd: 2600000,", `usd: "2,600,000",`, `:17: usd "2,600,000": want a decimal number`},
		{"parts of cents", "usd: 2600000,", "usd: 2600000.123,", `:17: usd "2600000.123": want whole dollars, or two decimals`},
		{"no country", "country: SG", "country: ZZ", `:8: country "ZZ": want a country's two capital letters`},
		{"a country by its nickname", "country: SG", "country: UK", `:8: country "UK"`},
		{"a claim twice", claim, claim + claim, ":27: claim: line 26 has what FBI said of lazarusgroup on that day; want one standing for it"},
		{"two standings of one claim", claim, claim + strings.Replace(claim, "confirmed by an authority", "alleged", 1), ":27: claim: line 26"},
		{"a figure twice", "  - {usd: 3100000", "  - {usd: 2600000, about: true, basis: at theft, by: Somebody, source: s}\n  - {usd: 3100000", ":18: figure: line 17 says the same; want each once"},
		{"a loss twice", lost, lost + lost, ":16: loss: line 15 says the same"},
		{"an outcome twice", froze, froze + froze, ":21: outcome: line 20 says the same"},
		{"a victim twice", "victims:\n", "victims:\n  - {name: a BRIDGE, kind: bridge, source: s}\n", ":9: victim: line 8 says the same"},
		{"a person twice", named, named + named, ":29: act about a person: line 28 says the same"},
		{"a person as an actor", "label: Lazarus Group", "label: N. N. and others", `:26: label "N. N. and others": names a person, of whom line 28`},
		{"a person without an authority", ", authority: a court", "", ":28: authority: missing"},
		{"a figure without a source", "counts: true, by: Somebody", "counts: true, by: Somebody", ""},
		{"an alias", "title: An example", "title: &a An example", ":3: title: anchors and aliases are not used here"},
		{"a key twice", "title: An example", "title: An example\ntitle: Another", ":4: title: given twice"},
		{"tabs", "  - {day:", "\t- {day:", ":6: a character that begins nothing; want spaces in place of tabs"},
	} {
		issues := Lint("e.yaml", strings.NewReader(strings.Replace(entryText, c.old, c.new, 1)))
		if c.want == "" {
			if len(issues) > 0 {
				t.Errorf("%s: %v", c.name, issues)
			}
			continue
		}
		if len(issues) != 1 || !strings.Contains(issues[0].String(), c.want) {
			t.Errorf("%s: %v, want %q alone", c.name, issues, c.want)
		}
	}
}

// TestLintIsBounded wants what grows out of little to end soon and say so.
func TestLintIsBounded(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("schema: 1\ntitle: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&bomb, "k%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n", i, i+1, i, i, i, i)
	}
	for _, c := range []struct{ name, text, want string }{
		{"aliases of aliases", bomb.String(), ":2: title: anchors and aliases are not used here"},
		{"deep lists", "schema: 1\ntitle: " + strings.Repeat("[", 200_000), ":2: more than 10000 lists or keys within each other"},
		{"deep keys", "schema: 1\ntitle: " + strings.Repeat("{a: ", 20_000), ":2: more than 10000 lists or keys within each other"},
		{"a long list", strings.Replace(entryText, "victims:\n", "victims:\n"+strings.Repeat("  - {name: V, kind: bridge, source: s}\n", 1000), 1), ":1: a list of 1001; want at most 1000"},
		{"too long", "title: " + strings.Repeat("a", 33<<20), "longer than 33554432 bytes"},
		{"no YAML", "\x7fELF\x00\x01", ":1: bytes that are no text in UTF-8"},
		{"nothing", "", ":1: empty"},
		{"a list", "- a\n", ":1: item: want keys with values"},
		{"two documents", entryText + "---\na: b\n", "a second document; want one a file"},
	} {
		issues := Lint("e.yaml", strings.NewReader(c.text))
		if len(issues) == 0 || !strings.Contains(issues[0].String(), c.want) {
			t.Errorf("%s: %.300v, want %q", c.name, issues, c.want)
		}
	}
}
