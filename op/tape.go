package op

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/cluster/account"
	"clew/incident"
	"clew/ledger"
	"clew/report"
	"clew/screen"
	"clew/tag"
	"clew/watchlist"
)

// A tape stands where operations read what is neither a ledger nor a file as the
// user gave it. One kind hears what is answered, for an evidence bundle; the other
// tells it again from a bundle, and nothing else.
type tape interface {
	// claims returns the index of the claims that the product carries and of
	// packs; shared leaves out the private ones.
	claims(ctx context.Context, packs []string, shared bool) (*tag.Index, error)

	// lists is listsHeld.
	lists(ctx context.Context, day watchlist.Date) ([]screen.List, []report.ListState, error)

	// carried returns an incident that the product carries.
	carried(id string) (*incident.Incident, error)

	// approvals returns what is kept of explorers' answers about what an address lets
	// others move, or why nothing is.
	approvals(ctx context.Context, a clew.Address) (said []account.Approval, notAsked []string)

	// record is told that the whole record of thefts is read; its error is that it is
	// another one than the bundle's.
	record() error

	// incident and records are told which of the user's files was read.
	incident(*incident.Incident) error
	records(*incident.RecordFile) error
}

// bundled are the operations whose answers can be put in a bundle, by name: they
// answer from ledgers, tags, lists and files alone. All others have a reason.
var bundled = map[string]bool{
	"demo": true, "trace": true, "investigate": true, "stoppable": true, "paths": true, "exposure": true, "show": true, "whois": true, "screen": true,
	"cluster explain": true, "cluster show": true, "cluster leads": true, "tags show": true, "mixers candidates": true, "typologies find": true, "bridges match": true,
	"report": true, "incidents list": true, "incidents show": true, "attribute compare": true, "attribute profile": true,
}

// unbundled says why the others cannot be.
var unbundled = map[string]string{
	"chains":            fromProgram,
	"incidents queue":   "it is about reports that others may not see",
	"incidents verify":  "it is about a folder of one's own, which a bundle does not hold",
	"rules show":        fromProgram,
	"typologies rules":  fromProgram,
	"bridges protocols": fromProgram,
	"domains like":      fromProgram,
	"domains variants":  fromProgram,
	"ledger stats":      wholeLedger,
	"ledger holes":      wholeLedger,
	"ledger verify":     wholeLedger,
	"lists search":      "it compares names of whole lists, which a bundle does not hold",
	"lists status":      "it describes whole lists, which a bundle does not hold",
	"lists diff":        "it compares whole editions, which a bundle does not hold",
}

const (
	fromProgram = "it answers from what this program carries, and whoever has the program can ask it"
	wholeLedger = "it is about a whole ledger, which a bundle does not hold"
)

// Bundled reports why an answer of o to an input cannot be put in a bundle, as a
// *clew.InputError; nil if it can.
func (o Op) Bundled(in any) error {
	wrong := func(want string) error { return &clew.InputError{Field: "bundle", Want: want} }
	if !bundled[o.Name] {
		why := unbundled[o.Name]
		if why == "" {
			why = "it does not answer from ledgers, claims and lists"
		}
		return wrong("an answer that can be derived anew: not that of clew " + o.Name + ", for " + why)
	}
	values := valuesOf(in)
	for i, f := range Fields(in) {
		given := len(values[i]) > 0 && values[i][0] != ""
		switch {
		case !given:
		case o.Name == "cluster leads" && f.Name == "explorer":
			return wrong("a question that names no service, for there can be a key in its name: leave out --explorer, and name it in CLEW_EXPLORERS; what is kept of its answers goes into the bundle")
		case f.Name == "explorer" || f.Name == "dry" || f.Name == "refresh":
			return wrong("a question that fetches nothing: leave out --" + f.Flag + "; ask once without --bundle, and what explorers gave is in the ledger")
		case f.Name == "node" && len((&AtHand{Node: values[i]}).shown().Node) < len(values[i]):
			return wrong("a node in whose name there can be no key, for the bundle holds it: ethereum=@FILE, ethereum=env:NAME, or a URL without path, query, name and password")
		case f.Name == "profiles":
			return wrong("profiles by their files, --against FILE for each: what a folder holds may be another thing tomorrow")
		case o.MemberUse(f.Name)&Writes != 0:
			return wrong("a question that writes nothing else: leave out --" + f.Flag)
		case f.Name == "exclude" || f.Name == "withoutRecords":
			return wrong("a question without --" + f.Flag + ": the bundle would hold what it leaves out; take that out of the file instead")
		case o.Name == "screen" && f.Name == "file":
			return wrong("addresses on the command line: an answer of a file's lines is none of one question")
		}
	}
	return nil
}

// settled returns an environment in which nobody is asked and nothing is written;
// who hears lets nodes be asked that the question names.
func settled(env *Env) *Env {
	e := *env
	no := func(string) error { return errBundle }
	e.Nodes, e.Provers, e.Explorers, e.Clock, e.Stdin, e.Screened, e.Waiting, e.Reload = unasked{}, nil, nil, nil, nil, nil, nil, Reload{}
	e.Fetch = func(context.Context, string, int64) (Fetched, error) { return Fetched{}, errBundle }
	e.Send = func(context.Context, string, string, []byte, int64) (Fetched, error) { return Fetched{}, errBundle }
	e.Password, e.Random = func(string) (string, error) { return "", errBundle }, nil
	e.Published, e.HostOf = e.Fetch, func(name string) (string, error) { return "", no(name) }
	e.Replace = func(name string, _ []byte) error { return no(name) }
	e.Lists.Files, e.Lists.Keep, e.Lists.Sources, e.Decisions, e.Taxii = nil, nil, nil, Decisions{}, Taxii{}
	e.Incidents, e.Cases, e.Forms = Incidents{}, Cases{}, nil
	e.Tags = func(context.Context, *tag.Builder) error { return errBundle }
	return &e
}

// errBundle is of what no operation does whose answer goes into a bundle.
var errBundle = errors.New("an answer for a bundle neither asks others nor writes")

// unasked are nodes that nobody asks.
type unasked struct{ Nodes }

func (unasked) Open(context.Context, clew.Chain, []string, NodeKeeps) (Node, error) {
	return nil, errBundle
}

// A frozen keeper is read alone.
type frozenKeeper struct{ ledger.Store }

func (frozenKeeper) Append(context.Context, ...clew.Block) error              { return errBundle }
func (frozenKeeper) Rollback(context.Context, uint64) error                   { return errBundle }
func (frozenKeeper) Load(context.Context, ledger.Source) (ledger.Load, error) { return nil, errBundle }
func (frozenKeeper) Merge(context.Context) error                              { return errBundle }
func (frozenKeeper) Verify(context.Context) error                             { return errBundle }
func (frozenKeeper) Segments(context.Context) (int, error)                    { return 0, errBundle }

// noLedger is the error of a chain that is not held.
func noLedger(chain clew.Chain) error {
	return fmt.Errorf("a ledger of %s: %w", chain.Name(), clew.ErrNotFound)
}
