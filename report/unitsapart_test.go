package report

import (
	"strings"
	"testing"

	"clew"
	"clew/lead"
	"clew/trace"
)

// TestSameSymbolsAreToldApart: coins of one name on two chains, and tokens of one name on
// one chain, are told from each other in what can be stopped, and no others are touched.
func TestSameSymbolsAreToldApart(t *testing.T) {
	ether, there := clew.NativeAsset(clew.Ethereum), clew.NativeAsset(clew.Base)
	token := func(n byte) clew.Asset { return clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{n})) }
	units := Units{}
	units.Claim(token(1), "USDC", 6, "a")
	units.Claim(token(2), "USDC", 6, "b")
	units.Claim(token(3), "DAI", 18, "c")
	r := &trace.Result{Method: trace.Method{Direction: trace.Forward, Policy: "fifo"}}
	stopped := &lead.Stoppable{}
	for i, a := range []clew.Asset{ether, there, token(1), token(2), token(3)} {
		on := clew.EVMAddress(a.Chain(), [20]byte{0xaa, byte(i)})
		r.Places = append(r.Places, trace.Place{Kind: trace.AtRest, Address: on, Asset: a, Amount: clew.Units(1_000_000)})
		stopped.Chances = append(stopped.Chances, lead.Chance{Address: on, Asset: a, Amount: clew.Units(1_000_000), Means: lead.FreezeToken})
		stopped.Sums = append(stopped.Sums, lead.Sum{Asset: a, Accounted: clew.Units(1_000_000), Parts: make([]clew.Amount, len(lead.Standings()))})
	}
	shown := &Stoppable{Trace: &Trace{Title: "x", Result: r, Units: units}, Result: stopped}
	text := written(t, shown, Text, Style{Wide: true}, "")
	has(t, text, "ETH on ethereum", "ETH on base", "USDC of 0x010000", "USDC of 0x020000", "DAI")
	for _, wrong := range []string{"DAI of", "DAI on", "USDC on"} {
		if strings.Contains(text, wrong) {
			t.Errorf("the text has %q:\n%s", wrong, text)
		}
	}
	if json := written(t, shown, JSON, Style{}, ""); strings.Contains(json, " on base") {
		t.Error("what machines read has changed")
	}
}
