package bridge

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/sha3"

	"clew"
)

// A form is an event as its contract declares it.
type form struct {
	protocol string
	kind     clew.ActKind
	text     string // the declaration, with the names of arguments
	read     func(*event)

	topic  [32]byte // Keccak-256 of the name and the types
	fields []field
}

// A field is an argument of an event, or a part of one.
type field struct {
	name    string
	kind    string // its type, of which those of parts stand in brackets
	indexed bool
	dynamic bool // lies elsewhere than in its place
	size    int  // bytes in its place
	parts   []field
}

// forms are all events that are read, by their first topic. Some have the same
// types and differ in what is a topic.
var forms = index(slices.Concat(acrossForms, arbitrumForms, avalancheForms, celerForms, cctpForms, chainflipForms, debridgeForms, hopForms, layerZeroForms,
	multichainForms, optimismForms, polygonForms, renForms, roninForms, symbiosisForms, synapseForms, thorForms, wormholeForms, zksyncForms))

func index(list []form) map[[32]byte][]form {
	byTopic := make(map[[32]byte][]form, len(list))
	for _, f := range list {
		name, arguments, _ := strings.Cut(f.text, "(")
		f.fields = parseFields(strings.TrimSuffix(arguments, ")"))
		f.topic = keccak([]byte(name + "(" + kinds(f.fields) + ")"))
		byTopic[f.topic] = append(byTopic[f.topic], f)
	}
	return byTopic
}

// topics returns how many topics an event of this form has.
func (f *form) topics() int {
	n := 1
	for i := range f.fields {
		if f.fields[i].indexed {
			n++
		}
	}
	return n
}

// parseFields reads what stands in the brackets of a declaration.
func parseFields(text string) []field {
	var fields []field
	for _, part := range splitTop(text) {
		part = strings.TrimSpace(part)
		var f field
		rest := part
		if strings.HasPrefix(part, "(") {
			end := strings.LastIndex(part, ")")
			f.parts = parseFields(part[1:end])
			f.kind = "(" + kinds(f.parts) + ")"
			for _, p := range f.parts {
				f.dynamic = f.dynamic || p.dynamic
				f.size += p.size
			}
			rest = "tuple" + part[end+1:]
		}
		words := strings.Fields(rest)
		if f.kind == "" {
			f.kind = words[0]
			f.size = 32
			f.dynamic = f.kind == "bytes" || f.kind == "string" || strings.HasSuffix(f.kind, "[]")
			if _, n, several := strings.Cut(f.kind, "["); several && n != "]" {
				count, _ := strconv.Atoi(strings.TrimSuffix(n, "]")) // in place, of which the first is read
				f.size *= count
			}
		}
		if f.dynamic {
			f.size = 32
		}
		f.indexed = slices.Contains(words, "indexed")
		f.name = words[len(words)-1]
		fields = append(fields, f)
	}
	return fields
}

// splitTop parts a text at the commas that stand in no brackets.
func splitTop(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

func kinds(fields []field) string {
	list := make([]string, len(fields))
	for i := range fields {
		list[i] = fields[i].kind
	}
	return strings.Join(list, ",")
}

func keccak(parts ...[]byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// is reports whether a form is of an event with a name.
func (f *form) is(name string) bool { return strings.HasPrefix(f.text, name+"(") }
