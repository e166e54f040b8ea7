package memo

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"clew"
)

// text writes a swap as its fields are, for comparison.
func text(s *Swap) string {
	show := func(n *uint64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	limit := "-"
	if s.Limit != nil {
		limit = s.Limit.String()
	}
	blocks, known := s.Blocks()
	return fmt.Sprintf("%v %s > %s (%s) %s/%s/%s %v %v %v; streams %v, %d %v", s.LimitOrder, s.Asset, s.To, s.Refund, limit, show(s.Interval), show(s.Quantity),
		s.Affiliates, s.Fees, s.Aggregator, s.Streams(), blocks, known)
}

// TestSwaps reads the examples of THORChain's documentation, and memos by its
// rules. The addresses are the documentation's own.
func TestSwaps(t *testing.T) {
	const to = "0xe6a30f4f3bad978910e2cbb4d97581f5b5a0ade0"
	for memo, want := range map[string]string{
		"SWAP:ETH.ETH:" + to: "false ETH.ETH > " + to + " () -/-/- [] [] []; streams false, 0 false",
		"=:BTC.BTC:bc1q6527vxxqjpq80la2l0sw7hay3lj6dz07zs6gzl/0x7a093cebfa77403672d68e1c22d0681400a36682": "false BTC.BTC > bc1q6527vxxqjpq80la2l0sw7hay3lj6dz07zs6gzl (0x7a093cebfa77403672d68e1c22d0681400a36682) -/-/- [] [] []; streams false, 0 false",
		"SWAP:ETH.ETH:" + to + ":10000000":                            "false ETH.ETH > " + to + " () 10000000/-/- [] [] []; streams false, 0 false",
		"SWAP:ETH.ETH:" + to + ":10000000/1/1":                        "false ETH.ETH > " + to + " () 10000000/1/1 [] [] []; streams false, 0 false",
		"SWAP:ETH.ETH:" + to + ":10000000/3/0":                        "false ETH.ETH > " + to + " () 10000000/3/0 [] [] []; streams true, 0 false",
		"s:ETH.ETH:" + to + ":1e6/3/0:t:10":                           "false ETH.ETH > " + to + " () 1000000/3/0 [t] [10] []; streams true, 0 false",
		"=:r:thor1el4ufmhll3yw7zxzszvfakrk66j7fx0tvcslym:19779138111": "false THOR.RUNE > thor1el4ufmhll3yw7zxzszvfakrk66j7fx0tvcslym () 19779138111/-/- [] [] []; streams false, 0 false",
		"=:BSC.BNB:" + to + ":544e6/2/6":                              "false BSC.BNB > " + to + " () 544000000/2/6 [] [] []; streams true, 10 true",
		"=:ETH.ETH:" + to + "::t1/dx/ss:10/20/30":                     "false ETH.ETH > " + to + " () -/-/- [t1 dx ss] [10 20 30] []; streams false, 0 false",
		"=:e:dx:161e6:t:10":                                           "false ETH.ETH > dx () 161000000/-/- [t] [10] []; streams false, 0 false",
		"=:ETH.ETH:" + to + ":/1/1":                                   "false ETH.ETH > " + to + " () -/1/1 [] [] []; streams false, 0 false",
		"=:ETH.ETH:" + to + ":5/0/5":                                  "false ETH.ETH > " + to + " () 5/0/5 [] [] []; streams false, 0 false",
		"=:ETH.ETH:" + to + ":5/10":                                   "false ETH.ETH > " + to + " () 5/10/- [] [] []; streams true, 0 false",
		"=<:ETH.ETH:" + to + ":5/43200/0":                             "true ETH.ETH > " + to + " () 5/43200/0 [] [] []; streams false, 0 false",
		"=:ETH.ETH":                                                   "false ETH.ETH >  () -/-/- [] [] []; streams false, 0 false",
		"=:ETH.ETH:" + to + ":0:t:10:2f2386f3:d5f:1e18":               "false ETH.ETH > " + to + " () 0/-/- [t] [10] [2f2386f3 d5f 1e18]; streams false, 0 false",
		"=:b:x:0/18446744073709551615/18446744073709551615":           "false BTC.BTC > x () 0/18446744073709551615/18446744073709551615 [] [] []; streams true, 18446744073709551615 true",
		"=:b:x:" + "1e77":                                             "false BTC.BTC > x () 1" + strings.Repeat("0", 77) + "/-/- [] [] []; streams false, 0 false",
	} {
		s, err := ParseSwap([]byte(memo))
		if err != nil {
			t.Errorf("%s: %v", memo, err)
			continue
		}
		if got := text(s); got != want {
			t.Errorf("%s\n got %s\nwant %s", memo, got, want)
		}
	}
}

func TestNoSwaps(t *testing.T) {
	for memo, want := range map[string]error{
		"": ErrNotSwap, "ADD:BTC.BTC": ErrNotSwap, "r:12345": ErrNotSwap, "OUT:AB": ErrNotSwap, "hello": ErrNotSwap, "\xff\xfe": ErrNotSwap, "swaps:b:x": ErrNotSwap,
		strings.Repeat("x", 900): ErrNotSwap,
		"=":                      ErrForm, "=:": ErrForm, "=::x": ErrForm, "=:b:x/": ErrForm, "=:b:x/y/z": ErrForm, "=:b:x:1/2/3/4": ErrForm, "=:b:x:-1": ErrForm, "=:b:x:1e": ErrForm, "=:b:x:e5": ErrForm,
		"=:b:x:1e78": ErrForm, "=:b:x:2e77": ErrForm, "=:b:x:1e1e1": ErrForm, "=:b:x:1/+2/3": ErrForm, "=:b:x:1/2/18446744073709551616": ErrForm, "=:b:x:1.5": ErrForm,
		"=:b:x:1:a//b:1": ErrForm, "=:b:x:1:a/b/c/d/e/f": ErrForm, "=:b:x:1:a/b:1/2/3": ErrForm, "=:b:x:1:a:x": ErrForm, "=:b:x:1:a:1:2:3:4:5": ErrForm,
		"=:b:x y": ErrForm, "=:b:x\n": ErrForm, "=:b:\x1b[31m": ErrForm, "=:b:\u202ex": ErrForm, "=:b:" + strings.Repeat("x", 247): ErrForm,
	} {
		if s, err := ParseSwap([]byte(memo)); !errors.Is(err, want) || s != nil {
			t.Errorf("%q: %+v, %v; want %v", memo, s, err, want)
		}
	}
	if _, err := ParseSwap([]byte("=:b:" + strings.Repeat("x", 246))); err != nil {
		t.Error(err)
	}
}

func TestDestinations(t *testing.T) {
	const evm, bitcoin = "0xe6a30f4f3bad978910e2cbb4d97581f5b5a0ade0", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
	for _, c := range []struct {
		asset, to string
		want      clew.Chain // "": none
	}{
		{"ETH.ETH", evm, clew.Ethereum}, {"e", evm, clew.Ethereum}, {"s", evm, ""}, {"a", evm, ""}, {"BSC.BNB", evm, clew.BNB}, {"ARB.ETH", evm, clew.Arbitrum}, {"BASE.USDC-0x8335", evm, clew.Base}, {"b", bitcoin, clew.Bitcoin},
		{"btc.btc", bitcoin, clew.Bitcoin}, {"BTC.BTC", evm, ""}, {"ETH.ETH", bitcoin, ""}, {"ETH.ETH", "dx", ""}, {"ETH.ETH", "", ""}, {"THOR.RUNE", evm, ""},
		{"BTC~BTC", bitcoin, ""}, {"BTC/BTC", bitcoin, ""}, {"BTC-BTC.X", bitcoin, ""}, {"ETH", evm, ""},
	} {
		s, err := ParseSwap([]byte("=:" + c.asset + ":" + c.to))
		if err != nil {
			t.Fatal(c.asset, err)
		}
		a, ok := s.Destination()
		if ok != (c.want != "") || ok && (a.Chain() != c.want || !strings.EqualFold(a.Text(), c.to)) {
			t.Errorf("%s to %s: %s, %v", c.asset, c.to, a, ok)
		}
	}
	// another chain's name does not make it another chain's address
	if s, err := ParseSwap([]byte("=:ETH.ETH:eip155")); err != nil || s.To != "eip155" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestPayload(t *testing.T) {
	act := func(c clew.Carrier, data string) *clew.Act {
		a := &clew.Act{}
		a.SetMemo(c, []byte(data))
		return a
	}
	for _, c := range []struct {
		name string
		act  *clew.Act
		want string
		ok   bool
	}{
		{"an output", act(clew.DataOutput, "\x6a\x03=:b"), "=:b", true},
		{"an output of two pieces", act(clew.DataOutput, "\x6a\x01=\x01b"), "", false},
		{"a deposit", act(clew.RouterDeposit, "=:b"), "=:b", true},
		{"data", act(clew.TransactionData, "\x6a\x03=:b"), "\x6a\x03=:b", true},
		{"cut", act(clew.RouterDeposit, strings.Repeat("x", clew.MaxActDetail+1)), "", false},
		{"no memo", &clew.Act{Kind: clew.Freeze, Data: "=:b"}, "", false},
	} {
		if got, ok := Payload(c.act); ok != c.ok || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, ok)
		}
	}
}

// FuzzSwap: what is read is letters alone, is bounded, and reads the same when it
// is written anew from what was read.
func FuzzSwap(f *testing.F) {
	for _, memo := range []string{"=:e:dx:161e6/3/0:t:10", "=<:BTC.BTC:x/y:/1/1:a/b:1/2:p:q:5", "ADD:BTC.BTC", "=:b", "s:\xff"} {
		f.Add([]byte(memo))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ParseSwap(raw)
		if (s == nil) == (err == nil) || err != nil && !errors.Is(err, ErrNotSwap) && !errors.Is(err, ErrForm) {
			t.Fatalf("%q: %+v, %v", raw, s, err)
		}
		if err != nil {
			return
		}
		name := "="
		if s.LimitOrder {
			name = "=<"
		}
		var limit, interval, quantity, refund string
		if s.Limit != nil {
			limit = s.Limit.String()
		}
		if s.Interval != nil {
			interval = fmt.Sprint(*s.Interval)
		}
		if s.Quantity != nil {
			quantity = fmt.Sprint(*s.Quantity)
		}
		if s.Refund != "" {
			refund = "/" + s.Refund
		}
		fields := []string{name, s.Asset, s.To + refund, limit + "/" + interval + "/" + quantity, strings.Join(s.Affiliates, "/"), strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Fees), " ", "/"), "[]")}
		again := strings.Join(append(fields, s.Aggregator...), ":")
		if len(again) > MaxSwap { // short forms were written out
			return
		}
		back, err := ParseSwap([]byte(again))
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("%q is %+v, but %q %+v, %v", raw, s, again, back, err)
		}
		if len(raw) > MaxSwap || bytes.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%q is read", raw)
		}
		s.Destination()
	})
}
