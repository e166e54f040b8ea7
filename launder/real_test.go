package launder

import (
	"testing"

	"clew"
	"clew/cluster"
	"clew/internal/sample/joins"
)

// TestJoinsOnRealData: at least 99 of 100 mixes are named, each by its kind, and
// fewer than one of 100 ordinary spends is.
func TestJoinsOnRealData(t *testing.T) {
	for _, c := range []struct {
		file, shape string
		want        JoinKind
	}{
		{joins.WhirlpoolMixes, joins.Mix, WhirlpoolMix}, {joins.WhirlpoolTx0s, joins.Mix, WhirlpoolMix}, {joins.WhirlpoolTx0s, joins.Data, WhirlpoolTx0},
		{joins.Wasabi1Mixes, "", Wasabi1}, {joins.WhirlpoolAfter, joins.TwoEqual, Stonewall}, {joins.Wasabi1After, joins.Mix, JoinMarket},
		{joins.WhirlpoolAfter, joins.Ordinary, ""}, {joins.Wasabi1After, joins.Ordinary, ""},
	} {
		all, right := 0, 0
		for _, tx := range joins.Read(t, c.file) {
			if c.shape != "" && joins.ShapeOf(&tx) != c.shape {
				continue
			}
			all++
			j, ok := FindJoin(&tx)
			if j.Kind == c.want {
				right++
			}
			if ok {
				checkJoin(t, &tx, &j)
			}
		}
		if t.Logf("%s, %s: %d of %d are %q", c.file, c.shape, right, all, c.want); all == 0 || right*100 < all*99 {
			t.Errorf("%s, %s: %d of %d are %q", c.file, c.shape, right, all, c.want)
		}
	}
}

// checkJoin holds a join against its transaction: roles are of outputs that are
// there and of one role alone, change is paid by its inputs, which are of no other
// change, and the loose veto meets whatever is named but a Tx0.
func checkJoin(t *testing.T, tx *clew.Transfer, j *Join) {
	t.Helper()
	roles, taken := map[int]bool{}, map[int]bool{}
	role := func(output int) {
		if output < 0 || output >= len(tx.To) || tx.To[output].Address.IsZero() || roles[output] {
			t.Fatalf("%s: %s: output %d", tx.Tx, j.Kind, output)
		}
		roles[output] = true
	}
	for _, m := range j.Mixed {
		if role(m.Output); m.Anonymity < 2 {
			t.Fatalf("%s: %s: output %d is mixed among %d", tx.Tx, j.Kind, m.Output, m.Anonymity)
		}
	}
	for _, o := range append(j.Premix, j.Coordinator...) {
		role(o)
	}
	for _, c := range j.Change {
		role(c.Output)
		paid := clew.Amount{}
		for _, i := range c.Inputs {
			if taken[i] {
				t.Fatalf("%s: %s: input %d pays twice", tx.Tx, j.Kind, i)
			}
			taken[i], paid = true, paid.Plus(tx.From[i].Amount)
		}
		if len(c.Inputs) > 0 && paid.Less(tx.To[c.Output].Amount) {
			t.Fatalf("%s: %s: change %d is more than its inputs", tx.Tx, j.Kind, c.Output)
		}
	}
	if j.Kind != WhirlpoolTx0 && cluster.VetoOf(tx) == cluster.NoVeto {
		t.Fatalf("%s: %s is not vetoed", tx.Tx, j.Kind)
	}
	if j.Certainty == "" || len(j.Reasons) == 0 || j.Version == "" || j.Search == "" {
		t.Fatalf("%s: %+v", tx.Tx, j)
	}
}
