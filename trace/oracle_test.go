package trace

import (
	"context"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/taint"
)

// An oracle follows value the slow and obvious way: every pot of the world is
// kept from its first transfer on, units of first in first out and last in
// first out one by one, and every transfer is looked at.
type oracle struct {
	*world
	method taint.Method
	pots   map[clew.Pot]taint.Pot
	degree map[clew.Address]int
	level  map[clew.Pot]int  // of those that marked value came to
	closed map[clew.Pot]bool // by the hop limit
	passed map[clew.Address]bool
	banned map[clew.Address]bool // by the limit on addresses
	shut   map[clew.Address]bool // suspected services
	uses   int
	parts  int // of origins, in all that was used
	ended  bool
	books  map[string]uint64 // by kind, address, asset and origin
	enters map[clew.Pos]*basin
	leaves map[clew.Pos]*basin
	all    []clew.Transfer
	told   map[clew.Pot][]Reading // in order, those still to come
	fees   map[clew.Pos]uint64
}

// A basin is a conversion.
type basin struct {
	conversion clew.Conversion
	in         map[clew.Pos]taint.Tape
	amounts    map[clew.Pos]uint64
	out        taint.Tape
	open       bool
	hop        int
	met        bool
	asset      clew.Asset
	pools      map[clew.Pos]clew.Address
}

// unitPot keeps every unit by itself.
type unitPot struct {
	units  []taint.Run
	newest bool
}

func (p *unitPot) Receive(t taint.Tape) error {
	for _, r := range t {
		n, _ := r.Amount.Uint64()
		for range n {
			unit, rest := taint.Tape{r}.Cut(clew.Units(1))
			p.units = append(p.units, unit[0])
			if len(rest) > 0 {
				r = rest[0]
			}
		}
	}
	return nil
}

func (p *unitPot) Spend(a clew.Amount, dst taint.Tape) (taint.Tape, clew.Amount) {
	n, _ := a.Uint64()
	for ; n > 0 && len(p.units) > 0; n-- {
		at := 0
		if p.newest {
			at = len(p.units) - 1
		}
		dst = append(dst, p.units[at])
		p.units = slices.Delete(p.units, at, at+1)
	}
	return dst, clew.Units(n)
}

// Scale puts the border after the y-th unit of n at y·total/n, for each stretch of
// units with the same marks.
func (p *unitPot) Scale(total clew.Amount) {
	var runs taint.Tape
	for _, u := range p.units {
		runs = runs.Append(u)
	}
	scaled, err := taint.Convert(runs, total)
	if err != nil {
		panic(err)
	}
	p.units = nil
	if err := p.Receive(scaled); err != nil {
		panic(err)
	}
}

func (p *unitPot) Balance() clew.Amount               { return clew.Units(uint64(len(p.units))) }
func (p *unitPot) Marked() clew.Amount                { return taint.Tape(p.units).Marked() }
func (p *unitPot) Contents(dst taint.Tape) taint.Tape { return append(dst, p.units...) }

func ask(t testing.TB, w *world, m taint.Method) *oracle {
	o := &oracle{world: w, method: m, pots: map[clew.Pot]taint.Pot{}, degree: map[clew.Address]int{}, level: map[clew.Pot]int{}, closed: map[clew.Pot]bool{},
		passed: map[clew.Address]bool{}, banned: map[clew.Address]bool{}, shut: map[clew.Address]bool{}, books: map[string]uint64{}, enters: map[clew.Pos]*basin{}, leaves: map[clew.Pos]*basin{}}
	o.all = slices.Clone(w.transfers)
	for _, s := range w.supposed {
		o.all = append(o.all, s.Transfer)
	}
	slices.SortFunc(o.all, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	o.convert()
	o.hear()
	o.open(t)
	for i := range o.all {
		o.take(&o.all[i])
	}
	o.close()
	return o
}

func (o *oracle) convert() {
	byPos := map[clew.Pos]*clew.Transfer{}
	for i := range o.all {
		byPos[o.all[i].Pos] = &o.all[i]
	}
	for _, c := range o.converts {
		b := &basin{conversion: c, in: map[clew.Pos]taint.Tape{}, amounts: map[clew.Pos]uint64{}, pools: map[clew.Pos]clew.Address{}}
		for _, pos := range c.In {
			n, _ := byPos[pos].Amount().Uint64()
			b.amounts[pos], o.enters[pos], b.asset, b.pools[pos] = n, b, byPos[pos].Asset, byPos[pos].To[0].Address
		}
		for _, pos := range c.Out {
			n, _ := byPos[pos].Amount().Uint64()
			b.amounts[pos], o.leaves[pos] = n, b
		}
	}
}

// open gives every pot what it must have held before.
func (o *oracle) open(t testing.TB) {
	balance, deficit := map[clew.Pot]int{}, map[clew.Pot]int{}
	for i := range o.all {
		tr := &o.all[i]
		from, to := tr.From[0].Address, tr.To[0].Address
		for _, a := range []clew.Address{from, to} {
			if !a.IsZero() {
				pot := clew.Pot{Address: a, Asset: tr.Asset}
				if o.pots[pot] == nil {
					o.pots[pot] = o.newPot(t)
				}
			}
		}
		if from == to {
			continue
		}
		n, _ := tr.Amount().Uint64()
		fp, tp := clew.Pot{Address: from, Asset: tr.Asset}, clew.Pot{Address: to, Asset: tr.Asset}
		balance[fp] -= int(n)
		if o.unread(fp, tr.Pos.Height) {
			deficit[fp] = max(deficit[fp], -balance[fp])
		}
		balance[tp] += int(n)
	}
	out, in := map[clew.Address]int{}, map[clew.Address]int{}
	for i := range o.all {
		out[o.all[i].From[0].Address]++
		in[o.all[i].To[0].Address]++
	}
	for n := range worldAddresses {
		o.degree[who(n)] = max(out[who(n)], in[who(n)])
	}
	for id, pot := range o.pots {
		if err := pot.Receive(taint.Tape{}.Append(taint.CleanRun(clew.Units(uint64(deficit[id]))))); err != nil {
			t.Fatal(err)
		}
	}
}

func (o *oracle) newPot(t testing.TB) taint.Pot {
	switch o.method.Policy {
	case taint.FIFO:
		return &unitPot{}
	case taint.LIFO:
		return &unitPot{newest: true}
	}
	p, err := taint.NewPot(o.method)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (o *oracle) take(tr *clew.Transfer) {
	from, to := tr.From[0].Address, tr.To[0].Address
	seeded := o.seededAt(tr.Pos)
	late := o.limits.Until.Known() && tr.Time > o.limits.Until
	if from == to || late && len(seeded) == 0 {
		return
	}
	source := clew.Pot{Address: from, Asset: tr.Asset}
	tape := taint.Tape{}.Append(taint.CleanRun(tr.Amount()))
	if !o.ended {
		o.listen(source, tr.Pos.Height)
		o.listen(clew.Pot{Address: to, Asset: tr.Asset}, tr.Pos.Height)
	}
	if pot := o.pots[source]; pot != nil && !o.ended && !late {
		left, missing := pot.Spend(tr.Amount(), nil)
		tape = left.Append(taint.CleanRun(missing))
	}
	hop := o.level[source] + 1
	tape, hop = o.leave(tr, tape, hop)
	if tape.IsMarked() && (o.uses >= o.limits.Transfers || len(o.seeds) > 62 && o.parts >= 62*o.limits.Transfers) {
		o.ended = true
		o.book(AtSizeLimit, from, tr.Asset, tape)
		tape = taint.Tape{}.Append(taint.CleanRun(tr.Amount()))
	}
	for _, origin := range seeded {
		if len(o.seeds) > 1 {
			tape = layOnClean(tape)
		}
		tape, hop = tape.Mark(clew.Amount{}, tr.Amount(), markIn(origin)), 0
	}
	if tape.IsMarked() && tr.Pos.Ordinal >= 100 && len(seeded) == 0 {
		tape = assume(tape)
	}
	kept := tape
	if tape.IsMarked() {
		o.uses++
		o.parts += o.count(tape)
		if o.carry(tr, tape, hop) {
			kept = tape
		} else {
			kept = taint.Tape{}.Append(taint.CleanRun(tr.Amount()))
		}
	}
	if pot := o.pots[clew.Pot{Address: to, Asset: tr.Asset}]; pot != nil && !o.ended {
		if err := pot.Receive(o.withhold(tr, kept)); err != nil {
			panic(err)
		}
	}
}

// count returns how many origins have a part in a tape.
func (o *oracle) count(tape taint.Tape) (n int) {
	for i := range o.seeds {
		if amount, _ := tape.Of(markIn(i)); !amount.IsZero() {
			n++
		}
	}
	return n
}

// markIn returns the mark of an origin: two numbers are the walk's own.
func markIn(origin int) int {
	if origin >= anyOrigin {
		return origin + 2
	}
	return origin
}

func (o *oracle) seededAt(pos clew.Pos) (origins []int) {
	for i, seed := range o.seeds {
		if slices.Contains(seed, pos) {
			origins = append(origins, i)
		}
	}
	return origins
}

func (o *oracle) leave(tr *clew.Transfer, tape taint.Tape, hop int) (taint.Tape, int) {
	b := o.leaves[tr.Pos]
	if b == nil {
		return tape, hop
	}
	if !b.open {
		b.open = true
		var in taint.Tape
		var total uint64
		for _, pos := range b.conversion.In {
			part := b.in[pos]
			if part == nil {
				part = taint.Tape{}.Append(taint.CleanRun(clew.Units(b.amounts[pos])))
			}
			in = in.Append(part...)
		}
		for _, pos := range b.conversion.Out {
			total += b.amounts[pos]
		}
		if in.IsMarked() {
			b.out, _ = taint.Convert(in, clew.Units(total))
			clear(b.in)
		}
	}
	var part taint.Tape
	if o.method.Policy == taint.Haircut {
		mixed, err := taint.NewPot(o.method)
		if err != nil {
			panic(err)
		}
		if err := mixed.Receive(b.out); err != nil {
			panic(err)
		}
		part, _ = mixed.Spend(tr.Amount(), nil)
		b.out = mixed.Contents(nil)
	} else {
		part, b.out = b.out.Cut(tr.Amount())
	}
	if !part.IsMarked() {
		return tape, hop
	}
	o.book(Unconverted, tr.From[0].Address, tr.Asset, tape)
	return part, b.hop + 1
}

// carry books what a transfer carries, or reports that its recipient keeps it.
func (o *oracle) carry(tr *clew.Transfer, tape taint.Tape, hop int) bool {
	to := tr.To[0].Address
	if o.ended {
		o.book(AtSizeLimit, to, tr.Asset, tape)
		return false
	}
	if b := o.enters[tr.Pos]; b != nil {
		if b.open {
			o.book(Unconverted, to, tr.Asset, tape)
			return false
		}
		if !b.met {
			b.met, b.hop = true, hop
		}
		b.in[tr.Pos] = tape
		return false
	}
	kind := o.stopAt(tr, tape, hop)
	if kind != "" {
		o.book(kind, to, tr.Asset, tape)
	}
	return kind == ""
}

func (o *oracle) stopAt(tr *clew.Transfer, tape taint.Tape, hop int) PlaceKind {
	to := tr.To[0].Address
	pot := clew.Pot{Address: to, Asset: tr.Asset}
	switch {
	case tr.Pos.Class == clew.Fee:
		return PaidAsFee
	case to.IsZero():
		return Burnt
	case stopKinds[o.stops[to]] != "":
		return stopKinds[o.stops[to]]
	case o.banned[to]:
		return AtSizeLimit
	case o.shut[to] || !o.passed[to] && o.degree[to] > o.limits.Degree && o.peers(pot) >= o.limits.Peers:
		o.shut[to] = true
		return AtSuspected
	case !o.passed[to] && len(o.passed) >= o.limits.Addresses:
		o.banned[to] = true
		return AtSizeLimit
	}
	o.passed[to] = true
	if o.method.Policy != taint.Poison && !o.limits.Dust.IsZero() {
		dust := true
		for i := range o.seeds {
			_, basis := tape.Of(markIn(i))
			dust = dust && basis.Cmp(o.limits.Dust) <= 0
		}
		if dust {
			return Dust
		}
	}
	if _, known := o.level[pot]; !known {
		o.level[pot] = hop
		o.closed[pot] = hop >= o.limits.Hops
	}
	if o.closed[pot] {
		return AtHopLimit
	}
	return ""
}

// peers returns with how many others a pot deals on its busier side.
func (o *oracle) peers(pot clew.Pot) int {
	payers, payees := map[clew.Address]bool{}, map[clew.Address]bool{}
	for i := range o.all {
		from, to := o.all[i].From[0].Address, o.all[i].To[0].Address
		if o.all[i].Asset != pot.Asset || o.all[i].Amount().IsZero() || from == to {
			continue
		}
		if to == pot.Address && !from.IsZero() {
			payers[from] = true
		}
		if from == pot.Address && !to.IsZero() {
			payees[to] = true
		}
	}
	return max(len(payers), len(payees))
}

func (o *oracle) book(kind PlaceKind, a clew.Address, asset clew.Asset, tape taint.Tape) {
	for i := range o.seeds {
		if amount, _ := tape.Of(markIn(i)); !amount.IsZero() {
			n, _ := amount.Uint64()
			o.books[placeLabel(kind, a, asset, i)] += n
		}
	}
}

func placeLabel(kind PlaceKind, a clew.Address, asset clew.Asset, origin int) string {
	return fmt.Sprintf("%s %s %s %d", kind, a.Text(), asset.Namespace(), origin)
}

// close books what lies in the pots at the end, and in conversions.
func (o *oracle) close() {
	for id, pot := range o.pots {
		if !o.ended {
			o.listen(id, 1<<60)
		}
		kind := AtRest
		for i := range o.all {
			if o.limits.Until.Known() && o.all[i].Time > o.limits.Until && o.all[i].From[0].Address == id.Address && o.all[i].Asset == id.Asset {
				kind = AtTimeLimit
			}
		}
		if o.ended {
			kind = AtSizeLimit
		}
		o.book(kind, id.Address, id.Asset, pot.Contents(nil))
	}
	for _, pos := range slices.SortedFunc(maps.Keys(o.enters), clew.Pos.Cmp) {
		b := o.enters[pos]
		o.book(Unconverted, b.pools[pos], b.asset, b.in[pos])
	}
	for _, c := range o.converts {
		b := o.leaves[c.Out[0]]
		for i := range o.all {
			if o.all[i].Pos == c.Out[len(c.Out)-1] {
				o.book(Unconverted, o.all[i].From[0].Address, o.all[i].Asset, b.out)
			}
		}
	}
}

func (o *oracle) String() string {
	var lines []string
	for k, n := range o.books {
		lines = append(lines, fmt.Sprintf("%s = %d", k, n))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// placesOf prints a result as the oracle prints its books.
func placesOf(r *Result) string {
	books := map[string]uint64{}
	for _, p := range r.Places {
		for _, part := range p.Parts {
			n, _ := part.Amount.Uint64()
			books[placeLabel(p.Kind, p.Address, p.Asset, int([]rune(part.Origin)[0]-'A'))] += n
		}
	}
	return (&oracle{books: books}).String()
}

// TestAgainstOracle compares every engine and policy with the oracle on random
// histories.
func TestAgainstOracle(t *testing.T) {
	all := []traits{
		{origins: 1},
		{origins: 1, openings: true},
		{origins: 2, openings: true},
		{origins: 3, openings: true, limits: true},
		{origins: 2, openings: true, limits: true, supposed: true},
		{origins: 1, openings: true, converts: true},
		{origins: 2, openings: true, converts: true, limits: true, supposed: true},
		{origins: 1, readings: true},
		{origins: 3, openings: true, readings: true},
		{origins: 2, openings: true, readings: true, limits: true},
		{origins: 2, openings: true, readings: true, converts: true},
	}
	for seed := range worlds(60) {
		for k, tr := range all {
			rng := rand.New(rand.NewSource(seed*100 + int64(k)))
			w := randomWorld(rng, tr)
			for _, p := range taint.AccountPolicies() {
				m := taint.Method{Policy: p}
				want := ask(t, &w, m).String()
				for _, e := range []Engine{Interval, Queue, Sweep} {
					if e == Interval && (p != taint.FIFO || tr.readings) {
						continue
					}
					r, err := Run(context.Background(), w.input(t, m, e))
					if err != nil {
						t.Fatalf("seed %d, traits %d, %s by %s: %v", seed, k, p, e, err)
					}
					if got := placesOf(r); got != want {
						t.Fatalf("seed %d, traits %d, %s by %s:\n%s\nwant\n%s", seed, k, p, e, got, want)
					}
				}
			}
		}
	}
}

// TestEndedValueLeavesByNoConversion comes to the limit on transfers with value
// in a pool that a conversion then pays from: it stays where the walk ended.
func TestEndedValueLeavesByNoConversion(t *testing.T) {
	w := randomWorld(rand.New(rand.NewSource(28206)), traits{origins: 2, openings: true, converts: true, limits: true, supposed: true})
	want := ask(t, &w, taint.Method{Policy: taint.FIFO}).String()
	for _, e := range []Engine{Interval, Queue, Sweep} {
		r := mustRun(t, w.input(t, taint.Method{Policy: taint.FIFO}, e))
		if got := placesOf(r); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", e, got, want)
		}
	}
}
