package explorer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"clew"
	"clew/evm"
	"clew/ledger"
	"clew/remote"
	"clew/tron"
)

// A placer knows a transaction by its place in a block, and the chain's own
// positions of what it moved. Fees are left out, which histories give otherwise.
type placer interface {
	At(ctx context.Context, height uint64, index uint32) ([]clew.Transfer, []Answer, error)
}

// FetchAt asks for the transaction in which a transfer stands, of the first service
// that gives it, and commits what it moved, at the chain's own positions. It is held
// of no address then. That no transfer stands there wraps clew.ErrNotFound. Nothing
// is asked for again where that is held already.
func (f *Filler) FetchAt(ctx context.Context, pos clew.Pos) error {
	if f.Ready != nil {
		if err := f.Ready(ctx); err != nil {
			return err
		}
	}
	var errs []error
	for _, s := range f.Services {
		p, ok := s.(placer)
		if !ok {
			continue
		}
		transfers, answers, err := p.At(ctx, pos.Height, pos.Index)
		if keeping := f.Archive.Keep(answers); keeping != nil {
			return keeping
		}
		if err == nil {
			return f.commitAt(ctx, s, pos, transfers)
		}
		if errors.Is(err, remote.ErrBudget) || ctx.Err() != nil {
			return err
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return fmt.Errorf("transfer %s: no explorer that is configured finds transactions by their place in a block", pos)
	}
	return errors.Join(errs...)
}

// commitAt commits what a transaction moved, and wants a transfer at pos among it.
func (f *Filler) commitAt(ctx context.Context, s Service, pos clew.Pos, transfers []clew.Transfer) error {
	if !slices.ContainsFunc(transfers, func(t clew.Transfer) bool { return t.Pos == pos }) {
		return fmt.Errorf("transfer %s: %w by %s, which gives of that transaction: %s; name the transaction instead for all that it moved", pos, clew.ErrNotFound, s.Name(), briefly(transfers))
	}
	load, err := f.Store.Load(ctx, ledger.Source{Name: s.Name(), Exact: true})
	if err != nil {
		return err
	}
	defer load.Abort()
	if err := load.Add(transfers...); err != nil {
		return err
	}
	done, err := load.Commit(ctx, clew.Coverage{Chain: f.report.Chain})
	f.report.Added += done.Added
	if err != nil {
		return err
	}
	return f.foundAt(ctx, pos, transfers)
}

// foundAt wants a transfer at pos in the ledger: one that is held already may be
// at a place that was made up.
func (f *Filler) foundAt(ctx context.Context, pos clew.Pos, transfers []clew.Transfer) error {
	snapshot, err := f.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if _, err := snapshot.Transfer(ctx, pos); !errors.Is(err, clew.ErrNotFound) {
		return err
	}
	i := slices.IndexFunc(transfers, func(t clew.Transfer) bool { return t.Pos == pos })
	held, err := snapshot.Transaction(ctx, transfers[i].Tx)
	if err != nil {
		return err
	}
	for j := range held {
		if ledger.Like(&held[j], &transfers[i]) {
			return fmt.Errorf("transfer %s: %w there, but at %s, a place that was made up when an explorer gave it: begin with that", pos, clew.ErrNotFound, held[j].Pos)
		}
	}
	return fmt.Errorf("transfer %s: %w", pos, clew.ErrNotFound)
}

// maxBriefly is how many positions an error names.
const maxBriefly = 8

func briefly(transfers []clew.Transfer) string {
	if len(transfers) == 0 {
		return "nothing that has a place of its own"
	}
	var places []string
	for i := range transfers[:min(len(transfers), maxBriefly)] {
		places = append(places, transfers[i].Pos.String())
	}
	if n := len(transfers) - len(places); n > 0 {
		places = append(places, fmt.Sprintf("%d more", n))
	}
	return strings.Join(places, ", ")
}

// noPlace says that a service knows no transaction at a place.
func noPlace(s Service, height uint64, index uint32) error {
	return fmt.Errorf("%s: transaction %d of block %d: %w", s.Name(), index, height, clew.ErrNotFound)
}

// At asks for the block with its transactions, and for the receipt of one: these
// say what it paid and what it logged, but not what calls within it paid.
func (s *etherscan) At(ctx context.Context, height uint64, index uint32) ([]clew.Transfer, []Answer, error) {
	var answers []Answer
	err := s.check(ctx, &answers)
	if err != nil {
		return nil, answers, err
	}
	var block evm.Block
	number := fmt.Sprintf("0x%x", height)
	body, err := s.node(ctx, "eth_getBlockByNumber", url.Values{"tag": {number}, "boolean": {"true"}}, fmt.Sprintf("%q,true", number), &answers)
	if err == nil {
		err = evm.ReadBlock(s.chain, body, &block)
	}
	if said := (refusal{}); err == nil && int(index) >= len(block.Txs) || errors.As(err, &said) && said.words == "" {
		return nil, answers, noPlace(s, height, index)
	}
	if err == nil && block.Height != height {
		err = fmt.Errorf("%w: block %d, not the one asked for", errShape, block.Height)
	}
	if err != nil {
		return nil, answers, fmt.Errorf("block %d: %w", height, err)
	}
	id := block.Txs[index].ID.String()
	body, err = s.node(ctx, "eth_getTransactionReceipt", url.Values{"txhash": {id}}, fmt.Sprintf("%q", id), &answers)
	if err == nil {
		err = evm.ReadReceipt(s.chain, body, index, &block)
	}
	if err != nil {
		return nil, answers, fmt.Errorf("transaction %s: %w", id, err)
	}
	block.Txs, block.Credits, block.Mined = block.Txs[index:index+1], nil, false
	var out []clew.Transfer
	err = evm.NewDecoder(s.chain, false).Decode(&block, func(t *clew.Transfer) error {
		if t.Pos.Index == index && (t.Pos.Class == clew.Native || t.Pos.Class == clew.Log) {
			out = append(out, copied(t))
		}
		return nil
	})
	return out, answers, err
}

// copied returns a transfer that shares nothing with t.
func copied(t *clew.Transfer) clew.Transfer {
	c := *t
	c.From, c.To = slices.Clone(t.From), slices.Clone(t.To)
	if t.Item != nil {
		item := *t.Item
		c.Item = &item
	}
	return c
}

// At asks for the block's hash, for the transaction's id by its place in it, and
// for the transaction.
func (s *esplora) At(ctx context.Context, height uint64, index uint32) ([]clew.Transfer, []Answer, error) {
	var answers []Answer
	if err := s.check(ctx, &answers); err != nil {
		return nil, answers, err
	}
	path := fmt.Sprintf("/block-height/%d", height)
	for _, next := range []string{"/block/%s" + fmt.Sprintf("/txid/%d", index), "/tx/%s"} {
		body, err := s.ask(ctx, question{path: path}, &answers)
		if n := len(answers); err != nil && n > 0 && answers[n-1].Status == 404 {
			return nil, answers, noPlace(s, height, index)
		}
		if err != nil {
			return nil, answers, err
		}
		hash := strings.TrimSpace(string(body))
		if !isHash(hash) {
			return nil, answers, fmt.Errorf("%s: %w: no hash", s.name(), errShape)
		}
		path = fmt.Sprintf(next, hash)
	}
	body, err := s.ask(ctx, question{path: path}, &answers)
	if err != nil {
		return nil, answers, err
	}
	var tx esploraTx
	if err := s.read(body, &tx); err != nil {
		return nil, answers, err
	}
	if !tx.Status.Confirmed || tx.Status.Height != height {
		return nil, answers, fmt.Errorf("%s: %w: a transaction of another block", s.name(), errShape)
	}
	t, err := s.transfer(clew.Address{}, &tx)
	if err != nil {
		return nil, answers, fmt.Errorf("%s: transaction %.70s: %w", s.name(), tx.ID, err)
	}
	t.Pos.Index = index
	return []clew.Transfer{t}, answers, nil
}

// At asks for the block and for the results of its transactions.
func (s *tronGrid) At(ctx context.Context, height uint64, index uint32) ([]clew.Transfer, []Answer, error) {
	var answers []Answer
	if err := s.check(ctx, &answers); err != nil {
		return nil, answers, err
	}
	var bodies []json.RawMessage
	for _, path := range []string{"/wallet/getblockbynum", "/wallet/gettransactioninfobyblocknum"} {
		var body json.RawMessage
		if err := s.post(ctx, path, fmt.Sprintf(`{"num":%d}`, height), &body, &answers); err != nil {
			return nil, answers, err
		}
		bodies = append(bodies, body)
	}
	var head tronHead
	if err := s.read(bodies[0], &head); err != nil {
		return nil, answers, err
	}
	if head.ID == "" { // {}
		return nil, answers, noPlace(s, height, index)
	}
	d, err := tron.NewDecoder(s.chain, tron.KeepsInternal)
	if err != nil {
		return nil, answers, err
	}
	block, err := d.Decode(bytes.NewReader(bodies[0]), bytes.NewReader(bodies[1]))
	if err == nil && block.Ref.Height != height {
		err = fmt.Errorf("%w: block %d, not the one asked for", errShape, block.Ref.Height)
	}
	if err != nil {
		return nil, answers, fmt.Errorf("%s: block %d: %w", s.name(), height, err)
	}
	var out []clew.Transfer
	for i := range block.Transfers {
		if t := &block.Transfers[i]; t.Pos.Index == index && t.Pos.Class != clew.Fee && t.Pos.Class != clew.BlockLevel {
			out = append(out, *t)
		}
	}
	return out, answers, nil
}
