package explorer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"clew"
	"clew/remote"
)

// A witness is a service that says who took part in a transaction.
type witness interface {
	Parties(ctx context.Context, id clew.TxID) ([]clew.Address, []Answer, error)
}

// Parties asks who sent and who received in a transaction, so that it can be
// fetched with their histories. Errors of all services are joined.
func (f *Filler) Parties(ctx context.Context, id clew.TxID) ([]clew.Address, error) {
	var errs []error
	for _, s := range f.Services {
		w, ok := s.(witness)
		if !ok {
			continue
		}
		parties, answers, err := w.Parties(ctx, id)
		if keeping := f.Archive.Keep(answers); keeping != nil {
			return nil, keeping
		}
		if err == nil || errors.Is(err, remote.ErrBudget) || ctx.Err() != nil {
			return parties, err
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return nil, fmt.Errorf("transaction %s: no explorer that is configured finds transactions", id)
	}
	return nil, errors.Join(errs...)
}

// Parties asks for the sender and the recipient of a transaction.
func (s *etherscan) Parties(ctx context.Context, id clew.TxID) ([]clew.Address, []Answer, error) {
	var answers []Answer
	var last error
	for _, way := range [][2]string{{"proxy", "eth_getTransactionByHash"}, {"transaction", "gettxinfo"}} {
		result, err := s.call(ctx, way[0], way[1], url.Values{"txhash": {id.String()}}, &answers)
		if said := (refusal{}); errors.As(err, &said) {
			last = err
			continue
		}
		if err != nil {
			return nil, answers, err
		}
		var tx struct {
			From loose `json:"from"`
			To   loose `json:"to"`
		}
		if err := s.read(result, &tx); err != nil {
			return nil, answers, err
		}
		var all []clew.Address
		for _, text := range []loose{tx.From, tx.To} {
			if a, err := clew.ParseAddress(string(text), s.chain); err == nil && !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
		if len(all) > 0 {
			return all, answers, nil
		}
		last = fmt.Errorf("%s: %w: nobody in transaction %s", s.name(), errShape, id)
	}
	return nil, answers, last
}
