package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/ledger"
)

// FactsMax is how many transfers and acts a bundle holds of one ledger at most.
const FactsMax = 100_000

// A Recorder passes questions on to a snapshot, and keeps what was answered. It
// may be asked from several goroutines. Closing it closes nothing: whoever
// opened the snapshot does.
type Recorder struct {
	ledger.Snapshot
	most int // transfers and acts

	mu        sync.Mutex
	transfers map[clew.Pos]clew.Transfer
	acts      map[clew.Pos]clew.Act
	told      map[string]Told
}

// NewRecorder returns a recorder of what a snapshot is asked.
func NewRecorder(s ledger.Snapshot) *Recorder {
	return &Recorder{Snapshot: s, most: FactsMax, transfers: map[clew.Pos]clew.Transfer{}, acts: map[clew.Pos]clew.Act{}, told: map[string]Told{}}
}

// Close does nothing.
func (r *Recorder) Close() error { return nil }

// keep keeps an answer.
func (r *Recorder) keep(t Told) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told[t.key()] = t
}

// has keeps transfers. Those whose ordinals are made up are facts of the ledger
// as others are.
func (r *Recorder) has(list ...clew.Transfer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range list {
		r.transfers[list[i].Pos] = list[i]
	}
	return r.room()
}

func (r *Recorder) room() error {
	if len(r.transfers)+len(r.acts) > r.most {
		return fmt.Errorf("the answer rests on more than %d transfers and acts of %s: %w", r.most, r.Chain().Name(), ErrTooLarge)
	}
	return nil
}

// rows keeps the transfers that rows are of.
func (r *Recorder) rows(ctx context.Context, rows []ledger.Row) error {
	for _, row := range rows {
		r.mu.Lock()
		_, have := r.transfers[row.Pos]
		r.mu.Unlock()
		if have {
			continue
		}
		t, err := r.Snapshot.Transfer(ctx, row.Pos)
		if err == nil {
			err = r.has(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Rows keeps what is answered to a query.
func (r *Recorder) Rows(ctx context.Context, q ledger.Query, page []ledger.Row) ([]ledger.Row, bool, error) {
	begin := len(page)
	rows, more, err := r.Snapshot.Rows(ctx, q, page)
	t := Told{Ask: askOf(askRows, q), More: more}
	return rows, more, r.queried(ctx, t, q, rows[min(begin, len(rows)):], err)
}

// queried keeps the rows of a query, or that their sums do not fit.
func (r *Recorder) queried(ctx context.Context, t Told, q ledger.Query, rows []ledger.Row, err error) error {
	if t.Overflow = errors.Is(err, ledger.ErrOverflow); t.Overflow {
		r.keep(t)
	}
	if err != nil {
		return err
	}
	if t.Found = len(rows); q.Sums && len(rows) > 0 {
		first := rows[0].Before
		if q.Newest {
			first = rows[len(rows)-1].Before
		}
		t.Before = &first
	}
	if err := r.rows(ctx, rows); err != nil {
		return err
	}
	r.keep(t)
	return nil
}

// Batch keeps what is answered of each address.
func (r *Recorder) Batch(ctx context.Context, addresses []clew.Address, q ledger.Query, visit func(int, []ledger.Row) error) error {
	found := map[int][]ledger.Row{}
	err := r.Snapshot.Batch(ctx, addresses, q, func(i int, rows []ledger.Row) error {
		found[i] = slices.Clone(rows)
		return nil
	})
	if err != nil {
		return err
	}
	for i, a := range addresses {
		q.Address = a
		if err := r.queried(ctx, Told{Ask: askOf(askBatch, q)}, q, found[i], nil); err != nil {
			return err
		}
		if found[i] == nil {
			continue
		}
		if err := visit(i, found[i]); err != nil {
			return err
		}
	}
	return nil
}

// Tile keeps the rows of a tile with their sums.
func (r *Recorder) Tile(ctx context.Context, pot clew.Pot, side ledger.Side, lo, hi clew.Amount, limit int, page []ledger.Row) ([]ledger.Row, bool, error) {
	begin := len(page)
	rows, more, err := r.Snapshot.Tile(ctx, pot, side, lo, hi, limit, page)
	t := Told{Ask: askOfPot(askTile, pot), More: more}
	t.Side, t.Lo, t.Hi, t.Limit = side.String(), lo, hi, limit
	if t.Overflow = errors.Is(err, ledger.ErrOverflow); t.Overflow {
		r.keep(t)
	}
	if err != nil {
		return rows, more, err
	}
	for _, row := range rows[begin:] {
		t.Tiles = append(t.Tiles, Tile{Pos: row.Pos, Leg: row.Leg, Before: row.Before})
	}
	if err := r.rows(ctx, rows[begin:]); err != nil {
		return rows, more, err
	}
	r.keep(t)
	return rows, more, nil
}

// Flow keeps what went through a pot.
func (r *Recorder) Flow(ctx context.Context, pot clew.Pot, before clew.Pos) (ledger.Flow, error) {
	f, err := r.Snapshot.Flow(ctx, pot, before)
	t := Told{Ask: askOfPot(askFlow, pot), Overflow: errors.Is(err, ledger.ErrOverflow), Flow: &Flow{f.In, f.Out, f.Deficit}}
	t.Until = Place(before)
	if err == nil || t.Overflow {
		r.keep(t)
	}
	return f, err
}

// Count keeps how many rows an address has.
func (r *Recorder) Count(ctx context.Context, a clew.Address, side ledger.Side) (uint64, error) {
	n, err := r.Snapshot.Count(ctx, a, side)
	if err == nil {
		r.keep(Told{Ask: Ask{Ask: askCount, Address: a, Side: side.String()}, Count: n})
	}
	return n, err
}

// Transfer keeps a transfer, or that there is none.
func (r *Recorder) Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error) {
	one, err := r.Snapshot.Transfer(ctx, pos)
	t := Told{Ask: Ask{Ask: askTransfer, Pos: Place(pos)}}
	if t.Missing = errors.Is(err, clew.ErrNotFound); err == nil {
		err = r.has(one)
	}
	if err == nil || t.Missing {
		r.keep(t)
	}
	return one, err
}

// Transaction keeps the transfers of a transaction, or that there are none.
func (r *Recorder) Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error) {
	list, err := r.Snapshot.Transaction(ctx, id)
	t := Told{Ask: Ask{Ask: askTransaction, Tx: id}, Found: len(list)}
	if t.Missing = errors.Is(err, clew.ErrNotFound); err == nil {
		err = r.has(list...)
	}
	if err == nil || t.Missing {
		r.keep(t)
	}
	return list, err
}

// Spender keeps the transfers of both ends of an output, or that nobody spends it.
func (r *Recorder) Spender(ctx context.Context, creator clew.Pos, output uint32) (clew.Pos, uint32, error) {
	pos, input, err := r.Snapshot.Spender(ctx, creator, output)
	t := Told{Ask: Ask{Ask: askSpender, Pos: Place(creator), Output: output}}
	if t.Missing = errors.Is(err, clew.ErrNotFound); err != nil && !t.Missing {
		return pos, input, err
	}
	ends := []ledger.Row{{Pos: creator}, {Pos: pos}}
	if t.Missing {
		ends = ends[:1]
	}
	if failed := r.rows(ctx, ends); failed != nil && !(t.Missing && errors.Is(failed, clew.ErrNotFound)) {
		return pos, input, failed
	}
	r.keep(t)
	return pos, input, err
}

// Acts keeps the acts that a query asks for.
func (r *Recorder) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	begin := len(page)
	acts, more, err := r.Snapshot.Acts(ctx, q, page)
	if err != nil {
		return acts, more, err
	}
	r.mu.Lock()
	for _, a := range acts[begin:] {
		r.acts[a.Pos] = a
	}
	err = r.room()
	r.mu.Unlock()
	r.keep(Told{Ask: askOfActs(q), Found: len(acts) - begin, More: more})
	return acts, more, err
}

// Sweep keeps the transfers that are looked at.
func (r *Recorder) Sweep(ctx context.Context, from clew.Pos, visit func(*ledger.Chunk) error) error {
	t := Told{Ask: Ask{Ask: askSweep, From: Place(from)}}
	return r.swept(&t, r.Snapshot.Sweep(ctx, from, r.looking(&t, false, visit)))
}

// SweepBack does so against the chain.
func (r *Recorder) SweepBack(ctx context.Context, until clew.Pos, visit func(*ledger.Chunk) error) error {
	t := Told{Ask: Ask{Ask: askSweepBack, Until: Place(until)}}
	return r.swept(&t, r.Snapshot.SweepBack(ctx, until, r.looking(&t, true, visit)))
}

// looking keeps each chunk before it is looked at.
func (r *Recorder) looking(t *Told, back bool, visit func(*ledger.Chunk) error) func(*ledger.Chunk) error {
	return func(c *ledger.Chunk) error {
		for i := range c.Len() {
			one, err := c.Rest.Transfer(i)
			if err == nil {
				err = r.has(one)
			}
			if err != nil {
				return err
			}
		}
		if n := c.Len(); n > 0 {
			at := n - 1
			if back {
				at = 0
			}
			pos := c.Rest.Pos(at)
			t.Last = &pos
		}
		return visit(c)
	}
}

// swept keeps how far a sweep came: one that asks again may have looked less far.
func (r *Recorder) swept(t *Told, err error) error {
	t.Ended = err == nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if have, ok := r.told[t.key()]; !ok || t.Ended || !have.Ended && have.nearer(t) {
		r.told[t.key()] = *t
	}
	return err
}

// nearer reports whether a sweep came less far than another.
func (t *Told) nearer(other *Told) bool {
	switch {
	case other.Last == nil:
		return false
	case t.Last == nil:
		return true
	case t.Ask.Ask == askSweepBack:
		return other.Last.Before(*t.Last)
	}
	return t.Last.Before(*other.Last)
}

// Held keeps how many transfers, or acts, the ledger holds in all.
func (r *Recorder) Held(transfers bool, n uint64) { r.keep(Told{Ask: askHeld(transfers), Count: n}) }

func askHeld(transfers bool) Ask {
	if transfers {
		return Ask{Ask: askTransfers}
	}
	return Ask{Ask: askAllActs}
}

// FolderOf names the folder of a chain's files in a bundle, with its slash.
func FolderOf(chain clew.Chain) string {
	return "ledgers/" + strings.ToLower(strings.Replace(string(chain), ":", "-", 1)) + "/"
}

// Put adds what was recorded to the files of a bundle. More facts than one holds
// are an error, even where an operation passed over the one that it had of them.
func (r *Recorder) Put(files Contents) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.room(); err != nil {
		return err
	}
	folder := FolderOf(r.Chain())
	head := Head{Chain: r.Chain(), AsOf: r.AsOf(), Span: r.Span(), ActSpan: r.ActSpan(), Recent: r.Recent(), Coverage: r.coverage()}
	if err := files.Put(folder+"ledger.json", head); err != nil {
		return err
	}
	return errors.Join(
		putLines(files, folder+"transfers.jsonl", sortedBy(r.transfers, clew.Pos.Cmp)),
		putLines(files, folder+"acts.jsonl", sortedBy(r.acts, clew.Pos.Cmp)),
		putLines(files, folder+"asked.jsonl", sortedBy(r.told, strings.Compare)))
}

// coverage returns what the ledger holds, of single addresses and transactions
// those alone that the answer met: which others somebody looked at is nobody's
// business.
func (r *Recorder) coverage() clew.Coverage {
	c := *ledger.CloneCoverage(r.Snapshot.Coverage())
	met, txs := map[clew.Address]bool{{}: true}, map[clew.TxID]bool{{}: true}
	for _, t := range r.transfers {
		txs[t.Tx] = true
		for _, leg := range slices.Concat(t.From, t.To) {
			met[leg.Address] = true
		}
	}
	for _, a := range r.acts {
		txs[a.Tx], met[a.By], met[a.On], met[a.With] = true, true, true, true
	}
	for _, t := range r.told {
		txs[t.Tx], met[t.Address] = true, true
	}
	c.Held = slices.DeleteFunc(c.Held, func(h clew.Holding) bool { return !met[h.Address] || !txs[h.Tx] })
	return c
}

func sortedBy[K comparable, V any](m map[K]V, compare func(a, b K) int) []V {
	var list []V
	for _, k := range slices.SortedFunc(maps.Keys(m), compare) {
		list = append(list, m[k])
	}
	return list
}

// putLines adds a file with a line of JSON for each of a list.
func putLines[T any](files Contents, name string, list []T) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for i := range list {
		if err := e.Encode(&list[i]); err != nil {
			return fmt.Errorf("bundle: %s: %w", name, err)
		}
	}
	files[name] = b.Bytes()
	return nil
}
