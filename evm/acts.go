package evm

import (
	"slices"

	"clew"
)

// An actEvent is an event by which an issuer says who may move its token.
type actEvent struct {
	topic Topic // Keccak-256 of text
	text  string
	kind  clew.ActKind
}

// actEvents are the events of tokens in wide use: Tether, then Circle's, Paxos' in
// its old and its new form, and TrueUSD; what of a frozen address is destroyed; and
// pausing in its old and its new form. That of TrueUSD of two arguments says both,
// and which in its second.
var actEvents = []actEvent{
	{Topic(word("42e160154868087d6bfdc0ca23d96a1c1cfa32f1b72ba9ba27b69b98a0d819dc")), "AddedBlackList(address)", clew.Freeze},
	{Topic(word("d7e9ec6e6ecd65492dce6bf513cd6867560d49544421d0783ddf06e76c24470c")), "RemovedBlackList(address)", clew.Unfreeze},
	{Topic(word("ffa4e6181777692565cf28528fc88fd1516ea86b56da075235fa575af6a4b855")), "Blacklisted(address)", clew.Freeze},
	{Topic(word("117e3210bb9aa7d9baff172026820255c6f6c30ba8999d1c2fd88e2848137c4e")), "UnBlacklisted(address)", clew.Unfreeze},
	{Topic(word("90811a8edd3b3c17eeaefffc17f639cc69145d41a359c9843994dc2538203690")), "AddressFrozen(address)", clew.Freeze},
	{Topic(word("c3776b472ebf54114339eec9e4dc924e7ce307a97f5c1ee72b6d474e6e5e8b7c")), "AddressUnfrozen(address)", clew.Unfreeze},
	{Topic(word("1aa660498c83ea285bc55e4cfc00afcaa7120798db87b74f3c0d7c6e001bc392")), "FreezeAddress(address)", clew.Freeze},
	{Topic(word("150465b020dfc06a59269da94ed66db9b65a516cf4fdd5f583b0f12752339bbe")), "UnfreezeAddress(address)", clew.Unfreeze},
	{Topic(word("cf3473b85df1594d47b6958f29a32bea0abff9dd68296f7bf33443646793cfd8")), "Blacklisted(address,bool)", clew.Freeze},
	{destroyedTopic, "DestroyedBlackFunds(address,uint256)", clew.Wipe},
	{Topic(word("fc5960f1c5a5d2b60f031bf534af053b1bf7d9881989afaeb8b1d164db23aede")), "FrozenAddressWiped(address)", clew.Wipe},
	{Topic(word("fa8f14973a436f651cdc72fcb50527f364a3b92681dc7aacb0ebeed1e7fb7070")), "WipeBlacklistedAccount(address,uint256)", clew.Wipe},
	{Topic(word("6985a02210a168e66602d3235cb6db0e70f92b3ba4d376a33c0f3d9434bff625")), "Pause()", clew.Pause},
	{Topic(word("7805862f689e2f13df9f062ff482ad3ad112aca9e0847911ed832e158c525b33")), "Unpause()", clew.Unpause},
	{Topic(word("62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258")), "Paused(address)", clew.Pause},
	{Topic(word("5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa")), "Unpaused(address)", clew.Unpause},
}

// actOf returns the event whose signature a topic is; nil if it is none of them.
func actOf(first Topic) *actEvent {
	for i := range actEvents {
		if actEvents[i].topic == first {
			return &actEvents[i]
		}
	}
	return nil
}

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

// act decodes one event; false if its form is not understood.
func (d *Decoder) act(b *Block, l *Log, event *actEvent) bool {
	pos := l.pos()
	pos.Height = b.Height
	a := clew.Act{Pos: pos, Time: b.Time, Tx: l.Tx, Kind: event.kind, By: l.Contract, On: l.Contract, Detail: event.text}
	account, named := d.holderAt(l, 0)
	switch {
	case event.kind == clew.Pause || event.kind == clew.Unpause:
		if named {
			a.By = account
		}
	case !named:
		return false
	default:
		a.On, a.Asset = account, d.tokens.asset("erc20", l.Contract)
		if flag, ok := l.argument(1); ok && event.text == "Blacklisted(address,bool)" && Topic(flag) == (Topic{}) {
			a.Kind = clew.Unfreeze
		}
		if amount, ok := l.argument(1); ok && event.kind == clew.Wipe {
			a.Amount, _ = clew.AmountBytes(amount)
		}
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
