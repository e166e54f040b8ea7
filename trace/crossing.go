package trace

import (
	"slices"

	"clew"
	"clew/launder"
	"clew/taint"
)

// A crossing is a conversion on the way: what went in waits here until it
// comes out. Near is the side on which value enters it: forward, what the
// conversion calls In; backward, Out.
type crossing struct {
	conversion *clew.Conversion
	nearView   *view
	farView    *view
	near, far  []row // in order of their moments on their chains
	back       []row // forward, of one found by the walk: what of the near asset came back unchanged, after all went in

	parts   []taint.Tape // what each near row brought; nil until it did
	hop     int          // of the first row that brought marked value
	open    bool         // the first far row has been reached: no more goes in
	out     taint.Tape   // what is left for the far rows
	outs    []taint.Tape // where these are of several assets: for each, in the order of farAssets
	unused  taint.Tape   // and for those by which some comes back
	broken  string       // why it is not followed
	in, got clew.Amount  // marked, on each side

	returned clew.Amount // of in, what came back

	marked map[clew.Asset]clew.Amount // of several assets: of each, on either side

	link  *launder.Link   // of one by a bridge that the walk found; nil of all others
	said  bridgeSaying    // by its message
	maybe []*launder.Link // what may have become of what went in: not followed
}

// ends returns the kind of place at which what goes in stays, if it is not
// followed.
func (c *crossing) ends() PlaceKind {
	if c.link != nil {
		return InBridge
	}
	return Unconverted
}

// nearAt returns the moment of a row on the side by which value goes in.
func (c *crossing) nearAt(i int) moment { return c.nearView.moment(c.near[i].pos, c.near[i].asset) }

// waitsFor returns the last moment at which value can still enter c, for those
// who are about to take what comes out.
func (c *crossing) waitsFor(backward bool) moment {
	if backward {
		return c.nearAt(0)
	}
	return c.nearAt(len(c.near) - 1)
}

// firstFar returns the row by which value first comes out.
func (c *crossing) firstFar(backward bool) *row {
	if backward {
		return &c.far[len(c.far)-1]
	}
	return &c.far[0]
}

// enter takes in what the near row with an index brings, and reports whether
// it still could.
func (c *crossing) enter(w *walk, leg int, tape taint.Tape, hop int) bool {
	first := c.in.IsZero()
	c.in = c.more(w, c.in, tape.Marked())
	c.tally(c.near[leg].asset, tape.Marked())
	if c.broken != "" || c.open {
		return false
	}
	if first {
		c.hop = hop
	}
	c.parts[leg] = tape
	return true
}

// comesOutBy returns the rows by which a conversion gives what went in: those by
// which some comes back, and the far ones.
func (c *crossing) comesOutBy() []row {
	if c.broken != "" {
		return nil
	}
	if len(c.back) == 0 {
		return c.far
	}
	return slices.Concat(c.back, c.far)
}

// leave returns what a row carries by which value comes out, by its index. Far
// rows are asked for in their order, which backward is against the chain's.
func (c *crossing) leave(w *walk, leg int) taint.Tape {
	if !c.open {
		c.open = true
		c.convert(w)
	}
	var part taint.Tape
	if leg < len(c.back) {
		part, c.unused = w.part(c.unused, c.back[leg].amount)
		c.returned = w.plus(c.returned, part.Marked())
		return part
	}
	r := c.far[leg-len(c.back)]
	out := c.outOf(r.asset)
	if *out == nil {
		return nil
	}
	if w.backward && !w.mixes() {
		*out, part = out.Cut(out.Total().Minus(r.amount))
	} else {
		part, *out = w.part(*out, r.amount)
	}
	c.got = c.more(w, c.got, part.Marked())
	c.tally(r.asset, part.Marked())
	return part
}

// mixes reports whether the policy takes units that are together for a mixture.
func (w *walk) mixes() bool { return w.in.Method.Policy == taint.Haircut }

// part parts a tape after its first units or, where the policy mixes, takes as
// many of which each has its share of what is marked.
func (w *walk) part(t taint.Tape, amount clew.Amount) (front, rest taint.Tape) {
	if !w.mixes() || !t.IsMarked() {
		return t.Cut(amount)
	}
	pot, err := taint.NewPot(w.in.Method)
	if err == nil {
		err = pot.Receive(t)
	}
	if err != nil { // neither can be: the method was checked, and a tape fits
		return t.Cut(amount)
	}
	front, _ = pot.Spend(amount, nil)
	return front, pot.Contents(nil)
}

// convert turns all that went in into what comes out, in order.
func (c *crossing) convert(w *walk) {
	var in taint.Tape
	for i, part := range c.parts {
		if part == nil {
			part = taint.Tape{taint.CleanRun(c.near[i].amount)}
		}
		in = in.Append(part...)
	}
	if !in.IsMarked() {
		return
	}
	if c.several() {
		c.convertSeveral()
		return
	}
	total, fits := total(c.far)
	if !fits || total.IsZero() {
		c.broken = "nothing came out of it, or more than can be counted"
		return
	}
	if len(c.back) > 0 {
		unused, _ := clew.Sum(amountsOf(c.back)...)
		in, c.unused = w.part(in, in.Total().MinusOrZero(unused))
	}
	out, err := taint.Convert(in, total)
	if err != nil {
		c.broken = "its amounts cannot be set against each other"
		return
	}
	c.out = out
	clear(c.parts)
}

// lost returns what went in and did not come out, by near row: all of it, if
// the conversion could not be followed to the end.
func (c *crossing) lost() map[int]taint.Tape {
	lost := map[int]taint.Tape{}
	for i, part := range c.parts {
		if part.IsMarked() {
			lost[i] = part
		}
	}
	return lost
}

func amountsOf(rows []row) []clew.Amount {
	amounts := make([]clew.Amount, len(rows))
	for i := range rows {
		amounts[i] = rows[i].amount
	}
	return amounts
}

// oneAsset reports whether all rows move the same asset.
func oneAsset(rows []row) bool {
	return !slices.ContainsFunc(rows, func(r row) bool { return r.asset != rows[0].asset })
}

// breakCycles gives the assets of each transaction that conversions turn into
// others their order, and breaks the conversions that leave none.
func breakCycles(v *view, crossings []*crossing) {
	inside := map[envelope][]*crossing{}
	var order []envelope
	for _, c := range crossings {
		if c.broken != "" || c.nearView != v || c.farView != v {
			continue
		}
		near, far := c.near[0].pos, c.far[0].pos
		at := envelope{near.Height, near.Index}
		if at != (envelope{far.Height, far.Index}) {
			continue
		}
		if inside[at] == nil {
			order = append(order, at)
		}
		inside[at] = append(inside[at], c)
	}
	for _, at := range order {
		if v.ranks == nil {
			v.ranks = map[envelope]map[clew.Asset]uint16{}
		}
		v.ranks[at] = rankAssets(inside[at], v.backward)
	}
}

// rankAssets returns the order of a transaction's assets: one that turns into
// another comes before it on the chain. Backward walks take them from the last,
// so there the far side comes first.
func rankAssets(crossings []*crossing, backward bool) map[clew.Asset]uint16 {
	ranks := map[clew.Asset]uint16{}
	for range len(crossings) + 1 {
		settled := true
		for _, c := range crossings {
			for _, turn := range c.turns() {
				first, then := turn[0], turn[1]
				if backward {
					first, then = then, first
				}
				if c.broken == "" && ranks[then] <= ranks[first] {
					ranks[then], settled = ranks[first]+1, false
				}
			}
		}
		if settled {
			return ranks
		}
	}
	for _, c := range crossings {
		c.broken = "conversions of its transaction turn assets into each other in a circle"
	}
	return nil
}

// comeOut returns what a conversion gives to the transfer that it comes out
// by. Marked value that the pot itself would have sent with that transfer is
// booked: the conversion does not say what became of it.
func (w *walk) comeOut(r row, c *crossing, leg int, tape taint.Tape, hop int) (taint.Tape, int) {
	if c.broken != "" {
		return tape, hop
	}
	out := w.inOrder(c.leave(w, leg))
	if !out.IsMarked() {
		return tape, hop
	}
	if tape.IsMarked() {
		w.book(c.ends(), r.near, r, tape)
	}
	return out, c.hop + 1
}

// goIn lets a conversion take in what a row brings, or books that it does not.
func (w *walk) goIn(r row, c *crossing, leg int, tape taint.Tape, hop int) {
	if !c.enter(w, leg, w.inOrder(tape), hop) {
		w.book(c.ends(), r.far, r, tape)
	}
}

// inOrder returns a copy of a tape in the order of conversions, which is that of
// the chain, or the other way round.
func (w *walk) inOrder(tape taint.Tape) taint.Tape {
	tape = slices.Clone(tape)
	if w.reversed {
		slices.Reverse(tape)
	}
	return tape
}
