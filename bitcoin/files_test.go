package bitcoin

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clew"
)

var regtestMagic = []byte{0xfa, 0xbf, 0xb5, 0xda}

// inFile writes a block as nodes do.
func inFile(raw []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(slices.Clone(regtestMagic), uint32(len(raw))), raw...)
}

func mixed(key Key, b []byte) []byte {
	b = slices.Clone(b)
	for i := range b {
		b[i] ^= key[i%8]
	}
	return b
}

// branch makes up n blocks after a maker's state, which it leaves behind them.
func branch(m *maker, n int) [][]byte {
	var raws [][]byte
	for range n {
		b, _ := m.block()
		raws = append(raws, b.bytes(true))
	}
	return raws
}

func regtestFiles(t testing.TB, files map[string][]byte) (*Files, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	f, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 10_000)
	if err == nil {
		t.Cleanup(func() { f.Close() })
	}
	return f, err
}

// afterGenesis is where made-up chains begin: their first block is at height 1.
func afterGenesis() clew.BlockRef {
	p, _ := ParamsOf(clew.BitcoinRegtest)
	return clew.BlockRef{Hash: p.Genesis}
}

// wantChain compares what the files give with the blocks they should.
func wantChain(t *testing.T, f *Files, want [][]byte) *FileChain {
	t.Helper()
	c, err := f.Chain(context.Background(), afterGenesis())
	if err != nil {
		t.Fatal(err)
	}
	if w := c.Window(); w != (clew.Window{From: 1, To: uint64(len(want)) + 1}) {
		t.Fatalf("window %s, want %d blocks", w, len(want))
	}
	for i, raw := range want {
		got, err := c.Read(uint64(i)+1, nil)
		if err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("block %d: %d bytes, %v; want %d", i+1, len(got), err, len(raw))
		}
		if ref, err := c.Ref(uint64(i) + 1); err != nil || ref.Hash != reversed(slices.Concat(func() []byte { h := sha256d(raw[:80]); return h[:] }())) {
			t.Fatalf("block %d: %+v, %v", i+1, ref, err)
		}
	}
	return c
}

// TestFilesOutOfOrder scatters a chain and a branch that lost over files, mixed
// with a key, with zeros behind.
func TestFilesOutOfOrder(t *testing.T) {
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 1))
		m := newMaker(seed)
		trunk := branch(m, 10)
		fork := *m
		fork.random, fork.coins, fork.where = rand.New(rand.NewPCG(seed, 99)), plainCoins{}, map[string]clew.Output{}
		fork.names = nil
		lost := branch(&fork, 1+random.IntN(5))
		all := append(slices.Clone(trunk), branch(m, 8)...)
		stray := newMaker(seed + 1000)
		branch(stray, 1)
		orphans := branch(stray, 2)
		scattered := slices.Concat(all, lost, orphans)
		random.Shuffle(len(scattered), func(i, j int) { scattered[i], scattered[j] = scattered[j], scattered[i] })
		var key Key
		files := map[string][]byte{"rev00000.dat": []byte("not blocks")}
		if seed%2 == 1 {
			binary.LittleEndian.PutUint64(key[:], random.Uint64())
			files["xor.dat"] = key[:]
		}
		for i, raw := range scattered {
			name := fmt.Sprintf("blk%05d.dat", i%3)
			files[name] = append(files[name], inFile(raw)...)
		}
		for name, b := range files {
			if strings.HasPrefix(name, "blk") {
				files[name] = append(mixed(key, b), make([]byte, random.IntN(100_000))...)
			}
		}
		f, err := regtestFiles(t, files)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Damage) > 0 || f.Tail != nil || f.Blocks() != len(scattered) {
			t.Fatalf("seed %d: %d blocks, damage %v, tail %v", seed, f.Blocks(), f.Damage, f.Tail)
		}
		if c := wantChain(t, f, all); c.Stale != len(lost) || c.Unlinked != len(orphans) {
			t.Fatalf("seed %d: %d stale, %d unlinked", seed, c.Stale, c.Unlinked)
		}
	}
}

// TestFilesRace keeps the branch that came first where both have the same work.
func TestFilesRace(t *testing.T) {
	one, other := branch(newMaker(1), 3), branch(newMaker(2), 3)
	var b []byte
	for i := range 3 {
		b = append(append(b, inFile(one[i])...), inFile(other[i])...)
	}
	f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": b})
	if err != nil {
		t.Fatal(err)
	}
	wantChain(t, f, one)
	f, err = regtestFiles(t, map[string][]byte{"blk00000.dat": append(b, inFile(branch(newMaker(2), 3)[2])...)})
	if err != nil {
		t.Fatal(err)
	}
	wantChain(t, f, one) // a copy of a block adds no work
}

// TestFilesWork takes the branch with more work over the one with more blocks.
func TestFilesWork(t *testing.T) {
	m := newMaker(1)
	many := branch(m, 4)
	hard := &plainBlock{version: 1, parent: newMaker(1).parent, time: 5, bits: 0x201fffff,
		txs: []plainTx{{ins: []plainIn{{index: 0xffffffff, script: []byte{1, 1}}}, outs: []plainOut{{1, nil}}}}}
	hard.seal()
	for h := hard.hash(); h[31] > 0x1f; h = hard.hash() {
		hard.nonce++
	}
	var b []byte
	for _, raw := range many {
		b = append(b, inFile(raw)...)
	}
	f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": append(b[:len(b)-len(inFile(many[3]))], inFile(hard.bytes(true))...)})
	if err != nil {
		t.Fatal(err)
	}
	wantChain(t, f, [][]byte{hard.bytes(true)}) // four times the work of one, against three
}

// TestFilesStart begins in the middle, as on a pruned node.
func TestFilesStart(t *testing.T) {
	raws := branch(newMaker(3), 9)
	var b []byte
	for _, raw := range raws[4:] {
		b = append(b, inFile(raw)...)
	}
	f, err := regtestFiles(t, map[string][]byte{"blk00007.dat": b})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256d(raws[4][:80])
	c, err := f.Chain(context.Background(), clew.BlockRef{Height: 5, Hash: reversed(sum[:])})
	if err != nil || c.Window() != (clew.Window{From: 6, To: 10}) || c.Unlinked != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, after := range []clew.BlockRef{{}, {Height: 3, Hash: clew.TxID{1}}} {
		if _, err := f.Chain(context.Background(), after); !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("after %v: %v", after, err)
		}
	}
	for _, height := range []uint64{5, 10, 1 << 60} {
		if _, err := c.Read(height, nil); !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("height %d: %v", height, err)
		}
	}
}

// TestFilesCut tells a tail that is still being written from damage.
func TestFilesCut(t *testing.T) {
	raws := branch(newMaker(3), 5)
	var b []byte
	var ends []int
	for _, raw := range raws {
		b = append(b, inFile(raw)...)
		ends = append(ends, len(b))
	}
	for cut := ends[3]; cut <= len(b); cut++ {
		f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": b[:cut]})
		if err != nil {
			t.Fatal(err)
		}
		want := raws[:4]
		if cut == len(b) {
			want = raws
		}
		wantChain(t, f, want)
		if whole := cut == ends[3] || cut == len(b); whole != (f.Tail == nil) || len(f.Damage) > 0 {
			t.Fatalf("cut at %d of %d: tail %v, damage %v", cut, len(b), f.Tail, f.Damage)
		}
		if f.Tail != nil && (f.Tail.Offset != int64(ends[3]) || f.Tail.Bytes != int64(cut-ends[3])) {
			t.Fatalf("cut at %d: tail %v", cut, f.Tail)
		}
	}
	// In a file that another follows, it is no tail.
	f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": b[:ends[1]+20], "blk00001.dat": b[ends[1]:]})
	if err != nil || f.Tail != nil || len(f.Damage) != 1 {
		t.Fatalf("damage %v, tail %v, %v", f.Damage, f.Tail, err)
	}
	wantChain(t, f, raws)
}

// TestFilesDamage overwrites one place at a time: what is not overwritten is
// found, the damage is named, and a chain never goes past a hole.
func TestFilesDamage(t *testing.T) {
	raws := branch(newMaker(3), 5)
	var b []byte
	var starts []int
	for _, raw := range raws {
		starts = append(starts, len(b))
		b = append(b, inFile(raw)...)
	}
	for _, c := range []struct {
		name   string
		change func(b []byte) []byte
		blocks int
		chain  int
		damage int
		tail   bool
	}{
		{"none", func(b []byte) []byte { return b }, 5, 5, 0, false},
		{"a magic byte", func(b []byte) []byte { b[starts[2]+1] ^= 1; return b }, 4, 2, 1, false},
		{"a length too small", func(b []byte) []byte { b[starts[2]+4], b[starts[2]+5] = 5, 0; return b }, 4, 2, 1, false},
		{"a length beyond the file", func(b []byte) []byte { b[starts[2]+6] = 9; return b }, 4, 2, 1, false},
		{"a parent's name, though the hash still meets its target", func(b []byte) []byte { b[starts[2]+8+5] ^= 1; return b }, 5, 2, 0, false},
		{"a piece torn out", func(b []byte) []byte { return slices.Delete(b, starts[2]+60, starts[2]+90) }, 5, 2, 1, false},
		{"a piece of zeros put in", func(b []byte) []byte { return slices.Insert(b, starts[2], make([]byte, 70_000)...) }, 5, 5, 0, false},
		{"a piece of rubbish put in", func(b []byte) []byte { return slices.Insert(b, starts[2], bytes.Repeat([]byte{0xfa, 3}, 40_000)...) }, 5, 5, 1, false},
		{"zeros, and rubbish at the end", func(b []byte) []byte { return append(append(b, make([]byte, 50)...), bytes.Repeat([]byte{3}, 400)...) }, 5, 5, 1, false},
		{"rubbish at the end", func(b []byte) []byte { return append(b, bytes.Repeat([]byte{3}, 400)...) }, 5, 5, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": c.change(slices.Clone(b))})
			if err != nil {
				t.Fatal(err)
			}
			chain, err := f.Chain(context.Background(), afterGenesis())
			if err != nil {
				t.Fatal(err)
			}
			torn := c.name == "a piece torn out" // its header does not meet its target, or the next record is lost
			if !torn && (f.Blocks() != c.blocks || int(chain.Window().To-1) != c.chain) || len(f.Damage) < c.damage || c.damage == 0 && len(f.Damage) > 0 || (f.Tail != nil) != c.tail {
				t.Errorf("%d blocks, chain %s, damage %v, tail %v", f.Blocks(), chain.Window(), f.Damage, f.Tail)
			}
			if torn && int(chain.Window().To-1) > 3 {
				t.Errorf("the chain %s goes past a hole", chain.Window())
			}
		})
	}
}

// TestFilesRefused wants clear errors for what is no folder of block files.
func TestFilesRefused(t *testing.T) {
	block := inFile(branch(newMaker(3), 1)[0])
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"nothing", nil, "blk00000.dat"},
		{"a short key", map[string][]byte{"blk00000.dat": block, "xor.dat": {1, 2}}, "xor.dat: 2 bytes"},
	} {
		if _, err := regtestFiles(t, c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	fsys := fstest.MapFS{"blk00000.dat": {Data: append(slices.Clone(block), inFile(branch(newMaker(4), 1)[0])...)}}
	if _, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 1); !errors.Is(err, ErrTooMany) {
		t.Errorf("two blocks where one is allowed: %v", err)
	}
	if _, err := OpenFiles(context.Background(), fsys, clew.Ethereum, 1); err == nil {
		t.Error("block files of Ethereum are taken")
	}
	// The files of another chain, or a missing key, hold no block of this one.
	f, err := OpenFiles(context.Background(), fsys, clew.Bitcoin, 10)
	if err != nil || f.Blocks() != 0 || len(f.Damage) != 1 {
		t.Errorf("another chain's files: %v, %v", f, err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := OpenFiles(stopped, fsys, clew.BitcoinRegtest, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// TestFilesChanged notices a block that is overwritten after it was noted.
func TestFilesChanged(t *testing.T) {
	b := inFile(branch(newMaker(3), 1)[0])
	f, err := regtestFiles(t, map[string][]byte{"blk00000.dat": b})
	if err != nil {
		t.Fatal(err)
	}
	c := wantChain(t, f, [][]byte{b[8:]})
	b[8+20] ^= 1
	if _, err := c.Read(1, nil); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("%v", err)
	}
}

// TestFilesUpdate writes to files, adds some and takes some away while they are
// in use, and wants what opening them anew gives.
func TestFilesUpdate(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		raws := branch(newMaker(seed), 20)
		fsys := fstest.MapFS{"blk00000.dat": {Data: inFile(raws[0])}}
		f, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 100)
		if err != nil {
			t.Fatal(err)
		}
		if changed, err := f.Update(context.Background(), 100); changed || err != nil {
			t.Fatalf("seed %d: nothing was written: %v, %v", seed, changed, err)
		}
		for i, raw := range raws[1:] {
			name := fmt.Sprintf("blk%05d.dat", random.IntN(4))
			var data []byte
			if have := fsys[name]; have != nil {
				data = have.Data
			}
			data = append(slices.Clone(data), inFile(raw)...)
			switch random.IntN(8) {
			case 0:
				data = data[:len(data)-random.IntN(50)]
			case 1:
				data = append(data, 1, 2, 3)
			case 2:
				if name := "blk00001.dat"; fsys[name] != nil {
					delete(fsys, name)
				}
			}
			fsys[name] = &fstest.MapFile{Data: data, ModTime: time.Unix(int64(i), 0)}
			if random.IntN(3) == 0 {
				continue
			}
			if changed, err := f.Update(context.Background(), 100); !changed || err != nil {
				t.Fatalf("seed %d: %v, %v", seed, changed, err)
			}
			fresh, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 100)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(f.entries, fresh.entries) || !slices.Equal(f.Damage, fresh.Damage) || (f.Tail == nil) != (fresh.Tail == nil) {
				t.Fatalf("seed %d, block %d: %d blocks, damage %v, tail %v; anew %d, %v, %v", seed, i, len(f.entries), f.Damage, f.Tail, len(fresh.entries), fresh.Damage, fresh.Tail)
			}
			if err := errors.Join(f.Close(), fresh.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A plainFS gives files that can only be read from front to back.
type plainFS struct{ fstest.MapFS }

type plainFile struct{ fs.File }

func (f plainFS) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	if info, e := fs.Stat(f.MapFS, name); e == nil && !info.IsDir() {
		return plainFile{file}, err
	}
	return file, err
}

func TestFilesFrontToBack(t *testing.T) {
	raws := branch(newMaker(3), 4)
	var b []byte
	for _, raw := range raws {
		b = append(b, inFile(raw)...)
	}
	f, err := OpenFiles(context.Background(), plainFS{fstest.MapFS{"blk00000.dat": {Data: b}}}, clew.BitcoinRegtest, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	wantChain(t, f, raws)
}
