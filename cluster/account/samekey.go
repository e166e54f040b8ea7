package account

import (
	"context"

	"clew"
	"clew/ledger"
)

// A Key is what is seen of one key on several chains.
type Key struct {
	Here      *Signature   `json:"here,omitempty"`      // on the chain of the address asked about; nil: none is held
	Elsewhere []Signature  `json:"elsewhere,omitempty"` // the same key's, one a ledger and form, in the order of the ledgers
	Unsigned  []clew.Chain `json:"unsigned,omitempty"`  // chains where the same digits sent or received, and no signature of theirs is held
}

// Same returns the chains on which a signature by the key of the address asked
// about was seen, beside its own; none if it was not seen there.
func (k *Key) Same() []clew.Chain {
	if k.Here == nil {
		return nil
	}
	var chains []clew.Chain
	for i := range k.Elsewhere {
		chains = append(chains, k.Elsewhere[i].Address.Chain())
	}
	return chains
}

// SameKey looks for signatures by the key of an address in ledgers of several
// chains, of which one may be the address's own. Digits without a signature say
// nothing: they may be a contract's.
func SameKey(ctx context.Context, a clew.Address, ledgers []ledger.Snapshot) (Key, error) {
	var k Key
	for _, s := range ledgers {
		for _, there := range onChain(a, s.Chain()) {
			found, err := FirstSignature(ctx, s, there)
			switch {
			case err != nil:
				return Key{}, err
			case found != nil && there == a:
				k.Here = found
			case found != nil:
				k.Elsewhere = append(k.Elsewhere, *found)
			default:
				used, err := isUsed(ctx, s, there)
				if err != nil {
					return Key{}, err
				}
				if used && there != a {
					k.Unsigned = append(k.Unsigned, there.Chain())
				}
			}
		}
	}
	return k, nil
}

// onChain returns the addresses that the key of an address has on a chain: of
// EVM chains and Tron one, on Bitcoin and its kin one of each form; none where
// the chain makes addresses of keys in another way.
func onChain(a clew.Address, chain clew.Chain) []clew.Address {
	var forms []clew.Form
	switch f := a.Form(); {
	case f == clew.EVMForm || f == clew.TronForm:
		forms = []clew.Form{clew.EVMForm, clew.TronForm}
	case f == clew.P2PKH || f == clew.P2WPKH:
		forms = []clew.Form{clew.P2PKH, clew.P2WPKH}
	}
	var list []clew.Address
	for _, form := range forms {
		if there, err := clew.MakeAddress(chain, form, a.Key()); err == nil {
			list = append(list, there)
		}
	}
	return list
}

// isUsed reports whether an address sent or received anything that is held.
func isUsed(ctx context.Context, s ledger.Snapshot, a clew.Address) (bool, error) {
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		if n, err := s.Count(ctx, a, side); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
