// Package memo reads what the memo of a payment asks for, by the public rules of
// those who carry such payments out.
//
// A memo is a claim of whoever paid. That it was carried out, and as it asks, it
// does not say; so nothing here follows it.
package memo

import (
	"clew"
	"clew/bitcoin"
)

// Payload returns the bytes that a memo was written to carry: of a data output
// its one piece of data. False: it is no memo, not kept whole, or of a form that
// holds no such piece.
func Payload(a *clew.Act) ([]byte, bool) {
	switch {
	case a.Kind != clew.Memo || a.Cut():
		return nil, false
	case a.Carrier == clew.DataOutput:
		return bitcoin.Payload([]byte(a.Data))
	}
	return []byte(a.Data), true
}
