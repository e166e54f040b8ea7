package tron

import (
	"context"
	"fmt"

	"clew"
	"clew/internal/jsonscan"
	"clew/remote"
)

const methodCall = "wallet/triggerconstantcontract"

// maxCallAnswer bounds what a contract may answer, in bytes of JSON.
const maxCallAnswer = 1 << 16

// A constantCall asks a contract a question without a transaction.
type constantCall struct {
	Owner    string `json:"owner_address"`
	Contract string `json:"contract_address"`
	Function string `json:"function_selector"`
	Visible  bool   `json:"visible"`
}

// nobodyHex is in whose name contracts are asked.
const nobodyHex = "410000000000000000000000000000000000000000"

// Call asks a contract a question without parameters, such as symbol(), as things
// stand at the node's last block, and returns the bytes that it answers; none if it
// fails. What the node does not carry out is a [NodeError].
func (c *Client) Call(ctx context.Context, contract clew.Address, function string) (data []byte, err error) {
	answered, code := false, ""
	question := constantCall{nobodyHex, fmt.Sprintf("41%x", contract.Key()), function, false}
	err = c.call(ctx, methodCall, maxCallAnswer, question, func(s *scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "constant_result":
				s.Array(func() {
					if part := s.Hex(nil); !answered {
						data, answered = part, true
					}
				})
			case "result":
				s.Object(func(name []byte) {
					if string(name) == "code" {
						code = s.words()
					} else {
						s.Skip()
					}
				})
			case "Error":
				code = s.words()
			default:
				s.Skip()
			}
		})
	})
	if err == nil && !answered {
		err = c.wrapped(methodCall, &NodeError{Message: code})
	}
	return data, err
}

// Call does so by the first four bytes of the hash of the question, as 0x and
// hexadecimal digits. A node's JSON-RPC too answers as of its last block alone.
func (g *Gateway) Call(ctx context.Context, contract clew.Address, question string) ([]byte, error) {
	call := map[string]any{"to": fmt.Sprintf("0x%x", contract.Key()), "data": question}
	calls := []remote.Query{{Method: "eth_call", Params: []any{call, "latest"}, Limit: maxCallAnswer}}
	if err := g.caller.Batch(ctx, calls); err != nil {
		return nil, err
	}
	if err := calls[0].Err; err != nil {
		words := err.Error()
		return nil, &NodeError{Message: words[:min(len(words), 400)]}
	}
	s := jsonscan.Bytes(calls[0].Result)
	data := s.Data(nil)
	if s.Err != nil {
		return nil, fmt.Errorf("eth_call: %w: %w", ErrUnread, s.Err)
	}
	return data, nil
}
