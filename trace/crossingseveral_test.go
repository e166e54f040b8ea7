package trace

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestPoolShares follows value into the shares of a pool of two assets and out of
// them: of what is stolen of one asset, half of the shares is marked, and of each
// asset that comes out as much of it as of the shares; it stands for the whole of what
// was stolen all along.
func TestPoolShares(t *testing.T) {
	gold, salt, pool := clew.Token("erc20", who(90)), clew.Token("erc20", who(91)), who(10)
	share := clew.Token("erc20", pool)
	tx := func(height uint64, moves ...clew.Transfer) []clew.Transfer {
		for i := range moves {
			moves[i].Pos.Height, moves[i].Pos.Ordinal, moves[i].Tx = height, uint32(i), clew.TxID{0: 9, 31: byte(height)}
		}
		return moves
	}
	transfers := slices.Concat(
		tx(1, move(1, who(1), who(2), gold, 100)),
		tx(2, move(2, who(3), who(2), salt, 40)),
		tx(3, move(3, who(2), pool, gold, 100), move(3, who(2), pool, salt, 40), move(3, clew.Address{}, who(2), share, 60)),
		tx(4, move(4, who(2), who(4), share, 60)),
		tx(5, move(5, who(4), pool, share, 60), move(5, pool, clew.Address{}, share, 60), move(5, pool, who(4), gold, 90), move(5, pool, who(4), salt, 44)),
		tx(6, move(6, who(4), who(5), gold, 90)),
		tx(7, move(7, who(4), who(6), salt, 44)),
	)
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Spread: No, Start: Start{Transfer: &transfers[0].Pos}, Namer: stops{who(90): "", who(91): "", pool: ""}}
	for _, p := range taint.AccountPolicies() {
		if !p.Describe().Conserves {
			continue
		}
		in.Method.Policy = p
		r := swapRun(t, string(p), in)
		got := map[string]string{}
		for _, place := range r.Places {
			got[fmt.Sprint(place.Address.Key()[19], place.Asset == gold)] = fmt.Sprintf("%s standing for %s", place.Amount, place.Parts[0].Basis)
		}
		if text := fmt.Sprint(got); text != "map[5 true:45 standing for 50 6 false:22 standing for 50]" {
			t.Errorf("%s: %s", p, text)
		}
		if len(r.Conversions) != 4 || r.Conversions[0].OutAsset != share || r.Conversions[0].Out != clew.Units(30) || r.Conversions[3].OutAsset != salt || r.Conversions[3].Out != clew.Units(22) {
			t.Errorf("%s: %+v", p, r.Conversions)
		}
	}
	in.Method.Policy, in.Direction, in.Start = taint.FIFO, Backward, Start{Transfer: &transfers[len(transfers)-1].Pos}
	r := swapRun(t, "backward", in)
	got := map[string]bool{}
	for _, place := range r.Places {
		got[fmt.Sprint(place.Address.Key()[19], place.Asset == gold, place.Parts[0].Basis)] = true
	}
	if !got["1 true 22"] || !got["3 false 22"] || len(got) != 2 {
		t.Errorf("backward: %v", got)
	}
}

// sharesWorld returns a random history of people who put assets into pools and take
// them out, some of it over others.
func sharesWorld(rng *rand.Rand) *world {
	w := &world{stops: stops{who(90): "", who(91): "", who(10): ""}, limits: Limits{}}
	assets := []clew.Asset{ether, clew.Token("erc20", who(90)), clew.Token("erc20", who(91))}
	share := clew.Token("erc20", who(10))
	height, ordinal := uint64(0), uint32(0)
	add := func(from, to clew.Address, asset clew.Asset) {
		m := move(height, from, to, asset, uint64(1+rng.Intn(30)))
		m.Pos.Ordinal, ordinal = ordinal, ordinal+1
		w.transfers = append(w.transfers, m)
	}
	for range 15 + rng.Intn(25) {
		height, ordinal = height+1, 0
		p, a, b := who(rng.Intn(5)), assets[rng.Intn(3)], assets[rng.Intn(3)]
		switch rng.Intn(4) {
		case 0:
			add(p, who(10), a)
			add(p, who(10), b)
			add(clew.Address{}, p, share)
		case 1:
			add(p, clew.Address{}, share)
			add(who(10), p, a)
			add(who(10), p, b)
		case 2:
			if to := who(rng.Intn(5)); to != p {
				add(p, to, slices.Concat(assets, []clew.Asset{share})[rng.Intn(4)])
			}
		case 3:
			add(p, who(11), a)
			add(who(11), p, b)
		}
	}
	slices.SortFunc(w.transfers, func(s, t clew.Transfer) int { return s.Pos.Cmp(t.Pos) })
	w.seeds = [][]clew.Pos{{w.transfers[rng.Intn(len(w.transfers))].Pos}}
	return w
}

// TestPoolSharesByEveryEngine: the books close, and the engines agree, whatever goes
// into pools and comes out of them.
func TestPoolSharesByEveryEngine(t *testing.T) {
	several := 0
	for seed := int64(0); seed < 300; seed++ {
		for _, way := range []Direction{Forward, Backward} {
			for _, p := range taint.AccountPolicies() {
				if way == Backward && !p.Describe().Backward {
					continue
				}
				w := sharesWorld(rand.New(rand.NewSource(seed)))
				if first := w.transfers[slices.IndexFunc(w.transfers, func(tr clew.Transfer) bool { return tr.Pos == w.seeds[0][0] })]; first.From[0].Address == first.To[0].Address {
					continue
				}
				in := w.input(t, taint.Method{Policy: p}, "")
				in.Direction, in.Ranges = way, way == Forward && p == taint.FIFO
				name := fmt.Sprintf("seed %d, %s %s", seed, way, p)
				r := swapRun(t, name, in)
				in.Ranges = false
				for _, e := range []Engine{Queue, Sweep} {
					in.Engine = e
					if got, want := placesOf(swapRun(t, name, in)), placesOf(r); got != want {
						t.Fatalf("%s by %s:\n%s\nwant\n%s", name, e, got, want)
					}
				}
				for i := range r.Conversions {
					if slices.ContainsFunc(r.Conversions[:i], func(c Crossing) bool {
						return c.Note == "" && slices.Equal(c.Conversion.In, r.Conversions[i].Conversion.In)
					}) {
						several++
					}
				}
			}
		}
	}
	if several < 100 {
		t.Errorf("%d pools of several assets: too few to tell anything", several)
	}
}
