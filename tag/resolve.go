package tag

import (
	"iter"
	"slices"
	"strings"

	"clew"
)

// A Resolution is what claims about an address come to.
type Resolution struct {
	Best      []Tag     `json:"best,omitempty"` // of those that count, the ones with the best evidence
	Conflicts []Clash   `json:"conflicts,omitempty"`
	Carried   []Carried `json:"carried,omitempty"` // from the same digits on other EVM chains and Tron
}

// A Clash is two claims about one address, each as good as any, of which at
// most one is right.
type Clash struct {
	Over string `json:"over"` // "actor", or "stop": why a walk ends there
	A    Tag    `json:"a"`
	B    Tag    `json:"b"`
}

// A Carried is a claim about the same digits on another EVM chain or Tron. If
// the same key signed on both, whoever holds it controls both addresses, but what
// was said is said of the other one. If it did not, nothing follows.
type Carried struct {
	From   clew.Chain `json:"from"`
	Tag    Tag        `json:"tag"`
	Signed bool       `json:"signed"` // a signature by the key is held on both chains; see [Resolution.Sign]
}

// Sign marks what is carried from chains on which the key of the address that
// was asked about signed, as it did on its own: that is for whoever reads ledgers
// to find (package cluster/account).
func (r *Resolution) Sign(chains []clew.Chain) {
	for i := range r.Carried {
		r.Carried[i].Signed = slices.Contains(chains, r.Carried[i].From)
	}
}

// Resolve returns what the claims about an address come to on a day,
// YYYY-MM-DD. Claims that were withdrawn, or are not about that day, do not
// count. Nothing is carried from or to what is said to be a contract, pool,
// router, bridge or burn address on any chain, which others may have under the
// same digits; that nobody says so is no proof of a key.
func (x *Index) Resolve(a clew.Address, day string) Resolution {
	own := counting(x.At(a), day)
	r := Resolution{Best: best(own), Conflicts: x.clashes(own)}
	if a.Form() != clew.EVMForm && a.Form() != clew.TronForm {
		return r
	}
	code := hasCode(x.At(a))
	for _, chain := range x.chains {
		form := clew.EVMForm
		if chain.IsTron() {
			form = clew.TronForm
		}
		if chain == a.Chain() {
			continue
		}
		key, size := a.RawKey()
		other, err := clew.MakeAddress(chain, form, key[:size])
		if err != nil {
			continue
		}
		there := x.At(other)
		code = code || hasCode(there)
		for _, t := range best(counting(there, day)) {
			r.Carried = append(r.Carried, Carried{From: chain, Tag: t})
		}
	}
	if code {
		r.Carried = nil
	}
	return r
}

// Conflicts returns the addresses with conflicting claims on a day, in the
// order of the index.
func (x *Index) Conflicts(day string) iter.Seq2[clew.Address, []Clash] {
	if x.heard != nil {
		x.heard.All()
	}
	return func(yield func(clew.Address, []Clash) bool) {
		for at := 0; at < len(x.records); {
			r := x.records[at]
			a := x.address(r)
			end := at + 1
			for end < len(x.records) && x.compare(x.records[end], a) == 0 {
				end++
			}
			if end-at > 1 {
				if found := x.clashes(counting(x.At(a), day)); len(found) > 0 && !yield(a, found) {
					return
				}
			}
			at = end
		}
	}
}

// counting returns the tags that count on a day.
func counting(tags []Tag, day string) []Tag {
	var out []Tag
	for _, t := range tags {
		if t.Status != Withdrawn && t.ValidAt(day) {
			out = append(out, t)
		}
	}
	return out
}

// best returns the tags whose evidence is as good as that of the first.
func best(tags []Tag) []Tag {
	for i := range tags {
		if Weight(tags[i].Evidence) < Weight(tags[0].Evidence) {
			return tags[:i]
		}
	}
	return tags
}

// clashes returns what the best claims that say who, and the best that say why
// a walk ends there, contradict each other in. Each other word is held against
// the first. Actors of which some source says that one is a part of the other,
// or that a name of one is the other's too, are not held to be different.
func (x *Index) clashes(tags []Tag) []Clash {
	over := func(name string, of func(*Tag) string, same func(a, b string) bool) (found []Clash) {
		var say []Tag
		for _, t := range tags {
			if of(&t) != "" {
				say = append(say, t)
			}
		}
		met := map[string]bool{}
		for i, t := range best(say) {
			if word := of(&t); !met[word] {
				met[word] = true
				if i > 0 && !same(of(&say[0]), word) {
					found = append(found, Clash{Over: name, A: say[0], B: t})
				}
			}
		}
		return found
	}
	return append(over("actor", func(t *Tag) string { return strings.ToLower(t.Actor) }, x.actors.Related),
		over("stop", func(t *Tag) string { return string(t.Stop()) }, func(a, b string) bool { return a == b })...)
}

// hasCode reports whether some tag claims what has code, or no key.
func hasCode(tags []Tag) bool {
	for i := range tags {
		stop := tags[i].Stop()
		if stop == Mixer || stop == Bridge || stop == Conversion || stop == Locked || stop == Burn || tags[i].Is(contractConcept, "smart_contract", "token") {
			return true
		}
	}
	return false
}
