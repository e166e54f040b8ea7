package op

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"strings"

	"clew"
	"clew/reload"
	"clew/report"
	"clew/screen"
)

// A Reload is how an operation that goes on for long hears that its files
// changed, and says what came of it.
type Reload struct {
	Hangups func() <-chan struct{} // from the first call on, requests to read all files anew come here instead of ending the program; nil: none come
	Told    func(error)            // of each time that files were read anew; the error says why the last good ones stay in service
}

// A knowledge is what addresses are screened by, swapped as a whole.
type knowledge struct {
	screener *screen.Screener
	judging  *judging // nil: lists alone
	lists    []report.ListState
	age      int
}

// knowledge reads lists, packs, rules and prices as they are now.
func (in *ScreenInput) knowledge(ctx context.Context, env *Env) (*knowledge, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	day, err := dateOf(env, "on", in.On)
	if err != nil {
		return nil, err
	}
	held, states, err := listsHeld(ctx, env, day)
	if err != nil {
		return nil, err
	}
	k := &knowledge{screener: screen.New(held, day, chain, env.Lists.Age), lists: states, age: env.Lists.Age}
	if in.exposed(env) {
		k.judging, err = in.judging(ctx, env, chain, held)
	}
	return k, err
}

// live keeps what addresses are screened by up to date while lines are piped in:
// it is read anew when its files or the day change, and when it is asked for. end
// ends that.
func (in *ScreenInput) live(ctx context.Context, env *Env) (live *reload.Live[knowledge], end func(), err error) {
	load := func(ctx context.Context) (*knowledge, error) {
		now := *env
		now.Now = clew.TimeOf(env.Clock.Now())
		now.Progress = nil // that of the lines goes on beside
		return in.knowledge(ctx, &now)
	}
	watch := reload.Watch{Loaded: in.stamp(env), Stamp: func() string { return in.stamp(env) }, Sleep: env.Clock.Sleep, Told: env.Reload.Told}
	if live, err = reload.New(ctx, load); err != nil {
		return nil, nil, err
	}
	if env.Reload.Hangups != nil {
		watch.Hangups = env.Reload.Hangups()
	}
	within, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		live.Follow(within, watch)
	}()
	return live, func() { cancel(); <-ended }, nil
}

// stamp changes when a file does that addresses are screened by.
func (in *ScreenInput) stamp(env *Env) string {
	stamp := dayText(clew.TimeOf(env.Clock.Now())) + reload.Stamp(env.Files, in.files()...)
	if env.Lists.Files == nil {
		return stamp
	}
	kept, err := fs.Glob(env.Lists.Files, "*/*.zip")
	if err != nil {
		return stamp // it is our own pattern
	}
	return stamp + reload.Stamp(env.Lists.Files, kept...)
}

// files are those that the user named.
func (in *ScreenInput) files() []string {
	files := slices.Clone(in.Tags)
	if in.Rules != "" {
		files = append(files, in.Rules)
	}
	for _, p := range in.Prices {
		if _, file, ok := strings.Cut(p, "="); ok {
			files = append(files, file)
		}
	}
	return files
}

// An awaited is a reader that may wait for long, such as a pipe's: reading ends
// with the context, whatever comes.
type awaited struct {
	ctx     context.Context
	waiting func() error // told before a wait; nil: nobody is
	parts   chan []byte
	part    []byte
	err     error // of the reader, set before parts is closed
}

func newAwaited(ctx context.Context, r io.Reader, waiting func() error) *awaited {
	a := &awaited{ctx: ctx, waiting: waiting, parts: make(chan []byte)}
	go func() {
		defer close(a.parts)
		for {
			part := make([]byte, 1<<16)
			n, err := r.Read(part)
			if n > 0 {
				select {
				case a.parts <- part[:n]:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				a.err = err
				return
			}
		}
	}()
	return a
}

// Read returns what has come, or waits for it.
func (a *awaited) Read(p []byte) (int, error) {
	if len(a.part) == 0 {
		if a.waiting != nil {
			if err := a.waiting(); err != nil {
				return 0, err
			}
		}
		select {
		case part, open := <-a.parts:
			if !open {
				return 0, a.err
			}
			a.part = part
		case <-a.ctx.Done():
			return 0, a.ctx.Err()
		}
	}
	n := copy(p, a.part)
	a.part = a.part[n:]
	return n, nil
}
