package trace

import (
	"context"
	"testing"

	"clew"
	"clew/ledger"
)

// TestPeersAreOfTheNewestRows counts nobody, the issuer and the address itself
// as no peer, and nothing older than the newest rows.
func TestPeersAreOfTheNewestRows(t *testing.T) {
	s, issuer := who(1), clew.EVMAddress(clew.Ethereum, [20]byte{})
	transfers := []clew.Transfer{move(1, who(2), s, ether, 50)}
	height := uint64(2)
	add := func(from, to clew.Address, asset clew.Asset) *clew.Transfer {
		transfers = append(transfers, move(height, from, to, asset, 1))
		height++
		return &transfers[len(transfers)-1]
	}
	for i := range 2 * peerRows {
		payer := 100 + i
		if i >= peerRows {
			payer = 300 + i%8
		}
		add(who(payer), s, ether)
		add(s, who(3+i%2), coin(1))
	}
	add(s, clew.Address{}, ether).Pos.Class = clew.Fee
	add(s, issuer, coin(1))
	add(clew.Address{}, s, ether)
	add(issuer, s, coin(1))
	add(s, s, ether)
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos},
		Limits: Limits{Degree: 3}, Spread: No, Continue: []clew.Address{s}})
	if r.Places[0].Peers != nil {
		t.Errorf("peers of what is walked through: %+v", r.Places[0].Peers)
	}
	r = mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos},
		Limits: Limits{Degree: 3}, Spread: No})
	want := Peers{Payers: PeerCount{Rows: peerRows - 3, Addresses: 8}, Payees: PeerCount{Rows: peerRows - 3, Addresses: 2}}
	if len(r.Places) != 1 || r.Places[0].Kind != AtSuspected || *r.Places[0].Peers != want {
		t.Errorf("places %+v, peers %+v, want %+v", r.Places, r.Places[0].Peers, want)
	}
}

// TestPeersOfTheLargestPlaces leaves further ones uncounted.
func TestPeersOfTheLargestPlaces(t *testing.T) {
	const services = peerPlaces + 2
	transfers := []clew.Transfer{move(1, who(1), who(2), ether, 1_000_000)}
	height := uint64(2)
	for i := range services {
		transfers = append(transfers, move(height, who(2), who(100+i), ether, uint64(5000-i)), move(height+1, who(3), who(100+i), ether, 1))
		height += 2
	}
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos},
		Limits: Limits{Degree: 1}, Spread: No, Continue: []clew.Address{who(2)}})
	counted, uncounted := 0, 0
	for _, p := range r.Places {
		switch {
		case p.Kind == AtSuspected && p.Peers == nil:
			uncounted++
		case p.Peers != nil && uncounted > 0:
			t.Errorf("%s is counted after a larger one was not", p.Address)
		case p.Peers != nil:
			counted++
		}
	}
	if counted != peerPlaces || uncounted != 2 {
		t.Errorf("%d counted and %d not, want %d and 2", counted, uncounted, peerPlaces)
	}
}

// TestPeersOnBitcoinAreNotCounted, for its rows do not say who they are.
func TestPeersOnBitcoinAreNotCounted(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 50, 2, 50)
	r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay})},
		Start: Start{Transfer: &mint.Pos}, Limits: Limits{Degree: 1}, Spread: No})
	if err != nil || len(r.Places) != 1 || r.Places[0].Kind != AtSuspected || r.Places[0].Peers != nil {
		t.Errorf("places %+v, error %v", r.Places, err)
	}
}
