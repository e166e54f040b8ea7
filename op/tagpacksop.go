package op

import (
	"bytes"
	"context"
	"path"
	"slices"

	"clew"
	"clew/report"
	"clew/tag"
)

// TagFilesInput names files of tags.
type TagFilesInput struct {
	Files []string `json:"files" arg:"" sep:"none" help:"files of tags or actors: TagPack or ActorPack YAML, labels of a block explorer in JSON, or CSV"`
}

// TagWriteInput says what is to be written where.
type TagWriteInput struct {
	Files []string `json:"files" arg:"" sep:"none" help:"files of tags or actors: TagPack or ActorPack YAML, labels of a block explorer in JSON, or CSV"`
	To    string   `json:"to" help:"file to write, as TagPack YAML" placeholder:"FILE"`
	Title string   `json:"title" help:"title of the pack that is written; that of the first file if left out" placeholder:"TEXT"`
}

// check refuses what cannot be written, before anything is read.
func (in *TagWriteInput) check(env *Env) error {
	if in.To == "" {
		return &clew.InputError{Field: "to", Want: "the name of a file to write"}
	}
	return env.canWrite("to", in.To, in.Files...)
}

func tagsLintOp() Op {
	return define(Op{
		Name: "tags lint",
		Doc:  "Check files of tags and actors, and say everything that is wrong with file and line.",
		Detail: "Ends with the code for bad input if anything is wrong. Tags that say the same twice, or name different actors by the same evidence, are named and taken all the same. Tags of networks that are not known here are counted and are no issue. " +
			"A CSV has a header with address, label and source, and any of chain, currency, category, concepts, confidence, lastmod, actor, valid_from, valid_until, status.",
		Examples: []Example{{"tags lint mine.yaml", "before a pack is used or sent in"}},
	}, runTagsLint)
}

func tagsImportOp() Op {
	return define(Op{
		Name: "tags import",
		Doc:  "Turn files of tags into one tag pack that --tags takes, and say what was refused.",
		Detail: "--tags takes no file with an issue. This takes the sound tags of such files, and lists every other with file and line. " +
			"If one of the files is private, so is what is written.",
		Examples: []Example{{"tags import mine.yaml --to pack.yaml", "from YAML, labels in JSON, or CSV"}},
	}, runTagsImport)
}

func tagsExportOp() Op {
	return define(Op{
		Name: "tags export",
		Doc:  "Write a tag pack to share: of files of tags, what is not private, as notices leave it.",
		Detail: "What was withdrawn is written too, with its trail, so that others learn of it. " +
			"Tags, actors and notices of packs that say is_public: false are left out and counted, and so are those of packs whose header cannot be read whole, or that have keys after their tags: they may say so.",
		Examples: []Example{{"tags export mine.yaml --to shared.yaml", "leaves private packs out"}},
	}, runTagsExport)
}

func tagsConflictsOp() Op {
	return define(Op{
		Name: "tags conflicts",
		Doc:  "List addresses of which equally good claims say different things.",
		Detail: "Two claims are in conflict if they name different actors, or give different reasons why a walk ends there, each by the best evidence that there is. Actors of which a source says that one is part of the other are not different. " +
			"The built-in packs are read too.",
		Examples: []Example{{"tags conflicts mine.yaml", "of a pack and the built-in ones"}},
	}, runTagsConflicts)
}

// readTags reads files of tags and calls visit with each tag; issues keep none
// of the others out. Notices and actors of all files are returned.
func readTags(ctx context.Context, env *Env, files []string, visit func(file string, t tag.Tag)) (read []report.TagFile, rest tag.File, err error) {
	for _, name := range files {
		f, err := openGiven(env, "files", name, maxPack)
		if err != nil {
			return nil, rest, err
		}
		env.tell(Progress{Doing: "reading " + name})
		one, err := tag.ReadPack(ctx, name, f, func(t tag.Tag) error { visit(name, t); return nil })
		f.Close()
		if ctx.Err() != nil {
			return nil, rest, ctx.Err()
		}
		if err != nil {
			return nil, rest, givenWanted(err, "files", name)
		}
		read = append(read, report.TagFile{Pack: one.Pack, Issues: one.Issues})
		rest.Notices, rest.Actors = append(rest.Notices, one.Notices...), append(rest.Actors, one.Actors...)
	}
	return read, rest, nil
}

func runTagsLint(ctx context.Context, env *Env, in TagFilesInput) (report.Result, error) {
	known, err := env.index(ctx, nil)
	if err != nil {
		return nil, err
	}
	doubts := map[string]*tag.Doubts{}
	read, _, err := readTags(ctx, env, in.Files, func(file string, t tag.Tag) {
		if doubts[file] == nil {
			doubts[file] = tag.NewDoubts(known.Actors())
		}
		doubts[file].Add(file, &t)
	})
	if err != nil {
		return nil, err
	}
	for i := range read {
		if d := doubts[read[i].Pack.File]; d != nil {
			read[i].Doubts = d.Found
		}
	}
	return &report.TagLint{Files: read}, nil
}

func runTagsImport(ctx context.Context, env *Env, in TagWriteInput) (report.Result, error) {
	if err := in.check(env); err != nil {
		return nil, err
	}
	var tags []tag.Tag
	read, rest, err := readTags(ctx, env, in.Files, func(_ string, t tag.Tag) { tags = append(tags, t) })
	if err != nil {
		return nil, err
	}
	if len(rest.Notices) > 0 {
		return nil, &clew.InputError{Field: "files", Value: in.Files[0], Want: "files without notices, which stay with whoever gave them; --tags takes them as they are"}
	}
	out := &report.TagsWritten{Files: read, Out: in.To}
	for _, f := range read {
		out.Private = out.Private || f.Pack.Private
	}
	return writeTags(env, in, out, tags, rest.Actors)
}

func runTagsExport(ctx context.Context, env *Env, in TagWriteInput) (report.Result, error) {
	if err := in.check(env); err != nil {
		return nil, err
	}
	tags := map[string][]tag.Tag{} // by file: that one is private may show at its end
	read, rest, err := readTags(ctx, env, in.Files, func(file string, t tag.Tag) { tags[file] = append(tags[file], t) })
	if err != nil {
		return nil, err
	}
	out := &report.TagsWritten{Files: read, Out: in.To, Shared: true}
	var b tag.Builder
	var transactions []tag.Tag
	for _, f := range read {
		if f.Pack.Private {
			out.LeftOut += f.Pack.Tags + f.Pack.Actors + f.Pack.Notices
			continue
		}
		for _, t := range tags[f.Pack.File] {
			if t.Subject.IsZero() {
				transactions = append(transactions, t)
				continue
			}
			b.Add(t)
		}
		delete(tags, f.Pack.File) // one that is named twice is read twice
	}
	for _, n := range rest.Notices {
		if !n.Private {
			b.AddNotice(n)
		}
	}
	index := b.Index()
	out.Idle = index.Idle()
	all := make([]tag.Tag, 0, index.Len()+len(transactions))
	for t := range index.All() {
		all = append(all, t)
	}
	rest.Actors = slices.DeleteFunc(rest.Actors, func(a tag.Actor) bool { return a.Private })
	return writeTags(env, in, out, append(all, transactions...), rest.Actors)
}

// writeTags writes tags as a pack and says so. The files read become no
// private part of what is shared.
func writeTags(env *Env, in TagWriteInput, out *report.TagsWritten, tags []tag.Tag, actors []tag.Actor) (report.Result, error) {
	if len(tags) > 0 && len(actors) > 0 {
		return nil, &clew.InputError{Field: "files", Value: in.Files[0], Want: "files of tags, or files of actors: a pack holds one of them"}
	}
	pack := tag.Pack{Title: in.Title, Private: out.Private}
	for _, f := range out.Files {
		if pack.Title == "" && (!out.Shared || !f.Pack.Private) {
			pack.Title, pack.Creator, pack.Description = f.Pack.Title, f.Pack.Creator, f.Pack.Description
		}
	}
	if pack.Title == "" {
		pack.Title = path.Base(in.To)
	}
	var b bytes.Buffer
	err := tag.WritePack(&b, pack, tags)
	if len(actors) > 0 {
		b.Reset()
		err = tag.WriteActors(&b, pack, actors)
	}
	if err != nil {
		return nil, err
	}
	if err := env.write("to", in.To, b.Bytes()); err != nil {
		return nil, err
	}
	out.Tags, out.Actors = len(tags), len(actors)
	return out, nil
}

func runTagsConflicts(ctx context.Context, env *Env, in TagFilesInput) (report.Result, error) {
	var b tag.Builder
	if err := env.carried(ctx, &b); err != nil {
		return nil, err
	}
	read, rest, err := readTags(ctx, env, in.Files, func(_ string, t tag.Tag) { b.Add(t) })
	if err != nil {
		return nil, err
	}
	for _, n := range rest.Notices {
		b.AddNotice(n)
	}
	b.AddActors(rest.Actors)
	out := &report.TagConflicts{Files: read, Day: dayText(env.Now)}
	for a, clashes := range b.Index().Conflicts(out.Day) {
		out.Conflicts = append(out.Conflicts, report.TagConflict{Address: a, Clashes: clashes})
	}
	return out, nil
}
