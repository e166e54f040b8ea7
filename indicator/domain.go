package indicator

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// readDomain reads the name of a domain that somebody can register, or of one
// below it. What is the same for all customers of somebody, such as github.io,
// is none: it would list them all.
func readDomain(text string) (string, error) {
	host, err := anyHost(strings.TrimPrefix(text, "*."))
	if err != nil {
		return "", err
	}
	if Registrable(host) == "" {
		return "", wrong(text, "a name below "+short(host)+", which is a public suffix")
	}
	return host, nil
}

// anyHost reads the name of a host in ASCII.
func anyHost(text string) (string, error) {
	host := strings.TrimSuffix(strings.ToLower(text), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = strings.TrimSuffix(ascii, ".")
	}
	last := host[strings.LastIndex(host, ".")+1:]
	if _, err := netip.ParseAddr(host); err == nil || !isHost(host) || strings.Trim(last, "0123456789") == "" {
		want := "the name of a domain, such as evil.example"
		if len(host) > maxLabel {
			want += fmt.Sprintf(", of at most %d characters and %d between dots", maxHost, maxLabel)
		}
		return "", wrong(text, want)
	}
	return host, nil
}

// Bounds of the DNS, in bytes (RFC 1035).
const (
	maxHost  = 253
	maxLabel = 63
)

// isHost reports whether every label is of small letters, digits, hyphens and
// underscores, and the whole is not too long for the DNS.
func isHost(host string) bool {
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || len(l) > maxLabel || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return len(labels) > 1 && len(host) <= maxHost
}

// Registrable returns the part of a domain's name that somebody registered, by
// the public suffix list as this program was built with it; empty for a name
// that is such a suffix itself.
func Registrable(domain string) string {
	name, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return ""
	}
	return name
}

// Suffix returns the public suffix of a domain's name, such as com or co.uk.
func Suffix(domain string) string {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix
}

// Readable returns a domain's name as people read it, with letters of every
// script. It may deceive: show it beside the other.
func Readable(domain string) string {
	text, err := idna.ToUnicode(domain)
	if err != nil || !plain(text) {
		return domain
	}
	return text
}

// Host returns the name or the address of the host that a value leads to: of a
// page or a sender; empty for what has none.
func Host(kind Type, value string) string {
	switch kind {
	case Domain, IPv4, IPv6:
		return value
	case Email:
		return value[strings.LastIndex(value, "@")+1:]
	case URL:
		if u, err := url.Parse(value); err == nil {
			return u.Hostname()
		}
	}
	return ""
}

// above returns a host's name and those above it, down to what somebody
// registered.
func above(host string) (names []string) {
	for name, stop := host, Registrable(host); name != ""; _, name, _ = strings.Cut(name, ".") {
		names = append(names, name)
		if name == stop || stop == "" {
			break
		}
	}
	return names
}

// Harmless returns a value as it is written for reading, so that nothing makes
// a link of it: evil[.]example. [Normal] takes it as what it stands for.
func Harmless(kind Type, value string) string {
	const dot = "[.]"
	switch kind {
	case Domain, IPv4, Email:
		return strings.ReplaceAll(value, ".", dot)
	case URL:
		scheme, rest, _ := strings.Cut(value, "://")
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		return strings.Replace(scheme, "http", "hxxp", 1) + "://" + strings.ReplaceAll(rest[:end], ".", dot) + rest[end:]
	}
	return value
}
