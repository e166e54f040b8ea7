package op

import (
	"os"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/report"
	"clew/trace"
)

// demoWith tells the story of the built-in incident after some of its text was
// replaced.
func demoWith(t *testing.T, replace ...string) *report.Demo {
	t.Helper()
	text, err := os.ReadFile("../incident/builtin/ronin-2022.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(replace...).Replace(string(text))
	if len(replace) > 0 && changed == string(text) {
		t.Fatalf("%q is not in the incident's file", replace[0])
	}
	i, err := incident.Read("ronin-2022.yaml", strings.NewReader(changed))
	if err != nil {
		t.Fatal(err)
	}
	d, err := demoOf(t.Context(), testEnv(nil), i)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Result.Books {
		if !b.Closed {
			t.Errorf("the book of %q does not close: %s of %s", b.Origin, b.Sum, b.Start)
		}
	}
	return d
}

// ether returns an amount from whole units.
func ether(t *testing.T, s string) clew.Amount {
	t.Helper()
	a, err := clew.ParseUnits(s, 18)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// totals adds up the book of all origins together as the facts' own table does:
// in the mixer, on the exchanges' side, and elsewhere.
func totals(books []trace.Book) (mixer, exchanges, elsewhere clew.Amount) {
	for _, b := range books {
		if b.Origin != "" {
			continue
		}
		for _, l := range b.Lines {
			switch {
			case l.Kind == trace.AtMixer:
				mixer = mixer.Plus(l.Basis)
			case l.Role == string(incident.ExchangeSide):
				exchanges = exchanges.Plus(l.Basis)
			default:
				elsewhere = elsewhere.Plus(l.Basis)
			}
		}
	}
	return mixer, exchanges, elsewhere
}

func checkTotals(t *testing.T, books []trace.Book, mixer, exchanges, elsewhere string) {
	t.Helper()
	m, e, r := totals(books)
	if m != ether(t, mixer) || e != ether(t, exchanges) || r != ether(t, elsewhere) {
		t.Errorf("mixer %s, exchanges' side %s, elsewhere %s; want %s, %s, %s",
			m.Format(18), e.Format(18), r.Format(18), mixer, exchanges, elsewhere)
	}
}

// The proceeds are rounded at source to 13 places: 8,562.6801891307459.
func TestDemoFigures(t *testing.T) {
	d := demoWith(t)
	checkTotals(t, d.Result.Books, "175098.9431", "6250", "813.7370891307459")
	for _, p := range d.Result.Spread {
		if p.Policy == "clean-first" {
			checkTotals(t, p.Books, "175100", "6248.9431", "813.7370891307459")
		}
	}
	if len(d.Without) != 1 || d.Without[0].Basis != clew.Inferred {
		t.Fatalf("without: %+v", d.Without)
	}
	checkTotals(t, []trace.Book{d.Without[0].Book}, "173398.9431", "6250", "2513.7370891307459")
	for _, s := range d.Story.Steps {
		if s.Role == string(incident.MixerDepositor) && s.Addresses != 48 {
			t.Errorf("%d mixer depositors, want 48", s.Addresses)
		}
		if s.Role == string(trace.AtMixer) && s.Transfers != 1751 {
			t.Errorf("%d deposits, want 1,751", s.Transfers)
		}
	}
}

func TestDemoFollowsItsFacts(t *testing.T) {
	t.Run("one wei more was stolen", func(t *testing.T) {
		d := demoWith(t, "amount: 173600", "amount: 173600.000000000000000001")
		checkTotals(t, d.Result.Books, "175098.9431", "6250", "813.737089130745900001")
	})
	t.Run("one depositor paid nothing in", func(t *testing.T) {
		text, _ := os.ReadFile("../incident/builtin/ronin-2022.yaml")
		for _, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "from: 0xF945FA5B71CfAA2736B427B7213CfF14cc83279C") {
				d := demoWith(t, line+"\n", "")
				checkTotals(t, d.Result.Books, "171598.9431", "6250", "4313.7370891307459")
				return
			}
		}
		t.Fatal("the depositor is not in the file")
	})
	t.Run("the inferred row is not supposed", func(t *testing.T) {
		text, _ := os.ReadFile("../incident/builtin/ronin-2022.yaml")
		from, to := strings.Index(string(text), "  - asset: ETH\n    basis: inferred"), strings.Index(string(text), "  - asset: USDC\n    basis: claim")
		d := demoWith(t, string(text[from:to]), "")
		checkTotals(t, d.Result.Books, "173398.9431", "6250", "2513.7370891307459")
		if len(d.Without) != 0 {
			t.Error("something still rests on an inferred row")
		}
	})
}

func TestDemoIsWorthWhatTheDaySays(t *testing.T) {
	d := demoWith(t)
	want := map[string]string{"at theft": "526193752.00", "at disclosure": "590585464.00"}
	for _, w := range d.Worth {
		if w.Origin == "ether" {
			if got := want[string(w.Basis)]; w.Start != got {
				t.Errorf("the ether %s: %s, want %s", w.Basis, w.Start, got)
			}
			delete(want, string(w.Basis))
		}
	}
	if len(want) > 0 {
		t.Errorf("no value for %v", want)
	}
}

func TestDemoCountsStolenAsset(t *testing.T) {
	o, _ := Named("trace")
	r, err := o.RunJSON(t.Context(), testEnv(nil), []byte(`{"start": "incident:ronin-2022", "countedIn": "stolen", "spread": "no"}`))
	if err != nil {
		t.Fatal(err)
	}
	x := r.(*report.Trace)
	if len(x.Result.Conversions) != 1 || x.Result.Conversions[0].Conversion.Basis != clew.Claimed {
		t.Errorf("conversions %+v, want the claimed one", x.Result.Conversions)
	}
	for _, b := range x.Result.Books {
		if b.Origin == "usdc" && b.Start != clew.Units(25_500_000_000_000) {
			t.Errorf("the USDC's book starts with %s", b.Start)
		}
	}
}
