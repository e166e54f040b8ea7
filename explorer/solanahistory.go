package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/remote"
	"clew/solana"
)

// Bounds of what is asked for one address.
const (
	signaturesPage   = 1000   // the most that a node lists at once
	maxSignatures    = 20_000 // of one account
	transactionsPage = 50     // asked for in one request
	maxAccountRounds = 8      // of finding token accounts in transactions of others
)

// A listed transaction is one that a node lists for an account.
type listed struct {
	Signature string              `json:"signature"`
	Slot      uint64              `json:"slot"`
	Index     *uint32             `json:"transactionIndex"` // in its block; nodes say it since Agave 4.0
	tx        *solana.Transaction // nil: not fetched
	done      bool                // or known not to be had
}

// A solanaWork is the reading of one history.
type solanaWork struct {
	*solanaNode
	address clew.Address
	window  clew.Window
	h       *History
	mine    map[clew.Address]bool // the address and its token accounts, as far as known
	pending []clew.Address        // of these, those whose transactions are not listed yet
	lists   [][]*listed           // one of each account, newest first
	known   map[string]*listed
	touched map[string]bool // token accounts over which an act gave a right, by its detail
	lacking map[string]*clew.Gap
	missed  solana.Missing
}

// History asks for the transactions of an address and of its token accounts: of
// those it owns now, and of those that its transactions name. Closing one takes
// such a transaction, unless somebody else was given the right to.
//
// What the budget cuts short is held up to the first transaction that was not
// fetched, if all were listed, but for token accounts that later ones name; else
// it is not held at all.
func (s *solanaNode) History(ctx context.Context, a clew.Address, w clew.Window) (*History, error) {
	h := &History{Coverage: clew.Coverage{Chain: s.chain}}
	if a.Chain() != s.chain {
		return h, &clew.InputError{Field: "address", Value: a.String(), Want: "an address on " + s.chain.Name()}
	}
	if err := s.check(ctx, &h.Answers); err != nil {
		return h, err
	}
	if s.first > w.From {
		h.lacks(clew.Gap{Kind: clew.GapHistory, Address: a, Window: clew.Window{From: w.From, To: min(s.first, w.To)}, Note: s.Name() + " has nothing of these slots"})
		w.From = s.first
	}
	accounts, err := s.tokenAccounts(ctx, a, h)
	if err != nil {
		return h, err
	}
	work := &solanaWork{solanaNode: s, address: a, window: w, h: h, mine: map[clew.Address]bool{}, known: map[string]*listed{}, touched: map[string]bool{}, lacking: map[string]*clew.Gap{}}
	for _, account := range append([]clew.Address{a}, accounts...) {
		work.take(account)
	}
	err = work.rounds(ctx)
	if err != nil && !errors.Is(err, remote.ErrBudget) {
		return h, err
	}
	work.finish()
	return h, err
}

// take adds an account whose transactions are wanted.
func (k *solanaWork) take(account clew.Address) {
	switch {
	case k.mine[account]:
	case len(k.mine) > maxTokenAccounts:
		k.lack(clew.GapTokens, k.window, fmt.Sprintf("more than %d token accounts", maxTokenAccounts))
	default:
		k.mine[account] = true
		k.pending = append(k.pending, account)
	}
}

// lack counts something missing, of which one gap is made for each note.
func (k *solanaWork) lack(kind clew.GapKind, w clew.Window, note string) {
	g := k.lacking[note]
	if g == nil {
		g = &clew.Gap{Kind: kind, Address: k.address, Window: w, Note: k.Name() + ": " + note}
		k.lacking[note] = g
	}
	g.Window = clew.Window{From: min(g.Window.From, w.From), To: max(g.Window.To, w.To)}
	g.Count++
}

// rounds lists and fetches until the transactions name no further token account.
func (k *solanaWork) rounds(ctx context.Context) error {
	for round := 0; len(k.pending) > 0; round++ {
		if round == maxAccountRounds {
			k.lack(clew.GapTokens, k.window, "token accounts that only transactions of other token accounts name")
			k.pending = nil
			return nil
		}
		if err := k.list(ctx); err != nil {
			return err
		}
		err := k.fetch(ctx)
		all, _ := k.ordered()
		for _, l := range all {
			if l.tx == nil {
				continue
			}
			for _, o := range l.tx.Owned {
				if o.Owner == k.address {
					k.take(o.Account)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A listing is the list of one account as far as it is read.
type listing struct {
	account clew.Address
	rows    []*listed
}

// list lists the transactions of pending accounts, the newest first, page by page.
func (k *solanaWork) list(ctx context.Context) error {
	var open []*listing
	for _, account := range k.pending {
		open = append(open, &listing{account: account})
	}
	all := slices.Clone(open)
	for len(open) > 0 {
		n := min(len(open), transactionsPage)
		more, err := k.pages(ctx, open[:n])
		if err != nil {
			return err
		}
		open = append(more, open[n:]...)
	}
	for _, l := range all {
		k.lists = append(k.lists, l.rows)
	}
	k.pending = nil
	return nil
}

// pages asks for the next page of each list, and returns those that go on.
func (k *solanaWork) pages(ctx context.Context, lists []*listing) ([]*listing, error) {
	queries := make([]remote.Query, len(lists))
	pages := make([][]listed, len(lists))
	into := make([]any, len(lists))
	for i, l := range lists {
		config := object{"limit": k.page, "commitment": finalized}
		if n := len(l.rows); n > 0 {
			config["before"] = l.rows[n-1].Signature
		}
		queries[i] = remote.Query{Method: "getSignaturesForAddress", Params: []any{l.account.Text(), config}}
		into[i] = &pages[i]
	}
	if err := k.all(ctx, queries, &k.h.Answers, into...); err != nil {
		return nil, err
	}
	var more []*listing
	for i, l := range lists {
		goesOn, err := k.extend(l, pages[i])
		if err != nil {
			return nil, fmt.Errorf("%s: transactions of %s: %w", k.Name(), l.account.Text(), err)
		}
		if goesOn {
			more = append(more, l)
		}
	}
	return more, nil
}

// extend adds a page to a list, and reports whether another one is wanted.
func (k *solanaWork) extend(l *listing, page []listed) (bool, error) {
	if len(page) > k.page {
		return false, fmt.Errorf("%w: %d on a page", errShape, len(page))
	}
	for i := range page {
		row := &page[i]
		if n := len(l.rows); n > 0 && (row.Slot > l.rows[n-1].Slot || row.Signature == l.rows[n-1].Signature) {
			return false, fmt.Errorf("%w: out of order", errShape)
		}
		if _, err := clew.ParseTxID(row.Signature); err != nil {
			return false, fmt.Errorf("%w: %w", errShape, err)
		}
		same := k.known[row.Signature]
		if same == nil {
			same = row
			k.known[row.Signature] = row
		}
		if same.Slot != row.Slot {
			return false, fmt.Errorf("%w: %.90q is in two slots", errShape, row.Signature)
		}
		l.rows = append(l.rows, same)
	}
	if len(page) < k.page || page[len(page)-1].Slot < k.window.From {
		return false, nil
	}
	if len(l.rows) < maxSignatures {
		return true, nil
	}
	cut := min(page[len(page)-1].Slot+1, k.window.To)
	k.lack(clew.GapHistory, clew.Window{From: k.window.From, To: cut}, fmt.Sprintf("more than %d transactions of one account, of which the last are read", maxSignatures))
	k.window.From = max(k.window.From, cut)
	return false, nil
}

// ordered returns the transactions of the window and after it, which may name
// token accounts that were closed since, in the order of the chain, if the
// node says their places; else in the order of their slots, and in a slot in that
// of the lists, as far as these tell it.
func (k *solanaWork) ordered() (all []*listed, placed bool) {
	all, placed = k.inLists(), true
	for _, l := range all {
		placed = placed && l.Index != nil
	}
	if placed {
		slices.SortStableFunc(all, func(a, b *listed) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(*a.Index, *b.Index)) })
	}
	return all, placed
}

func (k *solanaWork) inLists() []*listed {
	var all []*listed
	placed := map[*listed]bool{}
	for _, list := range k.lists {
		after := -1 // place of the last one of this list
		for i := len(list) - 1; i >= 0; i-- {
			l := list[i]
			if l.Slot < k.window.From {
				continue
			}
			if placed[l] {
				after = slices.Index(all, l)
				continue
			}
			at, _ := slices.BinarySearchFunc(all, l.Slot, func(x *listed, slot uint64) int { return cmp.Compare(x.Slot, slot) })
			if after >= at && all[after].Slot == l.Slot {
				at = after + 1
			}
			all, after = slices.Insert(all, at, l), at
			placed[l] = true
		}
	}
	return all
}

// transactionQuery asks for one transaction.
func transactionQuery(signature string) remote.Query {
	return remote.Query{Method: "getTransaction", Limit: solana.MaxAnswer, Params: []any{signature,
		object{"encoding": "json", "commitment": finalized, "maxSupportedTransactionVersion": 0}}}
}

// fetch asks for transactions that were listed, the oldest first.
func (k *solanaWork) fetch(ctx context.Context) error {
	var open []*listed
	all, _ := k.ordered()
	for _, l := range all {
		if !l.done {
			open = append(open, l)
		}
	}
	for part := range slices.Chunk(open, transactionsPage) {
		queries := make([]remote.Query, len(part))
		for i, l := range part {
			queries[i] = transactionQuery(l.Signature)
		}
		err := k.batch(ctx, queries, &k.h.Answers)
		for i, l := range part {
			if q := &queries[i]; q.Result != nil || q.Err != nil {
				if err := k.decode(l, q); err != nil {
					return err
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decode reads what a node answers of a transaction. That it does not have it, or
// not all of it, is a gap.
func (k *solanaWork) decode(l *listed, q *remote.Query) error {
	slot := clew.Window{From: l.Slot, To: l.Slot + 1}
	var said *remote.RPCError
	if errors.As(q.Err, &said) {
		l.done = true
		k.lack(clew.GapHistory, slot, fmt.Sprintf("it lists transactions that it does not give: %.200q (code %d)", said.Message, said.Code))
		return nil
	}
	if q.Err != nil {
		return fmt.Errorf("%s: %w", k.Name(), q.Err)
	}
	tx, err := solana.Decode(k.chain, q.Result)
	switch {
	case errors.Is(err, clew.ErrNotFound):
		k.lack(clew.GapHistory, slot, "it lists transactions that it does not hold")
	case errors.Is(err, solana.ErrNoRecord):
		k.lack(clew.GapStatus, slot, "it keeps no record of what transactions did")
	case err != nil:
		return fmt.Errorf("%s: %w", k.Name(), err)
	case tx.Signature != l.Signature || tx.Slot != l.Slot:
		return fmt.Errorf("%s: %w: asked for %s in slot %d, it gives %s in slot %d", k.Name(), errShape, l.Signature, l.Slot, tx.Signature, tx.Slot)
	}
	l.tx, l.done = tx, true
	return nil
}

// finish makes the history of what came.
func (k *solanaWork) finish() {
	all, placed := k.ordered()
	held := k.window
	if len(k.pending) > 0 {
		held.To = held.From
	}
	cut := false
	for _, l := range all {
		if !l.done {
			held.To, cut = min(held.To, l.Slot), true
		}
	}
	if held.Empty() {
		return
	}
	if cut {
		k.lack(clew.GapTokens, held, "token accounts that are closed by now, and that only transactions name which were not fetched")
	}
	k.place(all, placed, held)
	k.h.Coverage.Held = []clew.Holding{{Address: k.address, Source: k.Name(), Window: held}}
	if len(k.h.Transfers) > 0 && !placed {
		k.h.lacks(clew.Gap{Kind: clew.GapOrder, Address: k.address, Window: held, Note: k.Name() + ": places within a slot are made up, in the order of its lists"})
	}
	for _, g := range k.missed.Gaps(k.chain, k.address, held) {
		k.h.lacks(g)
	}
	for _, g := range k.lacking {
		if g.Window.To = min(g.Window.To, max(held.To, g.Window.From)); !g.Window.Empty() {
			k.h.lacks(*g)
		}
	}
	slices.SortFunc(k.h.Coverage.Gaps, func(a, b clew.Gap) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Note, b.Note)) })
}
