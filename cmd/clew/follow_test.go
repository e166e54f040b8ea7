package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clew/config"
)

// followIn follows nodes without waiting, and is interrupted after so many
// waits.
func followIn(home string, waits int, args ...string) reply {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	var out, errs bytes.Buffer
	now := at
	code := run(ctx, &system{
		Args: append([]string{"follow"}, args...), Stdout: &out, Stderr: &errs,
		Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if waits--; waits < 0 {
				interrupt()
			}
			now = now.Add(d)
			return ctx.Err()
		},
		Environment: config.Environment{OS: "linux", Getenv: func(name string) string {
			return map[string]string{"CLEW_LEDGER": filepath.Join(home, "ledger")}[name]
		}},
	})
	return reply{code, out.String(), errs.String()}
}

// made is what a made-up chain is called.
const madeChain = "eip155:1337"

// TestFollowBadNodes types the command against nodes that are wrong in all the
// ways that there are, and wants a clear sentence and the right exit code.
func TestFollowBadNodes(t *testing.T) {
	for _, c := range []struct {
		name  string
		node  func(f *fakeNode)
		args  string
		waits int
		code  int
		want  string // on standard error
		also  string // in the answer
	}{
		{name: "all is well", args: "--from 0 --until now", code: 0, also: "20 blocks added now"},
		{name: "another chain", node: func(f *fakeNode) { f.number = 56 }, args: "--from 0", code: 2,
			want: "want a node of eip155:1337; the node follows another chain: it is of eip155:56"},
		{name: "catching up", node: func(f *fakeNode) { f.syncing = `{"currentBlock":"0x13","highestBlock":"0x64"}` }, args: "--from 0 --until 19", code: 0,
			also: "still catching up with its chain: it is at block 19 of 100"},
		{name: "catching up, and what is wanted is far", node: func(f *fakeNode) { f.syncing = `{"currentBlock":"0x13","highestBlock":"0x64"}` }, args: "--from 50 --until 60", waits: 3, code: 4,
			want: "it is at block 19 of 100", also: "No block is held yet"},
		{name: "pruned", node: func(f *fakeNode) { f.pruned = 10 }, args: "--from 5", code: 1,
			want: "cannot go on: the node no longer has what is that old: an archive node has: block 5"},
		{name: "history thrown away", node: func(f *fakeNode) { f.pruned, f.says = 10, `{"code":4444,"message":"pruned history unavailable"}` }, args: "--from 5", code: 1,
			want: "cannot go on: block 5: the node no longer has what is that old: an archive node has: eth_getBlockByNumber"},
		{name: "history thrown away, and begun after it", node: func(f *fakeNode) { f.pruned, f.says = 10, `{"code":4444,"message":"pruned history unavailable"}` }, args: "--from 10 --until now", code: 0,
			also: "10 blocks added now"},
		{name: "state thrown away", node: func(f *fakeNode) { f.stale = 10 }, args: "--from 0 --until now", code: 0, also: "20 blocks added now"},
		{name: "fails for ever, and there is an end", node: func(f *fakeNode) { f.broken = "<html><h1>502 Bad Gateway</h1></html>" }, args: "--from 0 --until now", waits: 1000, code: 1,
			want: "asked 12 times in a row over"},
		{name: "fails for ever, and there is none", node: func(f *fakeNode) { f.broken = "<html><h1>502 Bad Gateway</h1></html>" }, args: "--from 0", waits: 20, code: 4,
			want: "in a row; an interrupt ends it"},
		{name: "lies about a hash", node: func(f *fakeNode) { f.header, f.number, f.pruned = true, 1, 1 }, args: "--from 5 --chain ethereum", code: 1,
			want: "the node lies about a block's hash: the header of block 5 hashes to"},
		{name: "gone in the middle of an answer", node: func(f *fakeNode) { f.cut = 3 }, args: "--from 0 --until 19", waits: 10, code: 0, also: "20 blocks added now"},
		{name: "gone for good", node: func(f *fakeNode) { f.cut = 1 << 30 }, args: "--from 0 --until 19", waits: 30, code: 4,
			want: "the answer ends in its middle", also: "the answer ends in its middle"},
		{name: "wants a key", node: func(f *fakeNode) { f.refuse = true }, args: "--from 0", code: 1, want: "it refuses access: a key"},
		{name: "a block that cannot be read", node: func(f *fakeNode) { f.bad = 7 }, args: "--from 0 --until 19", code: 1,
			want: "--skip-bad goes on without it", also: "held up to block 6"},
		{name: "a block that cannot be read is skipped", node: func(f *fakeNode) { f.bad = 7 }, args: "--from 0 --until 19 --skip-bad", code: 0,
			also: "1 block could not be decoded: kept aside, and a gap in every answer"},
		{name: "no beginning", args: "", code: 2, want: "a block to begin at, or now"},
		{name: "figures that cannot be kept", args: "--from 0 --metrics /nowhere/figures", code: 2, want: `metrics "/nowhere/figures": want a file that can be written: no such file`},
		{name: "a beginning that is none", args: "--from today", code: 2, want: `from "today"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, home := newFakeNode(20), t.TempDir()
			if c.node != nil {
				c.node(f)
			}
			args := append([]string{"--source", f.serve(t)}, strings.Fields(c.args)...)
			if !strings.Contains(c.args, "--chain") {
				args = append(args, "--chain", madeChain)
			}
			r := followIn(home, c.waits, args...)
			if r.code != c.code || !strings.Contains(r.stderr, c.want) || !strings.Contains(r.stdout, c.also) {
				t.Errorf("exit %d, want %d with %q and %q\n%s\n%s", r.code, c.code, c.want, c.also, r.stderr, r.stdout)
			}
			if c.code == 2 && len(strings.Split(strings.TrimSpace(r.stderr), "\n")) != 1 {
				t.Errorf("more than one sentence:\n%s", r.stderr)
			}
		})
	}
}

// TestBlocksKeptAside finds the bytes of a block that cannot be read where the
// message says, and the hole where the ledger says.
func TestBlocksKeptAside(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.bad = 7
	r := followIn(home, 0, "--source", f.serve(t), "--chain", madeChain, "--from", "0", "--until", "19", "--skip-bad")
	if r.code != 0 {
		t.Fatal(r)
	}
	files, err := filepath.Glob(filepath.Join(home, "ledger", "aside", "eip155-1337-7-*.raw"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if raw, err := os.ReadFile(files[0]); err != nil || !bytes.Contains(raw, []byte(`"value":"many"`)) {
		t.Errorf("%s holds %q, %v", files[0], raw, err)
	}
	if r := clewIn(t.Context(), home, "ledger", "holes"); r.code != 4 || !strings.Contains(r.stdout, "could not be decoded") {
		t.Errorf("%+v", r)
	}
}

// TestHolesFromTheFirstBlock finds none in a ledger that begins with a chain's first
// block, of which no node says what it gave out: that is a gap.
func TestHolesFromTheFirstBlock(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	if r := followIn(home, 0, "--source", f.serve(t), "--chain", madeChain, "--from", "0", "--until", "19"); r.code != 0 {
		t.Fatal(r)
	}
	if r := clewIn(t.Context(), home, "ledger", "holes"); r.code != 0 || !strings.Contains(r.stdout, "No holes") || !strings.Contains(r.stdout, "0-19") {
		t.Errorf("%+v", r)
	}
	if r := clewIn(t.Context(), home, "ledger", "stats"); r.code != 0 || !strings.Contains(r.stdout, "what the first block gives out") {
		t.Errorf("%+v", r)
	}
}

// TestPrunedState: where a node has no state of old blocks any more, their internal
// transfers are a gap, and no later block's.
func TestPrunedState(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.stale = 10
	if r := followIn(home, 0, "--source", f.serve(t), "--chain", madeChain, "--from", "1", "--until", "19"); r.code != 0 {
		t.Fatal(r)
	}
	r := clewIn(t.Context(), home, "ledger", "stats")
	if r.code != 0 || !strings.Contains(r.stdout, "internal transfers not held  1-9 ") {
		t.Errorf("%+v", r)
	}
}

// TestNodesTakeOver follows several nodes, of which the first are wrong.
func TestNodesTakeOver(t *testing.T) {
	for _, c := range []struct {
		name string
		node func(f *fakeNode)
	}{
		{"pruned", func(f *fakeNode) { f.pruned = 10 }},
		{"a block that cannot be read", func(f *fakeNode) { f.bad = 7 }},
		{"wants a key", func(f *fakeNode) { f.refuse = true }},
		{"gone in the middle of every answer", func(f *fakeNode) { f.cut = 1 << 30 }},
	} {
		first, second, home := newFakeNode(20), newFakeNode(20), t.TempDir()
		c.node(first)
		r := followIn(home, 100, "--source", first.serve(t), "--source", second.serve(t), "--chain", madeChain, "--from", "1", "--until", "19")
		if r.code != 0 || !strings.Contains(r.stdout, "19 blocks added now") {
			t.Errorf("%s: %+v", c.name, r)
		}
		if r := clewIn(t.Context(), home, "ledger", "holes"); r.code != 0 {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestNodesThatDisagree names both nodes of which one is on another branch, and
// of another chain the wrong one, also if it was down at first.
func TestNodesThatDisagree(t *testing.T) {
	first, second := newFakeNode(300), newFakeNode(300)
	second.salts[100] = 1
	urls := []string{first.serve(t), second.serve(t)}
	r := followIn(t.TempDir(), 0, "--source", urls[0], "--source", urls[1], "--chain", madeChain, "--from", "0", "--until", "299")
	if want := "the nodes do not agree on block 171: "; r.code != 1 || !strings.Contains(r.stderr, want) || !strings.Contains(r.stderr, urls[1][len("http://"):]) {
		t.Errorf("%+v\nwant %s", r, want)
	}
	second = newFakeNode(300)
	second.number, second.cut = 56, 12
	r = followIn(t.TempDir(), 200, "--source", urls[0], "--source", second.serve(t), "--chain", madeChain, "--from", "0")
	if r.code != 2 || !strings.Contains(r.stderr, "another chain") {
		t.Errorf("a node that was down: %+v", r)
	}
}

// TestFollowReorganised follows a chain that is reorganised below what the
// ledger has sealed, and then from the first block followed on.
func TestFollowReorganised(t *testing.T) {
	f, home := newFakeNode(2600), t.TempDir()
	url := f.serve(t)
	follow := func(until string) reply {
		return followIn(home, 5, "--source", url, "--chain", madeChain, "--from", "1", "--until", until)
	}
	if r := follow("2599"); r.code != 0 {
		t.Fatal(r)
	}
	gone := f.txOf(2399)
	f.salts = slices.Concat(f.salts[:2200], bytes.Repeat([]byte{1}, 500))
	if r := follow("2699"); r.code != 0 || !strings.Contains(r.stdout, "500 blocks added now") {
		t.Errorf("%+v", r)
	}
	if r := clewIn(t.Context(), home, "show", gone, "--chain", madeChain); r.code != 3 {
		t.Errorf("a transaction that was taken back: %+v", r)
	}
	if r := clewIn(t.Context(), home, "show", f.txOf(2399), "--chain", madeChain); r.code != 0 {
		t.Errorf("%+v", r)
	}
	f.salts = bytes.Repeat([]byte{2}, 2800)
	r := follow("2799")
	if r.code != 1 || !strings.Contains(r.stderr, "beyond what the ledger remembers") {
		t.Errorf("another chain: %+v", r)
	}
	if r := clewIn(t.Context(), home, "ledger", "holes"); r.code != 0 || !strings.Contains(r.stdout, "1-2699") {
		t.Errorf("the ledger did not stay as it was: %+v", r)
	}
}

// TestFollowFromBeyond says in one sentence that a hole would be left.
func TestFollowFromBeyond(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	url := f.serve(t)
	if r := followIn(home, 0, "--source", url, "--chain", madeChain, "--from", "0", "--until", "9"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	r := followIn(home, 0, "--source", url, "--chain", madeChain, "--from", "15", "--until", "19")
	if r.code != 2 || r.stdout != "" || !strings.Contains(r.stderr, `from "15": want 10 or less`) {
		t.Errorf("%+v", r)
	}
	f.cut = 1 << 30
	if r = followIn(home, 3, "--source", url, "--chain", madeChain); !strings.Contains(r.stdout, "not known") {
		t.Errorf("a node that says nothing of its head: %+v", r)
	}
}

// TestFollowDryFolder names no host where files are read.
func TestFollowDryFolder(t *testing.T) {
	home := t.TempDir()
	if r := followIn(home, 0, "--source", home, "--chain", "bitcoin", "--dry"); r.code != 0 || !strings.Contains(r.stdout, "on this machine, block files in") || strings.Contains(r.stdout, "network address") {
		t.Errorf("%+v", r)
	}
}

// TestFollowMetrics keeps figures in a file.
func TestFollowMetrics(t *testing.T) {
	f, home := newFakeNode(20), t.TempDir()
	f.cut = 9
	name := filepath.Join(home, "figures")
	if r := followIn(home, 100, "--source", f.serve(t), "--chain", madeChain, "--from", "1", "--until", "19", "--metrics", name); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"head", "held", "lag_blocks", "lag_seconds", "blocks_per_second", "blocks_total", "retries_total", "requests_resent_total", "rollbacks_total"} {
		if !strings.Contains(string(text), "clew_follow_"+want+`{chain="eip155:1337"} `) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), `retries_total{chain="eip155:1337"} 0`) {
		t.Error("no retries are counted")
	}
	if strings.Contains(string(text), `requests_resent_total{chain="eip155:1337"} 0`) {
		t.Error("no requests that were sent again are counted")
	}
}

// TestMain makes this process the command itself, if it is told so.
func TestMain(m *testing.M) {
	if os.Getenv("CLEW_TEST_AS_COMMAND") != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestFollowKilled kills real processes that follow a node, by the signal that
// none can see, while the chain grows and is reorganised. Without anything being
// done by hand the last one ends with what a single undisturbed run holds.
func TestFollowKilled(t *testing.T) {
	f, home := newFakeNode(400), t.TempDir()
	url, random := f.serve(t), rand.New(rand.NewPCG(1, 2))
	args := []string{"follow", "--source", url, "--chain", madeChain, "--from", "1", "--quiet"}
	for range 12 {
		reached := make(chan struct{})
		f.killAfter(1+random.IntN(150), reached)
		child := exec.Command(os.Args[0], args...)
		child.Env = append(os.Environ(), "CLEW_TEST_AS_COMMAND=1", "CLEW_LEDGER="+filepath.Join(home, "ledger"))
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		<-reached
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
		f.mu.Lock()
		f.salts = slices.Concat(f.salts[:len(f.salts)-5], bytes.Repeat([]byte{byte(random.IntN(200))}, 160))
		f.mu.Unlock()
	}
	whole := t.TempDir()
	for _, home := range []string{home, whole} {
		if r := followIn(home, 5, append(args[1:], "--until", "now")...); r.code != 0 {
			t.Fatalf("%+v", r)
		}
	}
	for _, command := range [][]string{
		{"ledger", "holes"}, {"ledger", "verify"}, {"show", payer, "--chain", madeChain, "--limit", "10000", "--json"}, {"show", payee, "--chain", madeChain, "--limit", "10000", "--json"},
	} {
		got, want := clewIn(t.Context(), home, command...), clewIn(t.Context(), whole, command...)
		if got.code != 0 || got != want {
			t.Errorf("clew %v\n%.2000s\n%s\nand by a run that was not killed\n%.2000s", command, got.stdout, got.stderr, want.stdout)
		}
	}
}

// killAfter closes reached when so many more blocks were asked for.
func (f *fakeNode) killAfter(blocks int, reached chan<- struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onBlock = func(int) {
		if blocks--; blocks == 0 {
			close(reached)
		}
	}
}
