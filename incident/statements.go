package incident

import (
	"clew"
	"clew/price"
)

// A Value is what somebody said a theft was worth in US dollars. Several stand
// side by side. One at most is the figure that an account of the record adds
// up; it is one that was published, never one computed here.
type Value struct {
	USD      Quantity    `yaml:"usd,required" json:"usd,omitzero"` // whole dollars, or with two decimals
	About    bool        `yaml:"about" json:"about,omitzero"`      // rounded, or so called
	Bound    Bound       `yaml:"bound" json:"bound,omitzero"`
	Basis    price.Basis `yaml:"basis" json:"basis,omitzero"` // the day whose prices it takes; empty: not stated
	By       string      `yaml:"by,required" json:"by,omitzero"`
	Day      Day         `yaml:"day" json:"day,omitzero"`       // of the statement; empty: not known
	Counts   bool        `yaml:"counts" json:"counts,omitzero"` // the figure that totals take
	Verified *bool       `yaml:"verified" json:"verified,omitzero"`
	Note     string      `yaml:"note" json:"note,omitzero"`
	Source   string      `yaml:"source,required" json:"source,omitzero"`
	Line     int         `yaml:"." json:"-"`
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
	Of     SizeMeasure `yaml:"of,required" json:"of,omitzero"`
	Figure Quantity    `yaml:"figure,required" json:"figure,omitzero"`
	About  bool        `yaml:"about" json:"about,omitzero"`
	Day    Day         `yaml:"day" json:"day,omitzero"` // of which it is true; empty: not stated
	Source string      `yaml:"source,required" json:"source,omitzero"`
	Line   int         `yaml:"." json:"-"`
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
	State    OutcomeState `yaml:"state,required" json:"state,omitzero"`
	Day      Day          `yaml:"day,required" json:"day,omitzero"`
	About    bool         `yaml:"about" json:"about,omitzero"`   // day or figure is not exact; Note says which
	Asset    string       `yaml:"asset" json:"asset,omitzero"`   // an id of the file's assets
	Coin     string       `yaml:"coin" json:"coin,omitzero"`     // the coin's usual name, where the file has no asset for it
	Amount   Quantity     `yaml:"amount" json:"amount,omitzero"` // of asset or coin
	USD      Quantity     `yaml:"usd" json:"usd,omitzero"`       // as published
	By       string       `yaml:"by,required" json:"by,omitzero"`
	At       string       `yaml:"at" json:"at,omitzero"` // the service or chain where it lay
	Verified *bool        `yaml:"verified" json:"verified,omitzero"`
	Note     string       `yaml:"note" json:"note,omitzero"`
	Source   string       `yaml:"source,required" json:"source,omitzero"`
	Line     int          `yaml:"." json:"-"`
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
	Name      string    `yaml:"name,required" json:"name,omitzero"`
	Act       PersonAct `yaml:"act,required" json:"act,omitzero"`
	Authority string    `yaml:"authority,required" json:"authority,omitzero"`
	Day       Day       `yaml:"day,required" json:"day,omitzero"`
	Quote     string    `yaml:"quote,required" json:"quote,omitzero"` // the act's own words
	Source    string    `yaml:"source,required" json:"source,omitzero"`
	Line      int       `yaml:"." json:"-"`
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
