package explorer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"clew"
	"clew/evm"
	"clew/ledger"
)

// A memoInput is the input of a transaction, as far as it pays into a router of
// THORChain's or Maya's or is text; that of others is not kept.
type memoInput string

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
		}
	}
	return nil
}

// memo makes what a transaction says of what it pays. Of routers these are calls
// of the address's own: what a contract calls for it, the lists do not show.
func (m *etherMaker) memo(r *etherRow, t clew.Transfer, from, to clew.Address, value clew.Amount) error {
	if r.Input == "" || to.IsZero() {
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
