package launder

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
)

// A paceWorld is a small ledger of an account chain, told line by line.
type paceWorld struct {
	rows  []any // *clew.Transfer or *clew.Act
	tx    uint64
	index uint32
}

// paceAddress is an address by its number; those below 256 look alike to nobody.
func paceAddress(n uint64) clew.Address {
	var key [20]byte
	binary.BigEndian.PutUint64(key[6:], n*0x9e3779b97f4a7c15)
	key[0], key[1], key[18], key[19] = byte(n), byte(n>>8)^0x5a, byte(n>>8)^0xa5, byte(n)
	return clew.EVMAddress(clew.Ethereum, key)
}

// likeAddress looks like another in its first and last three digits.
func likeAddress(a clew.Address, n byte) clew.Address {
	key := [20]byte(a.Key())
	key[9] ^= n
	key[10] ^= 0xff
	return clew.EVMAddress(clew.Ethereum, key)
}

func paceToken(n uint64) clew.Asset { return clew.Token("erc20", paceAddress(200+n)) }

var paceCoin = clew.NativeAsset(clew.Ethereum)

// next begins a transaction.
func (w *paceWorld) next() *paceWorld {
	w.tx++
	w.index = 0
	return w
}

// move adds a transfer to the transaction under way.
func (w *paceWorld) move(at clew.Time, from, to clew.Address, asset clew.Asset, amount uint64) *paceWorld {
	t := &clew.Transfer{Pos: clew.Pos{Height: uint64(at), Index: uint32(w.tx), Class: clew.Log, Ordinal: w.index}, Time: at, Tx: clew.TxID{1, byte(w.tx >> 8), byte(w.tx)}, Asset: asset,
		From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}}
	w.index++
	w.rows = append(w.rows, t)
	return w
}

// pay adds a transaction of one transfer.
func (w *paceWorld) pay(at clew.Time, from, to uint64, asset clew.Asset, amount uint64) *paceWorld {
	return w.next().move(at, paceAddress(from), paceAddress(to), asset, amount)
}

// swap adds a transaction by which an address swaps with a pool.
func (w *paceWorld) swap(at clew.Time, who, pool uint64, paid clew.Asset, out uint64, got clew.Asset, in uint64) *paceWorld {
	return w.next().move(at, paceAddress(who), paceAddress(pool), paid, out).move(at, paceAddress(pool), paceAddress(who), got, in)
}

func (w *paceWorld) act(at clew.Time, kind clew.ActKind, by, on uint64) *clew.Act {
	w.next()
	a := &clew.Act{Pos: clew.Pos{Height: uint64(at), Index: uint32(w.tx), Class: clew.Log}, Time: at, Tx: clew.TxID{1, byte(w.tx >> 8), byte(w.tx)}, Kind: kind, By: paceAddress(by), On: paceAddress(on), Asset: paceCoin, Amount: clew.Units(100)}
	w.rows = append(w.rows, a)
	return a
}

func (w *paceWorld) bridge(at clew.Time, kind clew.ActKind, on uint64, protocol string) *paceWorld {
	if err := w.act(at, kind, 250, on).SetMessage(clew.Message{Protocol: protocol, ID: fmt.Sprint(w.tx)}); err != nil {
		panic(err)
	}
	return w
}

func (w *paceWorld) memo(at clew.Time, by, on uint64, text string) *paceWorld {
	w.act(at, clew.Memo, by, on).SetMemo(clew.RouterDeposit, []byte(text))
	return w
}

// paceSetup: addresses 100 to 119 are of service A, 120 to 139 of service B; token 1 can be
// frozen.
func paceSetup(found func(*Finding)) Setup {
	names := map[clew.Address]string{}
	for n := uint64(100); n < 140; n++ {
		names[paceAddress(n)] = map[bool]string{true: "A", false: "B"}[n < 120]
	}
	dollar, euro, hotA, hotB := paceToken(1), paceToken(5), paceAddress(100), paceAddress(120)
	return Setup{Found: found, Service: func(a clew.Address) string { return names[a] }, Known: func(a clew.Address) bool { return a == hotA || a == hotB },
		Freezable: func(a clew.Asset) bool { return a == dollar || a == euro }}
}

// run gives a world to the recogniser of one rule.
func (w *paceWorld) run(t testing.TB, rule string) []*Finding {
	t.Helper()
	var list []*Finding
	rules, err := RulesNamed(rule)
	if err != nil {
		t.Fatal(err)
	}
	st, err := NewStream(paceSetup(func(f *Finding) { list = append(list, f) }), rules)
	if err != nil {
		t.Fatal(err)
	}
	w.feed(st)
	for _, f := range list {
		w.check(t, f)
	}
	return list
}

func (w *paceWorld) feed(st *Stream) {
	w.feedOnly(st)
	st.End()
}

// check wants a finding to say only what is in the ledger.
func (w *paceWorld) check(t testing.TB, f *Finding) {
	t.Helper()
	at := map[clew.Pos]bool{}
	for _, row := range w.rows {
		switch x := row.(type) {
		case *clew.Transfer:
			at[x.Pos] = true
		case *clew.Act:
			at[x.Pos] = true
		}
	}
	if f.Strength < 1 || f.Strength > 1000 || f.To < f.From || len(f.Steps) == 0 || f.Transfers == 0 || f.Against == nil || len(f.Params) == 0 || f.Rule == "" || f.Version == "" || f.Chain != clew.Ethereum {
		t.Errorf("a finding that is not whole: %+v", f)
	}
	for i, s := range f.Steps {
		if i > 0 && s.Time < f.Steps[i-1].Time && f.Rule != NestedRule {
			t.Errorf("steps out of order: %+v", f)
		}
		for _, r := range s.Roles {
			if r.Address.IsZero() || r.Name == "" {
				t.Errorf("%s: a role of nobody: %+v", f.Rule, r)
			}
			if !at[r.Pos] && r.Name != Parted && r.Name != Imitated {
				t.Errorf("%s: a position that is not in the ledger: %+v", f.Rule, r)
			}
		}
	}
}

// A paceCase is a vector: how many findings there are, and who has which role in the
// first.
type paceCase struct {
	name string
	w    *paceWorld
	want int
	role RoleName
	who  uint64
}

func runPaces(t *testing.T, rule string, cases []paceCase) {
	t.Helper()
	for _, c := range cases {
		list := c.w.run(t, rule)
		if len(list) != c.want {
			t.Errorf("%s: %d findings, want %d", c.name, len(list), c.want)
			continue
		}
		if c.want == 0 {
			continue
		}
		found := slices.ContainsFunc(list[0].Steps, func(s Step) bool {
			return slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Name == c.role && r.Address == paceAddress(c.who) })
		})
		if !found {
			t.Errorf("%s: %d is not %q in %+v", c.name, c.who, c.role, list[0].Steps)
		}
	}
}

func TestPassThrough(t *testing.T) {
	dollar := paceToken(1)
	runPaces(t, PassRule, []paceCase{
		{"two in a row", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(30, 3, 4, dollar, 980), 1, PassesOn, 3},
		{"in parts", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 500).pay(21, 2, 3, dollar, 450).pay(30, 3, 4, dollar, 900), 1, PassesOn, 2},
		{"one alone", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990), 0, "", 0},
		{"too slow", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(3621, 3, 4, dollar, 980), 0, "", 0},
		{"just in time", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(3620, 3, 4, dollar, 980), 1, EndsAt, 4},
		{"keeps too much", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(30, 3, 4, dollar, 880), 0, "", 0},
		{"pays two", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(30, 3, 4, dollar, 980).pay(40, 3, 5, dollar, 5), 0, "", 0},
		{"gives it back", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(30, 3, 2, dollar, 980), 0, "", 0},
		{"of another asset", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(20, 2, 3, dollar, 990).pay(30, 3, 4, paceToken(2), 980), 0, "", 0},
	})
	old := new(paceWorld).pay(10, 9, 2, dollar, 5).pay(10, 9, 3, dollar, 5).pay(90_000, 1, 2, dollar, 1000).pay(90_020, 2, 3, dollar, 990).pay(90_030, 3, 4, dollar, 980)
	runPaces(t, PassRule, []paceCase{{"addresses in use before", old, 0, "", 0}})
}

// savings pays service A at its address 101 and so on.
func deposits101(w *paceWorld, every clew.Time, addresses uint64, amounts ...uint64) *paceWorld {
	for i, a := range amounts {
		w.pay(1000+clew.Time(i)*every, 1, 101+uint64(i)%addresses, paceToken(1), a)
	}
	return w
}

func TestStructuring(t *testing.T) {
	runPaces(t, StructuringRule, []paceCase{
		{"just under", deposits101(new(paceWorld), 600, 5, 9900, 9500, 9990, 9200, 9800), 1, Deposits, 1},
		{"one more day of it", deposits101(new(paceWorld), 14_400, 5, 9900, 9500, 9990, 9200, 9800, 9100, 9999), 1, DepositAt, 103},
		{"four", deposits101(new(paceWorld), 600, 5, 9900, 9500, 9990, 9200), 0, "", 0},
		{"of all sizes", deposits101(new(paceWorld), 600, 5, 9900, 500, 7000, 9200, 9800), 0, "", 0},
		{"weekly savings", deposits101(new(paceWorld), 7*86_400, 1, 9900, 9900, 9900, 9900, 9900, 9900), 0, "", 0},
		{"to no service", new(paceWorld).pay(1, 1, 2, paceCoin, 9).pay(2, 1, 3, paceCoin, 9).pay(3, 1, 4, paceCoin, 9).pay(4, 1, 5, paceCoin, 9).pay(5, 1, 6, paceCoin, 9), 0, "", 0},
		{"to two services", new(paceWorld).pay(1, 1, 101, paceCoin, 9).pay(2, 1, 121, paceCoin, 9).pay(3, 1, 102, paceCoin, 9).pay(4, 1, 122, paceCoin, 9).pay(5, 1, 103, paceCoin, 9), 0, "", 0},
		{"the service's own sweeps", new(paceWorld).pay(1, 101, 100, paceCoin, 9).pay(2, 101, 100, paceCoin, 9).pay(3, 101, 100, paceCoin, 9).pay(4, 101, 100, paceCoin, 9).pay(5, 101, 100, paceCoin, 9), 0, "", 0},
	})
	strong := deposits101(new(paceWorld), 600, 5, 9900, 9500, 9990, 9200, 9800).run(t, StructuringRule)[0]
	weak := deposits101(new(paceWorld), 600, 1, 2500, 2500, 2500, 2500, 2500).run(t, StructuringRule)[0]
	if strong.Strength <= weak.Strength || len(weak.Against) != 2 {
		t.Errorf("just under a power of ten %d, a plain sum to one address %d, against it %v", strong.Strength, weak.Strength, weak.Against)
	}
}

func TestConsolidation(t *testing.T) {
	parted := func(n uint64, collector func(uint64) uint64) *paceWorld {
		w := new(paceWorld)
		for i := range n {
			w.pay(10+clew.Time(i), 1, 10+i, paceCoin, 100).pay(50+clew.Time(i), 10+i, 30+i, paceCoin, 99)
		}
		for i := range n {
			w.pay(1000+clew.Time(i), 30+i, collector(i), paceCoin, 98)
		}
		return w
	}
	at60 := func(uint64) uint64 { return 60 }
	strangers := new(paceWorld)
	for i := range uint64(8) {
		strangers.pay(10+clew.Time(i), 70+i, 30+i, paceCoin, 100)
	}
	for i := range uint64(8) {
		strangers.pay(1000+clew.Time(i), 30+i, 60, paceCoin, 98)
	}
	exchange := new(paceWorld)
	for i := range uint64(8) {
		exchange.pay(10+clew.Time(i), 100, 30+i, paceCoin, 100)
	}
	for i := range uint64(8) {
		exchange.pay(1000+clew.Time(i), 30+i, 60, paceCoin, 98)
	}
	fromExchange := new(paceWorld).pay(1, 100, 1, paceCoin, 1000)
	for i := range uint64(6) {
		fromExchange.pay(10+clew.Time(i), 1, 30+i, paceCoin, 100)
	}
	for i := range uint64(6) {
		fromExchange.pay(1000+clew.Time(i), 30+i, 60, paceCoin, 98)
	}
	runPaces(t, ConsolidationRule, []paceCase{
		{"of one whom an exchange paid", fromExchange, 1, Parted, 1},
		{"over two layers", parted(6, at60), 1, Parted, 1},
		{"and who collects", parted(6, at60), 1, Collects, 60},
		{"four", parted(4, at60), 0, "", 0},
		{"to several", parted(6, func(i uint64) uint64 { return 60 + i%2 }), 0, "", 0},
		{"of several payers", strangers, 0, "", 0},
		{"customers of a known exchange", exchange, 0, "", 0},
	})
	old := new(paceWorld).pay(1, 9, 60, paceCoin, 1)
	for i := range uint64(6) {
		old.pay(3_000_000+clew.Time(i), 1, 30+i, paceCoin, 100)
	}
	for i := range uint64(6) {
		old.pay(3_001_000+clew.Time(i), 30+i, 60, paceCoin, 100)
	}
	runPaces(t, ConsolidationRule, []paceCase{{"at an old address", old, 0, "", 0}})
}

func TestChainHop(t *testing.T) {
	in, out := clew.BridgeReceived, clew.BridgeSent
	runPaces(t, ChainHopRule, []paceCase{
		{"in and out", new(paceWorld).bridge(10, in, 1, "across").bridge(5000, out, 1, "cctp"), 1, GoesOut, 1},
		{"over two transfers", new(paceWorld).bridge(10, in, 1, "across").pay(20, 1, 2, paceCoin, 9).pay(30, 2, 3, paceCoin, 8).bridge(5000, out, 3, "cctp"), 1, TakesOn, 2},
		{"over three", new(paceWorld).bridge(10, in, 1, "across").pay(20, 1, 2, paceCoin, 9).pay(30, 2, 3, paceCoin, 8).pay(40, 3, 4, paceCoin, 8).bridge(5000, out, 4, "cctp"), 0, "", 0},
		{"a day later", new(paceWorld).bridge(10, in, 1, "across").bridge(86_411, out, 1, "cctp"), 0, "", 0},
		{"out and in", new(paceWorld).bridge(10, out, 1, "across").bridge(20, in, 1, "cctp"), 0, "", 0},
		{"in twice", new(paceWorld).bridge(10, in, 1, "across").bridge(20, in, 1, "cctp"), 0, "", 0},
		{"of two addresses", new(paceWorld).bridge(10, in, 1, "across").bridge(20, out, 2, "cctp"), 0, "", 0},
		{"through a known service", new(paceWorld).bridge(10, in, 1, "across").pay(20, 1, 100, paceCoin, 9).bridge(5000, out, 100, "cctp"), 0, "", 0},
		{"in by a bridge and out by a memo", new(paceWorld).bridge(10, in, 1, "across").memo(20, 1, 90, "=:BTC.BTC:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq:0"), 1, GoesOut, 1},
		{"a new address swaps out by a memo", new(paceWorld).memo(20, 1, 90, "=:BTC.BTC:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq:0"), 1, GoesOut, 1},
		{"in by a memo and out", new(paceWorld).memo(10, 90, 1, "OUT:"+strings.Repeat("AB", 32)).bridge(20, out, 1, "across"), 1, ComesIn, 1},
		{"an old one does", new(paceWorld).pay(10, 1, 2, paceCoin, 5).memo(90_000, 1, 90, "=:BTC.BTC:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq:0"), 0, "", 0},
		{"a memo that says nothing", new(paceWorld).memo(20, 1, 90, "happy birthday"), 0, "", 0},
	})
	one := new(paceWorld).memo(20, 1, 90, "=:BTC.BTC:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq:0").run(t, ChainHopRule)[0]
	two := new(paceWorld).bridge(10, in, 1, "across").bridge(5000, out, 1, "cctp").run(t, ChainHopRule)[0]
	if one.Strength >= two.Strength || len(one.Against) != 1 {
		t.Errorf("one crossing %d, two %d", one.Strength, two.Strength)
	}
}

func TestFlight(t *testing.T) {
	dollar, dai, other := paceToken(1), paceToken(2), paceToken(5)
	runPaces(t, FlightRule, []paceCase{
		{"into another token", new(paceWorld).pay(10, 1, 2, dollar, 1000).swap(500, 2, 90, dollar, 1000, dai, 990), 1, Swaps, 2},
		{"in two payments", new(paceWorld).pay(10, 1, 2, dollar, 400).pay(20, 3, 2, dollar, 600).swap(500, 2, 90, dollar, 1000, paceCoin, 3), 1, Takes, 2},
		{"an hour later", new(paceWorld).pay(10, 1, 2, dollar, 1000).swap(3611, 2, 90, dollar, 1000, dai, 990), 0, "", 0},
		{"a little of it", new(paceWorld).pay(10, 1, 2, dollar, 1000).swap(500, 2, 90, dollar, 800, dai, 790), 0, "", 0},
		{"of a token that cannot be frozen", new(paceWorld).pay(10, 1, 2, dai, 1000).swap(500, 2, 90, dai, 1000, paceCoin, 990), 0, "", 0},
		{"into one that can", new(paceWorld).pay(10, 1, 2, dollar, 1000).swap(500, 2, 90, dollar, 1000, other, 990), 0, "", 0},
		{"paid and not swapped", new(paceWorld).pay(10, 1, 2, dollar, 1000).pay(500, 2, 90, dollar, 1000), 0, "", 0},
	})
	old := new(paceWorld).pay(10, 2, 9, paceCoin, 1).pay(9000, 1, 2, dollar, 1000).swap(9500, 2, 90, dollar, 1000, dai, 990).run(t, FlightRule)
	if len(old) != 1 || len(old[0].Against) != 1 {
		t.Errorf("an old address: %+v", old)
	}
}

func TestPoison(t *testing.T) {
	dollar, fake := paceToken(1), paceToken(9)
	friend, victim := paceAddress(2), paceAddress(1)
	like := likeAddress(friend, 7)
	dealt := func() *paceWorld { return new(paceWorld).pay(10, 1, 2, dollar, 1_000_000) }
	runPaces(t, PoisonRule, []paceCase{
		{"a transfer of nothing", dealt().next().move(20, victim, like, dollar, 0), 1, Lured, 1},
		{"dust", dealt().next().move(20, like, victim, dollar, 1000), 1, Imitated, 2},
		{"another token", dealt().next().move(20, like, victim, fake, 1_000_000), 1, Lured, 1},
		{"and the victim pays it", dealt().next().move(20, victim, like, dollar, 0).next().move(30, victim, like, dollar, 900_000), 1, Lured, 1},
		{"who never dealt", new(paceWorld).next().move(20, victim, like, dollar, 0), 0, "", 0},
		{"who dealt long ago", dealt().next().move(20+31*86_400, victim, like, dollar, 0), 0, "", 0},
		{"that looks otherwise", dealt().next().move(20, victim, paceAddress(77), dollar, 0), 0, "", 0},
		{"a real sum that comes", dealt().next().move(20, like, victim, dollar, 500_000), 0, "", 0},
		{"of the friend itself", dealt().next().move(20, friend, victim, dollar, 0), 0, "", 0},
	})
	plain := dealt().next().move(20, victim, like, dollar, 0).run(t, PoisonRule)[0]
	paid := dealt().next().move(20, victim, like, dollar, 0).next().move(30, victim, like, dollar, 900_000).run(t, PoisonRule)[0]
	if paid.Strength <= plain.Strength || len(paid.Steps) != 2 || paid.Steps[1].Roles[1].Name != PaidOff {
		t.Errorf("lured %d, and paid %d: %+v", plain.Strength, paid.Strength, paid.Steps)
	}
}

// split adds a transaction in which a victim pays two.
func (w *paceWorld) split(at clew.Time, victim, operator, affiliate uint64, small, large uint64) *paceWorld {
	return w.next().move(at, paceAddress(victim), paceAddress(operator), paceToken(1), small).move(at, paceAddress(victim), paceAddress(affiliate), paceToken(1), large)
}

func TestSplit(t *testing.T) {
	through := new(paceWorld)
	for i := range uint64(3) {
		through.next().move(10+clew.Time(i), paceAddress(1+i), paceAddress(60), paceToken(1), 1000).move(10+clew.Time(i), paceAddress(60), paceAddress(50), paceToken(1), 200).move(10+clew.Time(i), paceAddress(60), paceAddress(51+i), paceToken(1), 800)
	}
	runPaces(t, SplitRule, []paceCase{
		{"three victims", new(paceWorld).split(10, 1, 50, 51, 200, 800).split(20, 2, 50, 52, 400, 1600).split(30, 3, 50, 51, 2, 8), 1, Operator, 50},
		{"by a contract", through, 1, Drained, 3},
		{"two victims", new(paceWorld).split(10, 1, 50, 51, 200, 800).split(20, 2, 50, 52, 400, 1600).split(30, 2, 50, 51, 2, 8), 0, "", 0},
		{"changing shares", new(paceWorld).split(10, 1, 50, 51, 200, 800).split(20, 2, 50, 52, 300, 1600).split(30, 3, 50, 51, 3, 8), 0, "", 0},
		{"a market's fee", new(paceWorld).split(10, 1, 50, 51, 25, 975).split(20, 2, 50, 52, 25, 975).split(30, 3, 50, 51, 25, 975), 0, "", 0},
		{"a payroll", new(paceWorld).next().move(10, paceAddress(1), paceAddress(50), paceToken(1), 200).move(10, paceAddress(1), paceAddress(51), paceToken(1), 800).move(10, paceAddress(1), paceAddress(52), paceToken(1), 300), 0, "", 0},
		{"a month apart", new(paceWorld).split(10, 1, 50, 51, 200, 800).split(10+31*86_400, 2, 50, 52, 400, 1600).split(10+62*86_400, 3, 50, 51, 2, 8), 0, "", 0},
	})
}

// flood pays so many new addresses, one every so many seconds; those that are even pay on.
func flood(n uint64, every func(uint64) clew.Time, passOn func(uint64) bool) *paceWorld {
	w := new(paceWorld)
	at := clew.Time(100)
	for i := range n {
		at += every(i)
		w.pay(at, 1, 1000+i, paceCoin, 50)
		if passOn(i) {
			w.pay(at, 1000+i, 3000+i, paceCoin, 49)
		}
	}
	return w
}

func TestFlood(t *testing.T) {
	minute := func(uint64) clew.Time { return 60 }
	always, never := func(uint64) bool { return true }, func(uint64) bool { return false }
	w := flood(60, minute, never)
	for i := range uint64(60) {
		w.bridge(4000+clew.Time(i), clew.BridgeSent, 1000+i, "across")
	}
	runPaces(t, FloodRule, []paceCase{
		{"every minute", flood(60, minute, always), 1, Floods, 1},
		{"which cross to another chain", w, 1, Flooded, 1050},
		{"an airdrop, which nobody passes on", flood(60, minute, never), 0, "", 0},
		{"a third pass it on", flood(60, minute, func(i uint64) bool { return i%3 == 0 }), 0, "", 0},
		{"by fits and starts", flood(60, func(i uint64) clew.Time { return map[bool]clew.Time{true: 600, false: 1}[i%10 == 0] }, always), 0, "", 0},
		{"too slow", flood(60, func(uint64) clew.Time { return 200 }, always), 0, "", 0},
		{"few", flood(25, minute, always), 0, "", 0},
	})
	payroll := new(paceWorld)
	for i := range uint64(60) {
		payroll.pay(1, 9, 1000+i, paceCoin, 1)
	}
	for i := range uint64(60) {
		payroll.pay(90_000+60*clew.Time(i), 1, 1000+i, paceCoin, 50).pay(90_001+60*clew.Time(i), 1000+i, 3000+i, paceCoin, 49)
	}
	runPaces(t, FloodRule, []paceCase{{"a payroll, of people who were paid before", payroll, 0, "", 0}})
}

func TestNested(t *testing.T) {
	shop := func(payers uint64, forwards, elsewhere int) *paceWorld {
		w := new(paceWorld).pay(5, 1, 101, paceToken(1), 10)
		for i := range payers {
			w.pay(10+clew.Time(i), 300+i, 1, paceToken(1), 100)
		}
		for i := range forwards - 1 {
			w.pay(1000+clew.Time(i), 1, 101, paceToken(1), 100)
		}
		for i := range elsewhere {
			w.pay(2000+clew.Time(i), 1, 500+uint64(i), paceToken(1), 100)
		}
		return w
	}
	runPaces(t, NestedRule, []paceCase{
		{"many payers", shop(25, 6, 0), 1, Nested, 1},
		{"few payers", shop(19, 6, 0), 0, "", 0},
		{"few payments in", shop(25, 4, 0), 0, "", 0},
		{"that pays others too", shop(25, 6, 3), 0, "", 0},
	})
}

func TestLayers(t *testing.T) {
	a, b, c, d := paceToken(1), paceToken(2), paceToken(3), paceToken(4)
	runPaces(t, LayersRule, []paceCase{
		{"three", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 500, c, 30).swap(200, 1, 92, c, 30, d, 7), 1, Swaps, 1},
		{"two", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 500, c, 30), 0, "", 0},
		{"too slow", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 500, c, 30).swap(611, 1, 92, c, 30, d, 7), 0, "", 0},
		{"just in time", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 500, c, 30).swap(610, 1, 92, c, 30, d, 7), 1, Takes, 1},
		{"a little of it", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 300, c, 30).swap(200, 1, 92, c, 30, d, 7), 0, "", 0},
		{"of several people", new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 2, 91, b, 500, c, 30).swap(200, 3, 92, c, 30, d, 7), 0, "", 0},
	})
	round := new(paceWorld).swap(10, 1, 90, a, 1000, b, 500).swap(100, 1, 91, b, 500, c, 30).swap(200, 1, 92, c, 30, a, 990).run(t, LayersRule)
	if len(round) != 1 || len(round[0].Against) != 1 {
		t.Errorf("a trader: %+v", round)
	}
}

func TestLiquidity(t *testing.T) {
	a, b, share := paceToken(1), paceToken(2), paceToken(3)
	add := func(w *paceWorld, at clew.Time, who uint64) *paceWorld {
		return w.next().move(at, paceAddress(who), paceAddress(90), a, 100).move(at, paceAddress(who), paceAddress(90), b, 50).move(at, clew.Address{}, paceAddress(who), share, 70)
	}
	remove := func(w *paceWorld, at clew.Time, who uint64) *paceWorld {
		return w.next().move(at, paceAddress(who), paceAddress(90), share, 70).move(at, paceAddress(90), clew.Address{}, share, 70).move(at, paceAddress(90), paceAddress(who), a, 99).move(at, paceAddress(90), paceAddress(who), b, 49)
	}
	wrapped := new(paceWorld).next().move(10, paceAddress(1), paceAddress(90), paceCoin, 100).move(10, clew.Address{}, paceAddress(1), share, 100).
		pay(20, 1, 2, share, 100).next().move(30, paceAddress(2), clew.Address{}, share, 100).move(30, paceAddress(90), paceAddress(2), paceCoin, 100)
	runPaces(t, LiquidityRule, []paceCase{
		{"taken out by another", remove(add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 70), 30, 2), 1, TakesOut, 2},
		{"from hand to hand", remove(add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 70).pay(25, 2, 3, share, 70), 30, 3), 1, PutsIn, 1},
		{"taken out by the same", remove(add(new(paceWorld), 10, 1), 30, 1), 0, "", 0},
		{"lent and taken back", remove(add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 70).pay(25, 2, 1, share, 70), 30, 1), 0, "", 0},
		{"kept", add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 70), 0, "", 0},
		{"half of it", remove(add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 35), 30, 2), 0, "", 0},
		{"eight days later", remove(add(new(paceWorld), 10, 1).pay(20, 1, 2, share, 70), 8*86_400, 2), 0, "", 0},
		{"a wrapped coin", wrapped, 0, "", 0},
	})
}
