package bundle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clew"
)

// Transfers returns every fact that a bundle holds, by chain and in the order of
// each: those that ledgers answered with, and those that the answer of a trace
// rests on, which may be stated by an incident's file.
func (b *Bundle) Transfers() ([]clew.Transfer, error) {
	var all []clew.Transfer
	for _, name := range b.Files.Names() {
		if !strings.HasPrefix(name, "ledgers/") || !strings.HasSuffix(name, "/transfers.jsonl") {
			continue
		}
		list, err := lines[clew.Transfer](b.Files, name)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	used, err := b.used()
	if err != nil {
		return nil, err
	}
	all = append(all, used...)
	for i := range all {
		if err := all[i].Check(); err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
	}
	slices.SortStableFunc(all, func(a, b clew.Transfer) int {
		return cmp.Or(strings.Compare(string(a.Asset.Chain()), string(b.Asset.Chain())), a.Pos.Cmp(b.Pos))
	})
	return slices.CompactFunc(all, func(a, b clew.Transfer) bool { return a.Asset.Chain() == b.Asset.Chain() && a.Pos == b.Pos }), nil
}

// used returns the facts that the answer of a trace went through.
func (b *Bundle) used() ([]clew.Transfer, error) {
	type trace struct {
		Result struct {
			Uses []struct {
				Transfer clew.Transfer `json:"transfer"`
				Basis    clew.Basis    `json:"basis"`
			} `json:"uses"`
		} `json:"result"`
	}
	var answer struct {
		trace
		Trace trace `json:"trace"` // of an answer that has one within
	}
	var text map[string]json.RawMessage
	if json.Unmarshal(b.Files[AnswerName], &text) != nil {
		return nil, damaged(AnswerName, "is no object")
	}
	for name, v := range map[string]any{"result": &answer.Result, "trace": &answer.Trace} {
		if json.Unmarshal(text[name], v) != nil {
			continue // another operation's, which means something else by the name
		}
	}
	var facts []clew.Transfer
	for _, u := range append(answer.Result.Uses, answer.Trace.Result.Uses...) {
		if u.Basis == clew.Fact {
			facts = append(facts, u.Transfer)
		}
	}
	return facts, nil
}
