package cluster

import (
	"context"
	"errors"

	"clew"
	"clew/bitcoin"
	"clew/ledger"
)

// Forms knows how transactions are made. The ledger does not hold it.
type Forms interface {
	// FormOf returns a transaction's form, and whether it is known.
	FormOf(clew.TxID) (bitcoin.Form, bool)
}

// Look returns a transaction of a ledger of Bitcoin's kind with what the ledger
// knows of its inputs and of what became of its outputs, as of its last block;
// forms may be nil. What later blocks say may be otherwise: signs that rest on
// it are as of a block.
func Look(ctx context.Context, s ledger.Snapshot, forms Forms, t *clew.Transfer) (*Payment, error) {
	p := &Payment{Transfer: t, Outputs: make([]Outlook, len(t.To))}
	p.Form = formOf(forms, t.Tx)
	if len(t.From) == 1 && t.From[0].Spends != nil {
		before, err := s.Transaction(ctx, t.From[0].Spends.Tx)
		switch {
		case err == nil:
			p.Before = &before[0]
		case !errors.Is(err, clew.ErrNotFound):
			return nil, err
		}
	}
	for i := range min(len(t.To), MaxOutputs) {
		if t.To[i].Address.IsZero() || t.To[i].Amount.IsZero() {
			continue
		}
		if err := p.look(ctx, s, forms, i); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// look finds out what became of an output.
func (p *Payment) look(ctx context.Context, s ledger.Snapshot, forms Forms, i int) error {
	a, o := p.To[i].Address, &p.Outputs[i]
	received, err := s.Count(ctx, a, ledger.In)
	if err != nil {
		return err
	}
	switch {
	case received > 1:
		o.Used = UsedAgain
	case s.Coverage().Holds(a, clew.Window{To: s.AsOf().Height + 1}):
		o.Used = UsedOnce
	}
	pos, _, err := s.Spender(ctx, p.Pos, uint32(i))
	switch {
	case err == nil:
		t, err := s.Transfer(ctx, pos)
		if err != nil {
			return err
		}
		o.Spendable, o.Spender, o.Form = true, &t, formOf(forms, t.Tx)
		return nil
	case !errors.Is(err, clew.ErrNotFound):
		return err
	}
	if o.Spendable = a.Form() != clew.ScriptForm; !o.Spendable {
		spent, err := s.Count(ctx, a, ledger.Out)
		o.Spendable = spent > 0
		return err
	}
	return nil
}

func formOf(forms Forms, tx clew.TxID) *bitcoin.Form {
	if forms == nil {
		return nil
	}
	if f, known := forms.FormOf(tx); known {
		return &f
	}
	return nil
}
