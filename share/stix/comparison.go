package stix

import (
	"errors"
	"strings"
)

// any reads comparisons joined by OR, which binds less than AND.
func (p *patternReader) any(depth int) (list []conjunction, err error) {
	if depth > maxNested {
		return nil, errors.New("too much within each other")
	}
	for {
		one, err := p.all(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, one...)
		if !p.is("OR") {
			return list, nil
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
}

// all reads comparisons joined by AND. Alternatives within one are not parted.
func (p *patternReader) all(depth int) ([]conjunction, error) {
	var joined conjunction
	for {
		list, err := p.operand(depth)
		if err != nil {
			return nil, err
		}
		more := p.is("AND")
		if len(list) > 1 && (more || len(joined) > 0) {
			return nil, errors.New("alternatives within AND")
		}
		if !more && len(joined) == 0 {
			return list, nil
		}
		joined = append(joined, list[0]...)
		if !more {
			return []conjunction{joined}, nil
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
}

// operand reads one comparison, or several in parentheses.
func (p *patternReader) operand(depth int) ([]conjunction, error) {
	if !p.is("(") {
		c, err := p.comparison()
		return []conjunction{{c}}, err
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	list, err := p.any(depth + 1)
	if err != nil {
		return nil, err
	}
	return list, p.take(")")
}

// comparison reads an object's path, an operator and what it is compared with.
func (p *patternReader) comparison() (c comparison, err error) {
	if p.count++; p.count > maxComparisons {
		return c, errors.New("too many comparisons")
	}
	if c.object = p.token; p.kind != 'a' || c.object == "NOT" || c.object == "EXISTS" {
		return c, p.wanted("an object's type")
	}
	if err := p.next(); err != nil {
		return c, err
	}
	if err := p.take(":"); err != nil {
		return c, err
	}
	if c.path, err = p.path(); err != nil {
		return c, err
	}
	c.op = p.token
	if c.op == "NOT" || p.kind == 0 || p.kind == 's' {
		return c, p.wanted("a comparison")
	}
	if err := p.next(); err != nil {
		return c, err
	}
	if c.op == "IN" {
		c.values, err = p.list()
		return c, err
	}
	text, err := p.constant()
	c.values = []string{text}
	return c, err
}

// path reads a path of steps; a step may be quoted.
func (p *patternReader) path() (string, error) {
	var b strings.Builder
	for {
		if p.kind != 'a' && p.kind != 's' {
			return "", p.wanted("a property")
		}
		b.WriteString(p.token)
		if err := p.next(); err != nil {
			return "", err
		}
		if !p.is(".") {
			break
		}
		b.WriteByte('.')
		if err := p.next(); err != nil {
			return "", err
		}
	}
	if p.is("[") {
		return "", errors.New("a member of a list")
	}
	return b.String(), nil
}

func (p *patternReader) list() (values []string, err error) {
	if err := p.take("("); err != nil {
		return nil, err
	}
	for {
		text, err := p.constant()
		if err != nil {
			return nil, err
		}
		if values = append(values, text); len(values) > maxComparisons {
			return nil, errors.New("too many values")
		}
		if p.is(")") {
			return values, p.next()
		}
		if err := p.take(","); err != nil {
			return nil, err
		}
	}
}

// constant reads a string; numbers and the like are no values here.
func (p *patternReader) constant() (string, error) {
	if p.kind != 's' {
		return "", p.wanted("a string")
	}
	text := p.token
	return text, p.next()
}
