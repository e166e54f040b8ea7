package eval

import (
	"context"
	"slices"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/internal/simchain"
	"clew/ledger"
	"clew/tag"
)

// accounts measures the heuristics of account chains on one world.
func accounts(ctx context.Context, world string, w *simchain.World, table *Table) error {
	m := &accountMeasure{world: w, shown: behavioursOf(w), tally: newTally(world)}
	for i := range w.Ledgers {
		s, err := hold(ctx, &w.Ledgers[i])
		if err != nil {
			return err
		}
		defer s.Close()
		m.ledgers = append(m.ledgers, s)
	}
	m.read()
	linked, err := m.deposits(ctx)
	if err == nil && len(m.ledgers) > 1 {
		err = m.sameKey(ctx)
	}
	if err == nil {
		err = m.leads(ctx)
	}
	if err != nil {
		return err
	}
	table.Scores = append(table.Scores, m.tally.list()...)
	table.Pairs = append(table.Pairs, pairsOf(world, byDeposits, linked, customerPairs(&w.Truth)))
	return nil
}

// An accountMeasure is a measurement under way.
type accountMeasure struct {
	world   *simchain.World
	ledgers []ledger.Snapshot
	shown   *behaviours
	tally   *tally
	here    []clew.Address // of the first ledger, in order
	paid    []paidIn       // into deposit addresses, once each payer and address
}

// A paidIn is who pays into whose deposit address.
type paidIn struct {
	from, to clew.Address
	tx       clew.TxID // the first, or the last planted
}

// read finds out who pays into deposit addresses.
func (m *accountMeasure) read() {
	first := &m.world.Ledgers[0]
	for a := range m.world.Addresses {
		if a.Chain() == first.Chain {
			m.here = append(m.here, a)
		}
	}
	slices.SortFunc(m.here, func(a, b clew.Address) int {
		x, _ := a.RawKey()
		y, _ := b.RawKey()
		return slices.Compare(x[:], y[:])
	})
	at := map[[2]clew.Address]int{}
	for i := range first.Blocks {
		for j := range first.Blocks[i].Transfers {
			m.payment(&first.Blocks[i].Transfers[j], at)
		}
	}
}

func (m *accountMeasure) payment(t *clew.Transfer, at map[[2]clew.Address]int) {
	from, to := t.From[0].Address, t.To[0].Address
	place := m.world.Addresses[to]
	if place.Customer == 0 || m.world.Addresses[from].Actor == place.Actor || from.IsZero() {
		return // no deposit address, or gas from the service
	}
	key := [2]clew.Address{from, to}
	n, met := at[key]
	if !met {
		at[key] = len(m.paid)
		m.paid = append(m.paid, paidIn{from, to, t.Tx})
	} else if m.shown.of(string(cluster.DepositReuse), t.Tx).planted {
		m.paid[n].tx = t.Tx
	}
}

// known is what is claimed in a synthetic world: which addresses are the
// services' own.
func (m *accountMeasure) known() *tag.Index {
	var b tag.Builder
	for _, a := range m.here {
		place := m.world.Addresses[a]
		actor := m.world.Actors[place.Actor]
		if actor.Role != simchain.Exchange || place.Customer != 0 {
			continue
		}
		b.Add(tag.Tag{Subject: a, Label: "synthetic " + actor.Name, Actor: actor.Name, Concepts: []tag.Concept{"exchange"}, Source: "internal/simchain", Pack: "synthetic"})
	}
	return b.Index()
}

// deposits looks at everybody who pays into a deposit address, and returns the
// clusters that are made.
func (m *accountMeasure) deposits(ctx context.Context) (*cluster.Clusters, error) {
	f := account.NewFinder(account.Question{Reader: m.ledgers[0], Namer: m.known(), Bounds: account.BoundsOf(m.ledgers[0].Chain()),
		Vetted: func(a clew.Asset) bool { return m.world.Addresses[a.Contract()].Contract }})
	found := map[[2]clew.Address]*account.Union{}
	c := cluster.New()
	for _, a := range m.here {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		unions, _, err := f.Unions(ctx, a)
		if err != nil {
			return nil, err
		}
		for i := range unions {
			found[[2]clew.Address{unions[i].Customer, unions[i].Deposit}] = &unions[i]
			c.Link(unions[i].Link())
		}
	}
	for _, sign := range []cluster.Sign{cluster.DepositReuse, cluster.DepositGas} {
		m.customers(sign, found)
	}
	return c, nil
}

// customers counts what a sign says of who pays into whose deposit address, and
// into addresses that are none.
func (m *accountMeasure) customers(sign cluster.Sign, found map[[2]clew.Address]*account.Union) {
	met := map[[2]clew.Address]bool{}
	for _, p := range m.paid {
		key := [2]clew.Address{p.from, p.to}
		own := m.world.Addresses[p.from].Actor == m.world.Addresses[p.to].Customer
		met[key] = true
		m.tally.note(string(sign), m.shown.of(string(sign), p.tx), own, gives(found[key], sign), own)
	}
	for key, u := range found {
		if !met[key] && gives(u, sign) {
			same := m.world.Same(u.Customer, u.Deposit)
			m.tally.note(string(sign), m.shown.of(string(sign), u.Link().Tx), same, true, same)
		}
	}
}

func gives(u *account.Union, sign cluster.Sign) bool {
	return u != nil && slices.Contains(u.Signs, sign)
}

// sameKey looks at digits that both ledgers hold.
func (m *accountMeasure) sameKey(ctx context.Context) error {
	for _, a := range m.here {
		far, err := clew.MakeAddress(m.ledgers[1].Chain(), a.Form(), a.Key())
		if err != nil {
			return err
		}
		if _, there := m.world.Addresses[far]; !there {
			continue
		}
		k, err := account.SameKey(ctx, a, m.ledgers)
		if err != nil {
			return err
		}
		same := m.world.Same(a, far) && !m.world.Addresses[a].Contract
		m.tally.note(string(cluster.SameKey), m.shown.at(string(cluster.SameKey), a), same, len(k.Same()) > 0, same)
	}
	return nil
}

// leads looks at everything that is a lead. What they do not show is not counted:
// a lead is an event, and there is no list of those that should have been.
func (m *accountMeasure) leads(ctx context.Context) error {
	var approvals []account.Approval
	for _, x := range m.world.Approvals {
		approvals = append(approvals, account.Approval{Owner: x.Owner, Spender: x.Spender, Contract: x.Asset.Contract(), Pos: x.Pos, Tx: x.Tx, Source: "synthetic"})
	}
	of := map[clew.Address][]account.Approval{}
	for _, x := range approvals {
		of[x.Owner] = append(of[x.Owner], x)
	}
	for _, a := range m.here {
		if err := ctx.Err(); err != nil {
			return err
		}
		leads, err := account.Leads(ctx, m.ledgers[0], a, of[a])
		if err != nil {
			return err
		}
		for i := range leads {
			l := &leads[i]
			same := m.world.Same(l.Of, l.With)
			m.tally.note(string(l.Sign), m.shown.of(string(l.Sign), txOf(l)), same, true, same)
		}
	}
	return nil
}

// txOf returns the transaction that a lead rests on.
func txOf(l *account.Lead) clew.TxID {
	switch {
	case l.Transfer != nil:
		return l.Transfer.Tx
	case l.Act != nil:
		return l.Act.Tx
	}
	return l.Approval.Tx
}
