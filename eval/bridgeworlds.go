package eval

import (
	"context"
	"encoding/json"
	"errors"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
)

// keptLedgers returns the ledgers of a world, of whose acts some are kept, and
// perhaps changed.
func keptLedgers(ctx context.Context, w *simchain.Bridges, keep func(*clew.Act) bool) ([]ledger.Snapshot, error) {
	var all []ledger.Snapshot
	for _, l := range w.Ledgers {
		held := memory.New(l.Chain)
		for _, block := range l.Blocks {
			var acts []clew.Act
			for _, a := range block.Acts {
				if keep(&a) {
					acts = append(acts, a)
				}
			}
			block.Acts = acts
			if err := held.Append(ctx, block); err != nil {
				return nil, err
			}
		}
		s, err := held.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// hide takes the identifier out of an act, and leaves what it says of the
// recipient; false if that is nothing.
func hide(a *clew.Act) bool {
	m, ok := a.Message()
	if !ok || a.Kind != clew.BridgeSent || m.Recipient == "" {
		return false
	}
	m.ID = "hidden"
	text, err := json.Marshal(m)
	a.Detail = string(text)
	return err == nil
}

// spanEnds reads the ends of all bridges out of the ledgers.
func spanEnds(ctx context.Context, w *simchain.Bridges, readers []ledger.Snapshot) (deposits, releases []launder.End, err error) {
	for _, r := range readers {
		var of []launder.BridgeAddress
		for _, s := range w.Spans {
			for _, a := range s.At {
				if a.Chain() == r.Chain() {
					of = append(of, launder.BridgeAddress{Address: a, Bridge: s.Name})
				}
			}
		}
		found, err := launder.FindEnds(ctx, r, of, clew.Pos{}, clew.Pos{}, launder.MaxEnds)
		if err == nil && found.Cut {
			err = errors.New("eval: a world has more ends than are read")
		}
		if err != nil {
			return nil, nil, err
		}
		deposits, releases = append(deposits, found.Deposits...), append(releases, found.Releases...)
	}
	return deposits, releases, nil
}

// pairings says of all assets of a world what they may come out as: the same thing
// elsewhere, or another at the closes of days.
func pairings(w *simchain.Bridges) (all []launder.Pairing) {
	met := map[[2]clew.Asset]bool{}
	for _, x := range w.Crossings {
		in, out := x.In.Asset, x.Out[0].Asset
		if met[[2]clew.Asset{in, out}] || x.Refund {
			continue
		}
		met[[2]clew.Asset{in, out}] = true
		from, to := w.Decimals(in), w.Decimals(out)
		day := int64(x.In.Time) / 86_400
		dollar := clew.Units(0)
		if c := w.Close(out, day); c > 0 {
			dollar, _ = units(to).MulDiv(clew.Units(1_000_000), clew.Units(c))
		}
		if w.Close(in, day) == w.Close(out, day) && w.Close(in, day+1) == w.Close(out, day+1) {
			all = append(all, launder.PairSame(in, from, out, to, dollar))
			continue
		}
		all = append(all, launder.PairMarket(in, out, func(at clew.Time) (launder.Rate, bool) { return closeRate(w, in, out, at) }, dollar))
	}
	return all
}

func units(decimals int) clew.Amount {
	r := launder.SameUnits(0, decimals)
	return r.Num
}

// closeRate returns the rate at the close of a day, or of the one before where the
// day is not over.
func closeRate(w *simchain.Bridges, in, out clew.Asset, at clew.Time) (launder.Rate, bool) {
	for day := int64(at) / 86_400; day >= int64(at)/86_400-1; day-- {
		a, b := w.Close(in, day), w.Close(out, day)
		if a > 0 && b > 0 {
			r := launder.SameUnits(w.Decimals(in), w.Decimals(out))
			num, _ := r.Num.MulDiv(clew.Units(a), clew.Units(1))
			den, _ := r.Den.MulDiv(clew.Units(b), clew.Units(1))
			return launder.Rate{Num: num, Den: den}, true
		}
	}
	return launder.Rate{}, false
}
