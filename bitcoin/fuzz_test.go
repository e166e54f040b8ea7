package bitcoin

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
)

// seedBlocks returns made-up blocks to begin from.
func seedBlocks() (raws [][]byte, texts []string, undos [][]byte) {
	m := newMaker(21)
	for range 6 {
		p, coins := m.block()
		raws, texts = append(raws, p.bytes(true)), append(texts, p.json(3, coins))
		undos = append(undos, p.undoRecord(coins, m.random))
	}
	return raws, texts, undos
}

// repaired makes a changed block pass the checks that random bytes never pass:
// the merkle root, and the proof of work.
func repaired(raw []byte) []byte {
	raw = slices.Clone(raw)
	if len(raw) < headerSize {
		return raw
	}
	binary.LittleEndian.PutUint32(raw[72:], 0x207fffff)
	var c contents
	p, _ := ParamsOf(clew.BitcoinRegtest)
	for range 64 {
		_ = c.parse(raw, &p, false)
		if len(c.ids) > 0 {
			root, _ := merkleRoot(c.ids)
			copy(raw[36:], root[:])
		}
		if sum := double(raw[:headerSize]); sum[31] < 0x7f {
			break
		}
		raw[76]++
	}
	return raw
}

// bounded fails if f takes more memory than it may.
func bounded(t *testing.T, most uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%d bytes taken, at most %d allowed", took, most)
	}
}

func FuzzDecode(f *testing.F) {
	raws, _, _ := seedBlocks()
	for _, raw := range raws {
		f.Add(raw, uint64(5))
	}
	f.Fuzz(func(t *testing.T, raw []byte, height uint64) {
		d, err := NewDecoder(clew.BitcoinRegtest)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range [][]byte{raw, repaired(raw)} {
			bounded(t, uint64(len(raw))*100+1<<20, func() {
				b, err := d.Decode(context.Background(), raw, height, nil)
				if err != nil {
					return
				}
				if err := b.Check(clew.BitcoinRegtest); err != nil {
					t.Error(err)
				}
				// What is decoded is what is there: written the slow way, it is the same.
				p := plainOf(t, raw)
				if !bytes.Equal(p.bytes(true), raw) {
					t.Error("the block reads back as another")
				}
			})
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	_, texts, _ := seedBlocks()
	for _, text := range texts {
		f.Add(text)
	}
	f.Add(`{"hash":"\u0041","tx":[{"vin":[{}],"vout":[{}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := NewDecoder(clew.BitcoinRegtest)
		if err != nil {
			t.Fatal(err)
		}
		bounded(t, uint64(len(text))*300+1<<20, func() {
			if b, err := d.DecodeJSON(context.Background(), strings.NewReader(text), int64(len(text)), nil); err == nil {
				if err := b.Check(clew.BitcoinRegtest); err != nil {
					t.Error(err)
				}
			}
		})
	})
}

func FuzzUndo(f *testing.F) {
	raws, _, undos := seedBlocks()
	for i := range undos {
		f.Add(byte(i), undos[i])
	}
	f.Fuzz(func(t *testing.T, which byte, undo []byte) {
		d, err := NewDecoder(clew.BitcoinRegtest)
		if err != nil {
			t.Fatal(err)
		}
		raw := raws[int(which)%len(raws)]
		height := uint64(int(which)%len(raws)) + 1
		bounded(t, uint64(len(undo)+len(raw))*100+1<<20, func() {
			_, _ = d.DecodeUndo(context.Background(), raw, undo, height)
			if len(undo) > undoSum { // and with its checksum put right
				data := undo[:len(undo)-undoSum]
				sum := sha256d(append(slices.Clone(raw[4:36]), data...))
				if b, err := d.DecodeUndo(context.Background(), raw, slices.Concat(data, sum[:]), height); err == nil {
					if err := b.Check(clew.BitcoinRegtest); err != nil {
						t.Error(err)
					}
				}
			}
		})
	})
}

func FuzzFiles(f *testing.F) {
	raws, _, undos := seedBlocks()
	var blocks, undo []byte
	for i, raw := range raws {
		blocks = append(blocks, inFile(raw)...)
		undo = append(append(undo, regtestMagic...), binary.LittleEndian.AppendUint32(nil, uint32(len(undos[i])-undoSum))...)
		undo = append(undo, undos[i]...)
	}
	f.Add(blocks, undo, []byte{})
	f.Add(mixed(Key{1, 2, 3, 4, 5, 6, 7, 8}, blocks), undo, []byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add(blocks[:len(blocks)-5], undo[:len(undo)-7], []byte{})
	f.Fuzz(func(t *testing.T, blocks, undo, key []byte) {
		fsys := fstest.MapFS{"blk00000.dat": {Data: blocks}, "rev00000.dat": {Data: undo}}
		if len(key) > 0 {
			fsys["xor.dat"] = &fstest.MapFile{Data: key}
		}
		files, err := OpenFiles(context.Background(), fsys, clew.BitcoinRegtest, 1000)
		if err != nil {
			return
		}
		defer files.Close()
		if stretch, err := files.Stretch(context.Background()); err == nil && (stretch.Window().From == 0 || stretch.Window().Empty()) {
			t.Fatalf("a stretch of blocks %s", stretch.Window())
		}
		chain, err := files.Chain(context.Background(), afterGenesis())
		if err != nil {
			return
		}
		d, err := NewDecoder(clew.BitcoinRegtest)
		if err != nil {
			t.Fatal(err)
		}
		var covered int64
		for _, damage := range files.Damage {
			covered += damage.Bytes
		}
		for height := chain.Window().From; height < chain.Window().To; height++ {
			raw, err := chain.Read(height, nil)
			if err != nil {
				t.Fatal(err)
			}
			covered += int64(len(raw)) + recordHead
			_, _ = d.Decode(context.Background(), raw, height, nil)
			if undo, err := chain.ReadUndo(height, nil); err == nil {
				_, _ = d.DecodeUndo(context.Background(), raw, undo, height)
			}
		}
		if covered > int64(len(blocks))+recordHead*int64(files.Blocks()+len(files.Damage)) {
			t.Errorf("%d bytes are blocks or damage, of %d", covered, len(blocks))
		}
	})
}

func FuzzScript(f *testing.F) {
	for _, c := range scripts {
		b, _ := hex.DecodeString(c.hex)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		a, kind := AddressOf(clew.Bitcoin, script)
		if back, err := clew.ParseAddress(a.Text(), clew.Bitcoin); err != nil || back != a {
			t.Errorf("%x: %s reads back as %v, %v", script, a.Text(), back, err)
		}
		s := Script{Kind: kind, Bytes: script}
		if required, keys := s.Keys(); required > len(keys) {
			t.Errorf("%x: %d of %d keys", script, required, len(keys))
		}
		s.Pushes()
	})
}
