package op

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/remote"
	"clew/report"
	"clew/trace"
)

// A fakeService knows the transfers of one chain, and notes what it is asked.
type fakeService struct {
	chain     clew.Chain
	transfers []clew.Transfer
	acts      []clew.Act
	asked     []string
	feesInOne bool      // a gap says that each fee is one sum
	fails     error     // to be asked whether it knows an address
	failing   error     // to give a history
	then      func(int) // called when a history was given, with how many were
	known     int       // how often it was asked whether it knows an address
	onKnows   func()    // called then
}

func (s *fakeService) Chain() clew.Chain { return s.chain }
func (s *fakeService) Name() string      { return "explorer.example" }

func (s *fakeService) Head(context.Context) (clew.BlockRef, error) {
	return clew.BlockRef{Height: 1000}, nil
}

func (s *fakeService) Knows(_ context.Context, a clew.Address, _ *[]explorer.Answer) (bool, error) {
	s.known++
	if s.onKnows != nil {
		s.onKnows()
	}
	return len(s.of(a)) > 0, s.fails
}

// of returns the transfers of an address.
func (s *fakeService) of(a clew.Address) []clew.Transfer {
	var list []clew.Transfer
	for _, t := range s.transfers {
		if t.From[0].Address == a || t.To[0].Address == a {
			list = append(list, t)
		}
	}
	return list
}

func (s *fakeService) History(_ context.Context, a clew.Address, w clew.Window) (*explorer.History, error) {
	s.asked = append(s.asked, a.Text())
	if s.then != nil {
		s.then(len(s.asked))
	}
	if s.failing != nil {
		return nil, s.failing
	}
	h := &explorer.History{Transfers: s.of(a), Exact: true, Coverage: clew.Coverage{Chain: s.chain,
		Held: []clew.Holding{{Address: a, Source: s.Name(), Window: w}}}}
	for _, act := range s.acts {
		if act.Concerns(a) {
			h.Acts = append(h.Acts, act)
		}
	}
	if s.feesInOne {
		h.Coverage.Gaps = []clew.Gap{{Kind: clew.GapFees, Chain: s.chain, Address: a, Window: w, Note: s.Name() + ": " + explorer.FeesInOne}}
	}
	return h, nil
}

// At returns what a transaction moved, but its fee.
func (s *fakeService) At(_ context.Context, height uint64, index uint32) ([]clew.Transfer, []explorer.Answer, error) {
	s.asked = append(s.asked, fmt.Sprint(height, "/", index))
	var list []clew.Transfer
	for _, t := range s.transfers {
		if t.Pos.Height == height && t.Pos.Index == index && t.Pos.Class != clew.Fee {
			list = append(list, t)
		}
	}
	if list == nil {
		return nil, nil, fmt.Errorf("transaction %d of block %d: %w", index, height, clew.ErrNotFound)
	}
	return list, nil, nil
}

// fakeExplorers are the services that the user configured.
type fakeExplorers []*fakeService

func (x fakeExplorers) Open(chain clew.Chain, _ []string, _ *remote.Budget) ([]explorer.Service, error) {
	var services []explorer.Service
	for _, s := range x {
		if s.chain == chain {
			services = append(services, s)
		}
	}
	return services, nil
}

func (fakeExplorers) Archive(clew.Chain) (*explorer.Archive, error) { return nil, nil }

// person returns an address of a chain by a letter.
func person(t *testing.T, chain clew.Chain, name string) clew.Address {
	if len(name) > 1 {
		a, err := clew.ParseAddress(name, chain)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	key := [20]byte{0xbb, 19: name[0]}
	return clew.EVMAddress(chain, key)
}

const (
	binanceWallet = "0x28C6c06298d514Db089934071355E5743bf21d60"
	usdt          = "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7"
)

// told makes transfers of lines "HEIGHT FROM TO AMOUNT [token]"; each is in a
// transaction of its own, whose fee its sender pays.
func told(t *testing.T, chain clew.Chain, lines ...string) []clew.Transfer {
	var list []clew.Transfer
	for i, line := range lines {
		words := strings.Fields(line)
		var height, amount uint64
		fmt.Sscan(words[0], &height)
		fmt.Sscan(words[3], &amount)
		x := clew.Transfer{Pos: clew.Pos{Height: height, Index: uint32(i)}, Time: clew.Time(1_640_000_000 + 1000*height), Tx: clew.TxID{1, 30: byte(height), 31: byte(i)}, Asset: clew.NativeAsset(chain),
			From: []clew.Leg{{Address: person(t, chain, words[1]), Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: person(t, chain, words[2]), Amount: clew.Units(amount)}}}
		if len(words) > 4 {
			var err error
			if x.Asset, err = clew.ParseAsset(words[4], chain); err != nil {
				t.Fatal(err)
			}
			x.Pos.Class = clew.Log
		}
		fee := x
		fee.Pos.Class, fee.Asset = clew.Fee, clew.NativeAsset(chain)
		fee.From = []clew.Leg{{Address: x.From[0].Address, Amount: clew.Units(2)}}
		fee.To = []clew.Leg{{Amount: clew.Units(2)}}
		list = append(list, x, fee)
	}
	return list
}

// fetchedWorld is one that only a service knows: T was paid by F, and F by an
// exchange; T received tokens and passed them on to A and B.
func fetchedWorld(t *testing.T) (*Env, *fakeService) {
	s := &fakeService{chain: clew.Ethereum, transfers: told(t, clew.Ethereum,
		"1 "+binanceWallet+" F 1000", "2 F T 500", "3 V T 90000 "+usdt, "4 T A 60000 "+usdt, "5 A B 60000 "+usdt, "6 T "+binanceWallet+" 20000 "+usdt)}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{s}
	return env, s
}

func investigated(t *testing.T, env *Env, in string) *report.Investigation {
	t.Helper()
	r, err := runOn(t, env, "investigate", in)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.Investigation)
}

// TestInvestigateFetches begins with an empty ledger: the chain is recognised,
// and every address that the trace and the chain of funding want is asked for
// once.
func TestInvestigateFetches(t *testing.T) {
	env, s := fetchedWorld(t)
	other := &fakeService{chain: clew.BNB}
	broken := &fakeService{chain: clew.Base, fails: errors.New("it is down")}
	env.Explorers = fakeExplorers{s, other, broken}
	who := person(t, clew.Ethereum, "T")
	v := investigated(t, env, fmt.Sprintf(`{"address": %q, "as": "thief"}`, who.Text()))
	if len(v.Chains) != 1 || v.Chains[0].Address != who || !v.Chains[0].Held {
		t.Fatalf("chains %+v", v.Chains)
	}
	if len(v.Skipped) != 1 || v.Skipped[0].Chain != clew.Base || !strings.Contains(v.Skipped[0].Why, "it is down") {
		t.Errorf("skipped %+v", v.Skipped)
	}
	c := v.Chains[0]
	if c.Guess.Side != lead.Receiver || !c.Guess.Given {
		t.Errorf("side %+v", c.Guess)
	}
	if f := c.Funding; f == nil || f.End != lead.EndService || f.Who.ID != "binance" || len(f.Steps) != 2 || !f.Steps[0].Whole {
		t.Errorf("funding %+v", c.Funding)
	}
	var want []string
	for _, name := range []string{"T", "F", "A", "B"} {
		want = append(want, person(t, clew.Ethereum, name).Text())
	}
	slices.Sort(want)
	slices.Sort(s.asked)
	if !slices.Equal(s.asked, want) {
		t.Errorf("asked for %v, want %v", s.asked, want)
	}
	if c.Fetched == nil || c.Fetched.Ended != explorer.EndedHeld || v.Outcome() != report.Incomplete || !v.Skipped[0].Failed { // one was down
		t.Errorf("fetched %+v, outcome %s", c.Fetched, v.Outcome())
	}
	standings := map[lead.Standing]string{}
	for _, x := range c.Stop.Result.Chances {
		standings[x.Standing] += x.Amount.String() + " "
	}
	if standings[lead.CanStop] != "60000 20000 10000 " {
		t.Errorf("standings %v", standings)
	}
}

// TestInvestigateAgain asks nothing of what is held: the answer is the same.
func TestInvestigateAgain(t *testing.T) {
	env, s := fetchedWorld(t)
	in := fmt.Sprintf(`{"address": %q}`, person(t, clew.Ethereum, "T").Text())
	first := investigated(t, env, in)
	asked := len(s.asked)
	second := investigated(t, env, in)
	if len(s.asked) != asked {
		t.Errorf("asked again for %v", s.asked[asked:])
	}
	if a, b := first.Chains[0].Stop.Result, second.Chains[0].Stop.Result; len(a.Chances) != len(b.Chances) || a.Sums[0].Accounted != b.Sums[0].Accounted {
		t.Errorf("first %+v, then %+v", a, b)
	}
	env.Explorers = nil // sealed
	if v := investigated(t, env, in); v.Asked || v.Chains[0].Fetched != nil || len(v.Chains[0].Stop.Result.Chances) != len(first.Chains[0].Stop.Result.Chances) {
		t.Errorf("sealed: %+v", v.Chains[0])
	}
}

// TestInvestigateVictim follows what looks unauthorised, and no more.
func TestInvestigateVictim(t *testing.T) {
	s := &fakeService{chain: clew.Ethereum, transfers: told(t, clew.Ethereum,
		"1 X V 1000000", "1 X V 90000 "+usdt, "2 V S 100", "30000 V S 100", "60000 V T 90000 "+usdt, "60000 V T 990000")}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{s}
	v := investigated(t, env, fmt.Sprintf(`{"address": %q}`, person(t, clew.Ethereum, "V").Text()))
	c := v.Chains[0]
	if c.Guess.Side != lead.Victim || c.Guess.Given || len(c.Review.Proposed) != 2 || c.Funding != nil {
		t.Fatalf("side %+v, proposed %+v", c.Guess, c.Review.Proposed)
	}
	var started []string
	for _, o := range c.Stop.Trace.Result.Origins {
		started = append(started, o.Amount.String())
	}
	if !slices.Equal(started, []string{"990000", "90000"}) {
		t.Errorf("the trace started with %v", started)
	}
	if len(c.NotAsked) == 0 {
		t.Error("nothing is said of approvals that nobody looked up")
	}
}

// TestInvestigateManyTokens follows coins and reviewed tokens before what
// anybody may have sent, and says what it left out.
func TestInvestigateManyTokens(t *testing.T) {
	lines := []string{"1 X T 5", "2 X T 7 " + usdt}
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("%d X T 9 eip155:1/erc20:0x%040x", 3+i, 0xd0000+i))
	}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{{chain: clew.Ethereum, transfers: told(t, clew.Ethereum, lines...)}}
	c := investigated(t, env, fmt.Sprintf(`{"address": %q}`, person(t, clew.Ethereum, "T").Text())).Chains[0]
	origins := c.Stop.Trace.Result.Origins
	if len(origins) != maxSeeded || !origins[0].Asset.IsNative() || origins[1].Asset.String() != usdt || len(c.Untraced) != 42-maxSeeded {
		t.Errorf("%d origins, first %s and %s, %d left out", len(origins), origins[0].Asset, origins[1].Asset, len(c.Untraced))
	}
}

// TestInvestigateInterrupted is stopped after each number of histories: what was
// held by then is answered from, and the answer says that it is not whole.
func TestInvestigateInterrupted(t *testing.T) {
	for after := 1; after <= 3; after++ {
		env, s := fetchedWorld(t)
		ctx, stop := context.WithCancel(t.Context())
		s.then = func(n int) {
			if n == after {
				stop()
			}
		}
		o, err := Named("investigate")
		if err != nil {
			t.Fatal(err)
		}
		r, err := o.RunJSON(ctx, env, []byte(fmt.Sprintf(`{"address": %q, "chain": "ethereum", "as": "receiver"}`, person(t, clew.Ethereum, "T").Text())))
		if err != nil {
			t.Fatalf("stopped after %d: %v", after, err)
		}
		v := r.(*report.Investigation)
		if len(s.asked) != after || v.Outcome() != report.Incomplete || v.Chains[0].Stop == nil {
			t.Errorf("stopped after %d: asked for %v, outcome %s, %+v", after, s.asked, v.Outcome(), v.Chains[0].Fetched)
		}
	}
}

// TestInvestigateBitcoin proposes nothing there, says why, and goes back to who
// first paid the address.
func TestInvestigateBitcoin(t *testing.T) {
	const who, other = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
	env := testEnv(nil)
	leg := func(a string, units uint64) []clew.Leg {
		return []clew.Leg{{Address: person(t, clew.Bitcoin, a), Amount: clew.Units(units)}}
	}
	env.Explorers = fakeExplorers{{chain: clew.Bitcoin, transfers: []clew.Transfer{
		{Pos: clew.Pos{Height: 5}, Time: 1_640_000_000, Tx: clew.TxID{1}, Asset: clew.NativeAsset(clew.Bitcoin), From: leg(other, 500), To: leg(who, 500)}}}}
	c := investigated(t, env, fmt.Sprintf(`{"address": %q}`, who)).Chains[0]
	if c.Guess.Side != lead.Receiver || c.Guess.Why != lead.OnBitcoin || c.Funding.End != lead.EndNotHeld || len(c.Funding.Steps) != 1 || c.Funding.At.Text() != other || c.Stop.Result.Sums[0].Accounted != clew.Units(500) {
		t.Errorf("side %+v, funding %+v, result %+v", c.Guess, c.Funding, c.Stop.Result)
	}
}

// TestInvestigateSealed says that nobody may be asked, and proposes no explorer.
func TestInvestigateSealed(t *testing.T) {
	for _, name := range []string{"investigate", "trace"} {
		env := testEnv(nil)
		env.Sealed = true
		in := fmt.Sprintf(`{"address": %q, "chain": "ethereum"}`, person(t, clew.Ethereum, "T").Text())
		if name == "trace" {
			in = strings.Replace(in, "address", "start", 1)
		}
		_, err := runOn(t, env, name, in)
		if err == nil || strings.Contains(err.Error(), "--explorer") || name == "investigate" && !strings.Contains(err.Error(), "sealed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStoppableFetches asks for what the trace wants, and closes the sums.
func TestStoppableFetches(t *testing.T) {
	env, s := fetchedWorld(t)
	r, err := runOn(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "chain": "ethereum"}`, person(t, clew.Ethereum, "T").Text()))
	if err != nil {
		t.Fatal(err)
	}
	got := r.(*report.Stoppable)
	if len(s.asked) != 3 || got.Trace.Fetched == nil {
		t.Errorf("asked for %v", s.asked)
	}
	if got.Trace.Result.Method.Policy != "taint-first" || got.Trace.Result.Method.Purpose != trace.ForFreeze {
		t.Errorf("method %+v", got.Trace.Result.Method)
	}
	for _, sum := range got.Result.Sums {
		var all clew.Amount
		for _, part := range sum.Parts {
			all = all.Plus(part)
		}
		if all != sum.Accounted {
			t.Errorf("%s of %s", all, sum.Accounted)
		}
	}
}

// TestFreezesInTheLedger lets the later act stand: a freeze that was lifted, and
// one that came again.
func TestFreezesInTheLedger(t *testing.T) {
	for _, c := range []struct {
		kinds []clew.ActKind
		want  lead.Standing
	}{
		{nil, lead.CanStop},
		{[]clew.ActKind{clew.Freeze}, lead.Frozen},
		{[]clew.ActKind{clew.Freeze, clew.Unfreeze}, lead.CanStop},
		{[]clew.ActKind{clew.Freeze, clew.Unfreeze, clew.Freeze}, lead.Frozen},
	} {
		env := testEnv(nil)
		keeper, err := env.Ledgers.Open(t.Context(), clew.Ethereum, Making)
		if err != nil {
			t.Fatal(err)
		}
		load, err := keeper.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		token, err := clew.ParseAsset(usdt, "")
		if err != nil {
			t.Fatal(err)
		}
		who := person(t, clew.Ethereum, "A")
		for i, kind := range c.kinds {
			if err := load.AddActs(clew.Act{Pos: clew.Pos{Height: uint64(10 + i), Class: clew.Log}, Kind: kind, By: token.Contract(), On: who, Asset: token}); err != nil {
				t.Fatal(err)
			}
		}
		if err := load.Add(told(t, clew.Ethereum, "1 T A 60000 "+usdt)...); err != nil {
			t.Fatal(err)
		}
		if _, err := load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{To: 20}}}); err != nil {
			t.Fatal(err)
		}
		r, err := runOn(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "chain": "ethereum"}`, who.Text()))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(*report.Stoppable).Result.Chances; len(got) != 1 || got[0].Standing != c.want {
			t.Errorf("after %v: %+v", c.kinds, got)
		}
	}
}
