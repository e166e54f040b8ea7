package report

import (
	"slices"

	"clew"
	"clew/bridge"
	"clew/launder"
)

// bridgesSection lists what contracts say of value that crosses to or from another
// chain. Addresses at the other end are as the message writes them.
func (a *Acts) bridgesSection(units Units) Section {
	table := &Table{Name: "bridges", Columns: []Column{
		{Title: "time, UTC"}, {Title: "says that value"}, {Title: "bridge"}, {Title: "who"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "from"}, {Title: "to"},
		{Title: "recipient there", Spare: 1}, {Title: "message"}, {Title: "logged by", Spare: 2}, {Title: "that contract"},
		{Title: "asset there", Wide: true}, {Title: "amount there", Wide: true}, {Title: "transaction", Wide: true}, {Title: "position", Wide: true},
	}}
	for i := range a.Acts {
		one := &a.Acts[i]
		m, is := one.Message()
		if !is {
			continue
		}
		amount, asset, there := Cell{}, Cell{}, Cell{}
		if !one.Asset.IsZero() {
			amount, asset = units.cell(one.Asset, one.Amount), word(units.Symbol(one.Asset))
		} else if !one.Amount.IsZero() {
			amount, asset = count(0), word("not said")
			amount.Text, amount.Raw = one.Amount.String(), one.Amount.String()
		}
		if !m.Amount.IsZero() {
			there = word(m.Amount.String())
		}
		goes := "goes in"
		if one.Kind == clew.BridgeReceived {
			goes = "comes out"
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(one.Time), word(goes), word(bridgeTitle(m.Protocol)), addressCell(one.On), amount, asset, word(crossedChain(m.From)), word(crossedChain(m.To)),
			word(m.Recipient), word(m.ID), addressCell(one.With), word(contractWords(m.Protocol, one.With)),
			word(m.Asset), there, txCell(one.Tx), word(one.Pos.String()),
		}})
	}
	s := Section{ID: "bridges", Title: "What bridges' contracts say (ledger; any contract can say it)", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"Amounts without an asset are in the smallest unit of what moved. The message has the same name at the other end, where that end names it."}
	}
	return s
}

// isBridgeAct reports whether an act is told of in the section of bridges.
func isBridgeAct(a *clew.Act) bool {
	_, is := a.Message()
	return is
}

func bridgeTitle(name string) string {
	if p, ok := launder.ProtocolOf(name); ok {
		return p.Title
	}
	return name
}

// crossedChain names a chain that a message names, which need not be one.
func crossedChain(c clew.Chain) string {
	switch {
	case c == "":
		return "not said"
	case slices.Contains(clew.Chains(), c):
		return c.Name()
	}
	return string(c)
}

func contractWords(protocol string, contract clew.Address) string {
	if bridge.IsKnown(protocol, contract) {
		return "known to be the bridge's"
	}
	return "not known"
}
