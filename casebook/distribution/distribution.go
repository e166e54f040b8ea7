// Package distribution shares what was recovered among victims, by stated
// policies side by side.
//
// A policy is a convention: a court or an agreement chooses one, none is
// right by itself, and this package chooses none. What each victim lost is
// that victim's claim; a share says whether an exhibit holds its transaction. Every asset
// keeps books of its own, in whole smallest units, and each book adds up to
// what was recovered. It pays nobody and knows no law.
package distribution

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/price"
)

// A Question asks how what was recovered is shared.
type Question struct {
	Victims   []casebook.Victim // those that were withdrawn take no part
	Recovered []Recovery
	Policies  []Policy // in the order in which they are shown; none: all

	// Values is what each victim's loss was worth, by the number of its row, and
	// ValuedBy says on which day and by whose word. A victim without one has no
	// known value, which is not 0.
	Values   map[int]price.Money
	ValuedBy string

	// Seen is what exhibits show of the transactions that victims name, by the number
	// of the victim's row. A row that it lacks was not seen.
	Seen map[int]Seen
}

// A Recovery is an amount that was recovered at one place.
type Recovery struct {
	Asset  clew.Asset   `json:"asset"`
	Amount clew.Amount  `json:"amount"`
	Where  string       `json:"where"`
	Source string       `json:"source"`
	Worth  *price.Money `json:"worth,omitempty"` // of all of it, on the day of the victims' values; nil: not stated

	// Pot is what went in and out of the account at which it was recovered, in the
	// order of time; nil: not stated. Policies that go by order need it.
	Pot []Entry `json:"pot,omitempty"`

	// Lots are units at the place by the marks that a trace has on them; nil: none
	// is stated. TracedBy names the trace, with its policy.
	Lots     []Lot        `json:"lots,omitempty"`
	TracedBy string       `json:"tracedBy,omitempty"`
	Place    clew.Address `json:"place,omitzero"` // of the trace, at which the lots lie
}

// An Entry is one movement of a pot.
type Entry struct {
	Time   clew.Time   `json:"time,omitempty"`
	Out    bool        `json:"out,omitempty"` // it left; otherwise it came in
	Amount clew.Amount `json:"amount"`
	Victim int         `json:"victim,omitempty"` // of what came in: whose it was, by the row's number; 0: nobody's who claims
	Tx     *clew.TxID  `json:"tx,omitempty"`
}

// A Lot is some units at one place that bear the same marks. Where several
// victims' marks lie on it, which of its units bear whose may not be told:
// each then has at most its own amount of it.
type Lot struct {
	Amount clew.Amount `json:"amount"`
	Marks  []Mark      `json:"marks,omitempty"` // none: nobody's who claims
}

// A Mark is how many units of a lot bear a victim's mark.
type Mark struct {
	Victim int         `json:"victim"`
	Amount clew.Amount `json:"amount"`
}

// A Table is the answer: a book for each asset and policy.
type Table struct {
	Recovered []Recovery `json:"recovered"`
	Victims   []Claim    `json:"victims"`
	Doubts    []Doubt    `json:"doubts,omitempty"` // about the claims
	ValuedBy  string     `json:"valuedBy,omitempty"`
	Books     []Book     `json:"books"` // by asset in the order of their names, then as the policies were asked for
}

// A Claim is one loss, as a victim says it, without the name: a table can be shown
// where names are private. Rows that say the same loss are one claim, which counts
// once.
type Claim struct {
	Victim    int          `json:"victim"`         // number of the row, of several the lowest
	Also      []int        `json:"also,omitempty"` // further rows that say the same loss
	Contested bool         `json:"contested,omitempty"`
	Asset     clew.Asset   `json:"asset"`
	Amount    clew.Amount  `json:"amount"`
	Value     *price.Money `json:"value,omitempty"`
	Checked   bool         `json:"checked"` // of every row
}

// A Book is how one asset is shared by one policy. Its shares and what is left
// add up to what was recovered.
type Book struct {
	Asset     clew.Asset  `json:"asset"`
	Policy    Policy      `json:"policy"`
	Lacks     string      `json:"lacks,omitempty"` // why the policy has no answer; then there are no shares
	Recovered clew.Amount `json:"recovered"`
	Shares    []Share     `json:"shares,omitempty"`
	Surplus   clew.Amount `json:"surplus"` // that no victim gets
	Why       string      `json:"why,omitempty"`
	Sum       clew.Amount `json:"sum"` // of the shares and the surplus
	Outside   []int       `json:"outside,omitempty"`
	OutsideBy string      `json:"outsideBy,omitempty"` // why those victims have no part in the book
	Rounding  string      `json:"rounding"`
	Unchecked clew.Amount `json:"unchecked"` // of the shares, what goes to claims of which no exhibit holds the transaction
	Contested clew.Amount `json:"contested"` // and what is held until it is decided whose it is

	// Unheld are victims who get some of it and lost another asset, so that no loss
	// bounds what they get.
	Unheld []int `json:"unheld,omitempty"`
}

// A Share is what one victim gets.
type Share struct {
	Victim  int         `json:"victim"`         // of a claim of several rows the lowest
	Also    []int       `json:"also,omitempty"` // the others
	Amount  clew.Amount `json:"amount"`
	Capped  bool        `json:"capped,omitempty"` // the policy would give more, but the loss is met
	Checked bool        `json:"checked"`

	Contested bool `json:"contested,omitempty"` // it is nobody's yet
}

// Bounds of a question: more is refused.
const (
	maxVictims   = 100_000
	maxEntries   = 100_000 // of all pots together
	maxPotTurns  = 20_000_000
	maxRecovered = 1_000
)

// Compute answers a question. What contradicts itself, such as a pot that pays
// out more than came in, is a *clew.InputError.
func Compute(q Question) (*Table, error) {
	s, err := q.sharing()
	if err != nil {
		return nil, err
	}
	t := &Table{Recovered: q.Recovered, Victims: s.claims, Doubts: s.doubts(), ValuedBy: q.ValuedBy}
	policies := q.Policies
	if len(policies) == 0 {
		for _, d := range Policies() {
			policies = append(policies, d.Policy)
		}
	}
	for _, asset := range s.assets() {
		for _, p := range policies {
			book, err := s.book(asset, p)
			if err != nil {
				return nil, err
			}
			t.Books = append(t.Books, *book)
		}
	}
	return t, nil
}

// sharing is a question that was checked.
type sharing struct {
	*Question
	claims []Claim     // of those who take part, by number
	at     map[int]int // where in claims, by the number of each row
	values []*big.Rat  // of each claim; nil: not known
}

// sharing checks a question.
func (q *Question) sharing() (*sharing, error) {
	s := &sharing{Question: q, claims: q.claimed(), at: map[int]int{}}
	for i := range s.claims {
		for _, number := range s.claims[i].rows() {
			if _, twice := s.at[number]; twice || number <= 0 {
				return nil, &clew.InputError{Field: "victim", Value: fmt.Sprint(number), Want: "a number of its own from 1 for each victim"}
			}
			s.at[number] = i
		}
		s.values = append(s.values, rational(s.claims[i].Value))
	}
	return s, s.check()
}

// rational returns money exactly; nil for none.
func rational(m *price.Money) *big.Rat {
	if m == nil {
		return nil
	}
	r, _ := new(big.Rat).SetString(m.Exact())
	return r
}

// check holds a question against its bounds, and what it names against its victims.
func (s *sharing) check() error {
	if err := s.once(); err != nil {
		return err
	}
	entries := 0
	for i := range s.Recovered {
		r := &s.Recovered[i]
		if r.Asset.IsZero() {
			return &clew.InputError{Field: "asset", Want: "the asset of each amount that was recovered"}
		}
		entries += len(r.Pot) + len(r.Lots)
		for _, e := range r.Pot {
			if err := s.knows(e.Victim); err != nil {
				return err
			}
		}
		if err := s.checkLots(r); err != nil {
			return err
		}
	}
	if len(s.claims) > maxVictims || entries > maxEntries || len(s.Recovered) > maxRecovered || entries*len(s.claims) > maxPotTurns {
		return &clew.InputError{Field: "recovered", Want: fmt.Sprintf("at most %d victims, %d recoveries, and %d entries and lots, of which the product with the victims is at most %d", maxVictims, maxRecovered, maxEntries, maxPotTurns)}
	}
	return nil
}

func (s *sharing) knows(victim int) error {
	if _, known := s.at[victim]; known || victim == 0 {
		return nil
	}
	return &clew.InputError{Field: "victim", Value: fmt.Sprint(victim), Want: "the number of a victim that was not withdrawn, or 0 for what is nobody's who claims"}
}

func (s *sharing) checkLots(r *Recovery) error {
	for _, l := range r.Lots {
		seen := map[int]bool{0: true}
		for _, m := range l.Marks {
			if err := s.knows(m.Victim); err != nil {
				return err
			}
			if seen[m.Victim] || l.Amount.Less(m.Amount) {
				return &clew.InputError{Field: "lot", Value: l.Amount.String(), Want: "marks of different victims, each of at most the lot's amount"}
			}
			seen[m.Victim] = true
		}
	}
	return nil
}

// assets returns what was recovered, each once, in the order of names.
func (s *sharing) assets() []clew.Asset {
	var list []clew.Asset
	for i := range s.Recovered {
		if a := s.Recovered[i].Asset; !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) })
	return list
}
