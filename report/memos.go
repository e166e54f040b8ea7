package report

import (
	"encoding/hex"
	"fmt"
	"strings"

	"clew"
	"clew/lead"
	"clew/memo"
)

// memosSection lists the memos among acts. Whoever sent something wrote them.
func (a *Acts) memosSection(units Units) Section {
	table := &Table{Name: "memos", Columns: []Column{
		{Title: "time, UTC"}, {Title: "from"}, {Title: "to"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "memo"}, {Title: "by the form of a swap, asks for", Spare: 1},
		{Title: "stands in", Wide: true}, {Title: "logged by", Wide: true}, {Title: "bytes", Wide: true}, {Title: "transaction", Wide: true}, {Title: "position", Wide: true},
	}}
	for i := range a.Acts {
		one := &a.Acts[i]
		if one.Kind != clew.Memo {
			continue
		}
		amount, asset := Cell{}, Cell{}
		if !one.Asset.IsZero() {
			amount, asset = units.cell(one.Asset, one.Amount), word(units.Symbol(one.Asset))
		}
		swap := ""
		if q := lead.Read(*one); q.Swap != nil {
			swap = swapWords(q)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(one.Time), addressCell(one.By), addressCell(one.On), amount, asset, word(memoText(one)), word(swap),
			word(string(one.Carrier)), addressCell(one.With), hexCell(one.Data), txCell(one.Tx), word(one.Pos.String()),
		}})
	}
	s := Section{ID: "memos", Title: "Memos (ledger; what they say is a claim of whoever sent)", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"Anybody can write anything there. Characters that are no letters are written out; --wide and the page have the bytes."}
	}
	return s
}

// memoText is what a memo was written to carry as far as it is known, else all its
// bytes. It is not fit to be shown before [Clean].
func memoText(a *clew.Act) string {
	text, whole := memo.Payload(a)
	if !whole {
		text = []byte(a.Data)
	}
	if a.Detail != "" {
		return string(text) + " (" + a.Detail + ")"
	}
	return string(text)
}

func hexCell(b clew.Bytes) Cell {
	return Cell{Text: hex.EncodeToString([]byte(b)), Code: true}
}

// swapWords say what a swap's memo asks for.
func swapWords(q *lead.Asked) string {
	s := q.Swap
	asset := s.Asset
	if len(asset) <= 2 {
		asset += " (a short name, which networks use for different assets)"
	}
	text := "a swap to " + asset + ", paid to " + orUnknown(s.To)
	switch {
	case s.LimitOrder:
		text = "a limit order for " + asset + ", paid to " + orUnknown(s.To)
	case s.Streams() && s.Quantity != nil && *s.Quantity > 0:
		text += fmt.Sprintf(", in %d steps of %s each", *s.Quantity, plural(*s.Interval, "block", "blocks"))
	case s.Streams():
		text += fmt.Sprintf(", in steps of %s each", plural(*s.Interval, "block", "blocks"))
	}
	if s.Limit != nil && !s.Limit.IsZero() {
		text += fmt.Sprintf(", at least %s of 10^-8 each", s.Limit)
	}
	if s.Refund != "" {
		text += ", refunds to " + s.Refund
	}
	if len(s.Affiliates) > 0 {
		text += ", a fee for " + strings.Join(s.Affiliates, " and ")
	}
	if len(s.Aggregator) > 0 {
		text += ", and on through the contract " + s.Aggregator[0]
	}
	return text
}

// askedWords say what the memo of a payment asks for.
func askedWords(q *lead.Asked) string {
	if q.Swap != nil {
		return swapWords(q)
	}
	return "not read as a swap: " + q.Why
}

// askedSection lists what memos of payments to stops ask for.
func (t *Trace) askedSection() Section {
	on := false
	table := &Table{Name: "asked", Most: 12, Columns: []Column{
		{Title: "paid to"}, {Title: "the walk", Spare: 2}, {Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "its memo asks for"}, {Title: "address named", Spare: 1},
		{Title: "memo", Wide: true}, {Title: "bytes", Wide: true}, {Title: "transaction", Wide: true}, {Title: "rests on"},
	}}
	for i := range t.Asked {
		p := &t.Asked[i]
		q := &p.Asked
		walk := "ended there"
		if p.Kind == "" {
			walk, on = "went on", true
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			shortCell(p.Address), word(walk), timeCell(p.Deposit.Time), t.Units.cell(p.Asset, p.Deposit.Moved), word(t.Units.Symbol(p.Asset)), word(askedWords(q)), addressCell(q.To),
			word(memoText(&q.Memo)), hexCell(q.Memo.Data), t.Signatures.cell(p.Deposit.Tx), basisCell(clew.Claimed),
		}})
	}
	s := Section{ID: "asked", Title: "What memos of payments ask for (claims of whoever paid)", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"These are leads, and not followed. Whether the address named was paid, its own chain says: trace it from that time on, and look for the amount."}
	}
	if on {
		s.Notes = append(s.Notes, "Where the walk went on, the address paid may be a vault of the network that carries swaps out, and then what follows is other people's: --stop ADDRESS=bridge ends the walk there.")
	}
	return s
}
