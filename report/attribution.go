package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/attribution"
	"clew/incident"
)

// An Attribution compares a theft with others.
type Attribution struct {
	Subject     *attribution.Profile     `json:"subject"`
	Proposition string                   `json:"proposition"` // that evidence supports
	Alternative string                   `json:"alternative"` // against which
	Comparisons []attribution.Comparison `json:"comparisons"` // in the order of days: no other order is meant
	Claims      []ClaimedActor           `json:"claims,omitempty"`
	Scale       []attribution.Band       `json:"scale"`
	ScaleSource string                   `json:"scaleSource"`
	Own         []string                 `json:"own,omitempty"` // ids of thefts of the user's own record
}

// A ClaimedActor is somebody's statement of who did a theft. It enters no row.
type ClaimedActor struct {
	Theft string `json:"theft"`
	incident.Attribution
}

// Outcome is Nothing where no row shows anything, either way.
func (a *Attribution) Outcome() Outcome {
	for i := range a.Comparisons {
		if slices.ContainsFunc(a.Comparisons[i].Rows, shows) {
			return Found
		}
	}
	return Nothing
}

// shows reports whether a row shows anything.
func shows(r attribution.Row) bool {
	return r.Kind != attribution.NotCompared && r.Kind != attribution.NoEvidence
}

// Doc lays it out.
func (a *Attribution) Doc() *Doc {
	d := &Doc{
		Title: "What " + Clean(a.Subject.ID) + " has in common with other thefts",
		Asked: "Is there evidence that " + a.Proposition + "?",
		Warnings: []string{
			"A link is between addresses and is no identity: it says that the same hands may have moved value of both thefts, and never whose hands. They may be those of a launderer for hire, who is told apart and is no thief by that.",
			"No person and no theft is ranked, and nothing is added up or multiplied. Value can be sent to another's address to lay a trail, and habits can be copied. A row that rests on judgement was not measured.",
		},
		Answer: a.answer(),
	}
	d.Warnings = append(d.Warnings, ownWarning(a.Own)...)
	d.Sections = filled([]Section{a.rowsSection(), a.sharedSection(), a.claimsSection(), profileSection(a.Subject), a.leftSection(), a.scaleSection()})
	d.More = []string{"clew attribute profile writes down a theft that this program has no transfers of, from your ledger; --profiles FOLDER compares with such."}
	return d
}

// answer says with which thefts there is something, for and against, and with how
// many nothing.
func (a *Attribution) answer() []string {
	with := map[attribution.Kind][]string{}
	bare, plain := 0, 0
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		met := map[attribution.Kind]bool{}
		for _, r := range c.Rows {
			if !met[r.Kind] {
				met[r.Kind], with[r.Kind] = true, append(with[r.Kind], Clean(c.With))
			}
		}
		nothing := !slices.ContainsFunc(c.Rows, func(r attribution.Row) bool { return r.Kind != attribution.NotCompared })
		bare += oneIf(nothing)
		plain += oneIf(!nothing && !slices.ContainsFunc(c.Rows, shows))
	}
	lines := []string{fmt.Sprintf("Compared with %s.", plural(len(a.Comparisons), "theft", "thefts"))}
	for _, k := range []struct {
		kind attribution.Kind
		says string
	}{{attribution.Evidence, "Evidence for the same hands"}, {attribution.Contrary, "Something speaks against the same hands"}, {attribution.Launderer, "A link to a launderer, and none to a thief"}} {
		lines = append(lines, k.says+": "+thefts(with[k.kind])+".")
	}
	if plain > 0 {
		lines = append(lines, fmt.Sprintf("With %s what could be compared shows nothing either way.", plural(plain, "theft", "thefts")))
	}
	if bare > 0 {
		lines = append(lines, fmt.Sprintf("With %s nothing could be compared: no ledger of them was walked, or no address of them is known. That is no clearance.", plural(bare, "theft", "thefts")))
	}
	return lines
}

// thefts names some thefts, in the order of their days, and says how many they are.
func thefts(ids []string) string {
	const most = 6
	if len(ids) == 0 {
		return "with none"
	}
	text := fmt.Sprintf("with %d (%s", len(ids), strings.Join(ids[:min(len(ids), most)], ", "))
	if len(ids) > most {
		text += ", and more"
	}
	return text + ")"
}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// fewThefts is how many are compared at most for rows to be shown that say only that
// no address is shared.
const fewThefts = 3

// rowsSection is the table of evidence.
func (a *Attribution) rowsSection() Section {
	t := &Table{Name: "evidence", Columns: []Column{{Title: "with"}, {Title: "day", Spare: 2}, {Title: "row"}, {Title: "item"}, {Title: "what"}, {Title: "apart"}, {Title: "others as near", Spare: 1},
		{Title: "ratio", Spare: 1}, {Title: "strength"}, {Title: "rests on", Wide: true, Prose: true}}}
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		if len(a.Comparisons) > fewThefts && !slices.ContainsFunc(c.Rows, func(r attribution.Row) bool { return shows(r) || len(r.Shared) > 0 || r.Apart != nil }) {
			continue
		}
		for j := range c.Rows {
			r := &c.Rows[j]
			if r.Kind == attribution.NotCompared {
				continue
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.With), word(c.Day), word(string(r.Kind)), word(string(r.Item)), word(r.Says), word(apartWords(r)), word(rateWords(r)), word(ratioSpan(r)),
				word(string(r.Strength)), word(r.Rests)}})
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "evidence", Title: "Evidence, for and against (inferred)", Tables: some(t), Notes: []string{
		"Of rows that depend on each other the strongest is evidence, and the others are none beside it. They are never multiplied."}}
}

// apartWords tells a distance in the unit of its item.
func apartWords(r *attribution.Row) string {
	if r.Apart == nil {
		return ""
	}
	switch r.Item {
	case attribution.ItemHours:
		return fmt.Sprintf("%d minutes", *r.Apart)
	case attribution.ItemDwells:
		return fmt.Sprintf("%d.%02d times as long", (*r.Apart+100)/100, (*r.Apart+100)%100)
	}
	return fmt.Sprintf("%d of 1,000", *r.Apart)
}

func rateWords(r *attribution.Row) string {
	if r.Rate == nil {
		return ""
	}
	return fmt.Sprintf("%d of %d (95 %%: at most %d of 1,000)", r.Rate.Had, r.Rate.Of, r.Rate.Most)
}

func ratioSpan(row *attribution.Row) string {
	r := row.Ratio
	switch {
	case r == nil && row.Kind != attribution.Evidence && row.Kind != attribution.Dependent:
		return ""
	case r == nil:
		return "not measured"
	case r.Most == 0:
		return fmt.Sprintf("at least %d.%02d", r.Least/100, r.Least%100)
	}
	return fmt.Sprintf("%d.%02d to %d.%02d", r.Least/100, r.Least%100, r.Most/100, r.Most%100)
}

// sharedSection lists the addresses that had a part in both thefts.
func (a *Attribution) sharedSection() Section {
	t := &Table{Name: "shared", Columns: []Column{{Title: "with"}, {Title: "address"}, {Title: "here"}, {Title: "share", Align: Right}, {Title: "there"}, {Title: "share", Align: Right}, {Title: "row"},
		{Title: "why", Prose: true}, {Title: "source here", Wide: true, Prose: true}, {Title: "source there", Wide: true, Prose: true}, {Title: "rests on"}}}
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		for _, r := range c.Rows {
			for j := range r.Shared {
				s := &r.Shared[j]
				rests := s.This.Basis
				if s.That.Basis == clew.Claimed {
					rests = clew.Claimed
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.With), shortCell(s.Address), word(string(s.This.Did)), theftShareCell(&s.This), word(string(s.That.Did)), theftShareCell(&s.That), word(string(r.Kind)), word(s.Why),
					word(s.This.Source), word(s.That.Source), basisCell(rests)}})
			}
		}
	}
	return Section{ID: "shared", Title: "Addresses that had a part in both", Tables: some(t)}
}

// theftShareCell says how much of a theft came to an address; of a payer of fees, and
// of one that a source only names, that is not known or has no sense.
func theftShareCell(a *attribution.Address) Cell {
	if a.Did == attribution.Named || a.Did == attribution.PaidGas {
		return Cell{}
	}
	return Cell{Text: fmt.Sprintf("%d.%d %%", a.Share/10, a.Share%10)}
}

// claims returns what is said, of the theft that is asked about first, then of those
// with which there is something.
func (a *Attribution) claims() []*ClaimedActor {
	nearer := func(id string) int {
		if id == a.Subject.ID {
			return 0
		}
		at := slices.IndexFunc(a.Comparisons, func(c attribution.Comparison) bool { return c.With == id })
		return 2 - oneIf(at >= 0 && slices.ContainsFunc(a.Comparisons[at].Rows, shows))
	}
	list := make([]*ClaimedActor, len(a.Claims))
	for i := range a.Claims {
		list[i] = &a.Claims[i]
	}
	slices.SortStableFunc(list, func(x, y *ClaimedActor) int { return nearer(x.Theft) - nearer(y.Theft) })
	return list
}

// claimsSection shows what is said of who did it, beside.
func (a *Attribution) claimsSection() Section {
	t := &Table{Name: "claims", Most: 12, Columns: []Column{{Title: "theft"}, {Title: "claimed of"}, {Title: "part", Spare: 2}, {Title: "by"}, {Title: "day"}, {Title: "standing"}, {Title: "means"}, {Title: "evidence", Wide: true, Prose: true}}}
	for _, c := range a.claims() {
		means := string(c.Means)
		if means == "" {
			means = "not stated"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.Theft), word(c.Label), word(string(c.Part)), word(c.By), word(string(c.Day)), word(string(c.Standing) + mark(c.Checked())), word(means), word(c.Evidence)}})
	}
	return Section{ID: "claims", Title: "Who is said to have done them (claims, beside; they enter no row)", Tables: some(t)}
}

// leftSection says what was not compared, and why: thefts of which nothing was in
// one line.
func (a *Attribution) leftSection() Section {
	t := &Table{Name: "left", Most: 10, Columns: []Column{{Title: "with"}, {Title: "item"}, {Title: "why", Prose: true}}}
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		for _, r := range c.Rows {
			if r.Kind == attribution.NotCompared {
				t.Rows = append(t.Rows, Row{Cells: []Cell{word(c.With), word(string(r.Item)), word(r.Says)}, Fold: Clean(c.With)})
			}
		}
	}
	return Section{ID: "left", Title: "What was not compared", Tables: some(t), Detail: true}
}

func (a *Attribution) scaleSection() Section {
	t := &Table{Name: "scale", Columns: []Column{{Title: "words"}, {Title: "ratio above", Align: Right}}}
	for _, b := range a.Scale {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(string(b.Strength)), count(b.Above)}})
	}
	return Section{ID: "scale", Title: "The scale of words", Tables: some(t), Detail: true, Notes: []string{
		"It speaks of the strength of evidence, and not of how probable anything is: " + Clean(a.ScaleSource) + "."}}
}
