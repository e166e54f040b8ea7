package attribution

import (
	"slices"

	"clew"
	"clew/incident"
)

// OfRecord makes a profile of what the file of a theft says of addresses, where no
// ledger of it is held: all of it is claimed, and nothing else is known. What sources
// said after until, or on a day that is not known, is left out; zero: nothing is.
func OfRecord(i *incident.Incident, until clew.Time) *Profile {
	p := &Profile{AsOf: until, Schema: Schema, ID: i.ID, Title: i.Title, Day: string(i.Dates.Occurred.Day), Method: "what sources say of addresses; no ledger was read",
		Sources: []string{"the incident's file " + i.ID}}
	for _, set := range i.RoleSets {
		if set.Role == incident.VictimContract {
			continue
		}
		source, _ := i.Source(set.Source)
		if !saidBy(source.Day, until) {
			continue
		}
		for _, a := range set.Addresses {
			if len(p.Addresses) < MaxAddresses {
				p.Addresses = append(p.Addresses, Address{Address: a, Did: Named, Basis: clew.Claimed, Source: short(set.By + ", " + source.Title)})
			}
		}
	}
	sorted(p.Addresses)
	const why = "no ledger of it was walked"
	for _, item := range Items() {
		p.lack(item, why)
	}
	return p
}

// saidBy reports whether what was said on a day was said by a time: by the end of it.
func saidBy(day incident.Day, until clew.Time) bool {
	return !until.Known() || day.Time().Known() && day.Time()+onDay <= until+1
}

// Without returns what is to be compared of a theft of which nothing may be, and why.
func (p *Profile) Without(why string) *Profile {
	bare := &Profile{Schema: Schema, ID: p.ID, Title: p.Title, Day: p.Day, Method: p.Method, Sources: p.Sources}
	for _, item := range Items() {
		bare.lack(item, why)
	}
	return bare
}

// short bounds a text to what a profile may hold.
func short(s string) string {
	r := []rune(s)
	for len(string(r)) > maxText {
		r = r[:len(r)-1]
	}
	return string(r)
}

// RecordClaims are the claims of a record.
type RecordClaims struct {
	off, any map[string][]string // actors and states, by theft
}

// ClaimsOf reads who the thefts of a record are laid to. Claims that were
// withdrawn, are disputed, were not checked, or are of a part in laundering alone
// do not count, and neither do those made after until; zero: all are taken.
func ClaimsOf(record []*incident.Incident, until clew.Time) *RecordClaims {
	c := &RecordClaims{map[string][]string{}, map[string][]string{}}
	for _, i := range record {
		for j := range i.Attributions {
			a := &i.Attributions[j]
			if a.Part == incident.PartLaundering || !a.Checked() || !saidBy(a.Day, until) || !slices.Contains([]incident.Standing{incident.Alleged, incident.Assessed, incident.Confirmed}, a.Standing) {
				continue
			}
			who := []string{"actor " + a.Actor}
			if a.State != "" {
				who = append(who, "state "+a.State)
			}
			c.any[i.ID] = append(c.any[i.ID], who...)
			if a.Means == incident.OffChain && a.Standing != incident.Alleged {
				c.off[i.ID] = append(c.off[i.ID], who...)
			}
		}
	}
	return c
}

// Same reports whether claims by other means than ledgers lay both to one actor, or
// to one state.
func (c *RecordClaims) Same(a, b string) bool { return meet(c.off[a], c.off[b]) }

// Any reports whether any claims do.
func (c *RecordClaims) Any(a, b string) bool { return meet(c.any[a], c.any[b]) }

// Apart reports whether claims lay each of them to somebody, and none to the same.
func (c *RecordClaims) Apart(a, b string) bool {
	return len(c.any[a]) > 0 && len(c.any[b]) > 0 && !meet(c.any[a], c.any[b])
}

// OffChain returns the thefts that are laid to somebody by other means than
// ledgers, in order.
func (c *RecordClaims) OffChain() (ids []string) {
	for id := range c.off {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
