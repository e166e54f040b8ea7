package ingest

import "time"

// A cellKind says how a column's values are held.
type cellKind uint8

const (
	absent   cellKind = iota // the file has no such column
	textual                  // in data, up to ends, or by number in words
	rawBytes                 // the same, raw
	integer                  // in ints
	double                   // in doubles
)

// A column holds one column's values for the rows of a batch.
type column struct {
	name     string // as the file has it
	kind     cellKind
	unsigned bool          // of integers
	scale    int           // of decimals: digits after the point
	unit     time.Duration // of one count of a time
	null     []bool
	data     []byte
	ends     []int
	words    [][]byte // instead of data: what values are, all there
	codes    []int32  // and which of them each is
	ints     []int64
	doubles  []float64
}

func (c *column) reset() {
	c.null, c.data, c.ends, c.ints, c.doubles = c.null[:0], c.data[:0], c.ends[:0], c.ints[:0], c.doubles[:0]
	c.words, c.codes = nil, c.codes[:0]
}

// addCodes adds values that are words, by number.
func (c *column) addCodes(words [][]byte, codes []int32) {
	if len(c.ends) == 0 && (len(c.codes) == 0 || &c.words[0] == &words[0]) {
		c.words, c.codes = words, append(c.codes, codes...)
		c.null = append(c.null, make([]bool, len(codes))...)
		return
	}
	c.spell()
	for _, code := range codes {
		c.data = append(c.data, words[code]...)
		c.ends, c.null = append(c.ends, len(c.data)), append(c.null, false)
	}
}

// spell puts the words themselves in place of their numbers, so that other
// values can follow.
func (c *column) spell() {
	for _, code := range c.codes {
		c.data = append(c.data, c.words[code]...)
		c.ends = append(c.ends, len(c.data))
	}
	c.words, c.codes = nil, c.codes[:0]
}

// addText adds a value held as bytes; an empty text is null.
func (c *column) addText(s string) {
	c.data = append(c.data, s...)
	c.ends = append(c.ends, len(c.data))
	c.null = append(c.null, s == "")
}

func (c *column) bytes(i int) []byte {
	if c.words != nil {
		return c.words[c.codes[i]]
	}
	start := 0
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.data[start:c.ends[i]]
}
