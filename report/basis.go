package report

import (
	"fmt"
	"slices"

	"clew"
	"clew/trace"
)

// basisSection says how much is fact, claim and inference.
func (t *Trace) basisSection() Section {
	s := Section{ID: "basis", Title: "What is fact, what is claim, what is inferred"}
	var facts uint64
	for i := range t.Result.Uses {
		if u := &t.Result.Uses[i]; u.Basis == clew.Fact {
			facts += transfersOf(u)
		}
	}
	if facts > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Fact: %s that a ledger records, or a file that restates one.", plural(facts, "transfer", "transfers")))
	}
	said := ""
	for _, r := range t.restings() {
		if note := t.restingNote(r); said == string(r.basis)+r.by {
			s.Notes[len(s.Notes)-1] += " " + note // the same says more
		} else {
			s.Notes, said = append(s.Notes, note), string(r.basis)+r.by
		}
		if r.note != "" {
			s.Fine = append(s.Fine, fmt.Sprintf("Of %s by %s: %s.", t.Units.Amount(r.asset, r.sum), Clean(r.by), Clean(r.note)))
		}
	}
	s.Fine = append(s.Fine, t.originNotes()...)
	s.Notes = append(s.Notes, t.conversionNotes()...)
	if n := len(t.Result.Adjustments); n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Inferred: %s of balances, from claims of the tokens' contracts; what rests on them is inferred too.", plural(n, "adjustment", "adjustments")))
	}
	s.Notes = append(s.Notes, t.recordNotes()...)
	if n := t.claimedNames(); n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Claim: what %s, by roles and tags, each with who says so.", plural(n, "address is or did", "addresses are or did")))
	}
	s.Fine = append(s.Fine, fmt.Sprintf("Convention: which units of a mixed balance moved, by the policy %s.", t.Result.Method.Policy))
	return s
}

// originNotes says which origins rest on more than facts: each of a few, and
// how many more.
func (t *Trace) originNotes() []string {
	var notes []string
	more := 0
	for _, o := range t.Result.Origins {
		switch {
		case o.Basis == clew.Fact || o.Basis == "":
		case len(notes) == mostColumns:
			more++
		default:
			notes = append(notes, fmt.Sprintf("Origin %s rests on a %s: %s.", Clean(o.ID), o.Basis, Clean(o.Name)))
		}
	}
	if more > 0 {
		notes = append(notes, plural(more, "more origin rests", "more origins rest")+" on a claim or an inference.")
	}
	return notes
}

// transfersOf counts the transfers that a use stands for.
func transfersOf(u *trace.Use) uint64 {
	if u.Transfer.Aggregate != nil {
		return u.Transfer.Aggregate.Count
	}
	return 1
}

// A resting is what went over transfers that are no facts: of one kind of
// knowledge, by one who says so, for one reason.
type resting struct {
	basis    clew.Basis
	by, note string
	asset    clew.Asset
	to       string // what all that were paid are said to be; "" if that differs
	origin   string // that starts with all of them; "" if none does
	count    uint64
	sum      clew.Amount
}

// restings adds up what rests on claims and inferences, in the order in which
// they are met.
func (t *Trace) restings() []*resting {
	names := t.nameOf()
	var list []*resting
	for i := range t.Result.Uses {
		u := &t.Result.Uses[i]
		if u.Basis == clew.Fact {
			continue
		}
		to, origin := "", ""
		if n := names[recipient(u)]; n != nil {
			to = n.Label
		}
		if u.Hop == 0 && len(u.Parts) == 1 {
			origin = u.Parts[0].Origin
		}
		at := slices.IndexFunc(list, func(r *resting) bool {
			return r.basis == u.Basis && r.by == u.By && r.note == u.Note && r.asset == u.Transfer.Asset
		})
		if at < 0 {
			at = len(list)
			list = append(list, &resting{basis: u.Basis, by: u.By, note: u.Note, asset: u.Transfer.Asset, to: to, origin: origin})
		}
		r := list[at]
		if r.to != to {
			r.to = ""
		}
		if r.origin != origin {
			r.origin = ""
		}
		r.count += transfersOf(u)
		r.sum, _ = r.sum.Add(u.Amount)
	}
	return list
}

// recipient returns whom a transfer paid; nobody if it was several.
func recipient(u *trace.Use) clew.Address {
	if len(u.Transfer.To) != 1 {
		return clew.Address{}
	}
	return u.Transfer.To[0].Address
}

// nameOf returns the first name of each address.
func (t *Trace) nameOf() map[clew.Address]*Name {
	names := map[clew.Address]*Name{}
	for i := range t.Names {
		if n := &t.Names[i]; names[n.Address] == nil {
			names[n.Address] = n
		}
	}
	return names
}

// restingNote says how much of the value followed went over such transfers.
func (t *Trace) restingNote(r *resting) string {
	s := fmt.Sprintf("%s: %s", capital(string(r.basis)), t.Units.Amount(r.asset, r.sum))
	if books := t.mainBooks(); len(books) == 1 && books[0].Asset == r.asset {
		s += fmt.Sprintf(" (%s of all)", share(r.sum, books[0].Start))
	}
	if r.origin != "" {
		s += ", all of the origin " + Clean(r.origin) + ","
	}
	s += " over " + plural(r.count, "transfer", "transfers")
	if r.to != "" {
		s += " to “" + Clean(r.to) + "”"
	}
	if r.basis == clew.Claimed {
		return s + ", as " + Clean(r.by) + " says."
	}
	return s + ", by " + Clean(r.by) + "."
}

func (t *Trace) claimedNames() int {
	seen := map[clew.Address]bool{}
	for _, n := range t.Names {
		seen[n.Address] = true
	}
	for i := range t.Result.Places {
		if p := &t.Result.Places[i]; p.Tag != nil || p.Role != "" {
			seen[p.Address] = true
		}
	}
	return len(seen)
}
