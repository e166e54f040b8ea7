package trace

import (
	"fmt"
	"slices"

	"clew"
	"clew/taint"
)

// A conversion of several assets into one, or of one into several, is of a pool's
// shares: each of the assets is as much of the whole as every other one.

func assetsOf(rows []row) (list []clew.Asset) {
	for _, r := range rows {
		if !slices.Contains(list, r.asset) {
			list = append(list, r.asset)
		}
	}
	return list
}

func (c *crossing) nearAssets() []clew.Asset { return assetsOf(c.near) }
func (c *crossing) farAssets() []clew.Asset  { return assetsOf(c.far) }

// several reports whether one side is of several assets.
func (c *crossing) several() bool {
	return len(c.near) > 0 && len(c.far) > 0 && (!oneAsset(c.near) || !oneAsset(c.far))
}

// turns returns which assets a conversion turns into which.
func (c *crossing) turns() (list [][2]clew.Asset) {
	for _, near := range c.nearAssets() {
		for _, far := range c.farAssets() {
			list = append(list, [2]clew.Asset{near, far})
		}
	}
	return list
}

// more adds to what is marked on a side. Sums of several assets say only that there
// is something.
func (c *crossing) more(w *walk, sum, marked clew.Amount) clew.Amount {
	if !c.several() {
		return w.plus(sum, marked)
	}
	return sum.Max(marked)
}

func (c *crossing) tally(asset clew.Asset, marked clew.Amount) {
	if !c.several() {
		return
	}
	if c.marked == nil {
		c.marked = map[clew.Asset]clew.Amount{}
	}
	sum, fits := c.marked[asset].Add(marked)
	if !fits {
		sum = clew.MaxAmount
	}
	c.marked[asset] = sum
}

// outOf returns what is left for the far rows of an asset.
func (c *crossing) outOf(asset clew.Asset) *taint.Tape {
	if c.outs == nil {
		return &c.out
	}
	return &c.outs[slices.Index(c.farAssets(), asset)]
}

// lastOf returns the last far row of an asset.
func (c *crossing) lastOf(asset clew.Asset) row {
	return *slices.MaxFunc(rowsOf(c.far, asset), func(a, b *row) int { return a.pos.Cmp(b.pos) })
}

func rowsOf(rows []row, asset clew.Asset) (list []*row) {
	for i := range rows {
		if rows[i].asset == asset {
			list = append(list, &rows[i])
		}
	}
	return list
}

// convertSeveral turns all that went in into what comes out: of several assets each
// into as much of the one, and of the one the same share of every run into each.
func (c *crossing) convertSeveral() {
	near, far := c.nearAssets(), c.farAssets()
	ins := make([]taint.Tape, len(near))
	for i, part := range c.parts {
		if part == nil {
			part = taint.Tape{taint.CleanRun(c.near[i].amount)}
		}
		at := slices.Index(near, c.near[i].asset)
		ins[at] = ins[at].Append(part...)
	}
	outs, ok := make([]taint.Tape, len(far)), false
	if len(far) == 1 {
		outs[0], ok = joinInto(ins, c.far)
	} else if len(near) == 1 {
		for j, share := range taint.Shares(ins[0], len(far)) {
			sum, fits := clew.Amount{}, true
			for _, r := range rowsOf(c.far, far[j]) {
				var fitsToo bool
				sum, fitsToo = sum.Add(r.amount)
				fits = fits && fitsToo
			}
			var err error
			outs[j], err = taint.Convert(share, sum)
			if ok = fits && err == nil; !ok {
				break
			}
		}
	}
	if !ok {
		c.broken = "its amounts cannot be set against each other"
		return
	}
	c.outs = outs
	clear(c.parts)
}

// joinInto turns the tape of each of several assets into its share of the far rows.
func joinInto(ins []taint.Tape, far []row) (taint.Tape, bool) {
	whole, fits := total(far)
	var out taint.Tape
	shares := taint.Shares(taint.Tape{taint.CleanRun(whole)}, len(ins))
	for i, in := range ins {
		converted, err := taint.Convert(in, shares[i].Total())
		if err != nil {
			return nil, false
		}
		out = out.Append(converted...)
	}
	return out, fits
}

// showAll returns a crossing for the result: of several assets one for each pair.
func (c *crossing) showAll() (list []Crossing) {
	if !c.several() {
		return []Crossing{c.show()}
	}
	for i, turn := range c.turns() {
		shown := c.show()
		shown.InAsset, shown.OutAsset = turn[0], turn[1]
		shown.In, shown.Out = c.marked[turn[0]], c.marked[turn[1]]
		if i > 0 {
			shown.Conversion.ID = fmt.Sprintf("%s/%d", shown.Conversion.ID, i+1)
		}
		list = append(list, shown)
	}
	return list
}
