package trace

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// mixes returns a Bitcoin transaction that spends outputs and pays scripts.
func mixes(height uint64, from []clew.Leg, to ...clew.Leg) clew.Transfer {
	pos := clew.Pos{Height: height}
	return clew.Transfer{Pos: pos, Time: clew.Time(1_600_000_000 + 10*height), Tx: clew.TxID{0: 2, 29: byte(height)}, Asset: bitcoin, From: from, To: to}
}

func output(to clew.Address, amount uint64) clew.Leg {
	return clew.Leg{Address: to, Amount: clew.Units(amount)}
}

// spent returns an output of a transaction as an input.
func spent(t clew.Transfer, index uint32) clew.Leg {
	leg := t.To[index]
	leg.Spends = &clew.Output{Tx: t.Tx, Index: index}
	return leg
}

// A coinCase is value that goes from Bitcoin over an exchange to Ethereum, and
// over another one back.
type coinCase struct {
	coins, accounts []clew.Transfer
	out, back       Record
}

func newCoinCase() coinCase {
	var c coinCase
	theft := mixes(1, []clew.Leg{{Amount: clew.Units(100)}}, output(script(1), 100))
	paid := mixes(2, []clew.Leg{spent(theft, 0)}, output(script(2), 60), output(script(3), 40))
	sent := move(5, theService, who(1), coin(1), 300)
	again := move(6, who(1), who(51), coin(1), 200)
	hot := mixes(7, []clew.Leg{{Address: script(9), Amount: clew.Units(50), Spends: &clew.Output{Tx: clew.TxID{8}}}}, output(script(4), 30), output(script(9), 20))
	onward := mixes(8, []clew.Leg{spent(hot, 0)}, output(script(5), 30))
	c.coins, c.accounts = []clew.Transfer{theft, paid, hot, onward}, []clew.Transfer{move(4, clew.Address{}, theService, coin(1), 1000), sent, again}
	usd := coin(1)
	c.out = Record{ID: "out", Exhibit: "1", By: "an exchange", Account: "a", Entries: []AccountEntry{
		{Kind: Deposited, Time: paid.Time, Balance: "BTC", Asset: bitcoin, Amount: clew.Units(60), Tx: paid.Tx, Address: script(2)},
		{Kind: Traded, Time: sent.Time, Balance: "BTC", Asset: bitcoin, Amount: clew.Units(50), GotBalance: "USD", Got: usd, GotAmount: clew.Units(300)},
		{Kind: Withdrawn, Time: sent.Time, Balance: "USD", Asset: usd, Amount: clew.Units(300), Tx: sent.Tx, Address: who(1)},
	}}
	c.back = Record{ID: "back", Exhibit: "2", By: "another exchange", Account: "b", Entries: []AccountEntry{
		{Kind: Deposited, Time: again.Time, Balance: "USD", Asset: usd, Amount: clew.Units(200), Tx: again.Tx, Address: who(51)},
		{Kind: Traded, Time: again.Time, Balance: "USD", Asset: usd, Amount: clew.Units(200), GotBalance: "BTC", Got: bitcoin, GotAmount: clew.Units(30)},
		{Kind: Withdrawn, Time: again.Time, Balance: "BTC", Asset: bitcoin, Amount: clew.Units(30), Tx: hot.Tx, Address: script(4)},
	}}
	return c
}

func (c *coinCase) input(t testing.TB, m taint.Policy, start clew.Pos, chain clew.Chain, records ...Record) Input {
	return Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, c.coins), ledgerOf(t, clew.Ethereum, c.accounts)},
		Start: Start{Transfer: &start, Chain: chain}, Method: taint.Method{Policy: m}, Spread: No,
		Namer: stops{theService: tag.Service, who(51): tag.Service, script(2): tag.Service}, Assumptions: Assumptions{Records: records}}
}

func whereItLies(r *Result) string {
	names := map[clew.Address]string{script(2): "exchange's", script(3): "change", who(1): "who1", who(51): "second's", script(5): "after", script(4): "back",
		script(9): "hot", theService: "the service's", script(6): "first", script(7): "second"}
	var lines []string
	for _, p := range r.Places {
		line := string(p.Kind) + " " + names[p.Address] + " " + p.Amount.String() + " for " + p.Parts[0].Basis.String()
		for _, x := range p.Rests {
			line += " on " + x.Exhibit
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// TestRecordsJoinBitcoinAndAccounts follows value out of Bitcoin, and into it.
func TestRecordsJoinBitcoinAndAccounts(t *testing.T) {
	c := newCoinCase()
	theft, sent := clew.Pos{Height: 1}, c.accounts[1].Pos
	for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.TaintFirst, taint.CleanFirst} {
		for _, x := range []struct {
			name    string
			start   clew.Pos
			chain   clew.Chain
			records []Record
			want    string
		}{
			{"without", theft, clew.Bitcoin, nil, "service exchange's 60 for 60; unspent change 40 for 40"},
			{"out", theft, clew.Bitcoin, []Record{c.out},
				"service second's 200 for 33 on 1; unspent who1 100 for 17 on 1; unspent change 40 for 40; service exchange's 10 for 10 on 1"},
			{"in", sent, clew.Ethereum, []Record{c.back}, "unspent who1 100 for 100; unspent after 30 for 200 on 2"},
			{"in a circle", theft, clew.Bitcoin, []Record{c.out, c.back},
				"unspent who1 100 for 17 on 1; unspent change 40 for 40; unspent after 30 for 33 on 1 on 2; service exchange's 10 for 10 on 1"},
		} {
			r := mustRun(t, c.input(t, p, x.start, x.chain, x.records...))
			got := whereItLies(r)
			if p != taint.FIFO { // which hundred dollars were left is the policy's
				got, x.want = rounded(got), rounded(x.want)
			}
			if got != x.want {
				t.Errorf("%s by %s: %s\nwant %s", x.name, p, got, x.want)
			}
		}
	}
	if got := runError(t, c.input(t, taint.TIHO, theft, clew.Bitcoin, c.out)); !strings.Contains(got, "policy") {
		t.Errorf("by tiho: %q", got)
	}
}

// TestRecordsBackwardJoinBitcoinAndAccounts follows value back into Bitcoin and
// out of it, by the same records.
func TestRecordsBackwardJoinBitcoinAndAccounts(t *testing.T) {
	c := newCoinCase()
	c.coins[0].From = []clew.Leg{output(script(6), 45), output(script(7), 55)}
	held := Record{ID: "held", Exhibit: "3", By: "an exchange", Entries: []AccountEntry{
		{Kind: HeldBefore, Balance: "BTC", Asset: bitcoin, Amount: clew.Units(31)}, c.back.Entries[2]}}
	onward, again := clew.Pos{Height: 8}, c.accounts[2].Pos
	for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut} {
		for _, x := range []struct {
			name    string
			start   clew.Pos
			chain   clew.Chain
			records []Record
			places  map[taint.Policy]string // "": by every other
			uses    int
		}{
			{"without", onward, clew.Bitcoin, nil, map[taint.Policy]string{"": "opening balance hot 30 for 30"}, 2},
			{"held", onward, clew.Bitcoin, []Record{held}, map[taint.Policy]string{"": "opening balance hot 30 for 30 on 3"}, 2},
			{"back", onward, clew.Bitcoin, []Record{c.back}, map[taint.Policy]string{"": "service the service's 200 for 30 on 2"}, 4},
			{"out", again, clew.Ethereum, []Record{c.out}, map[taint.Policy]string{
				taint.FIFO:    "opening balance first 33 for 200 on 1",
				taint.LIFO:    "opening balance first 18 for 109 on 1; opening balance second 15 for 91 on 1",
				taint.Haircut: "opening balance second 19 for 112 on 1; opening balance first 15 for 88 on 1"}, 4},
		} {
			in := c.input(t, p, x.start, x.chain, x.records...)
			in.Direction = Backward
			r := mustRun(t, in)
			want, ok := x.places[p]
			if !ok {
				want = x.places[""]
			}
			if got := whereItLies(r); got != want || len(r.Uses) != x.uses {
				t.Errorf("%s by %s: %s over %d transfers\nwant %s over %d", x.name, p, got, len(r.Uses), want, x.uses)
			}
		}
	}
}

// rounded leaves out bases that the order of units decides.
func rounded(s string) string {
	return strings.NewReplacer("for 34", "", "for 33", "", "for 16", "", "for 17", "").Replace(s)
}

// TestRecordsNamedWrong gives records that the ledger contradicts.
func TestRecordsNamedWrong(t *testing.T) {
	c := newCoinCase()
	for _, x := range []struct {
		name   string
		change func(e []AccountEntry)
		want   string
	}{
		{"another amount of an output", func(e []AccountEntry) { e[0].Amount = clew.Units(61) }, "was paid 60 smallest units"},
		{"another address of an output", func(e []AccountEntry) { e[0].Address = script(8) }, "none such is in it"},
		{"credited long before", func(e []AccountEntry) { e[0].Time -= clockSlack + 1 }, "a time after that of its transfer"},
		{"sent long before it was debited", func(e []AccountEntry) { e[2].Time += clockSlack + 1 }, "a time before that of its transfer"},
		{"an address of another chain", func(e []AccountEntry) { e[2].Address = script(1) }, "on the chain of its asset"},
		{"no transaction", func(e []AccountEntry) { e[2].Tx = clew.TxID{} }, "a transaction or a position"},
		{"money on a ledger", func(e []AccountEntry) { e[2].Asset, _ = clew.Currency("EUR") }, "on the chain of its asset"},
		{"nothing", func(e []AccountEntry) { e[1].Amount = clew.Amount{} }, "an amount"},
		{"more than was traded", func(e []AccountEntry) { e[1].GotAmount = clew.Units(299) }, "at most the 299"},
		{"a trade with itself", func(e []AccountEntry) { e[1].GotBalance = "BTC" }, "of another balance"},
		{"too much", func(e []AccountEntry) {
			e[1] = AccountEntry{Kind: Deposited, Time: e[1].Time, Balance: "BTC", Asset: bitcoin, Amount: clew.MaxAmount, Tx: c.coins[2].Tx, Address: script(4)}
		}, "at most 2^256-1"},
		{"no such kind", func(e []AccountEntry) { e[1].Kind = "gift" }, "known kinds"},
		{"held before, later", func(e []AccountEntry) { e[1].Kind = HeldBefore }, "come first"},
	} {
		r := c.out
		r.Entries = append([]AccountEntry(nil), c.out.Entries...)
		x.change(r.Entries)
		if got := runError(t, c.input(t, taint.FIFO, clew.Pos{Height: 1}, clew.Bitcoin, r)); !strings.Contains(got, x.want) || !strings.Contains(got, "record out of exhibit 1") {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	nameless := c.out
	nameless.By = ""
	twice := []Record{c.out, c.out}
	many := make([]Record, maxExhibits+1)
	for i := range many {
		many[i] = Record{ID: fmt.Sprint(i), Exhibit: fmt.Sprint(i), By: "z"}
	}
	for name, records := range map[string][]Record{"who answered": {nameless}, "an id of its own": twice, "at most 4096 exhibits": many} {
		if got := runError(t, c.input(t, taint.FIFO, clew.Pos{Height: 1}, clew.Bitcoin, records...)); !strings.Contains(got, name) {
			t.Errorf("%q, want %q", got, name)
		}
	}
}
