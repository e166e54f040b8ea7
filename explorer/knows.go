package explorer

import (
	"context"
	"encoding/json"
	"net/url"

	"clew"
)

// A Knower can say cheaply whether an address has any history: for addresses
// whose form does not tell the chain.
type Knower interface {
	// Knows asks for one transaction of an address, and if it has none for one
	// transfer of a token: at most two calls,
	// and one more where it must say of which chain it is.
	Knows(ctx context.Context, a clew.Address) (bool, error)
}

// lastBlock is higher than any, and not so high that a service refuses it.
const lastBlock = "999999999"

// Knows asks for the first row of two lists.
func (s *etherscan) Knows(ctx context.Context, a clew.Address) (bool, error) {
	var answers []Answer
	if err := s.check(ctx, nil); err != nil { // the proof is left to who keeps it
		return false, err
	}
	for _, action := range []string{listTxs, listTokens} {
		result, err := s.call(ctx, "account", action, url.Values{"address": {a.Text()}, "startblock": {"0"}, "endblock": {lastBlock},
			"page": {"1"}, "offset": {"1"}, "sort": {"asc"}}, &answers)
		if err != nil {
			return false, err
		}
		var rows []json.RawMessage
		if err := s.read(result, &rows); err != nil {
			return false, err
		}
		if len(rows) > 0 {
			return true, nil
		}
	}
	return false, nil
}
