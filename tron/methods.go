package tron

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"clew"
)

// Methods of java-tron's HTTP API.
const (
	methodHead    = "wallet/getnowblock"
	methodSolid   = "walletsolidity/getnowblock"
	methodBlock   = "wallet/getblockbynum"
	methodByID    = "wallet/getblockbyid"
	methodSpan    = "wallet/getblockbylimitnext"
	methodHeader  = "wallet/getblock"
	methodResults = "wallet/gettransactioninfobyblocknum"
	methodPair    = "wallet/getexchangebyid"
)

// Questions. Addresses are asked for in hexadecimal digits, which nodes give
// unless their configuration says otherwise.
type (
	byNumber struct {
		Num     uint64 `json:"num"`
		Visible bool   `json:"visible"`
	}
	byID struct {
		Value   string `json:"value"`
		Visible bool   `json:"visible"`
	}
	bare struct {
		IDOrNum string `json:"id_or_num"`
		Detail  bool   `json:"detail"`
	}
	exchangeID struct {
		ID int64 `json:"id"`
	}
	nothing struct{}
)

// Ready reports why the node cannot be followed: [ErrOtherChain], told by the
// last four bytes of its first block's hash, or that it does not answer.
func (c *Client) Ready(ctx context.Context) error {
	ref, _, err := c.ref(ctx, methodBlock, byNumber{})
	if err != nil {
		return err
	}
	if got := binary.BigEndian.Uint32(ref.Hash[28:]); got != c.number {
		return c.wrapped(methodBlock, fmt.Errorf("%w: it begins with %s, which makes it tron:%d, and not %s", ErrOtherChain, plain(ref.Hash), got, c.chain))
	}
	return nil
}

// Head returns the node's last block, which may yet be replaced.
func (c *Client) Head(ctx context.Context) (clew.BlockRef, error) {
	ref, _, err := c.ref(ctx, methodHead, nothing{})
	return ref, err
}

// Solid returns the last block that cannot be replaced any more: more than two
// thirds of the witnesses have built on it.
func (c *Client) Solid(ctx context.Context) (clew.BlockRef, error) {
	ref, _, err := c.ref(ctx, methodSolid, nothing{})
	return ref, err
}

// Ref returns the block at a height of the node's chain and the name of its
// parent, without what is in it; [clew.ErrNotFound] above its last block.
func (c *Client) Ref(ctx context.Context, height uint64) (ref clew.BlockRef, parent clew.TxID, err error) {
	ref, parent, err = c.ref(ctx, methodHeader, bare{IDOrNum: fmt.Sprint(height)})
	if err == nil && ref.Height != height {
		err = c.wrapped(methodHeader, fmt.Errorf("asked for block %d, it gave %d", height, ref.Height))
	}
	return ref, parent, err
}

// ref asks for a block and takes its header alone.
func (c *Client) ref(ctx context.Context, method string, question any) (clew.BlockRef, clew.TxID, error) {
	var b jsonBlock
	err := c.call(ctx, method, MaxBlockJSON, question, func(s *scanner) { b.readHeader(s) })
	if err != nil {
		return clew.BlockRef{}, clew.TxID{}, err
	}
	if err = b.absent(); err != nil {
		return clew.BlockRef{}, clew.TxID{}, c.wrapped(method, err)
	}
	ref, parent, err := b.header.ref(b.id)
	if err != nil {
		return clew.BlockRef{}, clew.TxID{}, c.wrapped(method, err)
	}
	return ref, parent, nil
}

// absent returns why there is no block: a complaint, nothing there, or something
// else. A node that has no such block answers with an empty object, and only
// that is [clew.ErrNotFound].
func (b *jsonBlock) absent() error {
	switch {
	case b.said != "":
		return &NodeError{Message: b.said}
	case b.id.IsZero() && b.other != "":
		return fmt.Errorf("no block, but an object with %q", b.other)
	case b.id.IsZero():
		return fmt.Errorf("block: %w", clew.ErrNotFound)
	}
	return nil
}

// Block returns the block at a height of the node's chain with all that the node
// keeps of it, by the decoder's word; [clew.ErrNotFound] above its last block.
// The two questions that this takes may be answered from two sides of a
// reorganisation: that is [ErrDisagree], if the transactions differ.
func (c *Client) Block(ctx context.Context, d *Decoder, height uint64) (*Block, error) {
	b, err := c.whole(ctx, d, methodBlock, byNumber{Num: height})
	if err == nil && b.Ref.Height != height {
		err = c.wrapped(methodBlock, fmt.Errorf("asked for block %d, it gave %d", height, b.Ref.Height))
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// BlockByID returns a block by its name, as [Client.Block] does by its height;
// [clew.ErrNotFound] if the node does not hold it. Its results are those of the
// node's chain at its height, so a block that is no longer on it is
// [ErrDisagree] unless both hold the same transactions.
func (c *Client) BlockByID(ctx context.Context, d *Decoder, id clew.TxID) (*Block, error) {
	b, err := c.whole(ctx, d, methodByID, byID{Value: plain(id)})
	if err == nil && b.Ref.Hash != id {
		err = c.wrapped(methodByID, fmt.Errorf("asked for %s, it gave %s", plain(id), plain(b.Ref.Hash)))
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// whole asks for a block and then for its results.
func (c *Client) whole(ctx context.Context, d *Decoder, method string, question any) (*Block, error) {
	if err := c.call(ctx, method, MaxBlockJSON, question, d.block.read); err != nil {
		return nil, err
	}
	return c.finish(ctx, d, method)
}

// finish asks for the results of the block that the decoder holds, if the node
// keeps any, and puts both together.
func (c *Client) finish(ctx context.Context, d *Decoder, method string) (*Block, error) {
	if d.chain != c.chain {
		panic("tron: a decoder of another chain than the client's")
	}
	if err := d.block.absent(); err != nil {
		return nil, c.wrapped(method, err)
	}
	d.infos.reset()
	if d.Keeps >= KeepsResults {
		err := c.call(ctx, methodResults, MaxInfosJSON, byNumber{Num: uint64(d.block.header.number)}, func(s *scanner) { d.infos.read(s, d.chain) })
		if err != nil {
			return nil, err
		}
	}
	b, err := d.assemble(d.Keeps >= KeepsResults)
	var said *NodeError
	switch {
	case err == nil:
		return b, nil
	case !errors.As(err, &said) && !errors.Is(err, ErrDisagree) && !errors.Is(err, ErrNoResults) && !errors.Is(err, ErrHash):
		err = fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return nil, c.wrapped(method, err)
}

// Raw returns what the node answers of a block and of its results, one after the
// other as it stands: for blocks that cannot be read.
func (c *Client) Raw(ctx context.Context, height uint64) ([]byte, error) {
	var raw []byte
	for _, method := range []string{methodBlock, methodResults} {
		response, err := c.send(ctx, method, byNumber{Num: height})
		if err != nil {
			return nil, c.wrapped(method, err)
		}
		part, err := io.ReadAll(io.LimitReader(response.Body, MaxInfosJSON))
		if err = errors.Join(err, response.Body.Close()); err != nil {
			return nil, c.wrapped(method, err)
		}
		raw = append(append(raw, part...), '\n')
	}
	return raw, nil
}

// Pair returns what one of the chain's own exchanges trades, for
// [Decoder.Pairs]; [clew.ErrNotFound] if there is none with this number.
func (c *Client) Pair(ctx context.Context, exchange int64) (Pair, error) {
	var pair Pair
	said := ""
	var space [noteMax]byte
	err := c.call(ctx, methodPair, maxAnswer, exchangeID{exchange}, func(s *scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "first_token_id":
				pair.First = string(s.Hex(space[:0]))
			case "second_token_id":
				pair.Second = string(s.Hex(space[:0]))
			case "Error":
				said = s.words()
			default:
				s.Skip()
			}
		})
	})
	switch {
	case err != nil:
		return Pair{}, err
	case said != "":
		return Pair{}, c.wrapped(methodPair, &NodeError{Message: said})
	case pair.First == "" || pair.Second == "":
		return Pair{}, c.wrapped(methodPair, fmt.Errorf("exchange %d: %w", exchange, clew.ErrNotFound))
	}
	return pair, nil
}

const maxAnswer = 1 << 20 // bytes of answers that are neither a block nor results
