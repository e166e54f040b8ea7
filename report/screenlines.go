package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/exposure"
	"clew/screen"
	"clew/watchlist"
)

// A screenedJSON is one address, as JSON has it.
type screenedJSON struct {
	Line     int            `json:"line,omitempty"`
	Given    string         `json:"given"`
	Address  *clew.Address  `json:"address,omitempty"` // none where the list has a text that is no address known here
	Verdict  screen.Verdict `json:"verdict,omitempty"`
	Error    string         `json:"error,omitempty"`
	Findings []findingJSON  `json:"findings,omitempty"`
	Fired    []screen.Fired `json:"rules,omitempty"`
	Gaps     []string       `json:"gaps,omitempty"`
	AsOf     *clew.BlockRef `json:"asOf,omitempty"`
	Sides    []sideJSON     `json:"sides,omitempty"`
}

// sideJSON is what one side of the exposure comes to, without its rows.
type sideJSON struct {
	Side      exposure.Side        `json:"side"`
	Totals    []exposure.Total     `json:"totals"`
	Residual  []exposure.Residual  `json:"residual"`
	Uncounted []exposure.Uncounted `json:"uncounted,omitempty"`
}

type findingJSON struct {
	Verdict   screen.Verdict     `json:"verdict"` // of the finding by itself
	Standing  watchlist.Standing `json:"standing"`
	Why       string             `json:"why,omitempty"`
	Publisher string             `json:"publisher"`
	List      string             `json:"list"`
	Nature    watchlist.Nature   `json:"nature,omitempty"` // none: a designation
	Edition   watchlist.Edition  `json:"edition"`
	Party     string             `json:"party"`
	Name      string             `json:"name"`
	Programme []string           `json:"programmes,omitempty"`
	Events    []watchlist.Event  `json:"events,omitempty"`
	Gone      *watchlist.Span    `json:"gone,omitempty"`
	Published *watchlist.Span    `json:"published,omitempty"` // when the identifier came to stand there; none: not known
	Withdrawn *watchlist.Span    `json:"withdrawn,omitempty"`
	Currency  string             `json:"currency"`
	Text      string             `json:"text"` // as published
	Carried   bool               `json:"carried,omitempty"`
}

// MarshalJSON writes what is said of an address, with each finding whole.
func (s Screened) MarshalJSON() ([]byte, error) {
	out := screenedJSON{Line: s.Line, Given: s.Given, Verdict: s.Verdict, Fired: s.Fired, Gaps: s.Gaps, AsOf: s.AsOf}
	if s.Exposure != nil {
		for i := range s.Exposure.Sides {
			f := &s.Exposure.Sides[i]
			out.Sides = append(out.Sides, sideJSON{f.Side, f.Totals, f.Residual, f.Uncounted})
		}
	}
	if !s.Address.IsZero() {
		out.Address = &s.Address
	}
	if s.Error != nil {
		out.Error = s.Error.Error()
	}
	out.Findings = findingsJSON(s.Findings)
	return json.Marshal(out)
}

// findingsJSON returns findings as JSON has them; none are nil.
func findingsJSON(findings []screen.Finding) (out []findingJSON) {
	for i := range findings {
		f := &findings[i]
		l, p, x := f.Listing.List, f.Listing.Party, f.Listing.Identifier
		out = append(out, findingJSON{
			Verdict: f.Verdict(), Standing: f.Standing, Why: f.Why(), Publisher: l.Publisher, List: l.Name, Nature: l.Nature, Edition: l.Edition,
			Party: p.ID, Name: p.Name, Programme: p.Programmes, Events: p.Events, Gone: spanJSON(p.Gone),
			Published: spanJSON(x.Published), Withdrawn: spanJSON(x.Withdrawn), Currency: x.Currency, Text: x.Text, Carried: f.Listing.Carried,
		})
	}
	return out
}

func spanJSON(s watchlist.Span) *watchlist.Span {
	if s.IsZero() {
		return nil
	}
	return &s
}

// A ScreenWriter writes what is said of address after address: JSON lines, or
// CSV with a heading. The last line of JSON is the sum of it all.
type ScreenWriter struct {
	form Form
	out  *bufio.Writer
	rows *csv.Writer // of CSV
}

// NewScreenWriter returns a writer for JSON or CSV.
func NewScreenWriter(w io.Writer, form Form) *ScreenWriter {
	s := &ScreenWriter{form: form, out: bufio.NewWriterSize(w, 1<<16)}
	if form == CSV {
		s.rows = csv.NewWriter(s.out)
		var heading []string
		for _, c := range append(slices.Clone(screenColumns), ruleColumns...) {
			heading = append(heading, c.Title)
		}
		s.rows.Write(heading) // an error stays until the end
	}
	return s
}

// Write writes one.
func (s *ScreenWriter) Write(one *Screened) error {
	if s.rows == nil && one.isPlain() {
		return s.plain(one)
	}
	if s.rows == nil {
		return s.line(one)
	}
	for _, row := range one.lines() {
		record := make([]string, len(screenColumns)+len(ruleColumns))
		for i, c := range row.Cells {
			record[i] = csvCell(c.raw())
		}
		if err := s.rows.Write(record); err != nil {
			return err
		}
	}
	return nil
}

// isPlain reports whether there is nothing to say of an address but its verdict,
// and its text needs no escapes: of a million lines, most are so.
func (s *Screened) isPlain() bool {
	if len(s.Findings)+len(s.Fired)+len(s.Gaps) > 0 || s.AsOf != nil || s.Exposure != nil || s.Error != nil || s.Address.IsZero() {
		return false
	}
	for i := range len(s.Given) {
		if c := s.Given[i]; c != ':' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// plain writes what [Screened.MarshalJSON] would, in a tenth of the time.
func (s *ScreenWriter) plain(one *Screened) error {
	b := s.out.AvailableBuffer()
	b = append(b, '{')
	if one.Line > 0 {
		b = strconv.AppendInt(append(b, `"line":`...), int64(one.Line), 10)
		b = append(b, ',')
	}
	b = append(append(b, `"given":"`...), one.Given...)
	b = append(append(b, `","address":"`...), one.Address.String()...)
	b = append(append(b, `","verdict":"`...), one.Verdict...)
	_, err := s.out.Write(append(b, "\"}\n"...))
	return err
}

func (s *ScreenWriter) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var b strings.Builder
	escapeJSON(&b, string(text))
	b.WriteByte('\n')
	_, err = s.out.WriteString(b.String())
	return err
}

// Flush writes all that was held back.
func (s *ScreenWriter) Flush() error {
	if s.rows != nil {
		s.rows.Flush()
		if err := s.rows.Error(); err != nil {
			return err
		}
	}
	return s.out.Flush()
}

// End writes the sum, and all that was held back.
func (s *ScreenWriter) End(sum *Screening) error {
	if s.rows == nil {
		if err := s.line(map[string]any{"sum": sum}); err != nil {
			return err
		}
	}
	return s.Flush()
}
