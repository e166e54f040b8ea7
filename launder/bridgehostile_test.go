package launder

import (
	"fmt"
	"testing"

	"clew"
)

// TestBridgeDecoys: who pays can have contracts of its own log more in the same
// transaction, and name others; what a known contract says stands all the same.
func TestBridgeDecoys(t *testing.T) {
	const want = "across certain: 1/0/log/0 > 2/0/log/2"
	eth, base := across(t)
	eth.says(t, 1, clew.BridgeSent, party1(clew.Ethereum, 'L'), party1(clew.Ethereum, 'P'), 1000, 'T', clew.Message{Protocol: "layerzero", ID: "0x66", To: clew.Arbitrum})
	eth.says(t, 1, clew.BridgeSent, party1(clew.Ethereum, 'L'), party1(clew.Ethereum, 'P'), 5000, 'T', clew.Message{Protocol: "celer", ID: "0x67", To: clew.Base})
	wantLine(t, "a decoy", forward(t, eth, 1, 'P', eth, base), want)
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), want)

	eth.txs = map[clew.TxID][]clew.Transfer{}
	eth.pay(1, 'P', 'K', clew.Units(6000), 'T')
	eth.pay(1, 'K', 'S', clew.Units(1000), 'T')
	wantLine(t, "a decoy that says where the rest went", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(PartOnly))

	eth, base = across(t)
	eth.pay(1, 'Q', 'Z', clew.Units(1), 0)
	eth.acts[0].On = party1(clew.Ethereum, 'Q')
	wantLine(t, "another is named, who gave nothing of it", forward(t, eth, 1, 'P', eth, base), want)
	wantLine(t, "the one named", forward(t, eth, 1, 'Q', eth, base), "")
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), want)
}

// TestBridgeLess: a release of much less than was to come out does not make a
// certain link, for anybody may relay for any deposit.
func TestBridgeLess(t *testing.T) {
	for amount, want := range map[uint64]string{990: "certain", 945: "certain", 900: "likely", 1: "likely"} {
		eth, base := across(t)
		m, _ := eth.acts[0].Message()
		m.Asset, m.Amount = party1(clew.Base, 'U').Text(), clew.Units(990)
		if err := eth.acts[0].SetMessage(m); err != nil {
			t.Fatal(err)
		}
		base.txs = map[clew.TxID][]clew.Transfer{}
		base.pay(2, 'L', 'R', clew.Units(amount), 'U')
		base.acts[0].Amount = clew.Units(amount)
		wantLine(t, fmt.Sprint(amount), forward(t, eth, 1, 'P', eth, base), "across "+want+": 1/0/log/0 > 2/0/log/0")
	}
}

// TestBridgeFloods: more ends of one identifier, or messages of one transaction,
// than are looked at make it refused, and never a link to a part of them.
func TestBridgeFloods(t *testing.T) {
	flood := func(base *heldChain, with clew.Address) {
		for n := range maxEnds + 9 {
			base.says(t, 3, clew.BridgeReceived, with, party1(clew.Base, 'R'), uint64(n), 'U', clew.Message{Protocol: "across", ID: "1-77"})
		}
	}
	eth, base := across(t)
	flood(base, party1(clew.Base, 'L'))
	wantLine(t, "ends that anybody logs", forward(t, eth, 1, 'P', eth, base), "across certain: 1/0/log/0 > 2/0/log/2")
	wantLine(t, "backward", backward(t, base, 2, 'R', eth, base), "across certain: 1/0/log/0 > 2/0/log/2")
	flood(base, spoke(t, clew.Base))
	wantLine(t, "ends", forward(t, eth, 1, 'P', eth, base), "across : 1/0/log/0 >  refused: "+string(ManyActs))
	wantLine(t, "ends, backward", backward(t, base, 2, 'R', eth, base), "across :  > 2/0/log/2 refused: "+string(ManyActs))

	eth, base = across(t)
	for n := range maxSends + 1 {
		eth.says(t, 1, clew.BridgeSent, party1(clew.Ethereum, 'L'), party1(clew.Ethereum, 'P'), 1, 'T', clew.Message{Protocol: "celer", ID: fmt.Sprint(n)})
	}
	wantLine(t, "messages that anybody logs", forward(t, eth, 1, 'P', eth, base), "across certain: 1/0/log/0 > 2/0/log/2")
	for n := range maxSends + 1 {
		eth.says(t, 1, clew.BridgeSent, spoke(t, clew.Ethereum), party1(clew.Ethereum, 'P'), 1, 'T', clew.Message{Protocol: "across", ID: fmt.Sprint(n)})
	}
	wantLine(t, "messages", forward(t, eth, 1, 'P', eth, base), "across :  >  refused: "+string(ManyActs))
}
