package tron

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/internal/jsonscan"
	"clew/remote"
)

// A Caller carries out calls, as a [remote.Caller] does. An error of its own
// concerns all of them; the others stand in the calls.
type Caller interface {
	Batch(ctx context.Context, calls []remote.Query) error
}

// A Gateway asks one node by its JSON-RPC, which is made like Ethereum's. What it
// says of a transaction's value is not read, for it does not say of what: coins,
// a TRC-10 token, or stake (JsonRpcApiUtil.getTransactionAmount of java-tron). So
// only logs are, and with them TRC-20 and TRC-721 tokens and what their issuers
// do; [Gateway.Gaps] states the rest. Blocks are named by the node's word.
//
// It is safe for concurrent use if its caller is.
type Gateway struct {
	caller Caller
	chain  clew.Chain
	number uint32
}

// NewGateway returns a gateway to a node that follows chain.
func NewGateway(caller Caller, chain clew.Chain) (*Gateway, error) {
	number, err := numberOf(chain)
	return &Gateway{caller, chain, number}, err
}

// Gaps returns what no block says, with empty windows.
func (g *Gateway) Gaps() []clew.Gap {
	var gaps []clew.Gap
	for _, gap := range []clew.Gap{
		{Kind: clew.GapHistory, Asset: clew.NativeAsset(g.chain), Note: "a node's JSON-RPC does not say of what the values of transactions are: TRX and TRC-10 are not read"},
		{Kind: clew.GapTraces, Note: "a node's JSON-RPC does not give internal transfers"},
		{Kind: clew.GapFees, Note: "a node's JSON-RPC does not give fees"},
		{Kind: clew.GapPartial, Note: "a node's JSON-RPC does not give delegated resources and changed permissions"},
	} {
		gap.Chain = g.chain
		gaps = append(gaps, gap)
	}
	return gaps
}

// call carries out one call, and lets take read what it gives.
func (g *Gateway) call(ctx context.Context, method string, limit int64, take func(*jsonscan.Scanner), params ...any) error {
	calls := []remote.Query{{Method: method, Params: params, Limit: limit}}
	err := g.caller.Batch(ctx, calls)
	if err == nil {
		err = calls[0].Err
	}
	if err != nil {
		return err
	}
	s := jsonscan.Bytes(calls[0].Result)
	if s.Null() {
		return fmt.Errorf("%s: %w", method, clew.ErrNotFound)
	}
	take(s)
	if s.Err == nil {
		s.Finish()
	}
	if s.Err != nil {
		return fmt.Errorf("%s: %w: %w", method, ErrUnread, s.Err)
	}
	return nil
}

// Ready reports whether the node follows another chain: [ErrOtherChain].
func (g *Gateway) Ready(ctx context.Context) error {
	var number uint64
	err := g.call(ctx, "eth_chainId", maxAnswer, func(s *jsonscan.Scanner) { number = s.Count() })
	if err == nil && number != uint64(g.number) {
		err = fmt.Errorf("%w: tron:%d, and not %s", ErrOtherChain, number, g.chain)
	}
	return err
}

// Head returns the node's last block, which may yet be replaced.
func (g *Gateway) Head(ctx context.Context) (clew.BlockRef, error) {
	ref, _, err := g.ref(ctx, "latest")
	return ref, err
}

// Ref returns the block at a height of the node's chain and the name of its
// parent; [clew.ErrNotFound] above its last block.
func (g *Gateway) Ref(ctx context.Context, height uint64) (ref clew.BlockRef, parent clew.TxID, err error) {
	ref, parent, err = g.ref(ctx, fmt.Sprintf("0x%x", height))
	if err == nil && ref.Height != height {
		err = fmt.Errorf("%w: asked for block %d, the node gave %d", ErrHash, height, ref.Height)
	}
	return ref, parent, err
}

// lastSecond is the last moment that is taken for one in seconds: nodes give
// seconds, and older ones milliseconds.
const lastSecond = 1 << 36

func (g *Gateway) ref(ctx context.Context, which string) (ref clew.BlockRef, parent clew.TxID, err error) {
	var time uint64
	err = g.call(ctx, "eth_getBlockByNumber", MaxBlockJSON, func(s *jsonscan.Scanner) {
		s.Object(func(name []byte) {
			switch string(name) {
			case "number":
				ref.Height = s.Count()
			case "hash":
				s.Fixed(ref.Hash[:])
			case "parentHash":
				s.Fixed(parent[:])
			case "timestamp":
				time = s.Count()
			default:
				s.Skip()
			}
		})
	}, which, false)
	if time > lastSecond {
		time /= 1000
	}
	ref.Time = clew.Time(time)
	if err == nil && ref.Hash.IsZero() {
		err = fmt.Errorf("%w: a block without a name", ErrUnread)
	}
	if err == nil && heightIn(ref.Hash) != ref.Height {
		err = fmt.Errorf("%w: block %d cannot be called %s, for a name begins with the height", ErrHash, ref.Height, plain(ref.Hash))
	}
	return ref, parent, err
}

// heightIn returns the height that a block's name begins with.
func heightIn(id clew.TxID) (height uint64) {
	for _, b := range id[:8] {
		height = height<<8 | uint64(b)
	}
	return height
}

// A gatewayLog is a log, and where it stands.
type gatewayLog struct {
	jsonLog
	tx    clew.TxID
	index uint64 // of the transaction
}

// Block returns the logs' transfers and acts of the block at a height of the
// node's chain, with the decoder's memory; [clew.ErrNotFound] above its last
// block. Logs of another block are [ErrDisagree].
func (g *Gateway) Block(ctx context.Context, d *Decoder, height uint64) (*Block, error) {
	ref, parent, err := g.Ref(ctx, height)
	if err != nil {
		return nil, err
	}
	d.infos.reset()
	var logs []gatewayLog
	err = g.call(ctx, "eth_getLogs", MaxInfosJSON, func(s *jsonscan.Scanner) {
		s.Array(func() { logs = append(logs, d.gatewayLog(&scanner{s}, ref.Hash)) })
	}, map[string]any{"blockHash": ref.Hash.String()})
	if errors.Is(err, clew.ErrNotFound) {
		err = fmt.Errorf("%w: %w", ErrDisagree, err) // the block was there a moment ago
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(logs, func(a, b gatewayLog) int { return cmp.Compare(a.index, b.index) })
	b := &Block{Block: clew.Block{Ref: ref, Parent: parent}}
	return b, d.fromLogs(b, logs)
}

// fromLogs emits what logs say, those of each transaction together.
func (d *Decoder) fromLogs(b *Block, logs []gatewayLog) error {
	w := &d.work
	w.out, w.legs, w.logs, w.err = b, nil, 0, nil
	for from := 0; from < len(logs); {
		to := from
		for to < len(logs) && logs[to].index == logs[from].index {
			d.infos.logs = append(d.infos.logs, logs[to].jsonLog)
			to++
		}
		w.tx, w.index = logs[from].tx, uint32(logs[from].index)
		d.logs(&jsonInfo{logs: span{from, to}}, unknown)
		from = to
	}
	err := w.err
	if err == nil {
		err = b.Check(d.chain)
	}
	w.out, w.legs = nil, nil
	if err != nil {
		return fmt.Errorf("block %d: %w: %w", b.Ref.Height, ErrUnread, err)
	}
	return nil
}

// gatewayLog takes a log of a block.
func (d *Decoder) gatewayLog(s *scanner, block clew.TxID) gatewayLog {
	l := gatewayLog{jsonLog: jsonLog{data: span{len(d.infos.data), len(d.infos.data)}}}
	named := false
	s.Object(func(name []byte) {
		switch string(name) {
		case "address":
			named = s.Fixed(l.contract[:])
		case "topics":
			l.count = 0
			s.Array(func() {
				if l.count == len(l.topics) {
					s.Fail(errors.New("a log with more than four topics"))
					return
				}
				s.Fixed(l.topics[l.count][:])
				l.count++
			})
		case "data":
			d.infos.data = s.Data(d.infos.data[:l.data.from])
			l.data.to = len(d.infos.data)
		case "transactionHash":
			s.Fixed(l.tx[:])
		case "transactionIndex":
			l.index = s.Count()
		case "blockHash":
			var of clew.TxID
			if s.Fixed(of[:]) && of != block {
				s.Fail(fmt.Errorf("%w: a log is of block %s", ErrDisagree, plain(of)))
			}
		default:
			s.Skip()
		}
	})
	if s.Err == nil && (!named || l.tx.IsZero() || l.index >= 1<<31) {
		s.Fail(errors.New("a log without its contract or its transaction"))
	}
	return l
}

// Raw returns what the node answers of a height's logs, for blocks that cannot be
// read.
func (g *Gateway) Raw(ctx context.Context, height uint64) ([]byte, error) {
	at := fmt.Sprintf("0x%x", height)
	calls := []remote.Query{{Method: "eth_getLogs", Params: []any{map[string]any{"fromBlock": at, "toBlock": at}}, Limit: MaxInfosJSON}}
	if err := g.caller.Batch(ctx, calls); err != nil {
		return nil, err
	}
	return calls[0].Result, calls[0].Err
}
