package proof

import (
	"slices"

	"clew"
	"clew/evm"
)

// A claim judges transfers that are not among those that a proved transaction
// and its receipt say by themselves.
type claim struct {
	proof   *Proof
	tx      *signed
	receipt *receipt
	status  evm.Status
	fees    bool // they are proved
	moved   []clew.Transfer
}

// Parts of a fee, as the ordinals of [clew.Fee] are.
const (
	burntFee  = 0
	tippedFee = 1
	mixedFee  = 3 // not told apart
)

// certain leaves out of what was moved that which the bytes do not show: the
// value of a transaction of which they do not say that it succeeded, and what was
// burnt for blobs too, whose price follows from rules that headers do not name.
func (c *claim) certain() {
	c.moved = slices.DeleteFunc(c.moved, func(t clew.Transfer) bool {
		return t.Pos.Class == clew.Native && c.status == evm.StatusUnknown ||
			t.Pos.Class == clew.Fee && t.Pos.Ordinal == burntFee && c.tx.blobs > 0
	})
}

// rest says what is shown of a transfer that the bytes do not say by themselves.
// used marks what of c.moved was found already.
func (c *claim) rest(t *clew.Transfer, used []bool) (Standing, string) {
	switch t.Pos.Class {
	case clew.Native:
		return c.native(t)
	case clew.Log:
		return c.logged(t)
	case clew.Fee:
		return c.fee(t, used)
	}
	return Reexecuted, "the block and the transaction are proved; what a block gives by itself rests on the chain's rules"
}

func (c *claim) native(t *clew.Transfer) (Standing, string) {
	switch {
	case c.status == evm.Failed:
		return Refuted, "the transaction failed, and moved nothing"
	case c.status == evm.StatusUnknown:
		return Reexecuted, "the transaction is proved; its receipt is of before receipts said whether it succeeded"
	case t.Pos.Ordinal == 0 && c.proof.placed(t) && !c.tx.value.IsZero():
		return Refuted, "the signed transaction says otherwise who pays whom how much"
	}
	return Reexecuted, "the transaction and its success are proved; what calls within it moved rests on its re-execution"
}

func (c *claim) logged(t *clew.Transfer) (Standing, string) {
	for at := range c.receipt.logs {
		here := !c.proof.placed(t) || t.Pos.Ordinal == c.proof.EVM.FirstLog+uint32(at)
		if here && c.silent(uint32(at)) {
			return Reexecuted, "the log is proved; what it moves cannot be read from it alone"
		}
	}
	return Refuted, "the receipt holds no such movement"
}

// silent reports whether a log that may move tokens was not believed by itself.
func (c *claim) silent(at uint32) bool {
	l := &c.receipt.logs[at]
	return l.Count > 0 && evm.MovesTokens(l.Topics[0]) && !slices.ContainsFunc(c.moved, func(t clew.Transfer) bool {
		return t.Pos.Class == clew.Log && t.Pos.Ordinal == c.proof.EVM.FirstLog+at
	})
}

func (c *claim) fee(t *clew.Transfer, used []bool) (Standing, string) {
	switch {
	case !knowsFees(c.proof.Chain):
		return Reexecuted, "the transaction is proved; not all that this chain charges for it is in what is hashed"
	case !c.fees:
		return Reexecuted, "the transaction is proved; the gas that it used is not, for the receipt before it is not held"
	case c.tx.blobs > 0 && t.Pos.Ordinal != tippedFee:
		return Reexecuted, "the transaction is proved; the price of its blobs follows from rules that the header does not name"
	}
	inOne := t.Pos.Ordinal == mixedFee || !c.proof.placed(t)
	switch {
	case !inOne || c.total() != t.Amount() || !c.paid(t):
		return Refuted, "the transaction, its gas and the header say otherwise what it paid in fees"
	case !c.takeFees(used):
		return Refuted, "a transaction pays its fee once, and another transfer is of it"
	}
	return OnChain, ""
}

// takeFees takes all parts of the fee for a transfer that states them in one, as
// sources do that do not tell them apart. It reports false if one is taken already.
func (c *claim) takeFees(used []bool) bool {
	for i := range c.moved {
		if c.moved[i].Pos.Class == clew.Fee && used[i] {
			return false
		}
	}
	for i := range c.moved {
		used[i] = used[i] || c.moved[i].Pos.Class == clew.Fee
	}
	return true
}

// total is all that the transaction paid in fees.
func (c *claim) total() (sum clew.Amount) {
	for i := range c.moved {
		if t := &c.moved[i]; t.Pos.Class == clew.Fee {
			sum, _ = sum.Add(t.Amount())
		}
	}
	return sum
}

// paid reports whether the transfer is of the chain's coin by who signed, to
// nobody: who takes which part is not told.
func (c *claim) paid(t *clew.Transfer) bool {
	chain := c.proof.Chain
	return t.Asset == clew.NativeAsset(chain) && len(t.From) == 1 && t.From[0].Address == clew.EVMAddress(chain, c.tx.from) && len(t.To) == 1 && t.To[0].Address.IsZero()
}
