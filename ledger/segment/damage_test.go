package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// interrogate asks everything of a segment and returns a digest of the
// answers, or the first error that is not an honest answer.
func interrogate(s *Segment, addresses []clew.Address, assets []clew.Asset, places []clew.Pos) (string, error) {
	h := fnv.New64a()
	var failed error
	note := func(v any, err error) {
		if err != nil && !errors.Is(err, clew.ErrNotFound) && !errors.Is(err, ledger.ErrOverflow) && failed == nil {
			failed = err
		}
		fmt.Fprintln(h, v, err)
	}
	for _, a := range addresses {
		for side := ledger.Out; side <= ledger.In; side++ {
			for _, asset := range assets {
				rows, more, err := s.Rows(bg, ledger.Query{Address: a, Side: side, Asset: asset, Limit: 200, Sums: !asset.IsZero()}, nil)
				note(fmt.Sprint(rows, more), err)
				if asset.IsZero() {
					continue
				}
				pot := clew.Pot{Address: a, Asset: asset}
				flow, err := s.Flow(bg, pot, places[len(places)/2])
				note(flow, err)
				tile, more, err := s.Tile(bg, pot, side, clew.Units(5), clew.AmountOf([4]uint64{0, 1 << 30}), 9, nil)
				note(fmt.Sprint(tile, more), err)
			}
			count, err := s.Count(bg, a, side)
			note(count, err)
		}
	}
	note(nil, s.Batch(bg, addresses, ledger.Query{Limit: 9}, func(i int, rows []ledger.Row) error {
		note(fmt.Sprint(i, rows), nil)
		return nil
	}))
	for i, p := range places {
		if i%37 == 0 {
			t, err := s.Transfer(bg, p)
			b, _ := json.Marshal(t)
			note(string(b), err)
			all, err := s.Transaction(bg, t.Tx)
			note(len(all), err)
			at, input, err := s.Spender(bg, p, 0)
			note(fmt.Sprint(at, input), err)
		}
	}
	for i, a := range append(addresses, clew.Address{}) {
		acts, more, err := s.Acts(bg, ledger.ActQuery{Address: a, Newest: i%2 == 0, Limit: 40}, nil)
		note(fmt.Sprint(acts, more), err)
		if len(acts) > 0 {
			acts, more, err = s.Acts(bg, ledger.ActQuery{Tx: acts[0].Tx, From: acts[0].Pos, Limit: 2}, nil)
			note(fmt.Sprint(acts, more), err)
		}
	}
	note(nil, s.Sweep(bg, clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			note(fmt.Sprint(c.From[i], c.To[i], c.Asset[i], c.Lo[i], c.Rest.Amount(i), c.Rest.Pos(i)), nil)
			if i%50 == 0 {
				t, err := c.Rest.Transfer(i)
				note(t.Pos, err)
			}
		}
		return nil
	}))
	return fmt.Sprint(h.Sum64()), failed
}

// subset returns a few of a list, spread over it.
func subset[T any](list []T, n int) []T {
	var few []T
	for i := range n {
		few = append(few, list[i*len(list)/n])
	}
	return slices.Clip(few)
}

// A victim is a segment to be damaged, and what it answered before.
type victim struct {
	list      []clew.Transfer
	content   []byte
	addresses []clew.Address
	assets    []clew.Asset
	places    []clew.Pos
	act       clew.Act // in the middle
	answer    string
}

func newVictim(t testing.TB, sh shape) *victim {
	t.Helper()
	v := &victim{list: sh.random(1)}
	fs := vfs.NewMem()
	acts := randomActs(sh.chain, sh.transfers/4, 1)
	s := writeActs(t, fs, "v.seg", sh.chain, v.list, acts, Options{})
	v.content = content(t, fs, "v.seg")
	v.addresses, v.assets, v.places = subjects(v.list)
	v.addresses, v.assets = subset(v.addresses, min(8, len(v.addresses))), v.assets[:min(4, len(v.assets))]
	v.act = acts[len(acts)/2]
	v.addresses = append(v.addresses, v.act.On)
	var err error
	if v.answer, err = interrogate(s, v.addresses, v.assets, v.places); err != nil {
		t.Fatal(err)
	}
	return v
}

// ask opens changed content and asks everything.
func (v *victim) ask(content []byte) (string, error) {
	fs := vfs.NewMem()
	fs.Overwrite("v.seg", content)
	s, err := Open(fs, "v.seg")
	if err != nil {
		return "", err
	}
	defer s.Close()
	return interrogate(s, v.addresses, v.assets, v.places)
}

var victimShapes = []shape{
	{chain: clew.Ethereum, transfers: 1500, addresses: 25, assets: 30, hub: 0.3, uncommon: true},
	{chain: clew.Bitcoin, transfers: 300, addresses: 20, assets: 1, hub: 0.2},
}

func TestFlippedBitsAreNamedOrHarmless(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	named := 0
	for _, sh := range victimShapes {
		v := newVictim(t, sh)
		for range some(150) {
			changed := slices.Clone(v.content)
			at := r.IntN(len(changed))
			if r.IntN(4) == 0 {
				at = r.IntN(headerSize)
			}
			changed[at] ^= 1 << r.IntN(8)
			answer, err := v.ask(changed)
			switch {
			case err == nil && answer != v.answer:
				t.Fatalf("a wrong answer after a flip at %d of %d", at, len(changed))
			case err != nil && (!errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "v.seg")):
				t.Fatalf("flip at %d: %v", at, err)
			case err != nil:
				named++
			}
		}
	}
	if flips := len(victimShapes) * some(150); named < flips*2/3 {
		t.Fatalf("only %d of %d flips were noticed", named, flips)
	}
}

// Each question is asked of a segment on which nothing else has been touched,
// so that no other question's look at a checksum hides a missing one. One block
// after the other is damaged, a bit in each byte.
func TestDamagedBlocksAreNoticedByEveryQuestion(t *testing.T) {
	large := shape{chain: clew.Ethereum, transfers: 9000, addresses: 60, assets: 5, hub: 0.5}
	for _, sh := range append(victimShapes, large) {
		v := newVictim(t, sh)
		questions := v.questions()
		healthy := make([]string, len(questions))
		fs := vfs.NewMem()
		fs.Overwrite("v.seg", v.content)
		for i, ask := range questions {
			s, err := Open(fs, "v.seg")
			if err != nil {
				t.Fatal(err)
			}
			if healthy[i], err = ask(s); err != nil {
				t.Fatal(err)
			}
			s.Close()
		}
		for from := blockSize; from+blockSize < len(v.content); from += blockSize {
			changed := slices.Clone(v.content)
			for at := range blockSize {
				changed[from+at] ^= 1
			}
			fs.Overwrite("v.seg", changed)
			for i, ask := range questions {
				s, err := Open(fs, "v.seg")
				if err != nil {
					break // the checksums themselves
				}
				answer, err := ask(s)
				s.Close()
				if err == nil && answer != healthy[i] || err != nil && !errors.Is(err, ledger.ErrDamaged) {
					t.Fatalf("question %d with block %d of %d damaged: %v\n%s\nwant\n%s", i, from/blockSize, len(v.content)/blockSize, err, answer, healthy[i])
				}
			}
		}
	}
}

// questions returns single questions, mostly about the heaviest address.
func (v *victim) questions() []func(*Segment) (string, error) {
	rows := map[clew.Address]int{}
	var hub clew.Address
	for i := range v.list {
		if a := v.list[i].From[0].Address; !a.IsZero() {
			if rows[a]++; rows[a] > rows[hub] {
				hub = a
			}
		}
	}
	middle := v.list[len(v.list)/2]
	pot := clew.Pot{Address: hub, Asset: clew.NativeAsset(hub.Chain())}
	page := func(q ledger.Query) func(*Segment) (string, error) {
		return func(s *Segment) (string, error) {
			rows, more, err := s.Rows(bg, q, nil)
			return fmt.Sprint(rows, more), err
		}
	}
	acts := func(q ledger.ActQuery) func(*Segment) (string, error) {
		return func(s *Segment) (string, error) {
			acts, more, err := s.Acts(bg, q, nil)
			return fmt.Sprint(acts, more), err
		}
	}
	return []func(*Segment) (string, error){
		acts(ledger.ActQuery{Address: v.act.On, Limit: 2}),
		acts(ledger.ActQuery{Tx: v.act.Tx, Limit: 2}),
		acts(ledger.ActQuery{From: v.act.Pos, Limit: 50}),
		page(ledger.Query{Address: hub, Limit: 3, From: middle.Pos}),
		page(ledger.Query{Address: hub, Limit: 3, Asset: pot.Asset, Until: middle.Pos, Newest: true}),
		page(ledger.Query{Address: hub, Limit: 2, Asset: pot.Asset, From: middle.Pos, Side: ledger.In, Sums: true}),
		func(s *Segment) (string, error) { f, err := s.Flow(bg, pot, middle.Pos); return fmt.Sprint(f), err },
		func(s *Segment) (string, error) { f, err := s.Flow(bg, pot, clew.LastPos); return fmt.Sprint(f), err },
		func(s *Segment) (string, error) {
			rows, more, err := s.Tile(bg, pot, ledger.Out, clew.Units(1e6), clew.AmountOf([4]uint64{0, 1 << 20}), 2, nil)
			return fmt.Sprint(rows, more), err
		},
		func(s *Segment) (string, error) {
			t, err := s.Transfer(bg, middle.Pos)
			b, _ := json.Marshal(t)
			return string(b), err
		},
		func(s *Segment) (string, error) {
			all, err := s.Transaction(bg, middle.Tx)
			b, _ := json.Marshal(all)
			return string(b), err
		},
		func(s *Segment) (string, error) {
			n, err := s.Count(bg, hub, ledger.In)
			return fmt.Sprint(n), err
		},
	}
}

func TestEveryByteOfATinySegmentIsUnderAChecksum(t *testing.T) {
	v := newVictim(t, shape{chain: clew.Ethereum, transfers: 12, addresses: 4, assets: 2, uncommon: true})
	for at := range v.content {
		changed := slices.Clone(v.content)
		changed[at] ^= 0x10
		if _, err := v.ask(changed); !errors.Is(err, ledger.ErrDamaged) {
			t.Fatalf("flip at %d of %d: %v", at, len(changed), err)
		}
	}
}

func TestCutFilesAreNamed(t *testing.T) {
	v := newVictim(t, victimShapes[0])
	for _, size := range []int{0, 1, 7, 100, headerSize, headerSize + trailerSize, len(v.content) / 2, len(v.content) - 1} {
		if _, err := v.ask(v.content[:size]); !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "v.seg") {
			t.Errorf("cut to %d: %v", size, err)
		}
	}
	if _, err := v.ask(append(slices.Clone(v.content), 0)); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestCuttingAFileThatIsOpenIsAnErrorAndNotACrash(t *testing.T) {
	dir := t.TempDir()
	fs, err := vfs.OS(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := shape{chain: clew.Ethereum, transfers: 20000, addresses: 300, assets: 5, hub: 0.2}.random(1)
	s := write(t, fs, "cut.seg", clew.Ethereum, list, Options{})
	if err := os.Truncate(filepath.Join(dir, "cut.seg"), 50000); err != nil {
		t.Fatal(err)
	}
	addresses, assets, places := subjects(list)
	_, err = interrogate(s, addresses[:20], assets[:2], places[:100])
	if !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "cut.seg") {
		t.Fatalf("reading a file cut short: %v", err)
	}
	if _, err := Merge(bg, fs, "merged.seg", []*Segment{s}, Options{}); !errors.Is(err, ledger.ErrDamaged) {
		t.Fatalf("merging a file cut short: %v", err)
	}
	noTemporaries(t, fs)
}

func TestOtherVersionsAreNamed(t *testing.T) {
	v := newVictim(t, victimShapes[1])
	changed := slices.Clone(v.content)
	changed[8] = 2
	if _, err := v.ask(mendChecksums(changed)); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Fatalf("version 2: %v", err)
	}
}

// mendChecksums makes the checksums of changed content right again.
func mendChecksums(b []byte) []byte {
	if len(b) < headerSize+trailerSize {
		return b
	}
	size := uint64(len(b))
	end := le.Uint64(b[size-trailerSize:])
	if end < headerSize || end > size-trailerSize || (size-trailerSize-end) != (end+blockSize-1)/blockSize*4 {
		return b
	}
	table := b[end:end]
	for at := uint64(0); at < end; at += blockSize {
		table = le.AppendUint32(table, crc32.Checksum(b[at:min(at+blockSize, end)], castagnoli))
	}
	copy(b[size-trailerSize:], trailer(end, table))
	return b
}

func TestWrongContentsUnderRightChecksumsDoNoHarm(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, sh := range victimShapes {
		v := newVictim(t, sh)
		for range some(200) {
			changed := slices.Clone(v.content)
			for range 1 + r.IntN(4) {
				at := r.IntN(len(changed) - trailerSize)
				if r.IntN(3) == 0 {
					at = r.IntN(headerSize)
				}
				changed[at] = byte(r.Uint32())
			}
			if _, err := v.ask(mendChecksums(changed)); err != nil && !strings.Contains(err.Error(), "v.seg") {
				t.Fatalf("an error that does not name the file: %v", err)
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	v := newVictim(f, shape{chain: clew.Ethereum, transfers: 90, addresses: 4, assets: 2, uncommon: true})
	w := newVictim(f, shape{chain: clew.Bitcoin, transfers: 20, addresses: 4, assets: 1})
	f.Add(v.content, true)
	f.Add(w.content, true)
	f.Add(v.content[:headerSize], false)
	f.Fuzz(func(t *testing.T, content []byte, mend bool) {
		if mend {
			content = mendChecksums(slices.Clone(content))
		}
		_, _ = v.ask(content) // any answer will do, but no panic
	})
}
