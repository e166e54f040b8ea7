package tag

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"clew/internal/strictyaml"
)

// Bounds of one part of a pack that is held in memory.
const (
	lineMax   = 1 << 20
	itemsMax  = 256
	headerMax = 4 << 20
)

// A part is a piece of a pack that is YAML by itself: the header, or a run of
// the list of tags.
type part struct {
	text  string
	line  int   // lines of the file before it
	items int   // tags in it; 0: the header
	heads []int // offset in text of each tag
	note  string
}

// singles returns a part's tags, each as a part of its own.
func (p part) singles() []part {
	list := make([]part, 0, p.items)
	line := p.line
	for i, start := range p.heads {
		end := len(p.text)
		if i+1 < len(p.heads) {
			end = p.heads[i+1]
		}
		text := p.text[start:end]
		list = append(list, part{text: text, line: line, items: 1, heads: []int{0}})
		line += strings.Count(text, "\n")
	}
	return list
}

// parse returns the first node of a part's document, or what is wrong.
func parse(file string, p part) (*strictyaml.Node, *Issue) {
	var root yaml.Node
	if issues := strictyaml.Parse(file, p.line, []byte(p.text), &root); len(issues) > 0 {
		return nil, &issues[0]
	}
	return root.Content[0], nil
}

// A splitter cuts a pack into parts as its lines come. Packs are lists of
// hundreds of thousands of tags in YAML's block style, so a new tag is a line
// that begins with a dash, as far in as the first one did; a pack in another
// style is one part, and bounded as the header is.
type splitter struct {
	emit    func(part) error
	now     part
	text    strings.Builder
	line    int
	inTags  bool
	indent  int // of the dashes; -1: none seen
	trailed bool
}

func split(r io.Reader, emit func(part) error) error {
	s := splitter{emit: emit, indent: -1}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), lineMax)
	for lines.Scan() {
		if err := s.take(lines.Text()); err != nil {
			return err
		}
		s.line++
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("line %d: longer than %d bytes", s.line+1, lineMax)
		}
		return err
	}
	return s.flush()
}

func (s *splitter) take(line string) error {
	trimmed := strings.TrimLeft(line, " ")
	indent := len(line) - len(trimmed)
	switch {
	case !s.inTags && strings.TrimRight(line, " \r") == "tags:":
		if err := s.flush(); err != nil {
			return err
		}
		s.inTags = true
		s.now = part{line: s.line + 1}
		return nil
	case !s.inTags:
		return s.keep(line)
	case (trimmed == "-" || strings.HasPrefix(trimmed, "- ")) && (s.indent < 0 || s.indent == indent):
		s.indent = indent
		return s.begin(line)
	case indent == 0 && trimmed != "" && trimmed[0] != '#' && trimmed[0] != '-':
		return s.trailing(line)
	}
	return s.keep(line)
}

// begin starts a new tag, and a new part if this one is full.
func (s *splitter) begin(line string) error {
	if s.now.items == itemsMax {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if s.now.items == 0 {
		s.text.Reset() // comments before the first tag
		s.now = part{line: s.line}
	}
	s.now.items++
	s.now.heads = append(s.now.heads, s.text.Len())
	return s.keep(line)
}

func (s *splitter) keep(line string) error {
	if s.text.Len()+len(line) > headerMax {
		return fmt.Errorf("line %d: more than %d bytes before the next tag", s.line+1, headerMax)
	}
	s.text.WriteString(line)
	s.text.WriteByte('\n')
	return nil
}

// trailing notes a key after the tags: they were read without it.
func (s *splitter) trailing(line string) error {
	if s.trailed {
		return nil
	}
	s.trailed = true
	key, _, _ := strings.Cut(line, ":")
	return s.emit(part{line: s.line + 1, note: bounded(key) + ": stands after the tags, which were read without it; put it above them"})
}

func (s *splitter) flush() error {
	s.now.text = s.text.String()
	s.text.Reset()
	now := s.now
	s.now = part{line: s.line}
	if s.inTags && now.items == 0 || strings.TrimSpace(now.text) == "" {
		return nil
	}
	return s.emit(now)
}
