package distribution

import (
	"io"

	"clew"
	"clew/internal/strictyaml"
	"clew/price"
)

// A File says what was recovered, for a table among the victims of a case.
type File struct {
	ValuedBy  string  `yaml:"valued-by"` // by which the victims' values are stated; empty: as each claims
	Recovered []Found `yaml:"recovered,required"`
}

// A Found is one recovery of a file.
type Found struct {
	Asset  clew.Asset  `yaml:"asset,required"`
	Amount clew.Amount `yaml:"amount,required"` // in the asset's smallest unit
	Where  string      `yaml:"where,required"`
	Source string      `yaml:"source,required"`
	Worth  string      `yaml:"worth"` // of all of it, in US dollars
	Pot    []Moved     `yaml:"pot"`
	Traced *Traced     `yaml:"traced"`
	Line   int         `yaml:"."`
}

// A Moved is one movement of a pot: an amount that came in or one that went out.
type Moved struct {
	Time   clew.Time    `yaml:"time"`
	In     *clew.Amount `yaml:"in"`
	Out    *clew.Amount `yaml:"out"`
	Victim int          `yaml:"victim"`
	Tx     *clew.TxID   `yaml:"tx"`
	Line   int          `yaml:"."`
}

// A Traced names the place in an exhibit's trace at which units were recovered, and
// whose loss each of its origins is.
type Traced struct {
	Exhibit int          `yaml:"exhibit,required"`
	Address clew.Address `yaml:"address,required"`
	Origins []OriginOf   `yaml:"origins,required"`
}

// An OriginOf says whose loss an origin of a trace is.
type OriginOf struct {
	Origin string `yaml:"origin,required"`
	Victim int    `yaml:"victim,required"`
}

// ReadFile reads a file of what was recovered; name stands in its errors, each with
// the line.
func ReadFile(name string, r io.Reader) (*File, error) {
	f := &File{}
	issues := strictyaml.Decode(name, r, f)
	for i := range f.Recovered {
		issues = append(issues, f.Recovered[i].check(name)...)
	}
	if err := strictyaml.Err(issues); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Found) check(name string) []strictyaml.Issue {
	var issues []strictyaml.Issue
	if _, err := f.worth(); err != nil {
		issues = append(issues, strictyaml.Issue{File: name, Line: f.Line, Text: "worth: " + err.Error()})
	}
	if f.Amount.IsZero() {
		issues = append(issues, strictyaml.Issue{File: name, Line: f.Line, Text: "amount: want more than nothing; what was not recovered is left out"})
	}
	before := clew.Time(0)
	for i := range f.Pot {
		m := &f.Pot[i]
		switch {
		case (m.In == nil) == (m.Out == nil):
			issues = append(issues, strictyaml.Issue{File: name, Line: m.Line, Text: "pot: want either in or out"})
		case m.Out != nil && m.Victim != 0:
			issues = append(issues, strictyaml.Issue{File: name, Line: m.Line, Text: "pot: a victim is of what came in; whose it is that goes out the policy says"})
		case m.Time.Known() && m.Time < before:
			issues = append(issues, strictyaml.Issue{File: name, Line: m.Line, Text: "pot: want the order of time"})
		}
		before = max(before, m.Time)
	}
	return issues
}

// worth returns what a recovery is worth; nil where that is not stated.
func (f *Found) worth() (*price.Money, error) {
	if f.Worth == "" {
		return nil, nil
	}
	d, err := price.ParseDecimal(f.Worth)
	if err != nil {
		return nil, err
	}
	m := d.Times(clew.Units(1), 0)
	return &m, nil
}

// Recovery returns what the file says of one recovery, without the lots of a trace.
func (f *Found) Recovery() (Recovery, error) {
	w, err := f.worth()
	if err != nil {
		return Recovery{}, err
	}
	r := Recovery{Asset: f.Asset, Amount: f.Amount, Where: f.Where, Source: f.Source, Worth: w}
	for i := range f.Pot {
		m := &f.Pot[i]
		e := Entry{Time: m.Time, Victim: m.Victim, Tx: m.Tx}
		if m.Out != nil {
			e.Out, e.Amount = true, *m.Out
		} else {
			e.Amount = *m.In
		}
		r.Pot = append(r.Pot, e)
	}
	return r, nil
}
