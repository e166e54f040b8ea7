package segment

import (
	"clew"
	"clew/ledger"
)

// fillBatch is how many rows are filled at once. What they name, which lies
// anywhere, is asked for before any of it is read, and what the next ones name
// before these are.
const fillBatch = 64

// fillFew is how many rows most addresses have not more than.
const fillFew = 8

// A round is what some rows to be filled name.
type round struct {
	peers, blocks   []uint32
	wides, wideRows []uint32 // wide amounts, and the rows that have them
	wide            int      // how many
}

// roundOf returns a round in space, which has four numbers for each row.
func roundOf(space []uint32) round {
	n := len(space) / 4
	return round{peers: space[:n], blocks: space[n : 2*n], wides: space[2*n : 3*n], wideRows: space[3*n : 4*n]}
}

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
	if len(records) <= fillFew {
		var space [4 * fillFew]uint32
		one := roundOf(space[:])
		s.fillFacts(d, records, rows, &one)
		s.fillNamed(rows[:len(records)], &one)
		return
	}
	var space [2][4 * fillBatch]uint32
	one, other := roundOf(space[0][:]), roundOf(space[1][:])
	now, next := &one, &other
	s.fillFacts(d, records[:min(len(records), fillBatch)], rows, now)
	for len(records) > fillBatch {
		records = records[fillBatch:]
		s.fillFacts(d, records[:min(len(records), fillBatch)], rows[fillBatch:], next)
		s.fillNamed(rows[:fillBatch], now)
		rows, now, next = rows[fillBatch:], next, now
	}
	s.fillNamed(rows[:len(records)], now)
}

// fillFacts writes what records themselves say, reads what they name, and asks
// the memory for it.
func (s *Segment) fillFacts(d *side, records []uint32, rows []ledger.Row, named *round) {
	all, l, assets := s.records[d.index()], &s.layout, s.assets
	size, high := l.size, l.high
	block, index, class, ordinal, kind, peer := l.block, l.index, l.class, l.ordinal, l.asset, l.peer
	rows, named.wide = rows[:len(records)], 0
	peers, blocks := named.peers[:len(records)], named.blocks[:len(records)]
	for i, record := range records {
		r, b := &rows[i], recordAt(all, uint64(record)*size)
		peers[i], blocks[i] = peer.of(b), block.of(b)
		r.Pos.Index, r.Pos.Class, r.Pos.Ordinal = index.of(b), clew.Class(class.of(b)), ordinal.of(b)
		r.Asset = assets.asset(kind.of(b))
		lo, hi := le.Uint64(b[:]), uint64(0)
		if high {
			hi = uint64(le.Uint16(b[8:]))
		}
		if r.Amount.SetUint128(lo, hi); hi == wideHi {
			named.wides[named.wide], named.wideRows[named.wide] = s.inWide(lo), uint32(i)
			named.wide++
		}
		r.Leg, r.Many, r.Before = 0, false, clew.Amount{}
	}
	if l.leg.width+l.many.width > 0 {
		s.fillLegs(d, records, rows)
	}
	s.askNamed(named, len(records))
}

// askNamed asks the memory for what n records name.
func (s *Segment) askNamed(named *round, n int) {
	if len(s.names.forms) == 1 {
		prefetchEach(s.parts[secKeys], named.peers[:n], s.names.forms[0].size)
	}
	prefetchEach(s.parts[secBlocks], named.blocks[:n], s.blocks.size)
	prefetchEach(s.parts[secWideValues], named.wides[:named.wide], wideBytes)
}

// fillNamed writes what rows name.
func (s *Segment) fillNamed(rows []ledger.Row, named *round) {
	s.fillBlocks(rows, named.blocks[:len(rows)])
	s.fillPeers(rows, named.peers[:len(rows)])
	for i, row := range named.wideRows[:named.wide] {
		rows[row].Amount = s.wide(uint64(named.wides[i]))
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
