package report

import (
	"fmt"

	"clew"
	"clew/eval"
)

// An Accuracy says how often the heuristics of clusters are right.
type Accuracy struct {
	*eval.Table
	Data    string     `json:"data,omitempty"`  // the real ledger that was measured; empty: none was
	Limits  []string   `json:"limits"`          // what cut it short
	Whole   bool       `json:"whole"`           // the real ledger holds every block to its last
	Gaps    []clew.Gap `json:"gaps,omitempty"`  // of the real ledger
	Out     string     `json:"out,omitempty"`   // the golden file that was written
	Chain   clew.Chain `json:"chain,omitempty"` // of the real ledger
	Summary []Measured `json:"summary"`
}

// A Measured is all that is known of one heuristic: on synthetic worlds, and on a
// real ledger.
type Measured struct {
	Heuristic string     `json:"heuristic"`
	Lead      bool       `json:"lead"`
	Synthetic eval.Score `json:"synthetic"` // without what was planted
	Planted   eval.Score `json:"planted"`   // of what was planted against it
	Real      *eval.Real `json:"real"`      // null: not measured
}

// Outcome says whether all was read.
func (a *Accuracy) Outcome() Outcome {
	if len(a.Limits) > 0 {
		return Incomplete
	}
	return Found
}

// Summarise adds up the scores of each heuristic in each world.
func (a *Accuracy) Summarise() {
	at := map[[2]string]int{}
	for i := range a.Scores {
		s := &a.Scores[i]
		key := [2]string{s.World, s.Heuristic}
		n, met := at[key]
		if !met {
			n, at[key] = len(a.Summary), len(a.Summary)
			of := eval.Score{World: s.World, Heuristic: s.Heuristic, Lead: s.Lead}
			a.Summary = append(a.Summary, Measured{Heuristic: s.Heuristic, Lead: s.Lead, Synthetic: of, Planted: of, Real: a.real(s)})
		}
		if s.Planted {
			a.Summary[n].Planted.Add(s)
		} else {
			a.Summary[n].Synthetic.Add(s)
		}
	}
}

// real returns what the real ledger says of the heuristic of a score, if it is of
// the world's kind.
func (a *Accuracy) real(s *eval.Score) *eval.Real {
	if s.World != eval.WorldOf(a.Chain) {
		return nil
	}
	for i := range a.Real {
		if a.Real[i].Heuristic == s.Heuristic {
			return &a.Real[i]
		}
	}
	return nil
}

// Doc lays the tables out.
func (a *Accuracy) Doc() *Doc {
	d := &Doc{
		Title: "Accuracy of clusters",
		Asked: "How often are the heuristics of clusters right?",
		Answer: []string{
			fmt.Sprintf("Synthetic: seed %d, three worlds of %s transfers at least. Shares of a synthetic world are no estimate of the real one.", a.Seed, group(fmt.Sprint(a.Transfers))),
			"Shares are of a thousand, rounded down; an empty one is not known.",
		},
		Warnings: a.Limits,
		Sections: filled([]Section{a.summary(), a.behaviours(), a.pairs(), a.reality()}),
	}
	if a.Data != "" && !a.Whole {
		d.Warnings = append(d.Warnings, "The ledger does not hold every block: what is first, used again or spent together there may be so only because of that.")
	}
	if a.Data == "" {
		d.Answer = append(d.Answer, "No real ledger was measured: --chain names one.")
	}
	if a.Out != "" {
		d.More = append(d.More, a.Out+" holds all of it, to be compared with what is measured next.")
	}
	return d
}

func (a *Accuracy) summary() Section {
	t := &Table{Name: "summary", Columns: []Column{{Title: "synthetic world"}, {Title: "heuristic"}, {Title: "named", Align: Right}, {Title: "right", Align: Right}, {Title: "of 1000 named", Align: Right},
		{Title: "of 1000 true", Align: Right}, {Title: "planted", Align: Right}, {Title: "wrong there", Align: Right}, {Title: "real: tags"}, {Title: "real: later inputs"}}}
	for i := range a.Summary {
		m := &a.Summary[i]
		s := &m.Synthetic
		name := m.Heuristic
		if m.Lead {
			name += " (lead)"
		}
		tags, later := realCells(m.Real)
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(s.World), word(name), count(s.Named), count(s.Right), permille(s.Right, s.Named), recall(s),
			count(m.Planted.Cases), count(m.Planted.Wrong()), tags, later}})
	}
	return Section{ID: "summary", Title: "By heuristic", Tables: some(t), Notes: []string{"Planted are behaviours that break the heuristic's assumption; they are not among those named before them. A lead merges nothing."}}
}

// realCells say what real tags and later transactions show.
func realCells(r *eval.Real) (tags, later Cell) {
	if r == nil {
		return word("not measured"), Cell{}
	}
	tags = word("no tagged pair")
	if r.OfChange() {
		later = word("none told")
	}
	if n := r.TaggedPairs(); n > 0 {
		tags = word(fmt.Sprintf("%s of %s pairs of one actor", group(fmt.Sprint(r.SameActor)), group(fmt.Sprint(n))))
	}
	if n := r.Told(); n > 0 {
		later = word(fmt.Sprintf("%s of %s borne out", group(fmt.Sprint(r.Borne)), group(fmt.Sprint(n))))
	}
	return tags, later
}

// permille returns a cell with a share of a thousand.
func permille(part, whole uint64) Cell {
	if n, known := eval.Permille(part, whole); known {
		return count(n)
	}
	return Cell{}
}

func recall(s *eval.Score) Cell {
	if n, known := s.Recall(); known {
		return count(n)
	}
	return Cell{}
}

func (a *Accuracy) behaviours() Section {
	t := &Table{Name: "behaviours", Columns: []Column{{Title: "synthetic world"}, {Title: "heuristic"}, {Title: "behaviour"}, {Title: "cases", Align: Right}, {Title: "true", Align: Right},
		{Title: "named", Align: Right}, {Title: "right", Align: Right}, {Title: "wrong", Align: Right}, {Title: "of 1000 named", Align: Right}, {Title: "of 1000 true", Align: Right}}}
	for i := range a.Scores {
		s := &a.Scores[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(s.World), word(s.Heuristic), word(s.Shown()), count(s.Cases), count(s.True), count(s.Named), count(s.Right), count(s.Wrong()),
			permille(s.Right, s.Named), recall(s)}})
	}
	return Section{ID: "behaviours", Title: "By behaviour (synthetic)", Tables: some(t), Detail: true}
}

func (a *Accuracy) pairs() Section {
	t := &Table{Name: "pairs", Columns: []Column{{Title: "synthetic world"}, {Title: "clusters by"}, {Title: "clusters", Align: Right}, {Title: "of several actors", Align: Right}, {Title: "largest", Align: Right},
		{Title: "pairs together", Align: Right}, {Title: "of one actor", Align: Right}, {Title: "of 1000", Align: Right}, {Title: "of 1000 that are true", Align: Right}}}
	for i := range a.Pairs {
		p := &a.Pairs[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(p.World), word(p.Clusters), count(p.Number), count(p.Mixed), count(p.Largest), count(p.Together), count(p.Right), permille(p.Right, p.Together), permille(p.Right, p.True)}})
	}
	return Section{ID: "pairs", Title: "Pairs of addresses in clusters (synthetic)", Tables: some(t),
		Notes: []string{"One wrong link makes as many wrong pairs as its two sides have addresses, so that few wrong links spoil many pairs. On account chains a deposit address counts as its customer's."}}
}

func (a *Accuracy) reality() Section {
	t := &Table{Name: "real", Columns: []Column{{Title: "heuristic"}, {Title: "cases", Align: Right}, {Title: "named", Align: Right}, {Title: "tags"}, {Title: "clusters with several tags", Align: Right},
		{Title: "of several actors", Align: Right}, {Title: "later inputs"}}}
	for i := range a.Real {
		r := &a.Real[i]
		tags, later := realCells(r)
		several, conflicts := Cell{}, Cell{}
		if r.Several > 0 {
			several, conflicts = count(r.Several), count(r.Conflicts)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Heuristic), count(r.Cases), count(r.Named), tags, several, conflicts, later}})
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "real", Title: "On a real ledger: " + Clean(a.Data), Tables: some(t),
		Notes: []string{"Tags are claims. Later inputs are those that show an output to be the payer's own, or another one; they rest on common inputs being right, and see what is spent together alone."}}
}
