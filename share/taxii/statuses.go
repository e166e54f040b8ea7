package taxii

import (
	"sync"
	"time"
)

// How long and how much is kept of what became of objects. The standard asks for
// a day (4.3). It is in memory alone: each answer to who adds objects has all of
// it already.
const (
	statusAge   = 24 * time.Hour
	maxStatuses = 10_000
	maxDetails  = 200_000 // in all of them
)

// statuses are what became of objects that were added lately.
type statuses struct {
	mu      sync.Mutex
	byID    map[string]*kept
	order   []*kept // the oldest first
	details int
}

type kept struct {
	by string
	at time.Time
	*Status
}

func (k *kept) details() int { return len(k.Successes) + len(k.Failures) }

func (s *statuses) keep(by string, status *Status, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[string]*kept{}
	}
	k := &kept{by, now, status}
	s.byID[status.ID] = k
	s.order = append(s.order, k)
	s.details += k.details()
	for len(s.order) > 1 && (len(s.order) > maxStatuses || s.details > maxDetails || now.Sub(s.order[0].at) > statusAge) {
		s.details -= s.order[0].details()
		delete(s.byID, s.order[0].ID)
		s.order[0], s.order = nil, s.order[1:]
	}
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
