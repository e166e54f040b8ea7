package indicator

import (
	"encoding/hex"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"clew"
)

// Normal returns a value in the one form in which values of its type are
// compared. What was made harmless for reading, such as hxxp://evil[.]example,
// is taken as what it stands for. Anything else is an input error that says
// what was wanted.
//
// The forms: names of domains in small letters, in ASCII (IDNA 2008 by UTS
// #46) and without the last dot; pages with scheme and host so, without a port
// that goes without saying, and the rest as it is; addresses of hosts as
// package [netip] writes them; senders in small letters; hashes in small
// hexadecimal digits; packages as package URLs with their registry's own form
// of a name.
func Normal(kind Type, text string) (string, error) {
	if kind == Pattern {
		if text == "" {
			return "", wrong(text, "a pattern")
		}
		return text, checkText("value", text, MaxPattern)
	}
	if err := checkText("value", text, MaxValue); err != nil {
		return "", err
	}
	if !plain(text) {
		return "", wrong(text, "text that shows itself, without control characters")
	}
	read, ok := readers[kind]
	if !ok {
		return "", &clew.InputError{Field: "type", Value: short(string(kind)), Want: "one of " + typeNames()}
	}
	if kind == Malware {
		return read(strings.TrimSpace(text))
	}
	return read(refanged(text))
}

// readers read the values of each type.
var readers = map[Type]func(string) (string, error){
	Domain: readDomain, URL: readURL, IPv4: readIPv4, IPv6: readIPv6, Email: readEmail, File: readHash, Package: readPackage, Malware: readName,
}

func typeNames() string {
	var names []string
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// Guess returns of which type a text is, by its form, and its normal form. It
// never guesses malware or patterns, and no scheme for a page that has none.
func Guess(text string) (Type, string, error) {
	kind := guess(refanged(text))
	value, err := Normal(kind, text)
	return kind, value, err
}

func guess(text string) Type {
	lower := strings.ToLower(text)
	if _, err := netip.ParseAddr(text); err == nil && strings.Contains(text, ":") {
		return IPv6
	} else if err == nil {
		return IPv4
	}
	switch {
	case strings.HasPrefix(lower, "pkg:"):
		return Package
	case strings.ContainsAny(text, "/"):
		return URL
	case strings.Contains(text, "@"):
		return Email
	case Algorithm(lower) != "" && !strings.Contains(text, "."):
		return File
	}
	return Domain
}

// fangs are the ways in which what is dangerous is written for reading.
var fangs = strings.NewReplacer(
	"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", "(DOT)", ".", `\.`, ".", "[.", ".", ".]", ".",
	"[:]", ":", "[@]", "@", "(@)", "@", "[at]", "@", "(at)", "@", "[AT]", "@", "(AT)", "@",
)

var fangedScheme = regexp.MustCompile(`^(?i:(h)(?:xx|\*\*|tt)p(s?)(\[://\]|\[?:\]?//))`)

// refanged returns what a text stands for that was made harmless. What follows
// the host of a page stays as it is.
func refanged(text string) string {
	text = strings.TrimSpace(text)
	if _, err := netip.ParseAddr(text); err == nil {
		return text
	}
	scheme, rest := "", text
	if parts := fangedScheme.FindStringSubmatch(text); parts != nil {
		scheme, rest = "http"+strings.ToLower(parts[2])+"://", text[len(parts[0]):]
	} else if at := strings.Index(text, "://"); at >= 0 {
		scheme, rest = text[:at+3], text[at+3:]
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 || scheme == "" { // of a sender, these may stand before the host
		end = len(rest)
	}
	return scheme + fangs.Replace(rest[:end]) + rest[end:]
}

// schemes are those of pages and downloads, with the port that goes without
// saying.
var schemes = map[string]string{"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}

func readURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Host == "" || schemes[strings.ToLower(u.Scheme)] == "" {
		return "", wrong(text, "a page with its scheme and host, such as https://evil.example/claim")
	}
	host, port := u.Hostname(), u.Port()
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.Unmap().WithZone("").String()
	} else if host, err = anyHost(host); err != nil {
		return "", err
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if port != "" && port != schemes[u.Scheme] {
		host += ":" + port
	}
	u.Host = host
	if u.Path == "" {
		u.Path = "/"
	}
	if value := u.String(); len(value) <= MaxValue {
		return value, nil
	}
	return "", wrong(text, "a page of at most 4096 bytes")
}

func readIPv4(text string) (string, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return "", wrong(text, "one address of IPv4, such as 192.0.2.7; no range and no port")
	}
	return a.String(), nil
}

func readIPv6(text string) (string, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() || a.Is4In6() || a.Zone() != "" {
		return "", wrong(text, "one address of IPv6, such as 2001:db8::7; no range and no port")
	}
	return a.String(), nil
}

// localForm is what stands before the @ of a sender: RFC 5322's dot-atom, but
// for the stroke, by which a page without a scheme is told.
var localForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+=?^_`|~-]+(\\.[A-Za-z0-9!#$%&'*+=?^_`|~-]+)*$")

func readEmail(text string) (string, error) {
	at := strings.LastIndex(text, "@")
	if at < 1 || at > 64 || !localForm.MatchString(text[:at]) {
		return "", wrong(text, "an e-mail address, such as help@evil.example")
	}
	host, err := anyHost(text[at+1:])
	if err != nil {
		return "", err
	}
	return strings.ToLower(text[:at]) + "@" + host, nil
}

// algorithms are the hashes by how many hexadecimal digits they have.
var algorithms = map[int]string{32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}

// Algorithm returns the hash that a value of the type [File] is, as STIX names
// it; empty for what is none. It goes by the length alone: a SHA3-256 is taken
// for a SHA-256.
func Algorithm(value string) string {
	if _, err := hex.DecodeString(value); err != nil {
		return ""
	}
	return algorithms[len(value)]
}

func readHash(text string) (string, error) {
	value := strings.ToLower(text)
	if Algorithm(value) == "" {
		return "", wrong(text, "a hash in hexadecimal digits: 32 (MD5), 40 (SHA-1), 64 (SHA-256) or 128 (SHA-512) of them")
	}
	return value, nil
}

var (
	packageForm  = regexp.MustCompile(`^(?i:pkg):([A-Za-z]+)/((?:%40|@)[A-Za-z0-9._~-]+/)?([A-Za-z0-9._~-]+)(?:@([A-Za-z0-9._+!~-]+))?$`)
	runsOfDashes = regexp.MustCompile(`[-_.]+`)
)

// readPackage reads a package URL. Names of npm are in small letters; those of
// PyPI have one form by PEP 503.
func readPackage(text string) (string, error) {
	parts := packageForm.FindStringSubmatch(text)
	if parts == nil || !slices.Contains([]string{"npm", "pypi"}, strings.ToLower(parts[1])) || strings.EqualFold(parts[1], "pypi") && parts[2] != "" {
		return "", wrong(text, "a package URL of npm or PyPI, such as pkg:npm/%40scope/name@1.2.3 or pkg:pypi/name@1.2.3")
	}
	registry, scope, name, version := strings.ToLower(parts[1]), strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(parts[2], "%40"), "@")), strings.ToLower(parts[3]), parts[4]
	if registry == "pypi" {
		name = runsOfDashes.ReplaceAllString(name, "-")
	}
	if scope != "" {
		scope = "%40" + scope
	}
	if version != "" {
		version = "@" + version
	}
	return "pkg:" + registry + "/" + scope + name + version, nil
}

// maxName bounds the name of malware, in bytes.
const maxName = 200

func readName(text string) (string, error) {
	if text == "" || len(text) > maxName {
		return "", wrong(text, "a name of at most 200 bytes")
	}
	return text, nil
}
