package node

import (
	"context"
	"errors"

	"clew"
	"clew/evm"
	"clew/tron"
)

// Tokens asks contracts what they say of themselves.
func (s *tronSource) Tokens(ctx context.Context, contracts ...clew.Address) (claims []evm.TokenClaim, err error) {
	err = s.ask(ctx, func(c *tron.Client) (err error) {
		claims, err = tronClaims(contracts, func(contract clew.Address, call evm.TokenCall) ([]byte, error) {
			return c.Call(ctx, contract, call.Function)
		})
		return err
	})
	return claims, err
}

// Tokens asks contracts what they say of themselves.
func (s *gatewaySource) Tokens(ctx context.Context, contracts ...clew.Address) (claims []evm.TokenClaim, err error) {
	err = s.ask(ctx, func(g *tron.Gateway) (err error) {
		claims, err = tronClaims(contracts, func(contract clew.Address, call evm.TokenCall) ([]byte, error) {
			return g.Call(ctx, contract, call.Data)
		})
		return err
	})
	return claims, err
}

// tronClaims asks contracts one question after another: nodes of Tron take no
// batches. A contract that the node does not run at all is left out.
func tronClaims(contracts []clew.Address, ask func(clew.Address, evm.TokenCall) ([]byte, error)) ([]evm.TokenClaim, error) {
	var claims []evm.TokenClaim
	for _, contract := range contracts {
		var answers [len(evm.TokenCalls)][]byte
		ran := false
		for i, call := range evm.TokenCalls {
			data, err := ask(contract, call)
			var refused *tron.NodeError
			switch {
			case errors.As(err, &refused), errors.Is(err, tron.ErrUnread): // or what it answers is too long, or no bytes
			case err != nil:
				return claims, err
			default:
				answers[i], ran = data, true
			}
		}
		if ran {
			claims = append(claims, evm.ClaimOf(contract, answers))
		}
	}
	return claims, nil
}
