package lead

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/trace"
)

// A Question asks which of a trace's value somebody can still stop.
type Question struct {
	Trace *trace.Result
	Guide *Guide
	Now   clew.Time // as of which deadlines are worked out

	// Stakes are the acts of staking of addresses at which coins rest, in chain
	// order, see [ReadStakes]; none: nothing is known to be staked.
	Stakes map[clew.Address][]clew.Act

	// Own are addresses of whoever lost the value: what lies there is not gone.
	Own []clew.Address

	// Memos are those of payments to stops, see [Memos.Read]; none: none is held.
	Memos Memos
}

// A Standing says how things stand with some value.
type Standing string

// The standings. Every unit of a trace has one.
const (
	CanStop    Standing = "can be stopped"
	MayStop    Standing = "may be stopped"          // if it is still there, or it turns out who could
	Frozen     Standing = "frozen already"          // by its issuer, as an act records
	Passed     Standing = "deadline passed"         // of a window, which is the earliest moment
	Unknown    Standing = "not known"               // whether anybody can
	CannotStop Standing = "nobody is known who can" // such as a coin at an address, or what is burnt
	NotGone    Standing = "lies with its owner"     // at an address that is said to be the owner's, such as change
)

// Standings returns all, in the order in which sums list them.
func Standings() []Standing {
	return []Standing{CanStop, MayStop, Frozen, Passed, Unknown, CannotStop, NotGone}
}

// A Means is what somebody would do.
type Means string

// The means.
const (
	FreezeToken Means = "issuer freezes the token"
	HoldDeposit Means = "service holds the deposit"
	StopBridge  Means = "bridge or chain stops what is in flight"
	FindOut     Means = "find out who runs it"
	AwaitExit   Means = "be ready where it comes out"
)

// A Reason says why value has its standing.
type Reason string

// The reasons.
const (
	Rests         Reason = "it rests there as far as the history held says"
	WalkEnded     Reason = "the walk ended here, so whether it still lies there is not known"
	AtTheService  Reason = "whether the account still has it, only the service knows"
	InFlight      Reason = "it cannot come out before the window's end"
	NoWindow      Reason = "how long it stays there is not known"
	NoMemo        Reason = "no memo of the payment is held, or none that is known to be of it alone: whether it streams, and for how long, is not known"
	Streams       Reason = "by its memo it streams, and comes out after the last step; the network may take fewer steps, and then it comes out before"
	StreamsOpen   Reason = "by its memo it streams, in as many steps as the network decides"
	WaitsForPrice Reason = "by its memo it is a limit order, which waits for a price: it comes out when that is met, or goes back"
	AtOnce        Reason = "its memo does not ask to stream; the network may part it into steps all the same"
	AsksNoSwap    Reason = "its memo asks for no swap"
	MemoUnread    Reason = "its memo is in a form that is not read"
	TermOver      Reason = "the time that its memo asks for, or the longest that the network takes, is over; it may still wait to be paid out"
	NoTime        Reason = "when it was paid in is not known"
	WindowOver    Reason = "the window's earliest end has passed; it may still be in flight"
	NoOwner       Reason = "an address that behaves like a service, whose is not known"
	PausedAct     Reason = "an act of the issuer bars everybody from moving the token, and no later one held lifts that"
	FrozenAct     Reason = "an act of the issuer bars the address, and no later one held lifts that"
	NotInGuide    Reason = "whether the token's issuer can freeze it is not known here"
	IsCoin        Reason = "a chain's own coin has no issuer who could freeze it"
	Staked        Reason = "up to so much of what lies there is staked, and would have to wait once it is asked back"
	Unstaking     Reason = "up to so much of what lies there was staked and is asked back, and cannot move before then"
	IsMixed       Reason = "paid into a mixer"
	IsConverted   Reason = "exchanged for something else, which is not followed"
	IsFee         Reason = "paid as fees"
	IsTokenFee    Reason = "kept by the token's contract without a transfer, as what it says of the balance shows"
	IsBurnt       Reason = "burnt"
	TokenBurnt    Reason = "burnt, which bridges do too with tokens that then come out on another chain: its transaction says"
	OwnersPlace   Reason = "at an address of the owner's own, such as change, so it is not gone"
	IsDust        Reason = "below the cut-off, and not followed"
)

// A DeadlineKind says what is known of the last moment to act.
type DeadlineKind string

// The kinds of deadline, most pressing first.
const (
	AnyMoment  DeadlineKind = "any moment" // whoever has the keys or the account can move it now
	At         DeadlineKind = "at"         // the earliest moment by the rule of a window
	NotKnown   DeadlineKind = "unknown"
	HasPassed  DeadlineKind = "passed"
	NoneNeeded DeadlineKind = "none" // frozen already
)

// A Deadline is the last moment to act, as far as it is known.
type Deadline struct {
	Kind DeadlineKind `json:"kind"`
	Time clew.Time    `json:"time,omitzero"` // of At and HasPassed
}

// A Deposit is one transfer that brought value to a place: what a request names.
type Deposit struct {
	Pos    clew.Pos     `json:"pos"`
	Tx     clew.TxID    `json:"tx,omitzero"`
	Time   clew.Time    `json:"time,omitzero"`
	From   clew.Address `json:"from,omitzero"`
	Marked clew.Amount  `json:"marked"` // by the policy
	Moved  clew.Amount  `json:"moved"`  // by the whole transfer
}

// A Chance is value that somebody can or may still stop, or that is frozen
// already: a lead.
type Chance struct {
	Means    Means           `json:"means"`
	Standing Standing        `json:"standing"`
	Kind     trace.PlaceKind `json:"kind"`
	Address  clew.Address    `json:"address"`
	Asset    clew.Asset      `json:"asset"`
	Amount   clew.Amount     `json:"amount"` // marked, of Asset
	Deposits []Deposit       `json:"deposits,omitempty"`
	Who      Party           `json:"who"`
	Deadline Deadline        `json:"deadline"`
	Why      Reason          `json:"why"`
	Window   string          `json:"window,omitempty"` // name of the window
	Note     string          `json:"note,omitempty"`   // of the window's file
	Act      *clew.Act       `json:"act,omitempty"`    // that froze it
	Asked    *Asked          `json:"asked,omitempty"`  // what the payment's memo asks for
	Onward   *Onward         `json:"onward,omitempty"` // where a bridge's message leads
	Basis    clew.Basis      `json:"basis"`            // of the statement that value lies there and who can act
}

// A Rest is value that nobody is known to be able to stop, or need stop, by
// reason.
type Rest struct {
	Standing Standing        `json:"standing"` // Unknown, CannotStop or NotGone
	Why      Reason          `json:"why"`
	Kind     trace.PlaceKind `json:"kind"`
	Role     string          `json:"role,omitempty"` // what an incident says that the addresses did: a claim
	Asset    clew.Asset      `json:"asset"`
	Amount   clew.Amount     `json:"amount"`
	Places   int             `json:"places"`
}

// A Sum closes the account of one asset: its parts add up to what the trace
// accounts for.
type Sum struct {
	Asset     clew.Asset    `json:"asset"`
	Accounted clew.Amount   `json:"accounted"` // over all places
	Parts     []clew.Amount `json:"parts"`     // in the order of Standings
}

// A Stoppable is what became of a trace's value as far as stopping it goes.
type Stoppable struct {
	Now     clew.Time `json:"now"`
	Chances []Chance  `json:"chances"` // most pressing first
	Rest    []Rest    `json:"rest"`
	Sums    []Sum     `json:"sums"`
}

// Stop answers a question. A trace that goes backward, or whose policy does not
// conserve value, is a *clew.InputError.
func Stop(q Question) (*Stoppable, error) {
	m := &q.Trace.Method
	if m.Direction == trace.Backward {
		return nil, &clew.InputError{Field: "direction", Value: string(m.Direction), Want: "a forward trace: only what lies somewhere can be stopped"}
	}
	if !m.Policy.Describe().Conserves {
		return nil, &clew.InputError{Field: "policy", Value: string(m.Policy), Want: "a policy that conserves value, such as taint-first: the amounts of this one do not add up"}
	}
	s := &stopping{Question: q, uses: usesTo(q.Trace), rest: map[Rest]*Rest{}}
	s.out = &Stoppable{Now: q.Now}
	for i := range q.Trace.Places {
		s.place(&q.Trace.Places[i])
	}
	if err := s.finish(); err != nil {
		return nil, err
	}
	return s.out, nil
}

// stopping is an answer under way.
type stopping struct {
	Question
	uses   map[clew.Pot][]Deposit
	rest   map[Rest]*Rest
	sums   []*Sum
	out    *Stoppable
	tooBig bool // a sum exceeded 256 bits
}

// plus adds amounts of one asset. Those of a contract that lies can exceed 256
// bits together, and then no answer is given.
func (s *stopping) plus(a, b clew.Amount) clew.Amount {
	sum, fits := a.Add(b)
	s.tooBig = s.tooBig || !fits
	return sum
}

// usesTo lists the transfers that brought marked value to each pot.
func usesTo(r *trace.Result) map[clew.Pot][]Deposit {
	uses := map[clew.Pot][]Deposit{}
	for i := range r.Uses {
		t := &r.Uses[i].Transfer
		for k := range t.To {
			a := t.To[k].Address
			if a.IsZero() {
				continue
			}
			d := Deposit{Pos: t.Pos, Tx: t.Tx, Time: t.Time, Marked: r.Uses[i].Amount, Moved: t.Amount()}
			if len(t.From) == 1 {
				d.From = t.From[0].Address
			}
			pot := clew.Pot{Address: a, Asset: t.Asset}
			if list := uses[pot]; len(list) == 0 || list[len(list)-1].Pos != d.Pos {
				uses[pot] = append(list, d)
			}
		}
	}
	return uses
}

// add books an amount in the sum of its asset.
func (s *stopping) add(asset clew.Asset, standing Standing, a clew.Amount) {
	at := slices.IndexFunc(s.sums, func(sum *Sum) bool { return sum.Asset == asset })
	if at < 0 {
		at = len(s.sums)
		s.sums = append(s.sums, &Sum{Asset: asset, Parts: make([]clew.Amount, len(Standings()))})
	}
	part := &s.sums[at].Parts[slices.Index(Standings(), standing)]
	*part = s.plus(*part, a)
}

// finish puts the answer in order and closes its sums.
func (s *stopping) finish() error {
	slices.SortStableFunc(s.out.Chances, compareChances)
	for _, r := range s.rest {
		s.out.Rest = append(s.out.Rest, *r)
	}
	slices.SortFunc(s.out.Rest, func(a, b Rest) int {
		return cmp.Or(cmp.Compare(slices.Index(Standings(), a.Standing), slices.Index(Standings(), b.Standing)),
			strings.Compare(a.Asset.String(), b.Asset.String()), b.Amount.Cmp(a.Amount), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Role, b.Role))
	})
	for i := range s.Trace.Places {
		p := &s.Trace.Places[i]
		if p.Amount.IsZero() {
			continue
		}
		at := slices.IndexFunc(s.sums, func(sum *Sum) bool { return sum.Asset == p.Asset })
		s.sums[at].Accounted = s.plus(s.sums[at].Accounted, p.Amount)
	}
	slices.SortFunc(s.sums, func(a, b *Sum) int { return strings.Compare(a.Asset.String(), b.Asset.String()) })
	for _, sum := range s.sums {
		var all clew.Amount
		for _, part := range sum.Parts {
			all = s.plus(all, part)
		}
		if s.tooBig {
			return fmt.Errorf("what the trace accounts for of %s: %w", sum.Asset, ledger.ErrOverflow)
		}
		if all != sum.Accounted {
			panic(fmt.Sprintf("lead: %s of %s do not add up to %s", all, sum.Asset, sum.Accounted)) // every unit has one standing
		}
		s.out.Sums = append(s.out.Sums, *sum)
	}
	return nil
}

// compareChances puts what presses most first, and of one asset the larger
// amount. Amounts of different assets are not compared.
func compareChances(a, b Chance) int {
	return cmp.Or(cmp.Compare(pressing(&a), pressing(&b)), cmp.Compare(a.Deadline.Time, b.Deadline.Time),
		strings.Compare(a.Asset.String(), b.Asset.String()), b.Amount.Cmp(a.Amount), strings.Compare(a.Address.String(), b.Address.String()))
}

// pressing orders kinds of deadline, and what can be stopped before what may.
func pressing(c *Chance) int {
	kinds := []DeadlineKind{AnyMoment, At, NotKnown, HasPassed, NoneNeeded}
	return 2*slices.Index(kinds, c.Deadline.Kind) + map[bool]int{true: 1}[c.Standing != CanStop]
}
