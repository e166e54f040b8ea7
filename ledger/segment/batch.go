package segment

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"clew"
	"clew/ledger"
)

// Batch asks q of every address. Of many addresses, several goroutines read
// the rows; the caller's alone calls visit.
func (s *Segment) Batch(ctx context.Context, addresses []clew.Address, q ledger.Query, visit func(i int, rows []ledger.Row) error) error {
	if err := q.Check(); err != nil {
		return err
	}
	return s.guard(func() error {
		var asset uint32
		one := !q.Asset.IsZero()
		if one {
			var held bool
			if asset, held = s.assets.id(q.Asset); !held {
				return ctx.Err()
			}
		}
		o := s.takeOrder(addresses)
		defer s.orders.Put(o)
		b := &batch{s: s, q: q, asset: asset, one: one, order: o.keys, visit: visit}
		if err := b.run(ctx); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// A batch is a question asked of many addresses. They are read in chunks of
// batchAhead, and every goroutine takes the next that nobody has taken.
type batch struct {
	s      *Segment
	q      ledger.Query
	asset  uint32
	one    bool     // of one asset
	order  []uint64 // number and index of each address
	visit  func(i int, rows []ledger.Row) error
	taken  atomic.Int64 // chunks
	page   []ledger.Row // of an address shown alone
	full   chan *sheaf  // from helpers to the caller
	empty  chan *sheaf  // back
	failed atomic.Pointer[error]
}

const (
	mostHelpers  = 7 // they bound the memory of a batch
	helperSheafs = 4 // that a helper may be ahead, about
)

// run visits all addresses. It returns when no helper is left.
func (b *batch) run(ctx context.Context) error {
	helping, stop := context.WithCancel(ctx)
	defer b.keep()
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	if n := min(runtime.GOMAXPROCS(0)-1, mostHelpers, len(b.order)/batchAhead-1); n > 0 {
		b.help(helping, stop, &running, n)
	}
	err := b.read(helping, func(s *sheaf) (*sheaf, error) {
		if err := b.show(ctx, s); err != nil {
			return s, err
		}
		return s, b.showReady(ctx)
	})
	for b.full != nil && err == nil {
		s, more := <-b.full
		if !more {
			break
		}
		if err = b.show(ctx, s); err == nil {
			b.empty <- s
		}
	}
	if failed := b.failed.Load(); failed != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return *failed
	}
	return err
}

// help starts n goroutines that read chunks.
func (b *batch) help(ctx context.Context, stop func(), running *sync.WaitGroup, n int) {
	all := n * (helperSheafs + 1) // each helper begins with one of its own
	b.full, b.empty = make(chan *sheaf, all), make(chan *sheaf, all)
	for range n * helperSheafs {
		b.empty <- b.s.takeSheaf()
	}
	var left atomic.Int64
	left.Store(int64(n))
	for range n {
		running.Go(func() {
			err := b.s.guard(func() error {
				return b.read(ctx, func(s *sheaf) (*sheaf, error) { return b.hand(ctx, s) })
			})
			if err != nil && ctx.Err() == nil {
				b.failed.CompareAndSwap(nil, &err)
				stop()
			}
			if left.Add(-1) == 0 {
				close(b.full)
			}
		})
	}
}

// keep lays sheaves aside for later batches, once no helper is left.
func (b *batch) keep() {
	if b.full == nil {
		return
	}
	for s := range b.full {
		b.s.sheaves.Put(s)
	}
	close(b.empty)
	for s := range b.empty {
		b.s.sheaves.Put(s)
	}
}

// hand gives a sheaf to the caller and returns an empty one.
func (b *batch) hand(ctx context.Context, s *sheaf) (*sheaf, error) {
	b.full <- s // it has room for all, and so has empty
	select {
	case s = <-b.empty:
		return s, nil
	case <-ctx.Done():
		return b.s.takeSheaf(), ctx.Err()
	}
}

// showReady shows what helpers have read by now.
func (b *batch) showReady(ctx context.Context) error {
	for {
		select {
		case s := <-b.full:
			if s == nil {
				return nil // none, or no helper is left
			}
			if err := b.show(ctx, s); err != nil {
				return err
			}
			b.empty <- s
		default:
			return nil
		}
	}
}

// read reads chunks until all are taken, and emits sheaves of their rows.
func (b *batch) read(ctx context.Context, emit func(*sheaf) (*sheaf, error)) (err error) {
	d := &b.s.sides[b.q.Side]
	v := view{counts: b.q.Asset.IsFungible(), near: true}
	full, cold := b.s.takeSheaf(), false
	defer func() { b.s.sheaves.Put(full) }()
	for {
		at := int(b.taken.Add(1)-1) * batchAhead
		if at >= len(b.order) {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		chunk := b.order[at:min(at+batchAhead, len(b.order))]
		cold = d.ahead(chunk, cold)
		for _, key := range chunk {
			v.open(d, uint32(key>>32), b.one, b.asset)
			if full.add(&v, &b.q, key); len(full.records) < sheafRows && len(full.spans) < sheafRows {
				continue
			}
			full.fill(d)
			if full, err = emit(full); err != nil {
				return err
			}
			full.clear()
		}
	}
	if len(full.spans) == 0 {
		return nil
	}
	full.fill(d)
	full, err = emit(full)
	return err
}

// show calls visit with the rows of a sheaf.
func (b *batch) show(ctx context.Context, s *sheaf) error {
	from := 0
	for _, of := range s.spans {
		if of.alone {
			if err := b.showAlone(ctx, of.key); err != nil {
				return err
			}
			continue
		}
		rows := s.rows[from:of.end]
		if err := calling(func() error { return b.visit(int(uint32(of.key)), rows) }); err != nil {
			return err
		}
		from = of.end
	}
	return nil
}

// showAlone reads and shows the rows of one address.
func (b *batch) showAlone(ctx context.Context, key uint64) (err error) {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v, q := view{counts: b.q.Asset.IsFungible()}, b.q
	q.Address = b.s.names.address(uint32(key >> 32)) // what it pays to itself is not summed
	v.open(&b.s.sides[q.Side], uint32(key>>32), b.one, b.asset)
	if b.page, _, err = b.s.page(&v, &q, b.page[:0]); err != nil || len(b.page) == 0 {
		return err
	}
	return calling(func() error { return b.visit(int(uint32(key)), b.page) })
}
