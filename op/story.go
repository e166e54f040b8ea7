package op

import (
	"context"
	"slices"

	"clew"
	"clew/incident"
	"clew/report"
	"clew/trace"
)

// DemoInput asks for the demonstration.
type DemoInput struct {
	Incident string `json:"incident" default:"ronin-2022" help:"which of the incidents that the program carries" placeholder:"ID"`
}

func demoOp() Op {
	return define(Op{
		Name: "demo",
		Doc:  "Follow the money of the Ronin bridge theft, from facts carried in this program.",
		Detail: "Builds a ledger in memory from the facts of the incident, follows both origins forward first in, first out, " +
			"and closes the books. It needs no network and no files, and leaves nothing behind but the page that it names.",
		Examples: []Example{{"demo", "the story, the books and the spread"}, {"demo --json", "the same as data"}},
	}, runDemo)
}

func runDemo(ctx context.Context, env *Env, in DemoInput) (report.Result, error) {
	i, err := incident.Builtin(in.Incident)
	if err != nil {
		return nil, err
	}
	return demoOf(ctx, env, i)
}

// demoOf follows an incident's origins by FIFO, the policy that can be checked
// by hand, and tells the story.
func demoOf(ctx context.Context, env *Env, i *incident.Incident) (*report.Demo, error) {
	ask := traceOp().Zero().(*TraceInput)
	ask.Start, ask.Policy, ask.Spread = incidentPrefix+i.ID, "fifo", "yes"
	q, err := incidentQuestion(ctx, env, ask, i, "")
	if err != nil {
		return nil, err
	}
	defer q.close()
	t, err := q.run(ctx, env)
	if err != nil {
		return nil, err
	}
	t.Command = CommandLine(traceOp(), ask)
	without, err := q.withoutInferred(ctx)
	if err != nil {
		return nil, err
	}
	return &report.Demo{Trace: t, Story: storyOf(i, t.Result), Without: without}, nil
}

// withoutInferred asks the question again without each transfer that is only
// inferred, so that the reader sees what rests on it.
func (q *question) withoutInferred(ctx context.Context) ([]report.Without, error) {
	var out []report.Without
	for k, s := range q.input.Assumptions.Transfers {
		if s.Basis != clew.Inferred {
			continue
		}
		again := q.input
		again.Assumptions.Transfers = slices.Delete(slices.Clone(q.input.Assumptions.Transfers), k, k+1)
		again.Spread = trace.No
		r, err := trace.Run(ctx, again)
		if err != nil {
			return nil, err
		}
		for _, b := range r.Books {
			if b.Origin == "" {
				out = append(out, report.Without{What: "one row that no ledger records, by the method “" + s.By + "”", Basis: s.Basis, Book: b})
			}
		}
	}
	return out, nil
}

// storyOf tells an incident from its file and from a trace of it.
func storyOf(i *incident.Incident, r *trace.Result) report.Story {
	s := report.Story{Title: i.Title, Occurred: string(i.Dates.Occurred.Day), Disclosed: string(i.Dates.Disclosed.Day)}
	for _, v := range i.Victims {
		s.Victims = append(s.Victims, v.Name)
	}
	for _, l := range i.Losses {
		asset, ok := i.Asset(l.Asset)
		if !ok { // a coin by name alone
			continue
		}
		amount, err := l.Amount.Units(asset.Decimals)
		if err != nil {
			panic("op: " + err.Error()) // a checked file has none
		}
		s.Losses = append(s.Losses, report.Loss{Asset: asset.Asset, Amount: amount, Transactions: l.Transactions})
	}
	for _, m := range i.Methods {
		s.Methods = append(s.Methods, report.Said{Text: m.Text, By: m.By})
	}
	for _, a := range i.Attributions {
		s.Attributions = append(s.Attributions, report.Said{Text: a.Label + " (" + string(a.Standing) + ")", By: a.By, Date: string(a.Day)})
	}
	for _, c := range i.Assumptions().Conversions {
		s.Conversions = append(s.Conversions, conversionStep(i, &c))
	}
	s.Steps = stepsOf(i, r)
	return s
}

// conversionStep says what a claimed conversion turned into what.
func conversionStep(i *incident.Incident, c *clew.Conversion) report.ConversionStep {
	step := report.ConversionStep{ID: c.ID, Kind: c.Kind, Basis: c.Basis, By: c.By}
	for _, side := range []struct {
		chain     clew.Chain
		positions []clew.Pos
		asset     *clew.Asset
		amount    *clew.Amount
	}{{c.InChain, c.In, &step.InAsset, &step.In}, {c.OutChain, c.Out, &step.OutAsset, &step.Out}} {
		for _, pos := range side.positions {
			row, _ := i.Row(side.chain, pos)
			*side.asset = row.Transfer.Asset
			*side.amount = side.amount.Plus(row.Transfer.Amount())
		}
	}
	return step
}

// stepsOf adds up, for each role in the order in which marked value reached
// it, what the addresses of that role received from others and passed on.
func stepsOf(i *incident.Incident, r *trace.Result) []report.Step {
	roleOf := func(legs []clew.Leg) (clew.Address, string) {
		if len(legs) != 1 {
			return clew.Address{}, ""
		}
		role, _ := i.Role(legs[0].Address)
		return legs[0].Address, string(role.Name)
	}
	var steps []report.Step
	at := map[string]int{}
	seen := map[clew.Address]bool{}
	for k := range r.Uses {
		u := &r.Uses[k]
		_, from := roleOf(u.Transfer.From)
		to, role := roleOf(u.Transfer.To)
		if role == "" {
			role = otherRole(r, to)
		}
		if role == "" {
			continue
		}
		if _, known := at[role]; !known {
			at[role] = len(steps)
			steps = append(steps, report.Step{Role: role, Asset: u.Transfer.Asset, First: u.Transfer.Time})
		}
		s := &steps[at[role]]
		if !seen[to] {
			seen[to] = true
			s.Addresses++
		}
		if role != from {
			receive(s, u)
		}
	}
	for k := range steps {
		steps[k].Says, steps[k].By = saysOf(i, steps[k].Role)
	}
	return steps
}

// receive adds to a step what its addresses received from others.
func receive(s *report.Step, u *trace.Use) {
	s.Received, _ = s.Received.Add(u.Amount)
	s.Last = max(s.Last, u.Transfer.Time)
	s.Transfers++
	if a := u.Transfer.Aggregate; a != nil {
		s.First = min(s.First, a.First)
		s.Transfers += a.Count - 1
	}
}

// otherRole names an address without a role by what a tag made of it.
func otherRole(r *trace.Result, a clew.Address) string {
	at := slices.IndexFunc(r.Places, func(p trace.Place) bool { return p.Address == a && p.Tag != nil })
	if at < 0 {
		return ""
	}
	return string(r.Places[at].Kind)
}

// saysOf returns what addresses of a role are said to have done, and by whom.
func saysOf(i *incident.Incident, role string) (says, by string) {
	for _, set := range i.RoleSets {
		if string(set.Role) == role {
			return set.Did, set.By
		}
	}
	return "", ""
}
