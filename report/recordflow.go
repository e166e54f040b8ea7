package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// addRecord adds the account of a record, between the addresses that deposits
// went to and those that withdrawals came from, with what was paid out of it.
func (m *flowMaker) addRecord(r *trace.Recorded) {
	if !r.Met {
		return
	}
	name := "account " + r.Record.Account
	title := fmt.Sprintf("%s at %s, by exhibit %s: a claim", name, r.Record.By, r.Record.Exhibit)
	var node, hop int
	for i := range r.Record.Entries {
		e, part := &r.Record.Entries[i], &r.Marked[i]
		u := m.useAt(e, part)
		if e.Kind != trace.Deposited || u == nil || part.Amount.IsZero() {
			continue
		}
		hop = max(hop, u.Hop+2)
		node = m.plain("record "+r.Record.ID, name, title, hop)
		m.flow.Nodes[node].Claim = true
		m.join(m.node(e.Address, u.Hop+1), node, e.Asset, part.Amount, shareOf(u, part.Amount))
	}
	if hop == 0 {
		return
	}
	for i := range r.Record.Entries {
		m.addDebit(r, i, node, hop)
	}
}

// addDebit adds what left an account by one entry.
func (m *flowMaker) addDebit(r *trace.Recorded, i, node, hop int) {
	e, part := &r.Record.Entries[i], &r.Marked[i]
	if part.Amount.IsZero() {
		return
	}
	switch u := m.useAt(e, part); {
	case e.Kind == trace.PaidOut:
		where := m.plain(fmt.Sprintf("payout %s %d", r.Record.ID, i), string(trace.PaidOffLedger), "paid out by exhibit "+r.Record.Exhibit+" to "+e.To, hop+1)
		n := &m.flow.Nodes[where]
		n.Claim, n.Stop = true, string(trace.PaidOffLedger)
		n.keep(e.Asset, part.Amount)
		m.join(node, where, e.Asset, part.Amount, m.partsAt(r.Record.ID, e))
	case e.Kind == trace.Withdrawn && u != nil && len(u.Transfer.From) > 0 && !u.Transfer.From[0].Address.IsZero():
		m.join(node, m.node(u.Transfer.From[0].Address, u.Hop), e.Asset, part.Amount, shareOf(u, part.Amount))
	}
}

// shareOf returns what each origin has in a part of what a transfer carried,
// for the picture: rounded down.
func shareOf(u *trace.Use, amount clew.Amount) []trace.Part {
	var parts []trace.Part
	for _, p := range u.Parts {
		if n, ok := p.Basis.MulDiv(amount.Min(u.Amount), u.Amount); ok {
			p.Basis = n
		}
		parts = append(parts, p)
	}
	return parts
}

// join adds an edge that a record claims.
func (m *flowMaker) join(from, to int, asset clew.Asset, amount clew.Amount, parts []trace.Part) {
	if from == to {
		return
	}
	m.flow.Edges = append(m.flow.Edges, FlowEdge{From: from, To: to, Asset: asset, Amount: amount, Count: 1, Basis: clew.Claimed, Parts: m.parts(parts)})
}

// useAt returns the transfer that an entry is, if marked value went through it.
func (m *flowMaker) useAt(e *trace.AccountEntry, part *trace.MarkedPart) *trace.Use {
	if part.Pos == nil {
		return nil
	}
	for i := range m.t.Result.Uses {
		u := &m.t.Result.Uses[i]
		if u.Transfer.Pos == *part.Pos && u.Transfer.Asset == e.Asset {
			return u
		}
	}
	return nil
}

// partsAt returns what each origin has in a payout.
func (m *flowMaker) partsAt(record string, e *trace.AccountEntry) []trace.Part {
	for i := range m.t.Result.Places {
		p := &m.t.Result.Places[i]
		if p.Kind == trace.PaidOffLedger && p.Account != nil && p.Account.Record == record && p.Account.To == e.To && p.Asset == e.Asset && p.Time == e.Time {
			return p.Parts
		}
	}
	return nil
}
