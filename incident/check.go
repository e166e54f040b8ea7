package incident

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"clew"
	"clew/price"
	"clew/tag"
	"clew/trace"
)

// A checker holds a decoded file against what must be true of it, and puts its
// transfers in order.
type checker struct {
	incident *Incident
	issues   []Issue
}

func (c *checker) add(line int, format string, args ...any) {
	c.issues = append(c.issues, Issue{File: c.incident.File, Line: line, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) check() {
	if c.incident.Schema != Schema {
		c.add(1, "schema %d: this version reads schema %d", c.incident.Schema, Schema)
		return
	}
	if c.tooMany(); len(c.issues) > 0 {
		return
	}
	if c.filled(reflect.ValueOf(c.incident).Elem(), 1); len(c.issues) > 0 {
		return
	}
	c.names()
	c.twice()
	c.sources()
	c.words()
	c.roles()
	c.money()
	c.trail()
	c.afterwards()
	c.marking()
	c.statements()
	c.transfers()
	if len(c.issues) == 0 {
		c.references()
		c.records()
	}
	slices.SortStableFunc(c.issues, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
}

// listMax bounds the lists that are looked through for each row.
const listMax = 1000

func (c *checker) tooMany() {
	i := c.incident
	for _, n := range []int{len(i.Sources), len(i.Assets), len(i.Conversions), len(i.Held), len(i.RoleSets), len(i.Values), len(i.Outcomes), len(i.Named), len(i.Attributions), len(i.Trail),
		len(i.Victims), len(i.Methods), len(i.Losses), len(i.Persons), len(i.Designations), len(i.Summary), len(i.Prices)} {
		if n > listMax {
			c.add(1, "a list of %d; want at most %d of each kind of statement", n, listMax)
		}
	}
	if n := len(i.Beginnings); n > trace.MaxOrigins {
		c.add(1, "%d origins; at most %d", n, trace.MaxOrigins)
	}
}

// names wants the ids of each kind to be given once.
func (c *checker) names() {
	i := c.incident
	seen := map[string]int{}
	once := func(kind, id string, line int) {
		if id == "" {
			return
		}
		if before, ok := seen[kind+" "+id]; ok {
			c.add(line, "%s %q: its id is taken in line %d", kind, id, before)
			return
		}
		seen[kind+" "+id] = line
	}
	for _, s := range i.Sources {
		once("source", s.ID, s.Line)
	}
	for _, a := range i.Assets {
		once("asset", a.ID, a.Line)
		once("contract", a.Asset.String(), a.Line)
	}
	for _, x := range i.Conversions {
		once("conversion", x.ID, x.Line)
	}
	for _, o := range i.Beginnings {
		once("origin", o.ID, o.Line)
	}
	for _, n := range i.Named {
		once("transaction of "+clew.Chain(n.Chain).Name(), n.Tx.String(), n.Line)
	}
	for _, h := range i.Held {
		once("chain", string(h.Chain)+h.Ledger, h.Line)
	}
	for _, set := range slices.Concat(i.Recorded, i.Supposed) {
		for _, row := range set.Rows {
			once("transfer", row.ID, row.Line)
		}
	}
}

// sources wants every row to cite a source of the file, and every source to be
// one that can be found again and to be cited.
func (c *checker) sources() {
	ids := make([]string, len(c.incident.Sources))
	cited := map[string]bool{}
	for at, s := range c.incident.Sources {
		ids[at] = s.ID
		if s.URL == "" && s.Snapshot == "" && s.Note == "" {
			c.add(s.Line, "source %q: want url, repository, or a note that says where it can be found", s.ID)
		}
		if s.URL != "" && !onTheWeb(s.URL) {
			c.add(s.Line, "url %q: want an address on the web, such as https://example.org/theft", s.URL)
		}
	}
	for _, at := range c.incident.citations() {
		cited[at.id] = true
		if slices.Contains(ids, at.id) {
			continue
		}
		c.add(at.line, "source %q: not among the file's sources%s", at.id, suggestion(at.id, ids))
	}
	for _, s := range c.incident.Sources {
		if !cited[s.ID] {
			c.add(s.Line, "source %q: nothing cites it", s.ID)
		}
	}
}

type citation struct {
	id   string
	line int
}

// citations lists what the file's rows cite.
func (i *Incident) citations() []citation {
	dates := []Dated{i.Dates.Occurred, i.Dates.Discovered, i.Dates.Disclosed}
	dates = slices.DeleteFunc(dates, func(d Dated) bool { return d.Day == "" })
	acts := slices.DeleteFunc(slices.Clone(i.Trail), func(x TrailEntry) bool { return x.Source == "" })
	var sizes []Size
	for _, v := range i.Victims {
		sizes = append(sizes, v.Sizes...)
	}
	return slices.Concat(
		cite(dates, func(x Dated) citation { return citation{x.Source, x.Line} }),
		cite(i.Summary, func(x Statement) citation { return citation{x.Source, x.Line} }),
		cite(i.Victims, func(x Victim) citation { return citation{x.Source, x.Line} }),
		cite(i.Methods, func(x Method) citation { return citation{x.Source, x.Line} }),
		cite(i.Losses, func(x Loss) citation { return citation{x.Source, x.Line} }),
		cite(i.Held, func(x Chain) citation { return citation{x.Source, x.Line} }),
		cite(i.Assets, func(x Asset) citation { return citation{x.Source, x.Line} }),
		cite(i.RoleSets, func(x RoleSet) citation { return citation{x.Source, x.Line} }),
		cite(i.Recorded, func(x TransferSet) citation { return citation{x.Source, x.Line} }),
		cite(i.Supposed, func(x TransferSet) citation { return citation{x.Source, x.Line} }),
		cite(i.Conversions, func(x Conversion) citation { return citation{x.Source, x.Line} }),
		cite(i.Beginnings, func(x Origin) citation { return citation{x.Source, x.Line} }),
		cite(i.Freezes, func(x FreezeRequest) citation { return citation{x.Source, x.Line} }),
		cite(i.Attributions, func(x Attribution) citation { return citation{x.Source, x.Line} }),
		cite(i.Designations, func(x Designation) citation { return citation{x.Source, x.Line} }),
		cite(i.Prices, func(x Price) citation { return citation{x.Source, x.Line} }),
		cite(i.Values, func(x Value) citation { return citation{x.Source, x.Line} }),
		cite(i.Outcomes, func(x Outcome) citation { return citation{x.Source, x.Line} }),
		cite(i.Named, func(x NamedTx) citation { return citation{x.Source, x.Line} }),
		cite(i.Persons, func(x Person) citation { return citation{x.Source, x.Line} }),
		cite(sizes, func(x Size) citation { return citation{x.Source, x.Line} }),
		cite(acts, func(x TrailEntry) citation { return citation{x.Source, x.Line} }),
	)
}

func cite[T any](rows []T, of func(T) citation) []citation {
	list := make([]citation, len(rows))
	for at, row := range rows {
		list[at] = of(row)
	}
	return list
}

// words holds every closed vocabulary.
func (c *checker) words() {
	for _, set := range c.incident.RoleSets {
		oneOf(c, set.Line, "role", set.Role, RoleNames())
		oneOf(c, set.Line, "stop", set.Stop, append(tag.Stops(), tag.NoStop))
	}
	for _, x := range c.incident.Conversions {
		oneOf(c, x.Line, "kind", x.Kind, []clew.ConversionKind{clew.Swap, clew.Bridge, clew.Wrap})
		oneOf(c, x.Line, "basis", x.Basis, []clew.Basis{clew.Claimed, clew.Inferred})
	}
	for _, x := range c.incident.Attributions {
		oneOf(c, x.Line, "standing", x.Standing, []Standing{Alleged, Assessed, Confirmed, Disputed, Withdrawn})
	}
	for _, x := range c.incident.Designations {
		oneOf(c, x.Line, "act", x.Act, []Act{PartyDesignated, IdentifierPublished, PartyDelisted})
	}
}

func oneOf[T ~string](c *checker, line int, key string, given T, known []T) {
	if slices.Contains(known, given) {
		return
	}
	names := make([]string, len(known))
	for at, k := range known {
		names[at] = string(k)
	}
	c.add(line, "%s %q: not a word of the format%s", key, given, suggestion(string(given), names))
}

func suggestion(given string, known []string) string {
	if near := clew.Nearest(given, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; known are " + strings.TrimPrefix(strings.Join(known, ", "), ", ")
}

// RoleNames returns the roles that a file may give.
func RoleNames() []RoleName {
	return []RoleName{VictimContract, FirstRecipient, SwapAddress, Intermediary, ExchangeSide, ExchangeDeposit, MixerDepositor, AfterMixer, Dormant, HeldStolen}
}

// roles gives an address one role.
func (c *checker) roles() {
	seen := map[clew.Address]int{}
	for _, set := range c.incident.RoleSets {
		for _, a := range set.Addresses {
			if a.IsZero() {
				c.add(set.Line, "role %q: an address is empty", set.Role)
				continue
			}
			if before, ok := seen[a]; ok {
				c.add(set.Line, "%s: has a role already, in the set of line %d", a.Text(), before)
			}
			seen[a] = set.Line
		}
	}
}

// money checks assets, losses and prices.
func (c *checker) money() {
	for _, a := range c.incident.Assets {
		if _, decimals, ok := a.Asset.Known(); ok && decimals != a.Decimals {
			c.add(a.Line, "asset %q: %d decimals, but its chain fixes %d", a.ID, a.Decimals, decimals)
		}
		if a.Decimals > 77 {
			c.add(a.Line, "asset %q: %d decimals; at most 77 fit an amount", a.ID, a.Decimals)
		}
	}
	for _, l := range c.incident.Losses {
		c.amount(l.Asset, l.Coin, l.Amount, l.Line)
	}
	for _, p := range c.incident.Prices {
		c.asset(p.Asset, p.Line)
		if _, err := price.ParseDecimal(p.Close); err != nil {
			c.add(p.Line, "%v", err)
		}
		if p.Assumed != (p.Day == "") || p.Assumed && p.Close != "1" {
			c.add(p.Line, "want a day, or an assumed close of 1 without one")
		}
	}
	if _, err := c.incident.priceTable(); err != nil {
		c.add(c.incident.Prices[0].Line, "%v", err)
	}
}

func (c *checker) asset(id string, line int) (Asset, bool) {
	a, ok := c.incident.Asset(id)
	if !ok {
		ids := make([]string, len(c.incident.Assets))
		for at, known := range c.incident.Assets {
			ids[at] = known.ID
		}
		c.add(line, "asset %q: not among the file's assets%s", id, suggestion(id, ids))
	}
	return a, ok
}

func (c *checker) units(q Quantity, a Asset, line int) clew.Amount {
	units, err := q.Units(a.Decimals)
	if err != nil {
		c.add(line, "%v", err)
	}
	return units
}
