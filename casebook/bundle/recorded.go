package bundle

import (
	"bytes"
	"fmt"

	"clew"
	"clew/ledger/memory"
)

// A Recorded is a ledger as far as a bundle holds it. It answers the questions
// that were asked when the bundle was made, from the transfers and acts that it
// holds; every other question is a [*NotHeldError]. Where an answer contradicts
// what is held, that is a [*DamagedError].
type Recorded struct {
	head   Head
	set    *memory.Set
	told   map[string]Told
	folder string
	missed func(error) // told of each such error, for operations may pass over one
}

// NewRecorded reads what a bundle holds of a chain's ledger. It returns nil if
// there is nothing.
func NewRecorded(files Contents, chain clew.Chain, missed func(error)) (*Recorded, error) {
	r := &Recorded{folder: FolderOf(chain), told: map[string]Told{}, missed: missed}
	if files[r.folder+"ledger.json"] == nil {
		return nil, nil
	}
	if err := decode(files[r.folder+"ledger.json"], &r.head); err != nil || r.head.Chain != chain || r.head.Coverage.Chain != chain {
		return nil, damaged(r.folder+"ledger.json", "says nothing of the ledger of "+string(chain))
	}
	transfers, err := lines[clew.Transfer](files, r.folder+"transfers.jsonl")
	if err != nil {
		return nil, err
	}
	acts, err := lines[clew.Act](files, r.folder+"acts.jsonl")
	if err != nil {
		return nil, err
	}
	told, err := lines[Told](files, r.folder+"asked.jsonl")
	if err != nil {
		return nil, err
	}
	for i := range told {
		r.told[told[i].key()] = told[i]
	}
	if err := r.check(transfers, acts); err != nil {
		return nil, err
	}
	r.set = memory.NewSet(transfers, acts...)
	return r, nil
}

// lines reads a file with a line of JSON for each of a list.
func lines[T any](files Contents, name string) (list []T, err error) {
	n := 0
	for line := range bytes.Lines(files[name]) {
		if n++; n > linesMax {
			return nil, damaged(name, fmt.Sprintf("has more than %d lines", linesMax))
		}
		var one T
		if err := decode(line, &one); err != nil {
			return nil, damaged(name, fmt.Sprintf("line %d: %v", n, err))
		}
		list = append(list, one)
	}
	return list, nil
}

// linesMax bounds the lines of a file: of transfers, and of questions, which may
// be many for each.
const linesMax = 16 * FactsMax

// check reports why facts cannot be those of the chain, in its order.
func (r *Recorded) check(transfers []clew.Transfer, acts []clew.Act) error {
	for i := range transfers {
		t := &transfers[i]
		if err := t.Check(); err != nil {
			return damaged(r.folder+"transfers.jsonl", err.Error())
		}
		if t.Asset.Chain() != r.head.Chain || i > 0 && !transfers[i-1].Pos.Before(t.Pos) {
			return damaged(r.folder+"transfers.jsonl", fmt.Sprintf("transfer at %s is out of order, or on another chain", t.Pos))
		}
	}
	for i := range acts {
		if err := acts[i].Check(); err != nil || acts[i].On.Chain() != r.head.Chain || i > 0 && !acts[i-1].Pos.Before(acts[i].Pos) {
			return damaged(r.folder+"acts.jsonl", fmt.Sprintf("act at %s is out of order, or none: %v", acts[i].Pos, err))
		}
	}
	return nil
}
