package trace

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// The pools of Across on Ethereum and Base, as its deployments list them.
var (
	poolHere  = mustAddress("0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5", clew.Ethereum)
	poolThere = mustAddress("0x09aea4b2242abC8bb4BB78D537A67a245A7bEC64", clew.Base)
)

func mustAddress(s string, chain clew.Chain) clew.Address {
	a, err := clew.ParseAddress(s, chain)
	if err != nil {
		panic(err)
	}
	return a
}

// says is an act of Across at a transfer's transaction.
func says(t testing.TB, kind clew.ActKind, of *clew.Transfer, on, by clew.Address, asset clew.Asset, amount uint64, id string, to clew.Address) clew.Act {
	t.Helper()
	pos := of.Pos
	pos.Class, pos.Ordinal = clew.Log, pos.Ordinal+1000
	a := clew.Act{Pos: pos, Kind: kind, Tx: of.Tx, Time: of.Time, On: on, By: on, With: by, Asset: asset, Amount: clew.Units(amount)}
	m := clew.Message{Protocol: "across", ID: id, From: clew.Ethereum, To: clew.Base, Recipient: to.Text()}
	if !asset.IsNative() { // the far token has the same digits
		m.Asset = clew.EVMAddress(clew.Base, [20]byte(asset.Contract().Key())).Text()
	}
	if err := a.SetMessage(m); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestSwapThenBridge follows a payment that a router swaps and bridges in one
// transaction, by the finder that reads messages: the swap brings what crosses.
func TestSwapThenBridge(t *testing.T) {
	gold, goldThere := coin(1), clew.Token("erc20", clew.EVMAddress(clew.Base, [20]byte(coin(1).Contract().Key())))
	person := clew.EVMAddress(clew.Base, [20]byte(who(2).Key()))
	relayer := clew.EVMAddress(clew.Base, [20]byte(who(9).Key()))
	here := []clew.Transfer{move(1, who(1), who(2), ether, 100), move(2, who(2), who(20), ether, 100), move(2, who(20), who(10), ether, 100), move(2, who(10), who(20), gold, 50), move(2, who(20), poolHere, gold, 50)}
	for i := range here[1:] {
		here[i+1].Pos.Ordinal = uint32(i)
	}
	there := []clew.Transfer{move(3, relayer, person, goldThere, 49), move(4, person, relayer, goldThere, 9)}
	for _, c := range []struct {
		name string
		leak uint64 // of what was paid in, that stays with somebody else
		pool clew.Address
		want string
	}{
		{"all", 0, poolHere, "unspent 2 = 40; unspent 9 = 9"},
		{"by a contract of nobody's", 0, who(66), "unspent 66 = 50"},
		{"of which most stays with somebody", 90, poolHere, "unspent 77 = 90; unspent 10 = 10"},
	} {
		h := append([]clew.Transfer(nil), here...)
		h[4].To = []clew.Leg{{Address: c.pool, Amount: clew.Units(50)}}
		if c.leak > 0 {
			h[2] = move(2, who(20), who(10), ether, 100-c.leak)
			h[2].Pos.Ordinal = 1
			aside := move(2, who(20), who(77), ether, c.leak)
			aside.Pos.Ordinal = 500
			h = append(h, aside)
		}
		for _, p := range []taint.Policy{taint.FIFO, taint.Haircut} {
			in := Input{Spread: No, Method: taint.Method{Policy: p}, Start: Start{Transfer: &here[0].Pos}, Namer: stops{gold.Contract(): "", poolHere: "bridge"},
				Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, h, []clew.Act{says(t, clew.BridgeSent, &h[1], who(20), c.pool, gold, 50, "7", person)})},
				Others:  []ledger.Snapshot{ledgerSaying(t, clew.Base, there, []clew.Act{says(t, clew.BridgeReceived, &there[0], person, poolThere, goldThere, 49, "7", person)})}}
			r := swapRun(t, c.name, in)
			if got := briefly(r); got != c.want {
				t.Errorf("%s by %s: %s, want %s\n%+v", c.name, p, got, c.want, r.Conversions)
			}
			checkCrossedAs(t, c.name, r, c.pool != poolHere)
		}
	}
}

// checkCrossedAs wants a payment that is refused as one thing and followed as another to
// say so, and no other to.
func checkCrossedAs(t *testing.T, name string, r *Result, both bool) {
	t.Helper()
	said := 0
	for i := range r.Conversions {
		c := &r.Conversions[i]
		if c.CrossedAs == "" {
			continue
		}
		said++
		if c.Note == "" || !strings.HasPrefix(c.CrossedAs, "swap-") {
			t.Errorf("%s: %s is crossed as %s, with the note %q", name, c.Conversion.ID, c.CrossedAs, c.Note)
		}
	}
	if said > 0 != both {
		t.Errorf("%s: %d are refused and followed", name, said)
	}
}

// TestLyingBridges puts messages of contracts that anybody made into random
// histories: whatever they say, nothing crosses, and every place and book is as if
// they had said nothing.
func TestLyingBridges(t *testing.T) {
	noted := 0
	for seed := range worlds(150) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{origins: 1, openings: true})
		there := randomWorld(rng, traits{origins: 1, openings: true})
		base := func(a clew.Address) clew.Address {
			if a.IsZero() {
				return a
			}
			return clew.EVMAddress(clew.Base, [20]byte(a.Key()))
		}
		var sent, got []clew.Act
		for i := range there.transfers {
			tr := renameIn(there.transfers[i], base)
			tr.Asset = clew.NativeAsset(clew.Base)
			there.transfers[i] = tr
		}
		for n := range 20 {
			a, b := &w.transfers[rng.Intn(len(w.transfers))], &there.transfers[rng.Intn(len(there.transfers))]
			if a.From[0].Address.IsZero() || b.To[0].Address.IsZero() {
				continue
			}
			amount, _ := a.Amount().Uint64()
			liar := clew.EVMAddress(clew.Ethereum, [20]byte{0xee, byte(n)})
			sent = append(sent, says(t, clew.BridgeSent, a, a.From[0].Address, liar, ether, amount+uint64(rng.Intn(3)), fmt.Sprint(n), b.To[0].Address))
			got = append(got, says(t, clew.BridgeReceived, b, b.To[0].Address, base(liar), b.Asset, 1, fmt.Sprint(n), b.To[0].Address))
		}
		for _, way := range []Direction{Forward, Backward} {
			for _, p := range []taint.Policy{taint.FIFO, taint.Haircut} {
				in := w.input(t, taint.Method{Policy: p}, "")
				in.Direction, in.Namer = way, nil
				in.Ledgers = []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, w.transfers, sent)}
				in.Others = []ledger.Snapshot{ledgerSaying(t, clew.Base, there.transfers, got)}
				name := fmt.Sprintf("seed %d, %s %s", seed, way, p)
				lied := swapRun(t, name, in)
				noted += len(lied.Conversions)
				in.WithoutBridges = true
				compareTraces(t, name, lied, swapRun(t, name, in))
			}
		}
	}
	if noted < 100 {
		t.Errorf("%d messages were looked at: too few to tell anything", noted)
	}
}
