package explorer

import (
	"context"
	"errors"
	"net/url"
	"time"

	"clew"
	"clew/remote"
)

// A recallable service can be asked through another sender.
type recallable interface {
	Service
	approvalKnower
	through(func(*asker) *asker) Service
}

func (s *etherscan) through(other func(*asker) *asker) Service {
	return &etherscan{asker: other(s.asker), chain: s.chain, dialect: s.dialect, bounds: s.bounds}
}

func (s *tronGrid) through(other func(*asker) *asker) Service {
	return newTronGrid(other(s.asker), s.chain)
}

// recall asks the archive what services answered before, the first that answered
// all of it, and returns when the oldest of that came. It asks nobody outside: false
// means that something is not kept, or a refresh is wanted.
func (f *Filler) recall(ask func(Service) error) (clew.Time, bool) {
	if f.Archive == nil || f.Refresh {
		return 0, false
	}
	kept, err := f.Archive.Answers()
	if err != nil {
		return 0, false
	}
	for _, s := range f.Services {
		r, ok := s.(recallable)
		if !ok {
			continue
		}
		memory := f.remembering(s, kept)
		err := ask(r.through(memory.asker))
		if err == nil && memory.oldest.Known() {
			return memory.oldest, true
		}
	}
	return 0, false
}

// A recaller answers from an archive what a service was asked before.
type recaller struct {
	archive *Archive
	name    string
	kept    map[string]*Answer // by what was asked
	oldest  clew.Time          // of what it answered
}

// remembering returns what answers in a service's place from what is kept.
func (f *Filler) remembering(s Service, kept []Answer) *recaller {
	memory := &recaller{archive: f.Archive, name: s.Name(), kept: map[string]*Answer{}}
	for i := range kept {
		if a := &kept[i]; a.Service == memory.name && a.Status == 200 {
			memory.kept[a.Asked] = a // the newest
		}
	}
	return memory
}

// asker returns one that asks the archive in another's place.
func (r *recaller) asker(a *asker) *asker { return &asker{client: r, endpoint: a.endpoint} }

var errNotKept = errors.New("no such answer is kept")

// Ask returns the newest answer to the same question.
func (r *recaller) Ask(_ context.Context, path string, params url.Values, body []byte) (*remote.Reply, error) {
	q := question{path: path, params: params, body: body}
	a, ok := r.kept[q.String()]
	if !ok {
		return nil, errNotKept
	}
	text, err := r.archive.Body(a.SHA256)
	if err != nil {
		return nil, err
	}
	if !r.oldest.Known() || a.At < r.oldest {
		r.oldest = a.At
	}
	return &remote.Reply{Status: a.Status, Body: text, At: time.Unix(int64(a.At), 0)}, nil
}

// String returns the service's host.
func (r *recaller) String() string { return r.name }
