package attribution

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
)

// who returns the address that stands for a number in these tests.
func who(n int) clew.Address {
	var key [20]byte
	key[0], key[18], key[19] = 0xaa, byte(n>>8), byte(n)
	return clew.EVMAddress(clew.Ethereum, key)
}

// had is an address of a theft's own, to which half of the loot came.
func had(n int, did Did) Address {
	return Address{Address: who(n), Did: did, Hop: 1, Share: 500, Asset: clew.NativeAsset(clew.Ethereum), Ours: clew.Units(500), Came: clew.Units(500), Basis: clew.Inferred, Source: "test"}
}

// theft returns a profile with addresses.
func theft(id string, addresses ...Address) *Profile {
	return &Profile{Schema: Schema, ID: id, Day: "2024-01-01", Method: "test", Sources: []string{"test"}, Addresses: addresses}
}

// rowOf returns the first row of a kind in a group.
func rowOf(c Comparison, g Group, k Kind) *Row {
	for i := range c.Rows {
		if c.Rows[i].Group == g && c.Rows[i].Kind == k {
			return &c.Rows[i]
		}
	}
	return nil
}

// laid are claims for tests: who a theft is laid to, by a word before the dash.
type laid map[string]string

func (l laid) Same(a, b string) bool  { return l[a] != "" && l[a] == l[b] }
func (l laid) Any(a, b string) bool   { return l.Same(a, b) }
func (l laid) Apart(a, b string) bool { return l[a] != "" && l[b] != "" && l[a] != l[b] }

// TestSharedAddress: what an address that both thefts have shows.
func TestSharedAddress(t *testing.T) {
	with := func(a Address, change func(*Address)) Address { change(&a); return a }
	busy := with(had(1, PassedOn), func(a *Address) { a.Came, a.Payers = clew.Units(5000), 15 })
	for _, c := range []struct {
		name       string
		this, that Address
		claims     Claims
		kind       Kind
		item       Item
		strength   Strength
	}{
		{"gathered in both", had(1, Consolidated), had(1, Consolidated), nil, Evidence, ItemAddresses, ModeratelyStrong},
		{"passed on in both, a part", with(had(1, PassedOn), func(a *Address) { a.Share = 120 }), had(1, PassedOn), nil, Evidence, ItemAddresses, Moderate},
		{"a tenth", with(had(1, PassedOn), func(a *Address) { a.Share = 100 }), had(1, PassedOn), nil, Evidence, ItemAddresses, Moderate},
		{"as little as a trail costs", with(had(1, PassedOn), func(a *Address) { a.Share = 99 }), had(1, PassedOn), nil, NoEvidence, ItemAddresses, NoSupport},
		{"a deposit of less than a tenth", with(had(1, Deposited), func(a *Address) { a.Share = 99 }), had(1, Deposited), nil, NoEvidence, ItemDeposits, NoSupport},
		{"dust", with(had(1, PassedOn), func(a *Address) { a.Share = 9 }), had(1, PassedOn), nil, NoEvidence, ItemAddresses, NoSupport},
		{"came and nothing was done", had(1, Kept), had(1, Consolidated), nil, NoEvidence, ItemAddresses, NoSupport},
		{"a hub", had(1, Served), had(1, Consolidated), nil, NoEvidence, ItemAddresses, NoSupport},
		{"one deposit address", had(1, Deposited), had(1, Deposited), nil, Evidence, ItemDeposits, ModeratelyStrong},
		{"one payer of fees", with(had(1, PaidGas), func(a *Address) { a.Share = 0 }), with(had(1, PaidGas), func(a *Address) { a.Share = 0 }), nil, Evidence, ItemGas, Moderate},
		{"one payer of fees, from afar", with(had(1, PaidGas), func(a *Address) { a.Hop = 3 }), had(1, PaidGas), nil, Evidence, ItemGas, Weak},
		{"said to launder", had(1, Laundered), had(1, Consolidated), nil, Launderer, ItemAddresses, NoSupport},
		{"many others pay it more", busy, busy, nil, Launderer, ItemAddresses, NoSupport},
		{"ten others pay it more", with(busy, func(a *Address) { a.Payers = 10 }), with(busy, func(a *Address) { a.Payers = 3 }), nil, Launderer, ItemAddresses, NoSupport},
		{"nine others pay it more", with(busy, func(a *Address) { a.Payers = 9 }), with(busy, func(a *Address) { a.Payers = 3 }), nil, Evidence, ItemAddresses, ModeratelyStrong},
		{"a few others pay it more", with(busy, func(a *Address) { a.Payers = 3 }), with(busy, func(a *Address) { a.Payers = 3 }), nil, Evidence, ItemAddresses, ModeratelyStrong},
		{"many others send dust", with(busy, func(a *Address) { a.Came = clew.Units(510) }), with(busy, func(a *Address) { a.Came = clew.Units(510) }), nil, Evidence, ItemAddresses, ModeratelyStrong},
		{"laid to different actors", had(1, Consolidated), had(1, Consolidated), laid{"this": "a", "that": "b"}, Launderer, ItemAddresses, NoSupport},
		{"laid to one actor", had(1, Consolidated), had(1, Consolidated), laid{"this": "a", "that": "a"}, Evidence, ItemAddresses, ModeratelyStrong},
		{"named by sources", had(1, Named), had(1, Named), nil, Evidence, ItemAddresses, Weak},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, turned := range []bool{false, true} {
				this, that := theft("this", c.this), theft("that", c.that)
				if turned {
					this, that = that, this
				}
				got := Compare(this, that, nil, c.claims)
				r := rowOf(got, Links, c.kind)
				if r == nil || r.Item != c.item || r.Strength != c.strength || len(r.Shared) != 1 {
					t.Errorf("turned %v: %+v", turned, got.Rows)
				}
				for _, k := range []Kind{Evidence, Launderer} {
					if k != c.kind && rowOf(got, Links, k) != nil {
						t.Errorf("turned %v: told as %s too", turned, k)
					}
				}
			}
		})
	}
}

// TestLittleByLittle: addresses that are shared count together, but what came to one
// by way of another once.
func TestLittleByLittle(t *testing.T) {
	part := func(n, share int, from ...int) Address {
		a := had(n, PassedOn)
		a.Share = share
		for _, f := range from {
			a.From = append(a.From, who(f))
		}
		return a
	}
	for _, c := range []struct {
		name  string
		these []Address
		kind  Kind
		joint int
	}{
		{"two of a twentieth", []Address{part(1, 50, 9), part(2, 50, 9)}, Evidence, 100},
		{"one after the other", []Address{part(1, 50, 9), part(2, 50, 1)}, NoEvidence, 50},
		{"one after the other by way of a third", []Address{part(1, 50, 9), part(3, 50, 1), part(2, 60, 3)}, NoEvidence, 60},
		{"round and round", []Address{part(1, 50, 2), part(2, 70, 1)}, NoEvidence, 70},
		{"paid by more than are kept", []Address{part(1, 50, 9), part(2, 50, 11, 12, 13, 14, 15, 16, 17, 18, 19)}, NoEvidence, 50},
		{"more than all", []Address{part(1, 700, 9), part(2, 700, 9)}, Evidence, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			that := slices.DeleteFunc(slices.Clone(c.these), func(a Address) bool { return a.Address == who(3) })
			r := rowOf(Compare(theft("this", c.these...), theft("that", that...), nil, nil), Links, c.kind)
			if r == nil || len(r.Shared) != 2 || r.Shared[0].Jointly != c.joint {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestThirdTheft: an address that moved value of a theft laid to somebody else is
// no link to the thief.
func TestThirdTheft(t *testing.T) {
	claims := laid{"that": "a", "third": "b"}
	c := Compare(theft("this", had(1, PassedOn)), theft("that", had(1, PassedOn)), []*Profile{theft("third", had(1, PassedOn))}, claims)
	if rowOf(c, Links, Launderer) == nil || rowOf(c, Links, Evidence) != nil {
		t.Errorf("%+v", c.Rows)
	}
	for share, want := range map[int]Kind{10: Launderer, 9: Evidence} { // anybody can send dust
		x := had(1, PassedOn)
		x.Share = share
		if c := Compare(theft("this", had(1, PassedOn)), theft("that", had(1, PassedOn)), []*Profile{theft("third", x)}, claims); rowOf(c, Links, want) == nil {
			t.Errorf("%d in 1,000 of a third theft: %+v", share, c.Rows)
		}
	}
}

// TestBehindLaunderer: what lies behind a launderer is the launderer's, unless value
// came there by another way as well.
func TestBehindLaunderer(t *testing.T) {
	from := func(a Address, n ...int) Address {
		for _, x := range n {
			a.From = append(a.From, who(x))
		}
		return a
	}
	middle := had(1, Laundered)
	this := theft("this", middle, from(had(2, PassedOn), 1), from(had(3, Deposited), 2))
	that := theft("that", middle, from(had(3, Deposited), 1))
	if c := Compare(this, that, nil, nil); rowOf(c, Links, Evidence) != nil || len(rowOf(c, Links, Launderer).Shared) != 1 {
		t.Errorf("behind a launderer: %+v", c.Rows)
	}
	that.Addresses[1] = from(had(3, Deposited), 8)
	if c := Compare(this, that, nil, nil); rowOf(c, Links, Evidence) != nil {
		t.Errorf("behind a launderer in one of them: %+v", c.Rows)
	}
	this.Addresses[2], that.Addresses[1] = from(had(3, Deposited), 2, 9), from(had(3, Deposited), 1, 8)
	if c := Compare(this, that, nil, nil); rowOf(c, Links, Evidence) == nil {
		t.Errorf("paid by others of the theft too: %+v", c.Rows)
	}
}

// TestGroups: of rows that depend on each other one is evidence, the strongest.
func TestGroups(t *testing.T) {
	all := []Address{had(1, Consolidated), had(2, Deposited), had(3, PaidGas)}
	this, that := theft("this", all...), theft("that", all...)
	for _, p := range []*Profile{this, that} {
		p.Steps = []StepKind{StepSwap, StepMix, StepBridge}
		p.Tranches = []Tranche{{clew.NativeAsset(clew.Ethereum), clew.Units(7), 9}}
		p.Hours = &Hours{Sessions: 10, Transactions: 10, ByHour: hist([]int{3, 3, 3, 3, 3, 4, 4, 4, 4, 4}), ByWeekday: make([]int, 7), Uniform: &Chance{P: 1, R: 900, Mean: 200}}
	}
	c := Compare(this, that, nil, nil)
	n := map[Group]map[Kind]int{Links: {}, Clock: {}, Habits: {}}
	for _, r := range c.Rows {
		n[r.Group][r.Kind]++
	}
	if n[Links][Evidence] != 1 || n[Links][Dependent] != 2 || n[Clock][Evidence] != 1 || n[Habits][Evidence] != 1 || n[Habits][Dependent] != 1 {
		t.Errorf("%v", n)
	}
	if r := rowOf(c, Links, Evidence); r.Strength != ModeratelyStrong {
		t.Errorf("the evidence is not the strongest: %+v", r)
	}
	if a := Compare(that, this, nil, nil); fmt.Sprint(kindsOf(a)) != fmt.Sprint(kindsOf(c)) {
		t.Errorf("turned around: %v, %v", kindsOf(a), kindsOf(c))
	}
}

func kindsOf(c Comparison) (list []string) {
	for _, r := range c.Rows {
		list = append(list, string(r.Kind)+" "+string(r.Item)+" "+string(r.Strength))
	}
	return list
}

// TestAgainst: what differs is told too, and what says nothing is no evidence.
func TestAgainst(t *testing.T) {
	this, that := theft("this", had(1, Consolidated)), theft("that", had(2, Consolidated))
	if c := Compare(this, that, nil, nil); rowOf(c, Links, Contrary) != nil || rowOf(c, Links, NoEvidence) == nil {
		t.Errorf("nothing shared, of what is held in part: %+v", c.Rows)
	}
	this.Whole, that.Whole = true, true
	if c := Compare(this, that, nil, nil); rowOf(c, Links, Contrary) == nil {
		t.Errorf("nothing shared by two that were walked to the end: %+v", c.Rows)
	}
	hours := func(mean, p int) *Hours {
		return &Hours{Sessions: 10, ByHour: hist(slices.Repeat([]int{mean / 60}, 10)), ByWeekday: make([]int, 7), Uniform: &Chance{P: p, Mean: mean}}
	}
	for _, c := range []struct {
		a, b int
		p    int
		want Kind
	}{{120, 180, 1, Evidence}, {120, 400, 1, NoEvidence}, {120, 840, 1, Contrary}, {120, 180, 101, NoEvidence}} {
		this.Hours, that.Hours = hours(c.a, 1), hours(c.b, c.p)
		if got := Compare(this, that, nil, nil); rowOf(got, Clock, c.want) == nil {
			t.Errorf("hours %+v: %+v", c, got.Rows)
		}
	}
}

// TestRates: how often others are as near is counted on others alone, and a ratio
// is there only where enough was measured.
func TestRates(t *testing.T) {
	steps := func(p *Profile, s ...StepKind) *Profile { p.Steps = s; return p }
	like := []StepKind{StepSwap, StepMix, StepBridge}
	other := []StepKind{StepService, StepPeel, StepService}
	this, that := steps(theft("this"), like...), steps(theft("that"), like...)
	claims := laid{"that": "x", "ours": "x"}
	others := []*Profile{this, that, steps(theft("ours"), like...)}
	for i := range LeastOthers - 1 {
		p := steps(theft(fmt.Sprint("stranger", i)), other...)
		if i == 0 {
			p.Steps = like
		}
		others = append(others, p)
	}
	r := rowOf(Compare(this, that, others, claims), Habits, Evidence)
	if r == nil || r.Rate == nil || *r.Rate != rateOf(1, LeastOthers-1) || r.Ratio != nil || r.Rests != byJudgement {
		t.Fatalf("%+v", r)
	}
	for i := range 5 { // ten pairs
		id := fmt.Sprint("gang", i)
		claims[id] = "gang"
		others = append(others, steps(theft(id), like...))
	}
	r = rowOf(Compare(this, that, others, claims), Habits, Evidence)
	if r == nil {
		c := Compare(this, that, others, claims)
		r = &c.Rows[0]
		for i := range c.Rows {
			if c.Rows[i].Item == ItemSteps {
				r = &c.Rows[i]
			}
		}
	}
	if r.Rate.Had != 6 || r.Rate.Of != LeastOthers+4 || r.Same == nil || r.Same.Of != 10 || r.Ratio == nil || r.Rests != byRatio {
		t.Fatalf("%+v, of one actor %+v", r, r.Same)
	}
	if r.Strength != wordOf(r.Ratio.Least) {
		t.Errorf("the word is not that of the least ratio: %+v", r)
	}
}

// TestCommon: what a fifth of the others have is no more than weak evidence,
// whatever it is judged to be; what none of them has stays what it was judged.
func TestCommon(t *testing.T) {
	this, that := theft("this", had(1, Consolidated)), theft("that", had(1, Consolidated))
	var rare, common []*Profile
	for i := range 40 {
		rare = append(rare, theft(fmt.Sprint("stranger", i), had(100+i, Consolidated)))
		common = append(common, theft(fmt.Sprint("stranger", i), had(100+i*one(i%2 == 0), Consolidated)))
	}
	for i := range common {
		if i%2 == 0 {
			common[i] = theft(common[i].ID, had(1, Consolidated))
		}
	}
	named := theft("named", had(1, Named))
	if r := rowOf(Compare(this, that, append(rare, named), nil), Links, Evidence); r.Rate.Of != 40 || r.Rate.Had != 0 || r.Strength != ModeratelyStrong || r.Rests != byRate {
		t.Errorf("rare: %+v, %+v", r, r.Rate)
	}
	if r := rowOf(Compare(this, that, common, nil), Links, Evidence); r.Rate.Had != 20 || r.Strength != Weak {
		t.Errorf("common: %+v, %+v", r, r.Rate)
	}
}

// TestAgainstByTime: that others used a shared address before is told beside the
// link, and so is that two thefts' own addresses signed in the same minutes.
func TestAgainstByTime(t *testing.T) {
	at := func(first clew.Time, before int) Address {
		a := had(1, PassedOn)
		a.First, a.Before, a.Payers = first, before, before
		return a
	}
	for _, c := range []struct {
		name       string
		this, that Address
		want       bool
	}{
		{"used by others before", at(2000, 9), at(1000, 3), true},
		{"before the second alone", at(2000, 9), at(1000, 2), false},
		{"of nobody else", at(2000, 0), at(1000, 0), false},
	} {
		got := Compare(theft("this", c.this), theft("that", c.that), nil, nil)
		back := Compare(theft("that", c.that), theft("this", c.this), nil, nil)
		for _, g := range []Comparison{got, back} {
			if r := rowOf(g, Links, Contrary); (r != nil) != c.want || rowOf(g, Links, Evidence) == nil {
				t.Errorf("%s: %+v", c.name, g.Rows)
			}
		}
	}
	this, that := theft("this", had(1, PassedOn)), theft("that", had(2, PassedOn))
	this.Signed, that.Signed = []clew.Time{60, 120, 600}, []clew.Time{0, 120, 180, 600}
	if r := rowOf(Compare(this, that, nil, nil), Clock, Contrary); r == nil || r.Strength != Weak || !strings.Contains(r.Says, "2 times") {
		t.Errorf("in the same minutes: %+v", r)
	}
	that.Addresses = []Address{had(1, PassedOn)}
	if r := rowOf(Compare(this, that, nil, nil), Clock, Contrary); r != nil {
		t.Errorf("the address that they share signed for both: %+v", r)
	}
}

// TestNotCompared says why.
func TestNotCompared(t *testing.T) {
	this := theft("this")
	this.lack(ItemHours, "no time is held")
	c := Compare(this, theft("that"), nil, nil)
	for _, item := range []Item{ItemAddresses, ItemHours, ItemSteps, ItemTranches, ItemDwells} {
		at := slices.IndexFunc(c.Rows, func(r Row) bool { return r.Item == item })
		if at < 0 || c.Rows[at].Kind != NotCompared || c.Rows[at].Says == "" {
			t.Errorf("%s: %+v", item, c.Rows)
		}
	}
	text, _ := json.Marshal(c)
	if want := "this: no time is held; nothing of it is in the profile of that"; !slices.ContainsFunc(c.Rows, func(r Row) bool { return r.Says == want }) {
		t.Errorf("%s", text)
	}
}

// TestWords: a word is that of the band above whose end the ratio lies.
func TestWords(t *testing.T) {
	for least, want := range map[int]Strength{0: NoSupport, 100: NoSupport, 101: Weak, 1000: Weak, 1001: Moderate, 10_001: ModeratelyStrong, 100_001: Strong, 1_000_001: VeryStrong, 100_000_001: ExtremelyStrong} {
		if got := wordOf(least); got != want {
			t.Errorf("%d hundredths: %s, want %s", least, got, want)
		}
	}
}
