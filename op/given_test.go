package op

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/incident"
	"clew/price"
	"clew/report"
	"clew/trace"
)

const closes = "date,close\n2022-03-23,3000\n2022-03-29,3400\n2022-05-19,2000\n"

// runOn runs an operation over files.
func runOn(t *testing.T, env *Env, name, in string) (report.Result, error) {
	t.Helper()
	o, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return o.RunJSON(t.Context(), env, []byte(in))
}

func TestIncidentsClaimsAreClaims(t *testing.T) {
	d := demoWith(t)
	var deposits uint64
	var marked clew.Amount
	for _, u := range d.Result.Uses {
		row, ok := mustIncident(t).Row(u.Transfer.Asset.Chain(), u.Transfer.Pos)
		if !ok || row.Basis != u.Basis {
			t.Errorf("%s: basis %q, and %q in the file", u.Transfer.Pos, u.Basis, row.Basis)
		}
		if u.Transfer.Aggregate != nil {
			deposits += u.Transfer.Aggregate.Count
			marked = marked.Plus(u.Amount)
			if u.Basis != clew.Claimed || u.By == "" {
				t.Errorf("a deposit is %q by %q", u.Basis, u.By)
			}
		}
	}
	if deposits != 1751 || marked != ether(t, "175098.9431") {
		t.Errorf("%d deposits of %s", deposits, marked)
	}
}

func mustIncident(t *testing.T) *incident.Incident {
	i, err := incident.Builtin("ronin-2022")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// worth returns the value of the book of all origins by one basis.
func worth(t *testing.T, x *report.Trace, basis price.Basis) report.Worth {
	t.Helper()
	for _, w := range x.Worth {
		if w.Origin == "" && w.Basis == basis {
			return w
		}
	}
	t.Fatalf("no value %s", basis)
	return report.Worth{}
}

func TestUsersPrices(t *testing.T) {
	env := testEnv(fstest.MapFS{"p.csv": {Data: []byte(closes)}})
	r, err := runOn(t, env, "trace", `{"start": "incident:ronin-2022", "spread": "no", "prices": ["native=p.csv"], "now": "2022-05-19"}`)
	if err != nil {
		t.Fatal(err)
	}
	x := r.(*report.Trace)
	for _, c := range []struct {
		basis price.Basis
		start string
	}{{price.AtTheft, "546488040.57"}, {price.AtDisclosure, "619353112.64"}, {price.Now, "364325360.38"}} {
		if w := worth(t, x, c.basis); w.Start != c.start || !strings.HasPrefix(w.Source, "p.csv") {
			t.Errorf("%s: %s by %s, want %s", c.basis, w.Start, w.Source, c.start)
		}
	}
	// Most days of April and May have no close: the lines that need them are
	// not known, and neither is the sum.
	w := worth(t, x, price.AtMove)
	if w.Start != "" || w.Gap == "" || len(w.Lines) == 0 {
		t.Errorf("at move: %+v", w)
	}
	gaps := 0
	for _, g := range x.Result.Gaps {
		if g.Kind == clew.GapPrice {
			gaps++
		}
	}
	if gaps == 0 {
		t.Error("missing days are no gap of the answer")
	}
}

// Each part is valued by its own day; what lies at a stop came with several.
func TestValueAtMove(t *testing.T) {
	a, b := clew.Units(3), clew.Units(4)
	pool := address(t, "0xa160cdab225685da1d56aa342ad8841c3b53f291")
	asset := clew.NativeAsset(clew.Ethereum)
	to := func(day clew.Time, n clew.Amount) trace.Use {
		return trace.Use{Amount: n, Parts: []trace.Part{{Origin: "o", Amount: n, Basis: n}}, Transfer: clew.Transfer{
			Time: day * 86400, Asset: asset, To: []clew.Leg{{Address: pool, Amount: n}}}}
	}
	place := trace.Place{Kind: trace.AtMixer, Address: pool, Asset: asset, Amount: a.Plus(b), Time: 9 * 86400,
		Parts: []trace.Part{{Origin: "o", Amount: a.Plus(b), Basis: a.Plus(b)}}}
	r := &trace.Result{Uses: []trace.Use{to(5, a), to(7, b)}, Places: []trace.Place{place}}
	line := &trace.Line{Kind: trace.AtMixer, Asset: asset}
	got := partsOf(r, recipients(r), "o", line)
	if len(got) != 2 || got[0].time != 5*86400 || got[0].amount != a || got[1].time != 7*86400 {
		t.Errorf("a stop: %+v", got)
	}
	r.Places[0].Amount, r.Places[0].Parts[0].Amount = b, b
	if got = partsOf(r, recipients(r), "o", line); len(got) != 1 || got[0].time != 9*86400 || got[0].amount != b {
		t.Errorf("some went on: %+v", got)
	}
	if at := originTime(r, "o"); at != 5*86400 {
		t.Errorf("the origin's time is %s", at)
	}
}

func address(t *testing.T, s string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(s, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const mine = `title: mine
source: my notes
confidence: ownership
currency: ETH
tags:
  - {address: "0x098b716b8aaf21512996dc57eb0615e2383e2f96", label: the thief, category: exchange}
  - {address: "t1x", currency: ZEC, label: elsewhere}
`

func TestUsersTags(t *testing.T) {
	env := testEnv(fstest.MapFS{"mine.yaml": {Data: []byte(mine)}})
	r, err := runOn(t, env, "tags", `{"address": "0x098b716b8aaf21512996dc57eb0615e2383e2f96", "tags": ["mine.yaml"]}`)
	if err != nil {
		t.Fatal(err)
	}
	page := r.(*report.TagsPage)
	if len(page.Tags) != 1 || page.Tags[0].Label != "the thief" {
		t.Errorf("tags %+v", page.Tags)
	}
	if w := page.Doc().Warnings; len(w) != 1 || !strings.Contains(w[0], "1 tag was left out, of networks that are not known here (ZEC)") {
		t.Errorf("warnings %q", w)
	}
	r, err = runOn(t, env, "trace", `{"start": "incident:ronin-2022", "spread": "no", "tags": ["mine.yaml"]}`)
	if err != nil {
		t.Fatal(err)
	}
	if p := r.(*report.Trace).Result.Places; len(p) != 1 || p[0].Kind != trace.AtService {
		t.Errorf("the tag does not stop the walk: %d places", len(p))
	}
}

func TestGivenFilesThatAreWrong(t *testing.T) {
	env := testEnv(fstest.MapFS{
		"bad.yaml":  {Data: []byte(strings.Replace(mine, "label: the thief", "lable: the thief", 1))},
		"empty.csv": {}, "noclose.csv": {Data: []byte("date,open\n")}, "twice.csv": {Data: []byte("date,close\n2022-01-01,1\n2022-01-01,2\n")},
		"p.csv": {Data: []byte(closes)}, "other.csv": {Data: []byte("date,close\n2022-03-23,1\n")}, "dir/x": {Data: []byte("x")},
	})
	for _, c := range []struct{ name, more, want string }{
		{"a key misspelt", `"tags": ["bad.yaml"]`, `tags "bad.yaml": want a tag pack without issues; bad.yaml:6`},
		{"no such pack", `"tags": ["none.yaml"]`, `tags "none.yaml": want a file that can be read`},
		{"a folder", `"tags": ["dir"]`, `tags "dir": want a file; this is a folder`},
		{"no file named", `"prices": ["native"]`, `prices "native": want ASSET=FILE`},
		{"not an asset", `"prices": ["gold=p.csv"]`, `prices "gold": want`},
		{"no such prices", `"prices": ["native=none.csv"]`, `prices "none.csv": want a file that can be read`},
		{"empty prices", `"prices": ["native=empty.csv"]`, `prices "empty.csv": want a CSV of daily closes`},
		{"no closes", `"prices": ["native=noclose.csv"]`, `a column close`},
		{"two closes", `"prices": ["native=twice.csv"]`, `twice.csv:3: 2022-01-01 has two closes`},
		{"two series that differ", `"prices": ["native=p.csv", "native=other.csv"]`, `2022-03-23 has two closes`},
		{"now without prices", `"now": "2022-05-19"`, `now "2022-05-19": want --prices beside it`},
		{"not a day", `"prices": ["native=p.csv"], "now": "today"`, `now "today": want a day`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := runOn(t, env, "trace", `{"start": "incident:ronin-2022", `+c.more+`}`)
			var input *clew.InputError
			if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an input error with %q", err, c.want)
			}
		})
	}
}

// A pipe is not opened, for that would wait for somebody to write.
func TestGivenFilesMustBeRegular(t *testing.T) {
	env := testEnv(unopened{fstest.MapFS{"pipe": {Mode: fs.ModeNamedPipe}, "dev.yaml": {Mode: fs.ModeDevice | fs.ModeCharDevice}}})
	for _, c := range []struct{ op, in, want string }{
		{"trace", `{"start": "incident:ronin-2022", "tags": ["pipe"]}`, `tags "pipe": want a regular file; this is a pipe or a device`},
		{"trace", `{"start": "incident:ronin-2022", "prices": ["native=pipe"]}`, `prices "pipe": want a regular file`},
		{"trace", `{"start": "incident:dev.yaml"}`, `start "dev.yaml": want a regular file`},
		{"import", `{"files": ["x.csv"], "map": "pipe"}`, `map "pipe": want a regular file`},
		{"import", `{"files": ["pipe"]}`, `file "pipe": want a regular file or a folder`},
	} {
		_, err := runOn(t, env, c.op, c.in)
		var input *clew.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want an input error with %q", c.op, c.in, err, c.want)
		}
	}
}

// unopened are files that can be looked at alone.
type unopened struct{ fstest.MapFS }

func (unopened) Open(name string) (fs.File, error) { return nil, errors.New("opened " + name) }

func TestGivenFilesAreBounded(t *testing.T) {
	env := testEnv(fstest.MapFS{"long.csv": {Data: []byte(strings.Repeat("x", 100))}})
	for most, want := range map[int64]bool{99: false, 100: true} {
		f, err := openGiven(env, "prices", "long.csv", most)
		if err != nil {
			t.Fatal(err)
		}
		total, chunk := 0, make([]byte, 7)
		for err == nil {
			var n int
			n, err = f.Read(chunk)
			total += n
		}
		var input *clew.InputError
		if got := !errors.As(err, &input) && total == 100; got != want {
			t.Errorf("a bound of %d: %d bytes, %v", most, total, err)
		}
	}
}

// heldAssets returns an environment with an address that was sent two amounts of
// ether, and one of each of so many tokens.
func heldAssets(t *testing.T, tokens int) *Env {
	var rows strings.Builder
	rows.WriteString("asset,from,to,amount,height\n" +
		"eip155:1/slip44:60,0x00000000000000000000000000000000000000a1,0x00000000000000000000000000000000000000b2,5,1\n" +
		"eip155:1/slip44:60,0x00000000000000000000000000000000000000a1,0x00000000000000000000000000000000000000b2,5,2\n")
	for n := range tokens {
		fmt.Fprintf(&rows, "eip155:1/erc20:0x%040x,0x00000000000000000000000000000000000000a1,0x00000000000000000000000000000000000000b2,5,9\n", 0xab000000+n)
	}
	env := testEnv(fstest.MapFS{"many.csv": {Data: []byte(rows.String())}})
	if _, err := runOn(t, env, "import", `{"files": ["many.csv"]}`); err != nil {
		t.Fatal(err)
	}
	return env
}

func TestManyAssetsAreTraced(t *testing.T) {
	r, err := runOn(t, heldAssets(t, 70), "trace", `{"start": "0x00000000000000000000000000000000000000b2"}`)
	if err != nil || len(r.(*report.Trace).Result.Origins) != 71 {
		t.Errorf("got %v", err)
	}
}

func TestTooManyAssetsAreListed(t *testing.T) {
	env := heldAssets(t, trace.MaxOrigins)
	_, err := runOn(t, env, "trace", `{"start": "0x00000000000000000000000000000000000000b2"}`)
	var input *clew.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "one of the 65537 assets of this address by --asset") || !strings.Contains(err.Error(), "native, ETH (2)") {
		t.Errorf("got %v", err)
	}
	r, err := runOn(t, env, "trace", `{"start": "0x00000000000000000000000000000000000000b2", "asset": "native"}`)
	if err != nil || len(r.(*report.Trace).Result.Origins) != 1 {
		t.Errorf("one asset alone: %v", err)
	}
}

func TestStatsOfAnImportThatWasNotFinished(t *testing.T) {
	env := testEnv(nil)
	if _, err := env.Ledgers.Open(t.Context(), clew.Ethereum, Making); err != nil {
		t.Fatal(err)
	}
	if r, err := runOn(t, env, "ledger stats", `{}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("got %v, %v", r, err)
	}
}
