package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/evm"
	"clew/ledger"
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
	m := etherMaker{service: s, address: a, held: held, native: clew.NativeAsset(s.chain), wrapper: evm.Wrapper(s.chain), index: map[string]uint32{}, minted: map[string]bool{}, failed: map[string]bool{}}
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
	if m.layerless > 0 {
		gap(clew.GapFees, clew.Asset{}, m.layerless, "fees for the chain below are not given")
	}
	if c := m.service.chain; !m.wrapper.IsZero() && (c == clew.Arbitrum || c == clew.Ronin) {
		gap(clew.GapTokens, clew.Token("erc20", m.wrapper), 0, "wrapping the chain's coin is read from what goes in and out of the wrapper, and this one has other ways")
	}
}

// An etherMaker makes transfers of rows.
type etherMaker struct {
	service   *etherscan
	address   clew.Address
	held      clew.Window
	native    clew.Asset
	wrapper   clew.Address
	index     map[string]uint32 // of transactions whose place a row says
	minted    map[string]bool   // transactions in which the wrapper logs what it issues as a transfer
	failed    map[string]bool   // transactions of which nothing but the fee stayed
	out       []clew.Transfer
	acts      []clew.Act
	ordinal   uint32 // of the list's last row, within its transaction
	last      string // that transaction
	unplaced  uint64
	layerless uint64
	paid      bool
}

// note remembers what a row says of its transaction: the place in its block, that
// it failed, and that the token of the chain's coin is told of by itself.
func (m *etherMaker) note(action string, r *etherRow) {
	if action == listTxs && r.failed() {
		m.failed[string(r.Hash)] = true
	}
	if action == listTokens && strings.EqualFold(string(r.Contract), m.wrapper.Text()) && (isZeroAddress(r.From) || isZeroAddress(r.To)) {
		m.minted[string(r.Hash)] = true
	}
	if n, err := strconv.ParseUint(string(r.Index), 10, 32); err == nil {
		m.index[string(r.Hash)] = uint32(n)
	}
}

// Levels of a call's path that make up its place, and the bits of each.
const (
	pathLevels = 4
	levelBits  = 6
)

// order returns a row's place in its transaction: as the row says, so that it is
// the same in the lists of others, or the one given.
func (r *etherRow) order(row uint32) uint32 {
	for _, text := range []loose{r.Log, r.Frame} {
		if n, err := strconv.ParseUint(string(text), 0, 24); err == nil {
			return uint32(n)
		}
	}
	if r.Trace == "" {
		return min(row, 1<<24-1)
	}
	levels := strings.Split(string(r.Trace), "_")
	var place uint32
	for i := range pathLevels {
		place <<= levelBits
		if i < len(levels) {
			n, _ := strconv.ParseUint(levels[i], 10, 16)
			place += uint32(min(n+1, 1<<levelBits-1))
		}
	}
	return place
}

// failed reports whether a row says that its transaction, or its call, was undone.
func (r *etherRow) failed() bool {
	return r.IsError != "" && r.IsError != "0" && r.IsError != "false" || r.Status == "0"
}

func isZeroAddress(text loose) bool { return strings.Trim(string(text), "0x") == "" }

// row makes the transfers of one row.
func (m *etherMaker) row(action string, list int, r *etherRow) error {
	t := clew.Transfer{Pos: clew.Pos{Height: r.height, Class: clew.Log}}
	var err error
	if t.Tx, err = clew.ParseTxID(string(r.Hash)); err != nil {
		return err
	}
	if t.Time, err = unixTime(r.Time); err != nil {
		return err
	}
	placed := false
	if t.Pos.Index, placed = m.index[string(r.Hash)]; !placed && action == listCalls {
		m.unplaced++
	}
	if m.last != string(r.Hash) {
		m.last, m.ordinal = string(r.Hash), 0
	}
	m.ordinal++
	t.Pos.Ordinal = uint32(list)<<24 + r.order(m.ordinal)
	from, to, err := m.parties(action, r)
	if err != nil {
		return err
	}
	switch action {
	case listTxs, listCalls:
		return m.coin(action, r, t, from, to)
	case listTokens:
		if r.Item == "" || r.Value != "" && r.Value != "0" && r.Value != "1" {
			return m.token(t, "erc20", r, r.Value, from, to)
		}
		return m.token(t, "erc721", r, "1", from, to) // as Blockscout lists them too
	case listItems:
		return m.token(t, "erc721", r, "1", from, to)
	}
	return m.token(t, "erc1155", r, cmp.Or(r.Count, r.Value), from, to)
}

// parties reads who pays and who is paid, one of whom is the address.
func (m *etherMaker) parties(action string, r *etherRow) (from, to clew.Address, err error) {
	read := func(text loose) (a clew.Address) {
		if text != "" && err == nil {
			a, err = clew.ParseAddress(string(text), m.service.chain)
		}
		return a
	}
	from, to = read(r.From), read(r.To)
	if to.IsZero() && (action == listTxs || action == listCalls) {
		to = read(r.Contract) // that was created
	}
	switch {
	case err != nil:
		return from, to, err
	case from != m.address && to != m.address:
		return from, to, fmt.Errorf("%w: it is not of %s", errShape, m.address.Text())
	case from.IsZero() && action != listCalls:
		return from, to, fmt.Errorf("%w: no sender", errShape)
	}
	return from, to, nil
}

// coin makes what a transaction or a call within one moved of the chain's coin,
// its fee, and what it wrapped.
func (m *etherMaker) coin(action string, r *etherRow, t clew.Transfer, from, to clew.Address) error {
	amount, err := parseUnits("value", r.Value)
	if err != nil {
		return err
	}
	t.Asset, t.Pos.Class = m.native, clew.Native
	if action == listTxs {
		t.Pos.Ordinal = 0
		if err := m.fee(r, t, from); err != nil {
			return err
		}
	}
	undone := r.failed() || m.failed[string(r.Hash)]
	if action == listTxs && !undone {
		if err := m.memo(r, t, from, to, amount); err != nil {
			return err
		}
	}
	if undone || amount.IsZero() || r.Type == "delegatecall" || r.Type == "callcode" || r.Type == "staticcall" {
		return nil
	}
	if err := m.add(t, from, to, amount, nil); err != nil || m.wrapper.IsZero() || from == to || m.minted[string(r.Hash)] {
		return err
	}
	t.Asset, t.Pos.Class = clew.Token("erc20", m.wrapper), clew.Log
	switch m.wrapper {
	case to:
		return m.add(t, clew.Address{}, from, amount, nil)
	case from:
		return m.add(t, to, clew.Address{}, amount, nil)
	}
	return nil
}

// fee makes the fee that the address paid, whether or not its transaction did
// anything.
func (m *etherMaker) fee(r *etherRow, t clew.Transfer, from clew.Address) error {
	if from != m.address {
		return nil
	}
	used, err := parseUnits("gas", r.GasUsed)
	if err != nil {
		return err
	}
	price, err := parseUnits("price of gas", r.GasPrice)
	if err != nil {
		return err
	}
	layer, err := parseUnits("fee for the chain below", r.LayerFee)
	if err != nil {
		return err
	}
	fee, fits := used.MulDiv(price, clew.Units(1))
	total, fitsToo := fee.Add(layer)
	if !fits || !fitsToo {
		return fmt.Errorf("%w: a fee beyond 256 bits", errShape)
	}
	if c := m.service.chain; r.LayerFee == "" && (c == clew.Optimism || c == clew.Base) {
		m.layerless++
	}
	if total.IsZero() {
		return nil
	}
	m.paid = true
	t.Pos.Class, t.Pos.Ordinal = clew.Fee, 0
	return m.add(t, from, clew.Address{}, total, nil)
}

// token makes what a log of a token's contract says.
func (m *etherMaker) token(t clew.Transfer, standard string, r *etherRow, count loose, from, to clew.Address) error {
	contract, err := clew.ParseAddress(string(r.Contract), m.service.chain)
	if err != nil {
		return err
	}
	amount, err := parseUnits("value", count)
	if err != nil {
		return err
	}
	t.Asset = clew.Token(standard, contract)
	if t.Asset.IsFungible() {
		return m.add(t, from, to, amount, nil)
	}
	item, err := parseUnits("number", r.Item)
	if err != nil {
		return err
	}
	return m.add(t, from, to, amount, &item)
}

func (m *etherMaker) add(t clew.Transfer, from, to clew.Address, amount clew.Amount, item *clew.Amount) error {
	t.From, t.To = []clew.Leg{{Address: from, Amount: amount}}, []clew.Leg{{Address: to, Amount: amount}}
	t.Item = item
	if err := ledger.CheckTransfer(m.service.chain, &t); err != nil {
		return err
	}
	m.out = append(m.out, t)
	return nil
}

// parseUnits reads digits; nothing is none.
func parseUnits(what string, text loose) (clew.Amount, error) {
	if text == "" {
		return clew.Amount{}, nil
	}
	a, err := clew.ParseAmount(string(text))
	if err != nil {
		return a, fmt.Errorf("%w: the %s %.40q", errShape, what, text)
	}
	return a, nil
}

// unixTime reads seconds since 1970.
func unixTime(text loose) (clew.Time, error) {
	n, err := strconv.ParseInt(string(text), 10, 63)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%w: the time %.40q", errShape, text)
	}
	return clew.Time(n), nil
}
