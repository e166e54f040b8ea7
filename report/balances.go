package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// Balances say how the word of tokens' contracts, by nodes of one chain, agrees with
// what the transfers of the pots of a trace add up to.
type Balances struct {
	Chain       clew.Chain    `json:"chain"`
	Nodes       []string      `json:"nodes"` // hosts
	At          clew.BlockRef `json:"at"`    // after which block
	Same        int           `json:"same"`  // pots that agree
	Differ      []Balance     `json:"differ,omitempty"`
	NotCompared []NotCompared `json:"notCompared,omitempty"`
	Read        int           `json:"read,omitempty"`    // balances of earlier blocks, of those that differ
	NotRead     []NotCompared `json:"notRead,omitempty"` // and of such as could not be read
}

// A Balance is a pot of which a token's contract says another balance than its
// transfers add up to: Before + In - Out.
type Balance struct {
	clew.Pot
	From   uint64      `json:"from"`   // block that the history compared begins with
	Before clew.Amount `json:"before"` // by the contract, before that block
	In     clew.Amount `json:"in"`     // by transfers from then on
	Out    clew.Amount `json:"out"`
	Says   clew.Amount `json:"says"` // by the contract now
	Less   bool        `json:"less"` // it says less than the transfers
	By     clew.Amount `json:"by"`   // how much
}

// A NotCompared is why some balances were not compared, or not read.
type NotCompared struct {
	Why  string `json:"why"`
	Pots int    `json:"pots"`
}

// noteworthy is the part of what is traced beyond which what is not accounted for is
// told before the answer: a thousandth.
const noteworthy = 1000

// isNoteworthy reports whether part is more than a thousandth of all.
func isNoteworthy(part, all clew.Amount) bool {
	thousandth, _ := all.MulDiv(clew.Units(1), clew.Units(noteworthy))
	return thousandth.Less(part)
}

// topUpWarnings tells of assets of which pots sent noticeably more than is known to
// have come in.
func (t *Trace) topUpWarnings() []string {
	var out []string
	for _, u := range t.Result.TopUps {
		if isNoteworthy(u.Amount, u.Traced) {
			out = append(out, fmt.Sprintf("%s on the way sent %s more than is known to have come in, %s of what is traced in it. It is taken to have been there first, and clean; the gaps name each.",
				plural(u.Pots, "address", "addresses"), t.Units.Amount(u.Asset, u.Amount), share(u.Amount, u.Traced)))
		}
	}
	return out
}

// balanceWarnings tells of tokens whose transfers noticeably do not add up to what
// their contracts say.
func (t *Trace) balanceWarnings() []string {
	var out []string
	for i := range t.Balances {
		for _, asset := range t.Balances[i].assets() {
			n, sum, traced := 0, clew.Amount{}, clew.Amount{}
			for _, b := range t.Balances[i].Differ {
				if b.Asset == asset {
					n, sum = n+1, plusOrMax(sum, b.By)
				}
			}
			for k := range t.Result.Places {
				if p := &t.Result.Places[k]; p.Asset == asset {
					traced = plusOrMax(traced, p.Amount)
				}
			}
			if isNoteworthy(sum, traced) {
				out = append(out, fmt.Sprintf("Transfers of %s do not add up to what its contract says: at %s compared it differs, by %s in all, %s of what is traced in it. %s",
					t.Units.Symbol(asset), plural(n, "address", "addresses"), t.Units.Amount(asset, sum), share(sum, traced), t.adjustedWords(asset, n)))
			}
		}
	}
	return out
}

// plusOrMax adds two amounts, or gives the largest.
func plusOrMax(a, b clew.Amount) clew.Amount {
	if sum, fits := a.Add(b); fits {
		return sum
	}
	return clew.MaxAmount
}

// assets returns those of which a balance differs, in order of first appearance.
func (b *Balances) assets() []clew.Asset {
	var list []clew.Asset
	seen := map[clew.Asset]bool{}
	for i := range b.Differ {
		if a := b.Differ[i].Asset; !seen[a] {
			seen[a] = true
			list = append(list, a)
		}
	}
	return list
}

// balancesSection says what tokens' contracts were asked, and lists the pots of
// which they say something else than their transfers.
func (t *Trace) balancesSection() Section {
	table := &Table{Name: "balances", Columns: []Column{
		{Title: "address"}, {Title: "token"}, {Title: "booked here", Align: Point}, {Title: "by its transfers", Align: Point},
		{Title: "by balanceOf", Align: Point}, {Title: "differs by", Align: Point}, {Title: "from block", Align: Right, Wide: true}, {Title: "held before", Align: Point, Wide: true},
	}}
	s := Section{ID: "balances", Title: "Balances by the tokens' own word"}
	booked := t.booked()
	for i := range t.Balances {
		b := &t.Balances[i]
		s.Notes = append(s.Notes, b.note())
		for _, one := range b.Differ {
			table.Rows = append(table.Rows, t.balanceRow(&one, booked[one.Pot]))
		}
	}
	s.Tables = append(some(table), some(t.adjustmentsTable())...)
	return s
}

// booked returns what a trace books in each pot where it may still lie.
func (t *Trace) booked() map[clew.Pot]clew.Amount {
	booked := map[clew.Pot]clew.Amount{}
	for i := range t.Result.Places {
		p := &t.Result.Places[i]
		switch p.Kind {
		case trace.AtRest, trace.NotHeld, trace.AtSizeLimit, trace.AtTimeLimit, trace.AtHopLimit:
			id := clew.Pot{Address: p.Address, Asset: p.Asset}
			booked[id] = plusOrMax(booked[id], p.Amount)
		}
	}
	return booked
}

// note says in a sentence what was asked of whom.
func (b *Balances) note() string {
	s := fmt.Sprintf("%s: %s compared with balanceOf after block %d, by %s; %s.", capital(b.Chain.Name()),
		plural(b.Same+len(b.Differ), "balance", "balances"), b.At.Height, Clean(listed(b.Nodes, 4)), plural(len(b.Differ), "differs", "differ"))
	for _, n := range b.NotCompared {
		s += fmt.Sprintf(" Not compared: %s; %s.", plural(n.Pots, "balance", "balances"), Clean(n.Why))
	}
	return s + b.readNote()
}

func (t *Trace) balanceRow(b *Balance, booked clew.Amount) Row {
	sums, below := plusOrMax(b.Before, b.In), clew.Amount{}
	if sums.Less(b.Out) {
		below, sums = b.Out.Minus(sums), clew.Amount{}
	} else {
		sums = sums.Minus(b.Out)
	}
	byTransfers, by := t.Units.cell(b.Asset, sums), t.Units.cell(b.Asset, b.By)
	if !below.IsZero() {
		byTransfers = negative(t.Units.cell(b.Asset, below))
	}
	if b.Less {
		by = negative(by)
	}
	return Row{Cells: []Cell{shortCell(b.Address), word(t.Units.Symbol(b.Asset)), t.Units.cell(b.Asset, booked), byTransfers,
		t.Units.cell(b.Asset, b.Says), by, count(b.From), t.Units.cell(b.Asset, b.Before)}}
}

// negative puts a minus before a number.
func negative(c Cell) Cell {
	c.Text = "-" + c.Text
	if c.Page != "" {
		c.Page = "-" + c.Page
	}
	if c.Raw != "" {
		c.Raw = "-" + c.Raw
	}
	return c
}
