package trace

import (
	"context"
	"errors"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// usesRoom is for how many uses room is made at once.
const usesRoom = 64

// A walk is what the engines share: whom value may pass, what it met, and
// where it lies. An engine gives it every transfer that marked value goes
// through, once, in order.
type walk struct {
	in        *Input
	backward  bool
	poison    bool
	views     []*view
	origins   []Origin
	started   clew.Amount // by all origins together, an overlap once
	together  bool        // books for all origins together are kept
	reversed  bool        // tapes have the units of transfers from the last to the first
	crossings []*crossing
	ways      *allWays       // filled by a walk over outputs; nil: not wanted
	swaps     swaps          // nil: none are looked for
	swapNames map[string]int // how often each was given
	engine    Engine
	runners   []runner // by view
	passed    []moment // by view: what was last due there
	came      []bool   // by view: anything was
	awaiting  map[awaited][]*crossing
	unitsOf   func(clew.Pot) taint.Pot // what an open pot holds; nil: the engine goes by position
	late      []*launder.Link          // that came out where the walk had been
	sweeping  *sweep                   // nil: the engine is another

	outputsFirst bool // it begins where value rests in outputs, or a record leads there
	custodies    []*custody
	exhibits     []string // that the records rest on, in the order of their marks

	verdicts map[clew.Address]*verdict
	redeems  map[clew.Asset]bool   // whether a token that ceases to be gives something else; of those asked about
	follows  map[clew.Address]bool // addresses to walk through, whatever they are
	pots     map[clew.Pot]*pot
	said     map[clew.Pot]*said // of whose balances there are readings
	places   map[placeKey]*place
	uses     []use
	room     []Part  // for the parts of uses to come
	stakes   []stake // reused
	seat     []int32 // by origin: its place in stakes, and one; 0: none
	counted  int     // parts of transfers used, with many origins
	gaps     []clew.Gap
	hits     map[string]int
	work     Work

	wide int // rows after which the queue engine gives way

	loansNetted, loansLeft int // within transactions

	overflowed bool // a sum exceeded 256 bits

	// ended names the limit that ended the whole walk; "" while it goes on.
	ended string
}

// A pot is value of one asset at one address that marked value has entered.
type pot struct {
	id     clew.Pot
	view   *view
	hop    int       // of the transfer that first brought marked value
	stop   PlaceKind // why value that comes here goes no further; "": it does
	first  clew.Pos  // transfer that first brought marked value
	last   clew.Pos  // the one that last did
	latest clew.Time
}

// A use is a transfer that marked value went through.
type use struct {
	view     *view
	pos      clew.Pos
	hop      int
	parts    []Part
	legs     [][]Part // by output, where they are wanted
	amount   clew.Amount
	supposed *Supposed
	fact     *clew.Transfer // nil: still to be read
	marks    taint.Marks    // where records rest on exhibits
}

// pass decides about a transfer and what it carries. What is marked is booked
// where it stops; where it goes on, pass returns the pot that it enters, and
// what enters it. A tape without marks needs no booking. from and to are the
// pots on its two sides, where they are known to be open. The tape is not kept.
func (w *walk) pass(ctx context.Context, v *view, r row, tape taint.Tape, from, to *pot) (taint.Tape, *pot, error) {
	hop := 0
	if from != nil {
		hop = from.hop + 1
	}
	sp := v.special[r.pos]
	tape = w.halted(r, from, tape) // what ended where it is leaves by no conversion
	tape, hop, err := w.given(r, sp, tape, hop)
	if err != nil {
		return nil, nil, err
	}
	if tape.IsMarked() {
		w.endIfSpent()
	}
	tape = w.halted(r, from, tape)
	if sp != nil {
		tape, hop = w.begin(r, sp, tape, hop)
	}
	if !tape.IsMarked() {
		return tape, nil, nil
	}
	w.use(v, r, tape, hop, sp)
	if w.ended != "" {
		w.book(AtSizeLimit, r.far, r, tape)
		return nil, nil, nil
	}
	if sp != nil && sp.refused != nil {
		sp.refused.in = w.plus(sp.refused.in, tape.Marked())
	}
	if w.takenIn(r, sp, tape, hop) {
		return nil, nil, nil
	}
	to, err = w.arrive(ctx, v, r, tape, hop, to)
	return tape, to, err
}

// halted books where it is what a transfer would have carried after the whole
// walk ended, and returns what is left to carry.
func (w *walk) halted(r row, from *pot, tape taint.Tape) taint.Tape {
	if w.ended == "" || !tape.IsMarked() {
		return tape
	}
	if from != nil {
		r.pos, r.time = from.last, from.latest
	}
	w.book(AtSizeLimit, r.near, r, tape)
	return nil
}

// given returns what a transfer carries if a conversion, or an account at a
// service, gives it what it does.
func (w *walk) given(r row, sp *special, tape taint.Tape, hop int) (taint.Tape, int, error) {
	if sp != nil && sp.leaves != nil {
		tape, hop = w.comeOut(r, sp.leaves, sp.leaveLeg, tape, hop)
	}
	if sp != nil && sp.outOf.custody != nil {
		return w.withdraw(r, sp.outOf, tape, hop)
	}
	return tape, hop, nil
}

// takenIn reports whether a conversion, or an account at a service, takes in what
// a transfer carries.
func (w *walk) takenIn(r row, sp *special, tape taint.Tape, hop int) bool {
	switch {
	case sp != nil && sp.enters != nil:
		w.goIn(r, sp.enters, sp.enterLeg, tape, hop)
		return true
	case sp != nil && sp.into.custody != nil:
		sp.into.take(w, r, tape, hop)
		return true
	}
	return false
}

// arrive books a tape where it stops, or returns the pot that it enters, which
// is to if that is open.
func (w *walk) arrive(ctx context.Context, v *view, r row, tape taint.Tape, hop int, to *pot) (*pot, error) {
	kind := w.nobody(r)
	var err error
	if kind == "" && to == nil {
		kind, err = w.stopAt(ctx, v, r.far, r.asset)
	}
	if err == nil && kind == "" && !w.poison && w.isDust(tape) {
		w.hits["dust"]++
		kind = Dust
	}
	if err == nil && kind == "" && to == nil {
		if to, err = w.enter(ctx, v, r, hop); err == nil {
			kind = to.stop
		}
	}
	if w.cut(ctx, err) {
		kind, err = AtSizeLimit, nil
	}
	if err != nil {
		return nil, err
	}
	if kind != "" {
		w.book(kind, r.far, r, tape)
		return nil, nil
	}
	to.last, to.latest = r.pos, r.time
	return to, nil
}

// nobody says what becomes of value whose far side is no one's.
func (w *walk) nobody(r row) PlaceKind {
	nobody := r.far.IsZero() || r.far.IsIssuer()
	switch {
	case w.backward && nobody:
		return AtIssuance
	case w.backward:
		return ""
	case r.pos.Class == clew.Fee && !r.asset.Chain().IsBitcoin():
		return PaidAsFee
	case nobody && w.redeemed(r.asset):
		return Unconverted
	case nobody:
		return Burnt
	}
	return ""
}

// redeemed reports whether a token that ceases to be gives something else back,
// as one does whose contract is said to exchange, such as that of a wrapped coin.
func (w *walk) redeemed(asset clew.Asset) bool {
	known, asked := w.redeems[asset]
	if asked {
		return known
	}
	if issuer := asset.Contract(); !issuer.IsZero() {
		said := w.named(issuer)
		known = said != nil && said.kind == Unconverted
	}
	if w.redeems == nil {
		w.redeems = map[clew.Asset]bool{}
	}
	w.redeems[asset] = known
	return known
}

// isDust reports whether what a tape carries is at or below the cut-off, in
// the asset of each of its origins.
func (w *walk) isDust(tape taint.Tape) bool {
	if w.in.Limits.Dust.IsZero() {
		return false
	}
	return !slices.ContainsFunc(w.tally(tape), func(s stake) bool { return w.in.Limits.Dust.Less(s.basis) })
}

// enter returns the pot at the far side of a transfer. What it is was decided
// when marked value first came.
func (w *walk) enter(ctx context.Context, v *view, r row, hop int) (*pot, error) {
	id := r.farPot()
	if p := w.pots[id]; p != nil {
		if p.stop == AtHopLimit {
			w.hits["hops"]++
		}
		return p, nil
	}
	p := &pot{id: id, view: v, hop: hop, first: r.pos}
	if hop >= w.in.Limits.Hops {
		p.stop = AtHopLimit
		w.hits["hops"]++
		w.pots[id] = p
		return p, nil
	}
	opening, err := v.opening(ctx, id)
	switch {
	case errors.Is(err, ledger.ErrOverflow):
		p.stop = NotHeld
		w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapOverflow, Chain: v.chain, Address: id.Address, Asset: id.Asset})
	case err != nil:
		return nil, err
	case !opening.IsZero():
		w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapOpening, Chain: v.chain, Address: id.Address, Asset: id.Asset, Amount: opening,
			Note: "more left than is known to have come in; taken to have been there first"})
	}
	if s := w.said[id]; s != nil && !s.short.IsZero() {
		w.gaps = append(w.gaps, clew.Gap{Kind: clew.GapOpening, Chain: v.chain, Address: id.Address, Asset: id.Asset, Amount: s.short,
			Note: "more left than was there by its token's word and by what came in since; taken to be clean, and to leave last"})
	}
	w.work.Pots++
	w.pots[id] = p
	return p, nil
}

// end ends the walk at a limit: what is under way is booked where it is.
func (w *walk) end(limit string) {
	w.ended = limit
	w.hits[limit]++
}

// cut reports whether reading failed because ctx ended, and then ends the
// walk. The caller books what it was about to follow where that is: so the
// books close wherever a walk is interrupted.
func (w *walk) cut(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		return false
	}
	if w.ended == "" {
		w.end(interrupted)
	}
	return true
}

// use records a transfer that marked value goes through.
func (w *walk) use(v *view, r row, tape taint.Tape, hop int, sp *special) {
	u := use{view: v, pos: r.pos, hop: hop, parts: w.parts(tape), amount: tape.Marked(), fact: r.fact}
	if len(w.exhibits) > 0 {
		u.marks = tape.Marks()
	}
	if sp != nil {
		u.supposed = sp.supposed
	}
	w.countParts(u.parts)
	w.uses = append(doubled(w.uses), u)
	w.work.Hops = max(w.work.Hops, hop)
}

// doubled returns a list with room for one more. Lists of uses grow long, and
// each longer one is memory that was not touched before: append alone would ask
// for five times what it ends with.
func doubled[T any](list []T) []T {
	if len(list) < cap(list) {
		return list
	}
	return slices.Grow(list, max(len(list), usesRoom))
}

// begin lays the marks of the origins that begin at a transfer on all that it
// carries. Value that has an origin's mark already is not counted again.
func (w *walk) begin(r row, sp *special, tape taint.Tape, hop int) (taint.Tape, int) {
	if len(sp.origins) == 0 {
		if sp.supposed != nil {
			tape = assume(tape) // of its own beginning an origin says on what it rests
		}
		return tape, hop
	}
	if tape == nil {
		tape = taint.Tape{}.Append(taint.CleanRun(r.amount))
	}
	if w.together {
		w.started = w.started.Plus(r.amount.Minus(tape.Marked()))
		tape = layOnClean(tape)
	}
	marks := make([]int, len(sp.origins))
	for k, i := range sp.origins {
		marks[k] = w.markOf(i)
	}
	begun := taint.MarksOf(marks...)
	for _, s := range w.tally(tape) {
		if begun.Has(w.markOf(s.origin)) {
			w.origins[s.origin].Again = w.origins[s.origin].Again.Plus(s.amount)
		}
	}
	return tape.MarkEach(begun, func(*taint.Run) bool { return true }), 0
}
