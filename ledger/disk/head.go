package disk

import (
	"clew"
	"clew/ledger"
	"clew/ledger/memory"
)

// A headPart is some consecutive blocks of the log with their indexes.
type headPart struct {
	blocks int
	set    *memory.Set
}

// headParts returns the blocks of the log as readers. Indexes are made when
// first needed, and parts of like length are made one, so that a block costs
// little however many there are. The caller holds mu.
func (s *Store) headParts() []ledger.Reader {
	covered := 0
	for _, part := range s.head {
		covered += part.blocks
	}
	if fresh := len(s.blocks) - covered; fresh > 0 {
		for n := len(s.head); n > 0 && s.head[n-1].blocks <= 2*fresh; n-- {
			fresh += s.head[n-1].blocks
			s.head = s.head[:n-1]
		}
		s.head = append(s.head, headPart{fresh, indexed(s.blocks[len(s.blocks)-fresh:])})
	}
	var readers []ledger.Reader
	for _, part := range s.head {
		readers = append(readers, part.set)
	}
	return readers
}

func indexed(blocks []clew.Block) *memory.Set {
	transfers, acts := factsOf(blocks)
	return memory.NewSet(transfers, acts...)
}

// factsOf returns what blocks hold.
func factsOf(blocks []clew.Block) (transfers []clew.Transfer, acts []clew.Act) {
	for i := range blocks {
		transfers = append(transfers, blocks[i].Transfers...)
		acts = append(acts, blocks[i].Acts...)
	}
	return transfers, acts
}
