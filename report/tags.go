package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/tag"
)

// A TagsPage is what is claimed of an address.
type TagsPage struct {
	Address clew.Address `json:"address"`
	Tags    []tag.Tag    `json:"tags"`
	Packs   []tag.Pack   `json:"tagPacks,omitempty"` // that were read
}

// Outcome is Found: an address without tags is an error.
func (p *TagsPage) Outcome() Outcome { return Found }

// Doc lays the page out.
func (p *TagsPage) Doc() *Doc {
	return &Doc{
		Title:    p.Address.String(),
		Asked:    "What is claimed of this address?",
		Answer:   []string{plural(len(p.Tags), "claim", "claims") + ". Each is somebody's word, with its source."},
		Warnings: packWarnings(p.Packs),
		Sections: filled([]Section{tagsSection(p.Tags)}),
	}
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
