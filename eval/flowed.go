package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/rank"
	"clew/taint"
)

// Bounds of a measurement of flows.
const (
	mostLooks = 4000 // addresses that a ranker may look at
	mostRead  = 1000 // transfers of an address: one of more is a service
	mostNamed = 5000 // of an order
)

// A Flowed says how much of a theft a method finds in a background.
type Flowed struct {
	Case      string      `json:"case"`
	Seed      uint64      `json:"seed"`
	Transfers uint64      `json:"transfers"` // of the background, with the theft
	Method    string      `json:"method"`
	Looked    uint64      `json:"looked"` // addresses; a policy reads everything and looks at none
	Read      uint64      `json:"read"`   // transfers
	Named     uint64      `json:"named"`  // addresses that it takes for the thief's or where value ended
	Right     uint64      `json:"right"`  // of these
	Bad       uint64      `json:"bad"`    // addresses of the theft
	Covered   clew.Amount `json:"covered"`
	Reachable clew.Amount `json:"reachable"` // the ceiling: the most that a walk in time covers
	Moved     clew.Amount `json:"moved"`     // by the whole theft
	HitValue  clew.Amount `json:"hitValue"`  // that the theft brought to those named rightly
	EndValue  clew.Amount `json:"endValue"`  // and to the ends among them
	AtEnds    clew.Amount `json:"atEnds"`    // and to all ends
	Best      clew.Amount `json:"best"`      // covered by the longest beginning of its order of which nine in ten are right
	Precision uint64      `json:"precision"` // of a thousand, of the shortest that covers 95 % of the ceiling; 0: none does
}

// FlowMethods names what is measured, the default first.
func FlowMethods() (names []string) {
	for _, c := range slices.Concat(flowContenders(), variants()) {
		names = append(names, c.name)
	}
	for _, p := range taint.AccountPolicies() {
		names = append(names, "policy "+string(p))
	}
	return names
}

func flowContenders() []contender {
	company := contender{"company", func(start []rank.Move) rank.Ranker { return rank.NewCompany(start) }}
	return append([]contender{company}, contenders()...)
}

// variants are the company by other terms than the default: they are measured where
// they are named.
func variants() []contender {
	of := func(name string, terms rank.Terms) contender {
		return contender{name, func(start []rank.Move) rank.Ranker { return rank.NewCompanyOf(start, terms) }}
	}
	list := []contender{of("company ageless", rank.Terms{Ageless: true})}
	for points := 1; points <= 3; points++ {
		list = append(list, of(fmt.Sprintf("company stricter by %d", points), rank.Terms{Stricter: points}),
			of(fmt.Sprintf("company laxer by %d", points), rank.Terms{Stricter: -points}))
	}
	return list
}

// MeasureFlows plants flows in a background and lets the methods named find them:
// all but the variants of the company, if none is. A method is told where the theft started and with how much, and
// knows nobody by name. Where aged is set, the theft's addresses dealt with others
// before it, so that they are not known by being new.
func MeasureFlows(ctx context.Context, b *Background, aged bool, methods []string, done func(doing string)) (rows []Flowed, err error) {
	done("making " + decimal(b.transfers) + " transfers around " + b.flows.Name)
	f, err := b.field(ctx)
	if err != nil {
		return nil, err
	}
	if aged {
		f.withHistory()
	}
	wanted := func(name string) bool { return len(methods) == 0 || slices.Contains(methods, name) }
	contending := flowContenders()
	if len(methods) > 0 {
		contending = append(contending, variants()...)
	}
	for _, c := range contending {
		if !wanted(c.name) {
			continue
		}
		done("hunting by " + c.name)
		row := f.blank(c.name)
		order, err := f.hunt(ctx, c.make(f.started), &row)
		if err != nil {
			return nil, err
		}
		f.judge(order, &row)
		rows = append(rows, row)
	}
	for _, p := range taint.AccountPolicies() {
		if name := "policy " + string(p); wanted(name) {
			done("marking by " + string(p))
			row := f.blank(name)
			order, err := f.mark(ctx, p, &row)
			if err != nil {
				return nil, err
			}
			f.judge(order, &row)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// FlowSteps is how often [MeasureFlows] says what it does.
func FlowSteps(methods []string) int64 {
	if len(methods) > 0 {
		return 1 + int64(len(methods))
	}
	return 1 + int64(len(flowContenders())+len(taint.AccountPolicies()))
}

func (f *field) blank(method string) Flowed {
	row := Flowed{Case: f.flows.Name, Seed: f.seed, Transfers: uint64(len(f.from)), Method: method, Bad: uint64(len(f.thief))}
	for _, r := range f.stolen {
		row.Moved = row.Moved.Plus(f.amount(f.cents[r]))
		if f.ends[f.to[r]] {
			row.AtEnds = row.AtEnds.Plus(f.amount(f.cents[r]))
		}
	}
	for _, r := range f.reachable {
		row.Reachable = row.Reachable.Plus(f.amount(f.cents[r]))
	}
	return row
}

// hunt lets a ranker look, and returns whom it names in its order. One that names
// whomever it met is taken to name those it looked at.
func (f *field) hunt(ctx context.Context, r rank.Ranker, row *Flowed) (order []uint32, err error) {
	services, tells := r.(interface {
		PushService(a clew.Address, rows uint64)
	})
	looked := map[uint32]bool{}
	for row.Looked < mostLooks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a, ok := r.Next()
		if !ok {
			break
		}
		n := f.met[a]
		row.Looked++
		again := looked[n]
		looked[n] = true
		switch rows := f.rows(n); {
		case rows <= mostRead || again:
			row.Read += rows
			r.Push(a, f.moves(n))
		case tells:
			services.PushService(a, rows)
		default:
			r.Push(a, nil)
		}
	}
	for _, s := range r.Scores() {
		if n := f.met[s.Address]; looked[n] && len(order) < mostNamed {
			order = append(order, n)
		}
	}
	return order, nil
}

// mark follows everything by a policy, in the order of the ledger, and returns who
// got most of what is marked.
func (f *field) mark(ctx context.Context, p taint.Policy, row *Flowed) (order []uint32, err error) {
	pots := make([]taint.Pot, f.everything)
	got := map[uint32]clew.Amount{}
	pot := func(n uint32) (taint.Pot, error) {
		if pots[n] == nil {
			pots[n], err = taint.NewPot(taint.Method{Policy: p})
		}
		return pots[n], err
	}
	for i := range f.started {
		s, err := pot(f.met[f.started[i].To])
		if err == nil {
			err = s.Receive(taint.Tape{taint.OriginRun(f.started[i].Amount, 0)})
		}
		if err != nil {
			return nil, err
		}
	}
	if err := f.pass(ctx, pot, got); err != nil {
		return nil, err
	}
	row.Read = uint64(len(f.from))
	for n := range got {
		order = append(order, n)
	}
	slices.SortFunc(order, func(m, n uint32) int { return cmp.Or(got[n].Cmp(got[m]), cmp.Compare(m, n)) })
	return order[:min(len(order), mostNamed)], nil
}

// pass books every transfer, and adds up what is marked.
func (f *field) pass(ctx context.Context, pot func(uint32) (taint.Pot, error), got map[uint32]clew.Amount) error {
	var tape taint.Tape
	for i := range f.from {
		if i%everyHours == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from, err := pot(f.from[i])
		if err != nil {
			return err
		}
		to, err := pot(f.to[i])
		if err != nil {
			return err
		}
		left, missing := from.Spend(f.amount(f.cents[i]), tape[:0])
		if !missing.IsZero() {
			left = left.Append(taint.CleanRun(missing))
		}
		if left.IsMarked() {
			got[f.to[i]] = got[f.to[i]].Plus(left.Marked())
		}
		if err := to.Receive(left); err != nil {
			return err
		}
		tape = left
	}
	return nil
}

// judge counts what those named are right in, and how it is along their order.
func (f *field) judge(order []uint32, row *Flowed) {
	named := make(map[uint32]bool, len(order))
	byAddress := map[uint32][]int32{}
	for _, r := range f.reachable {
		byAddress[f.from[r]] = append(byAddress[f.from[r]], r)
		byAddress[f.to[r]] = append(byAddress[f.to[r]], r)
	}
	enough, _ := row.Reachable.MulDiv(clew.Units(95), clew.Units(100))
	for _, n := range order {
		if named[n] {
			continue
		}
		named[n] = true
		row.Named++
		row.Right += count(int(n) < len(f.thief))
		for _, r := range byAddress[n] {
			if named[f.from[r]] && named[f.to[r]] {
				row.Covered = row.Covered.Plus(f.amount(f.cents[r]))
			}
		}
		precision, _ := Permille(row.Right, row.Named)
		if precision >= 900 {
			row.Best = row.Covered
		}
		if row.Precision == 0 && !row.Covered.Less(enough) {
			row.Precision = precision
		}
	}
	for _, r := range f.stolen {
		if to := f.to[r]; named[to] {
			row.HitValue = row.HitValue.Plus(f.amount(f.cents[r]))
			if f.ends[to] {
				row.EndValue = row.EndValue.Plus(f.amount(f.cents[r]))
			}
		}
	}
}
