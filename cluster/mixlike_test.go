package cluster

import (
	"testing"

	"clew"
	"clew/internal/sample/joins"
)

// coin makes a leg: an amount, and to whom, by a letter.
func coin(amount uint64, who byte) clew.Leg {
	if who == 0 {
		return clew.Leg{Amount: clew.Units(amount)}
	}
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 19), who))
	if err != nil {
		panic(err)
	}
	return clew.Leg{Address: a, Amount: clew.Units(amount)}
}

func TestVetoes(t *testing.T) {
	for name, c := range map[string]struct {
		from, to []clew.Leg
		want     Veto
	}{
		"a payment":                      {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(100_000, 'c'), coin(29_000, 'd'), coin(1000, 0)}, NoVeto},
		"two equal outputs":              {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(64_000, 'c'), coin(64_000, 'd'), coin(2000, 0)}, EqualOutputs},
		"two equal outputs of dust":      {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(128_000, 'e'), coin(546, 'c'), coin(546, 'd'), coin(908, 0)}, NoVeto},
		"one script paid twice":          {[]clew.Leg{coin(70_000, 'a'), coin(60_000, 'b')}, []clew.Leg{coin(64_000, 'c'), coin(64_000, 'c'), coin(1000, 'd'), coin(1000, 0)}, NoVeto},
		"an input that was not needed":   {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(50_000, 'c'), coin(39_000, 'd'), coin(1000, 0)}, SpareInput},
		"needed for the fee alone":       {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(69_500, 'c'), coin(19_000, 'd'), coin(1500, 0)}, NoVeto},
		"exactly enough without it":      {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(69_000, 'c'), coin(20_000, 'd'), coin(1000, 0)}, SpareInput},
		"not needed, but one output":     {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(89_000, 'c'), coin(1000, 0)}, NoVeto},
		"not needed, but many inputs":    {[]clew.Leg{coin(70_000, 'a'), coin(70_000, 'b'), coin(70_000, 'c'), coin(20_000, 'd')}, []clew.Leg{coin(50_000, 'e'), coin(179_000, 'f'), coin(1000, 0)}, NoVeto},
		"not needed, but another script": {[]clew.Leg{coin(70_000, 'a'), coin(20_000, 'b')}, []clew.Leg{coin(50_000, 'c'), {Address: script(), Amount: clew.Units(39_000)}, coin(1000, 0)}, NoVeto},
		"an input not known":             {[]clew.Leg{coin(70_000, 'a'), {Unknown: true}}, []clew.Leg{coin(50_000, 'c'), coin(39_000, 'd')}, NoVeto},
	} {
		if got := VetoOf(&clew.Transfer{From: c.from, To: c.to}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func script() clew.Address { return clew.ScriptAddress(clew.Bitcoin, []byte{1}) }

// TestVetoesOnRealMixes reads real mixes, and what was spent after them: the
// veto meets nearly every mix, and few ordinary spends.
func TestVetoesOnRealMixes(t *testing.T) {
	for _, c := range []struct {
		file  string
		least int // of mixes, out of a hundred that are vetoed
	}{{joins.WhirlpoolMixes, 99}, {joins.Wasabi1Mixes, 99}} {
		all, vetoed := 0, 0
		for _, tx := range joins.Read(t, c.file) {
			if all++; VetoOf(&tx) != NoVeto {
				vetoed++
			}
		}
		if t.Logf("%s: %d of %d", c.file, vetoed, all); all == 0 || vetoed*100 < all*c.least {
			t.Errorf("%s: %d of %d vetoed", c.file, vetoed, all)
		}
	}
	for _, file := range []string{joins.WhirlpoolAfter, joins.Wasabi1After} {
		all, vetoed := map[string]int{}, map[string]int{}
		for _, tx := range joins.Read(t, file) {
			s := joins.ShapeOf(&tx)
			if all[s]++; VetoOf(&tx) != NoVeto {
				vetoed[s]++
			}
		}
		for _, s := range []string{joins.Mix, joins.TwoEqual, joins.Data, joins.Ordinary} {
			t.Logf("%s, %s: %d of %d", file, s, vetoed[s], all[s])
		}
		if all[joins.Ordinary] == 0 || vetoed[joins.Ordinary]*100 >= all[joins.Ordinary] {
			t.Errorf("%s: %d of %d ordinary spends vetoed, want under one in a hundred", file, vetoed[joins.Ordinary], all[joins.Ordinary])
		}
	}
	all, vetoed := 0, 0
	for _, tx := range joins.BeforeMixes(t) {
		if all++; VetoOf(&tx) != NoVeto {
			vetoed++
		}
	}
	if t.Logf("a block of 2014: %d of %d", vetoed, all); all != 212 || vetoed*5 > all {
		t.Errorf("%d of %d payments of 2014 vetoed, want under a fifth of 212", vetoed, all)
	}
}
