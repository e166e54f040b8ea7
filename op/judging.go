package op

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"clew"
	"clew/exposure"
	"clew/lead"
	"clew/ledger"
	"clew/price"
	"clew/report"
	"clew/screen"
	"clew/tag"
	"clew/watchlist"
)

// A judging holds addresses' dealings against rules.
type judging struct {
	env    *Env
	rules  *screen.Rules
	knower *knower
	actors *tag.Actors
	day    watchlist.Date
	until  clew.Time // the end of an earlier day that was asked about; 0: all that is held
	units  report.Units
	pricer exposure.Pricer // nil: nothing is valued
	opened map[clew.Chain]ledger.Snapshot
	links  map[clew.Chain]exposure.Linker // nil: nothing is inferred
	vetted func(clew.Asset) bool
}

// judging readies rules, claims and prices.
func (in *ScreenInput) judging(ctx context.Context, env *Env, chain clew.Chain, held []screen.List) (*judging, error) {
	j := &judging{env: env, units: builtinUnits(), opened: map[clew.Chain]ledger.Snapshot{}}
	var err error
	if j.day, err = dateOf(env, "on", in.On); err != nil {
		return nil, err
	}
	if j.until, err = timeOf("on", in.On); err != nil {
		return nil, err
	}
	index := env.index
	if in.Shared {
		index = env.sharedIndex
	}
	tags, err := index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	var lists []*watchlist.List
	for _, l := range held {
		lists = append(lists, l.List)
	}
	j.actors = tags.Actors()
	j.knower = &knower{tags, watchlist.NewIndex(lists...)}
	if j.rules, err = rulesNamed(env, in.Rules, func() screen.Terms { return termsOf(tags, lists) }); err != nil {
		return nil, err
	}
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	j.vetted = vetted(guide)
	if in.Inferred {
		j.links = map[clew.Chain]exposure.Linker{}
	}
	return j, j.price(ctx, in.Prices, chain)
}

// price readies the files of prices that the user named.
func (j *judging) price(ctx context.Context, files []string, chain clew.Chain) error {
	if len(files) == 0 {
		return nil
	}
	table, err := priceTable(ctx, j.env, files, chain)
	if err != nil {
		return err
	}
	priced := map[clew.Asset]bool{}
	for _, asset := range table.Assets() {
		priced[asset] = true
	}
	j.pricer = &dailyCloses{table: table, units: j.units}
	return j.env.claimed(j.units, priced)
}

// termsOf returns what rules may name: what is known here, and what the packs
// and lists at hand use beside it.
func termsOf(tags *tag.Index, lists []*watchlist.List) screen.Terms {
	notices := slices.DeleteFunc(slices.Clone(lists), func(l *watchlist.List) bool { return l.Nature == "" })
	t := screen.Terms{Concepts: tag.Concepts(), Actors: tags.Actors(), Lists: listNames(lists), Notices: listNames(notices)}
	seen := map[tag.Concept]bool{}
	for one := range tags.All() {
		for _, c := range one.Concepts {
			if !seen[c] {
				seen[c] = true
				t.Concepts = append(t.Concepts, string(c))
			}
		}
	}
	return t
}

// listNames returns the names of lists, each once.
func listNames(lists []*watchlist.List) []string {
	names := map[string]bool{}
	for _, l := range lists {
		names[l.Slug()] = true
	}
	return sortedNames(names)
}

// rulesNamed returns the rules of a file of the user's, or the product's own.
// Rules with an issue are refused whole.
func rulesNamed(env *Env, name string, terms func() screen.Terms) (*screen.Rules, error) {
	if name == "" {
		return screen.DefaultRules()
	}
	rules, issues, err := readRules(env, "rules", name, terms())
	if err == nil && len(issues) > 0 {
		err = issuesWanted("rules", "a file of rules", issues)
	}
	return rules, err
}

// readRules reads a file of rules, and everything that is wrong with it.
func readRules(env *Env, field, name string, terms screen.Terms) (*screen.Rules, []screen.Issue, error) {
	f, err := openGiven(env, field, name, screen.RuleBytesMax)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, givenWanted(err, field, name)
	}
	rules, issues := screen.ReadRules(name, bytes.NewReader(data))
	if len(issues) == 0 {
		issues = rules.Check(name, terms)
	}
	return rules, issues, nil
}

// dailyCloses values assets by daily closes, at the time of each transfer or of
// one day.
type dailyCloses struct {
	table *price.Table
	units report.Units
	day   clew.Time // whose close counts; 0: the day on which an amount moved
}

// Worth returns what an amount is worth; ok is false where no price is held, or
// it is not known how many smallest units a whole one has.
func (c *dailyCloses) Worth(asset clew.Asset, amount clew.Amount, moved clew.Time) (price.Money, bool) {
	if !c.units.Knows(asset) {
		return price.Money{}, false
	}
	if c.day.Known() {
		moved = c.day
	}
	worth, gap := c.table.Value(asset, amount, c.units.Of(asset).Decimals, moved)
	return worth, gap == nil
}

// judge adds to what lists say of an address what the rules say of it.
func (j *judging) judge(ctx context.Context, one *report.Screened) error {
	known := screen.Known{Actors: j.actors}
	var err error
	if one.Address.IsZero() {
		one.Gaps = []string{"its chain is not read here, so that whom it dealt with was not looked into"}
	} else {
		if known.Exposure, err = j.exposure(ctx, one.Address); err != nil {
			return err
		}
		if known.Subject, err = j.whose(ctx, one.Address); err != nil {
			return err
		}
	}
	switch {
	case known.Exposure != nil:
		one.Gaps = screen.GapsOf(known.Exposure)
		one.AsOf = &known.Exposure.AsOf.Block
		one.Exposure = known.Exposure
	case one.Gaps == nil:
		one.Gaps = []string{"no ledger of " + one.Address.Chain().Name() + " is held, so that whom it dealt with was not looked into"}
	}
	one.Fired = j.rules.Judge(known)
	one.Verdict = screen.Weigh(one.Verdict, one.Fired, one.Gaps)
	return j.name(ctx, one)
}

// name gives the transfers that findings rest on the names of their
// transactions: an exposure names those of its first rows alone.
func (j *judging) name(ctx context.Context, one *report.Screened) error {
	names := map[clew.Pos]clew.TxID{}
	for i := range one.Fired {
		for r := range one.Fired[i].Rows {
			for k := range one.Fired[i].Rows[r].Transfers {
				met := &one.Fired[i].Rows[r].Transfers[k]
				if !met.Tx.IsZero() {
					continue
				}
				name, known := names[met.Pos]
				if !known {
					t, err := j.opened[one.Address.Chain()].Transfer(ctx, met.Pos)
					if err != nil {
						return err
					}
					name = t.Tx
					names[met.Pos] = name
				}
				met.Tx = name
			}
		}
	}
	return nil
}

// whose returns what is said of an address itself, or of the service that it is
// inferred to be a deposit address of.
func (j *judging) whose(ctx context.Context, a clew.Address) (*exposure.Attribution, error) {
	said := j.knower.Know(a, j.day)
	if said != nil || j.links[a.Chain()] == nil {
		return said, nil
	}
	owner, heuristic, err := j.links[a.Chain()].Link(ctx, a)
	if err != nil || owner.IsZero() {
		return nil, err
	}
	of := j.knower.Know(owner, j.day)
	if of == nil {
		return nil, nil
	}
	carried := *of
	carried.Inferred = &exposure.Inferred{From: owner, Heuristic: heuristic}
	return &carried, nil
}

// close releases the ledgers.
func (j *judging) close() {
	for _, s := range j.opened {
		if s != nil {
			s.Close()
		}
	}
}

// exposure asks the ledger of an address's chain; nil if there is none.
func (j *judging) exposure(ctx context.Context, a clew.Address) (*exposure.Answer, error) {
	snapshot, asked := j.opened[a.Chain()]
	if !asked {
		var err error
		snapshot, err = snapshotOf(ctx, j.env, a.Chain())
		if err != nil && !errors.Is(err, clew.ErrNotFound) {
			return nil, err
		}
		if err != nil {
			snapshot = nil
		}
		j.opened[a.Chain()] = snapshot
		if snapshot != nil && j.links != nil {
			if j.links[a.Chain()], err = newDepositLinker(snapshot, j.knower.tags.Within(string(j.day), string(j.day))); err != nil {
				return nil, err
			}
		}
	}
	if snapshot == nil {
		return nil, nil
	}
	return exposure.Of(ctx, exposure.Query{Ledger: snapshot, Subject: a, Day: j.day, Until: j.until, Knower: j.knower, Pricer: j.pricer, Basis: price.AtMove,
		Linker: j.links[a.Chain()], Limits: exposure.Limits{Hops: j.rules.Hops()}, Vetted: j.vetted})
}
