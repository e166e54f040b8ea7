package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"clew"
	"clew/screen"
	"clew/tag"
	"clew/watchlist"
)

// A WhoisPage is what is known of whose an address is: official lists, claims,
// and what ledgers hold of it. Each stands by itself; none follows from another.
type WhoisPage struct {
	Address    clew.Address
	Day        watchlist.Date
	Verdict    screen.Verdict
	Findings   []screen.Finding
	Gap        string // why nothing found on lists would be unknown
	Age        int
	Lists      []ListState
	Tags       []tag.Tag
	Resolution tag.Resolution
	Idle       []tag.Notice
	Packs      []tag.Pack
	Actors     []ActorWay
	Inferred   Inferred
	Seen       *Seen // nil: no ledger of its chain is held
}

// An ActorWay says of whom an actor is said to be a part, from it upwards.
type ActorWay struct {
	Actor string      `json:"actor"` // as a claim names it
	Said  []tag.Actor `json:"said"`  // what sources call it, and of whom they say it is a part
	Above []tag.Actor `json:"above,omitempty"`
}

// Seen is what a ledger holds of an address, in short.
type Seen struct {
	AsOf  clew.BlockRef `json:"asOf"`
	In    uint64        `json:"in"`
	Out   uint64        `json:"out"`
	First clew.Time     `json:"first,omitzero"`
	Last  clew.Time     `json:"last,omitzero"`
	Held  bool          `json:"held"` // the history to the as-of block is held whole
	Gaps  []clew.Gap    `json:"gaps,omitempty"`
}

// Outcome says whether anything is listed, claimed or inferred.
func (p *WhoisPage) Outcome() Outcome {
	if len(p.Findings)+len(p.Tags)+len(p.Resolution.Carried)+len(p.Inferred.Inherited) == 0 && p.Inferred.Deposit == nil {
		return Nothing
	}
	return Found
}

// Doc lays the page out.
func (p *WhoisPage) Doc() *Doc {
	d := &Doc{Title: p.Address.String(), Asked: "Whose is this address said to be, on " + string(p.Day) + "?", Answer: p.answer()}
	if p.Gap != "" {
		d.Warnings = append(d.Warnings, "What is not found on lists is unknown: "+Clean(p.Gap)+".")
	}
	d.Warnings = append(d.Warnings, listWarnings(p.Lists, p.Day, p.Age)...)
	d.Warnings = append(d.Warnings, packWarnings(p.Packs)...)
	d.Warnings = append(d.Warnings, idleWarnings(p.Idle)...)
	said := TagsPage{Resolution: p.Resolution, Key: p.Inferred.Key}
	d.Sections = filled([]Section{p.listed(), tagsSection(p.Tags), said.carried(), p.Inferred.section(), clashSection(p.Resolution.Conflicts), trailSection(p.Tags), p.actors(), p.seen(), listsSection(p.Lists)})
	return d
}

// MarshalJSON returns the page with findings in the form that screening has.
func (p *WhoisPage) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Address    clew.Address   `json:"address"`
		Day        watchlist.Date `json:"day"`
		Verdict    screen.Verdict `json:"verdict"` // of official lists alone
		Findings   []findingJSON  `json:"findings"`
		Gap        string         `json:"gap,omitempty"`
		Age        int            `json:"age"`
		Lists      []ListState    `json:"lists"`
		Tags       []tag.Tag      `json:"tags"`
		Resolution tag.Resolution `json:"resolution"`
		Idle       []tag.Notice   `json:"noticesOfNothing,omitempty"`
		Packs      []tag.Pack     `json:"tagPacks,omitempty"`
		Actors     []ActorWay     `json:"actors,omitempty"`
		Inferred   *Inferred      `json:"inferred"`
		Seen       *Seen          `json:"seen"`
	}{p.Address, p.Day, p.Verdict, findingsJSON(p.Findings), p.Gap, p.Age, p.Lists, p.Tags, p.Resolution, p.Idle, p.Packs, p.Actors, &p.Inferred, p.Seen})
}

// answer says the best that is known in a few sentences.
func (p *WhoisPage) answer() []string {
	var answer []string
	switch {
	case p.Verdict == screen.Listed:
		f := &p.Findings[0]
		answer = append(answer, fmt.Sprintf("Listed: %s %s has it as an address of %s.", Clean(f.Listing.List.Publisher), Clean(f.Listing.List.Name), Clean(f.Listing.Party.Name)))
	case len(p.Findings) > 0:
		answer = append(answer, "Official lists have something on it, which is no listing of this address on that day; see below.")
	default:
		answer = append(answer, fmt.Sprintf("Official lists: %s.", p.Verdict))
	}
	var names []string
	for _, t := range p.Resolution.Best {
		names = append(names, fmt.Sprintf("%q", Clean(t.Label)))
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("and %d more", len(names)-3))
	}
	switch {
	case len(names) > 0:
		answer = append(answer, "Best claims: "+strings.Join(names, ", ")+". Each is somebody's word, with its source.")
	case len(p.Tags) > 0:
		answer = append(answer, "No claim about it counts on that day.")
	default:
		answer = append(answer, "Nothing is claimed of it, which says nothing of it.")
	}
	if n := len(p.Resolution.Conflicts); n > 0 {
		answer = append(answer, "The best claims are in conflict; see below.")
	}
	return answer
}

// listed is what official lists have.
func (p *WhoisPage) listed() Section {
	if len(p.Findings) == 0 {
		return Section{}
	}
	one := Screened{Given: p.Address.Text(), Address: p.Address, Verdict: p.Verdict, Findings: p.Findings}
	return screenedSection([]Screened{one}, true)
}

// actors says of whom the actors of claims are said to be a part.
func (p *WhoisPage) actors() Section {
	table := &Table{Name: "actors", Columns: []Column{{Title: "actor"}, {Title: "called"}, {Title: "also called"}, {Title: "part of"}, {Title: "source"}, {Title: "date"}}}
	row := func(name string, a *tag.Actor) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(name), word(a.Label), word(strings.Join(a.Aliases, ", ")), word(a.Parent), word(a.Source), word(a.Date)}})
	}
	for i := range p.Actors {
		w := &p.Actors[i]
		for j := range w.Said {
			row(w.Actor, &w.Said[j])
		}
		for j := range w.Above {
			row(w.Above[j].ID, &w.Above[j])
		}
	}
	if len(table.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "actors", Title: "Who the actors are said to be (claims)", Tables: some(table), Notes: []string{"Each source uses names in its own sense; that two use one name does not make them mean the same."}}
}

// seen is what the ledger holds.
func (p *WhoisPage) seen() Section {
	if p.Seen == nil {
		return Section{ID: "seen", Title: "On the ledger", Notes: []string{"No ledger of " + p.Address.Chain().Name() + " is held here, or it has no transfer of this address."}}
	}
	s := p.Seen
	table := &Table{Name: "seen", Columns: []Column{{Title: "transfers in", Align: Right}, {Title: "out", Align: Right}, {Title: "first, UTC"}, {Title: "last, UTC"}, {Title: "rests on"}}}
	table.Rows = append(table.Rows, Row{Cells: []Cell{count(s.In), count(s.Out), timeCell(s.First), timeCell(s.Last), basisCell(clew.Fact)}})
	section := Section{ID: "seen", Title: "On the ledger, to " + blockWords(s.AsOf, &clew.Coverage{Gaps: s.Gaps}), Tables: some(table)}
	if !s.Held {
		section.Notes = append(section.Notes, "The history of this address is not held whole.")
	}
	return section
}
