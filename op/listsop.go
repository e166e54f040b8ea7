package op

import (
	"context"
	"fmt"
	"strings"

	"clew"
	"clew/report"
	"clew/watchlist"
)

// ListsStatusInput asks which official lists are held.
type ListsStatusInput struct{}

func listsStatusOp() Op {
	return define(Op{
		Name: "lists status",
		Doc:  "Say which official lists are held, of which day they are, and how old.",
		Detail: "CLEW_LISTS names the folder in which editions are kept, byte by byte; otherwise clew/lists among the user's data. " +
			"CLEW_LIST_AGE is for how many days after one on which a list's state is known nothing found is believed; 30 if it is not set.",
		Examples: []Example{{"lists status", "the lists that are built in, and those that were fetched"}, {"lists status --wide", "with the addresses that are not valid"}},
	}, func(ctx context.Context, env *Env, _ ListsStatusInput) (report.Result, error) {
		_, states, err := listsHeld(ctx, env, today(env))
		if err != nil {
			return nil, err
		}
		for i := range states {
			_, _, states[i].Faults = states[i].List.Counts()
		}
		return &report.ListsPage{Day: today(env), Age: env.Lists.Age, Lists: states}, nil
	})
}

// ListsDiffInput asks what the last edition of lists changed.
type ListsDiffInput struct {
	List string `json:"list" arg:"" optional:"" help:"only this list, such as ofac-sdn; all that are kept if left out"`
}

func listsDiffOp() Op {
	return define(Op{
		Name:     "lists diff",
		Doc:      "Say what the last edition of each kept list added, changed and removed.",
		Examples: []Example{{"lists diff", "every list that is kept"}, {"lists diff ofac-sdn --csv", "one list, as a table"}},
	}, runListsDiff)
}

func runListsDiff(ctx context.Context, env *Env, in ListsDiffInput) (report.Result, error) {
	kept, err := keptLists(ctx, env)
	if err != nil {
		return nil, err
	}
	slugs := sortedNames(kept)
	switch {
	case len(slugs) == 0:
		return nil, fmt.Errorf("kept lists (clew lists update): %w", clew.ErrNotFound)
	case in.List != "" && kept[in.List] == nil:
		return nil, unknown("list", in.List, slugs)
	case in.List != "":
		slugs = []string{in.List}
	}
	page := &report.ListsDiff{}
	for _, slug := range slugs {
		h := kept[slug]
		page.Lists = append(page.Lists, diffOf(slug, &h.History))
	}
	return page, nil
}

func diffOf(slug string, h *watchlist.History) report.ListDiff {
	d := report.ListDiff{Slug: slug, Now: h.List.Edition, Changes: h.Changes}
	if n := len(h.Editions); n > 1 {
		d.Before = &h.Editions[n-2]
	}
	return d
}

// ListsSearchInput asks for parties by name.
type ListsSearchInput struct {
	Name []string `json:"name" arg:"" help:"name to look for; its words may be in any order and script"`
	Most int      `json:"most" default:"20" range:"1,1000" help:"most parties to name" placeholder:"N"`
}

func listsSearchOp() Op {
	return define(Op{
		Name:     "lists search",
		Doc:      "Search official lists for parties whose names are like one.",
		Detail:   "Names are compared in Latin letters, word by word. A name that is alike is a candidate, and no proof; that none is found says nothing of anybody.",
		Examples: []Example{{"lists search lazarus group", "words in any order"}},
	}, runListsSearch)
}

func runListsSearch(ctx context.Context, env *Env, in ListsSearchInput) (report.Result, error) {
	name := strings.TrimSpace(strings.Join(in.Name, " "))
	if name == "" || len(name) > 1024 {
		return nil, &clew.InputError{Field: "name", Value: name, Want: "a name of 1 to 1,024 bytes"}
	}
	held, states, err := listsHeld(ctx, env, today(env))
	if err != nil {
		return nil, err
	}
	var lists []*watchlist.List
	for _, l := range held {
		lists = append(lists, l.List)
	}
	page := &report.NamesPage{Asked: name, Lists: states, Matches: []report.NameMatch{}}
	for _, m := range watchlist.NewNames(lists...).Search(name, watchlist.LikeEnough, in.Most) {
		page.Matches = append(page.Matches, report.NameMatch{Publisher: m.List.Publisher, List: m.List.Name, Nature: m.List.Nature, Date: m.List.Edition.Day(), Party: *m.Party, Name: m.Name, Weak: m.Weak, Score: m.Score})
	}
	return page, nil
}
