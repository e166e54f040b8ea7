package node

import (
	"errors"
	"fmt"
	"testing"

	"clew"
	"clew/evm"
	"clew/tron"
)

// TestTronClaims asks contracts that answer, fail, answer nonsense and are none, and
// loses only those of which nothing came; a node that fails ends it.
func TestTronClaims(t *testing.T) {
	contract := func(n byte) clew.Address {
		a, err := clew.MakeAddress(clew.Tron, clew.TronForm, append(make([]byte, 19), n))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	six := append(make([]byte, 31), 6)
	old := append([]byte("OLD"), make([]byte, 29)...)
	answer := func(a clew.Address, call evm.TokenCall) ([]byte, error) {
		switch {
		case a == contract(1) && call.Function == "symbol()":
			return old, nil
		case a == contract(1) && call.Function == "decimals()":
			return six, nil
		case a == contract(1):
			return nil, fmt.Errorf("node: %w", tron.ErrUnread)
		case a == contract(2):
			return nil, nil
		case a == contract(3):
			return nil, &tron.NodeError{Message: "no contract"}
		}
		return nil, errors.New("down")
	}
	claims, err := tronClaims([]clew.Address{contract(1), contract(2), contract(3)}, answer)
	want := []evm.TokenClaim{{Contract: contract(1), Symbol: "OLD", Decimals: 6, HasDecimals: true}, {Contract: contract(2)}}
	if err != nil || fmt.Sprint(claims) != fmt.Sprint(want) {
		t.Errorf("%v, %v; want %v", claims, err, want)
	}
	if claims, err := tronClaims([]clew.Address{contract(1), contract(4)}, answer); err == nil {
		t.Errorf("of a node that is down: %v", claims)
	}
}
