package tag

import (
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
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
	idle    []Notice
	filter  filter // of the records' addresses
	actors  *Actors

	begin, end string // days that a question is about; empty: all

	heard *Hearing // told what is asked; nil: nobody is
}

// A record says that a claim is made of an address.
type record struct {
	key   [32]byte
	claim uint32
	chain uint16
	form  clew.Form
}

// A claim is a tag without its subject. Concepts are joined by commas and
// trails are JSON, so that claims can be compared.
type claim struct {
	label, actor, concepts, evidence, source, date, from, until, definer, kind, context, pack, trail string

	status  Status
	private bool
}

// At returns the tags of an address, best evidence first; nil if there are
// none.
func (x *Index) At(a clew.Address) []Tag {
	x.heard.address(a)
	if !x.filter.may(a) {
		return nil
	}
	var tags []Tag
	for at := x.first(a, len(x.records)); at < len(x.records) && x.compare(x.records[at], a) == 0; at++ {
		tags = append(tags, x.tag(a, x.records[at]))
	}
	return tags
}

// Stop returns why a walk ends at an address, and the tag that says so: the
// one with the best evidence of those with a concept that ends walks. Claims
// that were withdrawn, or of which no day is among those of [Index.Within], end
// none. Of a token's contract, which ends no walk, NoStop and the claim that it is
// one; NoStop and nil if there is neither.
func (x *Index) Stop(a clew.Address) (Stop, *Tag) {
	x.heard.address(a)
	var token *Tag
	for at := x.first(a, len(x.records)); at < len(x.records) && x.compare(x.records[at], a) == 0; at++ {
		t := x.tag(a, x.records[at])
		if t.Status == Withdrawn || !t.overlaps(x.begin, x.end) {
			continue
		}
		if stop := t.Stop(); stop != NoStop {
			return stop, &t
		}
		if token == nil && t.Is("token") {
			token = &t
		}
	}
	return NoStop, token
}

// Within returns the index for a question about a span of days, YYYY-MM-DD, of
// which either may be open: only claims of some day within it end walks. A
// claim's own span is not held against each single transfer.
func (x *Index) Within(begin, end string) *Index {
	y := *x
	y.begin, y.end = begin, end
	return &y
}

// Idle returns the notices that concern no claim that was read. The caller must
// not change it.
func (x *Index) Idle() []Notice {
	if x.heard != nil {
		x.heard.Idle()
	}
	return x.idle
}

// Actors returns who the actors that tags name are said to be.
func (x *Index) Actors() *Actors {
	if x.heard == nil {
		return x.actors
	}
	y := *x.actors
	y.heard = x.heard
	return &y
}

// All returns every tag, in the order of their addresses.
func (x *Index) All() iter.Seq[Tag] {
	if x.heard != nil {
		x.heard.All()
	}
	return func(yield func(Tag) bool) {
		for _, r := range x.records {
			if !yield(x.tag(x.address(r), r)) {
				return
			}
		}
	}
}

// Packs returns what was read, in the order of reading. The caller must not
// change it.
func (x *Index) Packs() []Pack { return x.packs }

// Len returns how many tags there are.
func (x *Index) Len() int { return len(x.records) }

// first returns where the records of a begin, or would, among the first n.
func (x *Index) first(a clew.Address, n int) int {
	at, _ := slices.BinarySearchFunc(x.records[:n], a, x.compare)
	return at
}

func (x *Index) compare(r record, a clew.Address) int {
	key, _ := a.RawKey()
	return cmp.Or(bytes.Compare(r.key[:], key[:]), cmp.Compare(r.form, a.Form()), strings.Compare(string(x.chains[r.chain]), string(a.Chain())))
}

// address returns the address of a record.
func (x *Index) address(r record) clew.Address {
	a, err := clew.MakeAddress(x.chains[r.chain], r.form, r.key[:r.form.Size()])
	if err != nil {
		panic("tag: " + err.Error()) // it was one
	}
	return a
}

func (x *Index) tag(a clew.Address, r record) Tag {
	c := x.claims[r.claim]
	t := Tag{Subject: a, Label: c.label, Actor: c.actor, Evidence: c.evidence, Source: c.source, Date: c.date, From: c.from, Until: c.until,
		Status: c.status, Definer: c.definer, Kind: c.kind, Context: c.context, Private: c.private, Pack: c.pack}
	if c.trail != "" {
		if err := json.Unmarshal([]byte(c.trail), &t.Trail); err != nil {
			panic("tag: trail: " + err.Error()) // written by intern
		}
	}
	if c.concepts != "" {
		for name := range strings.SplitSeq(c.concepts, ",") {
			t.Concepts = append(t.Concepts, Concept(name))
		}
	}
	return t
}

// A Builder collects tags for an index. It must not be used after Index.
type Builder struct {
	index   Index
	claims  map[claim]uint32
	chains  map[clew.Chain]uint16
	notices []Notice
	actors  []Actor
}

// AddActors takes who actors are said to be.
func (b *Builder) AddActors(list []Actor) { b.actors = append(b.actors, list...) }

// Add takes a tag. One of a transaction is left out: an index is asked about
// addresses.
func (b *Builder) Add(t Tag) {
	if t.Subject.IsZero() {
		return
	}
	id := b.intern(t)
	key, _ := t.Subject.RawKey()
	b.index.records = append(b.index.records, record{key, id, b.number(t.Subject.Chain()), t.Subject.Form()})
}

// number returns the number of a chain, which is in the order of being met.
func (b *Builder) number(c clew.Chain) uint16 {
	if b.chains == nil {
		b.chains = map[clew.Chain]uint16{}
	}
	n, ok := b.chains[c]
	if !ok {
		n = uint16(len(b.index.chains))
		b.chains[c] = n
		b.index.chains = append(b.index.chains, c)
	}
	return n
}

// intern returns the number of a tag's claim.
func (b *Builder) intern(t Tag) uint32 {
	if b.claims == nil {
		b.claims = map[claim]uint32{}
	}
	c := claim{label: t.Label, actor: t.Actor, evidence: t.Evidence, source: t.Source, date: t.Date, from: t.From, until: t.Until,
		concepts: joined(t.Concepts), definer: t.Definer, kind: t.Kind, context: t.Context, pack: t.Pack, status: t.Status, private: t.Private}
	if len(t.Trail) > 0 {
		text, err := json.Marshal(t.Trail)
		if err != nil {
			panic("tag: trail: " + err.Error()) // texts only
		}
		c.trail = string(text)
	}
	id, ok := b.claims[c]
	if !ok {
		id = uint32(len(b.index.claims))
		b.claims[c] = id
		b.index.claims = append(b.index.claims, c)
	}
	return id
}

// AddPack takes note of a pack whose tags were added.
func (b *Builder) AddPack(p Pack) { b.index.packs = append(b.index.packs, p) }

// Index returns the index of what was added, with the notices applied. The same
// claim about the same address is kept once.
func (b *Builder) Index() *Index {
	b.sort()
	if len(b.notices) > 0 {
		b.apply()
		b.sort()
	}
	x := b.index
	x.actors = NewActors(b.actors)
	x.records = slices.Clip(slices.Compact(x.records))
	x.filter = newFilter(x.records)
	return &x
}

// sort puts records in order: by address, the best claims first.
func (b *Builder) sort() {
	x := &b.index
	slices.SortFunc(x.records, func(r, s record) int {
		return cmp.Or(bytes.Compare(r.key[:], s.key[:]), cmp.Compare(r.form, s.form),
			strings.Compare(string(x.chains[r.chain]), string(x.chains[s.chain])), x.claims[r.claim].compare(&x.claims[s.claim]))
	})
}

// compare puts what was withdrawn last, better evidence first, then later
// claims, then gives an order that depends on nothing else.
func (c *claim) compare(d *claim) int {
	if c == d {
		return 0
	}
	gone := func(c *claim) int {
		if c.status == Withdrawn {
			return 1
		}
		return 0
	}
	if order := cmp.Or(cmp.Compare(gone(c), gone(d)), cmp.Compare(Weight(d.evidence), Weight(c.evidence)), strings.Compare(d.date, c.date)); order != 0 {
		return order
	}
	own, other := c.rest(), d.rest()
	return slices.Compare(own[:], other[:])
}

// rest returns what tells apart claims that are as good and as late.
func (c *claim) rest() [14]string {
	private := ""
	if c.private {
		private = "private"
	}
	return [...]string{c.pack, c.label, c.source, c.actor, c.concepts, c.evidence, c.from, c.until, string(c.status), c.definer, c.kind, c.context, c.trail, private}
}
