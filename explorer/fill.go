package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/ledger"
	"clew/remote"
)

// A Filler fetches histories of addresses into a ledger. It is used by one
// goroutine.
type Filler struct {
	// Services answer for the ledger's chain, the preferred first: the next is
	// asked where one fails. They share Budget.
	Services []Service

	// Nodes say what contracts logged in single transactions, before services do.
	Nodes []*NodeLogs

	Store   ledger.Store
	Archive *Archive       // keeps what they answer; nil: nobody does
	Budget  *remote.Budget // of calls, all services together, retries included
	Refresh bool           // up to the head of now, also what is held already

	// Ready readies Store for loads, before anybody is asked; nil: it always is.
	// An error that wraps ledger.ErrLocked leaves what is wanted unfetched.
	Ready func(context.Context) error

	// Tell is told how far it is; nil: nobody is.
	Tell func(Step)

	report Report
	until  uint64                // height before which histories end; 0: not known yet
	level  map[string]error      // of services, by name: nil if they have read the chain up to there
	mu     sync.Mutex            // guards level
	tried  map[clew.Address]bool // in this run

	triedTxs map[clew.TxID]bool // likewise
	logCalls int64              // that single transactions took
}

// A Step says how far a filler is.
type Step struct {
	Round   int
	Logs    bool  // it is single transactions that are asked for, and not addresses
	Fetched int   // addresses or transactions
	Wanted  int   // of this round
	Left    int64 // calls
}

// A Report says what was fetched, and what was not.
type Report struct {
	Chain    clew.Chain     `json:"chain"`
	Services []string       `json:"services"`        // hosts that may have been asked
	Until    uint64         `json:"until,omitempty"` // last block up to which histories were asked for; 0: none was
	Calls    int64          `json:"calls"`           // made, retries included
	Budget   int64          `json:"budget"`          // of them
	Rounds   int            `json:"rounds"`          // in which something was fetched
	Fetched  []clew.Address `json:"fetched,omitempty"`
	Logged   []clew.TxID    `json:"logged,omitempty"` // transactions of which what contracts logged was read
	Left     []Left         `json:"left,omitempty"`   // wanted, and not held, or not all of it
	Ended    Ending         `json:"ended,omitempty"`
	Gaps     []clew.Gap     `json:"gaps,omitempty"` // of what was fetched
	Added    uint64         `json:"added"`          // transfers new to the ledger
}

// A Left is an address that is wanted, or a transaction of which it is wanted what
// contracts logged, and why it is not held, or not whole.
type Left struct {
	Address clew.Address `json:"address,omitzero"`
	Tx      clew.TxID    `json:"tx,omitzero"`
	Why     string       `json:"why"`
}

// An Ending says why nothing more was fetched.
type Ending string

// The endings.
const (
	EndedHeld        Ending = "everything wanted is held"
	EndedBudget      Ending = "the budget of calls is spent"
	EndedRounds      Ending = "the limit of rounds"
	EndedFailed      Ending = "what is wanted could not be fetched"
	EndedInterrupted Ending = "interrupted"
)

// NewFiller returns a filler with a budget that its services share.
func NewFiller(services []Service, store ledger.Store, budget *remote.Budget) *Filler {
	f := &Filler{Services: services, Store: store, Budget: budget, tried: map[clew.Address]bool{}, triedTxs: map[clew.TxID]bool{}, level: map[string]error{}}
	f.report.Budget = budget.Left()
	for _, s := range services {
		f.report.Chain = s.Chain()
		f.report.Services = append(f.report.Services, s.Name())
	}
	return f
}

// Report returns what was done so far.
func (f *Filler) Report() Report {
	r := f.report
	r.Calls = r.Budget - f.Budget.Left()
	if r.Ended == EndedHeld && len(r.Left) > 0 { // also what was wanted beside a walk's rounds, or after them
		if r.Ended = EndedFailed; f.Budget.Left() == 0 {
			r.Ended = EndedBudget
		}
	}
	r.Fetched, r.Logged, r.Left, r.Gaps = slices.Clone(r.Fetched), slices.Clone(r.Logged), slices.Clone(r.Left), slices.Clone(r.Gaps)
	return r
}

// Fill fetches those of the addresses, the most wanted first, that are not held,
// and commits them as one load. Each is tried once in a filler's life. It
// reports how many were fetched; that the budget is spent or that a service
// fails is no error, but in the report.
//
// When the context ends, what was fetched is committed still, and the error is
// the context's.
func (f *Filler) Fill(ctx context.Context, wanted []clew.Address) (int, error) {
	missing, err := f.missing(ctx, wanted)
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	if f.Ready != nil {
		err = f.Ready(ctx)
	}
	if err != nil && !errors.Is(err, ledger.ErrLocked) {
		return 0, err
	}
	if err = cmp.Or(err, f.begin(ctx)); err != nil {
		return 0, f.leave(ctx, missing, err)
	}
	f.report.Rounds++
	histories := f.fetch(ctx, missing)
	fetched, err := f.commit(context.WithoutCancel(ctx), missing, histories)
	return fetched, errors.Join(err, ctx.Err())
}

// A hole is an address of which something is missing: the blocks of a window.
type hole struct {
	address clew.Address
	window  clew.Window
}

// missing returns what is not held of the addresses and was not tried.
func (f *Filler) missing(ctx context.Context, wanted []clew.Address) ([]hole, error) {
	s, err := f.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	c := ledger.CloneCoverage(s.Coverage())
	if err := s.Close(); err != nil {
		return nil, err
	}
	if f.until == 0 && !f.Refresh {
		f.until = f.heldUntil(c)
	}
	var missing []hole
	for _, a := range wanted {
		if a.Chain() != f.report.Chain || a.IsZero() || a.IsIssuer() || f.tried[a] || slices.ContainsFunc(missing, func(h hole) bool { return h.address == a }) {
			continue
		}
		from := heldFrom0(c, a)
		if f.Refresh {
			from = min(from, notReadYet(c, a))
		}
		if f.until > 0 && from >= f.until {
			continue
		}
		missing = append(missing, hole{a, clew.Window{From: from}})
	}
	return missing, nil
}

// notReadYet returns the first block of an address from which on a service had
// not read all itself; the highest that there can be if there is none.
func notReadYet(c *clew.Coverage, a clew.Address) uint64 {
	first := uint64(math.MaxUint64)
	for _, g := range c.Gaps {
		if g.Address == a && strings.HasSuffix(g.Note, NotReadYet) {
			first = min(first, g.Window.From)
		}
	}
	return first
}

// heldUntil returns the height at which what was fetched before ends, so that
// what is fetched now ends there too, and an answer is as of one block. It is 0
// where the services' head decides: nothing was fetched, or the ledger holds
// later blocks.
func (f *Filler) heldUntil(c *clew.Coverage) uint64 {
	var until uint64
	for _, h := range c.Held {
		if !h.Address.IsZero() && slices.Contains(f.report.Services, h.Source) {
			until = max(until, h.Window.To)
		}
	}
	for _, h := range c.Held {
		if !h.Address.IsZero() && h.Window.To == until {
			f.level[h.Source] = nil
		}
	}
	for _, g := range c.Gaps {
		if g.Kind == clew.GapHistory && g.Note == noteCut {
			until = max(until, g.Window.To)
		}
	}
	if until < ledger.EndOf(c) {
		return 0
	}
	return until
}

// heldFrom0 returns up to where the history of an address is held without a
// hole, from the first block on.
func heldFrom0(c *clew.Coverage, a clew.Address) uint64 {
	all := clew.Coverage{Whole: c.Whole}
	for _, h := range c.Held {
		if h.Address == a {
			all.AddWhole(h.Window)
		}
	}
	if len(all.Whole) > 0 && all.Whole[0].From == 0 {
		return all.Whole[0].To
	}
	return 0
}

// begin asks for the head, if that decides where histories end.
func (f *Filler) begin(ctx context.Context) error {
	if f.until > 0 {
		f.report.Until = f.until - 1
		return nil
	}
	var errs []error
	for _, s := range f.Services {
		head, err := s.Head(ctx)
		if err == nil {
			f.until, f.report.Until = head.Height+1, head.Height
			f.level[s.Name()] = nil
			return nil
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return errNoService
	}
	return fmt.Errorf("no explorer says how long the chain is: %w", errors.Join(errs...))
}

// leave notes that nothing can be fetched of the addresses, so that what is held
// can be answered from.
func (f *Filler) leave(ctx context.Context, missing []hole, why error) error {
	if ctx.Err() != nil || errors.Is(why, errNoService) {
		return why
	}
	for _, h := range missing {
		f.tried[h.address] = true
		f.report.Left = append(f.report.Left, Left{Address: h.address, Why: why.Error()})
	}
	return nil
}

var errNoService = errors.New("no explorer is configured for the chain")

// commit keeps the answers, and commits the histories as one load.
func (f *Filler) commit(ctx context.Context, missing []hole, histories []*History) (int, error) {
	parted, err := f.parted(ctx)
	if err != nil {
		return 0, err
	}
	var lists [][]clew.Transfer
	var acts [][]clew.Act
	adds := clew.Coverage{Chain: f.report.Chain}
	exact, fetched := true, 0
	for i, h := range histories {
		f.tried[missing[i].address] = true
		if err := f.Archive.Keep(h.Answers); err != nil {
			return 0, fmt.Errorf("keeping what the explorers answer: %w", err)
		}
		if len(h.Coverage.Held) == 0 {
			continue
		}
		h.leaveFees(parted)
		fetched++
		exact = exact && h.Exact
		lists = append(lists, h.Transfers)
		acts = append(acts, h.Acts)
		ledger.AddCoverage(&adds, &h.Coverage)
		f.report.Fetched = append(f.report.Fetched, missing[i].address)
		f.report.Gaps = append(f.report.Gaps, h.Coverage.Gaps...)
	}
	if fetched == 0 {
		return 0, nil
	}
	load, err := f.Store.Load(ctx, ledger.Source{Name: strings.Join(f.report.Services, ", "), Exact: exact})
	if err != nil {
		return 0, err
	}
	defer load.Abort()
	if err := errors.Join(load.Add(once(lists...)...), load.AddActs(onceActs(acts...)...)); err != nil {
		return 0, err
	}
	done, err := load.Commit(ctx, adds)
	f.report.Added += done.Added
	return fetched, err
}

// Missing returns those of the addresses that would be fetched, in order.
func (f *Filler) Missing(ctx context.Context, wanted []clew.Address) ([]clew.Address, error) {
	missing, err := f.missing(ctx, wanted)
	var out []clew.Address
	for _, h := range missing {
		out = append(out, h.address)
	}
	return out, err
}

// Holds reports whether the history of an address is held, up to where histories
// end here. It is not before anything was fetched into an empty ledger, and not
// where a refresh is wanted of what was not fetched yet.
func (f *Filler) Holds(ctx context.Context, a clew.Address) (bool, error) {
	missing, err := f.missing(ctx, []clew.Address{a})
	return len(missing) == 0 && err == nil, err
}
