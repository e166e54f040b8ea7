package launder

import (
	"math/big"

	"clew"
)

// A MixerSign names a heuristic that links a withdrawal with a batch of deposits.
type MixerSign string

// A MixerRule says what is to be known of a heuristic wherever something rests on
// it. Linked and Others are its rates: how often it says yes of withdrawals that
// are linked, and of others. Their quotient is what it is worth; Basis says where
// they were measured, or that they are assumed.
type MixerRule struct {
	Sign       MixerSign  `json:"sign"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	Assumption string     `json:"assumption"`
	Failure    string     `json:"failure"` // how it is known to err
	Source     string     `json:"source"`
	Linked     Frequency  `json:"linked"`
	Others     *Frequency `json:"others,omitempty"` // null: counted in the pool at the time itself
	Basis      string     `json:"basis"`

	oneHand bool // it rests on how many notes came out to one hand: of such, the one that is worth most counts
	see     func(*mixerView) (Sight, string)
}

// A Sight is what a heuristic says of a batch and a withdrawal.
type Sight string

// What a heuristic can say.
const (
	SpeaksFor     Sight = "for"
	SpeaksAgainst Sight = "against"
	NotSeen       Sight = "not known" // what it needs is not held, or it does not apply
)

// A MixerSaid is what one heuristic contributes to a candidate.
type MixerSaid struct {
	Sign   MixerSign `json:"sign"`
	Says   Sight     `json:"says"`
	Why    string    `json:"why"`
	Ratio  *big.Rat  `json:"ratio"`  // by which it would multiply the odds alone; 1: nothing
	Counts bool      `json:"counts"` // false: another one that rests on the same is worth more
}

// MixerRules returns the heuristics in the order in which they are applied. None
// is proof, and the amount and the time alone do next to nothing: at any time many
// people use the same pool.
func MixerRules() []MixerRule {
	list := []MixerRule{sameAddress, linkedAddress, inTime, burstRule, noteCount, gasHabit, portfolio, throughRelayer, hourOfDay}
	for i := range list {
		r := mixerRates[list[i].Sign]
		list[i].Version, list[i].Linked, list[i].Others, list[i].Basis = "1", r.linked, r.others, r.basis
	}
	return list
}

// A mixerRate is what was measured of a heuristic.
type mixerRate struct {
	linked Frequency
	others *Frequency
	basis  string
}

// A mixerView is one batch and one withdrawal of the same pool, with what is known
// around them.
type mixerView struct {
	batch  *MixerBatch
	w      *MixerNote
	at     int // of the withdrawal in its pool's history
	pool   *poolView
	facts  *MixerFacts
	mine   []*MixerBatch // all batches of whoever made this one
	window *windowView   // what came out while candidates of the batch are looked for
}

// MixerFacts are what else is known of the addresses concerned. What is nil is not
// known, and heuristics that need it say nothing.
type MixerFacts struct {
	// Direct returns how many transfers two addresses made to each other; false if
	// that is not known.
	Direct func(depositor, recipient clew.Address) (uint64, bool)

	// Gathers returns to whom a recipient passed on what came out; the recipient
	// itself if it did not, or paid many. Nil: recipients stand for themselves.
	Gathers func(recipient clew.Address) clew.Address
}

// gathers returns by whom a recipient is counted.
func (f *MixerFacts) gathers(a clew.Address) clew.Address {
	if f.Gathers == nil {
		return a
	}
	return f.Gathers(a)
}

// says applies a rule.
func (v *mixerView) says(r *MixerRule) MixerSaid {
	s := MixerSaid{Sign: r.Sign, Ratio: big.NewRat(1, 1), Counts: true}
	s.Says, s.Why = r.see(v)
	if s.Says == NotSeen {
		return s
	}
	others := v.pool.rateOfRecent(v.at)
	if r.Others != nil {
		others = r.Others.likelihood()
	}
	s.Ratio = ratio(r.Linked.likelihood(), others, s.Says == SpeaksFor)
	return s
}

// sight is for or against.
func sight(is bool) Sight {
	if is {
		return SpeaksFor
	}
	return SpeaksAgainst
}

// settle lets count, of what rests on the notes that came out to one hand, what is
// worth most; of equals, the first.
func settle(signs []MixerSaid, rules []MixerRule) {
	best := -1
	for i := range signs {
		if !rules[i].oneHand {
			continue
		}
		signs[i].Counts = false
		if best < 0 || worth(signs[i].Ratio).Cmp(worth(signs[best].Ratio)) > 0 {
			best = i
		}
	}
	if best >= 0 {
		signs[best].Counts = true
	}
}

// worth is how far a ratio is from 1, either way.
func worth(r *big.Rat) *big.Rat {
	if r.Cmp(one) < 0 {
		return new(big.Rat).Inv(r)
	}
	return r
}
