package eval

import (
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
		profiles, err := ThiefProfiles(ctx, w)
		if err != nil {
			return nil, err
		}
		t.world(w, profiles)
	}
	q.Doing("thefts of the record")
	real, err := recordRows()
	return append(t.rows(), real...), err
}

// ThiefProfiles makes profiles of the thefts of a world, in the order of their days.
// The exchange and the pools are known by tags; nobody else is.
func ThiefProfiles(ctx context.Context, w *simchain.ThiefWorld) ([]*attribution.Profile, error) {
	s, err := hold(ctx, &w.Ledgers[0])
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
	for i := range w.Jobs {
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

// world compares each theft of a world with those before it alone.
func (t *attributionTally) world(w *simchain.ThiefWorld, profiles []*attribution.Profile) {
	for i, this := range profiles {
		for k, that := range profiles[:i] {
			c := attribution.Compare(this, that, profiles[:i], nil)
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
// claims lay to one actor by other means than ledgers.
func recordRows() ([]Row, error) {
	record, err := incident.Recorded()
	if err != nil {
		return nil, err
	}
	claims := attribution.ClaimsOf(record)
	var profiles []*attribution.Profile
	named := 0
	for _, i := range record {
		p := attribution.OfRecord(i)
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
			c := attribution.Compare(this, that, nil, claims)
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
	rows := append(t.rows(), off.rows()...)
	rows = append(rows, Row{Data: "record, split by time", What: "thefts with named addresses", Cases: Known(uint64(len(record))), Named: Known(uint64(named))})
	rows = append(rows, Row{Data: "record, split by time", What: "thefts attributed off chain", Cases: Known(uint64(len(claims.OffChain()))), Named: Known(0),
		Note: "no ledger of them is at hand: " + strings.Join(claims.OffChain(), ", ")})
	return rows, nil
}

// strongLink reports whether links are told with more than weak support.
func strongLink(c *attribution.Comparison) bool {
	return slices.ContainsFunc(c.Rows, func(r attribution.Row) bool {
		return r.Group == attribution.Links && r.Kind == attribution.Evidence && r.Strength != attribution.Weak
	})
}
