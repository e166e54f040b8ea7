package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/evm"
	"clew/ledger"
)

// A TxAt is a transaction with the place at which it is held.
type TxAt struct {
	Tx   clew.TxID
	Pos  clew.Pos // of one of its transfers: its height and index count
	Time clew.Time
}

// A logKnower knows what contracts logged in one transaction.
type logKnower interface {
	Name() string
	logged(ctx context.Context, at TxAt) (*logged, error)
}

// A logged is what one transaction moved by what its contracts logged, and what they
// said beside.
type logged struct {
	transfers []clew.Transfer
	acts      []clew.Act
	gaps      []clew.Gap
	answers   []Answer
}

// maxReceipt bounds a receipt, in bytes. A block's gas pays for some 10 MB of logs,
// as digits.
const maxReceipt = 16 << 20

// A receiptHead is what a receipt says of its transaction.
type receiptHead struct {
	Tx     loose           `json:"transactionHash"`
	Height loose           `json:"blockNumber"`
	Index  loose           `json:"transactionIndex"`
	From   loose           `json:"from"`
	Status loose           `json:"status"` // none before October 2017
	Logs   json.RawMessage `json:"logs"`
}

// logged asks for a transaction's receipt, and where the coin was wrapped or unwrapped
// in it for what calls within it paid.
func (s *etherscan) logged(ctx context.Context, at TxAt) (*logged, error) {
	out := &logged{}
	if err := s.check(ctx, &out.answers); err != nil {
		return out, err
	}
	id := at.Tx.String()
	body, err := s.node(ctx, "eth_getTransactionReceipt", url.Values{"txhash": {id}}, fmt.Sprintf("%q", id), &out.answers)
	if said := (refusal{}); errors.As(err, &said) && said.words == "" {
		return out, noTransaction(s, at.Tx)
	}
	if err != nil {
		return out, fmt.Errorf("receipt of transaction %s: %w", id, err)
	}
	if err := out.readReceipt(s.chain, body, at); err != nil {
		return out, fmt.Errorf("%s: receipt of transaction %s: %w", s.name(), id, err)
	}
	if !out.wraps(evm.Wrapper(s.chain)) {
		return out, nil
	}
	return out, s.callsOf(ctx, at, out)
}

// readReceipt reads a receipt, which must be of the transaction and its block, and
// name no other.
func (l *logged) readReceipt(chain clew.Chain, body []byte, at TxAt) error {
	if len(body) > maxReceipt {
		return fmt.Errorf("%w: %d bytes, of at most %d", errShape, len(body), maxReceipt)
	}
	var head receiptHead
	if err := json.Unmarshal(body, &head); err != nil {
		return fmt.Errorf("%w: %w", errShape, err)
	}
	height, err := hexNumber(head.Height)
	index, wrong := hexNumber(head.Index)
	switch {
	case err != nil || wrong != nil || index >= 1<<24:
		return fmt.Errorf("%w: no place in the chain", errShape)
	case !strings.EqualFold(string(head.Tx), at.Tx.String()):
		return fmt.Errorf("%w: it is of transaction %.70q", errShape, head.Tx)
	case height != at.Pos.Height:
		return fmt.Errorf("%w: it is of block %d, and the transaction is held in block %d", errShape, height, at.Pos.Height)
	}
	from, err := clew.ParseAddress(string(head.From), chain)
	if err != nil {
		return fmt.Errorf("%w: no sender", errShape)
	}
	block := evm.Block{Height: height, Time: at.Time, Txs: []evm.Tx{{ID: at.Tx, Index: uint32(index), From: from, Status: evm.Succeeded}}}
	if err := evm.ReadLogs(chain, head.Logs, &block); err != nil {
		return err
	}
	if status, err := hexNumber(head.Status); err == nil && status == 0 && len(block.Logs) > 0 {
		return fmt.Errorf("%w: it holds logs of a transaction that failed", errShape)
	}
	for i := range block.Logs {
		if x := &block.Logs[i]; x.Index != uint32(index) || !x.Tx.IsZero() && x.Tx != at.Tx {
			return fmt.Errorf("%w: it holds a log of transaction %s", errShape, x.Tx)
		}
		block.Logs[i].Tx = at.Tx
	}
	return l.decode(chain, &block, at)
}

// decode takes what logs say, at places that are made up, as histories have them: an
// explorer's list of tokens gives none.
func (l *logged) decode(chain clew.Chain, block *evm.Block, at TxAt) error {
	d := evm.NewDecoder(chain, false)
	err := d.Decode(block, func(t *clew.Transfer) error {
		if t.Pos.Class == clew.Log && t.Asset.IsFungible() {
			moved := copied(t)
			moved.Pos = at.place(t.Pos, listTokens)
			l.transfers = append(l.transfers, moved)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errShape, err)
	}
	for _, a := range d.Acts() {
		a.Pos, a.Time = at.place(a.Pos, listTokens), at.Time
		if err := ledger.CheckAct(chain, &a); err != nil {
			return fmt.Errorf("%w: %w", errShape, err)
		}
		l.acts = append(l.acts, a)
	}
	return nil
}

// place returns where something of the transaction is held: where its transfers are,
// among those of a list.
func (at *TxAt) place(p clew.Pos, list string) clew.Pos {
	n := uint32(0)
	for etherLists[n] != list {
		n++
	}
	return clew.Pos{Height: at.Pos.Height, Index: at.Pos.Index, Class: p.Class, Ordinal: n<<24 + min(p.Ordinal, 1<<24-1)}
}

// wraps reports whether the chain's coin was wrapped or unwrapped: who paid it, and
// to whom it went, no log says.
func (l *logged) wraps(wrapper clew.Address) bool {
	nobody := func(a clew.Address) bool { return a.IsZero() || a.IsIssuer() }
	return !wrapper.IsZero() && slices.ContainsFunc(l.transfers, func(t clew.Transfer) bool {
		return t.Asset.Contract() == wrapper && (nobody(t.From[0].Address) || nobody(t.To[0].Address))
	})
}

// callsOf asks what calls within a transaction paid. A service that does not say
// leaves that out.
func (s *etherscan) callsOf(ctx context.Context, at TxAt, out *logged) error {
	result, err := s.call(ctx, "account", listCalls, url.Values{"txhash": {at.Tx.String()}}, &out.answers)
	if said := (refusal{}); errors.As(err, &said) {
		out.gaps = append(out.gaps, at.gap(clew.GapTraces, s.chain, said.Error()))
		return nil
	}
	if err != nil {
		return err
	}
	var rows []etherRow
	if err := s.read(result, &rows); err != nil {
		return err
	}
	m := etherMaker{service: s, native: clew.NativeAsset(s.chain), index: map[string]uint32{at.Tx.String(): at.Pos.Index}, minted: map[string]bool{}, failed: map[string]bool{}}
	for i := range rows {
		r := &rows[i]
		if r.height != at.Pos.Height {
			return fmt.Errorf("%s: %w: a call of block %d in transaction %s", s.name(), errShape, r.height, at.Tx)
		}
		r.Hash, r.Time = loose(at.Tx.String()), loose(strconv.FormatInt(int64(at.Time), 10))
		if m.address, err = clew.ParseAddress(string(r.From), s.chain); err != nil {
			return fmt.Errorf("%s: %w: a call of nobody in transaction %s", s.name(), errShape, at.Tx)
		}
		if err := m.row(listCalls, 1, r); err != nil {
			return fmt.Errorf("%s: calls of transaction %s: %w", s.name(), at.Tx, err)
		}
	}
	out.transfers = append(out.transfers, m.out...)
	if m.unsure > 0 {
		out.gaps = append(out.gaps, at.gap(clew.GapStatus, s.chain, fmt.Sprintf("%s: of the calls within transaction %s those may be that were undone with a call around them", s.name(), at.Tx)))
	}
	return nil
}

// gap says what of the transaction is missing.
func (at *TxAt) gap(kind clew.GapKind, chain clew.Chain, note string) clew.Gap {
	return clew.Gap{Kind: kind, Chain: chain, Window: clew.Window{From: at.Pos.Height, To: at.Pos.Height + 1}, Note: note}
}
