package proof

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/bitcoin"
	"clew/evm"
)

// A Block names transactions of one block that proofs are wanted of.
type Block struct {
	Height uint64
	Txs    []clew.TxID // each once
}

// Blocks returns the blocks that transfers of one chain are said to be in, by
// height, with their transactions in the order of the transfers. Transfers of no
// known transaction are left out.
func Blocks(transfers []*clew.Transfer) []Block {
	at := map[uint64]int{}
	var blocks []Block
	for _, t := range transfers {
		if t.Tx.IsZero() {
			continue
		}
		i, known := at[t.Pos.Height]
		if !known {
			i = len(blocks)
			at[t.Pos.Height] = i
			blocks = append(blocks, Block{Height: t.Pos.Height})
		}
		if b := &blocks[i]; !slices.Contains(b.Txs, t.Tx) {
			b.Txs = append(b.Txs, t.Tx)
		}
	}
	slices.SortFunc(blocks, func(a, b Block) int { return cmp.Compare(a.Height, b.Height) })
	return blocks
}

// A Made is what a node gave for one transaction.
type Made struct {
	Tx    clew.TxID
	Proof *Proof // nil: there is none, for the reason in Why
	Why   string
	Block clew.TxID // the node's block at the height; zero: not known
	Not   bool      // the node has that block, and the transaction is not in it
}

// A Source makes proofs of what a node answers. What it returns was held against
// its own hashes.
type Source interface {
	// Prove returns one Made for each transaction, in their order. One that is not in
	// the block is proved where the node has it. That a node has no
	// such block or that it is of a form that is not known is no error; that it
	// could not be asked is.
	Prove(ctx context.Context, b Block) ([]Made, error)
}

// none returns that there is no proof of any of a block's transactions.
func none(b Block, hash clew.TxID, why error) []Made {
	made := make([]Made, len(b.Txs))
	for i, tx := range b.Txs {
		made[i] = Made{Tx: tx, Why: "no proof: " + why.Error(), Block: hash}
	}
	return made
}

// located proves the transactions of a block, and those that are not in it where the
// node has them: sources of facts may state heights of their own.
func located(ctx context.Context, b Block, prove func(context.Context, Block) ([]Made, error), heightOf func(context.Context, clew.TxID) (uint64, error)) ([]Made, error) {
	made, err := prove(ctx, b)
	for i := 0; i < len(made) && err == nil; i++ {
		if !made[i].Not && !made[i].Block.IsZero() {
			continue
		}
		height, missing := heightOf(ctx, made[i].Tx)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if missing != nil || height == b.Height {
			continue // it stays as it was said
		}
		var there []Made
		if there, err = prove(ctx, Block{Height: height, Txs: []clew.TxID{made[i].Tx}}); err == nil && there[0].Proof != nil {
			made[i] = there[0]
		}
	}
	return made, err
}

// shown takes a proof over if it holds.
func (m *Made) shown(p *Proof) {
	if _, err := p.Show(); err != nil {
		m.Why = "no proof: " + err.Error()
		return
	}
	m.Proof = p
}

// absent says that the node's block does not hold the transaction.
func (m *Made) absent(height uint64) {
	m.Not, m.Why = true, fmt.Sprintf("the node's block %d, %s, does not hold the transaction", height, m.Block)
}

// An EVMNode is what proofs on EVM chains are made from, as an [evm.Node] is.
type EVMNode interface {
	Parts(ctx context.Context, height uint64) (block, receipts []byte, err error)
	HeightOf(ctx context.Context, tx clew.TxID) (uint64, error)
}

// FromEVM returns a source over a node of an EVM chain. It needs no more of it than
// blocks and receipts as JSON: the tries are built here, and held against the
// header's roots.
func FromEVM(node EVMNode, chain clew.Chain) Source { return &evmSource{node, chain} }

type evmSource struct {
	node  EVMNode
	chain clew.Chain
}

// lacking are failures of a node of which asking again is no cure.
var lacking = []error{clew.ErrNotFound, evm.ErrPruned, evm.ErrUnread, evm.ErrNotWhole, evm.ErrNoMethod}

func (s *evmSource) Prove(ctx context.Context, b Block) ([]Made, error) {
	return located(ctx, b, s.prove, s.node.HeightOf)
}

func (s *evmSource) prove(ctx context.Context, b Block) ([]Made, error) {
	block, receipts, err := s.node.Parts(ctx, b.Height)
	switch {
	case ctx.Err() == nil && slices.ContainsFunc(lacking, func(kind error) bool { return errors.Is(err, kind) }):
		return none(b, clew.TxID{}, err), nil
	case err != nil:
		return nil, err
	}
	header, hash, err := evm.HashedHeader(s.chain, block)
	if err != nil {
		return none(b, clew.TxID{}, err), nil
	}
	t, err := triesOf(header, block, receipts, s.chain)
	if err != nil {
		return none(b, hash, err), nil
	}
	made := make([]Made, len(b.Txs))
	for i, tx := range b.Txs {
		made[i] = Made{Tx: tx, Block: hash}
		if at := slices.Index(t.ids, tx); at < 0 {
			made[i].absent(b.Height)
		} else {
			made[i].shown(&Proof{Chain: s.chain, Height: b.Height, Index: uint32(at), Tx: tx, Block: hash, Header: header, EVM: t.prove(at)})
		}
	}
	return made, nil
}

// A BitcoinNode is what proofs on chains of Bitcoin's kind are made from, as
// a [bitcoin.Client] is.
type BitcoinNode interface {
	BlockHash(ctx context.Context, height uint64) (clew.TxID, error)
	RawBlock(ctx context.Context, hash clew.TxID) ([]byte, error)
	RawHeader(ctx context.Context, hash clew.TxID) ([]byte, error)
	RawTransaction(ctx context.Context, id clew.TxID) ([]byte, error)
	HeightOf(ctx context.Context, tx clew.TxID) (uint64, error)
}

// FromBitcoin returns a source over a node of a chain of Bitcoin's kind. What
// inputs are worth is proved where the node keeps an index of transactions.
func FromBitcoin(node BitcoinNode, chain clew.Chain) (Source, error) {
	d, err := bitcoin.NewDecoder(chain)
	if err != nil {
		return nil, err
	}
	return &bitcoinSource{node, d}, nil
}

type bitcoinSource struct {
	node    BitcoinNode
	decoder *bitcoin.Decoder
}

func (s *bitcoinSource) Prove(ctx context.Context, b Block) ([]Made, error) {
	return located(ctx, b, s.prove, s.node.HeightOf)
}

func (s *bitcoinSource) prove(ctx context.Context, b Block) ([]Made, error) {
	raw, hash, err := s.block(ctx, b.Height)
	switch {
	case errors.Is(err, clew.ErrNotFound) || errors.Is(err, bitcoin.ErrPruned) || errors.Is(err, bitcoin.ErrHash):
		return none(b, hash, err), nil
	case err != nil:
		return nil, err
	}
	parts, err := s.decoder.Parts(raw)
	if err != nil {
		return none(b, hash, err), nil
	}
	later, err := s.later(ctx, b.Height, hash)
	if err != nil {
		return nil, err
	}
	made := make([]Made, len(b.Txs))
	for i, tx := range b.Txs {
		made[i] = Made{Tx: tx, Block: hash}
		at := slices.Index(parts.IDs, tx)
		if at < 0 {
			made[i].absent(b.Height)
			continue
		}
		branch, err := s.branch(ctx, parts, at)
		if err != nil {
			return nil, err
		}
		branch.Later = later
		made[i].shown(&Proof{Chain: s.decoder.Chain(), Height: b.Height, Index: uint32(at), Tx: tx, Block: hash, Header: parts.Header, Bitcoin: branch})
	}
	return made, nil
}

// laterTaken is how many headers are taken that follow on a block's: as many blocks
// as are commonly waited for before a payment counts.
const laterTaken = 6

// later returns the headers that follow on a block, as far as the node has them: it
// may take back blocks while it is asked.
func (s *bitcoinSource) later(ctx context.Context, height uint64, at clew.TxID) (headers []Bytes, err error) {
	for next := height + 1; next <= height+laterTaken; next++ {
		hash, err := s.node.BlockHash(ctx, next)
		if errors.Is(err, clew.ErrNotFound) {
			return headers, nil // it is the last
		}
		var raw []byte
		if err == nil {
			raw, err = s.node.RawHeader(ctx, hash)
		}
		if errors.Is(err, bitcoin.ErrNoMethod) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		header, named, wrong := s.decoder.Header(raw)
		if wrong != nil || named != hash || header.Parent != at {
			return headers, nil
		}
		headers, at = append(headers, raw), hash
	}
	return headers, nil
}

func (s *bitcoinSource) block(ctx context.Context, height uint64) (raw []byte, hash clew.TxID, err error) {
	if hash, err = s.node.BlockHash(ctx, height); err != nil {
		return nil, clew.TxID{}, err
	}
	raw, err = s.node.RawBlock(ctx, hash)
	return raw, hash, err
}

// branch returns the branch of the transaction at a place.
func (s *bitcoinSource) branch(ctx context.Context, parts *bitcoin.Parts, at int) (*Branch, error) {
	issue, err := s.decoder.Transaction(parts.Raw[0])
	if err != nil {
		return nil, err
	}
	t, err := s.decoder.Transaction(parts.Raw[at])
	if err != nil {
		return nil, err
	}
	b := &Branch{Issue: issue.Bare, IssueBranch: branchOf(parts.IDs, 0), Branch: branchOf(parts.IDs, at), Raw: t.Bare}
	return b, s.spent(ctx, parts, t, b)
}

// spent adds the transactions that made what one spends. A node that has one not
// is not asked for the others.
func (s *bitcoinSource) spent(ctx context.Context, parts *bitcoin.Parts, t *bitcoin.Transaction, b *Branch) error {
	seen, size := map[clew.TxID]bool{}, 0
	for _, out := range t.Spends {
		if seen[out.Tx] {
			continue
		}
		seen[out.Tx] = true
		raw, err := s.made(ctx, parts, out.Tx)
		if errors.Is(err, clew.ErrNotFound) || errors.Is(err, bitcoin.ErrNoMethod) {
			b.Absent = "the node does not give transactions by their names alone; it needs an index of them (txindex)"
			return nil
		}
		if err != nil {
			return err
		}
		by, err := s.decoder.Transaction(raw)
		if err != nil || by.ID != out.Tx {
			return fmt.Errorf("what the node calls transaction %s is none of that name", out.Tx)
		}
		if size += len(by.Bare); size > maxSpent {
			b.Absent = fmt.Sprintf("those that made them are longer than %d bytes", maxSpent)
			return nil
		}
		b.Spent = append(b.Spent, by.Bare)
	}
	return nil
}

// made returns the bytes of a transaction: of the block itself, or the node's.
func (s *bitcoinSource) made(ctx context.Context, parts *bitcoin.Parts, id clew.TxID) ([]byte, error) {
	if at := slices.Index(parts.IDs, id); at >= 0 {
		return parts.Raw[at], nil
	}
	return s.node.RawTransaction(ctx, id)
}

// branchOf returns the hashes beside the way from one up to the root.
func branchOf(ids []clew.TxID, at int) []clew.TxID {
	branch := []clew.TxID{}
	row := slices.Clone(ids)
	for ; len(row) > 1; at /= 2 {
		if len(row)%2 == 1 {
			row = append(row, row[len(row)-1])
		}
		branch = append(branch, row[at^1])
		for i := 0; i < len(row); i += 2 {
			row[i/2] = bitcoin.Pair(row[i], row[i+1])
		}
		row = row[:len(row)/2]
	}
	return branch
}
