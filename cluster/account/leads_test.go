package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/cluster"
)

// TestLeads lists who had to do with an address, each with the fact it rests on;
// cases that break an assumption are leads still, and no unions.
func TestLeads(t *testing.T) {
	for _, c := range []struct {
		name      string
		chain     clew.Chain
		lines     string
		approvals string // OWNER>SPENDER
		want      string
	}{
		{"gas past dust", clew.Ethereum, "1 by x 1: x>a 1\n2 by g 1: g>a 90\n3 by a 5: a>z 10\n4 by h 1: h>a 900", "", "gas-funder g"},
		{"no payment before the first fee covers it", clew.Ethereum, "1 by x 1: x>a 3\n3 by a 5: a>z 1\n4 by h 1: h>a 900", "", "gas-funder x"},
		{"gas through a contract", clew.Ethereum, "2 by o 1: g>a 90\n3 by a 5: a>z 10", "", "gas-funder g"},
		{"a shared gas station", clew.Ethereum, "2 by s 1: s>a 90\n2 by s 1: s>b 90\n3 by a 5: a>z 10", "", "gas-funder s"},
		{"newly made coins", clew.Ethereum, "2 by o 1: ->a 90", "", ""},
		{"an approval to a key, as phishing asks for", clew.Ethereum, "2 by thief 1: thief>z 5\n2 by k 1: k>z 5", "a>thief a>router b>k", "self-authorisation thief"},
		{"an approval to a contract", clew.Ethereum, "2 by o 1: router>z 5", "a>router", ""},
		{"twice to one", clew.Ethereum, "2 by k 1: k>z 5", "a>k a>k", "self-authorisation k"},
		{"an account that was opened", clew.Tron, "1 act activation a o\n2 by g 1: g>a 90", "", "gas-funder g, activation o"},
		{"an account that opened others", clew.Tron, "1 act activation b a\n2 by g 1: g>a 90", "", "gas-funder g, activation g"},
		{"opened by the first coin", clew.Tron, "2 by g 1: g>a 90\n3 by h 1: h>a 5", "", "gas-funder g, activation g"},
		{"energy by several; the first of each, three", clew.Tron,
			"1 act delegation p a energy\n2 act delegation p a energy\n3 act delegation q a energy\n4 act delegation a r energy\n5 act delegation r a energy\n6 act delegation s a energy", "",
			"energy-sponsor p, energy-sponsor q, energy-sponsor r"},
		{"a stolen account", clew.Tron, "1 act permission a thief owner\n2 act permission a - owner", "", "permission-change thief"},
		{"asked of the thief", clew.Tron, "1 act permission victim a owner", "", "permission-change of victim a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.chain, c.lines)
			var approvals []Approval
			for pair := range strings.FieldsSeq(c.approvals) {
				owner, spender, _ := strings.Cut(pair, ">")
				approvals = append(approvals, Approval{Owner: w.a(owner), Spender: w.a(spender), Tx: clew.TxID{7}})
			}
			leads, err := Leads(context.Background(), w.snapshot(), w.a("a"), approvals)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i := range leads {
				l := &leads[i]
				text := fmt.Sprintf("%s %s", l.Sign, w.name(l.With))
				if l.Of != w.a("a") {
					text = fmt.Sprintf("%s of %s %s", l.Sign, w.name(l.Of), w.name(l.With))
				}
				got = append(got, text)
				if h, ok := cluster.HeuristicOf(l.Sign); !ok || !h.Lead || cluster.Merges([]cluster.Sign{l.Sign, l.Sign}) {
					t.Errorf("%s is no lead", l.Sign)
				}
				if facts := []bool{l.Transfer != nil, l.Act != nil, l.Approval != nil && l.Signed != nil}; !slices.Contains(facts, true) || l.Says == "" {
					t.Errorf("%+v rests on nothing", l)
				}
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
			customer, err := w.finder().Customer(context.Background(), w.a("a"))
			if err != nil || len(customer.Unions) > 0 {
				t.Errorf("%+v, %v: want no union", customer, err)
			}
		})
	}
	if leads, err := Leads(context.Background(), nil, clew.Address{}, nil); leads != nil || err != nil {
		t.Errorf("%v, %v: nobody has no leads", leads, err)
	}
}
