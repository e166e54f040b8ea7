package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/internal/rlp"
	"clew/proof/prooftest"
)

// proved makes proofs of all transactions of transfers.
func proved(t testing.TB, source Source, transfers []*clew.Transfer) map[clew.TxID]*Proof {
	t.Helper()
	proofs := map[clew.TxID]*Proof{}
	for _, b := range Blocks(transfers) {
		made, err := source.Prove(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made {
			if m.Proof == nil {
				t.Fatalf("transaction %s: %s", m.Tx, m.Why)
			}
			proofs[m.Tx] = m.Proof
		}
	}
	return proofs
}

// byTx gathers transfers by transaction, in their order.
func byTx(transfers []*clew.Transfer) (order []clew.TxID, of map[clew.TxID][]*clew.Transfer) {
	of = map[clew.TxID][]*clew.Transfer{}
	for _, x := range transfers {
		if of[x.Tx] == nil {
			order = append(order, x.Tx)
		}
		of[x.Tx] = append(of[x.Tx], x)
	}
	return order, of
}

// TestEveryType: of a block with every type of transaction each transfer that its
// reader finds is on chain, but for what the hashed bytes do not show.
func TestEveryType(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	proofs := proved(t, FromEVM(m, devChain), transfers)
	order, of := byTx(transfers)
	counts := map[Standing]int{}
	for _, tx := range order {
		for i, r := range Check(proofs[tx], "", of[tx]) {
			counts[r.Standing]++
			want := OnChain
			switch x := of[tx][i]; {
			case x.Pos.Index == 4 && x.Pos.Class == clew.Fee && x.Pos.Ordinal == burntFee, // blobs
				x.Pos.Index == 8 && x.Pos.Class == clew.Native: // before receipts said it, and all gas used
				want = Reexecuted
			}
			if r.Standing != want || (want == OnChain) != (r.Why == "") || r.At != nil || r.Block == nil || r.Block.Height != madeHeight || r.Block.Work != nil || !r.Block.Named {
				t.Errorf("%s: %s, %q, %+v", r.Transfer, r.Standing, r.Why, r.Block)
			}
		}
	}
	if len(order) != 140 || counts[OnChain] < 500 || counts[Reexecuted] != 2 || len(counts) != 2 {
		t.Errorf("%d transactions, %v", len(order), counts)
	}
}

// altered returns a transfer changed by a function.
func altered(x *clew.Transfer, change func(*clew.Transfer)) *clew.Transfer {
	own := *x
	own.From, own.To = slices.Clone(x.From), slices.Clone(x.To)
	change(&own)
	return &own
}

// TestClaims: what is said of transactions beside what they did.
func TestClaims(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	proofs := proved(t, FromEVM(m, devChain), transfers)
	order, of := byTx(transfers)
	pick := func(index int, class clew.Class) *clew.Transfer {
		t.Helper()
		for _, x := range of[order[index]] {
			if x.Pos.Class == class {
				return x
			}
		}
		t.Fatalf("transaction %d has none of class %s", index, class)
		return nil
	}
	more := func(x *clew.Transfer) {
		x.From[0].Amount, x.To[0].Amount = x.From[0].Amount.Plus(clew.Units(1)), x.To[0].Amount.Plus(clew.Units(1))
	}
	other := clew.EVMAddress(devChain, [20]byte{0xaa})
	mixed := altered(pick(0, clew.Fee), func(x *clew.Transfer) {
		x.Pos.Ordinal, x.From[0].Amount, x.To[0] = mixedFee, clew.Units(21_000*5_000_000_000), clew.Leg{Amount: clew.Units(21_000 * 5_000_000_000)}
	})
	for name, c := range map[string]struct {
		index int
		x     *clew.Transfer
		want  Standing
		why   string
	}{
		"another amount":     {0, altered(pick(0, clew.Native), more), Refuted, "signed transaction says otherwise"},
		"another payer":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.From[0].Address = other }), Refuted, "signed transaction"},
		"another payee":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.To[0].Address = other }), Refuted, "signed transaction"},
		"another height":     {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Pos.Height++ }), OnChain, "another place"},
		"another time":       {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Time++ }), Refuted, "the block is of"},
		"no time":            {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Time = 0 }), OnChain, ""},
		"another place":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Pos.Index = 9 }), OnChain, "another place"},
		"another asset":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Asset = pick(2, clew.Log).Asset }), Refuted, ""},
		"another chain":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Asset = clew.NativeAsset(clew.Ethereum) }), Refuted, "the proof is of"},
		"another's proof":    {1, pick(0, clew.Native), Refuted, "the proof is of transaction"},
		"a call within":      {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { more(x); x.Pos.Ordinal = 1 }), Reexecuted, "calls within"},
		"a call of nothing":  {2, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Tx, x.Pos.Index = order[2], 2 }), Reexecuted, "calls within"},
		"moved in failure":   {6, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Tx, x.Pos.Index = order[6], 6 }), Refuted, "failed"},
		"log of a failure":   {6, altered(pick(2, clew.Log), func(x *clew.Transfer) { x.Tx, x.Pos.Index = order[6], 6 }), Refuted, "no such movement"},
		"a larger log":       {2, altered(pick(2, clew.Log), more), Refuted, "no such movement"},
		"a log that is none": {2, altered(pick(2, clew.Log), func(x *clew.Transfer) { more(x); x.Pos.Ordinal = 900 }), Refuted, "no such movement"},
		"a log elsewhere":    {2, altered(pick(2, clew.Log), func(x *clew.Transfer) { x.Pos.Ordinal = 1<<24 + 3 }), OnChain, "another place"},
		"a larger fee":       {0, altered(pick(0, clew.Fee), more), Refuted, "in fees"},
		"fees in one":        {0, mixed, OnChain, ""},
		"fees of another":    {0, altered(mixed, func(x *clew.Transfer) { x.From[0].Address = other }), Refuted, "in fees"},
		"more fees in one":   {0, altered(mixed, more), Refuted, "in fees"},
		"a reward":           {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Pos.Class = clew.BlockLevel }), Reexecuted, "by itself"},
		"rounded":            {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Rounded = true }), NotKnown, "rounded"},
		"a total":            {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { x.Aggregate = &clew.Aggregate{Count: 2} }), NotKnown, "several"},
		"an explorer's fee":  {0, altered(mixed, func(x *clew.Transfer) { x.Pos.Ordinal = madeUp }), OnChain, ""},
		"fees to somebody":   {0, altered(mixed, func(x *clew.Transfer) { x.To[0].Address = other }), Refuted, "in fees"},
		"a call, no place":   {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { more(x); x.Pos.Height, x.Pos.Index = 3, 0 }), Reexecuted, "calls within"},
		"a call, made up":    {0, altered(pick(0, clew.Native), func(x *clew.Transfer) { more(x); x.Pos.Ordinal = madeUp }), Reexecuted, "calls within"},
		"a log, no place":    {2, altered(pick(2, clew.Log), func(x *clew.Transfer) { more(x); x.Pos.Height, x.Pos.Ordinal = 3, 0 }), Refuted, "no such movement"},
	} {
		r := Check(proofs[order[c.index]], "", []*clew.Transfer{c.x})[0]
		if r.Standing != c.want || !strings.Contains(r.Why, c.why) || (r.At != nil) != strings.Contains(r.Why, "another place") {
			t.Errorf("%s: %s, %q, at %v", name, r.Standing, r.Why, r.At)
		}
	}
	feesOnce(t, proofs[order[0]], of[order[0]], mixed)
	// Two equal logs carry two transfers, and no third.
	twice := of[order[2]]
	results := Check(proofs[order[2]], "", append(slices.Clone(twice), altered(pick(2, clew.Log), func(x *clew.Transfer) { x.Pos.Ordinal = 1 << 24 })))
	for i, r := range results {
		if want := map[bool]Standing{true: OnChain, false: Refuted}[i < len(twice)]; r.Standing != want {
			t.Errorf("transfer %d of the same: %s, %s", i, r.Standing, r.Why)
		}
	}
	// The wrong place of the first log makes no transfer true or false, but is seen.
	moved := *proofs[order[2]]
	tries := *moved.EVM
	tries.FirstLog += 7
	moved.EVM = &tries
	for i, r := range Check(&moved, "", twice) {
		if log := twice[i].Pos.Class == clew.Log; r.Standing != OnChain || (r.At != nil) != log {
			t.Errorf("first log elsewhere: %s, %s, at %v", r.Standing, r.Why, r.At)
		}
	}
	// Without the receipt before, the gas is not known.
	alone := *proofs[order[3]]
	tries = *alone.EVM
	tries.Before = nil
	alone.EVM = &tries
	for i, r := range Check(&alone, "", of[order[3]]) {
		if fee := of[order[3]][i].Pos.Class == clew.Fee; (r.Standing == OnChain) == fee || r.Standing == Refuted {
			t.Errorf("without the receipt before: %s is %s, %s", r.Transfer, r.Standing, r.Why)
		}
	}
}

// feesOnce: the fee of a transaction is paid once, in parts or in one.
func feesOnce(t *testing.T, p *Proof, all []*clew.Transfer, mixed *clew.Transfer) {
	t.Helper()
	var parts []*clew.Transfer
	for _, x := range all {
		if x.Pos.Class == clew.Fee {
			parts = append(parts, x)
		}
	}
	again := altered(mixed, func(x *clew.Transfer) { x.Pos.Ordinal = madeUp })
	for name, c := range map[string]struct {
		of      []*clew.Transfer
		onChain int
	}{
		"in parts":                  {parts, len(parts)},
		"in parts, and in one":      {append(slices.Clone(parts), mixed), len(parts)},
		"in one, and then in parts": {append([]*clew.Transfer{mixed}, parts...), len(parts)},
		"in one, twice":             {[]*clew.Transfer{mixed, again}, 1},
		"a part, and in one":        {[]*clew.Transfer{parts[0], again}, 1},
	} {
		n := 0
		for _, r := range Check(p, "", c.of) {
			switch {
			case r.Standing == OnChain:
				n++
			case r.Standing != Refuted || !strings.Contains(r.Why, "pays its fee once"):
				t.Errorf("fees %s: %s, %s", name, r.Standing, r.Why)
			}
		}
		if n != c.onChain {
			t.Errorf("fees %s: %d on chain, want %d", name, n, c.onChain)
		}
	}
}

// TestItemsOfSources: a source that does not say which item was moved is not
// refuted by the receipt, which does; one that says another is.
func TestItemsOfSources(t *testing.T) {
	m := newMadeBlock()
	moved := erc20(1, 2, 0)
	moved["topics"], moved["data"] = append(moved["topics"].([][]byte), clew.Units(7).Big().FillBytes(make([]byte, 32))), []byte{}
	m.add(madeTx{kind: 2, to: filled(0x70, 20), gas: 50_000, logs: []map[string]any{moved}})
	x := m.transfers(t)[0]
	if x.Item == nil || *x.Item != clew.Units(7) {
		t.Fatalf("%+v", x)
	}
	p := proved(t, FromEVM(m, devChain), []*clew.Transfer{x})[x.Tx]
	for _, c := range []struct {
		item *clew.Amount
		want Standing
		why  string
	}{{x.Item, OnChain, ""}, {nil, OnChain, "does not say which item; it is proved of item 7"}, {new(clew.Amount), Refuted, "no such movement"}} {
		own := altered(x, func(x *clew.Transfer) { x.Item = c.item })
		if r := Check(p, "", []*clew.Transfer{own})[0]; r.Standing != c.want || !strings.Contains(r.Why, c.why) || c.why == "" && r.Why != "" {
			t.Errorf("item %v: %s, %s", c.item, r.Standing, r.Why)
		}
	}
}

// flips calls try with proofs that differ from p in one byte, named.
func flips(t testing.TB, p *Proof, try func(what string, changed *Proof)) {
	t.Helper()
	line := copyOf(t, p)
	var lists []*Bytes
	add := func(more []Bytes) {
		for i := range more {
			lists = append(lists, &more[i])
		}
	}
	lists = append(lists, &line.Header)
	if line.EVM != nil {
		add(line.EVM.Tx)
		add(line.EVM.Receipt)
		add(line.EVM.Before)
	} else {
		lists = append(lists, &line.Bitcoin.Issue, &line.Bitcoin.Raw)
		add(line.Bitcoin.Spent)
	}
	for k, b := range lists {
		for at := range *b {
			(*b)[at] ^= 1 << ((at + k) % 8)
			try(fmt.Sprintf("byte %d of part %d", at, k), line)
			(*b)[at] ^= 1 << ((at + k) % 8)
		}
		if len(*b) > 0 {
			whole := *b
			*b = whole[:len(whole)-1]
			try(fmt.Sprintf("part %d cut", k), line)
			*b = append(slices.Clone(whole), 0)
			try(fmt.Sprintf("part %d longer", k), line)
			*b = whole
		}
	}
	for name, n := range map[string]*uint32{"index": &line.Index} {
		was := *n
		for _, other := range []uint32{was + 1, was - 1, was ^ 1<<31, was + 128, was ^ 2} {
			*n = other
			try(fmt.Sprintf("%s %d instead of %d", name, other, was), line)
		}
		*n = was
	}
	line.Height++
	try("the next height", line)
	line.Height--
	for name, id := range map[string]*clew.TxID{"tx": &line.Tx, "block": &line.Block} {
		for at := range id {
			id[at] ^= 4
			try(fmt.Sprintf("byte %d of %s", at, name), line)
			id[at] ^= 4
		}
	}
	if !reflect.DeepEqual(line, copyOf(t, p)) {
		t.Fatal("a change was not taken back")
	}
}

func copyOf(t testing.TB, p *Proof) *Proof {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	own, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// TestEVMFlips: whatever byte of a proof is changed, it refutes what it proved.
func TestEVMFlips(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	proofs := proved(t, FromEVM(m, devChain), transfers)
	order, of := byTx(transfers)
	tried := 0
	for _, i := range []int{0, 3, 128} {
		p, own := proofs[order[i]], of[order[i]]
		flips(t, p, func(what string, changed *Proof) {
			tried++
			for _, r := range Check(changed, "", own) {
				if r.Standing != Refuted {
					t.Fatalf("transaction %d, %s: %s", i, what, r.Standing)
				}
			}
		})
		other := proofs[order[(i+5)%140]]
		for name, mix := range map[string]*Proof{
			"another's transaction": {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: &Tries{Tx: other.EVM.Tx, Receipt: p.EVM.Receipt, Before: p.EVM.Before}},
			"another's receipt":     {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: &Tries{Tx: p.EVM.Tx, Receipt: other.EVM.Receipt, Before: p.EVM.Before}},
			"another's before":      {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: &Tries{Tx: p.EVM.Tx, Receipt: p.EVM.Receipt, Before: other.EVM.Receipt}},
			"its own as before":     {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: &Tries{Tx: p.EVM.Tx, Receipt: p.EVM.Receipt, Before: p.EVM.Receipt}},
			"tries swapped":         {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: &Tries{Tx: p.EVM.Receipt, Receipt: p.EVM.Tx, Before: p.EVM.Before}},
			"another chain":         {Chain: clew.Ethereum, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: p.EVM},
			"both kinds":            {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header, EVM: p.EVM, Bitcoin: &Branch{}},
			"no kind":               {Chain: devChain, Height: p.Height, Index: p.Index, Tx: p.Tx, Block: p.Block, Header: p.Header},
		} {
			if r := Check(mix, "", own)[0]; r.Standing != Refuted {
				t.Errorf("transaction %d, %s: %s", i, name, r.Standing)
			}
		}
	}
	t.Logf("%d changed proofs", tried)
}

// TestHeightsOfSources: a transfer whose source has heights of its own is proved where
// its transaction is, and told so.
func TestHeightsOfSources(t *testing.T) {
	m := everyType()
	x := altered(m.transfers(t)[0], func(x *clew.Transfer) { x.Pos.Height = 2 })
	made, err := FromEVM(m, devChain).Prove(context.Background(), Blocks([]*clew.Transfer{x})[0])
	if err != nil || made[0].Proof == nil || made[0].Proof.Height != madeHeight {
		t.Fatalf("%+v, %v", made, err)
	}
	r := Check(made[0].Proof, "", []*clew.Transfer{x})[0]
	if r.Standing != OnChain || r.At == nil || r.At.Height != madeHeight {
		t.Errorf("%s, %s, at %v", r.Standing, r.Why, r.At)
	}
	if o := Ask(nil, made[0], []*clew.Transfer{x}, true); o.Agreement != Agrees || !strings.Contains(o.Why, "in block 20000000") {
		t.Errorf("%+v", o)
	}
	c := prooftest.Coins(t)
	coin := altered(c.Transfers(t)[9], func(x *clew.Transfer) { x.Pos.Height = 1 })
	for _, lost := range []bool{false, true} {
		c.NoTxs = lost
		made, err := bitcoinSourceOf(t, c, clew.BitcoinRegtest).Prove(context.Background(), Blocks([]*clew.Transfer{coin})[0])
		if err != nil || (made[0].Proof == nil) != lost || made[0].Not != lost {
			t.Errorf("lost %v: %+v, %v", lost, made, err)
		}
	}
}

// TestTogether: a proof and transfers that tell the same lie.
func TestTogether(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	proofs := proved(t, FromEVM(m, devChain), transfers)
	order, of := byTx(transfers)
	p := copyOf(t, proofs[order[0]])
	p.Tx[0] ^= 1
	if r := Check(p, "", []*clew.Transfer{altered(of[order[0]][0], func(x *clew.Transfer) { x.Tx = p.Tx })})[0]; r.Standing != Refuted || !strings.Contains(r.Why, "at its place is transaction") {
		t.Errorf("another name: %s, %s", r.Standing, r.Why)
	}
	block, receipts, err := m.Parts(context.Background(), madeHeight)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := ledgerOf(t, clew.Polygon, block, receipts)[:1]
	p = copyOf(t, proofs[order[0]])
	p.Chain = clew.Polygon
	if r := Check(p, "", elsewhere)[0]; r.Standing != Refuted || !strings.Contains(r.Why, "signed for eip155:1337") {
		t.Errorf("another chain: %s, %s", r.Standing, r.Why)
	}
}

// TestLaterType: a proof of a transaction of a type to come shows nothing here, and
// refutes nothing.
func TestLaterType(t *testing.T) {
	m := everyType()
	later := append([]byte{5}, m.raw[0]...)
	m.raw[0] = later
	block, _, err := m.Parts(context.Background(), madeHeight)
	if err != nil {
		t.Fatal(err)
	}
	header, hash, err := evm.HashedHeader(devChain, block)
	if err != nil {
		t.Fatal(err)
	}
	h, err := readHead(header, devChain)
	if err != nil {
		t.Fatal(err)
	}
	txs, err := rooted(m.raw, h.txs)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proof{Chain: devChain, Height: madeHeight, Tx: clew.TxID(rlp.Keccak(later)), Block: hash, Header: header, EVM: &Tries{Tx: nodes(txs, 0)}}
	x := m.transfers(t)[0]
	r := Check(p, "", []*clew.Transfer{altered(x, func(x *clew.Transfer) { x.Tx = p.Tx })})[0]
	if r.Standing != Unproved || !strings.Contains(r.Why, "not known here: of type 0x5") {
		t.Errorf("%s, %s", r.Standing, r.Why)
	}
}

// TestImpossibleBlocks: blocks whose hashes hold, and which no chain can have.
func TestImpossibleBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		make func(m *madeBlock)
		why  string
	}{
		"no gas used":        {func(m *madeBlock) { m.add(madeTx{to: filled(1, 20), gas: 0}) }, "no less gas"},
		"less than base fee": {func(m *madeBlock) { m.baseFee = 6_000_000_000; m.add(madeTx{to: filled(1, 20), gas: 21_000}) }, "pays less per unit of gas"},
		"a receipt of others": {func(m *madeBlock) {
			m.add(madeTx{to: filled(1, 20), gas: 21_000})
			m.outcomes[1] = append([]byte{2}, m.outcomes[1]...)
			m.receipts[1]["type"] = "0x2"
		}, "receipt: it is of a transaction of type 2"},
	} {
		m := newMadeBlock()
		m.add(madeTx{kind: 2, to: filled(1, 20), gas: 21_000})
		c.make(m)
		id := clew.TxID(rlp.Keccak(m.raw[1]))
		made, err := FromEVM(m, devChain).Prove(context.Background(), Block{Height: madeHeight, Txs: []clew.TxID{id}})
		if err != nil || made[0].Proof != nil || !strings.Contains(made[0].Why, c.why) {
			t.Errorf("%s: %v, %+v", name, err, made)
		}
	}
}

// TestDearBlock: a transaction pays no more per unit of gas than it says, though base
// fee and tip would come to more.
func TestDearBlock(t *testing.T) {
	m := newMadeBlock()
	m.baseFee = 4_000_000_000
	m.add(madeTx{kind: 2, to: filled(1, 20), value: 1, gas: 21_000})
	transfers := m.transfers(t)
	p := proved(t, FromEVM(m, devChain), transfers)[transfers[0].Tx]
	for _, r := range Check(p, "", transfers) {
		if r.Standing != OnChain {
			t.Errorf("%s: %s, %s", r.Transfer, r.Standing, r.Why)
		}
	}
	if len(transfers) != 3 || transfers[2].Amount() != clew.Units(21_000*1_000_000_000) {
		t.Errorf("%d transfers, a tip of %s", len(transfers), transfers[len(transfers)-1].Amount())
	}
}

// TestForms: what is no transaction and no receipt.
func TestForms(t *testing.T) {
	m := everyType()
	bloom, text := make([]byte, 256), []byte("text")
	for name, raw := range map[string][]byte{
		"root of a later type":   append([]byte{2}, byHand([]any{filled(1, 32), uint64(1), bloom, []any{}})...),
		"root of 31 bytes":       byHand([]any{filled(1, 31), uint64(1), bloom, []any{}}),
		"an outcome of 2":        byHand([]any{uint64(2), uint64(1), bloom, []any{}}),
		"a list for an outcome":  byHand([]any{[]any{}, uint64(1), bloom, []any{}}),
		"three fields":           byHand([]any{uint64(1), uint64(1), bloom}),
		"five fields":            byHand([]any{uint64(1), uint64(1), bloom, []any{}, uint64(1)}),
		"a short bloom":          byHand([]any{uint64(1), uint64(1), bloom[:255], []any{}}),
		"logs that are none":     byHand([]any{uint64(1), uint64(1), bloom, text}),
		"a log of two fields":    byHand([]any{uint64(1), uint64(1), bloom, []any{[]any{filled(1, 20), []any{}}}}),
		"five topics":            byHand([]any{uint64(1), uint64(1), bloom, []any{[]any{filled(1, 20), []any{filled(1, 32), filled(1, 32), filled(1, 32), filled(1, 32), filled(1, 32)}, text}}}),
		"a short topic":          byHand([]any{uint64(1), uint64(1), bloom, []any{[]any{filled(1, 20), []any{filled(1, 31)}, text}}}),
		"a contract of 21 bytes": byHand([]any{uint64(1), uint64(1), bloom, []any{[]any{filled(1, 21), []any{}, text}}}),
		"data that is a list":    byHand([]any{uint64(1), uint64(1), bloom, []any{[]any{filled(1, 20), []any{}, []any{}}}}),
		"type 0 as a byte":       append([]byte{0}, m.outcomes[0]...),
		"type 5":                 append([]byte{5}, m.outcomes[2][1:]...),
		"nothing":                nil,
	} {
		if r, err := readReceipt(raw); err == nil {
			t.Errorf("%s: a receipt of %+v", name, r)
		}
	}
	for name, raw := range map[string][]byte{
		"a field less":      byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 20), uint64(1), text, uint64(27), uint64(1)}),
		"a field more":      byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 20), uint64(1), text, uint64(27), uint64(1), uint64(1), uint64(1)}),
		"to 19 bytes":       byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 19), uint64(1), text, uint64(27), uint64(1), uint64(1)}),
		"parity of 29":      byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 20), uint64(1), text, uint64(29), uint64(1), uint64(1)}),
		"signed by nothing": byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 20), uint64(1), text, uint64(27), uint64(0), uint64(0)}),
		"value with a zero": byHand([]any{uint64(1), uint64(1), uint64(1), filled(1, 20), []byte{0, 1}, text, uint64(27), uint64(1), uint64(1)}),
		"as a later type":   append([]byte{1}, m.raw[0]...),
		"another type's":    append([]byte{4}, m.raw[3][1:]...),
		"type 0x7e":         append([]byte{0x7e}, m.raw[3][1:]...),
	} {
		if x, err := readSigned(raw); err == nil {
			t.Errorf("%s: a transaction of %+v", name, x)
		}
	}
}

// A lying node answers what a test makes of a block's answers.
type lying struct {
	*madeBlock
	lie func(block, receipts []byte) ([]byte, []byte)
}

func (l lying) Parts(ctx context.Context, at uint64) (block, receipts []byte, err error) {
	block, receipts, err = l.madeBlock.Parts(ctx, at)
	b, r := l.lie(block, receipts)
	return b, r, err
}

// TestLyingNode: what does not hash to the header's roots makes no proof.
func TestLyingNode(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	swap := func(old, new string) func(b []byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				t.Fatalf("no %s", old)
			}
			return bytes.Replace(b, []byte(old), []byte(new), 1)
		}
	}
	same := func(b []byte) []byte { return b }
	for name, c := range map[string]struct {
		block, receipts func([]byte) []byte
		why             string
	}{
		"another amount":       {swap(`"value":"0x1388"`, `"value":"0x1389"`), same, "hashes to"},
		"a type not known":     {swap(`"type":"0x4"`, `"type":"0x7e"`), same, "is of type 0x7e"},
		"a field left out":     {swap(`"chainId":`, `"chainID":`), same, "does not state chainId"},
		"another receipt":      {same, swap(`"cumulativeGasUsed":"0x5208"`, `"cumulativeGasUsed":"0x5209"`), "receipts: "},
		"another log":          {same, swap("0000000a\"", "0000000b\""), "receipts: "},
		"a receipt left out":   {same, func([]byte) []byte { return []byte("[]") }, "0 receipts of 140"},
		"no list":              {same, func([]byte) []byte { return []byte("{}") }, ""},
		"another header":       {swap(`"gasLimit":"0x1c9c380"`, `"gasLimit":"0x1c9c381"`), same, "does not hash to the block's name"},
		"a field of later day": {swap(`"gasLimit":`, `"requestsHash":"0x`+strings.Repeat("11", 32)+`","gasLimit":`), same, "does not hash to the block's name"},
	} {
		source := FromEVM(lying{m, func(b, r []byte) ([]byte, []byte) { return c.block(b), c.receipts(r) }}, devChain)
		made, err := source.Prove(context.Background(), Blocks(transfers)[0])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if made[0].Proof != nil || made[0].Not || !strings.Contains(made[0].Why, c.why) || !strings.HasPrefix(made[0].Why, "no proof: ") {
			t.Errorf("%s: %q", name, made[0].Why)
		}
	}
	made, err := FromEVM(m, devChain).Prove(context.Background(), Block{Height: madeHeight, Txs: []clew.TxID{{1}}})
	if err != nil || made[0].Proof != nil || !made[0].Not || !strings.Contains(made[0].Why, "does not hold the transaction") {
		t.Errorf("a transaction that is not there: %+v, %v", made, err)
	}
}
