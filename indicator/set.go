package indicator

import (
	"net/netip"
	"strings"
)

// A Set finds the claims about a value. It is not changed once it is made, and
// may be used by several at once.
type Set struct {
	list  []Indicator
	exact map[subject][]int
	pages map[string][]int // by host
}

// A subject is what claims are about, as it is compared.
type subject struct {
	kind  Type
	value string
}

func subjectOf(kind Type, value string) subject {
	if kind == Malware {
		value = strings.ToLower(value)
	}
	return subject{kind, value}
}

// NewSet returns a set of claims that hold [Indicator.Check].
func NewSet(list []Indicator) *Set {
	s := &Set{list: list, exact: map[subject][]int{}, pages: map[string][]int{}}
	for at := range list {
		i := &list[at]
		of := subjectOf(i.Type, i.Value)
		s.exact[of] = append(s.exact[of], at)
		if i.Type == URL {
			host := Host(URL, i.Value)
			s.pages[host] = append(s.pages[host], at)
		}
	}
	return s
}

// A How says in what a claim meets what was asked for.
type How string

// The ways, from the closest.
const (
	Same       How = "the same"
	Above      How = "a name above it"
	OfHost     How = "its host"
	AnyVersion How = "any version of it"
	PageOf     How = "a page of it" // of a host; the host itself is not listed by that
)

// A Match is one claim that a set holds of a value.
type Match struct {
	Indicator *Indicator
	How       How
}

// MaxMatches bounds what is found of one value.
const MaxMatches = 1000

// Find returns what is claimed of a value in normal form, the closest first, in
// the order of the list, at most [MaxMatches]. A name is met by itself, by
// every name above it that is not a public suffix, and by pages of it; a page
// and a sender by their hosts too; a version of a package by the package.
func (s *Set) Find(kind Type, value string) (found []Match) {
	take := func(how How, at ...int) {
		for _, i := range at[:min(len(at), MaxMatches-len(found))] {
			found = append(found, Match{&s.list[i], how})
		}
	}
	take(Same, s.exact[subjectOf(kind, value)]...)
	host := Host(kind, value)
	switch name, version := packageVersion(value); {
	case kind == Package && version != "":
		take(AnyVersion, s.exact[subject{Package, name}]...)
	case host == "":
	case kind == URL || kind == Email:
		take(OfHost, s.exact[subject{hostType(host), host}]...)
		take(Above, s.aboveHost(host)...)
	default:
		take(Above, s.aboveHost(host)...)
		take(PageOf, s.pages[host]...)
	}
	return found
}

// aboveHost returns the claims about names above a host.
func (s *Set) aboveHost(host string) (list []int) {
	if hostType(host) != Domain {
		return nil
	}
	for _, name := range above(host)[1:] {
		list = append(list, s.exact[subject{Domain, name}]...)
	}
	return list
}

func hostType(host string) Type {
	a, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return Domain
	case a.Is4():
		return IPv4
	}
	return IPv6
}

// packageVersion parts a package URL from its version.
func packageVersion(value string) (name, version string) {
	name, version, _ = strings.Cut(value, "@") // a scope's @ is written %40
	return name, version
}
