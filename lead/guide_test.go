package lead

import (
	"strings"
	"testing"

	"clew"
	"clew/tag"
	"clew/trace"
)

func TestBuiltinGuide(t *testing.T) {
	g, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Tokens()) < 10 || len(g.contacts) == 0 || len(g.byPlace) == 0 {
		t.Errorf("%d tokens, %d contacts, %d places: want some", len(g.Tokens()), len(g.contacts), len(g.byPlace))
	}
	for _, token := range g.Tokens() {
		who, ok := g.issuerOf(token.Asset)
		if !ok || who.Basis != clew.Claimed || who.Source.Seen == "" || who.Source.Text == "" {
			t.Errorf("%s: %+v", token.Asset, who)
		}
	}
	if _, ok := g.issuerOf(clew.NativeAsset(clew.Ethereum)); ok {
		t.Error("somebody can freeze ether")
	}
}

// TestContactsHaveSources wants each contact to name a page that was read, and no
// address of mail that is not the service's own.
func TestContactsHaveSources(t *testing.T) {
	g, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for actor, c := range g.contacts {
		if !strings.HasPrefix(c.Source, "https://") || c.Seen == "" {
			t.Errorf("%s: source %q, read %q", actor, c.Source, c.Seen)
		}
		for _, word := range strings.Fields(c.How) {
			if _, host, found := strings.Cut(strings.Trim(word, ",;."), "@"); found && !strings.Contains(c.Source, host) {
				t.Errorf("%s: mail to %s, by %s", actor, word, c.Source)
			}
		}
	}
}

func TestServices(t *testing.T) {
	g, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		place trace.Place
		who   string
		known bool // how to reach it
	}{
		{"with a contact", trace.Place{Tag: &tag.Tag{Label: "Binance 14", Actor: "binance"}}, "Binance", true},
		{"by a portal", trace.Place{Tag: &tag.Tag{Label: "Crypto.com 2", Actor: "cryptocom"}}, "Crypto.com", true},
		{"without one", trace.Place{Tag: &tag.Tag{Label: "Some Exchange", Actor: "some"}}, "Some Exchange", false},
		{"without an actor", trace.Place{Tag: &tag.Tag{Label: "Some Exchange"}}, "Some Exchange", false},
		{"by role alone", trace.Place{Role: "exchange deposit"}, "exchange deposit", false},
		{"nobody", trace.Place{}, "", false},
	} {
		if p := g.serviceOf(&c.place); p.Name != c.who || (p.How != "") != c.known || p.Basis != clew.Claimed {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

// TestWrongGuides changes one thing of sound files, and wants it told.
func TestWrongGuides(t *testing.T) {
	const issuers = `issuers:
  - id: x
    name: X
    how: by letter
    needs: an order
    function: freeze(address)
    code: somewhere
    source: a page
    stated: 2020-01-02
    seen: 2020-01-03
    tokens:
      - asset: eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7
        symbol: X
        decimals: 6
        source: a list
`
	const contacts = `contacts:
  - actor: y
    name: Y
    how: by letter
    needs: an order
    source: a page
    seen: 2020-01-03
`
	const windows = `windows:
  - id: z
    name: Z
    kind: bridge delay
    at:
      - {address: "eip155:1:0xdAC17F958D2ee523a2206206994597C13D831ec7", label: a place}
    least: 3
    who: Z
    note: none
    source: a page
    seen: 2020-01-03
`
	var questions strings.Builder
	questions.WriteString("questions:\n")
	for _, kind := range []ServiceKind{ByIssuer, ByBridge, ByMixer, ByStaking, ByBank, ByCustodian, ByHost, NotKnownWho} {
		questions.WriteString("  - {kind: " + string(kind) + ", whose: W, ask: [A], source: a page, seen: 2020-01-03}\n")
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"sound", "", "", ""},
		{"a kind without questions", "kind: mixer,", "kind: pool,", `kind "mixer": missing`},
		{"a concept that is unknown", "whose: W,", "whose: W, concepts: [exchang],", `concept "exchang": given twice, or unknown`},
		{"no source", "    source: a page\n    stated", "    stated", "issuers.yaml:2: source: missing"},
		{"not seen", "    needs: an order\n    source: a page\n    seen: 2020-01-03\n", "    needs: an order\n    source: a page\n", "seen: missing"},
		{"no day", "2020-01-02", "2020-13-02", `day "2020-13-02": want YYYY-MM-DD`},
		{"a coin", "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7", "eip155:1/slip44:60", "want a fungible token"},
		{"decimals", "decimals: 6", "decimals: 99", "decimals 99: want at most 77"},
		{"a kind of window", "bridge delay", "delay", `kind "delay": want one of`},
		{"no place", `    at:
      - {address: "eip155:1:0xdAC17F958D2ee523a2206206994597C13D831ec7", label: a place}
`, "", "want a place, an actor or a chain's stake"},
		{"nobody who can", "    who: Z\n", "", "want who can stop it"},
		{"a swap without blocks", "bridge delay", "streaming swap", "block and longest: want both"},
		{"a swap's blocks", "bridge delay", "streaming swap\n    block: 6\n    longest: 14400", ""},
		{"blocks of no swap", "bridge delay", "bridge delay\n    block: 6\n    longest: 14400", "block and longest: want both"},
		{"a swap of too many blocks", "bridge delay", "streaming swap\n    block: 6\n    longest: 99999999999", "block and longest: want both"},
		{"nobody who can, of stake", "bridge delay\n    at", "unstaking window\n    at", ""},
		{"a place without a name", ", label: a place", "", "label: missing"},
		{"an epoch of stake", "    least: 3\n    who: Z\n", "    stake: solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\n    epoch: 10\n    slot: 200\n    who: Z\n", ""},
		{"an epoch without slots", "    least: 3\n", "    stake: solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\n    epoch: 10\n", "of stake, how long it waits"},
		{"an epoch of a place", "    least: 3\n", "    epoch: 10\n    slot: 200\n", "of a chain's stake alone"},
		{"stake of nobody known", "    who: Z\n", "    stake: tron:728126428\n", ""},
		{"stake without a length", "    least: 3\n    who: Z\n", "    stake: tron:728126428\n", "of stake, how long it waits"},
		{"stake of a chain without such acts", "    who: Z\n", "    stake: eip155:1\n", "a chain whose stake no acts record"},
		{"too long", "least: 3", "least: 99999", "at most 87600 hours"},
		{"an unknown key", "how: by letter", "hoow: by letter", "did you mean how?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := func(s string) *strings.Reader { return strings.NewReader(strings.Replace(s, c.old, c.new, 1)) }
			_, err := read(change(issuers), change(contacts), change(windows), change(questions.String()))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	twice := strings.Replace(contacts, "contacts:\n", "", 1)
	if _, err := read(strings.NewReader(issuers), strings.NewReader(contacts+twice), strings.NewReader(windows), strings.NewReader(questions.String())); err == nil || !strings.Contains(err.Error(), "actor y: given twice") {
		t.Errorf("two contacts of one service: %v", err)
	}
}

// TestNothingIsCut: a page shows 400 bytes of one text of the files.
func TestNothingIsCut(t *testing.T) {
	g, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	short := func(id, text string) {
		if len(text) > 400 {
			t.Errorf("%s: %d bytes: %s", id, len(text), text)
		}
	}
	for _, w := range g.byPlace {
		short(w.ID, w.Note)
		short(w.ID, w.Source)
	}
	for _, w := range g.byStake {
		short(w.ID, w.Note)
		short(w.ID, w.Source)
	}
	for id, c := range g.contacts {
		short(id, c.How)
		short(id, c.Needs)
		short(id, c.Provenance.Source)
	}
	for _, i := range g.issuers {
		short(i.issuer.ID, i.issuer.How)
		short(i.issuer.ID, i.issuer.Needs)
		short(i.issuer.ID, i.issuer.Provenance.Source)
	}
}
