package disk

import (
	"cmp"
	"slices"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// A fact is a transfer of one address to another without pointers, so that
// millions cost the garbage collector nothing. Others are encoded in the run's
// wholes.
type fact struct {
	key              posKey
	time             int64
	tx               clew.TxID
	from, to         [32]byte
	amount           [4]uint64
	asset            uint32 // index into the load's assets
	fromForm, toForm clew.Form
	whole            uint64 // where in wholes, and one more; 0: it is all here
}

// A posKey is a position packed so that order is that of numbers.
type posKey struct{ height, rest uint64 }

// keyOf packs a position whose ordinal is less than 2^30 and whose class is
// one of four.
func keyOf(p clew.Pos) posKey {
	return posKey{p.Height, uint64(p.Index)<<32 | uint64(p.Class)<<30 | uint64(p.Ordinal)}
}

func (k posKey) pos() clew.Pos {
	return clew.Pos{Height: k.height, Index: uint32(k.rest >> 32), Class: clew.Class(k.rest >> 30 & 3), Ordinal: uint32(k.rest & (1<<30 - 1))}
}

func (k posKey) cmp(l posKey) int {
	return cmp.Or(cmp.Compare(k.height, l.height), cmp.Compare(k.rest, l.rest))
}

// A run is transfers held in memory, given in some order.
type run struct {
	chain   clew.Chain
	facts   []fact
	wholes  []byte
	order   []runKey     // nil: facts are in chain order
	assets  []clew.Asset // the load's, as many as facts refer to
	most    int          // how many facts it is meant for
	ordered bool
	last    posKey
	whole   clew.Transfer // the one read last
}

// growAtOnce is how many transfers show that a load is large, so that the room
// for all of a run is made at once.
const growAtOnce = 1 << 14

// A runKey is sorted instead of its fact.
type runKey struct {
	posKey
	index uint32
}

func (r *run) reset() {
	*r = run{chain: r.chain, most: r.most, facts: r.facts[:0], wholes: r.wholes[:0], order: r.order[:0], ordered: true}
}

// add copies t. The load's assets must number t's.
func (r *run) add(t *clew.Transfer, asset uint32, assets map[clew.Asset]uint64) {
	key := keyOf(t.Pos)
	if len(r.facts) > 0 && key.cmp(r.last) <= 0 {
		r.ordered = false
	}
	r.last = key
	if len(r.facts) == growAtOnce && cap(r.facts) < r.most {
		r.facts = slices.Grow(r.facts, r.most-len(r.facts))
	}
	r.facts = append(r.facts, fact{key: key, asset: asset})
	f := &r.facts[len(r.facts)-1]
	if !isPlain(t) {
		f.whole = uint64(len(r.wholes)) + 1
		e := encoder{bytes: r.wholes, assets: assets}
		e.transfer(t)
		r.wholes = e.bytes
		return
	}
	f.time, f.tx, f.amount = int64(t.Time), t.Tx, t.From[0].Amount.Limbs()
	f.from, _ = t.From[0].Address.RawKey()
	f.to, _ = t.To[0].Address.RawKey()
	f.fromForm, f.toForm = t.From[0].Address.Form(), t.To[0].Address.Form()
}

// isPlain reports whether a fact holds all of t.
func isPlain(t *clew.Transfer) bool {
	return t.Item == nil && t.Aggregate == nil && !t.Rounded && len(t.From) == 1 && len(t.To) == 1 &&
		!t.From[0].Unknown && t.From[0].Spends == nil && t.To[0].Spends == nil
}

// sort puts the run in chain order. Of several at one position the first given
// comes first.
func (r *run) sort() {
	r.number()
	if r.ordered {
		return
	}
	slices.SortFunc(r.order, func(a, b runKey) int { return cmp.Or(a.cmp(b.posKey), cmp.Compare(a.index, b.index)) })
}

func (r *run) number() {
	r.order = r.order[:0]
	if r.ordered {
		return
	}
	for i := range r.facts {
		r.order = append(r.order, runKey{r.facts[i].key, uint32(i)})
	}
}

// dropRepeats leaves out what comes again at one position, and returns how
// many these were. The run must be sorted.
func (r *run) dropRepeats() uint64 {
	n := len(r.order)
	r.order = slices.CompactFunc(r.order, func(a, b runKey) bool { return a.posKey == b.posKey })
	return uint64(n - len(r.order))
}

// len returns how many transfers are left.
func (r *run) len() int {
	if r.ordered {
		return len(r.facts)
	}
	return len(r.order)
}

// at returns the i-th fact in chain order.
func (r *run) at(i int) *fact {
	if r.ordered {
		return &r.facts[i]
	}
	return &r.facts[r.order[i].index]
}

// read reads a fact into t, which refers to the run until the next is read.
func (r *run) read(f *fact, t *segment.Flat) error {
	if f.whole == 0 {
		t.Pos, t.Time, t.Tx, t.Asset = f.key.pos(), clew.Time(f.time), f.tx, r.assets[f.asset]
		t.Amount, t.Whole = clew.AmountOf(f.amount), nil
		if err := r.address(f.fromForm, &f.from, &t.From); err != nil {
			return err
		}
		return r.address(f.toForm, &f.to, &t.To)
	}
	d := &decoder{bytes: r.wholes[f.whole-1:], chain: r.chain, assets: r.assets}
	r.whole = d.transfer()
	*t = segment.Flat{Whole: &r.whole}
	return d.err
}

func (r *run) address(form clew.Form, key *[32]byte, into *clew.Address) (err error) {
	switch form {
	case clew.NoForm:
		*into = clew.Address{}
		return nil
	case clew.EVMForm:
		into.SetEVM(r.chain, (*[20]byte)(key[:20]))
		return nil
	}
	size := 20
	if form == clew.P2WSH || form == clew.P2TR || form == clew.ScriptForm || form == clew.SolanaForm {
		size = 32
	} else if form == clew.P2A {
		size = 2
	}
	*into, err = clew.MakeAddress(r.chain, form, key[:size])
	return err
}

// transfer reads a fact as a transfer of its own.
func (r *run) transfer(f *fact) (clew.Transfer, error) {
	var t segment.Flat
	if err := r.read(f, &t); err != nil {
		return clew.Transfer{}, err
	}
	if t.Whole != nil {
		return *t.Whole, nil
	}
	return clew.Transfer{
		Pos: t.Pos, Time: t.Time, Tx: t.Tx, Asset: t.Asset,
		From: []clew.Leg{{Address: t.From, Amount: t.Amount}}, To: []clew.Leg{{Address: t.To, Amount: t.Amount}},
	}, nil
}

// sortByContent puts the run in the order of [ledger.Compare].
func (r *run) sortByContent() error {
	r.ordered = false
	r.number()
	var failed error
	slices.SortStableFunc(r.order, func(a, b runKey) int {
		if c := a.cmp(b.posKey); c != 0 {
			return c
		}
		x, err := r.transfer(&r.facts[a.index])
		y, err2 := r.transfer(&r.facts[b.index])
		failed = cmp.Or(failed, err, err2)
		return ledger.Compare(&x, &y)
	})
	return failed
}
