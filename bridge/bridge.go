// Package bridge reads what bridges between chains log: that value goes in, and
// that it comes out, with the identifier that both ends name.
//
// It reads one event at a time, with those of its transaction beside it, and
// follows nothing. Any contract can log anything, so what it reads is what a
// contract says; [IsKnown] says which contracts are known to be a protocol's.
// The events are as the protocols' own source code declares them, or where that is
// not public, those who read them; each file names its source. Of an event that
// was seen in no source, nothing is read.
package bridge

import (
	"clew"
)

// A Log is an event that a contract logged.
type Log struct {
	Contract clew.Address // on an EVM chain or Tron
	Topics   [4][32]byte
	Count    int // how many topics there are
	Data     []byte
}

// A Tx is the transaction of an event.
type Tx struct {
	ID   clew.TxID
	From clew.Address // who sent it; nobody: not known

	// Log returns the event of the transaction that was logged so many places
	// after the one that is read, or before it; nil if there is none, or it is not
	// kept.
	Log func(after int) *Log
}

// MaxData is how many bytes of data of an event are looked at: a longer one is not
// understood.
const MaxData = 1 << 17

// Reads reports whether an event with this first topic may be read.
func Reads(first [32]byte) bool { return len(forms[first]) > 0 }

// Acts reports whether an event with this first topic may give an act. Others are
// read beside those that do.
func Acts(first [32]byte) bool {
	for _, f := range forms[first] {
		if f.read != nil {
			return true
		}
	}
	return false
}

// Read returns the act of a bridge that an event is, but for its place and time.
// It returns false for an event that is none, and understood false for one whose
// form is not understood.
func Read(tx *Tx, l *Log) (act clew.Act, found, understood bool) {
	if l.Count < 1 || l.Count > len(l.Topics) || len(l.Data) > MaxData {
		return clew.Act{}, false, false
	}
	for _, f := range forms[l.Topics[0]] {
		if f.read == nil || f.topics() != l.Count {
			continue
		}
		e := event{log: l, tx: tx, form: f, chain: l.Contract.Chain(), all: forms}
		e.act = clew.Act{Tx: tx.ID, By: tx.From, With: l.Contract, Kind: f.kind}
		e.message.Protocol = f.protocol
		f.read(&e)
		return e.done()
	}
	return clew.Act{}, false, false
}

// done returns what was read of an event.
func (e *event) done() (act clew.Act, found, understood bool) {
	switch {
	case e.bad:
		return clew.Act{}, false, false
	case e.none:
		return clew.Act{}, false, true
	}
	if e.act.On.IsZero() {
		e.act.On = e.act.With
	}
	if e.act.Kind == clew.BridgeSent {
		e.message.From = e.chain
	} else if e.message.To == "" {
		e.message.To = e.chain
	}
	if e.act.SetMessage(e.message) != nil {
		return clew.Act{}, false, false
	}
	return e.act, true, true
}
