package watchlist

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of what is read of a list.
const (
	bytesMax   = 1 << 30 // of a file
	depthMax   = 32      // of elements in each other
	nodesMax   = 1 << 18 // elements of one record
	textMax    = 8 << 20 // bytes of one record
	partiesMax = 1 << 20
)

// An element is one record of a list in XML, with all that is in it. Names are
// without their spaces.
type element struct {
	name     string
	line     int
	attrs    []xml.Attr
	text     string
	children []*element
}

// attr returns an attribute, trimmed; empty if there is none.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// all returns the elements at a path below e.
func (e *element) all(path ...string) []*element {
	list := []*element{e}
	for _, name := range path {
		var below []*element
		for _, x := range list {
			for _, child := range x.children {
				if child.name == name {
					below = append(below, child)
				}
			}
		}
		list = below
	}
	return list
}

// value returns the trimmed text of the first element at a path below e that
// has any.
func (e *element) value(path ...string) string {
	for _, x := range e.all(path...) {
		if text := strings.TrimSpace(x.text); text != "" {
			return text
		}
	}
	return ""
}

// A document is a list in XML under way.
type document struct {
	file   string
	tokens *xml.Decoder
	nodes  int // of the record under way
	bytes  int
}

// eachElement calls take with each element of a file that has one of the names
// given, whole. The first element, whatever it holds, comes first, without what
// is in it.
func eachElement(ctx context.Context, file string, r io.Reader, names []string, take func(*element) error) error {
	d := &document{file: file, tokens: xml.NewDecoder(bound(r))}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	begun := false
	for depth := 0; ; {
		start, end, err := d.next()
		switch {
		case errors.Is(err, io.EOF) && begun:
			return nil
		case err != nil:
			return d.wrong(err)
		case end:
			depth--
			continue
		case start == nil:
			continue
		case depth == depthMax:
			return d.bad("elements in each other", fmt.Sprintf("at most %d", depthMax))
		}
		e := d.open(start)
		if first := !begun; first || wanted[e.name] {
			begun = true
			d.nodes, d.bytes = 0, 0
			if !first {
				err = d.fill(e, depth)
			}
			if err == nil {
				err = errors.Join(ctx.Err(), take(e))
			}
			if err != nil {
				return d.wrong(err)
			}
			if !first {
				continue
			}
		}
		depth++
	}
}

// next returns the next element that begins, or whether one ends.
func (d *document) next() (start *xml.StartElement, end bool, err error) {
	token, err := d.tokens.Token()
	switch t := token.(type) {
	case xml.StartElement:
		return &t, false, err
	case xml.EndElement:
		return nil, true, err
	case xml.Directive:
		return nil, false, d.bad("a document type", "none: lists need no entities of their own")
	}
	return nil, false, err
}

func (d *document) open(start *xml.StartElement) *element {
	line, _ := d.tokens.InputPos()
	attrs := append([]xml.Attr(nil), start.Attr...)
	for _, a := range attrs {
		d.bytes += len(a.Value)
	}
	return &element{name: start.Name.Local, line: line, attrs: attrs}
}

// fill reads what is in an element, to its end.
func (d *document) fill(e *element, depth int) error {
	if d.nodes++; d.nodes > nodesMax || depth > depthMax {
		return d.bad("a record of "+e.name, fmt.Sprintf("at most %d elements, %d in each other", nodesMax, depthMax))
	}
	for {
		token, err := d.tokens.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child := d.open(&t)
			e.children = append(e.children, child)
			if err := d.fill(child, depth+1); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.CharData:
			e.text += string(t)
			d.bytes += len(t)
		case xml.Directive:
			return d.bad("a document type", "none: lists need no entities of their own")
		}
		if d.bytes > textMax {
			return d.bad("a record of "+e.name, fmt.Sprintf("at most %d bytes", textMax))
		}
	}
}

// bad is an error about what stands where the document is read.
func (d *document) bad(what, want string) error {
	line, _ := d.tokens.InputPos()
	return bad(d.file, line, what, want)
}

// wrong says where an error was met, unless it says so itself.
func (d *document) wrong(err error) error {
	var input *lineError
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &input):
		return err
	case errors.As(err, &syntax):
		return bad(d.file, syntax.Line, syntax.Msg, "XML in UTF-8, whole")
	case errors.Is(err, io.EOF):
		return d.bad("the end of the file", "XML in UTF-8, whole")
	case strings.HasPrefix(err.Error(), "xml: "):
		return d.bad(strings.TrimPrefix(err.Error(), "xml: "), "XML in UTF-8, whole")
	}
	line, _ := d.tokens.InputPos()
	return fmt.Errorf("%s, line %d: %w", d.file, line, err)
}
