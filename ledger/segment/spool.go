package segment

import (
	"errors"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"

	"clew/ledger/vfs"
)

// spools hold the parts of a file while it is being made: in memory as far as
// the budget reaches, and in temporary files beyond.
type spools struct {
	fs     vfs.FS
	name   string // of the file to be
	pool   *chunkPool
	budget atomic.Int64
	made   atomic.Int64 // temporary files so far

	scratch bool // the file will only be merged, and needs no index over transactions
}

const (
	spoolBudget = 128 << 20
	spoolChunk  = 256 << 10
)

// A chunkPool keeps chunks for the next part.
type chunkPool struct {
	mu   sync.Mutex
	free [][]byte
}

func (p *chunkPool) get() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		chunk := p.free[n-1]
		p.free = p.free[:n-1]
		return chunk
	}
	return make([]byte, 0, spoolChunk)
}

func (p *chunkPool) put(chunk []byte) {
	if cap(chunk) == spoolChunk {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free = append(p.free, chunk[:0])
	}
}

func newSpools(fs vfs.FS, name string, pool *chunkPool) *spools {
	s := &spools{fs: fs, name: name, pool: pool}
	s.budget.Store(spoolBudget)
	return s
}

// A spool is bytes written once and read back once; or, if it has a place in
// the file to be, written there at once. One goroutine at a time may use it.
// Its first error stays and is told at the end.
type spool struct {
	owner  *spools
	chunks [][]byte // full ones
	chunk  []byte
	size   uint64
	place  *place
	begin  uint64 // where in another it comes
	file   vfs.File
	temp   string
	err    error
}

func (s *spools) new() *spool { return &spool{owner: s} }

// after returns a spool for the bytes that come some way into s, so that both
// can be written at the same time. They must be joined in the end.
func (s *spool) after(offset uint64) *spool {
	t := &spool{owner: s.owner, begin: offset}
	if s.place != nil {
		at := s.place.is.at + offset
		lead := at % blockSize
		t.place = &place{file: s.place.file, at: at - lead, lead: int(lead)}
		t.chunk = make([]byte, lead, spoolChunk)
	}
	return t
}

// join appends the bytes of a spool that came after s.
func (s *spool) join(t *spool) error {
	if s.size != t.begin {
		return contradicts("the first addresses' rows", s.size, t.begin)
	}
	if s.place == nil {
		return t.copyTo(s.write)
	}
	whole := len(s.chunk) - t.place.lead
	s.place.write(s.chunk[:whole])
	if t.place.first == nil {
		copy(t.chunk, s.chunk[whole:])
	}
	s.place.follow(t.place, s.chunk[whole:])
	s.chunk, s.size = t.chunk, s.size+t.size
	t.chunk = nil
	return nil
}

// each calls visit with all entries of a spool, which are of one size, and
// drops it.
func (s *spool) each(size int, visit func(entry []byte)) error {
	var held []byte // the begin of an entry
	return s.copyTo(func(b []byte) {
		if len(held) > 0 {
			n := size - len(held)
			held = append(held, b[:n]...)
			visit(held)
			b, held = b[n:], held[:0]
		}
		for ; len(b) >= size; b = b[size:] {
			visit(b[:size])
		}
		held = append(held, b...)
	})
}

func (s *spool) write(b []byte) {
	for len(b) > spoolChunk-len(s.chunk) {
		n := spoolChunk - len(s.chunk)
		s.chunk = append(s.chunk, b[:n]...)
		s.size += uint64(n)
		b = b[n:]
		s.full()
	}
	s.chunk = append(s.chunk, b...)
	s.size += uint64(len(b))
}

// full puts away a full chunk.
func (s *spool) full() {
	if s.place != nil {
		s.place.write(s.chunk)
		s.chunk = s.chunk[:0]
		return
	}
	if s.file == nil && s.owner.budget.Add(-spoolChunk) >= 0 {
		s.chunks = append(s.chunks, s.chunk)
		s.chunk = s.owner.pool.get()
		return
	}
	if s.file == nil {
		s.owner.budget.Add(spoolChunk)
		s.spill()
	}
	s.put(s.chunk)
	s.chunk = s.chunk[:0]
}

// spill moves what is in memory to a file.
func (s *spool) spill() {
	if s.err != nil {
		return
	}
	s.temp = fmt.Sprintf("%s.%d.tmp", s.owner.name, s.owner.made.Add(1))
	s.file, s.err = s.owner.fs.Create(s.temp)
	for _, chunk := range s.chunks {
		s.put(chunk)
	}
	s.free()
}

// free gives back the full chunks.
func (s *spool) free() {
	for _, chunk := range s.chunks {
		s.owner.pool.put(chunk)
		s.owner.budget.Add(spoolChunk)
	}
	s.chunks = nil
}

func (s *spool) put(b []byte) {
	if s.err == nil {
		_, s.err = s.file.Write(b)
	}
}

func (s *spool) u16(v uint16) {
	if spoolChunk-len(s.chunk) < 2 {
		s.full()
	}
	s.chunk = le.AppendUint16(s.chunk, v)
	s.size += 2
}

func (s *spool) u32(v uint32) {
	if spoolChunk-len(s.chunk) < 4 {
		s.full()
	}
	s.chunk = le.AppendUint32(s.chunk, v)
	s.size += 4
}

func (s *spool) u64(v uint64) {
	if spoolChunk-len(s.chunk) < 8 {
		s.full()
	}
	s.chunk = le.AppendUint64(s.chunk, v)
	s.size += 8
}

// copyTo gives all bytes to write, and drops the spool.
func (s *spool) copyTo(write func([]byte)) error {
	defer s.drop()
	parts, done, err := s.parts()
	if err != nil {
		return err
	}
	for _, part := range parts {
		for len(part) > 0 {
			n := min(len(part), spoolChunk)
			write(part[:n])
			part = part[n:]
		}
	}
	return done()
}

// parts returns all bytes, and what to call when they are no longer read.
func (s *spool) parts() ([][]byte, func() error, error) {
	if s.err != nil {
		return nil, nil, s.err
	}
	var parts [][]byte
	done := func() error { return nil }
	if s.file != nil {
		m, err := s.owner.fs.Map(s.temp)
		if err != nil {
			return nil, nil, err
		}
		m.Advise(0, len(m.Bytes()), vfs.Sequential)
		parts, done = append(parts, m.Bytes()), m.Close
	}
	return append(append(parts, s.chunks...), s.chunk), done, nil
}

// drop frees what the spool holds. It may be called again.
func (s *spool) drop() error {
	s.free()
	s.owner.pool.put(s.chunk)
	s.chunk = nil
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Close(), s.owner.fs.Remove(s.temp))
	s.file = nil
	return err
}

// A bitWriter packs numbers of up to 57 bits into a spool.
type bitWriter struct {
	to   *spool
	held uint64
	n    uint
}

func (w *bitWriter) put(v uint64, width uint) {
	w.held |= v << w.n
	if w.n+width < 64 {
		w.n += width
		return
	}
	w.to.u64(w.held)
	w.held = v >> (64 - w.n)
	w.n += width - 64
}

// finish writes what is held, to whole bytes.
func (w *bitWriter) finish() {
	var b [8]byte
	le.PutUint64(b[:], w.held)
	w.to.write(b[:(w.n+7)/8])
}

// A rankWriter writes a bitmap, and before each word how many bits are set in
// the words before.
type rankWriter struct {
	words, ranks *spool
	word         uint64
	n            uint64 // bits
	set          uint32
}

func (w *rankWriter) put(bit bool) {
	if bit {
		w.word |= 1 << (w.n & 63)
	}
	if w.n++; w.n&63 == 0 {
		w.flush()
	}
}

// putWord puts count bits at once, which are the only ones set in word.
func (w *rankWriter) putWord(word uint64, count uint) {
	at := uint(w.n & 63)
	w.word |= word << at
	w.n += uint64(count)
	if at+count >= 64 {
		w.flush()
		w.word = word >> (64 - at)
	}
}

func (w *rankWriter) flush() {
	w.words.u64(w.word)
	w.ranks.u32(w.set)
	w.set += uint32(bits.OnesCount64(w.word))
	w.word = 0
}

func (w *rankWriter) finish() {
	if w.n&63 != 0 {
		w.flush()
	}
}

// rankBytes returns the sizes of a bitmap of n bits and of its ranks.
func rankBytes(n uint64) (words, ranks uint64) { return (n + 63) / 64 * 8, (n + 63) / 64 * 4 }
