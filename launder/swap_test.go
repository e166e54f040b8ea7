package launder

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
)

// name returns the address that a word stands for; "-" is nobody.
func name(word string) clew.Address {
	switch word {
	case "-":
		return clew.Address{}
	case "WETH":
		return evm.Wrapper(clew.Ethereum)
	}
	var key [20]byte
	copy(key[:], word)
	return clew.EVMAddress(clew.Ethereum, key)
}

func asset(word string) clew.Asset {
	if word == "ETH" {
		return clew.NativeAsset(clew.Ethereum)
	}
	return clew.Token("erc20", name(word))
}

func row(ordinal int, from, to, what string, amount clew.Amount) clew.Transfer {
	t := clew.Transfer{Pos: clew.Pos{Height: 7, Index: 3, Ordinal: uint32(ordinal)}, Tx: clew.TxID{0: 0xab, 31: 1}, Asset: asset(what),
		From: []clew.Leg{{Address: name(from), Amount: amount}}, To: []clew.Leg{{Address: name(to), Amount: amount}}}
	if what != "ETH" {
		t.Pos.Class = clew.Log
	}
	return t
}

// transaction reads lines "FROM TO AMOUNT ASSET", a word "fee" after those of the
// fee.
func transaction(t *testing.T, text string) []clew.Transfer {
	t.Helper()
	var tx []clew.Transfer
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		words := strings.Fields(line)
		var n uint64
		if _, err := fmt.Sscan(words[2], &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		r := row(i, words[0], words[1], words[3], clew.Units(n))
		if len(words) > 4 {
			r.Pos.Class = clew.Fee
		}
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		tx = append(tx, r)
	}
	return tx
}

// told says a swap as a test wants it: kind, what went in by which lines and came
// out by which, what came back, who got it, and how sure it is.
func told(s *Swap) string {
	if s == nil {
		return "nothing"
	}
	if s.Refused != NoRefusal {
		return "refused: " + string(s.Refused)
	}
	lines := func(at []clew.Pos) string {
		var list []string
		for _, p := range at {
			list = append(list, fmt.Sprint(p.Ordinal))
		}
		return strings.Join(list, ",")
	}
	who := make([]string, len(s.Recipients))
	for i, a := range s.Recipients {
		key, _ := a.RawKey()
		who[i] = strings.TrimRight(string(key[:20]), "\x00")
	}
	text := fmt.Sprintf("%s %s in by %s, %s out by %s to %s", s.Kind, s.PaidNet, lines(s.In), s.GotAll, lines(s.Out), strings.Join(who, " "))
	if len(s.Back) > 0 {
		text += ", back by " + lines(s.Back)
	}
	return text + ", " + string(s.Certainty)
}

func TestFindSwap(t *testing.T) {
	for _, c := range []struct {
		name, payer, want, tx string
	}{
		{"a pair", "P", "swap 100 in by 0, 7 out by 1 to P, likely", `
			P pair 100 GOLD
			pair P 7 ETH`},
		{"the pair's own side", "pair", "swap 7 in by 1, 100 out by 0 to pair, likely", `
			P pair 100 GOLD
			pair P 7 ETH`},
		{"a pair of which one side is held", "P", "swap 100 in by 0, 7 out by 1 to P, likely", `
			P router 100 ETH
			pair P 7 GOLD`},
		{"an aggregator over three pools", "P", "swap 100 in by 0, 120 out by 8,9 to P, likely", `
			P agg 100 GOLD
			agg poolA 60 GOLD
			poolA agg 30 SALT
			agg poolB 40 GOLD
			poolB agg 21 SALT
			agg poolC 50 SALT
			poolC agg 120 IRON
			agg feeless 1 SALT
			agg P 100 IRON
			agg P 20 IRON`},
		{"the aggregator nets to nothing", "agg", "nothing", `
			P agg 100 GOLD
			agg poolA 100 GOLD
			poolA agg 50 SALT
			agg P 50 SALT`},
		{"wrapped", "P", "wrap 10 in by 0, 10 out by 1 to P, certain", `
			P WETH 10 ETH
			- P 10 WETH`},
		{"unwrapped", "P", "wrap 10 in by 0, 10 out by 1 to P, certain", `
			P - 10 WETH
			WETH P 10 ETH`},
		{"not one for one", "P", "swap 10 in by 0, 9 out by 1 to P, likely", `
			P WETH 10 ETH
			pool P 9 WETH`},
		{"a fee of the transaction is no payment", "P", "nothing", `
			P miner 1 ETH fee
			pool P 9 GOLD`},
		{"the recipient is not the payer", "P", "swap 100 in by 0, 7 out by 4 to R, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair - 7 WETH
			WETH router 7 ETH
			router R 7 ETH`},
		{"ether in by a router that wraps, for somebody else", "P", "swap 10 in by 0, 80 out by 4 to R, likely", `
			P router 10 ETH
			router WETH 10 ETH
			- router 10 WETH
			router pair 10 WETH
			pair R 80 GOLD`},
		{"several recipients", "P", "swap 100 in by 0, 7 out by 2,3 to R Q, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair R 5 ETH
			pair Q 2 ETH`},
		{"one who takes a fee", "P", "swap 100 in by 0, 50 out by 3,4 to P F, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair router 50 SALT
			router P 49 SALT
			router F 1 SALT`},
		{"the payer pays the fee taker itself too", "P", "swap 100 in by 0, 50 out by 3,4 to P F, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair router 50 SALT
			router P 49 SALT
			router F 1 SALT
			P F 3 SALT`},
		{"a router that keeps something is no fee taker", "P", "swap 100 in by 0, 49 out by 2 to P, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair P 49 SALT
			pair router 1 SALT`},
		{"a router that keeps a trifle", "P", "swap 100 in by 0, 199 out by 3 to R, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair router 200 SALT
			router R 199 SALT`},
		{"a router that adds a trifle", "P", "swap 100 in by 0, 201 out by 3 to R, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair router 200 SALT
			router R 201 SALT`},
		{"a refund, a payment beside it, and another recipient", "P", "swap 50 in by 1, 7 out by 2 to R, back by 3, likely", `
			P friend 40 GOLD
			P pair 60 GOLD
			pair R 7 SALT
			pair P 10 GOLD`},
		{"a splitter that pays its keeper", "P", "nothing", `
			P splitter 100 GOLD
			splitter Q 90 GOLD
			splitter keeper 1 SALT`},
		{"no fee where others swap too", "P", "swap 100 in by 0, 50 out by 3 to P, likely", `
			P router 100 GOLD
			router pair 100 GOLD
			pair router 51 SALT
			router P 50 SALT
			router F 1 SALT
			Q router 5 IRON`},
		{"two payers, each with what is its own", "P", "swap 100 in by 0, 7 out by 2 to P, likely", `
			P settle 100 GOLD
			Q settle 9 IRON
			settle P 7 ETH
			settle Q 90 GOLD
			settle mm 10 GOLD
			mm settle 7 ETH
			settle mm 9 IRON`},
		{"two payers for one recipient", "P", "refused: " + string(SeveralPayers), `
			P router 100 GOLD
			Q router 50 GOLD
			router pair 150 GOLD
			pair R 7 ETH`},
		{"another payer who does not come to the recipient", "P", "swap 100 in by 0, 7 out by 1 to R, likely", `
			P pair 100 GOLD
			pair R 7 ETH
			Q S 50 GOLD`},
		{"a refund", "P", "swap 90 in by 0, 7 out by 2 to P, back by 3, likely", `
			P router 100 ETH
			router pair 90 ETH
			pair P 7 GOLD
			router P 10 ETH`},
		{"a refund before all went in", "P", "refused: " + string(BackEarly), `
			P router 100 ETH
			router P 10 ETH
			P router 5 ETH
			router P 7 GOLD`},
		{"what is paid was lent in the transaction", "P", "refused: " + string(PaidBefore), `
			lender P 100 GOLD
			P pair 110 GOLD
			pair P 7 ETH`},
		{"a fee on transfer", "P", "swap 98 in by 1, 7 out by 2 to P, likely", `
			P - 2 GOLD
			P pair 98 GOLD
			pair P 7 ETH`},
		{"a fee on what is got for another", "P", "swap 10 in by 0, 100 out by 1,2 to R tax, likely", `
			P pair 10 ETH
			pair R 97 GOLD
			pair tax 3 GOLD`},
		{"a payment beside it", "P", "swap 60 in by 1, 7 out by 2 to P, likely", `
			P friend 40 GOLD
			P pair 60 GOLD
			pair P 7 ETH`},
		{"liquidity of one asset", "P", "swap 100 in by 0, 99 out by 1 to P, likely", `
			P pool 100 GOLD
			- P 99 pool`},
		{"liquidity of two assets", "P", "swap 0 in by 0,1, 0 out by 2 to P, likely", `
			P pair 100 GOLD
			P pair 7 SALT
			- P 26 pair`},
		{"liquidity taken out", "P", "swap 0 in by 0, 0 out by 1,2 to P, likely", `
			P - 26 pair
			pair P 100 GOLD
			pair P 7 SALT`},
		{"liquidity taken out over the pair", "P", "swap 0 in by 0, 0 out by 2,3 to P, likely", `
			P pair 26 LP
			pair - 26 LP
			pair P 100 GOLD
			pair P 7 SALT`},
		{"liquidity of two assets, some of it back", "P", "refused: " + string(SeveralIn), `
			P pair 100 GOLD
			P pair 7 SALT
			- P 26 pair
			pair P 1 SALT`},
		{"two assets for one that was there", "P", "refused: " + string(SeveralIn), `
			P pair 100 GOLD
			P pair 7 SALT
			pair P 26 SUGAR`},
		{"one asset for two", "P", "refused: " + string(SeveralOut), `
			P pair 26 SUGAR
			pair P 100 GOLD
			pair P 7 SALT`},
		{"two assets for two that are issued", "P", "refused: " + string(SeveralIn), `
			P pair 100 GOLD
			P pair 7 SALT
			- P 26 pair
			- P 26 LP`},
		{"a deposit that is lent on", "P", "swap 100 in by 0, 90 out by 2 to P, likely", `
			P vault 100 GOLD
			vault market 100 GOLD
			- P 90 vault`},
		{"a loan paid back within", "P", "nothing", `
			lender P 100 GOLD
			P pair 100 GOLD
			pair P 8 ETH
			P other 8 ETH
			other P 101 GOLD
			P lender 100 GOLD`},
		{"the lender", "lender", "nothing", `
			lender P 100 GOLD
			P lender 101 GOLD`},
		{"a payment", "P", "nothing", "P Q 100 GOLD"},
		{"payments of two assets", "P", "nothing", `
			P Q 100 GOLD
			P R 7 ETH`},
		{"paid on and on", "P", "nothing", `
			P splitter 100 GOLD
			splitter Q 60 GOLD
			splitter R 40 GOLD`},
		{"to itself", "P", "nothing", `
			P P 100 GOLD
			pair P 7 ETH`},
	} {
		if got := told(FindSwap(transaction(t, c.tx), name(c.payer))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestFindSwapFor finds the payer of what somebody got.
func TestFindSwapFor(t *testing.T) {
	for _, c := range []struct {
		name, recipient, want, tx string
	}{
		{"its own", "P", "swap 100 in by 0, 7 out by 1 to P, likely", `
			P pair 100 GOLD
			pair P 7 ETH`},
		{"somebody else's", "R", "swap 100 in by 0, 7 out by 1 to R, likely", `
			P pair 100 GOLD
			pair R 7 ETH`},
		{"two payers'", "R", "refused: " + string(SeveralPayers), `
			P router 100 GOLD
			Q router 50 GOLD
			router pair 150 GOLD
			pair R 7 ETH`},
		{"a payment", "R", "nothing", "P R 7 ETH"},
	} {
		if got := told(FindSwapFor(transaction(t, c.tx), name(c.recipient))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestSwapBounds: what is too large or too much is refused, not counted wrong.
func TestSwapBounds(t *testing.T) {
	many := make([]clew.Transfer, MaxTransfers+1)
	for i := range many {
		many[i] = row(i, "P", "pair", "GOLD", clew.Units(1))
	}
	if got := FindSwap(many, name("P")).Refused; got != TooLarge {
		t.Errorf("%d transfers: %q", len(many), got)
	}
	big := []clew.Transfer{row(0, "P", "pair", "GOLD", clew.MaxAmount), row(1, "P", "pair", "GOLD", clew.MaxAmount), row(2, "pair", "P", "ETH", clew.Units(7))}
	if got := FindSwap(big, name("P")).Refused; got != TooMuch {
		t.Errorf("more than 256 bits: %q", got)
	}
	edge := []clew.Transfer{row(0, "P", "pair", "GOLD", clew.MaxAmount), row(2, "pair", "P", "ETH", clew.Units(7))}
	if got := FindSwap(edge, name("P")); got.Refused != NoRefusal || got.PaidNet != clew.MaxAmount {
		t.Errorf("all of 256 bits: %s", told(got))
	}
	if FindSwap(nil, name("P")) != nil || FindSwap(edge, clew.Address{}) != nil {
		t.Error("nothing, or nobody, swaps")
	}
}

// FuzzFindSwap: whatever a transaction holds, what is found is of its transfers,
// and no transfer is on two sides.
func FuzzFindSwap(f *testing.F) {
	f.Add([]byte{0, 1, 0, 9, 1, 0, 1, 7})
	f.Add([]byte{0, 1, 0, 9, 1, 2, 0, 9, 2, 3, 1, 7, 1, 0, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		words, kinds := []string{"A", "B", "C", "D", "-", "WETH"}, []string{"ETH", "WETH", "GOLD", "SALT"}
		var tx []clew.Transfer
		for i := 0; i+4 <= len(data) && i < 400; i += 4 {
			from, to := words[int(data[i])%len(words)], words[int(data[i+1])%len(words)]
			amount := clew.Units(uint64(data[i+3]))
			if data[i+3] > 250 {
				amount = clew.MaxAmount.Minus(clew.Units(uint64(binary.BigEndian.Uint16(data[i:]))))
			}
			tx = append(tx, row(i/4, from, to, kinds[int(data[i+2])%len(kinds)], amount))
		}
		for _, w := range words[:4] {
			for _, s := range []*Swap{FindSwap(tx, name(w)), FindSwapFor(tx, name(w))} {
				if s != nil && s.Refused == NoRefusal {
					checkSwap(t, s, tx)
				}
			}
		}
	})
}

func checkSwap(t *testing.T, s *Swap, tx []clew.Transfer) {
	at := map[clew.Pos]clew.Transfer{}
	for _, x := range tx {
		at[x.Pos] = x
	}
	seen := map[clew.Pos]bool{}
	for i, list := range [][]clew.Pos{s.In, s.Out, s.Back} {
		for _, pos := range list {
			x, held := at[pos]
			if !held || seen[pos] || !slices.Contains([][]clew.Asset{s.PaidAssets(), s.GotAssets(), s.PaidAssets()}[i], x.Asset) || x.From[0].Address == x.To[0].Address {
				t.Fatalf("%s: transfer at %s", told(s), pos)
			}
			seen[pos] = true
		}
	}
	if len(s.In) == 0 || len(s.Out) == 0 || len(s.Assets()) == 2 && (s.PaidNet.IsZero() || s.GotAll.IsZero()) || s.Paid == s.Got {
		t.Fatal(told(s))
	}
}
