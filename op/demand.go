package op

import (
	"context"
	"errors"
	"fmt"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
	"clew/report"
	"clew/trace"
)

// Demand is the part of an input that says what explorers may be asked for.
type Demand struct {
	Explorer []string `json:"explorer" sep:"none" help:"ask this service for addresses whose history is not held: KIND=URL, KIND=@FILE or KIND=env:NAME; keys belong in files or the environment. KIND is etherscan, blockscout, blockscout-pro, routescan, esplora, trongrid or solana; several take over from one another, and are asked too about chains that bridges lead to, as far as they know them; CLEW_EXPLORERS if left out" placeholder:"KIND=WHERE"`
	Budget   int      `json:"budget" default:"200" range:"1,1000000" help:"most calls to explorers in all, retries included, 1 to 1000000" placeholder:"N"`
	Rounds   int      `json:"rounds" default:"20" range:"1,100" help:"most rounds of asking explorers and tracing again on one chain, 1 to 100" placeholder:"N"`
	Refresh  bool     `json:"refresh" help:"ask explorers up to the head of now, also for addresses that are held up to an earlier one"`
	Dry      bool     `json:"dry" help:"ask nobody; say which explorers would learn which address first"`
}

// filler returns what fetches histories of a chain's addresses into the user's
// ledger, which is made when the first comes; nil where no explorer of the chain is
// configured. Nothing is asked yet. The budget may be that of several fillers.
func (d *Demand) filler(ctx context.Context, env *Env, chain clew.Chain, budget *remote.Budget) (*explorer.Filler, error) {
	if env.Explorers == nil {
		return nil, nil
	}
	services, err := env.Explorers.Open(chain, d.Explorer, budget)
	if err != nil {
		return nil, err
	}
	return d.fillerOf(env, chain, services, budget)
}

// fillerOf readies what fetches from services that are open; nil without any.
func (d *Demand) fillerOf(env *Env, chain clew.Chain, services []explorer.Service, budget *remote.Budget) (*explorer.Filler, error) {
	if len(services) == 0 {
		return nil, nil
	}
	store, archive, err := d.places(env, chain)
	if err != nil {
		return nil, err
	}
	f := explorer.NewFiller(services, store, budget)
	f.Archive, f.Refresh, f.Ready = archive, d.Refresh, store.ready
	f.Tell = func(s explorer.Step) {
		unit := "addresses"
		if s.Logs {
			unit = "transactions"
		}
		env.tell(Progress{Doing: "asking explorers", Done: int64(s.Fetched), Total: int64(s.Wanted), Unit: unit})
	}
	return f, nil
}

// places returns where histories and answers are kept. The ledger is opened for
// reading, so that what is held can be asked beside somebody who follows the
// chain; see ready.
func (d *Demand) places(env *Env, chain clew.Chain) (*heldLedger, *explorer.Archive, error) {
	store := &heldLedger{Store: memory.New(chain), env: env, chain: chain}
	if d.Dry {
		return store, nil, nil
	}
	archive, err := env.Explorers.Archive(chain)
	return store, archive, err
}

// A heldLedger is a user's ledger as far as it is there, and an empty one
// otherwise.
type heldLedger struct {
	ledger.Store // the empty one
	env          *Env
	chain        clew.Chain
}

// Snapshot returns the ledger as it stands.
func (h *heldLedger) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	keeper, err := h.env.Ledgers.Open(ctx, h.chain, Reading)
	if errors.Is(err, clew.ErrNotFound) {
		return h.Store.Snapshot(ctx)
	}
	if err != nil {
		return nil, err
	}
	return keeper.Snapshot(ctx)
}

// Load begins a load of the ledger, which is made if need be.
func (h *heldLedger) Load(ctx context.Context, source ledger.Source) (ledger.Load, error) {
	keeper, err := h.env.Ledgers.Open(ctx, h.chain, Making)
	if err != nil {
		return nil, err
	}
	return keeper.Load(ctx, source)
}

// ready opens the ledger as its only writer, before anybody is asked in vain.
func (h *heldLedger) ready(ctx context.Context) error {
	_, err := h.env.Ledgers.Open(ctx, h.chain, Making)
	return err
}

// A seeking is a trace that explorers may be asked for.
type seeking struct {
	filler *explorer.Filler
	walk   explorer.Walk
	budget *remote.Budget
	first  string // what the start is to explorers, where nothing of it is held

	address clew.Address // of the start, if it is one
}

// seek readies what fetches the histories that a trace wants; nil where there is
// no explorer to ask, or nothing that one could be asked for.
func (in *TraceInput) seek(ctx context.Context, env *Env) (*seeking, error) {
	chain, err := chainOf(in.Chain)
	if err != nil || in.isIncident() {
		return nil, err
	}
	start, err := in.start(chain)
	if err != nil {
		return nil, err
	}
	if chain = start.Chain; chain == "" {
		chain = start.Address.Chain()
	}
	budget := remote.NewBudget(int64(in.Budget))
	f, err := in.filler(ctx, env, chain, budget)
	if err != nil || f == nil {
		return nil, err
	}
	s := &seeking{filler: f, budget: budget, first: in.firstAsked(&start), address: start.Address}
	asks := in.tracing(env).logsFirst(f)
	s.walk = func(ctx context.Context) ([]clew.Address, error) {
		if len(f.Report().Fetched) == 0 && !start.Address.IsZero() {
			if held, err := f.Holds(ctx, start.Address); err != nil || !held {
				return []clew.Address{start.Address}, err
			}
		}
		wanted, err := asks(ctx)
		if errors.Is(err, clew.ErrNotFound) && start.Transfer != nil {
			if err := f.FetchAt(ctx, *start.Transfer); err != nil {
				return nil, err
			}
			wanted, err = asks(ctx)
		}
		if errors.Is(err, clew.ErrNotFound) && !start.Tx.IsZero() && len(f.Report().Fetched) == 0 {
			return f.Parties(ctx, in.Start)
		}
		return wanted, noStart(err)
	}
	return s, nil
}

// firstAsked says what a start that is no address is to explorers.
func (in *TraceInput) firstAsked(start *trace.Start) string {
	switch pos := start.Transfer; {
	case pos != nil:
		return fmt.Sprintf("transaction %d of block %d", pos.Index, pos.Height)
	case start.Tx.IsZero():
		return ""
	case start.Chain.IsSolana():
		return "transaction " + in.Start
	}
	return "transaction " + start.Tx.String()
}

// fetch fetches what a trace wants, round by round, and says what it did; nil
// where nobody is asked.
func (in *TraceInput) fetch(ctx context.Context, env *Env, nodes atHand) (*explorer.Report, []explorer.Report, error) {
	s, err := in.seek(ctx, env)
	if err != nil || s == nil {
		return nil, nil, err
	}
	s.filler.Nodes = nodes.logs(s.filler.Report().Chain, env.Now)
	if err := s.filler.Rounds(ctx, in.Rounds, s.walk); err != nil {
		return nil, nil, err
	}
	var others []explorer.Report
	if !in.WithoutBridges && ctx.Err() == nil {
		others, err = in.fetchBeyond(ctx, env, s.filler, beyond{budget: s.budget, nodes: nodes, run: in.tracing(env)})
	}
	r := s.filler.Report()
	return &r, others, ignoreEnd(ctx, err)
}

// dry says who would learn what, first.
func (in *TraceInput) dry(ctx context.Context, env *Env) (report.Result, error) {
	in.Dry = true // so that no ledger is made
	s, err := in.seek(ctx, env)
	if err != nil {
		return nil, err
	}
	nodes, err := in.open(ctx, env)
	if err != nil {
		return nil, err
	}
	out := &report.Dry{Asks: nodes.asks(tokensLearnt)}
	if err := nodes.close(); s == nil || err != nil {
		return out, err
	}
	wanted, err := in.firstWanted(ctx, env, s)
	if err != nil {
		return nil, err
	}
	if len(wanted) == 0 {
		return out, nil
	}
	for _, host := range s.filler.Report().Services {
		for _, what := range wanted {
			out.Asks = append(out.Asks, report.Ask{Host: host, Learns: what})
		}
	}
	out.Later = fmt.Sprintf("Hosts are asked in this order, the next where one fails. Which addresses and transactions are asked for after that, on chains that bridges lead to as well, depends on the answers: at most %d calls in %d rounds.", in.Budget, in.Rounds)
	return out, nil
}

// firstWanted returns what the first round would ask for, without asking: histories
// once what single transactions logged is read.
func (in *TraceInput) firstWanted(ctx context.Context, env *Env, s *seeking) ([]string, error) {
	chain := s.filler.Report().Chain
	start, err := in.startHeld(ctx, s)
	if err != nil || start != nil {
		return start, err
	}
	r, err := in.traced(ctx, env)
	if errors.Is(err, clew.ErrNotFound) && s.first != "" {
		return []string{s.first}, nil
	}
	if err != nil {
		return nil, noStart(err)
	}
	txs, err := s.filler.Unread(ctx, txsOf(r.WantedLogs(chain)))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, at := range txs {
		out = append(out, "transaction "+at.Tx.String())
	}
	missing, err := s.filler.Missing(ctx, r.Wanted(chain))
	return append(out, addressWords(missing)...), err
}

// startHeld returns the start's address, if its history is what is wanted first.
func (in *TraceInput) startHeld(ctx context.Context, s *seeking) ([]string, error) {
	if s.address.IsZero() {
		return nil, nil
	}
	missing, err := s.filler.Missing(ctx, []clew.Address{s.address})
	return addressWords(missing), err
}

func addressWords(list []clew.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, "address "+a.Text())
	}
	return out
}

// traced traces over what is held, with nothing that only readers want.
func (in *TraceInput) traced(ctx context.Context, env *Env) (*trace.Result, error) {
	plain := *in
	plain.Spread, plain.Ranges, plain.Prices, plain.Now = string(trace.No), false, nil, ""
	q, err := newQuestion(ctx, env, &plain)
	if err != nil {
		return nil, err
	}
	defer q.close()
	return trace.Run(ctx, q.input)
}

// tracing returns what does so again and again.
func (in *TraceInput) tracing(env *Env) tracing {
	return func(ctx context.Context) (*trace.Result, error) { return in.traced(ctx, env) }
}

// noStart passes over that a start is not held: then nothing can be wanted.
func noStart(err error) error {
	if errors.Is(err, clew.ErrNotFound) {
		return nil
	}
	return err
}

// notFetched adds to a start that is not held why it could not be fetched, or
// how to have it fetched.
func notFetched(env *Env, err error, fetched *explorer.Report) error {
	switch {
	case !errors.Is(err, clew.ErrNotFound):
		return err
	case fetched == nil:
		return fmt.Errorf("%w; %s", err, explorersHint(env))
	case fetched.Ended == explorer.EndedInterrupted:
		return context.Canceled // what there is, nobody said
	case len(fetched.Left) == 0:
		return err
	}
	l := fetched.Left[0]
	if fetched.Calls >= fetched.Budget {
		return &unfetched{l.Address, fmt.Errorf("%w (--budget %d)", remote.ErrBudget, fetched.Budget)}
	}
	return &unfetched{l.Address, errors.New(l.Why)}
}

// An unfetched is an address of which nothing is held, and why nothing could be
// fetched.
type unfetched struct {
	address clew.Address
	why     error
}

func (u *unfetched) Error() string {
	return fmt.Sprintf("%s %s: %s", u.address.Text(), errNotFetched, u.why)
}

func (u *unfetched) Unwrap() []error { return []error{errNotFetched, u.why} }

// errNotFetched is wrapped where nothing is held since nothing could be fetched:
// that is not the same as that there is nothing.
var errNotFetched = errors.New("could not be fetched")

// explorersHint says how to name a service, or why none may be.
func explorersHint(env *Env) string {
	switch {
	case env.Sealed:
		return "nobody was asked, for the case is sealed (--sealed, or CLEW_SEALED in the environment)"
	case env.Explorers == nil:
		return "this command asks nobody: clew import brings histories, and clew trace fetches them"
	}
	return "or name an explorer to ask, such as --explorer etherscan=@FILE with a file that holds its key"
}
