package op

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/report"
	"clew/tag"
)

// testEnv has empty ledgers in memory, and files.
func testEnv(files fs.FS) *Env {
	return &Env{Ledgers: &memoryLedgers{}, Tags: builtinTags, Files: files, Now: clew.Time(1_650_000_000)}
}

func builtinTags(ctx context.Context, b *tag.Builder) error { return b.ReadBuiltin(ctx) }

// memoryLedgers keep their ledgers in memory.
type memoryLedgers struct{ held map[clew.Chain]keeper }

type keeper struct{ *memory.Ledger }

func (k keeper) Transfers(ctx context.Context) (uint64, error) {
	s, err := k.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	var n uint64
	err = s.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error { n += uint64(c.Len()); return nil })
	return n, err
}

func (k keeper) CountActs(ctx context.Context) (n uint64, err error) {
	s, err := k.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	walk := ledger.WalkActs(s, ledger.ActQuery{})
	for {
		a, err := walk.Next(ctx)
		if a == nil || err != nil {
			return n, err
		}
		n++
	}
}

func (keeper) Segments(context.Context) (int, error) { return 2, nil }
func (keeper) Merge(context.Context) error           { return nil }
func (keeper) Verify(context.Context) error          { return nil }

func (m *memoryLedgers) Chains() ([]clew.Chain, error) { return chainNames(m.held), nil }

func (m *memoryLedgers) Size(clew.Chain) (int, int64, error) { return 1, 2, nil }

func (m *memoryLedgers) Open(_ context.Context, chain clew.Chain, access Access) (Keeper, error) {
	if k, ok := m.held[chain]; ok {
		return k, nil
	}
	if access != Making {
		return nil, clew.ErrNotFound
	}
	if m.held == nil {
		m.held = map[clew.Chain]keeper{}
	}
	m.held[chain] = keeper{memory.New(chain)}
	return m.held[chain], nil
}

func chainNames(held map[clew.Chain]keeper) []clew.Chain {
	var chains []clew.Chain
	for c := range held {
		chains = append(chains, c)
	}
	slices.Sort(chains)
	return chains
}

func TestTableIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range All() {
		if seen[o.Name] || o.Doc == "" || !strings.HasSuffix(o.Doc, ".") || len(o.Examples) == 0 {
			t.Errorf("%s: is named twice, or has no sentence or example", o.Name)
		}
		seen[o.Name] = true
		for _, e := range o.Examples {
			first, _, _ := strings.Cut(o.Name, " ")
			if !strings.HasPrefix(e.Line, o.Name) && !(o.Default && (e.Line == first || strings.HasPrefix(e.Line, first+" "))) || e.Says == "" {
				t.Errorf("%s: example %q", o.Name, e.Line)
			}
		}
		fields := Fields(o.Zero())
		for member := range members(o.Zero()) {
			checkField(t, o.Name, member.Name, fields[0])
			fields = fields[1:]
		}
	}
}

func checkField(t *testing.T, op, goName string, f Field) {
	t.Helper()
	if want := string(unicode.ToLower(rune(goName[0]))) + goName[1:]; f.Name != want {
		t.Errorf("%s: %s is %q in JSON, want %q", op, goName, f.Name, want)
	}
	if f.Help == "" || strings.HasSuffix(f.Help, ".") || unicode.IsUpper(rune(f.Help[0])) && f.Help[1] != 'A' {
		t.Errorf("%s: help of %s: %q is no clause", op, f.Name, f.Help)
	}
	if f.Default != "" && len(f.Values) > 0 && !contains(f.Values, f.Default) {
		t.Errorf("%s: default of %s is not among its values", op, f.Name)
	}
	if !f.Positional && !f.Switch && f.Placeholder == "" {
		t.Errorf("%s: %s has no placeholder", op, f.Name)
	}
}

func TestRunJSON(t *testing.T) {
	trace, err := Named("trace")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"unknown member", `{"start": "incident:ronin-2022", "polcy": "fifo"}`, `"polcy": want one of start, chain, policy`},
		{"nearest member", `{"strat": "x"}`, "did you mean start?"},
		{"the flag's spelling", `{"counted-in": "stolen"}`, "did you mean countedIn?"},
		{"wrong type", `{"hops": "3"}`, `hops "string": want a int`},
		{"null", `null`, "one JSON object"},
		{"list", `[]`, "one JSON object"},
		{"nothing", ``, "one JSON object"},
		{"two objects", `{} {}`, "one JSON object"},
		{"value outside its list", `{"start": "incident:ronin-2022", "direction": "up"}`, `direction "up": want one of forward, backward`},
		{"no start", `{}`, "start"},
		{"too much", strings.Repeat(" ", maxInput+1), "at most 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := trace.RunJSON(t.Context(), testEnv(nil), []byte(c.in))
			var input *clew.InputError
			if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an input error with %q", err, c.want)
			}
		})
	}
}

func TestRunJSONKeepsDefaults(t *testing.T) {
	o, _ := Named("trace")
	r, err := o.RunJSON(t.Context(), testEnv(nil), []byte(`{"start": "incident:ronin-2022", "hops": 4, "spread": "no"}`))
	if err != nil {
		t.Fatal(err)
	}
	x := r.(*report.Trace)
	if got := x.Result.Method.Limits; got.Hops != 4 || got.Degree != 1000 {
		t.Errorf("limits %+v", got)
	}
	if want := "clew trace incident:ronin-2022 --hops 4 --spread no"; x.Command != want {
		t.Errorf("command %q, want %q", x.Command, want)
	}
}

func TestNamed(t *testing.T) {
	if _, err := Named("trac"); err == nil || !strings.Contains(err.Error(), "did you mean trace?") {
		t.Errorf("error %v", err)
	}
}

func TestCommandLineQuotes(t *testing.T) {
	in := traceOp().Zero().(*TraceInput)
	in.Start, in.Stop, in.Ranges = "it's; rm -rf", []string{"0x1=mixer", ""}, true
	want := `clew trace 'it'\''s; rm -rf' --stop 0x1=mixer --ranges`
	if got := CommandLine(traceOp(), in); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAmountOf(t *testing.T) {
	for _, c := range []struct {
		name, in string
		chain    clew.Chain
		want     string // in smallest units; "" for an error
	}{
		{"nothing", "", clew.Ethereum, "0"},
		{"smallest units", "12", clew.Ethereum, "12"},
		{"whole units", "0.5ETH", clew.Ethereum, "500000000000000000"},
		{"with a space, in lower case", " 1 eth ", clew.Ethereum, "1000000000000000000"},
		{"of another chain", "1BTC", clew.Bitcoin, "100000000"},
		{"another coin", "1BTC", clew.Ethereum, ""},
		{"finer than the coin", "0.000000001BTC", clew.Bitcoin, ""},
		{"a point without a coin", "0.5", clew.Ethereum, ""},
		{"an exponent", "1e18", clew.Ethereum, ""},
		{"no chain", "1ETH", "", ""},
		{"too large", strings.Repeat("9", 79), clew.Ethereum, ""},
		{"too large in whole units", strings.Repeat("9", 70) + "ETH", clew.Ethereum, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := amountOf("dust", c.in, c.chain)
			if c.want == "" {
				var input *clew.InputError
				if !errors.As(err, &input) || input.Field != "dust" {
					t.Errorf("got %s, %v; want an input error of dust", a, err)
				}
				return
			}
			if err != nil || a.String() != c.want {
				t.Errorf("got %s, %v; want %s", a, err, c.want)
			}
		})
	}
}

func TestTimeOf(t *testing.T) {
	for _, c := range []struct{ in, from, until string }{
		{"2022-03-29", "2022-03-29T00:00:00Z", "2022-03-29T23:59:59Z"},
		{"2022-03-29T12:00:00Z", "2022-03-29T12:00:00Z", "2022-03-29T12:00:00Z"},
		{"2022-03-29T14:00:00+02:00", "2022-03-29T12:00:00Z", "2022-03-29T12:00:00Z"},
		{"1969-12-31", "", ""}, {"2022-13-01", "", ""}, {"yesterday", "", ""},
	} {
		from, errFrom := dayOf("since", c.in)
		until, errUntil := timeOf("until", c.in)
		if c.from == "" {
			if errFrom == nil || errUntil == nil {
				t.Errorf("%s: no error", c.in)
			}
			continue
		}
		if from.String() != c.from || until.String() != c.until {
			t.Errorf("%s: from %s until %s, want %s and %s", c.in, from, until, c.from, c.until)
		}
	}
}

func TestImportNamesWhatIsWrong(t *testing.T) {
	o, _ := Named("import")
	env := testEnv(fstest.MapFS{"bad.csv": {Data: []byte("asset,from,to,amount,height\neip155:1/slip44:60,0x12,0x34,5,6\n")}})
	_, err := o.RunJSON(t.Context(), env, []byte(`{"files": ["bad.csv"]}`))
	var input *clew.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "bad.csv:2") {
		t.Errorf("got %v, want an input error that names the row", err)
	}
	if chains, _ := env.Ledgers.Chains(); len(chains) > 0 {
		snapshot, _ := env.Ledgers.(*memoryLedgers).held[chains[0]].Snapshot(t.Context())
		if !snapshot.Span().Empty() {
			t.Error("a bad file left something in the ledger")
		}
	}
}

func FuzzRunJSON(f *testing.F) {
	f.Add(`{"start": "incident:ronin-2022", "hops": 1}`)
	f.Add(`{"start": "0x098b716b8aaf21512996dc57eb0615e2383e2f96", "stop": ["x=y"]}`)
	f.Fuzz(func(t *testing.T, in string) {
		for _, o := range All() {
			if o.Name == "demo" {
				continue
			}
			target := o.Zero()
			if err := o.decode([]byte(in), target); err == nil {
				_ = CommandLine(o, target)
			}
		}
	})
}
