package op

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"clew"
	"clew/decision"
	"clew/watchlist"
)

// answered is what is read of a screening's answer, as JSON has it.
type answered struct {
	Day   string `json:"day"`
	Gap   string `json:"gap"`
	Rules *struct{ Title, Version, SHA256 string }
	Lists []struct {
		List struct {
			Publisher, List string
			Edition         watchlist.Edition
		}
		Known string
	}
	Screened []answeredAddress
}

type answeredAddress struct {
	Given, Address, Verdict string
	Findings                []answeredListing
	Rules                   []answeredRule
	Gaps                    []string
	AsOf                    *clew.BlockRef
}

// answeredListing is a listing, of the address itself or of one that was met.
type answeredListing struct {
	Verdict, Why, Publisher, List, Party, Name string
	Edition                                    watchlist.Edition
	Programmes                                 []string
	Events                                     []watchlist.Event
	Published                                  watchlist.Span
}

type answeredRule struct {
	Rule, Version, Verdict, Why, Undecided, Side string
	Hops                                         int
	USD                                          *string
	First, Last                                  string
	Claims                                       []answeredClaim
	Listings                                     []answeredListing
	Rows                                         []struct {
		Address, Asset string
		Attribution    struct {
			Claims   []answeredClaim
			Listings []answeredListing
		}
		Transfers []struct{ Tx, Time, With, Moved string }
	}
}

type answeredClaim struct{ Label, Source, Date string }

// answerOf reads the answer of one address out of a document, and returns its
// essentials and the document in canonical JSON. Of a file of lines, the
// document is made of the address's line and the sum at the end.
func answerOf(text []byte, address string) (*decision.Answer, string, []byte, error) {
	wanted := func(want string) error { return &clew.InputError{Field: "answer", Want: want} }
	which := &clew.InputError{Field: "address", Want: "which of the addresses in the answer is decided about"}
	canonical, err := decision.Canonical(text)
	if err != nil {
		if address == "" && bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
			return nil, "", nil, which
		}
		if text, err = ofLines(text, address); err == nil {
			canonical, err = decision.Canonical(text)
		}
	}
	if err != nil {
		return nil, "", nil, wanted("an answer of clew screen --json: " + err.Error())
	}
	var a answered
	if err := json.Unmarshal(canonical, &a); err != nil {
		return nil, "", nil, wanted("an answer of clew screen --json, whole: of a file, its lines with the sum at their end")
	}
	var one *answeredAddress
	for i := range a.Screened {
		s := &a.Screened[i]
		if s.Verdict == "" || address != "" && !strings.EqualFold(s.Given, address) && !strings.EqualFold(s.Address, address) {
			continue
		}
		if one != nil && address == "" {
			return nil, "", nil, which
		}
		one = s
	}
	if one == nil {
		return nil, "", nil, wanted("an answer of clew screen --json that holds this address, with a verdict")
	}
	subject := one.Address
	if subject == "" {
		subject = one.Given
	}
	return a.essentials(one, decision.Hash(canonical)), subject, canonical, nil
}

// ofLines makes one document of the line of an address and of the sum.
func ofLines(text []byte, address string) ([]byte, error) {
	var sum struct {
		Sum map[string]json.RawMessage `json:"sum"`
	}
	var line json.RawMessage
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		var one struct{ Given, Address string }
		if json.Unmarshal(raw, &one) == nil && address != "" && (strings.EqualFold(one.Given, address) || strings.EqualFold(one.Address, address)) {
			line = raw
		}
		if bytes.HasPrefix(raw, []byte(`{"sum"`)) {
			if err := json.Unmarshal(raw, &sum); err != nil {
				return nil, err
			}
		}
	}
	if line == nil || sum.Sum == nil {
		return nil, errors.New("lines of JSON that hold the address, and the sum at their end")
	}
	sum.Sum["screened"] = json.RawMessage("[" + string(line) + "]")
	return json.Marshal(sum.Sum)
}

// essentials returns what a record states of an answer.
func (a *answered) essentials(one *answeredAddress, hash string) *decision.Answer {
	out := &decision.Answer{SHA256: hash, Verdict: one.Verdict, Day: a.Day, Gaps: one.Gaps}
	if a.Gap != "" {
		out.Gaps = append(out.Gaps, a.Gap)
	}
	if a.Rules != nil {
		out.Rules = fmt.Sprintf("%s, version %s, SHA-256 %s", a.Rules.Title, a.Rules.Version, a.Rules.SHA256)
	}
	for _, l := range a.Lists {
		out.Lists = append(out.Lists, fmt.Sprintf("%s %s, edition %s, known as of %s", l.List.Publisher, l.List.List, editionWords(l.List.Edition), l.Known))
	}
	if one.AsOf != nil {
		out.AsOf = fmt.Sprintf("block %d", one.AsOf.Height)
	}
	subject := one.Address
	if subject == "" {
		subject = one.Given
	}
	for i := range one.Findings {
		f := &one.Findings[i]
		why := f.Why
		if why == "" {
			why = "The address itself is on the list."
		}
		out.Findings = append(out.Findings, decision.Finding{Verdict: f.Verdict, Why: why, Met: []decision.Met{f.met(subject)}})
	}
	for i := range one.Rules {
		out.Findings = append(out.Findings, one.Rules[i].finding(subject))
	}
	return out
}

func editionWords(e watchlist.Edition) string {
	text := string(e.Day())
	if e.SHA256 != "" {
		text += ", SHA-256 " + e.SHA256
	}
	return text
}

// met states a listing of an address.
func (l *answeredListing) met(address string) decision.Met {
	m := decision.Met{Address: address, Party: l.Name, List: l.Publisher + " " + l.List + ", edition " + editionWords(l.Edition), Authority: l.Programmes, Published: string(l.Published.On)}
	if m.Party == "" {
		m.Party = l.Party
	}
	for _, e := range l.Events {
		m.Designated = strings.TrimPrefix(m.Designated+", "+string(e.Act)+" "+string(e.Date), ", ")
		if e.Under != "" {
			m.Authority = append(m.Authority, e.Under)
		}
	}
	return m
}

// metOf states what is said of an address.
func metOf(address string, claims []answeredClaim, listings []answeredListing) []decision.Met {
	var out []decision.Met
	for i := range listings {
		out = append(out, listings[i].met(address))
	}
	if len(claims) == 0 {
		return out
	}
	m := decision.Met{Address: address}
	for _, c := range claims {
		m.Claims = append(m.Claims, strings.TrimSuffix(fmt.Sprintf("%s (%s, %s)", c.Label, c.Source, c.Date), ", )"))
	}
	return append(out, m)
}

func (r *answeredRule) finding(subject string) decision.Finding {
	f := decision.Finding{Rule: r.Rule + " " + r.Version, Verdict: r.Verdict, Why: strings.TrimSpace(r.Why + " " + r.Undecided), Side: r.Side, Hops: r.Hops, USD: r.USD, First: r.First, Last: r.Last}
	f.Met = metOf(subject, r.Claims, r.Listings)
	for i := range r.Rows {
		row := &r.Rows[i]
		f.Met = append(f.Met, metOf(row.Address, row.Attribution.Claims, row.Attribution.Listings)...)
		for _, t := range row.Transfers {
			from, to := row.Address, t.With
			if r.Side == "outgoing" {
				from, to = to, from
			}
			f.Transfers = append(f.Transfers, decision.Transaction{Tx: t.Tx, At: t.Time, From: from, To: to, Asset: row.Asset, Amount: t.Moved})
		}
	}
	return f
}
