package incident

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"clew/price"
)

var (
	techniqueForm = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)
	countryForm   = regexp.MustCompile(`^[A-Z]{2}$`)
	actorForm     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	idForm        = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// statements holds what is said beside the transfers against what must be true
// of it.
func (c *checker) statements() {
	i := c.incident
	if len(i.Losses) == 0 && len(i.Values) == 0 {
		c.add(1, "losses, values: want one of them")
	}
	if !idForm.MatchString(i.ID) {
		c.add(1, "id %q: want small letters and digits, joined by hyphens", i.ID)
	}
	c.victims()
	c.dates()
	c.methods()
	c.values()
	c.outcomes()
	c.claims()
	c.persons()
	for _, h := range i.Held {
		if (h.Chain == "") == (h.Ledger == "") {
			c.add(h.Line, "want one of chain and ledger")
		}
	}
	for _, s := range i.Sources {
		if s.Kind != "" || i.Status != "" {
			oneOf(c, s.Line, "kind", s.Kind, SourceKinds())
		}
	}
}

// victims wants the words of the format from an entry of a record; a case's own
// file may use others.
func (c *checker) victims() {
	for _, v := range c.incident.Victims {
		if c.incident.Status != "" {
			oneOf(c, v.Line, "kind", v.Kind, VictimKinds())
		}
		c.country("country", v.Country, v.Line)
		for _, s := range v.Sizes {
			oneOf(c, s.Line, "of", s.Of, []SizeMeasure{Customers, Employees, AssetsHeld})
			c.decimal("figure", s.Figure, s.Line)
		}
	}
}

func (c *checker) country(key, code string, line int) {
	if code == "" {
		return
	}
	if r, err := language.ParseRegion(code); err != nil || !countryForm.MatchString(code) || !r.IsCountry() || r.Canonicalize().String() != code {
		c.add(line, "%s %q: want a country's two capital letters of ISO 3166, such as SG", key, clipped(code))
	}
}

// decimal wants a figure: what is not known is left out, and is never 0.
func (c *checker) decimal(key string, q Quantity, line int) {
	switch d, err := price.ParseDecimal(string(q)); {
	case err != nil:
		c.add(line, "%s %q: want a decimal number above 0, such as 3031.07", key, clipped(string(q)))
	case d.IsZero():
		c.add(line, "%s: 0; what is not known is left out", key)
	}
}

// dollars wants a figure in whole cents.
func (c *checker) dollars(q Quantity, line int) {
	c.decimal("usd", q, line)
	if _, cents, _ := strings.Cut(string(q), "."); len(cents) > 2 {
		c.add(line, "usd %q: want whole dollars, or two decimals", clipped(string(q)))
	}
}

// clipped returns what a message repeats of a text.
func clipped(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

// dates wants a theft to be noticed and told no earlier than it happened.
func (c *checker) dates() {
	d := &c.incident.Dates
	for _, x := range []*Dated{&d.Occurred, &d.Discovered, &d.Disclosed} {
		if x.Time != 0 && Day(x.Time.Time().String()[:len("2006-01-02")]) != x.Day {
			c.add(x.Line, "time %s: not of day %s", x.Time.Time(), x.Day)
		}
		if x.Until != "" && (x != &d.Occurred || x.Until <= x.Day) {
			c.add(x.Line, "until %s: want a day after the first, of what occurred", x.Until)
		}
		if x.Day != "" && x.Day < d.Occurred.Day && !x.About && !d.Occurred.About {
			c.add(x.Line, "day %s: before the theft, on %s", x.Day, d.Occurred.Day)
		}
	}
}

func (c *checker) methods() {
	for _, m := range c.incident.Methods {
		if c.incident.Status != "" {
			oneOf(c, m.Line, "kind", m.Kind, MethodKinds())
		}
		for _, t := range m.Techniques {
			if !techniqueForm.MatchString(t) {
				c.add(m.Line, "technique %q: want an id of ATT&CK, such as T1566.002", t)
			}
		}
	}
}

func (c *checker) values() {
	counted := 0
	for _, v := range c.incident.Values {
		c.dollars(v.USD, v.Line)
		oneOf(c, v.Line, "bound", v.Bound, []Bound{"", AtLeast, AtMost})
		oneOf(c, v.Line, "basis", v.Basis, append(price.Bases(), ""))
		if !v.Counts {
			continue
		}
		if counted > 0 {
			c.add(v.Line, "counts: the figure of line %d counts already", counted)
		}
		if !v.Checked() {
			c.add(v.Line, "counts: a figure that was not verified is never added up")
		}
		counted = v.Line
	}
}

func (c *checker) outcomes() {
	for _, o := range c.incident.Outcomes {
		oneOf(c, o.Line, "state", o.State, []OutcomeState{ValueFrozen, ValueReleased, ValueSeized, ValueRecovered, ValueReturned})
		if o.Day < c.incident.Dates.Occurred.Day && !o.About {
			c.add(o.Line, "day %s: before the theft", o.Day)
		}
		if o.Amount == "" && o.USD == "" {
			c.add(o.Line, "want amount or usd")
		}
		if o.USD != "" {
			c.dollars(o.USD, o.Line)
		}
		if o.Amount != "" || o.Asset+o.Coin != "" {
			c.amount(o.Asset, o.Coin, o.Amount, o.Line)
		}
	}
}

// amount checks an amount of an asset of the file, or of a coin by name.
func (c *checker) amount(asset, coin string, q Quantity, line int) {
	if (asset == "") == (coin == "") {
		c.add(line, "want one of asset and coin")
		return
	}
	if coin != "" {
		c.decimal("amount", q, line)
		return
	}
	if a, ok := c.asset(asset, line); ok {
		c.units(q, a, line)
	}
}

func (c *checker) claims() {
	for _, a := range c.incident.Attributions {
		if !actorForm.MatchString(a.Actor) {
			c.add(a.Line, "actor %q: want small letters and digits, joined by hyphens", a.Actor)
		}
		c.country("state", a.State, a.Line)
		oneOf(c, a.Line, "part", a.Part, []Part{"", PartTheft, PartLaundering})
		oneOf(c, a.Line, "means", a.Means, []Means{"", OnChain, OffChain, BothWays})
	}
}

// persons wants whoever is named to be named by an authority, and nowhere else
// in the file.
func (c *checker) persons() {
	for _, p := range c.incident.Persons {
		oneOf(c, p.Line, "act", p.Act, []PersonAct{PersonCharged, PersonConvicted, PersonAcquitted, ChargesDismissed, PersonDesignated, PersonDelisted})
		s, _ := c.incident.Source(p.Source)
		for _, a := range c.incident.Attributions {
			if strings.Contains(strings.ToLower(a.Label), strings.ToLower(p.Name)) {
				c.add(a.Line, "label %q: names a person, of whom line %d is to say what an authority did; want a group", clipped(a.Label), p.Line)
			}
		}
		if s.Kind != AuthoritySource {
			c.add(p.Line, "source %q: a person is named from an authority's own act alone; its kind is %q", p.Source, s.Kind)
		}
	}
}

// keysOfIncident returns the keys that a file has at its top.
func keysOfIncident() []string {
	var keys []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Incident]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}
