package tron

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
)

func tetherOf(t *testing.T) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", clew.Tron)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestCalls asks a contract by the HTTP API, and reads what java-tron answers: data,
// nothing where the contract failed, and words where it ran none.
func TestCalls(t *testing.T) {
	six := fmt.Sprintf("%064x", 6)
	for _, c := range []struct {
		name, answer, want string
		refused, unread    bool
	}{
		{name: "a number", answer: `{"result":{"result":true},"energy_used":935,"constant_result":["` + six + `"],"transaction":{"ret":[{}]}}`, want: six},
		{name: "the first of several", answer: `{"constant_result":["` + six + `","00"]}`, want: six},
		{name: "a contract that failed", answer: `{"result":{"result":true,"message":"524556455254"},"constant_result":[""]}`},
		{name: "no contract", answer: `{"result":{"code":"CONTRACT_VALIDATE_ERROR","message":"6e6f"}}`, refused: true},
		{name: "a complaint", answer: `{"Error":"class java.lang.NullPointerException"}`, refused: true},
		{name: "nothing", answer: `{}`, refused: true},
		{name: "no digits", answer: `{"constant_result":["zz"]}`, unread: true},
		{name: "another form", answer: `{"constant_result":"` + six + `"}`, unread: true},
		{name: "very long", answer: `{"constant_result":["` + strings.Repeat("00", maxCallAnswer) + `"]}`, unread: true},
	} {
		f := &fakeNode{answers: map[string][]string{"wallet/triggerconstantcontract": {c.answer}}}
		data, err := client(t, f).Call(context.Background(), tetherOf(t), "decimals()")
		var refused *NodeError
		if got := fmt.Sprintf("%x", data); errors.As(err, &refused) != c.refused || errors.Is(err, ErrUnread) != c.unread || err == nil && got != c.want {
			t.Errorf("%s: %s, %v", c.name, got, err)
		}
		want := `wallet/triggerconstantcontract{"owner_address":"410000000000000000000000000000000000000000","contract_address":"41a614f803b6fd780986a42c78ec9c7f77e6ded13c","function_selector":"decimals()","visible":false}`
		if f.asked[0] != want {
			t.Errorf("asked %s", f.asked[0])
		}
	}
}

// TestGatewayCalls does so by JSON-RPC.
func TestGatewayCalls(t *testing.T) {
	for answer, want := range map[string]string{`"0x0006"`: "0006", `"0x"`: "", `"zz"`: "unread", `null`: "unread", `{}`: "unread"} {
		data, err := gateway(t, fakeGateway{"eth_call": answer}).Call(context.Background(), tetherOf(t), "0x313ce567")
		if want == "unread" && !errors.Is(err, ErrUnread) || want != "unread" && (err != nil || fmt.Sprintf("%x", data) != want) {
			t.Errorf("%s: %x, %v", answer, data, err)
		}
	}
	if _, err := gateway(t, fakeGateway{}).Call(context.Background(), tetherOf(t), "0x"); err == nil || errors.Is(err, ErrUnread) {
		t.Errorf("a node that is down: %v", err)
	}
}
