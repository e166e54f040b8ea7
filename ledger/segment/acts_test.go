package segment

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/ledger/vfs"
)

// randomActs returns n acts between few addresses in chain order.
func randomActs(chain clew.Chain, n int, seed uint64) []clew.Act {
	r := rand.New(rand.NewPCG(seed, 19))
	g := generator{shape: shape{chain: chain}, r: r}
	addresses := []clew.Address{{}}
	for i := range 3 + n/40 {
		addresses = append(addresses, g.address(i))
	}
	party := func() clew.Address { return addresses[r.IntN(len(addresses))] }
	issuer := clew.EVMAddress(clew.Ethereum, [20]byte{9})
	assets := []clew.Asset{{}, clew.NativeAsset(chain)}
	if chain.IsEVM() {
		assets = append(assets, clew.Token("erc20", issuer), clew.Token("erc721", clew.EVMAddress(chain, [20]byte{8})))
	}
	pos, tx := clew.Pos{Height: 90}, clew.TxID{}
	var acts []clew.Act
	for range n {
		pos, tx = g.next(pos, tx)
		a := clew.Act{
			Pos: pos, Tx: tx, Time: clew.Time(1e9 + pos.Height*12 - uint64(r.IntN(3))), Kind: clew.ActKinds()[r.IntN(7)], // as many as there were when v1.seg was kept
			By: party(), On: addresses[1+r.IntN(len(addresses)-1)], With: party(), Asset: assets[r.IntN(len(assets))], Amount: g.amount(),
		}
		switch r.IntN(6) {
		case 0:
			a.Detail = "energy"
		case 1:
			a.Detail = strings.Repeat("weight ", r.IntN(clew.MaxActDetail/7))
		case 2:
			a.By, a.With = a.On, a.On
		case 3:
			a.Time, a.Amount = 0, clew.Amount{}
		}
		acts = append(acts, a)
	}
	return acts
}

// writeActs writes transfers and acts and opens the segment.
func writeActs(t testing.TB, fs vfs.FS, name string, chain clew.Chain, list []clew.Transfer, acts []clew.Act, o Options) *Segment {
	t.Helper()
	if _, err := Write(bg, fs, name, chain, FromSlice(list), ActsFromSlice(acts), o); err != nil {
		t.Fatalf("write: %v", err)
	}
	s, err := Open(fs, name)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// forActs runs a test over sets of acts, with transfers beside them or without.
func forActs(t *testing.T, test func(t *testing.T, sh shape, list []clew.Transfer, acts []clew.Act)) {
	for _, name := range []string{"empty", "small", "heavy", "bitcoin"} {
		for _, n := range []int{actGroup + 1, 0, 1, actGroup - 1, actGroup, 700}[:some(6)] {
			t.Run(fmt.Sprint(name, " ", n), func(t *testing.T) {
				sh := shapes[name]
				test(t, sh, sh.random(uint64(n)), randomActs(sh.chain, n, uint64(n)))
			})
		}
	}
}

func TestActsAreThoseOfThePlainSet(t *testing.T) {
	forActs(t, func(t *testing.T, sh shape, list []clew.Transfer, acts []clew.Act) {
		s := writeActs(t, vfs.NewMem(), "a.seg", sh.chain, list, acts, Options{})
		if err := s.Verify(bg); err != nil {
			t.Fatal(err)
		}
		compareActs(t, s, acts, rand.New(rand.NewPCG(5, 6)))
		compare(t, s, list, rand.New(rand.NewPCG(5, 5)))
		if info := s.Info(); info.Acts != uint64(len(acts)) || info.Transfers != uint64(len(list)) {
			t.Errorf("%d acts and %d transfers", info.Acts, info.Transfers)
		}
	})
}

// compareActs asks s and the plain set of acts the same.
func compareActs(t *testing.T, s *Segment, acts []clew.Act, r *rand.Rand) {
	t.Helper()
	set := memory.NewSet(nil, acts...)
	if s.ActSpan() != set.ActSpan() {
		t.Fatalf("span %s, want %s", s.ActSpan(), set.ActSpan())
	}
	for range some(300) {
		q := actQuery(acts, r)
		got, more, err := s.Acts(bg, q, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, wantMore, err := set.Acts(bg, q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if more != wantMore || !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v: %d acts, more %t; want %d, %t\n%+v\n%+v", q, len(got), more, len(want), wantMore, got, want)
		}
	}
}

// actQuery makes up a question.
func actQuery(acts []clew.Act, r *rand.Rand) ledger.ActQuery {
	q := ledger.ActQuery{Limit: 1 + r.IntN(40), Newest: r.IntN(2) == 0}
	if len(acts) == 0 {
		return q
	}
	one := func() *clew.Act { return &acts[r.IntN(len(acts))] }
	switch a := one(); r.IntN(6) {
	case 0:
		q.Address = a.On
	case 1:
		q.Address = a.With
	case 2:
		q.Address = a.By
	case 3:
		q.Tx = a.Tx
	case 4:
		q.Address, q.Tx = a.On, one().Tx
	}
	if r.IntN(3) == 0 {
		q.Kinds = append(q.Kinds, clew.Freeze, one().Kind, one().Kind)
	}
	bound := func() clew.Pos {
		p := one().Pos
		switch r.IntN(4) {
		case 0:
			return ledger.Next(p)
		case 1:
			return clew.Pos{Height: p.Height}
		case 2:
			return clew.Pos{}
		}
		return p
	}
	q.From, q.Until = bound(), bound()
	return q
}

func TestActsInPartsAndMergedGiveTheSameBytes(t *testing.T) {
	forActs(t, func(t *testing.T, sh shape, list []clew.Transfer, acts []clew.Act) {
		fs, r := vfs.NewMem(), rand.New(rand.NewPCG(3, 4))
		whole := writeActs(t, fs, "whole.seg", sh.chain, list, acts, Options{})
		parts := writeActs(t, fs, "parts.seg", sh.chain, list, acts, Options{PartRows: 1 + len(list)/4})
		sameBytes(t, fs, parts, whole)
		for round := range 3 {
			n := 1 + r.IntN(5)
			var segments []*Segment
			dealt := dealActs(acts, n, round, r)
			for i, part := range split(list, n, round, r) {
				segments = append(segments, writeActs(t, fs, fmt.Sprintf("%d-%d.seg", round, i), sh.chain, part, dealt[i], Options{}))
			}
			sameBytes(t, fs, mergeOf(t, fs, fmt.Sprintf("merged%d.seg", round), segments, Options{}), whole)
			if len(acts) == 0 {
				continue
			}
			below := acts[r.IntN(len(acts))].Pos.Height
			want := writeActs(t, fs, fmt.Sprintf("want%d.seg", round), sh.chain,
				slices.DeleteFunc(slices.Clone(list), func(x clew.Transfer) bool { return x.Pos.Height >= below }),
				slices.DeleteFunc(slices.Clone(acts), func(x clew.Act) bool { return x.Pos.Height >= below }), Options{})
			sameBytes(t, fs, mergeOf(t, fs, fmt.Sprintf("below%d.seg", round), segments, Options{Below: below}), want)
		}
		noTemporaries(t, fs)
	})
}

func mergeOf(t *testing.T, fs vfs.FS, name string, segments []*Segment, o Options) *Segment {
	t.Helper()
	if _, err := Merge(bg, fs, name, segments, o); err != nil {
		t.Fatal(err)
	}
	s, err := Open(fs, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// dealActs is split for acts.
func dealActs(acts []clew.Act, n, how int, r *rand.Rand) [][]clew.Act {
	parts := make([][]clew.Act, n)
	for i := range acts {
		at := r.IntN(n)
		if how == 0 {
			at = i * n / len(acts)
		}
		parts[at] = append(parts[at], acts[i])
		if again := r.IntN(n); how == 2 && again != at && r.IntN(3) == 0 {
			parts[again] = append(parts[again], acts[i])
		}
	}
	return parts
}

func TestWriteRefusesActsThatAreNotInOrderOrNotOnTheChain(t *testing.T) {
	acts := randomActs(clew.Ethereum, 40, 1)
	edit := func(change func(acts []clew.Act)) ActSource {
		changed := slices.Clone(acts)
		change(changed)
		return ActsFromSlice(changed)
	}
	for _, c := range []struct {
		name, want string
		source     ActSource
	}{
		{"swapped", "follows one at", edit(func(l []clew.Act) { l[3], l[4] = l[4], l[3] })},
		{"twice", "follows one at", edit(func(l []clew.Act) { l[3] = l[4] })},
		{"other chain", "not on eip155:1", edit(func(l []clew.Act) { l[5] = randomActs(clew.Base, 9, 1)[8]; l[5].Pos = acts[5].Pos })},
		{"no kind", "not known", edit(func(l []clew.Act) { l[5].Kind = "seize" })},
		{"no such class", "class", edit(func(l []clew.Act) { l[39].Pos.Class = clew.BlockLevel + 1 })},
		{"last height", "2^64-1", edit(func(l []clew.Act) { l[39].Pos.Height = math.MaxUint64 })},
		{"failing source", "broken", failingActs{}},
	} {
		mem := vfs.NewMem()
		_, err := Write(bg, mem, "a.seg", clew.Ethereum, FromSlice(shapes["small"].random(1)), c.source, Options{PartRows: 15})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if names, _ := mem.List(); len(names) > 0 {
			t.Errorf("%s: %v stayed", c.name, names)
		}
	}
}

type failingActs struct{}

func (failingActs) Next(*clew.Act) (bool, error) { return false, errors.New("broken") }

// Addresses whose hashes agree share entries, and acts of each are told apart.
func TestActsOfAddressesWithOneHash(t *testing.T) {
	seen := map[uint64]clew.Address{}
	var a, b clew.Address
	for i := uint64(0); a.IsZero(); i++ {
		var key [20]byte
		binary.LittleEndian.PutUint64(key[:], i)
		x := clew.EVMAddress(clew.Ethereum, key)
		entry := actEntry(x, actKind(clew.Freeze))
		if other, ok := seen[entry]; ok {
			a, b = other, x
		}
		seen[entry] = x
	}
	var acts []clew.Act
	for i, on := range []clew.Address{a, b, b, a, a} {
		acts = append(acts, clew.Act{Pos: clew.Pos{Height: uint64(i)}, Kind: clew.Freeze, On: on, By: b})
	}
	s := writeActs(t, vfs.NewMem(), "a.seg", clew.Ethereum, nil, acts, Options{})
	if err := s.Verify(bg); err != nil {
		t.Fatal(err)
	}
	compareActs(t, s, acts, rand.New(rand.NewPCG(7, 7)))
	got, _, err := s.Acts(bg, ledger.ActQuery{Address: a, Limit: 9}, nil)
	if err != nil || len(got) != 3 {
		t.Errorf("%d acts, %v", len(got), err)
	}
}

func TestActsEndWithTheirContext(t *testing.T) {
	acts := randomActs(clew.Ethereum, 400, 1)
	mem := vfs.NewMem()
	s := writeActs(t, mem, "a.seg", clew.Ethereum, nil, acts, Options{})
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if _, _, err := s.Acts(ctx, ledger.ActQuery{Limit: 1}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := Merge(ctx, mem, "c.seg", []*Segment{s}, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzActs reads any bytes as a group, and wants what reads well to be written
// and read back as the same.
func FuzzActs(f *testing.F) {
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron} {
		c := actCoder{chain: chain}
		for _, a := range randomActs(clew.Ethereum, 12, 3) {
			if chain == clew.Ethereum {
				c.add(&a)
				a.SetMemo(clew.RouterDeposit, []byte("=:b:bc1q\x00"))
				c.add(&a)
			}
		}
		f.Add(string(chain), c.bytes, 24)
	}
	f.Fuzz(func(t *testing.T, chain string, b []byte, count int) {
		c := actCoder{chain: clew.Chain(chain)}
		acts, err := c.decode(b, min(max(count, 0), actGroup), nil)
		if err != nil {
			return
		}
		again := actCoder{chain: c.chain}
		for i := range acts {
			again.add(&acts[i])
		}
		reader := actCoder{chain: c.chain}
		back, err := reader.decode(again.bytes, len(acts), nil)
		if err != nil || !reflect.DeepEqual(back, acts) {
			t.Errorf("%+v reads back as %+v, %v", acts, back, err)
		}
	})
}

// TestActKindsFitTheirByte: kinds and carriers have eight bits each, and the last
// kinds come back.
func TestActKindsFitTheirByte(t *testing.T) {
	if kinds, carriers := len(clew.ActKinds()), len(clew.Carriers()); kinds > 256 || carriers > 256 {
		t.Errorf("%d kinds, %d carriers", kinds, carriers)
	}
	on := clew.EVMAddress(clew.Ethereum, [20]byte{1})
	var acts []clew.Act
	for i, kind := range clew.ActKinds() {
		for class := clew.Native; class <= clew.BlockLevel; class++ {
			a := clew.Act{Pos: clew.Pos{Height: uint64(i), Class: class}, Kind: kind, On: on, Detail: "same"}
			if kind == clew.Memo {
				for n, carrier := range clew.Carriers() {
					a.Pos.Ordinal = uint32(n)
					a.SetMemo(carrier, []byte{0, 0xff, byte(n)})
					acts = append(acts, a)
				}
				a.Pos.Ordinal++
				a.Data = "same" // as the detail of others
			}
			acts = append(acts, a)
		}
	}
	s := writeActs(t, vfs.NewMem(), "a.seg", clew.Ethereum, nil, acts, Options{})
	if err := s.Verify(bg); err != nil {
		t.Fatal(err)
	}
	got, _, err := s.Acts(bg, ledger.ActQuery{Limit: len(acts)}, nil)
	if err != nil || !reflect.DeepEqual(got, acts) {
		t.Errorf("%+v, %v; want %+v", got, err, acts)
	}
	s.Close()
}
