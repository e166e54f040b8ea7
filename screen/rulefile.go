package screen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew"
	"clew/exposure"
	"clew/internal/strictyaml"
	"clew/price"
	"clew/tag"
)

// An Issue is one thing wrong in a file of rules.
type Issue = strictyaml.Issue

// The bounds of a file of rules.
const (
	RuleBytesMax = 1 << 20
	rulesMax     = 500
	casesMax     = 1000
	rowsMax      = 10_000 // of all examples
	listedMax    = 1000   // concepts, actors or lists of one rule, and rows of one case
	reasonMax    = 1000   // bytes
)

type ruleFile struct {
	Title       string    `yaml:"title,required"`
	Version     string    `yaml:"version,required"`
	Creator     string    `yaml:"creator"`
	Description string    `yaml:"description"`
	Rules       []ruleRow `yaml:"rules,required"`
	Examples    []caseRow `yaml:"examples"`
}

type ruleRow struct {
	ID          string    `yaml:"id,required"`
	Kind        string    `yaml:"kind,required"`
	Concepts    []string  `yaml:"concepts"`
	Actors      []string  `yaml:"actors"`
	Lists       []string  `yaml:"lists"`
	Designation string    `yaml:"designation"`
	Side        string    `yaml:"side"`
	Share       *Fraction `yaml:"share"`
	USD         string    `yaml:"usd"`
	Asset       string    `yaml:"asset"`
	Amount      string    `yaml:"amount"`
	Hops        *int      `yaml:"hops"`
	Severity    string    `yaml:"severity"`
	Outcome     string    `yaml:"outcome"`
	Reason      string    `yaml:"reason,required"`
	Line        int       `yaml:"."`
}

// ReadRules reads a file of rules, which it does not check against what is known
// of concepts, actors and lists: [Rules.Check] does. With an issue there are no
// rules: one that was left out would be missed by nobody.
func ReadRules(file string, r io.Reader) (*Rules, []Issue) {
	data, err := io.ReadAll(io.LimitReader(r, RuleBytesMax+1))
	if err != nil {
		return nil, []Issue{{File: file, Text: err.Error()}}
	}
	if len(data) > RuleBytesMax {
		return nil, []Issue{{File: file, Text: fmt.Sprintf("longer than %d bytes", RuleBytesMax)}}
	}
	var f ruleFile
	issues := strictyaml.Decode(file, bytes.NewReader(data), &f)
	if len(issues) > 0 {
		return nil, issues
	}
	sum := sha256.Sum256(data)
	rs := &Rules{Title: f.Title, Version: f.Version, Creator: f.Creator, Description: f.Description, SHA256: hex.EncodeToString(sum[:])}
	c := collector{file: file}
	rows := 0
	for i := range f.Examples {
		rows += len(f.Examples[i].Incoming) + len(f.Examples[i].Outgoing)
	}
	if len(f.Rules) == 0 || len(f.Rules) > rulesMax || len(f.Examples) > casesMax || rows > rowsMax {
		c.add(0, "want 1 to %d rules, and at most %d examples with %d rows in all", rulesMax, casesMax, rowsMax)
		return nil, c.issues
	}
	if strings.TrimSpace(f.Title) == "" || strings.TrimSpace(f.Version) == "" {
		c.add(0, "title and version: want a text, which stand in every finding")
	}
	for i := range f.Rules {
		rs.List = append(rs.List, c.rule(&f.Rules[i]))
	}
	for i := range f.Examples {
		rs.Cases = append(rs.Cases, c.example(&f.Examples[i]))
	}
	if len(c.issues) > 0 {
		return nil, c.issues
	}
	return rs, nil
}

// A collector takes note of what is wrong.
type collector struct {
	file   string
	issues []Issue
}

func (c *collector) add(line int, format string, args ...any) {
	c.issues = append(c.issues, Issue{File: c.file, Line: line, Text: fmt.Sprintf(format, args...)})
}

// rule reads one, and reports what is wrong with it by itself.
func (c *collector) rule(row *ruleRow) Rule {
	r := Rule{ID: row.ID, Kind: Kind(row.Kind), Actors: row.Actors, Lists: row.Lists, When: When(row.Designation), Share: row.Share,
		Severity: Severity(row.Severity), Reason: strings.TrimSpace(row.Reason), Line: row.Line}
	for _, name := range row.Concepts {
		r.Concepts = append(r.Concepts, tag.Concept(name))
	}
	wrong := func(format string, args ...any) { c.add(row.Line, "rule "+quote(row.ID)+": "+format, args...) }
	if r.ID == "" || len(r.ID) > 80 || strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		wrong("id: want small letters, digits and dashes, such as mixer-incoming")
	}
	if !slices.Contains([]Kind{Ownership, Counterparty, Indirect}, r.Kind) {
		wrong("kind %s: want ownership, counterparty or indirect", quote(row.Kind))
	}
	if r.Severity.rank() < 0 {
		wrong("severity %s: want low, medium, high or severe, or leave it out", quote(row.Severity))
	}
	if row.Outcome != "" && row.Outcome != string(Review) {
		wrong("outcome %s: want review; only an official listing of the address itself makes listed", quote(row.Outcome))
	}
	if r.Reason == "" || len(r.Reason) > reasonMax {
		wrong("reason: want a sentence for whoever looks at the finding, of at most %d bytes", reasonMax)
	}
	if len(r.Concepts) > listedMax || len(r.Actors) > listedMax || len(r.Lists) > listedMax {
		wrong("want at most %d concepts, actors or lists", listedMax)
	}
	r.bounds(row, wrong)
	return r
}

// bounds reads the side and the least and most of a rule.
func (r *Rule) bounds(row *ruleRow, wrong func(string, ...any)) {
	switch row.Side {
	case "", "both":
	case string(exposure.Incoming), string(exposure.Outgoing):
		r.Side = exposure.Side(row.Side)
	default:
		wrong("side %s: want incoming, outgoing or both", quote(row.Side))
	}
	if !slices.Contains([]When{Anytime, Before, After}, r.When) {
		wrong("designation %s: want before or after", quote(row.Designation))
	}
	if row.USD != "" {
		usd, err := price.ParseDecimal(row.USD)
		if err != nil || usd.IsZero() {
			wrong("usd %s: want US dollars such as 1000, more than 0; leave it out for no bound", quote(row.USD))
		}
		r.USD = &usd
	}
	if row.Asset != "" {
		asset, err := clew.ParseAsset(row.Asset, "")
		if err != nil {
			wrong("%v", err)
		}
		r.Asset = asset
	}
	if row.Amount != "" {
		amount, err := amountOf(row.Amount, r.Asset)
		if err != nil || amount.IsZero() {
			wrong("amount %s: want digits for smallest units, or whole units with the asset's symbol such as 0.5 ETH; more than 0", quote(row.Amount))
		}
		r.Amount = amount
	}
	if row.Hops != nil {
		if r.Hops = *row.Hops; r.Hops == 0 {
			r.Hops = -1 // given, and too few
		}
	}
}

// amountOf reads an amount of an asset: digits count smallest units; with the
// symbol of an asset that is known they count whole ones.
func amountOf(text string, asset clew.Asset) (clew.Amount, error) {
	number, symbol, named := strings.Cut(text, " ")
	if !named {
		return clew.ParseAmount(text)
	}
	if known, decimals, ok := asset.Known(); ok && strings.EqualFold(known, strings.TrimSpace(symbol)) {
		return clew.ParseUnits(number, decimals)
	}
	return clew.Amount{}, &clew.InputError{Field: "amount", Value: text, Want: "the symbol of the rule's asset"}
}

// quote returns a short text in quotes.
func quote(s string) string { return fmt.Sprintf("%q", s[:min(len(s), 80)]) }
