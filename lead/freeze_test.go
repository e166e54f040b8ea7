package lead

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/trace"
)

// A frozenWorld is two addresses and two tokens of a chain, with acts.
type frozenWorld struct {
	t         testing.TB
	transfers []clew.Transfer
	acts      []clew.Act
}

func frozenAddress(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{0xf0, n}) }

func frozenToken(n byte) clew.Asset { return clew.Token("erc20", frozenAddress(0xc0+n)) }

func (w *frozenWorld) move(height uint64, from, to clew.Address, asset clew.Asset, amount uint64) {
	w.transfers = append(w.transfers, clew.Transfer{Pos: clew.Pos{Height: height, Class: clew.Log}, Time: clew.Time(1000 * height), Tx: clew.TxID{1, byte(height), byte(height >> 8)}, Asset: asset,
		From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}})
}

func (w *frozenWorld) act(height uint64, kind clew.ActKind, on clew.Address, asset clew.Asset) {
	w.acts = append(w.acts, clew.Act{Pos: clew.Pos{Height: height, Class: clew.Log, Ordinal: 1}, Time: clew.Time(1000*height) + 7, Tx: clew.TxID{2, byte(height), byte(height >> 8)},
		Kind: kind, By: asset.Contract(), On: on, Asset: asset, Detail: "event of " + string(kind)})
}

func (w *frozenWorld) snapshot() ledger.Snapshot { return w.snapshotFrom(0) }

// snapshotFrom is of a ledger that holds every block from one on.
func (w *frozenWorld) snapshotFrom(first uint64) ledger.Snapshot {
	w.t.Helper()
	ctx := context.Background()
	store := memory.New(clew.Ethereum)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err == nil {
		err = load.Add(w.transfers...)
	}
	if err == nil {
		err = load.AddActs(w.acts...)
	}
	if err == nil {
		_, err = load.Commit(ctx, clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: first, To: 10_000}}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := store.Snapshot(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// intervalText writes an interval so that two can be compared.
func intervalText(i *Interval) string {
	to := "open"
	if i.To != nil {
		to = i.To.Pos.String()
	}
	var wipes []string
	for _, w := range i.Wipes {
		wipes = append(wipes, fmt.Sprintf("%s=%s(%s)", w.Pos, w.Amount, w.Act))
	}
	from := i.From.Pos.String()
	if i.Shown != nil {
		from = "before " + i.Shown.Pos.String()
	}
	return fmt.Sprintf("%s from %s to %s again %d held %s left %s lacks %s destroyed %s moved %d %s", i.Asset, from, to, len(i.Again), known(i.Held), known(i.Left), i.Lacks, i.Destroyed, i.Moved, strings.Join(wipes, " "))
}

// known writes an amount that may not be known.
func known(a *clew.Amount) string {
	if a == nil {
		return "?"
	}
	return a.String()
}

func unitsAt(n int64) *clew.Amount {
	a := clew.Units(uint64(n))
	return &a
}

// TestFreezesBegunBefore: what lifts or destroys a freeze of which no act is held tells
// of one whose beginning is not known, where something before is not held, and whose
// sums are not known either; where all is held it tells of nothing.
func TestFreezesBegunBefore(t *testing.T) {
	a, b, dollar, other := frozenAddress(1), frozenAddress(2), frozenToken(1), frozenToken(2)
	w := &frozenWorld{t: t}
	w.move(1, b, a, dollar, 100)
	w.move(2, a, clew.Address{}, dollar, 7) // burnt by itself, before
	w.move(3, a, clew.Address{}, dollar, 35)
	w.act(3, clew.Wipe, a, dollar)
	w.act(4, clew.Freeze, a, dollar)
	w.act(5, clew.Unfreeze, a, dollar)
	w.act(6, clew.Unfreeze, a, dollar) // lifts nothing: the one before ended
	w.act(7, clew.Unfreeze, a, other)
	if list, _, err := Freezes(t.Context(), w.snapshotFrom(0), a, clew.Asset{}); err != nil || len(list) != 1 || list[0].Shown != nil {
		t.Errorf("all is held: %+v, %v", list, err)
	}
	list, _, err := Freezes(t.Context(), w.snapshotFrom(1), a, clew.Asset{})
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, want := range []string{
		dollar.String() + " from before 3/0/log/1 to 5/0/log/1 again 1 held ? left ? lacks 0 destroyed 35 moved 0 3/0/log/0=35(event of frozen value destroyed)",
		other.String() + " from before 7/0/log/1 to 7/0/log/1 again 0 held ? left ? lacks 0 destroyed 0 moved 0 ",
	} {
		if got := intervalText(&list[i]); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	text, err := json.Marshal(list[1])
	for _, wrong := range []string{`"from"`, `"held"`, `"left"`, `"in"`} {
		if err != nil || strings.Contains(string(text), wrong) || !strings.Contains(string(text), `"shownBy"`) {
			t.Errorf("%s, %v: what is not known is said by %s", text, err, wrong)
		}
	}
}

func TestFreezesAreIntervals(t *testing.T) {
	a, b, dollar, other := frozenAddress(1), frozenAddress(2), frozenToken(1), frozenToken(2)
	w := &frozenWorld{t: t}
	w.move(1, b, a, dollar, 100)
	w.move(2, a, b, dollar, 30)
	w.act(3, clew.Freeze, a, dollar)
	w.act(4, clew.Freeze, a, dollar)
	w.move(5, b, a, dollar, 5)
	w.act(6, clew.Unfreeze, a, dollar)
	w.act(7, clew.Unfreeze, a, dollar) // lifts nothing
	w.move(8, a, b, dollar, 40)
	w.act(9, clew.Freeze, a, other)
	w.act(10, clew.Freeze, a, dollar)
	w.move(11, a, clew.Address{}, dollar, 35)
	w.act(11, clew.Wipe, a, dollar)
	liar := clew.Act{Pos: clew.Pos{Height: 2, Class: clew.Log, Ordinal: 9}, Time: 1, Kind: clew.Freeze, By: b, On: a, Asset: dollar}
	w.acts = append(w.acts, liar) // of another contract than the token's
	list, more, err := Freezes(t.Context(), w.snapshot(), a, clew.Asset{})
	if err != nil || more || len(list) != 3 {
		t.Fatalf("%d intervals, %v, %v", len(list), more, err)
	}
	for i, want := range []string{
		dollar.String() + " from 3/0/log/1 to 6/0/log/1 again 1 held 70 left 30 lacks 0 destroyed 0 moved 0 ",
		other.String() + " from 9/0/log/1 to open again 0 held 0 left 0 lacks 0 destroyed 0 moved 0 ",
		dollar.String() + " from 10/0/log/1 to open again 0 held 35 left 70 lacks 0 destroyed 35 moved 0 11/0/log/0=35(event of frozen value destroyed)",
	} {
		if got := intervalText(&list[i]); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if one, _, _ := Freezes(t.Context(), w.snapshot(), a, other); len(one) != 1 || one[0].Asset != other {
		t.Errorf("of one token: %+v", one)
	}
}

// replay is the naive model: it goes through everything once, in order.
func (w *frozenWorld) replay(a clew.Address, tokens []clew.Asset) (texts []string) {
	type state struct {
		open         *Interval
		in, out, low int64
	}
	states := map[clew.Asset]*state{}
	for _, asset := range tokens {
		states[asset] = &state{}
	}
	var done []*Interval
	for h := uint64(0); h < 64; h++ {
		for i := range w.transfers {
			m := &w.transfers[i]
			s, amount := states[m.Asset], int64(0)
			fmt.Sscan(m.Amount().String(), &amount)
			if m.Pos.Height != h || amount == 0 {
				continue
			}
			if m.From[0].Address == a {
				s.out += amount
				s.low = max(s.low, s.out-s.in)
				if s.open != nil && m.To[0].Address.IsZero() {
					s.open.Destroyed = s.open.Destroyed.Plus(m.Amount())
					wipe := Wipe{Pos: m.Pos, Amount: m.Amount()}
					for k := range w.acts {
						if x := &w.acts[k]; x.Kind == clew.Wipe && x.On == a && x.Asset == m.Asset && x.Pos.Height == h {
							wipe.Act = x.Detail
						}
					}
					s.open.Wipes = append(s.open.Wipes, wipe)
				} else if s.open != nil {
					s.open.Moved++
				}
			}
			if m.To[0].Address == a {
				s.in += amount
			}
		}
		for i := range w.acts {
			x := &w.acts[i]
			if x.Pos.Height != h || x.On != a {
				continue
			}
			switch s := states[x.Asset]; {
			case x.Kind == clew.Freeze && s.open == nil:
				s.open = &Interval{Asset: x.Asset, From: *x, Left: unitsAt(s.out), Lacks: clew.Units(uint64(s.low)), Held: unitsAt(s.in + s.low - s.out)}
				done = append(done, s.open)
			case x.Kind == clew.Freeze:
				s.open.Again = append(s.open.Again, x.Pos)
			case x.Kind == clew.Unfreeze && s.open != nil:
				s.open.To, s.open = x, nil
			}
		}
	}
	for _, i := range done {
		texts = append(texts, intervalText(i))
	}
	return texts
}

func TestFreezesAgainstReplay(t *testing.T) {
	tokens := []clew.Asset{frozenToken(1), frozenToken(2)}
	seen := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 9))
		w := &frozenWorld{t: t}
		who := []clew.Address{frozenAddress(1), frozenAddress(2), {}}
		for h := uint64(1); h < 64; h++ {
			asset := tokens[r.IntN(2)]
			if from, to := who[r.IntN(3)], who[r.IntN(3)]; from != to && r.IntN(2) == 0 {
				w.move(h, from, to, asset, r.Uint64N(50))
			}
			if r.IntN(3) == 0 {
				w.act(h, []clew.ActKind{clew.Freeze, clew.Unfreeze, clew.Wipe, clew.Freeze}[r.IntN(4)], who[r.IntN(2)], asset)
			}
		}
		list, _, err := Freezes(t.Context(), w.snapshot(), who[0], clew.Asset{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range list {
			got = append(got, intervalText(&list[i]))
			seen += len(list[i].Wipes)
		}
		if want := w.replay(who[0], tokens); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if seen < 100 {
		t.Errorf("only %d times was anything destroyed", seen)
	}
}

// metWorld is a theft of 100 dollars: 100 come to the first address at 2000 s, 40 go
// on to the second; the first is frozen at 5007 s, the second at 9007 s and freed again.
func metWorld(t *testing.T) (*trace.Result, []ledger.Snapshot) {
	t.Helper()
	w := &frozenWorld{t: t}
	victim, first, second, dollar := frozenAddress(9), frozenAddress(1), frozenAddress(2), frozenToken(1)
	w.move(1, frozenAddress(8), victim, dollar, 100)
	w.move(2, victim, first, dollar, 100)
	w.move(3, first, second, dollar, 40)
	w.act(5, clew.Freeze, first, dollar)
	w.move(6, first, clew.Address{}, dollar, 60)
	w.act(6, clew.Wipe, first, dollar)
	w.act(9, clew.Freeze, second, dollar)
	w.act(10, clew.Unfreeze, second, dollar)
	s := w.snapshot()
	r, err := trace.Run(t.Context(), trace.Input{Ledgers: []ledger.Snapshot{s}, Spread: trace.No,
		Start: trace.Start{Origins: []trace.Seed{{ID: "A", Chain: clew.Ethereum, Transfers: []clew.Pos{{Height: 2, Class: clew.Log}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return r, []ledger.Snapshot{s}
}

func TestTimeFromTheftToFreeze(t *testing.T) {
	r, ledgers := metWorld(t)
	met, err := MeetFreezes(t.Context(), FrozenQuery{Trace: r, Ledgers: ledgers, Discovered: 3000})
	if err != nil || len(met.List) != 2 || met.Theft != 2000 {
		t.Fatalf("%+v, %v", met, err)
	}
	for i, want := range []struct {
		marked, gone, destroyed uint64
		after, known            int64
		open                    bool
	}{{60, 40, 60, 3007, 2007, true}, {40, 0, 0, 7007, 6007, false}} {
		f := met.List[i]
		if *f.Marked != clew.Units(want.marked) || *f.Gone != clew.Units(want.gone) || f.Destroyed != clew.Units(want.destroyed) || *f.After != want.after || *f.SinceKnown != want.known || f.Open() != want.open {
			t.Errorf("%d: %+v", i, f)
		}
	}
	r.Method.Direction = trace.Backward
	if met, err := MeetFreezes(t.Context(), FrozenQuery{Trace: r, Ledgers: ledgers}); err != nil || len(met.List) != 0 {
		t.Errorf("backward: %+v, %v", met, err)
	}
}

func TestPendingFreezes(t *testing.T) {
	r, ledgers := metWorld(t)
	met, err := MeetFreezes(t.Context(), FrozenQuery{Trace: r, Ledgers: ledgers})
	if err != nil {
		t.Fatal(err)
	}
	asked := func(on clew.Address, when clew.Time, of, state string) Request {
		return Request{Address: on, Asset: frozenToken(1), State: state, Time: when, Of: of, By: "counsel", Pending: state == "asked"}
	}
	for _, c := range []struct {
		name string
		list []Request
		want string
	}{
		{"asked", []Request{asked(frozenAddress(2), 1, "issuer", "asked")}, "issuer 1 40"},
		{"asked of two", []Request{asked(frozenAddress(2), 2, "issuer", "asked"), asked(frozenAddress(2), 1, "exchange", "asked")}, "exchange 1 40, issuer 2 40"},
		{"refused since", []Request{asked(frozenAddress(2), 2, "issuer", "refused"), asked(frozenAddress(2), 1, "issuer", "asked")}, ""},
		{"asked again", []Request{asked(frozenAddress(2), 2, "issuer", "refused"), asked(frozenAddress(2), 3, "issuer", "asked")}, "issuer 3 40"},
		{"carried out, as the ledger says", []Request{asked(frozenAddress(1), 1, "issuer", "asked")}, ""},
	} {
		var got []string
		for _, p := range FindPending(c.list, met, r) {
			got = append(got, fmt.Sprintf("%s %d %s", p.Of, p.Time, p.Lies))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
}
