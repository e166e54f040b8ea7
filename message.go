package clew

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Message is what one end of a bridge records of value that crosses: an act of
// kind [BridgeSent] where it goes in, of [BridgeReceived] where it comes out.
// It is what a contract logged. Any contract may log anything, so whoever follows
// it says which contracts it takes for a protocol's own.
type Message struct {
	Protocol  string `json:"protocol"`            // such as "across", in small letters
	ID        string `json:"id"`                  // the same at both ends and at no other, within a protocol
	From      Chain  `json:"from,omitempty"`      // where it goes in; none: not said
	To        Chain  `json:"to,omitempty"`        // where it comes out; none: not said
	Recipient string `json:"recipient,omitempty"` // at the other end, as its chain writes it
	Asset     string `json:"asset,omitempty"`     // that comes out, as its chain writes the token
	Amount    Amount `json:"amount,omitzero"`     // that is to come out, where that is said; before fees that are not
	Tx        TxID   `json:"tx,omitzero"`         // by which it comes out, where that is another than the act's
}

// SetMessage gives an act of a bridge what it says of the crossing. What is too
// long to be one is refused.
func (a *Act) SetMessage(m Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("message of a bridge: %w", err)
	}
	if len(text) > MaxActDetail || m.Protocol == "" || m.ID == "" {
		return fmt.Errorf("message of a bridge %.20q with identifier %.20q: %d bytes, of at most %d, with both named", m.Protocol, m.ID, len(text), MaxActDetail)
	}
	a.Detail = string(text)
	return nil
}

// Message returns what an act says of a crossing; false if it is no act of a
// bridge, or says nothing that is understood.
func (a *Act) Message() (Message, bool) {
	if !slices.Contains([]ActKind{BridgeSent, BridgeReceived}, a.Kind) {
		return Message{}, false
	}
	var m Message
	if err := json.Unmarshal([]byte(a.Detail), &m); err != nil || m.Protocol == "" || m.ID == "" {
		return Message{}, false
	}
	return m, true
}
