package op

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/remote"
	"clew/report"
)

// TestInvestigateInterruptedAtFirst is stopped while it is asked on which chains
// the address is: nobody else is asked, and nothing is said to be missing.
func TestInvestigateInterruptedAtFirst(t *testing.T) {
	env, s := fetchedWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.onKnows, s.fails = stop, errors.New("it hung up")
	second, other := &fakeService{chain: clew.Ethereum}, &fakeService{chain: clew.Base}
	env.Explorers = fakeExplorers{s, second, other}
	o, err := Named("investigate")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.RunJSON(ctx, env, []byte(fmt.Sprintf(`{"address": %q}`, person(t, clew.Ethereum, "T").Text())))
	if !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "hung up") || s.known != 1 || second.known+other.known > 0 {
		t.Errorf("%v; asked %d, %d and %d times", err, s.known, second.known, other.known)
	}
}

// TestInvestigateBitcoinVictim begins with all that a victim's address sent, since
// no outflow is proposed there, and not with what it received.
func TestInvestigateBitcoinVictim(t *testing.T) {
	const who, other = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
	leg := func(a string, units uint64) clew.Leg {
		return clew.Leg{Address: person(t, clew.Bitcoin, a), Amount: clew.Units(units)}
	}
	coin := clew.NativeAsset(clew.Bitcoin)
	spent := leg(who, 500)
	spent.Spends = &clew.Output{Tx: clew.TxID{1}}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{{chain: clew.Bitcoin, transfers: []clew.Transfer{
		{Pos: clew.Pos{Height: 5}, Time: 1_640_000_000, Tx: clew.TxID{1}, Asset: coin, From: []clew.Leg{leg(other, 500)}, To: []clew.Leg{leg(who, 500)}},
		{Pos: clew.Pos{Height: 6}, Time: 1_640_000_600, Tx: clew.TxID{2}, Asset: coin, From: []clew.Leg{leg(other, 70)}, To: []clew.Leg{leg(who, 70)}},
		{Pos: clew.Pos{Height: 7}, Time: 1_640_001_200, Tx: clew.TxID{3}, Asset: coin, From: []clew.Leg{spent}, To: []clew.Leg{leg(other, 500)}},
	}}}
	for side, want := range map[string]uint64{"victim": 500, "receiver": 570} {
		c := investigated(t, env, fmt.Sprintf(`{"address": %q, "as": %q}`, who, side)).Chains[0]
		if string(c.Guess.Side) != side || c.Stop == nil || c.Stop.Result.Sums[0].Accounted != clew.Units(want) {
			t.Errorf("%s: side %+v, no trace %q, result %+v", side, c.Guess, c.NoTrace, c.Stop)
		}
	}
}

// TestInvestigateTronFrozen begins with an address whose USDT the issuer froze, as
// blocks that are held record: nobody is asked to freeze it again.
func TestInvestigateTronFrozen(t *testing.T) {
	at := func(n byte) clew.Address {
		a, err := clew.MakeAddress(clew.Tron, clew.TronForm, append(make([]byte, 19), n))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	usdt, err := clew.ParseAsset("tron:728126428/trc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		kinds []clew.ActKind
		want  lead.Standing
	}{
		{"not frozen", nil, lead.CanStop},
		{"frozen", []clew.ActKind{clew.Freeze}, lead.Frozen},
		{"frozen and freed", []clew.ActKind{clew.Freeze, clew.Unfreeze}, lead.CanStop},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := testEnv(nil)
			keeper, err := env.Ledgers.Open(t.Context(), clew.Tron, Making)
			if err != nil {
				t.Fatal(err)
			}
			load, err := keeper.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
			if err != nil {
				t.Fatal(err)
			}
			amount := clew.Units(90_000_000)
			if err := load.Add(clew.Transfer{Pos: clew.Pos{Height: 5, Class: clew.Log}, Time: 1_640_000_000, Tx: clew.TxID{1}, Asset: usdt,
				From: []clew.Leg{{Address: at(1), Amount: amount}}, To: []clew.Leg{{Address: at(2), Amount: amount}}}); err != nil {
				t.Fatal(err)
			}
			for i, kind := range c.kinds {
				act := clew.Act{Pos: clew.Pos{Height: uint64(10 + i), Class: clew.Log}, Time: 1_640_010_000, Tx: clew.TxID{2, byte(i)}, Kind: kind, By: usdt.Contract(), On: at(2), Asset: usdt}
				if err := load.AddActs(act); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := load.Commit(t.Context(), clew.Coverage{Chain: clew.Tron, Whole: []clew.Window{{To: 20}}}); err != nil {
				t.Fatal(err)
			}
			v := investigated(t, env, fmt.Sprintf(`{"address": %q}`, at(2).Text()))
			got := v.Chains[0].Stop.Result.Chances
			if len(got) != 1 || got[0].Standing != c.want || (got[0].Act != nil) != (c.want == lead.Frozen) {
				t.Errorf("chances %+v", got)
			}
			if f := v.Chains[0].Funding; f == nil || f.Unasked != "" {
				t.Errorf("the chain is held whole, and yet: %+v", f)
			}
			var text strings.Builder
			if err := report.Write(&text, v, report.Text, report.Style{}, ""); err != nil {
				t.Fatal(err)
			}
			if requests := strings.Contains(text.String(), "For Tether"); requests != (c.want == lead.CanStop) {
				t.Errorf("a request to Tether: %v", requests)
			}
		})
	}
}

// TestInvestigateSenderOnly takes an address of which nothing came in for no
// receiver, and follows what it sent; where nothing can be followed it says so in
// plain words.
func TestInvestigateSenderOnly(t *testing.T) {
	who := person(t, clew.Ethereum, "S")
	in := fmt.Sprintf(`{"address": %q, "chain": "ethereum"}`, who.Text())
	env := testEnv(nil)
	env.Explorers = fakeExplorers{{chain: clew.Ethereum, transfers: told(t, clew.Ethereum, "5 S A 700", "6 S B 300")}}
	c := investigated(t, env, in).Chains[0]
	if c.Guess.Side != lead.Victim || !strings.Contains(c.Guess.Why, "nothing that it received is held") || c.Stop == nil || c.Stop.Result.Sums[0].Accounted != clew.Units(1000) {
		t.Errorf("side %+v, no trace %q, %+v", c.Guess, c.NoTrace, c.Stop)
	}
	c = investigated(t, env, strings.Replace(in, `"chain"`, `"as": "receiver", "chain"`, 1)).Chains[0]
	if c.Stop != nil || c.NoTrace != "nothing that "+who.Text()+" received and that can be followed is held" {
		t.Errorf("as a receiver: no trace %q", c.NoTrace)
	}
}

// TestInvestigateNotFetchedOnce says once that an address could not be fetched,
// and why.
func TestInvestigateNotFetchedOnce(t *testing.T) {
	who := person(t, clew.Ethereum, "S")
	env := testEnv(nil)
	env.Explorers = fakeExplorers{{chain: clew.Ethereum, failing: errors.New("it is out of order")}}
	_, err := runOn(t, env, "investigate", fmt.Sprintf(`{"address": %q, "chain": "ethereum"}`, who.Text()))
	if want := "address " + who.Text() + " could not be fetched; ethereum: it is out of order"; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// countedExplorers counts how often those of a chain were opened.
type countedExplorers struct {
	fakeExplorers
	opened map[clew.Chain]int
}

func (x countedExplorers) Open(chain clew.Chain, names []string, b *remote.Budget) ([]explorer.Service, error) {
	x.opened[chain]++
	return x.fakeExplorers.Open(chain, names, b)
}

// TestInvestigateOpensOnce wants one service for all that a chain is asked, since
// each that is opened asks of which chain it is.
func TestInvestigateOpensOnce(t *testing.T) {
	env, s := fetchedWorld(t)
	x := countedExplorers{fakeExplorers{s}, map[clew.Chain]int{}}
	env.Explorers = x
	investigated(t, env, fmt.Sprintf(`{"address": %q}`, person(t, clew.Ethereum, "T").Text()))
	if x.opened[clew.Ethereum] != 1 || x.opened[clew.Base] != 1 {
		t.Errorf("opened %v", x.opened)
	}
}
