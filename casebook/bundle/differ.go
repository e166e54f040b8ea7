package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Difference is one place where two answers differ.
type Difference struct {
	Pointer string `json:"pointer"`       // to it (RFC 6901); empty: the whole
	Was     string `json:"was,omitempty"` // as JSON, cut at a bound; empty: it was not there
	Is      string `json:"is,omitempty"`  // likewise; empty: it is not there
}

// Differences returns where two JSON documents differ, in the order of their
// pointers as they are read, at most so many.
func Differences(was, is []byte, most int) []Difference {
	d := differ{most: most}
	d.value("", document(was), document(is))
	return d.list
}

func document(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return string(text)
	}
	return v
}

type differ struct {
	list []Difference
	most int
}

// absent stands for what is not there.
type absent struct{}

func (d *differ) value(at string, was, is any) {
	if len(d.list) >= d.most {
		return
	}
	switch a := was.(type) {
	case map[string]any:
		if b, ok := is.(map[string]any); ok {
			d.object(at, a, b)
			return
		}
	case []any:
		if b, ok := is.([]any); ok {
			d.array(at, a, b)
			return
		}
	}
	if x, y := shown(was), shown(is); x != y {
		d.list = append(d.list, Difference{at, cut(x), cut(y)})
	}
}

func (d *differ) object(at string, a, b map[string]any) {
	names := slices.Sorted(maps.Keys(a))
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	member := func(m map[string]any, name string) any {
		if v, ok := m[name]; ok {
			return v
		}
		return absent{}
	}
	for _, name := range names {
		d.value(at+"/"+escape.Replace(name), member(a, name), member(b, name))
	}
}

func (d *differ) array(at string, a, b []any) {
	item := func(list []any, i int) any {
		if i < len(list) {
			return list[i]
		}
		return absent{}
	}
	for i := range max(len(a), len(b)) {
		d.value(fmt.Sprintf("%s/%d", at, i), item(a, i), item(b, i))
	}
}

func shown(v any) string {
	if _, none := v.(absent); none {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func cut(s string) string {
	if len(s) > shownMax {
		return strings.ToValidUTF8(s[:shownMax], "") + "…"
	}
	return s
}

const shownMax = 200
