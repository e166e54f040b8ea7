package disk

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// spillRecord is about how many bytes of facts have a checksum together.
const spillRecord = 1 << 16

// spill writes the run of an inexact load to a file of its own, in the order of
// [ledger.Compare]: such transfers are known again one by one on Commit, and
// until then need not be in memory.
func (l *load) spill() error {
	l.run.assets = l.assets
	if err := l.run.sortByContent(); err != nil {
		return err
	}
	i := 0
	err := l.spillFile(fmt.Sprintf("%s-%d%s", l.name, len(l.spills), temporary), &l.spills, func(e *encoder) (bool, error) {
		if i == l.run.len() {
			return false, nil
		}
		one, err := l.run.transfer(l.run.at(i))
		e.transfer(&one)
		i++
		return true, err
	})
	if err != nil {
		return err
	}
	l.run.reset()
	return nil
}

// spillFile writes what step encodes, until that says there is no more, and
// adds the name to a list. The file is never part of the ledger, so nothing
// waits for the medium.
func (l *load) spillFile(name string, list *[]string, step func(*encoder) (bool, error)) error {
	*list = append(*list, name)
	file, err := l.store.fs.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(l.writeSpill(file, step), file.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (l *load) writeSpill(file vfs.File, step func(*encoder) (bool, error)) error {
	e := encoder{assets: l.assetIDs}
	for more := true; more; {
		var err error
		if more, err = step(&e); err != nil {
			return err
		}
		if more && len(e.bytes) < spillRecord || len(e.bytes) == 0 {
			continue
		}
		if _, err := file.Write(record(e.bytes)); err != nil {
			return err
		}
		e.bytes = e.bytes[:0]
	}
	return nil
}

// A feed yields facts in order: those of one spill, or those in memory.
type feed[T any] struct {
	step  func(*T) (more bool, err error)
	close func()
	next  T
	order int // among the feeds: of the same facts, those of earlier ones come first
}

// openSpill returns what was spilled to a file. read takes one fact apart.
func openSpill[T any](l *load, name string, read func(*decoder) T) (*feed[T], error) {
	mapping, err := l.store.fs.Map(name)
	if err != nil {
		return nil, err
	}
	mapping.Advise(0, len(mapping.Bytes()), vfs.Sequential)
	at, d := 0, decoder{chain: l.store.chain, assets: l.assets}
	step := func(one *T) (bool, error) {
		if len(d.bytes) == 0 {
			if at == len(mapping.Bytes()) {
				return false, nil
			}
			err := vfs.Guard(func() error {
				body, ok := readRecord(mapping.Bytes()[at:])
				if !ok {
					return fmt.Errorf("at byte %d: %w", at, ledger.ErrDamaged)
				}
				d.bytes, at = bytes.Clone(body), at+recordHead+len(body)
				return nil
			})
			if err != nil {
				return false, fmt.Errorf("%s: %w", name, err)
			}
		}
		*one = read(&d)
		return true, d.err
	}
	return &feed[T]{step: step, close: func() { _ = mapping.Close() }}, nil // it was only read
}

// A sorted yields all that a load was given of one kind, in the order of
// compare. It is a heap of what is left of each feed.
type sorted[T any] struct {
	ctx     context.Context
	compare func(a, b *T) int
	left    []*feed[T]
	all     []*feed[T]
	missing uint64 // facts not read yet
}

// sorted returns what an inexact load was given. Its run must not change
// meanwhile.
func (l *load) sorted(ctx context.Context) (*sorted[clew.Transfer], error) {
	l.run.assets = l.assets
	if err := l.run.sortByContent(); err != nil {
		return nil, err
	}
	i := 0
	inMemory := &feed[clew.Transfer]{close: func() {}, step: func(one *clew.Transfer) (more bool, err error) {
		if i == l.run.len() {
			return false, nil
		}
		*one, err = l.run.transfer(l.run.at(i))
		i++
		return true, err
	}}
	s := &sorted[clew.Transfer]{ctx: ctx, compare: ledger.Compare, missing: l.given}
	return s, s.open(l, l.spills, (*decoder).transfer, inMemory)
}

// open begins with spills, and what is in memory last.
func (s *sorted[T]) open(l *load, spills []string, read func(*decoder) T, inMemory *feed[T]) (err error) {
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	for _, name := range spills {
		one, err := openSpill(l, name, read)
		if err != nil {
			return err
		}
		s.all = append(s.all, one)
	}
	s.all = append(s.all, inMemory)
	for i, one := range s.all {
		one.order = i
		more, err := one.step(&one.next)
		if err != nil {
			return err
		}
		if more {
			s.left = append(s.left, one)
		}
	}
	heap.Init(s)
	return nil
}

// next returns the next fact.
func (s *sorted[T]) next() (one T, more bool, err error) {
	if err := s.ctx.Err(); err != nil {
		return one, false, err
	}
	if len(s.left) == 0 {
		if s.missing > 0 {
			err = fmt.Errorf("files of a load: %d facts are missing: %w", s.missing, ledger.ErrDamaged)
		}
		return one, false, err
	}
	first := s.left[0]
	one = first.next
	s.missing--
	more, err = first.step(&first.next)
	if more {
		heap.Fix(s, 0)
	} else {
		heap.Pop(s)
	}
	return one, err == nil, err
}

// close lets go of the files.
func (s *sorted[T]) close() {
	for _, one := range s.all {
		one.close()
	}
}

// Len, Less, Swap, Push and Pop are for package heap.
func (s *sorted[T]) Len() int { return len(s.left) }
func (s *sorted[T]) Less(i, j int) bool {
	c := s.compare(&s.left[i].next, &s.left[j].next)
	return c < 0 || c == 0 && s.left[i].order < s.left[j].order
}
func (s *sorted[T]) Swap(i, j int) { s.left[i], s.left[j] = s.left[j], s.left[i] }
func (s *sorted[T]) Push(one any)  { s.left = append(s.left, one.(*feed[T])) }
func (s *sorted[T]) Pop() any {
	last := s.left[len(s.left)-1]
	s.left = s.left[:len(s.left)-1]
	return last
}
