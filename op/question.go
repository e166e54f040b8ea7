package op

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/price"
	"clew/report"
	"clew/tag"
	"clew/trace"
)

// newQuestion reads the start and opens the ledgers that it needs.
func newQuestion(ctx context.Context, env *Env, in *TraceInput) (*question, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	if id, ok := strings.CutPrefix(in.Start, incidentPrefix); ok {
		if err := in.unused("an incident", true, true); err != nil {
			return nil, err
		}
		i, err := incidentNamed(env, id)
		if err != nil {
			return nil, err
		}
		if chains := i.Chains(); chain != "" && !slices.Contains(chains, chain) {
			return nil, &clew.InputError{Field: "chain", Value: in.Chain, Want: "one of those that the incident is about: " + chainsWanted(chains)}
		}
		return incidentQuestion(ctx, env, in, i, chain)
	}
	return ledgerQuestion(ctx, env, in, chain)
}

// chainsWanted lists chains for a message.
func chainsWanted(chains []clew.Chain) string {
	names := make([]string, len(chains))
	for i, c := range chains {
		names[i] = string(c)
	}
	return joined(names)
}

// ledgerQuestion asks about a start in the user's ledgers.
func ledgerQuestion(ctx context.Context, env *Env, in *TraceInput, chain clew.Chain) (*question, error) {
	start, err := in.start(chain)
	if err != nil {
		return nil, err
	}
	if start.Chain != "" {
		chain = start.Chain
	}
	snapshot, err := snapshotOf(ctx, env, chain)
	if err != nil {
		return nil, err
	}
	q := &question{opened: []ledger.Snapshot{snapshot}}
	if q.values, err = in.valuation(ctx, env, chain); err == nil {
		q.input, err = in.traceInput(chain)
	}
	if err == nil {
		q.input.Roles, err = in.stops(chain, nil)
	}
	if err == nil {
		start.Since, err = in.since(ctx, snapshot, start.Address)
	}
	units := builtinUnits()
	if err == nil {
		err = cmp.Or(q.follow(ctx, env, in, units), q.openOthers(ctx, env, in))
	}
	if err != nil {
		q.close()
		return nil, err
	}
	q.input.Ledgers, q.input.Start = q.opened, start
	q.trace.Subject, q.trace.Title, q.trace.Units = in.Start, "Trace of "+in.Start, units
	q.trace.NotRead = notRead(chain)
	q.finish = func(t *report.Trace) { q.values.value(t, price.Dates{}) }
	since := in.Since
	if in.Direction == "backward" { // it goes on to before
		since = ""
	}
	return q, q.claims(ctx, env, in.Tags, since)
}

// claims lets tags name addresses, and the result say so. Tags that are claimed
// of a time before the question begins, or after it is asked, end no walk.
func (q *question) claims(ctx context.Context, env *Env, packs []string, since string) error {
	index, err := env.index(ctx, packs)
	if err != nil {
		q.close()
		return err
	}
	index = index.Within(since[:min(len(since), len(time.DateOnly))], dayText(env.Now))
	q.input.Namer = index
	names := q.finish
	q.finish = func(t *report.Trace) {
		if names != nil {
			names(t)
		}
		t.Names = append(t.Names, tagNames(index, t.Result)...)
		t.Packs = index.Packs()
	}
	return nil
}

// since returns the position of the first transfer of an address, on the side
// that the question starts with, at the time that the user gave or after.
func (in *TraceInput) since(ctx context.Context, r ledger.Reader, a clew.Address) (clew.Pos, error) {
	if in.Since == "" {
		return clew.Pos{}, nil
	}
	from, err := dayOf("since", in.Since)
	if err != nil || a.IsZero() {
		return clew.Pos{}, err
	}
	q := ledger.Query{Address: a, Side: ledger.In, Limit: sincePage}
	if in.Sent {
		q.Side = ledger.Out
	}
	for {
		rows, more, err := r.Rows(ctx, q, nil)
		if err != nil {
			return clew.Pos{}, err
		}
		for _, row := range rows {
			if row.Time >= from {
				return row.Pos, nil
			}
		}
		if !more || len(rows) == 0 {
			return clew.Pos{}, fmt.Errorf("transfers of %s since %s: %w", a.Text(), in.Since, clew.ErrNotFound)
		}
		q.From = after(rows[len(rows)-1].Pos)
	}
}

// sincePage is how many rows are read at a time in search of a day.
const sincePage = 4096

// after returns the position that follows pos at once.
func after(pos clew.Pos) clew.Pos {
	pos.Ordinal++
	return pos
}

// snapshotOf opens the ledger of a chain for reading.
func snapshotOf(ctx context.Context, env *Env, chain clew.Chain) (ledger.Snapshot, error) {
	keeper, err := env.Ledgers.Open(ctx, chain, Reading)
	if err != nil {
		return nil, err
	}
	return keeper.Snapshot(ctx)
}

// incidentQuestion asks about an incident's origins, over the facts that its
// file restates.
func incidentQuestion(ctx context.Context, env *Env, in *TraceInput, i *incident.Incident, chain clew.Chain) (*question, error) {
	if chain == "" && len(i.Chains()) > 0 {
		chain = i.Chains()[0]
	}
	q := &question{}
	var err error
	if q.values, err = in.valuation(ctx, env, chain); err != nil {
		return nil, err
	}
	if q.input, err = in.traceInput(chain); err != nil {
		return nil, err
	}
	if q.input.Roles, err = in.stops(chain, i.Roles()); err != nil {
		return nil, err
	}
	if err := q.beginIncident(ctx, env, in, i); err != nil {
		q.close()
		return nil, err
	}
	q.discovered, q.requests = i.Dates.Discovered.Day.Time(), requestsIn(i)
	claimed := report.Units{}
	if q.input.Assumptions.Records, err = q.records(env, in, i.Accounts(), claimed); err != nil {
		q.close()
		return nil, err
	}
	q.trace.Subject = i.Title
	q.trace.Title = i.Title
	q.finish = func(t *report.Trace) {
		describeIncident(t, i, env.Now)
		for _, u := range claimed {
			t.Units.Claim(u.Asset, u.Symbol, u.Decimals, u.Source)
		}
		q.values.value(t, i.ValueDates(env.Now))
	}
	return q, q.claims(ctx, env, in.Tags, "")
}

// beginIncident opens the ledgers that an incident is traced over, and starts at its
// origins.
func (q *question) beginIncident(ctx context.Context, env *Env, in *TraceInput, i *incident.Incident) error {
	view := incident.AsProceeds
	if in.CountedIn == countedAsStolen {
		view = incident.AsStolen
	}
	if in.Held {
		return cmp.Or(q.openHeld(ctx, env, in, i), q.seedHeld(ctx, i, view))
	}
	q.stated = true
	err := q.loadIncident(ctx, env, i)
	q.seed(i, view)
	return err
}

// loadIncident puts an incident's recorded transfers in a ledger of its own.
func (q *question) loadIncident(ctx context.Context, env *Env, i *incident.Incident) error {
	for _, chain := range i.Chains() {
		env.tell(Progress{Doing: "loading the facts of " + i.ID})
		store := memory.New(chain)
		load, err := store.Load(ctx, ledger.Source{Name: "incident " + i.ID, Exact: true})
		if err != nil {
			return err
		}
		for _, block := range i.Blocks(chain) {
			if err := load.Add(block.Transfers...); err != nil {
				return fmt.Errorf("incident %s: %w", i.ID, err)
			}
		}
		if _, err := load.Commit(ctx, i.Coverage(chain)); err != nil {
			return fmt.Errorf("incident %s: %w", i.ID, err)
		}
		snapshot, err := store.Snapshot(ctx)
		if err != nil {
			return err
		}
		q.opened = append(q.opened, snapshot)
	}
	q.input.Ledgers = q.opened
	return nil
}

// seed starts the question at an incident's origins, with its suppositions.
func (q *question) seed(i *incident.Incident, view incident.View) {
	q.input.Start.Origins = i.Origins(view)
	q.input.Assumptions = i.Assumptions()
	if view == incident.AsProceeds {
		q.input.Assumptions.Conversions = nil // the origins are behind them
	}
}

// tagNames returns what tags say of the addresses that a trace used, and of the venues
// of its swaps.
func tagNames(index *tag.Index, r *trace.Result) []report.Name {
	var names []report.Name
	seen := map[clew.Address]bool{}
	name := func(a clew.Address) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, t := range index.At(a) {
			names = append(names, report.Name{Address: a, Label: t.Label, By: t.Source, Source: t.Pack, Date: t.Date, Private: t.Private})
		}
	}
	for i := range r.Uses {
		for _, legs := range [][]clew.Leg{r.Uses[i].Transfer.From, r.Uses[i].Transfer.To} {
			for _, leg := range legs {
				name(leg.Address)
			}
		}
	}
	for i := range r.Conversions {
		for _, v := range r.Conversions[i].Venues {
			name(v.Contract)
		}
	}
	return names
}
