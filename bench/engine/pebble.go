package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"clew/bench/gen"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
)

// Pebble keeps each transfer under three keys: whole under its position, and
// once for each direction under address and position with all that a walk
// needs. Nothing is synced and there is no log, which favours it.
type Pebble struct{}

// First bytes of keys.
const (
	byPos  = 'e'
	byFrom = 'o'
	byTo   = 'i'
)

// pebblePrefix is the part of a key of one direction that filters know:
// direction and address.
const pebblePrefix = 21

// Name returns "pebble".
func (Pebble) Name() string { return "pebble" }

func openPebble(dir string, readOnly bool) (*pebble.DB, error) {
	comparer := *pebble.DefaultComparer
	comparer.Name = "clew.bench.prefix"
	comparer.Split = func(key []byte) int { return min(len(key), pebblePrefix) }
	comparer.ImmediateSuccessor = nil
	cache := pebble.NewCache(1 << 30)
	defer cache.Unref() // the database holds it from here
	options := &pebble.Options{
		Comparer:                    &comparer,
		DisableWAL:                  true,
		ReadOnly:                    readOnly,
		Cache:                       cache,
		MemTableSize:                256 << 20,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		MaxOpenFiles:                4096,
		Logger:                      quiet{},
	}
	for i := range options.Levels {
		options.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		options.Levels[i].FilterType = pebble.TableFilter
	}
	return pebble.Open(dir, options)
}

// quiet drops what Pebble says of its progress.
type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf("pebble: "+format, args...))
}

// Ingest writes the three keys of every transfer in batches of 4 MiB.
func (Pebble) Ingest(ctx context.Context, file, dir string) error {
	db, err := openPebble(dir, false)
	if err != nil {
		return err
	}
	batch := db.NewBatch()
	var key, value []byte
	err = gen.Read(ctx, file, func(rows []gen.Row) error {
		for i := range rows {
			key, value = setPebble(batch, &rows[i], key, value)
		}
		if batch.Len() < 4<<20 {
			return nil
		}
		if err := batch.Commit(pebble.NoSync); err != nil {
			return err
		}
		batch.Reset()
		return nil
	})
	if err == nil {
		err = errors.Join(batch.Commit(pebble.NoSync), db.Flush())
	}
	return errors.Join(err, batch.Close(), db.Close())
}

// setPebble adds a transfer's keys to a batch; key and value are scratch.
func setPebble(batch *pebble.Batch, r *gen.Row, key, value []byte) (_, _ []byte) {
	key = binary.BigEndian.AppendUint64(append(key[:0], byPos), r.Pos)
	value = pebbleHead(value, r)
	value = append(append(append(value, r.From[:]...), r.To[:]...), r.Tx[:]...)
	value = gen.AmountBytes(value, r.Amount)
	_ = batch.Set(key, value, nil) // a batch without an index cannot fail
	for _, d := range []struct {
		first       byte
		owner, peer *gen.Address
	}{{byFrom, &r.From, &r.To}, {byTo, &r.To, &r.From}} {
		key = pebbleKey(key, d.first, *d.owner)
		key = binary.BigEndian.AppendUint64(key, r.Pos)
		value = append(pebbleHead(value, r), d.peer[:]...)
		value = gen.AmountBytes(value, r.Amount)
		_ = batch.Set(key, value, nil)
	}
	return key, value
}

func pebbleKey(key []byte, first byte, a gen.Address) []byte {
	return append(append(key[:0], first), a[:]...)
}

func pebbleHead(value []byte, r *gen.Row) []byte {
	value = binary.LittleEndian.AppendUint32(value[:0], r.Time)
	return binary.LittleEndian.AppendUint32(value, r.Asset)
}

// Settle compacts every level into the last.
func (Pebble) Settle(ctx context.Context, dir string) error {
	db, err := openPebble(dir, false)
	if err != nil {
		return err
	}
	err = db.Compact(ctx, []byte{0}, []byte{0xff}, true)
	return errors.Join(err, db.Close())
}

// Open opens the database with one iterator, which is what seeks cost least
// with.
func (Pebble) Open(ctx context.Context, dir string) (Store, error) {
	db, err := openPebble(dir, true)
	if err != nil {
		return nil, err
	}
	iter, err := db.NewIterWithContext(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pebbleStore{db: db, iter: iter}, nil
}

type pebbleStore struct {
	db   *pebble.DB
	iter *pebble.Iterator
	key  []byte
}

func (s *pebbleStore) Lookup(_ context.Context, a gen.Address, visit Visit) error {
	s.key = pebbleKey(s.key, byFrom, a)
	row := gen.Row{From: a}
	for ok := s.iter.SeekPrefixGE(s.key); ok; ok = s.iter.Next() {
		if err := fillPebble(&row, s.iter.Key(), s.iter.Value()); err != nil {
			return err
		}
		if visit != nil {
			visit(&row)
		}
	}
	return s.iter.Error()
}

// Batch looks addresses up in the order of their keys, so that neighbours share
// blocks.
func (s *pebbleStore) Batch(ctx context.Context, addresses []gen.Address, visit Visit) error {
	sorted := slices.Clone(addresses)
	slices.SortFunc(sorted, func(a, b gen.Address) int { return bytes.Compare(a[:], b[:]) })
	for _, a := range sorted {
		if err := errors.Join(s.Lookup(ctx, a, visit), ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

func (s *pebbleStore) Sweep(ctx context.Context, visit Visit) error {
	iter, err := s.db.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: []byte{byPos}, UpperBound: []byte{byPos + 1}})
	if err != nil {
		return err
	}
	var row gen.Row
	for ok := iter.First(); ok; ok = iter.Next() {
		value := iter.Value()
		row.Asset = binary.LittleEndian.Uint32(value[4:])
		row.From, row.To = gen.Address(value[8:28]), gen.Address(value[28:48])
		if row.Amount, err = gen.AmountLimbs(value[80:]); err != nil {
			return errors.Join(err, iter.Close())
		}
		if visit != nil {
			visit(&row)
		}
	}
	return errors.Join(iter.Error(), iter.Close())
}

func (s *pebbleStore) Close() error { return errors.Join(s.iter.Close(), s.db.Close()) }

// fillPebble sets row to what a key of one direction and its value hold.
func fillPebble(row *gen.Row, key, value []byte) error {
	row.Pos = binary.BigEndian.Uint64(key[pebblePrefix:])
	row.Time = binary.LittleEndian.Uint32(value)
	row.Asset = binary.LittleEndian.Uint32(value[4:])
	row.To = gen.Address(value[8:28])
	var err error
	row.Amount, err = gen.AmountLimbs(value[28:])
	return err
}
