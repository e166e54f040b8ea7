package report

import (
	"fmt"

	"clew"
)

// A flowRow is a transfer to be drawn, with the columns of its ends.
type flowRow struct {
	from, to       clew.Address
	fromKey, toKey string // tell nodes apart: one address may stand on both sides
	fromHop, toHop int
	asset          clew.Asset
	amount         clew.Amount
}

// plainFlow draws transfers as they are recorded, without marks. A ribbon's
// width is its share of all that is drawn of its asset.
func plainFlow(title string, units Units, rows []flowRow) *Flow {
	f := &Flow{
		Title: title, Units: units, Origins: []FlowOrigin{{Name: "recorded transfers"}},
		Caption: "A ribbon's width is the amount's share of all that is drawn of its asset; very small ones are drawn thicker than they are. " +
			"Transfers between the same two addresses are drawn as one. Figures in the picture are rounded down; the tables are exact.",
	}
	sums := map[clew.Asset]clew.Amount{}
	for _, r := range rows {
		sum, fits := sums[r.asset].Add(r.amount)
		if !fits {
			sum = clew.MaxAmount
		}
		sums[r.asset] = sum
	}
	nodes := map[string]int{}
	node := func(key string, a clew.Address, hop int) int {
		if i, ok := nodes[key]; ok {
			return i
		}
		n := FlowNode{Key: key, Name: "nobody, or several", Title: "issued, a fee, or several addresses", Hop: hop, Group: "others"}
		if !a.IsZero() {
			n.Name, n.Title, n.Group = tinyAddress(a), a.Text(), "smaller ones"
		}
		nodes[key] = len(f.Nodes)
		f.Nodes = append(f.Nodes, n)
		return nodes[key]
	}
	for _, r := range rows {
		f.Edges = append(f.Edges, FlowEdge{
			From: node(r.fromKey, r.from, r.fromHop), To: node(r.toKey, r.to, r.toHop), Asset: r.asset, Amount: r.amount,
			Count: 1, Basis: clew.Fact, Parts: []int64{billionths(r.amount, sums[r.asset]) / int64(len(sums))},
		})
	}
	f.Edges = merged(f.Edges)
	return f
}

// flow draws what is listed of an address: who paid it on the left, whom it
// paid on the right.
func (p *AddressPage) flow() *Flow {
	var rows []flowRow
	for _, s := range p.Sides {
		for _, r := range s.Rows {
			row := flowRow{from: r.Peer, to: p.Address, fromKey: "in " + r.Peer.String(), toKey: "self", toHop: 1, asset: r.Asset, amount: r.Amount}
			if s.Side == "out" {
				row = flowRow{from: p.Address, to: r.Peer, fromKey: "self", fromHop: 1, toKey: "out " + r.Peer.String(), toHop: 2, asset: r.Asset, amount: r.Amount}
			}
			rows = append(rows, row)
		}
	}
	return plainFlow("What came in and what left, of the transfers listed", p.Units, rows)
}

// flow draws the widest paths.
func (p *Paths) flow() *Flow {
	if p.From.Chain().IsBitcoin() {
		return p.stepFlow()
	}
	var rows []flowRow
	seen := map[clew.Pos]bool{}
	for _, path := range p.Widest {
		for k := range path.Transfers {
			t := &path.Transfers[k]
			if seen[t.Pos] || len(t.From) == 0 || len(t.To) == 0 {
				continue
			}
			seen[t.Pos] = true
			from, to := t.From[0].Address, t.To[0].Address
			rows = append(rows, flowRow{from: from, to: to, fromKey: from.String(), toKey: to.String(), fromHop: k, toHop: k + 1, asset: t.Asset, amount: t.Amount()})
		}
	}
	return plainFlow("The widest paths", p.Units, rows)
}

// stepFlow draws the widest paths over outputs. Each output on the way is a
// node of its own, for a path may come to one address by several.
func (p *Paths) stepFlow() *Flow {
	type way struct {
		pos           clew.Pos
		input, output uint32
	}
	var rows []flowRow
	seen := map[way]bool{}
	for _, path := range p.Widest {
		key := "from"
		for k := range path.Steps {
			s, t := &path.Steps[k], &path.Transfers[k]
			r := flowRow{from: s.From, to: s.To, fromKey: key, fromHop: k, toHop: k + 1, asset: t.Asset, amount: s.Width()}
			if key = "to"; s.To != p.To {
				key = fmt.Sprintf("output %d at %s", s.Output, t.Pos)
			}
			r.toKey = key
			if w := (way{t.Pos, s.Input, s.Output}); !seen[w] {
				seen[w] = true
				rows = append(rows, r)
			}
		}
	}
	f := plainFlow("The widest paths", p.Units, rows)
	f.Origins[0].Name = "steps from output to output"
	f.Caption = "A ribbon is as wide as the most that can have gone that way, as a share of all that is drawn; very small ones are drawn thicker than they are. " +
		"Every output on the way is drawn by itself. What one output pays to several ways cannot have gone by all of them. " +
		"Figures in the picture are rounded down; the tables are exact."
	return f
}

// flow draws a transaction: every leg that pays on the left, every leg that is
// paid on the right. Which paid which the chain of a transaction with many legs
// does not say, so all meet in the middle.
func (p *TransactionPage) flow() *Flow {
	var rows []flowRow
	for i := range p.Transfers {
		t := &p.Transfers[i]
		if len(t.From) == 1 && len(t.To) == 1 {
			from, to := t.From[0].Address, t.To[0].Address
			rows = append(rows, flowRow{from: from, to: to, fromKey: from.String(), toKey: to.String(), toHop: 1, asset: t.Asset, amount: t.Amount()})
			continue
		}
		middle := "transfer " + t.Pos.String()
		for _, leg := range t.From {
			rows = append(rows, flowRow{from: leg.Address, fromKey: "in " + leg.Address.String(), toKey: middle, toHop: 1, asset: t.Asset, amount: leg.Amount})
		}
		for _, leg := range t.To {
			rows = append(rows, flowRow{to: leg.Address, fromKey: middle, fromHop: 1, toKey: "out " + leg.Address.String(), toHop: 2, asset: t.Asset, amount: leg.Amount})
		}
	}
	return plainFlow("The transfers of the transaction", p.Units, rows)
}
