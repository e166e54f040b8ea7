package tag

import (
	"slices"

	"clew"
)

// A Hearing is told what an index is asked, by whoever keeps what an answer
// rests on. Its functions may be called from several goroutines.
type Hearing struct {
	Address func(clew.Address) // what is claimed of it
	All     func()             // every tag
	Idle    func()             // the notices that concern nothing
	Actor   func(id string)    // who it is, and what it is a part of
	Named   func(name string)  // who is called so, in small letters and digits alone
}

func (h *Hearing) actor(id string) {
	if h != nil {
		h.Actor(id)
	}
}

func (h *Hearing) address(a clew.Address) {
	if h != nil {
		h.Address(a)
	}
}

// Heard returns the index with somebody who is told what it is asked, beside
// those who are told already.
func (x *Index) Heard(h Hearing) *Index {
	y := *x
	if before := x.heard; before != nil {
		h = before.beside(h)
	}
	y.heard = &h
	return &y
}

// beside returns a hearing of both.
func (h *Hearing) beside(other Hearing) Hearing {
	return Hearing{
		Address: func(a clew.Address) { h.Address(a); other.Address(a) },
		All:     func() { h.All(); other.All() },
		Idle:    func() { h.Idle(); other.Idle() },
		Actor:   func(id string) { h.Actor(id); other.Actor(id) },
		Named:   func(name string) { h.Named(name); other.Named(name) },
	}
}

// An Asked is what an index was asked.
type Asked struct {
	Addresses []clew.Address `json:"asked"`
	All       bool           `json:"all,omitempty"`   // every tag
	Idle      bool           `json:"idle,omitempty"`  // the notices that concern nothing
	IDs       []string       `json:"ids,omitempty"`   // of actors
	Names     []string       `json:"names,omitempty"` // of actors
}

// An Extract is what an index has of what it was asked: enough to answer that as
// the index did, and nothing else.
type Extract struct {
	Packs  []Pack       `json:"packs,omitempty"`
	Chains []clew.Chain `json:"chains,omitempty"` // that the index has claims on, in its order
	Asked
	Tags   []Tag    `json:"tags,omitempty"`
	Unmet  []Notice `json:"unmet,omitempty"` // that concern nothing
	Actors []Actor  `json:"actors,omitempty"`
}

// Extract returns what the index has of what it was asked. Of actors it has those
// that were asked for or that the tags name, and those above them by any source.
func (x *Index) Extract(asked Asked) Extract {
	y := *x
	y.heard = nil
	e := Extract{Packs: x.packs, Chains: x.chains, Asked: asked}
	if asked.Idle {
		e.Unmet = x.idle
	}
	if asked.All {
		e.Tags = slices.Collect(y.All())
	} else {
		for _, a := range asked.Addresses {
			e.Tags = append(e.Tags, y.At(a)...)
		}
	}
	ids := slices.Clone(asked.IDs)
	for i := range e.Tags {
		ids = append(ids, e.Tags[i].Actor)
	}
	for _, name := range asked.Names {
		for _, a := range x.actors.Named(name) {
			ids = append(ids, a.ID)
		}
	}
	e.Actors = x.actors.above(ids)
	return e
}

// above returns what is said of actors and of those that they are parts of, in
// order.
func (x *Actors) above(ids []string) (list []Actor) {
	met := map[string]bool{"": true}
	for ; len(ids) > 0; ids = ids[1:] {
		if id := ids[0]; !met[id] {
			met[id] = true
			for _, a := range x.Said(id) {
				ids = append(ids, a.Parent)
			}
		}
	}
	for _, a := range x.list {
		if met[a.ID] {
			list = append(list, a)
		}
	}
	return list
}

// Index returns an index that answers as the one did that the extract is of.
func (e *Extract) Index() *Index {
	var b Builder
	for _, c := range e.Chains {
		b.number(c)
	}
	for _, t := range e.Tags {
		b.Add(t)
	}
	for _, p := range e.Packs {
		b.AddPack(p)
	}
	b.AddActors(e.Actors)
	x := b.Index()
	x.idle = e.Unmet
	return x
}
