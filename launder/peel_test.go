package launder

import (
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/internal/simchain"
)

// moving reads transfers as recognisers of these tests see them.
var moving = newMover()

type mover struct{ st *Stream }

func newMover() mover {
	st, err := NewStream(Setup{}, nil)
	if err != nil {
		panic(err)
	}
	return mover{st}
}

func (m mover) of(t *clew.Transfer, form *bitcoin.Form) *Moved { return m.st.read(t, form) }

// peelStep makes a transaction that spends output 1 of the one before and pays two
// outputs.
func peelStep(n byte, at clew.Time, peel, rest uint64) *clew.Transfer {
	leg := func(who byte, amount uint64) clew.Leg {
		a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 18), n, who))
		if err != nil {
			panic(err)
		}
		return clew.Leg{Address: a, Amount: clew.Units(amount)}
	}
	in := leg(3, peel+rest+500)
	in.Spends = &clew.Output{Tx: clew.TxID{n - 1, 1}, Index: 1}
	return &clew.Transfer{Pos: clew.Pos{Height: uint64(n)}, Time: at, Tx: clew.TxID{n, 1}, Asset: clew.NativeAsset(clew.Bitcoin),
		From: []clew.Leg{in}, To: []clew.Leg{leg(1, peel), leg(2, rest), {Amount: clew.Units(500)}}}
}

func TestPeelChains(t *testing.T) {
	day := clew.Time(86_400)
	one, other := &bitcoin.Form{Version: 1}, &bitcoin.Form{Version: 2}
	for name, c := range map[string]struct {
		change   func(n int, tx *clew.Transfer)
		form     func(n int) *bitcoin.Form
		want     []int // steps of the chains found
		strength int
	}{
		"eight steps":        {nil, nil, []int{8}, 615},
		"forms not known":    {nil, func(int) *bitcoin.Form { return nil }, []int{8}, 410},
		"one form not known": {nil, func(n int) *bitcoin.Form { return map[bool]*bitcoin.Form{true: one}[n != 4] }, []int{8}, 410},
		"the rest goes back once": {func(n int, tx *clew.Transfer) {
			if n == 5 {
				tx.From[0].Address = tx.To[1].Address
			}
		}, nil, []int{8}, 410},
		"other software after six":     {nil, func(n int) *bitcoin.Form { return map[bool]*bitcoin.Form{true: one, false: other}[n <= 6] }, []int{6}, 545},
		"other software after four":    {nil, func(n int) *bitcoin.Form { return map[bool]*bitcoin.Form{true: one, false: other}[n <= 4] }, nil, 0},
		"a day between":                {func(n int, tx *clew.Transfer) { tx.Time = clew.Time(n) * day }, nil, []int{8}, 615},
		"a day and a second":           {func(n int, tx *clew.Transfer) { tx.Time = clew.Time(n) * (day + 1) }, nil, nil, 0},
		"a peel of dust after five":    {func(n int, tx *clew.Transfer) { tx.To[0].Amount = clew.Units(1000 - uint64(n)/6) }, nil, []int{5}, 500},
		"half is peeled at the fourth": {func(n int, tx *clew.Transfer) { tx.To[0].Amount = clew.Units(200_000 + 300_000*uint64(count(n == 4))) }, nil, nil, 0},
		"three inputs at the seventh":  {func(n int, tx *clew.Transfer) { tx.From = slices.Repeat(tx.From, 1+2*count(n == 7)) }, nil, []int{6}, 545},
		"the peel goes on":             {func(n int, tx *clew.Transfer) { tx.From[0].Spends.Index = uint32(count(n != 7)) }, nil, []int{6}, 545},
	} {
		var got []int
		strength := 0
		p, err := NewPeels(DefaultPeel(), func(f *Finding) {
			got, strength = append(got, len(f.Steps)), f.Strength
			checkPeel(t, f)
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 8; n++ {
			tx, form := peelStep(byte(n), clew.Time(1000+n), 200_000, 1_000_000), one
			if c.change != nil {
				c.change(n, tx)
			}
			if c.form != nil {
				form = c.form(n)
			}
			p.Add(moving.of(tx, form))
		}
		p.End()
		if !slices.Equal(got, c.want) || strength != c.strength {
			t.Errorf("%s: chains of %v, strength %d, want %v, %d", name, got, strength, c.want, c.strength)
		}
	}
}

// checkPeel holds a chain together: each step begins where the rest of the one
// before lies, and roles name what they must.
func checkPeel(t *testing.T, f *Finding) {
	t.Helper()
	for i, s := range f.Steps {
		last := s.Roles[len(s.Roles)-1]
		want := Carries
		if i == len(f.Steps)-1 {
			want = LastRest
		}
		if s.Roles[0].Name != PaysOn || last.Name != want || !slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Name == Peeled }) {
			t.Fatalf("step %d: %+v", i, s)
		}
		if f.Chain.IsBitcoin() || i == 0 {
			continue
		}
		if before := f.Steps[i-1].Roles; before[len(before)-1].Address != s.Roles[0].Address {
			t.Fatalf("step %d begins at another address", i)
		}
	}
	if f.Strength < 1 || f.Strength > 1000 || f.From > f.To || f.Rule != PeelRule || f.Version == "" {
		t.Fatalf("%+v", f)
	}
}

// TestAccountPeels follows an asset from one new address to the next.
func TestAccountPeels(t *testing.T) {
	asset := clew.NativeAsset(clew.Ethereum)
	at := func(n int) clew.Address {
		a, err := clew.MakeAddress(clew.Ethereum, clew.EVMForm, append(make([]byte, 18), byte(n>>8), byte(n)))
		if err != nil {
			panic(err)
		}
		return a
	}
	for name, c := range map[string]struct {
		sides, most int       // how many, of so many percent
		step        clew.Time // between what comes in and the rest
		busy        clew.Time // before the start, others paid the addresses; 0: they did not
		keeps       int       // percent that do not go on
		twice       bool      // the rest comes in two transfers
		fees        bool      // four fees are paid to somebody at each step
		keep        int
		want        []int
	}{
		"one little payment each":       {sides: 1, most: 20, want: []int{7}},
		"three":                         {sides: 3, most: 10, want: []int{7}},
		"four":                          {sides: 4, most: 10},
		"none":                          {},
		"not so little":                 {sides: 1, most: 31},
		"at the bound":                  {sides: 1, most: 30, want: []int{7}},
		"just in time":                  {sides: 1, most: 20, step: 86_400, want: []int{7}},
		"too slow":                      {sides: 1, most: 20, step: 86_401},
		"addresses that were used":      {sides: 1, most: 20, busy: 60},
		"used in the span before":       {sides: 1, most: 20, busy: 86_401},
		"used long ago":                 {sides: 1, most: 20, busy: 4 * 86_400, want: []int{7}},
		"half stays":                    {sides: 1, most: 10, keeps: 40},
		"a little less than half stays": {sides: 1, most: 10, keeps: 39, want: []int{7}},
		"comes in two":                  {sides: 1, most: 30, twice: true, want: []int{7}},
		"fees are no steps":             {sides: 1, most: 20, fees: true, want: []int{7}},
		"longer than is kept":           {sides: 1, most: 10, keep: 5, want: []int{5}},
	} {
		var got []int
		q := DefaultPeel()
		if c.keep > 0 {
			q.Keep = c.keep
		}
		moving := newMover()
		p, err := NewAccountPeels(moving.st, q, func(f *Finding) {
			got = append(got, len(f.Steps))
			if checkPeel(t, f); f.Cut != (c.keep > 0) {
				t.Errorf("%s: cut %v", name, f.Cut)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		now, pos := clew.Time(1_600_000_000), uint64(0)
		pay := func(from, to clew.Address, amount uint64, class clew.Class) {
			pos++
			p.Add(moving.of(&clew.Transfer{Pos: clew.Pos{Height: pos, Class: class}, Time: now, Tx: clew.TxID{byte(pos)}, Asset: asset,
				From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}}, nil))
		}
		if c.busy > 0 {
			for n := 1; n < 9; n++ {
				pay(at(300), at(n), 5, clew.Native)
			}
			for now < 1_600_000_000+c.busy { // others go on paying
				now += min(c.busy, 43_200)
				pay(at(301), at(302), 5, clew.Native)
			}
		}
		held := uint64(1_000_000_000)
		pay(at(500), at(1), held, clew.Native)
		for n := 1; n < 8; n++ {
			in := held
			for s := range c.sides {
				pay(at(n), at(600+10*n+s), in*uint64(c.most)/100, clew.Native)
				held -= in * uint64(c.most) / 100
			}
			for range 4 * count(c.fees) {
				pay(at(n), at(700+n), 1000, clew.Fee)
			}
			now += c.step
			if held -= in * uint64(c.keeps) / 100; c.twice {
				pay(at(n), at(n+1), held/10*8, clew.Native)
				pay(at(500), at(n+1), held-held/10*8, clew.Native)
				continue
			}
			pay(at(n), at(n+1), held, clew.Native)
		}
		p.End()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: chains of %v, want %v", name, got, c.want)
		}
	}
}

// TestPeelBounds: the oldest chains give way, and bounds that mean nothing are
// refused.
func TestPeelBounds(t *testing.T) {
	q := DefaultPeel()
	q.Open = 1
	found := 0
	p, err := NewPeels(q, func(*Finding) { found++ })
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 8; n++ {
		p.Add(moving.of(peelStep(byte(n), clew.Time(n), 200_000, 1_000_000), nil))
		p.Add(moving.of(peelStep(byte(100+2*n), clew.Time(n), 200_000, 1_000_000), nil)) // another's, alone
	}
	p.End()
	if found != 0 || p.Dropped() != 15 || len(p.open) != 0 {
		t.Errorf("%d found, %d dropped, %d open", found, p.Dropped(), len(p.open))
	}
	q = DefaultPeel()
	q.Keep = 5
	var kept []int
	if p, err = NewPeels(q, func(f *Finding) { kept = append(kept, len(f.Steps)*count(f.Cut)) }); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 8; n++ {
		p.Add(moving.of(peelStep(byte(n), clew.Time(n), 200_000, 1_000_000), nil))
	}
	p.End()
	if !slices.Equal(kept, []int{5}) {
		t.Errorf("kept %v", kept)
	}
	for _, bad := range []func(*PeelQuestion){func(q *PeelQuestion) { q.Ratio = 0 }, func(q *PeelQuestion) { q.Ratio = 501 }, func(q *PeelQuestion) { q.Within = 0 },
		func(q *PeelQuestion) { q.Length = 1 }, func(q *PeelQuestion) { q.Open = 0 }, func(q *PeelQuestion) { q.Keep = 4 }} {
		q := DefaultPeel()
		bad(&q)
		_, err := NewPeels(q, nil)
		_, also := NewAccountPeels(newMover().st, q, nil)
		if err == nil || also == nil {
			t.Errorf("%+v is taken", q)
		}
	}
}

// TestPeelsAreLikeThePlainOnes holds chains found in one pass against chains that
// are walked from their first step, with the whole world in hand.
func TestPeelsAreLikeThePlainOnes(t *testing.T) {
	w, err := simchain.UTXO(simchain.Plan{Seed: 3, Transfers: 4_000})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	q := DefaultPeel()
	p, err := NewPeels(q, func(f *Finding) {
		checkPeel(t, f)
		got[fmt.Sprint(f.Steps[0].Roles[0].Tx, f.Steps[len(f.Steps)-1].Roles[0].Tx)] = len(f.Steps)
	})
	if err != nil {
		t.Fatal(err)
	}
	steps, nextOf := map[clew.TxID]*clew.Transfer{}, map[clew.Output]*clew.Transfer{}
	for b := range w.Ledgers[0].Blocks {
		for i := range w.Ledgers[0].Blocks[b].Transfers {
			tx := &w.Ledgers[0].Blocks[b].Transfers[i]
			form := w.Forms[tx.Tx]
			p.Add(moving.of(tx, &form))
			if _, _, ok := p.step(tx); ok {
				steps[tx.Tx] = tx
				for j := range tx.From {
					nextOf[*tx.From[j].Spends] = tx
				}
			}
		}
	}
	p.End()
	follows := func(a, b *clew.Transfer) bool { // b goes on with the rest of a
		_, rest, _ := p.step(a)
		for i := range b.From {
			o := *b.From[i].Spends
			if before := steps[o.Tx]; before != nil {
				_, its, _ := p.step(before)
				if uint32(its) != o.Index || b.Time > before.Time+q.Within || w.Forms[before.Tx] != w.Forms[b.Tx] {
					continue
				}
				return before == a && uint32(rest) == o.Index // the first input that does
			}
		}
		return false
	}
	want := map[string]int{}
	for _, first := range steps {
		start := true
		for i := range first.From {
			if before := steps[first.From[i].Spends.Tx]; before != nil && follows(before, first) {
				start = false
			}
		}
		if !start {
			continue
		}
		n, at := 1, first
		for {
			_, rest, _ := p.step(at)
			next := nextOf[clew.Output{Tx: at.Tx, Index: uint32(rest)}]
			if next == nil || !follows(at, next) {
				break
			}
			n, at = n+1, next
		}
		if n >= q.Length {
			want[fmt.Sprint(first.Tx, at.Tx)] = n
		}
	}
	if len(want) < 5 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d chains\ngot  %v\nwant %v", len(want), got, want)
	}
}

func benchWorld(b *testing.B, make func(simchain.Plan) (*simchain.World, error)) []clew.Transfer {
	w, err := make(simchain.Plan{Seed: 1, Transfers: 50_000})
	if err != nil {
		b.Fatal(err)
	}
	var list []clew.Transfer
	for i := range w.Ledgers[0].Blocks {
		list = append(list, w.Ledgers[0].Blocks[i].Transfers...)
	}
	b.ReportAllocs()
	b.ResetTimer()
	return list
}

func BenchmarkPeels(b *testing.B) {
	list := benchWorld(b, simchain.UTXO)
	for b.Loop() {
		p, _ := NewPeels(DefaultPeel(), func(*Finding) {})
		for i := range list {
			p.Add(moving.of(&list[i], nil))
		}
		p.End()
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

func BenchmarkAccountPeels(b *testing.B) {
	list := benchWorld(b, simchain.EVM)
	for b.Loop() {
		moving := newMover()
		p, _ := NewAccountPeels(moving.st, DefaultPeel(), func(*Finding) {})
		for i := range list {
			p.Add(moving.of(&list[i], nil))
		}
		p.End()
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

func BenchmarkFindJoin(b *testing.B) {
	list := benchWorld(b, simchain.UTXO)
	for b.Loop() {
		for i := range list {
			FindJoin(&list[i])
		}
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}
