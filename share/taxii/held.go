package taxii

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"clew/incident"
	"clew/share/stix"
)

// noVersion stands for the version of an object that has none, such as an
// observable's (5.3.1 leaves the choice to the server).
const noVersion = "1970-01-01T00:00:00.000Z"

// A key tells versions of objects apart.
type key struct {
	id      string
	version string // by versionOf
}

// versionOf writes a time in the one way by which versions are compared: the
// same time can be written in several.
func versionOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

// An item is one version of an object as it is held, and not changed.
type item struct {
	key
	added moment
	shown string // its version, as it was written
	kind  string
	spec  string // of STIX
	sum   [sha256.Size]byte
	raw   json.RawMessage
	marks []string // of the definition of a marking: those that it bears
}

// itemOf makes an item of an object; the error says what is wrong with it.
func itemOf(o *stix.Object) (*item, error) {
	shown := cmp.Or(o.Modified, o.Created(), noVersion)
	at, err := parseTime(shown)
	if err != nil {
		return nil, fmt.Errorf("wanted is, as modified or created, %w", err)
	}
	spec := o.SpecVersion()
	if spec != spec20 && spec != spec21 {
		return nil, errors.New("wanted is an object of STIX 2.0 or 2.1")
	}
	said, err := o.Canonical()
	if err != nil {
		return nil, errors.New("wanted is an object in JSON")
	}
	var raw bytes.Buffer
	if err := json.Compact(&raw, o.Raw); err != nil {
		return nil, errors.New("wanted is an object in JSON")
	}
	i := &item{key: key{o.ID, versionOf(at)}, shown: shown, kind: o.Type, spec: spec, sum: sha256.Sum256(said), raw: raw.Bytes()}
	if o.Type == "marking-definition" {
		i.marks = o.MarkingRefs()
	}
	return i, nil
}

// A holding is what a collection holds, in the order in which it was added.
// Items that are in it stay as they are.
type holding struct {
	items []*item
	byKey map[key]*item
	byID  map[string][]*item
	bytes int64
}

func newHolding() *holding {
	return &holding{byKey: map[key]*item{}, byID: map[string][]*item{}}
}

// put adds an item, which is newer than all that are held.
func (h *holding) put(i *item) {
	h.items = append(h.items, i)
	h.byKey[i.key] = i
	h.byID[i.id] = append(h.byID[i.id], i)
	h.bytes += int64(len(i.raw))
}

// last returns when the newest was added; 0: none was.
func (h *holding) last() moment {
	if len(h.items) == 0 {
		return 0
	}
	return h.items[len(h.items)-1].added
}

// marksOf returns what the definition of a marking is marked with.
func (h *holding) marksOf(id string) (ids []string) {
	for _, i := range h.byID[id] {
		ids = append(ids, i.marks...)
	}
	return ids
}

// refuse says why an item cannot be added; nil: it can, or is held already.
func (h *holding) refuse(i *item, o *stix.Object, marking incident.Marking) error {
	if o.Level().Stricter(marking) {
		return fmt.Errorf("it is marked TLP:%s, or not marked, which counts as TLP:AMBER+STRICT; this collection takes what is marked %s at the most", upper(o.Level()), upper(marking))
	}
	if there := h.byKey[i.key]; there != nil {
		if there.sum != i.sum {
			return errors.New("this version is held already and says something else")
		}
		return nil
	}
	switch {
	case len(h.byID[i.id]) >= maxVersions:
		return fmt.Errorf("%d versions of it are held, which is the most", maxVersions)
	case len(h.items) >= MaxHeld || h.bytes+int64(len(i.raw)) > maxHeldSize:
		return errors.New("this collection is full")
	case len(i.marks) > 0 && stix.MarksItself(o, h.marksOf, maxMarkings):
		return errors.New("wanted is a marking that does not mark itself")
	}
	return nil
}

func upper(m incident.Marking) string { return string(bytes.ToUpper([]byte(m))) }

// drop takes back all that was put after the first n.
func (h *holding) drop(n int) {
	for _, i := range h.items[n:] {
		delete(h.byKey, i.key)
		h.byID[i.id] = slices.DeleteFunc(h.byID[i.id], func(x *item) bool { return x == i })
		h.bytes -= int64(len(i.raw))
	}
	h.items = h.items[:n]
}
