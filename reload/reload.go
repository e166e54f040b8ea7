// Package reload holds values that are made from files and swapped whole when
// the files change: whoever asks has the old one or the new one, never a part
// of either.
package reload

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Live is a value in service. It may be asked from several goroutines.
type Live[T any] struct {
	load func(context.Context) (*T, error)
	now  atomic.Pointer[T]
	one  sync.Mutex // who loads
	made atomic.Int64
}

// New loads the first value. Its error is that of load.
func New[T any](ctx context.Context, load func(context.Context) (*T, error)) (*Live[T], error) {
	l := &Live[T]{load: load}
	if err := l.Again(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Get returns the value in service. The caller must not change it.
func (l *Live[T]) Get() *T { return l.now.Load() }

// Loads returns how many values were made, the first among them.
func (l *Live[T]) Loads() int { return int(l.made.Load()) }

// Again loads the value anew and puts it into service. If that fails, the last
// good one stays there.
func (l *Live[T]) Again(ctx context.Context) error {
	l.one.Lock()
	defer l.one.Unlock()
	v, err := l.load(ctx)
	if err != nil {
		return err
	}
	l.now.Store(v)
	l.made.Add(1)
	return nil
}

// A Watch says when a value is to be loaded anew.
type Watch struct {
	Loaded  string                                           // the stamp of before the first value was loaded
	Stamp   func() string                                    // changes when the files do, such as [Stamp]; nil: they are not watched
	Every   time.Duration                                    // how often it is asked for; 0: every five seconds
	Sleep   func(ctx context.Context, d time.Duration) error // returns early with the context's error
	Hangups <-chan struct{}                                  // asks for it at once, changed or not; nil: nobody does
	Told    func(err error)                                  // of each time; nil error: it is in service. It may be nil
}

// Follow loads the value anew whenever w says so, until the context ends. A stamp
// that changed must be the same twice before files are read: somebody may be
// writing them.
func (l *Live[T]) Follow(ctx context.Context, w Watch) {
	ticks := make(chan struct{})
	if w.Stamp != nil {
		go func() {
			for w.Sleep(ctx, cmp.Or(w.Every, 5*time.Second)) == nil {
				select {
				case ticks <- struct{}{}:
				case <-ctx.Done():
				}
			}
		}()
	}
	stamp := func() string {
		if w.Stamp == nil {
			return ""
		}
		return w.Stamp()
	}
	loaded, seen := w.Loaded, ""
	for {
		now := loaded
		select {
		case <-ctx.Done():
			return
		case <-w.Hangups:
			now, seen = stamp(), ""
		case <-ticks:
			if now = stamp(); now == loaded || now != seen {
				seen = now
				continue
			}
		}
		err := l.Again(ctx)
		if ctx.Err() != nil {
			return
		}
		loaded = now // a file that is wrong is read again when it changes
		if w.Told != nil {
			w.Told(err)
		}
	}
}

// Stamp returns a text that changes when one of some files is made, removed or
// written anew: their names, sizes and times.
func Stamp(files fs.FS, names ...string) string {
	var b strings.Builder
	for _, name := range names {
		if info, err := fs.Stat(files, name); err == nil {
			fmt.Fprintf(&b, "%q %d %d;", name, info.Size(), info.ModTime().UnixNano())
		} else {
			fmt.Fprintf(&b, "%q none;", name)
		}
	}
	return b.String()
}
