package evm

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clew"
	"clew/internal/jsonscan"
	"clew/remote"
)

// balanceCall asks a token what an address holds: the first four bytes of the
// Keccak-256 of balanceOf(address).
const balanceCall = "0x70a08231"

// MaxBalances is how many balances are asked for at once.
const MaxBalances = 100

// Why a contract's word on a balance is not to be had.
var (
	ErrNoContract = errors.New("there is no contract at that block")
	ErrNoBalance  = errors.New("the contract does not answer balanceOf with a number")
	ErrOtherBlock = errors.New("the node has another block at that height")
)

// A TokenBalance is what a token's contract says that an address holds.
type TokenBalance struct {
	Amount clew.Amount
	Err    error // why it is not known: nil, or one that wraps ErrPruned, ErrNoContract, ErrNoBalance or the node's own
}

// Balances asks the contracts of tokens by balanceOf what addresses hold of them
// after a block: a fact of the node's word, and no sum of transfers. An answer is
// given for each pot, in order, and which block it was. A node whose block at that height has another name
// is [ErrOtherBlock]; where at has no hash that is not looked at. A node that keeps
// no old states refuses each with [ErrPruned].
//
// Known failure: a contract may answer whatever it likes, and differently to
// different callers.
func (n *Node) Balances(ctx context.Context, at clew.BlockRef, pots ...clew.Pot) (clew.BlockRef, []TokenBalance, error) {
	if len(pots) == 0 || len(pots) > MaxBalances {
		return clew.BlockRef{}, nil, &clew.InputError{Field: "pots", Value: strconv.Itoa(len(pots)), Want: "from 1 to " + strconv.Itoa(MaxBalances) + " at once"}
	}
	calls := []remote.Query{headCall(height(at.Height))}
	for _, pot := range pots {
		key := pot.Address.Key()
		call := map[string]any{"to": strings.ToLower(pot.Asset.Contract().Text()), "data": fmt.Sprintf("%s%024x%x", balanceCall, 0, key[:20]), "gas": callGas}
		calls = append(calls, remote.Query{Method: "eth_call", Params: []any{call, height(at.Height)}, Limit: maxCallAnswer})
	}
	calls, err := n.ask(ctx, calls...)
	if err != nil {
		return clew.BlockRef{}, nil, err
	}
	ref, _, err := readHead(&calls[0])
	switch {
	case err != nil:
		return clew.BlockRef{}, nil, err
	case ref.Height != at.Height || !at.Hash.IsZero() && ref.Hash != at.Hash:
		return clew.BlockRef{}, nil, fmt.Errorf("%w: block %d", ErrOtherBlock, at.Height)
	}
	balances := make([]TokenBalance, len(pots))
	for i := range pots {
		balances[i].Amount, balances[i].Err = readBalance(&calls[i+1])
	}
	return ref, balances, nil
}

// readBalance reads what balanceOf returned: 32 bytes.
func readBalance(call *remote.Query) (clew.Amount, error) {
	if call.Err != nil {
		if ran(call.Err) {
			return clew.Amount{}, fmt.Errorf("%w: %w", ErrNoBalance, call.Err)
		}
		return clew.Amount{}, call.Err
	}
	s := jsonscan.Bytes(call.Result)
	data := s.Data(nil)
	switch {
	case s.Err == nil && len(data) == 0:
		return clew.Amount{}, ErrNoContract
	case s.Err != nil || len(data) != 32:
		return clew.Amount{}, ErrNoBalance
	}
	amount, _ := clew.AmountBytes(data)
	return amount, nil
}
