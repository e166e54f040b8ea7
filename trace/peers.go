package trace

import (
	"context"

	"clew"
	"clew/ledger"
)

// Bounds of the count of peers: how many of an address's newest rows on each
// side it looks at, and for how many places, largest first.
const (
	peerRows   = 64
	peerPlaces = 100
)

// Peers say how many different addresses stood opposite an address of late, on
// each side, so that a reader can tell a service, which has many, from a busy
// program or a private address, which deals with few. They decide nothing.
type Peers struct {
	Payers PeerCount `json:"payers"` // who paid it
	Payees PeerCount `json:"payees"` // whom it paid
}

// A PeerCount is of the newest rows of an address on one side, 64 at most, and
// of these the ones that have somebody else opposite: not fees, nor issuance.
type PeerCount struct {
	Rows      int `json:"rows"`
	Addresses int `json:"addresses"` // that are different
}

// countPeers counts the peers of suspected services among places that are
// listed largest first. Bitcoin's are left out: most of its rows have several
// legs opposite, and some of those are the address's own.
func (w *walk) countPeers(ctx context.Context, places []Place) error {
	counted := map[clew.Address]*Peers{}
	for i := range places {
		p := &places[i]
		if p.Kind != AtSuspected || p.Address.Chain().IsBitcoin() {
			continue
		}
		if counted[p.Address] == nil {
			if len(counted) == peerPlaces {
				continue
			}
			peers, err := w.peersOf(ctx, p.Address)
			if err != nil {
				return err
			}
			counted[p.Address] = peers
		}
		p.Peers = counted[p.Address]
	}
	return nil
}

func (w *walk) peersOf(ctx context.Context, a clew.Address) (*Peers, error) {
	v, err := w.viewOf(a.Chain())
	if err != nil {
		return nil, err
	}
	var peers Peers
	if peers.Payers, err = v.peers(ctx, a, ledger.In); err != nil {
		return nil, err
	}
	peers.Payees, err = v.peers(ctx, a, ledger.Out)
	return &peers, err
}

// peers counts who stands opposite an address in its newest rows on a side.
func (v *view) peers(ctx context.Context, a clew.Address, side ledger.Side) (PeerCount, error) {
	rows, _, err := v.reader.Rows(ctx, ledger.Query{Address: a, Side: side, Newest: true, Limit: peerRows}, v.page[:0])
	v.page = rows
	v.work.Rows += len(rows)
	var count PeerCount
	seen := map[clew.Address]bool{}
	for i := range rows {
		if peer := rows[i].Peer; !peer.IsZero() && !peer.IsIssuer() && peer != a {
			count.Rows++
			seen[peer] = true
		}
	}
	count.Addresses = len(seen)
	return count, err
}
