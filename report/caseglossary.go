package report

// words are those that a reader of a case may not know.
var words = [][2]string{
	{"address", "a place on a ledger where value rests; not a person"},
	{"as of", "the last block that an answer looked at; what came later is not in it"},
	{"asset", "a chain's own coin, or a token of one contract on one chain"},
	{"bundle", "one file with an answer and all that it was derived from, so that others can derive it anew"},
	{"by trace marks", "units that a trace says came from a loss; a convention where balances are mixed"},
	{"claim", "somebody's word, with its source, such as a tag that says whose an address is"},
	{"exhibit", "a bundle or another file of the case, known by the SHA-256 of its bytes"},
	{"fact", "what a ledger records, or a source that restates it: a transfer, its time, and the addresses between which it moved"},
	{"gap", "what an answer would have needed and the ledger at hand did not hold"},
	{"hash", "a number that changes when a byte of what it was taken of changes; SHA-256 is one way to take it"},
	{"inference", "what a named method derives from facts and claims"},
	{"limit", "a bound at which an answer stopped; what lies beyond is booked and not followed"},
	{"marked", "of an amount, what is taken to come from the loss, by a policy"},
	{"Merkle root", "one hash for many files, from which none can be changed unseen"},
	{"policy", "a convention which units leave a mixed balance, such as first in, first out; none is right by itself"},
	{"smallest unit", "that of which an asset's amounts are whole numbers, such as the wei or the satoshi"},
	{"spread", "what other policies give for the same question; none of them bounds another"},
	{"tag", "a claim about one address, with label, source and kind of evidence"},
	{"trail", "the case's list of entries, to which is only added; each holds the hash of the one before"},
	{"transaction", "the envelope in which a chain records transfers, known by its hash"},
}

// glossary explains the words of a report.
func (r *CaseReport) glossary() Section {
	table := &Table{Name: "words", Columns: []Column{{Title: "word"}, {Title: "means here"}}}
	for _, w := range words {
		table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: w[0]}, {Text: w[1]}}})
	}
	return Section{ID: "words", Title: "Words", Tables: some(table), Detail: true}
}
