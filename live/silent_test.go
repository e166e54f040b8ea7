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

// A told is what a trace tells of tokens' balances, and of what it made of them.
type told struct {
	Result struct {
		Books  []struct{ Closed bool }
		Places []struct {
			Kind    string
			Address clew.Address
			Asset   clew.Asset
			Amount  clew.Amount
		}
		Adjustments []struct{ Kind string }
	}
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
// here by itself; what it kept is booked, and nowhere lies more than the node says.
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
		w.holdsWhatIsBooked(t, name, &got, head)
		t.Logf("%s: %d the same, %d differ, %d adjustments", name, b.Same, len(b.Differ), len(got.Result.Adjustments))
	}
}

// holdsWhatIsBooked wants closed books, what a token kept in a place of its own, and
// nothing booked at an address that it does not hold by the node's word.
func (w *world) holdsWhatIsBooked(t *testing.T, name string, got *told, head uint64) {
	kept := 0
	for _, p := range got.Result.Places {
		if p.Kind == "token fee" {
			kept++
		}
		if p.Kind != "unspent" {
			continue
		}
		var says string
		q := w.view(t, w.sites[name].String(), head, "balanceOf(address)", placeOf(p.Address))
		w.ask(t, &says, q.method, q.params...)
		if numberOf(t, says).Cmp(p.Amount.Big()) < 0 {
			t.Errorf("%s: %s is booked at %s, which holds %s", name, p.Amount, p.Address, says)
		}
	}
	if lies := name == "LyingToken"; lies != (kept > 0) || lies != (len(got.Result.Adjustments) > 0) {
		t.Errorf("%s: %d places of what it kept, adjustments %v", name, kept, got.Result.Adjustments)
	}
	for _, b := range got.Result.Books {
		if !b.Closed {
			t.Errorf("%s: a book does not close", name)
		}
	}
}
