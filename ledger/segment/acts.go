package segment

import (
	"context"
	"encoding/binary"
	"sort"

	"clew"
	"clew/ledger"
)

// actGroup is how many acts are laid down together: what they repeat is there
// once, and to read one its group is read.
const actGroup = 32

// ActSpan returns the heights between which all acts lie.
func (s *Segment) ActSpan() clew.Window { return s.header.info().ActSpan }

// Acts appends to page the acts that q asks for.
func (s *Segment) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) (acts []clew.Act, more bool, err error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil || s.n.acts == 0 {
		return page, false, err
	}
	start := len(page)
	err = s.guard(func() error {
		page, more, err = s.actPage(ctx, &q, page)
		return err
	})
	if err != nil {
		return page[:start], false, err
	}
	return page, more, nil
}

func (s *Segment) actPage(ctx context.Context, q *ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	r := actReader{s: s}
	first, end := uint64(0), s.n.acts
	if (q.From != clew.Pos{}) {
		first = r.search(q.From)
	}
	if (q.Until != clew.Pos{}) {
		end = max(first, r.search(q.Until))
	}
	numbers := s.actNumbers(q, first, end)
	for step, left := 0, q.Limit; ; step++ {
		if step%actGroup == 0 && ctx.Err() != nil {
			return page, false, ctx.Err()
		}
		n, any := numbers.next()
		if !any {
			return page, false, nil
		}
		a := r.act(n)
		if !q.Has(a) {
			continue
		}
		if left == 0 {
			return page, true, nil
		}
		page, left = append(page, *a), left-1
	}
}

// An actReader reads acts by their numbers, which are their places in chain
// order. It keeps the group that it read last.
type actReader struct {
	s     *Segment
	group uint64 // read last, and one more
	acts  []clew.Act
}

func (s *Segment) actGroups() uint64 { return (s.n.acts + actGroup - 1) / actGroup }

// bytes returns a group's bytes.
func (r *actReader) bytes(group uint64) []byte {
	s := r.s
	from, to := uint64(0), s.u64(secActEnds, group)
	if group > 0 {
		from = s.u64(secActEnds, group-1)
	}
	if from > to || to > s.header.sections[secActs].size {
		panic(&damageError{s.damage("%s: out of order", sectionNames[secActEnds])})
	}
	s.need(secActs, from, to-from)
	return s.parts[secActs][from:to]
}

// read decodes the first acts of a group.
func (r *actReader) read(group uint64, count int) []clew.Act {
	c := actCoder{chain: r.s.Chain()}
	acts, err := c.decode(r.bytes(group), count, r.acts[:0])
	if err != nil {
		panic(&damageError{r.s.damage("%s: group %d: %w", sectionNames[secActs], group, err)})
	}
	return acts
}

// act returns the act with a number, until another is read.
func (r *actReader) act(n uint64) *clew.Act {
	if group := n / actGroup; r.group != group+1 {
		r.group = 0
		r.acts = r.read(group, int(min(actGroup, r.s.n.acts-group*actGroup)))
		r.group = group + 1
	}
	return &r.acts[n%actGroup]
}

// search returns the number of the first act at or after p.
func (r *actReader) search(p clew.Pos) uint64 {
	r.group = 0
	group := uint64(sort.Search(int(r.s.actGroups()), func(i int) bool {
		r.acts = r.read(uint64(i), 1)
		return !r.acts[0].Pos.Before(p)
	}))
	if group == 0 {
		return 0
	}
	first := (group - 1) * actGroup // it comes before p
	n := min(actGroup, r.s.n.acts-first)
	return first + uint64(sort.Search(int(n), func(i int) bool { return !r.act(first + uint64(i)).Pos.Before(p) }))
}

// Every act is in the index once for each address that it concerns, with its
// kind, and once for its transaction, if that is known. An entry is the upper
// half of a hash, and below it the act's number. Whoever finds an act by it
// looks at the act.

// actKind returns a kind's number, which never changes.
func actKind(kind clew.ActKind) byte {
	for i, k := range clew.ActKinds() {
		if k == kind {
			return byte(i)
		}
	}
	return 255 // no act that passes Check has it
}

// actEntry returns the index's entry for an address, a kind and the number 0.
func actEntry(a clew.Address, kind byte) uint64 {
	var b [40]byte
	key, _ := a.RawKey()
	b[0], b[1] = byte(a.Form()), kind
	copy(b[8:], key[:])
	return mixBytes(b[:]) &^ (1<<32 - 1)
}

// txEntry is actEntry for a transaction, whose name is a hash already.
func txEntry(tx clew.TxID) uint64 { return uint64(binary.BigEndian.Uint32(tx[:])) << 32 }

// actEntries returns the entries of an act, each once.
func actEntries(a *clew.Act, number uint32) (list [4]uint64, n int) {
	add := func(entry uint64) {
		for _, have := range list[:n] {
			if have == entry|uint64(number) {
				return
			}
		}
		list[n] = entry | uint64(number)
		n++
	}
	kind := actKind(a.Kind)
	for _, x := range [...]clew.Address{a.On, a.With, a.By} {
		if !x.IsZero() {
			add(actEntry(x, kind))
		}
	}
	if !a.Tx.IsZero() {
		add(txEntry(a.Tx))
	}
	return list, n
}

// numbersOf are the numbers of acts that may answer a query, in its order.
type numbersOf struct {
	s      *Segment
	newest bool
	all    span   // of numbers themselves, where no list says which
	lists  []span // of entries
	last   uint64
	begun  bool
}

// A span is what is left of a list: from first, up to end.
type span struct{ first, end uint64 }

// actNumbers returns the numbers from first up to end of acts that q may ask
// for.
func (s *Segment) actNumbers(q *ledger.ActQuery, first, end uint64) *numbersOf {
	n := &numbersOf{s: s, newest: q.Newest}
	kinds := q.Kinds
	switch {
	case first >= end:
	case !q.Tx.IsZero():
		n.lists = append(n.lists, s.actSpan(txEntry(q.Tx), first, end))
	case q.Address.IsZero():
		n.all = span{first, end}
	default:
		if len(kinds) == 0 {
			kinds = clew.ActKinds()
		}
		for _, kind := range kinds {
			n.lists = append(n.lists, s.actSpan(actEntry(q.Address, actKind(kind)), first, end))
		}
	}
	return n
}

// actSpan returns the entries with a hash and numbers from first up to end.
func (s *Segment) actSpan(hash, first, end uint64) span {
	at := hash >> (64 - dirBits(s.n.actEntries))
	if s.n.actEntries == 0 {
		return span{}
	}
	lo, hi := uint64(s.u32(secActDir, at)), uint64(s.u32(secActDir, at+1))
	if lo > hi || hi > s.n.actEntries {
		panic(&damageError{s.damage("%s: out of order", sectionNames[secActDir])})
	}
	find := func(entry uint64) uint64 {
		return lo + uint64(sort.Search(int(hi-lo), func(i int) bool { return s.u64(secActIndex, lo+uint64(i)) >= entry }))
	}
	return span{find(hash | first), find(hash | end)}
}

// next returns the next number. An act that is in several lists comes once.
func (n *numbersOf) next() (uint64, bool) {
	if n.all.first < n.all.end {
		return n.all.take(n.newest), true
	}
	for {
		best, at := uint64(0), -1
		for i, list := range n.lists {
			if list.first >= list.end {
				continue
			}
			entry := list.first
			if n.newest {
				entry = list.end - 1
			}
			number := n.s.u64(secActIndex, entry) & (1<<32 - 1)
			if at < 0 || n.newest == (number > best) {
				best, at = number, i
			}
		}
		if at < 0 {
			return 0, false
		}
		n.lists[at].take(n.newest)
		if best >= n.s.n.acts {
			panic(&damageError{n.s.damage("%s: out of range", sectionNames[secActIndex])})
		}
		if !n.begun || best != n.last {
			n.begun, n.last = true, best
			return best, true
		}
	}
}

// take returns the next of a span.
func (x *span) take(newest bool) uint64 {
	if newest {
		x.end--
		return x.end
	}
	x.first++
	return x.first - 1
}
