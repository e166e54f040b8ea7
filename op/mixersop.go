package op

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/report"
	"clew/tag"
	"clew/trace"
)

// MixersInput asks which withdrawals from mixers may be of a case's deposits.
type MixersInput struct {
	Start  string `json:"start" arg:"" help:"where the case starts: address, transaction, transfer, incident:ID or incident:FILE, as for clew trace"`
	Chain  string `json:"chain" help:"chain of the start, by name or CAIP-2; needed where its form does not tell" placeholder:"CHAIN"`
	Policy string `json:"policy" default:"taint-first" help:"which units leave a mixed balance: taint-first is how far it can have gone" placeholder:"NAME" values:"taint-first,fifo,lifo,haircut,clean-first,tiho"`
	Asset  string `json:"asset" help:"start with this asset alone: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Sent   bool   `json:"sent" help:"from an address: start with what it sent, not with what it received"`
	Since  string `json:"since" help:"from an address: start with transfers of this day or time and after" placeholder:"TIME"`
	Bounds
	Days int      `json:"days" default:"7" range:"1,60" help:"look at withdrawals up to so many days after a deposit, 1 to 60" placeholder:"N"`
	Tags []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Case string   `json:"case" help:"name of an open case (clew case open) to keep the answer in, as an exhibit" placeholder:"NAME"`
	CaseBy
}

func mixersOp() Op {
	return define(Op{
		Name: "mixers candidates",
		Doc:  "Suppose, within a case, which withdrawals from a mixer are of its deposits.",
		Detail: "The case is traced from its start, and the trace ends at mixers. Of the deposits that it reaches in pools of notes, such as Tornado Cash's, the answer lists withdrawals that may be of them, " +
			"with the number of notes they may be of, what each heuristic says and is worth, what is supposed by all together, and what speaks against it. Each is a hypothesis, for a person to look into: " +
			"none becomes a tag, an exposure, a verdict or an indicator, and no trace goes on through one. " +
			"It asks about a case and not about a pool: a start at a mixer, and deposits that are most of a pool, are refused. What the ledger holds of the pool is read; nobody is asked. How often it is right: clew eval mixer.",
		Examples: []Example{
			{"mixers candidates 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --sent --asset native", "behind the mixer, from one address of your ledger on"},
			{"mixers candidates incident:ronin-2022 --days 2 --json", "of the deposits that an incident's facts reach, as JSON; your ledger has the pool"},
		},
	}, runMixers)
}

func runMixers(ctx context.Context, env *Env, in MixersInput) (report.Result, error) {
	if err := in.takesMore(ctx, env); err != nil {
		return nil, err
	}
	out, err := supposeBehind(ctx, env, in)
	if err != nil {
		return nil, err
	}
	return out, keepHypotheses(ctx, env, in, out)
}

func supposeBehind(ctx context.Context, env *Env, in MixersInput) (*report.Mixers, error) {
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	if err := in.isCase(index); err != nil {
		return nil, err
	}
	alone := *env
	alone.Explorers, env = nil, &alone // nobody is to learn of whom a case supposes something
	ask := in.trace()
	t, err := ask.answer(ctx, env)
	if err != nil {
		return nil, err
	}
	out := &report.Mixers{Trace: t, Rules: launder.MixerRules(), Days: in.Days, Units: t.Units, Command: CommandLine(mixersOp(), &in)}
	c := &mixerCase{MixersInput: in, env: env, index: index, out: out, deposits: map[clew.Chain][]launder.MixerNote{}, counted: map[clew.Chain][]launder.MixerBatch{}}
	for i := range t.Result.Places {
		if p := &t.Result.Places[i]; p.Kind == trace.AtMixer {
			if err := c.reach(ctx, p); err != nil {
				return nil, err
			}
		}
	}
	for _, chain := range c.chains() {
		if err := c.suppose(ctx, chain); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isCase refuses a start at a mixer: that would be a question about everybody.
func (in *MixersInput) isCase(index *tag.Index) error {
	if strings.HasPrefix(in.Start, incidentPrefix) || strings.Contains(in.Start, "/") {
		return nil
	}
	chain, err := chainOf(in.Chain)
	if err != nil {
		return err
	}
	a, _, _, err := pointOf("start", in.Start, chain)
	if err != nil || a.IsZero() {
		return nil // the trace says what is wrong with it
	}
	_, isPool := launder.MixerPoolAt(a)
	if stop, _ := index.Stop(a); isPool || stop == tag.Mixer {
		return &clew.InputError{Field: "start", Value: in.Start, Want: "where a case starts: this is a mixer, and candidates are not worked out for all who use it"}
	}
	return nil
}

// trace returns the question whose answer reaches mixers.
func (in *MixersInput) trace() TraceInput {
	var t TraceInput
	setDefaults(&t)
	t.Start, t.Chain, t.Policy, t.Asset, t.Sent, t.Since = in.Start, in.Chain, in.Policy, in.Asset, in.Sent, in.Since
	t.Bounds, t.Tags, t.Spread = in.Bounds, in.Tags, string(trace.No)
	return t
}

// A mixerCase collects what a case put into mixers.
type mixerCase struct {
	MixersInput
	env      *Env
	index    *tag.Index
	out      *report.Mixers
	deposits map[clew.Chain][]launder.MixerNote  // from the user's ledger
	counted  map[clew.Chain][]launder.MixerBatch // from an incident's facts: numbers and times alone
}

func (c *mixerCase) chains() []clew.Chain {
	all := map[clew.Chain]bool{}
	for chain := range c.deposits {
		all[chain] = true
	}
	for chain := range c.counted {
		all[chain] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// reach takes the deposits at one place.
func (c *mixerCase) reach(ctx context.Context, p *trace.Place) error {
	chain, notes := p.Asset.Chain(), 0
	if strings.HasPrefix(c.Start, incidentPrefix) {
		for i := range p.Arrivals {
			if b, ok := c.restated(p, &p.Arrivals[i]); ok {
				c.counted[chain] = append(c.counted[chain], b)
				notes++
			}
		}
	} else {
		s, err := snapshotOf(ctx, c.env, chain)
		if err != nil {
			return err
		}
		defer s.Close()
		for i := range p.Arrivals {
			found, err := depositsOf(ctx, s, p, &p.Arrivals[i])
			if err != nil {
				return err
			}
			c.deposits[chain] = append(c.deposits[chain], found...)
			notes += len(found)
		}
	}
	if notes == 0 {
		c.out.Unread = append(c.out.Unread, *p)
	}
	return nil
}

// restated reads a deposit that an incident's file states: a note, or several of
// which it says how many.
func (c *mixerCase) restated(p *trace.Place, a *trace.Arrival) (launder.MixerBatch, bool) {
	pool, ok := launder.MixerPoolAt(p.Address)
	if !ok || pool.Asset != p.Asset {
		return launder.MixerBatch{}, false
	}
	b := launder.MixerBatch{Pool: pool, By: a.From, Count: 1, First: a.Time, Last: a.Time}
	uses := c.out.Trace.Result.Uses
	i := slices.IndexFunc(uses, func(u trace.Use) bool { return u.Transfer.Pos == a.Pos && u.Transfer.Asset == p.Asset })
	if i >= 0 && uses[i].Transfer.Aggregate != nil {
		g := uses[i].Transfer.Aggregate
		b.Count, b.First, b.Last = g.Count, g.First, g.Last
		return b, g.Unit == pool.Note
	}
	return b, a.Moved == pool.Note
}

// depositsOf reads the notes that an arrival is, also where it went through a
// contract in front of the pool.
func depositsOf(ctx context.Context, s ledger.Snapshot, p *trace.Place, a *trace.Arrival) (list []launder.MixerNote, err error) {
	t, err := s.Transfer(ctx, a.Pos)
	if err != nil {
		return nil, err
	}
	tx := []clew.Transfer{t}
	if !t.Tx.IsZero() {
		if tx, err = s.Transaction(ctx, t.Tx); err != nil {
			return nil, err
		}
	}
	for _, pool := range launder.MixerPools() {
		if pool.Asset != p.Asset {
			continue
		}
		notes, _ := launder.MixerNotes(&pool, tx)
		for _, n := range notes {
			if !n.Out && (n.Who == a.From || n.Pos == a.Pos) {
				list = append(list, n)
			}
		}
	}
	return list, nil
}

// suppose looks for candidates on one chain.
func (c *mixerCase) suppose(ctx context.Context, chain clew.Chain) error {
	batches := append(launder.MixerBatches(launder.MixerPools(), c.deposits[chain]), c.counted[chain]...)
	if len(batches) == 0 {
		return nil
	}
	s, err := snapshotOf(ctx, c.env, chain)
	if errors.Is(err, clew.ErrNotFound) {
		launder.SortMixerBatches(batches)
		c.out.Chains = append(c.out.Chains, report.MixerChain{Chain: chain, NotHeld: true, MixerAnswer: &launder.MixerAnswer{Batches: batches, Candidates: []launder.MixerCandidate{}}})
		return nil
	}
	if err != nil {
		return err
	}
	defer s.Close()
	c.env.tell(Progress{Doing: "looking for candidates behind mixers on " + chain.Name()})
	q := &launder.MixerQuestion{Batches: batches, Within: clew.Time(c.Days) * 24 * 60 * 60, Keep: mostMixerCandidates}
	q.Histories, q.Facts, err = launder.ReadMixer(ctx, s, batches, q.Within, func(a clew.Address) bool {
		stop, _ := c.index.Stop(a)
		return stop != tag.NoStop
	})
	if err != nil {
		return err
	}
	answer, err := launder.MixerCandidates(ctx, q)
	if err != nil {
		return err
	}
	c.out.Chains = append(c.out.Chains, report.MixerChain{Chain: chain, AsOf: s.AsOf(), MixerAnswer: answer, Fees: feesHeld(answer)})
	return nil
}

// mostMixerCandidates is how many an answer lists of a chain.
const mostMixerCandidates = 5_000

// feesHeld reports whether fees of transactions are held: without them nothing is
// seen of the price of gas.
func feesHeld(a *launder.MixerAnswer) bool {
	return slices.ContainsFunc(a.Candidates, func(c launder.MixerCandidate) bool { return !c.Withdrawal.Paid.IsZero() })
}
