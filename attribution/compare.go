package attribution

import (
	"cmp"
	"fmt"
	"slices"
)

// A Kind says what a row of the table is.
type Kind string

// The kinds of row.
const (
	Evidence    Kind = "evidence"
	Dependent   Kind = "depends on a stronger row" // of its group: no evidence beside it
	Contrary    Kind = "speaks against"
	Launderer   Kind = "launderer" // a link to whom thieves hire, and none to a thief
	NoEvidence  Kind = "shows nothing"
	NotCompared Kind = "not compared"
)

var kinds = []Kind{Evidence, Dependent, Launderer, Contrary, NoEvidence, NotCompared}

// Claims tell which thefts are laid to whom by means other than ledgers. They
// serve to count base rates alone, and enter no comparison: but where claims lay
// two thefts to different actors, an address that moved value of both is held for
// a launderer's.
type Claims interface {
	// Same reports whether claims that rest on other means than ledgers lay two
	// thefts to one actor.
	Same(a, b string) bool

	// Any reports whether any claim that stands does, whatever it rests on.
	Any(a, b string) bool

	// Apart reports whether claims lay two thefts to different actors.
	Apart(a, b string) bool
}

// A Row is one line of the table of evidence.
type Row struct {
	Kind     Kind     `json:"kind"`
	Item     Item     `json:"item"`
	Group    Group    `json:"group"`
	Says     string   `json:"says"`
	Shared   []Shared `json:"shared,omitempty"`
	Apart    *int     `json:"apart,omitempty"` // the distance, in the item's unit; nil: it has none
	Rate     *Rate    `json:"rate,omitempty"`  // of other thefts that no claim lays to one actor with the past one: as near to it
	Same     *Rate    `json:"same,omitempty"`  // of pairs of other thefts that claims lay to one actor: as near to each other
	Ratio    *Ratio   `json:"ratio,omitempty"` // nil: too little was measured
	Strength Strength `json:"strength"`        // of a row that speaks against: for the alternative
	Rests    string   `json:"restsOn"`         // the strength: a measurement, or the project's judgement
}

// A Comparison has all rows of two thefts. Nothing adds them up.
type Comparison struct {
	With  string `json:"with"`
	Title string `json:"title,omitempty"`
	Day   string `json:"day"`
	Rows  []Row  `json:"rows"`
}

// Compare compares a theft with a past one. others are further thefts, on which
// base rates are measured; the two themselves are left out.
func Compare(this, that *Profile, others []*Profile, claims Claims) Comparison {
	others = slices.DeleteFunc(slices.Clone(others), func(p *Profile) bool { return p.ID == this.ID || p.ID == that.ID })
	c := &comparing{this: this, that: that, others: others, claims: claims}
	c.links()
	c.clock()
	for _, item := range []Item{ItemSteps, ItemTranches, ItemDwells, ItemFees} {
		c.distance(item)
	}
	c.group()
	slices.SortStableFunc(c.rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(slices.Index(Items(), a.Item), slices.Index(Items(), b.Item)))
	})
	return Comparison{With: that.ID, Title: that.Title, Day: that.Day, Rows: c.rows}
}

type comparing struct {
	this, that *Profile
	others     []*Profile
	claims     Claims
	rows       []Row
}

// notCompared says why an item was not compared.
func (c *comparing) notCompared(item Item) {
	why := ""
	for _, p := range []*Profile{c.this, c.that} {
		said := "nothing of it is in the profile of " + p.ID
		for _, l := range p.Lacks {
			if l.Item == item {
				said = p.ID + ": " + l.Why
			}
		}
		if !has(p, item) {
			if why != "" {
				why += "; "
			}
			why += said
		}
	}
	if why == "" {
		why = "the two have no asset or step in common, or too few of it"
	}
	c.rows = append(c.rows, Row{Kind: NotCompared, Item: item, Group: GroupOf(item), Says: why, Strength: NoSupport})
}

// has reports whether a profile has something to compare.
func has(p *Profile, item Item) bool {
	switch item {
	case ItemHours:
		return p.Hours != nil && p.Hours.Sessions >= leastSessions
	case ItemSteps:
		return len(p.Steps) >= leastSteps
	case ItemTranches:
		return len(p.Tranches) > 0
	case ItemDwells:
		return len(p.Dwells) > 0
	case ItemFees:
		return len(p.Fees) > 0
	}
	return len(p.Addresses) > 0
}

// leastSteps is how many steps make a sequence.
const leastSteps = 3

// links tells what addresses the two share.
func (c *comparing) links() {
	if !has(c.this, ItemAddresses) || !has(c.that, ItemAddresses) {
		c.notCompared(ItemAddresses)
		return
	}
	shared := sharedOf(c.this, c.that, c.claims, c.others)
	for _, kind := range []Kind{Evidence, Launderer, NoEvidence} {
		for _, item := range []Item{ItemAddresses, ItemDeposits, ItemGas} {
			var of []Shared
			for _, s := range shared {
				if s.Kind == kind && s.Item == item {
					of = append(of, s)
				}
			}
			if len(of) > 0 {
				c.rows = append(c.rows, c.linkRow(kind, item, of))
			}
		}
	}
	c.usedBefore(shared)
	c.atOnce(shared)
	if len(shared) == 0 {
		c.nothingShared()
	}
}

// nothingShared is evidence against only where both were walked to the end.
func (c *comparing) nothingShared() {
	row := Row{Kind: NoEvidence, Item: ItemAddresses, Group: Links, Says: "no address is shared, as far as is held of both", Strength: NoSupport}
	if c.this.Whole && c.that.Whole {
		row.Kind, row.Strength, row.Rests = Contrary, Weak, byJudgement
		row.Says = "no address is shared, though both were walked to the end: whoever is careful shares none either"
	}
	c.rows = append(c.rows, row)
}

const (
	byJudgement = "the project's judgement; the base rate was not measured on enough thefts"
	byRate      = "the project's judgement, and no more than the least base rate allows; no ratio: too few pairs are laid to one actor by means other than ledgers"
	byRatio     = "the least that the measured ratio can be"
)

func (c *comparing) linkRow(kind Kind, item Item, of []Shared) Row {
	row := Row{Kind: kind, Item: item, Group: Links, Shared: of, Strength: NoSupport}
	n := fmt.Sprintf("%d addresses are", len(of))
	if len(of) == 1 {
		n = "1 address is"
	}
	row.Says = n + " shared"
	switch kind {
	case Evidence:
		for i := range of {
			if s := of[i].strength(); rank(s) > rank(row.Strength) {
				row.Strength = s
			}
		}
		if j := of[0].Jointly; j > 0 {
			row.Says += fmt.Sprintf(", by which at least %d.%d %% of each loot went", j/10, j%10)
		}
		row.Rests = byJudgement
		c.measure(&row, 0)
	case Launderer:
		row.Says += ", of whom thieves may hire: " + whys(of)
	default:
		row.Says += ": " + whys(of)
	}
	return row
}

// whys tells each reason once.
func whys(of []Shared) (text string) {
	var list []string
	for _, s := range of {
		if !slices.Contains(list, s.Why) {
			list = append(list, s.Why)
			if text != "" {
				text += "; "
			}
			text += s.Why
		}
	}
	return text
}

// clock compares hours, if both are gathered more than chance gathers them.
func (c *comparing) clock() {
	if !has(c.this, ItemHours) || !has(c.that, ItemHours) {
		c.notCompared(ItemHours)
		return
	}
	a, b := c.this.Hours.test(), c.that.Hours.test()
	if a == nil || b == nil || a.P > significant || b.P > significant {
		apart := hoursApart(c.this.Hours.ByHour, c.that.Hours.ByHour)
		c.rows = append(c.rows, Row{Kind: NoEvidence, Item: ItemHours, Group: Clock, Apart: &apart, Strength: NoSupport,
			Says: "the hours of one of them, or of both, lie as chance would have them: they tell nobody from anybody"})
		return
	}
	c.distance(ItemHours)
}

// significant is how often, in 10,000, chance may gather hours so that they count
// as gathered.
const significant = 100

// test returns the test against other signers, or against an even day where there
// is none.
func (h *Hours) test() *Chance {
	if h.Others != nil {
		return h.Others
	}
	return h.Uniform
}

// apartBy returns how far two thefts are apart in an item; false if they cannot be
// compared.
func apartBy(item Item, a, b *Profile, claims Claims, others []*Profile) (apart int, ok bool) {
	if !has(a, item) || !has(b, item) {
		return 0, false
	}
	switch item {
	case ItemHours:
		return hoursApart(a.Hours.ByHour, b.Hours.ByHour), true
	case ItemSteps:
		return stepsApart(a.Steps, b.Steps), true
	case ItemTranches:
		apart, _, ok = tranchesApart(a.Tranches, b.Tranches)
		return apart, ok
	case ItemDwells:
		return dwellsApart(a.Dwells, b.Dwells)
	case ItemFees:
		apart, _, ok = tranchesApart(a.Fees, b.Fees)
		return apart, ok
	}
	for _, s := range sharedOf(a, b, claims, others) {
		if s.Kind == Evidence && s.Item == item {
			return 0, true
		}
	}
	return 1, true
}

// distance tells how far the two are apart.
func (c *comparing) distance(item Item) {
	apart, ok := apartBy(item, c.this, c.that, c.claims, nil)
	if !ok {
		c.notCompared(item)
		return
	}
	row := Row{Kind: NoEvidence, Item: item, Group: GroupOf(item), Apart: &apart, Strength: NoSupport, Says: "neither near nor far"}
	switch {
	case apart <= near[item]:
		row.Kind, row.Says, row.Strength, row.Rests = Evidence, "near", judged[item], byJudgement
		c.measure(&row, apart)
	case apart >= far[item]:
		row.Kind, row.Says, row.Strength, row.Rests = Contrary, "far apart: habits change too", judged[item], byJudgement
	}
	if row.Strength == NoSupport && row.Kind != NoEvidence {
		row.Kind, row.Says, row.Rests = NoEvidence, row.Says+", which shows nothing by itself", ""
	}
	c.rows = append(c.rows, row)
}

// measure counts how often other thefts are as near, and lets a strength rest on it.
func (c *comparing) measure(row *Row, apart int) {
	var had, of int
	for _, k := range c.others {
		if c.claims != nil && c.claims.Any(k.ID, c.that.ID) || row.Group == Links && walked(k) != walked(c.this) {
			continue // what sources name is little beside what a walk finds
		}
		if d, ok := apartBy(row.Item, k, c.that, c.claims, nil); ok {
			of++
			had += one(d <= apart)
		}
	}
	if of == 0 {
		return
	}
	rate := rateOf(had, of)
	row.Rate = &rate
	same := c.sameActor(row.Item, apart)
	if same.Of > 0 {
		row.Same = &same
	}
	if row.Ratio = ratioOf(same, rate); row.Ratio != nil {
		row.Strength, row.Rests = wordOf(row.Ratio.Least), byRatio
		return
	}
	if of < LeastOthers {
		return
	}
	row.Rests = byRate
	if most := wordOf(100_000 / max(rate.Least, 1)); rate.Least > 0 && rank(most) < rank(row.Strength) {
		row.Strength = most
	}
}

// walked reports whether a profile has addresses that a walk found.
func walked(p *Profile) bool {
	return slices.ContainsFunc(p.Addresses, func(a Address) bool { return a.Did != Named })
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// sameActor counts pairs of the others that claims lay to one actor.
func (c *comparing) sameActor(item Item, apart int) Rate {
	var had, of int
	if c.claims == nil {
		return Rate{}
	}
	for i, k := range c.others {
		for _, l := range c.others[:i] {
			if !c.claims.Same(k.ID, l.ID) {
				continue
			}
			if d, ok := apartBy(item, k, l, c.claims, nil); ok {
				of++
				had += one(d <= apart)
			}
		}
	}
	return rateOf(had, of)
}

// group leaves of each group the strongest row as evidence.
func (c *comparing) group() {
	for _, g := range []Group{Links, Clock, Habits} {
		best := -1
		for i := range c.rows {
			r := &c.rows[i]
			if r.Group == g && r.Kind == Evidence && (best < 0 || rank(r.Strength) > rank(c.rows[best].Strength)) {
				best = i
			}
		}
		for i := range c.rows {
			if r := &c.rows[i]; r.Group == g && r.Kind == Evidence && i != best {
				r.Kind = Dependent
			}
		}
	}
}
