package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clew"
	"clew/follow"
	"clew/ledger"
	"clew/ledger/memory"
)

// twice is the hash of blocks and transactions.
func twice(b []byte) [32]byte {
	first := sha256.Sum256(b)
	return sha256.Sum256(first[:])
}

// A made is a block that was made up.
type made struct {
	raw  []byte
	hash [32]byte // of the header, as it stands in the next one
	coin [32]byte // the coinbase, likewise

	height byte // as its coinbase names it
}

// firstOfRegtest is what Bitcoin Core's test network begins with.
func firstOfRegtest() made {
	tx, err := hex.DecodeString("01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000")
	if err != nil {
		panic(err)
	}
	root := twice(tx)
	head := binary.LittleEndian.AppendUint32(nil, 1)
	head = append(append(head, make([]byte, 32)...), root[:]...)
	head = binary.LittleEndian.AppendUint32(head, 1296688602)
	head = binary.LittleEndian.AppendUint32(head, 0x207fffff)
	head = binary.LittleEndian.AppendUint32(head, 2)
	return made{raw: append(append(head, 1), tx...), hash: twice(head)}
}

const reward = 50 * 100_000_000

// payTo is the output script of an address that a byte makes up.
func payTo(who byte) []byte {
	return slices.Concat([]byte{0x76, 0xa9, 20}, bytes.Repeat([]byte{who}, 20), []byte{0x88, 0xac})
}

// makeTx makes up a transaction of one input and one output.
func makeTx(spends [32]byte, index uint32, script, to []byte, amount uint64) []byte {
	b := append(binary.LittleEndian.AppendUint32(nil, 1), 1)
	b = binary.LittleEndian.AppendUint32(append(b, spends[:]...), index)
	b = append(append(b, byte(len(script))), script...)
	b = append(binary.LittleEndian.AppendUint32(b, 0xffffffff), 1)
	b = binary.LittleEndian.AppendUint64(b, amount)
	b = append(append(b, byte(len(to))), to...)
	return binary.LittleEndian.AppendUint32(b, 0)
}

// after makes up a block that pays who its reward, and passes on that of spent,
// if there is one.
func after(parent made, who byte, spent *made) made {
	height := parent.height + 1
	coinbase := makeTx([32]byte{}, 0xffffffff, []byte{2, height, 0, who, parent.hash[3], parent.hash[4]}, payTo(who), reward)
	coin := twice(coinbase)
	txs, root := append([]byte{1}, coinbase...), coin
	if spent != nil {
		tx := makeTx(spent.coin, 0, []byte{1, 0}, payTo(200), reward-1000)
		second := twice(tx)
		txs, root = slices.Concat([]byte{2}, coinbase, tx), twice(append(coin[:], second[:]...))
	}
	for nonce := uint32(0); ; nonce++ {
		head := append(append(binary.LittleEndian.AppendUint32(nil, 1), parent.hash[:]...), root[:]...)
		head = binary.LittleEndian.AppendUint32(head, 1700000000)
		head = binary.LittleEndian.AppendUint32(head, 0x207fffff)
		head = binary.LittleEndian.AppendUint32(head, nonce)
		if hash := twice(head); hash[31] < 0x7f { // it meets its target
			return made{raw: append(head, txs...), hash: hash, coin: coin, height: height}
		}
	}
}

// record is a piece of a file as nodes write it.
func record(b []byte, size int) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte{0xfa, 0xbf, 0xb5, 0xda}, uint32(size)), b...)
}

// undo is what a node keeps of a block that passes on a reward of height 1.
func undo(parent made, who byte) []byte {
	// One transaction with one input, issued at height 1, of version 0; 50 coins
	// as they are shortened; and the hash of a key.
	data := append([]byte{1, 1, 3, 0, 50, 0}, bytes.Repeat([]byte{who}, 20)...)
	sum := twice(append(parent.hash[:], data...))
	return record(append(data, sum[:]...), len(data))
}

// A folder is a node's folder of block files, mixed with a key.
type folder struct {
	fstest.MapFS
	writes int
}

var mixKey = []byte{1, 2, 3, 4, 5, 6, 7, 8}

// add writes behind what a file holds.
func (f *folder) add(name string, b []byte) {
	have := f.MapFS[name]
	if have == nil {
		have = &fstest.MapFile{}
	}
	data := slices.Clone(have.Data)
	for i := range b {
		data = append(data, b[i]^mixKey[(len(have.Data)+i)%8])
	}
	f.writes++
	f.MapFS[name] = &fstest.MapFile{Data: data, ModTime: time.Unix(int64(f.writes), 0)}
}

func (f *folder) block(file int, b made) {
	f.add(fmt.Sprintf("blk%05d.dat", file), record(b.raw, len(b.raw)))
}

func newFolder() *folder {
	f := &folder{MapFS: fstest.MapFS{"xor.dat": {Data: mixKey}}}
	f.block(0, firstOfRegtest())
	return f
}

// fileSourceOf opens a folder for a ledger.
func fileSourceOf(t *testing.T, fsys fs.FS, l *memory.Ledger) Source {
	t.Helper()
	s, err := OpenFolder(clew.BitcoinRegtest, "node", fsys, Options{
		Held: func(ctx context.Context) (ledger.Snapshot, error) { return l.Snapshot(ctx) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// followed follows a folder to a height and returns what is held, as text.
func followed(t *testing.T, s Source, l *memory.Ledger, until uint64) string {
	t.Helper()
	return followedFrom(t, s, l, 0, until)
}

func followedFrom(t *testing.T, s Source, l *memory.Ledger, from, until uint64) string {
	t.Helper()
	if _, err := follow.Run(bg, s, l, follow.Options{From: &from, Until: &until, Clock: still{}, Ahead: 3}); err != nil {
		t.Fatal(err)
	}
	return heldText(t, l)
}

func heldText(t *testing.T, l *memory.Ledger) string {
	t.Helper()
	s, err := l.Snapshot(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var text []string
	for _, ref := range s.Recent() {
		text = append(text, fmt.Sprintf("%d %x", ref.Height, ref.Hash[28:]))
	}
	for _, who := range []byte{1, 2, 3, 50, 200} {
		a, err := clew.MakeAddress(clew.BitcoinRegtest, clew.P2PKH, bytes.Repeat([]byte{who}, 20))
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Flow(bg, clew.Pot{Address: a, Asset: clew.NativeAsset(clew.BitcoinRegtest)}, clew.LastPos)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, fmt.Sprintf("%d: in %s, out %s", who, f.In, f.Out))
	}
	for _, g := range s.Coverage().Gaps {
		text = append(text, g.Note)
	}
	return strings.Join(text, "\n")
}

// TestFollowBlockFiles follows files that are written while they are followed:
// blocks out of order, a branch that loses and one that wins later, with and
// without undo files; by one source, and by another begun anew each time.
func TestFollowBlockFiles(t *testing.T) {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	three := after(two, 3, &one)
	lost := after(one, 50, nil)
	won := []made{after(lost, 2, &one)}
	won = append(won, after(won[0], 1, nil), after(won[0], 3, nil))
	for _, undone := range []bool{false, true} {
		f, l := newFolder(), memory.New(clew.BitcoinRegtest)
		s := fileSourceOf(t, f, l)
		f.block(0, two)
		f.block(0, lost)
		f.block(1, three)
		f.block(1, one)
		if undone {
			f.add("rev00001.dat", undo(two, 1))
		}
		text := followed(t, s, l, 3)
		if b, err := s.Block(bg, 3); err != nil || (b.Raw == nil) != undone || undone && len(b.Transfers) != 2 {
			t.Errorf("undo %v: block 3 has %d transfers, %d bytes are still to be decoded, %v", undone, len(b.Transfers), len(b.Raw), err)
		}
		for _, want := range []string{"3 " + tail(three), "1: in 5000000000, out 5000000000", "50: in 0, out 0", "200: in 4999999000, out 0"} {
			if !strings.Contains(text, want) {
				t.Errorf("undo %v: not held: %s; but\n%s", undone, want, text)
			}
		}
		for _, b := range won {
			f.block(1, b)
		}
		text = followed(t, s, l, 4)
		for _, want := range []string{"2 " + tail(lost), "4 " + tail(won[1]), "50: in 5000000000, out 0", "200: in 4999999000, out 0"} {
			if !strings.Contains(text, want) {
				t.Errorf("undo %v, reorganised: not held: %s; but\n%s", undone, want, text)
			}
		}
		fresh := memory.New(clew.BitcoinRegtest)
		if again := followed(t, fileSourceOf(t, f, fresh), fresh, 4); again != text {
			t.Errorf("undo %v: at once it is\n%s\nand bit by bit\n%s", undone, again, text)
		}
	}
}

func tail(b made) string {
	id := slices.Clone(b.hash[:4])
	slices.Reverse(id)
	return hex.EncodeToString(id)
}

// TestPartOfTheBlockFiles goes on from what the ledger holds where the files
// begin later, and says so where it does not.
func TestPartOfTheBlockFiles(t *testing.T) {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	three := after(two, 3, &one)
	whole, l := newFolder(), memory.New(clew.BitcoinRegtest)
	whole.block(0, one)
	followed(t, fileSourceOf(t, whole, l), l, 1)
	part := &folder{MapFS: fstest.MapFS{"xor.dat": {Data: mixKey}}}
	part.block(7, two)
	part.block(7, three)
	if text := followed(t, fileSourceOf(t, fstest.MapFS(inside(part.MapFS, "blocks")), l), l, 3); !strings.Contains(text, "200: in 4999999000") {
		t.Error(text)
	}
	other := memory.New(clew.BitcoinRegtest)
	if err := other.Append(bg, clew.Block{Ref: clew.BlockRef{Height: 7, Hash: clew.TxID{7}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := fileSourceOf(t, part, other).Head(bg); !errors.Is(err, follow.ErrFinal) || !strings.Contains(err.Error(), "nor the one after what the ledger holds") {
		t.Errorf("a ledger that the files do not join: %v", err)
	}
}

// TestPrunedFolderBeginsALedger begins a ledger at the first block of files that a
// node has pruned, by the heights that the coinbases name, and follows them
// across a reorganisation and a new start.
func TestPrunedFolderBeginsALedger(t *testing.T) {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	three := after(two, 3, &one) // spends what is not in the files
	won := []made{after(two, 50, nil)}
	won = append(won, after(won[0], 2, nil))
	won = append(won, after(won[1], 1, &two))
	for _, undone := range []bool{false, true} {
		f, l := &folder{MapFS: fstest.MapFS{"xor.dat": {Data: mixKey}}}, memory.New(clew.BitcoinRegtest)
		f.block(7, after(made{hash: [32]byte{9}}, 9, nil)) // of which nothing else is left
		f.block(7, three)
		f.block(7, two)
		f.block(7, after(one, 50, nil)) // lost to the second
		if undone {
			f.add("rev00007.dat", undo(two, 1))
		}
		s := fileSourceOf(t, f, l)
		if first, err := s.(*fileSource).First(bg); err != nil || first != 2 {
			t.Fatalf("the files begin at %d, %v", first, err)
		}
		if path := s.(*fileSource).path; path.Unlinked != 1 || path.Stale != 1 {
			t.Errorf("%d blocks are not of the stretch, %d lost", path.Unlinked, path.Stale)
		}
		text := followedFrom(t, s, l, 2, 3)
		if missing := "inputs of which the outputs they spend are not held"; strings.Contains(text, missing) == undone {
			t.Errorf("undo %v: %s", undone, text)
		}
		if spent := "1: in 0, out 5000000000"; !strings.HasPrefix(text, "2 "+tail(two)+"\n3 "+tail(three)) || strings.Contains(text, spent) != undone {
			t.Errorf("undo %v: %s", undone, text)
		}
		for _, b := range won {
			f.block(8, b)
		}
		text = followedFrom(t, s, l, 2, 5)
		for _, want := range []string{"2 " + tail(two), "3 " + tail(won[0]), "5 " + tail(won[2]), "3: in 0, out 0", "2: in 10000000000, out 5000000000"} {
			if !strings.Contains(text, want) {
				t.Errorf("undo %v, reorganised: not held: %s; but\n%s", undone, want, text)
			}
		}
		if again := followedFrom(t, fileSourceOf(t, f, l), l, 2, 5); again != text {
			t.Errorf("undo %v: begun anew it is\n%s", undone, again)
		}
	}
}

// TestPrunedFolderRefuses says where files begin that do not reach back to what
// is wanted, and that heights are not known where coinbases do not name them.
func TestPrunedFolderRefuses(t *testing.T) {
	two := after(after(firstOfRegtest(), 1, nil), 2, nil)
	for name, c := range map[string]struct {
		blocks []made
		want   string
	}{
		"begins later":      {[]made{two, after(two, 3, nil)}, "the files begin with block 2"},
		"heights disagree":  {[]made{two, after(made{hash: two.hash, height: 40}, 3, nil)}, "do not name their heights"},
		"no height is told": {[]made{after(made{hash: [32]byte{1}, height: 255}, 3, nil), after(made{hash: [32]byte{1}, height: 254}, 4, nil)}, "do not name their heights"},
	} {
		f, l := &folder{MapFS: fstest.MapFS{"xor.dat": {Data: mixKey}}}, memory.New(clew.BitcoinRegtest)
		for _, b := range c.blocks {
			f.block(7, b)
		}
		from := uint64(0)
		state, err := follow.Run(bg, fileSourceOf(t, f, l), l, follow.Options{From: &from, Clock: still{}})
		if !errors.Is(err, follow.ErrFinal) || !strings.Contains(err.Error(), c.want) || state.Holds {
			t.Errorf("%s: %v, %+v", name, err, state)
		}
	}
}

// inside puts files into a folder.
func inside(files fstest.MapFS, name string) map[string]*fstest.MapFile {
	in := map[string]*fstest.MapFile{}
	for file, content := range files {
		in[name+"/"+file] = content
	}
	return in
}

// TestDamagedBlockFiles takes what comes before a damaged block, and then names
// the damage instead of waiting for ever.
func TestDamagedBlockFiles(t *testing.T) {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	broken := two
	broken.raw = bytes.Replace(two.raw, two.raw[68:76], make([]byte, 8), 1) // its time and target
	f, l := newFolder(), memory.New(clew.BitcoinRegtest)
	f.block(0, one)
	f.block(0, broken)
	f.block(0, after(two, 3, nil))
	from := uint64(0)
	state, err := follow.Run(bg, fileSourceOf(t, f, l), l, follow.Options{From: &from, Clock: still{}})
	if !errors.Is(err, follow.ErrFinal) || !strings.Contains(err.Error(), "blk00000.dat at ") || state.Held.Height != 1 {
		t.Errorf("held up to %d: %v", state.Held.Height, err)
	}
}

func TestOpenFolderRefuses(t *testing.T) {
	var input *clew.InputError
	if _, err := OpenFolder(clew.Ethereum, "node", fstest.MapFS{}, Options{}); !errors.As(err, &input) || !strings.Contains(err.Error(), "--chain bitcoin") {
		t.Errorf("%v", err)
	}
	s := fileSourceOf(t, fstest.MapFS{}, memory.New(clew.BitcoinRegtest))
	from := uint64(0)
	if _, err := follow.Run(bg, s, memory.New(clew.BitcoinRegtest), follow.Options{From: &from, Clock: still{}}); !errors.As(err, &input) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := s.Hash(bg, 0); err == nil {
		t.Error("a hash before the files were looked through")
	}
}
