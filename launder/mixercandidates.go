package launder

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"clew"
)

// A MixerCandidate is a hypothesis: that a withdrawal spends a note of a batch. It
// is no tag, no exposure, no verdict and no indicator, and nothing that makes those
// takes one: it says whom a person who works on a case may look at next.
type MixerCandidate struct {
	Batch      int         `json:"batch"` // its place in the answer
	Withdrawal MixerNote   `json:"withdrawal"`
	Set        uint64      `json:"anonymitySet"` // notes in the pool just before it came out, as far as is held
	AtMost     bool        `json:"atMost"`       // the pool is not held from its beginning: there are more notes, and prior and posterior are bounds
	Notes      uint64      `json:"notes"`        // of the batch, put in before
	Open       *big.Rat    `json:"open"`         // of these, how many are supposed to be in the pool still: less what is supposed of earlier withdrawals
	Prior      *big.Rat    `json:"prior"`        // that it is one of the batch's, if each is as likely
	Posterior  *big.Rat    `json:"posterior"`    // by all heuristics that count, taken to be independent; it is as good as their rates are
	Signs      []MixerSaid `json:"signs"`
	Against    []string    `json:"against"`
}

// A MixerAnswer is what is supposed of some batches of one case.
type MixerAnswer struct {
	Batches    []MixerBatch     `json:"batches"`
	Candidates []MixerCandidate `json:"candidates"` // the most likely first
	Looked     uint64           `json:"looked"`     // at withdrawals that a note of a batch can have become
	Left       uint64           `json:"left"`       // candidates that are not listed
	Odd        int              `json:"odd"`        // transfers of the pools that are no notes
}

// Bounds of a question. A question about more is one about a pool, and not about a
// case.
const (
	MostMixerDeposits   = 2_000              // notes of a case
	MostMixerCandidates = 5_000              // that an answer lists
	MostMixerDays       = 60                 // that withdrawals are looked for after a batch
	mostMixerPairs      = 1 << 17            // of a batch and a withdrawal
	day                 = 24 * 60 * 60       // seconds
	DefaultMixerWithin  = clew.Time(7 * day) // of looking after a batch
)

// A poolView is a pool's history made ready for questions.
type poolView struct {
	*MixerHistory
	sets, recent []uint64
	hands        map[clew.Address][]*MixerNote // of all pools, by who gathers them
	first        map[clew.Address]clew.Time    // when a note first came out to an address, of any pool
}

// A MixerQuestion asks, within one case, for withdrawals that may be of its batches.
type MixerQuestion struct {
	Batches   []MixerBatch
	Histories []MixerHistory // from half a day before the first deposit of the batches to Within after the last
	Facts     *MixerFacts
	Within    clew.Time // after the last deposit of a batch
	Keep      int       // candidates that the answer lists
}

// MixerCandidates answers. Of all notes in a pool, those that are not the case's are
// given the odds of a note of which nothing is known. So, of each withdrawal, what
// is supposed of all batches together is never more than certain.
func MixerCandidates(ctx context.Context, q *MixerQuestion) (*MixerAnswer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	a := &MixerAnswer{Batches: slices.Clone(q.Batches), Candidates: []MixerCandidate{}}
	SortMixerBatches(a.Batches)
	pools := viewsOf(q.Histories, q.Facts)
	for i := range pools {
		a.Odd += pools[i].Odd
		if err := a.look(ctx, &pools[i], q); err != nil {
			return nil, err
		}
	}
	a.cut(q.Keep)
	return a, nil
}

// cut puts candidates in order, and drops the last beyond so many.
func (a *MixerAnswer) cut(keep int) {
	slices.SortFunc(a.Candidates, func(x, y MixerCandidate) int {
		return cmp.Or(y.Posterior.Cmp(x.Posterior), cmp.Compare(x.Batch, y.Batch), x.Withdrawal.Pos.Cmp(y.Withdrawal.Pos), cmp.Compare(x.Withdrawal.Pool.String(), y.Withdrawal.Pool.String()))
	})
	if n := len(a.Candidates); n > keep {
		a.Left += uint64(n - keep)
		a.Candidates = slices.Clone(a.Candidates[:keep])
	}
}

func (q *MixerQuestion) check() error {
	notes := uint64(0)
	for i := range q.Batches {
		b := &q.Batches[i]
		notes += min(b.Count, MostMixerDeposits+1)
		if b.Last < b.First || b.Count == 0 {
			return fmt.Errorf("batch of %d notes from %s to %s", b.Count, b.First, b.Last)
		}
	}
	if notes > MostMixerDeposits {
		return &clew.InputError{Field: "start", Want: fmt.Sprintf("a case that put at most %d notes into mixers: candidates are worked out within a case, and not for a pool", MostMixerDeposits)}
	}
	if q.Within < day || q.Within > MostMixerDays*day {
		return &clew.InputError{Field: "days", Value: fmt.Sprint(int64(q.Within / day)), Want: fmt.Sprintf("from 1 to %d", MostMixerDays)}
	}
	return nil
}

// viewsOf makes histories ready.
func viewsOf(histories []MixerHistory, facts *MixerFacts) []poolView {
	hands, first := map[clew.Address][]*MixerNote{}, map[clew.Address]clew.Time{}
	pools := make([]poolView, len(histories))
	for i := range histories {
		h := histories[i]
		h.Deposits, h.Withdrawals = inOrder(h.Deposits), inOrder(h.Withdrawals)
		pools[i] = poolView{MixerHistory: &h, hands: hands, first: first}
		pools[i].sets, pools[i].recent = h.crowd(soonAfter)
		for j := range h.Withdrawals {
			w := &h.Withdrawals[j]
			hand := facts.gathers(w.Who)
			hands[hand] = append(hands[hand], w)
			if before, met := first[w.Who]; !met || w.Time < before {
				first[w.Who] = w.Time
			}
		}
	}
	return pools
}

func inOrder(notes []MixerNote) []MixerNote {
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b MixerNote) int { return a.Pos.Cmp(b.Pos) })
	return notes
}

// look goes through the withdrawals of one pool.
func (a *MixerAnswer) look(ctx context.Context, p *poolView, q *MixerQuestion) error {
	var mine []int
	windows, pairs := map[int]*windowView{}, 0
	open, by := map[int]*openNotes{}, map[clew.Address][]*MixerBatch{}
	for i := range a.Batches {
		by[a.Batches[i].By] = append(by[a.Batches[i].By], &a.Batches[i])
		if a.Batches[i].Pool.At == p.Pool.At {
			mine = append(mine, i)
			windows[i], open[i] = p.windowOf(&a.Batches[i], q.Within, q.Facts), &openNotes{}
		}
	}
	rules := MixerRules()
	for at := range p.Withdrawals {
		if err := ctx.Err(); err != nil {
			return err
		}
		var found []MixerCandidate
		for _, i := range mine {
			b := &a.Batches[i]
			if !b.reaches(&p.Withdrawals[at], q.Within) {
				continue
			}
			if pairs++; pairs > mostMixerPairs {
				return &clew.InputError{Field: "start", Want: "a case with fewer deposits into mixers, or fewer days after them"}
			}
			v := &mixerView{batch: b, w: &p.Withdrawals[at], at: at, pool: p, facts: q.Facts, mine: by[b.By], window: windows[i]}
			found = append(found, v.candidate(i, rules, open[i]))
		}
		a.Looked += min(uint64(len(found)), 1)
		weigh(found, p.sets[at])
		for j := range found {
			open[found[j].Batch].spend(millionths(found[j].Posterior))
		}
		if a.Candidates = append(a.Candidates, found...); len(a.Candidates) > 4*q.Keep {
			a.cut(q.Keep)
		}
	}
	return nil
}

// candidate says what each heuristic has to say. Posterior is the product of what
// they are worth, until it is weighed.
func (v *mixerView) candidate(batch int, rules []MixerRule, open *openNotes) MixerCandidate {
	open.put(v.batch.before(v.w))
	c := MixerCandidate{Batch: batch, Open: new(big.Rat).SetFrac(new(big.Int).SetUint64(open.left), big.NewInt(million)), Withdrawal: *v.w, Set: v.pool.sets[v.at], AtMost: !v.pool.Whole, Notes: v.batch.before(v.w), Posterior: big.NewRat(1, 1), Against: v.against()}
	for i := range rules {
		c.Signs = append(c.Signs, v.says(&rules[i]))
	}
	settle(c.Signs, rules)
	for i := range c.Signs {
		if c.Signs[i].Counts {
			c.Posterior.Mul(c.Posterior, c.Signs[i].Ratio)
		}
	}
	return c
}

// weigh turns what is said of one withdrawal into probabilities over the notes that
// were in the pool. Where fewer are known than the batches have, there were as many
// as they have.
func weigh(found []MixerCandidate, set uint64) {
	mine := new(big.Rat)
	for i := range found {
		mine.Add(mine, found[i].Open)
	}
	all := new(big.Rat).SetFrac(new(big.Int).SetUint64(max(set, 1)), big.NewInt(1))
	if all.Cmp(mine) < 0 {
		all.Set(mine)
	}
	whole := new(big.Rat).Sub(all, mine)
	for i := range found {
		c := &found[i]
		c.Prior = new(big.Rat).Quo(c.Open, all)
		c.Posterior.Mul(c.Posterior, c.Open)
		whole.Add(whole, c.Posterior)
	}
	for i := range found {
		if whole.Sign() > 0 {
			found[i].Posterior.Quo(found[i].Posterior, whole)
		}
	}
}

const million = 1_000_000

// openNotes are how many notes of a batch are supposed to be in the pool still.
type openNotes struct {
	seen uint64 // put in so far
	left uint64 // in millionths
}

// put says how many were put in so far.
func (o *openNotes) put(notes uint64) {
	o.left, o.seen = o.left+(notes-min(notes, o.seen))*million, max(notes, o.seen)
}

// spend takes out what is supposed of a withdrawal, in millionths. Of less than one
// note only as much of it: what is supposed may be wrong, so that there may always
// be one left.
func (o *openNotes) spend(supposed uint64) {
	if o.left < million {
		supposed = o.left * supposed / million
	}
	o.left -= supposed
}

// millionths returns a number from 0 to 1 in millionths, rounded down.
func millionths(r *big.Rat) uint64 {
	return new(big.Int).Quo(new(big.Int).Mul(r.Num(), big.NewInt(million)), r.Denom()).Uint64()
}

// against says what speaks against a candidate, beyond what heuristics say.
func (v *mixerView) against() []string {
	var list []string
	others := v.pool.recent[v.at] - min(v.pool.recent[v.at], v.batch.before(v.w))
	if v.soon() && others > 0 {
		list = append(list, fmt.Sprintf("others put in about %d notes in the half day before it came out", others))
	}
	if v.window.soon > v.batch.Count {
		list = append(list, fmt.Sprintf("%d notes came out soon after a batch of %d: not all can be of it", v.window.soon, v.batch.Count))
	}
	if v.timed() && v.pool.first[v.w.Who] < v.batch.First {
		list = append(list, "notes came out to the same address before the batch was put in")
	}
	if !v.pool.Whole {
		list = append(list, "the pool's history is not held from its beginning: there are more notes in it than are counted")
	}
	if len(v.batch.Notes) == 0 {
		list = append(list, "of the batch only the number of notes is known")
	}
	if half, _ := v.w.Fee.Add(v.w.Fee); v.batch.Pool.Note.Less(half) {
		list = append(list, "the greater part went to who is taken for the relayer")
	}
	return list
}
