package op

import (
	"context"
	"strings"

	"clew"
	"clew/casebook"
	"clew/price"
	"clew/report"
)

// CaseFindInput is a sentence with what it rests on.
type CaseFindInput struct {
	Case   string   `json:"case" arg:"" help:"name of the case"`
	Text   string   `json:"text" help:"what was found, in a sentence" placeholder:"TEXT"`
	Kind   string   `json:"kind" values:"fact,claim,inference" help:"fact: a ledger shows it; claim: somebody says it; inference: a method concludes it" placeholder:"KIND"`
	Rests  []string `json:"rests" sep:"none" help:"what it rests on: an exhibit's number, with transactions or a part of its answer, such as 3:TX,TX or 3:/places/0; may be repeated" placeholder:"N:TX"`
	Method string   `json:"method" help:"of an inference: by which method" placeholder:"TEXT"`
	Limits string   `json:"limits" help:"what would make it wrong" placeholder:"TEXT"`
	CaseBy
}

// CaseReadingInput is another way to read a finding.
type CaseReadingInput struct {
	Case     string   `json:"case" arg:"" help:"name of the case"`
	Finding  string   `json:"finding" arg:"" help:"number of the finding"`
	Text     string   `json:"text" help:"how else it may be read, or what speaks against it" placeholder:"TEXT"`
	Contrary bool     `json:"contrary" help:"it is evidence against the finding"`
	Rests    []string `json:"rests" sep:"none" help:"what it rests on, as for clew case find; may be repeated" placeholder:"N:TX"`
	CaseBy
}

// CaseIndicatorInput is something of the way in.
type CaseIndicatorInput struct {
	Case   string `json:"case" arg:"" help:"name of the case"`
	Type   string `json:"type" arg:"" help:"what is seen, as STIX 2.1 names it: domain-name, url, ipv4-addr, email-addr, file and so on"`
	Value  string `json:"value" arg:"" help:"the domain, address or hash itself"`
	Text   string `json:"text" help:"what it did" placeholder:"TEXT"`
	Source string `json:"source" help:"who says so, and where" placeholder:"TEXT"`
	CaseBy
}

// CaseVictimInput is somebody who lost.
type CaseVictimInput struct {
	Case   string `json:"case" arg:"" help:"name of the case"`
	Who    string `json:"who" arg:"" help:"name of the victim, or a reference where the name is kept elsewhere"`
	Asset  string `json:"asset" help:"asset that was lost, by its CAIP-19 name, such as eip155:1/slip44:60" placeholder:"ASSET"`
	Amount string `json:"amount" help:"how much of it, in smallest units, or such as 0.5ETH" placeholder:"AMOUNT"`
	Tx     string `json:"tx" help:"transaction in which it was lost; whether an exhibit holds it is noted" placeholder:"TX"`
	Time   string `json:"time" help:"day or time of the loss" placeholder:"TIME"`
	Worth  string `json:"worth" help:"what it was worth in US dollars, as claimed; unknown if left out, which is not 0" placeholder:"USD"`
	Source string `json:"source" help:"who says so, and where" placeholder:"TEXT"`
	CaseBy
}

// CaseNoteInput is what is written down.
type CaseNoteInput struct {
	Case string `json:"case" arg:"" help:"name of the case"`
	Text string `json:"text" arg:"" help:"what is to be kept"`
	CaseBy
}

func caseFindOp() Op {
	return define(Op{
		Name: "case find",
		Doc:  "Write down a finding: one sentence, what kind it is, and which exhibits and transactions it rests on.",
		Detail: "A fact names transactions that its exhibit holds; an inference names its method. A finding that rests on what is not there is refused. " +
			"What is said is never changed: withdraw it and write another.",
		Examples: []Example{
			{"case find bridge-2022 --kind fact --text 'The thief paid the mixer.' --rests 2:0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060", "what a ledger shows"},
			{"case find bridge-2022 --kind inference --text 'One person controls both.' --method 'common spending' --limits 'a service may spend for many' --rests 2", "what a method concludes"},
		},
	}, runCaseFind)
}

func caseReadingOp() Op {
	return define(Op{
		Name:     "case reading",
		Doc:      "Write down how else a finding may be read, or what speaks against it.",
		Examples: []Example{{"case reading bridge-2022 4 --text 'The address may be a service.'", "of finding 4"}, {"case reading bridge-2022 4 --contrary --text 'It was paid by others before.' --rests 3", "evidence against it"}},
	}, runCaseReading)
}

func caseIndicatorOp() Op {
	return define(Op{
		Name:     "case indicator",
		Doc:      "Write down something of the way in: a domain, a file or an address that let thieves enter, as somebody says.",
		Examples: []Example{{"case indicator bridge-2022 domain-name bridge-support.example --text 'sent the offer' --source 'the firm, by letter'", "a look-alike domain"}},
	}, runCaseIndicator)
}

func caseVictimOp() Op {
	return define(Op{
		Name:     "case victim",
		Doc:      "Write down who lost how much, and asks for a share of what is recovered.",
		Detail:   "Victims are never exported unless they are released. A reference does in the place of a name.",
		Examples: []Example{{"case victim bridge-2022 V-17 --asset eip155:1/slip44:60 --amount 3ETH --time 2022-03-23 --source 'her form of 2 April'", "by a reference"}},
	}, runCaseVictim)
}

func caseNoteOp() Op {
	return define(Op{
		Name:     "case note",
		Doc:      "Write something down in a case; notes are private unless they are released.",
		Examples: []Example{{"case note bridge-2022 'Asked the exchange by telephone.'", "for oneself and colleagues"}},
	}, runCaseNote)
}

func runCaseFind(ctx context.Context, env *Env, in CaseFindInput) (report.Result, error) {
	rests, err := restsOf(in.Rests)
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActFinding, in.CaseBy)
	e.Finding = &casebook.Finding{Text: strings.TrimSpace(in.Text), Kind: casebook.Kind(in.Kind), Method: strings.TrimSpace(in.Method), Limits: strings.TrimSpace(in.Limits), Rests: rests}
	return env.addToCase(ctx, in.Case, e)
}

func runCaseReading(ctx context.Context, env *Env, in CaseReadingInput) (report.Result, error) {
	number, err := entryNumber("finding", in.Finding)
	if err != nil {
		return nil, err
	}
	rests, err := restsOf(in.Rests)
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActReading, in.CaseBy)
	e.Reading = &casebook.Reading{Finding: number, Contrary: in.Contrary, Text: strings.TrimSpace(in.Text), Rests: rests}
	return env.addToCase(ctx, in.Case, e)
}

// restsOf reads what a sentence rests on: an exhibit's number, and behind a colon
// transactions or a part.
func restsOf(list []string) ([]casebook.Rest, error) {
	var rests []casebook.Rest
	for _, text := range list {
		number, what, _ := strings.Cut(strings.TrimSpace(text), ":")
		n, err := entryNumber("rests", number)
		if err != nil {
			return nil, err
		}
		r := casebook.Rest{Exhibit: n}
		switch {
		case strings.HasPrefix(what, "/"):
			r.Part = what
		case what != "":
			for _, id := range strings.Split(what, ",") {
				tx, err := clew.ParseTxID(strings.TrimSpace(id))
				if err != nil {
					return nil, renamed(err, "rests")
				}
				r.Transactions = append(r.Transactions, tx)
			}
		}
		rests = append(rests, r)
	}
	return rests, nil
}

func runCaseIndicator(ctx context.Context, env *Env, in CaseIndicatorInput) (report.Result, error) {
	value, err := wayValue(strings.TrimSpace(in.Type), in.Value)
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActIndicator, in.CaseBy)
	e.Indicator = &casebook.Indicator{Type: strings.TrimSpace(in.Type), Value: value, Text: strings.TrimSpace(in.Text), Source: strings.TrimSpace(in.Source)}
	return env.addToCase(ctx, in.Case, e)
}

func runCaseVictim(ctx context.Context, env *Env, in CaseVictimInput) (report.Result, error) {
	v, err := in.victim()
	if err != nil {
		return nil, err
	}
	e := env.entry(casebook.ActVictim, in.CaseBy)
	e.Victim = v
	return env.addToCase(ctx, in.Case, e)
}

func (in *CaseVictimInput) victim() (*casebook.Victim, error) {
	v := &casebook.Victim{Name: strings.TrimSpace(in.Who), Source: strings.TrimSpace(in.Source)}
	var err error
	if v.Asset, err = clew.ParseAsset(in.Asset, ""); err != nil {
		return nil, err
	}
	if v.Amount, err = amountOf("amount", in.Amount, v.Asset.Chain()); err != nil {
		return nil, err
	}
	if in.Tx != "" {
		tx, err := clew.ParseTxID(in.Tx)
		if err != nil {
			return nil, renamed(err, "tx")
		}
		v.Tx = &tx
	}
	if in.Time != "" {
		if v.Time, err = dayOf("time", in.Time); err != nil {
			return nil, err
		}
	}
	if in.Worth != "" {
		v.Value = new(price.Money)
		if err := v.Value.UnmarshalText([]byte(in.Worth)); err != nil {
			return nil, renamed(err, "worth")
		}
	}
	return v, nil
}

func runCaseNote(ctx context.Context, env *Env, in CaseNoteInput) (report.Result, error) {
	e := env.entry(casebook.ActNote, in.CaseBy)
	e.Note = &casebook.Note{Text: strings.TrimSpace(in.Text)}
	return env.addToCase(ctx, in.Case, e)
}
