package tag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"clew"
)

// WritePack writes tags as a TagPack that [ReadPack] reads back as they are,
// with the pack's title for theirs. What all tags have in common stands above
// them. Concepts, whether they came as category, abuse or concepts, are written
// as concepts. A private tag in a pack that is not is an error: it must not get
// out.
func WritePack(w io.Writer, p Pack, tags []Tag) error {
	for i := range tags {
		if tags[i].Private && !p.Private {
			return fmt.Errorf("tag pack %s: a tag of the private pack %s: %w", p.Title, tags[i].Pack, errPrivate)
		}
	}
	var head, common mapping
	head.text("title", p.Title)
	head.text("creator", p.Creator)
	head.text("description", p.Description)
	head.private(p.Private)
	shared := inCommon(tags)
	common.tag(&shared, nil)
	head.Content = append(head.Content, common.Content...)
	if err := encode(w, head.node()); err != nil {
		return err
	}
	list := "tags:\n"
	if len(tags) == 0 {
		list = "tags: []\n"
	}
	if _, err := io.WriteString(w, list); err != nil {
		return err
	}
	return writeTags(w, tags, &shared)
}

// private says that a pack is, if it is.
func (m *mapping) private(is bool) {
	if is {
		m.Content = append(m.Content, scalar("is_public"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "false"})
	}
}

// writeTags writes the list of a pack, some at a time.
func writeTags(w io.Writer, tags []Tag, shared *Tag) error {
	for len(tags) > 0 {
		n := min(len(tags), itemsMax)
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range tags[:n] {
			var m mapping
			if tags[i].Subject.IsZero() {
				_, hash := txOf(tags[i].Tx)
				m.text("tx_hash", hash)
			} else {
				m.text("address", tags[i].Subject.Text())
			}
			m.tag(&tags[i], shared)
			list.Content = append(list.Content, m.node())
		}
		if err := encode(w, list); err != nil {
			return err
		}
		tags = tags[n:]
	}
	return nil
}

var errPrivate = fmt.Errorf("not to be shared")

func encode(w io.Writer, n *yaml.Node) error {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return fmt.Errorf("tag pack: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// inCommon returns a tag of what all tags have in common.
func inCommon(tags []Tag) Tag {
	if len(tags) == 0 {
		return Tag{}
	}
	shared := tags[0]
	shared.Subject, shared.Tx = clew.Address{}, ""
	own := valuesOf(&shared)
	for i := range tags {
		for k, v := range valuesOf(&tags[i]) {
			if *own[k].value != *v.value {
				*own[k].value = ""
			}
		}
		if joined(shared.Concepts) != joined(tags[i].Concepts) {
			shared.Concepts = nil
		}
	}
	shared.Trail = nil
	if shared.Status != "" && len(tags[0].Trail) > 0 {
		shared.Status = "" // stands with the trail
	}
	if name := chainKey(&tags[0]); commonChain(tags, name) {
		shared.Tx = string(chainOf(&tags[0])) + ":"
	}
	return shared
}

func commonChain(tags []Tag, name [2]string) bool {
	for i := range tags {
		if chainKey(&tags[i]) != name {
			return false
		}
	}
	return true
}

// A value is one text of a tag under the key that a pack has for it.
type value struct {
	key   string
	value *string
}

func valuesOf(t *Tag) []value {
	return []value{
		{"label", &t.Label}, {"source", &t.Source}, {"actor", &t.Actor}, {"confidence", &t.Evidence}, {"lastmod", &t.Date},
		{"valid_from", &t.From}, {"valid_until", &t.Until}, {"status", (*string)(&t.Status)}, {"is_cluster_definer", &t.Definer},
		{"tag_type", &t.Kind}, {"context", &t.Context},
	}
}

// node returns the text as the format has it: whole days and truth values are
// not text there.
func (v value) node() *yaml.Node {
	n := scalar(*v.value)
	switch _, err := time.Parse(time.DateOnly, *v.value); {
	case v.key == "is_cluster_definer":
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: *v.value}
	case v.key == "lastmod" && err == nil:
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: *v.value}
	}
	return n
}

// A mapping is a YAML mapping under way.
type mapping struct{ Content []*yaml.Node }

func (m *mapping) node() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Content: m.Content} }

func (m *mapping) text(key, text string) {
	if text != "" {
		m.Content = append(m.Content, scalar(key), scalar(text))
	}
}

// scalar returns a text. Readers of YAML 1.1 take more for numbers than this
// writer does: an address of hexadecimal digits, above all.
func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	digits := strings.ToLower(strings.TrimLeft(text, "+-"))
	if n.Style == 0 && (strings.HasPrefix(digits, "0x") || strings.HasPrefix(digits, "0b") || text == "=") {
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

// tag adds what is not said above already.
func (m *mapping) tag(t, above *Tag) {
	if key := chainKey(t); above == nil || chainKey(above) != key {
		m.text("currency", key[0])
		m.text("network", key[1])
	}
	if above == nil {
		above = &Tag{}
	}
	said := valuesOf(above)
	for i, v := range valuesOf(t) {
		if *said[i].value != *v.value && *v.value != "" {
			m.Content = append(m.Content, scalar(v.key), v.node())
		}
	}
	if len(t.Concepts) > 0 && joined(above.Concepts) != joined(t.Concepts) {
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, c := range t.Concepts {
			list.Content = append(list.Content, scalar(string(c)))
		}
		m.Content = append(m.Content, scalar("concepts"), list)
	}
	if len(t.Trail) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range t.Trail {
			var step mapping
			step.text("status", string(s.Status))
			step.text("by", s.By)
			step.text("date", s.Date)
			step.text("why", s.Why)
			step.text("source", s.Source)
			list.Content = append(list.Content, step.node())
		}
		m.Content = append(m.Content, scalar("trail"), list)
	}
}

// chainKey returns how a pack names the chain of a tag: by the currency that
// belongs to it alone, else by its coin and its network, as the field names them
// or by CAIP-2.
func chainKey(t *Tag) (key [2]string) {
	chain := chainOf(t)
	if chain == "" {
		return key
	}
	for _, alone := range []string{"BTC", "LTC", "TRX", "SOL", "ETH", "BSC", "MATIC"} {
		if currencies[alone] == chain {
			return [2]string{alone}
		}
	}
	key[0], _, _ = clew.NativeAsset(chain).Known()
	for name, c := range networks {
		if c == chain {
			key[1] = name
			return key
		}
	}
	key[1] = string(chain)
	return key
}

func chainOf(t *Tag) clew.Chain {
	if !t.Subject.IsZero() {
		return t.Subject.Chain()
	}
	chain, _ := txOf(t.Tx)
	return chain
}

// txOf parts what a tag says of a transaction.
func txOf(tx string) (clew.Chain, string) {
	at := strings.LastIndexByte(tx, ':')
	if at < 0 {
		return "", tx
	}
	return clew.Chain(tx[:at]), tx[at+1:]
}

func joined(concepts []Concept) string {
	if len(concepts) == 0 {
		return ""
	}
	names := make([]string, len(concepts))
	for i, c := range concepts {
		names[i] = string(c)
	}
	return strings.Join(names, ",")
}
