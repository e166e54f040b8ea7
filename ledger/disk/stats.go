package disk

import (
	"context"
	"fmt"

	"clew"
)

// Stats say what a ledger consists of.
type Stats struct {
	Chain         clew.Chain     `json:"chain"`
	Transfers     uint64         `json:"transfers"`
	Acts          uint64         `json:"acts"`
	Bytes         uint64         `json:"bytes"` // of segments and log
	Segments      []SegmentStats `json:"segments"`
	HeadBlocks    int            `json:"headBlocks"` // in the log, for they may be reorganised
	HeadTransfers uint64         `json:"headTransfers"`
	HeadActs      uint64         `json:"headActs"`
	LogBytes      uint64         `json:"logBytes"`
	Delayed       string         `json:"delayed,omitempty"` // why the last sealing or merging in passing did not succeed
}

// SegmentStats say what one segment holds.
type SegmentStats struct {
	Name      string      `json:"name"`
	Version   int         `json:"version"`
	Span      clew.Window `json:"span"` // of transfers and acts
	Transfers uint64      `json:"transfers"`
	Acts      uint64      `json:"acts"`
	Addresses uint64      `json:"addresses"`
	Bytes     uint64      `json:"bytes"`
}

// Stats returns what the ledger consists of now.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return Stats{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Stats{}, errClosed
	}
	stats := Stats{Chain: s.chain, HeadBlocks: len(s.blocks), LogBytes: uint64(s.logRead)}
	if s.log != nil {
		stats.LogBytes = uint64(s.log.size)
	}
	if s.seal != nil {
		stats.Delayed = fmt.Sprint(s.seal)
	}
	for i := range s.blocks {
		stats.HeadTransfers += uint64(len(s.blocks[i].Transfers))
		stats.HeadActs += uint64(len(s.blocks[i].Acts))
	}
	stats.Transfers, stats.Acts, stats.Bytes = stats.HeadTransfers, stats.HeadActs, stats.LogBytes
	for _, one := range s.segments {
		info := one.Info()
		stats.Segments = append(stats.Segments, SegmentStats{
			Name: one.ref.Name, Version: info.Version, Span: one.reach(),
			Transfers: info.Transfers, Acts: info.Acts, Addresses: info.Addresses, Bytes: info.Bytes,
		})
		stats.Transfers += info.Transfers
		stats.Acts += info.Acts
		stats.Bytes += info.Bytes
	}
	return stats, nil
}
