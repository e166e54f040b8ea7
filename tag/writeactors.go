package tag

import (
	"encoding/json"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// WriteActors writes actors as an ActorPack that [ReadActors] reads back as they
// are, with the pack's title for theirs. A private actor in a pack that is not is
// an error: it must not get out.
func WriteActors(w io.Writer, p Pack, actors []Actor) error {
	for i := range actors {
		if actors[i].Private && !p.Private {
			return fmt.Errorf("actor pack %s: an actor of the private pack %s: %w", p.Title, actors[i].Pack, errPrivate)
		}
	}
	var head mapping
	head.text("title", p.Title)
	head.text("creator", p.Creator)
	head.text("description", p.Description)
	head.private(p.Private)
	if err := encode(w, head.node()); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "actors:\n"); err != nil {
		return err
	}
	for i := range actors {
		var m mapping
		if err := m.actor(&actors[i]); err != nil {
			return fmt.Errorf("actor %q: %w", bounded(actors[i].ID), err)
		}
		if err := encode(w, &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{m.node()}}); err != nil {
			return err
		}
	}
	return nil
}

func (m *mapping) actor(a *Actor) error {
	m.text("id", a.ID)
	m.text("label", a.Label)
	m.list("aliases", a.Aliases)
	m.text("parent", a.Parent)
	var categories []string
	for _, c := range a.Concepts {
		categories = append(categories, string(c))
	}
	m.list("categories", categories)
	m.list("jurisdictions", a.Jurisdictions)
	m.text("uri", a.Website)
	m.text("source", a.Source)
	m.text("lastmod", a.Date)
	if a.Context == "" {
		return nil
	}
	var value any
	if err := json.Unmarshal([]byte(a.Context), &value); err != nil {
		return err
	}
	var n yaml.Node
	if err := n.Encode(value); err != nil {
		return err
	}
	m.Content = append(m.Content, scalar("context"), &n)
	return nil
}

// list adds texts in one line; none are left out.
func (m *mapping) list(key string, texts []string) {
	if len(texts) == 0 {
		return
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, t := range texts {
		n.Content = append(n.Content, scalar(t))
	}
	m.Content = append(m.Content, scalar(key), n)
}
