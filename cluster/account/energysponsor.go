package account

import (
	"context"
	"slices"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// mostLenders is how many of those who lent an address resources are told, the
// first.
const mostLenders = 3

// Lenders returns the first loan of energy or bandwidth by each of the first who
// lent an address of Tron any: On lends, With uses.
func Lenders(ctx context.Context, r ledger.Reader, a clew.Address) ([]clew.Act, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	acts, _, err := r.Acts(ctx, ledger.ActQuery{Address: a, Kinds: []clew.ActKind{clew.Delegate}, Limit: maxLeadActs}, nil)
	var loans []clew.Act
	for _, act := range acts {
		if act.With != a || len(loans) == mostLenders || slices.ContainsFunc(loans, func(x clew.Act) bool { return x.On == act.On }) {
			continue
		}
		loans = append(loans, act)
	}
	return loans, err
}

// energySponsors says who lent an address energy or bandwidth.
func energySponsors(ctx context.Context, r ledger.Reader, a clew.Address) ([]Lead, error) {
	loans, err := Lenders(ctx, r, a)
	var leads []Lead
	for i := range loans {
		leads = append(leads, Lead{Sign: cluster.EnergySponsor, Of: a, With: loans[i].On, Says: "lent it " + loans[i].Detail, Act: &loans[i]})
	}
	return leads, err
}
