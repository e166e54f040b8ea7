package clew

import (
	"errors"
	"fmt"
)

// A Transfer is one recorded movement of one asset.
//
// On account chains each side has one leg. A Bitcoin transaction is one
// transfer with a leg for every input and output: the chain does not say which
// input paid which output, so that is left to a policy of package taint.
//
// Transfers are facts. They are appended, dropped by a reorganisation, and
// never edited.
type Transfer struct {
	Pos       Pos        `json:"pos"`
	Time      Time       `json:"time,omitzero"` // of the block
	Tx        TxID       `json:"tx,omitzero"`
	Asset     Asset      `json:"asset"`
	From      []Leg      `json:"from"`                // in the order of the chain
	To        []Leg      `json:"to"`                  // in the order of the chain
	Item      *Amount    `json:"item,omitempty"`      // number of a non-fungible token
	Aggregate *Aggregate `json:"aggregate,omitempty"` // set where only a total is known
	Rounded   bool       `json:"rounded,omitempty"`   // the source rounded the amount
}

// A Leg is one side of a transfer: who, and how much.
type Leg struct {
	Address Address `json:"address,omitzero"`  // nobody: issuance, or a Bitcoin fee
	Amount  Amount  `json:"amount"`            // of an unknown leg: 0
	Spends  *Output `json:"spends,omitempty"`  // on Bitcoin, the output that an input spends
	Unknown bool    `json:"unknown,omitempty"` // who and how much are not known: a previous output not held
}

// An Output names an output of a Bitcoin transaction.
type Output struct {
	Tx    TxID   `json:"tx"`
	Index uint32 `json:"index"`
}

// An Aggregate says that a transfer stands for several like ones between the
// same two addresses, of which only count, unit and span are known. The
// transfer's own position and time are those of the last.
type Aggregate struct {
	Count uint64 `json:"count"` // how many there were
	Unit  Amount `json:"unit"`  // amount of each
	First Time   `json:"first"`
	Last  Time   `json:"last"`
}

// Amount returns what t moves: the sum of its outgoing side, or of its
// incoming side where an input is unknown.
func (t *Transfer) Amount() Amount {
	legs := t.From
	if t.hasUnknown() {
		legs = t.To
	}
	sum, _ := sumLegs(legs)
	return sum
}

// Check reports why t cannot be a fact. It is called where transfers are
// decoded and again where they are read back.
//
// Both sides have legs and balance, to the unit. An input whose previous
// output is not held is an unknown leg: it says nothing of who or how much,
// and then the known inputs may not exceed the outputs.
func (t *Transfer) Check() error {
	if err := t.check(); err != nil {
		return fmt.Errorf("transfer at %s: %w", t.Pos, err)
	}
	return nil
}

func (t *Transfer) check() error {
	if t.Asset.IsZero() {
		return errors.New("no asset")
	}
	if len(t.From) == 0 || len(t.To) == 0 {
		return errors.New("a side has no legs")
	}
	if t.Item != nil && t.Asset.IsFungible() {
		return fmt.Errorf("item %s of %s, which has none", t.Item, t.Asset)
	}
	chain := t.Asset.Chain()
	if !chain.IsBitcoin() && (len(t.From) != 1 || len(t.To) != 1) {
		return fmt.Errorf("%d and %d legs on %s, where each side has one", len(t.From), len(t.To), chain)
	}
	err := checkLegs(t.From, chain)
	if err == nil {
		err = checkLegs(t.To, chain)
	}
	if err == nil {
		err = t.checkBalance()
	}
	if err == nil {
		err = t.checkAggregate()
	}
	return err
}

func checkLegs(legs []Leg, chain Chain) error {
	for i := range legs {
		switch l := &legs[i]; {
		case !l.Address.IsZero() && l.Address.chain != chain:
			return fmt.Errorf("leg of %s on %s", l.Address, chain)
		case (l.Unknown || l.Spends != nil) && !chain.IsBitcoin():
			return fmt.Errorf("leg names outputs, which %s does not have", chain)
		case l.Unknown && (!l.Address.IsZero() || !l.Amount.IsZero()):
			return errors.New("an unknown leg names an address or an amount")
		}
	}
	return nil
}

func (t *Transfer) checkBalance() error {
	for i := range t.To {
		if t.To[i].Unknown || t.To[i].Spends != nil {
			return errors.New("an output is unknown, or spends another")
		}
	}
	if len(t.From) == 1 && len(t.To) == 1 && t.From[0].Amount == t.To[0].Amount {
		return nil // as nearly all
	}
	in, inFits := sumLegs(t.From)
	out, outFits := sumLegs(t.To)
	switch {
	case !inFits || !outFits:
		return errors.New("legs add up to more than 256 bits")
	case in == out:
		return nil
	case !t.hasUnknown():
		return fmt.Errorf("%s in but %s out", in, out)
	case out.Less(in):
		return fmt.Errorf("known inputs of %s exceed outputs of %s", in, out)
	}
	return nil
}

func (t *Transfer) checkAggregate() error {
	if t.Aggregate == nil {
		return nil
	}
	if t.Aggregate.Count == 0 {
		return errors.New("aggregate of nothing")
	}
	total, fits := t.Aggregate.Unit.MulDiv(Units(t.Aggregate.Count), Units(1))
	if !fits || total != t.Amount() {
		return fmt.Errorf("aggregate of %d times %s is not %s", t.Aggregate.Count, t.Aggregate.Unit, t.Amount())
	}
	if t.Aggregate.First > t.Aggregate.Last {
		return errors.New("aggregate ends before it begins")
	}
	return nil
}

func (t *Transfer) hasUnknown() bool {
	for i := range t.From {
		if t.From[i].Unknown {
			return true
		}
	}
	return false
}

func sumLegs(legs []Leg) (Amount, bool) {
	var sum Amount
	fits := true
	for i := 0; i < len(legs) && fits; i++ {
		sum, fits = sum.Add(legs[i].Amount)
	}
	return sum, fits
}

// A Pot is value of one asset at one address, which is where account chains
// mix what was paid in. On Bitcoin every output is a pot of its own.
type Pot struct {
	Address Address `json:"address"`
	Asset   Asset   `json:"asset"`
}

// A Conversion says that value went in as one thing and came out as another: a
// swap, a bridge crossed, a wrapping. That the transfers happened is fact; that
// they belong together is a claim or an inference, so a conversion always says
// by whose word or by what method.
type Conversion struct {
	ID       string         `json:"id"`
	Kind     ConversionKind `json:"kind"`
	In       []Pos          `json:"in"`  // transfers that carry value in; on InChain
	Out      []Pos          `json:"out"` // transfers that carry value out; on OutChain
	InChain  Chain          `json:"inChain"`
	OutChain Chain          `json:"outChain"`
	Basis    Basis          `json:"basis"` // claimed or inferred
	By       string         `json:"by"`    // who claims it, or the method's name
	Note     string         `json:"note,omitempty"`
}

// A ConversionKind says how value changed.
type ConversionKind string

// The kinds of conversion.
const (
	Swap   ConversionKind = "swap"
	Bridge ConversionKind = "bridge"
	Wrap   ConversionKind = "wrap"
)

// A Basis says what kind of knowledge something rests on.
type Basis string

// The three kinds of knowledge, which are never mixed.
const (
	Fact     Basis = "fact"     // recorded on a ledger
	Claimed  Basis = "claim"    // somebody's word, with source and date
	Inferred Basis = "inferred" // from a named method with stated assumptions
)
