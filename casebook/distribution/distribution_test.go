package distribution

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/casebook"
	"clew/price"
	"clew/trace"
)

var (
	coin  = clew.NativeAsset(clew.Ethereum)
	other = clew.NativeAsset(clew.Bitcoin)
)

// victim returns a row whose loss is a number of smallest units.
func victim(number int, lost uint64) casebook.Victim {
	return casebook.Victim{Made: casebook.Made{Number: number}, Name: fmt.Sprint("N", number), Asset: coin, Amount: clew.Units(lost), Checked: number%2 == 0}
}

// in and out are entries of a pot.
func in(victim int, n uint64) Entry { return Entry{Victim: victim, Amount: clew.Units(n)} }
func out(n uint64) Entry            { return Entry{Out: true, Amount: clew.Units(n)} }

// worth returns US dollars.
func worth(t testing.TB, text string) price.Money {
	t.Helper()
	d, err := price.ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	return d.Times(clew.Units(1), 0)
}

// computed answers a question that has one asset and one policy.
func computed(t testing.TB, p Policy, victims []casebook.Victim, r ...Recovery) Book {
	t.Helper()
	table, err := Compute(Question{Victims: victims, Recovered: r, Policies: []Policy{p}})
	if err != nil {
		t.Fatal(err)
	}
	return table.Books[0]
}

// shares returns the shares of a book by victim, in order, and what is left.
func shares(b Book) (list []uint64) {
	for _, s := range b.Shares {
		n, _ := s.Amount.Uint64()
		list = append(list, n)
	}
	n, _ := b.Surplus.Uint64()
	return append(list, n)
}

func TestVectors(t *testing.T) {
	lot := func(n uint64, marks ...Mark) Lot { return Lot{clew.Units(n), marks} }
	mark := func(v int, n uint64) Mark { return Mark{v, clew.Units(n)} }
	twice := []casebook.Victim{victim(1, 1000), victim(2, 2000)}
	for _, c := range []struct {
		name    string
		policy  Policy
		victims []casebook.Victim
		amount  uint64
		pot     []Entry
		lots    []Lot
		want    []uint64 // by victim, then the surplus
	}{
		{"losses are borne in proportion", ProRata, twice, 2400, nil, nil, []uint64{800, 1600, 0}},
		{"what was paid in first is gone first", FirstIn, twice, 2400, []Entry{in(1, 1000), in(2, 2000), out(600)}, nil, []uint64{400, 2000, 0}},
		{"a payment out before another paid in is not borne by it", Rolling, twice, 2600, []Entry{in(1, 1000), out(400), in(2, 2000)}, nil, []uint64{600, 2000, 0}},
		{"a rolling charge is borne by all that is in", Rolling, twice, 2400, []Entry{in(1, 1000), in(2, 2000), out(600)}, nil, []uint64{800, 1600, 0}},
		{"others' money bears a rolling charge alike", Rolling, twice, 1500, []Entry{in(1, 1000), in(0, 2000), out(1500)}, nil, []uint64{500, 1000}},
		{"Roscoe v Winder: 455 paid in, 25 left, then 333 of the holder's own", Lowest, []casebook.Victim{victim(1, 455)}, 358, []Entry{in(1, 455), out(430), in(0, 333)}, nil, []uint64{25, 333}},
		{"the balance falls, rises, and falls again", Lowest, []casebook.Victim{victim(1, 1050)}, 50, []Entry{in(1, 1000), in(0, 500), out(1200), in(0, 700), out(100), in(1, 50), out(900)}, nil, []uint64{50, 0}},
		{"of a part that was recovered victims come first", Lowest, twice, 900, []Entry{in(0, 500), in(1, 600), in(2, 600)}, nil, []uint64{450, 450, 0}},
		{"nobody gets more than the loss", ProRata, twice, 4000, nil, nil, []uint64{1000, 2000, 1000}},
		{"a loss of nothing gets nothing", ProRata, []casebook.Victim{victim(1, 0), victim(2, 3)}, 2, nil, nil, []uint64{0, 2, 0}},
		{"of equal remainders the lower number gets the unit", ProRata, []casebook.Victim{victim(1, 5), victim(2, 5), victim(3, 5)}, 4, nil, nil, []uint64{2, 1, 1, 0}},
		{"units go to whose mark they bear", ByMarks, twice, 30, nil, []Lot{lot(10, mark(1, 10)), lot(15, mark(2, 15)), lot(5)}, []uint64{10, 15, 5}},
		{"units with both marks are shared by losses", ByMarks, twice, 30, nil, []Lot{lot(30, mark(1, 30), mark(2, 30))}, []uint64{10, 20, 0}},
		{"of a part a part of each lot", ByMarks, twice, 10, nil, []Lot{lot(10, mark(1, 10)), lot(30, mark(2, 30))}, []uint64{3, 7, 0}}, // 2.5 and 7.5: of equal remainders the first gets the unit
		{"more in the pot than the claimed loss is left", FirstIn, []casebook.Victim{victim(1, 4)}, 10, []Entry{in(1, 10)}, nil, []uint64{4, 6}},
		{"more than a claimed loss is left", ByMarks, []casebook.Victim{victim(1, 4)}, 10, nil, []Lot{lot(10, mark(1, 10))}, []uint64{4, 6}},
	} {
		b := computed(t, c.policy, c.victims, Recovery{Asset: coin, Amount: clew.Units(c.amount), Pot: c.pot, Lots: c.lots})
		if got := shares(b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if b.Rounding == "" || (b.Why == "") != b.Surplus.IsZero() {
			t.Errorf("%s: rounding %q, surplus %s: %q", c.name, b.Rounding, b.Surplus, b.Why)
		}
	}
}

func TestUnchecked(t *testing.T) {
	b := computed(t, ProRata, []casebook.Victim{victim(1, 10), victim(2, 30)}, Recovery{Asset: coin, Amount: clew.Units(20)})
	if b.Unchecked != clew.Units(5) || b.Shares[0].Checked || !b.Shares[1].Checked {
		t.Errorf("unchecked %s of %+v", b.Unchecked, b.Shares)
	}
}

// TestAssetsApart wants two assets to have a book each, and a victim of the one to
// be named as outside of the other, but not by value.
func TestAssetsApart(t *testing.T) {
	victims := []casebook.Victim{victim(3, 10), {Made: casebook.Made{Number: 5}, Asset: other, Amount: clew.Units(7)}, {Made: casebook.Made{Number: 6, Withdrawn: 9}, Asset: coin, Amount: clew.Units(99)}}
	w := worth(t, "30")
	table, err := Compute(Question{Victims: victims, Policies: []Policy{ProRata, ByValue},
		Recovered: []Recovery{{Asset: other, Amount: clew.Units(4)}, {Asset: coin, Amount: clew.Units(6)}, {Asset: coin, Amount: clew.Units(3)}},
		Values:    map[int]price.Money{3: worth(t, "100.5"), 5: worth(t, "201")}, ValuedBy: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]uint64
	for _, b := range table.Books {
		got = append(got, shares(b))
	}
	if want := [][]uint64{{4, 0}, {1, 3, 0}, {9, 0}, {3, 6, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if b := table.Books[0]; b.Asset != other || !slices.Equal(b.Outside, []int{3}) || b.OutsideBy == "" {
		t.Errorf("%+v", b)
	}
	if !strings.Contains(table.Books[1].Rounding, "in the same asset alone") {
		t.Errorf("shares without caps are not named: %q", table.Books[1].Rounding)
	}
	for i := range table.Recovered {
		table.Recovered[i].Worth = &w // 90 in all, of 301.5 that was lost
	}
	q := Question{Victims: victims, Policies: []Policy{ByValue}, Recovered: table.Recovered, Values: map[int]price.Money{3: worth(t, "10"), 5: worth(t, "20")}}
	table, err = Compute(q)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := shares(table.Books[0]), shares(table.Books[1]); !slices.Equal(a, []uint64{0, 0, 4}) || !slices.Equal(b, []uint64{1, 2, 6}) {
		t.Errorf("losses of 30 of 90 that was recovered: %v, %v", a, b)
	}
}

// TestByValueHasCaps wants nobody to get more of an asset than was lost of it, though no
// value of what was recovered is stated.
func TestByValueHasCaps(t *testing.T) {
	table, err := Compute(Question{Victims: []casebook.Victim{victim(1, 10), victim(2, 90)}, Policies: []Policy{ByValue}, Values: map[int]price.Money{1: worth(t, "5")}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(50)}}})
	if err != nil {
		t.Fatal(err)
	}
	if b := table.Books[0]; !slices.Equal(shares(b), []uint64{10, 40}) || !b.Shares[0].Capped || !slices.Equal(b.Outside, []int{2}) || b.Why == "" {
		t.Errorf("%+v", b)
	}
}

// TestLacks wants a policy without what it needs to say so, and to give nothing.
func TestLacks(t *testing.T) {
	table, err := Compute(Question{Victims: []casebook.Victim{victim(1, 5)}, Recovered: []Recovery{{Asset: coin, Amount: clew.Units(5)}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range table.Books {
		if (b.Policy == ProRata) == (b.Lacks != "") || b.Lacks != "" && (b.Shares != nil || b.Rounding != "") {
			t.Errorf("%s: %+v", b.Policy, b)
		}
	}
	if len(table.Books) != len(Policies()) {
		t.Errorf("%d books, want one for each policy", len(table.Books))
	}
}

func TestRefusals(t *testing.T) {
	one := []casebook.Victim{victim(1, 5)}
	r := func(r Recovery) Question {
		r.Asset, r.Amount = coin, clew.Units(5)
		return Question{Victims: one, Recovered: []Recovery{r}}
	}
	noAsset := r(Recovery{})
	noAsset.Recovered[0].Asset = clew.Asset{}
	twice := r(Recovery{})
	twice.Victims = []casebook.Victim{victim(1, 5), victim(1, 6)}
	unknown := r(Recovery{})
	unknown.Policies = []Policy{"pro-rat"}
	huge := r(Recovery{})
	huge.Recovered = []Recovery{{Asset: coin, Amount: clew.MaxAmount}, {Asset: coin, Amount: clew.Units(1)}}
	for name, q := range map[string]Question{
		"a pot that pays out more than is in":        r(Recovery{Pot: []Entry{in(1, 5), out(6)}}),
		"more recovered than the pot has left":       r(Recovery{Pot: []Entry{in(1, 5), out(1)}}),
		"an entry of a victim that is not there":     r(Recovery{Pot: []Entry{in(2, 5)}}),
		"a mark of a victim that is not there":       r(Recovery{Lots: []Lot{{clew.Units(5), []Mark{{2, clew.Units(5)}}}}}),
		"a mark of more than its lot":                r(Recovery{Lots: []Lot{{clew.Units(5), []Mark{{1, clew.Units(6)}}}}}),
		"two marks of one victim on a lot":           r(Recovery{Lots: []Lot{{clew.Units(5), []Mark{{1, clew.Units(2)}, {1, clew.Units(2)}}}}}),
		"no asset":                                   noAsset,
		"one number for two victims":                 twice,
		"an unknown policy":                          unknown,
		"recoveries that exceed 256 bits together":   huge,
		"more than is looked at for so many victims": r(Recovery{Pot: make([]Entry, maxEntries+1)}),
	} {
		if _, err := Compute(q); !errors.As(err, new(*clew.InputError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Compute(unknown); err == nil || !strings.Contains(err.Error(), "did you mean pro-rata?") {
		t.Errorf("%v", err)
	}
}

// A world is a random question with an exact oracle for each policy.
type world struct {
	victims []casebook.Victim
	pot     []Entry
	amount  uint64
	outs    int
}

func randomWorld(r *rand.Rand) world {
	var w world
	n := 1 + r.IntN(5)
	put, left := make([]uint64, n+1), uint64(0)
	for range 1 + r.IntN(12) {
		if amount := uint64(r.IntN(40)); left > 0 && r.IntN(3) == 0 {
			amount = min(amount, left)
			w.pot, left, w.outs = append(w.pot, out(amount)), left-amount, w.outs+1
		} else {
			v := r.IntN(n + 1)
			put[v], left = put[v]+amount, left+amount
			w.pot = append(w.pot, in(v, amount))
		}
	}
	for v := 1; v <= n; v++ {
		w.victims = append(w.victims, victim(v, put[v]+uint64(r.IntN(2)*r.IntN(9))))
	}
	w.amount = left
	if left > 0 && r.IntN(2) == 0 {
		w.amount = uint64(r.IntN(int(left))) + 1
	}
	return w
}

// exactPot is the naive oracle: whose what is recovered of a pot is, in fractions.
func (w *world) exactPot(p Policy) []*big.Rat {
	n := len(w.victims)
	var units []int // of a queue: the owner of each unit, oldest first
	has := make([]*big.Rat, n+1)
	for i := range has {
		has[i] = new(big.Rat)
	}
	leave := func(amount *big.Rat, among []*big.Rat) []*big.Rat {
		sum := new(big.Rat)
		for _, h := range among {
			sum.Add(sum, h)
		}
		parts := make([]*big.Rat, len(among))
		for i, h := range among {
			parts[i] = new(big.Rat)
			if sum.Sign() > 0 {
				parts[i].Quo(parts[i].Mul(amount, h), sum)
			}
		}
		for i := range among {
			among[i].Sub(among[i], parts[i])
		}
		return parts
	}
	for _, e := range w.pot {
		amount, _ := e.Amount.Uint64()
		exact := new(big.Rat).SetInt(e.Amount.Big())
		switch {
		case !e.Out:
			has[e.Victim].Add(has[e.Victim], exact)
			for range amount {
				units = append(units, e.Victim)
			}
		case p == FirstIn:
			units = units[amount:]
		case p == Rolling:
			leave(exact, has)
		default:
			own := new(big.Rat).Set(exact)
			if has[0].Cmp(own) < 0 {
				own.Set(has[0])
			}
			has[0].Sub(has[0], own)
			leave(exact.Sub(exact, own), has[1:])
		}
	}
	gets := make([]*big.Rat, n+1)
	amount := new(big.Rat).SetInt64(int64(w.amount))
	switch p {
	case FirstIn:
		for i := range gets {
			gets[i] = new(big.Rat)
		}
		for _, owner := range units[:w.amount] {
			gets[owner].Add(gets[owner], big.NewRat(1, 1))
		}
	case Rolling:
		gets = leave(amount, has)
	default:
		sum := new(big.Rat)
		for _, h := range has[1:] {
			sum.Add(sum, h)
		}
		if sum.Cmp(amount) < 0 {
			amount = sum
		}
		gets = append([]*big.Rat{nil}, leave(amount, has[1:])...)
	}
	return gets[1:]
}

// exactShare is the naive oracle of pro rata.
func (w *world) exactShare() []*big.Rat {
	lost := new(big.Rat)
	for _, v := range w.victims {
		lost.Add(lost, new(big.Rat).SetInt(v.Amount.Big()))
	}
	amount := new(big.Rat).SetInt64(int64(w.amount))
	if lost.Cmp(amount) < 0 {
		amount = lost
	}
	var gets []*big.Rat
	for _, v := range w.victims {
		part := new(big.Rat)
		if lost.Sign() > 0 {
			part.Quo(part.Mul(amount, new(big.Rat).SetInt(v.Amount.Big())), lost)
		}
		gets = append(gets, part)
	}
	return gets
}

// TestAgainstExactFractions holds every policy against fractions on random small pots:
// each share is within the rounding that its book states, books close, and nobody gets
// more than the loss.
func TestAgainstExactFractions(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 4))
	for n := range 3000 {
		w := randomWorld(r)
		for _, p := range []Policy{ProRata, FirstIn, Rolling, Lowest} {
			b := computed(t, p, w.victims, Recovery{Asset: coin, Amount: clew.Units(w.amount), Pot: w.pot})
			want, within := w.exactShare(), int64(1)
			if p != ProRata {
				want, within = w.exactPot(p), map[Policy]int64{Rolling: int64(w.outs) + 1, Lowest: int64(w.outs) + 1}[p]
			}
			sum := b.Surplus.Big()
			for _, s := range b.Shares {
				exact, loss := want[s.Victim-1], w.victims[s.Victim-1].Amount
				diff := new(big.Rat).Sub(new(big.Rat).SetInt(s.Amount.Big()), exact)
				if diff.Abs(diff).Cmp(big.NewRat(within, 1)) > 0 || loss.Less(s.Amount) {
					t.Fatalf("case %d, %s, victim %d: %s, exactly %s, of a loss of %s; %+v", n, p, s.Victim, s.Amount, exact, loss, w)
				}
				sum.Add(sum, s.Amount.Big())
			}
			if sum.Cmp(b.Recovered.Big()) != 0 || b.Sum != b.Recovered {
				t.Fatalf("case %d, %s: %s of %s", n, p, sum, b.Recovered)
			}
		}
	}
}

// TestDivide holds a division against what it must be, whatever the caps: one level for
// all that are below theirs, to the unit, and nothing left while anybody has room.
func TestDivide(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for n := range 5000 {
		total := big.NewInt(int64(r.IntN(200)))
		var weights, caps []*big.Int
		for range 1 + r.IntN(5) {
			weights = append(weights, big.NewInt(int64(r.IntN(30))))
			var most *big.Int
			if r.IntN(3) > 0 {
				most = big.NewInt(int64(r.IntN(40)))
			}
			caps = append(caps, most)
		}
		d := divide(total, weights, caps)
		sum := new(big.Int).Set(d.rest)
		for i, part := range d.parts {
			sum.Add(sum, part)
			room := weights[i].Sign() > 0 && (caps[i] == nil || part.Cmp(caps[i]) < 0)
			if caps[i] != nil && part.Cmp(caps[i]) > 0 || part.Sign() < 0 || room && d.rest.Sign() > 0 {
				t.Fatalf("case %d: %s by %v up to %v: %v, left %s", n, total, weights, caps, d.parts, d.rest)
			}
			for j := range d.parts { // i has room: it gets at least as much for its weight as any other, but for a unit
				over := new(big.Int).Mul(new(big.Int).Sub(d.parts[j], one), weights[i])
				if room && weights[j].Sign() > 0 && over.Cmp(new(big.Int).Mul(new(big.Int).Add(part, one), weights[j])) > 0 {
					t.Fatalf("case %d: %s by %v up to %v: %v", n, total, weights, caps, d.parts)
				}
			}
		}
		if sum.Cmp(total) != 0 {
			t.Fatalf("case %d: %s of %s", n, sum, total)
		}
	}
}

// TestRowsInAnyOrder wants the order of rows to change nothing.
func TestRowsInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		w := randomWorld(r)
		rec := Recovery{Asset: coin, Amount: clew.Units(w.amount), Pot: w.pot}
		q := Question{Victims: w.victims, Recovered: []Recovery{rec}}
		one, err := Compute(q)
		if err != nil {
			t.Fatal(err)
		}
		q.Victims = slices.Clone(w.victims)
		r.Shuffle(len(q.Victims), func(i, j int) { q.Victims[i], q.Victims[j] = q.Victims[j], q.Victims[i] })
		if two, err := Compute(q); err != nil || !reflect.DeepEqual(one, two) {
			t.Fatalf("%+v\n%+v, %v", one, two, err)
		}
	}
}

// TestLotsOf holds what a place of a trace tells against its parts, units by marks.
func TestLotsOf(t *testing.T) {
	place := func(amount uint64, parts ...uint64) *trace.Place {
		p := &trace.Place{Amount: clew.Units(amount)}
		for i, n := range parts {
			p.Parts = append(p.Parts, trace.Part{Origin: string(rune('a' + i)), Amount: clew.Units(n)})
		}
		return p
	}
	who := map[string]int{"a": 1, "b": 2, "c": 3}
	for _, c := range []struct {
		name  string
		place *trace.Place
		who   map[string]int
		want  []uint64 // of victims with losses of 1,000, 1,000 and 2,000
		noted bool
	}{
		{"no overlap", place(30, 10, 20), who, []uint64{10, 20, 0}, false},
		{"an overlap of two", place(30, 20, 20), who, []uint64{15, 15, 0}, false},
		{"an origin of nobody who claims", place(30, 10, 20), map[string]int{"a": 1}, []uint64{10, 20}, false},
		{"two origins of one victim that overlap", place(30, 20, 20), map[string]int{"a": 1, "b": 1}, []uint64{30, 0}, false},
		{"an overlap of three", place(30, 20, 20, 30), who, []uint64{8, 7, 15, 0}, true},
	} {
		lots, note, err := LotsOf(c.place, c.who)
		if err != nil || (note != "") != c.noted {
			t.Errorf("%s: %q, %v", c.name, note, err)
		}
		b := computed(t, ByMarks, []casebook.Victim{victim(1, 1000), victim(2, 1000), victim(3, 2000)}, Recovery{Asset: coin, Amount: c.place.Amount, Lots: lots})
		if got := shares(b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for name, p := range map[string]*trace.Place{"a part of more than all": place(5, 6), "parts of less than all": place(5, 2, 2)} {
		if _, _, err := LotsOf(p, who); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestDescribed wants every policy to name its source and its failure.
func TestDescribed(t *testing.T) {
	for _, d := range Policies() {
		if d.Says == "" || d.Source == "" || d.Failure == "" || d.Needs == "" {
			t.Errorf("%+v", d)
		}
	}
}
