package tron

import (
	"clew"
	"clew/bridge"
	"clew/issuer"
	"clew/venue"
)

// Signature of an event: Keccak-256 of the text beside.
var transferTopic = topic("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef") // Transfer(address,address,uint256)

// topic reads 64 hexadecimal digits.
func topic(digits string) [32]byte {
	id, err := clew.ParseTxID(digits)
	if err != nil {
		panic("tron: " + err.Error()) // a constant above is wrong
	}
	return id
}

// logs emits what the transaction's logs say: transfers of TRC-20 and TRC-721
// tokens (three and four topics of one signature, as on Ethereum), and what issuers
// of tokens froze, paused and destroyed.
func (d *Decoder) logs(r *jsonInfo, ended status) {
	if r == nil {
		return
	}
	w := &d.work
	for i := r.logs.from; i < r.logs.to; i++ {
		l := &d.infos.logs[i]
		if l.count > 0 && ended != failed {
			d.log(l, r)
			if bridge.Acts(l.topics[0]) {
				d.bridgeLog(r, i)
			} else if venue.Reads(l.topics[0]) {
				d.venueLog(l)
			}
		}
		w.logs++
	}
}

func (d *Decoder) log(l *jsonLog, r *jsonInfo) {
	understood := true
	switch {
	case l.topics[0] == transferTopic:
		understood = d.transferLog(l)
	case issuer.Reads(l.topics[0]):
		understood = d.issuerLog(l, r)
	}
	if !understood {
		d.work.out.Missed.Tokens++
	}
}

func (d *Decoder) transferLog(l *jsonLog) bool {
	w := &d.work
	from, okFrom := d.holder(l.topics[1][:])
	to, okTo := d.holder(l.topics[2][:])
	data := d.infos.data[l.data.from:l.data.to]
	switch {
	case !okFrom || !okTo:
		return false
	case l.count == 3 && len(data) >= 32:
		amount, _ := clew.AmountBytes(data[:32])
		w.add(d.assets.token(l.contract, false), clew.Log, w.logs, from, to, amount, nil)
		return true
	case l.count == 4:
		item, _ := clew.AmountBytes(l.topics[3][:])
		w.add(d.assets.token(l.contract, true), clew.Log, w.logs, from, to, clew.Units(1), &item)
		return true
	}
	return false
}

// holder reads 32 bytes as an address: the last 20, and before them zeros or, as
// contracts had it before the chain's parameter AllowMultiSign, a single 0x41.
func (d *Decoder) holder(b []byte) (clew.Address, bool) {
	if [11]byte(b[:11]) != [11]byte{} || b[11] != 0 && b[11] != 0x41 {
		return clew.Address{}, false
	}
	k := key(b[12:32])
	return k.on(d.chain), true
}

// issuerLog emits whom a token's contract bars from moving it, or no longer; that
// all of it stands still; and what it destroyed of what a frozen address held: the
// act, and the movement. It reports false for a movement that is not understood.
func (d *Decoder) issuerLog(l *jsonLog, r *jsonInfo) bool {
	said, ok := issuer.Read(&l.topics, l.count, d.infos.data[l.data.from:l.data.to])
	account, named := d.holder(said.About[:])
	contract := l.contract.on(d.chain)
	a := clew.Act{Kind: said.Kind, By: contract, On: contract, Amount: said.Amount, Detail: said.Event}
	switch named = named && said.Named; {
	case !ok || !named && said.Kind != clew.Pause && said.Kind != clew.Unpause:
		return !issuer.Destroys(l.topics[0]) // another event of the same name
	case said.Kind == clew.Pause || said.Kind == clew.Unpause:
		if named {
			a.By = account
		}
	default:
		a.On, a.Asset = account, d.assets.token(l.contract, false)
	}
	d.work.act(a, clew.Log, d.work.logs)
	if issuer.Destroys(l.topics[0]) && !d.recorded(l, r, account, said.Amount) {
		var none key
		d.work.add(a.Asset, clew.Log, d.work.logs, account, none.on(d.chain), said.Amount, nil)
	}
	return true
}

// recorded reports whether a contract logs what it destroyed as a transfer too: then
// it is one already.
func (d *Decoder) recorded(l *jsonLog, r *jsonInfo, of clew.Address, amount clew.Amount) bool {
	for i := r.logs.from; i < r.logs.to; i++ {
		other := &d.infos.logs[i]
		if other.contract != l.contract || other.count != 3 || other.topics[0] != transferTopic || other.data.to-other.data.from < 32 {
			continue
		}
		from, okFrom := d.holder(other.topics[1][:])
		to, okTo := d.holder(other.topics[2][:])
		moved, _ := clew.AmountBytes(d.infos.data[other.data.from : other.data.from+32])
		if okFrom && okTo && from == of && to.IsIssuer() && moved == amount {
			return true
		}
	}
	return false
}

// bridgeLog emits what a bridge says goes in or comes out. Other events of the same
// words, and forms that are not understood, say nothing.
func (d *Decoder) bridgeLog(r *jsonInfo, i int) {
	w := &d.work
	tx := bridge.Tx{ID: w.tx, From: w.owner, Log: func(after int) *bridge.Log {
		if i+after < r.logs.from || i+after >= r.logs.to {
			return nil
		}
		return d.plainLog(i + after)
	}}
	if act, found, _ := bridge.Read(&tx, d.plainLog(i)); found {
		w.act(act, clew.Log, w.logs)
	}
}

// plainLog returns a log as package bridge reads it.
func (d *Decoder) plainLog(i int) *bridge.Log {
	l := &d.infos.logs[i]
	return &bridge.Log{Contract: l.contract.on(d.chain), Topics: l.topics, Count: l.count, Data: d.infos.data[l.data.from:l.data.to]}
}
