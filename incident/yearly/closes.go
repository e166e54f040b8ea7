package yearly

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/price"
)

// Given is what an account is made of beside the record.
type Given struct {
	Followed []Followed // what traces of thefts found
	Closes   []Closes   // of coins, one series each
	Today    clew.Time  // no close of a later day is of now
}

// Closes are the daily closes of one coin, as the asker gives them.
type Closes struct {
	Coin   string // its usual name; whether in capitals does not matter
	Series *price.Series
}

// ClosesGiven says with which closes an account was made.
type ClosesGiven struct {
	Coin    string       `json:"coin"`
	Source  string       `json:"source"`
	Days    int          `json:"days"`
	From    incident.Day `json:"from,omitempty"`
	Until   incident.Day `json:"until,omitempty"`
	Assumed bool         `json:"assumed,omitempty"` // taken to be worth one US dollar on every day
	Digest  string       `json:"digest,omitempty"`  // SHA-256 of the days and closes
}

// given tells which closes there are, by the names of the coins.
func (g *Given) given() []ClosesGiven {
	list := []ClosesGiven{}
	for _, c := range g.Closes {
		one := ClosesGiven{Coin: c.Coin, Source: c.Series.Source(), Days: c.Series.Days(), Assumed: c.Series.Assumed()}
		if !one.Assumed && one.Days > 0 {
			first, last := c.Series.Span()
			one.From, one.Until = incident.Day(first.String()), incident.Day(last.String())
			sum := sha256.New()
			for day := first; day <= last; day++ {
				if q, ok := c.Series.On(day); ok {
					fmt.Fprintln(sum, day, q.Close)
				}
			}
			one.Digest = hex.EncodeToString(sum.Sum(nil))
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b ClosesGiven) int { return strings.Compare(a.Coin, b.Coin) })
	return list
}

// A valuer knows by which day a basis values thefts, and what coins were worth.
type valuer struct {
	basis  price.Basis
	closes map[string]*price.Series // that the asker gave, by the coin's name in small letters
	moved  map[string]clew.Time     // by id of a theft, when it first moved on, as far as it was followed
	today  clew.Time
}

func newValuer(basis price.Basis, g Given) *valuer {
	v := &valuer{basis: basis, closes: map[string]*price.Series{}, moved: map[string]clew.Time{}, today: g.Today}
	for _, c := range g.Closes {
		v.closes[strings.ToLower(c.Coin)] = c.Series
	}
	for _, f := range g.Followed {
		if have := v.moved[f.ID]; f.Moved.Known() && (!have.Known() || f.Moved < have) {
			v.moved[f.ID] = f.Moved
		}
	}
	return v
}

// missing counts why thefts have no value, by the gravest thing that each lacks.
func (all thefts) missing() []Missing {
	list := []Missing{}
	for _, kind := range LackKinds() {
		m := Missing{Kind: kind}
		for _, t := range all {
			if t.USD != nil || t.InCoins == nil || t.InCoins.Lacks[0].Kind != kind {
				continue
			}
			m.Thefts++
			for _, l := range t.InCoins.Lacks {
				if l.Kind == kind && l.Coin != "" && !slices.Contains(m.Coins, l.Coin) {
					m.Coins = append(m.Coins, l.Coin)
				}
			}
		}
		slices.Sort(m.Coins)
		if m.Thefts > 0 {
			list = append(list, m)
		}
	}
	return list
}

// priceDays values the coins of thefts on the day of each and on that on which it was
// made public, where the two are not the same day.
func (all thefts) priceDays(byID map[string]*incident.Incident, g Given) ([]PriceDay, error) {
	list := []PriceDay{}
	theft, public := newValuer(price.AtTheft, g), newValuer(price.AtDisclosure, g)
	for _, t := range all {
		first, err := theft.inCoins(byID[t.ID], false)
		if err != nil {
			return nil, err
		}
		second, err := public.inCoins(byID[t.ID], false)
		if err != nil {
			return nil, err
		}
		if first.USD != nil && second.USD != nil && first.Day != second.Day {
			list = append(list, PriceDay{t.ID, t.USD, *first.USD, *second.USD})
		}
	}
	return list, nil
}
