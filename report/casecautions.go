package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/proof"
)

// maxPart is how many bytes of a part of an answer are shown.
const maxPart = 1500

// parts shows the parts of exhibits' answers that findings and readings name.
func (r *CaseReport) parts() Section {
	table := &Table{Name: "parts", Columns: []Column{{Title: "exhibit", Align: Right}, {Title: "part"}, {Title: "what it holds, as data"}}}
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		for _, name := range slices.Sorted(maps.Keys(x.Parts)) {
			table.Rows = append(table.Rows, Row{Cells: []Cell{count(x.Number), {Text: cleanWhole(name)}, {Text: CleanUpTo(string(x.Parts[name]), maxPart)}}})
		}
	}
	s := Section{ID: "parts", Title: "Parts of answers that findings and readings rest on", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"Amounts are in smallest units. The exhibit holds each part whole, under the same name."}
	}
	return s
}

// cautions says of each finding what it leaves open by its kind and by what its exhibits
// hold. That somebody entered a reading is no reason to leave it out.
func (r *CaseReport) cautions() Section {
	table := &Table{Name: "cautions", Columns: []Column{{Title: "of finding", Align: Right}, {Title: "what it leaves open"}}}
	for _, f := range standingRows(r.Case.Findings, findingRow) {
		list := kindCautions(&f)
		for i := range f.Rests {
			list = append(list, r.restCautions(&f.Rests[i], f.Kind == casebook.Fact)...)
		}
		for _, text := range list {
			table.Rows = append(table.Rows, Row{Cells: []Cell{count(f.Number), {Text: text}}})
		}
	}
	return Section{ID: "cautions", Title: "What each finding leaves open", Tables: some(table)}
}

// kindCautions says what no finding of a kind says.
func kindCautions(f *casebook.Finding) []string {
	switch f.Kind {
	case casebook.Fact:
		return []string{"A ledger records between which addresses value moved. It records neither who controlled them, nor at whose wish, nor what for; words of the finding that say so are no fact."}
	case casebook.Claim:
		return []string{"It is somebody's word. Whether it is true no ledger shows."}
	}
	list := []string{"It follows by the named method. Another method, or another policy for mixed balances, can lead elsewhere."}
	if f.Limits == "" {
		list = append(list, "What would make it wrong was not stated when it was entered.")
	}
	if !slices.ContainsFunc(f.Rests, func(r casebook.Rest) bool { return len(r.Transactions) > 0 }) {
		list = append(list, "It names no transaction: which it follows from must be seen in the exhibits.")
	}
	return list
}

// restCautions says what an exhibit leaves open for whoever rests on it. A fact rests on
// transactions alone, whatever the exhibit's answer makes of them.
func (r *CaseReport) restCautions(rest *casebook.Rest, fact bool) []string {
	exhibit := fmt.Sprintf("Exhibit %d", rest.Exhibit)
	at := slices.IndexFunc(r.Exhibits, func(x CaseExhibit) bool { return x.Number == rest.Exhibit })
	if at < 0 {
		return []string{exhibit + " is no evidence bundle that stands: nothing in it can be derived anew, and its maker has to be asked."}
	}
	x := &r.Exhibits[at]
	var list []string
	if n := x.unshown(rest.Transactions); n > 0 {
		list = append(list, fmt.Sprintf("%s holds no proof that %s on the chain: that rests on the source of the ledger.", exhibit, plural(n, "transaction that is named is", "transactions that are named are")))
	}
	switch {
	case fact:
		return list
	case x.Trace == nil:
		return append(list, exhibit+" is not laid out here, and must be read itself.")
	}
	t := x.Trace.Result
	list = append(list, fmt.Sprintf("%s marks value by the policy %s, which is a convention: the section on other policies has what each gives, where that was asked.", exhibit, t.Method.Policy))
	if n := len(t.Gaps); n > 0 {
		list = append(list, fmt.Sprintf("The ledger of %s has %s, listed under limits: what lies in %s is not in the answer, or not exactly.", strings.ToLower(exhibit), plural(n, "gap", "gaps"), itOrThem(n)))
	}
	if n := len(t.Limits); n > 0 {
		list = append(list, fmt.Sprintf("%s stopped at %s: what lies beyond was not followed.", exhibit, plural(n, "limit", "limits")))
	}
	return list
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// unshown counts transactions of which no proof that the exhibit holds shows anything.
func (x *CaseExhibit) unshown(list []clew.TxID) (n int) {
	for _, id := range list {
		if !slices.ContainsFunc(x.Shown, func(s proof.Result) bool { return s.Tx == id && s.Standing != proof.Unproved }) {
			n++
		}
	}
	return n
}
