package eval

import (
	"context"
	"errors"
	"strings"

	"clew"
	"clew/cluster"
	"clew/ledger"
)

// A Real counts what one heuristic did on a real ledger, where the truth is only
// known in places. Two measures stand beside each other: actors that are claimed
// of both sides of a link, and, for change, whether later common inputs show the
// output, or another one, to be the payer's own.
//
// The second rests on common inputs being right, and sees what is spent
// together alone. Source: M. Möser and A. Narayanan, "Resurrecting Address
// Clustering in Bitcoin" (Financial Cryptography 2022).
type Real struct {
	Data      string `json:"data"`
	Heuristic string `json:"heuristic"`
	Cases     uint64 `json:"cases"`
	Named     uint64 `json:"named"`
	SameActor uint64 `json:"sameActor"`  // tagged pairs: of one actor
	TwoActors uint64 `json:"twoActors"`  // of two: errors, unless a claim is
	Borne     uint64 `json:"borneOut"`   // by later common inputs
	Refuted   uint64 `json:"refuted"`    // likewise
	Several   uint64 `json:"taggedMany"` // clusters with several tagged addresses
	Conflicts uint64 `json:"conflicts"`  // of these, with several actors
}

// TaggedPairs returns how many links had an actor on both sides. Of none,
// nothing is known.
func (r *Real) TaggedPairs() uint64 { return r.SameActor + r.TwoActors }

// OfChange reports whether later inputs can tell of the heuristic.
func (r *Real) OfChange() bool {
	return r.Heuristic == TwoSigns || strings.HasPrefix(r.Heuristic, changePrefix)
}

// Told returns how often later common inputs tell whether change was right.
func (r *Real) Told() uint64 { return r.Borne + r.Refuted }

// A Reality is a real ledger of Bitcoin's kind and what is known beside it.
type Reality struct {
	Data   string // what it is, for readers
	Ledger ledger.Snapshot
	Forms  cluster.Forms             // nil: not known
	Actor  func(clew.Address) string // to whom an address is attributed; empty: nobody
	Most   uint64                    // transactions that are read
	Done   func(transactions uint64) // told now and then how many were read, over three passes
}

// errEnough ends a sweep at the most transactions.
var errEnough = errors.New("enough was read")

// Measure runs the heuristics of Bitcoin over a real ledger. It reports whether
// the ledger holds more transactions than were to be read.
func Measure(ctx context.Context, r *Reality) (rows []Real, more bool, err error) {
	m := &realMeasure{Reality: r, clusters: cluster.New(), rows: map[string]*Real{}}
	if err = m.each(ctx, m.inputs); errors.Is(err, errEnough) {
		more, err = true, nil
	}
	if err != nil {
		return nil, false, err
	}
	m.attribute()
	for _, pass := range []func(context.Context, *clew.Transfer) error{m.pairs, m.change} {
		m.before, m.read = m.before+m.read, 0
		if err := m.each(ctx, pass); err != nil && !errors.Is(err, errEnough) {
			return nil, false, err
		}
	}
	for _, id := range m.order {
		rows = append(rows, *m.rows[id])
	}
	return rows, more, nil
}

type realMeasure struct {
	*Reality
	clusters *cluster.Clusters       // by common inputs
	actors   map[clew.Address]string // by common inputs, where they agree
	rows     map[string]*Real
	order    []string
	read     uint64 // in this pass
	before   uint64 // in those before
}

// each visits transactions in order, up to the most.
func (m *realMeasure) each(ctx context.Context, visit func(context.Context, *clew.Transfer) error) error {
	return m.Ledger.Sweep(ctx, clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			if m.read == m.Most {
				return errEnough
			}
			m.read++
			t, err := c.Rest.Transfer(i)
			if err == nil {
				err = visit(ctx, &t)
			}
			if err == nil && m.read%everyTx == 0 {
				m.Done(m.before + m.read)
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *realMeasure) inputs(_ context.Context, t *clew.Transfer) error {
	m.clusters.AddTransaction(t)
	return nil
}

// row returns the counts of a heuristic.
func (m *realMeasure) row(id string) *Real {
	r := m.rows[id]
	if r == nil {
		r = &Real{Data: m.Data, Heuristic: id}
		m.rows[id], m.order = r, append(m.order, id)
	}
	return r
}

// attribute says whose clusters are, where all tags in one name one actor, and
// counts those where they do not.
func (m *realMeasure) attribute() {
	m.actors = map[clew.Address]string{}
	row := m.row(string(cluster.CoSpend))
	for members := range m.clusters.All() {
		actor, tagged, agreed := "", uint64(0), true
		for _, a := range members {
			if said := m.Actor(a); said != "" {
				tagged++
				agreed = agreed && (actor == "" || actor == said)
				actor = said
			}
		}
		row.Several += count(tagged > 1)
		row.Conflicts += count(tagged > 1 && !agreed)
		if actor != "" && agreed {
			for _, a := range members {
				m.actors[a] = actor
			}
		}
	}
}

// actor returns whose an address is, by its own tags or its cluster's.
func (m *realMeasure) actor(a clew.Address) string {
	if actor := m.actors[a]; actor != "" {
		return actor
	}
	return m.Actor(a)
}

// pairs looks at the inputs of one transaction, by their own tags.
func (m *realMeasure) pairs(_ context.Context, t *clew.Transfer) error {
	row := m.row(string(cluster.CoSpend))
	first := clew.Address{}
	met := map[clew.Address]bool{}
	for i := range t.From {
		a := t.From[i].Address
		if a.IsZero() || met[a] {
			continue
		}
		met[a] = true
		if first.IsZero() {
			first = a
			continue
		}
		row.Cases++
		if cluster.VetoOf(t) != cluster.NoVeto {
			continue
		}
		row.Named++
		row.compare(m.Actor(first), m.Actor(a))
	}
	return nil
}

// compare counts a link by the actors of its sides.
func (r *Real) compare(a, b string) {
	if a != "" && b != "" {
		r.SameActor += count(a == b)
		r.TwoActors += count(a != b)
	}
}

// change looks at the outputs that rules of change name.
func (m *realMeasure) change(ctx context.Context, t *clew.Transfer) error {
	if t.From[0].Address.IsZero() && !t.From[0].Unknown || outputs(t) < 2 {
		return nil
	}
	p, err := cluster.Look(ctx, m.Ledger, m.Forms, t)
	if err != nil {
		return err
	}
	change := cluster.ChangeOf(p)
	for _, h := range cluster.Heuristics() {
		if !strings.HasPrefix(h.ID, changePrefix) {
			continue
		}
		m.row(h.ID).Cases++
		for _, n := range change.Named {
			for _, s := range n.Signs {
				if string(s) == h.ID {
					m.named(m.row(h.ID), t, n.Output)
				}
			}
		}
	}
	row := m.row(TwoSigns)
	row.Cases++
	for _, n := range change.Named {
		if n.Merges() {
			m.named(row, t, n.Output)
		}
	}
	return nil
}

// named counts an output that was named.
func (m *realMeasure) named(row *Real, t *clew.Transfer, output int) {
	row.Named++
	payer, is, other := clew.Address{}, false, false
	for i := range t.From {
		if payer = t.From[i].Address; !payer.IsZero() {
			break
		}
	}
	for i := range t.To {
		own := !t.To[i].Address.IsZero() && m.clusters.Same(payer, t.To[i].Address)
		is = is || own && i == output
		other = other || own && i != output
	}
	row.Borne += count(is)
	row.Refuted += count(other && !is)
	row.compare(m.actor(payer), m.actor(t.To[output].Address))
}
