package segment

import (
	"hash/crc32"
	"sync/atomic"

	"clew/ledger/vfs"
)

// soonRun is how many blocks on end the kernel is asked for at once: a
// mebibyte, so that it reads on while the first are checked.
const soonRun = 64

// checked reports whether a block was checked before.
func (s *Segment) checked(block uint64) bool {
	return atomic.LoadUint64(&s.verified[block>>6])>>(block&63)&1 != 0
}

// need touches n bytes at an offset of a section.
func (s *Segment) need(id section, at, n uint64) {
	if s.unchecked[id].Load() != 0 {
		s.touch(s.header.sections[id].at+at, n)
	}
}

// countUnchecked counts the blocks of each section, all of which are yet to be
// checked but those of the header.
func (s *Segment) countUnchecked() {
	for id, x := range s.header.sections {
		first, end := max(x.at>>blockShift, (headerSize+blockSize-1)>>blockShift), (x.at+x.size+blockSize-1)>>blockShift
		if x.size > 0 && first < end {
			s.unchecked[id].Store(int64(end - first))
		}
	}
}

// countChecked counts a block that was checked for the first time.
func (s *Segment) countChecked(from, to uint64) {
	for id, x := range s.header.sections {
		if x.size > 0 && x.at < to && from < x.at+x.size {
			s.unchecked[id].Add(-1)
		}
	}
}

// touch checks the blocks under n bytes at an offset of the file, unless they
// were checked before. It panics with a damageError; see guard.
func (s *Segment) touch(at, n uint64) {
	first, last := at>>blockShift, (at+n-1)>>blockShift
	if first == last || n == 0 {
		if !s.checked(first) {
			s.ask(first)
			s.check(first)
		}
		return
	}
	s.touchRun(first, last)
}

// touchRun checks blocks on end, and asks for the next while it does.
func (s *Segment) touchRun(first, last uint64) {
	asked := first
	for b := first; b <= last; b++ {
		if s.checked(b) {
			continue
		}
		if b >= asked {
			asked = min(b+soonRun, last+1)
			s.askRun(b, asked)
		}
		s.check(b)
	}
}

// soon asks the kernel for the blocks under n bytes of a section, so that many
// can be on their way at once. It reports whether the first was not checked.
func (s *Segment) soon(id section, at, n uint64) bool {
	if s.unchecked[id].Load() == 0 {
		return false
	}
	at += s.header.sections[id].at
	first, last := at>>blockShift, (at+n-1)>>blockShift
	if n == 0 || s.checked(first) {
		return false
	}
	s.askRun(first, min(last+1, first+soonRun))
	return true
}

// needAll checks the blocks under entries of a section, of size bytes each and
// less than count of them. What is to be read it asks for at once.
func (s *Segment) needAll(id section, size uint64, count uint32, entries []uint32) {
	if s.unchecked[id].Load() == 0 {
		return
	}
	start, ready := s.header.sections[id].at, true
	for _, entry := range entries {
		if at := start + uint64(entry)*size; entry < count {
			ready = ready && s.checked(at>>blockShift) && s.checked((at+size-1)>>blockShift)
		}
	}
	if ready {
		return
	}
	for _, entry := range entries {
		if entry < count {
			s.soon(id, uint64(entry)*size, size)
		}
	}
	for _, entry := range entries {
		if entry < count {
			s.need(id, uint64(entry)*size, size)
		}
	}
}

// ask tells the kernel, once, that a block is wanted now. Each page of four
// KiB would cost a wait otherwise.
func (s *Segment) ask(block uint64) {
	if atomic.LoadUint64(&s.asked[block>>6])>>(block&63)&1 == 0 {
		s.askRun(block, block+1)
	}
}

// askRun does so for blocks on end.
func (s *Segment) askRun(from, to uint64) {
	for from < to && atomic.LoadUint64(&s.asked[from>>6])>>(from&63)&1 != 0 {
		from++
	}
	if from == to {
		return
	}
	for b := from; b < to; b++ {
		atomic.OrUint64(&s.asked[b>>6], 1<<(b&63))
	}
	s.mapping.Advise(int(from<<blockShift), int((to-from)<<blockShift), vfs.Soon)
}

func (s *Segment) check(block uint64) {
	from := block << blockShift
	to := min(from+blockSize, s.header.end)
	if s.header.end == 0 { // while the header itself is checked
		to = min(from+blockSize, uint64(len(s.data)-trailerSize-len(s.table)))
	}
	if crc32.Checksum(s.data[from:to], castagnoli) != le.Uint32(s.table[4*block:]) {
		panic(&damageError{s.damage("%s: wrong checksum of bytes %d to %d", s.partsAt(from, to), from, to)})
	}
	bit := uint64(1) << (block & 63)
	if atomic.OrUint64(&s.verified[block>>6], bit)&bit == 0 {
		s.countChecked(from, to)
	}
}
