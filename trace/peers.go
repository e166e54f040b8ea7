package trace

import (
	"context"

	"clew"
	"clew/ledger"
)

// Bounds of the count of peers: how many of a pot's newest rows on each side it
// looks at, on chains of accounts and where each can need its whole transaction
// to be read; and for how many places, largest first, where peers decide nothing.
const (
	peerRows   = 256
	peerLegs   = 64
	peerPlaces = 100
)

// Peers say how many different addresses stood opposite an address of late, in
// one asset: a service deals with many; a busy program, a private address, or
// one that others send worthless tokens to, with few.
type Peers struct {
	Payers PeerCount `json:"payers"` // who paid it
	Payees PeerCount `json:"payees"` // whom it paid
}

// A PeerCount is of the newest rows of an address on one side, 256 at most and
// 64 on Bitcoin, and of these the ones that move something and have somebody
// else opposite: not fees, nor issuance.
type PeerCount struct {
	Rows      int `json:"rows"`
	Addresses int `json:"addresses"` // that are different
}

// dealsWithMany reports whether an address of a high degree has as many peers
// on either side as a suspected service must have, and who they are if that had
// to be counted.
func (w *walk) dealsWithMany(ctx context.Context, v *view, id clew.Pot) (*Peers, bool, error) {
	least := w.in.Limits.Peers
	if least == 1 {
		return nil, true, nil
	}
	peers, err := v.peersOf(ctx, id)
	return peers, max(peers.Payers.Addresses, peers.Payees.Addresses) >= least, err
}

// countPeers counts the peers of suspected services among places that are
// listed largest first, where the degree alone decided. Bitcoin's are left out.
func (w *walk) countPeers(ctx context.Context, places []Place) error {
	counted := 0
	for i := range places {
		p := &places[i]
		if p.Kind != AtSuspected || p.Peers != nil || p.Address.Chain().IsBitcoin() || counted == peerPlaces {
			continue
		}
		v, err := w.viewOf(p.Address.Chain())
		if err != nil {
			return err
		}
		if p.Peers, err = v.peersOf(ctx, clew.Pot{Address: p.Address, Asset: p.Asset}); err != nil {
			return err
		}
		counted++
	}
	return nil
}

func (v *view) peersOf(ctx context.Context, id clew.Pot) (*Peers, error) {
	var peers Peers
	var err error
	if peers.Payers, err = v.peers(ctx, id, ledger.In); err == nil {
		peers.Payees, err = v.peers(ctx, id, ledger.Out)
	}
	return &peers, err
}

// peers counts who stands opposite an address in its newest rows on a side.
func (v *view) peers(ctx context.Context, id clew.Pot, side ledger.Side) (PeerCount, error) {
	q := ledger.Query{Address: id.Address, Side: side, Asset: id.Asset, Newest: true, Limit: peerRows}
	if v.chain.IsBitcoin() {
		q.Limit = peerLegs
	}
	rows, _, err := v.reader.Rows(ctx, q, v.page[:0])
	if err != nil {
		return PeerCount{}, err
	}
	v.page = rows
	v.work.Rows += len(rows)
	var count PeerCount
	seen := map[clew.Address]bool{}
	for i := range rows {
		peers, err := v.opposite(ctx, &rows[i], side)
		if err != nil {
			return count, err
		}
		others := 0
		for _, peer := range peers {
			if !peer.IsZero() && !peer.IsIssuer() && peer != id.Address {
				seen[peer] = true
				others++
			}
		}
		if others > 0 {
			count.Rows++
		}
	}
	count.Addresses = len(seen)
	return count, nil
}

// opposite returns the addresses on the other side of a row that moves
// something.
func (v *view) opposite(ctx context.Context, r *ledger.Row, side ledger.Side) ([]clew.Address, error) {
	switch {
	case r.Amount.IsZero():
		return nil, nil
	case !r.Many:
		return []clew.Address{r.Peer}, nil
	}
	t, err := v.reader.Transfer(ctx, r.Pos)
	if err != nil {
		return nil, err
	}
	v.work.Rows++
	legs := t.From
	if side == ledger.Out {
		legs = t.To
	}
	var peers []clew.Address
	for _, leg := range legs {
		peers = append(peers, leg.Address)
	}
	return peers, nil
}
