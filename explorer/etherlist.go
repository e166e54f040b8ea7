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
	Log      loose `json:"logIndex"`
	Trace    loose `json:"traceId"` // the call's path in its transaction, such as 0_1_2
	Frame    loose `json:"index"`   // or its number there, of Blockscout
	Item     loose `json:"tokenID"`
	Count    loose `json:"tokenValue"`

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

// errChanged says that a service's answers contradict each other.
var errChanged = errors.New("its answers changed while it was asked: rows that it gave are there no more")

// list reads a list of an address in the blocks of a window, in order. An error
// that wraps remote.ErrBudget leaves what came before it.
func (s *etherscan) list(ctx context.Context, action string, a clew.Address, w clew.Window, answers *[]Answer) (*etherList, error) {
	l, err := s.listOnce(ctx, action, a, w, answers)
	if errors.Is(err, errChanged) { // a reorganisation is over when it is asked again
		l, err = s.listOnce(ctx, action, a, w, answers)
	}
	if err != nil && !errors.Is(err, remote.ErrBudget) {
		return nil, fmt.Errorf("%s: %w", action, err)
	}
	return l, err
}

func (s *etherscan) listOnce(ctx context.Context, action string, a clew.Address, w clew.Window, answers *[]Answer) (*etherList, error) {
	l := &etherList{reached: w.From}
	for from, page := w.From, 1; ; {
		rows, unfinished, err := s.page(ctx, action, a, clew.Window{From: from, To: w.To}, page, answers)
		if err != nil {
			return l, err
		}
		if unfinished != "" && len(l.gaps) == 0 {
			l.gap(a, w, unfinished)
			l.gaps[0].Kind = clew.GapTraces
		}
		if err := l.join(rows, from, page); err != nil {
			return l, fmt.Errorf("%s: %w", s.name(), err)
		}
		if !mayBeCut(len(rows)) {
			l.reached = w.To
			return l, nil
		}
		last := rows[len(rows)-1].height
		l.reached = max(l.reached, last)
		switch {
		case len(l.rows) > s.bounds.list:
			l.gap(a, clew.Window{From: last, To: w.To}, fmt.Sprintf("%s gives more than %d rows of %s", s.name(), s.bounds.list, action))
			l.reached = w.To
			return l, nil
		case last > from:
			from, page = last, 1
		case (page+1)*s.bounds.page <= s.bounds.window:
			page++
		default:
			l.gap(a, clew.Window{From: last, To: last + 1}, fmt.Sprintf("%s gives at most %d rows of %s, and this block has more", s.name(), s.bounds.window, action))
			from, page = last+1, 1
			if l.reached = from; from >= w.To {
				return l, nil
			}
		}
	}
}

// mayBeCut reports whether a list may go on after an answer of n rows: who gives
// fewer than asked for at once gives a round number.
func mayBeCut(n int) bool { return n > 0 && n%25 == 0 }

func (l *etherList) gap(a clew.Address, w clew.Window, note string) {
	l.gaps = append(l.gaps, clew.Gap{Kind: clew.GapPartial, Chain: a.Chain(), Address: a, Window: w, Note: note})
}

// join adds rows. Those of the block that a page begins with were given before,
// all of them; so a page that lacks one contradicts that one.
func (l *etherList) join(rows []etherRow, from uint64, page int) error {
	given := map[string]int{}
	if page == 1 {
		for i := len(l.rows) - 1; i >= 0 && l.rows[i].height == from; i-- {
			given[l.rows[i].key]++
		}
	}
	for i := range rows {
		r := &rows[i]
		if n := len(l.rows); n > 0 && r.height < l.rows[n-1].height {
			return fmt.Errorf("%w: rows out of the order of blocks", errShape)
		}
		if given[r.key] > 0 {
			if given[r.key]--; given[r.key] == 0 {
				delete(given, r.key)
			}
			continue
		}
		l.rows = append(l.rows, *r)
	}
	if len(given) > 0 {
		return errChanged
	}
	return nil
}

// page asks for one page, and refuses what is not of it. unfinished is what the
// service says of calls that it has not read yet.
func (s *etherscan) page(ctx context.Context, action string, a clew.Address, w clew.Window, page int, answers *[]Answer) (rows []etherRow, unfinished string, err error) {
	number := func(n uint64) []string { return []string{strconv.FormatUint(n, 10)} }
	result, err := s.call(ctx, "account", action, url.Values{"address": {a.Text()}, "startblock": number(w.From), "endblock": number(w.To - 1),
		"page": number(uint64(page)), "offset": number(uint64(s.bounds.page)), "sort": {"asc"}}, answers)
	if said := (refusal{}); action == listCalls && errors.As(err, &said) && said.part != nil {
		result, unfinished, err = said.part, said.Error(), nil
	}
	if err != nil {
		return nil, "", err
	}
	if err := s.read(result, &rows); err != nil {
		return nil, "", err
	}
	for i := range rows {
		r := &rows[i]
		if !w.Has(r.height) {
			return nil, "", fmt.Errorf("%s: %w: a row of block %d, which was not asked for", s.name(), errShape, r.height)
		}
		if i > 0 && r.height < rows[i-1].height {
			return nil, "", fmt.Errorf("%s: %w: rows out of the order of blocks", s.name(), errShape)
		}
	}
	return rows, unfinished, nil
}
