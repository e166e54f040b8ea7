package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
)

// ledgerWithActs is ledgerOf with acts beside the transfers.
func ledgerWithActs(t *testing.T, transfers []clew.Transfer, acts []clew.Act) ledger.Snapshot {
	t.Helper()
	ctx := context.Background()
	store := memory.New(clew.Ethereum)
	load, err := store.Load(ctx, ledger.Source{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(transfers...); err != nil {
		t.Fatal(err)
	}
	if err := load.AddActs(acts...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(ctx, clew.Coverage{Whole: []clew.Window{{To: 100}}}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// stateWorld has coin(1) at who(2) and who(3), and ether at who(2).
func stateWorld(t *testing.T, acts ...clew.Act) *Result {
	t.Helper()
	transfers := []clew.Transfer{
		move(1, who(1), who(2), coin(1), 70), move(2, who(2), who(3), coin(1), 20), move(3, who(1), who(2), ether, 5),
	}
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerWithActs(t, transfers, acts)}, Spread: No,
		Start: Start{Origins: []Seed{{ID: "coins", Transfers: []clew.Pos{transfers[0].Pos}}, {ID: "ether", Transfers: []clew.Pos{transfers[2].Pos}}}}})
	for _, b := range r.Books {
		if !b.Closed {
			t.Errorf("an open book: %+v", b)
		}
	}
	return r
}

// states writes which places have which, by the number of the address.
func statesOf(r *Result) string {
	var list []string
	for _, p := range r.Places {
		for _, a := range p.States {
			list = append(list, fmt.Sprintf("%s %s %s %d", p.Address.Text()[38:], p.Asset.Namespace(), a.Kind, a.Pos.Height))
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestStatesOfPlaces(t *testing.T) {
	at := func(height uint64, kind clew.ActKind, on clew.Address, asset clew.Asset) clew.Act {
		contract := coin(1).Contract()
		return clew.Act{Pos: clew.Pos{Height: height, Class: clew.Log}, Time: clew.Time(height), Tx: clew.TxID{9, byte(height)}, Kind: kind, By: contract, On: on, Asset: asset}
	}
	contract := coin(1).Contract()
	two, three := who(2).Text()[38:], who(3).Text()[38:]
	for _, c := range []struct {
		name string
		acts []clew.Act
		want string
	}{
		{"nothing", nil, ""},
		{"frozen", []clew.Act{at(5, clew.Freeze, who(2), coin(1))}, two + " erc20 freeze 5"},
		{"frozen and freed", []clew.Act{at(5, clew.Freeze, who(2), coin(1)), at(6, clew.Unfreeze, who(2), coin(1))}, ""},
		{"frozen again", []clew.Act{at(5, clew.Freeze, who(2), coin(1)), at(6, clew.Unfreeze, who(2), coin(1)), at(7, clew.Freeze, who(2), coin(1))}, two + " erc20 freeze 7"},
		{"frozen twice", []clew.Act{at(5, clew.Freeze, who(2), coin(1)), at(6, clew.Freeze, who(2), coin(1))}, two + " erc20 freeze 5"},
		{"frozen for another asset", []clew.Act{at(5, clew.Freeze, who(2), coin(2))}, ""},
		{"freed for another asset", []clew.Act{at(5, clew.Freeze, who(2), coin(1)), at(6, clew.Unfreeze, who(2), coin(2))}, two + " erc20 freeze 5"},
		{"another frozen", []clew.Act{at(5, clew.Freeze, who(3), coin(1)), at(6, clew.Freeze, who(9), coin(1))}, three + " erc20 freeze 5"},
		{"paused", []clew.Act{at(5, clew.Pause, contract, clew.Asset{})}, two + " erc20 pause 5, " + three + " erc20 pause 5"},
		{"paused and not", []clew.Act{at(5, clew.Pause, contract, clew.Asset{}), at(8, clew.Unpause, contract, clew.Asset{})}, ""},
		{"both", []clew.Act{at(5, clew.Pause, contract, clew.Asset{}), at(4, clew.Freeze, who(3), coin(1))},
			two + " erc20 pause 5, " + three + " erc20 freeze 4, " + three + " erc20 pause 5"},
		{"another contract paused", []clew.Act{at(5, clew.Pause, coin(2).Contract(), clew.Asset{})}, ""},
		{"another kind", []clew.Act{at(5, clew.Permission, who(2), coin(1))}, ""},
	} {
		r := stateWorld(t, c.acts...)
		if got := statesOf(r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		for i := range r.Places {
			r.Places[i].States = nil
		}
		plain := stateWorld(t)
		r.Work, plain.Work, r.AsOf, plain.AsOf = Work{}, Work{}, nil, nil
		if got, want := bytesOf(t, r), bytesOf(t, plain); string(got) != string(want) {
			t.Errorf("%s: acts change more than states: %s", c.name, difference(got, want))
		}
	}
}

// TestStatesAreBounded freezes so many by one contract that it cannot be found
// out at once whether that is frozen itself.
func TestStatesAreBounded(t *testing.T) {
	contract := coin(1).Contract()
	var acts []clew.Act
	for i := range maxStateActs + 1 {
		acts = append(acts, clew.Act{Pos: clew.Pos{Height: 5, Class: clew.Log, Ordinal: uint32(i)}, Kind: clew.Freeze, By: contract, On: who(50 + i%100), Asset: coin(1)})
	}
	transfers := []clew.Transfer{move(1, who(1), contract, coin(1), 70)}
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerWithActs(t, transfers, acts)}, Spread: No, Start: Start{Transfer: &transfers[0].Pos}})
	if r.Work.Acts != maxStateActs || len(r.Limits) != 1 || r.Limits[0].Limit != "states" || !strings.Contains(strings.Join(r.Method.Notes, " "), "not known") {
		t.Errorf("%d acts read; limits %+v; notes %q", r.Work.Acts, r.Limits, r.Method.Notes)
	}
}
