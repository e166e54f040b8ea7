// Package yearly adds up the record of thefts for one year: how much, by which
// methods, from whom, how soon it was known, what came back, and what others
// published for the same year.
//
// It renders nothing and follows nothing: what traces found is given to it. A
// figure was published by somebody, or is what coins on record come to by closes
// that the entry states or the asker gives, and says which. Sums are of whole cents,
// and every part says of how many thefts the value is not known, which is not zero.
package yearly

import (
	"clew"
	"clew/incident"
	"clew/price"
)

// Schema is the version of an account's JSON. Members are only ever added to it.
const Schema = 1

// A Question says which thefts an account is of.
type Question struct {
	Year     string            `json:"year"` // such as "2022"
	Basis    price.Basis       `json:"basis"`
	Actor    Actor             `json:"actor,omitzero"`    // zero: whoever did it
	Standing incident.Standing `json:"standing,omitzero"` // least standing of the claim about Actor
}

// An Actor is a state that is said to stand behind thefts, or a group by its id.
type Actor struct {
	State string `json:"state,omitempty"` // ISO 3166, two letters
	ID    string `json:"id,omitempty"`
}

// IsZero reports whether no actor is named.
func (a Actor) IsZero() bool { return a == Actor{} }

// An Account is what the record says of one year. Its parts hold the thefts of
// the question but where they say otherwise.
type Account struct {
	Schema   int      `json:"schema"`
	Question Question `json:"question"`
	Edition  Edition  `json:"edition"`

	All       Sum        `json:"all"`    // every theft of the year
	Chosen    Sum        `json:"chosen"` // those of the question
	Share     *int       `json:"share"`  // of the value of Chosen in All, in hundredths of a percent, rounded down; nil: All has no value
	Standings []Standing `json:"standings,omitempty"`
	Actors    []Group    `json:"actors"` // every theft of the year, by whose it is said to be: parts of All

	Thefts  []Theft `json:"thefts"` // by value, those of unknown value last
	Course  []Step  `json:"course"` // how the sum grew over the year
	Methods []Group `json:"methods"`
	Victims []Group `json:"victims"`
	Chains  []Group `json:"chains"`

	Outcomes []Outcome  `json:"outcomes"`
	Delays   []Delay    `json:"delays"`
	Followed []Followed `json:"followed"` // where it went, as far as traces tell
	Untraced int        `json:"untraced"` // thefts that no trace was made of

	Years     []Year     `json:"years"` // of the whole record, for comparison
	Controls  []Control  `json:"controls"`
	Published []Compare  `json:"published"`
	PriceDays []PriceDay `json:"priceDays"` // how far the day of the prices alone moves thefts of the question

	Valuations []Group       `json:"valuations"`       // the thefts of the question by how their values are known: parts of Chosen
	Missing    []Missing     `json:"missing"`          // why values of thefts are not known
	Closes     []ClosesGiven `json:"closes,omitempty"` // that the asker gave

	Undated []string `json:"undated"` // ids of thefts whose year is not known by the basis
	Aside   []string `json:"aside"`   // ids of entries of the year that do not count: proposed, refused or withdrawn
}

// An Edition says which record an account was made from.
type Edition struct {
	Day    incident.Day `json:"day"` // of the last act in any trail
	Thefts int          `json:"thefts"`
	Digest string       `json:"digest"` // SHA-256 of all entries
}

// A Sum adds thefts up. Those of unknown value are counted and add nothing.
type Sum struct {
	Thefts  int    `json:"thefts"`
	Unknown int    `json:"unknown"` // of Thefts, whose value is not known by the basis
	USD     *Cents `json:"usd"`     // of the others; nil where there are thefts and none of known value
	Rough   int    `json:"rough"`   // of the others, whose figure is rounded, or a bound
	Dated   int    `json:"dated"`   // of the others, whose figure says that it takes the prices of the basis
}

// newSum returns the sum of no thefts, which is 0.
func newSum() Sum { return Sum{USD: new(Cents)} }

// add adds a theft.
func (s *Sum) add(t *Theft) {
	s.Thefts++
	if t.USD == nil {
		s.Unknown++
		if s.Unknown == s.Thefts {
			s.USD = nil
		}
		return
	}
	sum := s.Known() + *t.USD
	s.USD = &sum
	if t.About || t.Bound != "" {
		s.Rough++
	}
	if t.DayStated {
		s.Dated++
	}
}

// Known returns what thefts of known value come to.
func (s *Sum) Known() Cents {
	if s.USD == nil {
		return 0
	}
	return *s.USD
}

// A Standing is what claims of at least one standing add up to: each holds those
// of the weightier ones.
type Standing struct {
	Standing incident.Standing `json:"standing"`
	Sum
	Disputed int `json:"disputed"` // of the thefts, whose claim somebody disputes
}

// A Group is the thefts that share something. Groups of one kind are parts of the
// whole: none is in two.
type Group struct {
	Name string `json:"name"`
	Sum
	Touching int `json:"touching,omitempty"` // of chains: thefts that are on it and perhaps on others too
}

// A Theft is one theft as an account counts it.
type Theft struct {
	Rank     int                     `json:"rank"` // 0: of unknown value
	ID       string                  `json:"id"`
	Title    string                  `json:"title"`
	Day      incident.Day            `json:"day"` // on which it was over
	Victim   incident.VictimKind     `json:"victim"`
	Victims  []string                `json:"victims"`
	Method   incident.MethodKind     `json:"method"`
	Chains   []string                `json:"chains"`
	Claims   map[string]ClaimSummary `json:"claims,omitempty"` // by state or id of an actor
	Disputed bool                    `json:"disputed,omitempty"`

	USD       *Cents         `json:"usd"` // nil: not known by the basis
	About     bool           `json:"about,omitempty"`
	Bound     incident.Bound `json:"bound,omitempty"`
	By        string         `json:"by,omitempty"`       // whose figure it is
	DayStated bool           `json:"dayStated"`          // the figure says that it takes the prices of the basis
	Valued    Valuation      `json:"valued"`             // how USD is known
	Computed  string         `json:"computed,omitempty"` // not published but computed from coins, with these closes
	InCoins   *InCoins       `json:"inCoins,omitempty"`  // what its coins are worth by closes; nil: at theft, where no closes were given
	Apart     *Cents         `json:"apart,omitempty"`    // USD less what InCoins comes to by the closes that were given, where both are known and are not the same
	Low       *Cents         `json:"low"`                // the least of all checked figures published for it; nil: there is none
	High      *Cents         `json:"high"`

	year string
	on   incident.Day     // that the year is of: of the theft, or by disclosure of that
	said map[string]Cents // checked figures by who published them, the first of each
}

// A PriceDay is what the coins of a theft come to on two days, by closes that the
// asker gave or the entry states.
type PriceDay struct {
	ID           string `json:"id"`
	USD          *Cents `json:"usd"` // that is counted by the basis of the question
	AtTheft      Cents  `json:"atTheft"`
	AtDisclosure Cents  `json:"atDisclosure"`
}

// A Missing is why some thefts have no value: the gravest thing that each lacks.
type Missing struct {
	Kind   LackKind `json:"kind"`
	Thefts int      `json:"thefts"`
	Coins  []string `json:"coins,omitempty"` // of which closes are missing
}

// A ClaimSummary is the weightiest standing that claims about one actor have.
type ClaimSummary struct {
	Standing incident.Standing `json:"standing"`
	Disputed bool              `json:"disputed,omitempty"`
}

// A Step is the sum after the thefts of one day.
type Step struct {
	Day    incident.Day `json:"day"` // by disclosure, on which thefts were made public
	Thefts int          `json:"thefts"`
	USD    *Cents       `json:"usd"` // nil: of none so far
}

// An Outcome adds up what became of stolen value, by state. States do not cancel
// each other: what was frozen may be seized later and stands in both.
type Outcome struct {
	State      incident.OutcomeState `json:"state"`
	Thefts     int                   `json:"thefts"`
	Rows       int                   `json:"rows"`
	USD        Cents                 `json:"usd"`        // of rows that give US dollars and were checked
	Unknown    int                   `json:"unknown"`    // rows that give none
	Unverified int                   `json:"unverified"` // rows that were not seen in their source, and add nothing
}

// A Delay is how long something took, in whole days, over the thefts of which
// both days are known.
type Delay struct {
	What    string `json:"what"`
	Known   int    `json:"known"`
	Unknown int    `json:"unknown"`
	Least   int    `json:"least"`
	Median  int    `json:"median"` // the lower of the middle two
	Most    int    `json:"most"`
	MostOf  string `json:"mostOf,omitempty"` // id of the theft that took longest
}

// Followed is where the stolen value of one theft lies, by a trace of one asset.
// Times are in seconds, from the first transfer of the theft that is at hand; they
// are left out where that is a week and more after the day of the theft, for then it
// is not where the value began.
type Followed struct {
	ID        string      `json:"id"`
	Over      string      `json:"over,omitempty"` // what the trace rests on
	Policy    string      `json:"policy"`
	AsOf      clew.Time   `json:"asOf"`
	Symbol    string      `json:"symbol"` // of the asset that the book is kept in
	Decimals  int         `json:"decimals"`
	Places    []Lies      `json:"places"` // they add up to Sum
	Sum       clew.Amount `json:"sum"`
	Cut       bool        `json:"cut,omitempty"`  // a limit ended the walk before its end
	Moved     clew.Time   `json:"moved,omitzero"` // when it first moved on
	Dwell     *int64      `json:"dwell"`          // until the first transfer out of the first recipient; nil: not known
	MixedFrom *int64      `json:"mixedFrom"`      // until the first payment into a mixer; nil: not known
	MixedTo   *int64      `json:"mixedTo"`        // until the last one
	Reached   []Reached   `json:"reached,omitempty"`
}

// Reached is when value first and last came to a kind of place, and whose that is
// claimed to be.
type Reached struct {
	Kind  string   `json:"kind"`
	Names []string `json:"names,omitempty"` // of the actors that tags claim, or the bridges listed
	First *int64   `json:"first"`           // nil: no time is known
	Last  *int64   `json:"last"`
}

// Lies is what lies in one kind of place.
type Lies struct {
	Kind   string      `json:"kind"`
	Role   string      `json:"role,omitempty"`
	Amount clew.Amount `json:"amount"`
}

// A Year is one year of the record.
type Year struct {
	Year      string     `json:"year"`
	All       Sum        `json:"all"`
	Chosen    Sum        `json:"chosen"`
	Standings []Standing `json:"standings,omitempty"`
	Actors    []Group    `json:"actors"`   // of all, by whose they are said to be
	Methods   []Group    `json:"methods"`  // of the chosen
	Public    Delay      `json:"public"`   // from the theft until it was made public
	Followed  int        `json:"followed"` // thefts; of them alone is known what follows
	Dwell     Span       `json:"dwell"`    // until it first moved on
	Reached   []Span     `json:"reached"`  // by kind of place
}

// A Span is how long it took until value first came somewhere, over the thefts of
// a year that were followed.
type Span struct {
	What   string   `json:"what"`
	Names  []string `json:"names,omitempty"` // of whose places they are claimed to be
	Thefts int      `json:"thefts"`          // of which it came there
	Known  int      `json:"known"`           // of them, whose time is known
	Median int64    `json:"median"`          // in seconds, the lower of the middle two; 0 where none is known
}
