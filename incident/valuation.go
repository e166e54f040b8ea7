package incident

import (
	"clew"
	"clew/price"
)

// ValueDates returns the moments that the bases of valuation refer to. now is the
// caller's, and may be unknown.
func (i *Incident) ValueDates(now clew.Time) price.Dates {
	return price.Dates{Theft: i.Dates.Occurred.Day.Time(), Disclosure: i.Dates.Disclosed.Day.Time(), Now: now}
}

// PriceTable returns the prices that the file states. Other days are gaps.
func (i *Incident) PriceTable() *price.Table {
	table, err := i.priceTable()
	if err != nil {
		panic("incident: " + err.Error()) // a checked file has none
	}
	return table
}

func (i *Incident) priceTable() (*price.Table, error) {
	series := map[clew.Asset]*price.Series{}
	for _, p := range i.Prices {
		asset, ok := i.Asset(p.Asset)
		if !ok {
			continue
		}
		one, err := i.seriesOf(p)
		if err != nil {
			return nil, err
		}
		if before := series[asset.Asset]; before != nil {
			if one, err = before.Join(one); err != nil {
				return nil, err
			}
		}
		series[asset.Asset] = one
	}
	return price.NewTable(series), nil
}

func (i *Incident) seriesOf(p Price) (*price.Series, error) {
	source, _ := i.Source(p.Source)
	name := source.Title + " (" + source.Publisher + ")"
	if p.Assumed {
		return price.Pegged(name), nil
	}
	closing, err := price.ParseDecimal(p.Close)
	if err != nil {
		return nil, err
	}
	return price.Single(price.DayOf(p.Day.Time()), closing, name), nil
}
