package trace

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// memoTo is a memo that a Bitcoin transaction pays a vault with.
func memoTo(t *clew.Transfer, vault clew.Address) clew.Act {
	pos := t.Pos
	pos.Ordinal = 101
	a := clew.Act{Pos: pos, Tx: t.Tx, Time: t.Time, On: vault}
	a.SetMemo(clew.DataOutput, []byte("=:ETH.ETH:x"))
	return a
}

// briefly writes places, with the last byte of their addresses.
func briefly(r *Result) string {
	var list []string
	for _, p := range r.Places {
		list = append(list, fmt.Sprintf("%s %d = %s", p.Kind, p.Address.Key()[19], p.Amount))
	}
	return strings.Join(list, "; ")
}

// coinsSaying holds a chain of outputs whole, with acts.
func coinsSaying(t testing.TB, coins []clew.Transfer, acts []clew.Act) ledger.Snapshot {
	return ledgerSaying(t, clew.Bitcoin, coins, acts)
}

// TestBridgesToBitcoinAndBack follows stolen ether to Bitcoin, there on to
// somebody who swaps half of it back, and finds the way back by the same messages.
func TestBridgesToBitcoinAndBack(t *testing.T) {
	vault, router := script(8), who(80)
	accounts := []clew.Transfer{move(1, who(1), who(2), ether, 100), move(2, who(2), router, ether, 60), move(30, router, who(3), ether, 24), move(31, who(3), who(4), ether, 24)}
	coin := func(height uint64, from []clew.Leg, to ...clew.Leg) clew.Transfer {
		return clew.Transfer{Pos: clew.Pos{Height: height}, Time: clew.Time(1_600_000_000 + 12*height), Tx: txOf(clew.Pos{Height: height}), Asset: bitcoin, From: from, To: to}
	}
	pay := func(to clew.Address, n uint64) clew.Leg { return clew.Leg{Address: to, Amount: clew.Units(n)} }
	spend := func(height uint64, i uint32, of clew.Leg) clew.Leg {
		of.Spends = &clew.Output{Tx: txOf(clew.Pos{Height: height}), Index: i}
		return of
	}
	coins := []clew.Transfer{
		coin(1, []clew.Leg{{Amount: clew.Units(1000)}}, pay(vault, 1000)),
		coin(10, []clew.Leg{spend(1, 0, pay(vault, 1000))}, pay(script(1), 6), pay(vault, 994)),
		coin(20, []clew.Leg{spend(10, 0, pay(script(1), 6))}, pay(vault, 3), pay(script(2), 3)),
	}
	links := givenLinks{certain("to", clew.Ethereum, clew.Bitcoin, accounts[1].Pos, coins[1].Pos), certain("back", clew.Bitcoin, clew.Ethereum, coins[2].Pos, accounts[2].Pos)}
	links[0].Recipients, links[1].Recipients = []clew.Address{script(1)}, []clew.Address{who(3)}
	acts := append(links.messages(t, clew.Ethereum, router), links.messages(t, clew.Bitcoin, vault)...)
	onEthereum := slices.DeleteFunc(slices.Clone(acts), func(a clew.Act) bool { return a.On.Chain() != clew.Ethereum })
	onBitcoin := append(slices.DeleteFunc(acts, func(a clew.Act) bool { return a.On.Chain() != clew.Bitcoin }), memoTo(&coins[2], vault))
	ledgers := []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, accounts, onEthereum), coinsSaying(t, coins, onBitcoin)}
	theft := clew.Pos{Height: 1}
	last := accounts[3].Pos
	for _, p := range taint.Policies() {
		in := Input{Ledgers: ledgers[:1], Others: ledgers[1:], Bridges: links, Spread: No, Method: taint.Method{Policy: p},
			Namer: stops{router: tag.Bridge}, Start: Start{Transfer: &theft}}
		if !p.Describe().Accounts {
			continue
		}
		r := swapRun(t, string(p), in)
		if got := briefly(r); got != "unspent 2 = 40; unspent 4 = 24; unspent 2 = 3" || len(r.Conversions) != 2 || len(r.AsOf) != 2 {
			t.Errorf("%s: %s\n%+v", p, got, r.Conversions)
		}
		if !p.Describe().Backward {
			continue
		}
		in.Direction, in.Start = Backward, Start{Transfer: &last, Chain: clew.Ethereum}
		r = swapRun(t, string(p)+" backward", in)
		if got := briefly(r); got != "opening balance 1 = 30" && p != taint.Poison {
			t.Errorf("%s backward: %s\n%+v", p, got, r.Conversions)
		}
	}
}

// TestBridgesBooksOverBitcoin closes the books over random histories of accounts
// and outputs with random links to and fro, whatever clocks say, and interval and
// queue agree.
func TestBridgesBooksOverBitcoin(t *testing.T) {
	crossed := 0
	for seed := range int64(150) {
		for _, way := range []Direction{Forward, Backward} {
			for _, p := range taint.Policies() {
				if d := p.Describe(); !d.Accounts || way == Backward && !d.Backward {
					continue
				}
				rng := rand.New(rand.NewSource(seed))
				in, links := mixedWorld(t, rng)
				in.Direction, in.Method.Policy, in.Bridges = way, p, links
				name := fmt.Sprintf("seed %d, %s %s", seed, way, p)
				r := swapRun(t, name, in)
				for i := range r.Conversions {
					if r.Conversions[i].Note == "" {
						crossed++
					}
				}
				in.Engine = Queue
				if w, err := newWalk(t.Context(), &in); err != nil || w.outputsFirst {
					continue
				}
				if got, want := placesOf(swapRun(t, name+" by queue", in)), placesOf(r); got != want {
					t.Fatalf("%s by queue:\n%s\nwant\n%s", name, got, want)
				}
			}
		}
	}
	if crossed < 300 {
		t.Errorf("%d bridges crossed: too few to tell anything", crossed)
	}
}

// mixedWorld returns a question over a chain of accounts and one of outputs, with
// links between transfers of which the earlier goes in.
func mixedWorld(t *testing.T, rng *rand.Rand) (Input, givenLinks) {
	w, c := randomWorld(rng, traits{origins: 1, openings: true}), randomCoins(rng, false)
	for i := range c.transfers {
		c.transfers[i].Time = clew.Time(1_600_000_000 + 25*int64(c.transfers[i].Pos.Height) + rng.Int63n(2)*600)
	}
	var links givenLinks
	var memos []clew.Act
	used := map[clew.Pos]bool{}
	for n := range 12 {
		a, b := &w.transfers[rng.Intn(len(w.transfers))], &c.transfers[rng.Intn(len(c.transfers))]
		if used[a.Pos] || used[b.Pos] || a.Amount().IsZero() || a.From[0].Address == a.To[0].Address || a.To[0].Address.IsZero() || b.To[0].Address.IsZero() || b.From[0].Address.IsZero() {
			continue
		}
		used[a.Pos], used[b.Pos] = true, true
		if l := certain(string(rune('a'+n)), clew.Ethereum, clew.Bitcoin, a.Pos, b.Pos); a.Time < b.Time {
			l.Recipients = []clew.Address{b.To[0].Address}
			links = append(links, l)
			continue
		}
		l := certain(string(rune('a'+n)), clew.Bitcoin, clew.Ethereum, b.Pos, a.Pos)
		l.Recipients = []clew.Address{a.To[0].Address}
		links, memos = append(links, l), append(memos, memoTo(b, b.To[0].Address))
	}
	start := w.seeds[0]
	in := Input{Spread: No, Limits: w.limits, Start: Start{Origins: []Seed{{ID: "A", Chain: clew.Ethereum, Transfers: start}}}}
	if rng.Intn(2) == 0 {
		at := c.transfers[rng.Intn(len(c.transfers)/2)].Pos
		in.Start = Start{Transfer: &at, Chain: clew.Bitcoin}
	}
	in.Ledgers = []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, w.transfers, links.messages(t, clew.Ethereum, who(90))),
		coinsSaying(t, c.transfers, append(links.messages(t, clew.Bitcoin, script(9)), memos...))}
	return in, links
}

// likeAny is added to why a payment to somebody who is not known to be a bridge was
// not crossed.
const likeAny = "; walked like any other payment, for nothing known to be the bridge's was paid"

// TestBridgesNotCrossed: what is not certain stays in the bridge, with its reason;
// a lying log leads nothing away.
func TestBridgesNotCrossed(t *testing.T) {
	here := []clew.Transfer{move(1, who(1), who(2), ether, 100), move(5, who(2), who(3), ether, 100), move(6, who(3), who(4), ether, 100)}
	base := func(n int) clew.Address { return clew.EVMAddress(clew.Base, [20]byte(who(n).Key())) }
	out := move(6, base(9), base(2), clew.NativeAsset(clew.Base), 99)
	early := move(1, base(9), base(2), clew.NativeAsset(clew.Base), 99)
	early.Pos.Ordinal, early.Time, out.Time = 7, here[1].Time-2*bridgeSlack, here[1].Time+60
	link := func(change func(*launder.Link)) givenLinks {
		l := certain("x", clew.Ethereum, clew.Base, here[1].Pos, out.Pos)
		change(l)
		return givenLinks{l}
	}
	for _, c := range []struct {
		name  string
		links givenLinks
		out   []clew.Transfer
		kept  []clew.Address // whom the question walks on through
		want  string
		why   string
		maybe int
	}{
		{"certain", link(func(*launder.Link) {}), []clew.Transfer{out}, nil, "unspent 2 = 99", "", 0},
		{"likely", link(func(l *launder.Link) { l.Certainty = launder.Likely }), []clew.Transfer{out}, nil, "bridge 3 = 100", "likely, not certain: kept as a hypothesis, and not followed", 1},
		{"not held", link(func(l *launder.Link) { l.Refused, l.Out, l.Certainty = launder.FarNotHeld, nil, "" }), []clew.Transfer{early}, nil, "bridge 3 = 100",
			"the other end is not among what is held: that of base ends at " + early.Time.String() + ", before it went in", 0},
		{"in flight", link(func(l *launder.Link) { l.Refused, l.Out, l.Certainty = launder.FarNotHeld, nil, "" }), []clew.Transfer{out}, nil, "bridge 3 = 100",
			"the other end is not among what is held: no release of it is in that of base up to " + out.Time.String() + "; it may be in flight, or what released it is not read", 0},
		{"anybody's contract", link(func(l *launder.Link) { l.Refused, l.Out, l.Certainty = launder.UnknownBridge, nil, "" }), []clew.Transfer{out}, nil, "unspent 4 = 100", string(launder.UnknownBridge) + likeAny, 0},
		{"likely by anybody", link(func(l *launder.Link) { l.Certainty = launder.Likely }), []clew.Transfer{out}, nil, "unspent 4 = 100", "likely, not certain: kept as a hypothesis, and not followed" + likeAny, 1},
		{"gone on through", link(func(l *launder.Link) { l.Refused, l.Out, l.Certainty = launder.FarNotHeld, nil, "" }), []clew.Transfer{out}, []clew.Address{who(3)}, "unspent 4 = 100", "the question asks to walk on through the address that was paid", 0},
		{"before", link(func(l *launder.Link) { l.Out = []clew.Pos{early.Pos} }), []clew.Transfer{early, out}, nil, "bridge 3 = 100", "what is said to have come out of it came before it went in", 0},
		{"misplaced", link(func(l *launder.Link) { l.Out = []clew.Pos{{Height: 77}} }), []clew.Transfer{out}, nil, "bridge 3 = 100", "its transfer at 77/0/native/0 is not held", 0},
		{"no ledger", link(func(l *launder.Link) { l.OutChain = clew.BNB }), []clew.Transfer{out}, nil, "bridge 3 = 100", "no ledger of bnb is at hand", 0},
		{"of another transaction", link(func(l *launder.Link) { l.In = append(l.In, here[2].Pos) }), []clew.Transfer{out}, nil, "unspent 4 = 100", "", 0},
	} {
		names := stops{who(3): tag.Bridge}
		if strings.HasPrefix(c.want, "unspent 4") {
			names = stops{}
		}
		for _, engine := range []Engine{"", Queue} {
			in := Input{Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, here, c.links.messages(t, clew.Ethereum, who(3)))}, Engine: engine,
				Others:  []ledger.Snapshot{ledgerSaying(t, clew.Base, c.out, c.links.messages(t, clew.Base, base(9)))},
				Bridges: c.links, Spread: No, Continue: c.kept, Namer: names, Start: Start{Transfer: &here[0].Pos}}
			r := swapRun(t, c.name, in)
			if got := briefly(r); got != c.want {
				t.Errorf("%s: %s, want %s; %+v", c.name, got, c.want, r.Conversions)
			}
			if c.why != "" && (len(r.Conversions) != 1 || r.Conversions[0].Note != c.why) || len(r.Hypotheses) != c.maybe {
				t.Errorf("%s: %+v, %+v", c.name, r.Conversions, r.Hypotheses)
			}
		}
	}
}

// TestBridgesInALoop goes to and fro between two chains until the limit on hops,
// whose books close.
func TestBridgesInALoop(t *testing.T) {
	base := func(n int) clew.Address { return clew.EVMAddress(clew.Base, [20]byte(who(n).Key())) }
	coinThere := clew.NativeAsset(clew.Base)
	here, there := []clew.Transfer{move(1, who(1), who(2), ether, 1000)}, []clew.Transfer{move(1, base(1), base(9), coinThere, 5)}
	var links givenLinks
	for h := uint64(2); h < 600; h += 4 {
		here = append(here, move(h, who(2), who(3), ether, 1000), move(h+3, who(3), who(2), ether, 1000))
		there = append(there, move(h+1, base(3), base(2), coinThere, 1000), move(h+2, base(2), base(3), coinThere, 1000))
		n := len(there)
		links = append(links, certain(fmt.Sprint("a", h), clew.Ethereum, clew.Base, here[len(here)-2].Pos, there[n-2].Pos),
			certain(fmt.Sprint("b", h), clew.Base, clew.Ethereum, there[n-1].Pos, here[len(here)-1].Pos))
	}
	for _, p := range []taint.Policy{taint.FIFO, taint.Haircut, taint.TaintFirst} {
		in := Input{Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, here, links.messages(t, clew.Ethereum, who(3))),
			ledgerSaying(t, clew.Base, there, links.messages(t, clew.Base, base(3)))}, Method: taint.Method{Policy: p},
			Bridges: links, Spread: No, Start: Start{Transfer: &here[0].Pos, Chain: clew.Ethereum}, Limits: Limits{Hops: 100_000}}
		r := swapRun(t, string(p), in)
		if len(r.Conversions) != 300 || r.Places[0].Kind != AtRest {
			t.Errorf("%s: %d conversions, %+v", p, len(r.Conversions), r.Places[0])
		}
		in.Limits.Transfers = 100
		if r = swapRun(t, string(p), in); r.Places[0].Kind != AtSizeLimit {
			t.Errorf("%s within limits: %+v", p, r.Places)
		}
	}
}
