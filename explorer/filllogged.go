package explorer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/remote"
)

// Of a filler's calls at most a quarter go to single transactions, but some always
// may: the rest is for histories.
const (
	logsPart = 4
	logsMin  = 8
	mostLogs = 1024 // transactions that a filler reads, whoever is asked
)

// endedLogs says that no more transactions are asked for.
const endedLogs = "the part of the budget that single transactions may take is spent"

// Logged fetches what contracts logged in those of the transactions, the most wanted
// first, of which that is not held, and commits it as one load. Each is tried once in a
// filler's life; what a service answered before is taken from the archive. It
// reports how many were read; that one could not be is in the report, and no error.
func (f *Filler) Logged(ctx context.Context, wanted []TxAt) (int, error) {
	unread, err := f.Unread(ctx, wanted)
	if err != nil || len(unread) == 0 {
		return 0, err
	}
	if f.Ready != nil {
		err = f.Ready(ctx)
	}
	if err != nil && !errors.Is(err, ledger.ErrLocked) {
		return 0, err
	}
	var read []*readTx
	memories := f.memories()
	for i, at := range unread {
		if ctx.Err() != nil {
			break
		}
		f.triedTxs[at.Tx] = true
		got, why := (*readTx)(nil), ""
		if err != nil {
			why = err.Error()
		} else if got, why, err = f.logsOf(ctx, at, memories); err != nil {
			return 0, err
		}
		if why != "" {
			f.report.Left = append(f.report.Left, Left{Tx: at.Tx, Why: why})
			continue
		}
		read = append(read, got)
		if f.Tell != nil {
			f.Tell(Step{Round: f.report.Rounds, Logs: true, Fetched: i + 1, Wanted: len(unread), Left: f.Budget.Left()})
		}
	}
	return len(read), errors.Join(f.commitLogs(context.WithoutCancel(ctx), read), ctx.Err())
}

// Lacks reports whether something of addresses or transactions is not held and was
// not asked for yet.
func (f *Filler) Lacks(ctx context.Context, wanted []clew.Address, txs []TxAt) (bool, error) {
	missing, err := f.missing(ctx, wanted)
	if err != nil || len(missing) > 0 {
		return len(missing) > 0, err
	}
	unread, err := f.Unread(ctx, txs)
	return len(unread) > 0, err
}

// KeepThoseOf leaves out the services that say that they answer for another chain,
// and reports whether there are others.
func (f *Filler) KeepThoseOf(ctx context.Context) bool {
	f.Services = slices.DeleteFunc(slices.Clone(f.Services), func(s Service) bool {
		_, err := s.Head(ctx)
		return errors.Is(err, ErrOtherChain)
	})
	f.report.Services = nil
	for _, s := range f.Services {
		f.report.Services = append(f.report.Services, s.Name())
	}
	return len(f.Services) > 0
}

// A readTx is what was read of a transaction, and by whom.
type readTx struct {
	at TxAt
	by string
	*logged
}

// Unread returns those of the transactions of which nothing that contracts logged is
// held, and that were not tried, each once.
func (f *Filler) Unread(ctx context.Context, wanted []TxAt) ([]TxAt, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	s, err := f.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var left []TxAt
	coverage, met := s.Coverage(), map[clew.TxID]bool{}
	held := coverage.HoldsLogs()
	for _, at := range wanted {
		if !met[at.Tx] && !f.triedTxs[at.Tx] && !at.Tx.IsZero() && !held(at.Tx, at.Pos.Height) {
			left = append(left, at)
		}
		met[at.Tx] = true
	}
	return left, s.Close()
}

// logsOf asks for one transaction: the archive first, then nodes, then the services in
// their order. What nodes say in part is taken where no service says all. It says why
// nothing was read.
func (f *Filler) logsOf(ctx context.Context, at TxAt, memories []logKnower) (*readTx, string, error) {
	for _, m := range memories {
		if got, err := m.logged(ctx, at); err == nil && len(got.gaps) == 0 {
			return &readTx{at, m.Name(), got}, "", nil
		}
	}
	var part *readTx
	var whys []string
	for _, k := range f.logKnowers() {
		_, free := k.(*NodeLogs)
		if why := f.mayAsk(free); why != "" {
			whys = append(whys, why)
			break
		}
		got, err, keeping := f.askLogs(ctx, k, at)
		switch {
		case keeping != nil:
			return nil, "", keeping
		case err == nil && free && len(got.gaps) > 0:
			part = &readTx{at, k.Name(), got}
		case err == nil:
			return &readTx{at, k.Name(), got}, "", nil
		case ctx.Err() != nil:
			return nil, string(EndedInterrupted), nil
		case errors.Is(err, remote.ErrBudget):
			whys = append(whys, string(EndedBudget))
		default:
			whys = append(whys, err.Error())
		}
	}
	switch {
	case part != nil:
		return part, "", nil
	case len(whys) == 0:
		whys = []string{"no explorer that is configured says what contracts logged"}
	}
	return nil, strings.Join(whys, "; "), nil
}

// askLogs asks one of them, and keeps what it answers.
func (f *Filler) askLogs(ctx context.Context, k logKnower, at TxAt) (got *logged, err, keeping error) {
	before := f.Budget.Left()
	got, err = k.logged(ctx, at)
	f.logCalls += before - f.Budget.Left()
	if keeping = f.Archive.Keep(got.answers); keeping != nil {
		keeping = fmt.Errorf("keeping what the explorers answer: %w", keeping)
	}
	got.answers = nil // receipts are large, and many are read before they are committed
	return got, err, keeping
}

// logKnowers returns who may be asked, in order.
func (f *Filler) logKnowers() []logKnower {
	var all []logKnower
	for _, n := range f.Nodes {
		all = append(all, n)
	}
	for _, s := range f.Services {
		if k, ok := s.(logKnower); ok {
			all = append(all, k)
		}
	}
	return all
}

// mayAsk says why no more transactions are asked for; "" if they are.
func (f *Filler) mayAsk(free bool) string {
	switch {
	case len(f.triedTxs) > mostLogs:
		return fmt.Sprintf("%d transactions were read, which is the most", mostLogs)
	case free:
		return ""
	case f.Budget.Left() == 0:
		return string(EndedBudget)
	case f.logCalls >= max(logsMin, f.report.Budget/logsPart):
		return endedLogs
	}
	return ""
}

// memories returns the services as they can be asked from the archive alone. A
// transaction's receipt does not change, so a refresh asks for none again.
func (f *Filler) memories() []logKnower {
	if f.Archive == nil {
		return nil
	}
	kept, err := f.Archive.Answers()
	if err != nil {
		return nil
	}
	var out []logKnower
	for _, n := range f.Nodes {
		out = append(out, n.remembering(f.Archive, kept))
	}
	for _, s := range f.Services {
		r, ok := s.(recallable)
		if !ok {
			continue
		}
		if k, ok := r.through(f.remembering(s, kept).asker).(logKnower); ok {
			out = append(out, k)
		}
	}
	return out
}

// commitLogs commits what was read as one load.
func (f *Filler) commitLogs(ctx context.Context, read []*readTx) error {
	if len(read) == 0 {
		return nil
	}
	adds := clew.Coverage{Chain: f.report.Chain}
	var transfers []clew.Transfer
	var acts []clew.Act
	for _, r := range read {
		transfers, acts = append(transfers, r.transfers...), append(acts, r.acts...)
		adds.Gaps = append(adds.Gaps, r.gaps...)
		adds.Held = append(adds.Held, clew.Holding{Tx: r.at.Tx, Source: r.by, Window: clew.Window{From: r.at.Pos.Height, To: r.at.Pos.Height + 1}})
		f.report.Logged = append(f.report.Logged, r.at.Tx)
		f.report.Gaps = append(f.report.Gaps, r.gaps...)
	}
	load, err := f.Store.Load(ctx, ledger.Source{Name: strings.Join(f.report.Services, ", ")})
	if err != nil {
		return err
	}
	defer load.Abort()
	if err := errors.Join(load.Add(transfers...), load.AddActs(acts...)); err != nil {
		return err
	}
	done, err := load.Commit(ctx, adds)
	f.report.Added += done.Added
	return err
}
