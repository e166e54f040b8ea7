package trace

import (
	"context"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
)

var ether = clew.NativeAsset(clew.Ethereum)

// worlds returns how many random worlds of n a test goes through: all, or a quarter
// where the race detector makes everything slow.
func worlds(n int64) int64 {
	if testing.Short() {
		return (n + 3) / 4
	}
	return n
}

// who returns the address that stands for a number in these tests.
func who(n int) clew.Address {
	var key [20]byte
	key[0], key[18], key[19] = 0xaa, byte(n>>8), byte(n)
	return clew.EVMAddress(clew.Ethereum, key)
}

// coin returns a token that stands for a number.
func coin(n int) clew.Asset { return clew.Token("erc20", who(1000+n)) }

// move returns a transfer in a transaction of its own.
func move(height uint64, from, to clew.Address, asset clew.Asset, amount uint64) clew.Transfer {
	pos := clew.Pos{Height: height}
	if !asset.IsNative() {
		pos.Class = clew.Log
	}
	return clew.Transfer{
		Pos: pos, Time: clew.Time(1_600_000_000 + 10*height), Tx: txOf(pos), Asset: asset,
		From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}},
	}
}

func txOf(pos clew.Pos) clew.TxID {
	return clew.TxID{0: 1, 28: byte(pos.Height >> 8), 29: byte(pos.Height), 31: byte(pos.Index)}
}

// ledgerOf returns a ledger that holds the transfers whole from block 0 on, up
// to the last of them.
func ledgerOf(t testing.TB, chain clew.Chain, transfers []clew.Transfer) ledger.Snapshot {
	t.Helper()
	var last uint64
	for i := range transfers {
		last = max(last, transfers[i].Pos.Height)
	}
	return ledgerWith(t, chain, transfers, clew.Coverage{Chain: chain, Whole: []clew.Window{{From: 0, To: last + 1}}})
}

func ledgerWith(t testing.TB, chain clew.Chain, transfers []clew.Transfer, coverage clew.Coverage) ledger.Snapshot {
	t.Helper()
	ctx := context.Background()
	store := memory.New(chain)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(transfers...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(ctx, coverage); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// stops is a Namer for tests.
type stops map[clew.Address]tag.Stop

func (s stops) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	stop, ok := s[a]
	if !ok {
		return tag.NoStop, nil
	}
	return stop, &tag.Tag{Subject: a, Label: "test"}
}

// A world is a random small history and a question about it.
type world struct {
	transfers []clew.Transfer
	seeds     [][]clew.Pos
	stops     stops
	limits    Limits
	supposed  []Supposed
	converts  []clew.Conversion
	readings  []Reading
}

// traits say what a random world may have.
type traits struct {
	limits, converts, supposed, openings, readings bool
	origins                                        int
}

const worldAddresses = 7

func randomWorld(rng *rand.Rand, tr traits) world {
	w := world{stops: stops{}, limits: Limits{Hops: 1000, Addresses: 1000, Transfers: 1000, Degree: 1000, Peers: 1}}
	height, index := uint64(1), uint32(0)
	balances := map[clew.Pot]uint64{}
	for range 20 + rng.Intn(40) {
		if rng.Intn(3) > 0 {
			height, index = height+1, 0
		} else {
			index++
		}
		t := randomTransfer(rng, balances, tr)
		t.Pos.Height, t.Pos.Index = height, index
		t.Time, t.Tx = clew.Time(1_600_000_000+10*height), txOf(t.Pos)
		w.transfers = append(w.transfers, t)
	}
	w.seed(rng, tr.origins)
	if rng.Intn(2) == 0 {
		kinds := []tag.Stop{tag.Service, tag.Mixer, tag.Bridge, tag.Conversion, tag.Burn}
		w.stops[who(rng.Intn(worldAddresses))] = kinds[rng.Intn(len(kinds))]
	}
	if tr.limits {
		w.randomLimits(rng)
	}
	if tr.supposed {
		w.suppose(rng)
	}
	if tr.converts {
		w.convert(rng)
	}
	if tr.readings {
		w.limits.Dust = clew.Amount{} // a basis that engines cut apart can differ by one
		w.tell(rng)
	}
	return w
}

func randomTransfer(rng *rand.Rand, balances map[clew.Pot]uint64, tr traits) clew.Transfer {
	asset := ether
	if tr.converts && rng.Intn(2) == 0 || tr.readings && !tr.converts {
		asset = coin(1)
	}
	from, to := who(rng.Intn(worldAddresses)), who(rng.Intn(worldAddresses))
	amount := uint64(rng.Intn(12))
	have := balances[clew.Pot{Address: from, Asset: asset}]
	if !tr.openings && amount > have {
		amount = have
	}
	if amount == 0 && !tr.openings {
		from, amount = clew.Address{}, uint64(1+rng.Intn(12)) // issued
	}
	t := move(0, from, to, asset, amount)
	if rng.Intn(12) == 0 && !from.IsZero() {
		to = clew.Address{}
		t.To[0].Address = to // burnt, or a fee
		if asset.IsNative() {
			t.Pos.Class = clew.Fee
		}
	}
	if from != to && !from.IsZero() {
		balances[clew.Pot{Address: from, Asset: asset}] -= min(amount, have)
	}
	if from != to {
		balances[clew.Pot{Address: to, Asset: asset}] += amount
	}
	return t
}

func (w *world) seed(rng *rand.Rand, origins int) {
	for range origins {
		var asset clew.Asset
		var seed []clew.Pos
		for range 200 {
			t := &w.transfers[rng.Intn(len(w.transfers)*2/3)]
			taken := false
			for _, pos := range seed {
				taken = taken || pos == t.Pos
			}
			if taken || t.From[0].Address == t.To[0].Address || !asset.IsZero() && t.Asset != asset {
				continue
			}
			asset, seed = t.Asset, append(seed, t.Pos)
			if rng.Intn(2) == 0 {
				break
			}
		}
		w.seeds = append(w.seeds, seed)
	}
}

func (w *world) randomLimits(rng *rand.Rand) {
	if rng.Intn(2) == 0 {
		w.limits.Hops = 1 + rng.Intn(4)
	}
	if rng.Intn(3) == 0 {
		w.limits.Addresses = 1 + rng.Intn(5)
	}
	if rng.Intn(3) == 0 {
		w.limits.Transfers = 1 + rng.Intn(12)
	}
	if rng.Intn(3) == 0 {
		w.limits.Degree, w.limits.Peers = 3+rng.Intn(10), 1+rng.Intn(6)
	}
	if rng.Intn(3) == 0 {
		w.limits.Dust = clew.Units(uint64(1 + rng.Intn(3)))
	}
	if rng.Intn(3) == 0 {
		w.limits.Until = w.transfers[len(w.transfers)*3/4].Time
	}
}

func (w *world) suppose(rng *rand.Rand) {
	for i := range 1 + rng.Intn(3) {
		at := w.transfers[rng.Intn(len(w.transfers))].Pos
		from := rng.Intn(worldAddresses)
		t := move(at.Height, who(from), who((from+1+rng.Intn(worldAddresses-1))%worldAddresses), ether, uint64(1+rng.Intn(9)))
		t.Pos.Index, t.Pos.Ordinal, t.Tx = at.Index, uint32(100+i), clew.TxID{}
		w.supposed = append(w.supposed, Supposed{Transfer: t, Basis: clew.Inferred, By: "test"})
	}
}

// convert makes conversions of transfers that no other one uses, in raw order.
func (w *world) convert(rng *rand.Rand) {
	used := map[int]bool{}
	for n := range 1 + rng.Intn(3) {
		var in, out []clew.Pos
		first := rng.Intn(len(w.transfers))
		from := w.transfers[first].Asset
		for i := first; i < len(w.transfers); i++ {
			t := &w.transfers[i]
			if used[i] || t.Amount().IsZero() || t.From[0].Address == t.To[0].Address || t.From[0].Address.IsZero() || t.To[0].Address.IsZero() {
				continue
			}
			switch {
			case t.Asset == from && len(out) == 0 && len(in) < 1+rng.Intn(2):
				in, used[i] = append(in, t.Pos), true
			case t.Asset != from && len(in) > 0 && len(out) < 1+rng.Intn(2):
				out, used[i] = append(out, t.Pos), true
			}
		}
		if len(in) > 0 && len(out) > 0 {
			w.converts = append(w.converts, clew.Conversion{ID: string(rune('a' + n)), Kind: clew.Swap, In: in, Out: out,
				InChain: clew.Ethereum, OutChain: clew.Ethereum, Basis: clew.Claimed, By: "test"})
		}
	}
}

// input returns the question that a world asks.
func (w *world) input(t testing.TB, m taint.Method, e Engine) Input {
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, w.transfers)}, Method: m, Engine: e, Limits: w.limits,
		Namer: w.stops, Spread: No, Readings: w.readings, Assumptions: Assumptions{Transfers: w.supposed, Conversions: w.converts}}
	for i, seed := range w.seeds {
		in.Start.Origins = append(in.Start.Origins, Seed{ID: string(rune('A' + i)), Transfers: seed})
	}
	return in
}
