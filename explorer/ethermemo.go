package explorer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/evm"
	"clew/ledger"
)

// A memoInput is the input of a transaction, as far as it pays into a router of
// THORChain's or Maya's or is text; of a call of another function only its first
// bytes, after otherCall.
type memoInput string

const otherCall = "call "

// UnmarshalJSON reads hexadecimal digits.
func (in *memoInput) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return nil // another form is no such input
	}
	for _, prefix := range evm.RouterCallPrefixes() {
		if strings.HasPrefix(strings.ToLower(text), fmt.Sprintf("0x%x", prefix)) {
			*in = memoInput(text)
			return nil
		}
	}
	if digits, ok := strings.CutPrefix(text, "0x"); ok && len(digits) <= 2*clew.MaxActDetail {
		if raw, err := hex.DecodeString(digits); err == nil && evm.PaymentText(raw) {
			*in = memoInput(text)
			return nil
		}
	}
	if len(text) >= len("0x12345678") && strings.HasPrefix(text, "0x") {
		if _, err := hex.DecodeString(text[2:10]); err == nil {
			*in = memoInput(otherCall + strings.ToLower(text[:10]))
		}
	}
	return nil
}

// plainCalls are functions of tokens that move or permit what they are told, and
// call nobody: of these, lists of transfers say all that matters.
var plainCalls = []string{
	"0xa9059cbb", // transfer(address,uint256)
	"0x23b872dd", // transferFrom(address,address,uint256)
	"0x095ea7b3", // approve(address,uint256)
}

// call makes the act that a transaction calls a contract's function: what the
// contract did and logged, the lists do not say.
func (m *etherMaker) call(r *etherRow, t clew.Transfer, from, to clew.Address) {
	function, is := strings.CutPrefix(string(r.Input), otherCall)
	if !is || to.IsZero() || slices.Contains(plainCalls, function) {
		return
	}
	m.acts = append(m.acts, clew.Act{Kind: clew.Called, Pos: t.Pos, Time: t.Time, Tx: t.Tx, By: from, On: to, Detail: function})
}

// memo makes what a transaction says of what it pays. Of routers these are calls
// of the address's own: what a contract calls for it, the lists do not show.
func (m *etherMaker) memo(r *etherRow, t clew.Transfer, from, to clew.Address, value clew.Amount) error {
	if r.Input == "" || to.IsZero() || strings.HasPrefix(string(r.Input), otherCall) {
		return nil
	}
	input, err := hex.DecodeString(strings.TrimPrefix(string(r.Input), "0x"))
	if err != nil {
		return fmt.Errorf("%w: the input %.40q", errShape, r.Input)
	}
	a, ok := evm.RouterCall(from, to, value, input)
	if !ok {
		a, ok = evm.TextMemo(from, to, value, string(input))
	}
	if !ok {
		return nil
	}
	a.Pos, a.Time, a.Tx = t.Pos, t.Time, t.Tx
	if err := ledger.CheckAct(m.service.chain, &a); err != nil {
		return fmt.Errorf("%w: %w", errShape, err)
	}
	m.acts = append(m.acts, a)
	return nil
}
