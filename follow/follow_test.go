package follow

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/ledgertest"
	"clew/ledger/memory"
	"clew/ledger/vfs"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holds compares what a sink holds with the chain's blocks from a height on.
func holds(t *testing.T, sink Sink, c *chain, from uint64, gaps ...clew.Gap) {
	t.Helper()
	m := ledgertest.NewModel(clew.Ethereum)
	for _, b := range c.blocks {
		if b.Ref.Height >= from {
			m.Append(b)
		}
	}
	s, err := sink.Snapshot(context.Background())
	must(t, err)
	defer s.Close()
	got, err := ledgertest.StateOf(context.Background(), s)
	must(t, err)
	got.Coverage.Gaps = nil
	if err := got.Differs(&m.State); err != nil {
		t.Fatal(err)
	}
	if have := s.Coverage().Gaps; len(have) != len(gaps) {
		t.Fatalf("gaps %v, want %v", have, gaps)
	}
	for _, g := range s.Coverage().Gaps {
		if g.Chain = ""; !slices.Contains(gaps, g) {
			t.Fatalf("gap %v, want one of %v", g, gaps)
		}
	}
}

// upTo returns options that follow to a height.
func upTo(height uint64) Options { return Options{Until: &height, Clock: &still{}} }

func from(height uint64, opt Options) Options {
	opt.From = &height
	return opt
}

func TestFollows(t *testing.T) {
	for _, ahead := range []int{1, 3, 8, 1000} {
		c, sink := newChain(100, 300, 1), memory.New(clew.Ethereum)
		opt := from(120, upTo(399))
		opt.Ahead = ahead
		state, err := Run(context.Background(), c, sink, opt)
		must(t, err)
		holds(t, sink, c, 120)
		if state.Blocks != 280 || state.Lag() != 0 || state.Held != c.blocks[299].Ref || state.Retries != 0 {
			t.Errorf("ahead %d: %+v", ahead, state)
		}
		asked := c.asks
		state, err = Run(context.Background(), c, sink, upTo(399))
		if err != nil || state.Blocks != 0 || c.asks > asked+1 {
			t.Errorf("again: %+v, %v, asked %d times", state, err, c.asks-asked)
		}
	}
}

func TestFollowsFromNow(t *testing.T) {
	c, sink := newChain(100, 50, 2), memory.New(clew.Ethereum)
	_, err := Run(context.Background(), c, sink, upTo(149))
	must(t, err)
	holds(t, sink, c, 149)
	c.grow(20)
	asked := c.asks
	_, err = Run(context.Background(), c, sink, upTo(169))
	must(t, err)
	holds(t, sink, c, 149)
	if c.asks-asked != 1+20 {
		t.Errorf("asked %d times for the head and 20 blocks", c.asks-asked)
	}
	if _, err := Run(context.Background(), c, sink, from(171, upTo(200))); !isInput(err) {
		t.Errorf("a start beyond what is held: %v", err)
	}
}

// TestFollowsToTheHead ends at the block that was the last one at the start, also
// if a block is not given at once.
func TestFollowsToTheHead(t *testing.T) {
	c, sink := newChain(100, 50, 2), memory.New(clew.Ethereum)
	c.onAsk = func(n int) {
		if c.grow(1); n == 2 {
			c.failing = 1
		}
	}
	state, err := Run(context.Background(), c, sink, from(100, Options{ToHead: true, Clock: &still{}}))
	must(t, err)
	if state.Held.Height != 150 || state.Until == nil || *state.Until != 150 || state.Retries != 1 {
		t.Errorf("%+v", state)
	}
}

// TestWhatIsHeldIsLookedAt takes back a fork that a ledger ended on, though it
// holds the last block wanted already.
func TestWhatIsHeldIsLookedAt(t *testing.T) {
	for _, others := range []int{2, 3, 5} {
		c, sink := newChain(100, 40, 2), memory.New(clew.Ethereum)
		_, err := Run(context.Background(), c, sink, from(100, upTo(139)))
		must(t, err)
		c.reorganise(3, others)
		if last := c.blocks[len(c.blocks)-1].Ref.Height; last < 139 {
			c.onAsk = func(n int) {
				if n > 200 {
					c.grow(1)
				}
			}
		}
		_, err = Run(context.Background(), c, sink, upTo(139))
		must(t, err)
		c.blocks = c.blocks[:40]
		holds(t, sink, c, 100)
	}
}

func isInput(err error) bool {
	var input *clew.InputError
	return errors.As(err, &input)
}

// TestReorganisations takes back forks of every depth, also those that leave
// the chain shorter, and the one that replaces the first block followed.
func TestReorganisations(t *testing.T) {
	for depth := 1; depth <= 30; depth++ {
		for _, others := range []int{max(1, depth-1), depth, depth + 3} {
			c, sink := newChain(100, 40, uint64(depth)), memory.New(clew.Ethereum)
			_, err := Run(context.Background(), c, sink, from(110, upTo(139)))
			must(t, err)
			c.reorganise(depth, others)
			ctx, end := context.WithCancel(context.Background())
			state, err := Run(ctx, c, sink, Options{Clock: &still{waits: 3, end: end}})
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			holds(t, sink, c, 110)
			if state.Rollbacks != 1 || state.Deepest != uint64(depth) {
				t.Errorf("%d blocks were replaced by %d: %+v", depth, others, state)
			}
		}
	}
}

func TestAnotherChain(t *testing.T) {
	c, sink := newChain(0, 40, 1), memory.New(clew.Ethereum)
	_, err := Run(context.Background(), c, sink, from(0, upTo(39)))
	must(t, err)
	other := newChain(0, 60, 2)
	if _, err := Run(context.Background(), other, sink, upTo(59)); !errors.Is(err, ErrFinal) || !strings.Contains(err.Error(), "another chain") {
		t.Errorf("%v", err)
	}
	holds(t, sink, c, 0)
	if _, err := Run(context.Background(), c, memory.New(clew.Base), upTo(39)); !isInput(err) {
		t.Errorf("a ledger of another chain: %v", err)
	}
}

// TestALaggingSource leaves alone what a source that is behind has not seen.
func TestALaggingSource(t *testing.T) {
	c, sink := newChain(0, 40, 1), memory.New(clew.Ethereum)
	_, err := Run(context.Background(), c, sink, from(0, upTo(39)))
	must(t, err)
	behind := &chain{first: 0, blocks: c.blocks[:30], random: c.random}
	ctx, end := context.WithCancel(context.Background())
	state, err := Run(ctx, behind, sink, Options{Clock: &still{waits: 3, end: end}})
	if !errors.Is(err, context.Canceled) || state.Rollbacks != 0 {
		t.Fatal(state, err)
	}
	holds(t, sink, c, 0)
}

// TestBlocksWithoutNames leaves alone a ledger that was filled from files which do
// not name blocks, whatever the source has, and goes on after it.
func TestBlocksWithoutNames(t *testing.T) {
	c, sink := newChain(100, 40, 1), memory.New(clew.Ethereum)
	for _, b := range c.blocks[:30] {
		b.Ref.Hash, b.Parent = clew.TxID{}, clew.TxID{}
		must(t, sink.Append(context.Background(), b))
	}
	for _, have := range []int{20, 30, 40, 20} { // behind, level, ahead, and behind again
		source := &chain{first: 100, blocks: c.blocks[:have], random: c.random}
		ctx, end := context.WithCancel(context.Background())
		state, err := Run(ctx, source, sink, Options{Clock: &still{waits: 3, end: end}})
		if !errors.Is(err, context.Canceled) || state.Rollbacks != 0 || state.Retries != 0 {
			t.Errorf("%d blocks: %+v, %v", have, state, err)
		}
	}
	s, err := sink.Snapshot(context.Background())
	must(t, err)
	if s.AsOf() != c.blocks[39].Ref {
		t.Errorf("held up to %v", s.AsOf())
	}
	must(t, s.Close())
}

// TestPauses waits longer each time that a source fails, up to a minute, and
// begins anew once it answers.
func TestPauses(t *testing.T) {
	c, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
	clock := &still{}
	c.failing = 9
	c.onAsk = func(n int) {
		if n == 31 { // nine failures, the head and twenty blocks, and the next look
			c.grow(1)
			c.failing = 2
		}
	}
	opt := from(100, upTo(120))
	opt.Clock, opt.Poll = clock, 7*time.Second
	_, err := Run(context.Background(), c, sink, opt)
	must(t, err)
	want := "1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s 7s 1s 2s"
	if got := strings.Trim(fmt.Sprint(clock.slept), "[]"); got != want {
		t.Errorf("slept %s, want %s", got, want)
	}
	holds(t, sink, c, 100)
}

// TestGivesUp ends a run with an end after as many failures in a row as are
// allowed, and counts anew once the source has answered.
func TestGivesUp(t *testing.T) {
	for _, c := range []struct {
		tries, failing int
		asks           int // as many as are made at first, and none is wasted
		gives          string
	}{
		{tries: 0, failing: 40},
		{tries: 4, failing: 3},
		{tries: 4, failing: 4, asks: 4, gives: "asked 4 times in a row"},
		{tries: 1, failing: 1, asks: 1, gives: "asked once in a row"},
	} {
		chain, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
		chain.failing = c.failing
		asks, most := 0, 0
		chain.onAsk = func(n int) {
			if asks = n; n == c.failing+15 && c.gives == "" { // some blocks are held
				chain.failing = min(c.failing, 3)
			}
		}
		opt := from(100, upTo(119))
		opt.Clock, opt.Tries = &still{}, c.tries
		opt.Ahead = 1
		opt.Tell = func(s State) { most = max(most, s.Failed) }
		state, err := Run(context.Background(), chain, sink, opt)
		if c.gives == "" {
			must(t, err)
			holds(t, sink, chain, 100)
			if most != c.failing || state.Failed != 0 {
				t.Errorf("%d tries: %d failures are told of %d; at last %d", c.tries, most, c.failing, state.Failed)
			}
			continue
		}
		if !errors.Is(err, ErrFinal) || !strings.Contains(err.Error(), c.gives) || asks != c.asks || state.Failed != c.tries {
			t.Errorf("%d tries: %v after %d questions, %d told", c.tries, err, asks, state.Failed)
		}
	}
}

// TestProgressEndsPauses waits shortly again once a block was kept.
func TestProgressEndsPauses(t *testing.T) {
	c, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
	clock := &still{}
	c.failing = 3
	c.onAsk = func(n int) {
		if n == 15 { // three failures, the head and some blocks
			c.failing = 1
		}
	}
	opt := from(100, upTo(119))
	opt.Clock, opt.Ahead = clock, 1
	_, err := Run(context.Background(), c, sink, opt)
	must(t, err)
	if got := fmt.Sprint(clock.slept); got != "[1s 2s 4s 1s]" {
		t.Errorf("slept %s", got)
	}
	holds(t, sink, c, 100)
}

// TestKilledAnywhere follows a chain that moves and fails while it is asked,
// ends the run at random moments, opens the ledger anew each time, and wants
// what the chain holds in the end, no block missing and none twice.
func TestKilledAnywhere(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	rollbacks := uint64(0)
	for seed := range uint64(runs) {
		fs, random := vfs.NewMem(), rand.New(rand.NewPCG(seed, 3))
		c := newChain(1000, 30, seed)
		c.moving, c.faults = true, true
		for range 12 {
			rollbacks += killed(t, fs, c, 1+random.IntN(80)).Rollbacks
		}
		c.moving, c.faults = false, false
		s := openDisk(t, fs)
		state, err := Run(context.Background(), c, s, from(1000, upTo(c.blocks[len(c.blocks)-1].Ref.Height)))
		must(t, err)
		rollbacks += state.Rollbacks
		must(t, s.Verify(context.Background()))
		holds(t, s, c, 1000)
		must(t, s.Close())
	}
	if rollbacks < uint64(runs) {
		t.Errorf("only %d reorganisations were taken back", rollbacks)
	}
}

func openDisk(t *testing.T, fs vfs.FS) *disk.Store {
	s, err := disk.Open(context.Background(), fs, clew.Ethereum, disk.Options{Finality: 8, SealTransfers: 20})
	must(t, err)
	return s
}

// killed follows until so many questions were asked.
func killed(t *testing.T, fs vfs.FS, c *chain, asks int) State {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	start := c.asks
	c.onAsk = func(n int) {
		if n-start >= asks {
			end()
		}
	}
	s := openDisk(t, fs)
	opt := from(1000, Options{Clock: &still{}, Ahead: 4})
	state, err := Run(ctx, c, s, opt)
	c.onAsk = nil
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	must(t, s.Close())
	return state
}

func TestBadBlocks(t *testing.T) {
	c, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
	c.bad = map[uint64]bool{110: true}
	var aside []string
	opt := from(100, upTo(119))
	opt.Aside = func(b *BadBlock) error {
		aside = append(aside, fmt.Sprint(b.Ref.Height, string(b.Raw)))
		return nil
	}
	var bad *BadBlock
	if _, err := Run(context.Background(), c, sink, opt); !errors.As(err, &bad) || bad.Ref != c.blocks[10].Ref {
		t.Fatalf("%v", err)
	}
	if s, _ := sink.Snapshot(context.Background()); s.AsOf().Height != 109 {
		t.Errorf("held up to %d", s.AsOf().Height)
	}
	opt.SkipBad = true
	state, err := Run(context.Background(), c, sink, opt)
	must(t, err)
	if state.Bad != 1 || fmt.Sprint(aside) != "[110raw 110raw]" {
		t.Errorf("%+v, kept aside %v", state, aside)
	}
	c.blocks[10].Transfers = nil
	holds(t, sink, c, 100, clew.Gap{Kind: clew.GapHistory, Window: clew.Window{From: 110, To: 111}, Note: "the block could not be decoded"})
	opt.Aside = func(*BadBlock) error { return errors.New("disk full") }
	if _, err := Run(context.Background(), c, memory.New(clew.Ethereum), opt); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("nowhere to keep it: %v", err)
	}
}

// TestGaps wants one gap of what the source never says, however often the run
// is begun, and one of each block in which a token was not understood, until
// these are too many.
func TestGaps(t *testing.T) {
	c, sink := newChain(100, 60, 3), memory.New(clew.Ethereum)
	token := clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{5}))
	c.gaps = []clew.Gap{{Kind: clew.GapTraces}}
	c.odd = map[uint64]clew.Gap{120: {Kind: clew.GapTokens, Asset: token, Count: 2}, 140: {Kind: clew.GapTokens, Asset: token, Count: 1}}
	for _, height := range []uint64{110, 119, 125, 159} {
		_, err := Run(context.Background(), c, sink, from(100, upTo(height)))
		must(t, err)
	}
	odd := func(from, to uint64) clew.Gap {
		return clew.Gap{Kind: clew.GapTokens, Asset: token, Window: clew.Window{From: from, To: to}}
	}
	holds(t, sink, c, 100, odd(120, 121), odd(140, 141), clew.Gap{Kind: clew.GapTraces, Window: clew.Window{From: 100, To: 160}})
	c.grow(400)
	for height := uint64(161); height < 500; height += 2 {
		c.odd[height] = clew.Gap{Kind: clew.GapTokens, Asset: token, Count: height}
	}
	for _, height := range []uint64{250, 400, 559} {
		_, err := Run(context.Background(), c, sink, from(100, upTo(height)))
		must(t, err)
	}
	s, err := sink.Snapshot(context.Background())
	must(t, err)
	gaps := s.Coverage().Gaps
	if len(gaps) > oddMost+3 || !slices.ContainsFunc(gaps, func(g clew.Gap) bool { return g.Kind == clew.GapTokens && g.Window.To == 560 }) {
		t.Errorf("%d gaps, the last %v", len(gaps), gaps[len(gaps)-1])
	}
	for height := range c.odd {
		if !slices.ContainsFunc(gaps, func(g clew.Gap) bool { return g.Kind == clew.GapTokens && g.Window.Has(height) }) {
			t.Errorf("block %d has no gap", height)
		}
	}
}

// TestHints looks at the head as soon as it is told that it moved.
func TestHints(t *testing.T) {
	c, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
	hints := make(chan struct{}, 1)
	opt := from(100, upTo(120))
	opt.Clock, opt.Hints = endless{}, hints
	opt.Tell = func(s State) {
		if s.Held.Height == 119 && len(c.blocks) == 20 {
			c.grow(1)
			hints <- struct{}{}
		}
	}
	_, err := Run(t.Context(), c, sink, opt)
	must(t, err)
	holds(t, sink, c, 100)
}

// endless is a clock whose waits end with their context alone.
type endless struct{}

func (endless) Now() time.Time { return time.Unix(1_700_000_000, 0) }
func (endless) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestFinality tells what the source holds for final.
func TestFinality(t *testing.T) {
	c, sink := newChain(100, 20, 3), memory.New(clew.Ethereum)
	state, err := Run(t.Context(), settled{c}, sink, from(100, upTo(119)))
	must(t, err)
	if state.Final == nil || *state.Final != 110 || state.Note != "slowly" {
		t.Errorf("%+v", state)
	}
}

type settled struct{ *chain }

func (settled) Final(context.Context) (uint64, error) { return 110, nil }
func (settled) Note() string                          { return "slowly" }

// TestSinkErrorsEnd ends at an error of the ledger instead of asking again.
func TestSinkErrorsEnd(t *testing.T) {
	full := errors.New("disk full")
	c := newChain(100, 20, 3)
	if _, err := Run(context.Background(), c, brokenSink{memory.New(clew.Ethereum), full}, from(100, upTo(119))); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type brokenSink struct {
	*memory.Ledger
	err error
}

func (s brokenSink) Append(context.Context, ...clew.Block) error { return s.err }

// TestTrouble says why the source is asked again, and goes on when it answers.
func TestTrouble(t *testing.T) {
	c, sink := newChain(100, 200, 3), memory.New(clew.Ethereum)
	c.faults = true
	var troubles int
	opt := from(100, upTo(299))
	opt.Tell = func(s State) {
		if s.Trouble == errFault.Error() {
			troubles++
		}
	}
	state, err := Run(context.Background(), c, sink, opt)
	must(t, err)
	if troubles == 0 || uint64(troubles) != state.Retries || state.Trouble != "" {
		t.Errorf("%d troubles told, %+v", troubles, state)
	}
	holds(t, sink, c, 100)
}

var _ Sink = ledger.Store(nil)
