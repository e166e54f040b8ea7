package report

import (
	"fmt"
	"strings"

	"clew/attribution"
)

// An AttributionProfile is what a theft looked like.
type AttributionProfile struct {
	*attribution.Profile
	To string `json:"to,omitempty"` // the file that was written
}

// Outcome is Nothing where nothing was seen.
func (p *AttributionProfile) Outcome() Outcome {
	if len(p.Addresses) == 0 && p.Hours == nil && len(p.Steps) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (p *AttributionProfile) Doc() *Doc {
	d := &Doc{Title: "Profile of " + Clean(p.ID), Asked: "What did this theft and its laundering look like?"}
	d.Answer = []string{fmt.Sprintf("%s, by: %s.", plural(len(p.Addresses), "address", "addresses"), Clean(p.Method))}
	if p.To != "" {
		d.Answer = append(d.Answer, "Written to "+Clean(p.To)+".")
	}
	d.Warnings = []string{"All of it is inferred, but for what a source says. An address is no person: a profile says what addresses did, and when."}
	t := &Table{Name: "addresses", Most: 12, Columns: []Column{{Title: "address"}, {Title: "did"}, {Title: "hop", Align: Right}, {Title: "share", Align: Right}, {Title: "others who paid it", Align: Right}, {Title: "first, UTC", Spare: 1}, {Title: "rests on"}, {Title: "source", Wide: true}}}
	for i := range p.Addresses {
		a := &p.Addresses[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{shortCell(a.Address), word(string(a.Did)), count(a.Hop), theftShareCell(a), count(a.Payers), timeCell(a.First), basisCell(a.Basis), word(a.Source)}})
	}
	lacks := &Table{Name: "lacks", Columns: []Column{{Title: "item"}, {Title: "why it was not seen, or not all of it"}}}
	for _, l := range p.Lacks {
		lacks.Rows = append(lacks.Rows, Row{Cells: []Cell{word(string(l.Item)), word(l.Why)}})
	}
	d.Sections = filled([]Section{profileSection(p.Profile), {ID: "addresses", Title: "Addresses", Tables: some(t)}, {ID: "lacks", Title: "What was not seen", Tables: some(lacks)}})
	d.More = []string{"clew attribute compares thefts by their profiles."}
	return d
}

// profileSection tells hours, steps and dwell times of a profile.
func profileSection(p *attribution.Profile) Section {
	t := &Table{Name: "profile", Columns: []Column{{Title: "of " + Clean(p.ID)}, {Title: "what"}}}
	add := func(what, text string) {
		if text != "" {
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(what), word(text)}})
		}
	}
	add("hours (UTC)", hoursWords(p.Hours))
	if h := p.Hours; h != nil {
		add("hours against chance", chanceWords(h.Uniform))
		add("hours against others", chanceWords(h.Others))
		add("signers", h.Signers)
		if h.Uniform != nil {
			least, most := attribution.Zones(h.Uniform.Mean)
			add("time zones", fmt.Sprintf("sessions around %s fit a working day in any zone from UTC%+d to UTC%+d, and a night's work in those opposite", clockWords(h.Uniform.Mean), least, most))
		}
	}
	steps := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = string(s)
	}
	add("steps", strings.Join(steps, ", "))
	for _, d := range p.Dwells {
		add("until the first "+string(d.Until), lengthWords(int64(d.Seconds)))
	}
	if n := len(p.Tranches); n > 0 {
		add("tranches", plural(n, "amount", "amounts")+" to services and bridges")
	}
	if n := len(p.Fees); n > 0 {
		times := 0
		for _, f := range p.Fees {
			times += f.Times
		}
		add("fees on Bitcoin", fmt.Sprintf("%s in %s", plural(n, "exact fee", "exact fees"), plural(times, "transaction", "transactions")))
	}
	if p.AsOf.Known() {
		add("known up to", dayCell(p.AsOf).Text)
	}
	return Section{ID: "profile", Title: "How it was hidden", Tables: some(t)}
}

func hoursWords(h *attribution.Hours) string {
	if h == nil {
		return ""
	}
	var parts []string
	for hour, n := range h.ByHour {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%02dh %d", hour, n))
		}
	}
	return fmt.Sprintf("%s in %s: %s", plural(h.Transactions, "transaction", "transactions"), plural(h.Sessions, "session", "sessions"), strings.Join(parts, ", "))
}

func chanceWords(c *attribution.Chance) string {
	if c == nil {
		return ""
	}
	against := c.Against
	if c.Of > 0 {
		against += fmt.Sprintf(" (%s)", plural(c.Of, "session", "sessions"))
	}
	return fmt.Sprintf("sessions lie around %s; by chance they would lie as close in at most %d of 10,000 cases (Rayleigh's test, resultant %d of 1,000, against %s)", clockWords(c.Mean), c.P, c.R, against)
}

func clockWords(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
