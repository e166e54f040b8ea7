package op

import (
	"context"

	"clew"
	"clew/exposure"
	"clew/lead"
	"clew/price"
	"clew/report"
	"clew/watchlist"
)

// ExposureInput asks whom the value of an address met.
type ExposureInput struct {
	Address   string   `json:"address" arg:"" help:"address whose dealings are asked about"`
	Chain     string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Side      string   `json:"side" default:"both" help:"what came in, what went out, or both" placeholder:"SIDE" values:"both,incoming,outgoing"`
	Deposit   string   `json:"deposit" help:"which inflows fund this one, first in, first out: a transaction that pays the address" placeholder:"TX"`
	On        string   `json:"on" help:"the day on which claims and listings must hold; today if left out" placeholder:"DAY"`
	Since     string   `json:"since" help:"leave out transfers of before this day or time" placeholder:"TIME"`
	Until     string   `json:"until" help:"leave out transfers of after this day or time" placeholder:"TIME"`
	Hops      int      `json:"hops" default:"2" range:"1,100" help:"longest path, in transfers, to somebody who is named, 1 to 100" placeholder:"N"`
	Own       int      `json:"own" default:"3072" range:"1,1048576" help:"most transfers of the address itself to read on each side, the newest" placeholder:"N"`
	Rows      int      `json:"rows" default:"15000" range:"1,100000000" help:"most transfers of others to read for each side" placeholder:"N"`
	Addresses int      `json:"addresses" default:"300" range:"1,10000000" help:"most others to read for each side" placeholder:"N"`
	Degree    int      `json:"degree" default:"1000" range:"1,1000000000" help:"transfers on one side beyond which an address that nobody names is not read" placeholder:"N"`
	Inferred  bool     `json:"inferred" help:"count payees that are inferred to be deposit addresses of a service as that service"`
	Tags      []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Prices    []string `json:"prices" sep:"none" help:"value amounts in US dollars by a CSV of daily closes; may be repeated" placeholder:"ASSET=FILE"`
	Usd       string   `json:"usd" default:"move" help:"by which close: move, of the day of each transfer that met somebody, or that of one day" placeholder:"DAY"`
}

func exposureOp() Op {
	return define(Op{
		Name: "exposure",
		Doc:  "Say whom the value of an address met: directly, and through addresses that nobody names.",
		Detail: "What came in and what went out stand apart. Amounts of direct dealings are facts; what was met through others is apportioned by haircut, " +
			"or for one deposit first in, first out, and its shares are statistics: a finding rests on the transfers. Paths end at the first address " +
			"that a tag or an official list names. What met nobody who is named is always shown, and so is what does not count: dust and spam tokens " +
			"that nobody asked for. A limit that was hit makes what is not found unknown. What follows from an exposure is for clew screen.",
		Examples: []Example{
			{"exposure 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "two hops, both sides"},
			{"exposure 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --side incoming --hops 4 --addresses 100000 --rows 1000000", "deeper, and slower"},
			{"exposure 0xa160cdab225685da1d56aa342ad8841c3b53f291 --deposit 0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7", "which inflows fund one deposit"},
		},
	}, runExposure)
}

func runExposure(ctx context.Context, env *Env, in ExposureInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	q, err := in.query(env, chain)
	if err != nil {
		return nil, err
	}
	if q.Ledger, err = snapshotOf(ctx, env, q.Subject.Chain()); err != nil {
		return nil, err
	}
	defer q.Ledger.Close()
	if err := seen(ctx, q.Ledger, q.Subject); err != nil {
		return nil, err
	}
	out := &report.Exposure{NotRead: notRead(q.Subject.Chain()), Units: builtinUnits(), Age: env.Lists.Age}
	if err := in.know(ctx, env, &q, out); err != nil {
		return nil, err
	}
	env.tell(Progress{Doing: "reading whom it dealt with"})
	if out.Answer, err = in.answer(ctx, q); err != nil {
		return nil, err
	}
	in.On = string(q.Day)
	out.Command = CommandLine(exposureOp(), &in)
	return out, env.claimed(out.Units, assetsOfExposure(out.Answer))
}

// query reads all that needs no file.
func (in *ExposureInput) query(env *Env, chain clew.Chain) (exposure.Query, error) {
	q := exposure.Query{Limits: exposure.Limits{Hops: in.Hops, Own: in.Own, Rows: in.Rows, Addresses: in.Addresses, Degree: in.Degree}}
	guide, err := lead.Builtin()
	if err != nil {
		return q, err
	}
	q.Vetted = vetted(guide)
	if q.Subject, err = addressOf("address", in.Address, chain); err != nil {
		return q, err
	}
	if q.Day, err = dateOf(env, "on", in.On); err != nil {
		return q, err
	}
	if in.Since != "" {
		if q.Since, err = dayOf("since", in.Since); err != nil {
			return q, err
		}
	}
	if q.Until, err = timeOf("until", in.Until); err != nil {
		return q, err
	}
	if in.Side != "both" {
		q.Sides = []exposure.Side{exposure.Side(in.Side)}
	}
	return q, in.fits()
}

// fits reports flags that do not go together.
func (in *ExposureInput) fits() error {
	switch {
	case in.Deposit != "" && in.Side == string(exposure.Outgoing):
		return &clew.InputError{Field: "side", Value: in.Side, Want: "incoming or both: a deposit came in"}
	case in.Deposit != "" && in.Until != "":
		return &clew.InputError{Field: "until", Value: in.Until, Want: "no --until beside --deposit: it ends with the deposit"}
	case in.Usd != "move" && len(in.Prices) == 0:
		return &clew.InputError{Field: "usd", Value: in.Usd, Want: "--prices beside it: there is nothing to value by"}
	}
	return nil
}

// know gives a question what names addresses and values amounts, and the answer
// what it was.
func (in *ExposureInput) know(ctx context.Context, env *Env, q *exposure.Query, out *report.Exposure) error {
	tags, err := env.index(ctx, in.Tags)
	if err != nil {
		return err
	}
	held, states, err := listsHeld(ctx, env, q.Day)
	if err != nil {
		return err
	}
	var lists []*watchlist.List
	for _, l := range held {
		lists = append(lists, l.List)
	}
	q.Knower = &knower{tags: tags, lists: watchlist.NewIndex(lists...)}
	out.Packs, out.Lists = tags.Packs(), states
	if in.Inferred {
		if q.Linker, err = newDepositLinker(q.Ledger, tags.Within(string(q.Day), string(q.Day))); err != nil {
			return err
		}
	}
	if len(in.Prices) == 0 {
		return nil
	}
	v := &dailyCloses{units: out.Units}
	if v.table, err = priceTable(ctx, env, in.Prices, q.Subject.Chain()); err != nil {
		return err
	}
	q.Pricer, q.Basis = v, price.AtMove
	if in.Usd != "move" {
		q.Basis = price.Now
		v.day, err = dayOf("usd", in.Usd)
	}
	return err
}

// answer asks the question, of all dealings or of one deposit.
func (in *ExposureInput) answer(ctx context.Context, q exposure.Query) (*exposure.Answer, error) {
	if in.Deposit == "" {
		return exposure.Of(ctx, q)
	}
	tx, err := clew.ParseTxID(in.Deposit)
	if err != nil {
		return nil, renamed(err, "deposit")
	}
	return exposure.OfDeposit(ctx, q, tx)
}

func assetsOfExposure(a *exposure.Answer) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range a.Sides {
		for _, total := range a.Sides[i].Totals {
			assets[total.Asset] = true
		}
	}
	return assets
}
