package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/cluster/account"
	"clew/tag"
)

// A TagsPage is what is claimed of an address.
type TagsPage struct {
	Address    clew.Address   `json:"address"`
	Day        string         `json:"day"` // that the resolution is of
	Tags       []tag.Tag      `json:"tags"`
	Resolution tag.Resolution `json:"resolution"`
	Key        *account.Key   `json:"sameKey,omitempty"`          // signatures by the key on the chains that are held; nil: not looked for
	Idle       []tag.Notice   `json:"noticesOfNothing,omitempty"` // that concern no claim that was read
	Packs      []tag.Pack     `json:"tagPacks,omitempty"`         // that were read
}

// Outcome is Found: an address without tags is an error.
func (p *TagsPage) Outcome() Outcome { return Found }

// Doc lays the page out.
func (p *TagsPage) Doc() *Doc {
	d := &Doc{
		Title:    p.Address.String(),
		Asked:    "What is claimed of this address?",
		Answer:   []string{plural(len(p.Tags), "claim", "claims") + ". Each is somebody's word, with its source."},
		Warnings: append(packWarnings(p.Packs), idleWarnings(p.Idle)...),
		Sections: filled([]Section{tagsSection(p.Tags), p.carried(), clashSection(p.Resolution.Conflicts), trailSection(p.Tags)}),
	}
	if n := len(p.Resolution.Conflicts); n > 0 {
		d.Answer = append(d.Answer, "The best of them are in conflict; see below.")
	}
	for i := range p.Tags {
		if t := &p.Tags[i]; t.Status != tag.Withdrawn && !t.ValidAt(p.Day) {
			d.Warnings = append(d.Warnings, fmt.Sprintf("%q is not claimed of %s.", Clean(t.Label), p.Day))
		}
	}
	return d
}

// carried lists what is said of the same digits elsewhere, and where the same key
// signed.
func (p *TagsPage) carried() Section {
	table := &Table{Name: "carried", Columns: []Column{{Title: "said of"}, {Title: "label"}, {Title: "actor"}, {Title: "evidence"}, {Title: "source"}, {Title: "the same key"}, {Title: "rests on"}}}
	for _, c := range p.Resolution.Carried {
		signed := "not shown"
		if c.Signed {
			signed = "signed on both"
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(c.From.Name()), word(c.Tag.Label), word(c.Tag.Actor), word(c.Tag.Evidence), word(c.Tag.Source), word(signed), basisCell(clew.Inferred),
		}})
	}
	if len(table.Rows) == 0 {
		return Section{}
	}
	s := Section{ID: "carried", Title: "What is said of the same digits on other chains", Tables: some(table),
		Notes: []string{"Where the same key signed on both chains, whoever holds it controls both. Otherwise nothing follows: code under the same digits may be anybody's, and that nobody calls it a contract is no proof."}}
	if p.Key != nil && len(p.Key.Elsewhere) > 0 {
		s.Tables = append(s.Tables, some(signaturesTable(p.Key))...)
	}
	return s
}

// clashSection lists conflicts.
func clashSection(list []tag.Clash) Section {
	table := &Table{Name: "conflicts", Columns: []Column{{Title: "over"}, {Title: "one claim"}, {Title: "pack"}, {Title: "another"}, {Title: "pack"}, {Title: "evidence"}}}
	for _, c := range list {
		table.Rows = append(table.Rows, clashRow(&c))
	}
	return Section{ID: "conflicts", Title: "Conflicts of the best claims", Tables: some(table)}
}

func clashRow(c *tag.Clash) Row {
	says := func(t *tag.Tag) string {
		if c.Over == "stop" {
			return string(t.Stop()) + " (" + t.Label + ")"
		}
		return t.Actor + " (" + t.Label + ")"
	}
	return Row{Cells: []Cell{word(overWords[c.Over]), word(says(&c.A)), word(c.A.Pack), word(says(&c.B)), word(c.B.Pack), word(c.A.Evidence)}}
}

var overWords = map[string]string{"actor": "who it is", "stop": "why a walk ends there"}

// trailSection lists what became of claims.
func trailSection(tags []tag.Tag) Section {
	table := &Table{Name: "trail", Columns: []Column{{Title: "claim"}, {Title: "since"}, {Title: "status"}, {Title: "by"}, {Title: "why"}, {Title: "source"}}}
	for _, t := range tags {
		for _, s := range t.Trail {
			table.Rows = append(table.Rows, Row{Cells: []Cell{
				word(t.Label), word(s.Date), word(string(s.Status)), word(s.By), word(s.Why), word(s.Source),
			}})
		}
	}
	return Section{ID: "trail", Title: "What became of claims", Tables: some(table)}
}

// standingOf says how a claim stands; nothing if nothing is said.
func standingOf(t *tag.Tag) string {
	var words []string
	if t.Status != "" {
		words = append(words, string(t.Status))
	}
	if t.From != "" {
		words = append(words, "from "+t.From)
	}
	if t.Until != "" {
		words = append(words, "until "+t.Until)
	}
	if t.Private {
		words = append(words, "private")
	}
	return strings.Join(words, ", ")
}

// idleWarnings names notices that concern nothing.
func idleWarnings(idle []tag.Notice) []string {
	var out []string
	for _, n := range idle {
		out = append(out, fmt.Sprintf("A notice of %s (%s, %s) about %s concerns no claim that was read.",
			Clean(n.Pack), Clean(n.Step.By), n.Step.Date, n.Subject.Text()))
	}
	return out
}

// packWarnings says of how many tags of each pack nothing was made: they name
// a network that is not known here.
func packWarnings(packs []tag.Pack) []string {
	var out []string
	for _, p := range packs {
		n := 0
		for _, skipped := range p.Skipped {
			n += skipped
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("Tag pack %s: %s left out, of networks that are not known here (%s).",
				Clean(p.File), plural(n, "tag was", "tags were"), Clean(strings.Join(sortedKeys(p.Skipped), ", "))))
		}
	}
	return out
}
