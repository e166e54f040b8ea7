package tag

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/internal/strictyaml"
)

// A Pack says what a file of tags is and what was read of it. The format is
// TagPack, the field's open one: YAML with a header, whose values each tag
// inherits unless it gives its own, and a list of tags.
type Pack struct {
	File        string `json:"file"`
	Title       string `json:"title"`
	Creator     string `json:"creator,omitempty"`
	Description string `json:"description,omitempty"`
	Tags        int    `json:"tags"` // taken

	// Skipped counts tags by the currency or network that they name, where
	// that is no chain known here. They are not guessed at.
	Skipped map[string]int `json:"skipped,omitempty"`

	// Refused counts tags with an issue.
	Refused int `json:"refused,omitempty"`
}

// An Issue is one thing wrong in a pack, with file and line.
type Issue = strictyaml.Issue

// A header is what stands above a pack's tags. Fields that tags inherit are
// those of shared.
type header struct {
	Title       string             `yaml:"title"`
	Creator     string             `yaml:"creator"`
	Description string             `yaml:"description"`
	IsPublic    strictyaml.Ignored `yaml:"is_public"`
	Tags        strictyaml.Node    `yaml:"tags"`
	fields
}

// A row is one tag of a pack.
type row struct {
	Address string             `yaml:"address"`
	Tx      strictyaml.Ignored `yaml:"tx_hash"` // tags of transactions are not read yet
	Context strictyaml.Ignored `yaml:"context"`
	Line    int                `yaml:"."`
	fields
}

// fields are those that a header may give for all its tags.
type fields struct {
	Label    string             `yaml:"label"`
	Source   string             `yaml:"source"`
	Currency string             `yaml:"currency"`
	Network  string             `yaml:"network"`
	Chain    string             `yaml:"chain"` // of ours: a name or CAIP-2
	Evidence string             `yaml:"confidence"`
	Date     string             `yaml:"lastmod"`
	Actor    string             `yaml:"actor"`
	Category string             `yaml:"category"`
	Abuse    string             `yaml:"abuse"`
	Concepts []string           `yaml:"concepts"`
	Definer  strictyaml.Ignored `yaml:"is_cluster_definer"` // who controls what else is not for a tag to say
	TagType  strictyaml.Ignored `yaml:"tag_type"`
}

// inherit fills what f leaves open with what the header gives. A tag's own
// chain, network or currency overrides all three.
func (f *fields) inherit(from *fields) {
	if f.Currency == "" && f.Network == "" && f.Chain == "" {
		f.Currency, f.Network, f.Chain = from.Currency, from.Network, from.Chain
	}
	for _, pair := range []struct{ own, header *string }{
		{&f.Label, &from.Label}, {&f.Source, &from.Source}, {&f.Evidence, &from.Evidence}, {&f.Date, &from.Date},
		{&f.Actor, &from.Actor}, {&f.Category, &from.Category}, {&f.Abuse, &from.Abuse},
	} {
		if *pair.own == "" {
			*pair.own = *pair.header
		}
	}
	if f.Concepts == nil {
		f.Concepts = from.Concepts
	}
}

// A reading is one pack under way.
type reading struct {
	pack   Pack
	nodes  *strictyaml.Reader
	header header
	issues []Issue
	visit  func(Tag) error
}

// ReadPack reads a pack in bounded memory and calls visit with each tag, in
// the order of the file. A tag with an issue is refused, the others are taken:
// a claim without a source, say, is none. The error is visit's, the reader's
// or the context's; then the rest was not read.
func ReadPack(ctx context.Context, file string, r io.Reader, visit func(Tag) error) (Pack, []Issue, error) {
	p := &reading{pack: Pack{File: file}, nodes: strictyaml.NewReader(file), visit: visit}
	err := split(r, func(part part) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return p.take(part)
	})
	if err != nil {
		return p.pack, p.issues, fmt.Errorf("tag pack %s: %w", file, err)
	}
	return p.pack, p.issues, nil
}

// Lint reads a pack and returns everything wrong with it.
func Lint(ctx context.Context, file string, r io.Reader) ([]Issue, error) {
	_, issues, err := ReadPack(ctx, file, r, func(Tag) error { return nil })
	return issues, err
}

// take reads one part of a file: its header, or some of its tags.
func (p *reading) take(part part) error {
	if part.note != "" {
		p.add(part.line, "%s", part.note)
		return nil
	}
	node, issue := parse(p.pack.File, part)
	switch {
	case issue != nil && part.items > 1:
		for _, single := range part.singles() { // so that one bad tag costs one
			if err := p.take(single); err != nil {
				return err
			}
		}
		return nil
	case issue != nil:
		p.pack.Refused += part.items
		p.issues = append(p.issues, *issue)
		return nil
	case part.items == 0:
		return p.takeHeader(node)
	}
	return p.takeTags(node, part.line)
}

func (p *reading) takeHeader(node *strictyaml.Node) error {
	p.issues = append(p.issues, p.nodes.Node(node, 0, &p.header)...)
	h := &p.header
	p.pack.Title, p.pack.Creator, p.pack.Description = h.Title, h.Creator, h.Description
	if h.Title == "" {
		p.add(1, "title: missing")
	}
	if len(h.Tags.Content) > 0 {
		return p.takeTags(&h.Tags, 0)
	}
	return nil
}

func (p *reading) takeTags(list *strictyaml.Node, line int) error {
	for _, item := range list.Content {
		var r row
		if issues := p.nodes.Node(item, line, &r); len(issues) > 0 {
			p.pack.Refused++
			p.issues = append(p.issues, issues...)
			continue
		}
		r.inherit(&p.header.fields)
		t, ok := p.tag(&r)
		if !ok {
			continue
		}
		p.pack.Tags++
		if err := p.visit(t); err != nil {
			return err
		}
	}
	return nil
}

func (p *reading) add(line int, format string, args ...any) {
	p.issues = append(p.issues, Issue{File: p.pack.File, Line: line, Text: fmt.Sprintf(format, args...)})
}

// tag turns a row into a tag, unless its chain is not known or something is
// wrong with it.
func (p *reading) tag(r *row) (Tag, bool) {
	chain, ok := p.chain(r)
	if !ok {
		return Tag{}, false
	}
	before := len(p.issues)
	a, err := clew.ParseAddress(r.Address, chain)
	if err != nil {
		p.add(r.Line, "%v", err)
	}
	for _, must := range []struct{ name, value string }{{"label", r.Label}, {"source", r.Source}} {
		if strings.TrimSpace(must.value) == "" {
			p.add(r.Line, "%s: missing, here and above", must.name)
		}
	}
	if r.Evidence != "" && Weight(r.Evidence) == 0 {
		p.unknown(r.Line, "confidence", r.Evidence, EvidenceKinds())
	}
	date, ok := dateOf(r.Date)
	if !ok {
		p.add(r.Line, "lastmod %q: want YYYY-MM-DD, YYYY-MM or YYYY", bounded(r.Date))
	}
	concepts := p.concepts(r)
	if len(p.issues) > before {
		p.pack.Refused++
		return Tag{}, false
	}
	return Tag{
		Subject: a, Label: strings.TrimSpace(r.Label), Actor: r.Actor, Concepts: concepts,
		Evidence: r.Evidence, Source: strings.TrimSpace(r.Source), Date: date, Pack: p.pack.Title,
	}, true
}

func (p *reading) unknown(line int, key, value string, known []string) {
	if near := clew.Nearest(value, known); near != "" {
		p.add(line, "%s %q: not known; did you mean %s?", key, bounded(value), near)
		return
	}
	p.add(line, "%s %q: not known", key, bounded(value))
}

// currencies gives the chain of each currency that belongs to one chain alone.
// Tokens that several chains carry are not here.
var currencies = map[string]clew.Chain{
	"BTC": clew.Bitcoin, "LTC": clew.Litecoin, "TRX": clew.Tron,
	"ETH": clew.Ethereum, "BSC": clew.BNB, "BNB": clew.BNB, "BEP20": clew.BNB, "MATIC": clew.Polygon,
}

// chain returns the chain that a row is about. One that is not known is
// counted as skipped.
func (p *reading) chain(r *row) (clew.Chain, bool) {
	if r.Chain != "" {
		chain, err := clew.ParseChain(r.Chain)
		if err != nil {
			p.add(r.Line, "%v", err)
			p.pack.Refused++
			return "", false
		}
		return chain, true
	}
	given := r.Network
	if given == "" {
		given = r.Currency
	}
	if given == "" {
		p.add(r.Line, "currency: missing, here and above")
		p.pack.Refused++
		return "", false
	}
	chain, ok := currencies[strings.ToUpper(given)]
	if !ok {
		if p.pack.Skipped == nil {
			p.pack.Skipped = map[string]int{}
		}
		p.pack.Skipped[bounded(given)]++
	}
	return chain, ok
}

// concepts joins what a row says the address is, in the format's older words
// (category, abuse) and its newer ones.
func (p *reading) concepts(r *row) []Concept {
	var list []Concept
	for _, name := range append([]string{r.Category, r.Abuse}, r.Concepts...) {
		switch {
		case name == "":
		case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "":
			p.add(r.Line, "concept %q: want lower-case letters, digits and underscores", bounded(name))
		case !slices.Contains(list, Concept(name)):
			list = append(list, Concept(name))
		}
	}
	return list
}

// dateOf returns the date that s begins with, as precise as it is; empty for
// none.
func dateOf(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	if len(s) > len(time.DateOnly) {
		s = s[:len(time.DateOnly)]
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return s, true
		}
	}
	return "", false
}

func bounded(s string) string { return s[:min(len(s), 80)] }
