package distribution

import (
	"math/big"
	"slices"

	"clew"
	"clew/trace"
)

// byMarks gives each victim the units at the places that bear the own mark.
func (m *making) byMarks() error {
	for _, r := range m.of(m.asset) {
		if len(r.Lots) == 0 {
			m.Lacks = "no trace says whose marks lie on what was recovered"
			return nil
		}
		m.lotsOf(r)
	}
	m.Why, m.OutsideBy = "it bears the mark of nobody who claims, or is more than the loss that is claimed", "no unit that was recovered bears their mark"
	return nil
}

// lotsOf shares one recovery. Where less was recovered than lies in the lots, a part
// of each is taken, in proportion; what is more than they hold bears no mark.
func (m *making) lotsOf(r *Recovery) {
	sizes := zeros(len(r.Lots))
	for i, l := range r.Lots {
		sizes[i] = l.Amount.Big()
		for _, mark := range l.Marks {
			m.in[m.at[mark.Victim]] = true
		}
	}
	for i, part := range divide(r.Amount.Big(), sizes, sizes).parts {
		m.lot(&r.Lots[i], part)
	}
}

// lot shares what was recovered of a lot among those whose marks lie on it: a victim
// gets at most what bears the own mark, and at most the loss. They share in
// proportion to their losses, or where those are of several assets to their marks.
func (m *making) lot(l *Lot, recovered *big.Int) {
	l = m.byClaim(l)
	weights, caps, same := zeros(len(l.Marks)), zeros(len(l.Marks)), true
	for i, mark := range l.Marks {
		c := &m.claims[m.at[mark.Victim]]
		weights[i], caps[i] = c.Amount.Big(), mark.Amount.Big()
		same = same && c.Asset == m.asset
	}
	for i, mark := range l.Marks {
		if !same {
			weights[i] = caps[i]
		}
		if most := m.limit(m.at[mark.Victim]); most != nil && most.Cmp(caps[i]) < 0 {
			caps[i] = most
		}
	}
	d := divide(recovered, weights, caps)
	for i, part := range d.parts {
		at := m.at[l.Marks[i].Victim]
		m.give(at, part)
		m.full[at] = m.full[at] || d.full[i] && m.met(at)
	}
}

// byClaim returns a lot with the marks of one claim as one, whichever of its rows they
// name.
func (m *making) byClaim(l *Lot) *Lot {
	marks := slices.Clone(l.Marks)
	for i := range marks {
		marks[i].Victim = m.claims[m.at[marks[i].Victim]].Victim
	}
	one := lotOf(l.Amount, marks...)
	return &one
}

// met reports whether a victim's loss is met.
func (m *making) met(i int) bool {
	most := m.limit(i)
	return most != nil && most.Sign() == 0
}

// LotsOf returns what of a place of a trace bears whose marks. victims has the
// victim of each origin; of an origin that it lacks, the units are nobody's who
// claims. Several origins can be one victim's. note says what the place does not tell;
// empty: nothing.
//
// Marks overlap where value of two thefts went through one another. Of two origins
// the overlap is known; of more it is not told which of the units bear which marks,
// and all of them are one lot.
func LotsOf(p *trace.Place, victims map[string]int) (lots []Lot, note string, err error) {
	var marks []Mark
	var sum clew.Amount
	for _, part := range p.Parts {
		if part.Amount.IsZero() {
			continue
		}
		if p.Amount.Less(part.Amount) {
			return nil, "", &clew.InputError{Field: "place", Value: p.Address.String(), Want: "a part of at most the place's amount for each origin"}
		}
		all, fits := sum.Add(part.Amount)
		if !fits {
			return nil, "", &clew.InputError{Field: "place", Value: p.Address.String(), Want: "parts that add up to at most 256 bits"}
		}
		sum = all
		marks = append(marks, Mark{victims[part.Origin], part.Amount})
	}
	if sum.Less(p.Amount) {
		return nil, "", &clew.InputError{Field: "place", Value: p.Address.String(), Want: "parts of the origins that make up the place's amount"}
	}
	overlap := sum.Minus(p.Amount)
	switch {
	case overlap.IsZero():
		for _, k := range marks {
			lots = append(lots, lotOf(k.Amount, k))
		}
	case len(marks) == 2:
		for _, k := range marks {
			lots = append(lots, lotOf(k.Amount.Minus(overlap), k))
		}
		lots = append(lots, lotOf(overlap, marks...))
	default:
		lots = []Lot{lotOf(p.Amount, marks...)}
		note = "Marks of more than two origins overlap here, and which units bear which is not told: all are shared as one lot."
	}
	return lots, note, nil
}

// lotOf returns a lot with the marks of victims, each up to its size. Marks of one
// victim are one.
func lotOf(size clew.Amount, marks ...Mark) Lot {
	l := Lot{Amount: size}
	at := map[int]int{}
	for _, k := range marks {
		if k.Victim == 0 {
			continue
		}
		if i, known := at[k.Victim]; known {
			both, fits := l.Marks[i].Amount.Add(k.Amount)
			if !fits || size.Less(both) {
				both = size
			}
			l.Marks[i].Amount = both
			continue
		}
		at[k.Victim] = len(l.Marks)
		l.Marks = append(l.Marks, Mark{k.Victim, k.Amount.Min(size)})
	}
	return l
}
