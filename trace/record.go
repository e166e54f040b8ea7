package trace

import (
	"fmt"

	"clew"
)

// A Record is what a service or a bank answered about one account: what was
// credited to it, and what left it. That transfers on ledgers happened is fact;
// that they belong to one account, and everything between them, is the claim
// of whoever answered.
type Record struct {
	ID       string         `json:"id"`
	Exhibit  string         `json:"exhibit"` // number in the case's file
	By       string         `json:"by"`      // the service or bank that answered
	Document string         `json:"document"`
	Received string         `json:"received"`          // day, YYYY-MM-DD
	Account  string         `json:"account,omitempty"` // the service's reference; never a person
	Note     string         `json:"note,omitempty"`
	Entries  []AccountEntry `json:"entries"` // in the order in which the account had them
}

// An AccountEntry is one change of an account at a service.
type AccountEntry struct {
	Kind    EntryKind   `json:"kind"`
	Time    clew.Time   `json:"time,omitzero"` // when the account was credited or debited; unknown for a balance held before
	About   bool        `json:"about,omitempty"`
	Balance string      `json:"balance"` // name of the account's balance that changes
	Asset   clew.Asset  `json:"asset"`   // that it is counted in
	Amount  clew.Amount `json:"amount"`

	// GotBalance, Got and GotAmount are what a trade brought.
	GotBalance string      `json:"gotBalance,omitempty"`
	Got        clew.Asset  `json:"got,omitzero"`
	GotAmount  clew.Amount `json:"gotAmount,omitzero"`

	// Tx or Pos says which transfer of the asset's ledger a deposit or a
	// withdrawal is, and Address whom it paid.
	Tx      clew.TxID    `json:"tx,omitzero"`
	Pos     *clew.Pos    `json:"pos,omitempty"`
	Address clew.Address `json:"address,omitzero"`

	To   string `json:"to,omitempty"` // reference of what a payout or an internal transfer went to
	Note string `json:"note,omitempty"`
}

// An EntryKind says how an account changed.
type EntryKind string

// The kinds of entry. The list is closed and only grows.
const (
	HeldBefore EntryKind = "held before"       // a balance from before the record: older than all else, and clean
	Deposited  EntryKind = "deposit"           // a transfer of a ledger was credited
	Traded     EntryKind = "trade"             // one balance paid for another
	Withdrawn  EntryKind = "withdrawal"        // a transfer of a ledger was debited
	PaidOut    EntryKind = "payout"            // left the service off every ledger
	HandedOver EntryKind = "internal transfer" // to another account of the service
	Charged    EntryKind = "fee"               // kept by the service
)

// onLedger reports whether an entry is a transfer of a ledger too.
func (e *AccountEntry) onLedger() bool { return e.Kind == Deposited || e.Kind == Withdrawn }

// clockSlack is by how much clocks of services and of blocks may differ. The
// time of a Bitcoin block may lie two hours ahead of those who relay it.
const clockSlack = 2 * 60 * 60

// slack returns by how much an entry's time may be off.
func (e *AccountEntry) slack() clew.Time {
	if e.About {
		return clockSlack + 24*60*60
	}
	return clockSlack
}

// wrong says what is wrong with a record, so that its exhibit is found.
func (r *Record) wrong(value, want string) error {
	return &clew.InputError{Field: fmt.Sprintf("record %s of exhibit %s", r.ID, r.Exhibit), Value: value, Want: want}
}

// Check reports a record that contradicts itself: an account cannot give what
// it has not. It returns the index of the entry that does, or -1.
func (r *Record) Check() (int, error) {
	if r.ID == "" || r.Exhibit == "" || r.By == "" {
		return -1, r.wrong("", "an id, the number of an exhibit and who answered")
	}
	held := map[string]clew.Amount{}
	var last clew.Time
	for i := range r.Entries {
		e := &r.Entries[i]
		if err := r.checkEntry(e, last); err != nil {
			return i, err
		}
		last = max(last, e.Time)
		if err := r.change(held, e); err != nil {
			return i, err
		}
	}
	return -1, nil
}

func (r *Record) checkEntry(e *AccountEntry, last clew.Time) error {
	name := string(e.Kind)
	switch e.Kind {
	case HeldBefore, Deposited, Traded, Withdrawn, PaidOut, HandedOver, Charged:
	default:
		return r.wrong(name, "entries of the known kinds")
	}
	switch {
	case e.Amount.IsZero() || e.Asset.IsZero() || !e.Asset.IsFungible() || e.Balance == "":
		return r.wrong(name, "an amount of a fungible asset or of money in a balance")
	case e.Kind == Traded && (e.GotAmount.IsZero() || e.Got.IsZero() || !e.Got.IsFungible() || e.GotBalance == "" || e.GotBalance == e.Balance):
		return r.wrong(name, "something of another balance that came of the trade")
	case e.onLedger() && (e.Asset.IsCurrency() || e.Tx.IsZero() && e.Pos == nil || e.Address.Chain() != e.Asset.Chain()):
		return r.wrong(name, "a transaction or a position on the chain of its asset, and the address that was paid")
	case e.Kind == HeldBefore && last.Known():
		return r.wrong(name, "balances held before come first")
	case e.Kind != HeldBefore && (!e.Time.Known() || e.Time < last):
		return r.wrong(name+" of "+e.Time.String(), "entries with times, in their order")
	}
	return nil
}

// change books an entry in the balances, and reports one that has too little.
func (r *Record) change(held map[string]clew.Amount, e *AccountEntry) error {
	add := func(balance string, amount clew.Amount) error {
		sum, fits := held[balance].Add(amount)
		held[balance] = sum
		if !fits {
			return r.wrong(amount.String(), "a balance "+balance+" of at most 2^256-1")
		}
		return nil
	}
	if e.Kind == HeldBefore || e.Kind == Deposited {
		return add(e.Balance, e.Amount)
	}
	if have := held[e.Balance]; have.Less(e.Amount) {
		return r.wrong(fmt.Sprintf("%s of %s %s", e.Kind, e.Amount, e.Balance), fmt.Sprintf(
			"at most the %s that the account has by %s; state the deposit, the trade or the balance held before that it was paid from", have, e.Time))
	}
	held[e.Balance] = held[e.Balance].Minus(e.Amount)
	if e.Kind == Traded {
		return add(e.GotBalance, e.GotAmount)
	}
	return nil
}
