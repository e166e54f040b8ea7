package op

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"clew"
	"clew/report"
	"clew/screen"
	"clew/watchlist"
)

// maxKept bounds a kept edition, in bytes: its archive is no longer than what is
// in it.
const maxKept = watchlist.BytesMax + 1<<20

// A keptList is a list whose editions are kept.
type keptList struct {
	watchlist.History
	file string // of the last edition
}

// keptLists makes every list that is kept from its editions, in their order, by
// its slug.
func keptLists(ctx context.Context, env *Env) (map[string]*keptList, error) {
	lists := map[string]*keptList{}
	if env.Lists.Files == nil {
		return lists, nil
	}
	files, err := fs.Glob(env.Lists.Files, "*/*.zip")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	for len(files) > 0 {
		slug, _, _ := strings.Cut(files[0], "/")
		n := 1
		for n < len(files) && strings.HasPrefix(files[n], slug+"/") {
			n++
		}
		if lists[slug], err = readKeptList(ctx, env, slug, files[:n]); err != nil {
			return nil, err
		}
		files = files[n:]
	}
	return lists, errors.Join(ctx.Err())
}

func readKept(env *Env, file string) (*watchlist.Raw, error) {
	data, err := keptBytes(env, file)
	if err != nil {
		return nil, err
	}
	return watchlist.ReadRaw(file, data)
}

// keptBytes returns a kept edition as it stands on the disk.
func keptBytes(env *Env, file string) ([]byte, error) {
	f, err := env.Lists.Files.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	g := &given{File: f, field: "list", name: file, left: maxKept, most: maxKept}
	var b bytes.Buffer
	if _, err := b.ReadFrom(g); err != nil {
		return nil, fmt.Errorf("kept edition %s: %w", file, err)
	}
	return b.Bytes(), nil
}

// listsHeld returns what screening looks into on a day, and what is said of it:
// the lists that are built in, and those that are kept.
func listsHeld(ctx context.Context, env *Env, day watchlist.Date) (lists []screen.List, states []report.ListState, err error) {
	if env.tape != nil {
		return env.tape.lists(ctx, day)
	}
	builtin, err := watchlist.Builtin()
	if err != nil {
		return nil, nil, err
	}
	for _, l := range builtin {
		lists = append(lists, screen.List{List: l, Known: l.Edition.Date, Partial: true})
		states = append(states, report.ListState{Slug: l.Slug(), List: l, BuiltIn: true, Known: l.Edition.Date})
	}
	kept, err := keptLists(ctx, env)
	if err != nil {
		return nil, nil, err
	}
	for _, slug := range sortedNames(kept) {
		h := kept[slug]
		known := h.Known(day)
		lists = append(lists, screen.List{List: h.List, Known: known, Partial: h.List.Edition.Format == watchlist.Restated})
		states = append(states, report.ListState{Slug: slug, List: h.List, Raw: h.Last, Editions: len(h.Editions), Known: known})
	}
	for i := range states {
		s := &states[i]
		var invalid []watchlist.Identifier
		s.Parties, s.Addresses, invalid = s.List.Counts()
		s.Invalid = len(invalid)
		s.Days = s.Known.DaysTo(day)
		s.Stale = s.Known == "" || s.Days > env.Lists.Age
	}
	return lists, states, nil
}

// today returns the day on which the operation was asked for.
func today(env *Env) watchlist.Date { return watchlist.DateOf(env.Now) }

// dateOf reads a day that is not to come; today if none is given.
func dateOf(env *Env, field, text string) (watchlist.Date, error) {
	if text == "" {
		return today(env), nil
	}
	var d watchlist.Date
	if err := d.UnmarshalText([]byte(text)); err != nil || d > today(env) {
		return "", &clew.InputError{Field: field, Value: text, Want: "a day such as 2022-03-29, today at the latest"}
	}
	return d, nil
}
