package tag

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"clew"
)

// An Index answers what is claimed of an address. It never changes, and may be
// asked from several goroutines.
//
// Half a million tags are ordinary, so it keeps what tags share once: a record
// for each address and one for each different claim.
type Index struct {
	records []record // by address, best evidence first
	claims  []claim
	chains  []clew.Chain
	packs   []Pack
}

// A record says that a claim is made of an address.
type record struct {
	key   [32]byte
	claim uint32
	chain uint16
	form  clew.Form
}

// A claim is a tag without its subject. Concepts are joined by commas, so that
// claims can be compared.
type claim struct {
	label, actor, concepts, evidence, source, date, pack string
}

// At returns the tags of an address, best evidence first; nil if there are
// none.
func (x *Index) At(a clew.Address) []Tag {
	var tags []Tag
	for at := x.first(a); at < len(x.records) && x.compare(x.records[at], a) == 0; at++ {
		tags = append(tags, x.tag(a, x.records[at]))
	}
	return tags
}

// Stop returns why a walk ends at an address, and the tag that says so: the
// one with the best evidence of those with a concept that ends walks. NoStop
// and nil if there is none.
func (x *Index) Stop(a clew.Address) (Stop, *Tag) {
	for at := x.first(a); at < len(x.records) && x.compare(x.records[at], a) == 0; at++ {
		t := x.tag(a, x.records[at])
		if stop := t.Stop(); stop != NoStop {
			return stop, &t
		}
	}
	return NoStop, nil
}

// Packs returns what was read, in the order of reading. The caller must not
// change it.
func (x *Index) Packs() []Pack { return x.packs }

// Len returns how many tags there are.
func (x *Index) Len() int { return len(x.records) }

func (x *Index) first(a clew.Address) int {
	at, _ := slices.BinarySearchFunc(x.records, a, x.compare)
	return at
}

func (x *Index) compare(r record, a clew.Address) int {
	key, _ := a.RawKey()
	return cmp.Or(bytes.Compare(r.key[:], key[:]), cmp.Compare(r.form, a.Form()), strings.Compare(string(x.chains[r.chain]), string(a.Chain())))
}

func (x *Index) tag(a clew.Address, r record) Tag {
	c := x.claims[r.claim]
	t := Tag{Subject: a, Label: c.label, Actor: c.actor, Evidence: c.evidence, Source: c.source, Date: c.date, Pack: c.pack}
	if c.concepts != "" {
		for name := range strings.SplitSeq(c.concepts, ",") {
			t.Concepts = append(t.Concepts, Concept(name))
		}
	}
	return t
}

// A Builder collects tags for an index. It must not be used after Index.
type Builder struct {
	index  Index
	claims map[claim]uint32
	chains map[clew.Chain]uint16
}

// Add takes a tag.
func (b *Builder) Add(t Tag) {
	if b.claims == nil {
		b.claims, b.chains = map[claim]uint32{}, map[clew.Chain]uint16{}
	}
	names := make([]string, len(t.Concepts))
	for i, c := range t.Concepts {
		names[i] = string(c)
	}
	c := claim{t.Label, t.Actor, strings.Join(names, ","), t.Evidence, t.Source, t.Date, t.Pack}
	id, ok := b.claims[c]
	if !ok {
		id = uint32(len(b.index.claims))
		b.claims[c] = id
		b.index.claims = append(b.index.claims, c)
	}
	chain, ok := b.chains[t.Subject.Chain()]
	if !ok {
		chain = uint16(len(b.index.chains))
		b.chains[t.Subject.Chain()] = chain
		b.index.chains = append(b.index.chains, t.Subject.Chain())
	}
	key, _ := t.Subject.RawKey()
	b.index.records = append(b.index.records, record{key, id, chain, t.Subject.Form()})
}

// AddPack takes note of a pack whose tags were added.
func (b *Builder) AddPack(p Pack) { b.index.packs = append(b.index.packs, p) }

// Index returns the index of what was added. The same claim about the same
// address is kept once.
func (b *Builder) Index() *Index {
	x := b.index
	slices.SortFunc(x.records, func(r, s record) int {
		return cmp.Or(bytes.Compare(r.key[:], s.key[:]), cmp.Compare(r.form, s.form),
			strings.Compare(string(x.chains[r.chain]), string(x.chains[s.chain])), x.claims[r.claim].compare(x.claims[s.claim]))
	})
	x.records = slices.Clip(slices.Compact(x.records))
	return &x
}

// compare puts better evidence first, then later claims, then gives an order
// that depends on nothing else.
func (c claim) compare(d claim) int {
	return cmp.Or(cmp.Compare(Weight(d.evidence), Weight(c.evidence)), strings.Compare(d.date, c.date),
		strings.Compare(c.pack, d.pack), strings.Compare(c.label, d.label), strings.Compare(c.source, d.source),
		strings.Compare(c.actor, d.actor), strings.Compare(c.concepts, d.concepts), strings.Compare(c.evidence, d.evidence))
}
