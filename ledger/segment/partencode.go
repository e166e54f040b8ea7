package segment

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"clew"
)

// A ranking maps the numbers of first seen to those in sorted order.
type ranking struct {
	addresses, assets, blocks []uint32
}

// encode writes the part, and acts beside it.
func (p *part) encode(ctx context.Context, s *spools, acts ActSource) (Info, error) {
	p.unstage()
	p.lastBlock = blockKey{}
	var order []uint32
	order, p.pairs, p.parted = p.names.sorted(p.pairs, p.parted)
	rank, blocks, assets := p.rank(order)
	e := p.encoder(s, order, blocks, assets)
	defer e.drop()
	if err := e.expect(uint64(len(p.rows)), p.runs, [2]uint64{uint64(len(p.refs[0])), uint64(len(p.refs[1]))}); err != nil {
		return Info{}, err
	}
	p.renumber(&rank)
	var wait sync.WaitGroup
	var rowsErr error
	wait.Go(func() { rowsErr = p.encodeRows(ctx, e.rows) })
	err := p.encodePots(ctx, e, len(order))
	wait.Wait()
	if err = cmp.Or(rowsErr, err); err != nil {
		return Info{}, err
	}
	if err := e.writeActs(ctx, acts); err != nil {
		return Info{}, err
	}
	return e.finish()
}

// encoder returns an encoder that has the sorted addresses and assets.
func (p *part) encoder(s *spools, order []uint32, blocks []blockEntry, assets []clew.Asset) *encoder {
	p.names.addForms(&p.n.forms, onlyForm(p.chain))
	p.n.blocks, p.n.assets = uint64(len(blocks)), uint64(len(assets))
	fungible := make([]bool, len(assets))
	for i, a := range assets {
		fungible[i] = a.IsFungible()
	}
	e := newEncoder(s, p.chain, p.n, blocks, fungible)
	e.keys.reserve(uint64(len(order)))
	for i, number := range order {
		if i%internBatch == 0 {
			p.names.ask(order[i:min(i+internBatch, len(order))])
		}
		f, key := p.names.address(number, onlyForm(p.chain))
		e.keys.add(f, key)
	}
	for _, a := range assets {
		e.addAsset(a.String())
	}
	return e
}

// rank sorts addresses, assets and blocks.
func (p *part) rank(order []uint32) (ranking, []blockEntry, []clew.Asset) {
	r := ranking{make([]uint32, len(order)), make([]uint32, len(p.assetSeq)), make([]uint32, len(p.blockSeq))}
	for i, number := range order {
		r.addresses[number] = uint32(i)
	}
	assets := slices.Clone(p.assetSeq)
	slices.SortFunc(assets, func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) })
	for i, a := range assets {
		r.assets[p.assets[a]] = uint32(i)
	}
	blocks := make([]blockEntry, len(p.blockSeq))
	for i, k := range p.blockSeq {
		blocks[i] = blockEntry{height: k.height, time: k.time}
	}
	slices.SortFunc(blocks, compareBlocks)
	for i, b := range blocks {
		r.blocks[p.blocks[blockKey{b.height, b.time}]] = uint32(i)
	}
	return r, blocks, assets
}

// renumber puts sorted numbers in place of those of first seen.
func (p *part) renumber(rank *ranking) {
	address := func(id *uint32) {
		if *id != nobody {
			*id = rank.addresses[*id]
		}
	}
	for i := range p.rows {
		r := &p.rows[i]
		address(&r.from)
		address(&r.to)
		r.asset, r.block = rank.assets[r.asset], rank.blocks[r.block]
	}
	for i := range p.legs {
		address(&p.legs[i].peer)
	}
	for side := range p.refs {
		for i := range p.refs[side] {
			address(&p.refs[side][i].address)
		}
	}
	for i := range p.extras {
		for j := range p.extras[i].from {
			address(&p.extras[i].from[j].address)
		}
		for j := range p.extras[i].to {
			address(&p.extras[i].to[j].address)
		}
	}
}

func (p *part) encodeRows(ctx context.Context, w *rowWriter) error {
	wides, extras := p.wides, p.extras
	for i := range p.rows {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for len(wides) > 0 && wides[0].row == uint32(i) {
			w.wide(uint64(i), wides[0].amount)
			wides = wides[1:]
		}
		for len(extras) > 0 && extras[0].row == uint32(i) {
			w.extra(uint64(i), &extras[0].extra)
			extras = extras[1:]
		}
		w.add(&p.rows[i], &p.txs[p.rows[i].tx])
	}
	return w.finish()
}

// checkEvery is how many transfers are done between looks at the context.
const checkEvery = 4096
