package tag

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"clew"
)

// A row is one tag of a pack.
type row struct {
	Address string `yaml:"address"`
	Tx      string `yaml:"tx_hash"`
	Line    int    `yaml:"."`
	fields
}

// fields are those that a header may give for all its tags. The spans and
// what follows are our own.
type fields struct {
	Label    string   `yaml:"label"`
	Source   string   `yaml:"source"`
	Currency string   `yaml:"currency"`
	Network  string   `yaml:"network"`
	Chain    string   `yaml:"chain"` // of ours: a name or CAIP-2
	Evidence string   `yaml:"confidence"`
	Date     string   `yaml:"lastmod"`
	Actor    string   `yaml:"actor"`
	Category string   `yaml:"category"`
	Abuse    string   `yaml:"abuse"`
	Concepts []string `yaml:"concepts"`
	Definer  string   `yaml:"is_cluster_definer"` // who controls what else is not for a tag to say: kept, not followed
	TagType  string   `yaml:"tag_type"`
	Context  string   `yaml:"context"`
	From     string   `yaml:"valid_from"`
	Until    string   `yaml:"valid_until"`
	Status   string   `yaml:"status"`
	Trail    []Step   `yaml:"trail"`
}

// texts returns the fields that are one text and inherited each by itself.
func (f *fields) texts() []*string {
	return []*string{&f.Label, &f.Source, &f.Evidence, &f.Date, &f.Actor, &f.Category, &f.Abuse, &f.Definer, &f.TagType, &f.Context,
		&f.From, &f.Until, &f.Status}
}

// inherit fills what f leaves open with what the header gives. A tag's own
// chain, network or currency overrides all three.
func (f *fields) inherit(from *fields) {
	if f.Currency == "" && f.Network == "" && f.Chain == "" {
		f.Currency, f.Network, f.Chain = from.Currency, from.Network, from.Chain
	}
	own := f.texts()
	for i, above := range from.texts() {
		if *own[i] == "" {
			*own[i] = *above
		}
	}
	if f.Concepts == nil {
		f.Concepts = from.Concepts
	}
	if f.Trail == nil {
		f.Trail = from.Trail
	}
}

// tag turns a row into a tag, unless its chain is not known or something is
// wrong with it.
func (p *reading) tag(r *row) (Tag, bool) {
	chain, ok := p.chain(r)
	if !ok {
		return Tag{}, false
	}
	before := len(p.issues)
	t := Tag{Label: strings.TrimSpace(r.Label), Actor: r.Actor, Evidence: r.Evidence, Source: strings.TrimSpace(r.Source), Status: Status(r.Status),
		Trail: r.Trail, Kind: r.TagType, Context: r.Context, Private: p.pack.Private, Pack: p.pack.Title, Line: r.Line}
	t.Subject, t.Tx = p.subject(r, chain)
	for _, must := range []struct{ name, value string }{{"label", t.Label}, {"source", t.Source}} {
		if must.value == "" {
			p.add(r.Line, "%s: missing, here and above", must.name)
		}
	}
	if r.Evidence != "" && Weight(r.Evidence) == 0 {
		p.unknown(r.Line, "confidence", r.Evidence, EvidenceKinds())
	}
	t.Date, t.From, t.Until = p.date(r.Line, "lastmod", r.Date), p.date(r.Line, "valid_from", r.From), p.date(r.Line, "valid_until", r.Until)
	if !t.overlaps(t.From, "") {
		p.add(r.Line, "valid_until %q: before valid_from", t.Until)
	}
	t.Trail = p.trail(r)
	switch r.Definer {
	case "", "true", "false":
		t.Definer = r.Definer
	default:
		p.add(r.Line, "is_cluster_definer %q: want true or false", bounded(r.Definer))
	}
	t.Concepts = p.concepts(r)
	if len(p.issues) > before {
		p.refused++
		return Tag{}, false
	}
	return t, true
}

// subject returns what a row is about: an address, or else a transaction, as
// written with its chain before it.
func (p *reading) subject(r *row, chain clew.Chain) (clew.Address, string) {
	if r.Tx == "" {
		a, err := clew.ParseAddress(r.Address, chain)
		if err != nil {
			p.add(r.Line, "%v", err)
		}
		return a, ""
	}
	digits, _ := strings.CutPrefix(r.Tx, "0x")
	switch id, err := hex.DecodeString(digits); {
	case r.Address != "":
		p.add(r.Line, "tx_hash: stands beside an address; want one of them")
	case !chain.IsSolana() && (err != nil || len(id) != 32):
		p.add(r.Line, "tx_hash %q: want 64 hexadecimal digits", bounded(r.Tx))
	}
	return clew.Address{}, string(chain) + ":" + r.Tx
}

// trail checks how a row's claim stands. A status of its own needs no trail,
// but being disputed or withdrawn does: who, when and why.
func (p *reading) trail(r *row) []Step {
	if r.Status != "" && !slices.Contains(Statuses(), r.Status) {
		p.unknown(r.Line, "status", r.Status, Statuses())
	}
	for i := range r.Trail {
		p.step(r.Line, &r.Trail[i])
	}
	switch last := len(r.Trail) - 1; {
	case last >= 0 && string(r.Trail[last].Status) != r.Status:
		p.add(r.Line, "trail: ends as %s, but status is %s", bounded(string(r.Trail[last].Status)), bounded(firstOf(r.Status, "not given")))
	case last < 0 && (r.Status == string(Disputed) || r.Status == string(Withdrawn)):
		p.add(r.Line, "status %s: want a trail that says by whom, when and why", r.Status)
	}
	return r.Trail
}

func (p *reading) step(line int, s *Step) {
	if !slices.Contains(Statuses(), string(s.Status)) {
		p.unknown(line, "status", string(s.Status), Statuses())
	}
	for _, must := range []struct{ name, value string }{{"by", s.By}, {"why", s.Why}, {"date", s.Date}} {
		if strings.TrimSpace(must.value) == "" {
			p.add(line, "%s: missing", must.name)
		}
	}
	s.Date = p.date(line, "date", s.Date)
}

func (p *reading) date(line int, key, value string) string {
	date, ok := dateOf(value)
	if !ok {
		p.add(line, "%s %q: want YYYY-MM-DD, YYYY-MM or YYYY", key, bounded(value))
	}
	return date
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
	"BTC": clew.Bitcoin, "LTC": clew.Litecoin, "TRX": clew.Tron, "SOL": clew.Solana,
	"ETH": clew.Ethereum, "BSC": clew.BNB, "BNB": clew.BNB, "BEP20": clew.BNB, "MATIC": clew.Polygon,
}

// networks gives the chain of each network that is named otherwise than its
// coin. Where a chain stands there by CAIP-2, it is that.
var networks = map[string]clew.Chain{"ARB": clew.Arbitrum, "OP": clew.Optimism}

// chain returns the chain that a row is about. One that is not known is
// counted as skipped.
func (p *reading) chain(r *row) (clew.Chain, bool) {
	if r.Chain != "" {
		chain, err := clew.ParseChain(r.Chain)
		if err != nil {
			p.add(r.Line, "%v", err)
			p.refused++
			return "", false
		}
		return chain, true
	}
	given := firstOf(r.Network, r.Currency)
	if given == "" {
		p.add(r.Line, "currency: missing, here and above")
		p.refused++
		return "", false
	}
	chain, ok := currencies[strings.ToUpper(given)]
	if named, known := networks[strings.ToUpper(r.Network)]; known {
		chain, ok = named, true
	} else if strings.Contains(r.Network, ":") {
		if named, err := clew.ParseChain(r.Network); err == nil {
			chain, ok = named, true
		}
	}
	if !ok {
		if p.skipped == nil {
			p.skipped = map[string]int{}
		}
		p.skipped[bounded(given)]++
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
