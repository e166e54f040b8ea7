package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/attribution"
	"clew/cluster/account"
	"clew/incident"
	"clew/internal/simchain"
	"clew/lead"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// AttributionSection is the name of the section that measures comparisons of thefts.
const AttributionSection = "attribution"

// AttributionWorlds is how many synthetic worlds of thieves are made, a seed each,
// after those on which bounds were chosen: of seed 1, what docs/ACCURACY.md reports.
const (
	AttributionWorlds = 10
	attributionAfter  = 100
)

// attributionRows compares thefts of synthetic worlds, each with those before it,
// and then the thefts of the record.
func attributionRows(ctx context.Context, q *Question) ([]Row, error) {
	t := newAttributionTally("synthetic thieves")
	for i := range uint64(AttributionWorlds) {
		q.Doing(fmt.Sprintf("thieves, world %d of %d", i+1, AttributionWorlds))
		w, err := simchain.Thieves(simchain.Plan{Seed: q.Seed + attributionAfter + i, Transfers: q.transfers(4_000)})
		if err != nil {
			return nil, err
		}
		if err := t.world(ctx, w); err != nil {
			return nil, err
		}
	}
	coins, err := bitcoinThefts(ctx, q)
	if err != nil {
		return nil, err
	}
	q.Doing("thefts of the record")
	real, err := recordRows()
	return slices.Concat(t.rows(), coins, real), err
}

// AttributionKnown is how long after a theft of a synthetic world all that is compared
// was held, of it and of those before it: what happened later is in no ledger then.
const AttributionKnown = 90 * 24 * clew.Time(3600)

// heldUntil returns a ledger as it stood at a time.
func heldUntil(l *simchain.Ledger, until clew.Time) *simchain.Ledger {
	n, _ := slices.BinarySearchFunc(l.Blocks, until+1, func(b clew.Block, t clew.Time) int { return cmp.Compare(b.Ref.Time, t) })
	return &simchain.Ledger{Chain: l.Chain, Blocks: l.Blocks[:n]}
}

// ThiefProfiles makes profiles of the first thefts of a world, in the order of their
// days, over a ledger of it. The exchange and the pools are known by tags; nobody else is.
func ThiefProfiles(ctx context.Context, w *simchain.ThiefWorld, l *simchain.Ledger, first int) ([]*attribution.Profile, error) {
	s, err := hold(ctx, l)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	tags := serviceTags(&w.World)
	guide, err := lead.Builtin()
	if err != nil {
		return nil, err
	}
	finder := account.NewFinder(account.Question{Reader: s, Namer: tags, Bounds: account.BoundsOf(s.Chain())})
	var list []*attribution.Profile
	for i := range first {
		j := &w.Jobs[i]
		r, err := trace.Run(ctx, trace.Input{Ledgers: []ledger.Snapshot{s}, Namer: tags, Method: taint.Method{Policy: taint.TaintFirst}, Spread: trace.No,
			Start: trace.Start{Origins: []trace.Seed{{ID: "loot", Name: "loot", Chain: s.Chain(), Transfers: j.Start, Basis: clew.Fact}}}})
		if err != nil {
			return nil, fmt.Errorf("theft %s: %w", j.Name, err)
		}
		p, err := attribution.Make(ctx, attribution.Making{ID: j.Name, Title: j.Name, Day: j.Day.UTC().Format("2006-01-02"), Sources: []string{"internal/simchain, synthetic"},
			Trace: r, Ledgers: []ledger.Snapshot{s}, Namer: tags, Guide: guide, Degree: uint64(trace.DefaultLimits().Degree),
			Deposit: func(ctx context.Context, a clew.Address) (bool, error) {
				d, err := finder.Deposit(ctx, a)
				return err == nil && d.Refused == account.NotRefused, err
			}})
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// serviceTags says which addresses are a service's own.
func serviceTags(w *simchain.World) *tag.Index {
	var b tag.Builder
	concept := map[simchain.Role]tag.Concept{simchain.Exchange: "exchange", simchain.Mixer: "mixing_service"}
	for a, place := range w.Addresses {
		actor := w.Actors[place.Actor]
		if c := concept[actor.Role]; c != "" && place.Customer == 0 {
			b.Add(tag.Tag{Subject: a, Label: "synthetic " + actor.Name, Actor: actor.Name, Concepts: []tag.Concept{c}, Source: "internal/simchain", Pack: "synthetic"})
		}
	}
	return b.Index()
}

// An attributionTally counts comparisons.
type attributionTally struct {
	data   string
	counts map[string]*Row
	order  []string
}

func newAttributionTally(data string) *attributionTally {
	return &attributionTally{data: data, counts: map[string]*Row{}}
}

// note takes one comparison into a row: whether there was something to be told, and
// whether it was.
func (t *attributionTally) note(what string, there, told bool) {
	r := t.counts[what]
	if r == nil {
		r = &Row{Data: t.data, What: what, Cases: new(uint64), True: new(uint64), Named: new(uint64), Right: new(uint64), Base: &Share{}}
		t.counts[what], t.order = r, append(t.order, what)
	}
	*r.Cases++
	*r.True += count(there)
	*r.Named += count(told)
	*r.Right += count(there && told)
	if !there {
		r.Base.Whole++
		r.Base.Part += count(told)
	}
}

func (t *attributionTally) rows() (rows []Row) {
	for _, what := range t.order {
		r := t.counts[what]
		if r.Base.Whole == 0 {
			r.Base = nil
		}
		rows = append(rows, *r)
	}
	return rows
}

// world compares each theft of a world with those before it alone, by what was held
// [AttributionKnown] after it.
func (t *attributionTally) world(ctx context.Context, w *simchain.ThiefWorld) error {
	for i := range w.Jobs {
		profiles, err := ThiefProfiles(ctx, w, heldUntil(&w.Ledgers[0], w.Jobs[i].Day+AttributionKnown), i+1)
		if err != nil {
			return err
		}
		for k, that := range profiles[:i] {
			c := attribution.Compare(profiles[i], that, profiles[:i], nil)
			x, y := &w.Jobs[i], &w.Jobs[k]
			same, hired := x.Thief == y.Thief, x.Hired != 0 && y.Hired != 0
			framed := x.Framed && isNamed(y.Name, "careless") || y.Framed && isNamed(x.Name, "careless")
			links := hasRow(&c, attribution.Links, attribution.Evidence)
			t.note("links, all pairs", same, links)
			if same {
				t.note("links, one "+strings.Split(x.Name, ",")[0]+" thief twice", true, links)
			}
			if framed {
				t.note("links above weak, a trail laid", false, strongLink(&c))
				t.note("links, a trail laid", false, links)
			}
			t.note("hours, all pairs", same, hasRow(&c, attribution.Clock, attribution.Evidence))
			t.note("habits, all pairs", same, hasRow(&c, attribution.Habits, attribution.Evidence))
			if (x.Copied || y.Copied) && (isNamed(x.Name, "careless") || isNamed(y.Name, "careless")) {
				t.note("hours, a thief and its copier", false, hasRow(&c, attribution.Clock, attribution.Evidence))
			}
			t.note("launderer for hire", hired, hasRow(&c, attribution.Links, attribution.Launderer))
			t.note("speaks against, any row", !same, hasAny(&c, attribution.Contrary))
		}
	}
	return nil
}

func isNamed(name, thief string) bool { return strings.HasPrefix(name, thief) }

// hasRow reports whether a comparison has a row of a kind in a group.
func hasRow(c *attribution.Comparison, g attribution.Group, k attribution.Kind) bool {
	return slices.ContainsFunc(c.Rows, func(r attribution.Row) bool { return r.Group == g && r.Kind == k })
}

func hasAny(c *attribution.Comparison, k attribution.Kind) bool {
	return slices.ContainsFunc(c.Rows, func(r attribution.Row) bool { return r.Kind == k })
}

// recordRows compares each theft of the record with those before it, by the
// addresses that sources name: no more is held of them. What is true is what
// claims lay to one actor by other means than ledgers, whenever they were made; the
// comparison itself knows no claims, for most were made later.
func recordRows() ([]Row, error) {
	record, err := incident.Recorded()
	if err != nil {
		return nil, err
	}
	claims := attribution.ClaimsOf(record, 0)
	var profiles []*attribution.Profile
	named := 0
	for _, i := range record {
		p := attribution.OfRecord(i, 0)
		profiles = append(profiles, p)
		named += int(count(len(p.Addresses) > 0))
	}
	t := newAttributionTally("record, split by time")
	off := newAttributionTally("record, split by time")
	for i, this := range profiles {
		for _, that := range profiles[:i] {
			if len(this.Addresses) == 0 || len(that.Addresses) == 0 {
				continue
			}
			c := attribution.Compare(this, that, nil, nil)
			links := hasRow(&c, attribution.Links, attribution.Evidence)
			switch {
			case claims.Same(this.ID, that.ID):
				off.note("named addresses, one actor off chain", true, links)
			case !claims.Any(this.ID, that.ID):
				t.note("named addresses, no claim joins them", false, links)
			default:
				t.note("named addresses, other claims of one actor", true, links)
			}
		}
	}
	return slices.Concat(t.rows(), off.rows(), labelRows(record, claims, named)), nil
}

// labelRows counts how many thefts there are to test with.
func labelRows(record []*incident.Incident, claims *attribution.RecordClaims, named int) []Row {
	const data = "record, split by time"
	wider, addressed := laidOffChain(record)
	return []Row{
		{Data: data, What: "thefts with named addresses", Cases: Known(uint64(len(record))), Named: Known(uint64(named))},
		{Data: data, What: "thefts attributed off chain", Cases: Known(uint64(len(claims.OffChain()))), Named: Known(0),
			Note: "no ledger of them is at hand: " + strings.Join(claims.OffChain(), ", ")},
		{Data: data, What: "the same, with what is alleged and what rests on both means", Cases: Known(uint64(len(wider))), Named: Known(uint64(addressed)),
			Note: "named: sources name addresses; no ledger: " + strings.Join(wider, ", ")},
	}
}

// laidOffChain returns the thefts that any claim lays to somebody by means off chain
// or by both, whatever its standing, but for disputed and withdrawn ones; and of how
// many sources name addresses.
func laidOffChain(record []*incident.Incident) (ids []string, addressed int) {
	for _, i := range record {
		if slices.ContainsFunc(i.Attributions, func(a incident.Attribution) bool {
			return a.Part != incident.PartLaundering && a.Checked() && slices.Contains([]incident.Means{incident.OffChain, incident.BothWays}, a.Means) &&
				!slices.Contains([]incident.Standing{incident.Disputed, incident.Withdrawn}, a.Standing)
		}) {
			ids, addressed = append(ids, i.ID), addressed+int(count(len(attribution.OfRecord(i, 0).Addresses) > 0))
		}
	}
	slices.Sort(ids)
	return ids, addressed
}

// strongLink reports whether links are told with more than weak support.
func strongLink(c *attribution.Comparison) bool {
	return slices.ContainsFunc(c.Rows, func(r attribution.Row) bool {
		return r.Group == attribution.Links && r.Kind == attribution.Evidence && r.Strength != attribution.Weak
	})
}
