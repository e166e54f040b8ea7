package op

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/remote"
	"clew/report"
)

// InvestigateInput asks what to do next about an address.
type InvestigateInput struct {
	Address string   `json:"address" arg:"" help:"address to begin with"`
	Chain   string   `json:"chain" help:"only this chain, by name or CAIP-2; otherwise every one on which the address has history" placeholder:"CHAIN"`
	As      string   `json:"as" help:"whose side to ask from: victim (which outflows look unauthorised, what is still open) or receiver, also called thief (who first paid its fees, on Bitcoin who first paid it); guessed if left out, and the answer says so" placeholder:"SIDE" values:"victim,receiver,thief"`
	Own     []string `json:"own" help:"another address of a victim: what comes to lie there is not counted as gone; may be repeated" placeholder:"ADDRESS"`
	Policy  string   `json:"policy" default:"fifo" help:"which units leave a mixed balance" placeholder:"NAME" values:"fifo,lifo,haircut,taint-first,clean-first,tiho"`
	Asset   string   `json:"asset" help:"follow this asset alone: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Since   string   `json:"since" help:"follow transfers of this day or time and after" placeholder:"TIME"`
	Funding int      `json:"funding" default:"8" range:"1,50" help:"most addresses to go through in search of who first paid, 1 to 50" placeholder:"N"`
	Bounds
	Tags []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Demand
	AtHand
	Now string `json:"now" help:"work deadlines out as of this time; left out: as of now" placeholder:"TIME"`
}

func investigateOp() Op {
	return define(Op{
		Name: "investigate",
		Doc:  "Go from an address to what to do next: fetch, trace, and say whom to write to and what to name.",
		Detail: "It finds the chains on which the address has history, fetches within the budget where explorers are configured, traces " +
			"forward, and says in plain words where value stopped, who can still stop it and by when, and what is not known. For a victim's " +
			"address it proposes which outflows look unauthorised, with what speaks against each, and lists permissions that are still open. " +
			"For one that received it follows back who first paid the fees, on Bitcoin who first paid the address, as a lead for legal process. Without explorers it works on what is " +
			"held and says what is not. Permissions and code that explorers were asked for before are taken from what was kept, with its time; " +
			"--refresh asks anew. Everything it says is a lead with a stated method and known failures; none is an accusation.",
		Examples: []Example{
			{"investigate 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "what is held, or can be fetched, of an address, and what to do next"},
			{"investigate 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --as victim --explorer etherscan=@key.txt --budget 400 --html case.html", "a victim's address, fetched with a key from a file, as a page"},
		},
	}, runInvestigate)
}

func runInvestigate(ctx context.Context, env *Env, in InvestigateInput) (_ report.Result, err error) {
	if in.As == "thief" {
		in.As = string(lead.Receiver)
	}
	now, err := nowOr(env, in.Now)
	if err != nil {
		return nil, err
	}
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	a, err := addressOf("address", in.Address, chain)
	if err != nil {
		return nil, err
	}
	v, err := newInvestigating(ctx, env, in, a.Chain(), now)
	if err != nil {
		return nil, err
	}
	if v.nodes, err = in.open(ctx, env); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.nodes.close()) }()
	if in.Dry {
		return v.dry(a, chain)
	}
	out := &report.Investigation{Address: a.Text(), Now: now}
	on, err := v.recognise(ctx, a, chain, out)
	if err != nil {
		return nil, err
	}
	if err := v.each(ctx, on, out); err != nil {
		return nil, err
	}
	if len(out.Chains) == 0 {
		return nil, cmp.Or(ctx.Err(), v.nothingOf(a, out))
	}
	in.Now, in.AtHand, in.Demand = now.String(), in.AtHand.shown(), in.Demand.shown()
	out.Command = CommandLine(investigateOp(), &in)
	return out, nil
}

// each investigates the address on every chain. One on which it turns out to
// have no history is named as passed over.
func (v *investigating) each(ctx context.Context, on []clew.Address, out *report.Investigation) error {
	for _, a := range on {
		one, err := v.onChain(ctx, a)
		var missed *unfetched
		switch {
		case errors.Is(err, clew.ErrNotFound):
			out.Skipped = append(out.Skipped, report.SkippedChain{Chain: a.Chain(), Why: err.Error()})
		case errors.As(err, &missed):
			out.Skipped = append(out.Skipped, report.SkippedChain{Chain: a.Chain(), Why: missed.why.Error(), Failed: true})
		case err != nil:
			return err
		default:
			out.Chains = append(out.Chains, one)
		}
	}
	return nil
}

// nothingOf says that nothing is known of an address, and what was asked. Where
// somebody could not be asked, it is not said that there is nothing.
func (v *investigating) nothingOf(a clew.Address, out *report.Investigation) error {
	err := fmt.Errorf("address %s, in what is held or can be asked: %w", a.Text(), clew.ErrNotFound)
	if slices.ContainsFunc(out.Skipped, func(s report.SkippedChain) bool { return s.Failed }) {
		err = fmt.Errorf("address %s %w", a.Text(), errNotFetched)
		if v.budget.Left() == 0 {
			return fmt.Errorf("%w: %w (--budget %d)", err, remote.ErrBudget, v.Budget)
		}
	}
	for _, s := range out.Skipped[:min(len(out.Skipped), 3)] {
		err = fmt.Errorf("%w; %s: %s", err, s.Chain.Name(), s.Why)
	}
	if !out.Asked {
		err = fmt.Errorf("%w; %s", err, explorersHint(v.env))
	}
	return err
}

// An investigating is an investigation under way.
type investigating struct {
	InvestigateInput
	env    *Env
	now    clew.Time
	guide  *lead.Guide
	namer  lead.Namer
	budget *remote.Budget // of all chains
	nodes  atHand
	opened map[clew.Chain][]explorer.Service
	own    []clew.Address // that the user says are of the same owner
}

func newInvestigating(ctx context.Context, env *Env, in InvestigateInput, chain clew.Chain, now clew.Time) (*investigating, error) {
	var own []clew.Address
	for _, s := range in.Own {
		a, err := addressOf("own", s, chain)
		if err != nil {
			return nil, err
		}
		own = append(own, a)
	}
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	return &investigating{InvestigateInput: in, env: env, now: now, guide: guide, namer: index, budget: remote.NewBudget(int64(in.Budget)), opened: map[clew.Chain][]explorer.Service{}, own: own}, nil
}

// recognise returns the address on each chain on which it has history, as far
// as ledgers hold it or services say. An address whose form tells its chain is
// on that one.
func (v *investigating) recognise(ctx context.Context, a clew.Address, chain clew.Chain, out *report.Investigation) ([]clew.Address, error) {
	if chain != "" || !a.Chain().IsEVM() {
		services, err := v.services(a.Chain())
		out.Asked = len(services) > 0
		return []clew.Address{a}, err
	}
	chains, held, err := v.candidates()
	if err != nil {
		return nil, err
	}
	var on []clew.Address
	for _, c := range chains {
		there := onChain(a, c)
		known, err := v.known(ctx, there, slices.Contains(held, c), out)
		if err != nil {
			return nil, err
		}
		if known {
			on = append(on, there)
		}
	}
	return on, nil
}

// candidates returns the EVM chains on which an address may have history: those
// known by name, and those that are held, which come too.
func (v *investigating) candidates() (chains, held []clew.Chain, err error) {
	chains = slices.DeleteFunc(clew.Chains(), func(c clew.Chain) bool { return !c.IsEVM() })
	held, err = v.env.Ledgers.Chains()
	for _, c := range held {
		if c.IsEVM() && !slices.Contains(chains, c) {
			chains = append(chains, c)
		}
	}
	return chains, held, err
}

// onChain returns the address with the same bytes on another EVM chain.
func onChain(a clew.Address, chain clew.Chain) clew.Address {
	return clew.EVMAddress(chain, [20]byte(a.Key()))
}

// dry says which services would learn the address first.
func (v *investigating) dry(a clew.Address, chain clew.Chain) (report.Result, error) {
	on := []clew.Address{a}
	if chain == "" && a.Chain().IsEVM() {
		chains, _, err := v.candidates()
		if err != nil {
			return nil, err
		}
		on = nil
		for _, c := range chains {
			on = append(on, onChain(a, c))
		}
	}
	out := &report.Dry{}
	for _, there := range on {
		services, err := v.services(there.Chain())
		if err != nil {
			return nil, err
		}
		for _, s := range services {
			out.Asks = append(out.Asks, report.Ask{Host: s.Name(), Learns: "address " + there.Text() + " on " + there.Chain().Name()})
		}
	}
	out.Asks = append(out.Asks, v.nodes.asks(tokensLearnt)...)
	out.Later = fmt.Sprintf("What is held is not asked for, nor are permissions that were looked up before, unless --refresh is given. Which addresses are asked for after that depends on the answers: at most %d calls.", v.Budget)
	return out, nil
}

// known reports whether an address has history on its chain: by the ledger, or
// by the first service that says. One that cannot say is passed over, and named.
func (v *investigating) known(ctx context.Context, a clew.Address, held bool, out *report.Investigation) (bool, error) {
	if held {
		s, err := snapshotOf(ctx, v.env, a.Chain())
		if err != nil {
			return false, err
		}
		defer s.Close()
		if n, err := rowsOf(ctx, s, a); err != nil || n > 0 {
			return n > 0, err
		}
	}
	services, err := v.services(a.Chain())
	if err != nil || len(services) == 0 {
		return false, err
	}
	out.Asked = true
	f, err := v.fillerOf(v.env, a.Chain(), services, v.budget)
	if err != nil {
		return false, err
	}
	k, err := f.Knows(ctx, a)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		out.Skipped = append(out.Skipped, report.SkippedChain{Chain: a.Chain(), Why: err.Error(), Failed: true})
	case k.Kept.Known() && !k.Has:
		out.Skipped = append(out.Skipped, report.SkippedChain{Chain: a.Chain(), Why: fmt.Sprintf("no history there, as %s answered on %s; --refresh asks anew", k.Service, dayText(k.Kept))})
	}
	return k.Has, nil
}

// services returns those configured for a chain: opened once, for each must be
// asked only once of which chain it is.
func (v *investigating) services(chain clew.Chain) ([]explorer.Service, error) {
	if services, ok := v.opened[chain]; ok || v.env.Explorers == nil {
		return services, nil
	}
	services, err := v.env.Explorers.Open(chain, v.Explorer, v.budget)
	if err == nil {
		v.opened[chain] = services
	}
	return services, err
}

// rowsOf counts the rows of an address on both sides.
func rowsOf(ctx context.Context, s ledger.Snapshot, a clew.Address) (uint64, error) {
	out, err := s.Count(ctx, a, ledger.Out)
	if err != nil {
		return 0, err
	}
	in, err := s.Count(ctx, a, ledger.In)
	return out + in, err
}
