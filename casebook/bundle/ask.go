package bundle

import (
	"encoding/json"
	"fmt"

	"clew"
	"clew/ledger"
)

// An Ask is one question to a ledger, by the names of [ledger.Reader]. What it
// does not need is left out.
type Ask struct {
	Ask     Name           `json:"ask"`
	Address clew.Address   `json:"address,omitzero"`
	Side    string         `json:"side,omitempty"` // "out" or "in"
	Asset   clew.Asset     `json:"asset,omitzero"`
	From    Place          `json:"from,omitzero"`
	Until   Place          `json:"until,omitzero"`
	Newest  bool           `json:"newest,omitempty"`
	Limit   int            `json:"limit,omitempty"`
	Sums    bool           `json:"sums,omitempty"`
	Lo      clew.Amount    `json:"lo,omitzero"`
	Hi      clew.Amount    `json:"hi,omitzero"`
	Pos     Place          `json:"pos,omitzero"`
	Output  uint32         `json:"output,omitempty"`
	Tx      clew.TxID      `json:"tx,omitzero"`
	Kinds   []clew.ActKind `json:"kinds,omitempty"`
}

// A Place is a position at which a question begins or ends. It need not be one
// that a transfer can have.
type Place clew.Pos

// MarshalText writes height, index, class and ordinal as numbers.
func (p Place) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d/%d/%d/%d", p.Height, p.Index, uint8(p.Class), p.Ordinal), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Place) UnmarshalText(text []byte) error {
	var class uint8
	_, err := fmt.Sscanf(string(text), "%d/%d/%d/%d", &p.Height, &p.Index, &class, &p.Ordinal)
	p.Class = clew.Class(class)
	if again, _ := p.MarshalText(); err != nil || string(again) != string(text) {
		return fmt.Errorf("place %q: want height/index/class/ordinal", bounded(string(text)))
	}
	return nil
}

// A Name is of a question.
type Name string

// The questions.
const (
	askRows        Name = "rows"
	askBatch       Name = "batch" // of one address; whether there is more is not said
	askTile        Name = "tile"
	askFlow        Name = "flow"
	askCount       Name = "count"
	askTransfer    Name = "transfer"
	askTransaction Name = "transaction"
	askSpender     Name = "spender"
	askSweep       Name = "sweep"
	askSweepBack   Name = "sweep back"
	askActs        Name = "acts"
	askTransfers   Name = "transfers held"
	askAllActs     Name = "acts held"
)

// A Told is what the ledger answered. Transfers and acts are held once, beside
// all answers, so that an answer cannot contradict them: of rows and acts it
// says how many there were from where the question begins.
//
// What a ledger adds up over a history that the bundle does not hold (sums,
// flows, counts) is its word.
type Told struct {
	Ask
	Found    int          `json:"found,omitempty"`    // rows, transfers or acts
	More     bool         `json:"more,omitempty"`     // there were more
	Before   *clew.Amount `json:"before,omitempty"`   // with sums: of the first row in chain order
	Tiles    []Tile       `json:"tiles,omitempty"`    // the rows of a tile
	Flow     *Flow        `json:"sum,omitempty"`      // of a pot
	Count    uint64       `json:"count,omitempty"`    // of rows, transfers or acts held
	Missing  bool         `json:"missing,omitempty"`  // there is no such transfer, transaction or spender
	Overflow bool         `json:"overflow,omitempty"` // sums exceed 256 bits
	Last     *clew.Pos    `json:"last,omitempty"`     // of a sweep: of the last transfer that was looked at; nil: none
	Ended    bool         `json:"ended,omitempty"`    // of a sweep: there was nothing beyond
}

// A Tile is a row of a pot's side with what the rows before it add up to.
type Tile struct {
	Pos    clew.Pos    `json:"pos"`
	Leg    uint32      `json:"leg,omitempty"`
	Before clew.Amount `json:"before"`
}

// A Flow is what went through a pot.
type Flow struct {
	In      clew.Amount `json:"in"`
	Out     clew.Amount `json:"out"`
	Deficit clew.Amount `json:"deficit"`
}

// key is by what a question is known again.
func (a *Ask) key() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic("bundle: " + err.Error()) // its members are texts and numbers
	}
	return string(text)
}

// String says what was asked, for people.
func (a *Ask) String() string {
	s := string(a.Ask)
	switch {
	case !a.Address.IsZero():
		s += " of " + a.Address.Text()
	case !a.Tx.IsZero():
		s += " " + a.Tx.String()
	case a.Pos != Place{}:
		s += " at " + clew.Pos(a.Pos).String()
	}
	if !a.Asset.IsZero() {
		s += " in " + a.Asset.String()
	}
	return s
}

func askOf(name Name, q ledger.Query) Ask {
	return Ask{Ask: name, Address: q.Address, Side: q.Side.String(), Asset: q.Asset, From: Place(q.From), Until: Place(q.Until), Newest: q.Newest, Limit: q.Limit, Sums: q.Sums}
}

func askOfPot(name Name, p clew.Pot) Ask { return Ask{Ask: name, Address: p.Address, Asset: p.Asset} }

func askOfActs(q ledger.ActQuery) Ask {
	return Ask{Ask: askActs, Address: q.Address, Tx: q.Tx, Kinds: q.Kinds, From: Place(q.From), Until: Place(q.Until), Newest: q.Newest, Limit: q.Limit}
}

// A Head is what a ledger says of itself.
type Head struct {
	Chain    clew.Chain      `json:"chain"`
	AsOf     clew.BlockRef   `json:"asOf"`
	Span     clew.Window     `json:"span"`
	ActSpan  clew.Window     `json:"actSpan"`
	Recent   []clew.BlockRef `json:"recent,omitempty"`
	Coverage clew.Coverage   `json:"coverage"`
}

// NotHeldError is of a question that the recording has no answer to.
type NotHeldError struct {
	Where string // whose answer is missing, such as "the ledger of Ethereum"
	What  string
}

// Error names whose answer is missing, and to what.
func (e *NotHeldError) Error() string {
	return fmt.Sprintf("the bundle holds no answer of %s to: %s", e.Where, e.What)
}
