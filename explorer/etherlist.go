package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"clew"
	"clew/remote"
)

// An etherRow is one row of any of the lists of an address.
type etherRow struct {
	Block    loose `json:"blockNumber"`
	Time     loose `json:"timeStamp"`
	Hash     loose `json:"hash"`
	LongHash loose `json:"transactionHash"` // of Blockscout's internal transactions
	Index    loose `json:"transactionIndex"`
	From     loose `json:"from"`
	To       loose `json:"to"`
	Value    loose `json:"value"`
	Contract loose `json:"contractAddress"`
	GasPrice loose `json:"gasPrice"`
	GasUsed  loose `json:"gasUsed"`
	LayerFee loose `json:"L1FeesPaid"`
	IsError  loose `json:"isError"`
	Status   loose `json:"txreceipt_status"`
	Type     loose `json:"type"`
	CallType loose `json:"callType"` // of Blockscout, whose type is call for every kind of call
	Log      loose `json:"logIndex"`
	Trace    loose `json:"traceId"` // the call's path in its transaction, such as 0_1_2
	Frame    loose `json:"index"`   // or its number there, of Blockscout
	Item     loose `json:"tokenID"`
	Count    loose `json:"tokenValue"`

	Input memoInput `json:"input"`

	height uint64
	key    string // all that the service says of it
}

// UnmarshalJSON reads a row, and keeps what all of it says, by which it is known
// again. How many blocks came after it changes while it is asked for.
func (r *etherRow) UnmarshalJSON(data []byte) error {
	type plain etherRow
	if err := json.Unmarshal(data, (*plain)(r)); err != nil {
		return err
	}
	height, err := strconv.ParseUint(string(r.Block), 10, 63)
	if err != nil {
		return fmt.Errorf("the block %.40q", r.Block)
	}
	if r.Hash == "" {
		r.Hash = r.LongHash
	}
	r.height, r.key = height, ""
	key, err := json.Marshal((*plain)(r))
	r.key = string(key)
	return err
}

// An etherBounds bounds paging, in rows.
type etherBounds struct {
	page   int // asked for at once
	window int // page times rows, at which Etherscan and its kin stop
	list   int // taken of one list of an address
}

var defaultEtherBounds = etherBounds{page: 1000, window: 10_000, list: 20_000}

// An etherList is what came of one list.
type etherList struct {
	rows    []etherRow
	reached uint64     // all rows of blocks below it are there
	gaps    []clew.Gap // what is known to be missing before it
}

// NotReadYet ends the note of a gap that may be there no more when it is asked
// again: a refresh asks again from its first block on.
const NotReadYet = "it has not read all calls yet, and may have later"

// errChanged says that a service's answers contradict each other.
var errChanged = errors.New("its answers changed while it was asked: rows that it gave are there no more")

// An etherReading is the reading of one list of an address in the blocks of a
// window, page by page.
type etherReading struct {
	etherList
	action  string
	address clew.Address
	window  clew.Window
	from    uint64 // block that the next page begins with
	number  int    // of that page
	size    int    // rows asked for at once
	again   bool   // it was begun again, since answers contradicted each other
	done    bool
}

func (s *etherscan) newReading(action string, a clew.Address, w clew.Window) *etherReading {
	r := &etherReading{action: action, address: a, window: w, size: s.bounds.page}
	r.begin()
	return r
}

func (r *etherReading) begin() {
	r.etherList = etherList{reached: r.window.From}
	r.from, r.number = r.window.From, 1
}

// end ends a reading: there is no more to be had.
func (r *etherReading) end() { r.reached, r.done = r.window.To, true }

// step reads one page more.
func (s *etherscan) step(ctx context.Context, r *etherReading, answers *[]Answer) error {
	rows, unfinished, err := s.page(ctx, r, answers)
	if err == nil {
		if unfinished != "" && len(r.gaps) == 0 {
			r.gap(clew.GapTraces, r.address, r.window, unfinished)
		}
		if err = r.join(rows); err != nil {
			err = fmt.Errorf("%s: %w", s.name(), err)
		}
	}
	said := refusal{}
	switch {
	case errors.As(err, &said) && says(said.words, wordsOfTooMuch) && r.size > leastPage:
		r.shrink()
		return nil
	case errors.Is(err, errChanged) && !r.again: // a reorganisation is over when it is asked again
		r.begin()
		r.again = true
		return nil
	case err != nil && !errors.Is(err, remote.ErrBudget):
		return fmt.Errorf("%s: %w", r.action, err)
	case err != nil:
		return err
	case !mayBeCut(len(rows)):
		r.end()
	default:
		r.turn(rows[len(rows)-1].height, s)
	}
	return nil
}

// leastPage is how few rows are asked for at once of a service that takes too long
// for more. Pages are multiples of it, see mayBeCut.
const leastPage = 25

// shrink asks for fewer rows at once, from the block on at which it is: what that
// gave already is known again.
func (r *etherReading) shrink() {
	if r.size, r.number = r.size/2, 1; r.size%leastPage != 0 {
		r.size = leastPage
	}
}

// turn goes to the page after one that ends in block last.
func (r *etherReading) turn(last uint64, s *etherscan) {
	r.reached = max(r.reached, last)
	switch {
	case len(r.rows) > s.bounds.list:
		r.gap(clew.GapPartial, r.address, clew.Window{From: last, To: r.window.To}, fmt.Sprintf("%s gives more than %d rows of %s", s.name(), s.bounds.list, r.action))
		r.end()
	case last > r.from:
		r.from, r.number = last, 1
	case (r.number+1)*r.size <= s.bounds.window:
		r.number++
	default:
		r.gap(clew.GapPartial, r.address, clew.Window{From: last, To: last + 1}, fmt.Sprintf("%s gives at most %d rows of %s, and this block has more", s.name(), s.bounds.window, r.action))
		r.from, r.number = last+1, 1
		if r.reached = r.from; r.from >= r.window.To {
			r.end()
		}
	}
}

// mayBeCut reports whether a list may go on after an answer of n rows: who gives
// fewer than asked for at once gives a round number.
func mayBeCut(n int) bool { return n > 0 && n%leastPage == 0 }

func (l *etherList) gap(kind clew.GapKind, a clew.Address, w clew.Window, note string) {
	l.gaps = append(l.gaps, clew.Gap{Kind: kind, Chain: a.Chain(), Address: a, Window: w, Note: note})
}

// join adds the rows of a page. Those of the block that it begins with were given
// before, all of them; so a page that lacks one contradicts that one.
func (r *etherReading) join(rows []etherRow) error {
	given := map[string]int{}
	if r.number == 1 {
		for i := len(r.rows) - 1; i >= 0 && r.rows[i].height == r.from; i-- {
			given[r.rows[i].key]++
		}
	}
	for i := range rows {
		row := &rows[i]
		if n := len(r.rows); n > 0 && row.height < r.rows[n-1].height {
			return fmt.Errorf("%w: rows out of the order of blocks", errShape)
		}
		if given[row.key] > 0 {
			if given[row.key]--; given[row.key] == 0 {
				delete(given, row.key)
			}
			continue
		}
		r.rows = append(r.rows, *row)
	}
	if len(given) > 0 {
		return errChanged
	}
	return nil
}

// page asks for one page, and refuses what is not of it. unfinished is what the
// service says of calls that it has not read yet.
func (s *etherscan) page(ctx context.Context, r *etherReading, answers *[]Answer) (rows []etherRow, unfinished string, err error) {
	number := func(n uint64) []string { return []string{strconv.FormatUint(n, 10)} }
	result, err := s.call(ctx, "account", r.action, url.Values{"address": {r.address.Text()}, "startblock": number(r.from), "endblock": number(r.window.To - 1),
		"page": number(uint64(r.number)), "offset": number(uint64(r.size)), "sort": {"asc"}}, answers)
	if said := (refusal{}); r.action == listCalls && errors.As(err, &said) && said.part != nil {
		result, unfinished, err = said.part, fmt.Sprintf("%s: %q; %s", s.name(), said.words, NotReadYet), nil
	}
	if err != nil {
		return nil, "", err
	}
	if err := s.read(result, &rows); err != nil {
		return nil, "", err
	}
	for i := range rows {
		switch row := &rows[i]; {
		case row.height < r.from || row.height >= r.window.To:
			return nil, "", fmt.Errorf("%s: %w: a row of block %d, which was not asked for", s.name(), errShape, row.height)
		case i > 0 && row.height < rows[i-1].height:
			return nil, "", fmt.Errorf("%s: %w: rows out of the order of blocks", s.name(), errShape)
		}
	}
	return rows, unfinished, nil
}
