package op

import (
	"bytes"
	"context"
	"slices"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/report"
)

// IndicatorsReadInput names files of indicators, and where they are kept.
type IndicatorsReadInput struct {
	Files  []string `json:"files" arg:"" sep:"none" help:"lists with one value a line, hosts files, CSV, configurations of eth-phishing-detect, bundles of STIX, events of MISP, or what this command wrote"`
	To     string   `json:"to" help:"file to keep them in, in normal form: one a line, in JSON" placeholder:"FILE"`
	Source string   `json:"source" help:"who says so, of rows that do not say it; the file's name if left out" placeholder:"NAME"`
	Tlp    string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking of rows that bear none, by TLP 2.0; without one they count as not released" placeholder:"MARKING"`
	Sound  bool     `json:"sound" help:"keep the sound rows although others are wrong"`
}

// IndicatorsCheckInput asks what lists say of values.
type IndicatorsCheckInput struct {
	Values     []string `json:"values" arg:"" sep:"none" help:"domains, pages, addresses of hosts, senders, hashes of files, or package URLs; evil[.]example is taken as what it stands for"`
	Indicators []string `json:"indicators" sep:"none" help:"file of indicators, in any form that clew indicators read takes; may be repeated" placeholder:"FILE"`
}

func indicatorsReadOp() Op {
	return define(Op{
		Name: "indicators read",
		Doc:  "Read lists of domains, pages, hosts, files, packages and malware that served thefts, and keep them in one form.",
		Detail: "Each row is somebody's word, with its source. What is wrong is told with file and line, and then nothing is kept unless --sound says so. Of bundles of STIX, patterns that are not understood are told with the object's id and kept as they came. What a source merely observed, such as attributes of MISP that are not to_ids, is kept as that. " +
			"docs/SHARING.md says what is read.",
		Examples: []Example{
			{"indicators read blocked.txt --source desk --to ways.jsonl", "then clew indicators check evil.example --indicators ways.jsonl"},
			{"indicators read partner.json config.json", "what is in a bundle and in a configuration of eth-phishing-detect"},
		},
	}, runIndicatorsRead)
}

func indicatorsCheckOp() Op {
	return define(Op{
		Name: "indicators check",
		Doc:  "Say what lists of indicators claim of domains, pages, hosts, files or packages.",
		Detail: "A name is met by itself and by every name above it that somebody can register, a page and a sender by their hosts too, a version of a package by the package. " +
			"That nothing is found says nothing of a value, and a list may err.",
		Examples: []Example{{"indicators check hxxps://claim.evil[.]example/x --indicators ways.jsonl", "a page, as it stands in a report"}},
	}, runIndicatorsCheck)
}

func runIndicatorsRead(ctx context.Context, env *Env, in IndicatorsReadInput) (report.Result, error) {
	if err := env.canWrite("to", in.To, in.Files...); err != nil {
		return nil, err
	}
	out, err := readIndicators(ctx, env, "files", in.Files, indicator.Defaults{Source: in.Source, Marking: incident.Marking(in.Tlp)})
	if err != nil {
		return nil, err
	}
	if in.To == "" || out.Wrong() > 0 && !in.Sound {
		out.Wanted = in.To
		return out, nil
	}
	var text bytes.Buffer
	if err := indicator.Write(&text, out.List); err != nil {
		return nil, err
	}
	if err := env.write("to", in.To, text.Bytes()); err != nil {
		return nil, err
	}
	out.To = in.To
	return out, nil
}

// checkedMax bounds what is asked for at once.
const checkedMax = 1000

func runIndicatorsCheck(ctx context.Context, env *Env, in IndicatorsCheckInput) (report.Result, error) {
	switch {
	case len(in.Values) > checkedMax:
		return nil, &clew.InputError{Field: "values", Want: "at most 1,000 at once"}
	case len(in.Indicators) == 0:
		return nil, &clew.InputError{Field: "indicators", Want: "a file of indicators to look in"}
	}
	out := &report.IndicatorsChecked{}
	for _, text := range in.Values {
		kind, value, err := indicator.Guess(text)
		if err != nil {
			return nil, err
		}
		x := report.CheckedValue{Asked: text, Type: kind, Value: value}
		if !slices.ContainsFunc(out.Values, func(y report.CheckedValue) bool { return y.Type == kind && y.Value == value }) {
			out.Values = append(out.Values, x)
		}
	}
	read, err := readIndicators(ctx, env, "indicators", in.Indicators, indicator.Defaults{})
	if err != nil {
		return nil, err
	}
	if read.Wrong() > 0 {
		return nil, issuesWanted("indicators", "files of indicators (clew indicators read --sound keeps what is sound)", read.Issues)
	}
	set := indicator.NewSet(read.List)
	out.Files = read.Files
	for i := range out.Values {
		for _, m := range set.Find(out.Values[i].Type, out.Values[i].Value) {
			out.Values[i].Matches = append(out.Values[i].Matches, report.IndicatorMatch{How: m.How, Indicator: *m.Indicator})
		}
	}
	return out, nil
}
