package indicator

import (
	"errors"
	"strings"
	"testing"

	"clew"
)

// TestNormal wants each value in the one form in which it is compared, and
// what is none to be refused with what was wanted.
func TestNormal(t *testing.T) {
	const md5, sha256 = "d41d8cd98f00b204e9800998ecf8427e", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
	for _, x := range []struct {
		name string
		kind Type // empty: guessed
		text string
		want string // a type and a value, or what was wanted
	}{
		{"domain", "", "Evil.Example.", "domain-name evil.example"},
		{"made harmless", "", "evil[.]example(.)com", "domain-name evil.example.com"},
		{"made harmless in words", "", "evil[dot]example", "domain-name evil.example"},
		{"other scripts", "", "bücher.example", "domain-name xn--bcher-kva.example"},
		{"Cyrillic", "", "bіnance.com", "domain-name xn--bnance-pvf.com"},
		{"already in ASCII", "", "xn--bcher-kva.example", "domain-name xn--bcher-kva.example"},
		{"ideographic dots", "", "evil。example", "domain-name evil.example"},
		{"below all", "", "*.evil.example", "domain-name evil.example"},
		{"underscore", "", "_dmarc.evil.example", "domain-name _dmarc.evil.example"},
		{"not by IDNA, and registered", "", "r3---sn.evil.example", "domain-name r3---sn.evil.example"},
		{"public suffix", "", "github.io", "a name below github.io, which is a public suffix"},
		{"top", "", "com", "the name of a domain"},
		{"empty label", "", "evil..example", "the name of a domain"},
		{"space", "", "evil example.com", "the name of a domain"},
		{"control", "", "evil\x07.example", "text that shows itself"},
		{"turned about", "", "evil\u202e.example", "text that shows itself"},
		{"long label", "", strings.Repeat("a", 64) + ".example", "the name of a domain"},
		{"long name", "", strings.Repeat("abcdefghi.", 30) + "example", "the name of a domain"},
		{"nothing", "", "", "the name of a domain"},
		{"IPv4", "", "192.0.2.7", "ipv4-addr 192.0.2.7"},
		{"IPv4 made harmless", "", "192[.]0[.]2[.]7", "ipv4-addr 192.0.2.7"},
		{"IPv4 with a zero before", "", "192.0.02.7", "the name of a domain"},
		{"IPv4 range", IPv4, "192.0.2.0/24", "one address of IPv4"},
		{"IPv4 and port", IPv4, "192.0.2.7:443", "one address of IPv4"},
		{"IPv6", "", "2001:DB8:0::7", "ipv6-addr 2001:db8::7"},
		{"IPv6 with a zone", "", "fe80::1%eth0", "one address of IPv6"},
		{"IPv4 within IPv6", "", "::ffff:192.0.2.7", "one address of IPv6"},
		{"page", "", "hxxps://Evil[.]Example:443/Claim?a=1#b", "url https://evil.example/Claim?a=1#b"},
		{"page, all harmless", "", "hXXp[://]evil[.]example", "url http://evil.example/"},
		{"page with a port", "", "http://evil.example:8080", "url http://evil.example:8080/"},
		{"page of a host by IPv6", "", "http://[2001:DB8::7]/x", "url http://[2001:db8::7]/x"},
		{"page with a name before", "", "https://binance.com@evil.example/", "url https://binance.com@evil.example/"},
		{"brackets in a path stay", "", "https://evil.example/a[.]b", "url https://evil.example/a[.]b"},
		{"page without a scheme", "", "evil.example/claim", "a page with its scheme"},
		{"script", URL, "javascript:alert(1)", "a page with its scheme"},
		{"page of nobody", URL, "https:///x", "a page with its scheme"},
		{"sender", "", "Help@Evil[.]Example", "email-addr help@evil.example"},
		{"sender made harmless", Email, "help[at]evil.example", "email-addr help@evil.example"},
		{"sender with a hash", "", "a#b?c@evil[.]example", "email-addr a#b?c@evil.example"},
		{"sender with a stroke", Email, "a/b@evil.example", "an e-mail address"},
		{"page with a sender's sign", "", "evil.example/@me.example", "a page with its scheme"},
		{"two senders", "", "a@b@evil.example", "an e-mail address"},
		{"hash", "", strings.ToUpper(md5), "file " + md5},
		{"longer hash", "", sha256, "file " + strings.ToLower(sha256)},
		{"short hash", File, md5[1:], "a hash in hexadecimal digits"},
		{"package", "", "pkg:npm/@Scope/Name@1.2.3", "package pkg:npm/%40scope/name@1.2.3"},
		{"package of PyPI", "", "pkg:PyPI/My_Package.x", "package pkg:pypi/my-package-x"},
		{"package of another registry", "", "pkg:golang/x@1", "a package URL of npm or PyPI"},
		{"malware", Malware, " AppleJeus ", "malware AppleJeus"},
		{"malware is no address", Malware, `a[.]b`, "malware a[.]b"},
		{"malware without a name", Malware, " ", "a name"},
		{"pattern", Pattern, "[domain-name:value LIKE 'a%']", "pattern [domain-name:value LIKE 'a%']"},
		{"no type", "ipv5", "x", "one of domain-name, url"},
		{"too long", Domain, strings.Repeat("a", MaxValue+1), "at most 4096 bytes"},
	} {
		t.Run(x.name, func(t *testing.T) {
			kind, value, err := x.kind, "", error(nil)
			if kind == "" {
				kind, value, err = Guess(x.text)
			} else {
				value, err = Normal(kind, x.text)
			}
			var wrong *clew.InputError
			switch {
			case errors.As(err, &wrong) && strings.HasPrefix(wrong.Want, x.want):
			case err == nil && string(kind)+" "+value == x.want:
			default:
				t.Errorf("%s %q, %v\nwant %s", kind, value, err, x.want)
			}
		})
	}
}

// FuzzNormal wants no text to hurt, and what is in normal form to stay so and
// to be guessed as what it is.
func FuzzNormal(f *testing.F) {
	for _, text := range []string{"Evil.Example.", "hxxps://evil[.]example/ü?x=%zz", "192.0.2.7", "2001:db8::7", "a@b.example", "pkg:npm/%40a/b@1", "d41d8cd98f00b204e9800998ecf8427e", "bücher.example", "http://[::1]:80", "a{.}b@c.example"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range Types() {
			value, err := Normal(kind, text)
			if err != nil {
				continue
			}
			if again, err := Normal(kind, value); err != nil || again != value {
				t.Fatalf("%s %q is %q, then %q, %v", kind, text, value, again, err)
			}
			guessed, other, err := Guess(value)
			if kind != Malware && kind != Pattern && (err != nil || guessed != kind || other != value) {
				t.Fatalf("%s %q is guessed as %s %q, %v", kind, value, guessed, other, err)
			}
			if back, err := Normal(kind, Harmless(kind, value)); err != nil || back != value || kind == Domain && strings.Contains(Harmless(kind, value), "x.") {
				t.Fatalf("%s %q made harmless comes back as %q, %v", kind, value, back, err)
			}
			Readable(value)
			Host(kind, value)
			above(value)
		}
	})
}
