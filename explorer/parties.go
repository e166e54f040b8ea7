package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

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

// noTransaction says that a service does not know a transaction.
func noTransaction(s Service, id clew.TxID) error {
	return fmt.Errorf("%s: transaction %s: %w", s.Name(), id, clew.ErrNotFound)
}

// eventTransfer is the event of ERC-20 and ERC-721.
const eventTransfer = "Transfer(address,address,uint256)"

// An etherReceipt says who sent a transaction to whom, and what it logged.
type etherReceipt struct {
	From loose `json:"from"`
	To   loose `json:"to"`
	Logs []struct {
		Topics []loose `json:"topics"`
	} `json:"logs"`
}

// Parties asks for the sender of a transaction, and for who was paid in it: by
// calls, and as its logs say in tokens, which may be others than whom it was
// sent to. Their histories have all that it moved.
func (s *etherscan) Parties(ctx context.Context, id clew.TxID, _ string) ([]clew.Address, []Answer, error) {
	var answers []Answer
	if err := s.check(ctx, &answers); err != nil {
		return nil, answers, err
	}
	receipt, err := s.receipt(ctx, id, &answers)
	if err != nil {
		return nil, answers, err
	}
	texts := []loose{receipt.From}
	transfer := topicOf(eventTransfer)
	for _, l := range receipt.Logs {
		if len(l.Topics) < 3 || !strings.EqualFold(string(l.Topics[0]), transfer) {
			continue
		}
		for _, word := range []loose{l.Topics[2], l.Topics[1]} { // who paid, where nobody was: it was burnt
			if digits := strings.TrimLeft(strings.TrimPrefix(string(word), "0x"), "0"); digits != "" && len(digits) <= 40 {
				texts = append(texts, loose("0x"+strings.Repeat("0", 40-len(digits))+digits))
				break
			}
		}
	}
	paid, err := s.paidByCalls(ctx, id, &answers)
	if said := (refusal{}); errors.As(err, &said) {
		paid, err = []loose{receipt.To}, nil // whose history has them
	}
	var all []clew.Address
	for _, text := range append(texts, paid...) {
		if a, wrong := clew.ParseAddress(strings.ToLower(string(text)), s.chain); wrong == nil && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: %w: nobody in transaction %s", s.name(), errShape, id)
	}
	return all, answers, err
}

// receipt asks for a transaction's receipt. That there is no such transaction
// wraps clew.ErrNotFound.
func (s *etherscan) receipt(ctx context.Context, id clew.TxID, answers *[]Answer) (*etherReceipt, error) {
	var last error
	for _, way := range [][2]string{{"proxy", "eth_getTransactionReceipt"}, {"transaction", "gettxinfo"}} {
		result, err := s.call(ctx, way[0], way[1], url.Values{"txhash": {id.String()}}, answers)
		said := refusal{}
		switch {
		case errors.As(err, &said) && said.words == "": // null
			return nil, noTransaction(s, id)
		case errors.As(err, &said):
			last = err
			continue
		case err != nil:
			return nil, err
		}
		var r etherReceipt
		return &r, s.read(result, &r)
	}
	return nil, last
}

// paidByCalls asks whom the calls of a transaction paid.
func (s *etherscan) paidByCalls(ctx context.Context, id clew.TxID, answers *[]Answer) ([]loose, error) {
	result, err := s.call(ctx, "account", listCalls, url.Values{"txhash": {id.String()}}, answers)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		To       loose `json:"to"`
		Value    loose `json:"value"`
		Type     loose `json:"type"`
		CallType loose `json:"callType"`
	}
	err = s.read(result, &rows)
	var paid []loose
	for _, r := range rows {
		if r.Value != "" && r.Value != "0" && !movesNothing(r.Type) && !movesNothing(r.CallType) {
			paid = append(paid, r.To)
		}
	}
	return paid, err
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
