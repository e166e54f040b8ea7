package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"clew"
	"clew/remote"
)

// A mark is a block that tells a chain from others: no two have it in common.
type mark struct {
	height uint64
	hash   string
}

// marks are those of the chains known by name. It is the first block, but for
// Avalanche, which has that in common with its test network and others: there it
// is one that every node is told of.
//
// Sources, all read on 2026-11-28: MainnetGenesisHash, BSCGenesisHash and
// RoninMainnetGenesisHash in params/config.go of ethereum/go-ethereum, bnb-chain/bsc
// and axieinfinity/ronin; for Polygon, Arbitrum and Optimism also the table of
// foundry-rs/foundry, crates/cast, by which it names a chain; for Base and Optimism
// the chain specifications of reth; for Avalanche the first of the heights in
// plugin/evm/block.go of ava-labs/coreth, where a block's id is its hash.
var marks = map[clew.Chain]mark{
	clew.Ethereum:  {0, "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"},
	clew.BNB:       {0, "0x0d21840abff46b96c84b2ac9e10e4f5cdaeb5693cb665db62a2f3b02d2d57b5b"},
	clew.Polygon:   {0, "0xa9c28ce2141b56c474f1dc504bee9b01eb1bd7d1a507580d5519d4437a97de1b"},
	clew.Arbitrum:  {0, "0x7ee576b35482195fc49205cec9af72ce14f003b9ae69f6ba0faef4514be8b442"},
	clew.Optimism:  {0, "0x7ca38a1916c42007829c55e69d3e9a73265554b586a499015373241b8a3fa48b"},
	clew.Base:      {0, "0xf712aa9241cc24369b143cf6dce85f0902a9731e70d66818a3a5845b296c73dd"},
	clew.Avalanche: {102_972, "0x315b6b928db7cf1c10b9b47c23cdbf2de6c2145504b374a0a414cbf78d20bb1e"},
	clew.Ronin:     {0, "0x6e675ee97607f4e695188786c3c1853fb1562f1c075629eb5dbcff269422a1a4"},
}

// ErrOtherChain is wrapped where a service is of another chain than the one that
// it is asked about.
var ErrOtherChain = errors.New("it answers for another chain")

// check asks a service of which chain it is, once, and gives answers that nobody
// took before. That it does not say is no error, but in unchecked.
func (s *etherscan) check(ctx context.Context, answers *[]Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.give(answers)
	return s.checkOnce(ctx, answers)
}

func (s *etherscan) checkOnce(ctx context.Context, answers *[]Answer) error {
	if s.checked {
		return nil
	}
	ask := s.checkMark
	if s.dialect.rpc != "" {
		ask = s.checkNumber
	}
	err := ask(ctx, answers)
	refused := errors.Is(err, remote.ErrRefused) && s.dialect.rpc == ""
	if errors.Is(err, remote.ErrBudget) || errors.Is(err, ErrOtherChain) || refused || ctx.Err() != nil {
		return err
	}
	if err != nil {
		s.unchecked = err.Error()
	}
	s.checked = true
	return nil
}

// checkNumber asks for the chain's number by JSON-RPC.
func (s *etherscan) checkNumber(ctx context.Context, answers *[]Answer) error {
	result, err := s.node(ctx, "eth_chainId", nil, "", answers)
	if err != nil {
		return err
	}
	var text loose
	if err := s.read(result, &text); err != nil {
		return err
	}
	number, err := hexNumber(text)
	if err != nil {
		return fmt.Errorf("%s: %w: the chain %.40q", s.name(), errShape, text)
	}
	if strconv.FormatUint(number, 10) != chainNumber(s.chain) {
		return fmt.Errorf("%s: %w: chain %.40q, wanted %s", s.name(), ErrOtherChain, text, s.chain)
	}
	return nil
}

// checkMark asks for the block that tells the chain from others: of Etherscan's
// proxy module, which has no call for the chain's number.
func (s *etherscan) checkMark(ctx context.Context, answers *[]Answer) error {
	want, known := marks[s.chain]
	if !known {
		return fmt.Errorf("%s: no block is known by which to tell %s from other chains", s.name(), s.chain.Name())
	}
	result, err := s.node(ctx, "eth_getBlockByNumber", url.Values{"tag": {fmt.Sprintf("0x%x", want.height)}, "boolean": {"false"}}, fmt.Sprintf(`"0x%x",false`, want.height), answers)
	if err != nil {
		return err
	}
	var block struct{ Number, Hash loose }
	err = json.Unmarshal(result, &block)
	if digits, ok := strings.CutPrefix(string(block.Hash), "0x"); err != nil || !ok || !isHash(digits) {
		return fmt.Errorf("%s: %w: no block", s.name(), errShape)
	}
	if height, err := hexNumber(block.Number); err != nil || height != want.height {
		return fmt.Errorf("%s: %w: block %.40q, not the one asked for", s.name(), errShape, block.Number)
	}
	if !strings.EqualFold(string(block.Hash), want.hash) {
		return fmt.Errorf("%s: %w: its block %d is %s, that of %s is %s", s.name(), ErrOtherChain, want.height, block.Hash, s.chain.Name(), want.hash)
	}
	return nil
}

// answersLeft are answers that nobody took yet, to be kept by who next asks for
// something that is kept.
type answersLeft []Answer

// give hands them over.
func (l *answersLeft) give(to *[]Answer) {
	*to = append(*to, *l...)
	*l = nil
}
