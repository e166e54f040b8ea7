package op

import (
	"context"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
)

// maxVenueActs is how many of a contract's last transactions are looked at to say as
// which venue it logs.
const maxVenueActs = 64

// otherThanVenues are the kinds of act but for venues' events, of which a busy pool
// has one in each of its transactions.
func otherThanVenues() []clew.ActKind {
	return slices.DeleteFunc(clew.ActKinds(), func(k clew.ActKind) bool { return k == clew.Venue || k == clew.Called })
}

// Bounds of what is looked up of findings' swaps.
const (
	maxNamedSwaps = 2_000 // that are looked up for one answer
	maxSwapVenues = 16    // that are named of one
)

// nameSwaps says of the steps of findings that swap what was turned into what, and
// which venues logged in their transactions, as far as the ledger has it. Findings of
// other chains than the ledger's are left as they are.
func nameSwaps(ctx context.Context, s ledger.Snapshot, findings []launder.Finding) error {
	left := maxNamedSwaps
	for i := range findings {
		f := &findings[i]
		if f.Chain != s.Chain() {
			continue
		}
		for j := range f.Steps {
			roles := f.Steps[j].Roles
			if len(roles) < 2 || roles[0].Name != launder.Swaps {
				continue
			}
			if left--; left < 0 {
				return nil
			}
			named, err := swapStep(ctx, s, &f.Steps[j])
			if err != nil {
				return err
			}
			named.Step = j
			f.Swaps = append(f.Swaps, named)
		}
	}
	return nil
}

// swapStep looks one up.
func swapStep(ctx context.Context, s ledger.Snapshot, step *launder.Step) (named launder.SwapStep, err error) {
	paid, got := step.Roles[0].Pos, step.Roles[len(step.Roles)-1].Pos
	for _, side := range []struct {
		at clew.Pos
		of *clew.Asset
	}{{paid, &named.Paid}, {got, &named.Got}} {
		t, err := s.Transfer(ctx, side.at)
		if err != nil {
			return named, err
		}
		*side.of = t.Asset
	}
	if !s.ActSpan().Has(paid.Height) {
		return named, nil
	}
	from := clew.Pos{Height: paid.Height, Index: paid.Index}
	until := ledger.Next(clew.Pos{Height: paid.Height, Index: paid.Index, Class: ^clew.Class(0), Ordinal: ^uint32(0)})
	acts, _, err := s.Acts(ctx, ledger.ActQuery{Kinds: []clew.ActKind{clew.Venue}, From: from, Until: until, Limit: maxSwapVenues}, nil)
	for i := range acts {
		named.Venues = append(named.Venues, launder.Venue{Contract: acts[i].On, LogsAs: acts[i].Detail})
	}
	return named, err
}
