package bitcoin

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// recordHead is what stands before each block in a node's files: the chain's
// magic bytes and the block's length.
const recordHead = 8

// leastBlock is the size of the smallest block: a header, a count and a
// transaction.
const leastBlock = headerSize + 1 + txBytes

// A Key is what newer nodes mix into the bytes of their block files, kept in
// xor.dat beside them. The zero Key changes nothing.
type Key [8]byte

// apply mixes the key into, or out of, bytes that stand at a place in a file.
func (k *Key) apply(b []byte, at int64) {
	if *k == (Key{}) {
		return
	}
	for i := range b {
		b[i] ^= k[(at+int64(i))&7]
	}
}

// A Damage is a piece of a block file that holds no block.
type Damage struct {
	File   string
	Offset int64 // of the first byte
	Bytes  int64
	Why    string
}

// String names the place.
func (d Damage) String() string {
	return fmt.Sprintf("%s at %d, %d bytes: %s", d.File, d.Offset, d.Bytes, d.Why)
}

// A blockFile is one of a node's files. Nodes write blocks one after the other,
// and zeros ahead of where they write.
type blockFile struct {
	name  string
	r     io.ReaderAt
	size  int64
	key   Key
	magic [4]byte
	least int64 // length of the smallest record
	most  int64 // and of the largest
	sum   int64 // bytes that follow each record and that its length does not count
}

// read fills b from the place.
func (f *blockFile) read(b []byte, at int64) error {
	if n, err := f.r.ReadAt(b, at); n < len(b) {
		return fmt.Errorf("%s at %d: %w", f.name, at, err)
	}
	f.key.apply(b, at)
	return nil
}

// record returns the length of the record that begins at a place; ok is false
// where none begins.
func (f *blockFile) record(at int64) (size int64, ok bool, err error) {
	var head [recordHead]byte
	if f.size-at < recordHead {
		return 0, false, nil
	}
	if err := f.read(head[:], at); err != nil {
		return 0, false, err
	}
	size = int64(binary.LittleEndian.Uint32(head[4:]))
	return size, [4]byte(head[:4]) == f.magic && size >= f.least && size <= f.most, nil
}

// seek returns where the next record begins at or after a place, and whether
// nothing but zeros stands before it. The file's size means that none follows.
func (f *blockFile) seek(at int64) (next int64, blank bool, err error) {
	buf := make([]byte, 1<<16)
	zeros := make([]byte, 1<<16)
	blank = true
	for at < f.size {
		window := buf[:min(int64(len(buf)), f.size-at)]
		if _, err := f.r.ReadAt(window, at); err != nil && err != io.EOF {
			return 0, false, fmt.Errorf("%s at %d: %w", f.name, at, err)
		}
		raw := bytes.Equal(window, zeros[:len(window)]) // written ahead, before the key is mixed in
		f.key.apply(window, at)
		for i := 0; i < len(window); i++ {
			j := bytes.IndexByte(window[i:], f.magic[0])
			if j < 0 {
				j = len(window) - i
			}
			blank = blank && (raw || f.isBlank(window[i:i+j], at+int64(i)))
			if i += j; i == len(window) {
				break
			}
			if i+4 > len(window) || [4]byte(window[i:]) == f.magic {
				if _, ok, err := f.record(at + int64(i)); ok || err != nil {
					return at + int64(i), blank, err
				}
			}
			blank = blank && (raw || f.isBlank(window[i:i+1], at+int64(i)))
		}
		at += int64(len(window))
	}
	return f.size, blank, nil
}

// isBlank reports whether bytes, from which the key is mixed out, are zeros, or
// were before.
func (f *blockFile) isBlank(b []byte, at int64) bool {
	for i, c := range b {
		if c != 0 && c != f.key[(at+int64(i))&7] {
			return false
		}
	}
	return true
}

// each calls visit with every record, and returns what else is in the file:
// pieces that hold no block, and whether the last of them is a block cut short.
func (f *blockFile) each(visit func(at, size int64) error) (damage []Damage, cut bool, err error) {
	for at := int64(0); at < f.size; {
		size, ok, err := f.record(at)
		if err != nil {
			return damage, false, err
		}
		if body := at + recordHead; ok && size+f.sum <= f.size-body {
			if err := visit(body, size); err != nil {
				return damage, false, err
			}
			at = body + size + f.sum
			continue
		}
		next, blank, err := f.seek(at + 1)
		if err != nil {
			return damage, false, err
		}
		first, err := f.zero(at)
		if err != nil {
			return damage, false, err
		}
		if !first || !blank {
			cut = next == f.size && (ok || f.size-at < recordHead)
			damage = append(damage, Damage{f.name, at, next - at, why(ok, cut, size)})
		}
		if len(damage) > maxDamage {
			return damage, false, fmt.Errorf("%s: more than %d damaged pieces: is it a block file of this chain, with its key?", f.name, maxDamage)
		}
		at = next
	}
	return damage, cut, nil
}

// maxDamage is how many damaged pieces of one file are listed.
const maxDamage = 1000

// zero reports whether the byte at a place is blank.
func (f *blockFile) zero(at int64) (bool, error) {
	var b [1]byte
	if err := f.read(b[:], at); err != nil {
		return false, err
	}
	return f.isBlank(b[:], at), nil
}

func why(begins, cut bool, size int64) string {
	switch {
	case cut && begins:
		return fmt.Sprintf("a block of %d bytes begins there and is cut short", size)
	case cut:
		return "a record begins there and is cut short"
	case begins:
		return fmt.Sprintf("a block said to have %d bytes reaches beyond the file, and others follow", size)
	}
	return "no block begins there"
}
