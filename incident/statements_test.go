package incident

import (
	"slices"
	"strings"
	"testing"
)

// entryText is an entry of the record in few lines, which the tests change.
const entryText = `schema: 1
id: example-2022
title: An example
status: reviewed
trail:
  - {day: 2026-11-28, act: entered, by: the maintainers}
victims:
  - {name: A bridge, kind: bridge, country: SG, source: s, sizes: [{of: customers, figure: 200000, about: true, source: s}]}
dates:
  occurred: {day: 2022-03-01, time: 2022-03-01T13:29:09Z, source: s}
  disclosed: {day: 2022-03-02, source: s}
methods:
  - {kind: key compromise, techniques: [T1566.002], by: Somebody, source: s}
losses:
  - {coin: XEM, amount: 500000.5, about: true, source: s}
values:
  - {usd: 2600000, about: true, basis: at theft, by: Somebody, counts: true, source: s}
  - {usd: 3100000, verified: false, by: Others, source: s}
outcomes:
  - {state: frozen, day: 2022-03-05, usd: 100000, by: An exchange, source: s}
transactions:
  - {chain: ethereum, tx: 0x0e0d16475d2ac6a4802437a35a21776e5c9b681a77fef1693b0badbb6afdb083, did: took it, source: s}
chains:
  - {ledger: NEM, covers: nothing yet, source: s}
attribution:
  - {actor: lazarusgroup, state: KP, label: Lazarus Group, by: FBI, day: 2022-04-14, standing: confirmed by an authority, means: off-chain, source: s}
persons:
  - {name: N. N., act: charged, authority: a court, day: 2023-01-01, quote: as charged, source: a}
sources:
  - {id: s, title: A source, publisher: Somebody, kind: press, note: on paper}
  - {id: a, title: An act, publisher: A court, kind: authority, note: on paper}
`

// TestLintOfStatements changes one thing and wants one issue, in the right
// line.
func TestLintOfStatements(t *testing.T) {
	if issues := Lint("e.yaml", strings.NewReader(entryText)); len(issues) > 0 {
		t.Fatalf("the sound file: %v", issues)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"no status", "status: reviewed\n", "", `:1: status "": the trail leads to "reviewed"`},
		{"no trail", "trail:\n  - {day: 2026-11-28, act: entered, by: the maintainers}\n", "", `:1: status "reviewed": want a trail`},
		{"first act", "act: entered", "act: disputed", `:6: act "disputed": not what may follow status ""; that is entered, proposed`},
		{"unreviewed", "act: entered", "act: proposed", `status "reviewed": the trail leads to "proposed"`},
		{"own review", "act: entered, by: the maintainers}", "act: proposed, by: me}\n  - {day: 2026-11-28, act: reviewed, by: me}", ":7: by \"me\": who proposed"},
		{"days of the trail", "by: the maintainers}", "by: x}\n  - {day: 2026-11-27, act: reviewed, by: y}", ":7: day 2026-11-27: an earlier act"},
		{"dispute without ground", "by: the maintainers}", "by: x}\n  - {day: 2026-11-29, act: disputed, by: y}", ":7: text: want the ground"},
		{"correction", "by: the maintainers}", "by: x}\n  - {day: 2026-11-29, act: corrected, by: y, text: wrong}", ":7: was, is:"},
		{"of", "by: the maintainers}", "by: x}\n  - {day: 2026-11-29, act: corrected, by: y, of: valuess, was: 1, is: 2}", ":7: of \"valuess\": not a word of the format; did you mean values?"},
		{"id", "id: example-2022", "id: Example_2022", `:1: id "Example_2022"`},
		{"victim's kind", "kind: bridge", "kind: brigde", `:8: kind "brigde"`},
		{"country", "country: SG", "country: Singapore", `:8: country "Singapore": want a country`},
		{"size", "of: customers", "of: guests", `:8: of "guests"`},
		{"size's source", "about: true, source: s}]", "about: true, source: z}]", `:8: source "z"`},
		{"time of another day", "2022-03-01T13", "2022-03-02T13", ":10: time 2022-03-02T13:29:09Z: not of day 2022-03-01"},
		{"told before", "disclosed: {day: 2022-03-02", "disclosed: {day: 2022-02-02", ":11: day 2022-02-02: before the theft"},
		{"method", "kind: key compromise", "kind: key compromize", `:13: kind "key compromize"`},
		{"technique", "T1566.002", "1566", `:13: technique "1566"`},
		{"coin and asset", "coin: XEM,", "coin: XEM, asset: XEM,", ":15: want one of asset and coin"},
		{"neither", "coin: XEM, ", "", ":15: want one of asset and coin"},
		{"amount", "amount: 500000.5", "amount: lots", ":15: amount"},
		{"dollars", "usd: 2600000", "usd: 2.6m", ":17: usd"},
		{"nothing for unknown", "usd: 2600000", "usd: 0", ":17: usd: 0; what is not known is left out"},
		{"until", "time: 2022-03-01T13:29:09Z,", "until: 2022-02-01,", ":10: until 2022-02-01: want a day after the first"},
		{"basis", "basis: at theft", "basis: then", `:17: basis "then"`},
		{"unverified figure", "verified: false, by: Others", "verified: false, counts: true, by: Others", ":18: counts: a figure that was not verified"},
		{"two figures", "verified: false, by: Others", "counts: true, by: Others", ":18: counts: the figure of line 17 counts already"},
		{"outcome", "state: frozen", "state: froze", `:20: state "froze"`},
		{"outcome before", "day: 2022-03-05", "day: 2021-03-05", ":20: day 2021-03-05: before the theft"},
		{"outcome of nothing", "usd: 100000, ", "", ":20: want amount or usd"},
		{"transaction", "6afdb083", "6afdb0", ":22: tx:"},
		{"transaction twice", "did: took it, source: s}", "did: took it, source: s}\n  - {chain: ethereum, tx: 0x0e0d16475d2ac6a4802437a35a21776e5c9b681a77fef1693b0badbb6afdb083, did: again, source: s}", ":23: transaction of ethereum"},
		{"chain", "{ledger: NEM,", "{chain: ethereum, ledger: NEM,", ":24: want one of chain and ledger"},
		{"actor", "actor: lazarusgroup", "actor: Lazarus Group", `:26: actor "Lazarus Group"`},
		{"state", "state: KP", "state: DPRK", `:26: state "DPRK"`},
		{"means", "means: off-chain", "means: hearsay", `:26: means "hearsay"`},
		{"person from the press", "quote: as charged, source: a", "quote: as charged, source: s", ":28: source \"s\": a person is named from an authority's own act alone"},
		{"person's act", "act: charged", "act: accused", `:28: act "accused"`},
		{"source's kind", "kind: press, ", "", `:30: kind "": not a word`},
		{"nothing lost", "losses:\n  - {coin: XEM, amount: 500000.5, about: true, source: s}\nvalues:\n  - {usd: 2600000, about: true, basis: at theft, by: Somebody, counts: true, source: s}\n  - {usd: 3100000, verified: false, by: Others, source: s}\n", "", ":1: losses, values: want one of them"},
	} {
		if strings.Count(entryText, c.old) != 1 {
			t.Errorf("%s: %q is %d times in the file", c.name, c.old, strings.Count(entryText, c.old))
			continue
		}
		issues := Lint("e.yaml", strings.NewReader(strings.Replace(entryText, c.old, c.new, 1)))
		if !slices.ContainsFunc(issues, func(i Issue) bool { return strings.Contains(i.String(), c.want) }) {
			t.Errorf("%s: got %v, want %q", c.name, issues, c.want)
		}
	}
}

// TestTrailLeadsToStatus follows whole trails.
func TestTrailLeadsToStatus(t *testing.T) {
	for _, c := range []struct {
		acts   string
		status Status
		counts bool
	}{
		{"proposed", StatusProposed, false},
		{"proposed reviewed", StatusReviewed, true},
		{"proposed refused", StatusRefused, false},
		{"entered disputed", StatusDisputed, true},
		{"entered disputed upheld", StatusReviewed, true},
		{"entered disputed withdrawn", StatusWithdrawn, false},
		{"entered withdrawn restored", StatusReviewed, true},
	} {
		var trail strings.Builder
		for _, act := range strings.Fields(c.acts) {
			trail.WriteString("  - {day: 2026-11-28, act: " + act + ", by: who " + act + " it, text: why}\n")
		}
		text := strings.Replace(entryText, "  - {day: 2026-11-28, act: entered, by: the maintainers}\n", trail.String(), 1)
		i, err := Read("e.yaml", strings.NewReader(strings.Replace(text, "status: reviewed", "status: "+string(c.status), 1)))
		if err != nil {
			t.Errorf("%s: %v", c.acts, err)
			continue
		}
		if i.Counts() != c.counts {
			t.Errorf("%s: counts: %v", c.acts, i.Counts())
		}
	}
	if i, err := Read("small.yaml", strings.NewReader(small)); err != nil || i.Counts() {
		t.Errorf("a case's own file counts: %v", err)
	}
}
