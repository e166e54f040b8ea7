package lead

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"

	"clew"
	"clew/internal/strictyaml"
	"clew/tag"
	"clew/trace"
)

// builtin holds the reviewed files.
//
//go:embed builtin/*.yaml
var builtin embed.FS

// A Guide is what the reviewed files say: who can freeze which token, where
// services take requests, what to ask them for, and how long value stays in flight. It does not
// change once it is made.
type Guide struct {
	issuers  map[clew.Asset]issued
	tokens   []Token
	contacts map[string]*Contact
	byPlace  map[clew.Address]*Window
	byActor  map[string]*Window
	byStake  map[clew.Chain]*Window
	claims   []tag.Tag // about the places of windows

	questions map[ServiceKind]*Questions
	kinds     map[tag.Concept]ServiceKind
}

type issued struct {
	issuer *Issuer
	token  *Token
}

// A Provenance is the end of every entry of the files.
type Provenance struct {
	Source string `yaml:"source,required"`
	Stated string `yaml:"stated"`        // the day that the source bears
	Seen   string `yaml:"seen,required"` // the day on which it was read
	Line   int    `yaml:"."`
}

// source returns what stands behind an entry.
func (p *Provenance) source() Source { return Source{Text: p.Source, Stated: p.Stated, Seen: p.Seen} }

// An Issuer can freeze addresses in its tokens.
type Issuer struct {
	ID       string  `yaml:"id,required"`
	Name     string  `yaml:"name,required"`
	How      string  `yaml:"how,required"`
	Needs    string  `yaml:"needs,required"`
	Function string  `yaml:"function,required"` // of the token's contract
	Code     string  `yaml:"code,required"`     // where the function was seen
	Tokens   []Token `yaml:"tokens,required"`
	Provenance
}

// A Token is one that its issuer can freeze.
type Token struct {
	Asset    clew.Asset `yaml:"asset,required"`
	Symbol   string     `yaml:"symbol,required"`
	Decimals int        `yaml:"decimals,required"`
	Function string     `yaml:"function"`        // where it is not the issuer's usual one
	Source   string     `yaml:"source,required"` // of its contract
	Line     int        `yaml:"."`
}

// A Contact is where a service takes requests.
type Contact struct {
	Actor string `yaml:"actor,required"` // as in tags
	Name  string `yaml:"name,required"`
	How   string `yaml:"how,required"`
	Needs string `yaml:"needs,required"`
	Provenance
}

// Builtin returns the guide that the product carries, which is read once.
func Builtin() (*Guide, error) { return readBuiltin() }

var readBuiltin = sync.OnceValues(func() (*Guide, error) {
	var files [4]io.ReadCloser
	for i, name := range [4]string{"issuers", "contacts", "windows", "questions"} {
		f, err := builtin.Open("builtin/" + name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("guide: %w", err)
		}
		defer f.Close()
		files[i] = f
	}
	return read(files[0], files[1], files[2], files[3])
})

// read makes a guide of its four files. One with an issue is not taken.
func read(issuers, contacts, windows, questions io.Reader) (*Guide, error) {
	var i struct {
		List []*Issuer `yaml:"issuers,required"`
	}
	var c struct {
		List []*Contact `yaml:"contacts,required"`
	}
	var w struct {
		List []*Window `yaml:"windows,required"`
	}
	var q struct {
		List []*Questions `yaml:"questions,required"`
	}
	issues := strictyaml.Decode("issuers.yaml", issuers, &i)
	issues = append(issues, strictyaml.Decode("contacts.yaml", contacts, &c)...)
	issues = append(issues, strictyaml.Decode("windows.yaml", windows, &w)...)
	issues = append(issues, strictyaml.Decode("questions.yaml", questions, &q)...)
	g := &Guide{issuers: map[clew.Asset]issued{}, contacts: map[string]*Contact{}, byPlace: map[clew.Address]*Window{}, byActor: map[string]*Window{}, byStake: map[clew.Chain]*Window{},
		questions: map[ServiceKind]*Questions{}, kinds: map[tag.Concept]ServiceKind{}}
	if len(issues) == 0 {
		issues = append(g.addIssuers(i.List), slices.Concat(g.addContacts(c.List), g.addWindows(w.List), g.addQuestions(q.List))...)
	}
	if err := strictyaml.Err(issues); err != nil {
		return nil, fmt.Errorf("guide: %w", err)
	}
	return g, nil
}

func (g *Guide) addIssuers(list []*Issuer) []strictyaml.Issue {
	var issues []strictyaml.Issue
	for _, i := range list {
		issues = append(issues, i.check("issuers.yaml")...)
		for k := range i.Tokens {
			t := &i.Tokens[k]
			switch _, twice := g.issuers[t.Asset]; {
			case twice:
				issues = append(issues, issue("issuers.yaml", t.Line, "asset %s: given twice", t.Asset))
			case t.Asset.Contract().IsZero() || !t.Asset.IsFungible():
				issues = append(issues, issue("issuers.yaml", t.Line, "asset %s: want a fungible token", t.Asset))
			case t.Decimals > 77:
				issues = append(issues, issue("issuers.yaml", t.Line, "decimals %d: want at most 77", t.Decimals))
			}
			g.issuers[t.Asset] = issued{i, t}
			g.tokens = append(g.tokens, *t)
		}
	}
	return issues
}

func (g *Guide) addContacts(list []*Contact) []strictyaml.Issue {
	var issues []strictyaml.Issue
	for _, c := range list {
		issues = append(issues, c.check("contacts.yaml")...)
		if g.contacts[c.Actor] != nil {
			issues = append(issues, issue("contacts.yaml", c.Line, "actor %s: given twice", c.Actor))
		}
		g.contacts[c.Actor] = c
	}
	return issues
}

// check reports days that are none.
func (p *Provenance) check(file string) []strictyaml.Issue {
	var issues []strictyaml.Issue
	for _, day := range []string{p.Stated, p.Seen} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			issues = append(issues, issue(file, p.Line, "day %s: want YYYY-MM-DD", strconv.Quote(day)))
		}
	}
	return issues
}

func issue(file string, line int, format string, args ...any) strictyaml.Issue {
	return strictyaml.Issue{File: file, Line: line, Text: fmt.Sprintf(format, args...)}
}

// Tokens returns the tokens that the guide knows. The caller must not change
// them.
func (g *Guide) Tokens() []Token { return g.tokens }

// issuerOf returns who can freeze an asset, if the guide knows.
func (g *Guide) issuerOf(asset clew.Asset) (Party, bool) {
	i, ok := g.issuers[asset]
	if !ok {
		return Party{}, false
	}
	action := i.issuer.Function + ", seen in " + i.issuer.Code
	if i.token.Function != "" {
		action = i.token.Function
	}
	return Party{Name: i.issuer.Name, How: i.issuer.How, Needs: i.issuer.Needs, Source: i.issuer.source(), Basis: clew.Claimed,
		ID: i.issuer.ID, Action: action}, true
}

// serviceOf returns whom a tag says that a place belongs to, with the contact
// that the guide has. Where there is no tag, a role is all that is known.
func (g *Guide) serviceOf(p *trace.Place) Party {
	if p.Tag == nil {
		return Party{Name: p.Role, Basis: clew.Claimed}
	}
	return g.partyOf(p.Tag)
}

// partyOf returns whom a tag names.
func (g *Guide) partyOf(t *tag.Tag) Party {
	p := Party{Name: t.Label, Basis: clew.Claimed, Tag: t, ID: t.Actor}
	if c := g.contacts[t.Actor]; c != nil && t.Actor != "" {
		p.Name, p.How, p.Needs, p.Source = c.Name, c.How, c.Needs, c.source()
	}
	return p
}
