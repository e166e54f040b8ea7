package report

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/tag"
	"clew/trace"
)

// smallCase is an investigation in which label stands wherever a text comes from
// outside.
func smallCase(t testing.TB, label string) *Investigation {
	traced := smallTrace(t, label)
	said := &tag.Tag{Subject: address(5), Label: label, Actor: label, Source: label, Date: label}
	who := lead.Party{Name: label, How: label, Needs: label, Source: lead.Source{Text: label, Stated: label, Seen: label}, Tag: said, ID: label, Action: label, Basis: clew.Claimed}
	deposit := lead.Deposit{Tx: clew.TxID{31: 5}, Time: 1648000500, From: address(2), Marked: wei(t, "25"), Moved: wei(t, "30")}
	stop := &lead.Stoppable{Now: 1648000900,
		Chances: []lead.Chance{
			{Means: lead.HoldDeposit, Standing: lead.CanStop, Address: address(5), Asset: ether, Amount: wei(t, "25"), Who: who, Deposits: []lead.Deposit{deposit}, Deadline: lead.Deadline{Kind: lead.AnyMoment}, Why: lead.AtTheService, Basis: clew.Claimed},
			{Means: lead.StopBridge, Standing: lead.CanStop, Address: address(4), Asset: ether, Amount: wei(t, "1"), Who: who, Deadline: lead.Deadline{Kind: lead.At, Time: 1648009000}, Why: lead.InFlight, Window: label, Note: label, Basis: clew.Claimed},
			{Means: lead.FindOut, Standing: lead.MayStop, Address: address(3), Asset: ether, Amount: wei(t, "2"), Why: lead.NoOwner, Deadline: lead.Deadline{Kind: lead.AnyMoment}, Basis: clew.Inferred},
		},
		Rest: []lead.Rest{{Standing: lead.CannotStop, Why: lead.IsMixed, Role: label, Asset: ether, Amount: wei(t, "90"), Places: 1}},
		Sums: []lead.Sum{{Asset: ether, Accounted: wei(t, "118"), Parts: []clew.Amount{wei(t, "26"), wei(t, "2"), {}, {}, {}, wei(t, "90"), {}}}},
	}
	return &Investigation{Address: label, Now: 1648000900, Command: label, Skipped: []SkippedChain{{Chain: clew.Base, Why: label}},
		Chains: []*ChainInvestigation{{
			Address: address(2), Tags: []tag.Tag{*said}, Transfers: 3, Guess: lead.Guess{Side: lead.Victim, Why: label}, NotAsked: []string{label},
			Review:  &lead.Review{Considered: 4, Foreign: 1, Cut: true, Proposed: []lead.Outflow{{Time: 1648000500, Asset: ether, Amount: wei(t, "3"), To: address(3), For: []lead.Sign{lead.Drains}, Against: []lead.Sign{lead.SenderOwns}, Points: 4}}},
			Grants:  []lead.Grant{{Kind: lead.TokenApproval, Spender: address(3), Unlimited: true, Detail: label, Source: label}},
			Funding: &lead.Funding{End: lead.EndService, At: address(5), Who: who, Steps: []lead.FundingStep{{Address: address(2), From: address(5), Asset: ether, Amount: wei(t, "1"), Said: said, Sender: address(4), Earlier: 2}}},
			Stop:    &Stoppable{Trace: traced, Result: stop, Command: label}, Untraced: []clew.Asset{ether},
			Fetched: &explorer.Report{Ended: explorer.EndedFailed, Left: []explorer.Left{{Address: address(4), Why: label}}},
		}}}
}

func TestLeadsAreHarmless(t *testing.T) {
	for _, label := range hostileTexts {
		for _, r := range []Result{smallCase(t, label), smallCase(t, label).Chains[0].Stop} {
			for _, form := range []Form{Text, JSON, HTML} {
				got := written(t, r, form, Style{Wide: true}, "")
				if at := strings.IndexFunc(got, func(c rune) bool { return c != '\n' && c != ' ' && !unicode.IsPrint(c) }); at >= 0 {
					t.Errorf("the %s has %q", form, got[at:at+4])
				}
				if form == HTML {
					checkPage(t, got)
				}
			}
			for _, table := range tables(r.Doc()) {
				rows, err := csv.NewReader(strings.NewReader(written(t, r, CSV, Style{}, table))).ReadAll()
				if err != nil {
					t.Fatalf("table %s: %v", table, err)
				}
				for _, row := range rows {
					for _, cell := range row {
						if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
							t.Errorf("table %s: the cell %q may run", table, cell)
						}
					}
				}
			}
		}
	}
}

// TestRequestsNameWhatTheyMust holds a block to paste against its chances.
func TestRequestsNameWhatTheyMust(t *testing.T) {
	v := smallCase(t, "Some Exchange")
	text := written(t, v, Text, Style{}, "")
	has(t, text, "For Some Exchange: service holds the deposit", "Recipient: Some Exchange", "25 ETH (25000000000000000000 smallest units) at "+address(5).Text(), "on ethereum (eip155:1); asset eip155:1/slip44:60, the chain's own coin",
		clew.TxID{31: 5}.String(), clew.Time(1648000500).String(), "from "+address(2).Text()+" to "+address(5).Text(), "30 ETH (30000000000000000000 smallest units) moved, of it 25 ETH (25000000000000000000 smallest units) marked", "act by "+clew.Time(1648009000).String(),
		"1. The owner takes back what is open", "2. Write now", "Find out who runs what behaves like a service: "+address(3).Text(),
		"which account withdrew this?", "2 smaller payments before it", "no fee that it paid is held", "could not be fetched")
	if strings.Contains(text, "thief") {
		t.Error("an address is called a thief's")
	}
	if v.Outcome() != Incomplete {
		t.Errorf("outcome %s of what could not be fetched", v.Outcome())
	}
}

// TestRequestsArePlain wants blocks that any form takes, tokens named by their
// contracts, and Solana's transactions by what its services understand.
func TestRequestsArePlain(t *testing.T) {
	s := smallCase(t, "Bank \u00fcber \u4e2d").Chains[0].Stop
	token, err := clew.ParseAsset("0xdAC17F958D2ee523a2206206994597C13D831ec7", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	c := &s.Result.Chances[0]
	c.Asset, c.Amount = token, clew.Units(1_500_000)
	c.Deposits[0].Marked, c.Deposits[0].Moved = clew.Units(1_500_000), clew.Units(2_000_000)
	s.Trace.Signatures = Signatures{c.Deposits[0].Tx: "TheSignature"}
	block := func() string {
		text := ""
		for _, b := range s.requestsSection().Blocks {
			text += strings.Join(b.Lines, "\n")
		}
		if at := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }); at >= 0 {
			t.Errorf("a block has %q", text[at:])
		}
		return text
	}
	has(t, block(), "Recipient: Bank U+00FCber U+4E2D", "1. 1500000 smallest units at", "contract "+token.Contract().Text(), "transaction TheSignature, at ", "2000000 smallest units moved")
	s.Trace.Units = Units{}
	s.Trace.Units.Claim(token, "USDT", 6, "a list")
	has(t, block(), "1.5 USDT (1500000 smallest units) at", "by claim USDT of 6 decimals")
}

func TestSidesInWords(t *testing.T) {
	c := ChainInvestigation{Guess: lead.Guess{Side: lead.Receiver, Why: "so"}}
	has(t, c.sideWords(), "It was taken for an address that received: so. That is a guess")
	c.Guess = lead.Guess{Side: lead.Victim, Given: true, Why: "the question says so"}
	if got := c.sideWords(); got != "It was asked about as a victim's: the question says so." {
		t.Error(got)
	}
}

func TestLeadsInJSON(t *testing.T) {
	var back struct {
		Chains []struct {
			Result struct{ Stoppable lead.Stoppable }
		}
	}
	if err := json.Unmarshal([]byte(written(t, smallCase(t, "x"), JSON, Style{}, "")), &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Chains[0].Result.Stoppable; len(got.Chances) != 3 || got.Chances[0].Amount != wei(t, "25") || got.Chances[1].Deadline.Time != 1648009000 {
		t.Errorf("%+v", got)
	}
}

func TestStoppableOutcomes(t *testing.T) {
	done := func(chances int) *Stoppable {
		return &Stoppable{Trace: &Trace{Result: &trace.Result{Places: make([]trace.Place, 1)}}, Result: &lead.Stoppable{Chances: make([]lead.Chance, chances)}}
	}
	if got := done(1).Outcome(); got != Found {
		t.Errorf("with a chance: %s", got)
	}
	if got := done(0).Outcome(); got != Nothing {
		t.Errorf("without one: %s", got)
	}
	cut := done(0)
	cut.Trace.Result.Partial = true
	if got := cut.Outcome(); got != Incomplete {
		t.Errorf("cut short: %s", got)
	}
}

// TestNoPermissionsOnBitcoin: nobody can be given one there, so no owner is sent
// to take any back.
func TestNoPermissionsOnBitcoin(t *testing.T) {
	c := &ChainInvestigation{Guess: lead.Guess{Side: lead.Victim}}
	if c.revokeStep() == "" || c.grantsSection().ID == "" {
		t.Error("of another chain nothing is said")
	}
	var err error
	if c.Address, err = clew.ParseAddress("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", clew.Bitcoin); err != nil {
		t.Fatal(err)
	}
	if said := c.revokeStep(); said != "" || c.grantsSection().ID != "" {
		t.Errorf("of Bitcoin it is said: %s", said)
	}
}

// TestWhatWasExchangedIsNamed: who stops at an exchange needs the transactions
// whose other side goes on, each once.
func TestWhatWasExchangedIsNamed(t *testing.T) {
	at := func(kind trace.PlaceKind, tx ...byte) trace.Place {
		p := trace.Place{Kind: kind}
		for _, n := range tx {
			p.Arrivals = append(p.Arrivals, trace.Arrival{Tx: clew.TxID{n}})
		}
		return p
	}
	c := &ChainInvestigation{Stop: &Stoppable{Trace: &Trace{Result: &trace.Result{Places: []trace.Place{at(trace.Unconverted, 1, 2), at(trace.AtService, 3), at(trace.Unconverted, 2)}}}}}
	said := c.convertedStep()
	for n, want := range map[byte]int{1: 1, 2: 1, 3: 0} {
		if got := strings.Count(said, clew.TxID{n}.String()); got != want {
			t.Errorf("transaction %d is named %d times: %s", n, got, said)
		}
	}
	c.Stop.Trace.Result.Places = c.Stop.Trace.Result.Places[1:2]
	if said := c.convertedStep(); said != "" {
		t.Errorf("nothing was exchanged: %s", said)
	}
}
