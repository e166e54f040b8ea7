package casebook

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"clew"
	"clew/trail"
)

// A Proof says whether a case is as it was written: its trail, its files, and
// what its findings rest on.
type Proof struct {
	*trail.Proof
	Files    int   `json:"files"`              // that are kept and have their hashes
	Bytes    int64 `json:"bytes"`              // of them
	Bundles  int   `json:"bundles"`            // of them, that hold
	Rests    int   `json:"rests"`              // transactions and parts that were found in the exhibits that rows name
	Backward []int `json:"backward,omitzero"`  // entries whose time is before that of the one before them
	Withheld int   `json:"withheld,omitempty"` // of an export: entries of which only the hash is here
	Left     int   `json:"left,omitempty"`     // of an export: files that were not released
	Strays   int   `json:"strays,omitempty"`   // files that no entry names, such as a copy that was interrupted
}

// Verify reads the trail and every file. head is the hash of an entry that was
// noted elsewhere, or empty; see [trail.Trail.Verify].
func (b *Book) Verify(ctx context.Context, head string) (p *Proof, err error) {
	err = b.trail.Viewed(func(v *trail.View) error {
		s, proof, err := added(ctx, v.Whole, head)
		if err != nil {
			return err
		}
		proof.Torn = v.Torn
		p = &Proof{Proof: proof, Backward: s.c.Backward}
		if s.c.Withheld > 0 {
			p.Fault("%d entries were taken out", s.c.Withheld)
		}
		if err := b.verifyFiles(ctx, p, s, nil); err != nil {
			return err
		}
		return b.verifyRests(ctx, p, s, nil)
	})
	return p, err
}

// verifyFiles reads every file but those that were left out.
func (k *kept) verifyFiles(ctx context.Context, p *Proof, s *state, left map[string]bool) error {
	clear(k.read)
	whole := map[string]bool{} // false: it is faulty, and told
	for _, a := range s.c.attached() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, checked := whole[a.SHA256]; checked {
			continue
		}
		if left[a.SHA256] {
			whole[a.SHA256] = false
			p.Left++
			continue
		}
		err := k.File(a, func([]byte) error { return nil })
		if whole[a.SHA256] = err == nil; err != nil {
			p.Fault("%v", err)
			continue
		}
		p.Files, p.Bytes = p.Files+1, p.Bytes+a.Size
	}
	for i := range s.c.Exhibits {
		x := &s.c.Exhibits[i]
		if !whole[x.SHA256] {
			continue
		}
		if err := k.verifyBundle(ctx, p, x); err != nil {
			return err
		}
	}
	names, err := k.files.List()
	for _, name := range names {
		sha, isFile := strings.CutPrefix(name, filePrefix)
		if _, named := whole[sha]; isFile && !named || name == incomingName {
			p.Strays++
		}
	}
	return err
}

func (k *kept) verifyBundle(ctx context.Context, p *Proof, x *Exhibit) error {
	c, err := k.contents(ctx, x.Attached)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && x.Root != "":
		p.Fault("exhibit %d: %v", x.Number, err)
	case (c == nil) != (x.Root == "") || c != nil && (c.Root != x.Root || c.Operation != x.Operation || c.AsOf != x.AsOf || c.Marking != x.Marking):
		p.Fault("exhibit %d: its bundle says other things of itself than its entry", x.Number)
	case c != nil:
		p.Bundles++
	}
	return nil
}

// verifyRests looks up what rows name, those that were withdrawn too; where the
// exhibit was left out it cannot.
func (k *kept) verifyRests(ctx context.Context, p *Proof, s *state, left map[string]bool) error {
	check := func(m Made, rests []Rest) {
		for _, r := range rests {
			x := &s.c.Exhibits[s.rows[r.Exhibit].at]
			if left[x.SHA256] {
				continue
			}
			if err := k.lookRest(ctx, x, r); err != nil {
				p.Fault("entry %d: %v", m.Number, err)
				continue
			}
			p.Rests += len(r.Transactions)
			if r.Part != "" {
				p.Rests++
			}
		}
	}
	for _, f := range s.c.Findings {
		check(f.Made, f.Rests)
	}
	for _, r := range s.c.Readings {
		check(r.Made, r.Rests)
	}
	for _, v := range s.c.Victims {
		for _, exhibit := range v.shownIn(&s.c) {
			check(v.Made, []Rest{{Exhibit: exhibit, Transactions: []clew.TxID{*v.Tx}}})
		}
	}
	return ctx.Err()
}

// shownIn returns the exhibits that are said to hold a victim's transaction, as
// far as the case has them.
func (v *Victim) shownIn(c *Case) (list []int) {
	for i := range c.Exhibits {
		x := &c.Exhibits[i]
		if v.Tx != nil && (slices.Contains(v.Shown, x.Number) || slices.Contains(x.Shows, v.Number)) {
			list = append(list, x.Number)
		}
	}
	return list
}

// entriesOf calls visit with every entry of whole lines that were checked.
func entriesOf(ctx context.Context, whole []byte, visit func(*Entry, *trail.Line) error) error {
	for text := range bytes.Lines(whole) {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := trail.ReadLine(text)
		if err != nil {
			return err
		}
		var e Entry
		if err := json.Unmarshal(l.Record, &e); err != nil {
			return err
		}
		if err := visit(&e, &l); err != nil {
			return err
		}
	}
	return nil
}
