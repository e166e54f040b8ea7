package intake

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"clew"
	"clew/incident"
	"clew/trail"
)

// A Reviewing is what somebody decided about a report.
type Reviewing struct {
	At     clew.Time
	By     string // who reviews it
	Report int
	Act    Act    // [ActAccept], [ActReject] or [ActAsk]
	Reason string // or what is asked
}

// Review keeps a decision about a report that waits. What is accepted becomes an
// entry of the user's own record, with an act in its trail that says who
// reviewed it and why. Who reported something does not review it, and if that is
// not known, who took it in does not.
func (b *Book) Review(ctx context.Context, r Reviewing) (out Report, err error) {
	r.By, r.Reason = strings.TrimSpace(r.By), strings.TrimSpace(r.Reason)
	err = cmp.Or(trail.CheckText("by", r.By, shortMax, "who reviews it, by name or role: --by, or CLEW_BY in the environment"), trail.CheckText("reason", r.Reason, textMax, "why, or what is asked"))
	if err != nil {
		return out, err
	}
	err = b.writing(ctx, func(v *trail.View, s *state) error {
		report, err := s.waiting(r.Report)
		if err != nil {
			return err
		}
		if err := b.independent(report, r.By); err != nil {
			return err
		}
		e := &Entry{At: r.At, By: r.By, Act: r.Act, Reviewed: &Reviewed{Report: r.Report, Reason: r.Reason}}
		if r.Act == ActAccept {
			if e.Reviewed.Entry, err = b.accept(s, report, &r); err != nil {
				return err
			}
		}
		if err := b.append(ctx, v, s, e); err != nil {
			return err
		}
		out = s.i.Reports[s.rows[r.Report]]
		return nil
	})
	return out, err
}

// independent wants a reviewer who is not who reported.
func (b *Book) independent(r *Report, by string) error {
	who, err := b.reporter(r)
	if err != nil {
		return err
	}
	authors := append([]string{who.Name, who.Contact}, r.Authors...)
	if !who.given() {
		authors = append(authors, r.By)
	}
	for _, a := range authors {
		if a != "" && sameName(a, by) {
			return &clew.InputError{Field: "by", Want: fmt.Sprintf("somebody else: who handed in report %d does not review it, nor does who took it in where nobody was named", r.Number)}
		}
	}
	return nil
}

// accept keeps the entry that a report makes of the theft, if it still begins
// from the entry as it stands.
func (b *Book) accept(s *state, r *Report, by *Reviewing) (*File, error) {
	data, err := b.kept(r.File)
	if err != nil {
		return nil, err
	}
	file, err := read(r.File.Name, data)
	if err != nil {
		return nil, err
	}
	base, err := b.entry(s, r.Incident)
	if err != nil {
		return nil, err
	}
	if _, err := told(file, base, dayOf(by.At)); err != nil {
		return nil, fmt.Errorf("the entry is no longer as it was when report %d came in; ask for one that begins from it as it stands: %w", r.Number, err)
	}
	entry, err := incident.Amended(r.File.Name, data, incident.TrailEntry{Day: dayOf(by.At), Act: incident.ActReviewed, By: by.By, Text: by.Reason})
	if err != nil {
		return nil, err
	}
	f, err := b.keep(fmt.Sprintf("%d-%s.yaml", s.i.Entries+1, r.Incident), entry)
	return &f, err
}
