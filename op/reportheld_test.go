package op

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/incident"
	"clew/incident/yearly"
	"clew/ledger/memory"
	"clew/report"
)

// deribitHeld is a synthetic ledger around two addresses that the record names of one
// theft: its transaction pays 6,947 ETH, 3 days later 1,000 go to Tornado Cash's pool
// of 100 by ten payments, the rest rests. Earlier and a worthless token somebody
// else sends something to the same address.
func deribitHeld(t *testing.T, stolen bool) *Env {
	t.Helper()
	parse := func(s string) clew.Address {
		a, err := clew.ParseAddress(s, clew.Ethereum)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	thief, second := parse("0xb0606F433496BF66338b8AD6b6d51fC4D84A44CD"), parse("0x8d08aAd4b2BAc2bB761aC4781CF62468C9ec47b4")
	other, pool := clew.EVMAddress(clew.Ethereum, [20]byte{19: 9}), parse("0xA160cdAB225685dA1d56aa342Ad8841c3b53f291")
	took, err := clew.ParseTxID("0xa1822e68a736bcdb57d05b2679260904813efdd17df62ede1d716dec9eeb4e8c")
	if err != nil {
		t.Fatal(err)
	}
	worthless, err := clew.ParseAsset("0x00000000000000000000000000000000000000ff", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	ether, day := clew.NativeAsset(clew.Ethereum), incident.Day("2022-11-01").Time()
	m := memory.New(clew.Ethereum)
	n := 0
	move := func(tx clew.TxID, at clew.Time, from, to clew.Address, asset clew.Asset, whole string) {
		n++
		amount, err := clew.ParseUnits(whole, 18)
		if err != nil {
			t.Fatal(err)
		}
		if tx.IsZero() {
			tx = clew.TxID{31: byte(n)}
		}
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(n)}, Time: at, Tx: tx, Asset: asset, From: []clew.Leg{{Address: from, Amount: amount}}, To: []clew.Leg{{Address: to, Amount: amount}}}
		if err := m.Append(t.Context(), clew.Block{Ref: clew.BlockRef{Height: uint64(n), Hash: clew.TxID{30: 1, 31: byte(n)}, Time: at}, Transfers: []clew.Transfer{tr}}); err != nil {
			t.Fatal(err)
		}
	}
	move(clew.TxID{}, day-40*86400, other, thief, ether, "5")
	if stolen {
		move(took, day+86160, other, thief, ether, "6947")
	} else {
		move(clew.TxID{}, day+86160, other, thief, ether, "6947")
	}
	move(clew.TxID{}, day+90000, other, thief, worthless, "1000000")
	if !stolen { // what one of them pays the other is no second beginning
		move(clew.TxID{}, day+90000, other, second, ether, "10")
		move(clew.TxID{}, day+3*86400+86160, thief, second, ether, "5")
	}
	for k := range 10 {
		move(clew.TxID{}, day+86160+clew.Time(3*86400+60*k), thief, pool, ether, "100")
	}
	env := testEnv(fstest.MapFS{"ether.csv": {Data: []byte("date,close\n2022-11-04,1500\n")}, "btc.csv": {Data: []byte("date,close\n2022-11-04,20000\n")}})
	env.Now = incident.Day("2026-11-28").Time()
	env.Ledgers = &memoryLedgers{held: map[clew.Chain]keeper{clew.Ethereum: {m}}}
	return env
}

func reportOn(t *testing.T, env *Env, input string) *yearly.Account {
	t.Helper()
	r, err := runOn(t, env, "report", input)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.Yearly).Account
}

// TestReportFollowsOverHeldLedgers wants a theft of the record followed over the
// user's ledger, from its own transaction where that is held, and valued on the day
// on which it first moved on.
func TestReportFollowsOverHeldLedgers(t *testing.T) {
	for _, stolen := range []bool{true, false} {
		env := deribitHeld(t, stolen)
		var told []string
		env.Progress = func(p Progress) { told = append(told, p.Doing) }
		a := reportOn(t, env, `{"year": "2022", "actor": "dprk", "basis": "move", "held": true, "prices": ["ETH=ether.csv", "BTC=btc.csv", "USDC=1"]}`)
		at := slices.IndexFunc(a.Followed, func(f yearly.Followed) bool { return f.ID == "deribit-2022" })
		if at < 0 || a.Untraced != 2 || len(a.Followed) != 2 {
			t.Fatalf("followed: %+v", a.Followed)
		}
		f := a.Followed[at]
		sum := map[bool]string{true: "6947", false: "6957"}[stolen]
		if f.Symbol != "ETH" || f.Sum.Format(18) != sum || f.Cut || f.Dwell == nil || *f.Dwell != 3*86400 || f.Moved.UTC().Format("2006-01-02") != "2022-11-04" {
			t.Errorf("%+v", f)
		}
		if len(f.Reached) != 1 || f.Reached[0].Kind != "mixer" || *f.Reached[0].Last != 3*86400+540 || *f.MixedFrom != 3*86400 {
			t.Errorf("reached: %+v", f.Reached)
		}
		if strings.Contains(f.Over, "own transactions") != stolen || !strings.Contains(f.Over, "named by Distributed Networks Institute") {
			t.Errorf("over %q", f.Over)
		}
		if !slices.Contains(told, "following deribit-2022 over your ledgers") {
			t.Errorf("progress: %v", told)
		}
		theft := a.Thefts[slices.IndexFunc(a.Thefts, func(x yearly.Theft) bool { return x.ID == "deribit-2022" })]
		if theft.USD == nil || *theft.USD != 691*20000_00+6947*1500_00+3394823_00 || theft.Valued != yearly.ByGiven {
			t.Errorf("%+v", theft)
		}
		for _, y := range a.Years {
			if y.Year == "2022" && (y.Followed != 2 || y.Dwell.Known != 2 || len(y.Reached) != 1 || y.Reached[0].Thefts != 2) {
				t.Errorf("%+v", y)
			}
		}
	}
}

// TestReportHeldWantsLedgers wants it said that nothing is held.
func TestReportHeldWantsLedgers(t *testing.T) {
	if _, err := runOn(t, testEnv(nil), "report", `{"year": "2022", "held": true}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// TestReportClosesRefused wants one clear sentence for each wrong way to give closes.
func TestReportClosesRefused(t *testing.T) {
	files := fstest.MapFS{"a.csv": {Data: []byte("date,close\n2022-11-04,1500\n")}, "b.csv": {Data: []byte("date,close\n2022-11-04,1501\n")}, "c.csv": {Data: []byte("x\n")}, "d.csv": {Data: []byte("date,close\n2022-11-04,-1\n")}}
	for _, prices := range []string{`"ETH"`, `"=a.csv"`, `"ETH="`, `"ETH=none.csv"`, `"ETH=c.csv"`, `"ETH=d.csv"`, `"ETH=a.csv", "eth=b.csv"`, `"ETH=a.csv", "ETH=1"`, `"` + strings.Repeat("x", 40) + `=a.csv"`} {
		var input *clew.InputError
		if _, err := runOn(t, testEnv(files), "report", `{"year": "2022", "prices": [`+prices+`]}`); !errors.As(err, &input) || input.Field != "prices" {
			t.Errorf("%s: %v", prices, err)
		}
	}
}

// TestReportQuestionRefused wants a year that can be and an actor whom somebody names,
// with what the asker may have meant.
func TestReportQuestionRefused(t *testing.T) {
	for input, want := range map[string]string{
		`{"year": "22"}`: "a year from 2009 on", `{"year": "0000"}`: "a year from 2009 on", `{"year": "2008"}`: "a year from 2009 on",
		`{"year": "2023"}`: "a year that has begun: this is 2022", `{"year": "9999"}`: "a year that has begun",
		`{"year": "2022", "actor": "lazarus"}`: "did you mean lazarusgroup?", `{"year": "2022", "actor": "dprkk"}`: "did you mean dprk?",
		`{"year": "2022", "actor": "XX"}`: "sim-swap-ring", `{"year": "2022", "standing": "confirmed"}`: "an actor too",
	} {
		_, err := runOn(t, testEnv(nil), "report", input)
		var wrong *clew.InputError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Want, want) {
			t.Errorf("%s: %v, want %q", input, err, want)
		}
	}
	if a := reportOn(t, testEnv(nil), `{"year": "2022", "actor": "LazarusGroup"}`); a.Question.Actor.ID != "lazarusgroup" || a.Chosen.Thefts == 0 {
		t.Errorf("%+v", a.Question)
	}
	r, err := runOn(t, testEnv(nil), "report", `{"year": "2013"}`)
	if err != nil {
		t.Fatal(err)
	}
	if answer := strings.Join(r.Doc().Answer, " "); !strings.Contains(answer, "No theft of 2013 is on record") || strings.Contains(answer, "US dollars") {
		t.Errorf("%s", answer)
	}
}
