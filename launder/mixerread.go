package launder

import (
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
)

// Bounds of what is read.
const (
	mostPoolRows   = 200_000 // of a pool, on one side, within the span
	mostOwnRows    = 20_000  // of a depositor
	mostOnward     = 16      // rows that a recipient pays on with; more is many
	mostGathered   = 200     // payments to an address beyond which it gathers for many
	mostGatherHops = 3
	poolPage       = 4096
)

// ReadMixer reads, from one chain's ledger, what [MixerCandidates] needs about
// batches: their pools from half a day before the first deposit to so long after
// the last, whom depositors deal with, and where recipients gather what came out.
// Services, of which stops tells, gather for many.
func ReadMixer(ctx context.Context, s ledger.Snapshot, batches []MixerBatch, within clew.Time, stops func(clew.Address) bool) ([]MixerHistory, *MixerFacts, error) {
	var histories []MixerHistory
	var recipients []clew.Address
	from := clew.LastPos
	for _, p := range poolsOf(batches) {
		r := &poolReading{s: s, pool: p}
		r.span(batches, within)
		if err := r.isCase(ctx, batches); err != nil {
			return nil, nil, err
		}
		h, err := r.read(ctx)
		if err != nil {
			return nil, nil, err
		}
		histories = append(histories, *h)
		for i := range h.Withdrawals {
			recipients = append(recipients, h.Withdrawals[i].Who)
		}
		if r.start.Before(from) {
			from = r.start
		}
	}
	hands, err := handsOf(ctx, s, histories, recipients, from, stops)
	if err != nil {
		return nil, nil, err
	}
	direct, err := directOf(ctx, s, batches)
	if err != nil {
		return nil, nil, err
	}
	return histories, &MixerFacts{Direct: direct, Gathers: hands}, nil
}

func poolsOf(batches []MixerBatch) (list []MixerPool) {
	for i := range batches {
		if !slices.ContainsFunc(list, func(p MixerPool) bool { return p.At == batches[i].Pool.At }) {
			list = append(list, batches[i].Pool)
		}
	}
	return list
}

// A poolReading reads one pool.
type poolReading struct {
	s        ledger.Snapshot
	pool     MixerPool
	from, to clew.Time
	start    clew.Pos
}

// span says from when to when the pool is read.
func (r *poolReading) span(batches []MixerBatch, within clew.Time) {
	first := true
	for i := range batches {
		b := &batches[i]
		if b.Pool.At != r.pool.At {
			continue
		}
		if first || b.First-soonAfter < r.from {
			r.from = b.First - soonAfter
		}
		r.to = max(r.to, b.Last+within)
		first = false
	}
}

// wholePool is how many notes of a case may be more than half of all that a pool
// was ever given.
const wholePool = 100

// isCase refuses batches that are most of a pool. What an incident restates is held
// against pools alone that are held whole.
func (r *poolReading) isCase(ctx context.Context, batches []MixerBatch) error {
	flow, err := r.s.Flow(ctx, clew.Pot{Address: r.pool.At, Asset: r.pool.Asset}, clew.LastPos)
	if err != nil {
		return err
	}
	whole := r.s.Coverage().Holds(r.pool.At, clew.Window{To: r.s.AsOf().Height + 1})
	mine := uint64(0)
	for i := range batches {
		if batches[i].Pool.At == r.pool.At && (whole || len(batches[i].Notes) > 0) {
			mine += min(batches[i].Count, MostMixerDeposits+1)
		}
	}
	twice, _ := r.pool.Note.MulDiv(clew.Units(2*mine), clew.Units(1))
	if mine > wholePool && flow.In.Less(twice) {
		return &clew.InputError{Field: "start", Want: fmt.Sprintf("a case: %d of its notes are more than half of all that %s was given; candidates are not worked out for a pool", mine, r.pool.At.Text())}
	}
	return nil
}

func (r *poolReading) read(ctx context.Context) (*MixerHistory, error) {
	h := &MixerHistory{Pool: r.pool}
	var err error
	if r.start, err = r.find(ctx); err != nil {
		return nil, err
	}
	flow, err := r.s.Flow(ctx, clew.Pot{Address: r.pool.At, Asset: r.pool.Asset}, r.start)
	if err != nil {
		return nil, err
	}
	left, _ := flow.In.MinusOrZero(flow.Out).MulDiv(clew.Units(1), r.pool.Note)
	h.Opening, _ = left.Uint64()
	h.Whole = flow.Deficit.IsZero() && r.s.Coverage().Holds(r.pool.At, clew.Window{To: r.start.Height})
	err = r.rows(ctx, ledger.In, func(row *ledger.Row) error {
		if row.Amount != r.pool.Note {
			h.Odd++
			return nil
		}
		h.Deposits = append(h.Deposits, MixerNote{Pool: r.pool.At, Pos: row.Pos, Time: row.Time, Who: row.Peer})
		return nil
	})
	if err != nil {
		return nil, err
	}
	var seen clew.Pos
	err = r.rows(ctx, ledger.Out, func(row *ledger.Row) error {
		if len(h.Withdrawals) > 0 && row.Pos.Height == seen.Height && row.Pos.Index == seen.Index {
			return nil // of a transaction that was read
		}
		seen = row.Pos
		notes, odd, err := r.transaction(ctx, row.Pos)
		h.Withdrawals, h.Odd = append(h.Withdrawals, notes...), h.Odd+odd
		return err
	})
	return h, err
}

// find returns where the pool's span begins, by its deposits.
func (r *poolReading) find(ctx context.Context) (clew.Pos, error) {
	span := r.s.Span()
	low, high := span.From, span.To
	for low < high {
		mid := low + (high-low)/2
		rows, _, err := r.s.Rows(ctx, ledger.Query{Address: r.pool.At, Side: ledger.In, Asset: r.pool.Asset, From: clew.Pos{Height: mid}, Limit: 1}, nil)
		if err != nil {
			return clew.Pos{}, err
		}
		if len(rows) == 0 || rows[0].Time >= r.from {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return clew.Pos{Height: low}, nil
}

// rows visits what the pool is paid, or pays, in its span.
func (r *poolReading) rows(ctx context.Context, side ledger.Side, visit func(*ledger.Row) error) error {
	q := ledger.Query{Address: r.pool.At, Side: side, Asset: r.pool.Asset, From: r.start, Limit: poolPage}
	for read := 0; ; {
		rows, more, err := r.s.Rows(ctx, q, nil)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].Time > r.to {
				return nil
			}
			if read++; read > mostPoolRows {
				return &clew.InputError{Field: "days", Want: fmt.Sprintf("fewer days: more than %d transfers of one pool lie in them", mostPoolRows)}
			}
			if err := visit(&rows[i]); err != nil {
				return err
			}
		}
		if !more || len(rows) == 0 {
			return nil
		}
		q.From = rows[len(rows)-1].Pos
		q.From.Ordinal++
	}
}

// transaction reads the withdrawals of the transaction that a transfer is of.
func (r *poolReading) transaction(ctx context.Context, at clew.Pos) ([]MixerNote, int, error) {
	t, err := r.s.Transfer(ctx, at)
	if err != nil {
		return nil, 0, err
	}
	tx := []clew.Transfer{t}
	if !t.Tx.IsZero() {
		if tx, err = r.s.Transaction(ctx, t.Tx); err != nil {
			return nil, 0, err
		}
	}
	notes, _ := MixerNotes(&r.pool, tx)
	notes = slices.DeleteFunc(notes, func(n MixerNote) bool { return !n.Out })
	odd := 0
	for i := range tx {
		odd += int(oddOut(&r.pool, &tx[i], notes))
	}
	return notes, odd, nil
}

// oddOut is 1 for a transfer out of a pool that is in no note.
func oddOut(p *MixerPool, t *clew.Transfer, notes []MixerNote) uint64 {
	if !counts(t) || t.Asset != p.Asset || t.From[0].Address != p.At {
		return 0
	}
	for i := range notes {
		n := &notes[i]
		if n.Pos == t.Pos || !n.Relayer.IsZero() && t.To[0].Address == n.Relayer && t.Amount() == n.Fee {
			return 0
		}
	}
	return 1
}

// handsOf finds where recipients gather what came out to them: where all that they
// pay on goes to one address, which does not gather for many.
func handsOf(ctx context.Context, s ledger.Snapshot, histories []MixerHistory, recipients []clew.Address, from clew.Pos, stops func(clew.Address) bool) (func(clew.Address) clew.Address, error) {
	slices.SortFunc(recipients, compareKeys)
	recipients = slices.Compact(recipients)
	next := map[clew.Address]clew.Address{}
	err := s.Batch(ctx, recipients, ledger.Query{Side: ledger.Out, From: from, Limit: mostOnward + 1}, func(i int, rows []ledger.Row) error {
		to := onlyPayee(rows)
		isPool := slices.ContainsFunc(histories, func(h MixerHistory) bool { return h.Pool.At == to })
		if !to.IsZero() && !isPool && to != recipients[i] && !stops(to) {
			next[recipients[i]] = to
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	many := map[clew.Address]bool{}
	for _, to := range next {
		if _, known := many[to]; known {
			continue
		}
		n, err := s.Count(ctx, to, ledger.In)
		if err != nil {
			return nil, err
		}
		many[to] = n > mostGathered
	}
	return func(a clew.Address) clew.Address {
		for range mostGatherHops {
			to, ok := next[a]
			if !ok || many[to] {
				break
			}
			a = to
		}
		return a
	}, nil
}

// onlyPayee returns to whom all is paid; nobody where there are several, or more
// payments than are looked at.
func onlyPayee(rows []ledger.Row) clew.Address {
	to := clew.Address{}
	for j := range rows {
		switch peer := rows[j].Peer; {
		case rows[j].Pos.Class >= clew.Fee || peer.IsZero():
		case len(rows) > mostOnward || !to.IsZero() && to != peer:
			return clew.Address{}
		default:
			to = peer
		}
	}
	return to
}

// directOf counts the transfers between each depositor and those it deals with.
func directOf(ctx context.Context, s ledger.Snapshot, batches []MixerBatch) (func(depositor, recipient clew.Address) (uint64, bool), error) {
	counted := map[clew.Address]map[clew.Address]uint64{}
	for i := range batches {
		by := batches[i].By
		if _, met := counted[by]; met || by.IsZero() {
			continue
		}
		counted[by] = map[clew.Address]uint64{}
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			rows, more, err := s.Rows(ctx, ledger.Query{Address: by, Side: side, Limit: mostOwnRows}, nil)
			if err != nil {
				return nil, err
			}
			if more {
				counted[by] = nil
				break
			}
			for j := range rows {
				if rows[j].Pos.Class < clew.Fee && !rows[j].Peer.IsZero() {
					counted[by][rows[j].Peer]++
				}
			}
		}
	}
	return func(depositor, recipient clew.Address) (uint64, bool) {
		of := counted[depositor]
		return of[recipient], of != nil
	}, nil
}

func compareKeys(a, b clew.Address) int {
	x, _ := a.RawKey()
	y, _ := b.RawKey()
	return slices.Compare(x[:], y[:])
}
