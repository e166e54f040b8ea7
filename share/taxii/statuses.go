package taxii

import (
	"errors"
	"sync"
	"time"

	"clew/ledger/vfs"
)

// How long and how much is kept of what became of objects. The standard asks for
// a day (4.3).
const (
	statusAge   = moment(24 * time.Hour / time.Microsecond)
	maxStatuses = 10_000
	maxDetails  = 200_000 // in all of them
)

// statusFile holds them, and at most about so many bytes that are no longer kept.
const (
	statusFile    = "statuses.jsonl"
	spareStatuses = 4 << 20
)

// statuses are what became of objects that were added lately.
type statuses struct {
	mu      sync.Mutex
	byID    map[string]*kept
	order   []*kept // the oldest first
	details int
	journal *journal // nil: they are in memory alone
	least   int64    // bytes of the file when it held nothing else
}

type kept struct {
	by string
	at moment
	*Status
}

func (k *kept) details() int { return len(k.Successes) + len(k.Failures) }

func (k *kept) line() line { return line{Added: k.at.String(), By: k.by, Status: k.Status} }

// open reads those of the last day from a folder, and keeps there what follows.
func (s *statuses) open(dir vfs.FS, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := 0
	j, err := openJournal(dir, statusFile, func(l *line, at moment) error {
		if l.Status == nil || l.Status.ID == "" {
			return errors.New("it holds no status")
		}
		lines++
		s.hold(&kept{l.By, at, l.Status}, momentOf(now))
		return nil
	})
	if err != nil {
		return err
	}
	s.journal, s.least = j, j.size
	if lines > len(s.order) {
		return s.shorten()
	}
	return nil
}

// keep keeps one. After an error it is kept in memory alone.
func (s *statuses) keep(by string, status *Status, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &kept{by, momentOf(now), status}
	if n := len(s.order); n > 0 {
		k.at = max(k.at, s.order[n-1].at+1)
	}
	s.hold(k, k.at)
	if s.journal == nil {
		return nil
	}
	if err := s.journal.add([]line{k.line()}); err != nil || s.journal.size <= 2*s.least+spareStatuses {
		return err
	}
	return s.shorten()
}

// hold puts in the newest, and lets go what is too old or too much, though never
// the newest itself unless it is too old.
func (s *statuses) hold(k *kept, now moment) {
	if s.byID == nil {
		s.byID = map[string]*kept{}
	}
	s.byID[k.ID] = k
	s.order = append(s.order, k)
	s.details += k.details()
	for len(s.order) > 0 && (now-s.order[0].at > statusAge || len(s.order) > 1 && (len(s.order) > maxStatuses || s.details > maxDetails)) {
		s.details -= s.order[0].details()
		delete(s.byID, s.order[0].ID)
		s.order[0], s.order = nil, s.order[1:]
	}
}

// shorten writes the file anew with what is kept.
func (s *statuses) shorten() error {
	lines := make([]line, 0, len(s.order))
	for _, k := range s.order {
		lines = append(lines, k.line())
	}
	err := s.journal.replace(lines)
	s.least = s.journal.size
	return err
}

// of returns the status of who added something; nil: there is none.
func (s *statuses) of(by, id string) *Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.byID[id]; k != nil && k.by == by {
		return k.Status
	}
	return nil
}
