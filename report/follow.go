package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/follow"
)

// A Follow is how far following a chain came.
type Follow struct {
	follow.State
	Nodes   []string `json:"nodes"`             // that were asked, without their keys
	Stopped bool     `json:"stopped,omitempty"` // by an error
}

// Outcome says whether all that was wanted is held.
func (f *Follow) Outcome() Outcome {
	if f.Stopped || f.Until == nil && f.Trouble != "" || f.Until != nil && (!f.Holds || f.Held.Height < *f.Until) {
		return Incomplete
	}
	return Found
}

// Doc lays it out.
func (f *Follow) Doc() *Doc {
	table := &Table{Name: "follow", Columns: []Column{
		{Title: "chain"}, {Title: "held up to block", Align: Right}, {Title: "time, UTC"}, {Title: "head of the node", Align: Right}, {Title: "behind", Align: Right},
		{Title: "blocks added", Align: Right}, {Title: "transfers added", Align: Right}, {Title: "reorganisations", Align: Right},
		{Title: "asked again", Align: Right}, {Title: "not decoded", Align: Right},
	}}
	head, behind := word("not known"), word("not known")
	if f.Answered() {
		head, behind = count(f.Head.Height), count(f.Lag())
	}
	held := word("none")
	if f.Holds {
		held = count(f.Held.Height)
	}
	table.Rows = []Row{{Cells: []Cell{
		word(f.Chain.Name()), held, timeCell(f.Held.Time), head, behind,
		count(f.Blocks), count(f.Transfers), count(f.Rollbacks), count(f.Retries + f.Resent), count(f.Bad),
	}}}
	d := &Doc{Title: "Following " + f.Chain.Name(), Sections: []Section{{ID: "follow", Title: "How far it is", Tables: some(table)}}}
	switch {
	case !f.Holds:
		d.Answer = []string{"No block is held yet."}
	default:
		d.Answer = []string{fmt.Sprintf("%s is held up to block %s (%s); %s added now.", f.Chain.Name(), group(fmt.Sprint(f.Held.Height)),
			f.Held.Time, plural(f.Blocks, "block", "blocks"))}
	}
	if f.Final != nil && f.Holds {
		d.Answer = append(d.Answer, fmt.Sprintf("Blocks up to %s are final by the chain's rules or custom (clew chains); later ones may still be taken back.", group(fmt.Sprint(*f.Final))))
	}
	if f.Note != "" {
		d.Warnings = append(d.Warnings, Clean(f.Note)+".")
	}
	if f.Trouble != "" {
		d.Warnings = append(d.Warnings, "The node was being asked again: "+Clean(f.Trouble))
	}
	if f.Bad > 0 {
		d.Warnings = append(d.Warnings, plural(f.Bad, "block", "blocks")+" could not be decoded: kept aside, and a gap in every answer.")
	}
	return d
}

// Metrics returns figures of following in the text exposition format of
// Prometheus. rate is in blocks a second.
func Metrics(s follow.State, rate float64, now clew.Time) []byte {
	var b strings.Builder
	put := func(name, kind, help string, value string) {
		fmt.Fprintf(&b, "# HELP clew_follow_%s %s\n# TYPE clew_follow_%s %s\nclew_follow_%s{chain=%q} %s\n", name, help, name, kind, name, string(s.Chain), value)
	}
	if s.Answered() {
		put("head", "gauge", "Height of the node's last block.", fmt.Sprint(s.Head.Height))
		put("lag_blocks", "gauge", "Blocks that the ledger is behind the node.", fmt.Sprint(s.Lag()))
	}
	put("held", "gauge", "Height of the last block held.", fmt.Sprint(s.Held.Height))
	if s.Final != nil {
		put("final", "gauge", "Height of the last block that the chain will not take back.", fmt.Sprint(*s.Final))
	}
	if s.Held.Time.Known() {
		put("lag_seconds", "gauge", "Age of the last block held.", fmt.Sprint(max(0, int64(now-s.Held.Time))))
	}
	put("blocks_per_second", "gauge", "Blocks appended a second, of late.", fmt.Sprintf("%.3f", rate))
	put("blocks_total", "counter", "Blocks appended since the start.", fmt.Sprint(s.Blocks))
	put("transfers_total", "counter", "Transfers appended since the start.", fmt.Sprint(s.Transfers))
	put("rollbacks_total", "counter", "Reorganisations taken back since the start.", fmt.Sprint(s.Rollbacks))
	put("retries_total", "counter", "Questions to the node asked again since the start.", fmt.Sprint(s.Retries))
	put("requests_resent_total", "counter", "Requests sent to the node again since the start, such as those that it had no room for.", fmt.Sprint(s.Resent))
	put("bad_blocks_total", "counter", "Blocks left out because they could not be decoded.", fmt.Sprint(s.Bad))
	return []byte(b.String())
}
