package op

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/report"
)

// mostExplained is of how many transactions it is looked up what their messages say.
const mostExplained = 1_000

// explain says which of the deposits that are asked about an identifier explains, and
// leaves out of the comparison what is certain: a deposit and its release have each
// other, and stand in nobody else's place.
func (in *BridgesMatchInput) explain(ctx context.Context, env *Env, ledgers []ledger.Snapshot, deposits, releases []launder.End, page *report.BridgeMatches) (left, out []launder.End, err error) {
	at := slices.IndexFunc(ledgers, func(s ledger.Snapshot) bool { return s.Chain() == page.Chain })
	if at < 0 {
		return deposits, releases, nil
	}
	var readers []launder.BridgeReader
	for _, s := range ledgers {
		readers = append(readers, s)
	}
	env.tell(Progress{Doing: "looking for identifiers of the deposits on " + page.Chain.Name()})
	e := explaining{finder: launder.NewBridgeFinder(readers...), ledger: ledgers[at], page: page, taken: map[endAt]bool{}}
	for _, who := range payersAsked(deposits, page) {
		if err := e.transaction(ctx, who.tx, who.payer); err != nil {
			return nil, nil, err
		}
	}
	taken := func(end launder.End) bool { return e.taken[endAt{end.Asset.Chain(), end.Pos}] }
	return slices.DeleteFunc(deposits, taken), slices.DeleteFunc(releases, taken), nil
}

// A payerAsked paid in a transaction that is asked about; of nobody, anyone did.
type payerAsked struct {
	tx    clew.TxID
	payer clew.Address
}

// payersAsked lists them, the first of too many.
func payersAsked(deposits []launder.End, page *report.BridgeMatches) (list []payerAsked) {
	if !page.Tx.IsZero() {
		list = append(list, payerAsked{tx: page.Tx})
	}
	for i := range deposits {
		d := &deposits[i]
		if who := (payerAsked{d.Tx, page.Address}); page.Tx.IsZero() && page.Asks(d) && !slices.Contains(list, who) {
			list = append(list, who)
		}
		if len(list) == mostExplained {
			break
		}
	}
	return list
}

// An endAt is an end of a crossing by its place.
type endAt struct {
	chain clew.Chain
	pos   clew.Pos
}

// An explaining collects what identifiers say.
type explaining struct {
	finder *launder.BridgeFinder
	ledger ledger.Snapshot
	page   *report.BridgeMatches
	taken  map[endAt]bool // of what is certain
}

// transaction adds what the messages of one say.
func (e *explaining) transaction(ctx context.Context, id clew.TxID, payer clew.Address) error {
	tx, err := e.ledger.Transaction(ctx, id)
	if errors.Is(err, clew.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking up %s: %w", id, err)
	}
	payers := []clew.Address{payer}
	if payer.IsZero() {
		payers = payersOf(tx)
	}
	for _, p := range payers {
		links, err := e.finder.Forward(ctx, tx, p)
		if err != nil {
			return err
		}
		for _, l := range links {
			e.add(tx, l)
		}
	}
	return nil
}

// payersOf returns who pays in a transaction.
func payersOf(tx []clew.Transfer) (list []clew.Address) {
	for i := range tx {
		for _, leg := range tx[i].From {
			if !leg.Address.IsZero() && !slices.Contains(list, leg.Address) {
				list = append(list, leg.Address)
			}
		}
	}
	return list
}

// add keeps what one message says, once.
func (e *explaining) add(tx []clew.Transfer, l *launder.Link) {
	x := report.ExplainedDeposit{Protocol: l.Protocol, Identifier: l.Identifier, Certainty: l.Certainty, Refused: string(l.Refused), Refund: l.Refund, Tx: tx[0].Tx, Time: tx[0].Time,
		Payer: l.Payer, OutChain: l.OutChain, OutTxs: l.OutTxs, Recipients: l.Recipients, In: l.In}
	for i := range tx {
		if slices.Contains(l.In, tx[i].Pos) && x.Asset.IsZero() {
			x.Asset, x.Amount = tx[i].Asset, tx[i].Amount()
		}
	}
	if slices.ContainsFunc(e.page.Explained, func(o report.ExplainedDeposit) bool {
		return o.Tx == x.Tx && o.Protocol == x.Protocol && o.Identifier == x.Identifier
	}) {
		return
	}
	e.page.Explained = append(e.page.Explained, x)
	if l.Refused != launder.NoRefusal || l.Certainty != launder.Certain {
		return
	}
	for _, pos := range l.In {
		e.taken[endAt{l.InChain, pos}] = true
	}
	for _, pos := range l.Out {
		e.taken[endAt{l.OutChain, pos}] = true
	}
}
