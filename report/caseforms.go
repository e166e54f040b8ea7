package report

// What an expert's report must contain is taken from the rules that [requirements]
// names. Forms ask for it; nothing here writes it.

// declaration is the form of an expert's declaration.
func declaration() Section {
	return Section{ID: "declaration", Title: "The expert's declaration: to be filled in by the expert", Blanks: []Blank{
		{"Expert", "name, and where to be reached", 2},
		{"Addressed to", "the court, the matter and its number; the party by whom the expert is instructed", 2},
		{"Duty to the court", "the expert's own statement, in the words that the rules of the court want", 4},
		{"Statement of truth", "in the wording that is in force on the day of signing", 4},
		{"Signature and day", "", 2},
	}}
}

// qualifications is the form of an expert's qualifications.
func qualifications() Section {
	return Section{ID: "qualifications", Title: "The expert's qualifications: to be filled in by the expert", Blanks: []Blank{
		{"Qualifications and experience", "", 5},
		{"Publications", "where the rules want them: those of the last ten years", 3},
		{"Other cases", "where the rules want them: in which the expert testified at trial or by deposition in the last four years", 3},
		{"Compensation", "where the rules want it: for study and testimony", 1},
	}}
}

// instructions has the question of the case, and the form of what the expert was told.
func (r *CaseReport) instructions() Section {
	return Section{ID: "instructions", Title: "Instructions and questions", Notes: []string{"The question of the case: " + cleanWhole(r.Case.Question)}, Blanks: []Blank{
		{"Material instructions", "the substance of all, written or oral, on which the report is based", 4},
		{"Own knowledge", "which of the facts stated are within the expert's own knowledge", 3},
		{"Examinations", "who carried out the examinations that are used, with what qualifications, and whether under the expert's supervision", 3},
		{"Literature and other material", "on which the expert relied, beside the exhibits", 3},
	}}
}

// opinion is the form of an expert's opinion.
func opinion() Section {
	return Section{ID: "opinion", Title: "The expert's opinion: to be filled in by the expert", Notes: []string{
		"The findings of the case are not the expert's. Each opinion names the findings and exhibits that it adopts.",
	}, Blanks: []Blank{
		{"Opinions", "each with its basis and reasons, and the facts or data considered", 8},
		{"Range of opinion", "where there is one: its substance, and the reasons for the expert's own", 4},
		{"Qualifications of the opinion", "what cannot be said without, and questions outside the expert's own field", 4},
		{"Summary of conclusions", "", 5},
	}}
}

// A requirement is what a rule wants in a report, and where here it is.
type requirement struct{ rule, wants, where string }

var required = []requirement{
	{"CPR 35.10(2), (3)", "a statement at the end that the duty to the court is understood and complied with; the substance of all material instructions", "declaration and instructions, blank"},
	{"PD 35, para 3.2(1)", "the expert's qualifications", "qualifications, blank"},
	{"PD 35, para 3.2(2)", "literature and other material relied on", "exhibits; instructions, blank"},
	{"PD 35, para 3.2(3)", "the substance of the facts and instructions that are material", "findings; instructions, blank"},
	{"PD 35, para 3.2(4)", "which facts are within the expert's own knowledge", "instructions, blank"},
	{"PD 35, para 3.2(5)", "who carried out examinations and tests, with qualifications, and under whose supervision", "who entered each row; the program's version in methods; instructions, blank"},
	{"PD 35, para 3.2(6)", "where there is a range of opinion, its summary and the reasons for the expert's own", "alternative readings; by other policies; opinion, blank"},
	{"PD 35, para 3.2(7)", "a summary of the conclusions", "opinion, blank"},
	{"PD 35, para 3.2(8)", "the qualification, where an opinion is not given without one", "limits and gaps; opinion, blank"},
	{"PD 35, para 3.2(9), 3.3", "statements of duty, of awareness of the rules, and of truth", "declaration, blank"},
	{"Fed. R. Civ. P. 26(a)(2)(B)(i)", "all opinions, with basis and reasons", "opinion, blank"},
	{"Fed. R. Civ. P. 26(a)(2)(B)(ii)", "the facts or data considered", "findings; transactions; exhibits"},
	{"Fed. R. Civ. P. 26(a)(2)(B)(iii)", "exhibits that summarise or support the opinions", "exhibits"},
	{"Fed. R. Civ. P. 26(a)(2)(B)(iv)-(vi)", "qualifications with publications of ten years, other cases of four years, compensation", "qualifications, blank"},
	{"Fed. R. Evid. 702(b)", "sufficient facts or data", "transactions; exhibits; gaps"},
	{"Fed. R. Evid. 702(c), (d)", "reliable principles and methods, reliably applied", "methods with sources and known failures; by other policies; how to verify; whether they were reliably applied is for the expert and the court"},
}

// requirements says where in the report is what rules of courts want. The rules were read
// in copies, and the official text decides.
func requirements() Section {
	table := &Table{Name: "requirements", Columns: []Column{{Title: "rule"}, {Title: "wants"}, {Title: "where in this report"}}}
	for _, q := range required {
		table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: q.rule}, {Text: q.wants}, {Text: q.where}}})
	}
	return Section{ID: "requirements", Title: "What rules of courts want in an expert's report, and where it is", Tables: some(table), Detail: true, Notes: []string{
		"Civil Procedure Rules of England and Wales, Part 35, and Practice Direction 35; United States Federal Rules of Civil Procedure, Rule 26(a)(2)(B), and Federal Rules of Evidence, Rule 702 as amended on 1 December 2023. Told in other words, from copies and summaries that were read on 28 November 2026; the official text in force decides, and other courts have other rules.",
	}}
}
