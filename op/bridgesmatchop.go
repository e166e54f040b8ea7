package op

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/bridge"
	"clew/launder"
	"clew/ledger"
	"clew/report"
)

// BridgesMatchInput asks where what was paid into a bridge may have come out.
type BridgesMatchInput struct {
	Start     string   `json:"start" arg:"" help:"transaction that paid into a bridge or an exchanger, or address that did"`
	Chain     string   `json:"chain" help:"chain of the start, by name or CAIP-2; needed where its form does not tell" placeholder:"CHAIN"`
	At        []string `json:"at" sep:"none" help:"an address by which a bridge or exchanger takes or gives, on any chain held, with its name, such as eip155:56:0x…=celer; contracts that the program knows are there; may be repeated" placeholder:"ADDRESS=NAME"`
	Exchanger bool     `json:"exchanger" help:"it is an instant exchanger: it pays out within an hour and a half, and deposits come by addresses of their own"`
	Same      []string `json:"same" sep:"none" help:"two assets that are the same thing on two chains, beside coins and vetted tokens of one name, each with its decimals, such as eip155:1/erc20:0x…#6=eip155:56/erc20:0x…#18; may be repeated" placeholder:"ASSET=ASSET"`
	Prices    []string `json:"prices" sep:"none" help:"a CSV of daily closes, for assets that come out as others; ASSET is CAIP-19, or native or a contract of the start's chain; may be repeated" placeholder:"ASSET=FILE"`
	Minutes   int      `json:"minutes" default:"1440" range:"1,43200" help:"between going in and coming out at most, 1 to 43200; of an exchanger 90, if left out" placeholder:"N"`
	Odds      int      `json:"odds" default:"5" range:"1,1024" help:"how many times better than without it everything must fit, for a release to be named and not only listed, 1 to 1024" placeholder:"N"`
	Most      int      `json:"most" default:"200000" range:"1,1000000" help:"most deposits and most releases that are read of a chain, 1 to 1000000" placeholder:"N"`
}

func bridgesMatchOp() Op {
	return define(Op{
		Name: "bridges match",
		Doc:  "List where what was paid into a bridge or an instant exchanger may have come out, as hypotheses.",
		Detail: "It compares deposits with releases on all chains that are held, by amounts, times and recipients alone: for bridges that name no identifier, and for instant exchangers. The habits of each bridge are learned from what has no rival, " +
			"and ends that compete are given out together. What fits is listed with its score, what it rests on and what speaks against it; several that fit leave it open. Nothing is gone on by: clew trace follows identifiers alone, and lists the like where value stopped. " +
			"A release that is not held cannot be found, and one that belongs to somebody else may stand in its place, so hold both chains whole for the days in question. What a bridge burns and mints does not move by its addresses, and is not compared. Of deposits that a message with an identifier explains, it says so, by which, and where they came out; those that are certain are not compared.",
		Examples: []Example{
			{"bridges match 0xf9ff957ecca80188d271f10c263078417cace8e184125150de8bedea81a69225", "a deposit into a bridge whose contracts the program knows"},
			{"bridges match 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --exchanger --at 0x4e5b2e1dc63f6b91cb6cd759936495434c7e972f=fixedfloat --prices native=ether.csv", "all deposits of an address into an exchanger"},
		},
	}, runBridgesMatch)
}

func runBridgesMatch(ctx context.Context, env *Env, in BridgesMatchInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	page := &report.BridgeMatches{Exchanger: in.Exchanger, Odds: in.Odds, Measured: launder.MatchMeasured(in.Exchanger), Units: builtinUnits()}
	if page.Address, page.Tx, page.Chain, err = pointOf("start", in.Start, chain); err != nil {
		return nil, err
	}
	of, err := bridgesNamed(in.At)
	if err != nil {
		return nil, err
	}
	ledgers, err := heldLedgers(ctx, env)
	if err != nil {
		return nil, err
	}
	defer closeAll(ledgers)
	deposits, releases, err := in.ends(ctx, env, ledgers, of, page)
	if err == nil && !in.Exchanger {
		deposits, releases, err = in.explain(ctx, env, ledgers, deposits, releases, page)
	}
	if err == nil {
		err = in.match(ctx, env, ledgers, deposits, releases, page)
	}
	if err != nil {
		return nil, err
	}
	return page, env.claimed(page.Units, page.Assets())
}

// match compares ends, and fills a page with what was asked about.
func (in *BridgesMatchInput) match(ctx context.Context, env *Env, ledgers []ledger.Snapshot, deposits, releases []launder.End, page *report.BridgeMatches) error {
	q := in.bounds()
	deposits, releases, first := near(deposits, releases, page.Asks, q.Within)
	pairs, err := newPairer(ctx, env, in, page.Chain, ledgers, first)
	if err != nil {
		return err
	}
	if q.Pairings = pairs.all(); len(q.Pairings) > maxPairings {
		return errors.New("more pairs of assets than can be compared")
	}
	env.tell(Progress{Doing: "comparing deposits with releases"})
	m, err := launder.MatchEnds(ctx, deposits, releases, q)
	if err != nil {
		return err
	}
	page.Take(m)
	pairs.claim(page.Units, page.Assets())
	return nil
}

// bridgesNamed reads the addresses that the user gives, each with the name of the
// bridge.
func bridgesNamed(named []string) (list []launder.BridgeAddress, err error) {
	for _, s := range named {
		text, name, found := strings.Cut(s, "=")
		a, err := clew.ParseAddress(text, "")
		if err != nil || !found || name == "" || len(name) > 100 {
			return nil, &clew.InputError{Field: "at", Value: s, Want: "ADDRESS=NAME, the address with its chain where its form does not tell, such as eip155:56:0x…=celer"}
		}
		list = append(list, launder.BridgeAddress{Address: a, Bridge: name})
	}
	return list, nil
}

// heldLedgers opens all ledgers that are held.
func heldLedgers(ctx context.Context, env *Env) (all []ledger.Snapshot, err error) {
	chains, err := env.Ledgers.Chains()
	if err != nil {
		return nil, err
	}
	for _, c := range chains {
		s, err := snapshotOf(ctx, env, c)
		if err != nil {
			closeAll(all)
			return nil, err
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("a ledger (clew import makes one): %w", clew.ErrNotFound)
	}
	return all, nil
}

func closeAll(all []ledger.Snapshot) {
	for _, s := range all {
		s.Close()
	}
}

// ends reads the ends of all bridges out of all ledgers.
func (in *BridgesMatchInput) ends(ctx context.Context, env *Env, ledgers []ledger.Snapshot, of []launder.BridgeAddress, page *report.BridgeMatches) (deposits, releases []launder.End, err error) {
	for _, s := range ledgers {
		here := slices.DeleteFunc(slices.Clone(of), func(b launder.BridgeAddress) bool { return b.Address.Chain() != s.Chain() })
		given := len(here)
		if !in.Exchanger {
			for _, c := range bridge.Contracts(s.Chain()) {
				if !slices.ContainsFunc(here, func(b launder.BridgeAddress) bool { return b.Address == c.Address }) {
					here = append(here, launder.BridgeAddress{Address: c.Address, Bridge: c.Protocol})
				}
			}
		}
		env.tell(Progress{Doing: "reading deposits and releases on " + s.Chain().Name()})
		found, err := launder.FindEnds(ctx, s, here, clew.Pos{}, clew.Pos{}, in.Most)
		if err != nil {
			return nil, nil, err
		}
		page.Ledgers = append(page.Ledgers, report.BridgeLedger{Chain: s.Chain(), AsOf: s.AsOf(), Whole: s.Coverage().HoldsWhole(s.Span()), Given: given, Known: len(here) - given,
			Deposits: len(found.Deposits), Releases: len(found.Releases), Boxes: found.Boxes, Cut: found.Cut})
		page.Gaps = append(page.Gaps, s.Coverage().Gaps...)
		deposits, releases = append(deposits, found.Deposits...), append(releases, found.Releases...)
	}
	return deposits, releases, nil
}

// usualMinutes is what is asked for if nothing is.
const usualMinutes = 1440

// learnDays is from how long before and after what is asked about the habits of a
// bridge are learned.
const learnDays = 15 * 86_400

// near leaves ends of the bridges that are asked about, of about that time.
func near(deposits, releases []launder.End, asked func(*launder.End) bool, within clew.Time) (in, out []launder.End, first clew.Time) {
	bridges := map[string]bool{}
	var last clew.Time
	for i := range deposits {
		if d := &deposits[i]; asked(d) {
			if len(bridges) == 0 || d.Time < first {
				first = d.Time
			}
			last = max(last, d.Time)
			bridges[d.Bridge] = true
		}
	}
	away := func(e launder.End) bool {
		return !bridges[e.Bridge] || e.Time < first-learnDays || e.Time > last+learnDays+within || !e.Time.Known() && !asked(&e)
	}
	return slices.DeleteFunc(deposits, away), slices.DeleteFunc(releases, away), first
}

// bounds returns what is asked for, without the pairs of assets.
func (in *BridgesMatchInput) bounds() launder.MatchQuestion {
	q := launder.DefaultMatch()
	if in.Exchanger {
		q = launder.ExchangerMatch()
	}
	q.Odds = uint64(in.Odds)
	if !in.Exchanger || in.Minutes != usualMinutes {
		q.Within = clew.Time(60 * in.Minutes)
	}
	return q
}
