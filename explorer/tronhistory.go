package explorer

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
)

// History asks for all lists of an address. What the budget cuts short is not
// held at all.
func (s *tronGrid) History(ctx context.Context, a clew.Address, w clew.Window) (*History, error) {
	h := &History{Coverage: clew.Coverage{Chain: s.chain}}
	if err := s.check(ctx, &h.Answers); err != nil {
		return h, err
	}
	m := tronMaker{service: s, address: a, held: w, native: clew.NativeAsset(s.chain), calls: map[string]bool{},
		times: tronTimes{service: s, known: map[int64]uint64{}}}
	lists := []string{tronTxs, tronCalls, tronTokens}
	rows := make([][]tronRow, len(lists))
	for i, list := range lists {
		var whole bool
		var err error
		rows[i], whole, err = s.list(ctx, list, a, &h.Answers)
		if errors.Is(err, errNoList) && list == tronCalls {
			h.lacks(clew.Gap{Kind: clew.GapTraces, Address: a, Window: w, Note: s.name() + ": " + err.Error()})
			continue
		}
		if err != nil {
			return h, err
		}
		if !whole {
			m.cut = append(m.cut, rows[i][len(rows[i])-1].Millis)
		}
	}
	if err := m.place(ctx, rows, &h.Answers); err != nil {
		return h, err
	}
	for i, list := range lists {
		for j := range rows[i] {
			if err := m.row(uint32(i), &rows[i][j]); err != nil {
				return h, fmt.Errorf("%s: %s, transaction %.70s: %w", s.name(), list, rows[i][j].tx(), err)
			}
		}
	}
	h.Transfers, h.Acts = once(m.out), m.acts
	h.Coverage.Held = []clew.Holding{{Address: a, Source: s.name(), Window: w}}
	m.gaps(h)
	return h, nil
}

// A tronMaker makes transfers of rows.
type tronMaker struct {
	service *tronGrid
	address clew.Address
	held    clew.Window
	native  clew.Asset
	times   tronTimes
	calls   map[string]bool // seen, for two lists may have them
	cut     []int64         // times at which lists were cut
	out     []clew.Transfer
	acts    []clew.Act
	ordinal uint32
	last    string // transaction
	unread  []clew.Window

	illegible []clew.Window // of memos
}

// place finds out the height of every row.
func (m *tronMaker) place(ctx context.Context, lists [][]tronRow, answers *[]Answer) error {
	var open []*tronRow
	for _, rows := range lists {
		for i := range rows {
			r := &rows[i]
			switch {
			case r.Millis <= 0:
				return fmt.Errorf("%s: %w: a row without a time", m.service.name(), errShape)
			case r.Height > 0:
				if err := m.times.learn(r.Millis, r.Height); err != nil {
					return fmt.Errorf("%s: %w", m.service.name(), err)
				}
			default:
				open = append(open, r)
			}
		}
	}
	slices.SortStableFunc(open, func(a, b *tronRow) int { return cmp.Compare(a.Millis, b.Millis) })
	if err := m.times.find(ctx, open, answers); err != nil {
		return err
	}
	for _, r := range open {
		r.Height, _ = m.times.height(r.Millis)
	}
	return nil
}

// idleContracts move nothing but the fee: what they stake stays with its owner.
var idleContracts = []string{"VoteWitnessContract", "FreezeBalanceContract", "UnfreezeBalanceContract", "FreezeBalanceV2Contract", "UnfreezeBalanceV2Contract",
	"DelegateResourceContract", "UnDelegateResourceContract", "CancelAllUnfreezeV2Contract", "WithdrawExpireUnfreezeContract", "AccountCreateContract",
	"AccountUpdateContract", "AccountPermissionUpdateContract", "SetAccountIdContract", "UpdateAssetContract", "UpdateSettingContract", "UpdateEnergyLimitContract",
	"WitnessCreateContract", "WitnessUpdateContract", "ProposalCreateContract", "ProposalApproveContract", "ProposalDeleteContract", "ClearABIContract", "UpdateBrokerageContract"}

// row makes the transfers of one row.
func (m *tronMaker) row(list uint32, r *tronRow) error {
	if !m.held.Has(r.Height) {
		return nil
	}
	t := clew.Transfer{Pos: clew.Pos{Height: r.Height}, Time: clew.Time(r.Millis / 1000)}
	var err error
	if t.Tx, err = clew.ParseTxID(r.tx()); err != nil {
		return err
	}
	if m.last != r.tx() {
		m.last, m.ordinal = r.tx(), 0
	}
	m.ordinal++
	t.Pos.Ordinal = list<<24 + min(m.ordinal, 1<<24-1)
	switch {
	case r.TokenTx != "":
		return m.token(r, t)
	case r.Call != "":
		return m.call(r, t)
	}
	return m.transaction(r, t)
}

func (m *tronMaker) read(text string) (clew.Address, error) {
	if text == "" {
		return clew.Address{}, nil
	}
	return clew.ParseAddress(text, m.service.chain)
}

// transaction makes what a transaction itself moved, and its fee.
func (m *tronMaker) transaction(r *tronRow, t clew.Transfer) error {
	if len(r.Raw.Contracts) != 1 {
		return fmt.Errorf("%w: %d contracts", errShape, len(r.Raw.Contracts))
	}
	c := &r.Raw.Contracts[0]
	v := &c.Parameter.Value
	from, err := m.read(v.Owner)
	if err != nil || from.IsZero() {
		return fmt.Errorf("%w: the owner %.60q", errShape, v.Owner)
	}
	if failed, err := m.result(r, t, from); failed || err != nil {
		return err
	}
	if err := cmp.Or(m.act(r, t, from), m.memo(r, t, from)); err != nil {
		return err
	}
	t.Pos.Ordinal = 0
	switch c.Type {
	case "TransferContract":
		return m.pay(t, m.native, from, v.To, v.Amount)
	case "TransferAssetContract":
		return m.tokenTen(t, from, v.To, v.Asset, v.Amount)
	case "TriggerSmartContract":
		if err := m.pay(t, m.native, from, v.Contract, v.CallValue); err != nil {
			return err
		}
		if err := m.called(t, from, v); err != nil {
			return err
		}
		return m.tokenTen(t, from, v.Contract, v.Token, v.TokenValue)
	case "CreateSmartContract":
		if v.New.CallValue == "" || v.New.CallValue == "0" {
			return nil
		}
	}
	if !slices.Contains(idleContracts, c.Type) {
		m.unread = append(m.unread, clew.Window{From: r.Height, To: r.Height + 1})
	}
	return nil
}

// called makes the act that a transaction calls a contract's function, as
// [etherMaker.call] does.
func (m *tronMaker) called(t clew.Transfer, from clew.Address, v *tronValue) error {
	contract, err := m.read(v.Contract)
	if err != nil || contract.IsZero() || len(v.Call) < 8 {
		return err
	}
	function := "0x" + strings.ToLower(string(v.Call[:8]))
	if _, err := hex.DecodeString(function[2:]); err == nil && !slices.Contains(plainCalls, function) {
		m.acts = append(m.acts, clew.Act{Kind: clew.Called, Pos: t.Pos, Time: t.Time, Tx: t.Tx, By: from, On: contract, Detail: function})
	}
	return nil
}

// result makes the fee that the address paid, and says whether its transaction
// failed.
func (m *tronMaker) result(r *tronRow, t clew.Transfer, from clew.Address) (failed bool, err error) {
	t.Pos.Class, t.Pos.Ordinal = clew.Fee, 0
	for _, result := range r.Results {
		failed = failed || result.Result != "" && result.Result != "SUCCESS"
		if result.Fee > 0 && from == m.address {
			if err := m.add(t, m.native, from, clew.Address{}, loose(fmt.Sprint(result.Fee))); err != nil {
				return failed, err
			}
		}
	}
	return failed, nil
}

// call makes what a contract moved while a transaction ran.
func (m *tronMaker) call(r *tronRow, t clew.Transfer) error {
	if r.Data.Rejected || m.calls[r.Call] {
		return nil
	}
	m.calls[r.Call] = true
	from, err := m.read(r.CallFrom)
	if err != nil {
		return err
	}
	if err := m.pay(t, m.native, from, r.CallTo, loose(r.Data.Value)); err != nil {
		return err
	}
	return m.tokenTen(t, from, r.CallTo, loose(r.Data.Token), loose(r.Data.TokenValue))
}

// token makes what the log of a token's contract says. The list has approvals
// too, and what is no Transfer.
func (m *tronMaker) token(r *tronRow, t clew.Transfer) error {
	if r.Type != "Transfer" {
		return nil
	}
	contract, err := m.read(r.Token.Address)
	if err != nil || contract.IsZero() {
		return fmt.Errorf("%w: the token %.60q", errShape, r.Token.Address)
	}
	from, err := m.read(r.From)
	if err != nil {
		return err
	}
	t.Pos.Class = clew.Log
	return m.pay(t, clew.Token("trc20", contract), from, r.To, r.Value)
}

// tokenTen pays in a TRC-10 token, which has a number.
func (m *tronMaker) tokenTen(t clew.Transfer, from clew.Address, to string, number, amount loose) error {
	if amount == "" || amount == "0" {
		return nil
	}
	asset, err := clew.ParseAsset(string(m.service.chain)+"/trc10:"+string(number), "")
	if err != nil {
		return fmt.Errorf("%w: the TRC-10 token %.40q", errShape, number)
	}
	t.Pos.Ordinal++
	return m.pay(t, asset, from, to, amount)
}

func (m *tronMaker) pay(t clew.Transfer, asset clew.Asset, from clew.Address, to string, amount loose) error {
	if amount == "" || amount == "0" && asset == m.native {
		return nil
	}
	recipient, err := m.read(to)
	if err != nil {
		return err
	}
	if from != m.address && recipient != m.address {
		return fmt.Errorf("%w: it is not of %s", errShape, m.address.Text())
	}
	return m.add(t, asset, from, recipient, amount)
}

func (m *tronMaker) add(t clew.Transfer, asset clew.Asset, from, to clew.Address, text loose) error {
	amount, err := parseUnits("amount", text)
	if err != nil {
		return err
	}
	t.Asset = asset
	t.From, t.To = []clew.Leg{{Address: from, Amount: amount}}, []clew.Leg{{Address: to, Amount: amount}}
	if err := ledger.CheckTransfer(m.service.chain, &t); err != nil {
		return err
	}
	m.out = append(m.out, t)
	return nil
}

// gaps states what the lists do not say.
func (m *tronMaker) gaps(h *History) {
	gap := func(kind clew.GapKind, w clew.Window, note string) {
		h.lacks(clew.Gap{Kind: kind, Address: m.address, Window: w, Note: m.service.name() + ": " + note})
	}
	if len(h.Transfers) > 0 {
		gap(clew.GapOrder, m.held, "places within a block are made up: transactions stand together there")
	}
	for _, millis := range m.cut {
		if height, ok := m.times.height(millis); ok && height < m.held.To {
			gap(clew.GapPartial, clew.Window{From: height, To: m.held.To}, fmt.Sprintf("more than %d rows of a list, which are all that is asked for", tronPage*tronPages))
		}
	}
	for _, w := range m.unread {
		gap(clew.GapPartial, w, "a transaction of a kind that is not read here")
	}
	for _, w := range m.illegible {
		gap(clew.GapPartial, w, "the data of a transaction, which is not in hexadecimal digits")
	}
}

// Parties asks who sent and who received in a transaction.
func (s *tronGrid) Parties(ctx context.Context, id clew.TxID, _ string) ([]clew.Address, []Answer, error) {
	var answers []Answer
	var r tronRow
	if err := s.post(ctx, "/wallet/gettransactionbyid", fmt.Sprintf(`{"value":%q}`, id.String()[2:]), &r, &answers); err != nil {
		return nil, answers, err
	}
	if r.Tx == "" { // {}
		return nil, answers, noTransaction(s, id)
	}
	var all []clew.Address
	for i := range r.Raw.Contracts {
		v := &r.Raw.Contracts[i].Parameter.Value
		for _, text := range []string{v.Owner, v.To, v.Contract} {
			if a, err := clew.ParseAddress(text, s.chain); err == nil && !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	if len(all) == 0 {
		return nil, answers, errors.New("the transaction names nobody")
	}
	return all, answers, nil
}
