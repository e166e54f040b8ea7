package yearly

import (
	"math/big"

	"clew"
	"clew/incident"
	"clew/price"
)

// value fills in what a theft was worth by a basis.
//
// At theft, it is the published figure that the record counts: most publishers do
// not say which day's prices they take, and [Theft.DayStated] tells those that do.
// By the other bases only a figure that says so is taken; without one, what was
// lost at the closes that the entry itself states, if it states all of them. No
// other theft has a value by them.
func (t *Theft) value(i *incident.Incident, basis price.Basis) error {
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
			t.USD, t.About, t.Bound, t.By, t.DayStated = &c, v.About, v.Bound, v.By, v.Basis == basis
		}
	}
	if t.USD != nil || basis != price.AtDisclosure || !i.Dates.Disclosed.Checked() {
		return nil
	}
	return t.priced(i, i.Dates.Disclosed.Day.Time())
}

// priced values what was lost at the closes of one day, if the entry gives each
// loss as an asset, exactly, and a close of each.
func (t *Theft) priced(i *incident.Incident, at clew.Time) error {
	var sum price.Money
	table, sources := i.PriceTable(), ""
	for _, l := range i.Losses {
		asset, ok := i.Asset(l.Asset)
		if !ok || l.About || !l.Checked() {
			return nil
		}
		units, err := l.Amount.Units(asset.Decimals)
		if err != nil {
			return err
		}
		q, gap := table.Quote(asset.Asset, at)
		if gap != nil {
			return nil
		}
		if sources != "" {
			sources += "; "
		}
		sources += asset.Symbol + " at " + q.Close.String() + ", " + q.Source
		sum = sum.Plus(q.Close.Times(units, asset.Decimals))
	}
	if len(i.Losses) == 0 {
		return nil
	}
	c, err := centsOf(i.ID, sum)
	if err != nil {
		return err
	}
	t.USD, t.DayStated, t.Computed = &c, true, sources
	return nil
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
