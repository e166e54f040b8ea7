package explorer

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"clew"
	"clew/bitcoin"
	"clew/ledger"
)

// An esplora is an explorer of Bitcoin or its kin that speaks as Blockstream's
// Esplora does.
type esplora struct {
	*asker
	chain clew.Chain

	mu      sync.Mutex
	checked bool
	left    answersLeft
}

func newEsplora(a *asker, chain clew.Chain) Service { return &esplora{asker: a, chain: chain} }

// Chain returns the chain that it answers for.
func (s *esplora) Chain() clew.Chain { return s.chain }

// Name returns its host.
func (s *esplora) Name() string { return s.name() }

// settledOutputs is how many blocks below the head what is held ends: six
// confirmations, which those who take payments wait for.
const settledOutputs = 5

// Head returns the last block that can be held.
func (s *esplora) Head(ctx context.Context) (clew.BlockRef, error) {
	var answers []Answer
	defer func() { s.leave(answers) }()
	if err := s.check(ctx, &answers); err != nil { // another chain's head would be no end of this one
		return clew.BlockRef{}, err
	}
	body, err := s.ask(ctx, question{path: "/blocks/tip/height"}, &answers)
	if err != nil {
		return clew.BlockRef{}, err
	}
	head, err := strconv.ParseUint(strings.TrimSpace(string(body)), 10, 63)
	if err != nil {
		return clew.BlockRef{}, fmt.Errorf("%s: %w: the height %.40q", s.name(), errShape, body)
	}
	return clew.BlockRef{Height: head - min(head, settledOutputs)}, nil
}

// esploraAgain is [jsonAgain], but for answers that are a hash by itself.
func esploraAgain(status int, body []byte) time.Duration {
	if isHash(string(body)) {
		return 0
	}
	return jsonAgain(status, body)
}

func isHash(text string) bool {
	b, err := hex.DecodeString(strings.TrimSpace(text))
	return err == nil && len(b) == 32
}

func (s *esplora) leave(answers []Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, answers...)
}

// check compares the first block's hash, whose first half names the chain
// (CAIP-4), once.
func (s *esplora) check(ctx context.Context, answers *[]Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.give(answers)
	if s.checked {
		return nil
	}
	body, err := s.ask(ctx, question{path: "/block-height/0"}, answers)
	if err != nil {
		return err
	}
	hash := strings.TrimSpace(string(body))
	if _, want, _ := strings.Cut(string(s.chain), ":"); !isHash(hash) || !strings.HasPrefix(hash, want) {
		return fmt.Errorf("%s: %w: its first block is %.70q", s.name(), ErrOtherChain, hash)
	}
	s.checked = true
	return nil
}

// A esploraTx is a transaction as Esplora states it.
type esploraTx struct {
	ID  string `json:"txid"`
	Ins []struct {
		Tx       string       `json:"txid"`
		Output   uint32       `json:"vout"`
		Spent    *esploraCoin `json:"prevout"`
		Coinbase bool         `json:"is_coinbase"`
	} `json:"vin"`
	Outs   []esploraCoin `json:"vout"`
	Fee    uint64        `json:"fee"`
	Status struct {
		Confirmed bool   `json:"confirmed"`
		Height    uint64 `json:"block_height"`
		Time      int64  `json:"block_time"`
	} `json:"status"`
}

// A esploraCoin is an output.
type esploraCoin struct {
	Script string `json:"scriptpubkey"`
	Value  uint64 `json:"value"`
}

// scripts returns those of the outputs, which were read once.
func (t *esploraTx) scripts() [][]byte {
	var list [][]byte
	for i := range t.Outs {
		script, _ := hex.DecodeString(t.Outs[i].Script)
		list = append(list, script)
	}
	return list
}

// Bounds of an address's transactions.
const (
	esploraPage  = 25  // transactions in one answer
	esploraPages = 200 // asked for
	placesMax    = 100 // transactions whose place in the block is asked for, one by one
)

// History asks for the transactions of an address, which come newest first: what
// the budget cuts short is not held at all.
func (s *esplora) History(ctx context.Context, a clew.Address, w clew.Window) (*History, error) {
	h := &History{Coverage: clew.Coverage{Chain: s.chain}}
	if err := s.check(ctx, &h.Answers); err != nil {
		return h, err
	}
	txs, reached, err := s.list(ctx, a, w, &h.Answers)
	if err != nil {
		return h, err
	}
	if reached > w.From {
		h.lacks(clew.Gap{Kind: clew.GapPartial, Address: a, Window: clew.Window{From: w.From, To: reached},
			Note: fmt.Sprintf("%s: older than the last %d transactions, which are all that is asked for", s.name(), esploraPages*esploraPage)})
	}
	unplaced := 0
	all := len(txs) <= placesMax && (s.budget == nil || s.budget.Left() >= int64(len(txs)))
	for i := range txs {
		t, err := s.transfer(a, &txs[i])
		if err != nil {
			return h, fmt.Errorf("%s: transaction %.70s: %w", s.name(), txs[i].ID, err)
		}
		switch {
		case t.From[0].Spends == nil: // which issues coins stands first
		case all || crowded(txs, i):
			if t.Pos.Index, err = s.place(ctx, txs[i].ID, &h.Answers); err != nil {
				return h, err
			}
		default:
			unplaced++
		}
		h.Transfers = append(h.Transfers, t)
		h.Acts = append(h.Acts, bitcoin.Memos(&t, txs[i].scripts())...)
	}
	if unplaced > 0 {
		h.lacks(clew.Gap{Kind: clew.GapOrder, Address: a, Window: w, Count: uint64(unplaced), Note: s.name() + ": the place in the block costs a call, and was asked for only where the address has several transactions there"})
	}
	slices.SortStableFunc(h.Transfers, func(t, u clew.Transfer) int { return t.Pos.Cmp(u.Pos) })
	h.Coverage.Held = []clew.Holding{{Address: a, Source: s.name(), Window: w}}
	return h, nil
}

// crowded reports whether the transaction before or after is of the same block.
func crowded(txs []esploraTx, i int) bool {
	same := func(j int) bool {
		return j >= 0 && j < len(txs) && txs[j].Status.Height == txs[i].Status.Height
	}
	return same(i-1) || same(i+1)
}

// list reads the transactions in a window, newest first, and from which height
// on they are whole.
func (s *esplora) list(ctx context.Context, a clew.Address, w clew.Window, answers *[]Answer) (txs []esploraTx, reached uint64, err error) {
	seen := map[string]bool{}
	last, height := "", uint64(1<<63)
	for range esploraPages {
		path := "/address/" + a.Text() + "/txs/chain"
		if last != "" {
			path += "/" + last
		}
		body, err := s.ask(ctx, question{path: path}, answers)
		if err != nil {
			return nil, 0, err
		}
		var page []esploraTx
		if err := s.read(body, &page); err != nil {
			return nil, 0, err
		}
		for i := range page {
			t := &page[i]
			switch {
			case seen[t.ID]:
				return nil, 0, fmt.Errorf("%s: %w", s.name(), errChanged)
			case !t.Status.Confirmed || t.Status.Height > height:
				return nil, 0, fmt.Errorf("%s: %w: transactions out of order", s.name(), errShape)
			}
			seen[t.ID], last, height = true, t.ID, t.Status.Height
			if height < w.From {
				return txs, w.From, nil
			}
			if w.Has(height) {
				txs = append(txs, *t)
			}
		}
		if len(page) == 0 || len(page)%esploraPage != 0 {
			return txs, w.From, nil
		}
	}
	// blocks above the last one seen are whole
	for len(txs) > 0 && txs[len(txs)-1].Status.Height == height {
		txs = txs[:len(txs)-1]
	}
	return txs, max(w.From, height+1), nil
}

// place asks for a transaction's place in its block.
func (s *esplora) place(ctx context.Context, id string, answers *[]Answer) (uint32, error) {
	body, err := s.ask(ctx, question{path: "/tx/" + id + "/merkle-proof"}, answers)
	if err != nil {
		return 0, err
	}
	var proof struct {
		Place *uint32 `json:"pos"`
	}
	if err := s.read(body, &proof); err != nil {
		return 0, err
	}
	if proof.Place == nil {
		return 0, fmt.Errorf("%s: %w: no place in the block", s.name(), errShape)
	}
	return *proof.Place, nil
}

// transfer makes a transfer of a transaction, with the fee as its last output. It
// wants an address in it, if one is named.
func (s *esplora) transfer(a clew.Address, tx *esploraTx) (clew.Transfer, error) {
	t := clew.Transfer{Pos: clew.Pos{Height: tx.Status.Height}, Time: clew.Time(tx.Status.Time), Asset: clew.NativeAsset(s.chain)}
	var err error
	if t.Tx, err = clew.ParseTxID(tx.ID); err != nil {
		return t, err
	}
	var made clew.Amount
	for i := range tx.Outs {
		leg, err := s.leg(&tx.Outs[i])
		if err != nil {
			return t, err
		}
		sum, fits := made.Add(leg.Amount)
		if made = sum; !fits {
			return t, fmt.Errorf("%w: outputs beyond all coins", errShape)
		}
		t.To = append(t.To, leg)
	}
	if t.From, err = s.inputs(tx, made); err != nil {
		return t, err
	}
	concerns := a.IsZero() || slices.ContainsFunc(slices.Concat(t.From, t.To), func(l clew.Leg) bool { return l.Address == a })
	if tx.Fee > 0 {
		t.To = append(t.To, clew.Leg{Amount: clew.Units(tx.Fee)})
	}
	if !concerns {
		return t, fmt.Errorf("%w: it is not of %s", errShape, a.Text())
	}
	return t, ledger.CheckTransfer(s.chain, &t)
}

// inputs returns what a transaction spends, or what it makes out of nothing.
func (s *esplora) inputs(tx *esploraTx, made clew.Amount) ([]clew.Leg, error) {
	var legs []clew.Leg
	for i := range tx.Ins {
		in := &tx.Ins[i]
		if in.Coinbase {
			legs = append(legs, clew.Leg{Amount: made})
			continue
		}
		id, err := clew.ParseTxID(in.Tx)
		if err != nil {
			return nil, err
		}
		leg := clew.Leg{Unknown: true}
		if in.Spent != nil {
			if leg, err = s.leg(in.Spent); err != nil {
				return nil, err
			}
		}
		leg.Spends = &clew.Output{Tx: id, Index: in.Output}
		legs = append(legs, leg)
	}
	return legs, nil
}

func (s *esplora) leg(c *esploraCoin) (clew.Leg, error) {
	script, err := hex.DecodeString(c.Script)
	if err != nil {
		return clew.Leg{}, fmt.Errorf("%w: the script %.80q", errShape, c.Script)
	}
	address, _ := bitcoin.AddressOf(s.chain, script)
	return clew.Leg{Address: address, Amount: clew.Units(c.Value)}, nil
}

// Parties asks who sent and who received in a transaction.
func (s *esplora) Parties(ctx context.Context, id clew.TxID, _ string) ([]clew.Address, []Answer, error) {
	var answers []Answer
	body, err := s.ask(ctx, question{path: "/tx/" + strings.TrimPrefix(id.String(), "0x")}, &answers)
	if n := len(answers); err != nil && n > 0 && answers[n-1].Status == 404 {
		return nil, answers, noTransaction(s, id)
	}
	if err != nil {
		return nil, answers, err
	}
	var tx esploraTx
	if err := s.read(body, &tx); err != nil {
		return nil, answers, err
	}
	var all []clew.Address
	add := func(c *esploraCoin) {
		if leg, legErr := s.leg(c); legErr == nil && !leg.Address.IsZero() && !slices.Contains(all, leg.Address) {
			all = append(all, leg.Address)
		}
	}
	for i := range tx.Ins {
		if tx.Ins[i].Spent != nil {
			add(tx.Ins[i].Spent)
		}
	}
	for i := range tx.Outs {
		add(&tx.Outs[i])
	}
	if len(all) == 0 {
		return nil, answers, cmp.Or(err, errors.New("the transaction names nobody"))
	}
	return all, answers, nil
}
