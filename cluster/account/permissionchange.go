package account

import (
	"context"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// mostPermissions is how many changes of permissions are told, the first.
const mostPermissions = 16

// permissionChanges says whose keys were let sign for an account of Tron, and for
// which accounts an address was: a union would hand a stolen account to the thief.
func permissionChanges(ctx context.Context, r ledger.Reader, a clew.Address) ([]Lead, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	acts, _, err := r.Acts(ctx, ledger.ActQuery{Address: a, Kinds: []clew.ActKind{clew.Permission}, Limit: maxLeadActs}, nil)
	var leads []Lead
	for i := range acts {
		x := &acts[i]
		switch {
		case x.With.IsZero() || len(leads) == mostPermissions:
		case x.On == a:
			leads = append(leads, Lead{Sign: cluster.PermissionChange, Of: a, With: x.With, Says: "was let sign for it", Act: x})
		case x.With == a:
			leads = append(leads, Lead{Sign: cluster.PermissionChange, Of: x.On, With: a, Says: "was let sign for that account", Act: x})
		}
	}
	return leads, err
}
