package tag

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"clew/internal/strictyaml"
)

// A Pack says what a file of tags is and what was read of it. The format is
// TagPack, the field's open one: YAML with a header, whose values each tag
// inherits unless it gives its own, and a list of tags.
type Pack struct {
	File        string `json:"file"`
	Title       string `json:"title"`
	Creator     string `json:"creator,omitempty"`
	Description string `json:"description,omitempty"`
	Private     bool   `json:"private,omitempty"` // it says is_public: false, or may say so where it could not be read: not to be shared
	Tags        int    `json:"tags"`              // taken
	Actors      int    `json:"actors,omitempty"`  // taken; a file holds tags or actors
	Notices     int    `json:"notices,omitempty"` // about tags, of this pack or others

	// Skipped counts tags by the currency or network that they name, where
	// that is no chain known here. They are not guessed at.
	Skipped map[string]int `json:"skipped,omitempty"`

	// Refused counts tags with an issue.
	Refused int `json:"refused,omitempty"`
}

// An Issue is one thing wrong in a pack, with file and line.
type Issue = strictyaml.Issue

// A header is what stands above a pack's tags. Fields that tags inherit are
// those of fields; notices are our own.
type header struct {
	Title       string          `yaml:"title"`
	Creator     string          `yaml:"creator"`
	Description string          `yaml:"description"`
	IsPublic    *bool           `yaml:"is_public"`
	Tags        strictyaml.Node `yaml:"tags"`
	Notices     []noticeRow     `yaml:"notices"`
	fields
}

// A reading is one pack under way, or a part of it.
type reading struct {
	pack    *Pack
	header  *header
	nodes   *strictyaml.Reader
	notices []Notice
	trailed bool // keys stand after the tags
	chunk
}

// A chunk is what one part of a file gave.
type chunk struct {
	tags    []Tag
	issues  []Issue
	skipped map[string]int
	refused int
}

// A job is a part that is being read.
type job struct {
	part part
	done chan chunk
}

// A File is what was read of a file of tags or actors.
type File struct {
	Pack    Pack
	Notices []Notice
	Actors  []Actor
	Issues  []Issue
}

// ReadPack reads a pack in bounded memory and calls visit with each tag, in
// the order of the file. A tag with an issue is refused, the others are taken:
// a claim without a source, say, is none. The error is visit's, the reader's
// or the context's; then the rest was not read. A pack whose header could not be
// read whole, or that has keys after its tags, may have meant to be private, and
// is: of the latter its Pack alone says so, for its tags were visited before.
//
// Beside TagPacks it reads ActorPacks, the JSON of labels that is taken from
// Etherscan and its like, and CSV with a header; which it is, the beginning
// tells.
func ReadPack(ctx context.Context, file string, r io.Reader, visit func(Tag) error) (File, error) {
	top := &reading{pack: &Pack{File: file}, header: &header{}, nodes: strictyaml.NewReader(file)}
	buffered := bufio.NewReaderSize(r, sniffed)
	begin, _ := buffered.Peek(sniffed) // a failure comes again
	var sum sum
	var err error
	switch shape := shapeOf(begin); shape {
	case "actors":
		pack, actors, issues := ReadActors(file, buffered)
		return File{Pack: pack, Actors: actors, Issues: issues}, ctx.Err()
	case "":
		err = top.readYAML(ctx, buffered, visit, &sum)
	default:
		top.pack.Title = path.Base(file)
		read := map[string]func(io.Reader, func(chunk) error) error{"labels": top.readLabels, "csv": top.readCSV}[shape]
		err = read(buffered, func(c chunk) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return sum.add(c, visit)
		})
	}
	f := File{Pack: *top.pack, Notices: top.notices, Issues: sum.issues}
	f.Pack.Tags, f.Pack.Skipped, f.Pack.Refused, f.Pack.Notices = sum.tags, sum.skipped, sum.refused, len(top.notices)
	if top.trailed {
		f.Pack.Private = true
		for i := range f.Notices {
			f.Notices[i].Private = true
		}
	}
	if err != nil {
		f.Notices = nil
		return f, fmt.Errorf("tag pack %s: %w", file, err)
	}
	return f, nil
}

// sniffed is how much of a file tells what it is, in bytes.
const sniffed = 4096

// actorsKey begins the list of an ActorPack.
var actorsKey = regexp.MustCompile(`(?m)^actors\s*:`)

// shapeOf returns what a file that begins so is: actors, labels, csv, or "" for
// the YAML of tags.
func shapeOf(begin []byte) string {
	text := strings.TrimLeft(strings.TrimPrefix(string(begin), "\ufeff"), " \t\r\n")
	if rest, ok := strings.CutPrefix(text, "{"); ok {
		if rest = strings.TrimLeft(rest, " \t\r\n"); strings.HasPrefix(rest, `"`) && !strings.HasPrefix(rest, `"title"`) {
			return "labels"
		}
		return ""
	}
	if actorsKey.MatchString(text) {
		return "actors"
	}
	line, _, _ := strings.Cut(text, "\n")
	if strings.Contains(line, ",") && !strings.Contains(line, ":") && !strings.HasPrefix(line, "#") {
		return "csv"
	}
	return ""
}

// readYAML reads the header itself and has the parts of the list read on every
// core; they are visited in their order.
func (p *reading) readYAML(ctx context.Context, r io.Reader, visit func(Tag) error, sum *sum) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	cores := runtime.GOMAXPROCS(0)
	jobs, inOrder := make(chan job), make(chan job, 4*cores)
	var splitting error
	var group sync.WaitGroup
	group.Go(func() {
		defer close(inOrder)
		defer close(jobs)
		splitting = split(r, func(part part) error { return p.hand(within, part, jobs, inOrder) })
	})
	for range cores {
		group.Go(func() {
			one := &reading{pack: p.pack, header: p.header, nodes: strictyaml.NewReader(p.pack.File)}
			for j := range jobs {
				one.take(j.part)
				j.done <- one.chunk
				one.chunk = chunk{}
			}
		})
	}
	var visiting error
	for j := range inOrder {
		if visiting = sum.add(<-j.done, visit); visiting != nil {
			break
		}
	}
	cancel()
	group.Wait()
	return cmp.Or(visiting, splitting)
}

// hand reads a header, and hands other parts to whoever is free.
func (p *reading) hand(ctx context.Context, part part, jobs, inOrder chan<- job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := job{part, make(chan chunk, 1)}
	here := part.note != "" || part.items == 0
	if here {
		p.take(part)
		j.done <- p.chunk
		p.chunk = chunk{}
	}
	select {
	case inOrder <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	if here {
		return nil
	}
	select {
	case jobs <- j:
		return nil
	case <-ctx.Done():
		close(j.done) // nobody reads it
		return ctx.Err()
	}
}

// A sum is what the chunks of a file gave in all.
type sum struct {
	tags, refused int
	issues        []Issue
	skipped       map[string]int
}

// add visits the tags of a chunk, until visit returns an error, and counts the
// rest.
func (s *sum) add(c chunk, visit func(Tag) error) error {
	s.issues = append(s.issues, c.issues...)
	s.refused += c.refused
	for name, n := range c.skipped {
		if s.skipped == nil {
			s.skipped = map[string]int{}
		}
		s.skipped[name] += n
	}
	for i := range c.tags {
		s.tags++
		if err := visit(c.tags[i]); err != nil {
			return err
		}
	}
	return nil
}

// take reads one part of a file: its header, or some of its tags.
func (p *reading) take(part part) {
	if part.note != "" {
		p.trailed = true
		p.add(part.line, "%s", part.note)
		return
	}
	node, issue := parse(p.pack.File, part)
	switch {
	case issue != nil && part.items > 1:
		for _, single := range part.singles() { // so that one bad tag costs one
			p.take(single)
		}
	case issue != nil:
		if part.items == 0 { // others may be reading the pack once its header is read
			p.pack.Private = true
		}
		p.refused += part.items
		p.issues = append(p.issues, *issue)
	case part.items == 0:
		p.takeHeader(node)
	default:
		p.takeTags(node, part.line)
	}
}

func (p *reading) takeHeader(node *strictyaml.Node) {
	wrong := p.nodes.Node(node, 0, p.header)
	p.issues = append(p.issues, wrong...)
	h := p.header
	p.pack.Title, p.pack.Creator, p.pack.Description = h.Title, h.Creator, h.Description
	p.pack.Private = len(wrong) > 0 || h.IsPublic != nil && !*h.IsPublic
	if h.Title == "" {
		p.add(1, "title: missing")
	}
	for i := range h.Notices {
		p.notice(&h.Notices[i])
	}
	p.takeTags(&h.Tags, 0)
}

func (p *reading) takeTags(list *strictyaml.Node, line int) {
	for _, item := range list.Content {
		var r row
		if issues := p.nodes.Node(item, line, &r); len(issues) > 0 {
			p.refused++
			p.issues = append(p.issues, issues...)
			continue
		}
		r.inherit(&p.header.fields)
		p.takeRow(&r)
	}
}

func (p *reading) add(line int, format string, args ...any) {
	p.issues = append(p.issues, Issue{File: p.pack.File, Line: line, Text: fmt.Sprintf(format, args...)})
}
