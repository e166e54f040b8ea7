package trace

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// airdrop returns a history in which one address is sent many tokens in one
// transaction and pays on parts of them.
func airdrop(rng *rand.Rand, assets, onward int) []clew.Transfer {
	var list []clew.Transfer
	for i := range assets {
		t := move(1, who(1), who(2), coin(i), uint64(10+rng.Intn(90)))
		t.Pos.Ordinal, t.Tx = uint32(i), txOf(clew.Pos{Height: 1})
		list = append(list, t)
	}
	for i := range onward {
		t := move(uint64(2+i), who(2+rng.Intn(4)), who(2+rng.Intn(4)), coin(rng.Intn(assets)), uint64(1+rng.Intn(60)))
		list = append(list, t)
	}
	return list
}

// TestManyAssetsAgainstOracle starts from addresses and transactions with more
// assets than a machine word has bits, and names no origins. The oracle is told
// of the same origins one by one.
func TestManyAssetsAgainstOracle(t *testing.T) {
	for _, assets := range []int{62, 63, 64, 65, 200, 700} {
		rng := rand.New(rand.NewSource(int64(assets)))
		w := world{transfers: airdrop(rng, assets, 2*assets), stops: stops{}, limits: Limits{Hops: 1000, Addresses: 10_000, Transfers: 10_000, Degree: 10_000, Peers: 1}}
		byName := slices.Clone(w.transfers[:assets])
		slices.SortFunc(byName, func(a, b clew.Transfer) int { return strings.Compare(a.Asset.String(), b.Asset.String()) })
		for _, tr := range byName {
			w.seeds = append(w.seeds, []clew.Pos{tr.Pos})
		}
		for _, p := range taint.AccountPolicies() {
			m := taint.Method{Policy: p}
			want := ask(t, &w, m).String()
			for _, e := range enginesFor(p) {
				for _, start := range []Start{{Tx: txOf(clew.Pos{Height: 1})}, {Address: who(1), Sent: true}} {
					in := w.input(t, m, e)
					in.Start = start
					r := mustRun(t, in)
					checkBooksByParts(t, r)
					if got := placesOf(numbered(r)); got != want {
						t.Fatalf("%d assets, %s by %s from %+v: %s", assets, p, e, start, difference([]byte(got), []byte(want)))
					}
				}
			}
		}
	}
}

// numbered gives the origins of a result the names that the oracle has for them.
func numbered(r *Result) *Result {
	names := map[string]string{}
	for i, o := range r.Origins {
		names[o.ID] = string(rune('A' + i))
	}
	for _, p := range r.Places {
		for i := range p.Parts {
			p.Parts[i].Origin = names[p.Parts[i].Origin]
		}
	}
	return r
}

// TestManyAssetsAsNamed starts from an address and from the same origins by
// their names: but for how the question was put, the answers are the same bytes.
func TestManyAssetsAsNamed(t *testing.T) {
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, airdrop(rand.New(rand.NewSource(1)), 300, 600))}, Spread: No, Start: Start{Address: who(1), Sent: true}}
	r := mustRun(t, in)
	named := in
	named.Start = Start{}
	for _, o := range r.Origins {
		named.Start.Origins = append(named.Start.Origins, Seed{ID: o.ID, Name: o.Name, Basis: o.Basis, Transfers: o.Transfers})
	}
	s := mustRun(t, named)
	s.Work = r.Work // reading seeds costs otherwise
	if got, want := string(bytesOf(t, s)), string(bytesOf(t, r)); got != want {
		t.Fatal(difference([]byte(got), []byte(want)))
	}
}

// TestTooManyAssets starts with as many assets as there can be origins, and
// with one more.
func TestTooManyAssets(t *testing.T) {
	if testing.Short() {
		t.Skip("65,536 assets take minutes under the race detector, and meet no race that fewer do not")
	}
	list := airdropOf(MaxOrigins + 1)
	in := Input{Spread: No, Limits: Limits{Transfers: ledger.MaxPage}, Start: Start{Tx: list[0].Tx}}
	in.Ledgers = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, list)}
	var wrong *clew.InputError
	if _, err := Run(context.Background(), in); !errors.As(err, &wrong) || wrong.Field != "origins" || !strings.Contains(wrong.Want, "65536") {
		t.Fatalf("got %v", err)
	}
	in.Ledgers = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, list[:MaxOrigins])}
	r := mustRun(t, in)
	ids := map[string]bool{}
	for i, o := range r.Origins {
		ids[o.ID] = true
		if !r.Books[i].Closed || r.Books[i].Sum != clew.Units(1) {
			t.Fatalf("%+v", r.Books[i])
		}
	}
	if len(ids) != MaxOrigins {
		t.Fatalf("%d names for %d origins", len(ids), len(r.Origins))
	}
}

// airdropOf returns one transaction that moves one unit of each of many tokens.
func airdropOf(assets int) []clew.Transfer {
	list := make([]clew.Transfer, assets)
	for i := range list {
		contract := clew.EVMAddress(clew.Ethereum, [20]byte{0: 0xaa, 17: byte(i >> 16), 18: byte(i >> 8), 19: byte(i)})
		list[i] = move(1, who(1), who(2), clew.Token("erc20", contract), 1)
		list[i].Pos.Ordinal = uint32(i)
	}
	return list
}

// plainIDs is originIDs as it was first written: it looks at all names given.
func plainIDs(assets []clew.Asset) (given []string) {
	for _, asset := range assets {
		id, _, known := asset.Known()
		if !known {
			id = asset.Reference()
			id = id[:min(len(id), 10)]
		}
		id = strings.ToLower(id)
		for n := 2; slices.Contains(given, id); n++ {
			id = fmt.Sprintf("%s-%d", strings.TrimSuffix(id, fmt.Sprintf("-%d", n-1)), n)
		}
		given = append(given, id)
	}
	return given
}

// TestOriginIDs holds the names of origins against the plain way to find them.
func TestOriginIDs(t *testing.T) {
	for seed := range worlds(200) {
		rng := rand.New(rand.NewSource(seed))
		var assets []clew.Asset
		ids, got := originIDs{}, []string(nil)
		for range 30 {
			asset := ether
			if rng.Intn(6) > 0 { // the first eight digits of its contract are its name
				asset = clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{0: byte(rng.Intn(3)), 19: byte(rng.Intn(9))}))
			}
			assets = append(assets, asset)
			got = append(got, ids.of(asset))
		}
		if want := plainIDs(assets); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
	}
}
