package proof

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
	"clew/proof/prooftest"
)

func decoderOf(t testing.TB, chain clew.Chain) *bitcoin.Decoder {
	t.Helper()
	d, err := bitcoin.NewDecoder(chain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func bitcoinSourceOf(t testing.TB, node BitcoinNode, chain clew.Chain) Source {
	t.Helper()
	s, err := FromBitcoin(node, chain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBitcoin: every transfer of a chain is proved, by a node with an index of
// transactions; of one without, what it pays is.
func TestBitcoin(t *testing.T) {
	c := prooftest.Coins(t)
	transfers := c.Transfers(t)
	several, fees := 0, 0
	for _, indexed := range []bool{true, false} {
		c.NoTxs = !indexed
		proofs := proved(t, bitcoinSourceOf(t, c, clew.BitcoinRegtest), transfers)
		for _, x := range transfers {
			r := Check(proofs[x.Tx], "", []*clew.Transfer{x})[0]
			want := OnChain
			if !indexed && spendsEarlier(x, transfers) {
				want = Reexecuted
			}
			if r.Standing != want || r.At != nil || r.Block.Hash != c.IDs[x.Pos.Height] || r.Block.Work == nil || *r.Block.Work != clew.Units(uint64(2*(1+r.Block.Later))) || r.Block.Named {
				t.Errorf("%s: %s, %s, %+v", x.Pos, r.Standing, r.Why, r.Block)
			}
			if want == Reexecuted && !strings.Contains(r.Why, "txindex") {
				t.Errorf("%s: %s", x.Pos, r.Why)
			}
			several, fees = several+len(x.From)-1, fees+len(x.To)-len(withoutFee(x.To))
		}
	}
	if len(transfers) < 50 || several == 0 || fees == 0 {
		t.Errorf("%d transfers, %d further inputs, %d fees", len(transfers), several, fees)
	}
}

// spendsEarlier reports whether a transfer spends what another block made.
func spendsEarlier(x *clew.Transfer, all []*clew.Transfer) bool {
	return slices.ContainsFunc(x.From, func(l clew.Leg) bool {
		return l.Spends != nil && !slices.ContainsFunc(all, func(o *clew.Transfer) bool { return o.Pos.Height == x.Pos.Height && o.Tx == l.Spends.Tx })
	})
}

// TestBitcoinClaims: what is said of a transaction beside what it did.
func TestBitcoinClaims(t *testing.T) {
	c := prooftest.Coins(t)
	transfers := c.Transfers(t)
	proofs := proved(t, bitcoinSourceOf(t, c, clew.BitcoinRegtest), transfers)
	at := slices.IndexFunc(transfers, func(x *clew.Transfer) bool { return len(x.From) == 2 && len(x.To) == 4 })
	x := transfers[at]
	one := clew.Units(1)
	for name, s := range map[string]struct {
		change func(*clew.Transfer)
		want   Standing
	}{
		"nothing":           {func(*clew.Transfer) {}, OnChain},
		"an output":         {func(x *clew.Transfer) { x.To[0].Amount = x.To[0].Amount.Plus(one) }, Refuted},
		"who is paid":       {func(x *clew.Transfer) { x.To[0].Address = x.From[0].Address }, Refuted},
		"outputs swapped":   {func(x *clew.Transfer) { x.To[0], x.To[1] = x.To[1], x.To[0] }, Refuted},
		"an output less":    {func(x *clew.Transfer) { x.To = x.To[1:] }, Refuted},
		"the fee":           {func(x *clew.Transfer) { x.To[3].Amount = x.To[3].Amount.Plus(one) }, Refuted},
		"no fee":            {func(x *clew.Transfer) { x.To = x.To[:3] }, Refuted},
		"an input":          {func(x *clew.Transfer) { x.From[1].Amount = x.From[1].Amount.Plus(one) }, Refuted},
		"who paid":          {func(x *clew.Transfer) { x.From[1].Address = x.To[0].Address }, Refuted},
		"what is spent":     {func(x *clew.Transfer) { x.From[1].Spends = &clew.Output{Tx: x.From[1].Spends.Tx, Index: 9} }, Refuted},
		"nothing is spent":  {func(x *clew.Transfer) { x.From[1].Spends = nil }, Refuted},
		"an input less":     {func(x *clew.Transfer) { x.From = x.From[1:] }, Refuted},
		"an unknown input":  {func(x *clew.Transfer) { x.From[1] = clew.Leg{Spends: x.From[1].Spends, Unknown: true} }, OnChain},
		"unknown, no fee":   {func(x *clew.Transfer) { x.From[1], x.To = clew.Leg{Spends: x.From[1].Spends, Unknown: true}, x.To[:3] }, OnChain},
		"unknown elsewhere": {func(x *clew.Transfer) { x.From[1] = clew.Leg{Spends: &clew.Output{}, Unknown: true} }, Refuted},
		"another height":    {func(x *clew.Transfer) { x.Pos.Height-- }, OnChain},
		"another place":     {func(x *clew.Transfer) { x.Pos.Index += 3 }, OnChain},
		"another time":      {func(x *clew.Transfer) { x.Time++ }, Refuted},
	} {
		if r := Check(proofs[x.Tx], "", []*clew.Transfer{altered(x, s.change)})[0]; r.Standing != s.want {
			t.Errorf("%s: %s, %s", name, r.Standing, r.Why)
		}
	}
	if r := Check(proofs[transfers[at+1].Tx], "", []*clew.Transfer{x})[0]; r.Standing != Refuted {
		t.Errorf("by another's proof: %s", r.Standing)
	}
	if r := Check(proofs[x.Tx], "", []*clew.Transfer{x, x})[1]; r.Standing != Refuted {
		t.Errorf("twice: %s", r.Standing)
	}
}

// TestBitcoinFlips: whatever byte of a proof is changed, it refutes what it proved.
func TestBitcoinFlips(t *testing.T) {
	c := prooftest.Coins(t)
	transfers := c.Transfers(t)
	proofs := proved(t, bitcoinSourceOf(t, c, clew.BitcoinRegtest), transfers)
	for i := 0; i < len(transfers); i += 7 {
		refutes(t, proofs[transfers[i].Tx], transfers[i])
	}
}

// refutes tries every change of a proof.
func refutes(t *testing.T, p *Proof, x *clew.Transfer) {
	t.Helper()
	p = copyOf(t, p)
	p.Bitcoin.Later = nil // nothing names the last of them; see TestLaterHeaders
	try := func(what string, changed *Proof) {
		t.Helper()
		r := Check(changed, "", []*clew.Transfer{x})[0]
		if what == "the next height" && r.Block != nil && !r.Block.Named && r.At != nil {
			return // no hash names it, and it is told
		}
		if r.Standing != Refuted {
			t.Fatalf("%s, %s: %s", x.Pos, what, r.Standing)
		}
	}
	flips(t, p, try)
	own := copyOf(t, p)
	for _, branch := range []*[]clew.TxID{&own.Bitcoin.Branch, &own.Bitcoin.IssueBranch} {
		whole := *branch
		for i := range whole {
			for at := range whole[i] {
				whole[i][at] ^= 8
				try("a byte of a branch", own)
				whole[i][at] ^= 8
			}
			*branch = slices.Delete(slices.Clone(whole), i, i+1)
			try("a shorter branch", own)
			*branch = slices.Insert(slices.Clone(whole), i, whole[i])
			try("a longer branch", own)
		}
		*branch = whole
	}
	if len(own.Bitcoin.Spent) > 0 {
		own.Bitcoin.Spent = append(own.Bitcoin.Spent, own.Bitcoin.Spent[0])
		try("what it spends twice", own)
		own.Bitcoin.Spent = []Bytes{own.Bitcoin.Raw}
		try("what it does not spend", own)
	}
}

// TestLaterHeaders: the headers that follow are of one chain from the block on, and
// their work is added to its own.
func TestLaterHeaders(t *testing.T) {
	c := prooftest.Coins(t)
	transfers := c.Transfers(t)
	proofs := proved(t, bitcoinSourceOf(t, c, clew.BitcoinRegtest), transfers)
	for _, x := range transfers {
		p := proofs[x.Tx]
		want := min(laterTaken, len(c.IDs)-1-int(x.Pos.Height))
		if b := Check(p, "", []*clew.Transfer{x})[0].Block; b.Later != want || *b.Work != clew.Units(uint64(2*(1+want))) {
			t.Errorf("%s: %+v, of %s hashes", x.Pos, b, b.Work)
		}
	}
	x := transfers[0]
	later := proofs[x.Tx].Bitcoin.Later
	for name, c := range map[string]struct {
		later []Bytes
		want  string
	}{
		"out of order": {[]Bytes{later[1], later[0]}, "it follows on block"},
		"one left out": {[]Bytes{later[0], later[2]}, "header 2 of those that follow: it follows on block"},
		"one twice":    {[]Bytes{later[0], later[0]}, "it follows on block"},
		"its own":      {[]Bytes{proofs[x.Tx].Header}, "it follows on block"},
		"cut short":    {[]Bytes{later[0][:79]}, "80 bytes"},
		"too many":     {slices.Repeat(later[:1], maxLater+1), "at most 144"},
		"an easy one":  {[]Bytes{easier(later[0])}, "header 1 of those that follow"},
	} {
		p := copyOf(t, proofs[x.Tx])
		p.Bitcoin.Later = c.later
		if r := Check(p, "", []*clew.Transfer{x})[0]; r.Standing != Refuted || !strings.Contains(r.Why, c.want) {
			t.Errorf("%s: %s, %s", name, r.Standing, r.Why)
		}
	}
}

// easier asks less of a header than the chain allows.
func easier(header Bytes) Bytes {
	own := slices.Clone(header)
	own[75] = 0x21
	return own
}

// TestMerkleTricks: what a tree of hashes lets a liar say.
func TestMerkleTricks(t *testing.T) {
	ids := []clew.TxID{{1}, {2}, {3}, {4}, {5}}
	root := func(ids []clew.TxID) clew.TxID {
		r, err := climb(ids[0], 0, branchOf(ids, 0))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for n := 1; n <= len(ids); n++ {
		for at := range n {
			if got, err := climb(ids[at], uint32(at), branchOf(ids[:n], at)); err != nil || got != root(ids[:n]) {
				t.Errorf("place %d of %d: %s, %v", at, n, got, err)
			}
		}
	}
	// The last of an odd row stands for its copy too, under the same root
	// (CVE-2012-2459): places 5, 6 and 7 are none.
	doubled := append(slices.Clone(ids), ids[4], ids[4], ids[4])
	if root(doubled) != root(ids) {
		t.Fatal("the copies have another root")
	}
	for at := 5; at < 8; at++ {
		if _, err := climb(ids[4], uint32(at), branchOf(doubled, at)); err == nil {
			t.Errorf("place %d of 5", at)
		}
	}
	for _, place := range []uint32{8, 1 << 31} {
		if _, err := climb(ids[0], place, branchOf(ids, 0)); err == nil {
			t.Errorf("place %d of a tree of depth 3", place)
		}
	}
}

// TestInnerNodes: an inner node of the tree is no transaction and a transaction of
// 64 bytes no inner node, for the branch would be of another length than that of the
// block's first transaction.
func TestInnerNodes(t *testing.T) {
	c := &prooftest.Chain{Txs: map[clew.TxID][]byte{}}
	for height := range 2 {
		var block [][]byte
		coin := c.Issue(t, &block, 1000)
		for range 3 * height {
			coin = c.Pay(t, &block, [][]byte{prooftest.Input(coin)}, false, coin.Value)[0]
		}
		if height == 1 {
			small := prooftest.TxBytes([][]byte{prooftest.Input(coin)}, []prooftest.Out{{Value: coin.Value}}, [][]byte{{0x51, 2, 0x4e, 0x73}}, false)
			if len(small) != 64 {
				t.Fatalf("%d bytes", len(small))
			}
			block = append(block, small)
		}
		c.Mine(t, block)
	}
	transfers := c.Transfers(t)
	proofs := proved(t, bitcoinSourceOf(t, c, clew.BitcoinRegtest), transfers)
	last := transfers[len(transfers)-1]
	p := copyOf(t, proofs[last.Tx])
	if r := Check(p, "", []*clew.Transfer{last})[0]; len(p.Bitcoin.Raw) != 64 || r.Standing != OnChain {
		t.Fatalf("a true transaction of 64 bytes: %s, %s", r.Standing, r.Why)
	}
	// Its second half is taken for the hash of a transaction below it.
	var below clew.TxID
	copy(below[:], p.Bitcoin.Raw[32:])
	slices.Reverse(below[:])
	var beside clew.TxID
	copy(beside[:], p.Bitcoin.Raw[:32])
	slices.Reverse(beside[:])
	p.Tx, p.Index, p.Bitcoin.Branch = below, p.Index<<1|1, append([]clew.TxID{beside}, p.Bitcoin.Branch...)
	if got, err := climb(p.Tx, p.Index, p.Bitcoin.Branch); err != nil || got != rootOf(t, p) {
		t.Fatalf("the forged branch does not lead to the root: %s, %v", got, err)
	}
	if _, err := p.Show(); err == nil || !strings.Contains(err.Error(), "not of one tree") {
		t.Errorf("a transaction as an inner node: %v", err)
	}
	// Two hashes are taken for a transaction.
	p = copyOf(t, proofs[last.Tx])
	p.Tx, p.Index, p.Bitcoin.Branch = bitcoin.Pair(p.Bitcoin.Branch[0], p.Tx), p.Index>>1, p.Bitcoin.Branch[1:]
	if _, err := p.Show(); err == nil || !strings.Contains(err.Error(), "not of one tree") {
		t.Errorf("an inner node as a transaction: %v", err)
	}
	// Another transaction stands for the first.
	p = copyOf(t, proofs[transfers[1].Tx])
	p.Bitcoin.Issue, p.Bitcoin.IssueBranch = p.Bitcoin.Raw, p.Bitcoin.Branch
	if _, err := p.Show(); err == nil || !strings.Contains(err.Error(), "issues no coins") {
		t.Errorf("a payment as the first: %v", err)
	}
}

// TestNoTwoIssues: only the first transaction of a block issues coins, and witnesses
// are proved by no branch.
func TestNoTwoIssues(t *testing.T) {
	c := &prooftest.Chain{Txs: map[clew.TxID][]byte{}}
	var block [][]byte
	coin := c.Issue(t, &block, 1000)
	c.Issue(t, &block, 77)
	c.Pay(t, &block, [][]byte{prooftest.Input(coin)}, true, coin.Value)
	c.Mine(t, block)
	var ids []clew.TxID
	for _, raw := range block {
		x, err := decoderOf(t, clew.BitcoinRegtest).Transaction(raw)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	proofAt := func(at int) *Proof {
		return &Proof{Chain: clew.BitcoinRegtest, Height: 3, Index: uint32(at), Tx: ids[at], Block: c.IDs[0], Header: c.Blocks[0][:80],
			Bitcoin: &Branch{Issue: block[0], IssueBranch: branchOf(ids, 0), Branch: branchOf(ids, at), Raw: block[at]}}
	}
	for at, want := range []string{"", "no other, issues coins", "hold witnesses"} {
		if _, err := proofAt(at).Show(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("transaction %d: %v", at, err)
		}
	}
}

func rootOf(t *testing.T, p *Proof) clew.TxID {
	t.Helper()
	h, _, err := decoderOf(t, p.Chain).Header(p.Header)
	if err != nil {
		t.Fatal(err)
	}
	return h.Merkle
}

// TestMainnet proves every transaction of the first 14,132 blocks that pays
// somebody, and refuses each changed byte of the first of them.
func TestMainnet(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(sample.BTCD(t), "blk_0_to_14131.dat"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	files, err := bitcoin.OpenFiles(context.Background(), fstest.MapFS{"blk00000.dat": &fstest.MapFile{Data: raw}}, clew.Bitcoin, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	chain, err := files.Chain(context.Background(), clew.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	c := &prooftest.Chain{Txs: map[clew.TxID][]byte{}}
	d, unspent := decoderOf(t, clew.Bitcoin), bitcoin.Unspent{}
	var paid []*clew.Transfer
	for height := range chain.Window().To {
		block, err := chain.Read(height, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := d.Decode(context.Background(), block, height, unspent)
		if err != nil {
			t.Fatal(err)
		}
		unspent.Apply(b)
		c.Blocks, c.IDs = append(c.Blocks, block), append(c.IDs, b.Ref.Hash)
		parts, err := d.Parts(block)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range parts.IDs {
			c.Txs[id] = parts.Raw[i]
		}
		for i := range b.Transfers[1:] {
			paid = append(paid, &b.Transfers[i+1])
		}
	}
	proofs := proved(t, bitcoinSourceOf(t, c, clew.Bitcoin), paid)
	for _, x := range paid {
		r := Check(proofs[x.Tx], "", []*clew.Transfer{x})[0]
		work := clew.Units(4295032833 * uint64(1+r.Block.Later)) // 2^48/0xffff, of difficulty 1
		if r.Standing != OnChain || r.Block.Hash != c.IDs[x.Pos.Height] || *r.Block.Work != work || r.Block.Later != min(laterTaken, len(c.IDs)-1-int(x.Pos.Height)) {
			t.Fatalf("%s: %s, %s, %+v, %s", x.Pos, r.Standing, r.Why, r.Block, r.Block.Work)
		}
	}
	if len(paid) != 115 || paid[0].Tx.String() != "0xf4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16" {
		t.Errorf("%d transfers, of which the first is %s", len(paid), paid[0].Tx)
	}
	refutes(t, proofs[paid[0].Tx], paid[0])
}
