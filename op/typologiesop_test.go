package op

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"clew"
	"clew/ledger/memory"
	"clew/report"
)

// ringLedger holds value that goes round by three, an hour between.
func ringLedger(t *testing.T) *Env {
	t.Helper()
	l := memory.New(clew.Ethereum)
	at := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{1, n}) }
	for i, p := range []struct {
		from, to byte
		amount   uint64
	}{{1, 2, 1000}, {2, 3, 990}, {3, 1, 980}} {
		time := clew.Time(1_600_000_000 + 3600*i)
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(i), Hash: clew.TxID{byte(i + 1)}, Time: time}}
		if i > 0 {
			b.Parent = clew.TxID{byte(i)}
		}
		b.Transfers = []clew.Transfer{{Pos: clew.Pos{Height: uint64(i)}, Time: time, Tx: clew.TxID{9, byte(i)}, Asset: clew.NativeAsset(clew.Ethereum),
			From: []clew.Leg{{Address: at(p.from), Amount: clew.Units(p.amount)}}, To: []clew.Leg{{Address: at(p.to), Amount: clew.Units(p.amount)}}}}
		if err := l.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {l}}}
	return env
}

// TestTypologiesTellHowFarTheyAre, and find what is there.
func TestTypologiesTellHowFarTheyAre(t *testing.T) {
	env := ringLedger(t)
	var last Progress
	env.Progress = func(p Progress) { last = p }
	r, err := runOn(t, env, "typologies find", `{"rule": ["cycle"]}`)
	if err != nil {
		t.Fatal(err)
	}
	page := r.(*report.Typologies)
	if last.Done != 3 || last.Total != 3 || last.Unit != "transfers" || page.Read != 3 || len(page.Findings) != 1 || page.Outcome() != report.Found {
		t.Errorf("%+v, %+v", last, page)
	}
	if r, err = runOn(t, env, "typologies find", `{"rule": ["cycle"], "until": "2020-09-13T13:00:00Z"}`); err != nil || r.Outcome() != report.Nothing || r.(*report.Typologies).Read != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// fansLedger holds an address that pays 10 to 40 others at once every other day.
func fansLedger(t *testing.T) *Env {
	t.Helper()
	l := memory.New(clew.Ethereum)
	at := func(n, k int) clew.Address {
		return clew.EVMAddress(clew.Ethereum, [20]byte{1, byte(n), byte(k)})
	}
	for i := range 40 {
		time := clew.Time(1_600_000_000 + 172_800*i)
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(i), Hash: clew.TxID{byte(i + 1)}, Time: time}}
		if i > 0 {
			b.Parent = clew.TxID{byte(i)}
		}
		for k := range 10 + i*7%31 {
			b.Transfers = append(b.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(i), Index: uint32(k)}, Time: time, Tx: clew.TxID{9, byte(i), byte(k)}, Asset: clew.NativeAsset(clew.Ethereum),
				From: []clew.Leg{{Address: at(200, 0), Amount: clew.Units(5)}}, To: []clew.Leg{{Address: at(i, k+1), Amount: clew.Units(5)}}})
		}
		if err := l.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {l}}}
	return env
}

// TestTypologiesKeepTheStrongest: of many, those that would come first if all were
// kept, each whole, and all are counted.
func TestTypologiesKeepTheStrongest(t *testing.T) {
	env := fansLedger(t)
	all, err := runOn(t, env, "typologies find", `{"rule": ["fan-out"]}`)
	if err != nil {
		t.Fatal(err)
	}
	few, err := runOn(t, env, "typologies find", `{"rule": ["fan-out"], "findings": 3}`)
	if err != nil {
		t.Fatal(err)
	}
	want, got := all.(*report.Typologies), few.(*report.Typologies)
	if want.Found != 40 || got.Found != 40 || !reflect.DeepEqual(got.Findings, want.Findings[:3]) {
		t.Errorf("%d and %d found, got %+v, want %+v", want.Found, got.Found, got.Findings, want.Findings[:3])
	}
	named, err := runOn(t, env, "typologies find", `{"rule": ["fan-out"], "findings": 3, "address": "`+want.Findings[0].Steps[0].Roles[0].Address.Text()+`"}`)
	if err != nil || named.(*report.Typologies).Found != 40 {
		t.Errorf("of who has them all: %+v, %v", named, err)
	}
}

// TestTypologiesEndWhenTold: whoever interrupts has no half answer.
func TestTypologiesEndWhenTold(t *testing.T) {
	env := ringLedger(t)
	ctx, cancel := context.WithCancel(t.Context())
	env.Progress = func(Progress) { cancel() }
	o, err := Named("typologies find")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := o.RunJSON(ctx, env, []byte(`{}`)); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", r, err)
	}
}
