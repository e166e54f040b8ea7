package op

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"

	"clew"
	"clew/report"
	"clew/share/misp"
	"clew/share/stix"
	"clew/tag"
)

// ShareReadInput names what others passed on.
type ShareReadInput struct {
	File  string `json:"file" arg:"" help:"bundle of STIX 2.0 or 2.1, or events of MISP, in JSON"`
	To    string `json:"to" help:"file to write what it claims of addresses to, as TagPack YAML that --tags takes" placeholder:"FILE"`
	Title string `json:"title" help:"title of that pack; the file's name if left out" placeholder:"TEXT"`
}

func shareReadOp() Op {
	return define(Op{
		Name: "share read",
		Doc:  "Say what is in a bundle of STIX or in events of MISP, and keep what they claim of addresses as tags.",
		Detail: "Which of the two it is, its beginning tells. All of a file is read or nothing. Objects of types that are not known, references to what is not there and references in a circle are told. " +
			"What it says of addresses is a claim with its source, alleged and never a fact, and private unless it is marked clear. Nothing is kept without --to.",
		Examples: []Example{
			{"share read partner.json", "what is in it"},
			{"share read partner.json --to partner.yaml", "then clew screen ADDRESS --tags partner.yaml"},
		},
	}, runShareRead)
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
	if err := env.canWrite("to", in.To, in.File); err != nil {
		return nil, err
	}
	f, err := openGiven(env, "file", in.File, stix.MaxBytes)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	env.tell(Progress{Doing: "reading " + in.File})
	text := bufio.NewReaderSize(stoppable{ctx, f}, shareSniffed)
	begin, _ := text.Peek(shareSniffed) // a failure comes again
	out, read := report.Result(nil), &report.ShareRead{File: in.File}
	if isEvents(begin) {
		out, err = readEvents(text, in.File, read)
	} else {
		out, err = readStix(text, in.File, read)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, givenWanted(err, "file", in.File)
	}
	if in.To == "" {
		return out, nil
	}
	return out, keepClaims(env, in, read)
}

// shareSniffed is how much of a file tells what it is, in bytes.
const shareSniffed = 64 << 10

// isEvents reports whether a file begins as events of MISP do: a list, or an
// object whose first member is none of a bundle's.
func isEvents(begin []byte) bool {
	d := json.NewDecoder(bytes.NewReader(begin))
	first, err := d.Token()
	if err != nil || first != json.Delim('{') {
		return err == nil && first == json.Delim('[')
	}
	name, err := d.Token()
	word, is := name.(string)
	return err == nil && is && !contains([]string{"type", "id", "objects", "spec_version"}, word)
}

func readEvents(r io.Reader, file string, read *report.ShareRead) (report.Result, error) {
	s, err := misp.Read(r)
	if err != nil {
		return nil, err
	}
	claims := s.Claims(path.Base(file))
	read.Marking, read.Doubts, read.Tags, read.Left = s.Marking(), s.Doubts, claims.Tags, claims.Left
	read.Indicators = len(s.Indicators().List)
	return &report.MispRead{ShareRead: read, Format: "MISP", Events: len(s.List), Kinds: s.Kinds()}, nil
}

func readStix(r io.Reader, file string, read *report.ShareRead) (report.Result, error) {
	b, err := stix.Read(r)
	if err != nil {
		return nil, err
	}
	claims, ways := b.Claims(path.Base(file)), b.Indicators(path.Base(file))
	read.Marking, read.Doubts, read.Tags, read.Left = b.Marking(), b.Doubts, claims.Tags, claims.Left
	read.Indicators = len(ways.List)
	return &report.StixRead{ShareRead: read, ID: b.ID, Objects: len(b.Objects), Types: b.Counts(), Relationships: len(b.Relationships()), Missing: b.Missing(), Cycles: b.Cycles()}, nil
}

// keepClaims writes what was read of addresses as a tag pack.
func keepClaims(env *Env, in ShareReadInput, read *report.ShareRead) error {
	if len(read.Tags) == 0 {
		return &clew.InputError{Field: "file", Value: in.File, Want: "a file that says something of an address; there is nothing to keep"}
	}
	pack := tag.Pack{Title: in.Title, Description: fmt.Sprintf("What %s claims of addresses.", path.Base(in.File))}
	if pack.Title == "" {
		pack.Title = path.Base(in.File)
	}
	for _, t := range read.Tags {
		pack.Private = pack.Private || t.Private
	}
	if err := shareWrite(env, in.To, func(w io.Writer) error { return tag.WritePack(w, pack, read.Tags) }); err != nil {
		return err
	}
	read.To, read.Private = in.To, pack.Private
	return nil
}
