package clew

import (
	"errors"
	"fmt"
	"slices"
)

// An Act is a recorded fact that moves no value but changes who may move it: an
// issuer freezes an address, an account hands out its resources, another key
// may sign. It is dated by its position, and a later act may reverse it.
type Act struct {
	Pos    Pos     `json:"pos"`
	Time   Time    `json:"time,omitzero"` // of the block
	Tx     TxID    `json:"tx,omitzero"`
	Kind   ActKind `json:"kind"`
	By     Address `json:"by,omitzero"`    // who acted: an issuer's contract, an account
	On     Address `json:"on"`             // whom it concerns
	With   Address `json:"with,omitzero"`  // the other party, such as who receives resources or may sign
	Asset  Asset   `json:"asset,omitzero"` // none: not of one asset
	Amount Amount  `json:"amount,omitzero"`
	Detail string  `json:"detail,omitempty"` // what the chain says beyond that, at most MaxActDetail bytes

	// Of a memo alone: what carries it, and its bytes, at most MaxActDetail of
	// them. Somebody who sent something wrote them, and anything can be in them.
	Carrier Carrier `json:"carrier,omitempty"`
	Data    Bytes   `json:"data,omitempty"`
}

// MaxActDetail is how long an act's detail may be, and a memo's bytes.
const MaxActDetail = 1 << 10

// An ActKind says what an act changes. The list is closed and only grows.
type ActKind string

// The kinds of act.
const (
	Freeze     ActKind = "freeze"              // an issuer bars an address from moving its asset
	Unfreeze   ActKind = "unfreeze"            // and lifts that
	Pause      ActKind = "pause"               // an issuer bars everybody; On is the contract
	Unpause    ActKind = "unpause"             // and lifts that
	Delegate   ActKind = "resource delegation" // On lets With use resources bought with Amount
	Undelegate ActKind = "resource recall"     // and takes them back
	Permission ActKind = "permission update"   // who may sign for On; Detail lists keys and weights
	Activation ActKind = "account creation"    // By opens the account On
	Stake      ActKind = "stake"               // On ties up Amount of its own coin
	Unstake    ActKind = "unstake"             // and asks for Amount back, which comes after a delay of the chain's
	Restake    ActKind = "unstake cancelled"   // all that On has asked for and not had yet is tied up again

	// On Solana, of a token account of On's, which Detail names.
	TokenDelegation ActKind = "token delegation"     // On lets With move up to Amount of Asset, in place of whom it let before; nobody: it takes that back
	DelegateSpent   ActKind = "delegate's transfer"  // With moved or burnt Amount of Asset, with a right that is not the owner's
	CloseAuthority  ActKind = "close authority"      // With, in place of On, may close the account; nobody: On may
	AccountGiven    ActKind = "token account given"  // With owns the account, with Amount of Asset in it; delegations end
	AccountClosed   ActKind = "token account closed" // and whatever was permitted over it ends

	Memo            ActKind = "memo"             // By sends Amount of Asset to On and says what for; With is the contract that logged it
	AccountAssigned ActKind = "account assigned" // On Solana, the program With is given the account On: from then on it alone may take SOL out

	// Of a bridge, with a [Message]; With is the contract that says so.
	BridgeSent     ActKind = "bridge deposit" // On gives Amount of Asset here, to have it on another chain
	BridgeReceived ActKind = "bridge release" // On gets Amount of Asset here, for what was given on another chain

	Wipe ActKind = "frozen value destroyed" // an issuer destroys what a frozen address holds of Asset: Amount, where the contract says so

	Called ActKind = "contract called" // By sends a transaction that calls the contract On, of which explorers do not say what was logged; the function's first bytes in Detail
	Venue  ActKind = "venue's event"   // On logs what the protocol in Detail logs when something is exchanged, put in or taken out; once a transaction
)

// ActKinds returns all kinds. Ledgers hold a kind as its place in this list, so
// it only grows, at the end, to 256 at most.
func ActKinds() []ActKind {
	return []ActKind{Freeze, Unfreeze, Pause, Unpause, Delegate, Undelegate, Permission, Activation, Stake, Unstake, Restake,
		TokenDelegation, DelegateSpent, CloseAuthority, AccountGiven, AccountClosed, Memo, AccountAssigned, BridgeSent, BridgeReceived, Wipe, Venue, Called}
}

// Concerns reports whether a names an address: as the one it is about, as the
// other party, or as the one that acted. Nobody is named by none.
func (a *Act) Concerns(x Address) bool {
	return !x.IsZero() && (a.On == x || a.With == x || a.By == x)
}

// Check reports why a cannot be a fact.
func (a *Act) Check() error {
	chain := a.On.Chain()
	var err error
	switch {
	case !slices.Contains(ActKinds(), a.Kind):
		err = fmt.Errorf("kind %.40q is not known", a.Kind)
	case a.On.IsZero():
		err = errors.New("concerns nobody")
	case !a.By.IsZero() && a.By.Chain() != chain || !a.With.IsZero() && a.With.Chain() != chain:
		err = errors.New("its addresses are of several chains")
	case !a.Asset.IsZero() && a.Asset.Chain() != chain:
		err = fmt.Errorf("asset %s on %s", a.Asset, chain)
	case len(a.Detail) > MaxActDetail:
		err = fmt.Errorf("detail of %d bytes, of at most %d", len(a.Detail), MaxActDetail)
	default:
		err = a.checkMemo()
	}
	if err != nil {
		return fmt.Errorf("act at %s: %w", a.Pos, err)
	}
	return nil
}
