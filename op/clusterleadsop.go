package op

import (
	"context"
	"errors"
	"slices"
	"strings"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/explorer"
	"clew/lead"
	"clew/ledger"
	"clew/remote"
	"clew/report"
	"clew/tag"
)

// ClusterLeadsInput asks who uses an address together with others.
type ClusterLeadsInput struct {
	Address  string   `json:"address" arg:"" help:"address of an EVM chain or Tron"`
	Chain    string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Tags     []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Explorer []string `json:"explorer" sep:"none" help:"service whose kept answers about approvals are read, as for clew investigate; it is not asked" placeholder:"KIND=WHERE"`
}

func clusterLeadsOp() Op {
	return define(Op{
		Name: "cluster leads",
		Doc:  "Infer who uses an address of an EVM chain or Tron: others of one customer, the same key elsewhere, and leads.",
		Detail: "Addresses are joined only where they pay into one deposit address: one that passes what one address paid in on to a tagged service, whole and in time. " +
			"Tag packs say which addresses are services, so more of them find more. The same key is named only where it signed on each chain, never for contracts. " +
			"Who first paid fees, opened an account, lent energy, may sign or may move tokens is a lead and joins nobody: such signs join victims with thieves. " +
			"Nobody is asked; it works on what is held.",
		Examples: []Example{
			{"cluster leads 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "what the ledger of Ethereum holds"},
			{"cluster leads TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW --tags mine.yaml --json", "on Tron, with services of your own, as JSON"},
		},
	}, runClusterLeads)
}

func runClusterLeads(ctx context.Context, env *Env, in ClusterLeadsInput) (report.Result, error) {
	a, err := chainAddress(in.Address, in.Chain)
	if err != nil {
		return nil, err
	}
	if !a.Chain().IsEVM() && !a.Chain().IsTron() {
		return nil, &clew.InputError{Field: "address", Value: in.Address, Want: "an address of an EVM chain or Tron"}
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	s, err := snapshotOf(ctx, env, a.Chain())
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if n, err := rowsOf(ctx, s, a); err != nil || n == 0 {
		return nil, errors.Join(err, notSeen(a, s))
	}
	page := &report.ClusterLeads{Address: a, AsOf: s.AsOf(), Held: s.Coverage().Holds(a, clew.Window{To: s.AsOf().Height + 1}),
		Bounds: account.BoundsOf(a.Chain()), Packs: index.Packs(), Gaps: s.Coverage().Gaps, Units: builtinUnits()}
	day := dayText(env.Now)
	if err := in.infer(ctx, env, s, index.Within(day, day), page); err != nil {
		return nil, err
	}
	page.Rules = rulesOf(page)
	return page, env.claimed(page.Units, assetsOfLeads(page))
}

// infer fills a page.
func (in *ClusterLeadsInput) infer(ctx context.Context, env *Env, s ledger.Snapshot, index *tag.Index, page *report.ClusterLeads) error {
	guide, err := lead.Builtin()
	if err != nil {
		return err
	}
	claimTokens(page.Units, guide)
	f := account.NewFinder(account.Question{Reader: s, Namer: index, Bounds: page.Bounds, Vetted: vetted(guide)})
	env.tell(Progress{Doing: "looking for deposit addresses"})
	if page.Customer, err = f.Customer(ctx, page.Address); err != nil {
		return err
	}
	day := dayText(env.Now)
	page.Customer.Guard(page.Address, cluster.Guard{Actor: func(a clew.Address) string { return actorOf(index, a, day) }})
	if page.Key, page.Ledgers, err = sameKey(ctx, env, page.Address); err != nil {
		return err
	}
	approvals, notAsked := env.approvals(ctx, in.Explorer, page.Address)
	page.NotAsked = notAsked
	page.Leads, err = account.Leads(ctx, s, page.Address, approvals)
	return err
}

// actorOf returns to whom the best claim that says so attributes an address on a
// day; nobody: no claim does.
func actorOf(index *tag.Index, a clew.Address, day string) string {
	for _, t := range index.At(a) {
		if t.Actor != "" && t.Status != tag.Withdrawn && t.ValidAt(day) {
			return strings.ToLower(t.Actor)
		}
	}
	return ""
}

// vetted takes the tokens of the issuers' file, whose contracts somebody looked
// up: their logs can be believed.
func vetted(guide *lead.Guide) func(clew.Asset) bool {
	known := map[clew.Asset]bool{}
	for _, t := range guide.Tokens() {
		known[t.Asset] = true
	}
	return func(a clew.Asset) bool { return known[a] }
}

// sameKey looks for signatures by an address's key in every ledger that is held.
func sameKey(ctx context.Context, env *Env, a clew.Address) (account.Key, []clew.Chain, error) {
	chains, err := env.Ledgers.Chains()
	if err != nil {
		return account.Key{}, nil, err
	}
	var ledgers []ledger.Snapshot
	defer func() {
		for _, s := range ledgers {
			s.Close()
		}
	}()
	for _, c := range chains {
		s, err := snapshotOf(ctx, env, c)
		if err != nil {
			return account.Key{}, nil, err
		}
		ledgers = append(ledgers, s)
	}
	key, err := account.SameKey(ctx, a, ledgers)
	return key, chains, err
}

// approvals returns what explorers answered before about what an address lets
// others move, and says what was not looked up. Nobody is asked.
func (e *Env) approvals(ctx context.Context, named []string, a clew.Address) ([]account.Approval, []string) {
	if e.tape != nil {
		return e.tape.approvals(ctx, a)
	}
	return approvalsKept(ctx, e, named, a)
}

// approvalsKept reads them where explorers' answers are kept.
func approvalsKept(ctx context.Context, env *Env, named []string, a clew.Address) ([]account.Approval, []string) {
	none := []string{"approvals to spend tokens: no explorer's answer about them is kept (clew investigate asks for them)"}
	if env.Explorers == nil {
		return nil, none
	}
	budget := remote.NewBudget(0)
	services, err := env.Explorers.Open(a.Chain(), named, budget)
	if err != nil {
		return nil, []string{"approvals to spend tokens: " + err.Error()}
	}
	f, err := new(Demand).fillerOf(env, a.Chain(), services, budget)
	if err != nil || f == nil {
		return nil, none
	}
	found, err := f.Approvals(ctx, a)
	if err != nil {
		return nil, none
	}
	var list []account.Approval
	for i := range found.List {
		list = append(list, approvalOf(a, &found.List[i], found.Service))
	}
	return list, nil
}

func approvalOf(owner clew.Address, x *explorer.Approval, service string) account.Approval {
	return account.Approval{Owner: owner, Spender: x.Spender, Contract: x.Token, Pos: x.Pos, Time: x.Time, Tx: x.Tx, Source: "logs, as " + service + " lists them"}
}

// rulesOf returns the heuristics that something on a page rests on.
func rulesOf(p *report.ClusterLeads) []cluster.Heuristic {
	used := map[cluster.Sign]bool{cluster.DepositReuse: len(p.Customer.Unions)+len(p.Customer.Refused) > 0, cluster.SameKey: len(p.Key.Same()) > 0}
	for i := range p.Customer.Unions {
		for _, s := range p.Customer.Unions[i].Signs {
			used[s] = true
		}
	}
	for i := range p.Leads {
		used[p.Leads[i].Sign] = true
	}
	return slices.DeleteFunc(cluster.Heuristics(), func(h cluster.Heuristic) bool { return !used[cluster.Sign(h.ID)] })
}

// assetsOfLeads returns the assets that a page has amounts of.
func assetsOfLeads(p *report.ClusterLeads) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range p.Customer.Unions {
		for j := range p.Customer.Unions[i].Sweeps {
			assets[p.Customer.Unions[i].Sweeps[j].Asset] = true
		}
	}
	for i := range p.Leads {
		if t := p.Leads[i].Transfer; t != nil {
			assets[t.Asset] = true
		}
	}
	return assets
}
