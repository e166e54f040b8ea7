package op

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"clew"
	"clew/reload"
	"clew/report"
	"clew/screen"
)

// ScreenInput asks what official lists say of addresses, and what rules say of
// whom they dealt with.
type ScreenInput struct {
	Addresses []string `json:"addresses" arg:"" optional:"" sep:"none" help:"addresses to screen"`
	File      string   `json:"file" help:"file with one address a line, as many as there are; - for standard input" placeholder:"FILE"`
	FromLine  int      `json:"fromLine" default:"1" help:"begin with this line of the file, as an interrupted answer says" placeholder:"N"`
	On        string   `json:"on" help:"the day asked about, with dealings up to its end; today if left out" placeholder:"DAY"`
	Chain     string   `json:"chain" help:"chain of addresses that do not say it, by name or CAIP-2" placeholder:"CHAIN"`
	Exposure  bool     `json:"exposure" help:"look also into whom they dealt with, by the ledger and the rules; --ledger, --rules, --tags and --prices say so too"`
	Rules     string   `json:"rules" help:"file of rules (clew rules show writes one to start from); otherwise those that are built in" placeholder:"FILE"`
	Tags      []string `json:"tags" sep:"none" help:"tag or actor pack (YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Prices    []string `json:"prices" sep:"none" help:"value dealings in US dollars by a CSV of daily closes, at the time of each transfer: ASSET is CAIP-19, or native beside --chain; may be repeated" placeholder:"ASSET=FILE"`
	Inferred  bool     `json:"inferred" help:"count addresses that are inferred to be deposit addresses of a service as that service; what rests on it is review at most"`
	Shared    bool     `json:"shared" help:"leave private tag packs out: for an answer that others are given"`
}

func screenOp() Op {
	return define(Op{
		Name: "screen",
		Doc:  "Say whether addresses are on official lists, and what rules say of whom they dealt with.",
		Detail: "Verdicts: listed, review, unknown, nothing found. Listed is said only of an address that itself stood on an official list that day; " +
			"everything else that is found is review. Nothing found is not clearance: it is said of what was looked into. " +
			"It is unknown as long as no whole list is held whose state is known of shortly before the day (clew lists status), " +
			"and where a limit was hit or data is missing. By itself it asks lists alone; with --ledger DIR, --exposure or --rules FILE it also looks into the ledger. " +
			"No rule's least share or amount keeps back a direct dealing with an address of an official list. With --json or --csv every line of a file is answered, in order. " +
			"Of what is piped in each line is answered as it comes; lists, packs, rules and prices are read anew when their files change, and on SIGHUP.",
		Examples: []Example{
			{"screen 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "one address, today"},
			{"screen 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --on 2022-03-23", "as of an earlier day"},
			{"screen 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --exposure", "by the ledger and the built-in rules too"},
			{"screen --file addresses.txt --json", "a line of JSON for each line"},
		},
	}, runScreen)
}

func runScreen(ctx context.Context, env *Env, in ScreenInput) (report.Result, error) {
	if (len(in.Addresses) == 0) == (in.File == "") {
		return nil, &clew.InputError{Field: "addresses", Want: "addresses, or a file of them by --file"}
	}
	if in.FromLine < 1 || in.FromLine > 1 && in.File == "" {
		return nil, &clew.InputError{Field: "from-line", Value: strconv.Itoa(in.FromLine), Want: "a line of --file, 1 for the first"}
	}
	if in.File == "-" && env.Stdin != nil {
		return in.piped(ctx, env)
	}
	k, err := in.knowledge(ctx, env)
	if err != nil {
		return nil, err
	}
	s := newScreening(&in, k)
	defer s.close()
	if in.File != "" {
		r, total, err := linesGiven(env, in.File)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return s.file(ctx, env, r, total)
	}
	return s.all(ctx, env, in.Addresses)
}

// piped screens what is piped in, maybe for days.
func (in *ScreenInput) piped(ctx context.Context, env *Env) (report.Result, error) {
	live, end, err := in.live(ctx, env)
	if err != nil {
		return nil, err
	}
	defer end()
	s := newScreening(in, live.Get())
	s.live = live
	defer func() { s.close() }()
	return s.file(ctx, env, newAwaited(ctx, env.Stdin, env.Waiting), 0)
}

// exposed reports whether the ledger is to be looked into.
func (in *ScreenInput) exposed(env *Env) bool {
	return in.Exposure || env.LedgerNamed || in.Rules != "" || len(in.Tags) > 0 || len(in.Prices) > 0 || in.Inferred
}

// A screening is one under way.
type screening struct {
	*knowledge
	live *reload.Live[knowledge] // nil: what it goes by stays as it is
	page *report.Screening
	one  report.Screened // of the line under way
	from int             // the first line of a file that is screened
}

func newScreening(in *ScreenInput, k *knowledge) *screening {
	s := &screening{from: in.FromLine, page: &report.Screening{File: in.File}}
	s.goBy(k)
	return s
}

// goBy takes what addresses are screened by from now on.
func (s *screening) goBy(k *knowledge) {
	s.knowledge = k
	s.page.Day, s.page.Age, s.page.Gap, s.page.Lists = k.screener.Day(), k.age, k.screener.Gap(), k.lists
	if k.judging != nil {
		s.page.Rules, s.page.Units = &report.RulesUsed{Rules: k.judging.rules}, k.judging.units
	}
}

// upToDate takes what was read anew since the last line.
func (s *screening) upToDate(line int) {
	if s.live == nil || s.live.Get() == s.knowledge {
		return
	}
	s.close()
	s.goBy(s.live.Get())
	s.page.Reloads = append(s.page.Reloads, line)
}

// close ends what was opened.
func (s *screening) close() {
	if s.judging != nil {
		s.judging.close()
	}
}

// all screens addresses that were named one by one.
func (s *screening) all(ctx context.Context, env *Env, addresses []string) (report.Result, error) {
	for i, text := range addresses {
		env.tell(Progress{Doing: "screening", Done: int64(i), Total: int64(len(addresses)), Unit: "addresses"})
		one, err := s.line(ctx, strings.TrimSpace(text))
		switch {
		case ctx.Err() != nil:
			s.page.Interrupted = true
			return s.page, nil
		case err != nil:
			return nil, err
		case one.Error != nil:
			return nil, renamed(one.Error, "address")
		}
		s.count(one)
		s.page.Screened = append(s.page.Screened, s.kept(one))
		if one.Exposure != nil {
			if err := env.claimed(s.page.Units, assetsOfExposure(one.Exposure)); err != nil {
				return nil, err
			}
		}
	}
	return s.page, nil
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
func (s *screening) line(ctx context.Context, text string) (*report.Screened, error) {
	one := &s.one
	*one = report.Screened{Given: text, Findings: one.Findings[:0]}
	one.Address, one.Verdict, one.Findings, one.Error = s.screener.At(text, one.Findings)
	if s.judging == nil || one.Error != nil {
		return one, nil
	}
	return one, s.judging.judge(ctx, one)
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
func (s *screening) file(ctx context.Context, env *Env, r io.Reader, total int64) (report.Result, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	done := int64(0)
	s.page.Next = s.from
	for n := 1; ; n++ {
		text, size, err := nextLine(lines)
		switch {
		case err != nil && ctx.Err() != nil:
			s.page.Interrupted = true
			return s.page, nil
		case err != nil && !errors.Is(err, io.EOF):
			return s.page, givenWanted(err, "file", s.page.File)
		}
		if size == 0 && err != nil {
			s.page.Next = 0
			return s.page, nil
		}
		done += size
		if n < s.from {
			continue
		}
		s.upToDate(n)
		err = s.take(ctx, env, n, text, size)
		if s.judging != nil || n%tellEvery == 0 {
			env.tell(Progress{Doing: "screening", Done: done, Total: total, Unit: "bytes"})
			if ctx.Err() != nil {
				s.page.Interrupted = true
				return s.page, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// linesGiven opens a file of lines, and says how long it is; 0: that is not
// known.
func linesGiven(env *Env, name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return nil, 0, &clew.InputError{Field: "file", Value: name, Want: "a file: nothing is piped in"}
	}
	f, err := openGiven(env, "file", name, 1<<62)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return f, 0, nil
	}
	return f, info.Size(), nil
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
func (s *screening) take(ctx context.Context, env *Env, n int, text string, size int64) error {
	if n == 1 {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if text == "" {
		s.page.Blank++
		s.page.Next = n + 1
		return nil
	}
	one, err := s.line(ctx, text)
	if err != nil || ctx.Err() != nil && s.judging != nil {
		return err // of an answer that was cut short nothing is said: it is asked anew
	}
	if one.Line = n; size > maxLine {
		one.Error = &clew.InputError{Field: "address", Value: text, Want: "an address, which is shorter"}
	}
	if one.Error != nil {
		one.Verdict, one.Findings, one.Fired, one.Gaps = "", nil, nil, nil
	}
	s.count(one)
	s.page.Next = n + 1
	if env.Screened != nil {
		return env.Screened(one)
	}
	if one.Error == nil && len(one.Findings)+len(one.Fired) == 0 {
		return nil
	}
	if len(s.page.Screened) == maxShown {
		s.page.More++
		return nil
	}
	s.page.Screened = append(s.page.Screened, s.kept(one))
	return nil
}
