package segment

import (
	"clew"
	"clew/ledger"
)

// fillBatch is how many rows are filled at once. What they name, which lies
// anywhere, is asked for before anything of them is written, and what the next
// ones name before these are.
const fillBatch = 64

// A round is what some rows to be filled name.
type round struct{ peers, blocks [fillBatch]uint32 }

// fill writes the rows of v from first on, without sums.
func (s *Segment) fill(v *view, first uint64, rows []ledger.Row) {
	if v.n == 0 {
		return
	}
	if !v.picked && v.width == 0 {
		size := s.layout.size
		s.soon(v.d.section(sideRecords), (v.first+first)*size, uint64(len(rows))*size)
	}
	var list [2 * fillBatch]uint32
	for len(rows) > 0 {
		n := min(len(rows), len(list))
		v.records(first, list[:n])
		s.fillRecords(v.d, list[:n], rows[:n])
		rows, first = rows[n:], first+uint64(n)
	}
}

// fillRecords writes the rows of records that were touched.
func (s *Segment) fillRecords(d *side, records []uint32, rows []ledger.Row) {
	if len(records) <= fillBatch {
		var one round
		s.askNamed(d, records, &one)
		s.fillRound(d, records, rows, &one)
		return
	}
	var rounds [2]round
	now, next := &rounds[0], &rounds[1]
	s.askNamed(d, records[:fillBatch], now)
	for len(records) > fillBatch {
		rest := records[fillBatch:]
		s.askNamed(d, rest[:min(len(rest), fillBatch)], next)
		s.fillRound(d, records[:fillBatch], rows, now)
		records, rows, now, next = rest, rows[fillBatch:], next, now
	}
	s.fillRound(d, records, rows, now)
}

// askNamed reads which peers and blocks records name, and asks the memory for
// them.
func (s *Segment) askNamed(d *side, records []uint32, r *round) {
	all, size, peer, block := s.records[d.index()], s.layout.size, s.layout.peer, s.layout.block
	for i, record := range records[:min(len(records), fillBatch)] {
		b := recordAt(all, uint64(record)*size)
		r.peers[i], r.blocks[i] = peer.of(b), block.of(b)
	}
	if len(s.names.forms) == 1 {
		prefetchEach(s.parts[secKeys], r.peers[:len(records)], s.names.forms[0].size)
	}
	prefetchEach(s.parts[secBlocks], r.blocks[:len(records)], s.blocks.size)
}

func (s *Segment) fillRound(d *side, records []uint32, rows []ledger.Row, r *round) {
	n := len(records)
	s.fillFacts(d, records, rows[:n])
	s.fillBlocks(rows[:n], r.blocks[:n])
	s.fillPeers(rows[:n], r.peers[:n])
}

// fillFacts writes all but the peers, heights and times.
func (s *Segment) fillFacts(d *side, records []uint32, rows []ledger.Row) {
	all, size, high := s.records[d.index()], s.layout.size, s.layout.high
	index, class, ordinal, kind := s.layout.index, s.layout.class, s.layout.ordinal, s.layout.asset
	lastAsset, asset := uint32(nobody), clew.Asset{}
	rows = rows[:len(records)]
	for i, record := range records {
		r, b := &rows[i], recordAt(all, uint64(record)*size)
		r.Pos.Index, r.Pos.Class, r.Pos.Ordinal = index.of(b), clew.Class(class.of(b)), ordinal.of(b)
		if id := kind.of(b); id != lastAsset {
			lastAsset, asset = id, s.assets.asset(id)
		}
		r.Asset = asset
		lo, hi := le.Uint64(b[:]), uint64(0)
		if high {
			hi = uint64(le.Uint16(b[8:]))
		}
		if r.Amount.SetUint128(lo, hi); hi == wideHi {
			r.Amount = s.wide(lo)
		}
		r.Leg, r.Many, r.Before = 0, false, clew.Amount{}
	}
	if s.layout.leg.width+s.layout.many.width > 0 {
		s.fillLegs(d, records, rows)
	}
}

// fillLegs writes what tells legs apart, where there can be several.
func (s *Segment) fillLegs(d *side, records []uint32, rows []ledger.Row) {
	l, all := &s.layout, s.records[d.index()]
	for i, record := range records {
		b := recordAt(all, uint64(record)*l.size)
		rows[i].Leg, rows[i].Many = l.leg.of(b), l.many.of(b) != 0
	}
}

// fillBlocks writes heights and times.
func (s *Segment) fillBlocks(rows []ledger.Row, blocks []uint32) {
	shape := s.blocks
	s.needAll(secBlocks, shape.size, uint32(s.n.blocks), blocks)
	entries := s.parts[secBlocks]
	rows = rows[:len(blocks)]
	for i, block := range blocks {
		rows[i].Pos.Height, rows[i].Time = shape.get(entries[uint64(block)*shape.size:])
	}
}

// fillPeers writes the peers.
func (s *Segment) fillPeers(rows []ledger.Row, peers []uint32) {
	x := &s.names
	rows = rows[:len(peers)]
	if len(x.forms) == 1 {
		s.needAll(secKeys, x.forms[0].size, x.count, peers)
		if x.forms[0].form == clew.EVMForm {
			s.fillEVM(rows, peers)
			return
		}
	} else {
		for _, peer := range peers {
			if peer < x.count {
				f := x.formOf(peer)
				s.soon(secKeys, f.keys+uint64(peer-f.first)*f.size, f.size)
			}
		}
	}
	for i, peer := range peers {
		if peer == x.count {
			rows[i].Peer = clew.Address{}
		} else {
			rows[i].Peer = x.address(peer)
		}
	}
}

// fillEVM writes peers where all addresses are such, and touched.
func (s *Segment) fillEVM(rows []ledger.Row, peers []uint32) {
	keys, chain, count := s.parts[secKeys], s.names.chain, s.names.count
	rows = rows[:len(peers)]
	for i, peer := range peers {
		if peer == count {
			rows[i].Peer = clew.Address{}
			continue
		}
		at := uint64(peer) * 20
		rows[i].Peer.SetEVM(chain, (*[20]byte)(keys[at:at+20]))
	}
}
