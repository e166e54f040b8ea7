package tron

import (
	"clew"
	"clew/bridge"
	"clew/venue"
)

// Signatures of events: Keccak-256 of the text beside.
var (
	transferTopic  = topic("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef") // Transfer(address,address,uint256)
	frozenTopic    = topic("42e160154868087d6bfdc0ca23d96a1c1cfa32f1b72ba9ba27b69b98a0d819dc") // AddedBlackList(address)
	unfrozenTopic  = topic("d7e9ec6e6ecd65492dce6bf513cd6867560d49544421d0783ddf06e76c24470c") // RemovedBlackList(address)
	destroyedTopic = topic("61e6e66b0d6339b2980aecc6ccc0039736791f0ccde9ed512e789a7fbdd698c6") // DestroyedBlackFunds(address,uint256)
)

// topic reads 64 hexadecimal digits.
func topic(digits string) [32]byte {
	id, err := clew.ParseTxID(digits)
	if err != nil {
		panic("tron: " + err.Error()) // a constant above is wrong
	}
	return id
}

// logs emits what the transaction's logs say: transfers of TRC-20 and TRC-721
// tokens (three and four topics of one signature, as on Ethereum), and what the
// contract of Tether's dollar, and others with its events, froze and destroyed.
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
	switch l.topics[0] {
	case transferTopic:
		understood = d.transferLog(l)
	case frozenTopic, unfrozenTopic:
		d.freezeLog(l)
	case destroyedTopic:
		understood = d.destroyedLog(l, r)
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

// subject returns whom an event of one address, and perhaps more, is about, and
// what data follow. The address is a topic or comes first in the data.
func (d *Decoder) subject(l *jsonLog) (a clew.Address, rest []byte, ok bool) {
	data := d.infos.data[l.data.from:l.data.to]
	switch {
	case l.count == 2:
		a, ok = d.holder(l.topics[1][:])
	case l.count == 1 && len(data) >= 32:
		a, ok = d.holder(data[:32])
		data = data[32:]
	}
	return a, data, ok
}

// freezeLog emits that an issuer bars an address from moving its token, or lifts
// that.
func (d *Decoder) freezeLog(l *jsonLog) {
	on, _, ok := d.subject(l)
	if !ok {
		return // another event of the same name
	}
	kind := clew.Freeze
	if l.topics[0] == unfrozenTopic {
		kind = clew.Unfreeze
	}
	asset := d.assets.token(l.contract, false)
	d.work.act(clew.Act{Kind: kind, By: l.contract.on(d.chain), On: on, Asset: asset}, clew.Log, d.work.logs)
}

// destroyedLog emits that an issuer destroyed what a frozen address held: the act,
// and the movement. Some contracts record that as a transfer too, and then it is
// one already.
func (d *Decoder) destroyedLog(l *jsonLog, r *jsonInfo) bool {
	w := &d.work
	on, data, ok := d.subject(l)
	if !ok || len(data) < 32 {
		return false
	}
	amount, _ := clew.AmountBytes(data[:32])
	asset := d.assets.token(l.contract, false)
	w.act(clew.Act{Kind: clew.Wipe, By: l.contract.on(d.chain), On: on, Asset: asset, Amount: amount}, clew.Log, w.logs)
	var none key
	for i := r.logs.from; i < r.logs.to; i++ {
		other := &d.infos.logs[i]
		if other.contract != l.contract || other.count != 3 || other.topics[0] != transferTopic || other.data.to-other.data.from < 32 {
			continue
		}
		from, okFrom := d.holder(other.topics[1][:])
		to, okTo := d.holder(other.topics[2][:])
		moved, _ := clew.AmountBytes(d.infos.data[other.data.from : other.data.from+32])
		if okFrom && okTo && from == on && to.IsIssuer() && moved == amount {
			return true
		}
	}
	w.add(asset, clew.Log, w.logs, on, none.on(d.chain), amount, nil)
	return true
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
