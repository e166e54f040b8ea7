package evm

import (
	"slices"

	"clew"
	"clew/issuer"
)

// Acts returns what issuers did in the block that was decoded last: whom they
// barred from moving their tokens, and whom no longer; the memos of payments into
// routers; what bridges say goes in or comes out; and as which venue of exchanges
// a contract logs. They are in chain order, and valid until the next call of
// [Decoder.Decode].
//
// Any contract may log such an event, so an act says no more than that this
// contract did. A freeze names the contract's token; a pause names none, for not
// only tokens are paused.
func (d *Decoder) Acts() []clew.Act { return d.acts }

// act decodes an issuer's event; false if its form is not understood.
func (d *Decoder) act(b *Block, l *Log) bool {
	said, ok := issuer.Read(&l.plain().Topics, int(l.Count), l.Data)
	account, named := d.holder(Topic(said.About))
	pos := l.pos()
	pos.Height = b.Height
	a := clew.Act{Pos: pos, Time: b.Time, Tx: l.Tx, Kind: said.Kind, By: l.Contract, On: l.Contract, Amount: said.Amount, Detail: said.Event}
	switch named = named && said.Named; {
	case !ok:
		return false
	case said.Kind == clew.Pause || said.Kind == clew.Unpause:
		if named {
			a.By = account
		}
	case !named:
		return false
	default:
		a.On, a.Asset = account, d.tokens.asset("erc20", l.Contract)
	}
	d.acts = append(d.acts, a)
	return true
}

// orderActs puts acts in chain order. Of a log that the source gives twice, one
// stays.
func (d *Decoder) orderActs() {
	slices.SortStableFunc(d.acts, func(a, b clew.Act) int { return a.Pos.Cmp(b.Pos) })
	d.acts = slices.CompactFunc(d.acts, func(a, b clew.Act) bool { return a.Pos == b.Pos })
}
