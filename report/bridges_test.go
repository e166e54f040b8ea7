package report

import (
	"strings"
	"testing"

	"clew"
)

// TestBridgesAreShownAndSafe: what bridges' contracts say is told in letters alone,
// with which contract it was and whether that is known.
func TestBridgesAreShownAndSafe(t *testing.T) {
	pool, err := clew.ParseAddress("0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	person := clew.EVMAddress(clew.Ethereum, [20]byte{1})
	in := clew.Act{Kind: clew.BridgeSent, On: person, With: pool, Asset: clew.NativeAsset(clew.Ethereum), Amount: clew.Units(3e18)}
	out := clew.Act{Kind: clew.BridgeReceived, On: person, With: person, Amount: clew.Units(77)}
	if err := in.SetMessage(clew.Message{Protocol: "across", ID: "1-77", From: clew.Ethereum, To: "eip155:324", Recipient: "bad\x1b[31m\u202e", Asset: "<b>", Amount: clew.Units(5)}); err != nil {
		t.Fatal(err)
	}
	if err := out.SetMessage(clew.Message{Protocol: "unheard\x07", ID: "x", From: clew.Base}); err != nil {
		t.Fatal(err)
	}
	p := &TransactionPage{Tx: clew.TxID{31: 5}, Chain: clew.Ethereum, Acts: Acts{Acts: []clew.Act{in, out}}, Units: Units{}}
	plain := written(t, p, Text, Style{Wide: true}, "")
	has(t, plain, "goes in", "Across", `bad\u{1b}[31m\u{202e}`, "eip155:324", "1-77", "known to be the bridge's", "comes out", `unheard\u{7}`, "77", "not known", "base", "any contract can say it")
	if strings.ContainsAny(plain, "\x1b\x07\u202e") {
		t.Errorf("not safe: %q", plain)
	}
	if page := written(t, p, HTML, Style{}, ""); strings.Contains(page, "<td><b>") {
		t.Error("the page is not safe")
	}
	if strings.Contains(strings.Join(tables(p.Doc()), " "), "acts") {
		t.Error("they are among other acts")
	}
}
