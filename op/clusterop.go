package op

import (
	"context"
	"errors"
	"maps"
	"slices"

	"clew"
	"clew/cluster"
	"clew/internal/strictyaml"
	"clew/ledger"
	"clew/report"
	"clew/tag"
	"clew/trace"
)

// Growing is the part of an input that says how far clusters are grown, and what
// keeps them apart.
type Growing struct {
	Chain        string   `json:"chain" help:"chain of Bitcoin's kind, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Tags         []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Reviews      string   `json:"reviews" help:"YAML file of reviews that accept or reject what transactions say" placeholder:"FILE"`
	Large        int      `json:"large" default:"1000" range:"1,10000000" help:"addresses from which on a cluster is large: two large ones are not joined by one transaction" placeholder:"N"`
	Addresses    int      `json:"addresses" default:"10000" range:"1,10000000" help:"most addresses whose transactions are read" placeholder:"N"`
	Transactions int      `json:"transactions" default:"100000" range:"1,10000000" help:"most transactions to look at" placeholder:"N"`
	Degree       int      `json:"degree" default:"1000" range:"1,1000000" help:"most transactions of one address on one side, from the first on" placeholder:"N"`
}

// ClusterExplainInput asks whether two addresses are of one cluster.
type ClusterExplainInput struct {
	A string `json:"a" arg:"" help:"address of Bitcoin or its kin"`
	B string `json:"b" arg:"" help:"another address of the same chain"`
	Growing
}

// ClusterShowInput asks for the cluster of an address.
type ClusterShowInput struct {
	Address string `json:"address" arg:"" help:"address of Bitcoin or its kin"`
	Growing
}

// clusterDetail is what both operations have to say.
const clusterDetail = "A cluster is an inference, never a fact, and addresses of two clusters may well have one owner. " +
	"Inputs of one transaction are joined unless it looks like a CoinJoin or PayJoin; change is joined where two signs that look at different evidence name it and none is against it. One sign is a lead. " +
	"One transaction alone joins neither clusters that tags attribute to different actors nor two large ones, unless a review accepts it. " +
	"Clusters are grown around the addresses from what the ledger holds, within the limits; nobody is asked."

func clusterExplainOp() Op {
	return define(Op{
		Name:   "cluster explain",
		Doc:    "Say whether two addresses of Bitcoin are of one cluster, by which evidence, and what sets them apart.",
		Detail: clusterDetail,
		Examples: []Example{
			{"cluster explain 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3", "what your ledger of Bitcoin holds of two addresses"},
			{"cluster explain 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3 --reviews mine.yaml --json", "with your reviews, as JSON"},
		},
	}, runClusterExplain)
}

func clusterShowOp() Op {
	return define(Op{
		Name:     "cluster show",
		Doc:      "Show the cluster of an address of Bitcoin: its members, by which signs, and what tags say of them.",
		Detail:   clusterDetail,
		Examples: []Example{{"cluster show 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", "whoever is inferred to share control of it"}},
	}, runClusterShow)
}

func runClusterExplain(ctx context.Context, env *Env, in ClusterExplainInput) (report.Result, error) {
	g, err := in.open(ctx, env, [2]string{"a", in.A}, [2]string{"b", in.B})
	if err != nil {
		return nil, err
	}
	defer g.close()
	if g.around[0] == g.around[1] {
		return nil, &clew.InputError{Field: "b", Value: in.B, Want: "another address than the first"}
	}
	growth, err := g.grow(ctx, env)
	if err != nil {
		return nil, err
	}
	x := growth.Between(g.around[0], g.around[1])
	out := &report.ClusterExplanation{Explanation: x, ClusterBasis: g.basis(growth), Command: CommandLine(clusterExplainOp(), &in)}
	out.Heuristics = x.Rules()
	out.SizeA, out.SizeB = len(growth.Members(x.A)), len(growth.Members(x.B))
	out.Claims = g.claims(growth.Members(x.A))
	if !x.Same {
		out.ClaimsB = g.claims(growth.Members(x.B))
	}
	return out, nil
}

func runClusterShow(ctx context.Context, env *Env, in ClusterShowInput) (report.Result, error) {
	g, err := in.open(ctx, env, [2]string{"address", in.Address})
	if err != nil {
		return nil, err
	}
	defer g.close()
	growth, err := g.grow(ctx, env)
	if err != nil {
		return nil, err
	}
	p := growth.Of(g.around[0])
	out := &report.ClusterPortrait{Portrait: p, ClusterBasis: g.basis(growth), Claims: g.claims(p.Members), Command: CommandLine(clusterShowOp(), &in)}
	out.Heuristics = p.Rules()
	return out, nil
}

// A growing is clusters under way.
type growing struct {
	in       *Growing
	around   []clew.Address
	snapshot ledger.Snapshot
	index    *tag.Index
	day      string
	reviews  *cluster.Reviews
}

func (g *growing) close() { g.snapshot.Close() }

// open reads what was asked, each address with its field's name, and opens what
// that needs.
func (in *Growing) open(ctx context.Context, env *Env, asked ...[2]string) (*growing, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	g := &growing{in: in, day: dayText(env.Now)}
	for _, one := range asked {
		a, err := addressOf(one[0], one[1], chain)
		switch {
		case err != nil:
			return nil, err
		case !a.Chain().IsBitcoin():
			return nil, &clew.InputError{Field: one[0], Value: one[1], Want: "an address of Bitcoin or its kin; clew cluster leads is for others"}
		case len(g.around) > 0 && a.Chain() != g.around[0].Chain():
			return nil, &clew.InputError{Field: one[0], Value: one[1], Want: "an address of " + g.around[0].Chain().Name() + ", like the first"}
		}
		g.around = append(g.around, a)
	}
	if g.reviews, err = reviewsOf(env, in.Reviews); err != nil {
		return nil, err
	}
	if g.index, err = env.index(ctx, in.Tags); err != nil {
		return nil, err
	}
	if g.snapshot, err = snapshotOf(ctx, env, g.around[0].Chain()); err != nil {
		return nil, err
	}
	if err := seen(ctx, g.snapshot, g.around...); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

// maxReviews bounds a file of reviews, in bytes.
const maxReviews = strictyaml.BytesMax

// reviewsOf reads a file of reviews; none if no name is given.
func reviewsOf(env *Env, name string) (*cluster.Reviews, error) {
	if name == "" {
		return nil, nil
	}
	f, err := openGiven(env, "reviews", name, maxReviews)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reviews, issues := cluster.ReadReviews(name, f)
	if len(issues) == 0 {
		return reviews, nil
	}
	var errs []error
	for _, issue := range issues[:min(len(issues), maxIssues)] {
		errs = append(errs, &clew.InputError{Field: "reviews", Want: "a file of reviews without issues; " + issue.Error()})
	}
	return nil, errors.Join(errs...)
}

// grow grows the clusters.
func (g *growing) grow(ctx context.Context, env *Env) (*cluster.Growth, error) {
	limits := cluster.Limits{Addresses: g.in.Addresses, Transactions: g.in.Transactions, Degree: g.in.Degree}
	growth, err := cluster.Grow(ctx, g.snapshot, nil, g.around, limits, func(addresses, transactions int) {
		env.tell(Progress{Doing: "reading addresses", Done: int64(addresses), Unit: "addresses"})
	})
	if err == nil {
		growth.Guard(cluster.Guard{Actor: g.actor, Large: g.in.Large, Reviews: g.reviews})
	}
	return growth, err
}

// actor returns to whom the best claims attribute an address; nobody if they
// contradict each other: then they set nothing apart.
func (g *growing) actor(a clew.Address) string {
	actor := ""
	for _, t := range g.index.Resolve(a, g.day).Best {
		switch {
		case t.Actor == "" || t.Actor == actor:
		case actor != "":
			return ""
		default:
			actor = t.Actor
		}
	}
	return actor
}

// basis says what an answer rests on.
func (g *growing) basis(growth *cluster.Growth) report.ClusterBasis {
	b := report.ClusterBasis{AsOf: trace.AsOf{Chain: g.snapshot.Chain(), Block: growth.AsOf, Coverage: *g.snapshot.Coverage()}, Held: g.snapshot.Coverage().HoldsWhole(clew.Window{To: growth.AsOf.Height + 1}), Reading: growth.Reading,
		Large: g.in.Large, Packs: g.index.Packs(), Time: growth.Time}
	b.Addresses, b.Transactions, b.Degree = g.in.Addresses, g.in.Transactions, g.in.Degree
	if g.reviews != nil {
		b.Reviews = len(g.reviews.List)
	}
	return b
}

// maxClaims is how many claims about the members of a cluster an answer holds.
const maxClaims = 1000

// claims returns what tags say of the members of a cluster.
func (g *growing) claims(members []clew.Address) report.ClusterClaims {
	var c report.ClusterClaims
	actors := map[string]bool{}
	for _, a := range members {
		if actor := g.actor(a); actor != "" {
			actors[actor] = true
		}
		tags := g.index.At(a)
		if len(tags) > 0 {
			c.Tagged++
		}
		for _, t := range tags {
			if c.All++; len(c.Tags) < maxClaims {
				c.Tags = append(c.Tags, t)
			}
		}
	}
	c.Actors = slices.Sorted(maps.Keys(actors))
	return c
}
