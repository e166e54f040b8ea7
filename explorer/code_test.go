package explorer_test

import (
	"net/http"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/remote"
)

// TestCodeDelegate reads the designator of EIP-7702, and nothing else, as one.
func TestCodeDelegate(t *testing.T) {
	owner, to := account(clew.Ethereum, 1), account(clew.Ethereum, 30)
	digits := strings.ToLower(to.Text()[2:])
	for _, kind := range []string{"etherscan", "routescan", "blockscout"} {
		for _, c := range []struct {
			code any
			want clew.Address
			err  bool
		}{
			{code: "0xef0100" + digits, want: to},
			{code: "0xEF0100" + strings.ToUpper(digits), want: to},
			{code: "0x"},
			{code: "0x6001600055" + digits},
			{code: "0xef0101" + digits},
			{code: "0xef0100" + digits + "00"}, // too long to be one
			{code: "0xef0100" + digits[2:]},
			{code: "ef0100" + digits, err: true},
			{code: "0xef01zz", err: true},
			{code: object{}, err: true},
		} {
			s := serve(t, func(r *http.Request) any {
				if r.Method == http.MethodPost && r.ContentLength < 80 { // eth_chainId
					return object{"jsonrpc": "2.0", "id": 1, "result": "0x1"}
				}
				return object{"jsonrpc": "2.0", "id": 1, "result": c.code}
			})
			budget := remote.NewBudget(5)
			f := explorer.NewFiller([]explorer.Service{s.open(t, kind, clew.Ethereum, budget)}, memory.New(clew.Ethereum), budget)
			found, err := f.CodeDelegate(t.Context(), owner)
			if (err != nil) != c.err || found.To != c.want {
				t.Errorf("%s: %v: to %s, %v", kind, c.code, found.To, err)
			}
		}
	}
}

// TestCodeNobodyGives is said, not taken for none.
func TestCodeNobodyGives(t *testing.T) {
	owner := account(clew.Ethereum, 1)
	f := explorer.NewFiller(nil, memory.New(clew.Ethereum), remote.NewBudget(5))
	if _, err := f.CodeDelegate(t.Context(), owner); err == nil {
		t.Error("without a service: no error")
	}
	s := serve(t, func(*http.Request) any { return object{"status": "0", "message": "NOTOK", "result": "Missing module"} })
	f.Services = []explorer.Service{s.open(t, "etherscan", clew.Ethereum, remote.NewBudget(5))}
	if found, err := f.CodeDelegate(t.Context(), owner); err == nil || !found.To.IsZero() {
		t.Errorf("refused: %v, %v", found, err)
	}
}
