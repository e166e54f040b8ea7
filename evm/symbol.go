package evm

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"clew"
	"clew/internal/jsonscan"
	"clew/remote"
)

// maxCallAnswer bounds what a contract may answer, in bytes of JSON.
const maxCallAnswer = 1 << 16

// MaxSymbol is the most bytes of a token's symbol or name that are kept.
const MaxSymbol = 64

// Calls of a token for what it says of itself: the first four bytes of the
// Keccak-256 of the text beside.
const (
	symbolCall   = "0x95d89b41" // symbol()
	nameCall     = "0x06fdde03" // name()
	decimalsCall = "0x313ce567" // decimals()
)

// A TokenCall is a question without parameters that tokens are asked.
type TokenCall struct {
	Function string // such as symbol()
	Data     string // the first four bytes of its Keccak-256, as 0x and digits
}

// TokenCalls are what a token is asked of itself, in the order of [ClaimOf].
var TokenCalls = [...]TokenCall{{"symbol()", symbolCall}, {"name()", nameCall}, {"decimals()", decimalsCall}}

// ReadText reads the result of eth_call of a token's symbol() or name(), as a
// string of the ABI or, as older tokens answer, as 32 bytes padded with zeros.
// What cannot be printed is left out, and it is cut at [MaxSymbol] bytes; ok is
// false if the answer is neither form, or says nothing.
//
// The text is the contract's own claim, and proves nothing: anybody may call his
// token USDT.
func ReadText(result []byte) (text string, ok bool) {
	data, ok := callData(result)
	if !ok {
		return "", false
	}
	return textOf(data)
}

// textOf reads what a call for text returned.
func textOf(data []byte) (text string, ok bool) {
	switch {
	case len(data) == 32:
		text = printable(data)
	default:
		start, fits := abiInt(data, 0)
		size, fitsToo := abiInt(data, start)
		if !fits || !fitsToo || size > len(data)-start-32 {
			return "", false
		}
		text = printable(data[start+32 : start+32+size])
	}
	return text, text != ""
}

// ReadDecimals reads the result of eth_call of a token's decimals(), which the
// contract claims too. ok is false if it is no number below 78: an amount has no
// more digits.
func ReadDecimals(result []byte) (decimals int, ok bool) {
	data, ok := callData(result)
	if !ok {
		return 0, false
	}
	return decimalsOf(data)
}

// decimalsOf reads what a call for decimals returned.
func decimalsOf(data []byte) (decimals int, ok bool) {
	if len(data) != 32 {
		return 0, false
	}
	n, _ := clew.AmountBytes(data)
	if !n.Less(clew.Units(78)) {
		return 0, false
	}
	small, _ := n.Uint64()
	return int(small), true
}

// callData reads what a call returned, if that is not much.
func callData(result []byte) ([]byte, bool) {
	if len(result) > maxCallAnswer {
		return nil, false
	}
	s := jsonscan.Bytes(result)
	data := s.Data(nil)
	return data, s.Err == nil
}

// printable returns the printable runes of b, as many as there is room for.
func printable(b []byte) string {
	var text strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if b = b[size:]; r == utf8.RuneError && size <= 1 || !unicode.IsPrint(r) {
			continue
		}
		if text.Len()+size > MaxSymbol {
			break
		}
		text.WriteRune(r)
	}
	return strings.TrimSpace(text.String())
}

// A TokenClaim is what a token's contract says of itself.
type TokenClaim struct {
	Contract     clew.Address
	Symbol, Name string // empty: it does not say, or not in a form that is understood
	Decimals     int
	HasDecimals  bool
}

// ClaimOf reads what a contract returned to each of [TokenCalls]; nothing where it
// failed.
func ClaimOf(contract clew.Address, answers [len(TokenCalls)][]byte) TokenClaim {
	claim := TokenClaim{Contract: contract}
	claim.Symbol, _ = textOf(answers[0])
	claim.Name, _ = textOf(answers[1])
	claim.Decimals, claim.HasDecimals = decimalsOf(answers[2])
	return claim
}

// callGas is what a contract may spend to answer: ten times what it takes, and
// little enough that one made to waste a node's time does not.
const callGas = "0x7a120"

// MaxTokens is how many contracts are asked at once.
const MaxTokens = 100

// Tokens asks contracts for their symbols, names and decimals, as they stand at
// the node's last block. A contract that fails says nothing; one at which the node
// fails is left out.
func (n *Node) Tokens(ctx context.Context, contracts ...clew.Address) ([]TokenClaim, error) {
	if len(contracts) == 0 || len(contracts) > MaxTokens {
		return nil, &clew.InputError{Field: "tokens", Value: strconv.Itoa(len(contracts)), Want: "from 1 to " + strconv.Itoa(MaxTokens) + " contracts at once"}
	}
	var calls []remote.Query
	for _, contract := range contracts {
		for _, c := range TokenCalls {
			call := map[string]any{"to": strings.ToLower(contract.Text()), "data": c.Data, "gas": callGas}
			calls = append(calls, remote.Query{Method: "eth_call", Params: []any{call, "latest"}, Limit: maxCallAnswer})
		}
	}
	calls, err := n.ask(ctx, calls...)
	if err != nil {
		return nil, err
	}
	var claims []TokenClaim
	for i, contract := range contracts {
		if !slices.ContainsFunc(calls[3*i:3*i+3], func(c remote.Query) bool { return ran(c.Err) }) {
			continue
		}
		var answers [len(TokenCalls)][]byte
		for k := range answers {
			if data, ok := callData(calls[3*i+k].Result); ok {
				answers[k] = data
			}
		}
		claims = append(claims, ClaimOf(contract, answers))
	}
	return claims, nil
}

// ran reports whether a contract was run, by its call's error: code 3 says that
// it reverted, and other nodes say it, or why it was stopped, in words.
func ran(err error) bool {
	var refusal *remote.RPCError
	if err == nil || !errors.As(err, &refusal) {
		return err == nil
	}
	words := strings.ToLower(refusal.Message)
	return refusal.Code == 3 || slices.ContainsFunc([]string{"revert", "out of gas", "invalid opcode", "invalid jump", "bad instruction", "stack", "vm execution error"},
		func(part string) bool { return strings.Contains(words, part) })
}
