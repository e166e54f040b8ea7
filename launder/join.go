package launder

import "clew"

// Possible is the certainty of a suspicion: ordinary transactions look so too.
const Possible Certainty = "possible"

// A JoinKind names a way in which several people's coins meet in one transaction
// of Bitcoin's kind, or are made ready for it.
type JoinKind string

// The kinds.
const (
	WhirlpoolMix JoinKind = "whirlpool"
	WhirlpoolTx0 JoinKind = "whirlpool-tx0" // makes one payer's coins ready for it
	Wasabi1      JoinKind = "wasabi1"
	Wasabi2      JoinKind = "wasabi2"
	JoinMarket   JoinKind = "joinmarket"
	Stonewall    JoinKind = "stonewall"
	PayJoin      JoinKind = "payjoin"
)

// A JoinRule says what is to be known of a kind's recogniser wherever something
// rests on it.
type JoinRule struct {
	Kind       JoinKind `json:"kind"`
	Name       string   `json:"name"`
	Version    string   `json:"version"` // of the rule
	Assumption string   `json:"assumption"`
	Failure    string   `json:"failure"` // how it is known to err
	Source     string   `json:"source"`
	Measured   string   `json:"measured"` // its error, and where that was measured

	find func(*shape) (Join, bool)
}

// JoinRules returns every recogniser of joins in the order in which they are
// tried: the first that recognises a transaction names it.
func JoinRules() []JoinRule {
	return []JoinRule{whirlpoolMix, whirlpoolTx0, wasabi2, wasabi1, joinMarket, stonewall, payJoin}
}

// A Join is what a transaction looks like. It is an inference from the
// transaction alone: nobody said so, and whoever knows the shape can imitate it.
type Join struct {
	Kind        JoinKind    `json:"kind"`
	Version     string      `json:"version"`
	Certainty   Certainty   `json:"certainty"`
	Reasons     []string    `json:"reasons"`
	Mixed       []Mixed     `json:"mixed"`       // whose outputs these are does not show
	Premix      []int       `json:"premix"`      // outputs made ready to be mixed; they are the payer's
	Change      []Matched   `json:"change"`      // each output of change
	Coordinator []int       `json:"coordinator"` // outputs that pay whoever runs it; where they do not show, none
	Search      MatchSearch `json:"search"`
}

// A Mixed output is one of several of one amount.
type Mixed struct {
	Output    int `json:"output"`
	Anonymity int `json:"anonymity"` // scripts that are paid this amount here, this one too; at most so many people
}

// Matched is an output of change and the inputs that paid it.
type Matched struct {
	Output int   `json:"output"`
	Inputs []int `json:"inputs"` // none: no set of inputs, or more than one, would do
}

// A MatchSearch says how change was matched to inputs.
type MatchSearch string

// How it ended.
const (
	NotSearched   MatchSearch = "not searched"   // there is no change, or no rule that would match it
	SearchedWhole MatchSearch = "searched whole" // what is matched is so within the bounds on fees; what is not has no or several solutions
	SearchedPart  MatchSearch = "searched in part"
	OneOwner      MatchSearch = "one owner" // all inputs are one payer's
)

// FindJoin returns what kind of join a transaction looks like, if any. Only
// transfers of Bitcoin's kind whose inputs are all known can be told.
//
// It is stricter than [clew/cluster.VetoOf], which wants to meet every mix: but
// for a Tx0, whose inputs are one payer's, what it names is vetoed there.
func FindJoin(t *clew.Transfer) (Join, bool) {
	s, ok := shapeOf(t)
	if !ok {
		return Join{}, false
	}
	for _, rule := range JoinRules() {
		if j, ok := rule.find(s); ok {
			j.Kind, j.Version = rule.Kind, rule.Version
			if j.Search == "" {
				j.Search = NotSearched
			}
			return j, true
		}
	}
	return Join{}, false
}
