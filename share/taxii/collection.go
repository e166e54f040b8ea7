package taxii

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"clew/incident"
	"clew/ledger/vfs"
	"clew/share/stix"
)

// A Collection is what objects are read from, and added to if it is an inbox. It
// may be used from several goroutines.
type Collection struct {
	Name        string // its alias: a word
	Title       string
	Description string
	Marking     incident.Marking // nothing stricter is in it
	Inbox       bool             // others may add to it; if not, it is made from files

	id      string
	mu      sync.RWMutex
	held    *holding
	journal *journal
	seen    map[key]seen // of one that is made from files
	closed  error        // why nothing is served for now
}

// A seen says when a version was first seen in files, and what it said.
type seen struct {
	added moment
	sum   [sha256.Size]byte
}

// Open reads what is known of a collection from a folder, whose lock the caller
// has. An inbox has its objects from then on; any other gets them by
// [Collection.Replace]. Root tells collections of one name apart.
func (c *Collection) Open(dir vfs.FS, root string) error {
	c.held, c.seen, c.id = newHolding(), map[key]seen{}, identifier("collection", root, c.Name)
	take, name := c.takeSeen, c.Name+".seen.jsonl"
	if c.Inbox {
		take, name = c.takeObject, c.Name+".added.jsonl"
	}
	var err error
	c.journal, err = openJournal(dir, name, take)
	return err
}

func (c *Collection) takeSeen(l *line, at moment) error {
	k, sum, err := seenOf(l)
	c.seen[k] = seen{at, sum}
	return err
}

func (c *Collection) takeObject(l *line, at moment) error {
	o, err := objectOf(l)
	if err != nil {
		return err
	}
	i, err := itemOf(o)
	if err != nil {
		return err
	}
	if c.held.byKey[i.key] != nil {
		return fmt.Errorf("%s is held twice", o.ID)
	}
	i.added = at
	c.held.put(i)
	return nil
}

// A Left counts what is not served of objects that files hold.
type Left struct {
	Stricter int `json:"stricter,omitempty"` // marked stricter than the collection, or not marked
	Unsound  int `json:"unsound,omitempty"`  // of a version that is no time, or of another STIX
	Doubled  int `json:"doubled,omitempty"`  // one version that says two things; the first is served
}

// Replace makes a collection of objects of files. What is marked stricter than
// the collection is left out and counted, and so is what cannot be served. A
// version has the date on which it was first seen; one that now says something
// else than before counts as seen now, so that whoever asks for what is new
// gets it. After an error nothing is changed.
func (c *Collection) Replace(objects []stix.Object, now time.Time) (left Left, err error) {
	var items []*item
	once := map[key]*item{}
	for n := range objects {
		o := &objects[n]
		if o.Level().Stricter(c.Marking) {
			left.Stricter++
			continue
		}
		i, err := itemOf(o)
		switch {
		case err != nil:
			left.Unsound++
		case once[i.key] == nil:
			once[i.key] = i
			items = append(items, i)
		case once[i.key].sum != i.sum:
			left.Doubled++
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	held, err := c.dated(items, momentOf(now))
	if err != nil {
		return left, err
	}
	c.held, c.closed = held, nil
	return left, nil
}

// dated gives items the dates on which they were seen, and keeps those that are
// new.
func (c *Collection) dated(items []*item, now moment) (*holding, error) {
	last := moment(0)
	for _, s := range c.seen {
		last = max(last, s.added)
	}
	var lines []line
	fresh := map[key]seen{}
	for _, i := range items {
		if s, ok := c.seen[i.key]; ok && s.sum == i.sum {
			i.added = s.added
			continue
		}
		last = max(last+1, now)
		i.added, fresh[i.key] = last, seen{last, i.sum}
		lines = append(lines, line{Added: last.String(), ID: i.id, Version: i.version, Sum: hex.EncodeToString(i.sum[:])})
	}
	if err := c.journal.add(lines); err != nil {
		return nil, err
	}
	for k, s := range fresh {
		c.seen[k] = s
	}
	held := newHolding()
	sortByDate(items)
	for _, i := range items {
		held.put(i)
	}
	return held, nil
}

// Close takes a collection out of service, for a reason, until Replace puts it
// back.
func (c *Collection) Close(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = why
}

// Held returns how many versions of objects it holds.
func (c *Collection) Held() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.held.items)
}

// page returns what a query asks for.
func (c *Collection) page(q *query) (*page, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed != nil {
		return nil, errClosed
	}
	return c.held.page(q), nil
}

// has reports whether it holds any version of an object.
func (c *Collection) has(id string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.held.byID[id]) > 0
}

// add takes in the objects of an envelope, each or not at all, and says what
// became of them. What it says was taken survives a crash; after an error
// nothing was.
func (c *Collection) add(e *stix.Envelope, by string, now moment) (*Status, error) {
	s := &Status{Status: complete, At: now.String()}
	for _, r := range e.Refused {
		s.fail(r.ID, r.Version, r.Why)
	}
	items := make([]*item, len(e.Objects))
	for n := range e.Objects {
		o := &e.Objects[n]
		i, err := itemOf(o)
		if err != nil {
			s.fail(o.ID, cutText(o.Modified), err.Error())
			continue
		}
		items[n] = i
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.held.items)
	var lines []line
	for n, i := range items {
		if i == nil {
			continue
		}
		if err := c.held.refuse(i, &e.Objects[n], c.Marking); err != nil {
			s.fail(i.id, i.shown, err.Error())
			continue
		}
		s.Successes = append(s.Successes, Detail{ID: i.id, Version: i.shown})
		if c.held.byKey[i.key] == nil {
			i.added = max(c.held.last()+1, now)
			c.held.put(i)
			lines = append(lines, line{Added: i.added.String(), By: by, Object: i.raw})
		}
	}
	if err := c.journal.add(lines); err != nil {
		c.held.drop(before)
		return nil, err
	}
	s.Succeeded, s.Failed = len(s.Successes), len(s.Failures)
	s.Total = s.Succeeded + s.Failed
	return s, nil
}

func (s *Status) fail(id, version, why string) {
	if version == "" {
		version = noVersion
	}
	s.Failures = append(s.Failures, Detail{ID: id, Version: version, Message: why})
}
