package evm

import (
	"clew"
	"clew/venue"
)

// venue decodes as which venue a contract logs: one act for what it says in a
// transaction, at its first event.
func (d *Decoder) venue(b *Block, l *Log) {
	a := clew.Act{Tx: l.Tx, Kind: clew.Venue, On: l.Contract, Detail: venue.Protocol(l.Topics[0], int(l.Count), len(l.Data))}
	if a.Detail == "" {
		return // another event of the same types
	}
	a.Pos, a.Time = l.pos(), b.Time
	a.Pos.Height = b.Height
	if !venue.Said(d.acts, &a) {
		d.acts = append(d.acts, a)
	}
}
