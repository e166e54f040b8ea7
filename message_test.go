package clew

import (
	"strings"
	"testing"
)

// TestMessages: what one end of a bridge says comes back as it was; what is no
// message of a bridge is none.
func TestMessages(t *testing.T) {
	m := Message{Protocol: "across", ID: "1-77", From: Ethereum, To: Base, Recipient: "0x01", Amount: Units(5)}
	a := Act{Kind: BridgeSent, On: EVMAddress(Ethereum, [20]byte{1})}
	if err := a.SetMessage(m); err != nil {
		t.Fatal(err)
	}
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	if back, ok := a.Message(); !ok || back != m {
		t.Errorf("%+v, %t", back, ok)
	}
	other := a
	other.Kind = Freeze
	if _, ok := other.Message(); ok {
		t.Error("a freeze says nothing of a bridge")
	}
	for _, detail := range []string{"", "{", `{"protocol":"across"}`, `{"id":"1"}`, "[]"} {
		other = a
		other.Detail = detail
		if m, ok := other.Message(); ok {
			t.Errorf("%q read as %+v", detail, m)
		}
	}
	for _, bad := range []Message{{Protocol: "across"}, {ID: "1"}, {Protocol: "across", ID: strings.Repeat("x", MaxActDetail)}} {
		if err := a.SetMessage(bad); err == nil {
			t.Errorf("%+.40v was taken", bad)
		}
	}
}
