package launder

import (
	"fmt"
	"strings"
	"testing"

	"clew"
)

// TestBridgeFeigned: anybody can relay to whom he likes in the name of a deposit; what
// is of another asset, or on another chain, than the deposit asks for changes nothing.
func TestBridgeFeigned(t *testing.T) {
	const want = "across certain: 1/0/log/0 > 2/0/log/2"
	asks := func() (eth, base *heldChain) {
		eth, base = across(t)
		m, _ := eth.acts[0].Message()
		m.Asset, m.Amount = party1(clew.Base, 'U').Text(), clew.Units(990)
		if err := eth.acts[0].SetMessage(m); err != nil {
			t.Fatal(err)
		}
		return eth, base
	}
	eth, base := asks()
	base.pay(3, 'L', 'R', clew.Units(1), 'J')
	base.says(t, 3, clew.BridgeReceived, spoke(t, clew.Base), party1(clew.Base, 'R'), 1, 'J', clew.Message{Protocol: "across", ID: "1-77"})
	wantLine(t, "of another asset", forward(t, eth, 1, 'P', eth, base), want)

	eth, base = asks()
	arb := held(clew.Arbitrum)
	arb.pay(3, 'L', 'R', clew.Units(1), 'U')
	there, _ := clew.ParseAddress("0xe35e9842fceaCA96570B734083f4a58e8F7C5f2A", clew.Arbitrum)
	arb.says(t, 3, clew.BridgeReceived, there, party1(clew.Arbitrum, 'R'), 1, 'U', clew.Message{Protocol: "across", ID: "1-77"})
	wantLine(t, "on another chain", forward(t, eth, 1, 'P', eth, base, arb), want)
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base, arb), want)
}

// TestThorchainFeigned: the routers pay out for anybody, with any memo: who gives
// himself dust back hides nothing by it, and what is given back in part is no whole.
func TestThorchainFeigned(t *testing.T) {
	memo := "=:BTC.BTC:" + party1(clew.Bitcoin, 'R').Text()
	const want = "thorchain certain: 1/0/native/0 > 2/3/native/0"
	for _, c := range []struct {
		name   string
		amount uint64
		parts  int
		want   string
	}{
		{"dust given back beside it", 1, 1, want},
		{"much given back beside it", 500, 1, want + ", 9/0/native/0 back"},
		{"more given back than went in", 1500, 1, "thorchain likely: 1/0/native/0 > 2/3/native/0, 9/0/native/0 back"},
		{"dust given back alone", 1, 0, "thorchain likely: 1/0/native/0 > 9/0/native/0 back"},
		{"given back", 990, 0, "thorchain certain: 1/0/native/0 > 9/0/native/0 back"},
	} {
		eth, btc := thorSwap(t, memo, c.parts)
		router := eth.acts[0].With
		eth.payBetween(9, router, party1(clew.Ethereum, 'P'), clew.Units(c.amount*thorUnit), clew.NativeAsset(clew.Ethereum), clew.Native)
		back := clew.Act{Pos: clew.Pos{Height: 9, Class: clew.Log}, Time: 9000, Tx: txID(9), On: party1(clew.Ethereum, 'P'), By: party1(clew.Ethereum, 'X'), With: router,
			Asset: clew.NativeAsset(clew.Ethereum), Amount: clew.Units(c.amount * thorUnit)}
		back.SetMemo(clew.RouterDeposit, []byte("REFUND:"+strings.ToUpper(txID(1).String()[2:])))
		eth.acts = append(eth.acts, back)
		wantLine(t, c.name, forward(t, eth, 1, 'P', eth, btc), c.want)
	}
}

// TestThorchainAsked: what is paid in the networks' name in another asset than the
// memo asks for changes nothing.
func TestThorchainAsked(t *testing.T) {
	contract := party1(clew.BNB, 'T').Text()
	for n, c := range []struct {
		asset string
		token byte
		other byte
	}{{"BSC.BNB", 0, 'J'}, {"BSC.USDT-" + strings.ToUpper(contract), 'T', 0}, {"BSC.USDT-" + contract[len(contract)-6:], 'T', 'J'}} {
		eth, _ := thorSwap(t, "=:"+c.asset+":"+party1(clew.BNB, 'R').Text(), 0)
		bnb := held(clew.BNB)
		for i, token := range []byte{c.token, c.other} {
			tx := byte(2 + i)
			bnb.pay(tx, 'V', 'R', clew.Units(100), token)
			out := clew.Act{Pos: clew.Pos{Height: uint64(tx), Class: clew.Log, Ordinal: 9}, Time: clew.Time(1000 * int64(tx)), Tx: txID(tx), On: party1(clew.BNB, 'R'), By: party1(clew.BNB, 'V')}
			out.SetMemo(clew.TransactionData, []byte("OUT:"+txID(1).String()[2:]))
			bnb.acts = append(bnb.acts, out)
		}
		at := bnb.txs[txID(2)][0].Pos
		wantLine(t, fmt.Sprint(n), forward(t, eth, 1, 'P', eth, bnb), "thorchain likely: 1/0/native/0 > "+at.String())
	}
}
