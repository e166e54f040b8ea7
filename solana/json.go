package solana

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"clew"
)

// A jsonAnswer is what getTransaction answers.
type jsonAnswer struct {
	Slot        uint64 `json:"slot"`
	BlockTime   *int64 `json:"blockTime"`
	Transaction struct {
		Signatures []string `json:"signatures"`
		Message    struct {
			AccountKeys  []string          `json:"accountKeys"`
			Instructions []jsonInstruction `json:"instructions"`
		} `json:"message"`
	} `json:"transaction"`
	Meta *jsonMeta `json:"meta"`
}

// A jsonMeta is what carrying the transaction out did.
type jsonMeta struct {
	Err    json.RawMessage `json:"err"`
	Fee    uint64          `json:"fee"`
	Loaded struct {
		Writable []string `json:"writable"`
		Readonly []string `json:"readonly"`
	} `json:"loadedAddresses"`
	Inner      []jsonInner `json:"innerInstructions"` // null: not recorded
	Pre        []uint64    `json:"preBalances"`
	Post       []uint64    `json:"postBalances"`
	PreTokens  []jsonToken `json:"preTokenBalances"` // null: not recorded
	PostTokens []jsonToken `json:"postTokenBalances"`
}

// failed reports whether the transaction failed, and so moved its fee alone.
func (m *jsonMeta) failed() bool { return len(m.Err) > 0 && string(m.Err) != "null" }

// A jsonInstruction is one instruction; numbers count the accounts.
type jsonInstruction struct {
	Program  int    `json:"programIdIndex"`
	Accounts []int  `json:"accounts"`
	Data     string `json:"data"` // base58
}

// A jsonInner lists what programs called while an instruction was carried out.
type jsonInner struct {
	Index        int               `json:"index"`
	Instructions []jsonInstruction `json:"instructions"`
}

// A jsonToken is what a token account held.
type jsonToken struct {
	Account int    `json:"accountIndex"`
	Mint    string `json:"mint"`
	Owner   string `json:"owner"` // "": not recorded
	Amount  struct {
		Amount string `json:"amount"`
	} `json:"uiTokenAmount"`
}

// units returns the amount, which is of 64 bits.
func (t *jsonToken) units() (clew.Amount, error) {
	n, err := strconv.ParseUint(t.Amount.Amount, 10, 64)
	if err != nil {
		return clew.Amount{}, fmt.Errorf("a token's balance %.40q", t.Amount.Amount)
	}
	return clew.Units(n), nil
}

// ErrNoRecord is wrapped where a node holds a transaction without what carrying
// it out did, so that nothing of it is known.
var ErrNoRecord = errors.New("the node keeps no record of what the transaction did")

// maxAccounts is how many accounts a transaction can name: by one byte.
const maxAccounts = 256

// readAnswer reads an answer and checks that its parts fit each other.
func readAnswer(answer []byte) (*jsonAnswer, error) {
	if len(answer) > MaxAnswer {
		return nil, fmt.Errorf("a transaction of %d bytes of JSON, of at most %d", len(answer), MaxAnswer)
	}
	if string(bytes.TrimSpace(answer)) == "null" {
		return nil, fmt.Errorf("the node does not hold the transaction: %w", clew.ErrNotFound)
	}
	j := new(jsonAnswer)
	if err := json.Unmarshal(answer, j); err != nil {
		return nil, fmt.Errorf("transaction as JSON: %w", err)
	}
	keys := len(j.Transaction.Message.AccountKeys)
	switch {
	case len(j.Transaction.Signatures) == 0 || keys == 0:
		return nil, errors.New("transaction as JSON: no signature, or no accounts")
	case j.Meta == nil:
		return nil, fmt.Errorf("transaction %.100q: %w", j.Transaction.Signatures[0], ErrNoRecord)
	}
	m := j.Meta
	keys += len(m.Loaded.Writable) + len(m.Loaded.Readonly)
	if keys > maxAccounts || len(m.Pre) != keys || len(m.Post) != keys {
		return nil, fmt.Errorf("transaction as JSON: %d accounts, with %d and %d balances", keys, len(m.Pre), len(m.Post))
	}
	if m.Pre[0] < m.Fee {
		return nil, fmt.Errorf("transaction as JSON: a fee of %d paid of %d", m.Fee, m.Pre[0])
	}
	if j.BlockTime != nil && *j.BlockTime < 0 {
		return nil, errors.New("transaction as JSON: a time before 1970")
	}
	return j, nil
}
