package reload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// A stage is what the value under test is made from, and a clock that ticks when
// it is told to.
type stage struct {
	mutex sync.Mutex
	value int
	err   error
	stamp string
	ticks chan struct{}
	asked chan struct{} // one for each time that the stamp was taken
	told  chan error
}

func newStage() *stage {
	return &stage{value: 1, ticks: make(chan struct{}), asked: make(chan struct{}, 1), told: make(chan error, 1)}
}

func (s *stage) set(value int, err error, stamp string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.value, s.err, s.stamp = value, err, stamp
}

func (s *stage) load(context.Context) (*int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	v := s.value
	return &v, s.err
}

func (s *stage) watch(hangups <-chan struct{}) Watch {
	return Watch{
		Stamp: func() string {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.asked <- struct{}{}
			return s.stamp
		},
		Sleep: func(ctx context.Context, _ time.Duration) error {
			select {
			case <-s.ticks:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		Hangups: hangups,
		Told:    func(err error) { s.told <- err },
	}
}

// A value is swapped when files have changed and stand still, or at once when
// somebody asks; what cannot be loaded leaves the last good one in service.
func TestFollow(t *testing.T) {
	s, hangups := newStage(), make(chan struct{})
	l, err := New(t.Context(), s.load)
	if err != nil || *l.Get() != 1 || l.Loads() != 1 {
		t.Fatalf("%v, %v", l, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { l.Follow(ctx, s.watch(hangups)); close(ended) }()
	tick := func() { s.ticks <- struct{}{}; <-s.asked }
	tick()
	tick()
	if l.Loads() != 1 {
		t.Fatal("loaded again without a change")
	}
	s.set(2, nil, "being written")
	tick()
	s.set(3, nil, "written")
	tick()
	if l.Loads() != 1 {
		t.Fatal("loaded while files change")
	}
	s.set(3, nil, "written")
	tick()
	if got := <-s.told; got != nil || *l.Get() != 3 || l.Loads() != 2 {
		t.Fatalf("after a change: %d of %d loads, %v", *l.Get(), l.Loads(), got)
	}
	bad := errors.New("line 7")
	s.set(4, bad, "wrong")
	tick()
	tick()
	if got := <-s.told; !errors.Is(got, bad) || *l.Get() != 3 {
		t.Fatalf("a wrong file: %v, value %d", got, *l.Get())
	}
	tick()
	tick()
	if l.Loads() != 2 {
		t.Fatal("a wrong file is loaded again and again")
	}
	s.set(5, nil, "wrong")
	hangups <- struct{}{}
	<-s.asked
	if got := <-s.told; got != nil || *l.Get() != 5 {
		t.Fatalf("asked to: %v, value %d", got, *l.Get())
	}
	cancel()
	<-ended
}

// Whoever asks while values are swapped has one of them whole.
func TestGetIsWhole(t *testing.T) {
	type pair struct{ a, b int }
	n := 0
	l, err := New(t.Context(), func(context.Context) (*pair, error) { n++; return &pair{n, n}, nil })
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for last := 0; ; {
				select {
				case <-stop:
					return
				default:
				}
				p := l.Get()
				if p.a != p.b || p.a < last {
					t.Errorf("%+v after %d", *p, last)
					return
				}
				last = p.a
			}
		})
	}
	for range 1000 {
		if err := l.Again(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	group.Wait()
}

func TestNewFails(t *testing.T) {
	bad := errors.New("bad")
	if l, err := New(t.Context(), func(context.Context) (*int, error) { return nil, bad }); l != nil || !errors.Is(err, bad) {
		t.Errorf("%v, %v", l, err)
	}
}

func TestStamp(t *testing.T) {
	at := time.Unix(1, 0)
	files := fstest.MapFS{"a/1.zip": {Data: []byte("x"), ModTime: at}, "b.yaml": {Data: []byte("y"), ModTime: at}, "c": {Data: []byte("z"), ModTime: at}}
	seen := map[string]string{}
	for _, c := range []struct {
		name   string
		change func()
		same   bool
	}{
		{"first", func() {}, false},
		{"nothing", func() {}, true},
		{"another file", func() { files["c"] = &fstest.MapFile{Data: []byte("zz"), ModTime: at} }, true},
		{"longer", func() { files["b.yaml"] = &fstest.MapFile{Data: []byte("yy"), ModTime: at} }, false},
		{"later", func() { files["b.yaml"] = &fstest.MapFile{Data: []byte("yy"), ModTime: at.Add(1)} }, false},
		{"new", func() { files["d"] = &fstest.MapFile{Data: []byte("x"), ModTime: at} }, false},
		{"gone", func() { delete(files, "b.yaml") }, false},
	} {
		c.change()
		stamp := Stamp(files, "a/1.zip", "b.yaml", "d")
		if _, known := seen[stamp]; known != c.same {
			t.Errorf("%s: %s, the same %t, want %t", c.name, stamp, known, c.same)
		}
		seen[stamp] = fmt.Sprint(c.name)
	}
}
