package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// scale makes the fractions of the published vectors whole numbers.
const scale = 1_000_000

// tell reads a history of lines "A B 4": A pays B 4 million units. A star marks
// what the question starts with, and names that begin with a dot are outside.
func tell(lines ...string) (transfers []clew.Transfer, seeds []clew.Pos) {
	for i, line := range lines {
		var from, to string
		var amount uint64
		if _, err := fmt.Sscan(line, &from, &to, &amount); err != nil {
			panic(line)
		}
		t := move(uint64(i+1), letter(from), letter(to), ether, amount*scale)
		transfers = append(transfers, t)
		if strings.HasSuffix(line, "*") {
			seeds = append(seeds, t.Pos)
		}
	}
	return transfers, seeds
}

func letter(name string) clew.Address { return who(int(strings.TrimPrefix(name, ".")[0])) }

// TestVectors holds every engine against the published vectors, end to end.
func TestVectors(t *testing.T) {
	v1 := []string{".x A 3 *", ".y A 7", "A B 4", "A C 6"}
	v2 := []string{".y M 7", ".x M 3 *", "M B 8", ".y M 5", "M C 4", "B D 8"}
	v3 := []string{".x A 100 *", "A B 60", ".y B 60", "B C 50", ".y B 30", "B D 80", "A E 40", "C E 25", "E F 50"}
	for _, c := range []struct {
		name   string
		lines  []string
		policy taint.Policy
		want   string // amounts at rest, in whole units as fractions of the scale
	}{
		{"V1", v1, taint.Haircut, "B=1.2 C=1.8"},
		{"V1", v1, taint.FIFO, "B=3"},
		{"V1", v1, taint.LIFO, "C=3"},
		{"V1", v1, taint.TaintFirst, "B=3"},
		{"V1", v1, taint.CleanFirst, "C=3"},
		{"V1", v1, taint.Poison, "B=4 C=6"},
		{"V2", v2, taint.Haircut, "C=0.342857 D=2.4 M=0.257143"}, // 12/35, 12/5 and 9/35, what cannot be divided by the rounding
		{"V2", v2, taint.FIFO, "C=2 D=1"},
		{"V2", v2, taint.LIFO, "D=3"},
		{"V2", v2, taint.TaintFirst, "D=3"},
		{"V2", v2, taint.CleanFirst, "D=1 M=2"},
		{"V3", v3, taint.Haircut, "B=7 C=12.5 D=28 E=12.115385 F=40.384615"}, // 315/26 and 525/13
		{"V3", v3, taint.FIFO, "C=25 D=10 E=15 F=50"},
		{"V3", v3, taint.LIFO, "B=20 D=40 E=15 F=25"},
		{"V3", v3, taint.TaintFirst, "C=25 D=10 E=15 F=50"},
		{"V3", v3, taint.CleanFirst, "B=20 D=40 E=15 F=25"},
	} {
		transfers, seeds := tell(c.lines...)
		for _, e := range []Engine{Interval, Queue, Sweep} {
			if e == Interval && c.policy != taint.FIFO {
				continue
			}
			r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Engine: e,
				Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Method: taint.Method{Policy: c.policy}, Spread: No})
			if err != nil {
				t.Fatal(err)
			}
			if got := atRest(r); got != c.want {
				t.Errorf("%s, %s by %s: %s, want %s", c.name, c.policy, e, got, c.want)
			}
		}
	}
}

func atRest(r *Result) string {
	var list []string
	for _, p := range r.Places {
		key := p.Address.Key()
		list = append(list, fmt.Sprintf("%c=%s", key[19], p.Amount.Format(6)))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}
