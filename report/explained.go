package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/launder"
)

// An ExplainedDeposit is a payment into a bridge of which a message with an identifier
// says what became of it, or why it does not.
type ExplainedDeposit struct {
	Tx         clew.TxID         `json:"tx"`
	Time       clew.Time         `json:"time"`
	Payer      clew.Address      `json:"payer,omitzero"`
	In         []clew.Pos        `json:"in"`
	Asset      clew.Asset        `json:"asset,omitzero"` // of the first of them
	Amount     clew.Amount       `json:"amount"`
	Protocol   string            `json:"protocol"`
	Identifier string            `json:"identifier,omitempty"`
	Certainty  launder.Certainty `json:"certainty,omitempty"` // certain ones are not compared
	Refused    string            `json:"refused,omitempty"`   // why the message explains nothing; nothing: it does
	Refund     bool              `json:"refund,omitempty"`    // it was given back
	OutChain   clew.Chain        `json:"outChain,omitempty"`
	OutTxs     []clew.TxID       `json:"outTxs,omitempty"`
	Recipients []clew.Address    `json:"recipients,omitempty"`
}

// explained counts the deposits that an identifier explains.
func (p *BridgeMatches) explained() (n int) {
	for i := range p.Explained {
		if p.Explained[i].Refused == "" {
			n++
		}
	}
	return n
}

// messageOf returns what a message says of a deposit; nil: none says anything.
func (p *BridgeMatches) messageOf(e *launder.End) *ExplainedDeposit {
	for i := range p.Explained {
		for _, pos := range p.Explained[i].In {
			if pos == e.Pos {
				return &p.Explained[i]
			}
		}
	}
	return nil
}

// explainedSection lists what identifiers say.
func (p *BridgeMatches) explainedSection() Section {
	t := &Table{Name: "explained", Columns: []Column{{Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "explained by identifier"}, {Title: "how sure"}, {Title: "to"}, {Title: "for"}, {Title: "transaction there"},
		{Title: "transaction", Wide: true}, {Title: "paid by", Wide: true}}}
	for i := range p.Explained {
		x := &p.Explained[i]
		sure, on, to, there := string(x.Certainty), x.OutChain.Name(), Cell{}, Cell{}
		switch {
		case x.Refused != "":
			sure = "not known: " + x.Refused
		case x.Refund:
			sure += ": it was given back"
		}
		if len(x.Recipients) > 0 {
			to = addressCell(x.Recipients[0])
		}
		if len(x.OutTxs) > 0 {
			there = txCell(x.OutTxs[0])
		}
		if n := len(x.OutTxs) - 1; n > 0 {
			there.Text += fmt.Sprintf(" and %d more", n)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{timeCell(x.Time), p.Units.cell(x.Asset, x.Amount), word(p.Units.Symbol(x.Asset)), shortWords(strings.TrimSpace(bridgeTitle(x.Protocol) + " " + x.Identifier)), word(sure), word(on), to, there, txCell(x.Tx), addressCell(x.Payer)}})
	}
	s := Section{ID: "explained", Title: "What messages with an identifier say", Tables: some(t)}
	if len(t.Rows) > 0 {
		s.Notes = []string{"Both ends log the same identifier: that explains a deposit better than any comparison, and clew trace goes on by it where it is certain. What is certain is not compared."}
	}
	return s
}
