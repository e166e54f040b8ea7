package launder

import (
	"testing"

	"clew"
	"clew/bridge"
)

// TestUnlistedIsNeverCertain: whatever the protocol, a link of which a contract that is
// not listed logged an end is never certain, both ways, though value moved by it and
// all amounts are right; and with the listed ones in their places it is.
func TestUnlistedIsNeverCertain(t *testing.T) {
	own := map[clew.Chain]map[string]clew.Address{}
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Base} {
		own[chain] = map[string]clew.Address{}
		for _, c := range bridge.Contracts(chain) {
			own[chain][c.Protocol] = c.Address
		}
	}
	tried := 0
	for _, p := range Protocols() {
		here, there := own[clew.Ethereum][p.Name], own[clew.Base][p.Name]
		if here.IsZero() || there.IsZero() || p.Name == thorchain {
			continue
		}
		tried++
		for n := range 4 {
			in, out := here, there
			if n&1 != 0 {
				in = party1(clew.Ethereum, 'L')
			}
			if n&2 != 0 {
				out = party1(clew.Base, 'L')
			}
			eth, base := held(clew.Ethereum), held(clew.Base)
			m := clew.Message{Protocol: p.Name, ID: "alike-7", From: clew.Ethereum, To: clew.Base, Recipient: party1(clew.Base, 'R').Text(), Asset: party1(clew.Base, 'U').Text(), Amount: clew.Units(1000)}
			eth.payBetween(1, party1(clew.Ethereum, 'P'), in, clew.Units(1000), clew.Token("erc20", party1(clew.Ethereum, 'T')), clew.Log)
			eth.says(t, 1, clew.BridgeSent, in, party1(clew.Ethereum, 'P'), 1000, 'T', m)
			base.payBetween(2, out, party1(clew.Base, 'R'), clew.Units(1000), clew.Token("erc20", party1(clew.Base, 'U')), clew.Log)
			base.says(t, 2, clew.BridgeReceived, out, party1(clew.Base, 'R'), 1000, 'U', clew.Message{Protocol: p.Name, ID: "alike-7"})
			for way, links := range map[string][]*Link{"forward": forward(t, eth, 1, 'P', eth, base), "backward": backward(t, base, 2, 'R', eth, base)} {
				if len(links) != 1 || (links[0].Certainty == Certain) != (n == 0) {
					t.Errorf("%s, case %d, %s: %s", p.Name, n, way, lines(links))
				}
			}
		}
	}
	if tried < 8 {
		t.Errorf("%d protocols were tried", tried)
	}
}
