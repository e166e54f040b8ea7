package share

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"clew/tag"
)

// Bounds of what is read, in every format of JSON.
const (
	MaxText  = 1 << 20 // bytes of one string
	MaxDepth = 32      // objects and arrays in each other, within one object
)

// A Doubt is something odd about what was read, or why nothing is kept of a
// part of it.
type Doubt struct {
	ID   string `json:"id,omitempty"` // of the object; empty: of the whole
	Text string `json:"text"`
}

// Claims are what something that was read says of addresses, as tags; and the
// addresses of which nothing is kept, with why.
type Claims struct {
	Tags []tag.Tag
	Left []Doubt
}

// A Bounded reader gives so many bytes of all, and so many of one piece.
type Bounded struct {
	R           io.Reader
	Left, Piece int64 // bytes that may still be read
	Failed      error // the first failure that is no end
}

// ErrLong is the failure of what is longer than it may be.
var ErrLong = errors.New("longer than allowed")

// Read reads what is still allowed.
func (b *Bounded) Read(p []byte) (int, error) {
	room := min(b.Left, b.Piece)
	if room <= 0 {
		// One byte more tells an end from what is too long.
		var more [1]byte
		if n, err := io.ReadFull(b.R, more[:]); n == 0 {
			return 0, err
		}
		b.Failed = ErrLong
		return 0, ErrLong
	}
	n, err := b.R.Read(p[:min(int64(len(p)), room)])
	b.Left, b.Piece = b.Left-int64(n), b.Piece-int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.Failed = err
	}
	return n, err
}

// Walk goes once through a JSON object and calls visit with each text, number,
// truth value and nil in it, and with the [json.Delim] by which an object or a
// list begins: how deep it stands, and the member that it belongs to.
// The error says what is wanted where a bound is exceeded or a member stands
// there twice.
func Walk(raw []byte, visit func(depth int, key string, value any)) error {
	w := walk{json.NewDecoder(bytes.NewReader(raw)), visit}
	w.json.UseNumber()
	return w.value(0, "")
}

type walk struct {
	json  *json.Decoder
	visit func(depth int, key string, value any)
}

func (w *walk) value(depth int, key string) error {
	token, err := w.json.Token()
	if err != nil {
		return err
	}
	if depth > MaxDepth {
		return fmt.Errorf("at most %d objects and lists in each other", MaxDepth)
	}
	if depth == 0 && token != json.Delim('{') {
		return errors.New("an object")
	}
	switch t := token.(type) {
	case json.Delim:
		w.visit(depth, key, token)
		if t == '[' {
			return w.elements(depth, key)
		}
		return w.members(depth)
	case string:
		if len(t) > MaxText {
			return errLongText
		}
	case json.Number:
		if len(t) > 100 {
			return errors.New("numbers of at most 100 digits")
		}
	}
	w.visit(depth, key, token)
	return nil
}

var errLongText = fmt.Errorf("text of at most %d bytes", MaxText)

func (w *walk) elements(depth int, key string) error {
	for w.json.More() {
		if err := w.value(depth+1, key); err != nil {
			return err
		}
	}
	_, err := w.json.Token()
	return err
}

func (w *walk) members(depth int) error {
	named := map[string]bool{}
	for w.json.More() {
		token, err := w.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return fmt.Errorf("each member once, but %s stands there twice", Quoted(name))
		}
		if len(name) > MaxText {
			return errLongText
		}
		named[name] = true
		if err := w.value(depth+1, name); err != nil {
			return err
		}
	}
	_, err := w.json.Token()
	return err
}

// Quoted returns text that may be long or hostile, for a message.
func Quoted(text string) string { return strconv.Quote(Brief(text)) }

// Brief cuts text to what fits a message.
func Brief(text string) string {
	if runes := []rune(text[:min(len(text), 1000)]); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
