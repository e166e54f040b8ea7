package taint

import (
	"strings"

	"clew"
)

// A Policy is a convention about which units leave a pot that holds marked and
// clean ones.
type Policy string

// The policies.
const (
	Poison     Policy = "poison"
	Haircut    Policy = "haircut"
	FIFO       Policy = "fifo"
	LIFO       Policy = "lifo"
	TaintFirst Policy = "taint-first"
	CleanFirst Policy = "clean-first"
	TIHO       Policy = "tiho"
)

// A Description says what a policy is, for help and reports.
type Description struct {
	Policy     Policy `json:"policy"`
	Question   string `json:"question"`   // that it answers
	Assumption string `json:"assumption"` // that it makes
	Source     string `json:"source"`
	Failure    string `json:"failure"` // known
	Fit        string `json:"fit"`     // what it is fit for
	Conserves  bool   `json:"conserves"`
	Accounts   bool   `json:"accounts"` // applies to account chains
	Backward   bool   `json:"backward"` // says which incoming transfer paid an outgoing one, whatever is marked
}

// descriptions is in the order in which help and spreads list the policies.
var descriptions = [...]Description{
	{
		Policy:     FIFO,
		Question:   "Where are the very units that were stolen, if what comes in first goes out first?",
		Assumption: "A pot is a queue: the oldest unit leaves first.",
		Source:     "Clayton's Case (Devaynes v Noble, 1816), a rule for running accounts",
		Failure:    "The order of unrelated payments decides who holds marked value. A gap in the history shifts everything after it.",
		Fit:        "A claim to particular value, where the forum follows Clayton's Case; fast interactive traces. Nothing is diluted, and every step can be undone.",
		Conserves:  true, Accounts: true, Backward: true,
	},
	{
		Policy:     LIFO,
		Question:   "Where is the stolen value, if an address passes on what it has just received?",
		Assumption: "A pot is a stack: the newest unit leaves first.",
		Source:     "The mirror of FIFO, known from the valuation of stock",
		Failure:    "One deposit at the right moment hides a mark for ever. It depends on the order of events that are close in time.",
		Fit:        "Pass-through addresses that forward each payment; a test of how much FIFO's order decides.",
		Conserves:  true, Accounts: true, Backward: true,
	},
	{
		Policy:     Haircut,
		Question:   "What share of this value came from the origin?",
		Assumption: "A pot is a perfect mixture: every payment has the pot's own share of marked value.",
		Source:     "Pari passu sharing of a mixed fund; pro-rata taint in research on Bitcoin",
		Failure:    "It spreads without end: after some hops, thousands of strangers hold a little. What lies below the cut-off must be stated.",
		Fit:        "Statistics, exposure and shares of a fund; not for pointing at one payment.",
		Conserves:  true, Accounts: true, Backward: true,
	},
	{
		Policy:     TaintFirst,
		Question:   "How far can the stolen value have gone, if thieves move it before anything else?",
		Assumption: "Marked units leave before clean ones.",
		Source:     "The greedy rule of flow tracing; the mirror of the lowest intermediate balance",
		Failure:    "It empties the first pots: what stayed behind is found with the next holder. It is no upper bound beyond one hop.",
		Fit:        "Deciding quickly whom to ask for a freeze.",
		Conserves:  true, Accounts: true,
	},
	{
		Policy:     CleanFirst,
		Question:   "What can still be claimed from this very pot, if the holder spent his own money first?",
		Assumption: "Clean units leave before marked ones, and own money paid in later does not restore a claim.",
		Source:     "Re Hallett's Estate (1880); capped by the lowest intermediate balance, Roscoe v Winder (1915)",
		Failure:    "It leaves marked value where it was as long as it can: what was passed on is found late. It is no lower bound beyond one hop.",
		Fit:        "A proprietary claim against a holder who mixed his own money with the stolen.",
		Conserves:  true, Accounts: true,
	},
	{
		Policy:     Poison,
		Question:   "What has the stolen value touched at all?",
		Assumption: "One marked unit marks everything that leaves the pot from then on.",
		Source:     "Reachability in the graph of transfers",
		Failure:    "Marked value grows: a few hops mark most of a chain. Its amounts are sizes of what was touched, not of what was stolen.",
		Fit:        "Leaving things out: what poison does not mark has no recorded path from the origin.",
		Accounts:   true, Backward: true,
	},
	{
		Policy:     TIHO,
		Question:   "Which output of a Bitcoin transaction is the launderer's own remainder?",
		Assumption: "Marked value goes to the largest outputs first: small ones are payments.",
		Source:     "Taint in, highest out: a heuristic of research on Bitcoin thefts",
		Failure:    "It says nothing where value rests in accounts, and fails where the payment is larger than the change.",
		Fit:        "Comparison with other policies on Bitcoin.",
		Conserves:  true,
	},
}

// Policies returns every policy, in the order in which spreads list them.
func Policies() []Policy {
	policies := make([]Policy, len(descriptions))
	for i, d := range descriptions {
		policies[i] = d.Policy
	}
	return policies
}

// AccountPolicies returns the policies that apply to account chains, in the
// order of [Policies].
func AccountPolicies() []Policy {
	var policies []Policy
	for _, d := range descriptions {
		if d.Accounts {
			policies = append(policies, d.Policy)
		}
	}
	return policies
}

// Describe returns what p is; the zero Description if there is no such policy.
func (p Policy) Describe() Description {
	for _, d := range descriptions {
		if d.Policy == p {
			return d
		}
	}
	return Description{}
}

// ParsePolicy reads a policy's name, in any case. Another name is a
// [*clew.InputError] that names the nearest.
func ParsePolicy(s string) (Policy, error) {
	var names []string
	for _, p := range Policies() {
		if strings.EqualFold(s, string(p)) {
			return p, nil
		}
		names = append(names, string(p))
	}
	return "", unknownName("policy", s, names)
}

func unknownName(field, s string, names []string) error {
	want := "one of " + strings.Join(names, ", ")
	if near := clew.Nearest(s, names); near != "" {
		want += "; did you mean " + near + "?"
	}
	return &clew.InputError{Field: field, Value: s, Want: want}
}
