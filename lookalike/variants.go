package lookalike

import (
	"strings"

	"clew/indicator"
)

// A Variant is a name that would imitate another, by the rule that makes it.
type Variant struct {
	Rule   Rule   `json:"rule"`
	Domain string `json:"domain"`
}

// MaxVariants bounds what is made of one name.
const MaxVariants = 5000

// endings are the public suffixes that are tried: those that imitations of
// services had most often in lists of them, as far as was seen.
var endings = []string{"com", "net", "org", "io", "co", "app", "xyz", "info", "online", "site", "live", "finance", "exchange", "network", "pro", "cc", "top", "fi", "me", "us", "in", "ru", "dev", "link", "club", "vip", "cloud", "tech", "com.co", "ltd"}

// besides are the words that are put beside a name: of those that are taken off,
// the ones that ask for something.
var besides = []string{"airdrop", "app", "auth", "bonus", "claim", "connect", "event", "help", "login", "official", "promo", "reward", "secure", "support", "token", "update", "verify", "wallet", "www"}

// greek and Cyrillic letters that look like Latin ones, one each.
var others = map[rune]rune{'a': 'а', 'c': 'с', 'e': 'е', 'i': 'і', 'j': 'ј', 'o': 'о', 'p': 'р', 's': 'ѕ', 'x': 'х', 'y': 'у'}

// alike are Latin letters and what stands for them.
var alike = map[string][]string{"l": {"1", "i"}, "i": {"1", "l"}, "o": {"0"}, "m": {"rn"}, "w": {"vv"}, "d": {"cl"}, "e": {"3"}, "a": {"4"}, "s": {"5"}, "b": {"8"}, "g": {"q", "9"}, "z": {"2"}, "t": {"7"}}

// Variants returns names that would imitate a domain in normal form, each once
// and by the most telling rule of those that make it, at most [MaxVariants], in
// order. Each is found by [Guard.Check], but for those of names of fewer than
// six characters. They are candidates to watch; whether anybody registered one
// is not known here.
func Variants(domain string) []Variant {
	own := indicator.Registrable(domain)
	if own == "" {
		return nil
	}
	suffix := indicator.Suffix(own)
	v := &variants{own: own, suffix: suffix, name: strings.TrimSuffix(own, "."+suffix), seen: map[string]bool{own: true}}
	v.letters()
	for _, w := range besides {
		for _, name := range []string{w + "-" + v.name, v.name + "-" + w, w + v.name, v.name + w} {
			v.add(Words, name, v.suffix)
		}
	}
	for at := 1; at < len(v.name); at++ {
		v.add(Hyphens, v.name[:at]+"-"+v.name[at:], v.suffix)
	}
	v.add(Hyphens, strings.ReplaceAll(v.name, "-", ""), v.suffix)
	for _, e := range endings {
		v.add(Ending, v.name, e)
	}
	v.edits()
	return v.list[:min(len(v.list), MaxVariants)]
}

// variants are those of one name, under way.
type variants struct {
	own, suffix, name string
	seen              map[string]bool
	list              []Variant
}

func (v *variants) add(r Rule, name, suffix string) {
	domain, err := indicator.Normal(indicator.Domain, name+"."+suffix)
	if err != nil || v.seen[domain] || strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") || indicator.Registrable(domain) != domain {
		return
	}
	v.seen[domain] = true
	v.list = append(v.list, Variant{r, domain})
}

// letters put what looks alike in the place of each letter.
func (v *variants) letters() {
	for at, r := range v.name {
		before, after := v.name[:at], v.name[at+1:] // in ASCII
		for _, other := range alike[string(r)] {
			v.add(Letters, before+other+after, v.suffix)
		}
		if other, ok := others[r]; ok && !strings.HasPrefix(v.name, "xn--") {
			v.add(Letters, before+string(other)+after, v.suffix)
		}
	}
}

// edits make every name that one slip makes.
func (v *variants) edits() {
	const keyboard = "abcdefghijklmnopqrstuvwxyz0123456789"
	for at := range len(v.name) {
		before, after := v.name[:at], v.name[at+1:]
		if at+1 < len(v.name) {
			v.add(Swapped, before+v.name[at+1:at+2]+v.name[at:at+1]+v.name[at+2:], v.suffix)
		}
		v.add(Missing, before+after, v.suffix)
		v.add(Extra, v.name[:at+1]+v.name[at:], v.suffix) // doubled
		for _, key := range strings.ReplaceAll(keyboard, v.name[at:at+1], "") {
			if r := single([]rune{key}, []rune{rune(v.name[at])}); r == Neighbour || r == Bit {
				v.add(r, before+string(key)+after, v.suffix)
			}
		}
	}
}
