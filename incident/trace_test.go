package incident

import (
	"context"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// walk traces an incident forward from the origins that keep lets through.
func walk(t *testing.T, i *Incident, policy taint.Policy, keep ...string) *trace.Result {
	t.Helper()
	var seeds []trace.Seed
	for _, seed := range i.Origins(AsProceeds) {
		if slices.Contains(keep, seed.ID) {
			seeds = append(seeds, seed)
		}
	}
	return walkFrom(t, i, policy, seeds)
}

func walkFrom(t *testing.T, i *Incident, policy taint.Policy, seeds []trace.Seed) *trace.Result {
	t.Helper()
	ctx := context.Background()
	store := memory.New(clew.Ethereum)
	if _, err := i.AddTo(ctx, clew.Ethereum, store); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	tags, err := tag.Builtin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	result, err := trace.Run(ctx, trace.Input{
		Ledgers: []ledger.Snapshot{snapshot}, Start: trace.Start{Origins: seeds}, Method: taint.Method{Policy: policy},
		Namer: tags, Roles: i.Roles(), Assumptions: i.Assumptions(), Spread: trace.No,
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// A closing is where a trace's value lies, in ether.
type closing struct{ mixer, exchanges, intermediaries, depositors, first, sum string }

// closed adds up the places of a result by kind and role.
func closed(t *testing.T, r *trace.Result) closing {
	t.Helper()
	sums := map[string]clew.Amount{}
	for _, p := range r.Places {
		name := p.Role
		switch p.Kind {
		case trace.AtMixer:
			name = "mixer"
		case trace.NotHeld:
		default:
			t.Errorf("%s: %s ETH at %s", p.Kind, p.Amount.Format(18), p.Address)
		}
		sums[name] = sums[name].Plus(p.Amount)
		sums["sum"] = sums["sum"].Plus(p.Amount)
	}
	for _, b := range r.Books {
		if !b.Closed || b.Sum != b.Start {
			t.Errorf("the book of %q is open: %s of %s", b.Origin, b.Sum, b.Start)
		}
	}
	c := closing{
		sums["mixer"].Format(18), sums[string(ExchangeSide)].Format(18), sums[string(Intermediary)].Format(18),
		sums[string(MixerDepositor)].Format(18), sums[string(FirstRecipient)].Format(18), sums["sum"].Format(18),
	}
	parts, _ := clew.Sum(sums["mixer"], sums[string(ExchangeSide)], sums[string(Intermediary)], sums[string(MixerDepositor)], sums[string(FirstRecipient)])
	if parts != sums["sum"] {
		t.Errorf("%s ETH lies elsewhere", sums["sum"].Minus(parts).Format(18))
	}
	return c
}

// TestRoninBooks holds traces against figures computed by two other programs.
func TestRoninBooks(t *testing.T) {
	both := []string{"ether", "usdc"}
	for _, c := range []struct {
		name    string
		policy  taint.Policy
		origins []string
		want    closing
	}{
		{"first in, first out", taint.FIFO, both,
			closing{"175098.9431", "6250", "140.14095", "671.81508", "1.7810591307459", "182162.6801891307459"}},
		{"clean first", taint.CleanFirst, both,
			closing{"175100", "6248.9431", "140.14095", "671.81508", "1.7810591307459", "182162.6801891307459"}},
		{"first in, first out, the ether alone", taint.FIFO, both[:1],
			closing{"166630.04397", "6250", "136.84095", "583.11508", "0", "173600"}},
		{"taint first, the ether alone", taint.TaintFirst, both[:1],
			closing{"166630.04397", "6250", "136.84095", "583.11508", "0", "173600"}},
		{"clean first, the ether alone", taint.CleanFirst, both[:1],
			closing{"172787.2629108692541", "0", "140.14095", "670.81508", "1.7810591307459", "173600"}},
	} {
		if got := closed(t, walk(t, ronin(t), c.policy, c.origins...)); got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

// changed returns the incident with one thing in its file changed.
func changed(t *testing.T, old, replacement string) *Incident {
	t.Helper()
	whole := text(t, "ronin-2022")
	if strings.Count(whole, old) != 1 {
		t.Fatalf("%q occurs %d times", old, strings.Count(whole, old))
	}
	i, err := Read("changed.yaml", strings.NewReader(strings.Replace(whole, old, replacement, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// lineWith returns the only line of the file that holds all the given words.
func lineWith(t *testing.T, words ...string) string {
	t.Helper()
	var found []string
next:
	for line := range strings.Lines(text(t, "ronin-2022")) {
		for _, word := range words {
			if !strings.Contains(line, word) {
				continue next
			}
		}
		found = append(found, line)
	}
	if len(found) != 1 {
		t.Fatalf("%d lines with %q", len(found), words)
	}
	return found[0]
}

// TestRoninBooksFollowOneWei changes the theft by the smallest unit.
func TestRoninBooksFollowOneWei(t *testing.T) {
	i := changed(t, "        amount: 173600\n        tx:", "        amount: 173600.000000000000000001\n        tx:")
	want := closing{"175098.9431", "6250", "140.14095", "671.81508", "1.781059130745900001", "182162.680189130745900001"}
	if got := closed(t, walk(t, i, taint.FIFO, "ether", "usdc")); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestRoninBooksFollowOneDepositor takes out the deposits of one address: they
// stay with it.
func TestRoninBooksFollowOneDepositor(t *testing.T) {
	line := lineWith(t, "count: 35")
	want := closing{"171598.9431", "6250", "140.14095", "4171.81508", "1.7810591307459", "182162.6801891307459"}
	if !strings.Contains(line, "unit: 100") {
		t.Fatal(line)
	}
	if got := closed(t, walk(t, changed(t, line, ""), taint.FIFO, "ether", "usdc")); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestRoninBooksFollowTheInferredRow takes out the one inferred transfer: what
// it brought stays where it was, and deposits without an inflow are a gap.
func TestRoninBooksFollowTheInferredRow(t *testing.T) {
	whole := text(t, "ronin-2022")
	start := strings.Index(whole, "  - asset: ETH\n    basis: inferred")
	end := start + strings.Index(whole[start:], "  - asset: USDC")
	with, without := walk(t, ronin(t), taint.FIFO, "ether", "usdc"), walk(t, changed(t, whole[start:end], ""), taint.FIFO, "ether", "usdc")
	want := closing{"173398.9431", "6250", "140.14095", "2371.81508", "1.7810591307459", "182162.6801891307459"}
	if got := closed(t, without); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	inferred := units(t, "1700", 18)
	for _, c := range []struct {
		name   string
		result *trace.Result
		rests  clew.Amount // on the inferred transfer
		gap    clew.Amount // left without an inflow
	}{{"with", with, inferred, clew.Amount{}}, {"without", without, clew.Amount{}, inferred}} {
		var over, missing clew.Amount
		for _, u := range c.result.Uses {
			if u.Basis == clew.Inferred {
				over = over.Plus(u.Amount)
			}
		}
		for _, g := range c.result.AsOf[0].Coverage.Gaps {
			if g.Kind == clew.GapOpening {
				missing = missing.Plus(g.Amount)
			}
		}
		if over != c.rests || missing != c.gap {
			t.Errorf("%s: %s ETH over the inferred transfer, a gap of %s", c.name, over.Format(18), missing.Format(18))
		}
	}
}

// TestRoninTraceCrossesTheConversion starts from the USDC itself: what is
// marked in ether afterwards stands for all of it.
func TestRoninTraceCrossesTheConversion(t *testing.T) {
	i := ronin(t)
	result := walkFrom(t, i, taint.FIFO, i.Origins(AsStolen))
	if len(result.Conversions) != 1 || result.Conversions[0].Out != units(t, "8562.6801891307459", 18) {
		t.Fatalf("conversions crossed: %+v", result.Conversions)
	}
	for _, b := range result.Books {
		if b.Origin == "usdc" && (!b.Closed || b.Start != units(t, "25500000", 6)) {
			t.Errorf("book of the USDC: %+v", b)
		}
	}
	proceeds := closed(t, walk(t, i, taint.FIFO, "ether", "usdc"))
	if got := closed(t, result); got != proceeds {
		t.Errorf("as stolen   %+v\nas proceeds %+v", got, proceeds)
	}
}
