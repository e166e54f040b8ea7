package incident

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
)

// A place is a transfer in the order of its chain.
type place struct {
	transfer clew.Transfer
	set      *TransferSet
	row      *Transfer
	supposed bool
}

// A Row is a transfer as an incident's ledger or its suppositions hold it,
// with what the file says of it.
type Row struct {
	ID       string        `json:"id,omitempty"`
	Transfer clew.Transfer `json:"transfer"`
	Basis    clew.Basis    `json:"basis"`
	By       string        `json:"by,omitempty"`
	Method   string        `json:"method,omitempty"`
	Note     string        `json:"note,omitempty"`
	Source   Source        `json:"source"`
	Height   uint64        `json:"height,omitempty"` // the chain's own, where known: the transfer's is synthetic
	About    bool          `json:"about,omitempty"`  // the time is not exact
}

// Chains returns the chains that transfers are recorded or supposed on, in
// order of their names.
func (i *Incident) Chains() []clew.Chain {
	var chains []clew.Chain
	for _, p := range i.places {
		if chain := p.transfer.Asset.Chain(); !slices.Contains(chains, chain) {
			chains = append(chains, chain)
		}
	}
	slices.Sort(chains)
	return chains
}

// Blocks returns the recorded transfers of a chain for a ledger, one block for
// each, from height 1 without holes.
//
// Heights are synthetic, for sources of incidents seldom give all of them, and
// real and made-up heights on one scale would misplace both. They follow the
// stated times, and the file's order at equal times. A supposed transfer has a
// height of its own, whose block is empty.
func (i *Incident) Blocks(chain clew.Chain) []clew.Block {
	var blocks []clew.Block
	for _, p := range i.places {
		if p.transfer.Asset.Chain() != chain {
			continue
		}
		block := clew.Block{Ref: clew.BlockRef{Height: p.transfer.Pos.Height, Time: p.transfer.Time}}
		if !p.supposed {
			block.Transfers = []clew.Transfer{p.transfer}
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// Row returns what the file says of the transfer at a position, recorded or
// supposed.
func (i *Incident) Row(chain clew.Chain, pos clew.Pos) (Row, bool) {
	for _, p := range i.places {
		if p.transfer.Pos == pos && p.transfer.Asset.Chain() == chain {
			return i.rowOf(p), true
		}
	}
	return Row{}, false
}

// Rows returns all transfers, recorded and supposed, chain by chain in order.
func (i *Incident) Rows() []Row {
	rows := make([]Row, len(i.places))
	for at, p := range i.places {
		rows[at] = i.rowOf(p)
	}
	return rows
}

func (i *Incident) rowOf(p place) Row {
	note := p.row.Note
	if note == "" {
		note = p.set.Note
	}
	source, _ := i.Source(p.set.Source)
	return Row{
		ID: p.row.ID, Transfer: p.transfer, Basis: p.set.Basis, By: p.set.By, Method: p.set.Method,
		Note: note, Source: source, Height: p.row.Height, About: p.row.About,
	}
}

// Name returns what people call the chain.
func (c *Chain) Name() string {
	if c.Ledger != "" {
		return c.Ledger
	}
	return clew.Chain(c.Chain).Name()
}

// Source returns the source with an id.
func (i *Incident) Source(id string) (Source, bool) {
	at := slices.IndexFunc(i.Sources, func(s Source) bool { return s.ID == id })
	if at < 0 {
		return Source{}, false
	}
	return i.Sources[at], true
}

// Asset returns the asset that has a short name within the file.
func (i *Incident) Asset(id string) (Asset, bool) {
	at := slices.IndexFunc(i.Assets, func(a Asset) bool { return a.ID == id })
	if at < 0 {
		return Asset{}, false
	}
	return i.Assets[at], true
}

// Symbols returns what the file says of its assets, by asset. The chain itself
// fixes those of native coins; the others are claims.
func (i *Incident) Symbols() map[clew.Asset]Asset {
	symbols := make(map[clew.Asset]Asset, len(i.Assets))
	for _, a := range i.Assets {
		symbols[a.Asset] = a
	}
	return symbols
}

// AddTo loads the recorded transfers of a chain, with what they do not cover,
// into a ledger of that chain.
func (i *Incident) AddTo(ctx context.Context, chain clew.Chain, store ledger.Store) (ledger.Report, error) {
	load, err := store.Load(ctx, ledger.Source{Name: "incident " + i.ID, Exact: true})
	if err != nil {
		return ledger.Report{}, fmt.Errorf("incident %s: %w", i.ID, err)
	}
	for _, b := range i.Blocks(chain) {
		if err = load.Add(b.Transfers...); err != nil {
			break
		}
	}
	var report ledger.Report
	if err == nil {
		report, err = load.Commit(ctx, i.Coverage(chain))
	}
	if err = errors.Join(err, load.Abort()); err != nil {
		return ledger.Report{}, fmt.Errorf("incident %s: %w", i.ID, err)
	}
	return report, nil
}
