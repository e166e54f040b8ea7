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
}

func (h *Hearing) address(a clew.Address) {
	if h != nil {
		h.Address(a)
	}
}

// Heard returns the index with somebody who is told what it is asked.
func (x *Index) Heard(h Hearing) *Index {
	y := *x
	y.heard = &h
	return &y
}

// An Extract is what an index has of some addresses: enough to answer for them
// as the index did, and for no other.
type Extract struct {
	Packs  []Pack         `json:"packs,omitempty"`
	Chains []clew.Chain   `json:"chains,omitempty"` // that the index has claims on, in its order
	Asked  []clew.Address `json:"asked"`            // in the order of their texts
	All    bool           `json:"all,omitempty"`    // every tag is there
	Idle   bool           `json:"idle,omitempty"`   // so are the notices that concern nothing
	Tags   []Tag          `json:"tags,omitempty"`
	Unmet  []Notice       `json:"unmet,omitempty"` // those notices
	Actors []Actor        `json:"actors,omitempty"`
}

// Extract returns what the index has of addresses, or of all. Of actors it has
// those that the tags name, and those above them by any source.
func (x *Index) Extract(asked []clew.Address, all, idle bool) Extract {
	y := *x
	y.heard = nil
	e := Extract{Packs: x.packs, Chains: x.chains, Asked: asked, All: all, Idle: idle}
	if idle {
		e.Unmet = x.idle
	}
	if all {
		e.Tags = slices.Collect(y.All())
	} else {
		for _, a := range asked {
			e.Tags = append(e.Tags, y.At(a)...)
		}
	}
	named := map[string]bool{}
	var queue []string
	for i := range e.Tags {
		queue = append(queue, e.Tags[i].Actor)
	}
	for ; len(queue) > 0; queue = queue[1:] {
		if id := queue[0]; id != "" && !named[id] {
			named[id] = true
			for _, a := range x.actors.Said(id) {
				queue = append(queue, a.Parent)
			}
		}
	}
	for _, a := range x.actors.list {
		if named[a.ID] {
			e.Actors = append(e.Actors, a)
		}
	}
	return e
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
