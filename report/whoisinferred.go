package report

import (
	"fmt"
	"slices"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/tag"
)

// Inferred is what is inferred of an address, beside what is claimed of it.
type Inferred struct {
	Key       *account.Key     `json:"sameKey,omitempty"`   // where the key of what is carried signed; nil: nothing is carried
	Deposit   *account.Deposit `json:"deposit,omitempty"`   // nil: it is not inferred to be a deposit address
	Members   int              `json:"members"`             // others of its cluster
	Inherited []Inherited      `json:"inherited,omitempty"` // claims about those
	More      bool             `json:"more,omitempty"`      // a limit was reached: the cluster may be larger
}

// An Inherited is a claim about another address of a cluster.
type Inherited struct {
	From  clew.Address   `json:"from"`
	Signs []cluster.Sign `json:"signs"` // by which the two are of one cluster
	Tag   tag.Tag        `json:"tag"`
}

// section says what is inferred.
func (x *Inferred) section() Section {
	s := Section{ID: "inferred", Title: "What is inferred of it"}
	var used []cluster.Sign
	if d := x.Deposit; d != nil {
		used = append(used, cluster.DepositReuse)
		s.Notes = append(s.Notes, fmt.Sprintf("It is inferred to be a deposit address at %s, confidence %s: the service holds the key, a customer pays in.", serviceWords(d.Said, d.Service), confidenceWords(d.Confidence)))
	}
	table := &Table{Name: "inherited", Columns: []Column{{Title: "said of"}, {Title: "label"}, {Title: "actor"}, {Title: "evidence"}, {Title: "source"}, {Title: "signs"}, {Title: "rests on"}}}
	for i := range x.Inherited {
		h := &x.Inherited[i]
		used = append(used, h.Signs...)
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			addressCell(h.From), word(h.Tag.Label), word(h.Tag.Actor), word(h.Tag.Evidence), word(h.Tag.Source), word(clusterSigns(h.Signs)), basisCell(clew.Inferred),
		}})
	}
	if x.Members > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s inferred to be of one cluster with it. What is said of those is said of them, and of this one only as far as the inference holds.", plural(x.Members, "other address is", "other addresses are")))
	}
	if x.More && len(s.Notes) > 0 {
		s.Notes = append(s.Notes, "A limit was reached: its cluster may be larger. See clew cluster.")
	}
	slices.Sort(used)
	for _, h := range cluster.Heuristics() {
		if _, found := slices.BinarySearch(used, cluster.Sign(h.ID)); found {
			s.Fine = append(s.Fine, fmt.Sprintf("%s assumes: %s Known failure: %s", h.ID, h.Assumption, h.Failure))
		}
	}
	s.Tables = some(table)
	return s
}
