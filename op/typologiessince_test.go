package op

import (
	"fmt"
	"maps"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger/memory"
	"clew/report"
)

// longLedger holds ninety days of random payments: among few who meet again and again,
// to new addresses that pass on, and dust from look-alikes.
func longLedger(t *testing.T, seed int64) *Env {
	t.Helper()
	rng := rand.New(rand.NewSource(seed))
	l := memory.New(clew.Ethereum)
	at := func(group, n byte, end byte) clew.Address {
		return clew.EVMAddress(clew.Ethereum, [20]byte{group, end, 17: n, 18: end, 19: group})
	}
	fresh := byte(0)
	for i := range 900 {
		time := clew.Time(1_600_000_000 + 8640*i + rng.Intn(4000))
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(i), Hash: clew.TxID{1, byte(i >> 8), byte(i)}, Time: time}}
		if i > 0 {
			b.Parent = clew.TxID{1, byte((i - 1) >> 8), byte(i - 1)}
		}
		pay := func(from, to clew.Address, amount uint64) {
			n := len(b.Transfers)
			b.Transfers = append(b.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(i), Index: uint32(n)}, Time: time, Tx: clew.TxID{9, byte(i >> 8), byte(i), byte(n)}, Asset: clew.NativeAsset(clew.Ethereum),
				From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}})
		}
		a, c := byte(rng.Intn(12)), byte(rng.Intn(12))
		if a != c {
			pay(at(1, 1, a), at(1, 1, c), 1_000_000)
		}
		switch rng.Intn(4) {
		case 0: // new addresses pass on, or those that were new long ago
			if rng.Intn(2) == 0 {
				fresh++
			}
			pay(at(1, 1, a), at(2, fresh, 100+fresh%50), 5000)
			pay(at(2, fresh, 100+fresh%50), at(3, fresh, 200+fresh%50), 4990)
			pay(at(3, fresh, 200+fresh%50), at(1, 1, c), 4980)
		case 1: // a look-alike sends dust
			pay(at(1, 2, c), at(1, 1, a), 1) // seen or not, as a dealt with c
		}
		if len(b.Transfers) == 0 {
			pay(at(4, 1, 50+a), at(4, 2, 70+a), 7)
		}
		if err := l.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {l}}}
	return env
}

// TestTypologiesSince: what is found from a time on is what a pass over all that is
// held finds from there on; nobody is taken for new who is known from before.
func TestTypologiesSince(t *testing.T) {
	since, err := dayOf("since", "2020-11-10")
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]int{}
	for seed := range int64(6) {
		env := longLedger(t, seed)
		ask := func(in string) *report.Typologies {
			r, err := runOn(t, env, "typologies find", in)
			if err != nil {
				t.Fatal(err)
			}
			return r.(*report.Typologies)
		}
		whole, part := ask(`{"findings": 100000}`), ask(`{"findings": 100000, "since": "2020-11-10"}`)
		got, want := rolesFrom(part, since), rolesFrom(whole, since)
		if !maps.Equal(got, want) {
			t.Errorf("seed %d: %d roles, want %d", seed, len(got), len(want))
		}
		for _, f := range part.Findings {
			if met[f.Rule]++; f.To < since {
				t.Errorf("seed %d: %s ended at %s", seed, f.Rule, f.To)
			}
		}
		if part.Before == 0 || part.Read+part.Before >= whole.Read || whole.Before != 0 || part.Found != uint64(len(part.Findings)) {
			t.Errorf("seed %d: %d read and %d before, of %d", seed, part.Read, part.Before, whole.Read)
		}
	}
	if met["address-poisoning"] < 10 || met["pass-through"] < 10 {
		t.Errorf("too few to tell anything: %s", fmt.Sprint(met))
	}
}

// rolesFrom returns who did what by which rule from a time on, in whatever findings:
// what goes on for longer than anything is remembered begins where reading does.
func rolesFrom(p *report.Typologies, since clew.Time) map[string]bool {
	roles := map[string]bool{}
	for _, f := range p.Findings {
		for _, s := range f.Steps {
			for _, r := range s.Roles {
				if s.Time >= since {
					roles[fmt.Sprintf("%s %s %s %s", f.Rule, r.Name, r.Address, r.Pos)] = true
				}
			}
		}
	}
	return roles
}
