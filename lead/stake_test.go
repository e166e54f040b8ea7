package lead

import (
	"math/rand/v2"
	"testing"

	"clew"
	"clew/trace"
)

// A coin is one unit of the naive model: tied up, on its way out, or free.
type coin struct {
	tied bool
	out  clew.Time // when it comes out; 0: it was not asked back
}

// TestStakeUnitByUnit holds what is said of stake against a model that moves every
// unit by itself, and adds up what is booked of a place.
func TestStakeUnitByUnit(t *testing.T) {
	guide, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	who, err := clew.MakeAddress(clew.Tron, clew.TronForm, append(make([]byte, 19), 1))
	if err != nil {
		t.Fatal(err)
	}
	wait := guide.byStake[clew.Tron].wait(clew.Pos{})
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		coins := make([]coin, 60)
		var acts []clew.Act
		now := began
		for range r.IntN(20) {
			now += clew.Time(r.Int64N(int64(wait) / 2))
			a := clew.Act{Time: now, Kind: []clew.ActKind{clew.Stake, clew.Unstake, clew.Unstake, clew.Restake}[r.IntN(4)]}
			a.Amount = clew.Units(moveCoins(coins, a, wait, r.IntN(20)))
			acts = append(acts, a)
		}
		now += clew.Time(r.Int64N(int64(wait)))
		amount := clew.Units(uint64(r.IntN(70)))
		s := &stopping{Question: Question{Guide: guide, Now: now, Stakes: map[clew.Address][]clew.Act{who: acts}}, rest: map[Rest]*Rest{}, out: &Stoppable{}}
		left := s.staked(&trace.Place{Kind: trace.AtRest, Address: who, Asset: clew.NativeAsset(clew.Tron), Amount: amount})
		tied, leaving, sum := uint64(0), uint64(0), left
		for _, c := range coins {
			if c.tied && c.out == 0 {
				tied++
			} else if c.tied && c.out > now {
				leaving++
			}
		}
		got := map[Reason]clew.Amount{}
		for _, c := range s.out.Chances {
			got[c.Why] = got[c.Why].Plus(c.Amount)
			sum = sum.Plus(c.Amount)
			if c.Deadline.Time <= now || c.Deadline.Time > now+wait {
				t.Errorf("seed %d: it comes out at %s", seed, c.Deadline.Time)
			}
		}
		wantLeaving := least(clew.Units(leaving), amount)
		wantTied := least(clew.Units(tied), amount.MinusOrZero(wantLeaving))
		if sum != amount || got[Unstaking] != wantLeaving || got[Staked] != wantTied {
			t.Fatalf("seed %d: %s of %s: %s on their way, want %s; %s staked, want %s", seed, sum, amount, got[Unstaking], wantLeaving, got[Staked], wantTied)
		}
	}
}

func least(a, b clew.Amount) clew.Amount {
	if a.Less(b) {
		return a
	}
	return b
}

// moveCoins does an act of at most n units, and returns of how many it was.
func moveCoins(coins []coin, a clew.Act, wait clew.Time, n int) (moved uint64) {
	for i := range coins {
		c := &coins[i]
		if c.tied && c.out > 0 && c.out <= a.Time {
			*c = coin{}
		}
		switch {
		case a.Kind == clew.Restake && c.tied:
			c.out = 0
		case moved == uint64(n) || a.Kind == clew.Restake:
		case a.Kind == clew.Stake && !c.tied:
			c.tied, moved = true, moved+1
		case a.Kind == clew.Unstake && c.tied && c.out == 0:
			c.out, moved = a.Time+wait, moved+1
		}
	}
	return moved
}
