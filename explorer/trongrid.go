package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"clew"
)

// A tronGrid is a service that speaks as TronGrid does.
type tronGrid struct {
	*asker
	chain clew.Chain

	mu      sync.Mutex
	checked bool
	left    answersLeft
}

func newTronGrid(a *asker, chain clew.Chain) Service { return &tronGrid{asker: a, chain: chain} }

// Chain returns the chain that it answers for.
func (s *tronGrid) Chain() clew.Chain { return s.chain }

// Name returns its host.
func (s *tronGrid) Name() string { return s.name() }

// A tronHead is what is wanted of a block.
type tronHead struct {
	ID     string `json:"blockID"`
	Header struct {
		Raw struct {
			Number uint64 `json:"number"`
		} `json:"raw_data"`
	} `json:"block_header"`
}

// Head returns the last block that two thirds of the producers have built on.
func (s *tronGrid) Head(ctx context.Context) (clew.BlockRef, error) {
	var answers []Answer
	defer func() { s.leave(answers) }()
	if err := s.check(ctx, &answers); err != nil { // another chain's head would be no end of this one
		return clew.BlockRef{}, err
	}
	var b tronHead
	err := s.post(ctx, "/walletsolidity/getnowblock", `{}`, &b, &answers)
	if err == nil && b.Header.Raw.Number == 0 {
		err = fmt.Errorf("%s: %w: no height", s.name(), errShape)
	}
	return clew.BlockRef{Height: b.Header.Raw.Number}, err
}

func (s *tronGrid) post(ctx context.Context, path, body string, into any, answers *[]Answer) error {
	answer, err := s.ask(ctx, question{path: path, body: []byte(body)}, answers)
	if err != nil {
		return err
	}
	return s.read(answer, into)
}

func (s *tronGrid) leave(answers []Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, answers...)
}

// check compares the end of the first block's hash, which is the chain's number,
// once.
func (s *tronGrid) check(ctx context.Context, answers *[]Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.give(answers)
	if s.checked {
		return nil
	}
	var b tronHead
	if err := s.post(ctx, "/wallet/getblockbynum", `{"num":0}`, &b, answers); err != nil {
		return err
	}
	var number uint64
	if len(b.ID) == 64 {
		number, _ = strconv.ParseUint(b.ID[56:], 16, 32)
	}
	if strconv.FormatUint(number, 10) != chainNumber(s.chain) {
		return fmt.Errorf("%s: %w: its first block is %.70q", s.name(), ErrOtherChain, b.ID)
	}
	s.checked = true
	return nil
}

// A tronRow is a transaction, a call within one, or a transfer of a token.
type tronRow struct {
	Tx      string `json:"txID"`
	Height  uint64 `json:"blockNumber"`
	Millis  int64  `json:"block_timestamp"`
	Results []struct {
		Result string `json:"contractRet"`
		Fee    uint64 `json:"fee"`
	} `json:"ret"`
	Raw struct {
		Memo      string `json:"data"` // hexadecimal digits
		Contracts []struct {
			Type      string `json:"type"`
			Parameter struct {
				Value tronValue `json:"value"`
			} `json:"parameter"`
		} `json:"contract"`
	} `json:"raw_data"`

	// Of a call.
	Call     string `json:"internal_tx_id"`
	CallTx   string `json:"tx_id"`
	CallFrom string `json:"from_address"`
	CallTo   string `json:"to_address"`
	Data     struct {
		Note       string     `json:"note"`
		Rejected   bool       `json:"rejected"`
		Value      tronScalar `json:"call_value"`
		TokenValue tronScalar `json:"call_token_value"`
		Token      tronScalar `json:"token_id"`
	} `json:"data"`

	// Of a token's transfer.
	TokenTx string `json:"transaction_id"`
	Type    string `json:"type"`
	From    string `json:"from"`
	To      string `json:"to"`
	Value   loose  `json:"value"`
	Token   struct {
		Address  string `json:"address"`
		Decimals *int   `json:"decimals"`
	} `json:"token_info"`
}

// A tronValue is what a contract of a transaction says.
type tronValue struct {
	Amount     loose  `json:"amount"`
	Owner      string `json:"owner_address"`
	To         string `json:"to_address"`
	Asset      loose  `json:"asset_name"`
	Contract   string `json:"contract_address"`
	CallValue  loose  `json:"call_value"`
	TokenValue loose  `json:"call_token_value"`
	Token      loose  `json:"token_id"`
	New        struct {
		CallValue loose `json:"call_value"`
	} `json:"new_contract"`
	Call loose `json:"data"` // of a contract

	// Of what moves nothing.
	Account    loose           `json:"account_address"`
	Receiver   loose           `json:"receiver_address"`
	Balance    loose           `json:"balance"`
	Staked     loose           `json:"frozen_balance"`
	Unstaked   loose           `json:"unfreeze_balance"`
	Resource   loose           `json:"resource"`
	Lock       loose           `json:"lock"`
	LockedFor  loose           `json:"lock_period"` // blocks
	OwnerMay   json.RawMessage `json:"owner"`
	WitnessMay json.RawMessage `json:"witness"`
	ActiveMay  json.RawMessage `json:"actives"`
}

// A tronScalar is a number, or an object that holds one.
type tronScalar string

// UnmarshalJSON reads either form.
func (t *tronScalar) UnmarshalJSON(data []byte) error {
	var inner struct {
		Value loose `json:"_"`
	}
	if len(data) > 0 && data[0] == '{' {
		err := json.Unmarshal(data, &inner)
		*t = tronScalar(inner.Value)
		return err
	}
	var plain loose
	err := json.Unmarshal(data, &plain)
	*t = tronScalar(plain)
	return err
}

// tx returns the transaction that a row is of.
func (r *tronRow) tx() string {
	switch {
	case r.Call != "":
		return r.CallTx
	case r.TokenTx != "":
		return r.TokenTx
	}
	return r.Tx
}

// Lists of an address.
const (
	tronTxs    = "/transactions"
	tronTokens = "/transactions/trc20"
	tronCalls  = "/internal-transactions"
)

// Bounds of paging.
const (
	tronPage  = 200 // rows in one answer
	tronPages = 50  // of one list
)

// errNoList says that a service does not have a list.
var errNoList = errors.New("the service has no such list")

// A tronAnswer is a page of a list.
type tronAnswer struct {
	Success *bool     `json:"success"`
	Error   loose     `json:"error"`
	Data    []tronRow `json:"data"`
	Meta    struct {
		Mark string `json:"fingerprint"`
	} `json:"meta"`
}

// page asks for one page of a list, after a mark.
func (s *tronGrid) page(ctx context.Context, list string, a clew.Address, mark string, answers *[]Answer) (*tronAnswer, error) {
	params := url.Values{"limit": {strconv.Itoa(tronPage)}, "only_confirmed": {"true"}, "order_by": {"block_timestamp,asc"}}
	if mark != "" {
		params.Set("fingerprint", mark)
	}
	body, err := s.ask(ctx, question{path: "/v1/accounts/" + a.Text() + list, params: params}, answers)
	if n := len(*answers); err != nil && n > 0 && (*answers)[n-1].Status == 404 {
		return nil, errNoList
	}
	if err != nil {
		return nil, err
	}
	page := new(tronAnswer)
	if err := s.read(body, page); err != nil {
		return nil, err
	}
	if page.Success == nil || !*page.Success {
		return nil, refusal{host: s.name(), action: list, words: string(page.Error)}
	}
	return page, nil
}

// list reads a list of an address, oldest first. whole is false if there is more
// than is asked for.
func (s *tronGrid) list(ctx context.Context, list string, a clew.Address, answers *[]Answer) (rows []tronRow, whole bool, err error) {
	mark := ""
	for range tronPages {
		page, err := s.page(ctx, list, a, mark, answers)
		if err != nil {
			return nil, false, err
		}
		for _, r := range page.Data {
			if n := len(rows); n > 0 && r.Millis < rows[n-1].Millis {
				return nil, false, fmt.Errorf("%s: %w: rows out of order", s.name(), errShape)
			}
			rows = append(rows, r)
		}
		switch {
		case page.Meta.Mark == "" || len(page.Data) == 0:
			return rows, true, nil
		case page.Meta.Mark == mark:
			return nil, false, fmt.Errorf("%s: %w", s.name(), errChanged)
		}
		mark = page.Meta.Mark
	}
	return rows, false, nil
}

// A tronTimes knows the heights of blocks by their times in milliseconds.
type tronTimes struct {
	service *tronGrid
	known   map[int64]uint64
	order   []int64 // of known
}

// tronSlot is how far blocks are apart in time, in milliseconds, if no producer
// misses its turn.
const tronSlot = 3000

func (t *tronTimes) learn(millis int64, height uint64) error {
	if have, ok := t.known[millis]; ok {
		if have != height {
			return fmt.Errorf("%w: blocks %d and %d at the same time", errShape, have, height)
		}
		return nil
	}
	t.known[millis] = height
	at, _ := slices.BinarySearch(t.order, millis)
	t.order = slices.Insert(t.order, at, millis)
	return nil
}

// height returns a block's height if it is known, or follows from those around:
// between two blocks whose times are as far apart as if no turn was missed, none
// was.
func (t *tronTimes) height(millis int64) (uint64, bool) {
	if h, ok := t.known[millis]; ok {
		return h, true
	}
	at, _ := slices.BinarySearch(t.order, millis)
	if at == 0 || at == len(t.order) {
		return 0, false
	}
	before, after := t.order[at-1], t.order[at]
	low, high := t.known[before], t.known[after]
	passed := millis - before
	if high <= low || after-before != int64(high-low)*tronSlot || passed%tronSlot != 0 {
		return 0, false
	}
	return low + uint64(passed/tronSlot), true
}

// find finds the heights of rows that do not say theirs, by asking for as few
// transactions as it can.
func (t *tronTimes) find(ctx context.Context, rows []*tronRow, answers *[]Answer) error {
	if len(rows) == 0 {
		return nil
	}
	for _, i := range []int{0, len(rows) - 1, len(rows) / 2} {
		if _, ok := t.height(rows[i].Millis); ok {
			continue
		}
		var info struct {
			Height uint64 `json:"blockNumber"`
			Millis int64  `json:"blockTimeStamp"`
		}
		id := rows[i].tx()
		if err := t.service.post(ctx, "/wallet/gettransactioninfobyid", fmt.Sprintf(`{"value":%q}`, id), &info, answers); err != nil {
			return err
		}
		if info.Height == 0 || info.Millis != rows[i].Millis {
			return fmt.Errorf("%s: %w: the block of transaction %.70s", t.service.name(), errShape, id)
		}
		if err := t.learn(info.Millis, info.Height); err != nil {
			return err
		}
	}
	unknown := func(part []*tronRow) []*tronRow {
		var left []*tronRow
		for _, r := range part {
			if _, ok := t.height(r.Millis); !ok {
				left = append(left, r)
			}
		}
		return left
	}
	middle := len(rows) / 2
	lower, upper := unknown(rows[:middle]), unknown(rows[middle:])
	if err := t.find(ctx, lower, answers); err != nil {
		return err
	}
	return t.find(ctx, upper, answers)
}
