package account

import (
	"context"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// Opened returns the act that opened an account of Tron; nil if none is held, as
// where the first payment of the coin opened it.
func Opened(ctx context.Context, r ledger.Reader, a clew.Address) (*clew.Act, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	acts, _, err := r.Acts(ctx, ledger.ActQuery{Address: a, Kinds: []clew.ActKind{clew.Activation}, Limit: maxLeadActs}, nil)
	for i := range acts {
		if acts[i].On == a {
			return &acts[i], err
		}
	}
	return nil, err
}

// activation says who opened an account, by an act or by the first coin.
func activation(ctx context.Context, r ledger.Reader, a clew.Address) ([]Lead, error) {
	if !a.Chain().IsTron() {
		return nil, nil
	}
	act, err := Opened(ctx, r, a)
	if err != nil || act != nil {
		if act == nil || act.By.IsZero() {
			return nil, err
		}
		return []Lead{{Sign: cluster.Activation, Of: a, With: act.By, Says: "opened the account", Act: act}}, nil
	}
	in, err := FirstPayments(ctx, r, a)
	if err != nil || len(in) == 0 || in[0].Peer.IsZero() || in[0].Peer.IsIssuer() {
		return nil, err
	}
	t, err := r.Transfer(ctx, in[0].Pos)
	return []Lead{{Sign: cluster.Activation, Of: a, With: in[0].Peer, Says: "sent it the first coin held, which opens an account", Transfer: &t}}, err
}
