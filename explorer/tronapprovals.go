package explorer

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"clew"
)

// Calls by which an owner gives and takes approvals, by the first four bytes of
// the Keccak-256 of each: those of ERC-20, ERC-721 and OpenZeppelin's token,
// which TRC-20 and TRC-721 share, and of USDT's on Tron.
const (
	callApprove  = "095ea7b3" // approve(address,uint256)
	callAll      = "a22cb465" // setApprovalForAll(address,bool)
	callMore     = "d73dd623" // increaseApproval(address,uint256)
	callMoreNow  = "39509351" // increaseAllowance(address,uint256)
	callLess     = "66188463" // decreaseApproval(address,uint256)
	callLessNow  = "a457c2d7" // decreaseAllowance(address,uint256)
	callLength   = 8 + 64 + 64
	rowsApproval = "Approval"
)

// A tronGiving is what one row says of an approval.
type tronGiving struct {
	Approval
	call string // empty: a log
}

// approvals reads which approvals are open from the calls that an owner sent,
// and from the logs that are listed among its tokens' transfers.
func (s *tronGrid) approvals(ctx context.Context, owner clew.Address, w clew.Window, answers *[]Answer) (*Approvals, error) {
	if err := s.check(ctx, answers); err != nil {
		return nil, err
	}
	out := &Approvals{Service: s.name(), Until: w.To - 1}
	m := tronMaker{service: s, address: owner, held: w, times: tronTimes{service: s, known: map[int64]uint64{}}}
	var lists [2][]tronRow
	for i, list := range []string{tronTxs, tronTokens} {
		rows, whole, err := s.list(ctx, list, owner, answers)
		if err != nil {
			return nil, err
		}
		lists[i] = rows
		if !whole {
			out.Gaps = append(out.Gaps, clew.Gap{Kind: clew.GapPartial, Chain: s.chain, Address: owner, Window: w,
				Note: fmt.Sprintf("%s: more than %d rows of %s", s.name(), tronPage*tronPages, list)})
		}
	}
	lists[1] = slices.DeleteFunc(lists[1], func(r tronRow) bool { return r.Type != rowsApproval })
	if err := m.place(ctx, lists[:], answers); err != nil {
		return nil, err
	}
	given, err := m.givings(lists[:])
	out.List = openOf(given)
	return out, err
}

// givings reads the rows that give or take approvals of the owner, in their
// order: a call before the log that it left.
func (m *tronMaker) givings(lists [][]tronRow) ([]tronGiving, error) {
	var given []tronGiving
	for _, rows := range lists {
		for i := range rows {
			r := &rows[i]
			g, ok, err := m.giving(r)
			if err != nil {
				return nil, fmt.Errorf("%s: transaction %.70s: %w", m.service.name(), r.tx(), err)
			}
			if ok && m.held.Has(r.Height) {
				g.Pos = clew.Pos{Height: r.Height, Class: clew.Log}
				g.Time = clew.Time(r.Millis / 1000)
				given = append(given, g)
			}
		}
	}
	slices.SortStableFunc(given, func(a, b tronGiving) int { return a.Pos.Cmp(b.Pos) })
	for i := range given {
		given[i].Pos.Ordinal = uint32(i)
	}
	return given, nil
}

// giving reads one row.
func (m *tronMaker) giving(r *tronRow) (g tronGiving, ok bool, err error) {
	if g.Tx, err = clew.ParseTxID(r.tx()); err != nil {
		return g, false, err
	}
	if r.TokenTx != "" {
		return m.logged(r, g)
	}
	if r.Call != "" || len(r.Raw.Contracts) != 1 || r.Raw.Contracts[0].Type != "TriggerSmartContract" || r.failed() {
		return g, false, nil
	}
	v := &r.Raw.Contracts[0].Parameter.Value
	data := strings.TrimPrefix(strings.ToLower(string(v.Call)), "0x")
	if len(data) < callLength {
		return g, false, nil
	}
	g.call = data[:8]
	words, wrong := hex.DecodeString(data[8:callLength])
	if !slices.Contains([]string{callApprove, callAll, callMore, callMoreNow, callLess, callLessNow}, g.call) || wrong != nil {
		return g, false, nil
	}
	owner, err := m.read(v.Owner)
	if err != nil || owner != m.address {
		return g, false, err
	}
	if g.Token, err = m.read(v.Contract); err != nil {
		return g, false, err
	}
	if g.Spender, wrong = clew.MakeAddress(m.service.chain, clew.TronForm, words[12:32]); wrong != nil {
		return g, false, nil
	}
	g.Amount, _ = clew.AmountBytes(words[32:])
	g.Kind = ApprovedTokens
	if g.call == callAll {
		g.Kind = ApprovedAll
	}
	return g, true, nil
}

// failed reports whether a transaction was undone.
func (r *tronRow) failed() bool {
	for _, result := range r.Results {
		if result.Result != "" && result.Result != "SUCCESS" {
			return true
		}
	}
	return false
}

// logged reads the log of a token's contract.
func (m *tronMaker) logged(r *tronRow, g tronGiving) (tronGiving, bool, error) {
	owner, err := m.read(r.From)
	if err != nil || owner != m.address {
		return g, false, err
	}
	if g.Spender, err = m.read(r.To); err == nil {
		g.Token, err = m.read(r.Token.Address)
	}
	if err == nil {
		g.Amount, err = parseUnits("value", r.Value)
	}
	g.Kind = ApprovedTokens
	return g, err == nil, err
}

// openOf returns what is open after all of it.
func openOf(given []tronGiving) []Approval {
	type key struct {
		kind           ApprovalKind
		token, spender clew.Address
	}
	open := map[key]Approval{}
	for _, g := range given {
		k := key{g.Kind, g.Token, g.Spender}
		before := open[k].Amount
		switch {
		case g.call == callMore || g.call == callMoreNow:
			sum, fits := before.Add(g.Amount)
			if !fits {
				continue // the contract refuses it
			}
			g.Amount = sum
		case g.call == callLess || g.call == callLessNow:
			g.Amount = before.MinusOrZero(g.Amount)
		}
		g.Unlimited = g.Kind == ApprovedTokens && g.Amount == mostUnits
		if open[k] = g.Approval; g.Amount.IsZero() {
			delete(open, k)
		}
	}
	var list []Approval
	for _, a := range open {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Approval) int {
		return cmp.Or(a.Pos.Cmp(b.Pos), strings.Compare(a.Token.String(), b.Token.String()))
	})
	return list
}

// mostUnits is the largest amount of 256 bits, which approvals without end name.
var mostUnits, _ = clew.AmountBytes(slices.Repeat([]byte{0xff}, 32))
