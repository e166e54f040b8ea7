package report

import (
	"fmt"

	"clew"
	"clew/evm"
	"clew/lead"
)

// onwardSection lists where value that stopped in bridges is to come out, by their
// messages: where to go on.
func (t *Trace) onwardSection() Section {
	table := &Table{Name: "onward", Columns: []Column{
		{Title: "went in"}, {Title: "bridge"}, {Title: "goes on to"}, {Title: "on"}, {Title: "as"}, {Title: "said by"}, {Title: "why it is not followed", Spare: 1},
	}}
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i]
		o := lead.OnwardOf(c)
		if o == nil {
			continue
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			t.conversionCell(c.InAsset, c.In), shortWords(messageOf(c.Bridge)), addressCell(o.Address), word(o.Chain.Name()), word(t.onwardAmount(o)), word(saidBy(o)), word(o.Why),
		}})
	}
	s := Section{ID: "onward", Title: "Where bridges lead, by their messages", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"What whoever paid in wrote, not what came out: it is where to go on. The books leave the value in the bridge."}
	}
	return s
}

// saidBy says whose contract it is that a message is of.
func saidBy(o *lead.Onward) string {
	if o.Listed {
		return "the bridge's contract"
	}
	return "a contract that is on no list: it may say anything"
}

// onwardAmount says what is to come out of a bridge; "" where its message does not say.
func (t *Trace) onwardAmount(o *lead.Onward) string {
	contract, err := clew.ParseAddress(o.Token, o.Chain)
	switch {
	case o.Amount.IsZero():
		return ""
	case err == nil && !contract.IsZero() && contract == evm.Wrapper(o.Chain):
		return t.Units.Amount(clew.NativeAsset(o.Chain), o.Amount) + ", wrapped"
	case o.Token == "" || err != nil:
		return o.Amount.String() + " smallest units"
	case o.Chain.IsTron():
		return t.Units.Amount(clew.Token("trc20", contract), o.Amount)
	case o.Chain.IsEVM():
		return t.Units.Amount(clew.Token("erc20", contract), o.Amount)
	}
	return o.Amount.String() + " smallest units of " + o.Token
}

// onwardWords says where a bridge's message leads.
func (t *Trace) onwardWords(o *lead.Onward) string {
	text := "by its message, a claim of whoever sent it, the money went to "
	if o.Address.IsZero() {
		text += o.Chain.Name()
	} else {
		text += o.Address.Text() + " on " + o.Chain.Name()
	}
	if amount := t.onwardAmount(o); amount != "" {
		text += ", as " + amount
	}
	return Clean(text)
}

// onwardStep says where to go on beyond bridges.
func (c *ChainInvestigation) onwardStep() string {
	if c.Stop == nil {
		return ""
	}
	var parts []string
	t := c.Stop.Trace
	for i := range t.Result.Conversions {
		x := &t.Result.Conversions[i]
		o := lead.OnwardOf(x)
		if o == nil || !o.Listed || o.Address.IsZero() || len(parts) == fewNamed {
			continue
		}
		text := fmt.Sprintf("%s went into %s, and by its message to %s on %s", t.Units.Amount(x.InAsset, x.In), o.Protocol, o.Address.Text(), o.Chain.Name())
		if amount := t.onwardAmount(o); amount != "" {
			text += ", as " + amount
		}
		parts = append(parts, fmt.Sprintf("%s (clew investigate %s --chain %s)", text, o.Address.Text(), o.Chain.Name()))
	}
	if len(parts) == 0 {
		return ""
	}
	return "Go on where bridges lead, which this answer does not follow: " + Clean(listed(parts, len(parts))) + ". Messages are what whoever paid in wrote."
}
