package op

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"clew"
	"clew/casebook/bundle"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
)

// turning are files that hold something else whenever they are opened.
type turning struct{ opened *int }

func (f turning) Open(name string) (fs.File, error) {
	*f.opened++
	return memoryFile(name, fmt.Appendf(nil, "as of opening %d", *f.opened)), nil
}

// TestFilesAreReadOnce: an operation that opens a file twice is given the same
// twice, and the bundle has that.
func TestFilesAreReadOnce(t *testing.T) {
	h := newHearing(testEnv(turning{new(int)}))
	files := h.heard().Files
	for range 3 {
		text, err := fs.ReadFile(files, "prices.csv")
		if err != nil || string(text) != "as of opening 1" {
			t.Errorf("%q, %v", text, err)
		}
	}
	if text := h.files["prices.csv"]; string(text) != "as of opening 1" {
		t.Errorf("the bundle has %q", text)
	}
	info, err := fs.Stat(files, "prices.csv")
	if err != nil || info.Size() != int64(len("as of opening 1")) {
		t.Errorf("described as %v, %v", info, err)
	}
}

// TestFilesAreReadWhole: a file of which a bundle cannot hold all is refused, not
// cut.
func TestFilesAreReadWhole(t *testing.T) {
	h := newHearing(testEnv(fstest.MapFS{"long": {Data: bytes.Repeat([]byte{'x'}, 11)}, "short": {Data: bytes.Repeat([]byte{'x'}, 10)}}))
	h.longest = 10
	if _, err := h.heard().Files.Open("long"); !errors.Is(err, bundle.ErrTooLarge) {
		t.Errorf("a file that is too long: %v", err)
	}
	if text, err := fs.ReadFile(h.heard().Files, "short"); err != nil || len(text) != 10 {
		t.Errorf("a file that is not: %d bytes, %v", len(text), err)
	}
}

// TestLedgersAreHeardOnce: chains, ledgers and counts are as when they were first
// asked for.
func TestLedgersAreHeardOnce(t *testing.T) {
	env := testEnv(nil)
	held := memory.New(clew.Ethereum)
	ledgers := &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {held}}}
	env.Ledgers = ledgers
	heard := newHearing(env).heard().Ledgers
	chains, err := heard.Chains()
	if err != nil || len(chains) != 1 {
		t.Fatal(chains, err)
	}
	if _, err := heard.Open(t.Context(), clew.Tron, Reading); !errors.Is(err, clew.ErrNotFound) {
		t.Fatal(err)
	}
	k, err := heard.Open(t.Context(), clew.Ethereum, Reading)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := k.Transfers(t.Context()); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	ledgers.held[clew.Tron] = keeper{memory.New(clew.Tron)}
	addOne(t, held)
	if chains, _ = heard.Chains(); len(chains) != 1 {
		t.Errorf("chains %v", chains)
	}
	if _, err := heard.Open(t.Context(), clew.Tron, Reading); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("a ledger that was not there: %v", err)
	}
	if n, err := k.Transfers(t.Context()); n != 0 || err != nil {
		t.Errorf("%d transfers, %v", n, err)
	}
}

// addOne adds a transfer to a ledger.
func addOne(t *testing.T, held *memory.Ledger) {
	t.Helper()
	a := clew.EVMAddress(clew.Ethereum, [20]byte{1})
	one := clew.Transfer{Pos: clew.Pos{Height: 100}, Tx: clew.TxID{1}, Asset: clew.NativeAsset(clew.Ethereum), From: []clew.Leg{{Address: a, Amount: clew.Units(1)}}, To: []clew.Leg{{Address: a, Amount: clew.Units(1)}}}
	load, err := held.Load(t.Context(), ledger.Source{Name: "made", Exact: true})
	if err == nil {
		err = load.Add(one)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 90, To: 110}}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// failing files cannot be read.
type failing struct{}

func (failing) Open(string) (fs.File, error) { return nil, io.ErrUnexpectedEOF }

// TestListsAreHeardOnce: official lists of a day are read once, and beside those
// who ask first everybody who asks is heard.
func TestListsAreHeardOnce(t *testing.T) {
	env := testEnv(nil)
	env.Lists.Age = 1 << 20
	h := newHearing(env)
	first, states, err := h.lists(t.Context(), "2022-04-01")
	if err != nil || len(first) == 0 {
		t.Fatal(len(first), err)
	}
	env.Lists.Files, env.Lists.Age = failing{}, 0
	second, again, err := h.lists(t.Context(), "2022-04-01")
	if err != nil || len(second) != len(first) || again[0].Stale != states[0].Stale {
		t.Fatalf("lists that changed: %d, stale %v and %v, %v", len(second), states[0].Stale, again[0].Stale, err)
	}
}

// TestClaimsAreHeardTogether: two who ask for the same claims at once are both
// heard.
func TestClaimsAreHeardTogether(t *testing.T) {
	env := testEnv(nil)
	env.Tags = func(ctx context.Context, b *tag.Builder) error {
		time.Sleep(10 * time.Millisecond)
		return nil
	}
	h := newHearing(env)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			x, err := h.claims(t.Context(), nil, false)
			if err != nil {
				t.Error(err)
				return
			}
			x.At(clew.EVMAddress(clew.Ethereum, [20]byte{byte(i + 1)}))
		})
	}
	all.Wait()
	told, _ := h.toldIndexes()
	if len(told) != 1 || len(told[0].Addresses) != 8 {
		t.Errorf("%d indexes, asked %d addresses of 8", len(told), len(told[0].Addresses))
	}
}

// changingTokens say something else whenever they are asked.
type changingTokens struct{ asked int }

func (*changingTokens) Keep(clew.Chain, []TokenSaid) error { return nil }

func (c *changingTokens) Said(_ clew.Chain, contracts []clew.Address) (list []TokenSaid, err error) {
	c.asked++
	for _, a := range contracts {
		s := TokenSaid{Node: fmt.Sprint("node of asking ", c.asked)}
		s.Contract = a
		list = append(list, s)
	}
	return list, nil
}

// TestTokensAreHeardOnce: what a token says is what it said first.
func TestTokensAreHeardOnce(t *testing.T) {
	env := testEnv(nil)
	env.Tokens = &changingTokens{}
	tokens := newHearing(env).heard().Tokens
	a, b := clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.EVMAddress(clew.Ethereum, [20]byte{2})
	for _, ask := range [][]clew.Address{{a}, {a, b}, {b}} {
		said, err := tokens.Said(clew.Ethereum, ask)
		if err != nil || len(said) != len(ask) {
			t.Fatal(said, err)
		}
		for _, s := range said {
			if want := map[clew.Address]string{a: "node of asking 1", b: "node of asking 2"}[s.Contract]; s.Node != want {
				t.Errorf("%s is said by %q, want %q", s.Contract, s.Node, want)
			}
		}
	}
}

// TestMoreThanABundleHolds asks about a ledger of more transfers than a bundle
// holds: it is refused, and nothing is made.
func TestMoreThanABundleHolds(t *testing.T) {
	held := memory.New(clew.Ethereum)
	load, err := held.Load(t.Context(), ledger.Source{Name: "made", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	a, b := clew.EVMAddress(clew.Ethereum, [20]byte{1}), clew.EVMAddress(clew.Ethereum, [20]byte{2})
	for i := range uint64(bundle.FactsMax + 1) {
		one := clew.Transfer{Pos: clew.Pos{Height: 100 + i}, Time: clew.Time(1_600_000_000 + i), Tx: clew.TxID{1, byte(i), byte(i >> 8), byte(i >> 16)}, Asset: clew.NativeAsset(clew.Ethereum),
			From: []clew.Leg{{Address: a, Amount: clew.Units(1)}}, To: []clew.Leg{{Address: b, Amount: clew.Units(1)}}}
		if err := load.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 90, To: 200_200}}}); err != nil {
		t.Fatal(err)
	}
	env := testEnv(nil)
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {held}}}
	o, err := Named("typologies find")
	if err != nil {
		t.Fatal(err)
	}
	result, made, err := o.Bundle(t.Context(), env, o.Zero())
	if wrong := new(clew.InputError); !errors.As(err, &wrong) || wrong.Field != "bundle" || result != nil || made != nil {
		t.Fatalf("%v, %v", err, made)
	}
	t.Log(err)
}
