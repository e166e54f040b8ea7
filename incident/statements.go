package incident

import (
	"clew"
	"clew/price"
)

// A Value is what somebody said a theft was worth in US dollars. Several stand
// side by side. One at most is the figure that an account of the record adds
// up; it is one that was published, never one computed here.
type Value struct {
	USD      Quantity    `yaml:"usd,required"` // whole dollars, or with two decimals
	About    bool        `yaml:"about"`        // rounded, or so called
	Bound    Bound       `yaml:"bound"`
	Basis    price.Basis `yaml:"basis"` // the day whose prices it takes; empty: not stated
	By       string      `yaml:"by,required"`
	Day      Day         `yaml:"day"`    // of the statement; empty: not known
	Counts   bool        `yaml:"counts"` // the figure that totals take
	Verified *bool       `yaml:"verified"`
	Note     string      `yaml:"note"`
	Source   string      `yaml:"source,required"`
	Line     int         `yaml:"."`
}

// Checked reports whether the figure was seen in its source. One that was not
// is never added up.
func (v *Value) Checked() bool { return v.Verified == nil || *v.Verified }

// Dollars returns the figure.
func (v *Value) Dollars() price.Money {
	d, err := price.ParseDecimal(string(v.USD))
	if err != nil {
		panic("incident: " + err.Error()) // a checked file has none
	}
	return d.Times(clew.Units(1), 0)
}

// A Bound says that the true figure lies on one side of the one given.
type Bound string

// The bounds. The empty Bound is none.
const (
	AtLeast Bound = "at least"
	AtMost  Bound = "at most"
)

// A Size says how large a victim was, by one measure.
type Size struct {
	Of     SizeMeasure `yaml:"of,required"`
	Figure Quantity    `yaml:"figure,required"`
	About  bool        `yaml:"about"`
	Day    Day         `yaml:"day"` // of which it is true; empty: not stated
	Source string      `yaml:"source,required"`
	Line   int         `yaml:"."`
}

// A SizeMeasure says what a size counts.
type SizeMeasure string

// The measures. The list is closed and only grows.
const (
	Customers  SizeMeasure = "customers"
	Employees  SizeMeasure = "employees"
	AssetsHeld SizeMeasure = "assets held in US dollars"
)

// An Outcome is one dated state of stolen value: what became of it, as
// somebody says. States do not cancel each other: value that was frozen may be
// seized later, and stands in both rows.
type Outcome struct {
	State    OutcomeState `yaml:"state,required"`
	Day      Day          `yaml:"day,required"`
	About    bool         `yaml:"about"`  // day or figure is not exact; Note says which
	Asset    string       `yaml:"asset"`  // an id of the file's assets
	Coin     string       `yaml:"coin"`   // the coin's usual name, where the file has no asset for it
	Amount   Quantity     `yaml:"amount"` // of asset or coin
	USD      Quantity     `yaml:"usd"`    // as published
	By       string       `yaml:"by,required"`
	At       string       `yaml:"at"` // the service or chain where it lay
	Verified *bool        `yaml:"verified"`
	Note     string       `yaml:"note"`
	Source   string       `yaml:"source,required"`
	Line     int          `yaml:"."`
}

// Checked reports whether the row was checked against its source.
func (o *Outcome) Checked() bool { return o.Verified == nil || *o.Verified }

// An OutcomeState says what happened to stolen value.
type OutcomeState string

// The states. The list is closed and only grows.
const (
	ValueFrozen    OutcomeState = "frozen"    // somebody keeps it from moving
	ValueReleased  OutcomeState = "released"  // a freeze ended
	ValueSeized    OutcomeState = "seized"    // an authority took it
	ValueRecovered OutcomeState = "recovered" // the victim has it again
	ValueReturned  OutcomeState = "returned"  // whoever took it gave it back
)

// A Person is named here alone, and only from an authority's public act, with
// what that act is worth: somebody who is charged is not found guilty.
type Person struct {
	Name      string    `yaml:"name,required"`
	Act       PersonAct `yaml:"act,required"`
	Authority string    `yaml:"authority,required"`
	Day       Day       `yaml:"day,required"`
	Quote     string    `yaml:"quote,required"` // the act's own words
	Source    string    `yaml:"source,required"`
	Line      int       `yaml:"."`
}

// A PersonAct is what an authority did about a person.
type PersonAct string

// The acts. The list is closed and only grows.
const (
	PersonCharged    PersonAct = "charged" // and not found guilty by that
	PersonConvicted  PersonAct = "convicted"
	PersonAcquitted  PersonAct = "acquitted"
	ChargesDismissed PersonAct = "charges dismissed"
	PersonDesignated PersonAct = "designated"
	PersonDelisted   PersonAct = "delisted"
)
