package op

import (
	"context"
	"maps"
	"slices"

	"clew"
	"clew/report"
	"clew/screen"
	"clew/watchlist"
)

// A heardLists are official lists as of a day, with what they were asked.
type heardLists struct {
	lists     []screen.List
	states    []report.ListState
	addresses map[clew.Address]bool
	texts     map[string]bool
}

func (h *hearing) lists(ctx context.Context, day watchlist.Date) ([]screen.List, []report.ListState, error) {
	h.reading.Lock()
	defer h.reading.Unlock()
	have := h.days[day]
	if have == nil {
		lists, states, err := listsHeld(ctx, h.env, day)
		if err != nil {
			return nil, nil, err
		}
		have = &heardLists{lists, states, map[clew.Address]bool{}, map[string]bool{}}
		h.days[day] = have
	}
	heard := slices.Clone(have.lists)
	for i := range heard {
		heard[i].List = heard[i].List.Heard(watchlist.Hearing{
			Address: func(a clew.Address) { h.mu.Lock(); defer h.mu.Unlock(); have.addresses[a] = true },
			Text:    func(s string) { h.mu.Lock(); defer h.mu.Unlock(); have.texts[s] = true },
		})
	}
	return heard, slices.Clone(have.states), nil
}

func (h *hearing) toldLists() (list []toldDay) {
	for _, day := range slices.Sorted(maps.Keys(h.days)) {
		have := h.days[day]
		d := toldDay{Day: day, Asked: sortedAddresses(have.addresses), Texts: sortedNames(have.texts)}
		for i, l := range have.lists {
			d.Lists = append(d.Lists, toldList{State: have.states[i], Known: l.Known, Partial: l.Partial, Parties: l.Extract(d.Asked, d.Texts)})
		}
		list = append(list, d)
	}
	return list
}
