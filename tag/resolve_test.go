package tag

import (
	"fmt"
	"strings"
	"testing"

	"clew"
)

// resolved is an index of tags written as "digits chain evidence actor
// concept [status or validity]".
func resolved(t testing.TB, lines ...string) *Index {
	t.Helper()
	var b Builder
	for _, line := range lines {
		w := append(strings.Fields(line), "", "")
		tg := Tag{Subject: evm(t, w[0], clew.Chain(w[1])), Evidence: w[2], Label: line, Source: "s"}
		if w[3] != "-" {
			tg.Actor = w[3]
		}
		if w[4] != "-" {
			tg.Concepts = []Concept{Concept(w[4])}
		}
		switch w[5] {
		case "over":
			tg.Until = "2020"
		case "":
		default:
			tg.Status = Status(w[5])
		}
		b.Add(tg)
	}
	return b.Index()
}

// Claims that name a part and its whole do not contradict each other.
func TestRelatedActorsAreNoConflict(t *testing.T) {
	list, err := BuiltinActors()
	if err != nil {
		t.Fatal(err)
	}
	for other, want := range map[string]int{"andariel": 0, "somebody": 1} {
		var b Builder
		b.AddActors(list)
		a := evm(t, "1", clew.Ethereum)
		for _, actor := range []string{"lazarusgroup", other} {
			b.Add(Tag{Subject: a, Label: "L", Source: "s", Actor: actor, Evidence: "ownership"})
		}
		if got := b.Index().Resolve(a, "2024-01-01").Conflicts; len(got) != want {
			t.Errorf("lazarusgroup and %s: %+v, want %d", other, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	const eth, bnb = "eip155:1", "eip155:56"
	for _, c := range []struct {
		name                  string
		lines                 []string
		best, clashes, others string
	}{
		{"one", []string{"1 " + eth + " ownership a exchange"}, "a", "", ""},
		{"two actors", []string{"1 " + eth + " ownership a exchange", "1 " + eth + " ownership b exchange"}, "a b", "actor:a-b", ""},
		{"the same actor in capitals", []string{"1 " + eth + " ownership a exchange", "1 " + eth + " ownership A exchange"}, "A a", "", ""},
		{"worse evidence", []string{"1 " + eth + " ownership a exchange", "1 " + eth + " web_crawl b bridge"}, "a", "", ""},
		{"who from the best that say who", []string{"1 " + eth + " ownership - exchange", "1 " + eth + " web_crawl a -", "1 " + eth + " web_crawl b -"}, "", "actor:a-b", ""},
		{"two stops", []string{"1 " + eth + " forensic a mixer", "1 " + eth + " web_crawl a exchange", "1 " + eth + " forensic a exchange"}, "a a", "stop:a-a", ""},
		{"withdrawn", []string{"1 " + eth + " ownership a exchange withdrawn", "1 " + eth + " ownership b exchange"}, "b", "", ""},
		{"over", []string{"1 " + eth + " ownership a exchange over", "1 " + eth + " web_crawl b exchange"}, "b", "", ""},
		{"carried", []string{"1 " + bnb + " web_crawl a exchange", "1 " + bnb + " heuristic b exchange"}, "", "", "a"},
		{"not from a router", []string{"1 " + bnb + " web_crawl a router"}, "", "", ""},
		{"not to a contract", []string{"1 " + eth + " web_crawl b contract", "1 " + bnb + " web_crawl a exchange"}, "b", "", ""},
		{"not where a third chain has a pool", []string{"1 " + bnb + " web_crawl a exchange", "1 eip155:10 unknown c defi_dex over"}, "", "", ""},
		{"not withdrawn ones", []string{"1 " + bnb + " web_crawl a exchange withdrawn"}, "", "", ""},
		{"not another key", []string{"2 " + bnb + " web_crawl a exchange"}, "", "", ""},
	} {
		x := resolved(t, c.lines...)
		a := evm(t, "1", clew.Ethereum)
		r := x.Resolve(a, "2024-01-01")
		var who, clashes, others []string
		for _, tg := range r.Best {
			who = append(who, tg.Actor)
		}
		for _, k := range r.Conflicts {
			clashes = append(clashes, k.Over+":"+k.A.Actor+"-"+k.B.Actor)
		}
		for _, k := range r.Carried {
			if k.From != clew.BNB || k.Tag.Subject.Chain() != clew.BNB {
				t.Errorf("%s: carried from %s", c.name, k.From)
			}
			others = append(others, k.Tag.Actor)
		}
		got := strings.TrimSpace(strings.Join(who, " ")) + "|" + strings.Join(clashes, " ") + "|" + strings.Join(others, " ")
		if want := c.best + "|" + c.clashes + "|" + c.others; got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
		found := 0
		for at, list := range x.Conflicts("2024-01-01") {
			if at != a || len(list) != len(r.Conflicts) {
				t.Errorf("%s: conflicts at %s: %d", c.name, at, len(list))
			}
			found++
		}
		if found != min(len(r.Conflicts), 1) {
			t.Errorf("%s: %d addresses with conflicts", c.name, found)
		}
	}
}

// TestResolveOverTron carries between EVM chains and Tron, whose keys have the
// same digits, and marks what the same key signed for.
func TestResolveOverTron(t *testing.T) {
	a := evm(t, "1", clew.Ethereum)
	tron, err := clew.MakeAddress(clew.Tron, clew.TronForm, a.Key())
	if err != nil {
		t.Fatal(err)
	}
	var b Builder
	for _, s := range []clew.Address{a, tron, evm(t, "1", clew.BNB)} {
		b.Add(Tag{Subject: s, Label: string(s.Chain()), Evidence: "web_crawl", Source: "s"})
	}
	x := b.Index()
	for _, c := range []struct {
		of   clew.Address
		sign []clew.Chain
		want string
	}{
		{a, nil, "tron:728126428 false, eip155:56 false"},
		{a, []clew.Chain{clew.Tron}, "tron:728126428 true, eip155:56 false"},
		{tron, []clew.Chain{clew.Ethereum, clew.BNB}, "eip155:1 true, eip155:56 true"},
	} {
		r := x.Resolve(c.of, "2024-01-01")
		r.Sign(c.sign)
		var got []string
		for _, k := range r.Carried {
			got = append(got, fmt.Sprintf("%s %v", k.Tag.Label, k.Signed))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s, want %s", c.of, text, c.want)
		}
	}
}
