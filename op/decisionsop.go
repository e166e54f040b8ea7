package op

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"clew"
	"clew/decision"
	"clew/report"
)

// DecisionInput says what was decided.
type DecisionInput struct {
	Answer    string   `json:"answer" help:"the answer decided on: what clew screen --json wrote; - for standard input" placeholder:"FILE"`
	Address   string   `json:"address" help:"which of the answer's addresses is meant, where it holds several" placeholder:"ADDRESS"`
	Action    string   `json:"action" values:"proceed,hold,escalate,reject,block,release,report,correct" help:"what was decided: proceed, hold, escalate, reject, block, release, report, or correct an earlier decision" placeholder:"ACTION"`
	By        string   `json:"by" help:"who decides, by name or role; nothing else about a person is asked" placeholder:"WHO"`
	Reason    string   `json:"reason" help:"why" placeholder:"TEXT"`
	Of        int      `json:"of" help:"number of the earlier decision that this one follows, ends or corrects" placeholder:"N"`
	Case      string   `json:"case" help:"your own reference" placeholder:"TEXT"`
	Effective string   `json:"effective" help:"day on which property was blocked, released or sent back" placeholder:"DAY"`
	Asset     string   `json:"asset" help:"asset of that property" placeholder:"ASSET"`
	Amount    string   `json:"amount" help:"how much of it, in smallest units" placeholder:"AMOUNT"`
	Worth     string   `json:"worth" help:"what it is worth in US dollars; unknown if left out, which is not 0" placeholder:"USD"`
	Basis     string   `json:"basis" help:"how those dollars were come by" placeholder:"TEXT"`
	Where     string   `json:"where" help:"where it is held: an address, or your own reference of an account" placeholder:"TEXT"`
	Tx        []string `json:"tx" sep:"none" help:"transaction that brought it, or would have taken it; may be repeated" placeholder:"TX"`
}

func decisionsRecordOp() Op {
	return define(Op{
		Name: "decisions record",
		Doc:  "Keep who decided what about an address, when, why, and on which answer.",
		Detail: "The answer is kept with the decision, and recognised by the SHA-256 of its canonical JSON. Records are only ever added; each carries the hash of the one before. " +
			"The same decision again is an error. They lie in CLEW_DECISIONS and are kept for CLEW_DECISION_YEARS, ten if nothing is said.",
		Examples: []Example{
			{"decisions record --answer answer.json --action hold --by MLRO --reason asked-for-source-of-funds", "on what clew screen ADDRESS --json wrote"},
			{"decisions record --of 1 --action release --by MLRO --reason licence-received", "what an earlier decision blocked"},
		},
	}, runDecisionsRecord)
}

func runDecisionsRecord(ctx context.Context, env *Env, in DecisionInput) (report.Result, error) {
	if in.Action == "" {
		return nil, &clew.InputError{Field: "action", Want: "one of " + joined(decision.Actions())}
	}
	r := decision.Record{At: env.Now, By: strings.TrimSpace(in.By), Action: decision.Action(in.Action), Reason: strings.TrimSpace(in.Reason), Of: in.Of, Case: in.Case, Property: in.property()}
	var text []byte
	if in.Answer != "" {
		given, err := env.answerGiven(in.Answer)
		if err != nil {
			return nil, err
		}
		if r.Answer, r.Subject, text, err = answerOf(given, in.Address); err != nil {
			return nil, err
		}
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	log, err := env.Decisions.Log(true)
	if err != nil {
		return nil, err
	}
	kept, err := log.Append(ctx, r, text)
	if err != nil {
		return nil, err
	}
	return &report.DecisionKept{Appended: kept, Folder: env.Decisions.Name}, nil
}

// property returns what the decision is about; nil if nothing of it was given.
func (in *DecisionInput) property() *decision.Property {
	p := decision.Property{Effective: in.Effective, Asset: in.Asset, Amount: in.Amount, Where: in.Where, Basis: in.Basis, Transactions: in.Tx}
	if in.Worth != "" {
		p.USD = &in.Worth
	}
	if p.Effective+p.Asset+p.Amount+p.Where+p.Basis == "" && p.USD == nil && len(p.Transactions) == 0 {
		return nil
	}
	return &p
}

// answerGiven reads the answer that the user named.
func (e *Env) answerGiven(name string) ([]byte, error) {
	var r io.Reader = e.Stdin
	if name != "-" {
		f, err := openGiven(e, "answer", name, decision.AnswerMax)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	} else if r == nil {
		return nil, &clew.InputError{Field: "answer", Value: name, Want: "a file: nothing is piped in"}
	}
	data, err := io.ReadAll(io.LimitReader(r, decision.AnswerMax+1))
	if err != nil {
		return nil, givenWanted(err, "answer", name)
	}
	if len(data) > decision.AnswerMax {
		return nil, &clew.InputError{Field: "answer", Value: name, Want: fmt.Sprintf("an answer of at most %d MiB: screen the address by itself", decision.AnswerMax>>20)}
	}
	return data, nil
}

// DecisionsListInput says which decisions are meant.
type DecisionsListInput struct {
	Address string `json:"address" help:"only those about this address" placeholder:"ADDRESS"`
	Action  string `json:"action" values:"proceed,hold,escalate,reject,block,release,report,correct,expire" help:"only those of this kind" placeholder:"ACTION"`
	Since   string `json:"since" help:"only those of this day and later" placeholder:"DAY"`
	Until   string `json:"until" help:"only those up to this day" placeholder:"DAY"`
}

func decisionsListOp() Op {
	return define(Op{
		Name: "decisions list", Default: true,
		Doc:      "List decisions, in their order; --json and --csv export them.",
		Examples: []Example{{"decisions list", "all"}, {"decisions list --action block --csv", "for a spreadsheet"}},
	}, runDecisionsList)
}

func runDecisionsList(ctx context.Context, env *Env, in DecisionsListInput) (report.Result, error) {
	since, err := timeSince(in.Since)
	if err != nil {
		return nil, err
	}
	until, err := timeOf("until", in.Until)
	if err != nil {
		return nil, err
	}
	log, err := env.Decisions.Log(false)
	if err != nil {
		return nil, err
	}
	out := &report.DecisionList{Folder: env.Decisions.Name}
	err = log.All(ctx, func(k decision.Kept) error {
		about := in.Address == "" || strings.EqualFold(k.Subject, in.Address) || strings.HasSuffix(strings.ToLower(k.Subject), ":"+strings.ToLower(in.Address))
		if about && (in.Action == "" || string(k.Action) == in.Action) && k.At >= since && (until == 0 || k.At <= until) {
			out.Decisions = append(out.Decisions, k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func timeSince(text string) (clew.Time, error) {
	if text == "" {
		return 0, nil
	}
	return dayOf("since", text)
}

// DecisionExportInput names one decision.
type DecisionExportInput struct {
	Number string `json:"number" arg:"" help:"number of the decision"`
	For    string `json:"for" values:"sar,blocking" default:"sar" help:"sar: the fields of a suspicious-activity report; blocking: those of a report of blocked property" placeholder:"FORM"`
}

func decisionsExportOp() Op {
	return define(Op{
		Name: "decisions export",
		Doc:  "Write what a report to an authority can say of a decision, and what else it asks for.",
		Detail: "Fields that this product does not hold, such as who a customer is, are named and left empty. It files nothing. " +
			"docs/SCREENING.md says where the fields were read.",
		Examples: []Example{{"decisions export 1", "for a suspicious-activity report"}, {"decisions export 1 --for blocking --json", "for a report of blocked property"}},
	}, runDecisionsExport)
}

func runDecisionsExport(ctx context.Context, env *Env, in DecisionExportInput) (report.Result, error) {
	number, err := strconv.Atoi(in.Number)
	if err != nil || number < 1 {
		return nil, &clew.InputError{Field: "number", Value: in.Number, Want: "the number of a decision, from 1 on"}
	}
	log, err := env.Decisions.Log(false)
	if err != nil {
		return nil, err
	}
	var found *decision.Kept
	err = log.All(ctx, func(k decision.Kept) error {
		if k.Number == number {
			found = &k
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil || found.Gone:
		return nil, fmt.Errorf("decision %d: %w", number, clew.ErrNotFound)
	}
	return &report.DecisionForm{Decision: *found, For: decision.Form(in.For), Fields: found.Fields(decision.Form(in.For))}, nil
}

// DecisionsVerifyInput may name a hash that was noted.
type DecisionsVerifyInput struct {
	Head string `json:"head" help:"hash of a record that was noted elsewhere, so that what was cut off behind it is found too" placeholder:"SHA256"`
}

func decisionsVerifyOp() Op {
	return define(Op{
		Name: "decisions verify",
		Doc:  "Check that no decision was changed, taken out or put in, and that their answers are there.",
		Detail: "Whoever can write the folder can write it anew as a whole. Note the last hash elsewhere, such as with each day's books, and give it by --head. " +
			"Ends with the code for failure if anything is not as it was written.",
		Examples: []Example{{"decisions verify", "the whole chain"}},
	}, runDecisionsVerify)
}

func runDecisionsVerify(ctx context.Context, env *Env, in DecisionsVerifyInput) (report.Result, error) {
	log, err := env.Decisions.Log(false)
	if err != nil {
		return nil, err
	}
	proof, err := log.Verify(ctx, strings.ToLower(strings.TrimSpace(in.Head)))
	if err != nil {
		return nil, err
	}
	page := &report.DecisionsProof{Proof: proof, Folder: env.Decisions.Name}
	if n := len(proof.Faults) + proof.More; n > 0 {
		return page, errors.New("the decisions are not as they were written")
	}
	return page, nil
}

// DecisionsExpireInput says who takes records out.
type DecisionsExpireInput struct {
	By  string `json:"by" help:"who takes them out, by name or role" placeholder:"WHO"`
	Dry bool   `json:"dry" help:"say which would go, and take none out"`
}

func decisionsExpireOp() Op {
	return define(Op{
		Name: "decisions expire",
		Doc:  "Take out decisions that were kept for as long as is configured.",
		Detail: "Their numbers and hashes are left, so that the chain can be verified, and a record says which went. What was blocked is kept until its release is as old. " +
			"CLEW_DECISION_YEARS says how long; ten years if nothing is said.",
		Examples: []Example{{"decisions expire --dry", "which would go"}, {"decisions expire --by MLRO", "take them out"}},
	}, runDecisionsExpire)
}

func runDecisionsExpire(ctx context.Context, env *Env, in DecisionsExpireInput) (report.Result, error) {
	log, err := env.Decisions.Log(false)
	if err != nil {
		return nil, err
	}
	out := &report.DecisionsExpired{Years: env.Decisions.Years, Dry: in.Dry}
	if out.Numbers, err = log.Due(ctx, env.Now, env.Decisions.Years); err != nil || in.Dry || len(out.Numbers) == 0 {
		return out, err
	}
	kept, err := log.Expire(ctx, in.By, env.Now, env.Decisions.Years)
	if err != nil {
		return nil, err
	}
	out.Numbers, out.Record = kept.Record.Expired, kept.Record.Number
	return out, nil
}
