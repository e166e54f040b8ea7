package op

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/report"
	"clew/share"
	"clew/share/stix"
	"clew/tag"
)

// ShareInput says what is written for others, and for whom.
type ShareInput struct {
	Incidents []string `json:"incidents" arg:"" optional:"" sep:"none" help:"ids of thefts of the record, incidents' files (.yaml), or for STIX and MISP one case:NAME; the whole record if left out and nothing else is given"`
	Tags      []string `json:"tags" sep:"none" help:"file of tags to write, such as a TagPack; may be repeated" placeholder:"FILE"`
	To        string   `json:"to" help:"file to write" placeholder:"FILE"`
	Tlp       string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking that everything gets, by TLP 2.0; clear if left out, for what is public already" placeholder:"MARKING"`
	Release   []string `json:"release" sep:"none" values:"victims,notes,persons" help:"what is private and is written all the same: victims' addresses, notes of files of your own, or whom authorities name; may be repeated" placeholder:"WHAT"`
}

// ShareWaysInput says the same where the way in can be written too.
type ShareWaysInput struct {
	ShareInput
	Indicators []string `json:"indicators" sep:"none" help:"file of indicators to write, in any form that clew indicators read takes; of the theft, if exactly one is named; may be repeated" placeholder:"FILE"`
}

// whole reports whether nothing was named, so that the record is meant.
func (in *ShareWaysInput) whole() bool { return in.ShareInput.whole() && len(in.Indicators) == 0 }

// A waysWriter writes the way in as well.
type waysWriter interface {
	share.Writer
	Indicator(i *indicator.Indicator, theft string) error
}

func shareStixOp() Op {
	return define(Op{
		Name: "share stix",
		Doc:  "Write thefts and tags as a bundle of STIX 2.1, with who says what and how it may be passed on.",
		Detail: "A theft becomes a campaign, with victims, techniques of ATT&CK, addresses, claims of who did it side by side, and a report that holds it together. The same input makes the same bytes. " +
			"Nothing is shared above its marking: a file of your own wants --tlp or a key marking of its own, and a private tag pack wants amber+strict or red. " +
			"Victims' addresses, notes of your own files and names of persons are left out and counted, unless you release them. " +
			"case:NAME is the theft of a case with its findings that stand and the way in, under the case's marking; what a case says of victims and its notes stay, and its trail notes what was written. docs/SHARING.md describes every object.",
		Examples: []Example{
			{"share stix case:bridge-2022 --to bridge.json", "what a case found, under its marking; CLEW_BY says who"},
			{"share stix --to record.json", "the whole record"},
			{"share stix ronin-2022 harmony-2022 --to two.json --tlp green", "two thefts, for a community"},
			{"share stix ./theft.yaml --tags mine.yaml --to case.json --tlp amber+strict --release victims", "a case of your own"},
		},
	}, runShareStix)
}

func runShareStix(ctx context.Context, env *Env, in ShareWaysInput) (report.Result, error) {
	of, err := sharedCase(ctx, env, &in.ShareInput)
	if err != nil {
		return nil, err
	}
	w, err := stix.NewWriter(in.releaseAt(env.Now))
	if err != nil {
		return nil, err
	}
	done, err := shareAll(ctx, env, w, in.ShareInput, in.whole(), of)
	if err != nil {
		return nil, err
	}
	if err := shareIndicators(ctx, env, w, in, done, of); err != nil {
		return nil, err
	}
	b, err := w.Bundle()
	if err != nil {
		return nil, err
	}
	if err := of.write(ctx, env, in.ShareInput, "bundle of STIX", done, b.Write); err != nil {
		return nil, err
	}
	done.Withheld = w.Withheld
	return &report.StixWritten{Shared: *done, Objects: len(b.Objects), Types: b.Counts()}, nil
}

// releaseAt returns under which marking something goes out, and what of it.
func (in *ShareInput) releaseAt(now clew.Time) share.Release {
	r := share.Release{Marking: incident.MarkClear, Stated: now, Chosen: in.Tlp != ""}
	if r.Chosen {
		r.Marking = incident.Marking(in.Tlp)
	}
	r.Victims, r.Notes, r.Persons = contains(in.Release, "victims"), contains(in.Release, "notes"), contains(in.Release, "persons")
	return r
}

// confidential reports whether it is for fewer than a community.
func (in ShareInput) confidential() bool {
	return len(in.Release) > 0 || slices.ContainsFunc(in.Incidents, func(name string) bool { return strings.HasPrefix(name, casePrefix) }) || in.releaseAt(0).Marking.Stricter(incident.MarkGreen)
}

// whole reports whether no thefts and no tags were named, so that the record is meant.
func (in *ShareInput) whole() bool { return len(in.Incidents)+len(in.Tags) == 0 }

// shareAll hands a writer the whole record, or the thefts and tags that were
// named.
func shareAll(ctx context.Context, env *Env, w share.Writer, in ShareInput, record bool, of *caseShared) (*report.Shared, error) {
	if in.To == "" {
		return nil, &clew.InputError{Field: "to", Want: "the name of a file to write"}
	}
	if err := env.canWrite("to", in.To, slices.Concat(in.Incidents, in.Tags)...); err != nil {
		return nil, err
	}
	release := in.releaseAt(env.Now)
	out := &report.Shared{To: in.To, Marking: release.Marking}
	var err error
	if out.Thefts, err = shareThefts(ctx, env, w, in.Incidents, record, of); err != nil {
		return nil, err
	}
	return out, shareTags(ctx, env, w, in.Tags, out)
}

// shareWrite writes a file whole or not at all.
func shareWrite(env *Env, to string, write func(io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	return env.write("to", to, text.Bytes())
}

// shareThefts writes the thefts that were named, or those of the record that
// count or were withdrawn, so that others learn of it.
func shareThefts(ctx context.Context, env *Env, w share.Writer, names []string, record bool, of *caseShared) (int, error) {
	if len(names) > incidentsMax {
		return 0, &clew.InputError{Field: "incidents", Want: "at most 1,000 at once"}
	}
	if record {
		return shareRecord(ctx, w)
	}
	named := map[string]string{}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		i, err := of.theftOf(env, name)
		if err != nil {
			return 0, err
		}
		if before, twice := named[i.ID]; twice {
			return 0, &clew.InputError{Field: "incidents", Value: name, Want: "each theft once; " + before + " is the same"}
		}
		named[i.ID] = name
		if err := w.Theft(i, of == nil && !isFileName(name)); err != nil {
			return 0, err
		}
	}
	return len(names), nil
}

func shareRecord(ctx context.Context, w share.Writer) (n int, err error) {
	all, err := incident.Recorded()
	if err != nil {
		return 0, err
	}
	for _, i := range all {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if !i.Counts() && i.Status != incident.StatusWithdrawn {
			continue
		}
		if err := w.Theft(i, true); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// shareTags writes the tags of files. That a file is private may show at its
// end, so all of it is read first.
func shareTags(ctx context.Context, env *Env, w share.Writer, files []string, out *report.Shared) error {
	tags := map[string][]tag.Tag{}
	read, _, err := readTags(ctx, env, files, func(file string, t tag.Tag) { tags[file] = append(tags[file], t) })
	if err != nil {
		return err
	}
	for _, f := range read {
		if len(f.Issues) > 0 {
			return issuesWanted("tags", "a file of tags (clew tags import takes what is sound)", f.Issues)
		}
		for _, n := range f.Pack.Skipped {
			out.LeftOut += n
		}
		for _, t := range tags[f.Pack.File] {
			if t.Subject.IsZero() {
				out.LeftOut++
				continue
			}
			t.Private = t.Private || f.Pack.Private
			if err := w.Tag(&t); err != nil {
				return err
			}
			out.Tags++
		}
		delete(tags, f.Pack.File) // one that is named twice is read twice
	}
	return nil
}

// shareIndicators writes the indicators of files; of the theft that was named,
// if it is the only one.
func shareIndicators(ctx context.Context, env *Env, w waysWriter, in ShareWaysInput, out *report.Shared, of *caseShared) error {
	if err := of.writeWays(w, out); err != nil {
		return err
	}
	if len(in.Indicators) == 0 {
		return nil
	}
	if err := env.canWrite("to", in.To, in.Indicators...); err != nil {
		return err
	}
	read, err := readIndicators(ctx, env, "indicators", in.Indicators, indicator.Defaults{})
	if err != nil {
		return err
	}
	if read.Wrong() > 0 {
		return issuesWanted("indicators", "files of indicators (clew indicators read --sound keeps what is sound)", read.Issues)
	}
	theft := ""
	if len(in.Incidents) == 1 {
		i, err := of.theftOf(env, in.Incidents[0])
		if err != nil {
			return err
		}
		theft = i.ID
	}
	for i := range read.List {
		if err := w.Indicator(&read.List[i], theft); err != nil {
			return err
		}
		if !read.List[i].Safe {
			out.Indicators++
		}
	}
	return nil
}
