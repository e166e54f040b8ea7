package segment

import (
	"bytes"

	"clew"
)

// acts checks all acts, that their bytes are those that they would be written
// as, and that the index holds each where it is looked for and nothing else.
func (v *verifier) acts() error {
	s := v.s
	r, coder := actReader{s: s}, actCoder{chain: s.Chain()}
	var last clew.Pos
	var want digest
	for n := range s.n.acts {
		if err := v.tick(n); err != nil {
			return err
		}
		a := r.act(n)
		if n > 0 && !last.Before(a.Pos) {
			return s.damage("act %d at %s follows one at %s", n, a.Pos, last)
		}
		last = a.Pos
		if err := a.Check(); err != nil {
			return s.damage("%s: %w", sectionNames[secActs], err)
		}
		entries, count := actEntries(a, uint32(n))
		for _, entry := range entries[:count] {
			want.addEntry(entry)
		}
		if coder.add(a); coder.count < actGroup && n+1 < s.n.acts {
			continue
		}
		if group := n / actGroup; !bytes.Equal(coder.bytes, r.bytes(group)) {
			return s.damage("%s: group %d is not as it would be written", sectionNames[secActs], group)
		}
		coder.reset()
	}
	if err := v.actBounds(&r, last); err != nil {
		return err
	}
	return v.actIndex(want)
}

// actBounds checks where the first and the last act are said to be, and that
// nothing follows the last group.
func (v *verifier) actBounds(r *actReader, last clew.Pos) error {
	s, end := v.s, uint64(0)
	if s.n.acts > 0 {
		if posOf(s.n.firstAct) != r.act(0).Pos || posOf(s.n.lastAct) != last {
			return s.damage("header: first or last act's position is wrong")
		}
		end = s.u64(secActEnds, s.actGroups()-1)
	}
	if size := s.header.sections[secActs].size; size != end {
		return s.damage("%s: %d bytes, where groups take %d", sectionNames[secActs], size, end)
	}
	return nil
}

// actIndex checks the index's order and directory, and its entries by digest.
func (v *verifier) actIndex(want digest) error {
	s := v.s
	bits := dirBits(s.n.actEntries)
	last, prefix := uint64(0), uint64(0)
	var got digest
	for i := range s.n.actEntries {
		if err := v.tick(i); err != nil {
			return err
		}
		entry := s.u64(secActIndex, i)
		if i > 0 && entry <= last {
			return s.damage("%s: entry %d is out of order", sectionNames[secActIndex], i)
		}
		for ; prefix <= entry>>(64-bits); prefix++ {
			if uint64(s.u32(secActDir, prefix)) != i {
				return s.damage("%s: entry %d is wrong", sectionNames[secActDir], prefix)
			}
		}
		last = entry
		got.addEntry(entry)
	}
	for ; s.n.actEntries > 0 && prefix <= 1<<bits; prefix++ {
		if uint64(s.u32(secActDir, prefix)) != s.n.actEntries {
			return s.damage("%s: entry %d is wrong", sectionNames[secActDir], prefix)
		}
	}
	if got != want {
		return s.damage("%s: entries are not those of the acts", sectionNames[secActIndex])
	}
	return nil
}

func (d *digest) addEntry(entry uint64) {
	var b [8]byte
	le.PutUint64(b[:], entry)
	d.count++
	d.sum += mixBytes(b[:])
}
