package op

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"clew"
	"clew/bridge"
	"clew/launder"
	"clew/ledger"
	"clew/tag"
	"clew/trace"
)

// Bounds of what is compared for a trace. They are of chain time and of numbers, so
// that the same question has the same answer on every machine.
const (
	supposeEnds     = 20_000     // deposits and releases that are read of a chain, of each at most
	supposeSpan     = 2 * 86_400 // from so long before and after, habits of bridges are learned
	supposeDeposits = 100        // that are told of
	supposeEach     = 3          // candidates of one
)

// instantExchanger is the concept by which a tag pack says that a service pays out at
// once, so that what comes out can be compared with what went in.
const instantExchanger tag.Concept = "instant_exchanger"

// A crossable is a bridge, or an instant exchanger, at which marked value of a trace
// stopped, without an identifier that leads on.
type crossable struct {
	name    string
	instant bool
	first   clew.Time // at which marked value came there
	last    clew.Time
}

// suppose adds to a trace what may have come out of bridges and exchangers at which
// value stopped: hypotheses, which change nothing else. A trace that stopped at none
// reads nothing here.
func (q *question) suppose(ctx context.Context, env *Env) error {
	if !q.overHeld && !q.stated || q.input.WithoutBridges {
		return nil
	}
	index, _ := q.input.Namer.(*tag.Index)
	list := stoppedAt(q.trace.Result, index)
	if len(list) == 0 {
		return nil
	}
	if q.stated {
		q.notCompared(q.all()[0].Chain(), list, "the facts of the incident's file are what is read; --held walks over your own ledgers, and compares")
		return nil
	}
	if len(q.all()) == 1 {
		q.notCompared(q.all()[0].Chain(), list, "no other chain is held, on which it may have come out")
		return nil
	}
	for _, instant := range []bool{false, true} {
		some := slices.DeleteFunc(slices.Clone(list), func(c crossable) bool { return c.instant != instant })
		if len(some) == 0 {
			continue
		}
		if err := q.compareEnds(ctx, env, some, bridgeAddresses(q.all(), some, index)); err != nil {
			return err
		}
	}
	return nil
}

// notCompared says that nothing was looked for, and why.
func (q *question) notCompared(chain clew.Chain, list []crossable, why string) {
	var names []string
	for i := range list {
		names = append(names, "“"+list[i].name+"”")
	}
	q.trace.Result.Gaps = append(q.trace.Result.Gaps, clew.Gap{Kind: clew.GapCrossing, Chain: chain,
		Note: fmt.Sprintf("what went into %s was not compared with what came out: %s", strings.Join(names[:min(len(names), 8)], ", "), why)})
}

// stoppedAt returns the bridges and exchangers at which value stopped, each once.
func stoppedAt(r *trace.Result, index *tag.Index) (list []crossable) {
	at := map[clew.Address]crossable{}
	contracts := map[clew.Chain]map[clew.Address]string{}
	for i := range r.Places {
		p := &r.Places[i]
		if p.Address.IsZero() {
			continue
		}
		if chain := p.Address.Chain(); contracts[chain] == nil {
			contracts[chain] = map[clew.Address]string{}
			for _, c := range bridge.Contracts(chain) {
				contracts[chain][c.Address] = c.Protocol
			}
		}
		if c := crossableAt(p, contracts[p.Address.Chain()], index); c.name != "" {
			at[p.Address] = c
		}
	}
	if len(at) == 0 {
		return nil
	}
	for _, uses := range r.Comparable() {
		for _, u := range uses {
			for k := range u.Transfer.To {
				if c := at[u.Transfer.To[k].Address]; c.name != "" {
					list = c.arrive(list, u.Transfer.Time)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b crossable) int { return cmp.Compare(a.name, b.name) })
	return list
}

// arrive notes that marked value came to c.
func (c crossable) arrive(list []crossable, when clew.Time) []crossable {
	at := slices.IndexFunc(list, func(o crossable) bool { return o.name == c.name && o.instant == c.instant })
	if at < 0 {
		c.first, c.last = when, when
		return append(list, c)
	}
	list[at].first, list[at].last = min(list[at].first, when), max(list[at].last, when)
	return list
}

// crossableAt says which bridge or exchanger a place is known, or claimed, to be of.
func crossableAt(p *trace.Place, contracts map[clew.Address]string, index *tag.Index) crossable {
	if name := contracts[p.Address]; name != "" {
		return crossable{name: name}
	}
	claim := p.Tag
	if claim == nil && index != nil {
		_, claim = index.Stop(p.Address)
	}
	if claim == nil || !claim.Is(instantExchanger) && claim.Stop() != tag.Bridge {
		return crossable{}
	}
	return crossable{name: nameOfTag(claim), instant: claim.Is(instantExchanger)}
}

// nameOfTag names a bridge or exchanger as its tags do.
func nameOfTag(t *tag.Tag) string { return strings.ToLower(cmp.Or(t.Actor, t.Label)) }

// bridgeAddresses returns the addresses by which bridges or exchangers take and give
// on the chains held: contracts that are known, and what tags say.
func bridgeAddresses(ledgers []ledger.Snapshot, list []crossable, index *tag.Index) (of []launder.BridgeAddress) {
	seen, held := map[clew.Address]bool{}, map[clew.Chain]bool{}
	add := func(a clew.Address, name string, instant bool) {
		if !seen[a] && slices.ContainsFunc(list, func(c crossable) bool { return c.name == name && c.instant == instant }) {
			seen[a] = true
			of = append(of, launder.BridgeAddress{Address: a, Bridge: name})
		}
	}
	for _, s := range ledgers {
		held[s.Chain()] = true
		for _, c := range bridge.Contracts(s.Chain()) {
			add(c.Address, c.Protocol, false)
		}
	}
	if index == nil {
		return of
	}
	for t := range index.All() {
		if stop := t.Stop(); held[t.Subject.Chain()] && (stop == tag.Bridge || t.Is(instantExchanger)) {
			add(t.Subject, nameOfTag(&t), t.Is(instantExchanger))
		}
	}
	return of
}

// compareEnds compares what went into some bridges with what came out of them.
func (q *question) compareEnds(ctx context.Context, env *Env, list []crossable, of []launder.BridgeAddress) error {
	ask := launder.DefaultMatch()
	if list[0].instant {
		ask = launder.ExchangerMatch()
	}
	first, last := list[0].first, list[0].last
	for i := range list {
		first, last = min(first, list[i].first), max(last, list[i].last)
	}
	var deposits, releases []launder.End
	for _, s := range q.all() {
		found, err := q.endsOn(ctx, env, s, of, first-supposeSpan, last+supposeSpan+ask.Within)
		if err != nil {
			return err
		}
		if found.Cut {
			q.notCompared(s.Chain(), list, fmt.Sprintf("there are more than %d deposits or releases in the days in question; clew bridges match reads more", supposeEnds))
			return nil
		}
		deposits, releases = append(deposits, found.Deposits...), append(releases, found.Releases...)
	}
	marked := q.trace.Result.Comparable()
	asked := func(e *launder.End) bool { return marked[e.Asset.Chain()][e.Pos] != nil }
	if !slices.ContainsFunc(deposits, func(e launder.End) bool { return asked(&e) }) {
		return nil
	}
	pairs, err := newPairer(ctx, env, &BridgesMatchInput{Prices: q.prices}, q.all()[0].Chain(), q.all(), first)
	if err != nil {
		return err
	}
	if ask.Pairings = pairs.all(); len(ask.Pairings) > maxPairings {
		q.notCompared(q.all()[0].Chain(), list, "there are more pairs of assets than can be compared")
		return nil
	}
	m, err := launder.MatchEnds(ctx, deposits, releases, ask)
	if err != nil {
		return err
	}
	q.take(m, asked, list)
	pairs.claim(q.trace.Units, hypothesisAssets(q.trace.Result))
	return nil
}

// take keeps of a matching what is of marked value: of more deposits than are told of,
// those of which most is marked.
func (q *question) take(m *launder.Matching, asked func(*launder.End) bool, list []crossable) {
	mine := slices.DeleteFunc(slices.Clone(m.Matches), func(x launder.Match) bool { return !asked(&x.In) || len(x.Candidates) == 0 })
	if n := len(mine); n > supposeDeposits {
		slices.SortStableFunc(mine, func(a, b launder.Match) int { return b.In.Amount.Cmp(a.In.Amount) })
		mine = mine[:supposeDeposits]
		q.notCompared(mine[0].In.Asset.Chain(), list, fmt.Sprintf("of %d deposits those of the %d largest amounts are told; clew bridges match tells all", n, supposeDeposits))
	}
	if lacks := q.notWhole(); lacks != "" {
		for i := range mine {
			for k := range mine[i].Candidates {
				c := &mine[i].Candidates[k]
				c.Against = append(c.Against, "not every block of "+lacks+" is held, so that another release may be the one")
			}
		}
	}
	q.trace.Result.Suppose(mine, supposeEach, launder.MatchMeasured(list[0].instant))
}

// notWhole names the chains compared of which not every block is held.
func (q *question) notWhole() string {
	var names []string
	for _, s := range q.all() {
		if !s.Coverage().HoldsWhole(s.Span()) {
			names = append(names, s.Chain().Name())
		}
	}
	return strings.Join(names, ", ")
}

// endsOn reads what went into bridges and came out of them on one chain in a span of
// time.
func (q *question) endsOn(ctx context.Context, env *Env, s ledger.Snapshot, of []launder.BridgeAddress, from, until clew.Time) (*launder.Ends, error) {
	of = slices.DeleteFunc(slices.Clone(of), func(b launder.BridgeAddress) bool { return b.Address.Chain() != s.Chain() })
	env.tell(Progress{Doing: "looking for what came out of bridges on " + s.Chain().Name()})
	begin, err := heightAt(ctx, s, from)
	if err != nil {
		return nil, err
	}
	end, err := heightAt(ctx, s, until)
	if err != nil {
		return nil, err
	}
	if end <= begin || len(of) == 0 {
		return &launder.Ends{}, nil
	}
	return launder.FindEnds(ctx, s, of, clew.Pos{Height: begin}, clew.Pos{Height: end}, supposeEnds)
}

// errProbed ends a sweep that wanted one transfer.
var errProbed = errors.New("one is enough")

// heightAt returns the first height at or after which no transfer held is older than a
// time, by bisection. Where blocks are dated out of order it is off by as much.
func heightAt(ctx context.Context, r ledger.Reader, at clew.Time) (uint64, error) {
	span := r.Span()
	var failed error
	n := sort.Search(int(span.To-span.From), func(i int) bool {
		late := true
		err := r.Sweep(ctx, clew.Pos{Height: span.From + uint64(i)}, func(c *ledger.Chunk) error {
			if c.Len() == 0 {
				return nil
			}
			late = c.Rest.Time(0) >= at
			return errProbed
		})
		if err != nil && !errors.Is(err, errProbed) {
			failed = err
		}
		return late
	})
	return span.From + uint64(n), failed
}

// hypothesisAssets returns the assets that hypotheses speak of.
func hypothesisAssets(r *trace.Result) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range r.Hypotheses {
		assets[r.Hypotheses[i].InAsset], assets[r.Hypotheses[i].OutAsset] = true, true
	}
	return assets
}
