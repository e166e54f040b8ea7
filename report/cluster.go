package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/cluster"
	"clew/tag"
	"clew/trace"
)

// A ClusterBasis says what an answer about clusters rests on.
type ClusterBasis struct {
	AsOf         trace.AsOf               `json:"asOf"`
	Held         bool                     `json:"heldWhole"` // the chain, from its first block to that one
	Reading      cluster.Reading          `json:"reading"`
	Addresses    int                      `json:"addressesLimit"`
	Transactions int                      `json:"transactionsLimit"`
	Degree       int                      `json:"degreeLimit"`
	Large        int                      `json:"large"`
	Heuristics   []cluster.Heuristic      `json:"heuristics,omitempty"` // that the answer names
	Reviews      int                      `json:"reviews"`              // that were read
	Packs        []tag.Pack               `json:"tagPacks,omitempty"`
	Time         func(clew.Pos) clew.Time `json:"-"` // of transactions that were read
}

// ClusterClaims are what tags say of a cluster's members.
type ClusterClaims struct {
	Tagged int       `json:"tagged"`           // members
	All    int       `json:"all"`              // claims, of which Tags holds the first
	Actors []string  `json:"actors,omitempty"` // to whom the best claims attribute members
	Tags   []tag.Tag `json:"tags,omitempty"`
}

// A ClusterExplanation says whether two addresses are of one cluster, and why.
type ClusterExplanation struct {
	cluster.Explanation
	SizeA   int           `json:"sizeA"` // of A's cluster
	SizeB   int           `json:"sizeB"`
	Claims  ClusterClaims `json:"claims"`  // about A's cluster
	ClaimsB ClusterClaims `json:"claimsB"` // about B's, if it is another
	ClusterBasis
	Command string `json:"command,omitempty"`
}

// Outcome is Incomplete if a limit was reached: what was not read may say
// otherwise.
func (x *ClusterExplanation) Outcome() Outcome {
	switch {
	case !x.Reading.Whole():
		return Incomplete
	case !x.Same:
		return Nothing
	}
	return Found
}

// Doc lays the explanation out.
func (x *ClusterExplanation) Doc() *Doc {
	d := &Doc{
		Title:    "Cluster of " + shortAddress(x.A) + " and " + shortAddress(x.B),
		Asked:    fmt.Sprintf("Are %s and %s under one control, as far as can be inferred? As of %s.", x.A.Text(), x.B.Text(), asOfWords(&x.AsOf)),
		Warnings: x.warnings(),
	}
	if x.Same {
		d.Answer = []string{fmt.Sprintf("They are of one cluster, of %s: %s from the one to the other. That is an inference, with the assumptions below.",
			plural(x.SizeA, "address", "addresses"), plural(len(x.Path), "link leads", "links lead"))}
	} else {
		joins := "nothing that was read joins them"
		if len(x.Would) > 0 {
			joins = "what would join them was set aside"
		}
		d.Answer = []string{fmt.Sprintf("They are not of one cluster: %s. The first %s, the second %s.", joins, aloneOr(x.SizeA), aloneOr(x.SizeB)),
			"That does not say that they have different owners: most links between addresses of one owner leave no trace."}
	}
	d.Answer = append(d.Answer, x.apartWords()...)
	claims := []Section{x.claims("claims", "What tags say of the cluster", &x.Claims)}
	if !x.Same {
		claims = []Section{x.claims("claims-first", "What tags say of the first one's cluster", &x.Claims), x.claims("claims-second", "What tags say of the second one's cluster", &x.ClaimsB)}
	}
	d.Sections = filled(append(append([]Section{x.linksSection("path", "By which links", x.Path), x.linksSection("would", "By which links they would be of one cluster, but for what is set aside", x.Would)}, claims...),
		x.vetoedSection(x.Vetoed), x.conflictSection(x.Conflicts), x.leadsSection(x.Leads), heuristicsSection(x.Heuristics), x.limitsSection()))
	return d
}

// apartWords says what speaks against the answer, or could change it.
func (x *ClusterExplanation) apartWords() (words []string) {
	if n := len(x.Vetoed); n > 0 {
		words = append(words, plural(n, "transaction that spends coins of both was", "transactions that spend coins of both were")+" not used: as in a CoinJoin or PayJoin; see below.")
	}
	if n := len(x.Conflicts); n > 0 {
		words = append(words, plural(n, "piece of evidence beside them was", "pieces of evidence beside them were")+" set aside; see below.")
	}
	if n := len(x.Leads); n > 0 {
		words = append(words, plural(n, "lead", "leads")+" between them: too little to join them.")
	}
	return words
}

// A ClusterPortrait is what is known of one cluster.
type ClusterPortrait struct {
	cluster.Portrait
	Claims ClusterClaims `json:"claims"`
	ClusterBasis
	Command string `json:"command,omitempty"`
}

// Outcome is Incomplete if a limit was reached, and Nothing if the address is
// alone.
func (p *ClusterPortrait) Outcome() Outcome {
	switch {
	case !p.Reading.Whole():
		return Incomplete
	case len(p.Members) < 2:
		return Nothing
	}
	return Found
}

// Doc lays the portrait out.
func (p *ClusterPortrait) Doc() *Doc {
	d := &Doc{
		Title:    "Cluster of " + shortAddress(p.Around),
		Asked:    fmt.Sprintf("Which addresses are under one control with %s, as far as can be inferred? As of %s.", p.Around.Text(), asOfWords(&p.AsOf)),
		Answer:   []string{"Nothing that was read joins it with another address. That does not say that its owner has no other."},
		Warnings: p.warnings(),
	}
	if n := len(p.Members); n > 1 {
		d.Answer = []string{fmt.Sprintf("A cluster of %s, joined by transactions from %s to %s. That is an inference, with the assumptions below.",
			plural(n, "address", "addresses"), p.Time(p.First), p.Time(p.Last))}
	}
	if p.Vetoed > 0 {
		d.Answer = append(d.Answer, plural(p.Vetoed, "transaction that spends coins of a member was", "transactions that spend coins of a member were")+" not used: as in a CoinJoin or PayJoin.")
	}
	signs := &Table{Name: "signs", Columns: []Column{{Title: "signs"}, {Title: "links", Align: Right}, {Title: "rests on"}}}
	for _, l := range p.Links {
		signs.Rows = append(signs.Rows, Row{Cells: []Cell{word(clusterSigns(l.Signs)), count(l.Links), basisCell(clew.Inferred)}})
	}
	members := &Table{Name: "members", Columns: []Column{{Title: "address"}, {Title: "rests on"}}, Most: 20}
	for _, a := range p.Members {
		members.Rows = append(members.Rows, Row{Cells: []Cell{addressCell(a), basisCell(clew.Inferred)}})
	}
	d.Sections = filled([]Section{
		{ID: "members", Title: "Members", Tables: some(members)}, {ID: "signs", Title: "By which signs", Tables: some(signs)},
		p.claims("claims", "What tags say of the members", &p.Claims), p.conflictSection(p.Conflicts), p.leadsSection(p.Leads), heuristicsSection(p.Heuristics), p.limitsSection()})
	return d
}

func clusterSigns(signs []cluster.Sign) string {
	var names []string
	for _, s := range signs {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}
