package trace

import (
	"testing"

	"clew"
	"clew/taint"
)

// A refund is not netted by half: what comes back of a payment comes out of all that
// the payee has, of which half is its own.
func TestRefundsStayWhole(t *testing.T) {
	usdc := coin(1)
	steal := move(2, who(rVictim), who(rThief), usdc, 1000)
	w := &world{seeds: [][]clew.Pos{{steal.Pos}}, stops: stops{}, transfers: append([]clew.Transfer{move(1, who(rOther), who(rPool), usdc, 1000), steal},
		roundTx(3, leg{rThief, rPool, usdc, 1000}, leg{rPool, rThief, usdc, 100})...)}
	for _, e := range []Engine{"", Queue, Sweep} {
		if got := liesAt(swapRun(t, "refund", w.input(t, taint.Method{Policy: taint.Haircut}, e)), coin(2)); got != "2=50 6=950" {
			t.Errorf("by %q: %s", e, got)
		}
	}
}
