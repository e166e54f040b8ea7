package trace

import "context"

// A paying has the rows of one transaction by which marked value may be paid: into
// bridges, and on by loans, also by those of which a case or a bridge says that they
// bring it.
type paying struct{ bridged, swapped, paid []row }

// add takes a row, which an account with marked value pays, or does not.
func (p *paying) add(v *view, r row, pays bool) {
	sp := v.special[r.pos]
	if pays || sp.crossed() {
		p.swapped = append(p.swapped, r)
	}
	if pays || sp.brings() {
		p.bridged, p.paid = append(p.bridged, r), append(p.paid, r)
	}
}

// findConversions ties the bridges that the payers of one transaction cross by,
// and returns the swaps that they make.
func (w *walk) findConversions(ctx context.Context, v *view, place envelope, p paying, fresh bool) ([]*crossing, error) {
	if err := w.lookForBridges(ctx, v, place, p.bridged); err != nil {
		return nil, err
	}
	if err := w.lookForLoans(ctx, v, p.paid); err != nil {
		return nil, err
	}
	return w.findSwaps(ctx, v, p.swapped, fresh)
}

// findSwaps returns the conversions that the payers of rows of one transaction
// make.
func (w *walk) findSwaps(ctx context.Context, v *view, rows []row, fresh bool) ([]*crossing, error) {
	var found []*crossing
	for _, r := range rows {
		if w.in.WithoutSwaps {
			break
		}
		c, err := w.findSwap(ctx, v, r, found, fresh)
		if err != nil {
			return nil, err
		}
		if c != nil {
			found = append(found, c)
		}
	}
	return found, nil
}
