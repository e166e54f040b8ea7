package joins

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/internal/sample"
)

// BeforeMixes returns the transactions of block 277647 of Bitcoin, of 2014-01-01,
// that issue no coins. None of the software that is known by its mixes' shape was
// there yet; blockchain.info's Shared Coin was. The test skips where the module
// btcd is absent.
func BeforeMixes(t testing.TB) []clew.Transfer {
	t.Helper()
	dir := sample.BTCD(t)
	block, err := unzipped(filepath.Join(dir, "277647.dat.bz2"))
	var stored []byte
	if err == nil {
		stored, err = unzipped(filepath.Join(dir, "277647.utxostore.bz2"))
	}
	var known bitcoin.Unspent
	if err == nil {
		known, err = coins(stored)
	}
	var d *bitcoin.Decoder
	if err == nil {
		d, err = bitcoin.NewDecoder(clew.Bitcoin)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Decode(t.Context(), block[8:], 277_647, known)
	if err != nil {
		t.Fatal(err)
	}
	return b.Transfers[1:]
}

func unzipped(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(bzip2.NewReader(f))
}

var errShort = errors.New("an output in short form: it ends early")

// coins reads outputs as a node stores them: transaction, index, length; then
// height, amount and script in short form. Bare keys get an address of their own
// that is not theirs on the chain: what they are is no matter here.
func coins(raw []byte) (bitcoin.Unspent, error) {
	known := bitcoin.Unspent{}
	for len(raw) > 0 {
		if len(raw) < 40 || uint64(len(raw)-40) < uint64(binary.LittleEndian.Uint32(raw[36:])) {
			return nil, errShort
		}
		out := clew.Output{Index: binary.LittleEndian.Uint32(raw[32:])}
		copy(out.Tx[:], raw[:32])
		slices.Reverse(out.Tx[:])
		size := 40 + int(binary.LittleEndian.Uint32(raw[36:]))
		r := bytes.NewReader(raw[40:size])
		raw = raw[size:]
		_, err := short(r) // height
		amount, also := short(r)
		kind, too := short(r)
		if err = errors.Join(err, also, too); err != nil {
			return nil, err
		}
		script := make([]byte, r.Len())
		r.Read(script)
		a := clew.ScriptAddress(clew.Bitcoin, append([]byte{byte(kind)}, script...))
		switch {
		case kind == 0:
			a, err = clew.MakeAddress(clew.Bitcoin, clew.P2PKH, script)
		case kind == 1:
			a, err = clew.MakeAddress(clew.Bitcoin, clew.P2SH, script)
		case kind > 5:
			a, _ = bitcoin.AddressOf(clew.Bitcoin, script)
		}
		if err != nil {
			return nil, err
		}
		known[out] = bitcoin.Coin{Address: a, Amount: full(amount), Known: true}
	}
	return known, nil
}

// short reads a number of seven bits a byte.
func short(r *bytes.Reader) (n uint64, err error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, errShort
		}
		if n = n<<7 | uint64(b&0x7f); b&0x80 == 0 {
			return n, nil
		}
		n++
	}
}

// full undoes the short form of amounts.
func full(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	n--
	zeros := n % 10
	if n /= 10; zeros < 9 {
		n = n/9*10 + n%9 + 1
	} else {
		n++
	}
	for range zeros {
		n *= 10
	}
	return n
}
