package distribution

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
)

// A Seen is what an exhibit shows of the transaction that a victim names.
type Seen struct {
	Exhibit int
	Moved   clew.Amount // of the victim's asset, net of what came back to who paid it
	Time    clew.Time   // 0: not known
}

// A Doubt is what speaks against taking claims as they stand. It changes no share.
type Doubt struct {
	Victims []int  `json:"victims"` // by the numbers of their rows
	Says    string `json:"says"`
}

// claimed makes the claims of rows that stand, by number, with each loss once: what one
// victim entered twice is one claim, and so is what several say of one loss. Of those
// the share is held apart until it is decided whose it is; nothing here decides it.
func (q *Question) claimed() []Claim {
	var rows []*casebook.Victim
	for i := range q.Victims {
		if q.Victims[i].Withdrawn == 0 {
			rows = append(rows, &q.Victims[i])
		}
	}
	slices.SortStableFunc(rows, func(a, b *casebook.Victim) int { return a.Number - b.Number })
	var claims []Claim
	for _, group := range q.contested(sameVictim(rows)) {
		claims = append(claims, q.claim(group))
	}
	slices.SortStableFunc(claims, func(a, b Claim) int { return a.Victim - b.Victim })
	return claims
}

// sameVictim puts rows together that are one loss of one victim. The names are folded
// first, so that only rows of one name are held against each other.
func sameVictim(rows []*casebook.Victim) (groups [][]*casebook.Victim) {
	at := map[string][]int{} // groups by what the rows of one must have in common
	for _, v := range rows {
		key := v.FoldedName() + "\x00" + v.Asset.String() + "\x00" + v.Amount.String()
		i := slices.IndexFunc(at[key], func(g int) bool {
			return !slices.ContainsFunc(groups[g], func(x *casebook.Victim) bool { return !x.SameLoss(v) })
		})
		if i >= 0 {
			g := at[key][i]
			groups[g] = append(groups[g], v)
			continue
		}
		at[key] = append(at[key], len(groups))
		groups = append(groups, []*casebook.Victim{v})
	}
	return groups
}

// contested joins groups that name one transaction and claim more of it than it moved,
// or of a transaction that no exhibit holds the same amount.
func (q *Question) contested(groups [][]*casebook.Victim) (joined [][]*casebook.Victim) {
	at := map[string]int{}
	for _, g := range groups {
		key := q.lossKey(named(g))
		if key == "" {
			joined = append(joined, g)
			continue
		}
		if i, known := at[key]; known {
			joined[i] = append(joined[i], g...)
			continue
		}
		at[key] = len(joined)
		joined = append(joined, slices.Clone(g))
	}
	var out [][]*casebook.Victim
	for _, g := range joined {
		if q.fits(g) {
			out = append(out, sameVictim(g)...)
			continue
		}
		out = append(out, g)
	}
	return out
}

// named returns the row of a group by which its transaction is known, if any names one.
func named(group []*casebook.Victim) *casebook.Victim {
	for _, v := range group {
		if v.Tx != nil {
			return v
		}
	}
	return group[0]
}

// lossKey names the loss that rows may have in common; empty: none is named.
func (q *Question) lossKey(v *casebook.Victim) string {
	if v.Tx == nil {
		return ""
	}
	key := v.Tx.String() + " " + v.Asset.String()
	if _, known := q.Seen[v.Number]; !known {
		key += " " + v.Amount.String()
	}
	return key
}

// fits reports whether a transaction moved what all rows of a group claim of it, each
// victim's loss once. Where no exhibit holds it, only one victim's fits.
func (q *Question) fits(group []*casebook.Victim) bool {
	each := sameVictim(group)
	seen, known := q.Seen[named(group).Number]
	if !known || len(each) == 1 {
		return len(each) == 1
	}
	sum := new(big.Int)
	for _, g := range each {
		sum.Add(sum, g[0].Amount.Big())
	}
	return sum.Cmp(seen.Moved.Big()) <= 0
}

// claim makes one claim of rows that say the same loss: of what the transaction moved,
// where several claim it and an exhibit says so; otherwise of the largest amount that one
// of them claims, at the lowest value that is stated for it.
func (q *Question) claim(group []*casebook.Victim) Claim {
	c := Claim{Victim: group[0].Number, Asset: group[0].Asset, Checked: true, Contested: len(sameVictim(group)) > 1}
	for _, v := range group {
		if v.Number < c.Victim {
			c.Victim = v.Number
		}
		c.Checked = c.Checked && v.Checked
		value, known := q.Values[v.Number]
		switch {
		case c.Amount.Less(v.Amount):
			c.Amount, c.Value = v.Amount, nil
			if known {
				c.Value = &value
			}
		case known && c.Amount == v.Amount && (c.Value == nil || value.Cmp(*c.Value) < 0):
			c.Value = &value
		}
	}
	if seen, known := q.Seen[named(group).Number]; c.Contested && known && !seen.Moved.IsZero() && c.Amount != seen.Moved {
		c.Amount, c.Value = seen.Moved, nil // no row says what that was worth
	}
	for _, v := range group {
		if v.Number != c.Victim {
			c.Also = append(c.Also, v.Number)
		}
	}
	slices.Sort(c.Also)
	return c
}

// rows returns the numbers of a claim's rows.
func (c *Claim) rows() []int { return append([]int{c.Victim}, c.Also...) }

// doubts says what speaks against claims as they stand.
func (s *sharing) doubts() (list []Doubt) {
	byNumber := map[int]*casebook.Victim{}
	for i := range s.Victims {
		byNumber[s.Victims[i].Number] = &s.Victims[i]
	}
	for i := range s.claims {
		c := &s.claims[i]
		switch {
		case c.Contested:
			list = append(list, Doubt{c.rows(), "they claim the same loss by different names, or more of one transaction than it moved: it counts once, and its share is held for all of them until it is decided whose it is"})
		case len(c.Also) > 0:
			list = append(list, Doubt{c.rows(), "they are one loss of one victim, entered more than once: it counts once"})
		}
	}
	at := map[string]int{} // one doubt about many is said once
	for i := range s.claims {
		for _, number := range s.claims[i].rows() {
			for _, says := range s.doubtsOf(byNumber[number]) {
				if k, told := at[says]; told {
					list[k].Victims = append(list[k].Victims, number)
					continue
				}
				at[says] = len(list)
				list = append(list, Doubt{[]int{number}, says})
			}
		}
	}
	list = append(list, s.alike(byNumber)...)
	return append(list, s.doubtsOfPots()...)
}

// lateMax is how far the time of a loss and of its transaction may lie apart: days are
// written in many zones.
const lateMax = 2 * 24 * 3600

// doubtsOf says what speaks against one row.
func (s *sharing) doubtsOf(v *casebook.Victim) (list []string) {
	if v.Tx == nil {
		return []string{"no transaction is named, so that nothing in an exhibit can show the loss"}
	}
	seen, known := s.Seen[v.Number]
	switch {
	case !known:
		return []string{"no exhibit that is laid out here holds the transaction that is named"}
	case seen.Moved.IsZero():
		return []string{fmt.Sprintf("by exhibit %d the transaction moved nothing of the asset", seen.Exhibit)}
	case seen.Moved.Less(v.Amount):
		list = append(list, fmt.Sprintf("it is more than the %s smallest units that the transaction moved by exhibit %d", seen.Moved, seen.Exhibit))
	}
	if v.Time.Known() && seen.Time.Known() && (v.Time-seen.Time > lateMax || seen.Time-v.Time > lateMax) {
		list = append(list, fmt.Sprintf("it is dated %s, and the transaction %s by exhibit %d", v.Time, seen.Time, seen.Exhibit))
	}
	return list
}

// alike says which claims are of one asset and amount by different names, where not both
// name a transaction: whether they are one loss cannot be told from them.
func (s *sharing) alike(byNumber map[int]*casebook.Victim) (list []Doubt) {
	at := map[string][]int{}
	var order []string
	for i := range s.claims {
		v := byNumber[s.claims[i].Victim]
		key := v.Asset.String() + " " + v.Amount.String()
		if at[key] == nil {
			order = append(order, key)
		}
		at[key] = append(at[key], v.Number)
	}
	for _, key := range order {
		if rows := at[key]; len(rows) > 1 && slices.ContainsFunc(rows, func(n int) bool { return byNumber[n].Tx == nil }) {
			list = append(list, Doubt{rows, "they are of the same asset and amount, and not all name a transaction: whether it is one loss cannot be told"})
		}
	}
	return list
}

// doubtsOfPots says which victims put more into accounts than they claim, and which
// movements are told more than once.
func (s *sharing) doubtsOfPots() (list []Doubt) {
	for _, asset := range s.assets() {
		in, told := zeros(len(s.claims)), map[string]int{}
		for _, r := range s.of(asset) {
			for _, e := range r.Pot {
				if e.Tx != nil {
					told[fmt.Sprint(e.Tx, e.Out, e.Amount)]++
				}
				if e.Victim != 0 && !e.Out {
					at := s.at[e.Victim]
					in[at].Add(in[at], e.Amount.Big())
				}
			}
		}
		for i, c := range s.claims {
			if c.Asset == asset && in[i].Cmp(c.Amount.Big()) > 0 {
				list = append(list, Doubt{c.rows(), fmt.Sprintf("of theirs %s smallest units are said to have come into the accounts, which is more than the %s of the claim", in[i], c.Amount)})
			}
		}
		twice := 0
		for _, n := range told {
			twice += n - 1
		}
		if twice > 0 {
			list = append(list, Doubt{nil, fmt.Sprintf("of the movements of accounts %d are told twice, with the same transaction, direction and amount", twice)})
		}
	}
	return list
}

// once reports a recovery that is told twice: then its units would be shared twice.
func (s *sharing) once() error {
	seen := map[string]bool{}
	twice := func(key, want string) error {
		if seen[key] {
			return &clew.InputError{Field: "recovered", Want: want}
		}
		seen[key] = true
		return nil
	}
	for i := range s.Recovered {
		r := &s.Recovered[i]
		fold := func(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
		err := twice("told "+r.Asset.String()+" "+r.Amount.String()+" "+fold(r.Where)+" "+fold(r.Source), "each recovery once: "+r.Amount.String()+" at "+r.Where+" is told twice, with the same source")
		if err == nil && !r.Place.IsZero() {
			err = twice("place "+r.Asset.String()+" "+r.Place.String(), "each place of a trace once: what was recovered at "+r.Place.Text()+" is added up")
		}
		if err == nil && len(r.Pot) > 0 {
			err = twice("pot "+fmt.Sprint(r.Asset, potKey(r.Pot)), "each account once: two recoveries have the same movements, so what was recovered of it is added up")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// potKey writes the movements of an account.
func potKey(pot []Entry) string {
	var b strings.Builder
	for _, e := range pot {
		fmt.Fprintf(&b, "%d %t %s %d;", e.Time, e.Out, e.Amount, e.Victim)
	}
	return b.String()
}
