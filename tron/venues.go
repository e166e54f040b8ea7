package tron

import (
	"clew"
	"clew/venue"
)

// venueLog emits as which venue a contract logs: once for what it says in a
// transaction.
func (d *Decoder) venueLog(l *jsonLog) {
	w := &d.work
	a := clew.Act{Tx: w.tx, Kind: clew.Venue, On: l.contract.on(d.chain), Detail: venue.Protocol(l.topics[0], int(l.count), l.data.to-l.data.from)}
	if a.Detail != "" && !venue.Said(w.out.Acts, &a) {
		w.act(a, clew.Log, w.logs)
	}
}
