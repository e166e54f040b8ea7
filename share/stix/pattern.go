package stix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew/indicator"
	"clew/share"
)

// Bounds of a pattern.
const (
	maxComparisons = 1000
	maxNested      = 32
)

// A value is one that a pattern asks for by itself.
type value struct {
	kind indicator.Type
	text string // in normal form
}

// readPattern returns the values of which each by itself matches a pattern of
// STIX, and why that is not all that it says; "" if it is.
//
// Read are comparisons by = and IN, joined by OR; joined by AND where all of
// them are hashes of one file, for each of those tells it. Anything else (an
// order, a time, LIKE, MATCHES, NOT, several things at once) is not guessed at.
// The grammar is that of STIX 2.1, chapter 9.
func readPattern(text string) (values []value, left string) {
	if len(text) > indicator.MaxPattern {
		return nil, "it is too long"
	}
	p := &patternReader{text: text}
	err := p.next()
	if err == nil {
		err = p.observations(0)
	}
	if err != nil {
		return nil, "it is not read: " + err.Error()
	}
	for _, alternative := range p.found {
		of, why := alternative.values()
		values = append(values, of...)
		if left == "" {
			left = why
		}
	}
	return values, left
}

// A comparison is one of a pattern.
type comparison struct {
	object string // such as "domain-name"
	path   string // such as "value"
	op     string // = or IN; else it is not read
	values []string
}

// A conjunction are comparisons that must all hold of one thing.
type conjunction []comparison

// values returns what a conjunction asks for, if each of it is enough.
func (c conjunction) values() (list []value, why string) {
	for _, x := range c {
		kind, ok := kindOf(x)
		switch {
		case !ok:
			return nil, fmt.Sprintf("it asks for %s, which is not compared here", share.Brief(x.object+":"+x.path))
		case x.op != "=" && x.op != "IN":
			return nil, "it compares by " + share.Brief(x.op)
		case len(c) > 1 && (kind != indicator.File || len(x.values) > 1):
			return nil, "it asks for several things at once"
		}
		for _, text := range x.values {
			normal, err := indicator.Normal(kind, text)
			if err != nil {
				return nil, err.Error()
			}
			list = append(list, value{kind, normal})
		}
	}
	return list, ""
}

// observables are the types of values by the objects that have them as value.
var observables = map[string]indicator.Type{
	"domain-name": indicator.Domain, "url": indicator.URL, "ipv4-addr": indicator.IPv4, "ipv6-addr": indicator.IPv6, "email-addr": indicator.Email,
}

// kindOf returns of which type a comparison's values are.
func kindOf(c comparison) (indicator.Type, bool) {
	if kind, ok := observables[c.object]; ok && c.path == "value" {
		return kind, true
	}
	hash, isHash := strings.CutPrefix(c.path, "hashes.")
	switch {
	case c.object == "file" && isHash && slices.Contains([]string{"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA1", "SHA256", "SHA512"}, strings.ToUpper(hash)):
		return indicator.File, true
	case c.object == "software" && c.path == "name" && !slices.ContainsFunc(c.values, func(s string) bool { return !strings.HasPrefix(s, "pkg:") }):
		return indicator.Package, true // as this program writes packages; see docs/SHARING.md
	}
	return "", false
}

// A patternReader reads a pattern from its start; token is the next word.
type patternReader struct {
	text  string
	at    int
	token string
	kind  byte // of the token: 'a' a word, 's' a string, 'p' a sign, 0 the end
	found []conjunction
	count int
}

// next reads one token.
func (p *patternReader) next() error {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	p.token, p.kind = "", 0
	if p.at == len(p.text) {
		return nil
	}
	start := p.at
	switch c := p.text[p.at]; {
	case c == '\'':
		return p.quoted()
	case isWord(c):
		for p.at < len(p.text) && isWord(p.text[p.at]) {
			p.at++
		}
		p.kind = 'a'
	default:
		p.at++
		p.kind = 'p'
		if p.at < len(p.text) && (c == '!' || c == '<' || c == '>') && strings.IndexByte("=>", p.text[p.at]) >= 0 {
			p.at++
		}
	}
	p.token = p.text[start:p.at]
	return nil
}

func isWord(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quoted reads a string; a backslash stands before a quote or itself.
func (p *patternReader) quoted() error {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\'':
			p.at++
			p.token, p.kind = b.String(), 's'
			return nil
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteByte(p.text[p.at])
		default:
			b.WriteByte(c)
		}
	}
	return errors.New("a string without an end")
}

// take reads a sign or a word that must be there.
func (p *patternReader) take(want string) error {
	if !p.is(want) {
		return p.wanted(want)
	}
	return p.next()
}

func (p *patternReader) is(word string) bool { return p.kind != 's' && p.token == word }

func (p *patternReader) wanted(what string) error {
	if p.kind == 0 {
		return fmt.Errorf("it ends where %s should stand", what)
	}
	return fmt.Errorf("%s where %s should stand", share.Quoted(p.token), what)
}

// observations reads what stands in brackets, joined by OR.
func (p *patternReader) observations(depth int) error {
	if depth > maxNested {
		return errors.New("too much within each other")
	}
	for {
		var err error
		if p.is("(") {
			if err = p.next(); err == nil {
				if err = p.observations(depth + 1); err == nil {
					err = p.take(")")
				}
			}
		} else {
			err = p.observation(depth)
		}
		switch {
		case err != nil:
			return err
		case p.kind == 0 && depth == 0, p.is(")") && depth > 0:
			return nil
		case !p.is("OR"):
			return p.wanted("OR or the end")
		}
		if err := p.next(); err != nil {
			return err
		}
	}
}

func (p *patternReader) observation(depth int) error {
	if err := p.take("["); err != nil {
		return err
	}
	alternatives, err := p.any(depth + 1)
	if err != nil {
		return err
	}
	p.found = append(p.found, alternatives...)
	return p.take("]")
}
