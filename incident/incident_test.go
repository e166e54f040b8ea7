package incident

import (
	"slices"
	"strings"
	"testing"

	"clew"
)

// small is a whole incident in few lines; the tests change one thing in it.
const small = `schema: 1
id: small-2020
title: A small theft
victims:
  - {name: A bridge, source: s}
dates:
  occurred: {day: 2020-01-01, source: s}
losses:
  - {asset: ETH, amount: 10, source: s}
chains:
  - {chain: ethereum, covers: a few transfers, source: s}
assets:
  - {id: ETH, asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, source: s}
roles:
  - role: first recipient
    did: received it
    by: somebody
    source: s
    addresses: [0x0000000000000000000000000000000000000002]
transfers:
  - asset: ETH
    basis: fact
    source: s
    rows:
      - {id: theft, time: 2020-01-01T12:00:00Z, from: 0x0000000000000000000000000000000000000001, to: 0x0000000000000000000000000000000000000002, amount: 10}
      - {id: on, time: 2020-01-01T13:00:00Z, from: 0x0000000000000000000000000000000000000002, to: 0x0000000000000000000000000000000000000003, amount: 4.5}
supposed:
  - asset: ETH
    basis: inferred
    method: a rule
    source: s
    rows:
      - {id: guess, before: on, from: 0x0000000000000000000000000000000000000009, to: 0x0000000000000000000000000000000000000002, amount: 1}
origins:
  - {id: ether, name: ten ether, transfers: [theft], source: s}
prices:
  - {asset: ETH, day: 2020-01-01, close: 130.8, source: s}
sources:
  - {id: s, title: A source, publisher: Somebody, note: on paper}
`

func read1(t testing.TB, text string) *Incident {
	t.Helper()
	i, err := Read("small.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestLint changes one thing and wants one issue, in the right line.
func TestLint(t *testing.T) {
	if issues := Lint("small.yaml", strings.NewReader(small)); len(issues) > 0 {
		t.Fatalf("the sound file: %v", issues)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"key at the top", "title:", "titlee:", "small.yaml:3: titlee: unknown key; did you mean title?"},
		{"key of a row", "amount: 4.5", "ammount: 4.5", ":26: ammount: unknown key; did you mean amount?"},
		{"foreign key", "prices:", "colours:", ":36: colours: unknown key; known are schema"},
		{"key twice", "id: small-2020", "schema: 1", ":2: schema: given twice"},
		{"missing key", "title: A small theft\n", "", ":1: title: missing"},
		{"schema", "schema: 1", "schema: 2", ":1: schema 2: this version reads schema 1"},
		{"no source", "losses:\n  - {asset: ETH, amount: 10, source: s}", "losses:\n  - {asset: ETH, amount: 10}", ":9: source: missing"},
		{"unknown source", "amount: 10, source: s}", "amount: 10, source: x}", `:9: source "x": not among the file's sources`},
		{"source not cited", "sources:\n", "sources:\n  - {id: z, title: T, publisher: P, note: n}\n", `:39: source "z": nothing cites it`},
		{"source nowhere", ", note: on paper", "", `:39: source "s": want url, repository, or a note`},
		{"unknown asset", "losses:\n  - {asset: ETH", "losses:\n  - {asset: ETC", `:9: asset "ETC": not among the file's assets; did you mean ETH?`},
		{"decimals of the chain", "decimals: 18", "decimals: 6", `:13: asset "ETH": 6 decimals, but its chain fixes 18`},
		{"role", "role: first recipient", "role: first recipent", `:15: role "first recipent": not a word of the format; did you mean first recipient?`},
		{"stop", "    did: received it", "    did: received it\n    stop: mixxer", "did you mean mixer?"},
		{"basis", "    basis: fact", "    basis: inferred", `:21: basis "inferred": not a word of the format`},
		{"claim without a name", "    basis: fact", "    basis: claim", ":21: by: missing"},
		{"inference without a method", "    method: a rule\n", "", ":28: method: missing"},
		{"amount too fine", "amount: 4.5", "amount: 0.0000000000000000001", ":26: amount"},
		{"amount not a number", "amount: 4.5", "amount: 4,5x", ":26:"},
		{"no amount", ", amount: 4.5", "", ":26: amount: missing"},
		{"checksum", "0x0000000000000000000000000000000000000003", "0x098b716B8Aaf21512996dC57EB0615e2383E2f96", ":26: to: address"},
		{"time", "2020-01-01T13:00:00Z", "2020-01-01 13:00", ":26: time: time"},
		{"no place in time", "time: 2020-01-01T13:00:00Z, ", "", ":26: want one of time, after and before"},
		{"two places in time", "time: 2020-01-01T13:00:00Z,", "time: 2020-01-01T13:00:00Z, after: theft,", ":26: want one of time, after and before"},
		{"anchor unknown", "before: on", "before: off", `:33: "off": no transfer of that id with a place in time`},
		{"anchor in a circle", "before: on", "before: guess", `:33: "guess": no transfer of that id with a place in time`},
		{"half an aggregate", "amount: 4.5", "amount: 4.5, count: 3", ":26: want count, unit, first and last together"},
		{"nobody in a ledger", "from: 0x0000000000000000000000000000000000000002, to:", "to:", ":26: want from and to"},
		{"heights fall", "amount: 10}\n      -", "amount: 10, height: 9}\n      - {time: 2020-01-01T12:30:00Z, from: 0x0000000000000000000000000000000000000002, to: 0x0000000000000000000000000000000000000003, amount: 1, height: 8}\n      -", ":26: height 8: an earlier transfer has height 9"},
		{"origin unknown", "transfers: [theft]", "transfers: [heft]", `:35: transfer "heft": no transfer of that id`},
		{"proceeds unknown", "transfers: [theft]", "transfers: [theft], proceeds: swap", `:35: proceeds "swap": no conversion of that id`},
		{"two roles", "addresses: [0x0000000000000000000000000000000000000002]", "addresses: [0x0000000000000000000000000000000000000002, 0x0000000000000000000000000000000000000002]", ":15: 0x0000000000000000000000000000000000000002: has a role already"},
		{"role of nobody", "addresses: [0x0000000000000000000000000000000000000002]", "addresses: ['']", `:15: role "first recipient": an address is empty`},
		{"decimals beyond an amount", `asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18`, `asset: "eip155:1/erc20:0x0000000000000000000000000000000000000007", symbol: ETH, decimals: 78`, `:13: asset "ETH": 78 decimals; at most 77`},
		{"two assets of one origin", "transfers: [theft], source: s}", "transfers: [theft, token], source: s}", "transfers of one side are of two assets"},
		{"too many sources", "sources:\n", "sources:\n" + strings.Repeat("  - {id: s, title: T, publisher: P, note: n}\n", 1000), ":1: a list of 1001; want at most 1000"},
		{"id taken", "id: on,", "id: theft,", `:26: transfer "theft": its id is taken in line 25`},
		{"price", "close: 130.8", "close: 1.3e2", ":37: price"},
		{"price without a day", "day: 2020-01-01, close", "close", ":37: want a day, or an assumed close of 1"},
		{"day", "day: 2020-01-01, close", "day: 2020-1-1, close", ":37: day: day"},
		{"anchor of YAML", "id: small-2020", "id: &a small-2020", ":2: id: anchors and aliases are not used here"},
		{"list for a value", "id: small-2020", "id: [a]", ":2: id: want one value"},
		{"value for a list", "victims:\n  - {name: A bridge, source: s}", "victims: x", ":4: victims: want a list"},
		{"not YAML", "id: small-2020", "id: [", "small.yaml:"},
		{"two documents", "sources:", "---\nsources:", "a second document"},
		{"empty", small, "", "empty"},
	} {
		if strings.Count(small, c.old) == 0 {
			t.Errorf("%s: %q is not in the file", c.name, c.old)
			continue
		}
		text := strings.Replace(small, c.old, c.new, 1)
		if strings.Contains(c.new, "token") {
			text = withToken(text)
		}
		issues := Lint("small.yaml", strings.NewReader(text))
		found := slices.ContainsFunc(issues, func(i Issue) bool { return strings.Contains(i.String(), c.want) })
		if !found {
			t.Errorf("%s: got %v, want %q", c.name, issues, c.want)
		}
	}
}

// withToken adds a transfer of a token below the others.
func withToken(text string) string {
	text = strings.Replace(text, "roles:\n", "  - {id: TOK, asset: \"eip155:1/erc20:0x0000000000000000000000000000000000000007\", symbol: TOK, decimals: 6, source: s}\nroles:\n", 1)
	return strings.Replace(text, "supposed:\n", `  - asset: TOK
    basis: fact
    source: s
    rows:
      - {id: token, after: theft, from: 0x0000000000000000000000000000000000000001, to: 0x0000000000000000000000000000000000000002, amount: 2.5}
supposed:
`, 1)
}

// TestTokensStandAmongLogs wants the position of a token's transfer to be that
// of a log.
func TestTokensStandAmongLogs(t *testing.T) {
	i := read1(t, withToken(small))
	row, ok := i.Row(clew.Ethereum, clew.Pos{Height: 2, Class: clew.Log})
	if !ok || row.ID != "token" || row.Transfer.Amount() != clew.Units(2_500_000) {
		t.Errorf("got %+v", row)
	}
	if first := i.Rows()[0].Transfer.Pos; first != (clew.Pos{Height: 1, Class: clew.Native}) {
		t.Errorf("ether is at %s", first)
	}
}

// TestLintReturnsAllIssues makes four mistakes of one kind of check.
func TestLintReturnsAllIssues(t *testing.T) {
	text := strings.NewReplacer("title:", "titlee:", "method: a rule", "methd: a rule", "close:", "clos:").Replace(small)
	var unknown int
	for _, issue := range Lint("small.yaml", strings.NewReader(text)) {
		if strings.Contains(issue.Text, "unknown key; did you mean") {
			unknown++
		}
	}
	if unknown != 4 {
		t.Errorf("%d of 4 mistakes found", unknown)
	}
	if _, err := Read("small.yaml", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "small.yaml:3:") || !strings.Contains(err.Error(), "more)") {
		t.Errorf("reading: %v", err)
	}
}

func TestBlocksAreWholeAndInOrder(t *testing.T) {
	for name, i := range map[string]*Incident{"small": read1(t, small), "ronin": ronin(t)} {
		for _, chain := range i.Chains() {
			transfers := 0
			for at, b := range i.Blocks(chain) {
				if b.Ref.Height != uint64(at+1) {
					t.Fatalf("%s: block %d has height %d", name, at+1, b.Ref.Height)
				}
				if err := b.Check(chain); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				transfers += len(b.Transfers)
			}
			supposed := len(i.Assumptions().Transfers)
			if transfers+supposed != len(i.Rows()) {
				t.Errorf("%s: %d transfers and %d supposed of %d", name, transfers, supposed, len(i.Rows()))
			}
		}
	}
}

// TestSupposedTransfersHavePlaces wants the position of each to be free in the
// ledger and to fall where the file says.
func TestSupposedTransfersHavePlaces(t *testing.T) {
	i := read1(t, small)
	guess := i.Assumptions().Transfers[0].Transfer.Pos
	if guess.Height != 2 || len(i.Blocks(clew.Ethereum)[1].Transfers) != 0 {
		t.Errorf("the supposed transfer is at %s", guess)
	}
	row, ok := i.Row(clew.Ethereum, guess)
	if !ok || row.ID != "guess" || row.Basis != clew.Inferred || row.Method != "a rule" {
		t.Errorf("got %+v", row)
	}
	var ids []string
	for _, row := range ronin(t).Rows()[:10] {
		ids = append(ids, row.ID)
	}
	if got := strings.Join(ids, " "); got != " theft-ether theft-usdc   usdc-in ether-out-6656 first-return-6656 ether-out-e708 first-return-e708" {
		t.Errorf("order: %q", got)
	}
}

func TestCoverageSaysWhatIsNotHeld(t *testing.T) {
	c := ronin(t).Coverage(clew.Ethereum)
	if len(c.Whole) != 0 || len(c.Held) != 0 {
		t.Errorf("coverage claims %v and %v", c.Whole, c.Held)
	}
	want := map[clew.GapKind]uint64{clew.GapHeight: 128, clew.GapPartial: 0, clew.GapRounded: 2, clew.GapTime: 2}
	for _, g := range c.Gaps {
		count, ok := want[g.Kind]
		if !ok || g.Count != count || g.Note == "" || g.Window != (clew.Window{From: 1, To: 129}) {
			t.Errorf("gap %+v", g)
		}
		delete(want, g.Kind)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if c := ronin(t).Coverage(clew.Bitcoin); len(c.Gaps) != 0 {
		t.Errorf("a chain that is not in the file: %v", c.Gaps)
	}
}

func TestOriginsInBothViews(t *testing.T) {
	i := ronin(t)
	stolen, proceeds := i.Origins(AsStolen), i.Origins(AsProceeds)
	if len(stolen) != 2 || len(proceeds) != 2 {
		t.Fatalf("%d and %d origins", len(stolen), len(proceeds))
	}
	if stolen[1].Basis != clew.Fact || len(stolen[1].Transfers) != 1 || proceeds[1].Basis != clew.Claimed || len(proceeds[1].Transfers) != 2 {
		t.Errorf("got %+v and %+v", stolen[1], proceeds[1])
	}
	if !strings.Contains(proceeds[1].Name, "claim by an independent investigator") {
		t.Errorf("the proceeds do not say whose claim they are: %s", proceeds[1].Name)
	}
	if slices.Compare([]uint64{stolen[0].Transfers[0].Height}, []uint64{proceeds[0].Transfers[0].Height}) != 0 {
		t.Error("an origin without a conversion differs by view")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(entryText))
	f.Add([]byte(text(f, "ronin-2022")))
	f.Add([]byte("schema: 1\nid: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		i, err := Read("fuzz.yaml", strings.NewReader(string(data)))
		if err != nil {
			return
		}
		for _, chain := range i.Chains() {
			for _, b := range i.Blocks(chain) {
				if err := b.Check(chain); err != nil {
					t.Fatal(err)
				}
			}
			i.Coverage(chain)
		}
		i.Origins(AsStolen)
		i.Origins(AsProceeds)
		i.Assumptions()
		i.Roles()
		i.PriceTable()
		i.Counts()
		i.Claim("KP")
		if v, ok := i.Figure(); ok {
			v.Dollars()
		}
	})
}
