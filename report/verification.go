package report

import (
	"fmt"
	"slices"
	"strings"

	"clew/casebook/bundle"
	"clew/incident"
	"clew/proof"
)

// A Verification says what was found of an evidence bundle.
type Verification struct {
	File      string           `json:"file"`
	SHA256    string           `json:"sha256,omitempty"` // of the file
	Program   string           `json:"program"`          // that verifies
	Product   string           `json:"product,omitempty"`
	Operation string           `json:"operation,omitempty"`
	Command   string           `json:"command,omitempty"` // that asks the question
	Made      string           `json:"made,omitempty"`
	AsOf      []bundle.AsOf    `json:"asOf,omitempty"`
	Root      string           `json:"root,omitempty"` // of the Merkle tree
	Files     int              `json:"files,omitempty"`
	Marking   incident.Marking `json:"marking,omitempty"`
	Why       string           `json:"why,omitempty"` // of the marking

	Standing    BundleStanding      `json:"standing"`
	Fault       string              `json:"fault,omitempty"`     // of a damaged one, or why nothing was derived
	FaultFile   string              `json:"faultFile,omitempty"` // the file that it is in
	Differences []bundle.Difference `json:"differences,omitzero"`
	More        bool                `json:"more,omitempty"` // there are more differences than are listed

	// OnChain counts the transfers that the bundle holds by what is shown of each.
	OnChain []ProofCount   `json:"onChain,omitzero"`
	Refuted []proof.Result `json:"refuted,omitzero"` // transfers of which a proof says otherwise

	Transfers []proof.Result `json:"transfers,omitzero"` // each with what is shown of it
	First     *FirstBundle   `json:"first,omitzero"`     // before proofs were added; nil: none were
	Second    []SecondNode   `json:"second,omitzero"`    // what other nodes say that were asked

	Signature *Checked `json:"signature,omitzero"` // nil: not asked about
	Stamp     *Checked `json:"timestamp,omitzero"` // likewise
}

// A BundleStanding says whether an answer follows from its bundle.
type BundleStanding string

// The standings.
const (
	Consistent BundleStanding = "consistent"  // the answer follows from what the bundle holds
	Differs    BundleStanding = "differs"     // another answer does
	NotDerived BundleStanding = "not derived" // this program asks what the bundle does not hold
	Damaged    BundleStanding = "damaged"     // it is not as it was written
)

// A ProofCount is of how many transfers so much is shown.
type ProofCount struct {
	Standing  proof.Standing `json:"standing"`
	Transfers int            `json:"transfers"`
}

// A Checked is a signature or a time stamp of the bundle's file.
type Checked struct {
	Holds bool   `json:"holds"`
	Says  string `json:"says"` // by whom and when, or why it does not hold
}

// Outcome is Flawed where anything is wrong, and Incomplete where this program
// cannot derive the answer or another node could not be asked about all.
func (v *Verification) Outcome() Outcome {
	bad := func(c *Checked) bool { return c != nil && !c.Holds }
	differs := slices.ContainsFunc(v.Second, func(s SecondNode) bool { return len(s.Differs) > 0 })
	switch {
	case differs || v.Standing == Damaged || v.Standing == Differs || len(v.Refuted) > 0 || bad(v.Signature) || bad(v.Stamp):
		return Flawed
	case v.Standing == NotDerived || slices.ContainsFunc(v.Second, func(s SecondNode) bool { return s.Fault != "" }):
		return Incomplete
	}
	return Found
}

// Doc lays it out.
func (v *Verification) Doc() *Doc {
	d := &Doc{Title: "Evidence bundle " + Clean(v.File), Asked: "Is it as it was written, does its answer follow from what it holds, and is that on the chain?"}
	d.Answer = append(d.Answer, v.derivedWords())
	if v.Standing != Damaged {
		d.Answer = append(append(d.Answer, provenWords(v.OnChain)), headerWords(v.Transfers, v.givers())...)
		for i := range v.Second {
			d.Answer = append(d.Answer, v.Second[i].words())
		}
	}
	for _, c := range []struct {
		what  string
		check *Checked
	}{{"Signature", v.Signature}, {"Time stamp", v.Stamp}} {
		if c.check != nil {
			d.Answer = append(d.Answer, c.what+": "+Clean(c.check.Says)+".")
		}
	}
	if v.Product != "" && v.Product != v.Program {
		d.Warnings = append(d.Warnings, fmt.Sprintf("It was made by %s; this is %s. Where methods or tables of the program changed between them, an answer may differ for that alone.", Clean(v.Product), Clean(v.Program)))
	}
	if v.Marking != "" {
		d.Warnings = append(d.Warnings, fmt.Sprintf("It is marked TLP:%s, for %s.", strings.ToUpper(string(v.Marking)), Clean(v.Why)))
	}
	d.Sections = filled([]Section{v.differences(), v.refuted(), secondNodes(v.Second), standings(v.Transfers), v.about()})
	return d
}

// givers are the nodes that the proofs are of.
func (v *Verification) givers() []ProvingNode {
	if v.First == nil {
		return nil
	}
	return v.First.Proofs
}

func (v *Verification) derivedWords() string {
	switch v.Standing {
	case Consistent:
		return "Consistent: every file has the hash that the manifest states, the root is theirs, and the answer follows from what the bundle holds, to the byte."
	case Differs:
		n := plural(len(v.Differences), "difference", "differences")
		if v.More {
			n = "more than " + n
		}
		return "Not consistent: nothing was changed in the bundle, but from what it holds this program derives another answer, with " + n + "."
	case NotDerived:
		return "Not derived: nothing was changed in the bundle, but this program cannot derive the answer from it: " + Clean(v.Fault) + "."
	}
	return "Damaged: " + Clean(v.Fault) + ". Nothing in it may be relied on."
}

func (v *Verification) differences() Section {
	t := &Table{Name: "differences", Columns: []Column{{Title: "where"}, {Title: "was"}, {Title: "is"}}, Most: 20}
	for _, one := range v.Differences {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(orWhole(one.Pointer)), word(orAbsent(one.Was)), word(orAbsent(one.Is))}})
	}
	return Section{ID: "differences", Title: "What differs: in the bundle, and as derived here", Tables: some(t)}
}

func orWhole(pointer string) string {
	if pointer == "" {
		return "the whole"
	}
	return pointer
}

func orAbsent(s string) string {
	if s == "" {
		return "not there"
	}
	return s
}

func (v *Verification) refuted() Section {
	t := &Table{Name: "refuted", Columns: []Column{{Title: "transfer"}, {Title: "transaction"}, {Title: "why"}}}
	for _, r := range v.Refuted {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(r.Transfer.String()), txCell(r.Tx), word(r.Why)}})
	}
	return Section{ID: "refuted", Title: "Transfers that a proof speaks against", Tables: some(t)}
}

func (v *Verification) about() Section {
	t := &Table{Name: "bundle", Columns: []Column{{Title: "what"}, {Title: "value"}}}
	add := func(what, value string) {
		if value != "" {
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(what), word(value)}})
		}
	}
	add("question", v.Command)
	add("answered", v.Made)
	add("by", v.Product)
	for _, a := range v.AsOf {
		add("as of", strings.TrimSpace(fmt.Sprintf("block %d of %s %s", a.Height, a.Chain.Name(), a.Hash)))
	}
	if v.First != nil {
		add("root of the files without proofs", v.First.Root)
		add("SHA-256 of the file without proofs", v.First.SHA256)
		for _, n := range v.First.Proofs {
			add("proofs of "+n.Chain.Name()+" by", n.Node)
		}
	}
	add("root of the files", v.Root)
	add("SHA-256 of the file", v.SHA256)
	return Section{ID: "bundle", Title: "What it is", Tables: some(t)}
}
