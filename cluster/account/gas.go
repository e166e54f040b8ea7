package account

import (
	"context"

	"clew"
	"clew/ledger"
)

// GasPaid says that a service pays what it costs to collect from a deposit
// address.
type GasPaid struct {
	From clew.Address `json:"from"`
	Pos  clew.Pos     `json:"pos"` // of the transfer or act that shows it
	How  GasHow       `json:"how"`
}

// GasHow says how a service pays.
type GasHow string

// The ways.
const (
	SentByService  GasHow = "the service sent the transaction that collected"
	GasFromService GasHow = "the service sent it the chain's coin before it sent tokens on"
	GasFromStation GasHow = "an address that the service alone funds sent it the chain's coin before it sent tokens on"
	LentByService  GasHow = "the service, or an address that it alone funds, lent it energy or bandwidth before it sent tokens on"
)

// Bounds of the search for gas.
const (
	maxStations    = 4  // who paid coin to one deposit address that are looked at
	maxStationRows = 64 // payments of the coin to one of those
	maxLoans       = 16 // loans of resources
)

// gas looks for the second sign of a deposit address: that the service pays what
// it costs to collect tokens. A station that several services fund, or nobody
// known, is no sign of any.
func (f *Finder) gas(ctx context.Context, d *Deposit, in []ledger.Row) error {
	last := clew.Pos{}
	for i := range d.Sweeps {
		if s := &d.Sweeps[i]; !s.Asset.IsNative() {
			last = s.Out
		}
	}
	looked := map[clew.Address]bool{}
	for i := range in {
		r := &in[i]
		if d.Gas != nil || len(looked) == maxStations {
			break
		}
		if !r.Asset.IsNative() || r.Amount.IsZero() || looked[r.Peer] || r.Peer.IsZero() || !r.Pos.Before(last) {
			continue
		}
		looked[r.Peer] = true
		how, err := f.pays(ctx, d, r.Peer)
		if err != nil {
			return err
		}
		if how != "" {
			d.Gas = &GasPaid{From: r.Peer, Pos: r.Pos, How: how}
		}
	}
	return f.lent(ctx, d, last)
}

// lent looks for resources that the service lent before a sweep of tokens.
func (f *Finder) lent(ctx context.Context, d *Deposit, last clew.Pos) error {
	if d.Gas != nil || !d.Address.Chain().IsTron() {
		return nil
	}
	acts, _, err := f.Reader.Acts(ctx, ledger.ActQuery{Address: d.Address, Kinds: []clew.ActKind{clew.Delegate}, Until: last, Limit: maxLoans}, nil)
	if err != nil || last == (clew.Pos{}) {
		return err
	}
	for i := range acts {
		if acts[i].With != d.Address {
			continue
		}
		if how, err := f.pays(ctx, d, acts[i].On); err != nil || how != "" {
			d.Gas = &GasPaid{From: acts[i].On, Pos: acts[i].Pos, How: LentByService}
			return err
		}
	}
	return nil
}

// pays returns in which way an address is the one that pays for a service.
func (f *Finder) pays(ctx context.Context, d *Deposit, a clew.Address) (GasHow, error) {
	if who, _ := f.service(a); who != "" {
		if who == d.who {
			return GasFromService, nil
		}
		return "", nil
	}
	in, more, err := f.Reader.Rows(ctx, ledger.Query{Address: a, Side: ledger.In, Asset: clew.NativeAsset(a.Chain()), Limit: maxStationRows}, nil)
	if err != nil || more {
		return "", err
	}
	found := GasHow("")
	for i := range in {
		if in[i].Amount.IsZero() || in[i].Pos.Class == clew.Fee {
			continue
		}
		if who, _ := f.service(in[i].Peer); who != d.who {
			return "", nil
		}
		found = GasFromStation
	}
	return found, nil
}
