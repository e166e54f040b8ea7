package yearly

import (
	"cmp"
	"slices"

	"clew"
	"clew/incident"
	"clew/price"
)

// outcomesOf adds up what became of stolen value, by state, as published. A row in
// a coin alone adds no US dollars, and is counted.
func outcomesOf(all thefts, byID map[string]*incident.Incident) []Outcome {
	lines := []Outcome{}
	for _, state := range []incident.OutcomeState{incident.ValueFrozen, incident.ValueReleased, incident.ValueSeized, incident.ValueRecovered, incident.ValueReturned} {
		line := Outcome{State: state}
		for _, t := range all {
			line.addTheft(byID[t.ID])
		}
		lines = append(lines, line)
	}
	return lines
}

func (line *Outcome) addTheft(i *incident.Incident) {
	before := line.Rows + line.Unverified
	for at := range i.Outcomes {
		x := &i.Outcomes[at]
		switch {
		case x.State != line.State:
		case !x.Checked():
			line.Unverified++
		default:
			line.Rows++
			usd, err := price.ParseDecimal(string(x.USD))
			if err != nil || x.USD == "" {
				line.Unknown++
				continue
			}
			c, err := centsOf(i.ID, usd.Times(clew.Units(1), 0))
			if err != nil {
				line.Unknown++
				continue
			}
			line.USD += c
		}
	}
	if line.Rows+line.Unverified > before {
		line.Thefts++
	}
}

// A span is between two days of an entry.
type span struct {
	what     string
	from, to func(*incident.Incident) incident.Dated
}

// occurredAt returns when a theft was over, as far as a day goes.
func occurredAt(i *incident.Incident) incident.Dated { return i.Dates.Occurred }

var (
	untilDiscovered = span{"from the theft until it was discovered", occurredAt, func(i *incident.Incident) incident.Dated { return i.Dates.Discovered }}
	untilPublic     = span{"from the theft until it was made public", occurredAt, func(i *incident.Incident) incident.Dated { return i.Dates.Disclosed }}
)

func delaysOf(all thefts, byID map[string]*incident.Incident) []Delay {
	return []Delay{all.delay(untilDiscovered, byID), all.delay(untilPublic, byID)}
}

// delay measures a span over thefts whose days are both given and checked. A theft
// that went on is taken from the day on which it began.
func (all thefts) delay(s span, byID map[string]*incident.Incident) Delay {
	type one struct {
		days int
		id   string
	}
	var list []one
	for _, t := range all {
		from, to := s.from(byID[t.ID]), s.to(byID[t.ID])
		if from.Day == "" || to.Day == "" || !from.Checked() || !to.Checked() {
			continue
		}
		list = append(list, one{int(price.DayOf(to.Day.Time()) - price.DayOf(from.Day.Time())), t.ID})
	}
	d := Delay{What: s.what, Known: len(list), Unknown: len(all) - len(list)}
	if len(list) == 0 {
		return d
	}
	slices.SortFunc(list, func(a, b one) int { return cmp.Or(cmp.Compare(a.days, b.days), cmp.Compare(a.id, b.id)) })
	last := list[len(list)-1]
	d.Least, d.Median, d.Most, d.MostOf = list[0].days, list[(len(list)-1)/2].days, last.days, last.id
	return d
}
