package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
)

// A MixerRow counts what one heuristic says of withdrawals that came out after
// batches. On synthetic pools a link is true; on real ones it is what one
// investigator says, and what is counted is agreement.
type MixerRow struct {
	Data     string   `json:"data"`
	Sign     string   `json:"sign"`
	Batches  uint64   `json:"batches"`
	Pairs    uint64   `json:"pairs"`    // of a batch and a withdrawal after it
	Linked   uint64   `json:"linked"`   // of the pairs
	Told     uint64   `json:"told"`     // of the linked: those of which the heuristic says something
	Others   uint64   `json:"others"`   // of the other pairs, likewise
	Named    uint64   `json:"named"`    // that the heuristic speaks for
	Right    uint64   `json:"right"`    // of these: linked
	Chance   *big.Rat `json:"chance"`   // how many of the named would be linked if as many had been drawn blindly from those of which it says something, batch by batch
	Beyond   uint64   `json:"beyond"`   // batches in which blind drawing gives so many at most once in a hundred
	Possible uint64   `json:"possible"` // batches in which it could, with all right
}

// Wrong returns how many of the named are not linked.
func (r *MixerRow) Wrong() uint64 { return r.Named - r.Right }

// A MixerBand counts candidates by what was supposed of them.
type MixerBand struct {
	Data       string `json:"data"`
	From       uint64 `json:"from"` // of 1,000
	To         uint64 `json:"to"`   // not in it, but for 1,000
	Candidates uint64 `json:"candidates"`
	Linked     uint64 `json:"linked"`
	Millionths uint64 `json:"millionths"` // of posteriors, added up, each rounded down: how many should be linked
}

// A MixerTable is what was measured of mixers.
type MixerTable struct {
	Seed      uint64      `json:"seed"`
	Transfers int         `json:"transfers"`
	Rows      []MixerRow  `json:"rows"`
	Bands     []MixerBand `json:"bands"`
}

// Rows beside those of heuristics.
const (
	MixerHours      = "hour of the day, soon after too"
	MixerMostLikely = "all, as many as the batch has"
	MixerHalf       = "all, posterior of a half or more"
	MixerNext       = "amount and time alone: the next withdrawals"
	MixerNextOne    = "amount and time alone: the next withdrawal, note by note"
)

// mixerBands are the bounds of bands.
var mixerBands = []uint64{0, 10, 50, 100, 250, 500, 750, 900, 1001}

// AddMixers counts what is supposed of each batch of an answer, which must list all
// candidates.
func (t *MixerTable) AddMixers(data string, a *launder.MixerAnswer, linked func(batch *launder.MixerBatch, w *launder.MixerNote) bool) {
	byBatch := make([][]*launder.MixerCandidate, len(a.Batches))
	for i := range a.Candidates {
		c := &a.Candidates[i]
		byBatch[c.Batch] = append(byBatch[c.Batch], c)
	}
	for i, of := range byBatch {
		if len(of) == 0 {
			continue // nothing came out after it
		}
		is := make([]bool, len(of))
		for j, c := range of {
			is[j] = linked(&a.Batches[i], &c.Withdrawal)
			t.band(data, c.Posterior, is[j])
		}
		for _, r := range launder.MixerRules() {
			t.count(data, string(r.Sign), is, func(j int) launder.Sight { return saidOf(of[j], r.Sign) })
		}
		b := &a.Batches[i]
		t.count(data, MixerHours, is, func(j int) launder.Sight { return sightOf(launder.HourNear(of[j].Withdrawal.Time, b.First, b.Last)) })
		n := int(b.Count)
		t.count(data, MixerMostLikely, is, func(j int) launder.Sight { return sightOf(j < n) })
		t.count(data, MixerHalf, is, func(j int) launder.Sight { return sightOf(of[j].Posterior.Cmp(big.NewRat(1, 2)) >= 0) })
		next := nextOnes(of, b.Last, n)
		t.count(data, MixerNext, is, func(j int) launder.Sight { return sightOf(next[of[j].Withdrawal.Pos]) })
	}
}

func saidOf(c *launder.MixerCandidate, sign launder.MixerSign) launder.Sight {
	return c.Signs[slices.IndexFunc(c.Signs, func(s launder.MixerSaid) bool { return s.Sign == sign })].Says
}

func sightOf(is bool) launder.Sight {
	if is {
		return launder.SpeaksFor
	}
	return launder.SpeaksAgainst
}

// nextOnes are the first withdrawals after a batch.
func nextOnes(of []*launder.MixerCandidate, after clew.Time, n int) map[clew.Pos]bool {
	of = slices.Clone(of)
	slices.SortFunc(of, func(a, b *launder.MixerCandidate) int { return a.Withdrawal.Pos.Cmp(b.Withdrawal.Pos) })
	next := map[clew.Pos]bool{}
	for _, c := range of {
		if c.Withdrawal.Time > after && len(next) < n {
			next[c.Withdrawal.Pos] = true
		}
	}
	return next
}

// count adds a batch to the row of a heuristic.
func (t *MixerTable) count(data, sign string, is []bool, says func(int) launder.Sight) {
	i := slices.IndexFunc(t.Rows, func(r MixerRow) bool { return r.Data == data && r.Sign == sign })
	if i < 0 {
		i = len(t.Rows)
		t.Rows = append(t.Rows, MixerRow{Data: data, Sign: sign, Chance: new(big.Rat)})
	}
	r := &t.Rows[i]
	var told, linked, named, right uint64
	for j := range is {
		s := says(j)
		r.Linked += count(is[j])
		told, linked = told+count(s != launder.NotSeen), linked+count(s != launder.NotSeen && is[j])
		named, right = named+count(s == launder.SpeaksFor), right+count(s == launder.SpeaksFor && is[j])
	}
	r.Batches, r.Pairs, r.Named, r.Right = r.Batches+1, r.Pairs+uint64(len(is)), r.Named+named, r.Right+right
	r.Told, r.Others = r.Told+linked, r.Others+told-linked
	if told > 0 {
		r.Chance.Add(r.Chance, new(big.Rat).SetFrac(new(big.Int).SetUint64(named*linked), new(big.Int).SetUint64(told)))
	}
	if named > 0 && linked > 0 {
		rare := big.NewRat(1, 100)
		r.Beyond += count(right > 0 && launder.Hypergeometric(told, linked, named, right).Cmp(rare) <= 0)
		r.Possible += count(launder.Hypergeometric(told, linked, named, min(linked, named)).Cmp(rare) <= 0)
	}
}

// band counts a candidate by its posterior.
func (t *MixerTable) band(data string, p *big.Rat, is bool) {
	millionths := new(big.Int).Quo(new(big.Int).Mul(p.Num(), big.NewInt(1_000_000)), p.Denom()).Uint64()
	at := 0
	for at+2 < len(mixerBands) && millionths/1000 >= mixerBands[at+1] {
		at++
	}
	from, to := mixerBands[at], min(mixerBands[at+1], 1000)
	i := slices.IndexFunc(t.Bands, func(b MixerBand) bool { return b.Data == data && b.From == from })
	if i < 0 {
		i = len(t.Bands)
		t.Bands = append(t.Bands, MixerBand{Data: data, From: from, To: to})
	}
	b := &t.Bands[i]
	b.Candidates, b.Linked, b.Millionths = b.Candidates+1, b.Linked+count(is), b.Millionths+millionths
}

// Mixers measures demixing on synthetic pools, a thief at a time, as a case would:
// without anybody who means to be mistaken for a thief, and with such.
func Mixers(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*MixerTable, error) {
	t := &MixerTable{Seed: seed, Transfers: transfers}
	for _, plain := range []bool{true, false} {
		data := fmt.Sprintf("synthetic pools, seed %d", seed)
		if !plain {
			data += ", with decoys"
		}
		doing(data)
		w, err := simchain.Pools(simchain.Plan{Seed: seed, Transfers: transfers, Plain: plain})
		if err == nil {
			err = t.addPools(ctx, data, w)
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *MixerTable) addPools(ctx context.Context, data string, w *simchain.PoolWorld) (err error) {
	m := memory.New(w.Ledgers[0].Chain)
	if err := m.Append(ctx, w.Ledgers[0].Blocks...); err != nil {
		return err
	}
	s, err := m.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var pools []launder.MixerPool
	for _, p := range w.Pools {
		pools = append(pools, launder.MixerPool{Name: "synthetic", At: p.At, Asset: p.Asset, Note: p.Note})
	}
	for i := range w.Cases {
		var deposits []launder.MixerNote
		for _, pos := range w.Cases[i].Deposits {
			n, err := depositAt(ctx, s, pools, pos)
			if err != nil {
				return err
			}
			deposits = append(deposits, n)
		}
		q := &launder.MixerQuestion{Batches: launder.MixerBatches(pools, deposits), Within: syntheticWithin, Keep: 1 << 30}
		if q.Histories, q.Facts, err = launder.ReadMixer(ctx, s, q.Batches, q.Within, func(clew.Address) bool { return false }); err != nil {
			return err
		}
		a, err := launder.MixerCandidates(ctx, q)
		if err != nil {
			return err
		}
		t.AddMixers(data, a, func(b *launder.MixerBatch, n *launder.MixerNote) bool {
			return slices.ContainsFunc(b.Notes, func(d launder.MixerNote) bool { return w.Spends[n.Pos] == d.Pos })
		})
		t.nextOne(data, q, w)
	}
	t.sort()
	return nil
}

// syntheticWithin is how long after a batch thieves of synthetic pools are looked
// for: some wait long.
const syntheticWithin clew.Time = 30 * 24 * 60 * 60

// nextOne takes, for each single deposit of a case, the withdrawal that comes next.
func (t *MixerTable) nextOne(data string, q *launder.MixerQuestion, w *simchain.PoolWorld) {
	for i := range q.Batches {
		b := &q.Batches[i]
		h := &q.Histories[slices.IndexFunc(q.Histories, func(h launder.MixerHistory) bool { return h.Pool.At == b.Pool.At })]
		for _, d := range b.Notes {
			var is []bool
			for j := range h.Withdrawals {
				if d.Pos.Before(h.Withdrawals[j].Pos) {
					is = append(is, w.Spends[h.Withdrawals[j].Pos] == d.Pos)
				}
			}
			t.count(data, MixerNextOne, is, func(j int) launder.Sight { return sightOf(j == 0) })
		}
	}
}

func depositAt(ctx context.Context, s ledger.Snapshot, pools []launder.MixerPool, pos clew.Pos) (launder.MixerNote, error) {
	t, err := s.Transfer(ctx, pos)
	if err != nil {
		return launder.MixerNote{}, err
	}
	tx, err := s.Transaction(ctx, t.Tx)
	if err != nil {
		return launder.MixerNote{}, err
	}
	for i := range pools {
		notes, _ := launder.MixerNotes(&pools[i], tx)
		for _, n := range notes {
			if n.Pos == pos && !n.Out {
				return n, nil
			}
		}
	}
	return launder.MixerNote{}, fmt.Errorf("deposit at %s: %w", pos, clew.ErrNotFound)
}

// sort puts bands in order.
func (t *MixerTable) sort() {
	slices.SortStableFunc(t.Bands, func(a, b MixerBand) int { return cmp.Or(cmp.Compare(a.Data, b.Data), cmp.Compare(a.From, b.From)) })
}
