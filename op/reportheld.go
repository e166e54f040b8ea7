package op

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/incident"
	"clew/incident/yearly"
	"clew/ledger"
	"clew/report"
	"clew/trace"
)

// Bounds of how an account follows thefts over the user's ledgers: of one theft on
// one chain so many addresses that the record names, receipts of each within so many
// pages of its history, and assets; and of each walk so many transfers and addresses.
const (
	heldAddresses = 256
	heldReceipts  = 2000
	heldKinds     = 4
	heldPages     = 16
	heldTransfers = 20_000
	heldRead      = 2000
)

// A heldWalk follows thefts of the record over the user's ledgers.
type heldWalk struct {
	env    *Env
	opened []ledger.Snapshot
	names  trace.Namer
	units  report.Units
}

// followHeld follows every theft of the record of which a ledger that is held knows
// something: the transactions that took it, or else the addresses that a source
// names as having held it. What of a theft is on no chain that is held is left out.
func followHeld(ctx context.Context, env *Env, record []*incident.Incident) (list []yearly.Followed, err error) {
	w := &heldWalk{env: env, units: builtinUnits()}
	chains, err := env.Ledgers.Chains()
	if err == nil && len(chains) == 0 {
		err = errNothingImported
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, s := range w.opened {
			err = errors.Join(err, s.Close())
		}
	}()
	for _, chain := range chains {
		s, err := snapshotOf(ctx, env, chain)
		if err != nil {
			return nil, fmt.Errorf("ledger of %s: %w", chain.Name(), err)
		}
		w.opened = append(w.opened, s)
	}
	index, err := env.index(ctx, nil)
	if err != nil {
		return nil, err
	}
	w.names = index.Within("", dayText(env.Now))
	for at, i := range record {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !i.Counts() {
			continue
		}
		env.tell(Progress{Doing: "following " + i.ID + " over your ledgers", Done: int64(at), Total: int64(len(record)), Unit: "thefts"})
		more, err := w.theft(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("following %s: %w", i.ID, err)
		}
		list = append(list, more...)
	}
	return list, nil
}

// theft follows one theft on every chain that is held, an asset at a time: a book
// holds one.
func (w *heldWalk) theft(ctx context.Context, i *incident.Incident) (list []yearly.Followed, err error) {
	for _, s := range w.opened {
		b := &beginning{i: i, s: s, units: w.units, thieves: thievesOn(i, s.Chain()), seeds: map[clew.Asset][]trace.Seed{}}
		if err := b.find(ctx); err != nil {
			return nil, err
		}
		for _, asset := range b.assets() {
			f, ok, err := w.walk(ctx, b, asset)
			if err != nil {
				return nil, err
			}
			if ok {
				list = append(list, f)
			}
		}
	}
	return list, nil
}

// walk follows what was taken of one asset, as trace does, within less.
func (w *heldWalk) walk(ctx context.Context, b *beginning, asset clew.Asset) (yearly.Followed, bool, error) {
	ask := traceOp().Zero().(*TraceInput)
	ask.Policy, ask.Spread, ask.Transfers, ask.Addresses = "fifo", string(trace.No), heldTransfers, heldRead
	in, err := ask.traceInput(b.s.Chain())
	if err != nil {
		return yearly.Followed{}, false, err
	}
	in.Ledgers, in.Namer, in.Roles, in.Start.Origins = []ledger.Snapshot{b.s}, w.names, b.i.Roles(), b.seeds[asset]
	for _, s := range w.opened {
		if s != b.s {
			in.Others = append(in.Others, s)
		}
	}
	r, err := trace.Run(ctx, in)
	if err != nil {
		return yearly.Followed{}, false, err
	}
	f, ok := yearly.Follow(b.i, r)
	f.Over, f.Cut = b.words(asset), f.Cut || b.more
	if w.units.Knows(asset) {
		f.Symbol, f.Decimals = w.units.Of(asset).Symbol, w.units.Of(asset).Decimals
	}
	return f, ok, nil
}

// thievesOn returns the addresses on a chain that a source names as having had what
// was stolen: the first that had it, where any is named.
func thievesOn(i *incident.Incident, chain clew.Chain) map[clew.Address]string {
	first, held := map[clew.Address]string{}, map[clew.Address]string{}
	for _, set := range i.RoleSets {
		for _, a := range set.Addresses {
			switch {
			case a.Chain() != chain:
			case set.Role == incident.FirstRecipient:
				first[a] = set.By
			case set.Role == incident.HeldStolen && len(held) < heldAddresses:
				held[a] = set.By
			}
		}
	}
	if len(first) > 0 {
		return first
	}
	return held
}

// A beginning is what a walk of one theft begins with on one chain.
type beginning struct {
	i       *incident.Incident
	s       ledger.Snapshot
	units   report.Units
	thieves map[clew.Address]string // with who names them
	seeds   map[clew.Asset][]trace.Seed
	taken   bool // the transactions that took it are held
	more    bool // there is more to begin with than is taken
}

// find looks for the transfers that the walk begins with: what the theft's own
// transactions paid those addresses, else what they received from others since.
func (b *beginning) find(ctx context.Context) error {
	for _, tx := range takenBy(b.i) {
		transfers, err := b.s.Transaction(ctx, tx)
		if errors.Is(err, clew.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		for k := range transfers {
			t := &transfers[k]
			for _, leg := range t.To {
				if b.thieves[leg.Address] != "" && t.Pos.Class != clew.Fee {
					b.taken = true
					b.add(leg.Address, t.Asset, t.Pos)
				}
			}
		}
	}
	if b.taken {
		return nil
	}
	for _, a := range slices.SortedFunc(maps.Keys(b.thieves), func(x, y clew.Address) int { return strings.Compare(x.Text(), y.Text()) }) {
		if err := b.received(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// takenBy returns the transactions that took what was stolen, as the losses name
// them.
func takenBy(i *incident.Incident) (list []clew.TxID) {
	for _, l := range i.Losses {
		if l.Checked() {
			list = append(list, l.Transactions...)
		}
	}
	return list
}

// received adds what an address received from others since the day of the theft.
func (b *beginning) received(ctx context.Context, a clew.Address) error {
	since := b.i.Dates.Occurred.Day.Time()
	q := ledger.Query{Address: a, Side: ledger.In, Limit: heldReceipts}
	for page, n := 0, 0; page < heldPages && n < heldReceipts; page++ {
		rows, more, err := b.s.Rows(ctx, q, nil)
		if err != nil {
			return err
		}
		for k := range rows {
			r := &rows[k]
			if r.Time >= since && b.thieves[r.Peer] == "" && r.Pos.Class != clew.Fee && !r.Amount.IsZero() {
				b.add(a, r.Asset, r.Pos)
				n++
			}
		}
		if !more || len(rows) == 0 {
			return nil
		}
		q.From = after(rows[len(rows)-1].Pos)
	}
	b.more = true
	return nil
}

// add begins at one more transfer to an address.
func (b *beginning) add(a clew.Address, asset clew.Asset, pos clew.Pos) {
	if !asset.IsFungible() {
		return
	}
	seeds := b.seeds[asset]
	at := slices.IndexFunc(seeds, func(s trace.Seed) bool { return s.To == a })
	if at < 0 {
		at = len(seeds)
		seeds = append(seeds, trace.Seed{ID: fmt.Sprintf("origin-%d", at+1), Name: "what " + a.Text() + " received", Chain: b.s.Chain(), To: a, Basis: clew.Claimed})
		if b.taken {
			seeds[at].Basis = clew.Fact
		}
	}
	if !slices.Contains(seeds[at].Transfers, pos) {
		seeds[at].Transfers = append(seeds[at].Transfers, pos)
	}
	b.seeds[asset] = seeds
}

// assets returns what is followed: what the losses name, then coins, then tokens
// that somebody reviewed. Other tokens are left out, for anybody can send one that
// nobody wants.
func (b *beginning) assets() []clew.Asset {
	rank := func(a clew.Asset) int {
		named := slices.ContainsFunc(b.i.Assets, func(x incident.Asset) bool { return x.Asset == a })
		switch {
		case named && slices.ContainsFunc(b.i.Losses, func(l incident.Loss) bool { x, ok := b.i.Asset(l.Asset); return ok && x.Asset == a }):
			return 0
		case a.IsNative():
			return 1
		case named || b.units.Knows(a):
			return 2
		}
		return 3
	}
	var list []clew.Asset
	for a, seeds := range b.seeds {
		if rank(a) == 3 {
			continue
		}
		for k := range seeds {
			slices.SortFunc(seeds[k].Transfers, clew.Pos.Cmp)
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(x, y clew.Asset) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), strings.Compare(x.String(), y.String()))
	})
	b.more = b.more || len(list) > heldKinds
	return list[:min(len(list), heldKinds)]
}

// words says what the walk of an asset rests on.
func (b *beginning) words(asset clew.Asset) string {
	n, names := 0, []string{}
	for _, s := range b.seeds[asset] {
		n++
		if by := b.thieves[s.To]; !slices.Contains(names, by) {
			names = append(names, by)
		}
	}
	slices.Sort(names)
	what := fmt.Sprintf("your ledger of %s: ", b.s.Chain().Name())
	if b.taken {
		return what + fmt.Sprintf("what the theft's own transactions paid %d addresses, named by %s", n, strings.Join(names, ", "))
	}
	return what + fmt.Sprintf("what %d addresses, named by %s, received from others since the theft, all of it, stolen or not", n, strings.Join(names, ", "))
}
