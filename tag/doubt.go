package tag

import (
	"fmt"
	"hash/maphash"

	"clew"
)

// Doubts finds tags of one file that say the same twice, or, by the same
// evidence, different actors of one address. Each counts all the same: they may
// be right. It takes some 100 bytes for each tag.
type Doubts struct {
	actors *Actors
	seed   maphash.Seed
	met    map[uint64]int // line of a tag, by its hash
	who    map[clew.Address]sayer
	Found  []Issue
}

// A sayer is the first tag that names an actor of an address by the best
// evidence.
type sayer struct {
	line, weight int
	actor        string
}

// NewDoubts returns what a file is held against; actors tell which are one.
func NewDoubts(actors *Actors) *Doubts {
	return &Doubts{actors: actors, seed: maphash.MakeSeed(), met: map[uint64]int{}, who: map[clew.Address]sayer{}}
}

// Add takes the next tag of a file.
func (d *Doubts) Add(file string, t *Tag) {
	key := maphash.Comparable(d.seed, doubtKey{t.Subject, t.Tx, t.Label, t.Actor, joined(t.Concepts), t.Evidence, t.Source, t.Date, t.From, t.Until, t.Context})
	if line, ok := d.met[key]; ok {
		d.Found = append(d.Found, Issue{File: file, Line: t.Line, Text: fmt.Sprintf("says the same as line %d", line)})
		return
	}
	d.met[key] = t.Line
	if t.Actor == "" || t.Subject.IsZero() {
		return
	}
	now, before := sayer{t.Line, Weight(t.Evidence), t.Actor}, d.who[t.Subject]
	switch {
	case before.actor == "" || now.weight > before.weight:
		d.who[t.Subject] = now
	case now.weight == before.weight && !d.actors.Related(before.actor, now.actor):
		d.Found = append(d.Found, Issue{File: file, Line: t.Line, Text: fmt.Sprintf("names actor %q, where line %d names %q by the same evidence", bounded(now.actor), before.line, bounded(before.actor))})
	}
}

// A doubtKey is all that a tag says.
type doubtKey struct {
	subject                                                                  clew.Address
	tx, label, actor, concepts, evidence, source, date, from, until, context string
}
