// Package proof says whether a transfer is on a chain, as far as the chain lets
// that be shown without trust in whoever shows it: by a block's header and a
// branch of hashes from it to the transaction or its receipt.
//
// A proof shows that a block with that header holds the transaction. That the
// block is part of the chain that everybody follows is shown only as far as
// its header's work or other people's nodes show it; [Seal] says how far.
package proof

import (
	"encoding/hex"
	"errors"
	"fmt"

	"clew"
)

// A Standing says how much is shown of a transfer.
type Standing string

// The standings, from the most that can be shown.
const (
	OnChain    Standing = "on chain"     // header and inclusion proof hold, and what moved is read from the proved bytes
	Reexecuted Standing = "re-execution" // the transaction is proved; what moved within it rests on a node's re-execution
	NotKnown   Standing = "not known"    // the transaction is proved; what the transfer's source states cannot be held against it
	Unproved   Standing = "unproved"     // no proof is held; it is consistent with the rest of its bundle alone
	Refuted    Standing = "refuted"      // a proof is held, and says otherwise
)

// Standings lists the standings in their order.
var Standings = []Standing{OnChain, Reexecuted, NotKnown, Unproved, Refuted}

// A Result is what was found of one transfer.
type Result struct {
	Chain    clew.Chain `json:"chain"`
	Transfer clew.Pos   `json:"transfer"`
	Tx       clew.TxID  `json:"tx,omitzero"`
	Standing Standing   `json:"standing"`
	Why      string     `json:"why,omitempty"`   // what was compared, or what differs
	At       *clew.Pos  `json:"at,omitzero"`     // where the proved bytes have it; nil: where the transfer says
	Block    *Seal      `json:"block,omitempty"` // that is proved to hold the transaction; nil: none is
}

// A Seal is the block that a proof is of, and what stands behind its name.
type Seal struct {
	Height uint64    `json:"height"`
	Named  bool      `json:"named"` // the height is in what is hashed; otherwise it is the source's word
	Hash   clew.TxID `json:"hash"`
	Time   clew.Time `json:"time"`

	// Later counts the headers that are held and follow on it, each of which names
	// the one before: how deep the block was buried at least, when it was proved.
	Later int `json:"later,omitempty"`

	// Work is how many hashes it takes on average to make such a header and those
	// that follow. Nil: the header's hash is no work, or work that is not checked
	// here, so that the header is as good as whoever gave it, and other people's
	// nodes alone can say that it is of the chain.
	Work *clew.Amount `json:"work,omitempty"`
}

// A Proof is what shows that one transaction is in a block.
type Proof struct {
	Chain   clew.Chain `json:"chain"`
	Height  uint64     `json:"height"`
	Index   uint32     `json:"index"` // of the transaction in its block
	Tx      clew.TxID  `json:"tx"`
	Block   clew.TxID  `json:"block"`  // what Header hashes to
	Header  Bytes      `json:"header"` // as it is hashed
	Bitcoin *Branch    `json:"bitcoin,omitempty"`
	EVM     *Tries     `json:"evm,omitempty"`
}

// Bytes are written as hexadecimal digits.
type Bytes []byte

// MarshalText writes the digits.
func (b Bytes) MarshalText() ([]byte, error) {
	return hex.AppendEncode(make([]byte, 0, 2*len(b)), b), nil
}

// UnmarshalText reads what [Bytes.MarshalText] writes.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.AppendDecode(make([]byte, 0, len(text)/2), text)
	if err != nil {
		return errors.New("not bytes in hexadecimal digits")
	}
	return nil
}

// A Shown is what a proof that holds shows.
type Shown struct {
	Block Seal

	proof *Proof
	moved []clew.Transfer // what the proved bytes say
	limit string          // what they do not show of these; "" for nothing
	used  []bool          // by a transfer that was compared
	rest  func(t *clew.Transfer, used []bool) (Standing, string)
}

// Show holds a proof against its own hashes. An error says why it shows nothing:
// whoever made it erred or lied, or, for one that wraps [ErrForm], knows a form of
// transactions that is not known here.
func (p *Proof) Show() (*Shown, error) {
	var s *Shown
	var err error
	switch {
	case p.Chain.IsBitcoin() && p.Bitcoin != nil && p.EVM == nil:
		s, err = p.showBitcoin()
	case p.Chain.IsEVM() && p.EVM != nil && p.Bitcoin == nil:
		s, err = p.showEVM()
	default:
		err = errors.New("it is of no kind that its chain has")
	}
	if err != nil {
		return nil, fmt.Errorf("proof of transaction %s: %w", p.Tx, err)
	}
	s.proof, s.used = p, make([]bool, len(s.moved))
	return s, nil
}

// Check compares the transfers that are said to be of one transaction with what a
// proof of it shows. A nil proof shows nothing, for the reason given, or for none
// that is known. The results are in the transfers' order.
func Check(p *Proof, without string, transfers []*clew.Transfer) []Result {
	results := make([]Result, len(transfers))
	for i, t := range transfers {
		why := without
		if why == "" {
			why = Without(t)
		}
		results[i] = Result{Chain: t.Asset.Chain(), Transfer: t.Pos, Tx: t.Tx, Standing: Unproved, Why: why}
	}
	if p == nil {
		return results
	}
	s, err := p.Show()
	if err != nil {
		standing := Refuted
		if errors.Is(err, ErrForm) { // whoever made it may know more
			standing = Unproved
		}
		for i := range results {
			results[i].Standing, results[i].Why = standing, err.Error()
		}
		return results
	}
	done := make([]bool, len(transfers)) // those at the places that the chain has come first
	for _, exact := range []bool{true, false} {
		for i, t := range transfers {
			if !done[i] {
				done[i] = s.judge(t, exact, &results[i])
			}
		}
	}
	return results
}

// judge fills in a result. Where it wants exact places it reports false for
// a transfer that is not at one of them.
func (s *Shown) judge(t *clew.Transfer, exact bool, r *Result) bool {
	block := s.Block
	r.Block = &block
	if why := s.differs(t); why != "" {
		r.Standing, r.Why = Refuted, why
		return true
	}
	if why := incomparable(t); why != "" {
		r.Standing, r.Why = NotKnown, why
		return true
	}
	for i := range s.moved {
		m := &s.moved[i]
		if s.used[i] || exact && m.Pos != t.Pos || !same(m, t) {
			continue
		}
		s.used[i] = true
		s.found(m, t, r)
		return true
	}
	if !exact {
		r.Standing, r.Why = s.rest(t, s.used)
	}
	return !exact
}

// found fills in the result of a transfer that is as the proved bytes say.
func (s *Shown) found(m, t *clew.Transfer, r *Result) {
	r.Standing, r.Why = OnChain, ""
	if m.Item != nil && t.Item == nil {
		r.Why = fmt.Sprintf("its source does not say which item; it is proved of item %s", m.Item)
	}
	if m.Pos != t.Pos {
		at := m.Pos
		r.At, r.Why = &at, "it is proved at another place than its source gives"
	}
	if s.limit != "" {
		r.Standing, r.Why = Reexecuted, s.limit
	}
}

// placed reports whether a transfer's source gives it a place that the chain has:
// in the block and the transaction that the proof is of. Others number what they
// hold by themselves, and then an ordinal says nothing of the chain.
func (p *Proof) placed(t *clew.Transfer) bool {
	return t.Pos.Height == p.Height && t.Pos.Index == p.Index && t.Pos.Ordinal < madeUp
}

// madeUp is from where on ordinals are made up by ledgers, for sources that give
// none; see package ledger.
const madeUp = 1 << 31

// differs says where a transfer is said to be elsewhere than the proof is.
func (s *Shown) differs(t *clew.Transfer) string {
	switch {
	case t.Asset.Chain() != s.proof.Chain:
		return fmt.Sprintf("the proof is of %s", s.proof.Chain.Name())
	case t.Tx != s.proof.Tx:
		return fmt.Sprintf("the proof is of transaction %s", s.proof.Tx)
	case t.Time.Known() && t.Time != s.Block.Time:
		return fmt.Sprintf("the block is of %s", s.Block.Time)
	}
	return ""
}

// incomparable says why what a transfer states cannot be held against bytes.
func incomparable(t *clew.Transfer) string {
	switch {
	case t.Aggregate != nil:
		return "the transaction is proved; the transfer stands for several, of which only the total is known"
	case t.Rounded:
		return "the transaction is proved; the transfer's source rounded the amount"
	}
	return ""
}

// same reports whether two transfers of one transaction move the same. Legs of t
// that are not known are like any; then so is the fee, which its source did not
// know either.
func same(m, t *clew.Transfer) bool {
	if m.Asset != t.Asset || m.Pos.Class != t.Pos.Class || !sameItem(m.Item, t.Item) || len(m.From) != len(t.From) {
		return false
	}
	unknown := false
	for i := range t.From {
		a, b := &m.From[i], &t.From[i]
		if (a.Spends == nil) != (b.Spends == nil) || a.Spends != nil && *a.Spends != *b.Spends {
			return false
		}
		unknown = unknown || a.Unknown || b.Unknown
		if !a.Unknown && !b.Unknown && (a.Address != b.Address || a.Amount != b.Amount) {
			return false
		}
	}
	mTo, tTo := m.To, t.To
	if unknown {
		mTo, tTo = withoutFee(mTo), withoutFee(tTo)
	}
	if len(mTo) != len(tTo) {
		return false
	}
	for i := range tTo {
		if mTo[i] != tTo[i] {
			return false
		}
	}
	return true
}

// sameItem reports whether what was moved is the item that t's source names; one
// that names none does not know it.
func sameItem(moved, stated *clew.Amount) bool {
	return stated == nil || moved != nil && *moved == *stated
}

// withoutFee returns the legs without the last, if that is of nobody.
func withoutFee(legs []clew.Leg) []clew.Leg {
	if last := len(legs) - 1; last >= 0 && legs[last].Address.IsZero() {
		return legs[:last]
	}
	return legs
}

// Without says why there can be no proof of a transfer; "no proof of it is held"
// where there can.
func Without(t *clew.Transfer) string {
	switch chain := t.Asset.Chain(); {
	case chain.IsTron():
		return "no proof: Tron's headers commit to transactions, not to what these did, and the branch to them is not read here"
	case chain.IsSolana():
		return "no proof: how Solana's blocks commit to their transactions is not read here"
	case !chain.IsBitcoin() && !chain.IsEVM():
		return "no proof: nothing is known of how the chain commits to its transactions"
	case t.Tx.IsZero() && t.Pos.Class == clew.BlockLevel:
		return "no proof: a block gives it outside of all transactions"
	case t.Tx.IsZero():
		return "no proof: its transaction is not known"
	}
	return "no proof of it is held"
}
