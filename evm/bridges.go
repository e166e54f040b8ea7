package evm

import (
	"cmp"
	"slices"

	"clew/bridge"
)

// bridge decodes what a bridge logs of value that crosses; false if its form is not
// understood. Any contract may log that, so it says no more than that this one did.
func (d *Decoder) bridge(b *Block, i int) bool {
	l := &b.Logs[i]
	tx := bridge.Tx{ID: l.Tx, Log: func(after int) *bridge.Log { return b.logBeside(l, after) }}
	if t := b.tx(l.Index); t != nil {
		tx.From = t.From
	}
	a, found, understood := bridge.Read(&tx, l.plain())
	if found {
		a.Pos, a.Time = l.pos(), b.Time
		a.Pos.Height = b.Height
		d.acts = append(d.acts, a)
	}
	return understood
}

// plain returns a log as package bridge reads it.
func (l *Log) plain() *bridge.Log {
	p := &bridge.Log{Contract: l.Contract, Count: int(l.Count), Data: l.Data}
	for i, t := range l.Topics {
		p.Topics[i] = t
	}
	return p
}

// logBeside returns the log of the same transaction that is so many places after
// one, of those that are kept; nil if that is not.
func (b *Block) logBeside(l *Log, after int) *bridge.Log {
	want := int64(l.Log) + int64(after)
	i, found := slices.BinarySearchFunc(b.Logs, want, func(l Log, want int64) int { return cmp.Compare(int64(l.Log), want) })
	if !found || b.Logs[i].Index != l.Index {
		return nil
	}
	return b.Logs[i].plain()
}

// orderLogs puts logs in order, as nodes give them already.
func (b *Block) orderLogs() {
	byPlace := func(l, m Log) int { return cmp.Compare(l.Log, m.Log) }
	if !slices.IsSortedFunc(b.Logs, byPlace) {
		slices.SortStableFunc(b.Logs, byPlace)
	}
}
