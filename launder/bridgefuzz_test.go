package launder

import (
	"context"
	"slices"
	"testing"

	"clew"
)

// FuzzBridgeFinder looks for links in any small chains: no panic, well-formed links,
// whose transfers are those of their parties, and the same link both ways.
func FuzzBridgeFinder(f *testing.F) {
	f.Add([]byte{0, 1, 'P', 'S', 10, 'T', 1, 1, 1, 'P', 'S', 10, 'T', 7, 2, 2, 'S', 'R', 10, 'U', 1, 3, 2, 'R', 'S', 10, 'U', 7})
	f.Add([]byte{0, 1, 'P', '0', 10, 'T', 1, 1, 1, 'P', 'T', 10, 0, 7, 2, 2, '0', 'R', 10, 'U', 1, 3, 2, 'R', 'U', 10, 0, 7, 3, 3, 'Q', 'U', 10, 0, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		eth, base := held(clew.Ethereum), held(clew.Base)
		letters := []byte("PQRSTU0")
		letter := func(b byte) byte {
			if slices.Contains(letters, b) {
				return b
			}
			return letters[int(b)%len(letters)]
		}
		for ; len(b) >= 7; b = b[7:] {
			h, kind := eth, clew.BridgeSent
			if b[0]&2 != 0 {
				h, kind = base, clew.BridgeReceived
			}
			n := b[1]%4 + 1
			if b[0]&1 == 0 {
				amount := clew.Units(uint64(b[4]))
				if b[4] == 255 {
					amount = clew.MaxAmount
				}
				token := byte(0)
				if b[5] != 0 {
					token = 'T' + b[5]%2
				}
				h.pay(n, letter(b[2]), letter(b[3]), amount, token)
				continue
			}
			id := []string{"a", "b", txID(1).String(), txID(2).String()}[b[6]%4]
			protocol := []string{"across", "layerzero", "avalanche", "zksync", "cctp-v2", "unheard"}[b[6]/4%6]
			token := byte(0)
			if b[5] != 0 {
				token = 'T' + b[5]%2
			}
			h.says(t, n, kind, party1(h.chain, letter(b[3])), party1(h.chain, letter(b[2])), uint64(b[4]), token, clew.Message{Protocol: protocol, ID: id, To: clew.Base, Recipient: party1(clew.Base, 'R').Text()})
		}
		f := NewBridgeFinder(eth, base)
		for _, h := range []*heldChain{eth, base} {
			for _, tx := range h.txs {
				for _, who := range letters {
					forward, err := f.Forward(context.Background(), tx, party1(h.chain, who))
					if err != nil {
						t.Fatal(err)
					}
					backward, err := f.Backward(context.Background(), tx, party1(h.chain, who))
					if err != nil {
						t.Fatal(err)
					}
					checkLinks(t, slices.Concat(forward, backward))
					for _, l := range backward {
						if l.Refused == NoRefusal && !slices.Contains(l.Recipients, party1(h.chain, who)) {
							t.Fatalf("%+v is not for %c", l, who)
						}
					}
				}
			}
		}
	})
}
