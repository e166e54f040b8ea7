package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/tag"
)

// Typologies are the shapes and paces found in a ledger.
type Typologies struct {
	Chain     clew.Chain          `json:"chain"`
	Address   clew.Address        `json:"address,omitzero"` // whose findings alone are given; nobody: all
	AsOf      clew.BlockRef       `json:"asOf"`
	Since     clew.Time           `json:"since,omitzero"`
	Until     clew.Time           `json:"until,omitzero"`
	Read      uint64              `json:"read"`                // transfers
	Before    uint64              `json:"readBefore,omitzero"` // transfers of the 30 days before Since, by which rules know who is new and who dealt with whom
	Found     uint64              `json:"found"`               // findings, also those that are not given
	Findings  []launder.Finding   `json:"findings"`
	Rules     []launder.Rule      `json:"rules"` // that were looked for
	Forgotten []launder.Forgotten `json:"forgotten,omitempty"`
	Packs     []tag.Pack          `json:"tagPacks,omitempty"`
	Gaps      []clew.Gap          `json:"gaps,omitempty"`
	Units     Units               `json:"units,omitempty"`
}

// Outcome is Incomplete where something had to be forgotten before its time, or
// findings were left out.
func (p *Typologies) Outcome() Outcome {
	switch {
	case len(p.Forgotten) > 0 || p.Found > uint64(len(p.Findings)):
		return Incomplete
	case p.Found == 0:
		return Nothing
	}
	return Found
}

// Doc lays the page out.
func (p *Typologies) Doc() *Doc {
	d := &Doc{
		Title:    "Typologies on " + p.Chain.Name(),
		Asked:    "Which shapes and paces in which value is laundered are there, as of " + blockWords(p.AsOf, &clew.Coverage{Gaps: p.Gaps}) + "?",
		Answer:   p.answer(),
		Warnings: packWarnings(p.Packs),
	}
	if p.Found > uint64(len(p.Findings)) {
		d.Warnings = append(d.Warnings, fmt.Sprintf("The strongest %s of %s are given: ask by --rule, --address or time, or for more with --findings.", plural(len(p.Findings), "finding", "findings"), group(fmt.Sprint(p.Found))))
	}
	for _, f := range p.Forgotten {
		d.Warnings = append(d.Warnings, forgottenWords(&f))
	}
	sections := []Section{p.findingsSection()}
	for i := range p.Findings[:min(len(p.Findings), mostFindings)] {
		sections = append(sections, p.findingSection(i))
	}
	d.Sections = filled(append(sections, rulesSection(p.rulesMet()), gapSection(p.Gaps)))
	return d
}

// mostFindings is how many findings are laid out one by one.
const mostFindings = 100

func forgottenWords(f *launder.Forgotten) string {
	whose := "the rule " + f.Rule
	if f.Rule == "" {
		whose = "all rules together: addresses, assets and payments, of busy parties the oldest"
	}
	return fmt.Sprintf("Memory is bounded, and %s had to be forgotten before their time, by %s. What they would have become is not known.", plural(f.Entries, "entry", "entries"), whose)
}

func (p *Typologies) answer() []string {
	what := plural(p.Found, "finding", "findings")
	if !p.Address.IsZero() {
		what += " in which " + p.Address.Text() + " has a part"
	}
	span := ""
	if p.Since != 0 {
		span = " from " + p.Since.String()
	}
	if p.Until != 0 {
		span += " until " + p.Until.String()
	}
	if p.Before > 0 {
		span += fmt.Sprintf(", and %s of up to 30 days before", group(fmt.Sprint(p.Before)))
	}
	return []string{
		fmt.Sprintf("%s, by %s, in %s%s.", what, plural(len(p.Rules), "rule", "rules"), plural(p.Read, "transfer", "transfers"), span),
		"A finding is an inference from a shape: people who hide nothing make each of them too, how often is said below. Strength, of 1,000, orders findings and is no probability; what speaks against them is counted under against.",
	}
}

// findingsSection lists all findings.
func (p *Typologies) findingsSection() Section {
	t := &Table{Name: "findings", Most: 30, Columns: []Column{{Title: "no.", Align: Right}, {Title: "rule"}, {Title: "from, UTC"}, {Title: "to, UTC", Spare: 1}, {Title: "who"}, {Title: "role"},
		{Title: "asset"}, {Title: "transfers", Align: Right}, {Title: "strength", Align: Right}, {Title: "against", Align: Right, Spare: 3}, {Title: "rests on", Spare: 2}, {Title: "what speaks against it", Wide: true, Prose: true}, {Title: "bounds", Wide: true, Prose: true}}}
	for i := range p.Findings {
		f := &p.Findings[i]
		who, role := mainRole(f)
		row := Row{Cells: []Cell{count(i + 1), word(f.Rule), timeCell(f.From), timeCell(f.To), shortCell(who), word(string(role)), word(findingAsset(p.Units, f.Asset)),
			count(f.Transfers), count(f.Strength), count(len(f.Against)), basisCell(clew.Inferred), uncut(strings.Join(f.Against, "; ")), uncut(boundsWords(f))}}
		if i < mostFindings {
			row.Inner = some(p.innerSteps(f))
		}
		t.Rows = append(t.Rows, row)
	}
	return Section{ID: "findings", Title: "Findings, the strongest first", Tables: some(t)}
}

const cutWords = "it is longer than what is kept, or a party in it has more payments than are kept: the newest are given"

// boundsWords says by which bounds a finding was found.
func boundsWords(f *launder.Finding) string {
	var bounds []string
	for _, b := range f.Params {
		bounds = append(bounds, Clean(b.Name+": "+b.Value))
	}
	return strings.Join(bounds, "; ")
}

// innerSteps are the steps of a finding for the page, which has no section of each.
func (p *Typologies) innerSteps(f *launder.Finding) *Table {
	t := openSteps(f, p.Units, nil)
	t.Page = true
	return t
}

// mainRole returns who has a part in the most steps of a finding, of several the
// first. Who has it by what it did before, in no transaction of the finding, comes
// after all others: many findings can be of one such.
func mainRole(f *launder.Finding) (who clew.Address, role launder.RoleName) {
	n := map[clew.Address]int{}
	for i := range f.Steps {
		for _, r := range f.Steps[i].Roles {
			if n[r.Address]++; !r.Tx.IsZero() {
				n[r.Address] += len(f.Steps)
			}
		}
	}
	for i := range f.Steps {
		for _, r := range f.Steps[i].Roles {
			if n[r.Address] > n[who] || who.IsZero() {
				who, role = r.Address, r.Name
			}
		}
	}
	return who, role
}

// findingSection lays one finding out: its steps, and what is to be known of it.
func (p *Typologies) findingSection(i int) Section {
	f := &p.Findings[i]
	s := Section{ID: fmt.Sprintf("finding-%d", i+1), Title: fmt.Sprintf("%d. %s", i+1, f.Rule), Detail: i >= 3, Plain: true}
	for _, against := range f.Against {
		s.Notes = append(s.Notes, "Against it: "+Clean(against)+".")
	}
	if f.Cut {
		s.Notes = append(s.Notes, capital(cutWords)+".")
	}
	s.Fine = append(s.Fine, "Bounds. "+capital(boundsWords(f))+".")
	t := stepsTable(f, p.Units, nil)
	t.Name, t.Most = fmt.Sprintf("steps-%d", i+1), 12
	if slices.ContainsFunc(f.Swaps, func(s launder.SwapStep) bool { return len(s.Venues) > 0 }) {
		s.Notes = append(s.Notes, venueNote)
	}
	s.Tables = some(t)
	return s
}

// rulesMet returns the rules of which something was found, in their order.
func (p *Typologies) rulesMet() []launder.Rule {
	return slices.DeleteFunc(slices.Clone(p.Rules), func(r launder.Rule) bool {
		return !slices.ContainsFunc(p.Findings, func(f launder.Finding) bool { return f.Rule == r.ID })
	})
}

// rulesSection says of rules what they assume, how they err and how often.
func rulesSection(rules []launder.Rule) Section {
	s := Section{ID: "rules", Title: "What the rules assume, and how they err"}
	t := &Table{Name: "rules", Data: true, Columns: []Column{{Title: "rule"}, {Title: "name"}, {Title: "version"}, {Title: "assumes"}, {Title: "known failure"}, {Title: "measured"}, {Title: "red flags"}, {Title: "source"}}}
	for i := range rules {
		r := &rules[i]
		measured := cmp.Or(r.Measured, "not measured")
		note := fmt.Sprintf("%s (%s). Assumes: %s Known failure: %s Measured: %s.", r.ID, r.Name, r.Assumption, r.Failure, strings.TrimSuffix(measured, "."))
		if len(r.RedFlags) > 0 {
			note += " Like FATF's indicators of 2020: " + strings.Join(r.RedFlags, "; ") + "."
		} else {
			note += " None of FATF's indicators of 2020 that were looked up names it."
		}
		s.Notes = append(s.Notes, note)
		s.Fine = append(s.Fine, fmt.Sprintf("%s is from %s.", r.ID, r.Source))
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.ID), word(r.Name), word(r.Version), word(r.Assumption), word(r.Failure), word(measured), word(strings.Join(r.RedFlags, "; ")), word(r.Source)}})
	}
	if len(rules) > 0 {
		s.Tables = some(t)
	}
	return s
}

// TypologyRules are the rules by which shapes and paces are recognised.
type TypologyRules struct {
	Rules []launder.Rule `json:"rules"`
}

// Outcome is Found: there are always rules.
func (p *TypologyRules) Outcome() Outcome { return Found }

// Doc lays the page out.
func (p *TypologyRules) Doc() *Doc {
	return &Doc{Title: "Rules of typologies", Asked: "By which rules are shapes and paces recognised, and how often do they err?",
		Answer:   []string{plural(len(p.Rules), "rule", "rules") + ". What each is worth was measured as docs/ACCURACY.md says; shares of a synthetic world are no estimate of the real one."},
		Sections: filled([]Section{rulesSection(p.Rules)})}
}
