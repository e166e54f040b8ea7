package yearly

import (
	"cmp"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/price"
)

// A Valuation says how the value of a theft is known.
type Valuation string

// The valuations.
const (
	Published Valuation = "published by a source"
	ByEntry   Valuation = "computed from coins, by closes that the entry states"
	ByGiven   Valuation = "computed from coins, by the closes that were given"
	NotValued Valuation = "not known"
)

// InCoins is what the coins that a theft took are worth by daily closes.
//
// It is a view and no fact of the record: a close is not what anybody was paid,
// and coins of one name are taken to be of one worth on every chain.
type InCoins struct {
	Day   incident.Day `json:"day,omitempty"` // whose closes are taken; empty: not known, and by now the last of each coin
	Coins []Coin       `json:"coins"`
	USD   *Cents       `json:"usd"`             // what they add up to; nil: something is missing
	About bool         `json:"about,omitempty"` // an amount or the day is not exact
	Lacks []Lack       `json:"lacks,omitempty"` // what is missing, the gravest first

	given bool // a close is the asker's
}

// A Coin is a loss of the record with the close that values it.
type Coin struct {
	Coin    string            `json:"coin"`
	Amount  incident.Quantity `json:"amount"`
	About   bool              `json:"about,omitempty"`
	Day     incident.Day      `json:"day,omitempty"` // of the close; empty where the worth is assumed
	Close   string            `json:"close,omitempty"`
	Source  string            `json:"source,omitempty"`
	Assumed bool              `json:"assumed,omitempty"` // that it is worth one US dollar
	USD     *Cents            `json:"usd"`               // nil: there is no close
}

// A Lack is why coins have no value.
type Lack struct {
	Kind LackKind     `json:"kind"`
	Coin string       `json:"coin,omitempty"`
	Day  incident.Day `json:"day,omitempty"`
}

// A LackKind says what is missing.
type LackKind string

// The kinds, the gravest first: what no price would mend.
const (
	LacksLosses   LackKind = "no loss in coins on record"
	LacksCoins    LackKind = "not all coins that were taken on record"
	LacksCheck    LackKind = "a loss that was not seen in its source"
	LacksDay      LackKind = "the day of the basis not known"
	LacksMove     LackKind = "no transfers at hand that say when it first moved on"
	LacksCloses   LackKind = "no closes of a coin"
	LacksCloseDay LackKind = "no close of a coin on the day"
)

// LackKinds returns the kinds, the gravest first.
func LackKinds() []LackKind {
	return []LackKind{LacksLosses, LacksCoins, LacksCheck, LacksDay, LacksMove, LacksCloses, LacksCloseDay}
}

// inCoins values what a theft took of coins: by the closes that the asker gave, and
// where there are none of a coin by those that the entry states; with entry, by
// these alone.
func (v *valuer) inCoins(i *incident.Incident, entry bool) (*InCoins, error) {
	c := &InCoins{Coins: []Coin{}}
	v.dayOf(i, c)
	if len(i.Losses) == 0 {
		c.lack(Lack{Kind: LacksLosses})
	}
	table, sum := i.PriceTable(), Cents(0)
	for at := range i.Losses {
		coin, err := v.coin(i, &i.Losses[at], table, c, entry)
		if err != nil {
			return nil, err
		}
		if coin.USD != nil {
			sum += *coin.USD
		}
		c.Coins = append(c.Coins, coin)
	}
	slices.SortStableFunc(c.Lacks, func(a, b Lack) int {
		return cmp.Compare(slices.Index(LackKinds(), a.Kind), slices.Index(LackKinds(), b.Kind))
	})
	if len(c.Lacks) == 0 {
		c.USD = &sum
	}
	return c, nil
}

// coin values one loss, and notes what is missing for that.
func (v *valuer) coin(i *incident.Incident, l *incident.Loss, table *price.Table, c *InCoins, entry bool) (Coin, error) {
	coin := Coin{Coin: l.Coin, Amount: l.Amount, About: l.About}
	asset, known := i.Asset(l.Asset)
	if known {
		coin.Coin = asset.Symbol
	}
	if l.More {
		c.lack(Lack{Kind: LacksCoins})
	}
	if !l.Checked() {
		c.lack(Lack{Kind: LacksCheck, Coin: coin.Coin})
	}
	c.About = c.About || l.About
	q, given, lack := v.quote(coin.Coin, asset.Asset, table, c.Day, entry)
	if lack != nil {
		if lack.Kind != "" {
			c.lack(*lack)
		}
		return coin, nil
	}
	c.given = c.given || given
	usd, err := worth(i.ID, l.Amount, q.Close)
	coin.Close, coin.Source, coin.Assumed, coin.USD = q.Close.String(), q.Source, q.Assume, &usd
	if !q.Assume {
		coin.Day = incident.Day(q.Day.String())
	}
	return coin, err
}

// worth values an amount in whole units at a close, in whole cents.
func worth(id string, amount incident.Quantity, closing price.Decimal) (Cents, error) {
	_, fraction, _ := strings.Cut(string(amount), ".")
	units, err := amount.Units(len(fraction))
	if err != nil {
		return 0, err
	}
	return centsOf(id, closing.Times(units, len(fraction)))
}

// lack notes once that something is missing.
func (c *InCoins) lack(l Lack) {
	if !slices.Contains(c.Lacks, l) {
		c.Lacks = append(c.Lacks, l)
	}
}

// dayOf finds the day whose closes value a theft; by now there is none, for each
// coin has a last close of its own.
func (v *valuer) dayOf(i *incident.Incident, c *InCoins) {
	d := &i.Dates.Occurred
	switch v.basis {
	case price.Now:
		return
	case price.AtMove:
		if at := v.moved[i.ID]; at.Known() {
			c.Day = incident.Day(price.DayOf(at).String())
			return
		}
		c.lack(Lack{Kind: LacksMove})
		return
	case price.AtDisclosure:
		d = &i.Dates.Disclosed
	}
	if d.Day == "" || !d.Checked() {
		c.lack(Lack{Kind: LacksDay})
		return
	}
	c.Day, c.About = d.Last(), c.About || d.About || d.Until != ""
}

// quote returns the close of a coin on a day, whether the asker gave it, and what
// is missing where there is none: a lack of no kind where that is the day itself,
// which is told already.
func (v *valuer) quote(coin string, asset clew.Asset, table *price.Table, day incident.Day, entry bool) (price.Quote, bool, *Lack) {
	series, have := v.closes[nameOf(coin)]
	if have && !entry {
		q, ok := series.Last(price.DayOf(v.today))
		if v.basis != price.Now {
			q, ok = series.On(price.DayOf(day.Time()))
			ok = ok && day != ""
		}
		if ok {
			return q, true, nil
		}
	}
	if v.basis != price.Now && day != "" && !asset.IsZero() {
		if q, gap := table.Quote(asset, day.Time()); gap == nil {
			return q, false, nil
		}
	}
	switch {
	case !have || entry:
		return price.Quote{}, false, &Lack{Kind: LacksCloses, Coin: coin}
	case day == "" && v.basis != price.Now:
		return price.Quote{}, false, &Lack{}
	}
	return price.Quote{}, false, &Lack{LacksCloseDay, coin, day}
}

// nameOf returns the name that closes are found by: USDT on Tron is USDT.
func nameOf(coin string) string {
	name, _, _ := strings.Cut(coin, " on ")
	return strings.ToLower(name)
}
