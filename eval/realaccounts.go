package eval

import (
	"context"
	"errors"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
)

// maxAddresses bounds how many addresses of an account chain are looked at.
const maxAddresses = 1 << 20

// MeasureAccounts runs the heuristics of account chains that look at one ledger
// over a real one. It reports whether the ledger holds more transfers, or more
// addresses, than were looked at. What a case is: an address that a heuristic
// names with another.
func MeasureAccounts(ctx context.Context, r *Reality, q account.Question) (rows []Real, more bool, err error) {
	m := &realMeasure{Reality: r, rows: map[string]*Real{}}
	for _, s := range []cluster.Sign{cluster.DepositReuse, cluster.DepositGas} {
		m.row(string(s))
	}
	addresses, more, err := m.addresses(ctx)
	if err != nil {
		return nil, false, err
	}
	f := account.NewFinder(q)
	for i, a := range addresses {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if err := m.account(ctx, f, a); err != nil {
			return nil, false, err
		}
		if i%everyTx == 0 {
			r.Done(m.read + uint64(i))
		}
	}
	for _, id := range m.order {
		rows = append(rows, *m.rows[id])
	}
	return rows, more, nil
}

// addresses returns whoever takes part in the transfers, in order.
func (m *realMeasure) addresses(ctx context.Context) (list []clew.Address, more bool, err error) {
	met := map[clew.Address]bool{}
	err = m.each(ctx, func(_ context.Context, t *clew.Transfer) error {
		for _, a := range []clew.Address{t.From[0].Address, t.To[0].Address} {
			if a.IsZero() || a.IsIssuer() || met[a] {
				continue
			}
			if len(met) == maxAddresses {
				return errEnough
			}
			met[a], list = true, append(list, a)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		more, err = true, nil
	}
	return list, more, err
}

// account counts what is inferred of one address.
func (m *realMeasure) account(ctx context.Context, f *account.Finder, a clew.Address) error {
	unions, _, err := f.Unions(ctx, a)
	if err != nil {
		return err
	}
	for i := range unions {
		for _, s := range unions[i].Signs {
			m.link(string(s), unions[i].Customer, unions[i].Deposit)
		}
	}
	leads, err := account.Leads(ctx, m.Ledger, a, nil)
	for i := range leads {
		m.link(string(leads[i].Sign), leads[i].Of, leads[i].With)
	}
	return err
}

func (m *realMeasure) link(id string, a, b clew.Address) {
	row := m.row(id)
	row.Cases++
	row.Named++
	row.compare(m.Actor(a), m.Actor(b))
}
