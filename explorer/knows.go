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
	// and one more where it must say of which chain it is. What it answers is added
	// to answers.
	Knows(ctx context.Context, a clew.Address, answers *[]Answer) (bool, error)
}

// A Known says whether an address has any history.
type Known struct {
	Has     bool
	Service string    // who says so; "": nobody that can was asked
	Kept    clew.Time // when it answered; unknown: just now
}

// Knows asks whether an address has any history, of the first service that says,
// or of the archive where it was asked before.
func (f *Filler) Knows(ctx context.Context, a clew.Address) (Known, error) {
	var k Known
	if at, ok := f.recall(func(s Service) error {
		knower, can := s.(Knower)
		if !can {
			return errNotKept
		}
		has, err := knower.Knows(ctx, a, new([]Answer))
		k.Has, k.Service = has, s.Name()
		return err
	}); ok {
		k.Kept = at
		return k, nil
	}
	var last error
	for _, s := range f.Services {
		knower, can := s.(Knower)
		if !can {
			continue
		}
		var answers []Answer
		has, err := knower.Knows(ctx, a, &answers)
		if keeping := f.Archive.Keep(answers); keeping != nil {
			return Known{}, keeping
		}
		if err == nil || ctx.Err() != nil {
			return Known{Has: has, Service: s.Name()}, err
		}
		last = err
	}
	return Known{}, last
}

// lastBlock is higher than any, and not so high that a service refuses it.
const lastBlock = "999999999"

// Knows asks for the first row of two lists.
func (s *etherscan) Knows(ctx context.Context, a clew.Address, answers *[]Answer) (bool, error) {
	if err := s.check(ctx, answers); err != nil {
		return false, err
	}
	for _, action := range []string{listTxs, listTokens} {
		result, err := s.call(ctx, "account", action, url.Values{"address": {a.Text()}, "startblock": {"0"}, "endblock": {lastBlock},
			"page": {"1"}, "offset": {"1"}, "sort": {"asc"}}, answers)
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
