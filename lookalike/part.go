package lookalike

import (
	"math/bits"
	"slices"
	"strings"
)

// A part is a name, whole or with words taken off at its ends.
type part struct {
	name
	words []string // taken off; none: it is whole
}

// maxParts bounds the ways to take words off one name.
const maxParts = 200

// partsOf returns a name, and what is left of it when words that often stand
// beside an imitated name, digits and hyphens are taken off its ends.
func partsOf(text string) []part {
	list := []part{{name: nameOf(text)}}
	seen := map[string]bool{text: true}
	for next := 0; next < len(list) && len(list) < maxParts; next++ {
		from := list[next]
		for _, cutter := range []func(string) []cutOff{fromStart, fromEnd} {
			for _, c := range cutter(from.text) {
				if !seen[c.left] && len(c.left) >= leastWords {
					seen[c.left] = true
					list = append(list, part{nameOf(c.left), append(slices.Clone(from.words), c.word)})
				}
			}
		}
	}
	return list
}

// A cutOff is a word taken off, and what is left.
type cutOff struct{ word, left string }

func fromStart(text string) (list []cutOff) {
	for _, w := range words {
		if left, ok := strings.CutPrefix(text, w); ok {
			list = append(list, cutOff{w, strings.TrimLeft(left, "-")})
		}
	}
	if first, left, ok := strings.Cut(text, "-"); ok && first != "" {
		list = append(list, cutOff{first, left})
	}
	if left := strings.TrimLeft(text, digits); left != text {
		list = append(list, cutOff{text[:len(text)-len(left)], strings.TrimLeft(left, "-")})
	}
	return list
}

func fromEnd(text string) (list []cutOff) {
	for _, w := range words {
		if left, ok := strings.CutSuffix(text, w); ok {
			list = append(list, cutOff{w, strings.TrimRight(left, "-")})
		}
	}
	if at := strings.LastIndex(text, "-"); at >= 0 && at < len(text)-1 {
		list = append(list, cutOff{text[at+1:], text[:at]})
	}
	if left := strings.TrimRight(text, digits); left != text {
		list = append(list, cutOff{text[len(left):], strings.TrimRight(left, "-")})
	}
	return list
}

const digits = "0123456789"

// words stand beside imitated names: the list is a judgement of this
// project's, from what phishing asks for and from endings written into names.
var words = []string{
	"access", "account", "accounts", "admin", "airdrop", "airdrops", "alert", "api", "app", "apps", "auth", "authorize", "beta", "block", "bonus", "bridge", "buy", "card", "center", "chain", "check",
	"claim", "claims", "client", "cloud", "co", "coin", "com", "community", "confirm", "connect", "contract", "crowdsale", "crypto", "customer", "dapp", "dashboard", "defi", "deposit", "desk", "dex", "drop", "drops", "earn", "event", "events", "exchange",
	"extension", "finance", "foundation", "free", "ftm", "fund", "gas", "get", "gift", "gifts", "giveaway", "global", "go", "group", "help", "helpdesk", "home", "host", "http", "https", "ico", "ieo", "info", "invest", "io", "ledger",
	"link", "live", "log", "login", "mail", "mainnet", "manage", "market", "migrate", "migration", "mint", "mobile", "mining", "my", "net", "network", "new", "news", "nft", "nfts", "official", "online", "org", "page", "pay", "platform", "portal",
	"pool", "presale", "pro", "project", "promo", "protocol", "recover", "recovery", "refund", "register", "restore", "reward", "rewards", "sale", "secure", "secured", "security", "server", "service", "services", "shop", "signin", "sign",
	"site", "stake", "staking", "store", "support", "swap", "sync", "system", "team", "tech", "the", "token", "tokens", "tokensale", "trade", "trading", "trust", "uk", "unlock", "update", "upgrade", "us", "user", "v2", "v3", "validate", "validation",
	"verify", "verification", "view", "vip", "wallet", "wallets", "web", "web3", "withdraw", "world", "www", "x", "xyz", "your",
}

// against compares a part with a protected name.
func (a *part) against(p *protected) (Finding, bool) {
	whole := len(a.words) == 0
	f := Finding{Part: a.text, With: p.name.text, Words: a.words}
	switch {
	case !whole && (len(p.name.letter) < leastWords || slices.Contains(words, p.name.text)):
		return f, false
	case a.text == p.name.text:
		f.Rule = Ending
		if !whole {
			f.Rule = Words
		}
		return f, true
	case a.folded == p.name.folded:
		f.Rule = Letters
	case a.joined == p.name.joined:
		f.Rule = Hyphens
	case !whole && len(p.name.letter) < leastFew:
		return f, false
	default:
		return f.byLetters(a, p)
	}
	f.Distance = distance(a.letter, p.name.letter, len(a.letter)+len(p.name.letter))
	return f, len(p.name.letter) >= 3
}

// byLetters compares by how many letters differ, as many as the protected
// name's length allows.
func (f Finding) byLetters(a *part, p *protected) (Finding, bool) {
	most := allowed(len(p.name.letter))
	if len(a.words) > 0 {
		most = min(most, 1)
	}
	f.Rule, f.Distance = Few, most+1
	if bits.OnesCount64(a.set^p.name.set) <= 2*most { // an edit takes away one letter at most, and brings one
		f.Distance = distance(a.letter, p.name.letter, most)
	}
	if f.Distance > most && len(p.name.letter) > 7 {
		f.Distance = distance(a.shape, p.name.shape, most) // beside letters that look alike
		return f, f.Distance <= most
	}
	if f.Distance > most {
		return f, false
	}
	if f.Distance == 1 {
		f.Rule = single(a.letter, p.name.letter)
	}
	// Words of five letters that differ by one are many; fewer have one more.
	return f, len(p.name.letter) > 5 || f.Rule == Extra || f.Rule == Swapped
}

// allowed is how many letters may differ of a name of so many: none of four or
// less, one of up to eleven, two beyond.
func allowed(letters int) int {
	switch {
	case letters < 5:
		return 0
	case letters < 12:
		return 1
	}
	return 2
}
