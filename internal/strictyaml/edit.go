package strictyaml

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Under returns what stands under a key of keys with values; nil if nothing
// does.
func Under(keys *Node, key string) *Node {
	for i := 0; i+1 < len(keys.Content); i += 2 {
		if keys.Content[i].Value == key {
			return keys.Content[i+1]
		}
	}
	return nil
}

// IsKeys, IsText and IsTagged report whether a node is keys with values, one
// value, and whether YAML is told by a tag to read it as something else.
func IsKeys(n *Node) bool { return n.Kind == yaml.MappingNode }

// IsText is described at [IsKeys].
func IsText(n *Node) bool { return n.Kind == yaml.ScalarNode }

// IsTagged is described at [IsKeys].
func IsTagged(n *Node) bool { return n.Style&yaml.TaggedStyle != 0 }

// Row returns keys with values, of which there are none yet, to be written in
// one line.
func Row() *Node { return &Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle} }

// Set adds a key with a text, quoted where YAML would read it as something else
// than text. A day is written as it is.
func Set(row *Node, key, text string) {
	value := &Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	plain := Node{Kind: yaml.ScalarNode, Value: text}
	if tag := plain.ShortTag(); tag == "!!timestamp" {
		value.Tag = tag
	}
	row.Content = append(row.Content, &Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}

// Encode writes a document, with its comments.
func Encode(root *Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}
