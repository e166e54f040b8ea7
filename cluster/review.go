package cluster

import (
	"io"
	"slices"

	"clew"
	"clew/internal/strictyaml"
)

// A Decision is what somebody decided of evidence.
type Decision string

// The decisions.
const (
	Accept Decision = "accept" // it merges, whatever a guard says of it
	Reject Decision = "reject" // it merges nothing
)

// UnmarshalText reads a decision.
func (d *Decision) UnmarshalText(text []byte) error {
	if *d = Decision(text); *d != Accept && *d != Reject {
		return &clew.InputError{Field: "decision", Value: string(text), Want: "accept or reject"}
	}
	return nil
}

// A Review is somebody's decision of what one transaction says of common
// control, with the reason.
type Review struct {
	Tx       clew.TxID `yaml:"transaction,required"`
	Decision Decision  `yaml:"decision,required"`
	Sign     Sign      `yaml:"heuristic"` // the ID of a heuristic; empty: all that the transaction says
	By       string    `yaml:"by,required"`
	Date     string    `yaml:"date,required"`
	Why      string    `yaml:"why,required"`
	Line     int       `yaml:"."`
}

// Reviews are decisions as a file holds them. Nil Reviews hold none.
type Reviews struct {
	List []Review
	byTx map[clew.TxID][]int
}

// MaxReviews is the most decisions that a file may hold.
const MaxReviews = 100_000

// ReadReviews reads a YAML file of decisions:
//
//	reviews:
//	  - transaction: f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16
//	    decision: reject          # or accept
//	    heuristic: common-input   # all of them, if left out
//	    by: who decided
//	    date: 2026-11-28
//	    why: a batch of withdrawals of several customers
//
// Two decisions of one transaction that overlap are an issue, even if they agree:
// one of them would be withdrawn in vain.
func ReadReviews(file string, r io.Reader) (*Reviews, []strictyaml.Issue) {
	var in struct {
		Reviews []Review `yaml:"reviews,required"`
	}
	issues := strictyaml.Decode(file, r, &in)
	if len(issues) > 0 {
		return nil, issues
	}
	if len(in.Reviews) > MaxReviews {
		return nil, []strictyaml.Issue{{File: file, Text: "more than 100000 reviews"}}
	}
	reviews := &Reviews{List: in.Reviews, byTx: map[clew.TxID][]int{}}
	for i, one := range in.Reviews {
		for _, text := range one.wrong(reviews) {
			issues = append(issues, strictyaml.Issue{File: file, Line: one.Line, Text: text})
		}
		reviews.byTx[one.Tx] = append(reviews.byTx[one.Tx], i)
	}
	if len(issues) > 0 {
		return nil, issues
	}
	return reviews, nil
}

// wrong returns what is wrong with a review, beside those before it.
func (v *Review) wrong(before *Reviews) (texts []string) {
	if v.Tx.IsZero() {
		texts = append(texts, "transaction: want one, by 64 hexadecimal digits")
	}
	if h, known := HeuristicOf(v.Sign); v.Sign != "" && (!known || h.Lead) {
		texts = append(texts, "heuristic: want the ID of one that merges, such as common-input")
	}
	if !isDay(v.Date) {
		texts = append(texts, "date: want a day, such as 2026-11-28")
	}
	if v.By == "" || v.Why == "" {
		texts = append(texts, "by, why: want who decided, and the reason")
	}
	for _, i := range before.byTx[v.Tx] {
		if other := before.List[i].Sign; other == "" || v.Sign == "" || other == v.Sign {
			texts = append(texts, "transaction: decided already by the same file")
			break
		}
	}
	return texts
}

// isDay reports whether text is a day as reviews write it.
func isDay(text string) bool {
	var t clew.Time
	return len(text) == len("2006-01-02") && t.UnmarshalText([]byte(text+"T00:00:00Z")) == nil
}

// decides returns what is decided of what a transaction says by some signs:
// rejection of one is that of all.
func (v *Reviews) decides(tx clew.TxID, signs []Sign) Decision {
	if v == nil {
		return ""
	}
	var found Decision
	for _, i := range v.byTx[tx] {
		if one := &v.List[i]; one.Sign == "" || slices.Contains(signs, one.Sign) {
			if found = one.Decision; found == Reject {
				break
			}
		}
	}
	return found
}

// rejects reports whether anything is rejected.
func (v *Reviews) rejects() bool {
	return v != nil && slices.ContainsFunc(v.List, func(r Review) bool { return r.Decision == Reject })
}
