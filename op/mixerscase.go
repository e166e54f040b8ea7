package op

import (
	"bytes"
	"context"

	"clew"
	"clew/casebook"
	"clew/report"
)

// takesMore refuses a case that is not there or closed, before anything is worked
// out for it.
func (in *MixersInput) takesMore(ctx context.Context, env *Env) error {
	if in.Case == "" {
		return nil
	}
	_, c, err := env.theCase(ctx, in.Case)
	if err == nil && c.Closed.Known() {
		err = &clew.InputError{Field: "case", Value: in.Case, Want: "a case that is open: this one is closed"}
	}
	return err
}

// keepHypotheses keeps an answer in the case that it is for.
func keepHypotheses(ctx context.Context, env *Env, in MixersInput, out *report.Mixers) error {
	if in.Case == "" {
		return nil
	}
	b, err := env.book(in.Case, false)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := report.Write(&text, out, report.JSON, report.Style{}, ""); err != nil {
		return err
	}
	e := env.entry(casebook.ActExhibit, in.CaseBy)
	e.Exhibit = &casebook.Exhibit{Attached: casebook.Attached{Name: "mixers.json"}, Says: "Hypotheses, and nothing more: which withdrawals may be of what the case put into mixers. " + out.Command}
	kept, err := b.Attach(ctx, e, &text)
	out.Kept = kept.Entry.Number
	return err
}
