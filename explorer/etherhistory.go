package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/evm"
	"clew/remote"
)

// Lists of an address, by the action that asks for them.
const (
	listTxs    = "txlist"
	listCalls  = "txlistinternal"
	listTokens = "tokentx"
	listItems  = "tokennfttx"
	listMulti  = "token1155tx"
)

// etherLists is the order in which they are asked for; rows of one transaction
// are put in this order where nothing says theirs.
var etherLists = []string{listTxs, listCalls, listTokens, listItems, listMulti}

// History asks for all lists of an address, a page at a time of the one that
// reaches least far: wherever the budget ends, all of them are whole up to some
// block, and from there a later run goes on.
func (s *etherscan) History(ctx context.Context, a clew.Address, w clew.Window) (*History, error) {
	h := &History{Coverage: clew.Coverage{Chain: s.chain}}
	if err := s.check(ctx, &h.Answers); err != nil {
		return h, err
	}
	var lists []*etherReading
	for _, action := range etherLists {
		lists = append(lists, s.newReading(action, a, w))
	}
	var err error
	for err == nil {
		r := slices.MinFunc(lists, func(a, b *etherReading) int { return cmp.Compare(a.reached, b.reached) })
		if r.done {
			break
		}
		err = s.step(ctx, r, &h.Answers)
		if said := (refusal{}); errors.As(err, &said) && r.action != listTxs && r.action != listCalls {
			r.gap(lackOf(r.action), a, w, said.Error())
			r.end()
			err = nil
		}
	}
	if err != nil && !errors.Is(err, remote.ErrBudget) {
		return h, err
	}
	held := w
	for _, r := range lists {
		held.To = min(held.To, r.reached)
	}
	if held.Empty() {
		return h, err
	}
	if wrong := s.transfers(h, a, held, lists); wrong != nil {
		return &History{Coverage: clew.Coverage{Chain: s.chain}, Answers: h.Answers}, fmt.Errorf("%s: %w", s.name(), wrong)
	}
	return h, err
}

func lackOf(action string) clew.GapKind {
	if action == listTokens {
		return clew.GapTokens
	}
	return clew.GapItems
}

// lacks adds a gap.
func (h *History) lacks(g clew.Gap) {
	g.Chain = h.Coverage.Chain
	h.Coverage.Gaps = append(h.Coverage.Gaps, g)
}

// transfers makes facts of the lists' rows in the window that all of them cover.
func (s *etherscan) transfers(h *History, a clew.Address, held clew.Window, lists []*etherReading) error {
	m := etherMaker{service: s, address: a, held: held, native: clew.NativeAsset(s.chain), wrapper: evm.Wrapper(s.chain), mirror: evm.SupportOf(s.chain).Mirror, index: map[string]uint32{}, minted: map[string]bool{}, failed: map[string]bool{}}
	for i, l := range lists {
		for j := range l.rows {
			m.note(etherLists[i], &l.rows[j])
		}
	}
	var all [][]clew.Transfer
	for i, l := range lists {
		for _, g := range l.gaps {
			if g.Window.To = min(g.Window.To, held.To); !g.Window.Empty() {
				h.lacks(g)
			}
		}
		for j := range l.rows {
			if r := &l.rows[j]; held.Has(r.height) {
				if err := m.row(etherLists[i], i, r); err != nil {
					return fmt.Errorf("%s, row %d, transaction %.70s: %w", etherLists[i], j+1, r.Hash, err)
				}
			}
		}
		if i > 0 { // what transactions and calls move makes one list
			all = append(all, m.out)
			m.out = nil
		}
	}
	h.Transfers, h.Acts = once(all...), m.acts
	h.Coverage.Held = append(h.Coverage.Held, clew.Holding{Address: a, Source: s.name(), Window: held})
	m.gaps(h)
	return nil
}

// gaps states what the lists do not say.
func (m *etherMaker) gaps(h *History) {
	gap := func(kind clew.GapKind, asset clew.Asset, count uint64, note string) {
		h.lacks(clew.Gap{Kind: kind, Address: m.address, Asset: asset, Window: m.held, Count: count, Note: m.service.name() + ": " + note})
	}
	if why := m.service.unchecked; why != "" {
		h.lacks(clew.Gap{Kind: clew.GapChain, Address: m.address, Window: m.held, Note: why})
	}
	if len(h.Transfers) > 0 {
		gap(clew.GapOrder, clew.Asset{}, 0, "places within a transaction are made up")
	}
	if m.unplaced > 0 {
		gap(clew.GapOrder, clew.Asset{}, m.unplaced, "internal transfers of transactions whose place in the block it does not say stand first in it")
	}
	if m.paid {
		gap(clew.GapFees, clew.Asset{}, 0, FeesInOne)
	}
	if m.unsure > 0 {
		gap(clew.GapStatus, m.native, m.unsure, "calls that were undone with a call around them may be among its internal transfers: it does not say which")
	}
	if m.untold > 0 {
		gap(clew.GapTokens, clew.Asset{}, m.untold, "amounts of tokens that it does not give")
	}
	if m.layerless > 0 {
		gap(clew.GapFees, clew.Asset{}, m.layerless, "fees for the chain below are not given")
	}
	if c := m.service.chain; !m.wrapper.IsZero() && (c == clew.Arbitrum || c == clew.Ronin) {
		gap(clew.GapTokens, clew.Token("erc20", m.wrapper), 0, "wrapping the chain's coin is read from what goes in and out of the wrapper, and this one has other ways")
	}
}
