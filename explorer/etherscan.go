package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"clew"
	"clew/evm"
	"clew/remote"
)

// A dialect is what one of Etherscan's kin does otherwise.
type dialect struct {
	path   string      // of the modules, below the URL
	number string      // parameter that takes the chain's number; "": none does
	heads  [][2]string // module and action that tell the head, the best first
	rpc    string      // path of JSON-RPC below the URL, for what the modules lack; "": there is none; {chain} as in [Kind]

	// bareCalls says that a call's row does not say whether a call around it was
	// undone: Blockscout's error is that of the call itself, as callTracer gives it
	// (blockscout/blockscout, ethereum_jsonrpc/geth.ex, read on 2026-11-28).
	bareCalls bool
}

// Where the dialects are documented, read on 2026-11-28; what they answer was
// seen in other clients' sources at most, for nothing here asked them:
//
//   - Etherscan's version 2: docs.etherscan.io, "eth_getBlockByNumber" and
//     "Common Error Messages".
//   - Blockscout's of one chain: docs.blockscout.com, "RPC & Eth compatible
//     endpoints" and "ETH RPC API" (POST to /api/eth-rpc). It has no proxy module.
//   - Blockscout's of many chains by one key: docs.blockscout.com, "Make Your First
//     Call" (/v2/api with chain_id and apikey) and "ETH RPC API" (POST to
//     /{chain_id}/json-rpc).
//   - Routescan: its own pages were not to be had. The URL, the parameter apikey and
//     that any key or none serves for little use are as in rotki/rotki,
//     rotkehlchen/externalapis/routescan.py; that it has the proxy module is said by
//     public clients, and unchecked.
var (
	dialectEtherscan     = dialect{number: "chainid", heads: [][2]string{{"proxy", "eth_blockNumber"}}}
	dialectBlockscout    = dialect{heads: [][2]string{{"block", "eth_block_number"}, {"proxy", "eth_blockNumber"}}, rpc: "/eth-rpc", bareCalls: true}
	dialectBlockscoutPro = dialect{path: "/v2/api", number: "chain_id", heads: [][2]string{{"block", "eth_block_number"}}, rpc: "/{chain}/json-rpc", bareCalls: true}
	dialectRoutescan     = dialect{heads: [][2]string{{"proxy", "eth_blockNumber"}, {"block", "eth_block_number"}}}
)

// An etherscan is a service that speaks as Etherscan does.
type etherscan struct {
	*asker
	chain   clew.Chain
	dialect dialect
	bounds  etherBounds

	mu        sync.Mutex
	checked   bool   // whether it is of the chain
	unchecked string // why that is not known all the same; "": it is
	left      answersLeft
}

func newEtherscan(d dialect) func(*asker, clew.Chain) Service {
	return func(a *asker, chain clew.Chain) Service {
		return &etherscan{asker: a, chain: chain, dialect: d, bounds: defaultEtherBounds}
	}
}

// rpcPath returns the path of JSON-RPC.
func (s *etherscan) rpcPath() string {
	return strings.ReplaceAll(s.dialect.rpc, "{chain}", chainNumber(s.chain))
}

// Chain returns the chain that it answers for.
func (s *etherscan) Chain() clew.Chain { return s.chain }

// Name returns its host.
func (s *etherscan) Name() string { return s.name() }

// Head returns the last block that can be held: some way below the service's
// own, since what is held of single addresses is not taken back.
func (s *etherscan) Head(ctx context.Context) (clew.BlockRef, error) {
	var answers []Answer
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.left = append(s.left, answers...)
	}()
	if err := s.check(ctx, &answers); err != nil { // another chain's head would be no end of this one
		return clew.BlockRef{}, err
	}
	var first error
	for _, way := range s.dialect.heads {
		result, err := s.call(ctx, way[0], way[1], url.Values{}, &answers)
		var said refusal
		if err != nil {
			if first == nil {
				first = err
			}
			if errors.As(err, &said) {
				continue
			}
			return clew.BlockRef{}, err
		}
		var text loose
		if err := json.Unmarshal(result, &text); err != nil {
			return clew.BlockRef{}, fmt.Errorf("%s: %w: no height", s.name(), errShape)
		}
		head, err := hexNumber(text)
		if err != nil {
			return clew.BlockRef{}, fmt.Errorf("%s: %w: the height %.40q", s.name(), errShape, text)
		}
		return clew.BlockRef{Height: head - min(head, evm.Settled(s.chain))}, nil
	}
	return clew.BlockRef{}, first
}

// hexNumber reads a number as JSON-RPC writes it. Digits without 0x are refused:
// which base they are in is not known, and a head read in the wrong one would
// hold histories of blocks that are still to come.
func hexNumber(text loose) (uint64, error) {
	digits, ok := strings.CutPrefix(string(text), "0x")
	if !ok {
		return 0, errShape
	}
	return strconv.ParseUint(digits, 16, 63)
}

// A refusal is what a service says of a question that it does not answer.
type refusal struct {
	host, action, words string
	part                json.RawMessage // what it answers all the same, though it says that this is not whole; nil: nothing
}

// Error returns the service's words, quoted.
func (r refusal) Error() string {
	return fmt.Sprintf("%s: it answers %.200q to %s", r.host, r.words, r.action)
}

// statusUnfinished is the status by which Blockscout says that it has not read all
// that it was asked for yet (blockscout/blockscout, pull request 13758). It was
// seen to say so by its words alone, with status 0 (its issue 14276).
const statusUnfinished = "2"

// An etherAnswer is the form of every answer; of the proxy module, result alone
// or error.
type etherAnswer struct {
	Status  loose           `json:"status"`
	Message loose           `json:"message"`
	Result  json.RawMessage `json:"result"`
	Error   *struct {
		Message loose `json:"message"`
	} `json:"error"`
}

// words returns what an answer says beside its result.
func (a *etherAnswer) words() string {
	var said loose
	if json.Unmarshal(a.Result, &said) == nil && said != "" {
		return string(a.Message + ": " + said)
	}
	if a.Error != nil {
		return string(a.Error.Message)
	}
	return string(a.Message)
}

// Words by which Etherscan and its kin say things, in lower case. By Etherscan's
// page of common error messages (docs.etherscan.io, read on 2026-11-28): "Max rate
// limit reached, please use API Key for higher rate limit", "Query Timeout occured.
// Please select a smaller result dataset", "Invalid API Key" and "Too many invalid
// api key attempts, please try again later". Seen in public clients: "Max calls per
// sec rate limit reached", "Missing/Invalid API Key", and of Routescan "Timeout
// reached, please use a narrower block range" and "chain not supported". What says
// that there is nothing is by the samples of their documentation. The rest is
// unchecked: a text that no list has is shown as it came, and is an error.
var (
	wordsOfHurry      = []string{"rate limit", "max calls per sec", "too many", "try again", "timeout", "timed out", "busy"}
	wordsOfTooMuch    = []string{"narrower block range", "smaller result dataset"} // for one answer
	wordsOfUnfinished = []string{"not yet been processed", "not been processed yet"}
	wordsOfNobody     = []string{"no transactions found", "no internal transactions found", "no token transfers found", "no records found", "no logs found", "no nft", "no erc"}
	wordsOfKeys       = []string{"invalid api key", "missing/invalid api key", "missing api key", "api key invalid", "unauthorized"}
)

func says(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// etherscanAgain asks again for answers of status 200 that ask for fewer calls.
func etherscanAgain(status int, body []byte) time.Duration {
	if again := jsonAgain(status, body); again > 0 || status != 200 {
		return again
	}
	var a etherAnswer
	if len(body) > 1<<12 || json.Unmarshal(body, &a) != nil || a.Status != "0" && a.Error == nil {
		return 0
	}
	if words := a.words(); says(words, wordsOfHurry) && !says(words, wordsOfKeys) && !says(words, wordsOfTooMuch) {
		return time.Second
	}
	return 0
}

// call asks for an action of a module, and returns its result.
func (s *etherscan) call(ctx context.Context, module, action string, params url.Values, answers *[]Answer) (json.RawMessage, error) {
	params.Set("module", module)
	params.Set("action", action)
	if s.dialect.number != "" {
		params.Set(s.dialect.number, chainNumber(s.chain))
	}
	body, err := s.ask(ctx, question{path: s.dialect.path, params: params}, answers)
	if err != nil {
		return nil, err
	}
	var a etherAnswer
	if err := s.read(body, &a); err != nil {
		return nil, err
	}
	words := a.words()
	switch {
	case a.Error == nil && len(a.Result) > 0 && (a.Status == statusUnfinished || says(string(a.Message), wordsOfUnfinished)):
		return nil, refusal{s.name(), module + " " + action, string(a.Message), a.Result}
	case a.Error == nil && a.Status != "0" && len(a.Result) > 0 && string(a.Result) != "null":
		return a.Result, nil
	case a.Error == nil && says(string(a.Message), wordsOfNobody):
		return json.RawMessage("[]"), nil
	case says(words, wordsOfKeys):
		return nil, fmt.Errorf("%s: %w: it says %.120q", s.name(), remote.ErrRefused, words)
	}
	return nil, refusal{host: s.name(), action: module + " " + action, words: words}
}

// node asks what a node of the chain is asked: by JSON-RPC where the service has it,
// with params as a list without its brackets, and else by the module that stands
// for it, with named ones. That the result is null is a refusal without words.
func (s *etherscan) node(ctx context.Context, method string, named url.Values, params string, answers *[]Answer) (json.RawMessage, error) {
	if s.dialect.rpc == "" {
		return s.call(ctx, "proxy", method, named, answers)
	}
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":[%s]}`, method, params)
	said, err := s.ask(ctx, question{path: s.rpcPath(), body: []byte(body)}, answers)
	if err != nil {
		return nil, err
	}
	var a etherAnswer
	if err := s.read(said, &a); err != nil {
		return nil, err
	}
	if a.Error != nil || len(a.Result) == 0 || string(a.Result) == "null" {
		return nil, refusal{host: s.name(), action: method, words: a.words()}
	}
	return a.Result, nil
}
