package trace

import (
	"context"
	"slices"
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
		add(s, who(3+i%2), ether)
	}
	add(s, clew.Address{}, ether).Pos.Class = clew.Fee
	add(s, issuer, coin(1))
	add(clew.Address{}, s, ether)
	add(issuer, s, coin(1))
	add(s, s, ether)
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos},
		Limits: Limits{Degree: 3, Peers: 1}, Spread: No, Continue: []clew.Address{s}})
	if slices.ContainsFunc(r.Places, func(p Place) bool { return p.Address == s && p.Peers != nil }) {
		t.Errorf("peers of what is walked through: %+v", r.Places)
	}
	r = mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos},
		Limits: Limits{Degree: 3, Peers: 1}, Spread: No})
	want := Peers{Payers: PeerCount{Rows: peerRows - 2, Addresses: 8}, Payees: PeerCount{Rows: peerRows - 2, Addresses: 2}}
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
		Limits: Limits{Degree: 1, Peers: 1}, Spread: No, Continue: []clew.Address{who(2)}})
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

// TestPeersOnBitcoinAreNotCounted where they decide nothing, for each row of
// theirs can need its transaction to be read.
func TestPeersOnBitcoinAreNotCounted(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	pay := spend(2, []clew.Leg{out(mint, 0)}, 2, 50, 2, 50)
	r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, pay})},
		Start: Start{Transfer: &mint.Pos}, Limits: Limits{Degree: 1, Peers: 1}, Spread: No})
	if err != nil || len(r.Places) != 1 || r.Places[0].Kind != AtSuspected || r.Places[0].Peers != nil {
		t.Errorf("places %+v, error %v", r.Places, err)
	}
}

// TestSuspectedServicesDealWithMany walks through an address that many rows
// make busy, but that deals with few, or with many in vain.
func TestSuspectedServicesDealWithMany(t *testing.T) {
	const busy, many = 40, 12
	s := who(1)
	for name, c := range map[string]struct {
		row  func(i int) clew.Transfer
		stop bool
	}{
		"few payees":             {func(i int) clew.Transfer { return move(uint64(2+i), s, who(10+i%(many-1)), ether, 1) }, false},
		"many payees":            {func(i int) clew.Transfer { return move(uint64(2+i), s, who(10+i%many), ether, 1) }, true},
		"many payers":            {func(i int) clew.Transfer { return move(uint64(2+i), who(10+i%many), s, ether, 1) }, true},
		"many who pay nothing":   {func(i int) clew.Transfer { return move(uint64(2+i), who(10+i), s, ether, 0) }, false},
		"many in another asset":  {func(i int) clew.Transfer { return move(uint64(2+i), who(10+i), s, coin(1), 5) }, false},
		"many payees in another": {func(i int) clew.Transfer { return move(uint64(2+i), s, who(10+i), coin(1), 5) }, false},
	} {
		transfers := []clew.Transfer{move(1, who(2), s, ether, 50)}
		for i := range busy {
			transfers = append(transfers, c.row(i))
		}
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No,
			Limits: Limits{Degree: busy / 2, Peers: many}}
		r := mustRun(t, in)
		stopped := r.Places[0].Kind == AtSuspected
		if stopped != c.stop {
			t.Errorf("%s: stopped %v, places %+v", name, stopped, r.Places)
		}
		if stopped && max(r.Places[0].Peers.Payers.Addresses, r.Places[0].Peers.Payees.Addresses) < many {
			t.Errorf("%s: counts %+v", name, r.Places[0].Peers)
		}
		in.Limits.Peers = 1
		if r = mustRun(t, in); r.Places[0].Kind != AtSuspected {
			t.Errorf("%s: not stopped by its degree alone", name)
		}
	}
}

// TestSuspectedServicesOnBitcoinDealWithMany looks into transactions for who
// stands opposite.
func TestSuspectedServicesOnBitcoinDealWithMany(t *testing.T) {
	mint := spend(1, issued(100), 0, 100)
	first := spend(2, []clew.Leg{out(mint, 0)}, 2, 40, 2, 30, 2, 30)
	batch := spend(3, []clew.Leg{out(first, 0)}, 10, 5, 11, 5, 12, 5, 13, 5, 14, 5, 15, 15)
	for least, kind := range map[int]PlaceKind{6: AtSuspected, 7: AtRest} {
		r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, []clew.Transfer{mint, first, batch})},
			Start: Start{Transfer: &mint.Pos}, Limits: Limits{Degree: 2, Peers: least}, Spread: No})
		if r.Places[0].Kind != kind {
			t.Errorf("at least %d: places %+v", least, r.Places)
		}
		if kind == AtSuspected && r.Places[0].Peers.Payees != (PeerCount{Rows: 1, Addresses: 6}) {
			t.Errorf("peers %+v", r.Places[0].Peers)
		}
	}
}
