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
	"clew/remote"
)

// A dialect is what one of Etherscan's kin does otherwise.
type dialect struct {
	numbered bool        // the chain's number is a parameter
	heads    [][2]string // module and action that tell the head, the best first
	rpc      string      // path of JSON-RPC below the URL, where the chain can be asked for; "" for none
}

var (
	dialectEtherscan  = dialect{numbered: true, heads: [][2]string{{"proxy", "eth_blockNumber"}}}
	dialectBlockscout = dialect{heads: [][2]string{{"block", "eth_block_number"}, {"proxy", "eth_blockNumber"}}, rpc: "/eth-rpc"}
	dialectRoutescan  = dialect{heads: [][2]string{{"proxy", "eth_blockNumber"}, {"block", "eth_block_number"}}}
)

// An etherscan is a service that speaks as Etherscan does.
type etherscan struct {
	*asker
	chain   clew.Chain
	dialect dialect
	bounds  etherBounds

	mu      sync.Mutex
	checked bool // that it is of the chain
}

func newEtherscan(d dialect) func(*asker, clew.Chain) Service {
	return func(a *asker, chain clew.Chain) Service {
		return &etherscan{asker: a, chain: chain, dialect: d, bounds: defaultEtherBounds}
	}
}

// Chain returns the chain that it answers for.
func (s *etherscan) Chain() clew.Chain { return s.chain }

// Name returns its host.
func (s *etherscan) Name() string { return s.name() }

// settled is how many blocks below the head what is held of EVM chains ends: two
// epochs of Ethereum, after which blocks are final.
const settled = 64

// Head returns the last block that can be held: some way below the service's
// own, since what is held of single addresses is not taken back.
func (s *etherscan) Head(ctx context.Context) (clew.BlockRef, error) {
	var answers []Answer
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
		return clew.BlockRef{Height: head - min(head, settled)}, nil
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
// that it was asked for yet (blockscout/blockscout, pull request 13758).
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

// Words by which Etherscan and its kin say things, in lower case.
var (
	wordsOfHurry  = []string{"rate limit", "max calls per sec", "too many", "try again", "timeout", "timed out", "busy"}
	wordsOfNobody = []string{"no transactions found", "no internal transactions found", "no token transfers found", "no records found", "no logs found", "no nft", "no erc"}
	wordsOfKeys   = []string{"invalid api key", "missing/invalid api key", "missing api key", "api key invalid", "unauthorized"}
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
	if words := a.words(); says(words, wordsOfHurry) && !says(words, wordsOfKeys) {
		return time.Second
	}
	return 0
}

// call asks for an action of a module, and returns its result.
func (s *etherscan) call(ctx context.Context, module, action string, params url.Values, answers *[]Answer) (json.RawMessage, error) {
	params.Set("module", module)
	params.Set("action", action)
	if s.dialect.numbered {
		params.Set("chainid", chainNumber(s.chain))
	}
	body, err := s.ask(ctx, question{params: params}, answers)
	if err != nil {
		return nil, err
	}
	var a etherAnswer
	if err := s.read(body, &a); err != nil {
		return nil, err
	}
	words := a.words()
	switch {
	case a.Error == nil && a.Status == statusUnfinished && len(a.Result) > 0:
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

// ErrOtherChain is wrapped where a service is of another chain than the one that
// it is asked about.
var ErrOtherChain = errors.New("it answers for another chain")

// check asks a service which chain it is of, once, where it can be asked. What it
// answers goes with the first history.
func (s *etherscan) check(ctx context.Context, answers *[]Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.checked || s.dialect.rpc == "" {
		return nil
	}
	body, err := s.ask(ctx, question{path: s.dialect.rpc, body: []byte(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}`)}, answers)
	if errors.Is(err, remote.ErrBudget) || ctx.Err() != nil {
		return err
	}
	var a struct{ Result loose }
	if err == nil && json.Unmarshal(body, &a) == nil && a.Result != "" {
		number, err := hexNumber(a.Result)
		if err != nil || strconv.FormatUint(number, 10) != chainNumber(s.chain) {
			return fmt.Errorf("%s: %w: chain %.40q, wanted %s", s.name(), ErrOtherChain, a.Result, s.chain)
		}
	}
	s.checked = true // or it does not say
	return nil
}
