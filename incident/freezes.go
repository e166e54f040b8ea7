package incident

import (
	"strings"

	"clew"
)

// A FreezeRequest is one dated state of a freeze that somebody asked for: what
// became of it is said by the latest. It is a claim, and of the case alone: who
// learns of a freeze that is not carried out yet can move first, so answers show
// those in sealed cases only; what was carried out they always show. Natural
// persons are never named.
type FreezeRequest struct {
	Address  clew.Address `yaml:"address,required"`
	Asset    string       `yaml:"asset,required"` // its id in the file
	State    FreezeState  `yaml:"state,required"`
	At       When         `yaml:"at,required"`
	Of       string       `yaml:"of,required"` // who would freeze, or did: an issuer, a service, or who runs a chain
	By       string       `yaml:"by,required"` // who asked, or answered
	Exhibit  string       `yaml:"exhibit"`     // of a file of records: its number in the case
	Document string       `yaml:"document"`    // of a file of records: which says so
	Source   string       `yaml:"source"`      // of an incident's file
	Note     string       `yaml:"note"`
	Line     int          `yaml:"."`
}

// A FreezeState says how it stands with a freeze that was asked for.
type FreezeState string

// The states. The list is closed and only grows.
const (
	FreezeRequested FreezeState = "freeze requested"
	FreezeRefused   FreezeState = "freeze refused"
	FreezeWithdrawn FreezeState = "request withdrawn"
	FreezeExecuted  FreezeState = "freeze executed" // as whoever answered says
	FreezeLifted    FreezeState = "freeze lifted"   // one that was executed holds no more
)

// freezesMax bounds the freezes of one file.
const freezesMax = 10_000

// freezes holds what is said of freezes against what must be true of it. assets
// are those of the file.
func (c *checker) freezes(list []FreezeRequest, assets []RecordAsset, inside bool) {
	if len(list) > freezesMax {
		c.add(1, "%d states of freezes; at most %d", len(list), freezesMax)
		return
	}
	ids := make([]string, len(assets))
	for i, a := range assets {
		ids[i] = a.ID
	}
	for i := range list {
		f := &list[i]
		oneOf(c, f.Line, "state", f.State, []FreezeState{FreezeRequested, FreezeRefused, FreezeWithdrawn, FreezeExecuted, FreezeLifted})
		oneOf(c, f.Line, "asset", f.Asset, ids)
		for _, a := range assets {
			if a.ID == f.Asset && (f.Address.IsZero() || a.Asset.Chain() != f.Address.Chain()) {
				c.add(f.Line, "address: want one on the chain of %s", a.ID)
			}
		}
		for _, x := range []struct {
			key, text string
			wanted    bool
		}{{"of", f.Of, true}, {"by", f.By, true}, {"exhibit", f.Exhibit, !inside}, {"document", f.Document, !inside}, {"source", f.Source, inside}} {
			switch {
			case x.wanted && strings.TrimSpace(x.text) == "" || len(x.text) > 1000:
				c.add(f.Line, "%s: want 1 to 1000 characters", x.key)
			case !x.wanted && x.text != "":
				c.add(f.Line, "%s: a freeze in a file of records names exhibit and document, in an incident's file a source", x.key)
			}
		}
	}
}
