package yearly

import (
	"testing"

	"clew/incident"
	"clew/price"
)

// unseen marks what was not seen in its source.
var unseen = new(bool)

// synthetic returns a theft of 2022 that nobody suffered.
func synthetic(change func(*incident.Incident)) *incident.Incident {
	i := &incident.Incident{ID: "synthetic-2022", Status: incident.StatusReviewed}
	i.Dates.Occurred.Day, i.Dates.Disclosed.Day = "2022-05-01", "2022-05-02"
	change(i)
	return i
}

// only returns the theft of an account of one.
func only(t *testing.T, i *incident.Incident, basis price.Basis) *Theft {
	t.Helper()
	a := account(t, []*incident.Incident{i}, asked("2022", basis, Actor{}, ""))
	return theft(t, a, i.ID)
}

// TestFiguresWithoutWeight wants a figure that was not seen in its source, or that
// totals do not take, to be no value: it stays unknown, which is not nothing.
func TestFiguresWithoutWeight(t *testing.T) {
	for _, c := range []struct {
		name  string
		value incident.Value
		basis price.Basis
		want  Cents // 0: not known
	}{
		{"the figure that counts", incident.Value{USD: "7", Counts: true}, price.AtTheft, 7_00},
		{"not seen in its source", incident.Value{USD: "7", Counts: true, Verified: unseen}, price.AtTheft, 0},
		{"of no stated day, and totals take another", incident.Value{USD: "7"}, price.AtTheft, 0},
		{"of the day of disclosure", incident.Value{USD: "7", Basis: price.AtDisclosure}, price.AtDisclosure, 7_00},
		{"of another day", incident.Value{USD: "7", Basis: price.AtDisclosure, Counts: true}, price.AtTheft, 0},
		{"of no stated day, by another", incident.Value{USD: "7", Counts: true}, price.AtDisclosure, 0},
	} {
		x := only(t, synthetic(func(i *incident.Incident) { i.Values = []incident.Value{c.value} }), c.basis)
		if (x.USD != nil) != (c.want > 0) || value(x.USD) != c.want || (x.Valued == NotValued) != (c.want == 0) {
			t.Errorf("%s: %s, %s", c.name, x.USD, x.Valued)
		}
		if (x.Low == nil) == c.value.Checked() {
			t.Errorf("%s: the least is %s", c.name, x.Low)
		}
	}
}

// TestEntrysClosesAreNotOfTheTheft wants a theft without a published figure to stay
// unknown at the prices of its day, whatever closes its entry states.
func TestEntrysClosesAreNotOfTheTheft(t *testing.T) {
	for _, i := range record(t) {
		if i.ID != "ronin-2022" {
			continue
		}
		x := *i
		x.Values = nil
		if got := only(t, &x, price.AtTheft); got.USD != nil || got.Valued != NotValued || got.InCoins != nil {
			t.Errorf("at theft: %s, %s, %+v", got.USD, got.Valued, got.InCoins)
		}
		if got := only(t, &x, price.AtDisclosure); got.USD == nil || got.Valued != ByEntry || got.Apart != nil {
			t.Errorf("at disclosure: %s, %s, apart %s", got.USD, got.Valued, got.Apart)
		}
	}
}

// TestClaimsWithoutWeight wants a claim that is disputed alone, that was not seen in
// its source, or that is of the laundering to lay no theft to anybody.
func TestClaimsWithoutWeight(t *testing.T) {
	said := func(s incident.Standing) incident.Attribution {
		return incident.Attribution{Actor: "some-group", State: "KP", Standing: s}
	}
	laundering, unverified := said(incident.Confirmed), said(incident.Confirmed)
	laundering.Part, unverified.Verified = incident.PartLaundering, unseen
	for _, c := range []struct {
		name string
		said []incident.Attribution
		want ClaimSummary // of no standing: there is none
	}{
		{"disputed", []incident.Attribution{said(incident.Disputed)}, ClaimSummary{}},
		{"withdrawn", []incident.Attribution{said(incident.Withdrawn)}, ClaimSummary{}},
		{"of the laundering", []incident.Attribution{laundering}, ClaimSummary{}},
		{"not seen in its source", []incident.Attribution{unverified}, ClaimSummary{}},
		{"the weightiest", []incident.Attribution{said(incident.Alleged), said(incident.Assessed), laundering, unverified}, ClaimSummary{incident.Assessed, false}},
		{"and disputed", []incident.Attribution{said(incident.Alleged), said(incident.Disputed)}, ClaimSummary{incident.Alleged, true}},
	} {
		x := only(t, synthetic(func(i *incident.Incident) { i.Attributions = c.said }), price.AtTheft)
		for _, key := range []string{"KP", "some-group"} {
			if got, is := x.Claims[key]; got != c.want || is != (c.want.Standing != "") {
				t.Errorf("%s, %s: %+v, want %+v", c.name, key, x.Claims, c.want)
			}
		}
	}
}

// TestVictimsOfSeveralKinds wants a theft from several to count once, by no kind of
// one of them.
func TestVictimsOfSeveralKinds(t *testing.T) {
	for _, c := range []struct {
		kinds []incident.VictimKind
		want  incident.VictimKind
	}{
		{nil, incident.UnknownVictim},
		{[]incident.VictimKind{incident.WalletVictim, incident.WalletVictim}, incident.WalletVictim},
		{[]incident.VictimKind{incident.WalletVictim, incident.PersonVictim}, severalKinds},
		{[]incident.VictimKind{incident.WalletVictim, incident.PersonVictim, incident.PersonVictim}, severalKinds},
	} {
		x := only(t, synthetic(func(i *incident.Incident) {
			for _, k := range c.kinds {
				i.Victims = append(i.Victims, incident.Victim{Name: "synthetic", Kind: k})
			}
		}), price.AtTheft)
		if x.Victim != c.want {
			t.Errorf("%v: %s", c.kinds, x.Victim)
		}
	}
}

// TestSpansOfSomeThefts wants the lower of two medians, each theft once by its
// soonest, and one of no known time to count as reached and in no median.
func TestSpansOfSomeThefts(t *testing.T) {
	at := func(id string, first *int64) Followed {
		return Followed{ID: id, Reached: []Reached{{Kind: "a mixer", First: first}}}
	}
	after := func(n int64) *int64 { return &n }
	list := []Followed{at("a", after(90)), at("a", after(10)), at("b", after(30)), at("c", nil), {ID: "d"}}
	s := spanOf(list, "a mixer", func(f *Followed) *int64 { return f.first("a mixer") })
	if s.Thefts != 3 || s.Known != 2 || s.Median != 10 {
		t.Errorf("%+v", s)
	}
}
