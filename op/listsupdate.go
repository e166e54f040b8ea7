package op

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/report"
	"clew/watchlist"
)

// ListsUpdateInput says where editions of official lists are to be had.
type ListsUpdateInput struct {
	Sources        []string `json:"sources" arg:"" optional:"" sep:"none" help:"where lists are: ofac, ofac-advanced, un, eu or uk for the publisher itself, a file, a URL, @FILE to read a URL from a file, or env:NAME from the environment; several with commas between them are the files of one list; those of CLEW_LIST_SOURCES if left out"`
	Dated          string   `json:"dated" help:"the day of a list that does not say it, such as OFAC's CSV, when it is given as a file" placeholder:"DAY"`
	AcceptShrunken string   `json:"acceptShrunken" help:"take a list that has lost more than a twentieth, for this reason, which is kept with it" placeholder:"REASON"`
	Dry            bool     `json:"dry" help:"ask nobody; say which hosts would be asked"`
}

func listsUpdateOp() Op {
	return define(Op{
		Name: "lists update",
		Doc:  "Fetch or read official lists, keep them, and say what they changed.",
		Detail: "Understands OFAC's SDN list as CSV (sdn.csv with its comments, and alt.csv), XML and advanced XML, the consolidated list of the UN, the EU's financial sanctions, " +
			"the UK Sanctions List, and packs of the project's own form; a form is told by its beginning. A publisher that points to another host is followed there, by https. Every edition is kept byte by byte with its source, time and SHA-256. " +
			"One that cannot be read, is older than the last or has lost more than a twentieth of its parties or addresses is refused, and the last good one stays in service.",
		Examples: []Example{
			{"lists update ofac un uk", "from the publishers"},
			{"lists update sdn.csv,alt.csv,sdn_comments.csv --dated 2022-05-06", "OFAC's CSV, which does not say its day"},
			{"lists update @ofac.txt consolidated.xml", "a URL that is read from a file, and the UN's list"},
			{"lists update --dry", "which hosts the configured lists come from"},
		},
	}, runListsUpdate)
}

func runListsUpdate(ctx context.Context, env *Env, in ListsUpdateInput) (report.Result, error) {
	sources := in.Sources
	if len(sources) == 0 {
		sources = env.Lists.Sources
	}
	if len(sources) == 0 {
		return nil, &clew.InputError{Field: "sources", Want: "publishers (" + joined(sortedNames(watchlist.Sources)) + "), files or URLs of lists, here or in CLEW_LIST_SOURCES"}
	}
	sources = slices.Clone(sources)
	for i, name := range sources {
		sources[i] = cmp.Or(watchlist.Sources[name], name)
	}
	if in.Dated != "" && len(sources) > 1 {
		return nil, &clew.InputError{Field: "dated", Value: in.Dated, Want: "one list: the day is that of a single edition"}
	}
	if in.Dry {
		return dryUpdate(env, sources)
	}
	kept, err := keptLists(ctx, env)
	if err != nil {
		return nil, err
	}
	page := &report.ListsUpdate{}
	var refused []error
	for _, source := range sources {
		one, err := in.update(ctx, env, kept, source)
		if err != nil && ctx.Err() != nil {
			return page, ctx.Err()
		}
		if err != nil {
			refused = append(refused, fmt.Errorf("not taken, and the last good edition stays in service: %w", err))
			one.Refused = err.Error()
		}
		page.Lists = append(page.Lists, one)
	}
	return page, errors.Join(refused...)
}

// asksHost reports whether what the user named is asked for from a host.
func asksHost(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "@") || strings.HasPrefix(source, "env:")
}

func dryUpdate(env *Env, sources []string) (report.Result, error) {
	d := &report.Dry{}
	for _, source := range sources {
		for part := range strings.SplitSeq(source, ",") {
			if !asksHost(part) {
				continue
			}
			host, err := env.HostOf(part)
			if err != nil {
				return nil, renamed(err, "sources")
			}
			d.Asks = append(d.Asks, report.Ask{Host: host, Learns: "which list is wanted; nothing of what will be screened"})
		}
	}
	return d, nil
}

// update takes one edition from a source.
func (in *ListsUpdateInput) update(ctx context.Context, env *Env, kept map[string]*keptList, source string) (report.ListUpdate, error) {
	out := report.ListUpdate{Source: nameOf(source)}
	raw, err := in.raw(ctx, env, source)
	if err != nil {
		return out, err
	}
	now, err := raw.List(ctx)
	if err != nil {
		return out, err
	}
	out.Slug = now.Slug()
	h := kept[out.Slug]
	if h == nil {
		h = &keptList{}
	}
	if h.Last != nil && h.Last.Same(raw) {
		out.Same, out.ListDiff = true, diffOf(out.Slug, &h.History)
		out.Changes = nil
		return out, again(env, h.file, raw)
	}
	if err := h.Add(raw, now); err != nil {
		return out, err
	}
	h.file = fmt.Sprintf("%s/%06d.zip", out.Slug, 1+numberOf(h.file))
	var archive bytes.Buffer
	if err := raw.Write(&archive); err != nil {
		return out, err
	}
	kept[out.Slug] = h
	out.ListDiff = diffOf(out.Slug, &h.History)
	out.Parties, out.Addresses, out.Invalid = h.List.Counts()
	return out, env.Lists.Keep(h.file, archive.Bytes(), false)
}

// nameOf names a source as it may be printed: what is in a URL may be a key.
func nameOf(source string) string {
	var names []string
	for part := range strings.SplitSeq(source, ",") {
		_, rest, isURL := strings.Cut(part, "://")
		switch host, _, _ := strings.Cut(rest, "/"); {
		case isURL:
			host, _, _ = strings.Cut(host, "?")
			names = append(names, host[strings.LastIndexByte(host, '@')+1:])
		case asksHost(part):
			names = append(names, part)
		default:
			names = append(names, path.Base(part))
		}
	}
	return strings.Join(names, ",")
}

// numberOf returns the number in the name of a kept edition; 0 for none.
func numberOf(file string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(path.Base(file), ".zip"))
	return n
}

// again notes that the last edition was had once more.
func again(env *Env, file string, now *watchlist.Raw) error {
	raw, err := readKept(env, file)
	if err != nil {
		return err
	}
	if now.Asked && !raw.Asked { // from now on its publisher's word; the day on which it was given is not
		raw.Fetched = now.Fetched
	}
	if raw.Asked && !now.Asked {
		return nil // a file says nothing of today
	}
	raw.Asked, raw.Checked = now.Asked, max(raw.Checked, now.Fetched)
	var archive bytes.Buffer
	if err := raw.Write(&archive); err != nil {
		return err
	}
	return env.Lists.Keep(file, archive.Bytes(), true)
}

// raw has the bytes of an edition.
func (in *ListsUpdateInput) raw(ctx context.Context, env *Env, source string) (*watchlist.Raw, error) {
	raw := &watchlist.Raw{Asked: true, Reason: in.AcceptShrunken}
	if in.Dated != "" {
		dated, err := dateOf(env, "dated", in.Dated)
		if err != nil {
			return nil, err
		}
		raw.Dated = dated
	}
	left := int64(watchlist.BytesMax)
	for part := range strings.SplitSeq(source, ",") {
		f, at, err := readList(ctx, env, part, left)
		if err != nil {
			return nil, renamed(err, "sources")
		}
		raw.Asked = raw.Asked && asksHost(part)
		left -= int64(len(f.Data))
		raw.Files = append(raw.Files, f)
		raw.Fetched = max(raw.Fetched, at)
	}
	raw.Checked = raw.Fetched
	return raw, nil
}

// readList reads one file of an edition, or fetches it.
func readList(ctx context.Context, env *Env, source string, most int64) (watchlist.RawFile, clew.Time, error) {
	if asksHost(source) {
		answer, err := env.Published(ctx, source, most)
		return watchlist.NewRawFile(answer.Host, answer.Body), cmp.Or(answer.At, env.Now), err
	}
	f, err := openGiven(env, "sources", source, most)
	if err != nil {
		return watchlist.RawFile{}, 0, err
	}
	defer f.Close()
	env.tell(Progress{Doing: "reading " + path.Base(source)})
	data, err := io.ReadAll(f)
	return watchlist.NewRawFile(path.Base(source), data), env.Now, givenWanted(err, "sources", source)
}
