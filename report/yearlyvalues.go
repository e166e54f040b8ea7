package report

import (
	"fmt"
	"strings"

	"clew/incident/yearly"
	"clew/price"
)

// dayWords says which day a basis takes, as the command line names it.
func dayWords(b price.Basis) string {
	return map[price.Basis]string{price.AtTheft: "day of the theft", price.AtDisclosure: "day on which it was made public", price.AtMove: "day on which it first moved on", price.Now: "last close of each coin"}[b]
}

// values tells how the value of each theft is known, and holds what was published
// against what the coins come to.
func (y *Yearly) values() Section {
	how := &Table{Name: "valuations", Columns: sumColumns("how values are known")}
	for i := range y.Valuations {
		how.Rows = append(how.Rows, Row{Cells: sumCells(y.Valuations[i].Name, &y.Valuations[i].Sum)})
	}
	both := &Table{Name: "values", Columns: []Column{{Title: "theft"}, {Title: dayWords(y.Question.Basis), Spare: 2}, {Title: "counted", Align: Right}, {Title: "how it is known"}, {Title: "from coins", Align: Right}, {Title: "difference", Align: Right}, {Title: "what is missing"}}}
	coins := &Table{Name: "coins", Columns: []Column{{Title: "theft"}, {Title: "coin"}, {Title: "amount", Align: Point}, {Title: "close", Align: Point}, {Title: "of"}, {Title: "US dollars", Align: Right}, {Title: "source of the close", Spare: 1}}}
	for i := range y.Thefts {
		x := &y.Thefts[i]
		if x.InCoins == nil {
			continue
		}
		apart := Cell{}
		if x.Apart != nil {
			apart = centsCell(x.Apart)
		}
		both.Rows = append(both.Rows, Row{Cells: []Cell{{Text: Clean(x.ID), Whole: true}, word(string(x.InCoins.Day)), centsCell(x.USD), word(string(x.Valued)), centsCell(x.InCoins.USD), apart, word(lackWords(x.InCoins))}})
		for k := range x.InCoins.Coins {
			coins.Rows = append(coins.Rows, coinRow(x.ID, &x.InCoins.Coins[k]))
		}
	}
	if len(both.Rows) == 0 {
		return Section{}
	}
	how.Rows = append(how.Rows, Row{Cells: sumCells("sum", &y.Chosen), Total: true})
	return Section{ID: "values", Title: "How values are known", Tables: append(append([]*Table{how}, some(both)...), some(coins)...), Notes: []string{
		"A difference is what was counted less what the coins come to. Closes are not what anybody was paid, and a coin of one name is taken to be worth the same on every chain. An entry may say that other coins were taken too, without how many: then nothing is computed.",
		y.closesWords()}}
}

func coinRow(id string, c *yearly.Coin) Row {
	closing, source := c.Close, c.Source
	if closing == "" {
		closing = "not known"
	}
	if c.Assumed {
		source = "taken to be so, " + source
	}
	return Row{Cells: []Cell{{Text: Clean(id), Whole: true}, word(c.Coin), {Text: roughly(c.About) + group(Clean(string(c.Amount))), Raw: Clean(string(c.Amount))}, {Text: Clean(closing)}, {Text: Clean(string(c.Day)), Whole: true}, centsCell(c.USD), word(source)}}
}

// closesWords says which closes were given.
func (y *Yearly) closesWords() string {
	if len(y.Closes) == 0 {
		return "No closes were given. --prices COIN=FILE values coins by a file of daily closes, and may be repeated."
	}
	var parts []string
	for _, c := range y.Closes {
		text := fmt.Sprintf("%s: %s from %s to %s, %s (SHA-256 %s)", Clean(c.Coin), plural(c.Days, "close", "closes"), Clean(string(c.From)), Clean(string(c.Until)), Clean(c.Source), shortDigest(c.Digest))
		switch {
		case c.Assumed:
			text = Clean(c.Coin) + ": taken to be worth one US dollar on every day"
		case c.Days == 0:
			text = Clean(c.Coin) + ": no close, " + Clean(c.Source)
		}
		parts = append(parts, text)
	}
	return "Closes that were given: " + strings.Join(parts, "; ") + "."
}

// lackWords says what is missing for a value from coins.
func lackWords(c *yearly.InCoins) string {
	var parts []string
	for _, l := range c.Lacks {
		switch l.Kind {
		case yearly.LacksCloses:
			parts = append(parts, "closes of "+l.Coin)
		case yearly.LacksCloseDay:
			text := "a close of " + l.Coin
			if l.Day != "" {
				text += " on " + string(l.Day)
			}
			parts = append(parts, text)
		default:
			parts = append(parts, string(l.Kind))
		}
	}
	return strings.Join(parts, "; ")
}

// missing says why values are not known, and what would make them so.
func (y *Yearly) missing() []string {
	var lines []string
	for _, m := range y.Missing {
		n := plural(m.Thefts, "theft", "thefts")
		switch m.Kind {
		case yearly.LacksLosses:
			lines = append(lines, fmt.Sprintf("%s: the record has no loss in coins, so no price can value it.", n))
		case yearly.LacksCoins:
			lines = append(lines, fmt.Sprintf("%s: its source says that other coins were taken too, and not how many.", n))
		case yearly.LacksCheck:
			lines = append(lines, fmt.Sprintf("%s: a loss was not seen in its source.", n))
		case yearly.LacksDay:
			lines = append(lines, fmt.Sprintf("%s: the %s is not known.", n, dayWords(y.Question.Basis)))
		case yearly.LacksMove:
			lines = append(lines, fmt.Sprintf("%s: no transfers at hand say when it first moved on; --held follows it over your own ledgers.", n))
		case yearly.LacksCloses:
			lines = append(lines, fmt.Sprintf("%s: no closes of %s; give them with --prices COIN=FILE.", n, Clean(strings.Join(m.Coins, ", "))))
		case yearly.LacksCloseDay:
			lines = append(lines, fmt.Sprintf("%s: what was given has no close of %s for the day.", n, Clean(strings.Join(m.Coins, ", "))))
		}
	}
	return lines
}
