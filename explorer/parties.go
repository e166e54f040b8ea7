package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"clew"
	"clew/remote"
	"clew/solana"
)

// A witness is a service that says who took part in a transaction. Most know it
// by its id, Solana's nodes by its signature alone, if that is what was given.
type witness interface {
	Parties(ctx context.Context, id clew.TxID, given string) ([]clew.Address, []Answer, error)
}

// Parties asks who sent and who received in a transaction, named as the user gave
// it, so that it can be fetched with their histories. Errors of all services are
// joined.
func (f *Filler) Parties(ctx context.Context, given string) ([]clew.Address, error) {
	id, err := clew.ParseTxID(given)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, s := range f.Services {
		w, ok := s.(witness)
		if !ok {
			continue
		}
		parties, answers, err := w.Parties(ctx, id, given)
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
func (s *etherscan) Parties(ctx context.Context, id clew.TxID, _ string) ([]clew.Address, []Answer, error) {
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

// maxParties bounds how many addresses of one transaction of Solana are asked
// for: it names a few dozen accounts, more by tables.
const maxParties = 64

// Parties asks who sent and who received in a transaction. A node finds it by
// its signature, which its id does not give.
func (s *solanaNode) Parties(ctx context.Context, id clew.TxID, signature string) ([]clew.Address, []Answer, error) {
	var answers []Answer
	if len(signature) <= 66 { // 0x and 64 digits; a signature is longer
		return nil, nil, fmt.Errorf("transaction %s: %s finds transactions by their signature alone", id, s.Name())
	}
	if err := s.check(ctx, &answers); err != nil {
		return nil, answers, err
	}
	var body json.RawMessage
	if err := s.all(ctx, []remote.Query{transactionQuery(signature)}, &answers, &body); err != nil {
		return nil, answers, err
	}
	tx, err := solana.Decode(s.chain, body)
	if err != nil {
		return nil, answers, fmt.Errorf("%s: %w", s.Name(), err)
	}
	if tx.Tx != id {
		return nil, answers, fmt.Errorf("%s: %w: asked for %.90q, it gives %.90q", s.Name(), errShape, signature, tx.Signature)
	}
	var all []clew.Address
	for i := range tx.Transfers {
		t := &tx.Transfers[i]
		for _, leg := range slices.Concat(t.From, t.To) {
			if !leg.Address.IsZero() && !slices.Contains(all, leg.Address) && len(all) < maxParties {
				all = append(all, leg.Address)
			}
		}
	}
	return all, answers, nil
}
