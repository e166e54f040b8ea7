package op

import (
	"errors"
	"fmt"
	"testing"

	"clew"
	"clew/ledger"
	"clew/report"
)

// coinEnv holds a Bitcoin ledger in which one address pays another by way of a
// third.
func coinEnv(t *testing.T) (env *Env, from, to clew.Address) {
	t.Helper()
	env = testEnv(nil)
	coin := clew.NativeAsset(clew.Bitcoin)
	var at [4]clew.Address
	for i := range at {
		var err error
		if at[i], err = clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 19), byte(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	amounts := []uint64{100, 80, 50}
	var transfers []clew.Transfer
	for i, n := range amounts {
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(i + 1)}, Time: clew.Time(1_400_000_000 + 86_400*i), Tx: clew.TxID{byte(i + 1)}, Asset: coin,
			From: []clew.Leg{{Amount: clew.Units(n)}}, To: []clew.Leg{{Address: at[i], Amount: clew.Units(n)}}}
		if i > 0 {
			before := &transfers[i-1]
			tr.From[0] = clew.Leg{Address: at[i-1], Amount: before.To[0].Amount, Spends: &clew.Output{Tx: before.Tx}}
			tr.To = append(tr.To, clew.Leg{Address: at[3], Amount: before.To[0].Amount.Minus(clew.Units(n))})
		}
		transfers = append(transfers, tr)
	}
	store, err := env.Ledgers.Open(t.Context(), clew.Bitcoin, Making)
	if err != nil {
		t.Fatal(err)
	}
	load, err := store.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(transfers...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: clew.Bitcoin, Whole: []clew.Window{{From: 0, To: 4}}}); err != nil {
		t.Fatal(err)
	}
	return env, at[0], at[2]
}

func TestPathsOnBitcoin(t *testing.T) {
	env, from, to := coinEnv(t)
	for _, c := range []struct {
		name, more string
		widths     []uint64
	}{
		{"plain", "", []uint64{50}},
		{"asset", `, "asset": "native"`, []uint64{50}},
		{"since its day", `, "since": "2014-05-14"`, []uint64{50}},
		{"until before it arrives", `, "until": "2014-05-14"`, nil},
		{"least", `, "least": "0.00000050BTC"`, nil},
		{"hops", `, "hops": 1`, nil},
	} {
		r, err := runOn(t, env, "paths", fmt.Sprintf(`{"from": %q, "to": %q%s}`, from.Text(), to.Text(), c.more))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		paths := r.(*report.Paths).Widest
		if len(paths) != len(c.widths) {
			t.Errorf("%s: %d paths, want %v", c.name, len(paths), c.widths)
			continue
		}
		for i, w := range c.widths {
			if paths[i].Width != clew.Units(w) || len(paths[i].Steps) != 2 {
				t.Errorf("%s: path %+v, want one of width %d", c.name, paths[i], w)
			}
		}
	}
	if _, err := runOn(t, env, "paths", fmt.Sprintf(`{"from": %q, "to": %q, "since": "2015-01-01"}`, from.Text(), to.Text())); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("since the last of its transfers: %v", err)
	}
}
