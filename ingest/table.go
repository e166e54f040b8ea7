package ingest

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"

	"clew"
)

// A table reads the rows of one file, many at a time, as columns.
type table interface {
	// header returns the names of the columns.
	header() []string

	// bind chooses the columns that read fills, by their places in the header;
	// -1 leaves one empty. It is called once, before read.
	bind(places []int)

	// read fills b with the next rows, at least one; io.EOF after the last.
	read(b *batch) error

	close() error
}

// batchRows is how many rows a batch holds at most.
const batchRows = 4096

// A batch is a run of rows, column by column. Its memory is used again.
type batch struct {
	rows  int
	lines []int64 // of each row, in the file, from 1
	cols  []column
	bad   []BadRow // rows that are not even rows; none of the above
	note  string   // what is odd about the file; "" for nothing

	addresses map[string]clew.Address // read lately, for checksums are dear
}

// addressCacheMax is how many addresses a batch remembers.
const addressCacheMax = 1 << 16

func (b *batch) reset(columns int) {
	b.rows, b.lines, b.bad, b.note = 0, b.lines[:0], b.bad[:0], ""
	if len(b.cols) != columns {
		b.cols = make([]column, columns)
	}
	for i := range b.cols {
		b.cols[i].reset()
	}
}

// A row reads one row of a batch. The first mistake stays in err; after it
// values are worthless.
type row struct {
	b   *batch
	i   int
	err error
}

func (r *row) fail(c int, want string) {
	if r.err == nil {
		r.err = &clew.InputError{Field: r.b.cols[c].name, Value: r.text(c), Want: want}
	}
}

// keep takes over an error of the vocabulary, under the column's name.
func (r *row) keep(c int, err error) {
	if input, ok := err.(*clew.InputError); ok {
		r.fail(c, input.Want)
	} else if err != nil && r.err == nil {
		r.err = err
	}
}

// has reports whether the row has a value in column c.
func (r *row) has(c int) bool {
	col := &r.b.cols[c]
	return col.kind != absent && !col.null[r.i]
}

// text returns the value as text, hexadecimal for raw bytes; "" for none.
func (r *row) text(c int) string {
	if !r.has(c) {
		return ""
	}
	col := &r.b.cols[c]
	switch col.kind {
	case textual:
		return string(col.bytes(r.i))
	case rawBytes:
		if raw := col.bytes(r.i); !isPrintable(raw) {
			return "0x" + hex.EncodeToString(raw)
		}
		return string(col.bytes(r.i))
	case integer:
		if col.unsigned {
			return strconv.FormatUint(uint64(col.ints[r.i]), 10)
		}
		return strconv.FormatInt(col.ints[r.i], 10)
	}
	return strconv.FormatFloat(col.doubles[r.i], 'g', -1, 64)
}

// isPrintable reports whether raw is text that a writer did not declare as it.
func isPrintable(raw []byte) bool {
	for _, b := range raw {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return len(raw) > 0
}

// isBytes reports whether column c holds text or bytes.
func (r *row) isBytes(c int) bool {
	kind := r.b.cols[c].kind
	return kind == textual || kind == rawBytes
}

// number reads a whole number that is not negative; 0 for none.
func (r *row) number(c int) uint64 {
	if !r.has(c) {
		return 0
	}
	if col := &r.b.cols[c]; col.kind == integer && col.scale == 0 {
		if n := col.ints[r.i]; n >= 0 || col.unsigned {
			return uint64(n)
		}
		r.fail(c, "a whole number that is not negative")
		return 0
	}
	n, err := strconv.ParseUint(r.text(c), 10, 64)
	if err != nil {
		r.fail(c, "a whole number that is not negative")
	}
	return n
}

// small reads a number below 2^30, as positions need.
func (r *row) small(c int) uint32 {
	n := r.number(c)
	if n >= 1<<30 {
		r.fail(c, "a whole number below 2^30")
		return 0
	}
	return uint32(n)
}

// idInto is id, without a copy where the bytes are those of the name.
func (r *row) idInto(c int, into *clew.TxID) {
	if col := &r.b.cols[c]; col.kind == rawBytes && !col.null[r.i] {
		if raw := col.bytes(r.i); len(raw) == len(into) {
			copy(into[:], raw)
			return
		}
	}
	*into = r.id(c)
}

// id reads the name of a transaction; the zero one for none.
func (r *row) id(c int) clew.TxID {
	var id clew.TxID
	if !r.has(c) {
		return id
	}
	if r.isBytes(c) {
		raw := r.b.cols[c].bytes(r.i)
		if r.b.cols[c].kind == rawBytes && len(raw) == len(id) {
			copy(id[:], raw)
			return id
		}
		if len(raw) == 66 && raw[0] == '0' && raw[1] == 'x' {
			if _, err := hex.Decode(id[:], raw[2:]); err == nil {
				return id
			}
		}
	}
	id, err := clew.ParseTxID(r.text(c))
	r.keep(c, err)
	return id
}

// address reads an address on chain; nobody for none.
func (r *row) address(c int, chain clew.Chain) clew.Address {
	if !r.has(c) {
		return clew.Address{}
	}
	if r.isBytes(c) && chain.IsEVM() {
		raw := r.b.cols[c].bytes(r.i)
		var key [20]byte
		if len(raw) == 20 && r.b.cols[c].kind == rawBytes {
			return clew.EVMAddress(chain, [20]byte(raw))
		}
		if isLowerHex(raw) {
			hex.Decode(key[:], raw[2:])
			return clew.EVMAddress(chain, key)
		}
	}
	if r.isBytes(c) {
		if a, ok := r.b.addresses[string(r.b.cols[c].bytes(r.i))]; ok && a.Chain() == chain {
			return a
		}
	}
	return r.parseAddress(c, chain)
}

// parseAddress reads an address as people write it, and remembers it.
func (r *row) parseAddress(c int, chain clew.Chain) clew.Address {
	text := r.text(c)
	plain := text
	if rest, ok := strings.CutPrefix(text, `\x`); ok { // how PostgreSQL prints bytes
		plain = "0x" + rest
	}
	a, err := clew.ParseAddress(plain, chain)
	if err != nil {
		r.keep(c, err)
		return a
	}
	if r.b.addresses == nil || len(r.b.addresses) >= addressCacheMax {
		r.b.addresses = map[string]clew.Address{}
	}
	r.b.addresses[text] = a
	return a
}

// isLowerHex reports whether text is an EVM address without the checksum that
// capitals make.
func isLowerHex(text []byte) bool {
	if len(text) != 42 || text[0] != '0' || text[1] != 'x' {
		return false
	}
	for _, b := range text[2:] {
		if (b < '0' || b > '9') && (b < 'a' || b > 'f') {
			return false
		}
	}
	return true
}

// amount reads a count of smallest units; 0 for none. Numbers held as floating
// point are taken when they are whole, and marked rounded.
func (r *row) amount(c int) (amount clew.Amount, rounded bool) {
	if !r.has(c) {
		return clew.Amount{}, false
	}
	switch col := &r.b.cols[c]; col.kind {
	case integer:
		if n := col.ints[r.i]; col.scale == 0 && (n >= 0 || col.unsigned) {
			return clew.Units(uint64(n)), false
		}
		return r.decimal(c, big.NewInt(col.ints[r.i])), false
	case rawBytes:
		return r.rawAmount(c)
	case double:
		return r.doubleAmount(c), true
	}
	amount, rounded, err := parseAmount(r.text(c), 0)
	r.keep(c, err)
	return amount, rounded
}

// rawAmount reads a decimal of the file's own type, or up to 32 bytes with the
// most significant first, or text that was not declared as such.
func (r *row) rawAmount(c int) (clew.Amount, bool) {
	col := &r.b.cols[c]
	raw := col.bytes(r.i)
	if col.scale >= 0 {
		n := new(big.Int).SetBytes(raw)
		if len(raw) > 0 && raw[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(raw))*8))
		}
		return r.decimal(c, n), false
	}
	if len(raw) != 32 && isPrintable(raw) {
		amount, rounded, err := parseAmount(string(raw), 0)
		r.keep(c, err)
		return amount, rounded
	}
	amount, ok := clew.AmountBytes(raw)
	if !ok {
		r.fail(c, "at most 32 bytes")
	}
	return amount, false
}

// decimal takes a decimal's scale away, if it is a whole number.
func (r *row) decimal(c int, n *big.Int) clew.Amount {
	if scale := r.b.cols[c].scale; scale > 0 {
		rest := new(big.Int)
		n.QuoRem(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(min(scale, numberMax))), nil), rest)
		if rest.Sign() != 0 {
			r.fail(c, "a whole number of smallest units")
			return clew.Amount{}
		}
	}
	if n.Sign() < 0 || n.BitLen() > 256 {
		r.fail(c, "a number from 0 to 2^256-1")
		return clew.Amount{}
	}
	amount, _ := clew.AmountBytes(n.Bytes())
	return amount
}

func (r *row) doubleAmount(c int) clew.Amount {
	d := r.b.cols[c].doubles[r.i]
	if math.IsNaN(d) || d < 0 || d >= math.Ldexp(1, 256) || d != math.Trunc(d) {
		r.fail(c, "a whole number from 0 to 2^256-1")
		return clew.Amount{}
	}
	n, _ := new(big.Float).SetFloat64(d).Int(nil)
	amount, _ := clew.AmountBytes(n.Bytes())
	return amount
}

// flag reads a truth value; known is false for none.
func (r *row) flag(c int) (value, known bool) {
	if !r.has(c) {
		return false, false
	}
	switch strings.ToLower(r.text(c)) {
	case "1", "1.0", "true", "0x1":
		return true, true
	case "0", "0.0", "false", "0x0":
		return false, true
	}
	r.fail(c, "1 or 0, true or false")
	return false, false
}

// data appends raw bytes, given as such or in hexadecimal, to into.
func (r *row) data(c int, into []byte) []byte {
	if !r.has(c) {
		return into
	}
	raw := r.b.cols[c].bytes(r.i)
	if r.b.cols[c].kind == rawBytes && !(len(raw) > 1 && raw[0] == '0' && raw[1] == 'x') {
		return append(into, raw...)
	}
	if len(raw) < 2 || raw[0] != '0' || raw[1]|0x20 != 'x' {
		r.fail(c, "0x and hexadecimal digits")
		return into
	}
	into, err := hex.AppendDecode(into, raw[2:])
	if err != nil {
		r.fail(c, "0x and an even number of hexadecimal digits")
	}
	return into
}
