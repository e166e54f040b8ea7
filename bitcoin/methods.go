package bitcoin

import (
	"context"
	"fmt"

	"clew"
)

// plain returns a hash as nodes write it, without 0x.
func plain(id clew.TxID) string { return id.String()[2:] }

// BlockCount returns the height of the node's last block.
func (c *Client) BlockCount(ctx context.Context) (height uint64, err error) {
	err = c.call(ctx, "getblockcount", maxAnswer, func(s *scanner) { height = uint64(s.Integer(0, 1<<40)) })
	return height, err
}

// BlockHash returns the name of the block at a height of the node's chain;
// [clew.ErrNotFound] above its last block.
func (c *Client) BlockHash(ctx context.Context, height uint64) (hash clew.TxID, err error) {
	err = c.call(ctx, "getblockhash", maxAnswer, func(s *scanner) { hash = s.Hash() }, height)
	return hash, err
}

// BestBlockHash returns the name of the node's last block.
func (c *Client) BestBlockHash(ctx context.Context) (hash clew.TxID, err error) {
	err = c.call(ctx, "getbestblockhash", maxAnswer, func(s *scanner) { hash = s.Hash() })
	return hash, err
}

// BlockHeader returns the header of a block, held against its hash, and the
// height at which the node says that it stands. Stale says that it is not, or no
// longer, on the node's chain.
func (c *Client) BlockHeader(ctx context.Context, hash clew.TxID) (h Header, height uint64, stale bool, err error) {
	err = c.call(ctx, "getblockheader", maxAnswer, func(s *scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "height":
				height = uint64(s.Integer(0, 1<<40))
			case "confirmations":
				stale = s.Integer(-1, 1<<40) < 0
			default:
				if !h.field(s, name) {
					s.Skip()
				}
			}
		})
	}, plain(hash), true)
	if err == nil && h.hash() != hash {
		err = fmt.Errorf("node %s: getblockheader: %w: what it calls %s hashes to %s", c.place, ErrHash, hash, h.hash())
	}
	return h, height, stale, err
}

// RawHeader returns the 80 bytes of a block's header, held against its hash.
func (c *Client) RawHeader(ctx context.Context, hash clew.TxID) (raw []byte, err error) {
	err = c.call(ctx, "getblockheader", maxAnswer, func(s *scanner) { raw = s.Hex(nil) }, plain(hash), false)
	if err == nil && len(raw) != headerSize {
		err = fmt.Errorf("node %s: getblockheader: %d bytes for the header of %s", c.place, len(raw), hash)
	}
	if err != nil {
		return nil, err
	}
	if header := parseHeader(raw); header.hash() != hash {
		return nil, fmt.Errorf("node %s: getblockheader: %w: what it calls %s hashes to %s", c.place, ErrHash, hash, header.hash())
	}
	return raw, nil
}

// RawBlock returns a block's bytes; that they are the block's is seen when they
// are decoded.
func (c *Client) RawBlock(ctx context.Context, hash clew.TxID) (raw []byte, err error) {
	err = c.call(ctx, "getblock", maxRawAnswer, func(s *scanner) { raw = s.Hex(nil) }, plain(hash), 0)
	if err == nil && len(raw) < headerSize {
		err = fmt.Errorf("node %s: getblock: %d bytes for block %s", c.place, len(raw), hash)
	}
	if err != nil {
		return nil, err
	}
	if header := parseHeader(raw); header.hash() != hash {
		return nil, fmt.Errorf("node %s: getblock: %w: what it calls %s hashes to %s", c.place, ErrHash, hash, header.hash())
	}
	return raw, nil
}

// RawTransaction returns a transaction's bytes, which nodes give that keep an
// index of all (txindex); that they are the transaction's is seen when they are
// read. [clew.ErrNotFound] where the node has none.
func (c *Client) RawTransaction(ctx context.Context, id clew.TxID) (raw []byte, err error) {
	err = c.call(ctx, "getrawtransaction", maxRawAnswer, func(s *scanner) { raw = s.Hex(nil) }, plain(id), 0)
	return raw, err
}

// HeightOf returns the height of the block that a transaction is in, of nodes that
// keep an index of all (txindex); [clew.ErrNotFound] where the node knows of none.
func (c *Client) HeightOf(ctx context.Context, id clew.TxID) (height uint64, err error) {
	var block clew.TxID
	err = c.call(ctx, "getrawtransaction", maxRawAnswer, func(s *scanner) {
		s.Object(func(name []byte) {
			if string(name) == "blockhash" {
				block = s.Hash()
			} else {
				s.Skip()
			}
		})
	}, plain(id), 1)
	if err == nil && block.IsZero() {
		err = fmt.Errorf("block of transaction %s: %w", id, clew.ErrNotFound)
	}
	if err != nil {
		return 0, err
	}
	_, height, stale, err := c.BlockHeader(ctx, block)
	if err == nil && stale {
		err = fmt.Errorf("block of transaction %s: %w", id, clew.ErrNotFound)
	}
	return height, err
}

// Block returns a block with what its inputs spend, as far as the node says it:
// those newer than Bitcoin Core 23 do, unless the block is pruned. What the node
// does not say, the resolver is asked for.
func (c *Client) Block(ctx context.Context, d *Decoder, hash clew.TxID, previous Resolver) (*Block, error) {
	if d.params.Chain != c.params.Chain {
		panic("bitcoin: a decoder of another chain than the client's")
	}
	err := c.call(ctx, "getblock", MaxBlockJSON, d.json.read, plain(hash), 3)
	if err != nil {
		return nil, err
	}
	b, err := d.fromJSON(ctx, previous)
	switch {
	case err == nil && b.Ref.Hash != hash:
		err = fmt.Errorf("%w: what it calls %s hashes to %s", ErrHash, hash, b.Ref.Hash)
	case err != nil && ctx.Err() == nil:
		err = fmt.Errorf("%w: %w", ErrUnread, err)
	}
	if err != nil {
		return nil, fmt.Errorf("node %s: getblock: %w", c.place, err)
	}
	return b, nil
}

// An Info is what a node says of its chain.
type Info struct {
	Chain     string // the node's own name for it
	Blocks    uint64 // height of its last block
	Headers   uint64 // height of the last header it knows
	Best      clew.TxID
	Pruned    bool
	PrunedTo  uint64 // the lowest height held whole, where Pruned
	CatchesUp bool   // it is still downloading history
}

// Info asks for the state of the node's chain.
func (c *Client) Info(ctx context.Context) (info Info, err error) {
	err = c.call(ctx, "getblockchaininfo", maxAnswer, func(s *scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "chain":
				text := s.Text()
				info.Chain = string(text[:min(len(text), 40)])
			case "blocks":
				info.Blocks = uint64(s.Integer(0, 1<<40))
			case "headers":
				info.Headers = uint64(s.Integer(0, 1<<40))
			case "bestblockhash":
				info.Best = s.Hash()
			case "pruned":
				info.Pruned = string(s.Word()) == "true"
			case "pruneheight":
				info.PrunedTo = uint64(s.Integer(0, 1<<40))
			case "initialblockdownload":
				info.CatchesUp = string(s.Word()) == "true"
			default:
				s.Skip()
			}
		})
	})
	return info, err
}

// Ready reports why the node cannot give blocks from a height on:
// [ErrOtherChain], [ErrPruned] or [ErrSyncing]. A node that is catching up is
// refused only from heights that it has not reached; who follows its head sees
// CatchesUp in what is returned.
func (c *Client) Ready(ctx context.Context, from uint64) (Info, error) {
	info, err := c.Info(ctx)
	if err != nil {
		return info, err
	}
	first, err := c.BlockHash(ctx, 0)
	switch {
	case err != nil:
		return info, err
	case first != c.params.Genesis:
		return info, fmt.Errorf("node %s: %w: it calls it %q and begins it with %s; %s begins with %s",
			c.place, ErrOtherChain, info.Chain, first, c.params.Chain.Name(), c.params.Genesis)
	case info.Pruned && from < info.PrunedTo:
		return info, fmt.Errorf("node %s: %w: it holds blocks from %d on, and %d is wanted", c.place, ErrPruned, info.PrunedTo, from)
	case from > info.Blocks && (info.CatchesUp || info.Headers > info.Blocks):
		return info, fmt.Errorf("node %s: %w: it is at %d of %d", c.place, ErrSyncing, info.Blocks, info.Headers)
	}
	return info, nil
}
