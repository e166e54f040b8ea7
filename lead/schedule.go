package lead

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/tag"
	"clew/trace"
)

// An Inquiry is all that one service is asked about, with what its kind is asked for:
// a draft of a request, and no statement that anybody must answer it.
type Inquiry struct {
	Who     Party      `json:"who"`
	Kind    string     `json:"kind"` // of service, see [Questions]
	Items   []Item     `json:"items"`
	Asking  *Questions `json:"asking"`
	From    Source     `json:"from"`             // of the questions
	Claims  []tag.Tag  `json:"claims,omitempty"` // by which the addresses are said to be its own, each once
	Nothing string     `json:"nothing,omitempty"`
}

// An Item is one place of a service at which value arrived, in one asset.
type Item struct {
	Exhibit  int             `json:"exhibit"` // whose answer it is of, see [Stopped]
	Kind     trace.PlaceKind `json:"place"`
	Address  clew.Address    `json:"address,omitzero"`
	Account  string          `json:"account,omitempty"` // at a service, as a record refers to it
	Asset    clew.Asset      `json:"asset"`
	Amount   clew.Amount     `json:"amount"` // marked, by the trace's policy
	Deposits []Deposit       `json:"deposits,omitempty"`
	Means    Means           `json:"means,omitempty"`
	Standing Standing        `json:"standing,omitempty"`
	Deadline Deadline        `json:"deadline,omitzero"`
	Why      Reason          `json:"why,omitempty"`
	Basis    clew.Basis      `json:"basis"`           // of whose the address is
	Claim    int             `json:"claim,omitempty"` // which of the inquiry's claims says so, from 1; 0: none
}

// A Stopped is one answer of which a schedule is made.
type Stopped struct {
	Exhibit int // its number in the case
	Trace   *trace.Result
	Result  *Stoppable
}

// Schedule returns what to ask each service for, of all the value that several
// answers have somewhere: by service, those that somebody may still act on first, then
// by name. Value that rests at an address of nobody's is not in it, but for tokens that
// an issuer can bar.
func (g *Guide) Schedule(answers []Stopped) []Inquiry {
	s := &scheduling{guide: g, at: map[string]int{}}
	for _, a := range answers {
		for i := range a.Result.Chances {
			s.chance(a.Exhibit, &a.Result.Chances[i])
		}
		for i := range a.Trace.Places {
			s.place(a.Exhibit, &a.Trace.Places[i])
		}
	}
	slices.SortStableFunc(s.list, func(a, b Inquiry) int {
		return cmp.Or(cmp.Compare(g.urgency(&a), g.urgency(&b)), strings.Compare(a.Who.Name, b.Who.Name), strings.Compare(a.Kind, b.Kind))
	})
	return s.list
}

// urgency puts those first who can act, and last those whom nobody can ask.
func (g *Guide) urgency(q *Inquiry) int {
	switch {
	case q.Nothing != "":
		return 3
	case q.Who.Name == "":
		return 2
	case slices.ContainsFunc(q.Items, func(i Item) bool { return i.Standing == CanStop }):
		return 0
	}
	return 1
}

// scheduling is a schedule in the making.
type scheduling struct {
	guide *Guide
	list  []Inquiry
	at    map[string]int
}

// to returns the inquiry to a party, to be added to.
func (s *scheduling) to(who Party, kind ServiceKind) *Inquiry {
	key := string(kind) + "\x00" + cmp.Or(who.ID, who.Name)
	at, known := s.at[key]
	if !known {
		at = len(s.list)
		s.at[key] = at
		q := s.guide.QuestionsFor(kind)
		who.Tag = nil // each item has its own claim
		s.list = append(s.list, Inquiry{Who: who, Kind: string(kind), Asking: q, From: q.From()})
	}
	return &s.list[at]
}

// chance adds what somebody can or may stop, or has frozen.
func (s *scheduling) chance(exhibit int, c *Chance) {
	kind := NotKnownWho
	switch c.Means {
	case FreezeToken:
		kind = ByIssuer
	case HoldDeposit:
		kind = ByCustodian
	case StopBridge:
		kind = ByBridge
	case AwaitExit:
		kind = ByStaking
	}
	if said, ok := s.guide.kindOf(c.Who.Tag); ok && kind != ByIssuer {
		kind = said
	}
	q := s.to(c.Who, kind)
	q.add(Item{Exhibit: exhibit, Kind: c.Kind, Address: c.Address, Asset: c.Asset, Amount: c.Amount, Deposits: slices.Clone(c.Deposits), Means: c.Means,
		Standing: c.Standing, Deadline: c.Deadline, Why: c.Why, Basis: c.Basis}, c.Who.Tag)
}

// place adds what no chance has: what went into a mixer, and what a service says that
// it paid out off the ledger.
func (s *scheduling) place(exhibit int, p *trace.Place) {
	if p.Amount.IsZero() {
		return
	}
	item := Item{Exhibit: exhibit, Kind: p.Kind, Address: p.Address, Asset: p.Asset, Amount: p.Amount, Basis: clew.Claimed}
	for _, a := range p.Arrivals {
		item.Deposits = append(item.Deposits, Deposit{Pos: a.Pos, Tx: a.Tx, Time: a.Time, From: a.From, Marked: a.Amount, Moved: a.Moved})
	}
	switch {
	case p.Kind == trace.AtMixer:
		q := s.to(s.guide.serviceOf(p), ByMixer)
		q.Nothing = "nobody is known who could be asked"
		q.add(item, p.Tag)
	case p.Kind == trace.PaidOffLedger && p.Account != nil:
		item.Account = strings.Trim(p.Account.Reference+", to "+p.Account.To, ", ")
		s.to(Party{Name: p.Account.By, Basis: clew.Claimed}, ByBank).add(item, nil)
	}
}

// add adds an item: to one of the same place, where each transfer that arrived is a
// chance of its own. claim is by which the address is said to be the service's.
func (q *Inquiry) add(item Item, claim *tag.Tag) {
	if claim != nil {
		at := slices.IndexFunc(q.Claims, func(t tag.Tag) bool {
			return t.Subject == claim.Subject && t.Label == claim.Label && t.Source == claim.Source
		})
		if at < 0 {
			at = len(q.Claims)
			q.Claims = append(q.Claims, *claim)
		}
		item.Claim = at + 1
	}
	for i := range q.Items {
		have := &q.Items[i]
		if have.Exhibit != item.Exhibit || have.Address != item.Address || have.Asset != item.Asset || have.Kind != item.Kind || have.Account != item.Account ||
			have.Standing != item.Standing || have.Deadline != item.Deadline || have.Why != item.Why {
			continue
		}
		if sum, fits := have.Amount.Add(item.Amount); fits {
			have.Amount = sum
			have.Deposits = append(have.Deposits, item.Deposits...)
			return
		}
	}
	q.Items = append(q.Items, item)
}
