package lead

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/trace"
)

// A Request is one dated state of a freeze that somebody asked for, as a file of
// the case says: a claim.
type Request struct {
	Address clew.Address `json:"address"`
	Asset   clew.Asset   `json:"asset"`
	State   string       `json:"state"`
	Time    clew.Time    `json:"time"`
	Day     bool         `json:"day,omitempty"` // the hour is not stated
	Of      string       `json:"of"`            // who would freeze
	By      string       `json:"by"`            // who asked
	Source  string       `json:"source"`        // exhibit and document, or the incident's source
	Note    string       `json:"note,omitempty"`
	Pending bool         `json:"-"` // the state leaves it open
	// Executed is a state that says it was carried out, and Lifts one that says it holds no more.
	Executed bool `json:"-"`
	Lifts    bool `json:"-"`
}

// A Pending is a freeze that was asked for, and of which neither an answer nor an
// act of the issuer's is held. Whoever learns of it can move first.
type Pending struct {
	Request
	Lies clew.Amount `json:"lies"` // marked value of the asset that lies there, by the trace
}

// FindPending returns the requests that are open, the oldest first: those whose
// latest state leaves them so, and whose address no freeze met bars now.
func FindPending(requests []Request, met *FreezesMet, r *trace.Result) []Pending {
	type what struct {
		pot clew.Pot
		of  string
	}
	latest := map[what]Request{}
	for _, q := range requestsInOrder(requests) {
		latest[what{clew.Pot{Address: q.Address, Asset: q.Asset}, q.Of}] = q
	}
	for i := range met.List {
		if f := &met.List[i]; f.Open() {
			for w := range latest {
				if w.pot == (clew.Pot{Address: f.Address, Asset: f.Asset}) {
					delete(latest, w)
				}
			}
		}
	}
	var out []Pending
	for w, q := range latest {
		if q.Pending {
			out = append(out, Pending{Request: q, Lies: liesAt(r, w.pot)})
		}
	}
	slices.SortFunc(out, func(a, b Pending) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), strings.Compare(a.Address.String(), b.Address.String()), strings.Compare(a.Asset.String(), b.Asset.String()), strings.Compare(a.Of, b.Of))
	})
	return out
}

// liesAt returns how much marked value lies at a pot, as far as its places fit 256
// bits together.
func liesAt(r *trace.Result, pot clew.Pot) clew.Amount {
	var sum clew.Amount
	for i := range r.Places {
		if p := &r.Places[i]; p.Address == pot.Address && p.Asset == pot.Asset {
			if more, fits := sum.Add(p.Amount); fits {
				sum = more
			}
		}
	}
	return sum
}
