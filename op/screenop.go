package op

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"clew"
	"clew/report"
	"clew/screen"
)

// ScreenInput asks whether addresses are on official lists.
type ScreenInput struct {
	Addresses []string `json:"addresses" arg:"" optional:"" sep:"none" help:"addresses to screen"`
	File      string   `json:"file" help:"file with one address a line, as many as there are; - for standard input" placeholder:"FILE"`
	On        string   `json:"on" help:"the day asked about; today if left out" placeholder:"DAY"`
	Chain     string   `json:"chain" help:"chain of addresses that do not say it, by name or CAIP-2" placeholder:"CHAIN"`
}

func screenOp() Op {
	return define(Op{
		Name: "screen",
		Doc:  "Say whether addresses are on official lists, on any day.",
		Detail: "Verdicts: listed, review, unknown, nothing found. Nothing found is not clearance: it is said of the lists alone, not of the address. " +
			"It is unknown as long as no whole list is held whose state is known of shortly before the day (clew lists status). With --json or --csv every line of a file is answered, in order.",
		Examples: []Example{
			{"screen 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "one address, today"},
			{"screen 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --on 2022-03-23", "as of an earlier day"},
			{"screen --file addresses.txt --json", "a line of JSON for each line"},
		},
	}, runScreen)
}

func runScreen(ctx context.Context, env *Env, in ScreenInput) (report.Result, error) {
	if (len(in.Addresses) == 0) == (in.File == "") {
		return nil, &clew.InputError{Field: "addresses", Want: "addresses, or a file of them by --file"}
	}
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
	s := screening{screener: screen.New(held, day, chain, env.Lists.Age)}
	s.page = &report.Screening{Day: day, Age: env.Lists.Age, Gap: s.screener.Gap(), Lists: states}
	if in.File != "" {
		s.page.File = in.File
		return s.file(ctx, env, in.File)
	}
	for _, text := range in.Addresses {
		one := s.line(strings.TrimSpace(text))
		if one.Error != nil {
			return nil, renamed(one.Error, "address")
		}
		s.count(one)
		s.page.Screened = append(s.page.Screened, s.kept(one))
	}
	return s.page, nil
}

// A screening is one under way.
type screening struct {
	screener *screen.Screener
	page     *report.Screening
	one      report.Screened // of the line under way
}

// maxShown is how many lines of a file an answer holds: those with findings, and
// those that are no addresses.
const maxShown = 1000

// The bounds of a line, which is one address, and how often progress is told.
const (
	maxLine   = 512
	tellEvery = 4096
)

// line screens one text. What it returns is good until the next.
func (s *screening) line(text string) *report.Screened {
	one := &s.one
	*one = report.Screened{Given: text, Findings: one.Findings[:0]}
	one.Address, one.Verdict, one.Findings, one.Error = s.screener.At(text, one.Findings)
	return one
}

func (s *screening) count(one *report.Screened) {
	s.page.Lines++
	switch {
	case one.Error != nil:
		s.page.Wrong++
	case one.Verdict == screen.Listed:
		s.page.Listed++
	case one.Verdict == screen.Review:
		s.page.Review++
	case one.Verdict == screen.Unknown:
		s.page.Unknown++
	default:
		s.page.Nothing++
	}
}

// kept returns a copy that lasts.
func (s *screening) kept(one *report.Screened) report.Screened {
	c := *one
	c.Findings = append([]screen.Finding(nil), one.Findings...)
	return c
}

// file screens the lines of a file, in memory that does not grow with it.
func (s *screening) file(ctx context.Context, env *Env, name string) (report.Result, error) {
	var r io.Reader = env.Stdin
	total := int64(0)
	if name != "-" {
		f, err := openGiven(env, "file", name, 1<<62)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			total = info.Size()
		}
		r = f
	} else if r == nil {
		return nil, &clew.InputError{Field: "file", Value: name, Want: "a file: nothing is piped in"}
	}
	lines := bufio.NewReaderSize(r, 1<<16)
	done := int64(0)
	for n := 1; ; n++ {
		text, size, err := nextLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return s.page, givenWanted(err, "file", name)
		}
		if size == 0 && err != nil {
			return s.page, nil
		}
		if err := s.take(env, n, text, size); err != nil {
			return nil, err
		}
		if done += size; n%tellEvery == 0 {
			env.tell(Progress{Doing: "screening", Done: done, Total: total, Unit: "bytes"})
			if ctx.Err() != nil {
				s.page.Interrupted = true
				return s.page, nil
			}
		}
	}
}

// nextLine returns a line without its end and the space around it, and how many
// bytes it took. Of one that is too long the beginning is returned.
func nextLine(r *bufio.Reader) (text string, size int64, err error) {
	line, err := r.ReadSlice('\n')
	size = int64(len(line))
	text = string(bytes.TrimSpace(line[:min(len(line), maxLine)]))
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.ReadSlice('\n')
		size += int64(len(line))
	}
	return text, size, err
}

// take screens a line of a file, and passes on what is said of it.
func (s *screening) take(env *Env, n int, text string, size int64) error {
	if n == 1 {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if text == "" {
		s.page.Blank++
		return nil
	}
	one := s.line(text)
	if one.Line = n; size > maxLine {
		one.Error = &clew.InputError{Field: "address", Value: text, Want: "an address, which is shorter"}
	}
	if one.Error != nil {
		one.Verdict, one.Findings = "", nil
	}
	s.count(one)
	if env.Screened != nil {
		return env.Screened(one)
	}
	if one.Error == nil && len(one.Findings) == 0 {
		return nil
	}
	if len(s.page.Screened) == maxShown {
		s.page.More++
		return nil
	}
	s.page.Screened = append(s.page.Screened, s.kept(one))
	return nil
}
