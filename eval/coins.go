package eval

import (
	"context"
	"strings"

	"clew"
	"clew/bitcoin"
	"clew/cluster"
	"clew/internal/simchain"
	"clew/ledger"
	"clew/ledger/memory"
)

// Names of what is measured beside single heuristics.
const (
	TwoSigns     = "change, two independent signs"
	coinsWorld   = "Bitcoin-like"
	evmWorld     = "EVM-like"
	tronWorld    = "Tron-like"
	everyTx      = 1 << 10 // transactions between two looks at the context
	byInputs     = "common-input"
	byChange     = "common-input and change by two signs"
	byGuarded    = "the same with services attributed and the guard"
	byDeposits   = "deposit-reuse"
	changePrefix = "change-"
)

// forms are how synthetic transactions are made.
type forms map[clew.TxID]bitcoin.Form

// FormOf returns a transaction's form.
func (f forms) FormOf(id clew.TxID) (bitcoin.Form, bool) {
	form, ok := f[id]
	return form, ok
}

// coins measures the heuristics of Bitcoin.
func coins(ctx context.Context, plan simchain.Plan, table *Table) error {
	w, err := simchain.UTXO(plan)
	if err != nil {
		return err
	}
	s, err := hold(ctx, &w.Ledgers[0])
	if err != nil {
		return err
	}
	defer s.Close()
	m := &coinMeasure{w, s, behavioursOf(w), newTally(coinsWorld), cluster.New(), cluster.New()}
	guarded := cluster.Guard{Actor: func(a clew.Address) string { return claimed(&w.Truth, a) }}
	for i := range w.Ledgers[0].Blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		block := &w.Ledgers[0].Blocks[i]
		for j := range block.Transfers {
			if err := m.transaction(ctx, &block.Transfers[j]); err != nil {
				return err
			}
		}
	}
	table.Scores = append(table.Scores, m.tally.list()...)
	table.Pairs = append(table.Pairs, pairsOf(coinsWorld, byInputs, m.inputs, &w.Truth), pairsOf(coinsWorld, byChange, m.both, &w.Truth))
	m.both.Guard(guarded)
	table.Pairs = append(table.Pairs, pairsOf(coinsWorld, byGuarded, m.both, &w.Truth))
	return nil
}

// claimed returns to whom a synthetic address is attributed: services are, as far
// as anybody can know them by paying them, and nobody else is.
func claimed(t *simchain.Truth, a clew.Address) string {
	place := t.Addresses[a]
	actor := &t.Actors[place.Actor]
	switch actor.Role {
	case simchain.Exchange, simchain.Merchant, simchain.Miner:
		return actor.Name
	}
	return ""
}

// hold puts a synthetic chain into a ledger.
func hold(ctx context.Context, l *simchain.Ledger) (ledger.Snapshot, error) {
	m := memory.New(l.Chain)
	if err := m.Append(ctx, l.Blocks...); err != nil {
		return nil, err
	}
	return m.Snapshot(ctx)
}

// A coinMeasure is a measurement under way.
type coinMeasure struct {
	world  *simchain.World
	ledger ledger.Snapshot
	shown  *behaviours
	tally  *tally
	inputs *cluster.Clusters // by common inputs
	both   *cluster.Clusters // by change too
}

func (m *coinMeasure) transaction(ctx context.Context, t *clew.Transfer) error {
	if t.From[0].Address.IsZero() {
		return nil // issues coins
	}
	m.commonInput(t)
	p, err := cluster.Look(ctx, m.ledger, forms(m.world.Forms), t)
	if err != nil {
		return err
	}
	m.change(p)
	m.inputs.AddTransaction(t)
	m.both.AddTransaction(t)
	m.both.AddChange(p)
	return nil
}

// commonInput looks at the first input's address with each other's.
func (m *coinMeasure) commonInput(t *clew.Transfer) {
	first := t.From[0].Address
	met := map[clew.Address]bool{first: true}
	var alone *cluster.Clusters
	for i := range t.From {
		a := t.From[i].Address
		if met[a] {
			continue
		}
		met[a] = true
		if alone == nil {
			alone = cluster.New()
			alone.AddTransaction(t)
		}
		same := m.world.Same(first, a)
		m.tally.note(string(cluster.CoSpend), m.shown.of(string(cluster.CoSpend), t.Tx), same, alone.Same(first, a), same)
	}
}

// change looks at what each rule names in a transaction with several outputs, and
// at what two signs name.
func (m *coinMeasure) change(p *cluster.Payment) {
	if outputs(p.Transfer) < 2 {
		return
	}
	there := false
	for i := range p.To {
		there = there || m.isChange(p, i)
	}
	change := cluster.ChangeOf(p)
	for _, h := range cluster.Heuristics() {
		if !strings.HasPrefix(h.ID, changePrefix) {
			continue
		}
		named, right := m.named(p, &change, cluster.Sign(h.ID))
		m.tally.note(h.ID, m.shown.of(h.ID, p.Tx), there, named, right)
	}
	named, right := false, false
	for i := range change.Named {
		if n := &change.Named[i]; n.Merges() {
			named, right = true, m.isChange(p, n.Output)
		}
	}
	m.tally.note(TwoSigns, m.shown.any(p.Tx), there, named, right)
}

// outputs counts those that are no fee.
func outputs(t *clew.Transfer) (n int) {
	for i := range t.To {
		if !t.To[i].Address.IsZero() {
			n++
		}
	}
	return n
}

// named reports whether a rule names an output, and whether that is change.
func (m *coinMeasure) named(p *cluster.Payment, c *cluster.Change, sign cluster.Sign) (named, right bool) {
	for i := range c.Named {
		for _, s := range c.Named[i].Signs {
			if s == sign {
				return true, m.isChange(p, c.Named[i].Output)
			}
		}
	}
	return false, false
}

func (m *coinMeasure) isChange(p *cluster.Payment, output int) bool {
	return m.world.Change[clew.Output{Tx: p.Tx, Index: uint32(output)}]
}
