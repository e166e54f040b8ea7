package tag

import (
	"slices"
	"strings"

	"clew"
)

// A Notice says what became of claims about an address: that somebody disputes
// them, has confirmed or withdrawn them, or says something else instead. It
// changes no pack: an index shows the claims with the notice in their trail.
type Notice struct {
	Subject clew.Address `json:"subject"`
	Of      string       `json:"of,omitempty"`    // pack whose claims are meant; empty: every pack
	Label   string       `json:"label,omitempty"` // of the claims that are meant; empty: all of the address
	Actor   string       `json:"actor,omitempty"` // likewise
	Step    Step         `json:"step"`
	Instead *Tag         `json:"instead,omitempty"` // what is claimed in their stead
	Private bool         `json:"private,omitempty"` // of a pack that is not to be shared
	Pack    string       `json:"pack"`              // that holds the notice
}

// A noticeRow is a notice as a pack writes it.
type noticeRow struct {
	Address string      `yaml:"address,required"`
	Chain   string      `yaml:"chain"`
	Of      string      `yaml:"pack"`
	Label   string      `yaml:"label"`
	Actor   string      `yaml:"actor"`
	Status  string      `yaml:"status,required"`
	By      string      `yaml:"by,required"`
	Date    string      `yaml:"date,required"`
	Why     string      `yaml:"why,required"`
	Source  string      `yaml:"source"`
	Instead *insteadRow `yaml:"instead"`
	Line    int         `yaml:"."`
}

type insteadRow struct {
	Label    string   `yaml:"label,required"`
	Actor    string   `yaml:"actor"`
	Concepts []string `yaml:"concepts"`
	Evidence string   `yaml:"confidence"`
}

// notice takes a notice, unless something is wrong with it.
func (p *reading) notice(r *noticeRow) {
	before := len(p.issues)
	n := Notice{Of: r.Of, Label: r.Label, Actor: r.Actor, Private: p.pack.Private, Pack: p.pack.Title,
		Step: Step{Status: Status(r.Status), By: r.By, Date: r.Date, Why: r.Why, Source: r.Source}}
	var chain clew.Chain // where it is not given, the address must tell
	var err error
	if r.Chain != "" {
		chain, err = clew.ParseChain(r.Chain)
	}
	if err == nil {
		n.Subject, err = clew.ParseAddress(r.Address, chain)
	}
	if err != nil {
		p.add(r.Line, "%v", err)
	}
	p.step(r.Line, &n.Step)
	if r.Instead != nil {
		p.instead(r, &n)
	}
	if len(p.issues) == before {
		p.notices = append(p.notices, n)
	}
}

// instead makes the claim that a notice puts in the place of others.
func (p *reading) instead(r *noticeRow, n *Notice) {
	if n.Step.Status != Withdrawn {
		p.add(r.Line, "instead: want status withdrawn for what it replaces")
	}
	if r.Instead.Evidence != "" && Weight(r.Instead.Evidence) == 0 {
		p.unknown(r.Line, "confidence", r.Instead.Evidence, EvidenceKinds())
	}
	source := firstOf(r.Source, "notice of "+r.By)
	concepts := p.concepts(&row{Line: r.Line, fields: fields{Concepts: r.Instead.Concepts}})
	n.Instead = &Tag{Subject: n.Subject, Label: strings.TrimSpace(r.Instead.Label), Actor: r.Instead.Actor, Concepts: concepts,
		Evidence: r.Instead.Evidence, Source: source, Date: n.Step.Date, Private: p.pack.Private, Pack: p.pack.Title}
}

// concerns reports whether a notice means a claim.
func (n *Notice) concerns(c *claim) bool {
	return (n.Of == "" || n.Of == c.pack) && (n.Label == "" || n.Label == c.label) && (n.Actor == "" || n.Actor == c.actor) && n.Pack != c.pack
}

// applied returns a tag with a notice at the end of its trail.
func (n *Notice) applied(t Tag) Tag {
	t.Trail = append(slices.Clone(t.Trail), n.Step)
	t.Status = n.Step.Status
	return t
}

// AddNotice takes a notice, which counts for what was added before and what is
// added after.
func (b *Builder) AddNotice(n Notice) { b.notices = append(b.notices, n) }

// apply gives the claims that notices mean their new status, in the order of
// the notices' dates, and adds what is claimed instead. The records must be in
// order; they may not be afterwards.
func (b *Builder) apply() {
	x := &b.index
	slices.SortStableFunc(b.notices, func(m, n Notice) int { return strings.Compare(m.Step.Date, n.Step.Date) })
	old := len(x.records)
	for i := range b.notices {
		n := &b.notices[i]
		met := false
		for at := x.first(n.Subject, old); at < old && x.compare(x.records[at], n.Subject) == 0; at++ {
			if r := &x.records[at]; n.concerns(&x.claims[r.claim]) {
				r.claim = b.intern(n.applied(x.tag(n.Subject, *r)))
				met = true
			}
		}
		if !met {
			x.idle = append(x.idle, *n)
		}
		if n.Instead != nil {
			b.Add(*n.Instead)
		}
	}
}
