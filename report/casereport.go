package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/casebook/distribution"
	"clew/incident"
	"clew/lead"
	"clew/proof"
)

// An Audience is for whom a case is laid out.
type Audience string

// The audiences.
const (
	ForCourt    Audience = "court"    // all of it, with forms for an expert to fill in
	ForPolice   Audience = "police"   // what was found, whom to ask what
	ForExchange Audience = "exchange" // what one service is asked, and nothing of others
)

// A CaseReport lays a case out for somebody outside of it. It holds what the case
// and its exhibits hold, and no opinion: what only an expert can say is left blank.
type CaseReport struct {
	For      Audience            `json:"for"`
	Service  string              `json:"service,omitempty"` // that an exchange's is addressed to
	Case     *casebook.Case      `json:"case"`              // without what is private and was not released
	Released []string            `json:"released,omitempty"`
	Exhibits []CaseExhibit       `json:"exhibits,omitempty"` // what the answers of its bundles say, by number
	Schedule []lead.Inquiry      `json:"schedule,omitempty"`
	Hosts    *lead.Questions     `json:"hosts,omitempty"` // what to ask of where the thieves came in
	Table    *distribution.Table `json:"distribution,omitempty"`
	Lots     []string            `json:"lots,omitempty"` // what traces do not tell of whose units were recovered
	Units    Units               `json:"units"`
	Command  string              `json:"command,omitempty"`
	Noted    int                 `json:"-"` // entry of the trail that has the hashes of what is written here, and so is not in it
}

// Beside says where the report is noted; see [Aside].
func (r *CaseReport) Beside() string {
	return fmt.Sprintf("entry %d of case %s notes this report, with its SHA-256", r.Noted, Clean(r.Case.Name))
}

// A CaseExhibit is what the answer of an exhibit says.
type CaseExhibit struct {
	Number    int                        `json:"number"`
	Product   string                     `json:"product,omitempty"` // that made the bundle
	Made      string                     `json:"made,omitempty"`
	Operation string                     `json:"operation,omitempty"`
	Input     json.RawMessage            `json:"input,omitempty"`
	Trace     *Trace                     `json:"answer,omitempty"`     // with those transfers alone that findings name; nil: the answer is no trace
	Why       string                     `json:"why,omitempty"`        // nothing of it is laid out here
	Fault     string                     `json:"fault,omitempty"`      // its file is not as it was written
	Held      []clew.Transfer            `json:"held,omitempty"`       // of transactions that findings name, and through which no marked value went
	Missing   []clew.TxID                `json:"missing,omitempty"`    // that findings name, and it does not hold
	Parts     map[string]json.RawMessage `json:"parts,omitempty"`      // of its answer, that findings and readings name, by their JSON pointers
	Untold    int                        `json:"untoldGaps,omitempty"` // gaps at addresses of others, which a service is not told
	NotAsked  string                     `json:"notAsked,omitempty"`   // why no service is asked by it
	Proofs    []ProofCount               `json:"proofs,omitempty"`     // how its transfers stand on their chains; none: it was not looked at
	Shown     []proof.Result             `json:"shown,omitempty"`      // and those of transactions that findings name, one by one
}

// Outcome is Incomplete where something that the case rests on is withdrawn, or is not
// in the exhibit that it names; Nothing where there is nothing to tell.
func (r *CaseReport) Outcome() Outcome {
	switch {
	case len(r.flaws()) > 0:
		return Incomplete
	case r.For == ForExchange && len(r.Schedule) == 0, r.For != ForExchange && len(standingRows(r.Case.Findings, findingRow)) == 0:
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (r *CaseReport) Doc() *Doc {
	c := r.Case
	d := &Doc{Title: fmt.Sprintf("Case %s: %s", Clean(c.Name), cleanWhole(c.Title)), Asked: cleanWhole(c.Question),
		Marking: tlpName(c.Marking), Upright: true, AsOf: r.lastEntry()}
	d.Warnings, d.Answer = r.warnings(), r.answer()
	switch r.For {
	case ForExchange:
		d.Sections = slices.Concat([]Section{r.cover()}, r.schedule(), r.methods(), []Section{r.limits(), r.exhibits(), r.verifying(), r.glossary()})
	case ForPolice:
		d.Sections = slices.Concat([]Section{r.cover(), r.findings(), r.moved(), r.parts(), r.readings(), r.cautions()}, r.places(), r.schedule(), []Section{r.waysIn()}, r.distributed(),
			[]Section{r.limits()}, r.methods(), []Section{r.exhibits(), r.verifying(), r.notes(), r.withdrawn(), r.glossary()})
	default:
		d.Sections = slices.Concat([]Section{r.cover(), declaration(), qualifications(), r.instructions(), r.findings(), r.moved(), r.parts(), r.readings(), r.cautions()},
			r.places(), r.policies(), r.methods(), []Section{r.limits(), r.exhibits(), r.verifying()}, r.distributed(), r.schedule(),
			[]Section{r.waysIn(), r.notes(), r.withdrawn(), opinion(), requirements(), r.glossary()})
	}
	d.Sections = filled(d.Sections)
	d.More = []string{"More: --wide, --html FILE and --pdf FILE for pages to hand on, --csv --table deposits for what to name in requests, --json."}
	return d
}

// lastEntry returns the time of the newest row, so that the same case gives the same
// bytes.
func (r *CaseReport) lastEntry() clew.Time {
	last := max(r.Case.Opened, r.Case.Closed)
	for _, m := range r.rows() {
		last = max(last, m.At)
	}
	return last
}

// rows returns where every row of the case comes from.
func (r *CaseReport) rows() []casebook.Made {
	c := r.Case
	var list []casebook.Made
	for i := range c.Exhibits {
		list = append(list, c.Exhibits[i].Made)
	}
	for i := range c.Findings {
		list = append(list, c.Findings[i].Made)
	}
	for i := range c.Readings {
		list = append(list, c.Readings[i].Made)
	}
	for i := range c.Indicators {
		list = append(list, c.Indicators[i].Made)
	}
	return list
}

// standingRows returns the rows that were not withdrawn.
func standingRows[T any](rows []T, made func(*T) *casebook.Made) []T {
	var list []T
	for i := range rows {
		if made(&rows[i]).Withdrawn == 0 {
			list = append(list, rows[i])
		}
	}
	return list
}

func findingRow(f *casebook.Finding) *casebook.Made     { return &f.Made }
func exhibitRow(x *casebook.Exhibit) *casebook.Made     { return &x.Made }
func indicatorRow(x *casebook.Indicator) *casebook.Made { return &x.Made }
func noteRow(x *casebook.Note) *casebook.Made           { return &x.Made }

// warnings say what a reader must know before believing the rest.
func (r *CaseReport) warnings() []string {
	var list []string
	switch r.For {
	case ForCourt:
		list = append(list, "A program put this together from a case and its exhibits. It is a draft for an expert and no expert's report: the declaration, the qualifications and the opinion are left blank, and nothing in it is anybody's opinion.")
	case ForExchange:
		list = append(list, "This states what a service is asked about, and on what it rests. It is no order: what must be answered, and on whose request, the law that applies says.")
	default:
		list = append(list, "A program put this together from a case and its exhibits. It accuses nobody: an address is a place where value rests, and whose it is is a claim.")
	}
	if r.For != ForCourt && r.Case.Marking.Stricter(incident.MarkAmber) {
		list = append(list, "By its marking this stays within the organisation: whoever passes it on needs the leave of whoever marked it.")
	}
	if r.For != ForExchange {
		for _, n := range r.Case.Backward {
			list = append(list, backwardWords(n))
		}
	}
	return append(list, r.flaws()...)
}

// flaws say where the case does not rest on what it names.
func (r *CaseReport) flaws() []string {
	var list []string
	gone := map[int]bool{}
	for i := range r.Case.Exhibits {
		gone[r.Case.Exhibits[i].Number] = r.Case.Exhibits[i].Withdrawn != 0
	}
	names := func(what string, number int, rests []casebook.Rest) {
		for _, rest := range rests {
			switch withdrawn, known := gone[rest.Exhibit]; {
			case !known:
				list = append(list, fmt.Sprintf("%s %d rests on exhibit %d, which is not in this case.", what, number, rest.Exhibit))
			case withdrawn:
				list = append(list, fmt.Sprintf("%s %d rests on exhibit %d, which was withdrawn.", what, number, rest.Exhibit))
			}
		}
	}
	if r.For != ForExchange {
		for _, f := range standingRows(r.Case.Findings, findingRow) {
			names("Finding", f.Number, f.Rests)
		}
		for _, x := range r.Case.StandingReadings() {
			names("Reading", x.Number, x.Rests)
		}
	}
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		if x.Fault != "" {
			list = append(list, fmt.Sprintf("Exhibit %d is not as it was written: %s.", x.Number, cleanWhole(x.Fault)))
		}
		for _, id := range x.Missing {
			list = append(list, fmt.Sprintf("Transaction %s is named of exhibit %d, which does not hold it.", id, x.Number))
		}
		for _, p := range x.Proofs {
			if p.Standing == proof.Refuted {
				list = append(list, fmt.Sprintf("Of exhibit %d, %s by a proof that is held.", x.Number, plural(p.Transfers, "transfer is refuted", "transfers are refuted")))
			}
		}
	}
	return list
}

// answer says in a few sentences what is here.
func (r *CaseReport) answer() []string {
	if r.For == ForExchange {
		return r.askedInWords()
	}
	findings := standingRows(r.Case.Findings, findingRow)
	count := func(kind casebook.Kind) (n int) {
		for _, f := range findings {
			if f.Kind == kind {
				n++
			}
		}
		return n
	}
	rests := map[int]bool{}
	for _, f := range findings {
		for _, rest := range f.Rests {
			rests[rest.Exhibit] = true
		}
	}
	lines := []string{fmt.Sprintf("%s, as people entered them: %s of a ledger, %s of somebody, and %s by a method. They rest on %d of %s.",
		capital(plural(len(findings), "finding stands", "findings stand")), plural(count(casebook.Fact), "fact", "facts"), plural(count(casebook.Claim), "claim", "claims"),
		plural(count(casebook.Inference), "inference", "inferences"), len(rests), plural(len(standingRows(r.Case.Exhibits, exhibitRow)), "exhibit", "exhibits"))}
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("Finding %d (%s): %s", f.Number, Clean(string(f.Kind)), cleanWhole(f.Text)))
	}
	return lines
}

// cover says which case this is, and as of when.
func (r *CaseReport) cover() Section {
	c := r.Case
	table := &Table{Name: "cover", Columns: []Column{{Title: "of the case"}, {Title: "is"}}}
	add := func(name, value string) {
		if value != "" {
			table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: name}, {Text: cleanWhole(value)}}})
		}
	}
	add("case", c.Name)
	add("title", c.Title)
	add("question", c.Question)
	if r.For != ForExchange {
		add("asked by", c.For)
	}
	add("laid out for", strings.Trim(string(r.For)+", "+r.Service, ", "))
	add("marking", tlpName(c.Marking))
	add("opened", c.Opened.String())
	if c.Closed.Known() {
		add("closed", c.Closed.String())
	}
	add("head of the trail", fmt.Sprintf("%s, after %s", c.Head, plural(c.Entries, "entry", "entries")))
	for i := range r.Exhibits {
		if t := r.Exhibits[i].Trace; t != nil {
			for k := range t.Result.AsOf {
				add(fmt.Sprintf("exhibit %d as of", r.Exhibits[i].Number), asOfWords(&t.Result.AsOf[k]))
			}
		}
	}
	released := "nothing: victims and notes are private to the case"
	if len(r.Released) > 0 {
		released = strings.Join(r.Released, ", ")
	}
	add("released of what is private", released)
	add("put together by", r.Command)
	return Section{ID: "cover", Title: "The case", Tables: some(table)}
}
