package decision

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew/trail"
)

// AnswerMax bounds an answer that is decided on, in bytes.
const AnswerMax = 16 << 20

// Canonical returns a JSON document in the one form that its hash is taken of:
// members in the order of their names' bytes, no space, numbers as they were
// written, and no escapes but those that JSON needs and those of U+2028 and
// U+2029. A member that stands twice is refused, for readers differ over which
// of the two counts.
func Canonical(document []byte) ([]byte, error) {
	if len(document) > AnswerMax {
		return nil, fmt.Errorf("longer than %d MiB", AnswerMax>>20)
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON document")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// depthMax bounds how deep a document is nested.
const depthMax = 100

func value(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, nested := t.(json.Delim)
	if !nested {
		return t, nil
	}
	if depth == depthMax {
		return nil, errors.New("nested too deep")
	}
	if open == '[' {
		list := []any{}
		for d.More() {
			v, err := value(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return object(d, depth)
}

func object(d *json.Decoder, depth int) (any, error) {
	members := map[string]any{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := name.(string)
		if _, twice := members[key]; twice {
			return nil, fmt.Errorf("member %q stands twice", key)
		}
		if members[key], err = value(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return members, err
}

// Hash returns the SHA-256 of bytes, in hexadecimal digits.
func Hash(b []byte) string { return trail.Hash(b) }
