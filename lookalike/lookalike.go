// Package lookalike says by which stated rules the name of a domain imitates
// one that is to be protected, and makes names that would.
//
// A finding is about spelling alone. It says nothing of who registered a name
// or what for: genuine names look alike too, and what imitates in another way
// is not found. docs/ACCURACY.md has how often either happens.
package lookalike

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"clew/indicator"
)

// A Rule says in what two names are alike.
type Rule string

// The rules, from the most telling.
const (
	Letters   Rule = "letters that look alike"          // by UTS #39, or by a table of Latin ones
	Subdomain Rule = "the name before another domain"   // binance.com.evil.example
	Page      Rule = "the name within a page's address" // https://binance.com@evil.example
	Words     Rule = "words beside the name"            // claim-binance.example
	Hyphens   Rule = "hyphens"                          // bin-ance.example
	Ending    Rule = "another ending"                   // the same below another public suffix
	Swapped   Rule = "two letters changed places"
	Missing   Rule = "a letter left out"
	Extra     Rule = "a letter put in"
	Neighbour Rule = "a neighbouring key"
	Bit       Rule = "one bit that differs" // what a fault of memory makes of it
	Replaced  Rule = "a letter replaced"
	Few       Rule = "few letters that differ"
)

// Rules returns the rules, from the most telling.
func Rules() []Rule {
	return []Rule{Letters, Subdomain, Page, Words, Hyphens, Ending, Swapped, Missing, Extra, Neighbour, Bit, Replaced, Few}
}

// Bounds. Names that are shorter are alike by chance.
const (
	MaxProtected = 10_000
	leastWords   = 4 // characters of a name beside which words are looked for
	leastFew     = 6 // of one that is compared by letters, where words were taken off
)

// A Finding says that a name imitates another, and what was compared.
type Finding struct {
	Rule      Rule     `json:"rule"`
	Protected string   `json:"protected"` // the domain that is imitated
	Part      string   `json:"part"`      // of what was asked for, as it was compared
	With      string   `json:"with"`      // what it was compared with
	Distance  int      `json:"distance"`  // letters put in, left out, replaced or changed in place, as compared
	Words     []string `json:"words,omitempty"`
}

// An Answer is what was found of one name.
type Answer struct {
	Domain      string    `json:"domain"`        // in ASCII
	Readable    string    `json:"readable"`      // as people see it
	Registrable string    `json:"registrable"`   // what somebody registered
	Own         string    `json:"own,omitempty"` // the protected domain that it is, or is below; then nothing is compared
	Findings    []Finding `json:"findings,omitempty"`
}

// A Guard holds the names to protect. It may be used by several at once.
type Guard struct{ names []protected }

// A protected name, in the forms in which it is compared.
type protected struct {
	domain string // that somebody registered
	name   name
}

// A name is what stands before the public suffix, in the forms in which it is compared.
type name struct {
	text   string // as people read it
	letter []rune
	folded string
	shape  []rune // of folded
	joined string // without hyphens
	set    uint64 // of its letters, by their lowest bits
}

func nameOf(text string) name {
	n := name{text: text, letter: []rune(text), folded: fold(text), joined: strings.ReplaceAll(text, "-", "")}
	n.shape = []rune(n.folded)
	for _, r := range n.letter {
		n.set |= 1 << (r & 63)
	}
	return n
}

// NewGuard returns a guard of domains in the normal form of
// [indicator.Domain]: of each, what somebody registered, once.
func NewGuard(domains []string) *Guard {
	g, seen := &Guard{}, map[string]bool{}
	for _, d := range domains {
		own := indicator.Registrable(d)
		if own == "" || seen[own] {
			continue
		}
		seen[own] = true
		g.names = append(g.names, protected{own, nameOf(nameBefore(own))})
	}
	return g
}

// Len returns how many names are protected.
func (g *Guard) Len() int { return len(g.names) }

// nameBefore returns what stands before the public suffix, as people read it.
func nameBefore(registrable string) string {
	return indicator.Readable(strings.TrimSuffix(registrable, "."+indicator.Suffix(registrable)))
}

// Check compares a domain or a page, in normal form, with every name that is
// protected, by every rule, and returns the most telling finding of each.
func (g *Guard) Check(kind indicator.Type, value string) Answer {
	host := indicator.Host(kind, value)
	a := Answer{Domain: host, Readable: indicator.Readable(host), Registrable: indicator.Registrable(host)}
	for i := range g.names {
		if g.names[i].domain == a.Registrable {
			a.Own = g.names[i].domain
			return a
		}
	}
	x := asked{answer: &a}
	if a.Registrable != "" { // else an address of a host, or what all customers of somebody share: its page alone is looked at
		x.parts = partsOf(nameBefore(a.Registrable))
		x.below(strings.TrimSuffix(strings.TrimSuffix(host, a.Registrable), "."))
	}
	if u, err := url.Parse(value); kind == indicator.URL && err == nil {
		x.page = strings.ToLower(u.User.String() + " " + u.Path + " " + u.RawQuery + " " + u.Fragment)
	}
	for i := range g.names {
		if f, ok := x.against(&g.names[i]); ok {
			a.Findings = append(a.Findings, f)
		}
	}
	slices.SortStableFunc(a.Findings, func(f, h Finding) int { return cmp.Compare(rank(f.Rule), rank(h.Rule)) })
	return a
}

func rank(r Rule) int { return slices.Index(Rules(), r) }

// An asked name, in the forms in which it is compared.
type asked struct {
	answer *Answer
	parts  []part   // of what was registered: whole, and with words taken off
	left   string   // labels before it
	before [][]part // of each of them
	page   string   // what else a page's address holds
}

// below takes the labels before what was registered; "" for none.
func (x *asked) below(labels string) {
	if x.left = labels; labels == "" {
		return
	}
	for _, label := range strings.Split(labels, ".") {
		x.before = append(x.before, partsOf(indicator.Readable(label)))
	}
}

// against returns the most telling finding about one name; false for none.
func (x *asked) against(p *protected) (best Finding, found bool) {
	take := func(f Finding, ok bool) {
		if ok && (!found || rank(f.Rule) < rank(best.Rule)) {
			f.Protected = p.domain
			best, found = f, true
		}
	}
	for i := range x.parts {
		take(x.parts[i].against(p))
	}
	take(x.beforeAnother(p))
	if at := within(x.page, p.domain); at {
		take(Finding{Rule: Page, Part: strings.TrimSpace(short(x.page)), With: p.domain}, true)
	}
	return best, found
}

// beforeAnother looks for a protected name in the labels before what was
// registered. Letters that merely differ are not looked for there.
func (x *asked) beforeAnother(p *protected) (Finding, bool) {
	if within(x.left, p.domain) {
		return Finding{Rule: Subdomain, Part: x.left, With: p.domain}, true
	}
	for _, parts := range x.before {
		for i := range parts {
			f, ok := parts[i].against(p)
			if len(p.name.letter) >= leastWords && ok && slices.Contains([]Rule{Letters, Words, Hyphens, Ending}, f.Rule) {
				f.Rule = Subdomain
				return f, true
			}
		}
	}
	return Finding{}, false
}

// within reports whether a domain's name stands in a text by itself.
func within(text, domain string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], domain)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(domain)
		if (at == 0 || !inName(text[at-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		from = at + 1
	}
}

func inName(c byte) bool { return c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }

func short(text string) string {
	if runes := []rune(text[:min(len(text), 400)]); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}
