package exposure

import (
	"context"

	"clew"
	"clew/ledger"
)

// A party is an address that was met, with what was asked about it.
type party struct {
	address clew.Address
	nobody  bool // or who issues and destroys
	asked   bool
	linked  bool
	counted bool
	busy    bool         // more rows on a side than are read
	said    *Attribution // nil: nothing
}

// A partyKey finds a party: all are of one chain. It is plain bytes, which maps
// hash much faster than addresses.
type partyKey struct {
	key  [32]byte
	form clew.Form
}

// parties number addresses, so that each is looked up once.
type parties struct {
	list  []party
	index map[partyKey]int32
}

// subject is the number of the subject.
const subject = 0

// of returns the number of an address.
func (p *parties) of(a clew.Address) int32 {
	var k partyKey
	k.key, _ = a.RawKey()
	k.form = a.Form()
	n, ok := p.index[k]
	if !ok {
		n = int32(len(p.list))
		p.index[k] = n
		p.list = append(p.list, party{address: a, nobody: a.IsZero() || a.IsIssuer()})
	}
	return n
}

// know returns what is known of an address.
func (s *session) know(n int32) *Attribution {
	p := &s.parties.list[n]
	if p.asked || p.nobody {
		return p.said
	}
	p.asked = true
	s.answer.Work.Asked++
	p.said = s.q.Knower.Know(p.address, s.q.Day)
	return p.said
}

// link returns what is known of the address that a payee's is inferred to belong
// with.
func (s *session) link(ctx context.Context, n int32) (*Attribution, error) {
	p := &s.parties.list[n]
	if s.q.Linker == nil || p.linked || p.said != nil {
		return p.said, nil
	}
	if s.answer.Work.Linked >= s.q.Limits.Links {
		s.hits["links"]++
		return nil, nil
	}
	p.linked = true
	s.answer.Work.Linked++
	owner, heuristic, err := s.q.Linker.Link(ctx, p.address)
	if err != nil || owner.IsZero() || owner == p.address {
		return nil, err
	}
	if of := s.q.Knower.Know(owner, s.q.Day); of != nil {
		carried := *of
		carried.Inferred = &Inferred{From: owner, Heuristic: heuristic}
		p.said = &carried
	}
	return p.said, nil
}

// isBusy reports whether an address has more rows on a side than are read.
func (s *session) isBusy(ctx context.Context, n int32) (bool, error) {
	p := &s.parties.list[n]
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		if p.counted || p.busy {
			break
		}
		rows, err := s.q.Ledger.Count(ctx, p.address, side)
		if err != nil {
			return false, err
		}
		p.busy = rows > uint64(s.q.Limits.Degree)
	}
	p.counted = true
	if p.busy {
		s.hits["degree"]++
	}
	return p.busy, nil
}
