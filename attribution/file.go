package attribution

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"clew"
	"clew/internal/strictyaml"
)

// WriteProfile writes a profile as JSON, which is YAML too: a file to look
// through, correct and pass on. The same profile gives the same bytes.
func WriteProfile(w io.Writer, p *Profile) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("profile %s: %w", p.ID, err)
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// ReadProfile reads a profile from YAML or JSON; name stands in messages. A file
// with anything wrong is not taken: the error is the first thing, with its line.
func ReadProfile(name string, r io.Reader) (*Profile, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, &clew.InputError{Field: "profile", Value: name, Want: "a file of at most 4 MiB"}
	}
	p := &Profile{}
	if issues := strictyaml.Decode(name, bytes.NewReader(data), p); len(issues) > 0 {
		return nil, &clew.InputError{Field: "profile", Value: name, Want: "a profile without mistakes; " + strictyaml.Err(issues).Error()}
	}
	if want := p.wrong(); want != "" {
		return nil, &clew.InputError{Field: "profile", Value: name, Want: want}
	}
	return p, nil
}

// Bounds of what a file may say.
const (
	maxBytes   = 4 << 20
	maxSeconds = 100 * 366 * 24 * 3600
	maxID      = 64
	maxList    = 1000
)

// wrong returns what a profile should have had; "" if nothing is wrong.
func (p *Profile) wrong() string {
	if p.Schema != Schema {
		return "schema: 1"
	}
	if p.ID == "" || len(p.ID) > maxID || len(p.Sources) == 0 || len(p.Sources) > maxList || p.Method == "" {
		return "an id of at most 64 bytes, a method, and sources"
	}
	if _, err := time.Parse(time.DateOnly, p.Day); err != nil {
		return "day: YYYY-MM-DD"
	}
	if len(p.Addresses) > 2*MaxAddresses || len(p.Steps) > MaxSteps || len(p.Tranches) > MaxTranches || len(p.Fees) > MaxTranches || len(p.Dwells) > len(StepKinds()) || len(p.Lacks) > maxList || len(p.Chains) > maxList {
		return "at most 4,000 addresses, 64 steps, 500 tranches and fees, and one dwell time of each kind"
	}
	if len(p.Signed) > MaxSigned || !slices.IsSorted(p.Signed) || len(slices.Compact(slices.Clone(p.Signed))) != len(p.Signed) {
		return "signed: at most 5,000 minutes in order, each once"
	}
	texts := append([]string{p.Title, p.Method}, p.Sources...)
	for _, check := range []func(*[]string) string{p.wrongAddresses, p.wrongHabits, p.wrongLacks} {
		if want := check(&texts); want != "" {
			return want
		}
	}
	if slices.ContainsFunc(texts, func(s string) bool { return len(s) > maxText }) {
		return "texts of at most 500 bytes"
	}
	return p.Hours.wrong()
}

func (p *Profile) wrongAddresses(texts *[]string) string {
	for _, a := range p.Addresses {
		*texts = append(*texts, a.Source)
		switch {
		case a.Address.IsZero() || !slices.Contains(Dids(), a.Did):
			return fmt.Sprintf("addresses with what they did: one of %q", Dids())
		case !slices.Contains([]clew.Basis{clew.Fact, clew.Claimed, clew.Inferred}, a.Basis) || a.Source == "":
			return "of each address a basis (fact, claim or inferred) and a source"
		case a.Share > sharePart || a.Hop > maxTimes || a.Payers > MaxPayers || a.Before > a.Payers || len(a.From) > MaxFrom+1:
			return "shares of at most 1,000, hops of at most 1,000,000 and at most 100 payers and 9 it came from"
		}
	}
	return ""
}

func (p *Profile) wrongHabits(*[]string) string {
	for _, s := range p.Steps {
		if !slices.Contains(StepKinds(), s) {
			return fmt.Sprintf("steps: of %q", StepKinds())
		}
	}
	for _, t := range slices.Concat(p.Tranches, p.Fees) {
		if t.Asset.IsZero() || t.Times < 1 || t.Times > mostTimes {
			return "tranches and fees with an asset, 1 to 10,000 times"
		}
	}
	for i, d := range p.Dwells {
		if !slices.Contains(StepKinds(), d.Until) || d.Seconds > maxSeconds || slices.ContainsFunc(p.Dwells[:i], func(e Dwell) bool { return e.Until == d.Until }) {
			return "dwell times of at most 100 years, one of each kind of step"
		}
	}
	return ""
}

func (p *Profile) wrongLacks(texts *[]string) string {
	for _, l := range p.Lacks {
		*texts = append(*texts, l.Why)
		if !slices.Contains(Items(), l.Item) {
			return fmt.Sprintf("lacks: of %q", Items())
		}
	}
	return ""
}

// wrong returns what hours should have had.
func (h *Hours) wrong() string {
	if h == nil {
		return ""
	}
	const want = "hours: 24 by hour and 7 by weekday, which add up to the sessions, at most 1,000,000"
	if len(h.ByHour) != 24 || len(h.ByWeekday) != weekdays || h.Sessions > maxTimes || h.Transactions > maxTimes || len(h.Signers) > maxText {
		return want
	}
	for _, n := range slices.Concat(h.ByHour, h.ByWeekday) {
		if n > maxTimes {
			return want
		}
	}
	if sum(h.ByHour) != h.Sessions || sum(h.ByWeekday) != h.Sessions {
		return want
	}
	for _, c := range []*Chance{h.Uniform, h.Others} {
		if c != nil && (c.P > 10_000 || c.R > sharePart || c.Mean >= minutesOfDay || c.Of > maxTimes || len(c.Against) > maxText) {
			return "a test of hours: p of at most 10,000, r of at most 1,000, mean below 1,440"
		}
	}
	return ""
}
