package yearly

import (
	"context"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/price"
)

// closesFrom are synthetic closes of a coin.
func closesFrom(t testing.TB, coin, rows string) Closes {
	t.Helper()
	s, err := price.ReadCSV(context.Background(), coin, "synthetic", strings.NewReader("date,close\n"+rows))
	if err != nil {
		t.Fatal(err)
	}
	return Closes{coin, s}
}

// given are synthetic closes of three coins, and when two thefts first moved on.
func given(t testing.TB) Given {
	return Given{Today: incident.Day("2026-11-28").Time(), Closes: []Closes{
		closesFrom(t, "eth", "2022-11-01,1000\n2022-11-02,1500.005\n2022-11-05,2000\n2030-01-01,9\n"), // the last is after today
		closesFrom(t, "BTC", "2022-11-01,20000\n2022-11-02,30000\n2022-11-05,40000\n2022-11-07,50000\n"),
		{"USDC", price.Pegged("the question")},
	}, Followed: []Followed{{ID: "deribit-2022", Moved: incident.Day("2022-11-05").Time() + 3600}}}
}

func computed(t testing.TB, q Question, g Given) *Account {
	t.Helper()
	a, err := Compute(record(t), q, g)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func theft(t testing.TB, a *Account, id string) *Theft {
	t.Helper()
	at := slices.IndexFunc(a.Thefts, func(x Theft) bool { return x.ID == id })
	if at < 0 {
		t.Fatalf("%s is not there", id)
	}
	return &a.Thefts[at]
}

// TestCoinsHaveValuesByClosesGiven wants 691 BTC, 6,947 ETH and 3,394,823 USDC valued
// by the closes of each basis, and the published figure beside them.
func TestCoinsHaveValuesByClosesGiven(t *testing.T) {
	for _, c := range []struct {
		basis  price.Basis
		want   Cents
		counts Cents
		valued Valuation
		day    incident.Day
	}{
		{price.AtTheft, 691*20000_00 + 6947*1000_00 + 3394823_00, 28_000_000_00, Published, "2022-11-01"},
		{price.AtDisclosure, 691*30000_00 + 6947*1500_00 + 34_74 + 3394823_00, 0, ByGiven, "2022-11-02"}, // half a cent of 34.735 goes to the even one
		{price.AtMove, 691*40000_00 + 6947*2000_00 + 3394823_00, 0, ByGiven, "2022-11-05"},
		{price.Now, 691*50000_00 + 6947*2000_00 + 3394823_00, 0, ByGiven, ""},
	} {
		x := theft(t, computed(t, asked("2022", c.basis, dprk, incident.Alleged), given(t)), "deribit-2022")
		if x.InCoins.USD == nil || *x.InCoins.USD != c.want || x.Valued != c.valued || x.InCoins.Day != c.day || !x.InCoins.About {
			t.Errorf("%s: %+v, %+v", c.basis, x, x.InCoins)
			continue
		}
		if c.counts == 0 {
			c.counts = c.want
		}
		if *x.USD != c.counts || (x.Apart != nil) != (c.valued == Published) || x.Apart != nil && *x.Apart != c.counts-c.want {
			t.Errorf("%s: counts %s, apart %s", c.basis, x.USD, x.Apart)
		}
		if c.valued == ByGiven && (!x.DayStated || !x.About || x.By != "" || !strings.Contains(x.Computed, "BTC at ")) {
			t.Errorf("%s: %+v", c.basis, x)
		}
	}
}

// TestWhatIsMissingIsTold wants each theft without a value to say why, and none to
// have one because a part of it has.
func TestWhatIsMissingIsTold(t *testing.T) {
	for _, c := range []struct {
		id    string
		year  string
		basis price.Basis
		g     Given
		want  []Lack
	}{
		{"ftx-2022", "2022", price.Now, given(t), []Lack{{Kind: LacksLosses}}},
		{"crypto-com-2022", "2022", price.Now, given(t), []Lack{{Kind: LacksCoins}}},
		{"bnb-bridge-2022", "2022", price.Now, given(t), []Lack{{Kind: LacksCloses, Coin: "BNB"}}},
		{"bnb-bridge-2022", "2022", price.AtMove, given(t), []Lack{{Kind: LacksMove}, {Kind: LacksCloses, Coin: "BNB"}}},
		{"wormhole-2022", "2022", price.AtMove, given(t), []Lack{{Kind: LacksMove}}},
		{"wormhole-2022", "2022", price.AtDisclosure, given(t), []Lack{{LacksCloseDay, "ETH", "2022-02-02"}}},
		{"deribit-2022", "2022", price.Now, Given{}, []Lack{{Kind: LacksCloses, Coin: "BTC"}, {Kind: LacksCloses, Coin: "ETH"}, {Kind: LacksCloses, Coin: "USDC"}}},
	} {
		x := theft(t, computed(t, asked(c.year, c.basis, Actor{}, ""), c.g), c.id)
		if x.USD != nil || x.Valued != NotValued || !slices.Equal(x.InCoins.Lacks, c.want) {
			t.Errorf("%s, %s: %s, %+v", c.id, c.basis, x.USD, x.InCoins)
		}
	}
	a := computed(t, asked("2022", price.Now, Actor{}, ""), given(t))
	n := 0
	for _, m := range a.Missing {
		n += m.Thefts
	}
	if n != a.Chosen.Unknown || n == 0 {
		t.Errorf("%+v of %d", a.Missing, a.Chosen.Unknown)
	}
}

// TestClosesChangeNoPublishedFigure wants what others published to be held against
// published figures alone, whatever closes are given.
func TestClosesChangeNoPublishedFigure(t *testing.T) {
	q := asked("2022", price.AtTheft, dprk, incident.Alleged)
	plain, with := computed(t, q, Given{}), computed(t, q, given(t))
	if text(t, &Account{Published: plain.Published}) != text(t, &Account{Published: with.Published}) || plain.Chosen.Known() != with.Chosen.Known() {
		t.Error("closes change what the record counts")
	}
	if theft(t, plain, "deribit-2022").InCoins != nil || theft(t, plain, "deribit-2022").Valued != Published {
		t.Error("coins are valued where nobody gave a close")
	}
}

// TestEntrysClosesBeforeThoseGiven wants the closes that an entry states with their
// source to count, and those that were given to stand beside them.
func TestEntrysClosesBeforeThoseGiven(t *testing.T) {
	g := given(t)
	g.Closes[0] = closesFrom(t, "ETH", "2022-03-29,3000\n")
	x := theft(t, computed(t, asked("2022", price.AtDisclosure, dprk, incident.Alleged), g), "ronin-2022")
	if x.Valued != ByEntry || *x.USD != 616_085_464_00 || *x.InCoins.USD != 173600*3000_00+25_500_000_00 || *x.Apart != *x.USD-*x.InCoins.USD {
		t.Errorf("%+v, %+v", x, x.InCoins)
	}
}

// TestClosesAreNamed wants the account to say which closes it was made with, by a
// digest that changes with any.
func TestClosesAreNamed(t *testing.T) {
	q := asked("2022", price.Now, Actor{}, "")
	a := computed(t, q, given(t))
	if len(a.Closes) != 3 || a.Closes[0].Coin != "BTC" || a.Closes[0].Until != "2022-11-07" || !a.Closes[1].Assumed || a.Closes[1].Digest != "" {
		t.Fatalf("%+v", a.Closes)
	}
	g := given(t)
	g.Closes[1] = closesFrom(t, "BTC", "2022-11-01,20000\n2022-11-02,30000.0\n2022-11-05,40000\n2022-11-07,50001\n")
	if again := computed(t, q, g); again.Closes[0].Digest == a.Closes[0].Digest {
		t.Error("another close, the same digest")
	}
	if text(t, a) != text(t, computed(t, q, given(t))) {
		t.Error("the same closes, other bytes")
	}
	g = given(t)
	g.Today = clew.Time(int64(g.Today) + 86400)
	if text(t, a) != text(t, computed(t, q, g)) {
		t.Error("another day of asking, other bytes")
	}
}
