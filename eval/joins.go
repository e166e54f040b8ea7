package eval

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
)

// A JoinRow counts how transactions of one kind are labelled.
type JoinRow struct {
	Data    string           `json:"data"`
	Made    string           `json:"made"` // what they were made to be, or what they are held to be
	Kind    launder.JoinKind `json:"kind"` // the right label; empty: none is
	Cases   uint64           `json:"cases"`
	Right   uint64           `json:"right"` // of the cases: labelled so; where none is right, those that have none
	Other   uint64           `json:"other"` // with a wrong label
	Likely  uint64           `json:"likely"`
	Which   []KindCount      `json:"which"`   // of the wrong labels
	Change  uint64           `json:"change"`  // outputs that are told to be change
	Matched uint64           `json:"matched"` // of these: with inputs
	Paid    *uint64          `json:"paid"`    // of those: by exactly these inputs; null: nobody knows
}

// A KindCount says how often a label was given.
type KindCount struct {
	Kind  launder.JoinKind `json:"kind"`
	Count uint64           `json:"count"`
}

// A JoinTable is what was measured of labels of joins.
type JoinTable struct {
	Seed      uint64    `json:"seed"`
	Transfers int       `json:"transfers"`
	Rows      []JoinRow `json:"rows"`
}

// note adds a transaction to its row.
func (t *JoinTable) note(data, made string, kind launder.JoinKind, tx *clew.Transfer, truth *simchain.Truth) {
	i := slices.IndexFunc(t.Rows, func(r JoinRow) bool { return r.Data == data && r.Made == made })
	if i < 0 {
		i = len(t.Rows)
		t.Rows = append(t.Rows, JoinRow{Data: data, Made: made, Kind: kind})
		if truth != nil {
			t.Rows[i].Paid = new(uint64)
		}
	}
	r := &t.Rows[i]
	j, found := launder.FindJoin(tx)
	r.Cases++
	switch {
	case j.Kind == kind:
		r.Right++
	default:
		r.wrong(j.Kind)
	}
	if !found {
		return
	}
	r.Likely += count(j.Kind != kind && j.Certainty != launder.Possible)
	for _, m := range j.Change {
		r.Change++
		if len(m.Inputs) > 0 {
			if r.Matched++; truth != nil {
				*r.Paid += count(paidBy(tx, &m, truth))
			}
		}
	}
}

func (r *JoinRow) wrong(kind launder.JoinKind) {
	if kind != "" {
		r.Other++
		i := slices.IndexFunc(r.Which, func(k KindCount) bool { return k.Kind == kind })
		if i < 0 {
			i = len(r.Which)
			r.Which = append(r.Which, KindCount{Kind: kind})
		}
		r.Which[i].Count++
	}
}

// paidBy reports whether the inputs are all those of whoever got the change.
func paidBy(tx *clew.Transfer, m *launder.Matched, truth *simchain.Truth) bool {
	owner := truth.Addresses[tx.To[m.Output].Address].Actor
	for i := range tx.From {
		if (truth.Addresses[tx.From[i].Address].Actor == owner) != slices.Contains(m.Inputs, i) {
			return false
		}
	}
	return true
}

// Words lists the wrong labels.
func (r *JoinRow) Words() string {
	var words []string
	for _, k := range r.Which {
		words = append(words, string(k.Kind)+" "+decimal(k.Count))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

const (
	mixWorld  = "Bitcoin-like, with many mixes"
	otherKeys = "wasabi1, with keys that it does not take"
)

// rightKinds are the labels of what synthetic transactions are made to be.
var rightKinds = map[string]launder.JoinKind{
	string(simchain.ShapeWhirlpool): launder.WhirlpoolMix, string(simchain.ShapeTx0): launder.WhirlpoolTx0, string(simchain.ShapeWasabi1): launder.Wasabi1,
	otherKeys:                     launder.Wasabi1,
	string(simchain.ShapeWasabi2): launder.Wasabi2, string(simchain.ShapeJoinMarket): launder.JoinMarket, string(simchain.ShapeStonewall): launder.Stonewall,
	string(simchain.ShapeStonewall2): launder.Stonewall, string(simchain.PayJoin): launder.PayJoin,
}

// Joins measures the labels of joins on a synthetic world with many mixes.
func Joins(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*JoinTable, error) {
	doing(mixWorld)
	w, err := simchain.Mixes(simchain.Plan{Seed: seed, Transfers: transfers})
	if err != nil {
		return nil, err
	}
	t := &JoinTable{Seed: seed, Transfers: transfers}
	for i := range w.Ledgers[0].Blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for j := range w.Ledgers[0].Blocks[i].Transfers {
			tx := &w.Ledgers[0].Blocks[i].Transfers[j]
			if tx.From[0].Address.IsZero() {
				continue // issues coins
			}
			made := ordinary
			if shape := w.Shapes[tx.Tx]; shape != "" {
				made = string(shape)
			} else if join := w.Joins[tx.Tx]; join == simchain.Wasabi {
				made = otherKeys
			} else if join != "" {
				made = string(join)
			}
			t.note("synthetic "+mixWorld, made, rightKinds[made], tx, &w.Truth)
		}
	}
	t.sort()
	return t, nil
}

// sort puts rows in order: by data, what is right to be labelled first, then by
// name.
func (t *JoinTable) sort() {
	slices.SortStableFunc(t.Rows, func(a, b JoinRow) int {
		switch {
		case a.Data != b.Data:
			return strings.Compare(a.Data, b.Data)
		case (a.Kind == "") != (b.Kind == ""):
			return strings.Compare(string(b.Kind), string(a.Kind))
		}
		return strings.Compare(a.Made, b.Made)
	})
}
