package account

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
)

// A world is a small chain by hand, with names for addresses, and what is claimed
// of them.
type world struct {
	t         *testing.T
	chain     clew.Chain
	names     map[string]clew.Address
	tags      map[clew.Address][]tag.Tag
	stops     map[clew.Address]tag.Stop
	index     map[uint64]uint32
	transfers []clew.Transfer
	acts      []clew.Act
	history   bool // nothing is held whole
}

func newWorld(t *testing.T, chain clew.Chain, lines string) *world {
	w := &world{t: t, chain: chain, names: map[string]clew.Address{}, tags: map[clew.Address][]tag.Tag{}, stops: map[clew.Address]tag.Stop{}, index: map[uint64]uint32{}}
	for line := range strings.SplitSeq(lines, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			w.line(line)
		}
	}
	return w
}

func (w *world) At(a clew.Address) []tag.Tag { return w.tags[a] }

func (w *world) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	if stop := w.stops[a]; stop != tag.NoStop {
		return stop, &w.tags[a][0]
	}
	return tag.NoStop, nil
}

// a returns the address of a name: its letters, on the world's chain.
func (w *world) a(name string) clew.Address {
	if a, ok := w.names[name]; ok {
		return a
	}
	form := clew.EVMForm
	switch {
	case w.chain.IsTron():
		form = clew.TronForm
	case w.chain.IsBitcoin():
		form = clew.P2WPKH
	}
	key := make([]byte, 20)
	copy(key[20-len(name):], name)
	a, err := clew.MakeAddress(w.chain, form, key)
	if err != nil {
		w.t.Fatal(err)
	}
	w.names[name] = a
	return a
}

func (w *world) name(a clew.Address) string {
	if a.IsZero() {
		return "-"
	}
	key := a.Key()
	return strings.TrimLeft(string(key), "\x00")
}

func (w *world) number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		w.t.Fatalf("%q: %v", s, err)
	}
	return n
}

func (w *world) asset(name string) clew.Asset {
	if name == "" {
		return clew.NativeAsset(w.chain)
	}
	standard := "erc20"
	if w.chain.IsTron() {
		standard = "trc20"
	}
	return clew.Token(standard, w.a("t"+name))
}

// vetted are tokens in capitals.
func (w *world) vetted(a clew.Asset) bool {
	name := strings.TrimPrefix(w.name(a.Contract()), "t")
	return name == strings.ToUpper(name)
}

// line reads a tag ("X tag service actor label"), an act ("5 act delegation ON
// WITH AMOUNT"), or a transaction ("5 by u 1: u>d 100 USDT, d>X 100 USDT").
func (w *world) line(line string) {
	words := strings.Fields(line)
	if words[1] == "tag" {
		t := tag.Tag{Subject: w.a(words[0]), Label: strings.Join(words[4:], " "), Actor: strings.Trim(words[3], "-"), Concepts: []tag.Concept{tag.Concept(words[2])}, Source: "test"}
		w.tags[t.Subject] = append(w.tags[t.Subject], t)
		w.stops[t.Subject] = t.Stop()
		return
	}
	head, moves, _ := strings.Cut(line, ":")
	words = strings.Fields(head)
	height := w.number(words[0])
	at := clew.Pos{Height: height, Index: w.index[height]}
	w.index[height]++
	id := clew.TxID{0: 1, 29: byte(height >> 8), 30: byte(height), 31: byte(at.Index)}
	if words[1] == "act" {
		w.act(words[2:], at, id)
		return
	}
	for n, move := range strings.Split(moves, ",") {
		words := strings.Fields(move)
		if len(words) == 0 {
			continue
		}
		from, to, _ := strings.Cut(words[0], ">")
		asset := w.asset(strings.Join(words[2:], ""))
		pos := at
		pos.Ordinal = uint32(n)
		if !asset.IsNative() {
			pos.Class = clew.Log
		}
		w.move(pos, id, asset, from, to, w.number(words[1]))
	}
	if words[1] == "by" && words[3] != "0" {
		at.Class = clew.Fee
		w.move(at, id, w.asset(""), words[2], "-", w.number(words[3]))
	}
}

func (w *world) move(pos clew.Pos, id clew.TxID, asset clew.Asset, from, to string, amount uint64) {
	leg := func(name string) []clew.Leg {
		if name == "-" {
			return []clew.Leg{{Amount: clew.Units(amount)}}
		}
		return []clew.Leg{{Address: w.a(name), Amount: clew.Units(amount)}}
	}
	w.transfers = append(w.transfers, clew.Transfer{Pos: pos, Time: clew.Time(1_600_000_000 + 12*pos.Height), Tx: id, Asset: asset, From: leg(from), To: leg(to)})
}

func (w *world) act(words []string, at clew.Pos, id clew.TxID) {
	kinds := map[string]clew.ActKind{"delegation": clew.Delegate, "permission": clew.Permission, "activation": clew.Activation, "stake": clew.Stake}
	act := clew.Act{Pos: at, Time: clew.Time(1_600_000_000 + 3*at.Height), Tx: id, Kind: kinds[words[0]], On: w.a(words[1]), By: w.a(words[1])}
	switch act.Kind {
	case clew.Activation:
		act.By = w.a(words[2])
	case clew.Delegate, clew.Permission:
		if words[2] != "-" {
			act.With = w.a(words[2])
		}
		act.Detail = strings.Join(words[3:], " ")
	}
	w.acts = append(w.acts, act)
}

// snapshot returns a ledger of the world.
func (w *world) snapshot() ledger.Snapshot {
	ctx := context.Background()
	store := memory.New(w.chain)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err != nil {
		w.t.Fatal(err)
	}
	last := uint64(0)
	for i := range w.transfers {
		last = max(last, w.transfers[i].Pos.Height)
	}
	coverage := clew.Coverage{Chain: w.chain}
	if !w.history {
		coverage.AddWhole(clew.Window{To: last + 1})
	}
	for _, err := range []error{load.Add(w.transfers...), load.AddActs(w.acts...)} {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := load.Commit(ctx, coverage); err != nil {
		w.t.Fatal(err)
	}
	s, err := store.Snapshot(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { s.Close() })
	return s
}

// bounds are small, so that histories are.
var bounds = Bounds{Left: clew.Units(10), Blocks: 100, Senders: 3, Payees: 2, Rows: 50}

func (w *world) finder() *Finder {
	return NewFinder(Question{Reader: w.snapshot(), Namer: w, Bounds: bounds, Vetted: w.vetted})
}
