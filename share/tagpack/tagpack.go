// Package tagpack writes thefts and claims as a TagPack that others' programs
// take: with the keys, concepts and kinds of evidence of the field's own schema
// and nothing else.
//
// What that schema has no key for stands in a tag's context, as JSON: how a claim
// stands, since when it is claimed, and what an address is said to have done.
// It sends nothing anywhere and reads no file.
package tagpack

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// A Writer makes a TagPack of thefts and claims. The same input makes the same
// bytes.
type Writer struct {
	Withheld  share.Withheld
	Withdrawn int // thefts and claims that are left out: a TagPack cannot say that one was withdrawn

	release share.Release
	tags    []tag.Tag
}

// NewWriter returns a writer; an input error if there is no such marking.
func NewWriter(r share.Release) (*Writer, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	return &Writer{release: r}, nil
}

// Len returns how many tags there are.
func (w *Writer) Len() int { return len(w.tags) }

// A context is what stands in a tag's context, beside what the source has there.
type context struct {
	Says      string        `json:"says,omitempty"` // what the address is said to have done, by whom
	Incident  string        `json:"incident,omitempty"`
	Marking   string        `json:"tlp"`
	Status    tag.Status    `json:"status,omitempty"`
	Trail     []tag.Step    `json:"trail,omitempty"`
	Date      string        `json:"date,omitempty"` // where only a month or a year is known
	From      string        `json:"valid_from,omitempty"`
	Until     string        `json:"valid_until,omitempty"`
	Concepts  []tag.Concept `json:"concepts,omitempty"` // that the field's taxonomy has not
	Kind      string        `json:"tag_type,omitempty"` // that it has not
	Published string        `json:"context,omitempty"`  // as the source has it, where that is no object of JSON
}

// Tag writes a claim about an address. One that was withdrawn is left out and
// counted, for readers would take it as it stands.
func (w *Writer) Tag(t *tag.Tag) error {
	if err := w.release.Tag(t); err != nil {
		return err
	}
	return w.add(*t, context{})
}

// add writes a tag in the words of the schema, and the rest as its context.
func (w *Writer) add(t tag.Tag, c context) error {
	if t.Status == tag.Withdrawn {
		w.Withdrawn++
		return nil
	}
	if t.Status == tag.Disputed {
		t.Label += " (disputed)"
	}
	c.Marking, c.Status, c.Trail, c.From, c.Until = string(w.release.Marking), t.Status, t.Trail, t.From, t.Until
	t.Status, t.Trail, t.From, t.Until, t.Pack, t.Private = "", nil, "", "", "", false
	if _, err := time.Parse(time.DateOnly, t.Date); err != nil {
		c.Date, t.Date = t.Date, ""
	}
	if !slices.Contains([]string{"actor", "event", "mention"}, t.Kind) {
		c.Kind, t.Kind = t.Kind, ""
	}
	var known []tag.Concept
	for _, concept := range t.Concepts {
		if slices.Contains(taxonomy, string(concept)) {
			known = append(known, concept)
		} else {
			c.Concepts = append(c.Concepts, concept)
		}
	}
	t.Concepts = known
	if t.Evidence == "" {
		t.Evidence = "unknown"
	}
	context, err := joined(t.Context, c)
	if err != nil {
		return err
	}
	t.Context = context
	w.tags = append(w.tags, t)
	return nil
}

// joined adds ours to a context as the source has it.
func joined(published string, c context) (string, error) {
	whole := map[string]any{}
	if published != "" && json.Unmarshal([]byte(published), &whole) != nil {
		whole, c.Published = map[string]any{}, published
	}
	whole["clew"] = c
	text, err := json.Marshal(whole)
	return string(text), err
}

// Theft writes what is said of the addresses of one theft. Public says that the
// file is of the product's record. Who is said to have done it is not written:
// a tag's actor is who controls an address.
func (w *Writer) Theft(i *incident.Incident, public bool) error {
	told, err := w.release.Told(i, public)
	if err != nil {
		return err
	}
	if i.Status == incident.StatusWithdrawn {
		w.Withdrawn++
		return nil
	}
	for _, set := range told.Roles() {
		says := told.Role(&set)
		for _, a := range set.Addresses {
			t := w.claim(told, a, string(set.Role), set.Source)
			t.Concepts = concepts(set.Role)
			if err := w.add(t, context{Says: says, Incident: i.ID}); err != nil {
				return err
			}
		}
	}
	for _, act := range told.Acts() {
		for _, a := range act.Addresses {
			t := w.claim(told, a, act.What, act.Source)
			t.Concepts, t.Evidence = []tag.Concept{"sanction"}, "authority_data"
			if err := w.add(t, context{Says: act.Text + ", by " + act.By, Incident: i.ID}); err != nil {
				return err
			}
		}
	}
	w.Withheld.Add(told.Withheld)
	return nil
}

// claim returns a tag of what a theft's file says of an address.
func (w *Writer) claim(t *share.Theft, a clew.Address, what, source string) tag.Tag {
	s, _ := t.Source(source)
	said := s.URL
	if !share.WebURL(said) {
		said = share.Joined(s.Publisher, s.Title)
	}
	return tag.Tag{Subject: a, Label: t.Title + ": " + what, Source: said, Date: string(s.Day), Evidence: evidence(s.Kind), Kind: "event"}
}

// evidence returns the kind of evidence that a source is, in the field's list.
// The mapping is this project's own.
func evidence(k incident.SourceKind) string {
	switch k {
	case incident.AuthoritySource:
		return "authority_data"
	case incident.FirmSource, incident.InvestigatorSource:
		return "forensic"
	case incident.ServiceSource, incident.VictimSource:
		return "service_data"
	}
	return "web_crawl"
}

// concepts returns the terms of the field's taxonomy for what an address is said
// to have done.
func concepts(r incident.RoleName) []tag.Concept {
	switch r {
	case incident.VictimContract:
		return []tag.Concept{"victim"}
	case incident.ExchangeDeposit:
		return []tag.Concept{"exchange"}
	}
	return []tag.Concept{"service_hack"}
}

// Write writes the pack. It is private unless it is marked clear.
func (w *Writer) Write(to io.Writer) error {
	p := tag.Pack{Title: "Addresses of thefts, and claims about addresses", Creator: share.MakerName, Private: w.release.Marking != incident.MarkClear}
	p.Description = fmt.Sprintf("TLP:%s. What others say of addresses, with who says it. Nothing here is a finding of its own.", strings.ToUpper(string(w.release.Marking)))
	return tag.WritePack(to, p, w.tags)
}

var _ share.Writer = (*Writer)(nil)

// taxonomy are the concepts of the field's taxonomy, as tagpack-tool 25.8.1 has
// them.
var taxonomy = strings.Fields(`abuse account_hack atm behaviour child_sexual_abuse coinjoin cold_wallet collectible concept counterfeit dark_web data_breach defi
	defi_bridge defi_custody defi_dao defi_derivative defi_dex defi_dex_pair defi_lending defi_staking defi_token donation drugs entity escrow_wallet exchange exploit
	extortion extremism faucet filesharing financial_crime forum_mention gambling gray_usage hacking hosting hot_wallet human_trafficking ico_wallet index
	investment_fraud item malware market mention messaging_service miner mining_service mixing mixing_service money_laundering murder nameservice organization
	payment_card_fraud payment_processor perpetrator phishing ponzi_scheme pyramid_scheme ransomware sanction scam search_engine service service_hack sextortion
	sexual_abuse shop social_engineering source terrorism terrorism_financing torture unknown user victim violence vpn wallet_service warm_wallet weapons
	website_mention white_usage`)
