package incident

import (
	"cmp"
	"slices"

	"clew"
)

// transfers turns rows into transfers, in the order of their chains.
func (c *checker) transfers() {
	var places []place
	for _, part := range []struct {
		sets     []TransferSet
		supposed bool
	}{{c.incident.Recorded, false}, {c.incident.Supposed, true}} {
		for at := range part.sets {
			set := &part.sets[at]
			c.basis(set, part.supposed)
			asset, ok := c.asset(set.Asset, set.Line)
			if !ok {
				continue
			}
			for n := range set.Rows {
				p := place{set: set, row: &set.Rows[n], supposed: part.supposed}
				if c.transfer(&p, asset) {
					places = append(places, p)
				}
			}
		}
	}
	if len(c.issues) > 0 {
		return
	}
	c.incident.places = c.ordered(places)
	c.incident.byID = make(map[string]int, len(places))
	for at, p := range c.incident.places {
		c.incident.byID[p.row.ID] = at
	}
	delete(c.incident.byID, "")
	c.heights()
}

// basis holds a set against what its basis needs to be said.
func (c *checker) basis(set *TransferSet, supposed bool) {
	allowed := []clew.Basis{clew.Fact, clew.Claimed}
	if supposed {
		allowed = []clew.Basis{clew.Claimed, clew.Inferred}
	}
	oneOf(c, set.Line, "basis", set.Basis, allowed)
	if set.Basis == clew.Claimed && set.By == "" {
		c.add(set.Line, "by: missing; a claim says whose it is")
	}
	if set.Basis == clew.Inferred && set.Method == "" {
		c.add(set.Line, "method: missing; an inference names its method")
	}
}

// transfer fills in what p's row says, and reports whether it is well formed.
func (c *checker) transfer(p *place, asset Asset) bool {
	before := len(c.issues)
	row := p.row
	total := c.total(row, asset)
	p.transfer = clew.Transfer{
		Time: row.Time.Time(), Tx: row.Tx, Asset: asset.Asset, Rounded: row.Rounded,
		From: []clew.Leg{{Address: row.From, Amount: total}},
		To:   []clew.Leg{{Address: row.To, Amount: total}},
	}
	if row.Count > 0 {
		p.transfer.Time = row.Last.Time()
		p.transfer.Aggregate = &clew.Aggregate{
			Count: row.Count, Unit: c.units(row.Unit, asset, row.Line), First: row.First.Time(), Last: row.Last.Time(),
		}
	}
	anchors := 0
	for _, given := range []bool{p.transfer.Time.Known(), row.After != "", row.Before != ""} {
		if given {
			anchors++
		}
	}
	if anchors != 1 {
		c.add(row.Line, "want one of time, after and before, to give the transfer its place")
	}
	if !p.supposed && (row.From.IsZero() || row.To.IsZero()) {
		c.add(row.Line, "want from and to; only a supposed transfer has nobody on a side")
	}
	if row.From.IsZero() && row.To.IsZero() {
		c.add(row.Line, "want from or to")
	}
	if len(c.issues) == before {
		if err := p.transfer.Check(); err != nil {
			c.add(row.Line, "%v", err)
		}
	}
	return len(c.issues) == before
}

// total returns what a row moves: its amount, or count times unit.
func (c *checker) total(row *Transfer, asset Asset) clew.Amount {
	aggregate := row.Count > 0 || row.Unit != "" || row.First != 0 || row.Last != 0
	switch {
	case !aggregate && row.Amount == "":
		c.add(row.Line, "amount: missing")
		return clew.Amount{}
	case !aggregate:
		return c.units(row.Amount, asset, row.Line)
	case row.Count == 0 || row.Unit == "" || row.First == 0 || row.Last == 0 || row.Amount != "" || row.Time != 0:
		c.add(row.Line, "want count, unit, first and last together, without amount and time")
		return clew.Amount{}
	}
	total, ok := c.units(row.Unit, asset, row.Line).MulDiv(clew.Units(row.Count), clew.Units(1))
	if !ok {
		c.add(row.Line, "count times unit exceeds 256 bits")
	}
	return total
}

// ordered sorts by stated time, the file's order at equal times, puts rows
// without a time beside those that they name, and groups by chain.
func (c *checker) ordered(places []place) []place {
	o := orderer{before: map[string][]place{}, after: map[string][]place{}}
	var timed []place
	for _, p := range places {
		switch {
		case p.row.Before != "":
			o.before[p.row.Before] = append(o.before[p.row.Before], p)
		case p.row.After != "":
			o.after[p.row.After] = append(o.after[p.row.After], p)
		default:
			timed = append(timed, p)
		}
	}
	slices.SortStableFunc(timed, func(a, b place) int { return cmp.Compare(a.transfer.Time, b.transfer.Time) })
	for _, p := range timed {
		o.put(p)
	}
	if len(o.placed) < len(places) {
		c.unplaced(places, o.placed)
		return nil
	}
	slices.SortStableFunc(o.placed, func(a, b place) int {
		return cmp.Compare(a.transfer.Asset.Chain(), b.transfer.Asset.Chain())
	})
	return o.placed
}

// An orderer holds rows that wait for the one they stand beside.
type orderer struct {
	before, after map[string][]place
	placed        []place
}

// put places p between the rows that precede it and those that follow it.
func (o *orderer) put(p place) {
	id := p.row.ID
	if id == "" {
		o.placed = append(o.placed, p)
		return
	}
	for _, q := range o.before[id] {
		o.put(q)
	}
	o.placed = append(o.placed, p)
	for _, q := range o.after[id] {
		o.put(q)
	}
}

func (c *checker) unplaced(places, placed []place) {
	done := map[*Transfer]bool{}
	for _, p := range placed {
		done[p.row] = true
	}
	for _, p := range places {
		if !done[p.row] {
			c.add(p.row.Line, "%q: no transfer of that id with a place in time", p.row.After+p.row.Before)
		}
	}
}

// heights numbers the places of each chain from 1, and wants known heights to
// rise with them.
func (c *checker) heights() {
	var chain clew.Chain
	var height, known uint64
	for at := range c.incident.places {
		p := &c.incident.places[at]
		if p.transfer.Asset.Chain() != chain {
			chain, height, known = p.transfer.Asset.Chain(), 0, 0
		}
		height++
		p.transfer.Pos = clew.Pos{Height: height}
		if !p.transfer.Asset.IsNative() {
			p.transfer.Pos.Class = clew.Log
		}
		if p.row.Height == 0 {
			continue
		}
		if p.row.Height < known {
			c.add(p.row.Line, "height %d: an earlier transfer has height %d", p.row.Height, known)
		}
		known = p.row.Height
	}
}

// references wants conversions and origins to name transfers that fit.
func (c *checker) references() {
	for _, x := range c.incident.Conversions {
		for _, id := range slices.Concat(x.In, x.Out) {
			c.named(id, x.Line)
		}
		c.sameAsset(x.In, x.Line)
		c.sameAsset(x.Out, x.Line)
	}
	for _, o := range c.incident.Beginnings {
		for _, id := range o.Transfers {
			c.named(id, o.Line)
		}
		c.sameAsset(o.Transfers, o.Line)
		if _, ok := c.incident.conversion(o.Proceeds); o.Proceeds != "" && !ok {
			c.add(o.Line, "proceeds %q: no conversion of that id", o.Proceeds)
		}
	}
}

func (c *checker) named(id string, line int) {
	if _, ok := c.incident.byID[id]; !ok {
		c.add(line, "transfer %q: no transfer of that id", id)
	}
}

// sameAsset wants transfers that stand for one value to be of one asset and to
// add up within 256 bits.
func (c *checker) sameAsset(ids []string, line int) {
	var asset clew.Asset
	var sum clew.Amount
	for _, id := range ids {
		at, ok := c.incident.byID[id]
		if !ok {
			continue
		}
		t := &c.incident.places[at].transfer
		if !asset.IsZero() && t.Asset != asset {
			c.add(line, "transfers of one side are of two assets, %s and %s", asset, t.Asset)
		}
		asset = t.Asset
		if sum, ok = sum.Add(t.Amount()); !ok {
			c.add(line, "transfers of one side exceed 256 bits")
			return
		}
	}
}
