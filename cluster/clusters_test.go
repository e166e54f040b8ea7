package cluster

import (
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
)

// randomLinks makes links among few addresses.
func randomLinks(r *rand.Rand) []Link {
	list := make([]Link, r.IntN(30))
	for i := range list {
		list[i] = Link{coin(1, byte(1+r.IntN(20))).Address, coin(1, byte(1+r.IntN(20))).Address, []Sign{CoSpend}, nil, clew.Pos{Height: uint64(i)}, clew.TxID{byte(i)}}
	}
	return list
}

// reached is the plain model: whom links lead to from a.
func reached(links []Link, a clew.Address) map[clew.Address]int {
	far := map[clew.Address]int{a: 0}
	for changed := true; changed; {
		changed = false
		for _, l := range links {
			for _, ends := range [][2]clew.Address{{l.A, l.B}, {l.B, l.A}} {
				if d, ok := far[ends[0]]; ok {
					if old, had := far[ends[1]]; !had || old > d+1 {
						far[ends[1]], changed = d+1, true
					}
				}
			}
		}
	}
	return far
}

// TestClustersAreWhoeverLinksReach holds members and explanations against the
// plain model, with all links and without some.
func TestClustersAreWhoeverLinksReach(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		links := randomLinks(r)
		c := New()
		for _, l := range links {
			c.Link(l)
		}
		check(t, seed, c, links)
		drop := func(l Link) bool { return l.Tx[0]%3 == 0 }
		check(t, seed, c.Without(drop), slices.DeleteFunc(slices.Clone(links), drop))
		r.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
		shuffled := New()
		for _, l := range links {
			shuffled.Link(l)
		}
		check(t, seed, shuffled, links)
	}
}

func check(t *testing.T, seed uint64, c *Clusters, links []Link) {
	t.Helper()
	for who := byte(1); who <= 20; who++ {
		a := coin(1, who).Address
		far := reached(links, a)
		members := c.Members(a)
		if len(members) != len(far) {
			t.Fatalf("seed %d: %d members with %s, want %d", seed, len(members), a, len(far))
		}
		for b, distance := range far {
			if !slices.Contains(members, b) || !c.Same(a, b) {
				t.Fatalf("seed %d: %s is not with %s", seed, b, a)
			}
			path := c.Explain(a, b)
			if len(path) != distance {
				t.Fatalf("seed %d: %d links from %s to %s, want %d", seed, len(path), a, b, distance)
			}
			at := a
			for _, l := range path {
				real := slices.ContainsFunc(links, func(k Link) bool {
					return k.Tx == l.Tx && k.Pos == l.Pos && slices.Equal(k.Signs, l.Signs) && (k.A == l.A && k.B == l.B || k.A == l.B && k.B == l.A)
				})
				if l.A != at || !real {
					t.Fatalf("seed %d: %+v explains nothing from %s", seed, l, at)
				}
				at = l.B
			}
			if distance > 0 && at != b {
				t.Fatalf("seed %d: the links end at %s, not %s", seed, at, b)
			}
		}
	}
}

// TestCoSpendOnRealBlocks clusters the first 14,132 blocks of Bitcoin, and holds
// every cluster against a plain model of sets that are merged one by one.
func TestCoSpendOnRealBlocks(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(sample.BTCD(t), "blk_0_to_14131.dat"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	c, sets := New(), map[clew.Address]map[clew.Address]bool{}
	several := 0
	for tx := range realTransfers(t, raw) {
		c.AddTransaction(tx)
		inputs := map[clew.Address]bool{}
		for _, l := range tx.From {
			if !l.Address.IsZero() {
				inputs[l.Address] = true
			}
		}
		if len(inputs) < 2 || VetoOf(tx) != NoVeto {
			continue
		}
		several++
		whole := map[clew.Address]bool{}
		for a := range inputs {
			whole[a] = true
			maps.Copy(whole, sets[a])
		}
		for a := range whole {
			sets[a] = whole
		}
	}
	if several == 0 {
		t.Fatal("no transaction has inputs of several addresses")
	}
	for a, set := range sets {
		members := c.Members(a)
		if len(members) != len(set) {
			t.Fatalf("%s: %d members, want %d", a, len(members), len(set))
		}
		for _, m := range members {
			if !set[m] {
				t.Fatalf("%s is with %s", m, a)
			}
		}
	}
	addresses, clusters := c.Len()
	if addresses != len(sets) {
		t.Errorf("%d addresses linked, want %d", addresses, len(sets))
	}
	t.Logf("%d transactions link %d addresses into %d clusters; vetoed: %d for equal outputs, %d for an input to spare",
		several, addresses, clusters, c.Vetoed(EqualOutputs), c.Vetoed(SpareInput))
}

func realTransfers(t *testing.T, raw []byte) func(func(*clew.Transfer) bool) {
	return func(yield func(*clew.Transfer) bool) {
		files, err := bitcoin.OpenFiles(context.Background(), fstest.MapFS{"blk00000.dat": {Data: raw}}, clew.Bitcoin, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		chain, err := files.Chain(context.Background(), clew.BlockRef{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := bitcoin.NewDecoder(clew.Bitcoin)
		if err != nil {
			t.Fatal(err)
		}
		unspent, block := bitcoin.Unspent{}, []byte(nil)
		for height := range chain.Window().To {
			if block, err = chain.Read(height, block[:0]); err != nil {
				t.Fatal(err)
			}
			b, err := d.Decode(context.Background(), block, height, unspent)
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Transfers {
				if !yield(&b.Transfers[i]) {
					return
				}
			}
			unspent.Apply(b)
		}
	}
}
