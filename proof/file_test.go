package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/proof/prooftest"
)

// someProofs are of both kinds.
func someProofs(t testing.TB) []*Proof {
	t.Helper()
	m, c := everyType(), prooftest.Coins(t)
	var all []*Proof
	for source, transfers := range map[Source][]*clew.Transfer{FromEVM(m, devChain): m.transfers(t), bitcoinSourceOf(t, c, clew.BitcoinRegtest): c.Transfers(t)} {
		proofs := proved(t, source, transfers)
		order, _ := byTx(transfers)
		for _, tx := range order[:12] {
			all = append(all, proofs[tx])
		}
	}
	return all
}

// TestFile: what is written is read, and written again to the same bytes.
func TestFile(t *testing.T) {
	var file, again bytes.Buffer
	all := someProofs(t)
	for _, p := range all {
		if err := Write(&file, p); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	err := Read(bytes.NewReader(file.Bytes()), func(p *Proof) error {
		if _, err := p.Show(); err != nil || p.Key() != all[n].Key() {
			t.Errorf("proof %d: %v", n, err)
		}
		n++
		return Write(&again, p)
	})
	if err != nil || n != len(all) || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("%d proofs, %v, %d and %d bytes", n, err, file.Len(), again.Len())
	}
	stop := errors.New("enough")
	if err := Read(&file, func(*Proof) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

// TestFileRefused: each fault is named by its line.
func TestFileRefused(t *testing.T) {
	all := someProofs(t)
	var file bytes.Buffer
	if err := Write(&file, all[0]); err != nil {
		t.Fatal(err)
	}
	good := file.String()
	edit := func(change func(m map[string]any)) string {
		m := map[string]any{}
		if err := json.Unmarshal([]byte(good), &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text) + "\n"
	}
	for name, c := range map[string]struct{ line, why string }{
		"no JSON":         {"proof\n", "no JSON"},
		"empty line":      {"\n", "no JSON"},
		"half":            {good[:len(good)/2], "no JSON"},
		"two in one":      {strings.TrimSpace(good) + good, "something follows"},
		"unknown field":   {edit(func(m map[string]any) { m["trust"] = "me" }), "no JSON"},
		"no chain":        {edit(func(m map[string]any) { delete(m, "chain") }), "names no chain"},
		"no chain's name": {edit(func(m map[string]any) { m["chain"] = "the chain" }), "CAIP-2"},
		"a short name":    {edit(func(m map[string]any) { m["chain"] = "ethereum" }), "CAIP-2"},
		"no transaction":  {edit(func(m map[string]any) { delete(m, "tx") }), "names no chain"},
		"odd digits":      {edit(func(m map[string]any) { m["header"] = "abc" }), "no JSON"},
		"neither":         {edit(func(m map[string]any) { delete(m, "evm"); delete(m, "bitcoin") }), "one of both"},
		"both":            {edit(func(m map[string]any) { m["evm"], m["bitcoin"] = map[string]any{}, map[string]any{} }), "one of both"},
		"a large index":   {edit(func(m map[string]any) { m["index"] = 1 << 33 }), "no JSON"},
		"the same again":  {good, "second proof"},
		"a long line":     {strings.Repeat(" ", MaxLine+2), "at most"},
	} {
		err := Read(strings.NewReader(good+c.line), func(*Proof) error { return nil })
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.why) || input.Field != "proofs, line 2" || len(err.Error()) > 300 {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := *all[0]
	long.Header = make(Bytes, MaxLine/2)
	if err := Write(&file, &long); !errors.Is(err, ErrTooLong) {
		t.Errorf("a proof that is too long: %v", err)
	}
}

// TestWithout: where there is no proof, it is said why.
func TestWithout(t *testing.T) {
	transfer := func(chain clew.Chain) *clew.Transfer {
		return &clew.Transfer{Asset: clew.NativeAsset(chain), Tx: clew.TxID{1}}
	}
	for _, c := range []struct {
		x   *clew.Transfer
		why string
	}{
		{transfer(clew.Ethereum), "no proof of it is held"},
		{transfer(clew.Bitcoin), "no proof of it is held"},
		{transfer(clew.Tron), "Tron's headers"},
		{transfer(clew.Solana), "how Solana's blocks"},
		{altered(transfer(clew.Ethereum), func(x *clew.Transfer) { x.Tx = clew.TxID{} }), "its transaction is not known"},
		{altered(transfer(clew.Ethereum), func(x *clew.Transfer) { x.Tx, x.Pos.Class = clew.TxID{}, clew.BlockLevel }), "outside of all transactions"},
	} {
		if r := Check(nil, "", []*clew.Transfer{c.x})[0]; r.Standing != Unproved || !strings.Contains(r.Why, c.why) || r.Block != nil {
			t.Errorf("%s: %s, %s", c.x.Asset, r.Standing, r.Why)
		}
		if r := Check(nil, "the node was asleep", []*clew.Transfer{c.x})[0]; r.Why != "the node was asleep" {
			t.Errorf("%s", r.Why)
		}
	}
}

// TestSecondNode: another node agrees, has another block or another transaction, or
// cannot tell.
func TestSecondNode(t *testing.T) {
	m := everyType()
	transfers := m.transfers(t)
	order, of := byTx(transfers)
	tx := order[3]
	ask := func(m *madeBlock) Made {
		t.Helper()
		made, err := FromEVM(m, devChain).Prove(t.Context(), Block{Height: madeHeight, Txs: []clew.TxID{tx}})
		if err != nil {
			t.Fatal(err)
		}
		return made[0]
	}
	held := proved(t, FromEVM(m, devChain), of[tx])[tx]
	other := everyType()
	other.baseFee++ // the same transactions, in another block
	less := everyType()
	less.txs, less.receipts, less.raw, less.outcomes = less.txs[:2], less.receipts[:2], less.raw[:2], less.outcomes[:2]
	wrong := []*clew.Transfer{altered(of[tx][0], func(x *clew.Transfer) { x.To[0].Amount, x.From[0].Amount = clew.Units(9), clew.Units(9) })}
	rounded := []*clew.Transfer{altered(of[tx][0], func(x *clew.Transfer) { x.Rounded = true })}
	for name, c := range map[string]struct {
		held *Proof
		made Made
		of   []*clew.Transfer
		own  bool // heights are the source's
		want Agreement
		why  string
	}{
		"the same":              {held, ask(m), of[tx], false, Agrees, ""},
		"no proof is held":      {nil, ask(m), of[tx], false, Agrees, ""},
		"another block":         {held, ask(other), of[tx], false, Differs, "and the proof that is held is of"},
		"another fee":           {nil, ask(other), of[tx], false, Differs, "in fees"},
		"not in its block":      {nil, ask(less), of[tx], false, Differs, "does not hold the transaction"},
		"moves something else":  {nil, ask(m), wrong, false, Differs, "signed transaction"},
		"no block":              {held, none(Block{Txs: []clew.TxID{tx}}, clew.TxID{}, fmt.Errorf("block 7: %w", clew.ErrNotFound))[0], of[tx], false, Silent, "not found"},
		"not at its own height": {nil, ask(less), of[tx], true, Silent, "its height is not the chain's"},
		"held, and not in it":   {held, ask(less), of[tx], true, Differs, "and the proof that is held is of"},
		"rounded":               {held, ask(m), rounded, false, Silent, "rounded the amount"},
		"rounded, none held":    {nil, ask(m), rounded, false, Silent, "rounded the amount"},
	} {
		if o := Ask(c.held, c.made, c.of, c.own); o.Agreement != c.want || !strings.Contains(o.Why, c.why) || (c.why == "") != (o.Why == "") || o.Tx != tx || o.Height != madeHeight {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// FuzzRead: no file makes it fail otherwise than by an error, and nothing that it
// reads refutes itself by a fault of the program.
func FuzzRead(f *testing.F) {
	for _, p := range someProofs(f) {
		var line bytes.Buffer
		if err := Write(&line, p); err != nil {
			f.Fatal(err)
		}
		f.Add(line.Bytes())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		_ = Read(bytes.NewReader(file), func(p *Proof) error {
			s, err := p.Show()
			if err == nil && (s.Block.Hash != p.Block || s.Block.Height != p.Height) {
				t.Errorf("%+v", s.Block)
			}
			return nil
		})
	})
}

// FuzzSigned: transactions and receipts of any bytes.
func FuzzSigned(f *testing.F) {
	m := everyType()
	for i := range 9 {
		f.Add(m.raw[i])
		f.Add(m.outcomes[i])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if x, err := readSigned(raw); err == nil && x.from == [20]byte{} {
			t.Error("signed by nobody")
		}
		if r, err := readReceipt(raw); err == nil && len(r.logs) != len(r.contracts) {
			t.Error("logs of nobody")
		}
	})
}

// FuzzParts: what a node answers, of any bytes.
func FuzzParts(f *testing.F) {
	m := newMadeBlock()
	for kind := range 5 {
		m.add(madeTx{kind: kind, to: filled(1, 20), value: 1, gas: 21_000, logs: []map[string]any{erc20(1, 2, 3)}})
	}
	block, receipts, err := m.Parts(f.Context(), madeHeight)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(block, receipts)
	f.Fuzz(func(t *testing.T, block, receipts []byte) {
		ids, raw, err := encodedTxs(block)
		if err == nil && len(ids) != len(raw) {
			t.Error("as many names as transactions")
		}
		for i := range raw {
			if x, read := readSigned(raw[i]); err == nil && read == nil && x.gas > 1<<63 {
				t.Error("more gas than a node can state")
			}
		}
		if raw, logs, err := encodedReceipts(receipts); err == nil && len(raw) != len(logs) {
			t.Error("as many receipts as counts of logs")
		}
	})
}
