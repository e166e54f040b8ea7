package decision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"clew"
	"clew/trail"
)

// Due returns the numbers of the records whose time is over: those that are
// older than years, except what was blocked and is not known to have been
// released, which is kept until years after its release, and what such a record
// is part of.
func (l *Log) Due(ctx context.Context, now clew.Time, years int) ([]int, error) {
	limit := clew.TimeOf(now.UTC().AddDate(-years, 0, 0))
	var due []int
	of := map[int][]Kept{} // decisions that follow another, by its first
	first := map[int]int{}
	err := l.All(ctx, func(k Kept) error {
		root := k.Number
		if k.Of != 0 {
			root = first[k.Of]
		}
		first[k.Number] = root
		if k.Action != Expire || k.Gone {
			of[root] = append(of[root], k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for number := 1; number <= len(first); number++ {
		if group := of[number]; over(group, limit) {
			for _, k := range group {
				if !k.Gone {
					due = append(due, k.Number)
				}
			}
		}
	}
	return due, nil
}

// over reports whether the time of decisions that belong together is over.
func over(group []Kept, limit clew.Time) bool {
	blocked := map[int]bool{}
	for _, k := range group {
		switch {
		case k.Gone:
		case k.At >= limit:
			return false
		case k.Action == Block:
			blocked[k.Number] = true
		case k.Action == Release:
			delete(blocked, k.Of)
		}
	}
	return len(blocked) == 0
}

// Expire takes the records out whose time is over, and their answers where no
// other record rests on them. Of each its number and hash are left, so that the
// chain can be verified, and one more record says which went, when and by whom.
func (l *Log) Expire(ctx context.Context, by string, now clew.Time, years int) (Appended, error) {
	r := Record{At: now, By: by, Action: Expire, Reason: fmt.Sprintf("kept for %d years, and no longer", years)}
	if err := r.Check(); err != nil {
		return Appended{}, err
	}
	var out Appended
	err := l.trail.Locked(func() (err error) {
		out, err = l.expire(ctx, r, now, years)
		return err
	})
	return out, err
}

func (l *Log) expire(ctx context.Context, r Record, now clew.Time, years int) (Appended, error) {
	due, err := l.Due(ctx, now, years)
	if err != nil {
		return Appended{}, err
	}
	if len(due) == 0 {
		return Appended{}, fmt.Errorf("decisions older than %d years: %w", years, clew.ErrNotFound)
	}
	r.Expired = due
	out, text, answers, err := l.without(r, due)
	if err != nil {
		return out, err
	}
	if err := trail.Put(l.dir, fileName, text); err != nil {
		return out, err
	}
	return out, l.forget(answers)
}

// without returns the file without some records, and which answers are still
// needed.
func (l *Log) without(r Record, due []int) (out Appended, text []byte, answers map[string]bool, err error) {
	data, err := l.trail.View()
	if err != nil {
		return out, nil, nil, err
	}
	defer data.Close()
	over := map[int]bool{}
	for _, number := range due {
		over[number] = true
	}
	answers = map[string]bool{}
	var last placed
	var b bytes.Buffer
	for raw := range bytes.Lines(data.Whole) {
		if last, err = readLine(raw); err != nil {
			return out, nil, nil, fmt.Errorf("%s: %w; nothing was taken out", fileName, err)
		}
		if !over[last.Number] {
			if last.record.Answer != nil {
				answers[last.record.Answer.SHA256] = true
			}
			b.Write(raw)
			continue
		}
		left, err := last.Left()
		if err != nil {
			return out, nil, nil, err
		}
		b.Write(left)
	}
	r.Number, r.Previous, r.Content = last.Number+1, last.Hash, contentOf(r)
	added, hash, err := encode(r)
	b.Write(added)
	return Appended{Record: r, Hash: hash, Dropped: data.Torn}, b.Bytes(), answers, err
}

// forget removes the answers that no record needs.
func (l *Log) forget(needed map[string]bool) error {
	names, err := l.dir.List()
	if err != nil {
		return err
	}
	for _, name := range names {
		rest, isAnswer := strings.CutPrefix(name, "answer-")
		hash, whole := strings.CutSuffix(rest, ".json")
		if isAnswer && (!whole || !needed[hash]) {
			err = errors.Join(err, l.dir.Remove(name))
		}
	}
	return errors.Join(err, l.dir.Sync())
}
