package yearly

import (
	"math/big"
	"strings"

	"clew/incident"
	"clew/price"
)

// value fills in what a theft was worth by a basis.
//
// At theft, it is the published figure that the record counts: most publishers do
// not say which day's prices they take, and [Theft.DayStated] tells those that do.
// By the other bases only a figure that says so is taken. Without one, the coins
// that were taken are valued: by closes that the entry itself states, else by those
// that the asker gave. No other theft has a value.
func (t *Theft) value(i *incident.Incident, v *valuer) error {
	if err := t.published(i, v.basis); err != nil {
		return err
	}
	if t.USD == nil && v.basis != price.AtTheft {
		own, err := v.inCoins(i, true)
		if err != nil {
			return err
		}
		t.computed(own, ByEntry)
	}
	if v.basis == price.AtTheft && len(v.closes) == 0 {
		return nil
	}
	var err error
	if t.InCoins, err = v.inCoins(i, false); err != nil {
		return err
	}
	if t.USD == nil {
		t.computed(t.InCoins, ByGiven)
	} else if t.InCoins.USD != nil && t.InCoins.given {
		apart := *t.USD - *t.InCoins.USD
		t.Apart = &apart
	}
	return nil
}

// published fills in the figure by a basis that somebody published, and the span of
// all that were.
func (t *Theft) published(i *incident.Incident, basis price.Basis) error {
	t.Valued = NotValued
	for at := range i.Values {
		v := &i.Values[at]
		if !v.Checked() {
			continue
		}
		c, err := centsOf(i.ID, v.Dollars())
		if err != nil {
			return err
		}
		t.Low, t.High = least(t.Low, c), most(t.High, c)
		if _, known := t.said[v.By]; !known {
			t.said[v.By] = c
		}
		fits := v.Basis == basis || basis == price.AtTheft && v.Basis == "" && v.Counts
		if fits && (t.USD == nil || v.Counts) {
			t.USD, t.About, t.Bound, t.By, t.DayStated, t.Valued = &c, v.About, v.Bound, v.By, v.Basis == basis, Published
		}
	}
	return nil
}

// computed takes what the coins are worth, if nothing is missing.
func (t *Theft) computed(c *InCoins, how Valuation) {
	if c.USD == nil {
		return
	}
	usd := *c.USD
	t.USD, t.About, t.DayStated, t.Valued, t.Computed = &usd, c.About, true, how, c.words()
}

// words tells the closes that coins were valued by.
func (c *InCoins) words() string {
	var parts []string
	for _, x := range c.Coins {
		text := x.Coin + " at " + x.Close + ", " + x.Source
		if x.Assumed {
			text = x.Coin + " taken to be worth one dollar, " + x.Source
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

func least(have *Cents, c Cents) *Cents {
	if have == nil || c < *have {
		return &c
	}
	return have
}

func most(have *Cents, c Cents) *Cents {
	if have == nil || c > *have {
		return &c
	}
	return have
}

// ShareOf returns part of whole in hundredths of a percent, rounded down; nil
// where whole is nothing.
func ShareOf(part, whole Cents) *int {
	if whole <= 0 {
		return nil
	}
	bp := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(10_000))
	n := int(bp.Quo(bp, big.NewInt(int64(whole))).Int64())
	return &n
}
