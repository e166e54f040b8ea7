// Package segment is one immutable file of transfers and acts of one chain, its
// writer and its merger.
//
// It is not a ledger: which segments make one up, what came after them and
// what is held is the business of package disk. A segment is memory-mapped,
// and answers all that [ledger.Reader] asks without loading anything. Every
// 16 KiB have a checksum, looked at when first touched, so that damaged bytes
// are named and never served. docs/FORMAT.md says what the bytes are.
package segment

import (
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// A Segment is an open segment file. It is a [ledger.Reader]; its methods may
// be called from several goroutines, but none after Close.
type Segment struct {
	name      string
	fs        vfs.FS
	mapping   vfs.Mapping
	data      []byte
	table     []byte                     // checksums of blocks
	verified  []uint64                   // one bit for each block, set atomically
	asked     []uint64                   // likewise: the kernel was asked for it
	unchecked [sectionCount]atomic.Int64 // blocks of each section that were not checked yet
	header    header
	n         *numbers
	parts     [sectionCount][]byte // sections with their slack
	records   [2][]byte            // of each side, with recordSpan bytes behind
	rows      rowColumns
	names     names
	assets    *assetNames
	sides     [2]side
	layout    layout
	blocks    blockShape
	orders    sync.Pool // of *order
	sheaves   sync.Pool // of *sheaf
	sweeps    sync.Mutex
	sweeping  int
}

var _ ledger.Reader = (*Segment)(nil)

// Open opens a segment. It reads little more than the header; the rest is
// checked when first touched, or by [Segment.Verify].
func Open(fs vfs.FS, name string) (*Segment, error) {
	m, err := fs.Map(name)
	if err != nil {
		return nil, err
	}
	s := &Segment{name: name, fs: fs, mapping: m, data: m.Bytes()}
	m.Advise(0, len(s.data), vfs.Random)
	m.Advise(0, blockSize, vfs.Soon)
	m.Advise(len(s.data)-len(s.data)/(blockSize/4)-2*trailerSize, len(s.data), vfs.Soon) // trailer and checksums
	if err := s.guard(s.open); err != nil {
		m.Close()
		return nil, err
	}
	return s, nil
}

func (s *Segment) open() error {
	end, table, err := readTrailer(s.data)
	if err != nil {
		return s.damage("%w", err)
	}
	s.table, s.verified, s.asked = table, make([]uint64, len(table)/4/64+1), make([]uint64, len(table)/4/64+1)
	s.touch(0, headerSize)
	if string(s.data[:8]) != magic {
		return s.damage("not a segment")
	}
	if v := le.Uint32(s.data[8:]); v != Version {
		return fmt.Errorf("segment %s: format version %d, where this program reads %d", s.name, v, Version)
	}
	if err := s.header.unmarshal(s.data[:headerSize], end); err != nil {
		return s.damage("%w", err)
	}
	s.countUnchecked()
	s.n = &s.header.numbers
	for i, x := range s.header.sections {
		s.parts[i] = s.data[x.at : x.at+x.size+slack : x.at+x.size+slack]
	}
	for i := range s.records {
		x := s.header.sections[secSides+section(i)*sideSections+sideRecords]
		s.records[i] = s.data[x.at : x.at+x.size+recordSpan : x.at+x.size+recordSpan]
	}
	s.layout, s.blocks = s.n.layout(), s.n.blockShape()
	return s.openParts()
}

// Close unmaps the file.
func (s *Segment) Close() error { return s.mapping.Close() }

// Info describes a segment.
type Info struct {
	Name        string
	Version     int
	Chain       clew.Chain
	Span        clew.Window
	First, Last clew.Pos // of transfers; zero if there are none
	ActSpan     clew.Window
	Transfers   uint64
	Acts        uint64
	Addresses   uint64
	Assets      uint64
	Rows        [2]uint64 // by side
	Bytes       uint64    // of the file
	Columns     []Column  // in the order of the file
}

// A Column is a part of the file.
type Column struct {
	Name  string
	Bytes uint64
}

// Info returns what the header says.
func (s *Segment) Info() Info {
	info := s.header.info()
	info.Name = s.name
	return info
}

func (h *header) info() Info {
	n := &h.numbers
	i := Info{
		Version: int(h.version), Chain: h.chain, Transfers: n.rows, Acts: n.acts, Addresses: n.addresses(), Assets: n.assets, Rows: n.records,
		Bytes: h.end + (h.end+blockSize-1)/blockSize*4 + trailerSize,
	}
	if n.rows > 0 {
		i.First, i.Last = posOf(n.first), posOf(n.last)
		i.Span = clew.Window{From: i.First.Height, To: i.Last.Height + 1}
	}
	if n.acts > 0 {
		i.ActSpan = clew.Window{From: n.firstAct[0], To: n.lastAct[0] + 1}
	}
	for id, s := range h.sections {
		i.Columns = append(i.Columns, Column{sectionNames[id], s.size})
	}
	return i
}

func posOf(p [4]uint64) clew.Pos {
	return clew.Pos{Height: p[0], Index: uint32(p[1]), Class: clew.Class(p[2]), Ordinal: uint32(p[3])}
}

// Name returns the file's name.
func (s *Segment) Name() string { return s.name }

// Chain returns the chain that the segment is of.
func (s *Segment) Chain() clew.Chain { return s.header.chain }

// Span returns the heights between which all transfers lie.
func (s *Segment) Span() clew.Window { return s.header.info().Span }

// A damageError travels as a panic from where bytes are touched to guard, so
// that the many small readers need not return errors.
type damageError struct{ err error }

// guard calls read, and turns what damage does to it into an error: a wrong
// checksum, bytes that cannot be read, and indexes out of range, which right
// checksums over wrong contents lead to.
func (s *Segment) guard(read func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *damageError:
			err = p.err
		case *callerPanic:
			panic(p.value)
		case runtime.Error:
			err = s.damage("contents contradict each other: %w", p)
		default:
			panic(p)
		}
	}()
	if err = vfs.Guard(read); errors.Is(err, vfs.ErrFault) && !errors.Is(err, ledger.ErrDamaged) {
		return s.damage("%w", err)
	}
	return err
}

// A callerPanic is a panic of a function that the caller gave us, on its way
// through guard.
type callerPanic struct{ value any }

// calling calls a function of the caller, and marks its panics as none of
// ours.
func calling(visit func() error) error {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			if _, fault := p.(interface{ Addr() uintptr }); fault {
				panic(p)
			}
			panic(&callerPanic{p})
		default:
			panic(p)
		}
	}()
	return visit()
}

// blame is deferred by methods that the caller's functions may call: their
// panics are ours.
func (s *Segment) blame() {
	switch p := recover().(type) {
	case nil:
	case runtime.Error:
		if _, fault := p.(interface{ Addr() uintptr }); fault {
			panic(p)
		}
		panic(&damageError{s.damage("contents contradict each other: %w", p)})
	default:
		panic(p)
	}
}

func (s *Segment) damage(format string, args ...any) error {
	return damaged(s.name, fmt.Errorf(format, args...))
}

// partsAt names the sections that lie between two offsets.
func (s *Segment) partsAt(from, to uint64) string {
	name := ""
	if from < headerSize {
		name = "header"
	}
	for i, x := range s.header.sections {
		if x.size > 0 && x.at < to && from < x.at+x.size {
			if name != "" {
				name += ", "
			}
			name += sectionNames[i]
		}
	}
	return name
}

// u32 and u64 read a number of a section of such.
func (s *Segment) u32(id section, i uint64) uint32 {
	s.need(id, 4*i, 4)
	return le.Uint32(s.parts[id][4*i:])
}

func (s *Segment) u64(id section, i uint64) uint64 {
	s.need(id, 8*i, 8)
	return le.Uint64(s.parts[id][8*i:])
}

// packed reads a number of a section of packed ones.
func (s *Segment) packed(id section, p *packed, i uint64) uint64 {
	at := i * uint64(p.width) >> 3
	s.need(id, at, 8)
	return p.get(i)
}

// needPacked touches some numbers of a section of packed ones.
func (s *Segment) needPacked(id section, p *packed, from, to uint64) {
	at := from * uint64(p.width) >> 3
	s.need(id, at, (to-1)*uint64(p.width)>>3+8-at)
}

// rank returns how many bits before i are set in a bitmap, and whether i is.
func (s *Segment) rank(words, ranks section, i uint64) (before uint32, set bool) {
	w := s.u64(words, i>>6)
	return s.u32(ranks, i>>6) + uint32(bits.OnesCount64(w&(1<<(i&63)-1))), w>>(i&63)&1 != 0
}
