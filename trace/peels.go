package trace

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/launder"
)

// PeelChains returns the peel chains among the transfers that marked value went
// through, by chain and time: an inference that changes no book. That addresses
// are new, and that nothing else was paid, is told from these transfers alone.
func (r *Result) PeelChains() ([]*launder.Finding, error) {
	byChain := map[clew.Chain][]*clew.Transfer{}
	for i := range r.Uses {
		if t := &r.Uses[i].Transfer; r.Uses[i].Basis == clew.Fact && t.Aggregate == nil {
			byChain[t.Asset.Chain()] = append(byChain[t.Asset.Chain()], t)
		}
	}
	var found []*launder.Finding
	for _, transfers := range byChain {
		rules := slices.DeleteFunc(launder.Rules(), func(rule launder.Rule) bool { return rule.ID != launder.PeelRule })
		stream, err := launder.NewStream(launder.Setup{Found: func(f *launder.Finding) { found = append(found, f) }}, rules)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(transfers, func(a, b *clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
		for _, t := range transfers {
			stream.Add(t, nil)
		}
		stream.End()
	}
	slices.SortFunc(found, func(a, b *launder.Finding) int {
		return cmp.Or(strings.Compare(string(a.Chain), string(b.Chain)), cmp.Compare(a.From, b.From), a.Steps[0].Roles[0].Pos.Cmp(b.Steps[0].Roles[0].Pos))
	})
	return found, nil
}
