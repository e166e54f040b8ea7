package op

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/report"
	"clew/share/stix"
	"clew/tag"
)

// ShareStixInput says what is written as STIX, and for whom.
type ShareStixInput struct {
	Incidents  []string `json:"incidents" arg:"" optional:"" sep:"none" help:"ids of thefts of the record, or incidents' files (.yaml); the whole record if left out and neither tags nor indicators are given"`
	Tags       []string `json:"tags" sep:"none" help:"file of tags to write, such as a TagPack; may be repeated" placeholder:"FILE"`
	Indicators []string `json:"indicators" sep:"none" help:"file of indicators to write, as clew indicators read keeps them; of the theft, if exactly one is named; may be repeated" placeholder:"FILE"`
	To         string   `json:"to" help:"file to write the bundle to" placeholder:"FILE"`
	Tlp        string   `json:"tlp" values:"clear,green,amber,amber+strict,red" help:"marking that everything gets, by TLP 2.0; clear if left out, for what is public already" placeholder:"MARKING"`
	Release    []string `json:"release" sep:"none" values:"victims,notes,persons" help:"what is private and is written all the same: victims' addresses, notes of files of your own, or whom authorities name; may be repeated" placeholder:"WHAT"`
}

// ShareReadInput names a bundle.
type ShareReadInput struct {
	File  string `json:"file" arg:"" help:"bundle of STIX 2.0 or 2.1, in JSON"`
	To    string `json:"to" help:"file to write what it claims of addresses to, as TagPack YAML that --tags takes" placeholder:"FILE"`
	Title string `json:"title" help:"title of that pack; the bundle's file name if left out" placeholder:"TEXT"`
}

func shareStixOp() Op {
	return define(Op{
		Name: "share stix",
		Doc:  "Write thefts and tags as a bundle of STIX 2.1, with who says what and how it may be passed on.",
		Detail: "A theft becomes a campaign, with victims, techniques of ATT&CK, addresses, claims of who did it side by side, and a report that holds it together. The same input makes the same bytes. " +
			"Nothing is shared above its marking: a file of your own wants --tlp or a key marking of its own, and a private tag pack wants amber+strict or red. " +
			"Victims' addresses, notes of your own files and names of persons are left out and counted, unless you release them. docs/SHARING.md describes every object.",
		Examples: []Example{
			{"share stix --to record.json", "the whole record"},
			{"share stix ronin-2022 harmony-2022 --to two.json --tlp green", "two thefts, for a community"},
			{"share stix ./theft.yaml --tags mine.yaml --to case.json --tlp amber+strict --release victims", "a case of your own"},
		},
	}, runShareStix)
}

func shareReadOp() Op {
	return define(Op{
		Name: "share read",
		Doc:  "Say what is in a bundle of STIX, and keep what it claims of addresses as tags.",
		Detail: "All of a bundle is read or nothing. Objects of types that are not known, references to what is not there and references in a circle are told. " +
			"What it says of addresses is a claim with its source, alleged and never a fact, and private unless it is marked clear. Nothing is kept without --to.",
		Examples: []Example{
			{"share read partner.json", "what is in it"},
			{"share read partner.json --to partner.yaml", "then clew screen ADDRESS --tags partner.yaml"},
		},
	}, runShareRead)
}

func runShareStix(ctx context.Context, env *Env, in ShareStixInput) (report.Result, error) {
	if in.To == "" {
		return nil, &clew.InputError{Field: "to", Want: "the name of a file to write"}
	}
	o := stix.Options{Marking: incident.MarkClear, Stated: env.Now, Chosen: in.Tlp != ""}
	if o.Chosen {
		o.Marking = incident.Marking(in.Tlp)
	}
	o.Victims, o.Notes, o.Persons = contains(in.Release, "victims"), contains(in.Release, "notes"), contains(in.Release, "persons")
	w, err := stix.NewWriter(o)
	if err != nil {
		return nil, err
	}
	out := &report.StixWritten{To: in.To, Marking: o.Marking}
	if out.Thefts, err = shareThefts(ctx, env, w, in); err != nil {
		return nil, err
	}
	if err := shareTags(ctx, env, w, in.Tags, out); err != nil {
		return nil, err
	}
	if err := shareIndicators(ctx, env, w, in, out); err != nil {
		return nil, err
	}
	b, err := w.Bundle()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return nil, err
	}
	if err := env.Replace(in.To, text.Bytes()); err != nil {
		return nil, missing(err)
	}
	out.Objects, out.Types, out.Withheld = len(b.Objects), b.Counts(), w.Withheld
	return out, nil
}

// shareThefts writes the thefts that were named, or those of the record that
// count or were withdrawn, so that others learn of it.
func shareThefts(ctx context.Context, env *Env, w *stix.Writer, in ShareStixInput) (int, error) {
	if len(in.Incidents) > incidentsMax {
		return 0, &clew.InputError{Field: "incidents", Want: "at most 1,000 at once"}
	}
	if len(in.Incidents) == 0 && len(in.Tags)+len(in.Indicators) == 0 {
		return shareRecord(ctx, w)
	}
	named := map[string]string{}
	for _, name := range in.Incidents {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		i, err := theftNamed(env, name)
		if err != nil {
			return 0, err
		}
		if before, twice := named[i.ID]; twice {
			return 0, &clew.InputError{Field: "incidents", Value: name, Want: "each theft once; " + before + " is the same"}
		}
		named[i.ID] = name
		if err := w.Theft(i, !isFileName(name)); err != nil {
			return 0, err
		}
	}
	return len(in.Incidents), nil
}

func shareRecord(ctx context.Context, w *stix.Writer) (n int, err error) {
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
func shareTags(ctx context.Context, env *Env, w *stix.Writer, files []string, out *report.StixWritten) error {
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

// stoppable ends a reading when nobody waits for it any more.
type stoppable struct {
	ctx context.Context
	io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

func runShareRead(ctx context.Context, env *Env, in ShareReadInput) (report.Result, error) {
	f, err := openGiven(env, "file", in.File, stix.MaxBytes)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	env.tell(Progress{Doing: "reading " + in.File})
	b, err := stix.Read(stoppable{ctx, f})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, givenWanted(err, "file", in.File)
	}
	claims, ways := b.Claims(path.Base(in.File)), b.Indicators(path.Base(in.File))
	out := &report.StixRead{
		File: in.File, ID: b.ID, Objects: len(b.Objects), Types: b.Counts(), Relationships: len(b.Relationships()), Marking: b.Marking(),
		Missing: b.Missing(), Cycles: b.Cycles(), Doubts: b.Doubts, Tags: claims.Tags, Left: claims.Left, Indicators: len(ways.List),
	}
	if in.To == "" {
		return out, nil
	}
	pack := tag.Pack{Title: in.Title, Description: fmt.Sprintf("What %s claims of addresses.", path.Base(in.File))}
	if pack.Title == "" {
		pack.Title = path.Base(in.File)
	}
	for _, t := range claims.Tags {
		pack.Private = pack.Private || t.Private
	}
	if len(claims.Tags) == 0 {
		return nil, &clew.InputError{Field: "file", Value: in.File, Want: "a bundle that says something of an address; there is nothing to keep"}
	}
	var text bytes.Buffer
	if err := tag.WritePack(&text, pack, claims.Tags); err != nil {
		return nil, err
	}
	if err := env.Replace(in.To, text.Bytes()); err != nil {
		return nil, missing(err)
	}
	out.To, out.Private = in.To, pack.Private
	return out, nil
}

// shareIndicators writes the indicators of files; of the theft that was named,
// if it is the only one.
func shareIndicators(ctx context.Context, env *Env, w *stix.Writer, in ShareStixInput, out *report.StixWritten) error {
	if len(in.Indicators) == 0 {
		return nil
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
		i, err := theftNamed(env, in.Incidents[0])
		if err != nil {
			return err
		}
		theft = i.ID
	}
	for i := range read.List {
		if err := w.Indicator(&read.List[i], theft); err != nil {
			return err
		}
	}
	out.Indicators = len(read.List) - w.Withheld.Genuine
	return nil
}
