package op

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
	"clew/report"
)

// LedgerInput asks about the ledgers as a whole.
type LedgerInput struct {
	Chain string `json:"chain" help:"only this chain; all that are held if left out" placeholder:"CHAIN"`
}

func ledgerStatsOp() Op {
	return define(Op{
		Name:     "ledger stats",
		Doc:      "Say what the ledger holds, and what it is known not to hold.",
		Examples: []Example{{"ledger stats", "blocks, addresses held on demand, transfers and gaps"}},
	}, runStats)
}

func ledgerVerifyOp() Op {
	return define(Op{
		Name:     "ledger verify",
		Doc:      "Read every byte of the ledger and name what is damaged.",
		Detail:   "Changes nothing. A damaged block is never served, verified or not.",
		Examples: []Example{{"ledger verify --chain ethereum", "after a disk failed, or before a case is closed"}},
	}, runVerify)
}

func ledgerMergeOp() Op {
	return define(Op{
		Name:     "ledger merge",
		Doc:      "Make one segment of many, so that look-ups and walks are fastest.",
		Detail:   "Answers stay the same. It takes room for a second copy while it runs, and loses nothing if it is stopped.",
		Examples: []Example{{"ledger merge", "after a large import"}},
	}, runMerge)
}

func ledgerHolesOp() Op {
	return define(Op{
		Name: "ledger holes",
		Doc:  "Say which blocks are missing between the first and the last held whole.",
		Detail: "A block that was followed names the one before it, and is kept only if that is held; so where there are no holes, the chain is held without a break. " +
			"Blocks of which something could not be read are listed too. Ends with the code for an incomplete answer if there are any. " +
			"What no node tells of a coin, such as what a chain's first block gave out, is no hole: ledger stats lists it.",
		Examples: []Example{{"ledger holes", "after following a chain, or before relying on an answer"}},
	}, runHoles)
}

// errNothingImported says that no ledger holds anything.
var errNothingImported = fmt.Errorf("ledger: nothing has been imported yet (clew import FILE): %w", clew.ErrNotFound)

// eachLedger calls visit with the ledger of one chain, or of all that are
// held. That none is held is an error that wraps clew.ErrNotFound.
func eachLedger(ctx context.Context, env *Env, name string, access Access, visit func(clew.Chain, Keeper) error) error {
	chain, err := chainOf(name)
	if err != nil {
		return err
	}
	chains := []clew.Chain{chain}
	if chain == "" {
		if chains, err = env.Ledgers.Chains(); err != nil {
			return err
		}
	}
	if len(chains) == 0 {
		return errNothingImported
	}
	for _, chain := range chains {
		keeper, err := env.Ledgers.Open(ctx, chain, access)
		if err != nil {
			return err
		}
		if err := visit(chain, keeper); err != nil {
			return fmt.Errorf("ledger of %s: %w", chain.Name(), err)
		}
	}
	return nil
}

func runStats(ctx context.Context, env *Env, in LedgerInput) (report.Result, error) {
	out := &report.LedgerStats{}
	err := eachLedger(ctx, env, in.Chain, Reading, func(chain clew.Chain, keeper Keeper) error {
		one, err := statsOf(ctx, env, chain, keeper)
		if err == nil && !one.empty() {
			out.Chains = append(out.Chains, one.ChainStats)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(out.Chains) == 0 { // a first import was begun and not finished
		return nil, errNothingImported
	}
	return out, nil
}

// chainStats are a chain's, before it is known whether it holds anything.
type chainStats struct{ report.ChainStats }

// empty reports whether nothing is held: no transfer, no act, and no block or
// address of which it is known that it has none.
func (s *chainStats) empty() bool {
	return s.Transfers == 0 && s.Acts == 0 && len(s.Coverage.Whole)+len(s.Coverage.Held)+len(s.Coverage.Gaps) == 0
}

func statsOf(ctx context.Context, env *Env, chain clew.Chain, keeper Keeper) (*chainStats, error) {
	s, err := keeper.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	one := &chainStats{report.ChainStats{Chain: chain, AsOf: s.AsOf(), Span: s.Span(), Coverage: *s.Coverage()}}
	if one.Transfers, err = keeper.Transfers(ctx); err != nil {
		return nil, err
	}
	if one.Acts, err = keeper.CountActs(ctx); err != nil {
		return nil, err
	}
	one.Files, one.Bytes, err = env.Ledgers.Size(chain)
	return one, err
}

func runHoles(ctx context.Context, env *Env, in LedgerInput) (report.Result, error) {
	out := &report.LedgerHoles{}
	err := eachLedger(ctx, env, in.Chain, Reading, func(chain clew.Chain, keeper Keeper) error {
		s, err := keeper.Snapshot(ctx)
		if err != nil {
			return err
		}
		out.Chains = append(out.Chains, holesOf(chain, s))
		return s.Close()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// holesOf finds the holes in what is held whole, and blocks of which a part could
// not be read. A gap of one asset is none: it is what sources do not tell.
func holesOf(chain clew.Chain, s ledger.Snapshot) report.ChainHoles {
	c := s.Coverage()
	one := report.ChainHoles{Chain: chain, AsOf: s.AsOf(), Whole: c.Whole}
	for i := 1; i < len(c.Whole); i++ {
		one.Holes = append(one.Holes, clew.Window{From: c.Whole[i-1].To, To: c.Whole[i].From})
	}
	for _, g := range c.Gaps {
		if g.Kind == clew.GapHistory && g.Address.IsZero() && g.Asset.IsZero() {
			one.Gaps = append(one.Gaps, g)
		}
	}
	return one
}

func runVerify(ctx context.Context, env *Env, in LedgerInput) (report.Result, error) {
	out := &report.LedgerDone{Did: "Every byte was read; nothing is damaged."}
	err := eachLedger(ctx, env, in.Chain, Reading, func(chain clew.Chain, keeper Keeper) error {
		env.tell(Progress{Doing: "verifying " + chain.Name()})
		out.Chains = append(out.Chains, chain)
		return keeper.Verify(ctx)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func runMerge(ctx context.Context, env *Env, in LedgerInput) (report.Result, error) {
	out := &report.LedgerDone{Did: "Merged."}
	err := eachLedger(ctx, env, in.Chain, Changing, func(chain clew.Chain, keeper Keeper) error {
		env.tell(Progress{Doing: "merging " + chain.Name()})
		out.Chains = append(out.Chains, chain)
		return keeper.Merge(ctx)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
