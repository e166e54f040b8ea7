package eval

import (
	"context"
	"encoding/csv"
	"io"
	"slices"

	"clew"
	"clew/bitcoin"
	"clew/internal/simchain"
	"clew/launder"
)

// A TypologyRow counts how one rule fares in a world in which what it looks for was
// planted, and what ordinary people do that looks like it.
type TypologyRow struct {
	Data     string `json:"data"`
	Known    bool   `json:"known"` // what was planted is known
	Rule     string `json:"rule"`
	Planted  uint64 `json:"planted"`
	Found    uint64 `json:"found"`    // of these: an address of it is in a finding
	Findings uint64 `json:"findings"` // of the rule
	Right    uint64 `json:"right"`    // of these: of something that was planted for the rule
	Alike    uint64 `json:"alike"`    // what ordinary people did that looks like it
	Taken    uint64 `json:"taken"`    // of these: an address of it is in a finding
	People   uint64 `json:"people"`   // addresses of nobody guilty that paid or were paid
	Named    uint64 `json:"named"`    // of these: in a finding that is not right: the rule's base rate
}

// A TypologyTable is what was measured of rules of typologies.
type TypologyTable struct {
	Seed      uint64        `json:"seed"`
	Transfers int           `json:"transfers"`
	Rows      []TypologyRow `json:"rows"`
}

// Typologies measures the rules of typologies on synthetic worlds, by their usual
// bounds. Whose the exchanges' addresses are is told to them, as tags would; of all
// else they know nothing.
func Typologies(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*TypologyTable, error) {
	t := &TypologyTable{Seed: seed, Transfers: transfers}
	for _, world := range []struct {
		name string
		make func(simchain.Plan) (*simchain.World, error)
	}{{"paces", simchain.Paces}, {"shapes", simchain.Shapes}} {
		doing(world.name)
		w, err := world.make(simchain.Plan{Seed: seed, Transfers: transfers})
		if err != nil {
			return nil, err
		}
		rules, findings, err := findTypologies(ctx, w)
		if err != nil {
			return nil, err
		}
		people := peopleOf(w)
		for _, rule := range rules {
			t.Rows = append(t.Rows, typologyRow(w, rule, findings[rule], people))
			t.Rows[len(t.Rows)-1].Data = "synthetic " + world.name
		}
	}
	return t, nil
}

// findTypologies runs the rules that a world has something for.
func findTypologies(ctx context.Context, w *simchain.World) (rules []string, found map[string][]*launder.Finding, err error) {
	for _, x := range w.Typologies {
		if !slices.Contains(rules, x.Rule) {
			rules = append(rules, x.Rule)
		}
	}
	slices.Sort(rules)
	list, err := launder.RulesNamed(rules...)
	if err != nil {
		return nil, nil, err
	}
	found = map[string][]*launder.Finding{}
	freezable := w.Freezable()
	exchange := func(a clew.Address) bool { return w.Actors[w.Addresses[a].Actor].Role == simchain.Exchange }
	st, err := launder.NewStream(launder.Setup{
		Found: func(f *launder.Finding) { found[f.Rule] = append(found[f.Rule], f) },
		Known: knownIn(w),
		Service: func(a clew.Address) string {
			if !exchange(a) {
				return ""
			}
			return w.Actors[w.Addresses[a].Actor].Name
		},
		Freezable: func(a clew.Asset) bool { return a == freezable },
	}, list)
	if err != nil {
		return nil, nil, err
	}
	for i := range w.Ledgers[0].Blocks {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		b := &w.Ledgers[0].Blocks[i]
		for j := range b.Acts {
			st.AddAct(&b.Acts[j])
		}
		for j := range b.Transfers {
			st.Add(&b.Transfers[j], nil)
		}
	}
	st.End()
	return rules, found, nil
}

// knownIn is what tags would say of a world: exchanges, but not where they take one
// customer's deposits, and who issues what there is.
func knownIn(w *simchain.World) func(clew.Address) bool {
	return func(a clew.Address) bool {
		at := w.Addresses[a]
		role := w.Actors[at.Actor].Role
		return role == simchain.Exchange && at.Customer == 0 || role == simchain.Issuer
	}
}

// peopleOf returns the addresses of nobody guilty that paid or were paid, and are no
// service's.
func peopleOf(w *simchain.World) map[clew.Address]bool {
	people := map[clew.Address]bool{}
	for i := range w.Ledgers[0].Blocks {
		for j := range w.Ledgers[0].Blocks[i].Transfers {
			t := &w.Ledgers[0].Blocks[i].Transfers[j]
			for _, a := range []clew.Address{t.From[0].Address, t.To[0].Address} {
				if role := w.Actors[w.Addresses[a].Actor].Role; role == simchain.Person || role == simchain.Merchant {
					people[a] = true
				}
			}
		}
	}
	return people
}

// typologyRow counts for one rule.
func typologyRow(w *simchain.World, rule string, findings []*launder.Finding, people map[clew.Address]bool) TypologyRow {
	r := TypologyRow{Rule: rule, Known: true, Findings: uint64(len(findings)), People: uint64(len(people))}
	in := map[clew.Address]bool{}
	named := map[clew.Address]bool{}
	guilty := map[clew.Address]bool{}
	for _, x := range w.Typologies {
		for _, a := range x.Addresses {
			if x.Rule == rule && x.Guilty {
				guilty[a] = true
			}
		}
	}
	for _, f := range findings {
		right := false
		var all []clew.Address
		for _, s := range f.Steps {
			for _, role := range s.Roles {
				all = append(all, role.Address)
				in[role.Address] = true
				right = right || guilty[role.Address]
			}
		}
		if right {
			r.Right++
			continue
		}
		for _, a := range all {
			if people[a] {
				named[a] = true
			}
		}
	}
	r.Named = uint64(len(named))
	for _, x := range w.Typologies {
		hit := slices.ContainsFunc(x.Addresses, func(a clew.Address) bool { return in[a] })
		switch {
		case x.Rule != rule:
		case x.Guilty:
			r.Planted, r.Found = r.Planted+1, r.Found+count(hit)
		default:
			r.Alike, r.Taken = r.Alike+1, r.Taken+count(hit)
		}
	}
	return r
}

var typologyColumns = []string{"measured on", "rule", "planted", "found", "of 1000", "findings", "right", "of 1000", "look-alikes", "taken for it", "addresses of people", "named wrongly", "of 100000"}

// WriteTypologies writes the table as CSV with a header. Where nothing was planted,
// the columns of what was are empty, and no finding is known to be right.
func WriteTypologies(w io.Writer, t *TypologyTable) error {
	out := csv.NewWriter(w)
	out.Write(typologyColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		row := []string{r.Data, r.Rule, "", "", "", decimal(r.Findings), "", "", "", "", decimal(r.People), decimal(r.Named), perHundredThousand(r.Named, r.People)}
		if r.Known {
			row[2], row[3], row[4], row[6], row[7], row[8], row[9] = decimal(r.Planted), decimal(r.Found), share(r.Found, r.Planted), decimal(r.Right), share(r.Right, r.Findings), decimal(r.Alike), decimal(r.Taken)
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// A BaseRate counts how many of all addresses of a real ledger are named by rules.
type BaseRate struct {
	data     string
	rules    []launder.Rule
	stream   *launder.Stream
	people   map[clew.Address]bool
	named    map[string]map[clew.Address]bool
	findings map[string]uint64
}

// NewBaseRate measures all rules on a ledger of which nothing else is known.
func NewBaseRate(data string) (*BaseRate, error) {
	b := &BaseRate{data: data, rules: launder.Rules(), people: map[clew.Address]bool{}, named: map[string]map[clew.Address]bool{}, findings: map[string]uint64{}}
	var err error
	b.stream, err = launder.NewStream(launder.Setup{Found: b.found}, b.rules)
	return b, err
}

// Add takes the next transfer; form is nil where it is not known.
func (b *BaseRate) Add(t *clew.Transfer, form *bitcoin.Form) {
	for _, legs := range [][]clew.Leg{t.From, t.To} {
		for i := range legs {
			if !legs[i].Address.IsZero() {
				b.people[legs[i].Address] = true
			}
		}
	}
	b.stream.Add(t, form)
}

func (b *BaseRate) found(f *launder.Finding) {
	b.findings[f.Rule]++
	if b.named[f.Rule] == nil {
		b.named[f.Rule] = map[clew.Address]bool{}
	}
	for i := range f.Steps {
		for _, r := range f.Steps[i].Roles {
			b.named[f.Rule][r.Address] = true
		}
	}
}

// Rows ends the measurement.
func (b *BaseRate) Rows() (rows []TypologyRow) {
	b.stream.End()
	for _, r := range b.rules {
		rows = append(rows, TypologyRow{Data: b.data, Rule: r.ID, Findings: b.findings[r.ID], People: uint64(len(b.people)), Named: uint64(len(b.named[r.ID]))})
	}
	return rows
}
