package trace

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"clew"
	"clew/ledger"
)

// maxStateActs bounds how many acts are read to find the state of one place.
// Only a contract that freezes others has as many.
const maxStateActs = 1 << 12

// findStates gives each place the acts that bar what lies there from moving, as
// of the ledger's last block. They are facts; that a freeze holds is what the
// contract's own event says.
func (w *walk) findStates(ctx context.Context, r *Result) error {
	f := stateFinder{walk: w, frozen: map[clew.Pot]*clew.Act{}, paused: map[clew.Address]*clew.Act{}}
	for i := range r.Places {
		p := &r.Places[i]
		if p.Address.IsZero() || p.Address.Chain() != p.Asset.Chain() || !w.holds(p.Asset.Chain()) {
			continue
		}
		frozen, err := f.freezeOf(ctx, clew.Pot{Address: p.Address, Asset: p.Asset})
		if err != nil {
			return err
		}
		paused, err := f.pauseOf(ctx, p.Asset)
		if err != nil {
			return err
		}
		for _, a := range []*clew.Act{frozen, paused} {
			if a != nil {
				p.States = append(p.States, *a)
			}
		}
		slices.SortFunc(p.States, func(a, b clew.Act) int { return a.Pos.Cmp(b.Pos) })
	}
	if f.unread > 0 {
		r.Limits = append(r.Limits, LimitHit{Limit: "states", Value: strconv.Itoa(maxStateActs), Times: f.unread})
		r.Method.Notes = append(r.Method.Notes, fmt.Sprintf("%d states of places are not known: each would take more than %d acts to find.", f.unread, maxStateActs))
	}
	return nil
}

// A stateFinder remembers what it found: many places are of one asset.
type stateFinder struct {
	walk   *walk
	frozen map[clew.Pot]*clew.Act // nil: not
	paused map[clew.Address]*clew.Act
	unread int
}

// freezeOf returns the act by which an address was frozen for an asset, if no
// later one lifts it.
func (f *stateFinder) freezeOf(ctx context.Context, pot clew.Pot) (*clew.Act, error) {
	found, ok := f.frozen[pot]
	if ok || pot.Asset.Contract().IsZero() {
		return found, nil
	}
	q := ledger.ActQuery{Address: pot.Address, Kinds: []clew.ActKind{clew.Freeze, clew.Unfreeze}}
	found, err := f.inForce(ctx, pot.Address.Chain(), q, clew.Freeze, func(a *clew.Act) bool {
		return a.On == pot.Address && a.Asset == pot.Asset
	})
	f.frozen[pot] = found
	return found, err
}

// pauseOf returns the act by which a token's contract was paused, if no later
// one lifts it.
func (f *stateFinder) pauseOf(ctx context.Context, asset clew.Asset) (*clew.Act, error) {
	contract := asset.Contract()
	found, ok := f.paused[contract]
	if ok || contract.IsZero() {
		return found, nil
	}
	q := ledger.ActQuery{Address: contract, Kinds: []clew.ActKind{clew.Pause, clew.Unpause}}
	found, err := f.inForce(ctx, asset.Chain(), q, clew.Pause, func(a *clew.Act) bool { return a.On == contract })
	f.paused[contract] = found
	return found, err
}

// inForce returns the first act of a kind since the last of the other kind that
// q asks for: what was done twice began with the first.
func (f *stateFinder) inForce(ctx context.Context, chain clew.Chain, q ledger.ActQuery, kind clew.ActKind, meant func(*clew.Act) bool) (*clew.Act, error) {
	v, err := f.walk.viewOf(chain)
	if err != nil {
		return nil, err
	}
	var found *clew.Act
	q.Newest = true
	walk := ledger.WalkActs(v.snapshot, q)
	for range maxStateActs {
		a, err := walk.Next(ctx)
		if a == nil || err != nil {
			return found, err
		}
		v.work.Acts++
		switch {
		case !meant(a):
		case a.Kind != kind:
			return found, nil
		default:
			own := *a
			found = &own
		}
	}
	if found == nil {
		f.unread++
	}
	return found, nil
}
