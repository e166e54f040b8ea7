package launder

import (
	"cmp"
	"slices"

	"clew"
)

// A MixerBatch is what one address put into one pool, with less than a day between
// one deposit and the next. Candidates are looked for a batch at a time.
type MixerBatch struct {
	Pool  MixerPool    `json:"pool"`
	By    clew.Address `json:"by"`
	Count uint64       `json:"count"` // of notes
	First clew.Time    `json:"first"`
	Last  clew.Time    `json:"last"`
	Notes []MixerNote  `json:"notes"` // in order; none where only their number is known
}

// batchGap parts the deposits of one address into batches.
const batchGap clew.Time = 24 * 60 * 60

// MixerBatches puts deposits of a case together. The order in which they are given
// does not matter, and one that is given twice counts once.
func MixerBatches(pools []MixerPool, deposits []MixerNote) []MixerBatch {
	deposits = slices.Clone(deposits)
	slices.SortFunc(deposits, func(a, b MixerNote) int {
		return cmp.Or(cmp.Compare(a.Pool.String(), b.Pool.String()), cmp.Compare(a.Who.String(), b.Who.String()), a.Pos.Cmp(b.Pos))
	})
	deposits = slices.CompactFunc(deposits, func(a, b MixerNote) bool { return a.Pool == b.Pool && a.Pos == b.Pos })
	var list []MixerBatch
	for _, n := range deposits {
		at := slices.IndexFunc(pools, func(p MixerPool) bool { return p.At == n.Pool })
		if n.Out || at < 0 {
			continue
		}
		if last := len(list) - 1; last >= 0 && list[last].Pool.At == n.Pool && list[last].By == n.Who && n.Time-list[last].Last < batchGap {
			b := &list[last]
			b.Count, b.Last, b.Notes = b.Count+1, max(b.Last, n.Time), append(b.Notes, n)
			continue
		}
		list = append(list, MixerBatch{Pool: pools[at], By: n.Who, Count: 1, First: n.Time, Last: n.Time, Notes: []MixerNote{n}})
	}
	SortMixerBatches(list)
	return list
}

// SortMixerBatches puts batches in order of time.
func SortMixerBatches(list []MixerBatch) {
	slices.SortFunc(list, func(a, b MixerBatch) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Pool.At.String(), b.Pool.At.String()), cmp.Compare(a.By.String(), b.By.String()))
	})
}

// before returns how many notes of the batch had been put in when a withdrawal came
// out. Of notes without positions, all of them count from the first on: the most
// that there can have been.
func (b *MixerBatch) before(w *MixerNote) uint64 {
	if len(b.Notes) == 0 {
		if w.Time < b.First {
			return 0
		}
		return b.Count
	}
	n, _ := slices.BinarySearchFunc(b.Notes, w.Pos, func(d MixerNote, at clew.Pos) int { return d.Pos.Cmp(at) })
	return uint64(n)
}

// A MixerHistory is what is known of one pool over a span of time.
type MixerHistory struct {
	Pool        MixerPool
	Opening     uint64      // notes in the pool before the span
	Whole       bool        // all before the span is held, so that the number is right
	Deposits    []MixerNote // of the span, in order; of others than the case's, no more than time and place need be known
	Withdrawals []MixerNote // likewise
	Odd         int         // transfers that are no notes
}

// crowd returns, for each withdrawal of the history, how many notes were in the
// pool just before it, and how many were put in within so long before. The latter
// may have been taken out again: which have, does not show.
func (h *MixerHistory) crowd(within clew.Time) (sets, recent []uint64) {
	put, old := 0, 0
	for i := range h.Withdrawals {
		w := &h.Withdrawals[i]
		for put < len(h.Deposits) && h.Deposits[put].Pos.Before(w.Pos) {
			put++
		}
		for old < put && h.Deposits[old].Time < w.Time-within {
			old++
		}
		in, out := h.Opening+uint64(put), uint64(i)
		sets, recent = append(sets, in-min(in, out)), append(recent, uint64(put-old))
	}
	return sets, recent
}
