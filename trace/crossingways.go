package trace

import (
	"context"

	"clew"
)

// givesMarked reports whether a transfer brings out of a conversion what is
// marked.
func (sp *special) givesMarked() bool {
	return sp.leaves != nil && sp.leaves.broken == "" && !sp.leaves.in.IsZero()
}

// crossed reports whether a transfer brings what is marked out of a bridge.
func (sp *special) crossed() bool { return sp != nil && sp.givesMarked() && sp.leaves.link != nil }

// brings reports whether a transfer brings what is marked, whatever its payer
// holds.
func (sp *special) brings() bool { return sp != nil && (len(sp.origins) > 0 || sp.givesMarked()) }

// An entrance is where value of one asset goes into a conversion.
type entrance struct {
	into *crossing
	ways *ways
}

// conversion returns the node at which value goes into a conversion, and leaves
// the network of its asset.
func (e *reach) conversion(n *ways, c *crossing) int32 {
	at := entrance{c, n}
	out, known := e.into[at]
	if !known {
		out = n.net.arc(n.net.node(), n.sink, clew.MaxAmount)
		e.into[at] = out
	}
	return n.net.arcs[out^1].to
}

// convertWays finds the assets whose ways are not known. Where all that goes
// into a conversion is marked whatever the policy, all that comes out is: it is
// a beginning in the new asset. Where that is open, how much comes out marked is
// no whole number of what went in, and what it stands for differs by the way it
// came: there the ways of the new asset, and of what is converted from it, are
// left open.
func (e *reach) convertWays(ctx context.Context) error {
	for settled := false; !settled; {
		settled = true
		for _, c := range e.crossings {
			if c.broken != "" || c.in.IsZero() {
				continue
			}
			if near := c.near[0].asset; len(c.back) > 0 && !e.ways.open[near] {
				e.ways.open[near], settled = true, false // what comes back begins there anew
			}
			if c.several() {
				settled = !e.openAll(c) && settled
				continue
			}
			if e.ways.open[c.far[0].asset] {
				continue
			}
			whole, err := e.allMarked(ctx, c)
			if err != nil {
				return err
			}
			if !whole {
				e.ways.open[c.far[0].asset], settled = true, false
			}
		}
	}
	return nil
}

// openAll leaves the ways of all assets that come out of a conversion open, and
// reports whether some were not.
func (e *reach) openAll(c *crossing) (news bool) {
	for _, asset := range c.farAssets() {
		news = news || !e.ways.open[asset]
		e.ways.open[asset] = true
	}
	return news
}

// allMarked reports whether all that goes into a conversion and comes out of it
// is marked whatever the policy.
func (e *reach) allMarked(ctx context.Context, c *crossing) (bool, error) {
	near, fits := total(c.near)
	far, fitsToo := total(c.far)
	if !fits || !fitsToo || c.got != far || c.in != near || e.ways.open[c.near[0].asset] {
		return false, nil
	}
	for _, r := range c.far {
		if len(c.farView.special[r.pos].origins) > 0 {
			return false, nil // an origin begins with what comes out: it is counted there
		}
	}
	n := e.ways.of(c.near[0].asset)
	out, known := e.into[entrance{c, n}]
	if !known {
		return false, nil
	}
	least, _, err := n.rangeAt(ctx, out)
	return least == near, err
}

// total adds up what rows move, and reports whether it fits.
func total(rows []row) (clew.Amount, bool) {
	sum, fits := clew.Amount{}, true
	for i := range rows {
		var ok bool
		sum, ok = sum.Add(rows[i].amount)
		fits = fits && ok
	}
	return sum, fits
}
