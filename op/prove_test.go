package op

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/casebook/bundle"
	"clew/ledger/memory"
	"clew/proof"
	"clew/proof/prooftest"
	"clew/report"
)

// A fakeProver is a node that may fail.
type fakeProver struct {
	proof.Source
	notReady error
	fails    int // at so many blocks; 0: never
	asked    *int
	stop     func() // called instead of failing
	closed   *int
}

func (fakeProver) String() string                { return "node.example" }
func (p fakeProver) Ready(context.Context) error { return p.notReady }

func (p fakeProver) Close() error {
	*p.closed++
	return nil
}

func (p fakeProver) Prove(ctx context.Context, b proof.Block) ([]proof.Made, error) {
	if *p.asked++; *p.asked == p.fails {
		if p.stop == nil {
			return nil, errors.New("the node went away")
		}
		p.stop()
		return nil, ctx.Err()
	}
	return p.Source.Prove(ctx, b)
}

// A provingCase is a ledger with an answer's bundle, and the node that its chain is
// of.
type provingCase struct {
	env    *Env
	files  fstest.MapFS
	chain  *prooftest.Chain
	node   fakeProver
	asked  int
	closed int
}

func newProvingCase(t *testing.T) *provingCase {
	t.Helper()
	c := &provingCase{files: fstest.MapFS{}, chain: prooftest.Coins(t)}
	c.env = testEnv(c.files)
	held := memory.New(clew.BitcoinRegtest)
	blocks := c.chain.Decoded(t)
	if err := held.Append(t.Context(), blocks...); err != nil {
		t.Fatal(err)
	}
	c.env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.BitcoinRegtest: {held}}}
	c.env.Replace = func(name string, content []byte) error {
		c.files[name] = &fstest.MapFile{Data: content}
		return nil
	}
	c.env.Provers = func(chain clew.Chain, name string) (Prover, error) {
		source, err := proof.FromBitcoin(c.chain, chain)
		c.node.Source, c.node.asked, c.node.closed = source, &c.asked, &c.closed
		return c.node, err
	}
	start := blocks[1].Transfers[1].To[0].Address
	_, data := bundleOf(t, c.env, "trace", fmt.Sprintf(`{"start": %q, "spread": "no"}`, start.String()))
	c.files["case.clew"] = &fstest.MapFile{Data: data}
	return c
}

func (c *provingCase) prove(t *testing.T, ctx context.Context, in string) *report.Proved {
	t.Helper()
	o, err := Named("bundle prove")
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.RunJSON(ctx, c.env, []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.Proved)
}

func (c *provingCase) verify(t *testing.T, in string) *report.Verification {
	t.Helper()
	r, err := runOn(t, c.env, "verify", in)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.Verification)
}

// heights are those of the blocks that the bundle holds transactions of.
func (c *provingCase) heights(t *testing.T) (heights []uint64) {
	t.Helper()
	for _, r := range c.verify(t, `{"bundle": "case.clew"}`).Transfers {
		if n := len(heights); n == 0 || heights[n-1] != r.Transfer.Height {
			heights = append(heights, r.Transfer.Height)
		}
	}
	return heights
}

// TestProve: a bundle without proofs shows nothing of its transfers; with them each
// is on chain, the answer still follows, and the first file's root and bytes too.
func TestProve(t *testing.T) {
	c := newProvingCase(t)
	before := c.verify(t, `{"bundle": "case.clew"}`)
	n := len(before.Transfers)
	if n < 5 || before.First != nil || !slices.Equal(before.OnChain, []report.ProofCount{{Standing: proof.Unproved, Transfers: n}}) {
		t.Fatalf("%d transfers, %+v", n, before.OnChain)
	}
	first := c.files["case.clew"].Data
	p := c.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"]}`)
	if p.To != "case.proved.clew" || p.Added == 0 || p.Fault != "" || p.Outcome() != report.Found || c.closed != 1 || !bytes.Equal(first, c.files["case.clew"].Data) {
		t.Errorf("%+v, closed %d times", p, c.closed)
	}
	after := c.verify(t, `{"bundle": "case.proved.clew", "node": ["bitcoin-regtest=http://node"]}`)
	if after.Standing != report.Consistent || !slices.Equal(after.OnChain, []report.ProofCount{{Standing: proof.OnChain, Transfers: n}}) || after.Outcome() != report.Found || after.Root == before.Root {
		t.Errorf("%s, %+v", after.Standing, after.OnChain)
	}
	if f := after.First; f == nil || f.Root != before.Root || f.SHA256 != before.SHA256 || len(f.Proofs) != 1 || f.Proofs[0].Node != "node.example" {
		t.Errorf("first %+v", after.First)
	}
	if s := after.Second; len(s) != 1 || s[0].Agrees != p.Added || len(s[0].Differs)+len(s[0].Silent) > 0 {
		t.Errorf("second node %+v", s)
	}
	again := c.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"], "to": "again.clew"}`)
	if !bytes.Equal(c.files["again.clew"].Data, c.files["case.proved.clew"].Data) || again.SHA256 != p.SHA256 {
		t.Error("the same proofs made another file")
	}
	c.asked = 0
	c.prove(t, t.Context(), `{"bundle": "again.clew", "node": ["http://node"], "to": "more.clew"}`)
	if c.asked > 0 || !bytes.Equal(c.files["again.clew"].Data, c.files["more.clew"].Data) {
		t.Errorf("asked %d times for what is proved, or made another file of it", c.asked)
	}
}

// TestProveGoesOn: what was proved before a failure or an interruption is kept, and
// the same command goes on to the same file as without.
func TestProveGoesOn(t *testing.T) {
	whole := newProvingCase(t)
	want := whole.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"]}`)
	for _, interrupted := range []bool{false, true} {
		c := newProvingCase(t)
		ctx, stop := context.WithCancel(t.Context())
		if c.node.fails = 3; interrupted {
			c.node.stop = stop
		}
		p := c.prove(t, ctx, `{"bundle": "case.clew", "node": ["http://node"]}`)
		if p.Outcome() != report.Incomplete || p.Added == 0 || p.Added >= want.Added || strings.Contains(p.Fault, "interrupted") != interrupted || !strings.Contains(p.Fault, "after 2 of ") {
			t.Errorf("%+v", p)
		}
		if v := c.verify(t, `{"bundle": "case.proved.clew"}`); v.Standing != report.Consistent || len(v.OnChain) != 2 {
			t.Errorf("half: %s, %+v", v.Standing, v.OnChain)
		}
		c.node.fails, c.asked = 0, 0
		rest := c.prove(t, t.Context(), `{"bundle": "case.proved.clew", "node": ["http://node"]}`)
		if rest.To != "case.proved.clew" || p.Added+rest.Added != want.Added || c.asked >= whole.asked || !slices.Equal(rest.Counts, want.Counts) || rest.First != want.First {
			t.Errorf("the rest: %+v, %d blocks asked for", rest, c.asked)
		}
		stop()
	}
}

// TestProvedAndChanged: proofs that were changed, or are of another bundle, are seen.
func TestProvedAndChanged(t *testing.T) {
	c := newProvingCase(t)
	c.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"]}`)
	b, err := bundle.Read(c.files["case.proved.clew"].Data)
	if err != nil {
		t.Fatal(err)
	}
	proofs := bundle.ProofsFolder + "bip122-0f9188f13cb7b2c71f2a335e3a4fc328.jsonl"
	for name, s := range map[string]struct {
		change func(files bundle.Contents)
		want   report.BundleStanding
		file   string
	}{
		"nothing": {func(bundle.Contents) {}, report.Consistent, ""},
		"a proof's byte": {func(f bundle.Contents) {
			f[proofs] = bytes.Replace(f[proofs], []byte(`"header":"0000`), []byte(`"header":"0100`), 1)
		}, report.Consistent, "refuted"},
		"a line cut":          {func(f bundle.Contents) { f[proofs] = f[proofs][:len(f[proofs])-20] }, report.Damaged, proofs},
		"under another chain": {func(f bundle.Contents) { f[bundle.ProofsFolder+"eip155-1.jsonl"] = f[proofs] }, report.Damaged, bundle.ProofsFolder + "eip155-1.jsonl"},
		"nobody's proofs":     {func(f bundle.Contents) { delete(f, aboutProofs) }, report.Damaged, aboutProofs},
		"said otherwise":      {func(f bundle.Contents) { f[aboutProofs] = []byte("{}") }, report.Damaged, aboutProofs},
		"of another bundle":   {func(f bundle.Contents) { f["files.json"] = append(f["files.json"], '\n') }, report.Damaged, aboutProofs},
	} {
		files := maps.Clone(b.Files)
		s.change(files)
		data, err := bundle.Write(files)
		if err != nil {
			t.Fatal(err)
		}
		c.files["changed.clew"] = &fstest.MapFile{Data: data}
		v := c.verify(t, `{"bundle": "changed.clew"}`)
		switch {
		case v.Standing != s.want || s.file != "refuted" && v.FaultFile != s.file:
			t.Errorf("%s: %s, %s %s", name, v.Standing, v.FaultFile, v.Fault)
		case s.file == "refuted" && (len(v.Refuted) == 0 || v.Outcome() != report.Flawed):
			t.Errorf("%s: %+v", name, v.OnChain)
		}
	}
}

// TestSecondNodeDiffers: a second node on another chain of blocks is told, and fails
// the bundle.
func TestSecondNodeDiffers(t *testing.T) {
	c := newProvingCase(t)
	c.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"]}`)
	own := c.chain
	other := *own
	other.IDs, other.Blocks = slices.Clone(own.IDs), slices.Clone(own.Blocks)
	heights := c.heights(t)
	if len(heights) < 3 {
		t.Fatalf("transactions of %d blocks", len(heights))
	}
	swap, last := heights[1], heights[len(heights)-1]
	other.IDs[swap], other.Blocks[swap] = other.IDs[swap-1], other.Blocks[swap-1]
	other.IDs, other.Blocks = other.IDs[:last], other.Blocks[:last]
	c.chain = &other
	v := c.verify(t, `{"bundle": "case.proved.clew", "node": ["http://node"]}`)
	s := v.Second[0]
	if s.Agrees == 0 || len(s.Differs) == 0 || len(s.Silent) == 0 || v.Outcome() != report.Flawed || v.Standing != report.Consistent {
		t.Errorf("%+v", s)
	}
	d := v.Doc()
	if !slices.ContainsFunc(d.Answer, func(a string) bool {
		return strings.Contains(a, "Second node node.example, of bitcoin-regtest: it agrees on ")
	}) {
		t.Errorf("%q", d.Answer)
	}
}

// TestSecondNodeSilent: a second node that does not answer, or ceases to, is told
// beside what the bundle shows by itself.
func TestSecondNodeSilent(t *testing.T) {
	c := newProvingCase(t)
	c.prove(t, t.Context(), `{"bundle": "case.clew", "node": ["http://node"]}`)
	for _, ready := range []bool{false, true} {
		c.asked, c.node.notReady, c.node.fails = 0, nil, 2
		want := "not all was asked: after 1 of "
		if !ready {
			c.node.notReady, want = errors.New("nobody is there"), "not all was asked: nobody is there"
		}
		v := c.verify(t, `{"bundle": "case.proved.clew", "node": ["http://node"]}`)
		d := v.Doc()
		if v.Standing != report.Consistent || v.Outcome() != report.Incomplete || len(v.OnChain) == 0 || v.Second[0].Fault == "" ||
			!slices.ContainsFunc(d.Answer, func(a string) bool { return strings.Contains(a, want) }) {
			t.Errorf("ready %v: %q, %v", ready, d.Answer, v.Outcome())
		}
	}
	c.node.notReady = &clew.InputError{Field: "node", Want: "a node of the chain"}
	if _, err := runOn(t, c.env, "verify", `{"bundle": "case.proved.clew", "node": ["http://node"]}`); err == nil || !strings.Contains(err.Error(), "a node of the chain") {
		t.Errorf("a node of another chain: %v", err)
	}
}

// TestProveRefused: each mistake has one clear sentence.
func TestProveRefused(t *testing.T) {
	c := newProvingCase(t)
	empty := bundle.Contents{bundle.AnswerName: []byte("{}\n")}
	if err := empty.Put(bundle.QuestionName, bundle.Question{Operation: "whois", Input: []byte("{}"), AsOf: []bundle.AsOf{}}); err != nil {
		t.Fatal(err)
	}
	none, err := bundle.Write(empty)
	if err != nil {
		t.Fatal(err)
	}
	c.files["none.clew"], c.files["text"] = &fstest.MapFile{Data: none}, &fstest.MapFile{Data: []byte("text")}
	for in, want := range map[string]string{
		`{"bundle": "case.clew"}`: "node: want a node that proves",
		`{"bundle": "case.clew", "node": ["http://node"], "to": "./case.clew"}`:        "stays as it is",
		`{"bundle": "case.clew", "node": ["ethereum=http://node"]}`:                    "holds transfers that have proofs: bitcoin-regtest",
		`{"bundle": "case.clew", "node": ["http://node", "bitcoin-regtest=http://b"]}`: "one node of a chain",
		`{"bundle": "none.clew", "node": ["http://node"]}`:                             "a bundle with transfers that have proofs",
		`{"bundle": "text", "node": ["http://node"]}`:                                  "an evidence bundle as it was written",
		`{"bundle": "absent", "node": ["http://node"]}`:                                "bundle",
	} {
		_, err := runOn(t, c.env, "bundle prove", in)
		var wrong *clew.InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", in, err)
		}
	}
	c.node.notReady = errors.New("nobody answers")
	opened := c.closed
	if _, err := runOn(t, c.env, "bundle prove", `{"bundle": "case.clew", "node": ["http://node"]}`); err == nil || !strings.Contains(err.Error(), "nobody answers") || c.closed == opened {
		t.Errorf("%v, closed %d times", err, c.closed)
	}
}
