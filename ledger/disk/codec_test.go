package disk

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
)

func TestBlocksAreReadAsWritten(t *testing.T) {
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron, clew.Solana} {
		h := ledgertest.NewHistory(chain, 1)
		h.PerBlock = 20
		blocks := h.Blocks(1<<33, clew.TxID{9}, 30)
		body, err := blocksBody(blocks)
		must(t, err)
		var got []clew.Block
		must(t, apply(body, chain, func(b []clew.Block) error { got = b; return nil }, nil))
		if !reflect.DeepEqual(got, blocks) {
			t.Errorf("%s: read\n%+v, want\n%+v", chain.Name(), got, blocks)
		}
		for n := 2; n < len(body); n += 1 + n/50 {
			if err := apply(body[:n], chain, func([]clew.Block) error { return nil }, nil); err == nil {
				t.Fatalf("%s: %d bytes of %d were taken for whole", chain.Name(), n, len(body))
			}
		}
	}
}

func TestRunsAreReadAsWritten(t *testing.T) {
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron, clew.Solana} {
		h := ledgertest.NewHistory(chain, 1)
		h.PerBlock = 20
		transfers := transfersOf(h.Blocks(100, clew.TxID{}, 30))
		r := &run{chain: chain, ordered: true}
		ids := map[clew.Asset]uint64{}
		for i := len(transfers) - 1; i >= 0; i-- {
			t := &transfers[i]
			if _, ok := ids[t.Asset]; !ok {
				ids[t.Asset] = uint64(len(ids))
				r.assets = append(r.assets, t.Asset)
			}
			r.add(t, uint32(ids[t.Asset]), ids)
			r.add(t, uint32(ids[t.Asset]), ids)
		}
		r.sort()
		if n := r.dropRepeats(); n != uint64(len(transfers)) {
			t.Errorf("%s: dropped %d repeats of %d", chain.Name(), n, len(transfers))
		}
		for i := range r.len() {
			got, err := r.transfer(r.at(i))
			if err != nil || !reflect.DeepEqual(got, transfers[i]) {
				t.Fatalf("%s: read\n%+v, %v, want\n%+v", chain.Name(), got, err, transfers[i])
			}
		}
	}
}

func TestPositionsArePackedInOrder(t *testing.T) {
	var last posKey
	for i, p := range []clew.Pos{
		{}, {Ordinal: 1}, {Ordinal: 1<<30 - 1}, {Class: clew.Log}, {Class: clew.BlockLevel, Ordinal: 7},
		{Index: 1}, {Index: 1<<32 - 1, Class: 3, Ordinal: 1<<30 - 1}, {Height: 1}, {Height: 1<<64 - 2, Index: 5},
	} {
		key := keyOf(p)
		if key.pos() != p || i > 0 && last.cmp(key) >= 0 {
			t.Errorf("%s: packed to %v, which is %s", p, key, key.pos())
		}
		last = key
	}
}

func TestATornRecordIsCutAndADamagedOneIsNot(t *testing.T) {
	blocks := ledgertest.NewHistory(clew.Ethereum, 1).Blocks(10, clew.TxID{}, 3)
	content := logHead(clew.Ethereum)
	var ends []int
	for i := range blocks {
		body, err := blocksBody(blocks[i : i+1])
		must(t, err)
		content = append(content, record(body)...)
		ends = append(ends, len(content))
	}
	read := func(content []byte, acknowledged int) (int, int64, error) {
		n := 0
		size, err := replay("log-1", content, int64(acknowledged), clew.Ethereum, func(b []clew.Block) error { n += len(b); return nil }, nil)
		return n, size, err
	}
	for size := ends[1]; size < ends[2]; size++ {
		for _, tail := range [][]byte{nil, make([]byte, 50)} {
			n, whole, err := read(append(bytes.Clone(content[:size]), tail...), ends[0])
			if wholeAgain := len(tail) > 0 && n == 3; err == nil && wholeAgain {
				continue // what was torn off were zeros
			}
			if err != nil || n != 2 || whole != int64(ends[1]) {
				t.Fatalf("torn after %d bytes: %d blocks, %d bytes, %v", size, n, whole, err)
			}
		}
		if _, _, err := read(content[:size], ends[2]); !errors.Is(err, ledger.ErrDamaged) {
			t.Fatalf("an acknowledged record cut to %d bytes: %v", size, err)
		}
	}
	for at := ends[0]; at < ends[1]; at++ {
		damaged := bytes.Clone(content)
		damaged[at] ^= 4
		if _, _, err := read(damaged, ends[0]); !errors.Is(err, ledger.ErrDamaged) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
	}
}

func FuzzLog(f *testing.F) {
	blocks := ledgertest.NewHistory(clew.Ethereum, 1).Blocks(10, clew.TxID{}, 3)
	body, err := blocksBody(blocks)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(rollbackBody(7))
	f.Add([]byte{recordBlocks, 1})
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 {
			return
		}
		// The bytes as a record, for a checksum stops nothing that was made on purpose.
		content := append(logHead(clew.Ethereum), record(body)...)
		var read []clew.Block
		_, err := replay("log-1", content, 0, clew.Ethereum, func(b []clew.Block) error { read = b; return nil }, func(uint64) {})
		if err != nil {
			if !errors.Is(err, ledger.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if len(read) > 0 {
			again, err := blocksBody(read)
			if err != nil {
				t.Fatal(err)
			}
			var twice []clew.Block
			if err := apply(again, clew.Ethereum, func(b []clew.Block) error { twice = b; return nil }, nil); err != nil || !reflect.DeepEqual(read, twice) {
				t.Fatalf("read\n%+v, and then\n%+v, %v", read, twice, err)
			}
		}
		// And as a whole file.
		_, _ = replay("log-1", body, 0, clew.Ethereum, func([]clew.Block) error { return nil }, func(uint64) {})
	})
}

func FuzzManifest(f *testing.F) {
	first := uint64(3)
	m := &manifest{
		Chain: clew.Ethereum, Next: 9, Log: fileName(logPrefix, 1), Segments: []segmentRef{{fileName(segmentPrefix, 2), 5, 3, true}},
		Coverage: clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 1, To: 5}}}, First: &first, Refs: []clew.BlockRef{{Height: 4}},
	}
	content, err := m.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte(`{"chain":"eip155:1"}`))
	f.Add([]byte(`{"log": "log-00000000","segments": []}`)) // an empty list is none
	f.Fuzz(func(t *testing.T, content []byte) {
		check := func(content []byte) {
			m, err := decodeManifest(content)
			if err != nil {
				return
			}
			again, err := m.encode()
			if err != nil {
				t.Fatal(err)
			}
			twice, err := decodeManifest(again)
			if err != nil {
				t.Fatal(err)
			}
			if thrice, err := twice.encode(); err != nil || !bytes.Equal(again, thrice) {
				t.Fatalf("written %s, and then %s, %v", again, thrice, err)
			}
		}
		check(content)
		check(sealed(content))
	})
}

// sealed puts a right head before what may be a manifest's body.
func sealed(body []byte) []byte { return append(manifestHead(body), body...) }
