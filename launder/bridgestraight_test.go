package launder

import (
	"testing"

	"clew"
)

// TestBridgeStraight: of a wallet that pays several at once only what it gave the
// bridge crosses; and what one that passes value on splits over two chains crosses to
// both, forward and backward.
func TestBridgeStraight(t *testing.T) {
	for _, beside := range []uint64{40, 1000} {
		eth, base := across(t)
		eth.txs = map[clew.TxID][]clew.Transfer{}
		eth.payBetween(1, party1(clew.Ethereum, 'P'), spoke(t, clew.Ethereum), clew.Units(1000), clew.Token("erc20", party1(clew.Ethereum, 'T')), clew.Log)
		eth.pay(1, 'P', 'F', clew.Units(beside), 'T')
		wantLine(t, "several at once", forward(t, eth, 1, 'P', eth, base), "across certain: 1/0/log/0 > 2/0/log/2")
		wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), "across certain: 1/0/log/0 > 2/0/log/2")
	}

	eth, base := across(t)
	arb := held(clew.Arbitrum)
	there, _ := clew.ParseAddress("0xe35e9842fceaCA96570B734083f4a58e8F7C5f2A", clew.Arbitrum)
	token := clew.Token("erc20", party1(clew.Ethereum, 'T'))
	eth.txs = map[clew.TxID][]clew.Transfer{}
	eth.pay(1, 'P', 'A', clew.Units(2000), 'T')
	for range 2 {
		eth.payBetween(1, party1(clew.Ethereum, 'A'), spoke(t, clew.Ethereum), clew.Units(1000), token, clew.Log)
	}
	eth.says(t, 1, clew.BridgeSent, spoke(t, clew.Ethereum), party1(clew.Ethereum, 'P'), 1000, 'T', clew.Message{Protocol: "across", ID: "1-78", From: clew.Ethereum, To: clew.Arbitrum, Recipient: party1(clew.Arbitrum, 'Q').Text(), Asset: party1(clew.Arbitrum, 'U').Text(), Amount: clew.Units(980)})
	arb.pay(5, 'L', 'Q', clew.Units(980), 'U')
	arb.says(t, 5, clew.BridgeReceived, there, party1(clew.Arbitrum, 'Q'), 980, 'U', clew.Message{Protocol: "across", ID: "1-78"})
	wantLine(t, "to two chains", forward(t, eth, 1, 'P', eth, base, arb), "across : 1/0/log/0 >  refused: "+string(SeveralLinks))
	wantLine(t, "by who passes it on", forward(t, eth, 1, 'A', eth, base, arb), "across certain: 1/0/log/2 > 2/0/log/2; across certain: 1/0/log/4 > 5/0/log/0")
	wantLine(t, "backward", backward(t, arb, 5, 'Q', eth, base, arb), "across certain: 1/0/log/4 > 5/0/log/0")
	for _, l := range forward(t, eth, 1, 'P', eth, base, arb) {
		if l.Note != "" {
			t.Errorf("of a refused link it is said: %s", l.Note)
		}
	}
}
