package eval

import (
	"context"
	"encoding/csv"
	"io"
	"slices"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
)

// A TypologyRow counts how one rule fares in a world in which what it looks for was
// planted, and what ordinary people do that looks like it; or in a real ledger.
type TypologyRow struct {
	Data     string `json:"data"`
	Known    bool   `json:"known"` // what was planted is known
	Rule     string `json:"rule"`
	Planted  uint64 `json:"planted"`
	Found    uint64 `json:"found"`    // of these: an address of it is in a finding
	Findings uint64 `json:"findings"` // of the rule
	Right    uint64 `json:"right"`    // of these: of something that was planted for the rule
	Thieves  uint64 `json:"thieves"`  // of the others: of a thief all the same, in what was planted for another rule
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
// bounds. Which addresses are those of exchanges, issuers, bridges, mixers and gas
// stations is told to them, as tags would; of all else they know nothing.
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
	found = map[string][]*launder.Finding{}
	st, err := typologyStream(w, rules, func(f *launder.Finding) { found[f.Rule] = append(found[f.Rule], f) })
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

// typologyStream runs rules, which are told what tags would tell.
func typologyStream(w *simchain.World, rules []string, found func(*launder.Finding)) (*launder.Stream, error) {
	list, err := launder.RulesNamed(rules...)
	if err != nil {
		return nil, err
	}
	freezable := w.Freezable()
	return launder.NewStream(launder.Setup{
		Found: found,
		Known: func(a clew.Address) bool {
			return w.Addresses[a].Customer == 0 && isService(w.Actors[w.Addresses[a].Actor].Role)
		},
		Service: func(a clew.Address) string {
			if actor := w.Actors[w.Addresses[a].Actor]; actor.Role == simchain.Exchange {
				return actor.Name
			}
			return ""
		},
		Freezable: func(a clew.Asset) bool { return a == freezable },
	}, list)
}

// isService reports whether those of a role are tagged.
func isService(r simchain.Role) bool {
	return slices.Contains([]simchain.Role{simchain.Exchange, simchain.Issuer, simchain.Bridge, simchain.Mixer, simchain.GasStation}, r)
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
	in, named, guilty := map[clew.Address]bool{}, map[clew.Address]bool{}, map[clew.Address]bool{}
	for _, x := range w.Typologies {
		for _, a := range x.Addresses {
			guilty[a] = guilty[a] || x.Rule == rule && x.Guilty
		}
	}
	for _, f := range findings {
		right, thief := false, false
		all := addressesOf(f)
		for _, a := range all {
			in[a] = true
			right = right || guilty[a]
			thief = thief || w.Actors[w.Addresses[a].Actor].Role == simchain.Thief
		}
		if right {
			r.Right++
			continue
		}
		r.Thieves += count(thief)
		for _, a := range all {
			if people[a] {
				named[a] = true
			}
		}
	}
	r.Named = uint64(len(named))
	r.plants(w, in)
	return r
}

// addressesOf returns whom a finding names.
func addressesOf(f *launder.Finding) (all []clew.Address) {
	for _, s := range f.Steps {
		for _, role := range s.Roles {
			all = append(all, role.Address)
		}
	}
	return all
}

// plants counts what was planted for the rule, and what of it is in a finding.
func (r *TypologyRow) plants(w *simchain.World, in map[clew.Address]bool) {
	for _, x := range w.Typologies {
		hit := slices.ContainsFunc(x.Addresses, func(a clew.Address) bool { return in[a] })
		switch {
		case x.Rule != r.Rule:
		case x.Guilty:
			r.Planted, r.Found = r.Planted+1, r.Found+count(hit)
		default:
			r.Alike, r.Taken = r.Alike+1, r.Taken+count(hit)
		}
	}
}

var typologyColumns = []string{"measured on", "rule", "planted", "found", "of 1000", "findings", "right", "of other thefts", "of nobody guilty", "look-alikes", "taken for it", "addresses of people", "named wrongly", "of 100000"}

// WriteTypologies writes the table as CSV with a header. Where nothing was planted,
// the columns of what was are empty, and no finding is known to be right.
func WriteTypologies(w io.Writer, t *TypologyTable) error {
	out := csv.NewWriter(w)
	out.Write(typologyColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		row := []string{r.Data, r.Rule, "", "", "", decimal(r.Findings), "", "", "", "", "", decimal(r.People), decimal(r.Named), perHundredThousand(r.Named, r.People)}
		if r.Known {
			copy(row[2:], []string{decimal(r.Planted), decimal(r.Found), share(r.Found, r.Planted)})
			copy(row[6:], []string{decimal(r.Right), decimal(r.Thieves), decimal(r.Findings - r.Right - r.Thieves), decimal(r.Alike), decimal(r.Taken)})
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}
