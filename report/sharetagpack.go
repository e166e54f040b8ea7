package report

// TagpackWritten is a TagPack that was written for others.
type TagpackWritten struct {
	Shared
	Written   int `json:"written"`             // tags in the pack
	Withdrawn int `json:"withdrawn,omitempty"` // thefts and claims that are left out
}

// Outcome is Found.
func (t *TagpackWritten) Outcome() Outcome { return Found }

// Doc lays it out.
func (t *TagpackWritten) Doc() *Doc {
	d := &Doc{Title: "Shared as a TagPack", Asked: "What was written, and what stayed here?"}
	t.lay(d, plural(t.Written, "tag", "tags")+" in the pack")
	if t.Withdrawn > 0 {
		d.Answer = append(d.Answer, plural(t.Withdrawn, "theft or claim was", "thefts or claims were")+" withdrawn, and left out: a TagPack cannot say so.")
	}
	d.More = []string{"tagpack-tool tagpack validate FILE checks it; docs/SHARING.md says what became of what."}
	return d
}
