package lead

import (
	"testing"

	"clew"
	"clew/trace"
)

// TestWhatATokenKeptIsNotAtTheAddress says of what a token kept at an address that
// nobody is known to be able to stop it, though the address is the owner's own.
func TestWhatATokenKeptIsNotAtTheAddress(t *testing.T) {
	token := clew.Token("erc20", clew.EVMAddress(clew.Ethereum, [20]byte{7}))
	own := clew.EVMAddress(clew.Ethereum, [20]byte{1})
	r := &trace.Result{Places: []trace.Place{{Kind: trace.TokenFee, Address: own, Asset: token, Amount: clew.Units(5)}}}
	r.Method.Policy = "fifo"
	guide, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	out, err := Stop(Question{Trace: r, Guide: guide, Now: 1_700_000_000, Own: []clew.Address{own}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Chances) > 0 || len(out.Rest) != 1 || out.Rest[0].Standing != Unknown || out.Rest[0].Why != IsTokenFee || out.Rest[0].Amount != clew.Units(5) {
		t.Errorf("%+v, %+v", out.Chances, out.Rest)
	}
}
