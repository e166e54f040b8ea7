package eval

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// A TheftRow says how much of the thefts that were hidden one way is seen by
// tracing them by one policy.
type TheftRow struct {
	Data   string       `json:"data"`
	Case   string       `json:"case"` // how they were hidden
	Policy taint.Policy `json:"policy"`
	Thefts uint64       `json:"thefts"`

	// Values are in a millionth of a dollar, at the world's fixed prices.
	Moved     uint64 `json:"moved"`     // by true edges
	Covered   uint64 `json:"covered"`   // of it: by those that were found
	Reachable uint64 `json:"reachable"` // by those that a walk in the order of time can come to at most, with every conversion known, and not through mixers
	Brought   uint64 `json:"brought"`   // to true addresses, by true edges
	Met       uint64 `json:"met"`       // of it: to those that were found
	Lies      uint64 `json:"lies"`      // at the ends
	There     uint64 `json:"there"`     // of it: what the trace says lies there too

	Addresses uint64 `json:"addresses"` // found, but for contracts and services that anybody can tell
	True      uint64 `json:"true"`      // of these: the thief's, or where the thief pays in
	Bad       uint64 `json:"bad"`       // that there are
	Rows      uint64 `json:"rows"`      // of ledgers read or swept
	Swaps     uint64 `json:"swaps"`     // conversions within a chain that were crossed
	Bridges   uint64 `json:"bridges"`   // and between chains
	Open      uint64 `json:"open"`      // books that do not close, which is a defect; of poison, which conserves nothing, none is counted
}

// A TheftTable is what was measured of thefts.
type TheftTable struct {
	Seed      uint64     `json:"seed"`
	Transfers int        `json:"transfers"`
	Rows      []TheftRow `json:"rows"`
}

// theftPolicies are those that thefts are traced by.
func theftPolicies() []taint.Policy { return taint.AccountPolicies() }

// allCases is the row that adds up all.
const allCases = "all"

// Thefts traces every laundering of synthetic worlds by every policy.
func Thefts(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*TheftTable, error) {
	t := &TheftTable{Seed: seed, Transfers: transfers}
	err := laundries(ctx, seed, transfers, doing, func(w *simchain.World) error { return t.measure(ctx, w) })
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(t.Rows, func(a, b TheftRow) int { return strings.Compare(a.Case, b.Case) })
	for _, p := range theftPolicies() {
		sum := TheftRow{Data: "synthetic " + laundryWorld, Case: allCases, Policy: p}
		for i := range t.Rows {
			if t.Rows[i].Policy == p {
				sum.add(&t.Rows[i])
			}
		}
		t.Rows = append(t.Rows, sum)
	}
	return t, nil
}

// add takes the counts of another row.
func (r *TheftRow) add(o *TheftRow) {
	r.Thefts, r.Moved, r.Covered, r.Reachable = r.Thefts+o.Thefts, r.Moved+o.Moved, r.Covered+o.Covered, r.Reachable+o.Reachable
	r.Brought, r.Met, r.Lies, r.There = r.Brought+o.Brought, r.Met+o.Met, r.Lies+o.Lies, r.There+o.There
	r.Addresses, r.True, r.Bad, r.Rows = r.Addresses+o.Addresses, r.True+o.True, r.Bad+o.Bad, r.Rows+o.Rows
	r.Swaps, r.Bridges, r.Open = r.Swaps+o.Swaps, r.Bridges+o.Bridges, r.Open+o.Open
}

// measure adds what is seen of a world's thefts.
func (t *TheftTable) measure(ctx context.Context, w *simchain.World) error {
	m, err := newTheftMeasure(ctx, w)
	if err != nil {
		return err
	}
	defer m.close()
	for i := range w.Launderings {
		for _, p := range theftPolicies() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := m.trace(ctx, &w.Launderings[i], t.row(w.Launderings[i].Name, p)); err != nil {
				return fmt.Errorf("%s by %s: %w", w.Launderings[i].Name, p, err)
			}
		}
	}
	return nil
}

func (t *TheftTable) row(name string, p taint.Policy) *TheftRow {
	i := slices.IndexFunc(t.Rows, func(r TheftRow) bool { return r.Case == name && r.Policy == p })
	if i < 0 {
		i = len(t.Rows)
		t.Rows = append(t.Rows, TheftRow{Data: "synthetic " + laundryWorld, Case: name, Policy: p})
	}
	return &t.Rows[i]
}

// A theftMeasure holds a world's ledgers.
type theftMeasure struct {
	world   *simchain.World
	ledgers []ledger.Snapshot
	tags    publicTags
	gates   knownGates
}

func newTheftMeasure(ctx context.Context, w *simchain.World) (*theftMeasure, error) {
	m := &theftMeasure{world: w, tags: publicTagsOf(w)}
	for i := range w.Ledgers {
		store := memory.New(w.Ledgers[i].Chain)
		if err := store.Append(ctx, w.Ledgers[i].Blocks...); err != nil {
			return nil, err
		}
		s, err := store.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		m.ledgers = append(m.ledgers, s)
	}
	var readers []launder.BridgeReader
	for _, s := range m.ledgers {
		readers = append(readers, s)
	}
	m.gates = knownGates{launder.NewBridgeFinder(readers...), m.tags}
	return m, nil
}

func (m *theftMeasure) close() {
	for _, s := range m.ledgers {
		s.Close()
	}
}

// publicTags are what anybody can tell of addresses: the wallets of exchanges, of
// mixers and bridges, where assets are exchanged, and which tokens are known. Where
// customers of an exchange pay in is not known.
type publicTags map[clew.Address]tag.Stop

// Stop returns what is known of an address.
func (p publicTags) Stop(a clew.Address) (tag.Stop, *tag.Tag) {
	stop, known := p[a]
	if !known {
		return tag.NoStop, nil
	}
	return stop, &tag.Tag{Label: "synthetic"}
}

func publicTagsOf(w *simchain.World) publicTags {
	tags := publicTags{}
	stops := map[simchain.Role]tag.Stop{simchain.Exchange: tag.Service, simchain.Mixer: tag.Mixer, simchain.Bridge: tag.Bridge, simchain.Market: tag.Conversion}
	for a, place := range w.Addresses {
		if stop, known := stops[w.Actors[place.Actor].Role]; known && place.Customer == 0 {
			tags[a] = stop
		}
	}
	for i := range w.Swaps {
		for _, x := range slices.Concat(w.Swaps[i].Paid, w.Swaps[i].Got) {
			if a := x.Contract(); !a.IsZero() {
				tags[a] = tag.Conversion
			}
		}
	}
	return tags
}

// trace traces one theft by a policy, and adds what it sees to a row.
func (m *theftMeasure) trace(ctx context.Context, l *simchain.Laundering, row *TheftRow) error {
	in := trace.Input{Ledgers: m.ledgers, Method: taint.Method{Policy: row.Policy}, Namer: m.tags, Spread: trace.No, Bridges: m.gates}
	for i, s := range l.Start {
		seed := trace.Seed{ID: fmt.Sprint(i + 1), Chain: s.Chain, Transfers: []clew.Pos{s.Pos}}
		in.Start.Origins = append(in.Start.Origins, seed)
	}
	r, err := trace.Run(ctx, in)
	if err != nil {
		return err
	}
	row.Thefts++
	row.Rows += uint64(r.Work.Rows + r.Work.Swept)
	for i := range r.Conversions {
		switch c := &r.Conversions[i]; {
		case c.Note != "":
		case c.Conversion.Kind == clew.Bridge:
			row.Bridges++
		default:
			row.Swaps++
		}
	}
	for _, b := range r.Books {
		row.Open += count(!b.Closed && row.Policy != taint.Poison)
	}
	m.edges(l, r, row)
	m.addresses(l, r, row)
	m.ends(l, r, row)
	return nil
}

// A chainPos is a transfer on a chain.
type chainPos struct {
	chain clew.Chain
	pos   clew.Pos
}

// edges adds what of the true edges was found, and could be.
func (m *theftMeasure) edges(l *simchain.Laundering, r *trace.Result, row *TheftRow) {
	used := map[chainPos]bool{}
	for i := range r.Uses {
		used[chainPos{r.Uses[i].Transfer.Asset.Chain(), r.Uses[i].Transfer.Pos}] = true
	}
	reached := map[clew.Address]bool{}
	for _, s := range l.Start {
		reached[m.recipient(s)] = true
	}
	crossed := false // the last edge that went into a change was reached
	for _, e := range l.Edges {
		row.Moved += e.Value
		if used[chainPos{e.Chain, e.Pos}] {
			row.Covered += e.Value
		}
		switch {
		case e.Hidden:
			continue
		case e.Out && !crossed || !e.Out && !reached[e.From]:
			continue
		}
		row.Reachable += e.Value
		reached[e.To], crossed = true, true
	}
}

// recipient returns whom a transfer pays.
func (m *theftMeasure) recipient(at simchain.At) clew.Address {
	for i := range m.world.Ledgers {
		if m.world.Ledgers[i].Chain != at.Chain {
			continue
		}
		b := &m.world.Ledgers[i].Blocks[at.Pos.Height]
		for j := range b.Transfers {
			if b.Transfers[j].Pos == at.Pos {
				return b.Transfers[j].To[at.Output].Address
			}
		}
	}
	return clew.Address{}
}

// found returns the addresses that a trace says stolen value was at: who sends it,
// and where it lies. Contracts and services that anybody can tell are left out.
func (m *theftMeasure) found(r *trace.Result) map[clew.Address]bool {
	found := map[clew.Address]bool{}
	add := func(a clew.Address) {
		if _, public := m.tags[a]; !public && !a.IsZero() && !a.IsIssuer() {
			found[a] = true
		}
	}
	used := map[clew.TxID]bool{}
	for i := range r.Uses {
		t := &r.Uses[i].Transfer
		for _, leg := range t.From {
			if r.Uses[i].Hop > 0 && (leg.Spends == nil || used[leg.Spends.Tx]) {
				add(leg.Address)
			}
		}
		used[t.Tx] = true
	}
	for i := range r.Places {
		add(r.Places[i].Address)
	}
	return found
}

func (m *theftMeasure) addresses(l *simchain.Laundering, r *trace.Result, row *TheftRow) {
	bad, found := map[clew.Address]uint64{}, m.found(r)
	for _, s := range l.Start {
		bad[m.recipient(s)] += 0
	}
	for _, e := range l.Edges {
		if _, public := m.tags[e.To]; !public {
			bad[e.To] += e.Value
		}
	}
	row.Bad += uint64(len(bad))
	for a, value := range bad {
		row.Brought += value
		if found[a] {
			row.Met += value
		}
	}
	for a := range found {
		_, is := bad[a]
		row.Addresses++
		row.True += count(is)
	}
}

// ends adds what of each end the trace says lies there: what lies at an exchange,
// wherever that moved it.
func (m *theftMeasure) ends(l *simchain.Laundering, r *trace.Result, row *TheftRow) {
	type where struct {
		actor   int
		address clew.Address
		asset   clew.Asset
	}
	of := func(a clew.Address, asset clew.Asset) where {
		actor := m.world.Addresses[a].Actor
		switch m.world.Actors[actor].Role {
		case simchain.Exchange, simchain.Mixer:
			return where{actor: actor, asset: asset}
		}
		return where{address: a, asset: asset}
	}
	lies := map[where]clew.Amount{}
	for i := range r.Places {
		at := of(r.Places[i].Address, r.Places[i].Asset)
		sum, fits := lies[at].Add(r.Places[i].Amount)
		if !fits {
			sum = clew.MaxAmount // of what poison touches
		}
		lies[at] = sum
	}
	for i := range l.Rests {
		e := &l.Rests[i]
		at := of(e.Address, e.Asset)
		there := lies[at].Min(e.Amount)
		lies[at] = lies[at].Minus(there)
		worth, _ := there.MulDiv(clew.Units(e.Value), e.Amount)
		n, _ := worth.Uint64()
		row.Lies, row.There = row.Lies+e.Value, row.There+n
	}
}
