package lead

import (
	"context"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
)

// script returns an address of Bitcoin by a letter; "-" has none.
func script(t *testing.T, name string) clew.Address {
	t.Helper()
	if name == "-" {
		return clew.Address{}
	}
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, append(make([]byte, 19), name[0]))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// spends makes transactions of lines "INPUT AMOUNT ... > OUTPUT AMOUNT ...",
// one a block: an input "-" is newly made coins, "?" one that is not held.
func spends(t *testing.T, lines []string) []clew.Transfer {
	t.Helper()
	var all []clew.Transfer
	for i, line := range lines {
		in, out, _ := strings.Cut(line, ">")
		legs := func(words []string) []clew.Leg {
			var list []clew.Leg
			for n := 0; n < len(words); n += 2 {
				amount, err := clew.ParseAmount(words[n+1])
				if err != nil {
					t.Fatal(err)
				}
				if words[n] == "?" {
					list = append(list, clew.Leg{Unknown: true})
					continue
				}
				list = append(list, clew.Leg{Address: script(t, words[n]), Amount: amount})
			}
			return list
		}
		x := clew.Transfer{Pos: clew.Pos{Height: uint64(1 + i)}, Time: clew.Time(1_500_000_000 + i), Tx: clew.TxID{byte(1 + i)}, Asset: clew.NativeAsset(clew.Bitcoin),
			From: legs(strings.Fields(in)), To: legs(strings.Fields(out))}
		for n := range x.From {
			if l := &x.From[n]; l.Unknown || !l.Address.IsZero() {
				l.Spends = &clew.Output{Tx: clew.TxID{200, byte(i)}, Index: uint32(n)}
			}
		}
		all = append(all, x)
	}
	return all
}

// coinTags say of one address that it is a service.
type coinTags clew.Address

func (c coinTags) At(clew.Address) []tag.Tag { return nil }

func (c coinTags) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	if a == clew.Address(c) {
		return tag.Service, &tag.Tag{Label: "a service"}
	}
	return tag.NoStop, nil
}

// TestFundingOnBitcoin goes back by first payments: to the input that paid most,
// or one that a tag names, past change, and no further than inputs say.
func TestFundingOnBitcoin(t *testing.T) {
	for _, c := range []struct {
		name, lines, tagged string
		way                 string // addresses gone through, a slash before each
		end                 FundingEnd
	}{
		{"the largest of several inputs", "B 9000 A 4000 A 6000 > T 19000; E 5 > A 5; F 5 > B 5", "", "T/A/E", EndNotHeld},
		{"a tag before the largest", "A 4000 B 9000 > T 13000; E 5 > A 5", "B", "T/B", EndService},
		{"a tag before a CoinJoin", "A 9000 B 9000 > T 9000 U 9000", "B", "T/B", EndService},
		{"a CoinJoin", "A 10000 B 9000 > T 9000 U 9000 A 1000", "", "T/A", EndJoined},
		{"equal outputs of one payer", "A 10000 A 8000 > T 9000 U 9000; E 5 > A 5", "", "T/A/E", EndNotHeld},
		{"newly made coins", "- 50 > T 50", "", "T/-", EndIssued},
		{"inputs that are not held", "? 0 > T 50", "", "T/-", EndUnnamed},
		{"change comes before", "T 100 A 50 > A 90 T 60; B 70 > T 70", "", "T/B", EndNotHeld},
		{"a circle", "A 100 > T 100; T 50 > A 50", "", "T/A/T", EndCircle},
		{"nothing held", "T 100 > A 100", "", "T", EndNotHeld},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fundOnBitcoin(t, strings.Split(c.lines, ";"), c.tagged)
			way := "T"
			for i := range f.Steps {
				for _, name := range []string{"-", "A", "B", "E", "F", "T"} {
					if script(t, name) == f.Steps[i].From {
						way += "/" + name
					}
				}
			}
			if way != c.way || f.End != c.end {
				t.Errorf("went %s, and ended at %q", way, f.End)
			}
		})
	}
}

// TestFundingNamesPayers tells of all whose coins were spent, and sums what the
// address was paid.
func TestFundingNamesPayers(t *testing.T) {
	f := fundOnBitcoin(t, []string{"B 9 A 4 ? 0 A 6 E 1 > T 10 U 7 T 4"}, "")
	x := &f.Steps[0]
	if x.Payers != 3 || x.Unnamed != 1 || len(x.Others) != 2 || x.Others[0] != script(t, "B") || x.Others[1] != script(t, "E") || x.Amount != clew.Units(14) || x.Tx != (clew.TxID{1}) || !x.Whole {
		t.Errorf("%+v", x)
	}
}

func fundOnBitcoin(t *testing.T, lines []string, tagged string) *Funding {
	t.Helper()
	store := memory.New(clew.Bitcoin)
	load, err := store.Load(t.Context(), ledger.Source{Name: "test", Exact: true})
	if err == nil {
		err = load.Add(spends(t, lines)...)
	}
	if err == nil {
		_, err = load.Commit(t.Context(), clew.Coverage{Chain: clew.Bitcoin, Whole: []clew.Window{{To: 100}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	guide, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	q := FundingQuery{Address: script(t, "T"), Guide: guide, Hops: 10, Degree: 1000, Open: func(context.Context, clew.Address) (ledger.Snapshot, error) { return s, nil }}
	if tagged != "" {
		q.Namer = coinTags(script(t, tagged))
	}
	f, err := FollowFunding(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
