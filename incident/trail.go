package incident

import (
	"slices"
	"strings"
)

// A Status says how far an entry of the record can be relied on. It follows
// from the entry's trail.
type Status string

// The statuses. The empty Status is that of a case's own file, which belongs
// to no record.
const (
	StatusProposed  Status = "proposed"  // came in, and nobody has looked at it
	StatusReviewed  Status = "reviewed"  // its figures were held against their sources
	StatusDisputed  Status = "disputed"  // somebody objects, and it is not settled
	StatusWithdrawn Status = "withdrawn" // stands for nothing; kept so that others learn of it
	StatusRefused   Status = "refused"   // was proposed and not taken
)

// A TrailEntry is one act about an entry. Nothing is taken off a trail.
type TrailEntry struct {
	Day    Day      `yaml:"day,required" json:"day,omitzero"`
	Act    TrailAct `yaml:"act,required" json:"act,omitzero"`
	By     string   `yaml:"by,required" json:"by,omitzero"` // a part that somebody plays, or an organisation; no private person
	Of     string   `yaml:"of" json:"of,omitzero"`          // a key of the format; empty: the whole
	Text   string   `yaml:"text" json:"text,omitzero"`      // why, and on what ground
	Was    string   `yaml:"was" json:"was,omitzero"`        // of a correction: what stood there
	Is     string   `yaml:"is" json:"is,omitzero"`          // of a correction: what stands there now
	Source string   `yaml:"source" json:"source,omitzero"`  // empty: none but who speaks
	Line   int      `yaml:"." json:"-"`
}

// A TrailAct is what was done about an entry.
type TrailAct string

// The acts. The list is closed and only grows.
const (
	ActEntered   TrailAct = "entered"  // by who keeps the record, from the sources
	ActProposed  TrailAct = "proposed" // by anybody else
	ActReviewed  TrailAct = "reviewed" // held against its sources, or what was said of it heard, by somebody else
	ActRefused   TrailAct = "refused"
	ActDisputed  TrailAct = "disputed"
	ActUpheld    TrailAct = "upheld" // a dispute ended; the entry stands
	ActCorrected TrailAct = "corrected"
	ActWithdrawn TrailAct = "withdrawn"
	ActRestored  TrailAct = "restored" // a withdrawal was an error
)

// trailSteps says which act may follow which status, and what it makes of it. To
// review a dispute or a withdrawal is to have heard it: the status stays.
var trailSteps = map[Status]map[TrailAct]Status{
	"":              {ActEntered: StatusReviewed, ActProposed: StatusProposed},
	StatusProposed:  {ActReviewed: StatusReviewed, ActRefused: StatusRefused, ActCorrected: StatusProposed, ActWithdrawn: StatusWithdrawn},
	StatusReviewed:  {ActReviewed: StatusReviewed, ActDisputed: StatusDisputed, ActCorrected: StatusReviewed, ActWithdrawn: StatusWithdrawn},
	StatusDisputed:  {ActReviewed: StatusDisputed, ActDisputed: StatusDisputed, ActUpheld: StatusReviewed, ActCorrected: StatusReviewed, ActWithdrawn: StatusWithdrawn},
	StatusWithdrawn: {ActReviewed: StatusWithdrawn, ActRestored: StatusReviewed},
	StatusRefused:   {ActReviewed: StatusReviewed},
}

// trail holds an entry's acts against each other and its status against them.
func (c *checker) trail() {
	i := c.incident
	if len(i.Trail) == 0 {
		if i.Status != "" {
			c.add(1, "status %q: want a trail that leads to it", i.Status)
		}
		return
	}
	var status Status
	before, proposer := Day(""), ""
	for _, x := range i.Trail {
		next, ok := trailSteps[status][x.Act]
		switch {
		case !ok:
			c.add(x.Line, "act %q: not what may follow status %q; that is %s", x.Act, status, actsAfter(status))
			return
		case x.Day < before:
			c.add(x.Line, "day %s: an earlier act has day %s", x.Day, before)
		case x.Act == ActReviewed && status == StatusProposed && x.By == proposer:
			c.add(x.Line, "by %q: who proposed an entry does not review it", x.By)
		case x.Act == ActCorrected && (x.Was == "" || x.Is == ""):
			c.add(x.Line, "was, is: a correction says what stood there and what stands there now")
		case x.Act != ActEntered && x.Act != ActProposed && x.Act != ActReviewed && x.Text == "" && x.Was == "":
			c.add(x.Line, "text: want the ground on which it was %s", x.Act)
		}
		if x.Of != "" {
			oneOf(c, x.Line, "of", x.Of, keysOfIncident())
		}
		if x.Act == ActProposed {
			proposer = x.By
		}
		status, before = next, x.Day
	}
	if i.Status != status {
		c.add(1, "status %q: the trail leads to %q", i.Status, status)
	}
}

func actsAfter(status Status) string {
	names := make([]string, 0, len(trailSteps[status]))
	for act := range trailSteps[status] {
		names = append(names, string(act))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// Counts reports whether an account of the record takes the entry in: it was
// reviewed, and stands. One that is disputed counts, and is marked.
func (i *Incident) Counts() bool { return i.Status == StatusReviewed || i.Status == StatusDisputed }
