package decision

import (
	"fmt"
	"slices"
	"strings"
)

// A Field is one that a report to an authority asks for. Whose value is empty is
// to be added by whoever files: this product does not hold it.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Note  string `json:"note,omitempty"`
}

// A Form is a kind of report.
type Form string

// The forms.
const (
	SAR      Form = "sar"      // a suspicious-activity report
	Blocking Form = "blocking" // a report of blocked property
)

// Fields returns what a report of a decision can say, and what else it asks for.
// docs/SCREENING.md says where the names of the fields were read.
func (r *Record) Fields(form Form) []Field {
	if form == Blocking {
		return r.blocking()
	}
	return r.suspicious()
}

// filer stands beside what this product does not hold.
const filer = "to be added by whoever files"

// suspicious lists the fields of FinCEN's report 111 under the names of its
// elements, and what advisory FIN-2019-A003 asks for beside them.
func (r *Record) suspicious() []Field {
	first, last := r.span()
	total, note := "", "not known: AmountUnknownIndicator, unless whoever files knows it"
	if usd := r.usd(); usd != "" {
		total, note = usd, "US dollars; "+r.Property.Basis
	}
	return []Field{
		{Name: "FilingDateText", Note: filer},
		{Name: "ActivityAssociation", Value: r.association()},
		{Name: "Party: filing institution, its contact, where the activity occurred", Note: filer},
		{Name: "Party: subjects, their names, addresses, identification, accounts", Note: filer + "; no personal data is kept here"},
		{Name: "SuspiciousActivityFromDateText", Value: first, Note: "first transfer that a finding rests on"},
		{Name: "SuspiciousActivityToDateText", Value: last, Note: "last transfer that a finding rests on"},
		{Name: "TotalSuspiciousAmountText", Value: total, Note: note},
		{Name: "SuspiciousActivityClassification", Note: filer},
		{Name: "ActivityIPAddress", Note: filer},
		{Name: "CyberEventIndicators", Note: filer},
		{Name: "ActivityNarrativeInformation", Value: r.narrative(), Note: "a draft from the answer; the form takes parts of at most 4000 characters"},
		{Name: "Virtual currency wallet addresses", Value: strings.Join(r.addresses(), "\n")},
		{Name: "Account information", Value: r.where(), Note: filer},
		{Name: "Transaction details: hash, originator, recipient", Value: strings.Join(r.transactions(), "\n")},
		{Name: "Relevant transaction history", Value: r.reference(), Note: "the whole answer is kept with the decision"},
		{Name: "Login information, including IP addresses", Note: filer},
		{Name: "Mobile device information", Note: filer},
		{Name: "Analysis of the customer's public profile and communications", Note: filer},
	}
}

// blocking lists what a report of blocked property says, after 31 CFR 501.603.
func (r *Record) blocking() []Field {
	p := r.Property
	if p == nil {
		p = &Property{}
	}
	effective := p.Effective
	if effective == "" {
		effective = r.At.UTC().Format("2006-01-02")
	}
	value, note := "", "actual or estimated value: not known, "+filer
	if usd := r.usd(); usd != "" {
		value, note = usd, "US dollars; "+p.Basis
	}
	return []Field{
		{Name: "Holder of the property: name, address, contact", Note: filer},
		{Name: "Sanctions target", Value: strings.Join(r.parties(), "\n")},
		{Name: "Legal authority", Value: strings.Join(r.authorities(), "\n"), Note: "programmes and acts as the list states them"},
		{Name: "Description of the property", Value: strings.TrimSpace(p.Amount + " " + p.Asset), Note: "in smallest units"},
		{Name: "Location and identifying reference", Value: r.where()},
		{Name: "Date blocked", Value: effective, Note: "reports are due within 10 business days of it (OFAC FAQ 646)"},
		{Name: "Value", Value: value, Note: note},
		{Name: "Circumstances", Value: r.narrative()},
		{Name: "Transactions", Value: strings.Join(r.transactions(), "\n")},
		{Name: "Copy of the transfer instructions", Note: filer},
		{Name: "Wallet's or address's ownership", Note: filer + " (OFAC FAQ 562)"},
		{Name: "Answer that it was decided on", Value: r.reference()},
	}
}

func (r *Record) association() string {
	if r.Of != 0 {
		return fmt.Sprintf("follows decision %d: ContinuingActivityReportIndicator or CorrectsAmendsPriorReportIndicator", r.Of)
	}
	return "InitialReportIndicator"
}

func (r *Record) findings() []Finding {
	if r.Answer == nil {
		return nil
	}
	return r.Answer.Findings
}

// span returns the days of the first and the last transfer; empty if none is
// dated.
func (r *Record) span() (first, last string) {
	for _, f := range r.findings() {
		if f.First != "" && (first == "" || f.First < first) {
			first = f.First
		}
		last = max(last, f.Last)
	}
	return first, last
}

func (r *Record) usd() string {
	if r.Property == nil || r.Property.USD == nil {
		return ""
	}
	return *r.Property.USD
}

func (r *Record) where() string {
	if r.Property == nil || r.Property.Where == "" {
		return r.Subject
	}
	return r.Property.Where
}

// each collects texts of findings' addresses, each once.
func (r *Record) each(of func(*Finding, *Met) []string) []string {
	var out []string
	for i := range r.findings() {
		f := &r.Answer.Findings[i]
		for j := range f.Met {
			for _, text := range of(f, &f.Met[j]) {
				if text != "" && !slices.Contains(out, text) {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

func (r *Record) addresses() []string {
	out := r.each(func(_ *Finding, m *Met) []string { return []string{m.Address} })
	if !slices.Contains(out, r.Subject) {
		out = append([]string{r.Subject}, out...)
	}
	return out
}

func (r *Record) parties() []string {
	return r.each(func(_ *Finding, m *Met) []string {
		if m.Party == "" {
			return nil
		}
		return []string{m.Party + ", " + m.List}
	})
}

func (r *Record) authorities() []string {
	return r.each(func(_ *Finding, m *Met) []string { return m.Authority })
}

// transactions lists those that the user named and those of findings.
func (r *Record) transactions() []string {
	var out []string
	if r.Property != nil {
		out = append(out, r.Property.Transactions...)
	}
	for _, f := range r.findings() {
		for _, t := range f.Transfers {
			text := fmt.Sprintf("%s from %s to %s: %s %s, %s", t.Tx, t.From, t.To, t.Amount, t.Asset, t.At)
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

func (r *Record) reference() string {
	if r.Answer == nil {
		return ""
	}
	return fmt.Sprintf("SHA-256 %s, verdict %s, asked of %s, ledger as of %s", r.Answer.SHA256, r.Answer.Verdict, r.Answer.Day, orNone(r.Answer.AsOf))
}

func orNone(s string) string {
	if s == "" {
		return "no block: lists alone were asked"
	}
	return s
}

// narrative drafts what was found and decided, from the record alone.
func (r *Record) narrative() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Address %s was screened for %s. ", r.Subject, r.day())
	for i, f := range r.findings() {
		fmt.Fprintf(&b, "Finding %d", i+1)
		if f.Rule != "" {
			fmt.Fprintf(&b, " by rule %s", f.Rule)
		}
		fmt.Fprintf(&b, ": %s ", strings.TrimSpace(f.Why))
		if f.First != "" {
			fmt.Fprintf(&b, "Transfers from %s to %s. ", f.First, f.Last)
		}
	}
	if r.Answer != nil && len(r.Answer.Gaps) > 0 {
		fmt.Fprintf(&b, "Not known: %s. ", strings.Join(r.Answer.Gaps, "; "))
	}
	fmt.Fprintf(&b, "Decision %d on %s by %s: %s. %s", r.Number, r.At, r.By, r.Action, strings.TrimSpace(r.Reason))
	return b.String()
}

func (r *Record) day() string {
	if r.Answer == nil {
		return "an earlier decision"
	}
	return r.Answer.Day
}
