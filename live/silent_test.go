//go:build unix

package live

import (
	"encoding/json"
	"math/big"
	"os/exec"
	"strings"
	"testing"

	"clew"
)

// A told is what a trace tells of tokens' balances.
type told struct {
	Balances []struct {
		Same   int
		Differ []struct {
			Address clew.Address
			Asset   clew.Asset
			Says    clew.Amount
			By      clew.Amount
			Less    bool
		}
		NotCompared []any
	}
}

// tellsWhatIsSilent traces, with the node at hand, a token that logs what it credits
// and one that credits less. The first agrees everywhere; of the second each
// difference is that between the ledger's sums and balanceOf, which the node is asked
// here by itself.
func (w *world) tellsWhatIsSilent(t *testing.T, program, folder string, h *held, head uint64) {
	all, _ := changes(h)
	have := map[party]*big.Int{}
	for _, c := range all {
		for p, n := range c.moved {
			if have[p] == nil {
				have[p] = new(big.Int)
			}
			have[p].Add(have[p], n)
		}
	}
	for _, name := range []string{"Token", "LyingToken"} {
		site := w.sites[name].String()
		cmd := exec.CommandContext(within(t, testTime), program, "trace", w.owner.String(), "--sent", "--asset", site, "--chain", string(devChain),
			"--node", string(devChain)+"="+w.http(), "--ledger", folder, "--json")
		text, err := cmd.Output()
		var got told
		if failed := json.Unmarshal(text, &got); failed != nil || len(got.Balances) != 1 {
			t.Fatalf("%s: %v, %v: %s", name, err, failed, lastLines(text))
		}
		b := got.Balances[0]
		if lies := len(b.Differ) > 0; lies != (name == "LyingToken") || b.Same == 0 || len(b.NotCompared) > 0 {
			t.Errorf("%s: %d the same, %d differ, %v not compared", name, b.Same, len(b.Differ), b.NotCompared)
		}
		for _, d := range b.Differ {
			var says string
			q := w.view(t, site, head, "balanceOf(address)", placeOf(d.Address))
			w.ask(t, &says, q.method, q.params...)
			want := numberOf(t, says)
			by := new(big.Int).Sub(have[party{d.Asset, d.Address}], want)
			if !strings.EqualFold(d.Asset.Contract().Text(), site) || !d.Less || d.Says.Big().Cmp(want) != 0 || d.By.Big().Cmp(by) != 0 {
				t.Errorf("%s of %s: says %s, want %s; %s less, want %s", name, d.Address, d.Says, want, d.By, by)
			}
		}
		t.Logf("%s: %d the same, %d differ", name, b.Same, len(b.Differ))
	}
}
