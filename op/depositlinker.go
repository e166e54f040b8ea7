package op

import (
	"context"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/lead"
	"clew/ledger"
	"clew/tag"
)

// A depositLinker infers of addresses that they are deposit addresses of a
// service.
type depositLinker struct{ finder *account.Finder }

func newDepositLinker(s ledger.Snapshot, tags *tag.Index) (*depositLinker, error) {
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	return &depositLinker{account.NewFinder(account.Question{Reader: s, Namer: tags, Bounds: account.BoundsOf(s.Chain()), Vetted: vetted(guide)})}, nil
}

// Link returns the service that an address passes on to what is paid in.
func (l *depositLinker) Link(ctx context.Context, a clew.Address) (clew.Address, string, error) {
	d, err := l.finder.Deposit(ctx, a)
	if err != nil || d.Refused != account.NotRefused {
		return clew.Address{}, "", err
	}
	return d.Service, string(cluster.DepositReuse), nil
}
