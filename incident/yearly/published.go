package yearly

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"clew/incident"
	"clew/internal/strictyaml"
)

//go:embed published.yaml
var publishedText []byte

// Published is what others published, as this package carries it.
type published struct {
	Schema  int      `yaml:"schema,required"`
	Figures []Figure `yaml:"figures,required"`
	Sources []Source `yaml:"sources,required"`
}

// A Figure is what somebody published about the thefts of some time.
type Figure struct {
	ID        string         `yaml:"id,required" json:"id"`
	Publisher string         `yaml:"publisher,required" json:"publisher"`
	Of        string         `yaml:"of" json:"of,omitempty"`      // state whose thefts; empty: whoever did them
	From      string         `yaml:"from,required" json:"from"`   // year
	Until     string         `yaml:"until,required" json:"until"` // year, or the last month that is in it
	Dollars   uint64         `yaml:"usd,required" json:"-"`       // whole
	USD       Cents          `yaml:"-" json:"usd"`
	About     bool           `yaml:"about" json:"about,omitempty"`
	Bound     incident.Bound `yaml:"bound" json:"bound,omitempty"`
	Count     int            `yaml:"count" json:"thefts,omitempty"` // thefts in it; 0: not published
	Counts    string         `yaml:"counts,required" json:"counts"` // what it seems to count
	Said      incident.Day   `yaml:"said,required" json:"said"`
	Verified  *bool          `yaml:"verified" json:"verified,omitzero"` // nil and true: seen in its source
	Parts     []FigurePart   `yaml:"parts" json:"-"`
	Source    string         `yaml:"source,required" json:"-"`
	Where     Source         `yaml:"-" json:"source"`
	Line      int            `yaml:"." json:"-"`
}

// Checked reports whether the figure was seen in its source.
func (f *Figure) Checked() bool { return f.Verified == nil || *f.Verified }

// A FigurePart is a part of a figure that its publisher gives, or that follows from
// one by subtraction. It is of the thefts that it lists, or of those with one of
// its kinds of victim or method.
type FigurePart struct {
	What    string                `yaml:"what,required" json:"what"`
	Dollars uint64                `yaml:"usd,required" json:"-"`
	USD     Cents                 `yaml:"-" json:"usd"`
	About   bool                  `yaml:"about" json:"about,omitempty"`
	Bound   incident.Bound        `yaml:"bound" json:"bound,omitempty"`
	Count   int                   `yaml:"count" json:"thefts,omitempty"`
	Thefts  []string              `yaml:"thefts" json:"ids,omitempty"`
	Victims []incident.VictimKind `yaml:"victims" json:"victims,omitempty"`
	Methods []incident.MethodKind `yaml:"methods" json:"methods,omitempty"`
	Rest    bool                  `yaml:"rest" json:"rest,omitempty"` // of all that are not so
	Note    string                `yaml:"note" json:"note,omitempty"`
	Line    int                   `yaml:"." json:"-"`
}

// holds reports whether a theft belongs to the part.
func (p *FigurePart) holds(t *Theft) bool {
	in := slices.Contains(p.Thefts, t.ID) || slices.Contains(p.Victims, t.Victim) || slices.Contains(p.Methods, t.Method)
	return in != p.Rest
}

// A Source is where a figure was read.
type Source struct {
	ID        string `yaml:"id,required" json:"-"`
	Title     string `yaml:"title,required" json:"title"`
	Publisher string `yaml:"publisher,required" json:"publisher"`
	URL       string `yaml:"url" json:"url,omitempty"`
	Note      string `yaml:"note" json:"note,omitempty"`
	Line      int    `yaml:"." json:"-"`
}

// readPublished reads the figures that the package carries.
func readPublished() ([]Figure, error) {
	var p published
	if err := strictyaml.Err(strictyaml.Decode("published.yaml", bytes.NewReader(publishedText), &p)); err != nil {
		return nil, fmt.Errorf("yearly: %w", err)
	}
	for at := range p.Figures {
		f := &p.Figures[at]
		n := slices.IndexFunc(p.Sources, func(s Source) bool { return s.ID == f.Source })
		if n < 0 {
			return nil, fmt.Errorf("yearly: published.yaml:%d: source %q: no source of that id", f.Line, f.Source)
		}
		f.Where, f.USD = p.Sources[n], Cents(f.Dollars)*100
		for k := range f.Parts {
			f.Parts[k].USD = Cents(f.Parts[k].Dollars) * 100
		}
	}
	return p.Figures, nil
}

// covers reports whether a year is among those that the figure is of.
func (f *Figure) covers(year string) bool {
	until, _, _ := strings.Cut(f.Until, "-")
	return f.From <= year && year <= until
}

// whole reports whether the figure is of whole years.
func (f *Figure) whole() bool { return !strings.Contains(f.Until, "-") }
