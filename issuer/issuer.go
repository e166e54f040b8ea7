// Package issuer reads by which events tokens' own contracts say whom they bar
// from moving a token, whom no longer, what of a barred address they destroyed, and
// that all of a token stands still.
//
// It reads logs, and no more: any contract may log any of these events, and may bar
// nothing at all. Whose a contract is, it does not know.
package issuer

import (
	"strings"

	"golang.org/x/crypto/sha3"

	"clew"
)

// A Said is what a log says.
type Said struct {
	Kind   clew.ActKind
	Event  string      // its name and types
	About  [32]byte    // the address that it is about, as a word; of a pause, who did it
	Named  bool        // About is said
	Amount clew.Amount // that was destroyed; zero where the event does not say it
}

// An event is one that is read. Its arguments are words: those that are topics come
// first, the others follow in the data, as every event that is read declares them.
type event struct {
	topic     [32]byte // Keccak-256 of text
	text      string
	kind      clew.ActKind
	about     int // which argument is the address
	arguments int
	form      form
}

// A form is what an event has beside an address.
type form uint8

const (
	plain     form = iota
	flagged        // the argument after the address lifts it if it is zero
	amounted       // the argument after the address is the amount
	burns          // likewise, and the contract may log no Transfer of it
	optional       // the address need not be there
	addressed      // the address is the second argument, after whoever did it
)

// events are those of tokens in wide use, as their contracts' published source code
// declares them: Tether's first contract and its later ones (USDT0, XAUT), Circle's,
// Paxos' first and later ones, TrueUSD, A7A5, and of First Digital and World Liberty
// one; then pausing in its old and its new form.
var events = []event{
	define("AddedBlackList(address)", clew.Freeze, plain),
	define("RemovedBlackList(address)", clew.Unfreeze, plain),
	define("DestroyedBlackFunds(address,uint256)", clew.Wipe, burns),
	define("BlockPlaced(address)", clew.Freeze, plain),
	define("BlockReleased(address)", clew.Unfreeze, plain),
	define("DestroyedBlockedFunds(address,uint256)", clew.Wipe, burns),
	define("Blacklisted(address)", clew.Freeze, plain),
	define("UnBlacklisted(address)", clew.Unfreeze, plain),
	define("DeBlacklisted(address)", clew.Unfreeze, plain),
	define("AddressFrozen(address)", clew.Freeze, plain),
	define("AddressUnfrozen(address)", clew.Unfreeze, plain),
	define("FreezeAddress(address)", clew.Freeze, plain),
	define("UnfreezeAddress(address)", clew.Unfreeze, plain),
	define("FrozenAddressWiped(address)", clew.Wipe, plain),
	define("Blacklisted(address,bool)", clew.Freeze, flagged),
	define("WipeBlacklistedAccount(address,uint256)", clew.Wipe, amounted),
	define("Freeze(address,address)", clew.Freeze, addressed),
	define("Unfreeze(address,address)", clew.Unfreeze, addressed),
	define("Pause()", clew.Pause, optional),
	define("Unpause()", clew.Unpause, optional),
	define("Paused(address)", clew.Pause, optional),
	define("Unpaused(address)", clew.Unpause, optional),
}

func define(text string, kind clew.ActKind, f form) event {
	e := event{text: text, kind: kind, form: f}
	if types := text[strings.IndexByte(text, '('):]; types != "()" {
		e.arguments = 1 + strings.Count(types, ",")
	}
	if f == addressed {
		e.about = 1
	}
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(text))
	h.Sum(e.topic[:0])
	return e
}

// Reads reports whether a log with this first topic may say something here.
func Reads(first [32]byte) bool { return eventOf(first) != nil }

// Destroys reports whether a log with this first topic destroys value of which the
// contract may log no Transfer.
func Destroys(first [32]byte) bool {
	e := eventOf(first)
	return e != nil && e.form == burns
}

func eventOf(first [32]byte) *event {
	for i := range events {
		if events[i].topic == first {
			return &events[i]
		}
	}
	return nil
}

// Read returns what a log says, by its topics, of which there are count, and its
// data; false for another event, or one of the same name in another form.
func Read(topics *[4][32]byte, count int, data []byte) (Said, bool) {
	if count == 0 {
		return Said{}, false
	}
	e := eventOf(topics[0])
	if e == nil || count-1 > e.arguments {
		return Said{}, false
	}
	argument := func(i int) (word [32]byte, ok bool) {
		if i < count-1 {
			return topics[i+1], true
		}
		if i -= count - 1; i >= len(data)/32 {
			return word, false
		}
		return [32]byte(data[i*32:]), true
	}
	s := Said{Kind: e.kind, Event: e.text}
	if s.About, s.Named = argument(e.about); e.form == optional {
		s.Named = s.Named && e.arguments > 0
		return s, true
	}
	if !s.Named {
		return Said{}, false
	}
	switch more, ok := argument(e.about + 1); e.form {
	case flagged:
		if ok && more == ([32]byte{}) {
			s.Kind = clew.Unfreeze
		}
		return s, ok
	case amounted, burns:
		s.Amount, _ = clew.AmountBytes(more[:])
		return s, ok
	}
	return s, true
}
