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

// spillRecord is about how many bytes of transfers have a checksum together.
const spillRecord = 1 << 16

// spill writes the run of an inexact load to a file of its own, in the order of
// [ledger.Compare]: such transfers are known again one by one on Commit, and
// until then need not be in memory. The file is never part of the ledger, so
// nothing waits for the medium.
func (l *load) spill() error {
	l.run.assets = l.assets
	if err := l.run.sortByContent(); err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%d%s", l.name, len(l.spills), temporary)
	l.spills = append(l.spills, name)
	file, err := l.store.fs.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(l.writeSpill(file), file.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	l.run.reset()
	return nil
}

func (l *load) writeSpill(file vfs.File) error {
	e := encoder{assets: l.assetIDs}
	for i := range l.run.len() {
		one, err := l.run.transfer(l.run.at(i))
		if err != nil {
			return err
		}
		e.transfer(&one)
		if len(e.bytes) < spillRecord && i+1 < l.run.len() {
			continue
		}
		if _, err := file.Write(record(e.bytes)); err != nil {
			return err
		}
		e.bytes = e.bytes[:0]
	}
	return nil
}

// A spilled reads what was spilled to one file, or the run that is in memory.
type spilled struct {
	name    string
	mapping vfs.Mapping // nil: the run
	run     *run
	at      int // in the file, or in the run
	record  decoder
	next    clew.Transfer
}

// step reads the next transfer.
func (s *spilled) step() (more bool, err error) {
	if s.mapping == nil {
		if s.at == s.run.len() {
			return false, nil
		}
		s.next, err = s.run.transfer(s.run.at(s.at))
		s.at++
		return true, err
	}
	if len(s.record.bytes) == 0 {
		if s.at == len(s.mapping.Bytes()) {
			return false, nil
		}
		err := vfs.Guard(func() error {
			body, ok := readRecord(s.mapping.Bytes()[s.at:])
			if !ok {
				return fmt.Errorf("at byte %d: %w", s.at, ledger.ErrDamaged)
			}
			s.record.bytes, s.at = bytes.Clone(body), s.at+recordHead+len(body)
			return nil
		})
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	s.next = s.record.transfer()
	return true, s.record.err
}

// A sorted yields all transfers of an inexact load in the order of
// [ledger.Compare]. It is a heap of what is left of each spill.
type sorted struct {
	ctx     context.Context
	left    []*spilled
	all     []*spilled
	missing uint64 // transfers not read yet
}

// sorted returns what the load was given. Its run must not change meanwhile.
func (l *load) sorted(ctx context.Context) (_ *sorted, err error) {
	l.run.assets = l.assets
	if err := l.run.sortByContent(); err != nil {
		return nil, err
	}
	s := &sorted{ctx: ctx, all: []*spilled{{run: l.run}}, missing: l.given}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	for _, name := range l.spills {
		mapping, err := l.store.fs.Map(name)
		if err != nil {
			return nil, err
		}
		mapping.Advise(0, len(mapping.Bytes()), vfs.Sequential)
		s.all = append(s.all, &spilled{name: name, mapping: mapping, record: decoder{chain: l.store.chain, assets: l.assets}})
	}
	for _, one := range s.all {
		more, err := one.step()
		if err != nil {
			return nil, err
		}
		if more {
			s.left = append(s.left, one)
		}
	}
	heap.Init(s)
	return s, nil
}

// next returns the next transfer.
func (s *sorted) next() (one clew.Transfer, more bool, err error) {
	if err := s.ctx.Err(); err != nil {
		return one, false, err
	}
	if len(s.left) == 0 {
		if s.missing > 0 {
			err = fmt.Errorf("files of a load: %d transfers are missing: %w", s.missing, ledger.ErrDamaged)
		}
		return one, false, err
	}
	one = s.left[0].next
	s.missing--
	more, err = s.left[0].step()
	if more {
		heap.Fix(s, 0)
	} else {
		heap.Pop(s)
	}
	return one, err == nil, err
}

// close lets go of the files, which were only read.
func (s *sorted) close() {
	for _, one := range s.all {
		if one.mapping != nil {
			_ = one.mapping.Close()
		}
	}
}

// Len, Less, Swap, Push and Pop are for package heap.
func (s *sorted) Len() int           { return len(s.left) }
func (s *sorted) Less(i, j int) bool { return ledger.Compare(&s.left[i].next, &s.left[j].next) < 0 }
func (s *sorted) Swap(i, j int)      { s.left[i], s.left[j] = s.left[j], s.left[i] }
func (s *sorted) Push(one any)       { s.left = append(s.left, one.(*spilled)) }
func (s *sorted) Pop() any {
	last := s.left[len(s.left)-1]
	s.left = s.left[:len(s.left)-1]
	return last
}
