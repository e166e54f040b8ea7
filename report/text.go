package report

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"clew"
)

// defaultWidth is where paragraphs are wrapped at the latest: longer lines are
// hard to read.
const defaultWidth = 100

// Terminal colours. Nothing is said by colour alone.
const (
	plain  = "\x1b[0m"
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	yellow = "\x1b[33m"
	purple = "\x1b[35m"
	red    = "\x1b[31m"
)

// A textWriter collects a document as text.
type textWriter struct {
	strings.Builder
	style  Style
	width  int  // where paragraphs are wrapped
	cut    bool // an ellipsis stands for something that was left out
	spared bool // a table has columns that the screen has no room for
}

func writeText(w io.Writer, d *Doc, style Style) error {
	t := &textWriter{style: style, width: defaultWidth}
	if style.Screen > 0 {
		t.width = min(style.Screen, defaultWidth)
	}
	if d.Marking != "" {
		t.line(t.paint(bold, d.Marking))
	}
	t.line(t.paint(bold, d.Title))
	if d.Asked != "" {
		t.paragraph("", d.Asked)
	}
	for _, s := range d.Warnings {
		t.paragraph(t.paint(red, "! "), s)
	}
	if len(d.Answer) > 0 {
		t.line("")
	}
	for _, s := range d.Answer {
		t.paragraph("", s)
	}
	for i := range d.Sections {
		t.section(&d.Sections[i])
	}
	more := d.More
	if t.cut {
		more = append([]string{"… stands for what is left out here."}, more...)
	}
	if t.spared {
		more = append([]string{"Columns that do not fit here are left out; --wide writes them."}, more...)
	}
	if len(more) > 0 {
		t.line("")
		t.paragraph("", strings.Join(more, " "))
	}
	_, err := io.WriteString(w, t.String())
	return err
}

func (t *textWriter) section(s *Section) {
	notes := s.Notes
	tables := slices.DeleteFunc(slices.Clone(s.Tables), func(table *Table) bool { return table.Data || table.Wide && !t.style.Wide })
	if t.style.Wide {
		notes = slices.Concat(notes, s.Fine)
	}
	if s.Detail && !t.style.Wide || len(notes)+len(tables)+len(s.Blocks)+len(s.Blanks) == 0 {
		return
	}
	t.line("")
	t.line(t.paint(bold, s.Title))
	for _, n := range notes {
		t.paragraph("  ", n)
	}
	for _, b := range s.Blocks {
		t.paragraph("  ", b.Title)
		for _, line := range b.Lines {
			t.line("    " + line)
		}
	}
	for _, b := range s.Blanks {
		t.paragraph("  ", b.Title+": ____________________")
		if b.Note != "" {
			t.paragraph("      ", "("+b.Note+")")
		}
	}
	for _, table := range tables {
		if table.Caption != "" && (len(tables) > 1 || t.style.Wide) {
			t.paragraph("  ", table.Caption)
		}
		t.table(table)
	}
}

func (t *textWriter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

// paragraph writes s, wrapped, with lead before its first line and as much
// room before the others.
func (t *textWriter) paragraph(lead, s string) {
	indent := strings.Repeat(" ", visible(lead))
	line := lead
	used := visible(lead)
	for i, w := range fieldsOf(s) {
		n := utf8.RuneCountInString(w.text)
		space := " "
		if w.goesOn || i == 0 {
			space = ""
		}
		if i > 0 && used+len(space)+n > t.width {
			t.line(line)
			line, used, space = indent, len(indent), ""
		}
		line += space + w.text
		used += len(space) + n
	}
	t.line(line)
}

// longestWord is what no line can hold whole: longer words are parted.
const longestWord = defaultWidth - 10

// A field is a word, or a part of one that goes on where the last part ended.
type field struct {
	text   string
	goesOn bool
}

// fieldsOf returns the words of s, the longest in parts.
func fieldsOf(s string) []field {
	var words []field
	for _, w := range strings.Fields(s) {
		letters, goesOn := []rune(w), false
		for len(letters) > longestWord {
			words = append(words, field{string(letters[:longestWord]), goesOn})
			letters, goesOn = letters[longestWord:], true
		}
		words = append(words, field{string(letters), goesOn})
	}
	return words
}

// paint colours s where colours are wanted.
func (t *textWriter) paint(color, s string) string {
	if !t.style.Color {
		return s
	}
	return color + s + plain
}

// visible counts the columns that s takes, colours aside.
func visible(s string) int {
	n, escape := 0, false
	for _, c := range s {
		switch {
		case c == '\x1b':
			escape = true
		case escape:
			escape = c != 'm'
		default:
			n++
		}
	}
	return n
}

// colorOf marks what is not a fact.
func colorOf(b clew.Basis) string {
	switch b {
	case clew.Claimed:
		return yellow
	case clew.Inferred:
		return purple
	}
	return ""
}
