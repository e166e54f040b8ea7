package exposure

import (
	"fmt"
	"math/big"
	"math/rand"
	"testing"

	"clew"
)

// A label is where value came from, or went, in the oracle: an address that is
// known with how it was met, or a reason.
type label struct {
	address clew.Address
	direct  bool
	reason  Reason
}

// A mixture says how much of each label there is.
type mixture map[label]*big.Rat

func (m mixture) add(l label, n *big.Rat) {
	if n.Sign() != 0 {
		if m[l] == nil {
			m[l] = new(big.Rat)
		}
		m[l].Add(m[l], n)
	}
}

// An oracle plays a chain of accounts in its order, with exact fractions, and
// keeps of every pot what it is made of, for every number of hops apart. It
// shares nothing with the walk, which goes from the subject and, for what came
// in, against time.
type oracle struct {
	subject  clew.Address
	known    known
	hops     int
	balances map[clew.Pot]*big.Rat
	made     map[clew.Pot][]mixture  // by hops that are left, from 1: of what it is made
	gone     map[clew.Pot][]*big.Rat // by hops done, from 1: what it has of the subject's
	in, out  map[clew.Asset]mixture  // the answer
	opening  func(clew.Pot) (clew.Amount, error)
}

func newOracle(subject clew.Address, k known, hops int, opening func(clew.Pot) (clew.Amount, error)) *oracle {
	return &oracle{subject: subject, known: k, hops: hops, balances: map[clew.Pot]*big.Rat{}, made: map[clew.Pot][]mixture{},
		gone: map[clew.Pot][]*big.Rat{}, in: map[clew.Asset]mixture{}, out: map[clew.Asset]mixture{}, opening: opening}
}

func rat(a clew.Amount) *big.Rat { return new(big.Rat).SetInt(a.Big()) }

// open prepares a pot.
func (o *oracle) open(p clew.Pot) {
	if o.balances[p] != nil {
		return
	}
	n, err := o.opening(p)
	if err != nil {
		panic(err)
	}
	o.balances[p] = rat(n)
	for range o.hops {
		m := mixture{}
		m.add(label{reason: Opening}, rat(n))
		o.made[p] = append(o.made[p], m)
		o.gone[p] = append(o.gone[p], new(big.Rat))
	}
}

// comes returns what a transfer is made of, with some hops left, which the
// transfer itself takes one of.
func (o *oracle) comes(from clew.Pot, v *big.Rat, left int) mixture {
	m := mixture{}
	switch a := from.Address; {
	case a.IsZero() || a.IsIssuer():
		m.add(label{reason: Issued}, v)
	case a == o.subject:
		m.add(label{reason: RoundTrip}, v)
	case o.known[a] != nil:
		m.add(label{address: a}, v)
	case left == 1:
		m.add(label{reason: BeyondHops}, v)
	default:
		share := new(big.Rat).Quo(v, o.balances[from])
		for l, n := range o.made[from][left-2] {
			m.add(l, new(big.Rat).Mul(n, share))
		}
	}
	return m
}

// play takes one transfer.
func (o *oracle) play(t *clew.Transfer) {
	from, to := clew.Pot{Address: t.From[0].Address, Asset: t.Asset}, clew.Pot{Address: t.To[0].Address, Asset: t.Asset}
	v := rat(t.Amount())
	if from == to || v.Sign() == 0 {
		return
	}
	o.open(from)
	o.open(to)
	if from.Address.IsZero() || from.Address.IsIssuer() {
		o.balances[from] = new(big.Rat).Set(v)
	}
	if to.Address == o.subject {
		sum(o.in, t.Asset, direct(o.comes(from, v, o.hops), from.Address, o.known))
	}
	for left := 1; left < o.hops; left++ {
		for l, n := range o.comes(from, v, left) {
			o.made[to][left-1].add(l, n)
		}
	}
	o.goes(from, to, t, v)
	keep := new(big.Rat).Sub(o.balances[from], v)
	if o.balances[from].Sign() != 0 {
		keep.Quo(keep, o.balances[from])
		for i := range o.made[from] {
			for _, n := range o.made[from][i] {
				n.Mul(n, keep)
			}
			o.gone[from][i].Mul(o.gone[from][i], keep)
		}
	}
	o.balances[from].Sub(o.balances[from], v)
	o.balances[to].Add(o.balances[to], v)
}

// goes carries what the subject sent.
func (o *oracle) goes(from, to clew.Pot, t *clew.Transfer, v *big.Rat) {
	if from.Address == o.subject {
		o.lands(to, t, v, 1)
		return
	}
	if o.known[from.Address] != nil || o.balances[from].Sign() == 0 {
		return
	}
	share := new(big.Rat).Quo(v, o.balances[from])
	for done := o.hops - 1; done >= 1; done-- {
		o.lands(to, t, new(big.Rat).Mul(o.gone[from][done-1], share), done+1)
	}
}

// lands says what becomes of the subject's value after some transfers.
func (o *oracle) lands(to clew.Pot, t *clew.Transfer, n *big.Rat, done int) {
	m := mixture{}
	switch a := to.Address; {
	case a == o.subject:
		m.add(label{reason: RoundTrip}, n)
	case t.Pos.Class == clew.Fee:
		m.add(label{reason: Fees}, n)
	case a.IsZero() || a.IsIssuer():
		m.add(label{reason: Destroyed}, n)
	case o.known[a] != nil:
		m.add(label{address: a, direct: done == 1}, n)
	case done == o.hops:
		m.add(label{reason: BeyondHops}, n)
	default:
		o.gone[to][done-1].Add(o.gone[to][done-1], n)
	}
	sum(o.out, t.Asset, m)
}

// close books what still lies somewhere.
func (o *oracle) close() {
	for p, list := range o.gone {
		m := mixture{}
		for _, n := range list {
			m.add(label{reason: AtRest}, n)
		}
		sum(o.out, p.Asset, m)
	}
}

func sum(all map[clew.Asset]mixture, asset clew.Asset, m mixture) {
	if all[asset] == nil {
		all[asset] = mixture{}
	}
	for l, n := range m {
		all[asset].add(l, n)
	}
}

// direct marks what the subject's own transfer met.
func direct(m mixture, from clew.Address, k known) mixture {
	if k[from] == nil {
		return m
	}
	marked := mixture{}
	for l, n := range m {
		l.direct = true
		marked.add(l, n)
	}
	return marked
}

// compare reports where a flow is not what the oracle says: a row may differ by
// as many units as transfers were rounded on the way.
func (f *Flow) compare(t *testing.T, want map[clew.Asset]mixture, slack int64) {
	t.Helper()
	got := map[clew.Asset]mixture{}
	for _, r := range f.Rows {
		sum(got, r.Asset, mixture{label{address: r.Address, direct: r.Direct}: rat(r.Amount)})
	}
	for _, r := range f.Residual {
		sum(got, r.Asset, mixture{label{reason: r.Reason}: rat(r.Amount)})
	}
	bound := new(big.Rat).SetInt64(slack)
	for asset, m := range want {
		for l, n := range m {
			have := got[asset][l]
			if have == nil {
				have = new(big.Rat)
			}
			diff := new(big.Rat).Sub(have, n)
			if diff.Abs(diff).Cmp(bound) > 0 {
				t.Errorf("%s of %s, %s: %s, and exactly %s", f.Side, asset, fmt.Sprint(l), have.FloatString(0), n.FloatString(3))
			}
		}
	}
	for asset, m := range got {
		for l, n := range m {
			if want[asset][l] == nil && n.Cmp(bound) > 0 {
				t.Errorf("%s of %s, %s: %s, and exactly nothing", f.Side, asset, fmt.Sprint(l), n.FloatString(0))
			}
		}
	}
}

// randomHistory returns a history in which addresses 0 to 8 deal two assets.
func randomHistory(random *rand.Rand) []clew.Transfer {
	var transfers []clew.Transfer
	assets := []clew.Asset{ether, coin(1)}
	balances := map[clew.Pot]uint64{}
	for height := range uint64(60 + random.Intn(60)) {
		asset := assets[random.Intn(2)]
		from, to := who(random.Intn(9)), who(random.Intn(9))
		amount := 1_000_000 + uint64(random.Int63n(1_000_000_000))
		pot := clew.Pot{Address: from, Asset: asset}
		switch have := balances[pot]; {
		case random.Intn(12) == 0:
			from = clew.EVMAddress(clew.Ethereum, [20]byte{})
		case have > 0 && random.Intn(8) > 0:
			amount = 1 + uint64(random.Int63n(int64(have)))
			if random.Intn(4) == 0 {
				amount = have
			}
		}
		if random.Intn(15) == 0 {
			to = clew.EVMAddress(clew.Ethereum, [20]byte{})
		}
		t := move(height, from, to, asset, amount)
		if asset.IsNative() && random.Intn(10) == 0 && !from.IsIssuer() {
			t.Pos.Class, t.To[0].Address = clew.Fee, clew.Address{}
		}
		pot.Address = from
		balances[pot] -= min(balances[pot], amount)
		balances[clew.Pot{Address: t.To[0].Address, Asset: asset}] += amount
		transfers = append(transfers, t)
	}
	return transfers
}

// TestExactFractions holds answers against the oracle on random histories.
func TestExactFractions(t *testing.T) {
	for seed := range int64(300) {
		random := rand.New(rand.NewSource(seed))
		transfers := randomHistory(random)
		k := known{}
		for n := 1; n < 9; n++ {
			if random.Intn(3) == 0 {
				k[who(n)] = exchange(fmt.Sprint("x", n))
			}
		}
		hops := 1 + random.Intn(5)
		snapshot := ledgerOf(t, transfers)
		o := newOracle(who(0), k, hops, func(p clew.Pot) (clew.Amount, error) {
			if p.Address.IsZero() || p.Address.IsIssuer() {
				return clew.Amount{}, nil
			}
			flow, err := snapshot.Flow(t.Context(), p, clew.LastPos)
			return flow.Deficit, err
		})
		for i := range transfers {
			o.play(&transfers[i])
		}
		o.close()
		// Random gifts are no dust here: every address is taken to be paid.
		a := of(t, Query{Ledger: snapshot, Subject: who(0), Knower: k, Limits: Limits{Hops: hops, Evidence: 3}})
		slack := int64(len(transfers) * hops)
		a.side(Incoming).compare(t, o.in, slack)
		a.side(Outgoing).compare(t, o.out, slack)
		if t.Failed() {
			t.Fatalf("seed %d, %d hops", seed, hops)
		}
	}
}
