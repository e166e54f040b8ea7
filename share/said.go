package share

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
	"clew/incident"
)

// A Theft is one theft as it may be told under a release. It counts what it
// keeps back.
type Theft struct {
	*incident.Incident
	Withheld Withheld

	release *Release
	public  bool
	kept    map[string]bool // notes that stay private, each counted once
}

// Told returns the theft as it may be told; an input error if it must not go
// out. Public says that it is of the product's record: notes of other files are
// private.
func (r *Release) Told(i *incident.Incident, public bool) (*Theft, error) {
	if err := r.Theft(i, public); err != nil {
		return nil, err
	}
	return &Theft{Incident: i, release: r, public: public, kept: map[string]bool{}}, nil
}

// A Said is one statement about a theft in words, and who makes it where.
type Said struct {
	What      string // such as "Loss"
	Text      string
	By        string         // who says so; empty: the source's publisher
	Source    string         // id of one of the file's sources
	Addresses []clew.Address // that it is about, beside the theft
}

// Own returns a note of the file's own, unless it is to stay private.
func (t *Theft) Own(note string) string {
	if note == "" || t.public || t.release.Notes {
		return note
	}
	if !t.kept[note] {
		t.Withheld.Notes++
	}
	t.kept[note] = true
	return ""
}

// Days are the days that matter, of those that are known.
func (t *Theft) Days() (list []Said) {
	for _, d := range []struct {
		what string
		day  incident.Dated
	}{{"occurred", t.Dates.Occurred}, {"was discovered", t.Dates.Discovered}, {"was disclosed", t.Dates.Disclosed}} {
		if d.day.Day != "" {
			list = append(list, Said{What: "Day on which it " + d.what, Source: d.day.Source,
				Text: Joined(about(d.day.About)+string(d.day.Day)+until(d.day.Until), t.Own(d.day.Note)) + Unverified(d.day.Checked())})
		}
	}
	return list
}

// Sizes say how large a victim was.
func (t *Theft) Sizes(v *incident.Victim) (list []Said) {
	for _, s := range v.Sizes {
		list = append(list, Said{What: "Size of " + v.Name, Text: fmt.Sprintf("%s: %s%s%s", s.Of, about(s.About), s.Figure, of(s.Day)), Source: s.Source})
	}
	return list
}

// VictimWords say what sort of party lost.
func VictimWords(v *incident.Victim) string {
	country := ""
	if v.Country != "" {
		country = "country: " + v.Country
	}
	return Joined("Kind of victim: "+cmp.Or(string(v.Kind), "not known"), country)
}

// VictimClass says which sort of party a victim is, in the word that STIX and
// MISP share. Of a private person nobody is named.
func VictimClass(v *incident.Victim) string {
	switch v.Kind {
	case incident.PersonVictim:
		return "individual"
	case incident.WalletVictim, incident.UnknownVictim:
		return "unknown"
	}
	return "organization"
}

// Method says how it was done.
func (t *Theft) Method(m *incident.Method) Said {
	return Said{What: "Method", Text: Joined(string(m.Kind), m.Text) + Unverified(m.Checked()), By: m.By, Source: m.Source}
}

// Techniques returns the techniques of ATT&CK that a method stands for, by id.
func Techniques(m *incident.Method) []string {
	ids := slices.Clone(m.Kind.Techniques())
	for _, own := range m.Techniques {
		if !slices.Contains(ids, own) {
			ids = append(ids, own)
		}
	}
	return ids
}

// TechniqueFrom says where a technique comes from: the source, or this
// project's own reading of a kind of method.
func TechniqueFrom(m *incident.Method, id string) string {
	if slices.Contains(m.Techniques, id) {
		return "technique named in the record"
	}
	return "technique by this project's mapping of the kind"
}

// Money says what was taken and what it was said to be worth.
func (t *Theft) Money() (list []Said) {
	for _, l := range t.Losses {
		list = append(list, Said{What: "Loss", Text: Joined(fmt.Sprintf("%s%s %s", about(l.About), l.Amount, cmp.Or(l.Asset, l.Coin)), t.Own(l.Note)) + Unverified(l.Checked()), By: l.By, Source: l.Source})
	}
	for _, v := range t.Values {
		bound, basis := string(v.Bound), ""
		if bound != "" {
			bound += " "
		}
		if v.Basis != "" {
			basis = "at prices: " + string(v.Basis)
		}
		list = append(list, Said{What: "Value, as published", Text: Joined(bound+about(v.About)+string(v.USD)+" US dollars"+of(v.Day), basis, t.Own(v.Note)) + Unverified(v.Checked()), By: v.By, Source: v.Source})
	}
	return list
}

// Became says what became of stolen value.
func (t *Theft) Became() (list []Said) {
	for _, o := range t.Outcomes {
		amount, dollars, at := "", "", ""
		if o.Amount != "" {
			amount = string(o.Amount) + " " + cmp.Or(o.Asset, o.Coin)
		}
		if o.USD != "" {
			dollars = string(o.USD) + " US dollars"
		}
		if o.At != "" {
			at = "at " + o.At
		}
		list = append(list, Said{What: "Outcome: " + string(o.State), Text: Joined(about(o.About)+string(o.Day), amount, dollars, at, t.Own(o.Note)) + Unverified(o.Checked()), By: o.By, Source: o.Source})
	}
	return list
}

// Acts says what authorities did; about persons only if that is released.
func (t *Theft) Acts() (list []Said) {
	for _, d := range t.Designations {
		under := ""
		if d.Under != "" {
			under = "under " + d.Under
		}
		list = append(list, Said{What: "Act of an authority: " + string(d.Act), Text: Joined(d.Party+", "+string(d.Day), under, t.Own(d.Note)) + Unverified(d.Checked()),
			By: d.Authority, Source: d.Source, Addresses: d.Addresses})
	}
	for _, p := range t.Persons {
		if !t.release.Persons {
			t.Withheld.Persons++
			continue
		}
		list = append(list, Said{What: "Act of an authority about a person: " + string(p.Act), Text: Joined(p.Name+", "+string(p.Day), "in its words: "+p.Quote, meaning(p.Act)), By: p.Authority, Source: p.Source})
	}
	return list
}

// meaning says what an act about a person is not.
func meaning(act incident.PersonAct) string {
	if act == incident.PersonCharged {
		return "whoever is charged is not found guilty by that"
	}
	return ""
}

// Claim says who is said to have done it, in one line.
func (t *Theft) Claim(a *incident.Attribution) string {
	part, evidence, means := "", "", ""
	if a.Part == incident.PartLaundering {
		part = "of the laundering alone"
	}
	if a.Evidence != "" {
		evidence = "evidence, as stated: " + a.Evidence
	}
	if a.Means != "" {
		means = "by means: " + string(a.Means)
	}
	return Joined(fmt.Sprintf("%s: %s, %s%s", a.By, a.Label, about(a.About), a.Day), "standing: "+string(a.Standing), part, evidence, means, t.Own(a.Note)) + Unverified(a.Checked())
}

// Roles returns the sets of addresses that may be told. Those that the value was
// taken from are the victim's, and stay private unless released.
func (t *Theft) Roles() (sets []incident.RoleSet) {
	for _, set := range t.RoleSets {
		if set.Role == incident.VictimContract && !t.release.Victims {
			t.Withheld.Victims += len(set.Addresses)
			continue
		}
		sets = append(sets, set)
	}
	return sets
}

// Role says what the addresses of a set are said to have done.
func (t *Theft) Role(set *incident.RoleSet) string {
	return Joined("Addresses of which "+set.By+" says that each "+set.Did, t.Own(set.Note))
}

// A Seen is one transaction by which a source saw the theft.
type Seen struct {
	Chain  clew.Chain // empty: not stated
	Tx     clew.TxID
	Says   string
	Time   clew.Time // unknown: not stated
	Source string    // id of one of the file's sources
}

// Seen returns the transactions that the file names.
func (t *Theft) Seen() (list []Seen) {
	for _, n := range t.Named {
		list = append(list, Seen{clew.Chain(n.Chain), n.Tx, "did: " + n.Did, n.Time.Time(), n.Source})
	}
	for _, l := range t.Losses {
		chain := clew.Chain("")
		if a, ok := t.Asset(l.Asset); ok {
			chain = a.Asset.Chain()
		}
		for _, tx := range l.Transactions {
			list = append(list, Seen{chain, tx, "took " + string(l.Amount) + " " + l.Asset + l.Coin + countOf(len(l.Transactions)), 0, l.Source})
		}
	}
	return list
}

func countOf(n int) string {
	if n > 1 {
		return fmt.Sprintf(" together with %d others", n-1)
	}
	return ""
}
