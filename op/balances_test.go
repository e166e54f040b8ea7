package op

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/evm"
	"clew/follow"
	"clew/ledger"
	"clew/report"
)

// A tokenWorld is a chain of tokens whose balances change by logged transfers and
// otherwise, as it was, and a node that tells the balances.
type tokenWorld struct {
	Node
	blocks []clew.Block
	silent []map[clew.Pot]int64 // changes without a transfer, by block
	head   error
	refuse func(at clew.BlockRef, pot clew.Pot) error
	fails  func(at clew.BlockRef) error
	asked  int
}

func (w *tokenWorld) Names() []string { return []string{"node.test"} }
func (w *tokenWorld) Close() error    { return nil }
func (w *tokenWorld) Head(context.Context) (clew.BlockRef, error) {
	return w.blocks[len(w.blocks)-1].Ref, w.head
}

// Balances tells what a pot held after a block, by all that happened.
func (w *tokenWorld) Balances(_ context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []evm.TokenBalance, error) {
	w.asked += len(pots)
	if w.fails != nil {
		if err := w.fails(at); err != nil {
			return clew.BlockRef{}, nil, err
		}
	}
	out := make([]evm.TokenBalance, len(pots))
	for i, id := range pots {
		if w.refuse != nil {
			out[i].Err = w.refuse(at, id)
		}
		if out[i].Err == nil {
			out[i].Amount = clew.Units(uint64(w.balance(id, int(at.Height))))
		}
	}
	return w.blocks[at.Height].Ref, out, nil
}

func (w *tokenWorld) balance(id clew.Pot, height int) (sum int64) {
	for h := 0; h <= height; h++ {
		sum += w.silent[h][id]
		for _, t := range w.blocks[h].Transfers {
			n, _ := t.Amount().Uint64()
			if t.Asset == id.Asset && t.From[0].Address == id.Address {
				sum -= int64(n)
			}
			if t.Asset == id.Asset && t.To[0].Address == id.Address {
				sum += int64(n)
			}
		}
	}
	return sum
}

// Open, Aside and AsideName make a world the nodes of an environment.
func (w *tokenWorld) Open(_ context.Context, chain clew.Chain, names []string, _ NodeKeeps) (Node, error) {
	if names[0] != "x" {
		return nil, &clew.InputError{Field: "source", Value: names[0], Want: "x"}
	}
	return w, nil
}
func (w *tokenWorld) Aside(clew.Chain, *follow.BadBlock) error      { return nil }
func (w *tokenWorld) AsideName(clew.Chain, *follow.BadBlock) string { return "" }

func holder(n int) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{1, byte(n)}) }

func tokenOf(n int) clew.Asset {
	return clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{2, byte(n)}))
}

// newTokenWorld makes a chain in which the first person pays, so that a trace from
// there meets others; rate is how often balances change silently, of a hundred.
func newTokenWorld(seed uint64, blocks, rate int) *tokenWorld {
	r := rand.New(rand.NewPCG(seed, 5))
	w := &tokenWorld{}
	for h := range blocks {
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(h), Hash: clew.TxID{1, byte(h)}, Time: clew.Time(1_600_000_000 + h)}}
		if h > 0 {
			b.Parent = w.blocks[h-1].Ref.Hash
		}
		silent := map[clew.Pot]int64{}
		for n := range 3 {
			from, to := r.IntN(4), r.IntN(4)
			token := tokenOf(r.IntN(2))
			b.Transfers = append(b.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(h), Index: uint32(n), Class: clew.Log}, Time: b.Ref.Time, Tx: clew.TxID{2, byte(h), byte(n)},
				Asset: token, From: []clew.Leg{{Address: holder(from), Amount: clew.Units(uint64(1 + n))}}, To: []clew.Leg{{Address: holder(to), Amount: clew.Units(uint64(1 + n))}}})
			if r.IntN(100) < rate {
				silent[clew.Pot{Address: holder(r.IntN(4)), Asset: tokenOf(r.IntN(2))}] += int64(r.IntN(41)) - 20
			}
		}
		if h == 0 { // made without a transfer, before anybody could spend it
			for p := range 4 {
				for n := range 2 {
					silent[clew.Pot{Address: holder(p), Asset: tokenOf(n)}] += 1 << 20
				}
			}
		}
		w.blocks, w.silent = append(w.blocks, b), append(w.silent, silent)
	}
	return w
}

// env holds the blocks from one on in a ledger.
func (w *tokenWorld) env(t *testing.T, from int) *Env {
	t.Helper()
	env := testEnv(fstest.MapFS{})
	env.Nodes = w
	k, err := env.Ledgers.Open(t.Context(), clew.Ethereum, Making)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Append(t.Context(), w.blocks[from:]...); err != nil {
		t.Fatal(err)
	}
	if from < 5 {
		return env
	}
	load, err := k.Load(t.Context(), ledger.Source{Name: "some of before", Exact: true})
	if err == nil {
		err = load.Add(w.blocks[2].Transfers...)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum})
	}
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func traceOf(t *testing.T, env *Env, node string) (*report.Trace, error) {
	t.Helper()
	r, err := runOn(t, env, "trace", fmt.Sprintf(`{"start": %q, "sent": true, "node": [%q], "spread": "no"}`, holder(0).Text(), node))
	x, _ := r.(*report.Trace)
	return x, err
}

// TestSilentChangesAreFound changes balances at random without transfers, and wants
// each difference to be what was changed in the blocks that are held.
func TestSilentChangesAreFound(t *testing.T) {
	differ := 0
	for seed := range uint64(60) {
		w := newTokenWorld(seed, 30, int(seed)%3*20)
		from := []int{0, 1, 11}[seed/3%3]
		x, err := traceOf(t, w.env(t, from), "ethereum=x")
		if err != nil {
			t.Fatal(seed, err)
		}
		if len(x.Balances) != 1 || len(x.Balances[0].NotCompared) > 0 {
			t.Fatal(seed, x.Balances)
		}
		want := map[clew.Pot]int64{}
		for h := from; h < len(w.silent); h++ {
			for id, n := range w.silent[h] {
				want[id] += n
			}
		}
		got := x.Balances[0]
		differ += len(got.Differ)
		for _, b := range got.Differ {
			by, _ := b.By.Uint64()
			signed := int64(by)
			if b.Less {
				signed = -signed
			}
			if signed == 0 || signed != want[b.Pot] || b.From != uint64(from) {
				t.Errorf("seed %d: %v differs by %d, want %d", seed, b.Pot, signed, want[b.Pot])
			}
			says, _ := b.Says.Uint64()
			if int64(says) != w.balance(b.Pot, 29) {
				t.Errorf("seed %d: says %d", seed, says)
			}
			delete(want, b.Pot)
		}
		same := 0
		for _, id := range tokenPots(x.Result, clew.Ethereum) {
			if n, left := want[id]; !left || n == 0 {
				same++
			} else if left {
				t.Errorf("seed %d: %v differs by %d and is not told", seed, id, n)
			}
		}
		if same-len(got.Differ) != got.Same || countGaps(x, clew.GapBalance) != len(got.Differ) {
			t.Errorf("seed %d: %d the same and %d differ, %d gaps", seed, got.Same, len(got.Differ), countGaps(x, clew.GapBalance))
		}
		w.holdsItsMarks(t, seed, x)
	}
	if differ < 100 {
		t.Errorf("only %d differences were met", differ)
	}
}

func countGaps(x *report.Trace, kind clew.GapKind) (n int) {
	for _, g := range x.Result.Gaps {
		if g.Kind == kind {
			n++
		}
	}
	return n
}

// TestNotCompared lets the node fail in the ways in which nodes do: the trace
// stands, and a gap says why and of how many.
func TestNotCompared(t *testing.T) {
	for _, c := range []struct {
		name string
		from int
		mend func(w *tokenWorld)
		want string
		pots int // not compared
	}{
		{"follows another chain", 0, func(w *tokenWorld) { w.head = fmt.Errorf("%w: 56", evm.ErrOtherChain) }, "the node follows another chain", 8},
		{"is down", 0, func(w *tokenWorld) { w.head = errors.New("connection refused") }, "connection refused", 8},
		{"has no old states", 11, func(w *tokenWorld) {
			w.fails = func(at clew.BlockRef) error {
				if at.Height < 29 {
					return fmt.Errorf("%w: missing trie node", evm.ErrPruned)
				}
				return nil
			}
		}, evm.ErrPruned.Error(), 8},
		{"refuses one token", 0, func(w *tokenWorld) {
			w.refuse = func(_ clew.BlockRef, id clew.Pot) error {
				if id.Asset == tokenOf(1) {
					return fmt.Errorf("%w: reverted by %s", evm.ErrNoBalance, id.Address)
				}
				return nil
			}
		}, evm.ErrNoBalance.Error(), 4},
		{"has words of its own for each", 0, func(w *tokenWorld) {
			w.refuse = func(_ clew.BlockRef, id clew.Pot) error { return fmt.Errorf("no %s", id.Address) }
		}, errNotTold.Error(), 8},
		{"has another block", 0, func(w *tokenWorld) { w.fails = func(clew.BlockRef) error { return evm.ErrOtherBlock } }, evm.ErrOtherBlock.Error(), 8},
	} {
		w := newTokenWorld(3, 30, 0)
		c.mend(w)
		x, err := traceOf(t, w.env(t, c.from), "ethereum=x")
		if err != nil {
			t.Fatal(c.name, err)
		}
		got := x.Balances[0].NotCompared
		if len(got) != 1 || got[0].Why != c.want || got[0].Pots != c.pots || countGaps(x, clew.GapNotCompared) != 1 {
			t.Errorf("%s: %v", c.name, got)
		}
		var b strings.Builder
		if err := report.Write(&b, x, report.Text, report.Style{}, ""); err != nil || !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, b.String())
		}
	}
}

// TestContractsThatCameLater held nothing for anybody before.
func TestContractsThatCameLater(t *testing.T) {
	w := newTokenWorld(3, 30, 0)
	w.refuse = func(at clew.BlockRef, _ clew.Pot) error {
		if at.Height == 10 {
			return evm.ErrNoContract
		}
		return nil
	}
	x, err := traceOf(t, w.env(t, 11), "ethereum=x")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range x.Balances[0].Differ {
		if by, _ := b.By.Uint64(); int64(by) != w.balance(b.Pot, 10) || b.Less || !b.Before.IsZero() {
			t.Errorf("%v, want all that it had", b)
		}
	}
	if len(x.Balances[0].Differ) != 8 {
		t.Errorf("%d differ", len(x.Balances[0].Differ))
	}
}

// TestHistoryWithGapsIsNotCompared asks nobody for what is known to lack transfers.
func TestHistoryWithGapsIsNotCompared(t *testing.T) {
	w := newTokenWorld(3, 30, 0)
	env := testEnv(fstest.MapFS{})
	env.Nodes = w
	k, err := env.Ledgers.Open(t.Context(), clew.Ethereum, Making)
	if err != nil {
		t.Fatal(err)
	}
	load, err := k.Load(t.Context(), ledger.Source{Name: "file", Exact: true})
	for i := range w.blocks {
		err = errors.Join(err, load.Add(w.blocks[i].Transfers...))
	}
	if err == nil {
		gap := clew.Gap{Kind: clew.GapTokens, Chain: clew.Ethereum, Window: clew.Window{From: 14, To: 15}}
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 0, To: 30}}, Gaps: []clew.Gap{gap}})
	}
	if err != nil {
		t.Fatal(err)
	}
	x, err := traceOf(t, env, "ethereum=x")
	if err != nil || w.asked > 0 {
		t.Fatal(err, w.asked)
	}
	if got := x.Balances[0].NotCompared; len(got) != 1 || !strings.Contains(got[0].Why, "token transfers not held") {
		t.Errorf("%v", got)
	}
}

// TestPotsBeyondTheBound are counted, and not asked for; a node that cannot be asked for
// balances at all, such as one of Tron, is told apart.
func TestPotsBeyondTheBound(t *testing.T) {
	w := newTokenWorld(3, 30, 0)
	s, err := snapshotOf(t.Context(), w.env(t, 0), clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var pots []clew.Pot
	for n := range maxCompared + 30 {
		pots = append(pots, clew.Pot{Address: holder(100 + n), Asset: clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{9, byte(n), byte(n >> 8)}))})
	}
	c := newComparison(s, w)
	if err := c.run(t.Context(), t.Context(), pots); err != nil {
		t.Fatal(err)
	}
	want := []report.NotCompared{{Why: errTooMany.Error(), Pots: 30}}
	if c.out.Same != maxCompared || w.asked != maxCompared || fmt.Sprint(c.out.NotCompared) != fmt.Sprint(want) {
		t.Errorf("%d the same, %d asked, %v", c.out.Same, w.asked, c.out.NotCompared)
	}
	c = newComparison(s, struct{ Node }{w})
	if err := c.run(t.Context(), t.Context(), pots[:3]); err != nil || fmt.Sprint(c.out.NotCompared) != fmt.Sprint([]report.NotCompared{{Why: errNoOldStates.Error(), Pots: 3}}) {
		t.Errorf("%v, %v", c.out.NotCompared, err)
	}
}

// TestNodesThatAreNamedWrongly are refused before anything is done.
func TestNodesThatAreNamedWrongly(t *testing.T) {
	w := newTokenWorld(3, 30, 0)
	for _, name := range []string{"x", "ethereum", "ethereum=", "nowhere=x", "=x", "ethereum=y"} {
		_, err := traceOf(t, w.env(t, 0), name)
		var wrong *clew.InputError
		if !errors.As(err, &wrong) || wrong.Field != "node" {
			t.Errorf("%s: %v", name, err)
		}
	}
	shown := (&AtHand{Node: []string{"ethereum=https://rpc.test/v3/SECRET", "ethereum=http://u:p@h", "ethereum=http://h?k=1", "ethereum=@f", "base=env:N", "base=http://127.0.0.1:8545/"}}).shown()
	if want := "[ethereum=@f base=env:N base=http://127.0.0.1:8545/]"; fmt.Sprint(shown.Node) != want {
		t.Errorf("shown %s", shown.Node)
	}
	explorers := Demand{Explorer: []string{"blockscout=https://h/SECRETSECRET1234/api", "blockscout=https://eth.test/api", "etherscan=@f", "solana", "solana=env:N"}}.shown().Explorer
	if want := "blockscout=https://eth.test/api etherscan=@f solana solana=env:N"; strings.Join(explorers, " ") != want {
		t.Errorf("shown: %v, want %s", explorers, want)
	}
}
