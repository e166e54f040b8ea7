package launder

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
)

// payment makes a transaction: inputs and outputs are amounts, each of a script of
// its own by its number; "500@7" names the script, "data" is an output of data.
// What is over is the fee.
func payment(t testing.TB, form clew.Form, from, to string) *clew.Transfer {
	t.Helper()
	tx := &clew.Transfer{Tx: clew.TxID{1}, Time: 1_600_000_000, Asset: clew.NativeAsset(clew.Bitcoin)}
	next, left := 0, uint64(0)
	leg := func(text string) clew.Leg {
		if text == "data" {
			return clew.Leg{Address: clew.ScriptAddress(clew.Bitcoin, []byte{0x6a, 1})}
		}
		amount, who, named := strings.Cut(text, "@")
		next++
		n := next
		if named {
			n, _ = strconv.Atoi(who)
		}
		key := binary.BigEndian.AppendUint32(nil, uint32(n))
		a, err := clew.MakeAddress(clew.Bitcoin, form, append(key, make([]byte, form.Size()-4)...))
		sats, also := strconv.ParseUint(amount, 10, 64)
		if err != nil || also != nil {
			t.Fatal(err, also)
		}
		return clew.Leg{Address: a, Amount: clew.Units(sats)}
	}
	for i, text := range strings.Fields(from) {
		l := leg(text)
		l.Spends = &clew.Output{Tx: clew.TxID{2}, Index: uint32(i)}
		tx.From = append(tx.From, l)
		left += l.Amount.Limbs()[0]
	}
	next = 1000
	for _, text := range strings.Fields(to) {
		l := leg(text)
		tx.To = append(tx.To, l)
		left -= l.Amount.Limbs()[0]
	}
	if left > 0 {
		tx.To = append(tx.To, clew.Leg{Amount: clew.Units(left)})
	}
	if err := tx.Check(); err != nil {
		t.Fatal(err)
	}
	return tx
}

func times(n int, text string) string { return strings.Repeat(text+" ", n) }

// rising lists n amounts from one on, a step apart.
func rising(n, from, step int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strconv.Itoa(from+i*step) + " ")
	}
	return b.String()
}

func TestJoins(t *testing.T) {
	for name, c := range map[string]struct {
		form     clew.Form
		from, to string
		want     JoinKind
		sure     Certainty
	}{
		"whirlpool":                        {clew.P2WPKH, "1000000 1000000 1000000 1000500 1000700", times(5, "1000000"), WhirlpoolMix, Likely},
		"its first mix":                    {clew.P2WPKH, times(5, "1000500"), times(5, "1000000"), WhirlpoolMix, Possible},
		"one of Ashigaru's":                {clew.P2WPKH, times(3, "2500000") + times(2, "2510000"), times(5, "2500000"), WhirlpoolMix, Likely},
		"of ten":                           {clew.P2WPKH, times(8, "100000") + times(2, "101000"), times(10, "100000"), WhirlpoolMix, Likely},
		"of four":                          {clew.P2WPKH, times(2, "1000000") + times(2, "1001000"), times(4, "1000000"), "", ""},
		"of no pool's amount":              {clew.P2WPKH, times(3, "1000001") + times(2, "1001001"), times(5, "1000001"), "", ""},
		"one input too large":              {clew.P2WPKH, times(4, "1000000") + "1110001", times(5, "1000000"), "", ""},
		"one input at the bound":           {clew.P2WPKH, times(4, "1000000") + "1110000", times(5, "1000000"), WhirlpoolMix, Likely},
		"one script paid twice":            {clew.P2WPKH, times(4, "1000000") + "1000500", times(4, "1000000") + "1000000@1001", "", ""},
		"whirlpool that nobody enters":     {clew.P2WPKH, times(5, "1000000"), times(5, "1000000"), "", ""},
		"wasabi 1 with one change":         {clew.P2WPKH, rising(12, 12_000_000, 1001), times(10, "10000000") + "1900000", JoinMarket, Likely},
		"wasabi 2, four fifths standard":   {clew.P2WPKH, falls(60, 3_000_000, 7), times(4, "8388608") + times(4, "5000000") + times(4, "2097152") + "1000003 1000002 1000001", "", ""},
		"wasabi 2, and a little more":      {clew.P2WPKH, falls(60, 3_000_000, 7), times(4, "8388608") + times(5, "5000000") + times(4, "2097152") + "1000003 1000002 1000001", Wasabi2, Likely},
		"wasabi 2 of two amounts":          {clew.P2WPKH, falls(60, 3_000_000, 7), times(8, "8388608") + times(6, "5000000") + "1594323 1048576 118098", "", ""},
		"tx0":                              {clew.P2WPKH, "3000000 500000", "data 50000 440000 1000500 1000500 1000500", WhirlpoolTx0, Likely},
		"tx0 of one":                       {clew.P2WPKH, "1600000", "data 50000 540000 1000500", WhirlpoolTx0, Possible},
		"tx0 without change":               {clew.P2WPKH, "2100000", "data 50000 1000500 1000500", WhirlpoolTx0, Likely},
		"tx0 without data":                 {clew.P2WPKH, "3000000 560000", "50000 500000 1000500 1000500 1000500", "", ""},
		"tx0 without a fee":                {clew.P2WPKH, "3000000 560000", "data 500000 1000500 1000500 1000500", "", ""},
		"tx0 with a fee twice too high":    {clew.P2WPKH, "3000000 560000", "data 150001 400000 1000500 1000500", "", ""},
		"wasabi 1":                         {clew.P2WPKH, rising(12, 12_000_000, 1001), times(10, "10000000") + rising(10, 1_900_000, 1003) + "30000", Wasabi1, Likely},
		"wasabi 1, too far from 0.1":       {clew.P2WPKH, rising(12, 22_000_000, 1001), times(10, "12000001") + rising(11, 9_000_000, 1003), "", ""},
		"wasabi 1 of legacy keys":          {clew.P2PKH, rising(12, 12_000_000, 1001), times(10, "10000000") + rising(2, 1_900_000, 1003), JoinMarket, Likely},
		"wasabi 2":                         {clew.P2WPKH, falls(60, 3_000_000, 7), times(8, "8388608") + times(6, "5000000") + times(6, "2097152") + "1594323 1048576 118098", Wasabi2, Likely},
		"wasabi 2, not in order":           {clew.P2WPKH, rising(60, 3_000_000, 7), times(8, "8388608") + times(6, "5000000") + times(6, "2097152") + "1594323 1048576 118098", Wasabi2, Possible},
		"wasabi 2 with amounts of its own": {clew.P2WPKH, falls(60, 3_000_000, 7), times(8, "8388609") + times(6, "5000001") + times(6, "2097153") + "1594323 1048576 118098", "", ""},
		"joinmarket":                       {clew.P2WPKH, "700000 900000 800001", "600000 600000 600000 97000 301000 200001", JoinMarket, Likely},
		"three payments of one large coin": {clew.P2WPKH, "2300000 50001 50002", "600000 600000 600000 590000", "", ""},
		"stonewall":                        {clew.P2WPKH, "700000 900000", "600000 600000 99000 299500", Stonewall, Possible},
		"two equal, paid by one":           {clew.P2WPKH, "1700000 10000", "600000 600000 99000 299500", "", ""},
		"payjoin":                          {clew.P2WPKH, "70000 20000", "50000 39000", PayJoin, Possible},
		"one script's spare input":         {clew.P2WPKH, "70000@1 20000@1", "50000 39000", "", ""},
		"a payment":                        {clew.P2WPKH, "70000 60000", "100000 29000", "", ""},
	} {
		tx := payment(t, c.form, c.from, c.to)
		j, _ := FindJoin(tx)
		if j.Kind != c.want || j.Certainty != c.sure {
			t.Errorf("%s: %q, %q, want %q, %q; %v", name, j.Kind, j.Certainty, c.want, c.sure, j.Reasons)
		}
		if j.Kind != "" {
			checkJoin(t, tx, &j)
		}
	}
}

// falls lists n falling amounts from one on.
func falls(n, from, step int) string {
	list := strings.Fields(rising(n, from-(n-1)*step, step))
	slices.Reverse(list)
	return strings.Join(list, " ")
}

// TestRoles: whose is what.
func TestRoles(t *testing.T) {
	j, _ := FindJoin(payment(t, clew.P2WPKH, "3000000 500000", "440000 data 1000500 1000500 50000 1000500"))
	if !reflect.DeepEqual(j.Premix, []int{2, 3, 5}) || !reflect.DeepEqual(j.Coordinator, []int{4}) || !reflect.DeepEqual(j.Change, []Matched{{0, []int{0, 1}}}) || j.Search != OneOwner || j.Mixed != nil {
		t.Errorf("tx0: %+v", j)
	}
	for _, to := range []string{"data 60000 50000 1000500", "data 50000 60000 1000500"} { // change that is like the fee
		j, _ = FindJoin(payment(t, clew.P2WPKH, "1111000", to))
		if fee := strings.Fields(to)[j.Coordinator[0]]; len(j.Coordinator) != 1 || fee != "50000" {
			t.Errorf("%s: fee %s, %+v", to, fee, j)
		}
	}
	// the second member pays from two coins; the third earns 5,000
	j, _ = FindJoin(payment(t, clew.P2WPKH, "700000 500000 410000 900001", "600000 90000 600000 305001 305000 600000"))
	want := []Matched{{1, []int{0}}, {3, nil}, {4, nil}}
	if j.Kind != JoinMarket || !reflect.DeepEqual(j.Mixed, []Mixed{{0, 3}, {2, 3}, {5, 3}}) || !reflect.DeepEqual(j.Change, want) || j.Search != SearchedWhole {
		t.Errorf("joinmarket: %+v", j)
	}
}

// TestMatchByHand: a set of inputs is named where it is the only one.
func TestMatchByHand(t *testing.T) {
	for name, c := range map[string]struct {
		ins, change []uint64
		sums        []uint64
		fees        bounds
		want        [][]int
	}{
		"one coin":                        {[]uint64{110, 250}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{{0}}},
		"two coins":                       {[]uint64{60, 50, 250}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{{0, 1}}},
		"the bound is met":                {[]uint64{111}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{{0}}},
		"and no more":                     {[]uint64{112}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{nil}},
		"one who earns":                   {[]uint64{107}, []uint64{9}, []uint64{100}, bounds{under: 2}, [][]int{{0}}},
		"not so much":                     {[]uint64{106}, []uint64{9}, []uint64{100}, bounds{under: 2}, [][]int{nil}},
		"two solutions":                   {[]uint64{110, 111}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{nil}},
		"one is another's":                {[]uint64{110, 113}, []uint64{13, 10}, []uint64{100}, bounds{over: 3}, [][]int{{1}, {0}}},
		"one leaves another single":       {[]uint64{110, 113}, []uint64{10, 13}, []uint64{100}, bounds{over: 3}, [][]int{{0}, {1}}},
		"either amount":                   {[]uint64{210}, []uint64{9}, []uint64{100, 200}, bounds{over: 2}, [][]int{{0}}},
		"a coin of almost nothing beside": {[]uint64{109, 1}, []uint64{9}, []uint64{100}, bounds{over: 2}, [][]int{nil}},
	} {
		s := &shape{}
		var change []coin
		for i, n := range c.ins {
			s.ins = append(s.ins, coin{index: i, amount: n, address: asset(strconv.Itoa(i)).Contract()})
		}
		for i, n := range c.change {
			change = append(change, coin{index: i, amount: n})
		}
		got, how := s.match(change, c.sums, c.fees)
		for i := range got {
			if !slices.Equal(got[i].Inputs, c.want[i]) || how != SearchedWhole {
				t.Errorf("%s: change %d: %v, want %v; %s", name, i, got[i].Inputs, c.want[i], how)
			}
		}
	}
}

// TestMatchAgainstOracle tries every set of inputs.
func TestMatchAgainstOracle(t *testing.T) {
	seed := uint64(1)
	next := func(n uint64) uint64 { seed = seed*6364136223846793005 + 1442695040888963407; return seed >> 33 % n }
	single, none, several := 0, 0, 0
	for range 3000 {
		s := &shape{}
		for i := range int(2 + next(6)) {
			s.ins = append(s.ins, coin{index: i, amount: 1 + next(60), address: name(strconv.Itoa(i))})
		}
		change, fees := coin{amount: 1 + next(30)}, bounds{next(3), next(4)}
		sums := []uint64{10 + next(40)}
		if next(2) == 0 {
			sums = append(sums, 2*sums[0])
		}
		var sets [][]int
		for mask := 1; mask < 1<<len(s.ins); mask++ {
			var set []int
			paid, fits := uint64(0), false
			for i, c := range s.ins {
				if mask>>i&1 > 0 {
					set, paid = append(set, i), paid+c.amount
				}
			}
			for _, sum := range sums {
				fits = fits || paid+fees.under >= change.amount+sum && paid <= change.amount+sum+fees.over
			}
			if fits {
				sets = append(sets, set)
			}
		}
		got, _ := s.match([]coin{change}, sums, fees)
		switch {
		case len(sets) == 0:
			none++
		case len(sets) > 1:
			several++
		default:
			if single++; !slices.Equal(got[0].Inputs, sets[0]) {
				t.Fatalf("%+v: %v, want %v", s.ins, got, sets)
			}
			continue
		}
		if got[0].Inputs != nil {
			t.Fatalf("%+v: %v, of %d sets", s.ins, got, len(sets))
		}
	}
	if single < 100 || none < 100 || several < 100 {
		t.Errorf("%d of one set, %d of none, %d of several", single, none, several)
	}
}

// TestDividesAgainstOracle gives every input to every member.
func TestDividesAgainstOracle(t *testing.T) {
	seed := uint64(2)
	next := func(n uint64) uint64 { seed = seed*6364136223846793005 + 1442695040888963407; return seed >> 33 % n }
	met := map[answer]int{}
	for range 3000 {
		members := int(2 + next(2))
		tx := ""
		for range 2 + next(5) {
			tx += strconv.FormatUint(1+next(60), 10) + "@" + strconv.FormatUint(next(9), 10) + " "
		}
		s, _ := shapeOf(payment(t, clew.P2WPKH, tx, "1"))
		s.most = 10 + next(40)
		var change []coin
		for range next(uint64(members) + 1) {
			change = append(change, coin{amount: 1 + next(30)})
		}
		fees := bounds{under: next(3)}
		want := impossible
		if dividesPlainly(s, change, members, fees) {
			want = possible
		}
		if got := s.divides(change, members, fees); got != want {
			t.Fatalf("%s among %d: %v, want %v", tx, members, got, want)
		}
		met[want]++
	}
	if met[possible] < 300 || met[impossible] < 300 {
		t.Errorf("%v", met)
	}
}

// TestDividesExactly: nothing is over.
func TestDividesExactly(t *testing.T) {
	s, _ := shapeOf(payment(t, clew.P2WPKH, "15 20", "1"))
	s.most = 10
	for want, change := range map[answer][]coin{possible: {{amount: 10}, {amount: 5}}, impossible: {{amount: 10}, {amount: 6}}} {
		if got := s.divides(change, 2, bounds{}); got != want {
			t.Errorf("%v: %v, want %v", change, got, want)
		}
	}
}

// TestLargeTransactions: a transaction that fills a block is looked at for so many
// steps, and what was not searched is said.
func TestLargeTransactions(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		how      MatchSearch
	}{
		"many members": {rising(3000, 700_000, 3), times(3000, "600000") + rising(2900, 50_000, 5), SearchedPart},
		"many inputs":  {rising(1500, 70_000, 3), times(90, "600000") + rising(90, 50_000, 5), SearchedWhole},
	} {
		tx := payment(t, clew.P2WPKH, c.from, c.to)
		j, _ := FindJoin(tx)
		if j.Kind != JoinMarket || j.Certainty != Possible || j.Search != c.how || slices.ContainsFunc(j.Change, func(m Matched) bool { return m.Inputs != nil }) {
			t.Errorf("%s: %s, %s, %s", name, j.Kind, j.Certainty, j.Search)
		}
		checkJoin(t, tx, &j)
	}
}

// TestLevels: higher amounts are about twice the one before.
func TestLevels(t *testing.T) {
	for outs, want := range map[string]int{"100 100 100 200 200": 1, "100 100 100 210 210": 1, "100 100 100 211 211": 0, "100 100 100 190 190 399 399": 2, "100 100 100 400 400": 0, "100 100 100 200": 0} {
		s, _ := shapeOf(payment(t, clew.P2WPKH, "5000", outs))
		if got := s.levels(); got != want {
			t.Errorf("%s: %d, want %d", outs, got, want)
		}
	}
}

func dividesPlainly(s *shape, change []coin, members int, fees bounds) bool {
	of := map[clew.Address]uint64{}
	for _, c := range s.ins {
		of[c.address] += c.amount
	}
	var parts []uint64
	for _, n := range of {
		parts = append(parts, n)
	}
	ways := 1
	for range parts {
		ways *= members
	}
	for way := range ways {
		sums := make([]uint64, members)
		for _, n := range parts {
			sums[way%members] += n
			way /= members
		}
		enough := true
		for i, sum := range sums {
			need := s.most
			if i < len(change) {
				need += change[i].amount
			}
			enough = enough && sum+fees.under >= need
		}
		if enough {
			return true
		}
	}
	return false
}

// TestNotToBeTold: facts that no recogniser may look at, though all else fits.
func TestNotToBeTold(t *testing.T) {
	tx0 := payment(t, clew.P2WPKH, "3000000 500000", "data 50000 440000 1000500 1000500 1000500")
	if _, ok := FindJoin(tx0); !ok {
		t.Fatal("what is to be changed is not named")
	}
	for name, change := range map[string]func(*clew.Transfer){
		"an input not known": func(tx *clew.Transfer) { tx.From[1] = clew.Leg{Unknown: true, Spends: &clew.Output{}} },
		"issues coins":       func(tx *clew.Transfer) { tx.From = []clew.Leg{{Amount: clew.Units(3_500_000)}} },
		"another chain":      func(tx *clew.Transfer) { tx.Asset = clew.NativeAsset(clew.Ethereum) },
		"more than there is": func(tx *clew.Transfer) { tx.From[0].Amount = clew.Units(mostSats + 1) },
		"amounts of 256 bits": func(tx *clew.Transfer) {
			tx.From[0].Amount, _ = clew.Units(1<<63).MulDiv(clew.Units(1<<63), clew.Units(1))
		},
		"more legs than fit": func(tx *clew.Transfer) { tx.From = slices.Repeat(tx.From, mostCoins) },
		"no legs":            func(tx *clew.Transfer) { tx.From, tx.To = nil, nil },
	} {
		tx := *tx0
		tx.From, tx.To = slices.Clone(tx0.From), slices.Clone(tx0.To)
		change(&tx)
		if j, ok := FindJoin(&tx); ok {
			t.Errorf("%s: %+v", name, j)
		}
	}
}

func TestStandardAmounts(t *testing.T) {
	for amount, want := range map[uint64]bool{4_096: false, 5_000: true, 6_561: true, 8_192: true, 10_000: true, 13_122: true, 19_683: true, 20_000: true, 30_000: false,
		50_000: true, 100_001: false, 1 << 30: true, 134_375_000_000: false, 100_000_000_000: true, 200_000_000_000: false, 0: false} {
		if isStandard(amount) != want {
			t.Errorf("%d: %v", amount, !want)
		}
	}
}

// FuzzFindJoin: whatever a transaction is, what is said of it holds.
func FuzzFindJoin(f *testing.F) {
	f.Add([]byte{5, 1, 1, 1, 1, 2, 5, 1, 1, 1, 1, 1, 0})
	f.Add([]byte{3, 3, 4, 5, 6, 7, 7, 7, 1, 2, 3})
	amounts := []uint64{0, 1_000_000, 1_000_500, 700_000, 900_000, 800_001, 50_000, 600_000, 10_000_000, 12_000_000, 8_388_608, 1 << 63, mostSats, 100_000, 5_000}
	f.Fuzz(func(t *testing.T, raw []byte) {
		tx := &clew.Transfer{Asset: clew.NativeAsset(clew.Bitcoin)}
		legs := func(spends bool) (list []clew.Leg) {
			if len(raw) == 0 {
				return nil
			}
			n := int(raw[0]) % 80
			raw = raw[1:]
			for i := range min(n, len(raw)) {
				b := raw[i]
				a, _ := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 18), b>>6, byte(len(list))))
				l := clew.Leg{Address: a, Amount: clew.Units(amounts[int(b&63)%len(amounts)])}
				if spends {
					l.Spends = &clew.Output{Index: uint32(i)}
				}
				list = append(list, l)
			}
			raw = raw[min(n, len(raw)):]
			return list
		}
		tx.From, tx.To = legs(true), legs(false)
		if j, ok := FindJoin(tx); ok && tx.Check() == nil {
			checkJoin(t, tx, &j)
		}
	})
}
